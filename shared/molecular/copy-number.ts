/**
 * Gene-level copy number by stated thresholds, from a gene table or from segments over gene spans. Absolute copies say
 * more than a GISTIC call, a call more than a log ratio: the first one present decides.
 */
import type { GenomeBuild } from '../case/case-record.ts';
import type { ObservedCopyNumber, ObservedSegment } from '../case/intake.ts';

export type CopyNumberState = 'amplification' | 'deep-deletion' | 'gain' | 'loss' | 'neutral';

/** Total copies: PCGR and most laboratories call 6 or more an amplification; log2 and GISTIC values as cBioPortal reads them. */
export const COPY_NUMBER_RULE =
  'amplification: 6 or more copies, or GISTIC 2, or log2 ratio 1 or more; deep deletion: 0 copies, or GISTIC -2, or log2 ratio -1.5 or less; gain: 3 to 5 copies, GISTIC 1 or log2 0.4 or more; loss: 1 copy, GISTIC -1 or log2 -0.4 or less';

export interface GeneSpan {
  readonly gene: string;
  readonly chromosome: string;
  readonly start1: number;
  readonly end1: number;
}

export interface GeneCopyNumber {
  readonly gene: string;
  readonly state: CopyNumberState;
  readonly totalCopies?: number | undefined;
  readonly minorCopies?: number | undefined;
  readonly log2Ratio?: number | undefined;
  /** What decided, in words. */
  readonly fact: string;
  readonly flags: readonly string[];
}

interface Measured {
  readonly totalCopies?: number | undefined;
  readonly call?: number | undefined;
  readonly log2Ratio?: number | undefined;
}

const rounded = (value: number): string => `${Math.round(value * 100) / 100}`;

export function copyNumberState({ totalCopies, call, log2Ratio }: Measured): { state: CopyNumberState; fact: string } {
  if (totalCopies !== undefined) {
    const fact = `${rounded(totalCopies)} ${totalCopies === 1 ? 'copy' : 'copies'}`;
    if (totalCopies >= 6) return { state: 'amplification', fact };
    if (totalCopies < 0.5) return { state: 'deep-deletion', fact };
    if (totalCopies >= 2.5) return { state: 'gain', fact };
    if (totalCopies < 1.5) return { state: 'loss', fact };
    return { state: 'neutral', fact };
  }
  if (call !== undefined) {
    const states = ['deep-deletion', 'loss', 'neutral', 'gain', 'amplification'] as const;
    return { state: states[call + 2] ?? 'neutral', fact: `GISTIC ${call}` };
  }
  if (log2Ratio !== undefined) {
    const fact = `log2 ratio ${rounded(log2Ratio)}`;
    if (log2Ratio >= 1) return { state: 'amplification', fact };
    if (log2Ratio <= -1.5) return { state: 'deep-deletion', fact };
    if (log2Ratio >= 0.4) return { state: 'gain', fact };
    if (log2Ratio <= -0.4) return { state: 'loss', fact };
    return { state: 'neutral', fact };
  }
  return { state: 'neutral', fact: 'no value given' };
}

const strength: Readonly<Record<CopyNumberState, number>> = {
  amplification: 4,
  'deep-deletion': 3,
  gain: 2,
  loss: 1,
  neutral: 0,
};
const bare = (chromosome: string): string => chromosome.replace(/^chr/i, '').toUpperCase();

/**
 * One call per gene, sorted by gene. Rows of a gene table win over segments. A gene whose segments disagree takes the
 * segment that covers most of it, with a flag.
 */
export function geneCopyNumbers(
  rows: readonly ObservedCopyNumber[],
  segments: readonly (ObservedSegment & { readonly build?: GenomeBuild | undefined })[],
  spans: (build: GenomeBuild) => readonly GeneSpan[],
  symbol: (gene: string) => string,
): readonly GeneCopyNumber[] {
  const calls = new Map<string, GeneCopyNumber>();
  for (const row of rows) {
    const gene = symbol(row.gene);
    const { state, fact } = copyNumberState(row);
    const flags =
      state === 'neutral' || state === 'deep-deletion' || row.minorCopies === undefined || row.minorCopies > 0
        ? []
        : ['no minor allele left (loss of heterozygosity)'];
    const call: GeneCopyNumber = {
      gene,
      state,
      totalCopies: row.totalCopies,
      minorCopies: row.minorCopies,
      log2Ratio: row.log2Ratio,
      fact,
      flags,
    };
    const before = calls.get(gene);
    if (before === undefined) calls.set(gene, call);
    else if (before.state !== state || before.fact !== fact) {
      const stronger = strength[state] > strength[before.state] ? call : before;
      calls.set(gene, {
        ...stronger,
        flags: [...new Set([...stronger.flags, 'the copy-number table has several different rows for this gene'])],
      });
    }
  }
  const byChromosome = new Map<string, (ObservedSegment & { readonly build?: GenomeBuild | undefined })[]>();
  for (const segment of segments) {
    const key = `${segment.build}:${bare(segment.chromosome)}`;
    const list = byChromosome.get(key);
    if (list === undefined) byChromosome.set(key, [segment]);
    else list.push(segment);
  }
  const fromTable = new Set(calls.keys());
  for (const build of ['GRCh37', 'GRCh38'] as const) {
    if (!segments.some((segment) => segment.build === build)) continue;
    for (const span of spans(build)) {
      if (fromTable.has(span.gene)) continue;
      const over = (byChromosome.get(`${build}:${bare(span.chromosome)}`) ?? [])
        .map((segment) => ({
          segment,
          length: Math.min(segment.end1, span.end1) - Math.max(segment.start1, span.start1) + 1,
        }))
        .filter(({ length }) => length > 0)
        .sort((a, b) => b.length - a.length || a.segment.start1 - b.segment.start1);
      const [widest] = over;
      if (widest === undefined) continue;
      const { state, fact } = copyNumberState(widest.segment);
      const flags: string[] = [];
      if (over.some(({ segment }) => copyNumberState(segment).state !== state))
        flags.push('a segment border lies inside the gene');
      if (widest.segment.minorCopies === 0 && state !== 'deep-deletion')
        flags.push('no minor allele left (loss of heterozygosity)');
      calls.set(span.gene, {
        gene: span.gene,
        state,
        totalCopies: widest.segment.totalCopies,
        minorCopies: widest.segment.minorCopies,
        log2Ratio: widest.segment.log2Ratio,
        fact: `${fact}, segment over the gene`,
        flags,
      });
    }
  }
  return [...calls.values()].sort((a, b) => (a.gene < b.gene ? -1 : a.gene > b.gene ? 1 : 0));
}
