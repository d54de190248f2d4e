import { z } from 'zod';
import type { BoardRecord } from '../board/board-record.ts';
import type { CaseRecord } from '../case/case-record.ts';
import type { IntakeDocument } from '../case/intake.ts';
import { Sha256 } from '../foundation/ids.ts';
import type { PackStatus } from '../knowledge/evidence.ts';
import type { MolecularProfile } from '../molecular/profile.ts';
import type { SaidOfOption } from '../prediction/option-models.ts';
import type { ModelStatus, Predictions } from '../prediction/predictions.ts';
import type { OptionsTable } from '../therapy/options.ts';
import type { CaseTrials } from '../therapy/trials/verdicts.ts';
import { Language } from './language.ts';
import { SignedReportRecord } from './report.ts';

/** The documents a report rests on, by the names under which the vault keeps them. */
export const basisKinds = ['record', 'intake', 'profile', 'predictions', 'options'] as const;
export type BasisKind = (typeof basisKinds)[number];

/** Who is about to sign, as the certificate names them (R54). */
export const IntendedSignature = z.object({
  signer: z.string(),
  meaning: SignedReportRecord.shape.meaning,
  /** ISO 8601. */
  signedAt: z.string(),
  algorithm: z.string(),
});
export type IntendedSignature = z.infer<typeof IntendedSignature>;

/** The head of the journal when the report was made: what `journal verify --checkpoint` compares with. */
export const PrintedCheckpoint = z.object({
  vaultId: z.string(),
  time: z.string(),
  treeSize: z.number().int(),
  rootHash: Sha256,
  headHash: Sha256,
});
export type PrintedCheckpoint = z.infer<typeof PrintedCheckpoint>;

/** What this report takes the place of, and why (R56). The former stays as it was signed. */
export const Amendment = z.object({
  /** 1 for the first amendment of a report. */
  number: z.number().int().positive(),
  /** In the words of who opened it. */
  reason: z.string().min(1).max(1000),
  /** What differs from the former, found by comparing the documents. */
  changes: z.array(z.string()),
  former: z.object({ reportId: z.string(), sha256: Sha256, signedAt: z.string(), signer: z.string() }),
});
export type Amendment = z.infer<typeof Amendment>;

const OneLine = z
  .string()
  .trim()
  .min(1)
  .regex(/^[^\p{Cc}]+$/u, 'one line');

/** What a site puts on its reports: who issues them, its logo, a line of its own at the foot. */
export const ReportTemplate = z.object({
  institution: OneLine.max(80).optional(),
  footer: OneLine.max(140).optional(),
  /** Of the site's reports where a reader chooses no other; English where it is not laid down. */
  language: Language.optional(),
  /** SVG as text, PNG in base64. */
  logo: z.object({ mediaType: z.enum(['image/svg+xml', 'image/png']), data: z.string() }).optional(),
});
export type ReportTemplate = z.infer<typeof ReportTemplate>;

/** Somebody without a seat at the table read the case, by the journal (F112). */
export const EmergencyReading = z.object({ at: z.string(), person: z.string(), reason: z.string() });
export type EmergencyReading = z.infer<typeof EmergencyReading>;

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
  /** Undefined for English. */
  readonly language?: Language | undefined;
  /** The site's own words and logo; undefined where it lays none down. */
  readonly template?: ReportTemplate | undefined;
  /** What models said of options' own agents when this was composed; undefined where nobody asked. */
  readonly optionModels?: readonly SaidOfOption[] | undefined;
  /** Trials of the site's folder against this case; undefined where nobody asked. */
  readonly trials?: CaseTrials | undefined;
  /** Each reading in an emergency, oldest first; undefined where there was none. */
  readonly emergencies?: readonly EmergencyReading[] | undefined;
  /** Undefined for the first report of a case. */
  readonly amendment?: Amendment | undefined;
}
