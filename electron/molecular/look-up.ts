/** The look-up box: the engine of `molecular classify`, with what this site classified before. */
import { FaultError } from '../../shared/foundation/fault.ts';
import type { MolecularKnowledge } from '../../shared/molecular/knowledge.ts';
import { answerOf, type LookUp, type LookUpAnswer } from '../../shared/molecular/look-up.ts';
import { classifyTyped } from '../../shared/molecular/typed-variant.ts';
import type { Packs } from '../knowledge/index.ts';

/** @throws FaultError field-invalid, not-found: with what is not read, and how to write it */
export function lookUp(
  { text, tumorType }: LookUp,
  packs: Pick<Packs, 'molecular'>,
  classified: MolecularKnowledge['classified'],
): LookUpAnswer {
  const answer = classifyTyped({ change: text, tumorType }, { ...packs.molecular(), classified });
  if (!answer.ok) throw new FaultError(answer.fault);
  return answerOf(answer.value);
}
