/** Hands the packs' look-ups to the pure rules of the molecular room. */
import type { CaseRecord } from '../../shared/case/case-record.ts';
import type { IntakeDocument } from '../../shared/case/intake.ts';
import { interpret as interpretWith } from '../../shared/molecular/interpret.ts';
import type { MolecularProfile } from '../../shared/molecular/profile.ts';
import type { Packs } from '../knowledge/index.ts';

export { annotateVariants } from './annotate.ts';

export const interpret = (record: CaseRecord, intake: IntakeDocument, packs: Packs): MolecularProfile =>
  interpretWith({ record, intake, knowledge: packs.molecular() });
