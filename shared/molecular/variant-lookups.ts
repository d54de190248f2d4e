/** What every reader of variants asks of the packs: a case, a file on the command line, a typed name, a trial. */
import { parseCodingName } from './coding-name.ts';
import { coordinatesOf } from './genomic-change.ts';
import type { MolecularKnowledge } from './knowledge.ts';
import type { VariantLookups } from './small-variants.ts';

export const variantLookups = (knowledge: MolecularKnowledge): VariantLookups => ({
  computeChange: (at) => knowledge.computeChange?.(at),
  knownChange: (at) => knowledge.knownChange?.(at),
  genesAt: (...place) => knowledge.genesAt?.(...place) ?? [],
  symbol: (gene) => knowledge.symbol(gene),
  codingSequence: (gene) => knowledge.codingSequence?.(gene),
  placeOfSubstitution(gene, name, build) {
    const coding = parseCodingName(name);
    const there = coding?.verb === '>' ? knowledge.locateCoding?.(gene, build, coding) : undefined;
    return there === undefined ? undefined : coordinatesOf(there, build, () => undefined);
  },
});
