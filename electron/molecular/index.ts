/** Hands the packs' look-ups to the pure rules of the molecular room. */
import type { CaseRecord } from '../../shared/case/case-record.ts';
import type { IntakeDocument } from '../../shared/case/intake.ts';
import { interpret as interpretWith } from '../../shared/molecular/interpret.ts';
import type { MolecularKnowledge } from '../../shared/molecular/knowledge.ts';
import type { MolecularProfile } from '../../shared/molecular/profile.ts';
import type { Packs } from '../knowledge/index.ts';

export { annotateVariants } from './annotate.ts';
export { lookUp } from './look-up.ts';
export { fileSignatures } from './signatures.ts';

/** @param classified the site's classification memory, where a vault is open (F028) */
export const interpret = (
  record: CaseRecord,
  intake: IntakeDocument,
  packs: Packs,
  classified?: MolecularKnowledge['classified'],
): MolecularProfile => {
  const knowledge = packs.molecular();
  return interpretWith({
    record,
    intake,
    knowledge: classified === undefined ? knowledge : { ...knowledge, classified },
  });
};
