import type { BoardRecord } from '../board/board-record.ts';
import type { CaseRecord } from '../case/case-record.ts';
import type { IntakeDocument } from '../case/intake.ts';
import type { Sha256 } from '../foundation/ids.ts';
import type { PackStatus } from '../knowledge/evidence.ts';
import type { MolecularProfile } from '../molecular/profile.ts';
import type { ModelStatus, Predictions } from '../prediction/predictions.ts';
import type { OptionsTable } from '../therapy/options.ts';
import type { SignedReportRecord } from './report.ts';

/** The documents a report rests on, by the names under which the vault keeps them. */
export const basisKinds = ['record', 'intake', 'profile', 'predictions', 'options'] as const;
export type BasisKind = (typeof basisKinds)[number];

/** Who is about to sign, as the certificate names them (R54). */
export interface IntendedSignature {
  readonly signer: string;
  readonly meaning: SignedReportRecord['meaning'];
  /** ISO 8601. */
  readonly signedAt: string;
  readonly algorithm: string;
}

/** The head of the journal when the report was made: what `journal verify --checkpoint` compares with. */
export interface PrintedCheckpoint {
  readonly vaultId: string;
  readonly time: string;
  readonly treeSize: number;
  readonly rootHash: Sha256;
  readonly headHash: Sha256;
}

/** Everything a report is composed from. The same input gives the same report: time and ids come in here. */
export interface ReportInput {
  readonly reportId: string;
  /** ISO 8601. */
  readonly composedAt: string;
  /** Version of the program. */
  readonly version: string;
  readonly bundleSha256: Sha256;
  readonly record: CaseRecord;
  readonly intake: IntakeDocument;
  readonly profile: MolecularProfile;
  readonly predictions: Predictions;
  readonly options: OptionsTable;
  readonly hashes: Readonly<Record<BasisKind, Sha256>>;
  readonly board: BoardRecord;
  readonly packs: readonly PackStatus[];
  readonly models: readonly ModelStatus[];
  /** Elements that a person declares not applicable, each with the reason that is printed. */
  readonly notApplicable: Readonly<Record<string, string>>;
  readonly signature?: IntendedSignature | undefined;
  readonly checkpoint?: PrintedCheckpoint | undefined;
}
