/**
 * Germline findings in the order in which they explain the patient (F025): the class of the variant, how specifically
 * the patient's HPO terms belong to the gene, the family, and whether the inheritance fits the copies found. Ranks; never
 * classifies: no point of ACMG/AMP comes from here.
 */
import type { CaseRecord } from '../case/case-record.ts';
import type { HereditaryGene, PhenotypeKnowledge } from './knowledge.ts';

export interface RankedGermline {
  readonly id: string;
  readonly gene: string;
  readonly score: number;
  /** Each part that raised or lowered it, in words. */
  readonly reasons: readonly string[];
}

export interface GermlineCandidate {
  readonly id: string;
  readonly gene: string;
  /** Points of ACMG/AMP. */
  readonly points: number;
  readonly class: string;
  readonly alleleFraction?: number | undefined;
}

/** Words of cancers that a family tells of and a gene's conditions name. */
const organs = [
  'breast',
  'ovar',
  'colo',
  'rectal',
  'endometr',
  'uter',
  'pancrea',
  'prostat',
  'stomach',
  'gastric',
  'melanom',
  'renal',
  'kidney',
  'thyroid',
  'sarcom',
  'leuk',
  'lymphom',
  'brain',
  'gliom',
  'retinoblastom',
  'paragangliom',
  'pheochromocytom',
  'adren',
  'neurofibrom',
  'polyp',
  'wilms',
  'lung',
] as const;
const same: Readonly<Record<string, string>> = {
  rectal: 'colo',
  uter: 'endometr',
  gastric: 'stomach',
  renal: 'kidney',
  gliom: 'brain',
};
const organsOf = (text: string): ReadonlySet<string> =>
  new Set(organs.filter((organ) => text.toLowerCase().includes(organ)).map((organ) => same[organ] ?? organ));

const YOUNG = 50;
/** Above this share of reads a variant is on both copies. */
const HOMOZYGOUS = 0.85;

/** Information content of a term: the rarer among genes, the more it says (Resnik P. IJCAI 1995). */
const information = (share: number): number => (share <= 0 ? 0 : -Math.log2(Math.min(1, share)));

export function rankGermline(
  candidates: readonly GermlineCandidate[],
  patient: {
    readonly terms: readonly string[];
    readonly excluded: readonly string[];
    readonly diagnosis: string;
    readonly ageYears?: number | undefined;
    readonly family: CaseRecord['familyHistory'];
  },
  knowledge: {
    readonly phenotypes?: PhenotypeKnowledge | undefined;
    readonly hereditary?: ((gene: string) => HereditaryGene | undefined) | undefined;
  },
): readonly RankedGermline[] {
  const { phenotypes, hereditary } = knowledge;
  const most = patient.terms.reduce((sum, term) => sum + information(phenotypes?.shareOf(term) ?? 0), 0);
  const perGene = Map.groupBy(candidates, ({ gene }) => gene);
  return candidates
    .map(({ id, gene, points, class: verdict, alleleFraction }): RankedGermline => {
      const reasons: string[] = [];
      let score = Math.max(-8, Math.min(12, points));
      reasons.push(`${verdict.replace('-', ' ')}, ${points} points`);
      if (phenotypes !== undefined && most > 0) {
        const own = new Set(phenotypes.termsOf(gene));
        const shared = patient.terms.filter((term) => own.has(term));
        const told = shared.reduce((sum, term) => sum + information(phenotypes.shareOf(term)), 0);
        score += (12 * told) / most;
        reasons.push(
          `${shared.length} of ${patient.terms.length} HPO terms are known of ${gene} (${phenotypes.source})`,
        );
        const against = patient.excluded.filter((term) => own.has(term)).length;
        if (against > 0) {
          score -= Math.min(2, against / 2);
          reasons.push(`${against} terms of ${gene} were looked for and are absent`);
        }
      }
      const disease = hereditary?.(gene);
      if (disease !== undefined) {
        const known = organsOf(disease.conditions.join(' '));
        const own = [...organsOf(patient.diagnosis)].filter((organ) => known.has(organ));
        if (own.length > 0) {
          score += 2;
          reasons.push('the diagnosis belongs to the gene’s tumors');
          if (patient.ageYears !== undefined && patient.ageYears < YOUNG) {
            score += 1;
            reasons.push(`diagnosed before ${YOUNG}`);
          }
        }
        const relatives = patient.family.filter(({ condition }) =>
          [...organsOf(condition)].some((organ) => known.has(organ)),
        );
        if (relatives.length > 0) {
          const young = relatives.filter(({ ageYears }) => ageYears !== undefined && ageYears < YOUNG).length;
          score += Math.min(3, relatives.length) + Math.min(2, young);
          reasons.push(
            `${relatives.length} ${relatives.length === 1 ? 'relative has' : 'relatives have'} a tumor of this gene${young > 0 ? `, ${young} before ${YOUNG}` : ''}`,
          );
        }
        const both = (alleleFraction ?? 0) >= HOMOZYGOUS || (perGene.get(gene)?.length ?? 0) > 1;
        if (disease.inheritance === 'recessive' && !both) {
          score -= 4;
          reasons.push('recessive, and one copy is changed: a carrier');
        } else if (disease.inheritance === 'recessive') {
          score += 1;
          reasons.push('recessive, and both copies may be changed');
        }
      } else if (hereditary !== undefined) {
        score -= 2;
        reasons.push(`${gene} is in no list of hereditary genes here`);
      }
      return { id, gene, score: Math.round(score * 100) / 100, reasons };
    })
    .sort((a, b) => b.score - a.score || (a.gene < b.gene ? -1 : a.gene > b.gene ? 1 : a.id < b.id ? -1 : 1));
}
