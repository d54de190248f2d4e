/** The facts of each element of the report (rows R17 to R37 of the board's list), as the documents hold them. */
import { canonicalJson } from '../../../../shared/foundation/canonical.ts';
import type { Finding, MolecularProfile } from '../../../../shared/molecular/profile.ts';
import type { OptionsTable } from '../../../../shared/therapy/options.ts';

export const ELEMENTS = [
  'R17',
  'R18',
  'R19',
  'R20',
  'R21',
  'R22',
  'R23',
  'R24',
  'R25',
  'R26',
  'R27',
  'R35',
  'R36',
  'R37',
] as const;
export type Element = (typeof ELEMENTS)[number];

/** Members that are absent are not facts. */
const facts = (cells: Readonly<Record<string, unknown>>): readonly string[] => {
  const said = Object.entries(cells).filter(
    ([, value]) => value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0),
  );
  return said.length === 0 ? [] : [canonicalJson(Object.fromEntries(said))];
};

const COPIES: readonly Finding['kind'][] = ['amplification', 'deep-deletion', 'gain', 'loss'];
const OUTLIERS: readonly Finding['kind'][] = ['expression-outlier', 'protein-outlier'];
/** Markers of the immune context; the others are R23. */
const IMMUNE = /HLA|PD-?L1|CD274|TIL|immun/i;

/** One line a fact; a line that is the same on both sides of a round trip is a fact that was not lost. */
export function elementsOf(
  profile: Pick<MolecularProfile, 'findings' | 'pertinent' | 'measures'>,
  options: OptionsTable,
): Readonly<Record<Element, readonly string[]>> {
  const of = (kinds: readonly Finding['kind'][], cells: (finding: Finding) => Readonly<Record<string, unknown>>) =>
    profile.findings
      .filter(({ kind }) => kinds.includes(kind))
      .flatMap((finding) => {
        const said = facts(cells(finding));
        return said.map((one) => `${finding.gene} ${finding.title} ${one}`);
      });
  const all = profile.findings.map(({ kind }) => kind);
  const measure = (part: string, value: unknown): string[] =>
    value === undefined ? [] : [`${part} ${canonicalJson(value)}`];
  const measures = Object.entries(profile.measures ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    R17: of(
      ['small-variant'],
      ({ gene, hgvsGenomic, hgvsCoding, hgvsProtein, transcript, consequence, kind, origin, state, variantKeys }) => ({
        gene,
        hgvsGenomic,
        hgvsCoding,
        hgvsProtein,
        transcript,
        consequence,
        kind,
        origin,
        state,
        variantKeys,
      }),
    ),
    R18: of(all, ({ alleleFraction, depth, totalCopies, twoHits }) => ({
      alleleFraction,
      depth,
      totalCopies,
      twoHits,
    })),
    R19: of(all, ({ oncogenicity, germline }) => ({ oncogenicity, germline })),
    R20: of(['fusion'], ({ gene, gene2, variantKeys, rnaReads, flags }) => ({
      gene,
      gene2,
      variantKeys,
      rnaReads,
      flags,
    })),
    R21: of(COPIES, ({ kind, totalCopies, log2Ratio, reach, locus, flags }) => ({
      kind,
      totalCopies,
      log2Ratio,
      reach,
      locus,
      flags,
    })),
    R22: of(OUTLIERS, ({ kind, expressionZ, whyHere }) => ({ kind, expressionZ, whyHere })),
    R23: [
      ...of(['biomarker'], ({ gene, biomarker, state }) => (IMMUNE.test(gene) ? {} : { biomarker, state })),
      ...measures.filter(([part]) => !IMMUNE.test(part)).flatMap(([part, value]) => measure(part, value)),
    ],
    R24: [
      ...of(['biomarker'], ({ gene, biomarker, state }) => (IMMUNE.test(gene) ? { biomarker, state } : {})),
      ...measures.filter(([part]) => IMMUNE.test(part)).flatMap(([part, value]) => measure(part, value)),
    ],
    R25: profile.pertinent.map((one) => canonicalJson(one)),
    R26: of(all, ({ tier, tierCall, tierDefining, supporting, tierElsewhere }) => ({
      tier,
      tierCall,
      tierDefining,
      supporting,
      tierElsewhere,
    })),
    R27: [
      ...of(all, ({ escat }) => ({ escat })),
      ...options.options.flatMap(({ id, escat }) => (escat === undefined ? [] : [`${id} ${canonicalJson(escat)}`])),
    ],
    R35: options.options.map((one) => canonicalJson(one)),
    R36: options.exclusions.map((one) => canonicalJson(one)),
    R37: [
      ...(options.pharmacogenes?.genes ?? []).map((one) => canonicalJson(one)),
      ...(options.pharmacogenes?.recommendations ?? []).map((one) => canonicalJson(one)),
      ...(options.pharmacogenes?.warnings ?? []),
    ],
  };
}
