/**
 * One small variant by itself, without a case around it: what a row of an annotated file or a variant typed by hand can
 * say. Statements that need a second finding, or that something else was tested, are not met here.
 */
import type { EvidenceItem } from '../knowledge/evidence.ts';
import { escatOf } from './escat.ts';
import { type CaseFacts, ledgerLookup } from './facts.ts';
import { distances, genesInEvidence, judge, tierWithoutEvidence, type WeighedVariant } from './judgement.ts';
import type { DiseaseDistance, MolecularKnowledge } from './knowledge.ts';
import { matchEvidence } from './matching.ts';
import type { AmpTier, EscatProposal, EvidenceMatch, Finding } from './profile.ts';
import { tierElsewhere } from './sensitivity.ts';
import type { SmallVariant } from './small-variants.ts';
import { type TierCall, tierOf } from './tiers.ts';

/** Nothing was tested but what the variant itself shows. */
export const nothingElse: CaseFacts = {
  variants: new Map(),
  copyNumbers: new Map(),
  fusions: [],
  outliers: new Map(),
  biomarkers: [],
  assayed: ledgerLookup({ entries: [], defaults: {} }),
};

export interface EvidenceOfOne {
  readonly matches: readonly EvidenceMatch[];
  /** Absent where no statement sets a tier, and where no tumor type is given. */
  readonly call?: TierCall | undefined;
}

export interface BeyondTheTier {
  /** Proposed; a person must confirm it (F017). */
  readonly escat?: EscatProposal | undefined;
  /** Under which other codes of the tumor type the tier differs (F010). */
  readonly elsewhere: Finding['tierElsewhere'];
}

export interface VariantVerdict extends EvidenceOfOne {
  readonly variant: WeighedVariant;
  readonly tier?: AmpTier | undefined;
}

export interface OneVariant {
  /** Statements of the packs that these facts meet, and the tier they set. */
  evidence(genes: readonly string[], facts: CaseFacts): EvidenceOfOne;
  /** What a single question wants to know beside the tier; not worked out for every row of a file. */
  beyond(found: EvidenceOfOne): BeyondTheTier;
  verdict(variant: SmallVariant): VariantVerdict;
}

const nowhere: DiseaseDistance = { match: 'other', steps: 0, anyCancer: false };

/** Ready to be asked many times; without a tumor type evidence is found but sets no tier. */
export function oneVariant(knowledge: MolecularKnowledge, tumorType: string | undefined): OneVariant {
  const byGene = genesInEvidence(knowledge.evidence);
  const distance = distances(knowledge, () => undefined);
  const near = (disease: EvidenceItem['disease']): DiseaseDistance =>
    tumorType === undefined ? nowhere : distance(disease, tumorType);

  const node = tumorType === undefined ? undefined : knowledge.tumorType(tumorType);

  const evidence = (genes: readonly string[], facts: CaseFacts): EvidenceOfOne => {
    const items = [...new Set(genes.flatMap((gene) => byGene.get(gene) ?? []))];
    if (items.length === 0) return { matches: [] };
    const origins = new Map(
      genes.flatMap((gene) => facts.variants.get(gene) ?? []).map(({ id, origin }) => [id, origin]),
    );
    const { evidence: all } = matchEvidence(
      { evidence: items, evidencePack: knowledge.evidencePack },
      facts,
      near,
      (id) => origins.get(id),
    );
    // What rests on absence alone speaks of the case, not of this variant.
    const matches = all.filter(({ findingIds }) => findingIds.length > 0);
    return { matches, call: tumorType === undefined ? undefined : tierOf(matches) };
  };

  return {
    evidence,
    beyond({ matches, call }) {
      if (tumorType === undefined) return { elsewhere: [] };
      const items = new Map(knowledge.evidence.map((item) => [item.id, item]));
      return {
        escat: escatOf(matches),
        elsewhere: tierElsewhere(matches, call, 'III', { items, knowledge, distance, code: tumorType }),
      };
    },
    verdict(variant) {
      const weighed = judge(variant, knowledge, byGene.get(variant.gene) ?? [], node);
      const found = evidence([variant.gene], { ...nothingElse, variants: new Map([[variant.gene, [weighed]]]) });
      const applies =
        tumorType !== undefined && variant.origin === 'somatic' && variant.consequenceClass !== 'non-coding';
      return {
        ...found,
        variant: weighed,
        tier: found.call?.tier ?? (applies ? tierWithoutEvidence(weighed.oncogenicity) : undefined),
      };
    },
  };
}
