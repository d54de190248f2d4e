/** F010: what a tier would be were the tumor coded as its parent, a sibling or a part of it. */
import type { EvidenceItem } from '../knowledge/evidence.ts';
import type { DiseaseDistance, MolecularKnowledge } from './knowledge.ts';
import type { AmpTier, EvidenceMatch, Finding } from './profile.ts';
import { type TierCall, tierOf } from './tiers.ts';

export const listOf = (values: readonly string[], most: number): string =>
  values.length <= most ? values.join(', ') : `${values.slice(0, most).join(', ')} and ${values.length - most} more`;

/** Only codes under which the tier differs, in their order, each with what sets it there. */
export function tierElsewhere(
  matches: readonly EvidenceMatch[],
  here: TierCall | undefined,
  /** The tier where no statement sets one. */
  without: AmpTier | undefined,
  given: {
    readonly items: ReadonlyMap<string, EvidenceItem>;
    readonly knowledge: Pick<MolecularKnowledge, 'relatives'>;
    readonly distance: (disease: EvidenceItem['disease'], code: string) => DiseaseDistance;
    readonly code: string;
  },
): Finding['tierElsewhere'] {
  if (matches.length === 0) return [];
  const result: Finding['tierElsewhere'] = [];
  for (const relative of given.knowledge.relatives(given.code)) {
    const moved = matches.map((match): EvidenceMatch => {
      const item = given.items.get(match.evidenceId);
      if (item === undefined) return match;
      const { match: diseaseMatch, anyCancer } = given.distance(item.disease, relative.code);
      return { ...match, diseaseMatch, anyCancer };
    });
    const there = tierOf(moved);
    const tier = there?.tier ?? without;
    if (tier === (here?.tier ?? without)) continue;
    result.push({
      oncotreeCode: relative.code,
      ...(tier === undefined ? {} : { tier }),
      reason:
        there === undefined
          ? `as ${relative.name} no statement sets a tier`
          : `as ${relative.name}: ${there.weight} by ${listOf(there.defining, 3)}`,
    });
  }
  return result.sort((a, b) => (a.oncotreeCode < b.oncotreeCode ? -1 : 1));
}
