/** Copy number, expression, protein, fusions and reported biomarkers as laboratories hand them over. */
import type { Facts } from './facts.ts';
import { gisticCall, logRatio, type Segment, segmentAt } from './genome.ts';
import { type Random, seeded } from './random.ts';

const join = (lines: readonly (readonly (string | number)[])[]): string =>
  `${lines.map((fields) => fields.join('\t')).join('\n')}\n`;

const CHROMOSOMES = [...Array.from({ length: 22 }, (_, i) => String(i + 1)), 'X'];

/** One row per gene with total and minor copies, log2 ratio and GISTIC-style call. */
export function geneCopies(
  facts: Facts,
  segments: readonly Segment[],
  { purity, sex, random }: { purity: number; sex: 'female' | 'male'; random: Random },
): string {
  const rows = Object.entries(facts.genes)
    .filter(([, [chromosome]]) => chromosome !== 'Y')
    .flatMap(([gene, [chromosome, start1, end1]]) => {
      const segment = segmentAt(segments, chromosome, Math.round((start1 + end1) / 2));
      if (segment === undefined) return [];
      const expected = chromosome === 'X' && sex === 'male' ? 1 : 2;
      const ratio = logRatio(segment.totalCopies, purity, expected) + random.normal(0, 0.04);
      return [
        {
          place: [CHROMOSOMES.indexOf(chromosome), start1] as const,
          row: [
            gene,
            chromosome,
            start1,
            end1,
            segment.totalCopies,
            segment.minorCopies,
            ratio.toFixed(3),
            gisticCall(segment.totalCopies, expected),
          ],
        },
      ];
    })
    .sort((a, b) => a.place[0] - b.place[0] || a.place[1] - b.place[1]);
  return join([
    ['gene', 'chromosome', 'start', 'end', 'total_copies', 'minor_copies', 'log2_ratio', 'gistic_call'],
    ...rows.map(({ row }) => row),
  ]);
}

/** SEG as the Integrative Genomics Viewer reads it; with `alleles` the copies of both alleles in columns after it. */
export function seg(
  segments: readonly Segment[],
  {
    sample,
    purity,
    sex,
    random,
    alleles = false,
  }: { sample: string; purity: number; sex: 'female' | 'male'; random: Random; alleles?: boolean },
): string {
  return join([
    [
      'ID',
      'chrom',
      'loc.start',
      'loc.end',
      'num.mark',
      'seg.mean',
      ...(alleles ? ['total_copies', 'minor_copies'] : []),
    ],
    ...segments.map((one) => [
      sample,
      one.chromosome,
      one.start1,
      one.end1,
      Math.max(8, Math.round((one.end1 - one.start1) / 18_000)),
      (
        logRatio(one.totalCopies, purity, one.chromosome === 'X' && sex === 'male' ? 1 : 2) + random.normal(0, 0.015)
      ).toFixed(4),
      ...(alleles ? [one.totalCopies, one.minorCopies] : []),
    ]),
  ]);
}

/**
 * Expression as z-scores against a cohort: each gene a draw from the cohort's own mean and spread, rising and falling with
 * the genes it goes with there, moved along with its copy number, and set outright where the case demands it.
 */
export function expression(
  facts: Facts,
  cohort: string,
  {
    random,
    segments = [],
    set = {},
  }: { random: Random; segments?: readonly Segment[]; set?: Readonly<Record<string, number>> },
): string {
  const rows = new Map<string, number>();
  const along = seeded(`axes of ${cohort}`);
  const axes = (facts.expression[cohort]?.[0]?.[3] ?? []).map(() => along.normal());
  for (const [gene, mean, sd, loadings] of facts.expression[cohort] ?? []) {
    const span = facts.genes[gene];
    const copies = span === undefined ? undefined : segmentAt(segments, span[0], span[1])?.totalCopies;
    const dosage = copies === undefined ? 0 : 0.35 * Math.max(-1.2, Math.min(2, copies - 2));
    const shared = loadings.reduce((sum, loading, k) => sum + loading * (axes[k] as number), 0);
    const own = Math.sqrt(Math.max(0.1, 1 - loadings.reduce((sum, loading) => sum + loading * loading, 0)));
    rows.set(gene, Math.max(-3.9, Math.min(3.9, random.normal(mean + dosage + sd * shared, sd * 0.95 * own))));
  }
  for (const [gene, value] of Object.entries(set)) rows.set(gene, value);
  return join([
    ['gene', 'z_score'],
    ...[...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([gene, value]) => [gene, value.toFixed(3)]),
  ]);
}

/** Reverse-phase protein array or immunohistochemistry by gene, one column named after its scale. */
export const protein = (scale: 'z_score' | 'h_score', values: Readonly<Record<string, number>>): string =>
  join([['gene', scale], ...Object.entries(values).map(([gene, value]) => [gene, value])]);

export interface FusionRow {
  readonly gene5: string;
  readonly gene3: string;
  readonly breakpoint5: string;
  readonly breakpoint3: string;
  readonly junctionReads: number;
  readonly spanningReads: number;
  readonly frame: 'INFRAME' | 'FRAMESHIFT' | '.';
}

/** STAR-Fusion's table with its coding effect columns. */
export const starFusion = (rows: readonly FusionRow[]): string =>
  join([
    [
      '#FusionName',
      'JunctionReadCount',
      'SpanningFragCount',
      'SpliceType',
      'LeftGene',
      'LeftBreakpoint',
      'RightGene',
      'RightBreakpoint',
      'PROT_FUSION_TYPE',
    ],
    ...rows.map((one) => [
      `${one.gene5}--${one.gene3}`,
      one.junctionReads,
      one.spanningReads,
      'ONLY_REF_SPLICE',
      one.gene5,
      one.breakpoint5,
      one.gene3,
      one.breakpoint3,
      one.frame,
    ]),
  ]);

export interface BiomarkerRow {
  readonly name: 'TMB' | 'MSI' | 'HRD' | 'PD-L1' | 'other';
  readonly label: string;
  readonly value: number | string;
  readonly unit?: string;
  readonly method?: string;
  readonly threshold?: string;
}
export const biomarkers = (rows: readonly BiomarkerRow[]): string =>
  `${JSON.stringify({ biomarkers: rows }, null, 2)}\n`;
