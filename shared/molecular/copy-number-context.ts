/** How far a change of copies reaches, and how it stands to the rest of the genome: focality, ploidy, tumor content. Pure. */
import type { GenomeBuild } from '../case/case-record.ts';
import type { ObservedSegment } from '../case/intake.ts';
import { bareChromosome, chromosomesOf } from './chromosomes.ts';
import type { GeneSpan } from './copy-number.ts';

export interface CopyNumberContext {
  /** Whole chromosome, one arm (70 % of it or more, as TCGA cuts with GISTIC2), or less: focal. */
  readonly focality: 'chromosome' | 'arm' | 'focal';
  /** Megabases of neighbouring segments that are changed the same way. */
  readonly megabases: number;
  readonly words: string;
}

const ARM_SHARE = 0.7;
/** Between two segments of one change. */
const GAP = 3_000_000;
const CHANGED_LOG2 = 0.3;

type Direction = 'up' | 'down' | 'even';

/** Against the ploidy where copies are absolute, against an even ratio otherwise. */
function directionOf({ totalCopies, log2Ratio }: ObservedSegment, ploidy: number | undefined): Direction {
  if (totalCopies !== undefined) {
    const base = Math.round(ploidy ?? 2);
    return totalCopies > base + 0.5 ? 'up' : totalCopies < base - 0.5 ? 'down' : 'even';
  }
  return (log2Ratio ?? 0) >= CHANGED_LOG2 ? 'up' : (log2Ratio ?? 0) <= -CHANGED_LOG2 ? 'down' : 'even';
}

/** @param direction of the gene's own call; undefined where no segment covers the gene */
export function contextOfGene(
  span: GeneSpan,
  direction: 'up' | 'down',
  segments: readonly ObservedSegment[],
  build: GenomeBuild,
  ploidy: number | undefined,
): CopyNumberContext | undefined {
  const name = bareChromosome(span.chromosome);
  const chromosome = chromosomesOf(build).find((one) => one.name === name);
  if (chromosome === undefined) return undefined;
  const own = segments.filter((one) => bareChromosome(one.chromosome) === name).sort((a, b) => a.start1 - b.start1);
  const at = own.findIndex(({ start1, end1 }) => start1 <= span.end1 && end1 >= span.start1);
  const covering = own[at];
  if (covering === undefined) return undefined;
  // An amplification on a gained arm is focal, as is a deep deletion on a lost one: only what is about as far belongs to it.
  const level = (one: ObservedSegment): number => one.totalCopies ?? 2 * 2 ** (one.log2Ratio ?? 0);
  const height = level(covering);
  const belongs = (one: ObservedSegment): boolean =>
    directionOf(one, ploidy) === direction &&
    (direction === 'down' ? level(one) < height + 0.75 : level(one) >= height / 2 && level(one) > height - 2);
  let first = at;
  let last = at;
  while (first > 0 && near(own[first - 1], own[first]) && belongs(own[first - 1] as ObservedSegment)) first -= 1;
  while (last + 1 < own.length && near(own[last], own[last + 1]) && belongs(own[last + 1] as ObservedSegment))
    last += 1;
  const start1 = own[first]?.start1 ?? covering.start1;
  const end1 = own[last]?.end1 ?? covering.end1;
  const [from, to] = chromosome.centromere;
  const overlap = (a: number, b: number): number => Math.max(0, Math.min(end1, b) - Math.max(start1, a) + 1);
  const short = overlap(1, from - 1) / Math.max(1, from - 1);
  const long = overlap(to + 1, chromosome.length) / (chromosome.length - to);
  const megabases = Math.round((end1 - start1 + 1) / 1e5) / 10;
  const inShort = (span.start1 + span.end1) / 2 < (from + to) / 2;
  const arm = `${name}${inShort ? 'p' : 'q'}`;
  if (short >= ARM_SHARE && long >= ARM_SHARE)
    return { focality: 'chromosome', megabases, words: `whole chromosome ${name}` };
  if ((inShort ? short : long) >= ARM_SHARE) return { focality: 'arm', megabases, words: `arm ${arm}` };
  return { focality: 'focal', megabases, words: `focal, ${megabases} Mb on ${arm}` };
}

const near = (a: ObservedSegment | undefined, b: ObservedSegment | undefined): boolean =>
  a !== undefined && b !== undefined && b.start1 - a.end1 < GAP;

/**
 * Copies behind a log2 ratio: (2^r · (p·ploidy + 2·(1 − p)) − 2·(1 − p)) / p, never under 0.
 * @param purity tumor content over 0; @param ploidy of the tumor, 2 where it is not known
 */
export const copiesFromRatio = (log2Ratio: number, purity: number, ploidy = 2): number =>
  Math.max(0, (2 ** log2Ratio * (purity * ploidy + 2 * (1 - purity)) - 2 * (1 - purity)) / purity);

/** Tumor content under which a ratio is not turned into copies: its error would be many copies. */
const LEAST_PURITY = 0.2;

/**
 * What ploidy and tumor content say against, or beside, the stated rule. COSMIC's rule for absolute copies: a gain of a gene in a
 * genome of ploidy over 2.7 needs 9 copies.
 */
export function copyNumberFlags(
  call: {
    readonly state: string;
    readonly totalCopies?: number | undefined;
    readonly log2Ratio?: number | undefined;
  },
  { ploidy, purity }: { readonly ploidy: number | undefined; readonly purity: number | undefined },
): string[] {
  const flags: string[] = [];
  const { state, totalCopies, log2Ratio } = call;
  if (state === 'amplification' && totalCopies !== undefined && ploidy !== undefined && ploidy > 2.7 && totalCopies < 9)
    flags.push(
      `${Math.round(totalCopies * 10) / 10} copies in a genome of ploidy ${ploidy.toFixed(1)}: under the 9 that COSMIC asks there`,
    );
  if (totalCopies === undefined && log2Ratio !== undefined && purity !== undefined && purity >= LEAST_PURITY) {
    const copies = copiesFromRatio(log2Ratio, purity, ploidy);
    const about = `about ${Math.round(copies * 10) / 10} copies at ${Math.round(purity * 100)} % tumor content`;
    if (state !== 'amplification' && copies >= 6) flags.push(`${about}: an amplification by copies, not by ratio`);
    if (state === 'amplification' && copies < 6) flags.push(`${about}: under 6`);
    if (state !== 'deep-deletion' && state !== 'neutral' && copies < 0.5)
      flags.push(`${about}: perhaps both copies lost`);
  }
  return flags;
}
