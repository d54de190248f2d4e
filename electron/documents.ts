import { createHash } from 'node:crypto';
import type { CaseRecord } from '../shared/case/case-record.ts';
import type { IntakeDocument } from '../shared/case/intake.ts';
import { canonicalJson } from '../shared/foundation/canonical.ts';
import { Sha256 } from '../shared/foundation/ids.ts';
import type { MolecularProfile } from '../shared/molecular/profile.ts';
import type { Predictions } from '../shared/prediction/predictions.ts';
import type { OptionsTable } from '../shared/therapy/options.ts';

/** The documents of one analysed case, in the order they are made. */
export interface CaseDocuments {
  readonly record: CaseRecord;
  readonly intake: IntakeDocument;
  readonly profile: MolecularProfile;
  readonly predictions: Predictions;
  readonly options: OptionsTable;
}

/** SHA-256 of a document's canonical JSON; the name under which it is stored and cited. */
export const documentHash = (document: unknown): Sha256 =>
  Sha256.parse(createHash('sha256').update(canonicalJson(document)).digest('hex'));
