/** Hands the packs' look-ups to the pure rules of the molecular room. */
import type { CaseRecord } from '../../shared/case/case-record.ts';
import type { IntakeDocument } from '../../shared/case/intake.ts';
import { interpret as interpretWith } from '../../shared/molecular/interpret.ts';
import type { MolecularKnowledge } from '../../shared/molecular/knowledge.ts';
import type { MolecularProfile } from '../../shared/molecular/profile.ts';
import { chosenTranscripts } from '../../shared/molecular/transcript-set.ts';
import type { Packs } from '../knowledge/index.ts';

export { annotateVariants } from './annotate.ts';
export { lookUp } from './look-up.ts';
export { fileSignatures } from './signatures.ts';
export { transcriptChoices } from './transcript-choices.ts';

/**
 * @param classified the site's classification memory, where a vault is open (F028)
 * @param answers of the case; choices of transcripts among them (F009)
 */
export const interpret = (
  record: CaseRecord,
  intake: IntakeDocument,
  packs: Packs,
  classified?: MolecularKnowledge['classified'],
  answers: Readonly<Record<string, string>> = {},
): MolecularProfile => {
  const knowledge = packs.molecular(chosenTranscripts(answers));
  return interpretWith({
    record,
    intake,
    knowledge: classified === undefined ? knowledge : { ...knowledge, classified },
  });
};
