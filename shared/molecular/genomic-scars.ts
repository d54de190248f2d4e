/**
 * Genomic scars of homologous recombination deficiency from allele-specific copy-number segments: LOH (Abkevich 2012,
 * PMID 23047548), telomeric allelic imbalance (Birkbak 2012, PMID 22576213), large-scale state transitions (Popova 2012,
 * PMID 22933060), and their unweighted sum (Timms 2014, PMID 25475740), counted as scarHRD does (Sztupinszki 2018,
 * PMID 29978035): autosomes only, TAI against the copies that most of the chromosome has. Pure.
 */
import type { GenomeBuild } from '../case/case-record.ts';
import { bareChromosome, chromosomesOf, isAutosome } from './chromosomes.ts';

/** A segment whose two alleles were counted. Positions in base pairs, 1-based, both ends within. */
export interface AlleleSegment {
  readonly chromosome: string;
  readonly start1: number;
  readonly end1: number;
  readonly totalCopies: number;
  readonly minorCopies: number;
}

export interface ScarCounts {
  readonly loh: number;
  readonly tai: number;
  readonly lst: number;
  readonly sum: number;
  /** Mean total copies over the autosomes, by length. */
  readonly ploidy: number;
  /** LST less 15.5 for each copy of the ploidy (Popova 2012): which a genome that doubled needs. */
  readonly lstAdjusted: number;
}

export type ScarReading =
  | { readonly state: 'computed'; readonly counts: ScarCounts; readonly limits: readonly string[] }
  | { readonly state: 'not-evaluable'; readonly reason: string };

/** Base pairs. */
const LOH_OVER = 15_000_000;
const TAI_FROM = 1_000_000;
const LST_SMOOTHED_UNDER = 3_000_000;
const LST_FROM = 10_000_000;
const LST_GAP_UNDER = 3_000_000;
/** Share of the autosomes that segments must cover before scars can be counted. */
export const SCAR_COVERAGE = 0.75;
/** Tumor content under which allele-specific copies are seldom right. */
const LOW_PURITY = 0.3;
/** Copies that a doubled genome is told by (Bielski 2018): over half of the autosomes with a major allele of 2 or more. */
const DOUBLED_SHARE = 0.5;

export const SCAR_THRESHOLD = 42;
/** Printed beside every reading. */
export const SCAR_RULE =
  'sum of LOH (over 15 Mb, less than the chromosome), telomeric allelic imbalance and large-scale state transitions, counted as scarHRD does; 42 or more is positive: set on the 5th percentile of 268 breast and ovarian tumors with lost BRCA1 or BRCA2 (Telli 2016, PMID 26957554), on another assay than this one';

interface Called {
  readonly start1: number;
  readonly end1: number;
  readonly major: number;
  readonly minor: number;
}

/** Neighbours of the same alleles are one segment. */
function joined(segments: readonly Called[]): Called[] {
  const out: Called[] = [];
  for (const segment of segments) {
    const before = out.at(-1);
    if (before !== undefined && before.major === segment.major && before.minor === segment.minor)
      out[out.length - 1] = { ...before, end1: segment.end1 };
    else out.push(segment);
  }
  return out;
}

const lengthOf = ({ start1, end1 }: Called): number => end1 - start1;

function lohCount(segments: readonly Called[]): number {
  // Lost over the whole chromosome: missegregation, no scar.
  if (segments.every(({ minor }) => minor === 0)) return 0;
  const told = joined(joined(segments).map((one) => ({ ...one, major: Math.min(one.major, 1) })));
  return told.filter((one) => one.minor === 0 && one.major > 0 && lengthOf(one) > LOH_OVER).length;
}

/**
 * Major copies of most of the chromosome's length; 0 of a chromosome without any. scarHRD takes the major allele here, where
 * Birkbak's text speaks of ploidy; published sums and their threshold are counted by the code.
 */
function mainMajor(segments: readonly Called[]): number {
  const lengths = new Map<number, number>();
  for (const one of segments) if (one.major > 0) lengths.set(one.major, (lengths.get(one.major) ?? 0) + lengthOf(one));
  return [...lengths].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? 0;
}

function taiCount(segments: readonly Called[], [from, to]: readonly [number, number]): number {
  const told = joined(joined(segments).filter((one) => lengthOf(one) >= TAI_FROM));
  if (told.length < 2) return 0;
  const main = mainMajor(told);
  const balanced = ({ major, minor }: Called): boolean =>
    main === 1 || main % 2 === 0 ? major === minor : major + minor === main && minor !== 0;
  const telomeric = [
    ...told.slice(0, 1).filter(({ end1 }) => end1 < from),
    ...told.slice(-1).filter(({ start1 }) => start1 > to),
  ];
  return telomeric.filter((one) => !balanced(one)).length;
}

function lstOfArm(arm: readonly Called[]): number {
  let told = joined(arm);
  for (;;) {
    const short = told.findIndex((one) => lengthOf(one) < LST_SMOOTHED_UNDER);
    if (short === -1) break;
    told = joined(told.toSpliced(short, 1));
  }
  let count = 0;
  for (const [index, one] of told.entries()) {
    const before = told[index - 1];
    if (
      before !== undefined &&
      lengthOf(before) >= LST_FROM &&
      lengthOf(one) >= LST_FROM &&
      one.start1 - before.end1 < LST_GAP_UNDER
    )
      count += 1;
  }
  return count;
}

function lstCount(segments: readonly Called[], [from, to]: readonly [number, number]): number {
  const told = joined(segments);
  if (told.length < 2) return 0;
  const short = joined(told.filter(({ start1 }) => start1 <= from));
  const long = joined(told.filter(({ end1 }) => end1 >= to));
  // The innermost segment of either arm ends at the centromere.
  return (
    lstOfArm(short.map((one, index) => (index === short.length - 1 ? { ...one, end1: from } : one))) +
    lstOfArm(long.map((one, index) => (index === 0 ? { ...one, start1: to } : one)))
  );
}

/** Counts of whole copies; subclonal values are told by the nearest one. */
export function scarCounts(segments: readonly AlleleSegment[], build: GenomeBuild): ScarCounts {
  const byChromosome = Map.groupBy(
    segments.filter(({ chromosome }) => isAutosome(chromosome)),
    ({ chromosome }) => bareChromosome(chromosome),
  );
  let loh = 0;
  let tai = 0;
  let lst = 0;
  let copies = 0;
  let length = 0;
  for (const { name, centromere } of chromosomesOf(build)) {
    const own = (byChromosome.get(name) ?? [])
      .map((one): Called => {
        const minor = Math.round(one.minorCopies);
        return {
          start1: one.start1,
          end1: one.end1,
          major: Math.max(minor, Math.round(one.totalCopies) - minor),
          minor,
        };
      })
      .sort((a, b) => a.start1 - b.start1);
    if (own.length === 0) continue;
    loh += lohCount(own);
    tai += taiCount(own, centromere);
    lst += lstCount(own, centromere);
    for (const one of own) {
      copies += (one.major + one.minor) * lengthOf(one);
      length += lengthOf(one);
    }
  }
  const ploidy = length === 0 ? 0 : copies / length;
  return { loh, tai, lst, sum: loh + tai + lst, ploidy, lstAdjusted: lst - 15.5 * ploidy };
}

/** Share of the autosomes' length under segments, 0 to 1; over 1 where they overlap. */
export function autosomesCovered(
  segments: readonly Pick<AlleleSegment, 'chromosome' | 'start1' | 'end1'>[],
  build: GenomeBuild,
): number {
  const all = chromosomesOf(build)
    .filter(({ name }) => isAutosome(name))
    .reduce((sum, { length }) => sum + length, 0);
  return (
    segments
      .filter(({ chromosome }) => isAutosome(chromosome))
      .reduce((sum, { start1, end1 }) => sum + (end1 - start1 + 1), 0) / all
  );
}

interface ScarInput {
  readonly segments: readonly {
    readonly chromosome: string;
    readonly start1: number;
    readonly end1: number;
    readonly totalCopies?: number | undefined;
    readonly minorCopies?: number | undefined;
  }[];
  readonly build: GenomeBuild | undefined;
  /** Tumor content of the specimen, 0 to 1. */
  readonly purity?: number | undefined;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** The scars of a case, or why its segments cannot tell them. */
export function readScars({ segments, build, purity }: ScarInput): ScarReading {
  const no = (reason: string): ScarReading => ({ state: 'not-evaluable', reason });
  if (segments.length === 0) return no('no copy-number segments in this case');
  if (build === undefined) return no('the genome build of the segments is not known');
  const own = segments.filter(({ chromosome }) => isAutosome(chromosome));
  const alleles = own.flatMap((one): AlleleSegment[] =>
    one.totalCopies === undefined || one.minorCopies === undefined
      ? []
      : [{ ...one, totalCopies: one.totalCopies, minorCopies: one.minorCopies }],
  );
  if (alleles.length === 0)
    return no(
      'the segments hold log ratios or total copies only: loss of heterozygosity and allelic imbalance need the copies of both alleles (ASCAT, FACETS, Sequenza, PURPLE)',
    );
  const covered = autosomesCovered(alleles, build);
  if (covered < SCAR_COVERAGE)
    return no(
      `segments with both alleles cover ${percent(covered)} of the autosomes; ${percent(SCAR_COVERAGE)} are needed to count genome-wide scars`,
    );
  if (covered > 1.02) return no('the segments overlap each other, so that scars would be counted twice');
  const counts = scarCounts(alleles, build);
  const doubled =
    alleles
      .filter(({ totalCopies, minorCopies }) => Math.round(totalCopies) - Math.round(minorCopies) >= 2)
      .reduce((sum, { start1, end1 }) => sum + (end1 - start1), 0) /
      alleles.reduce((sum, { start1, end1 }) => sum + (end1 - start1), 0) >
    DOUBLED_SHARE;
  return {
    state: 'computed',
    counts,
    limits: [
      ...(purity === undefined
        ? ['tumor content not stated']
        : purity < LOW_PURITY
          ? [`tumor content ${percent(purity)}, under ${percent(LOW_PURITY)}: copies of each allele may be wrong`]
          : []),
      ...(doubled
        ? [
            `genome probably doubled (ploidy ${counts.ploidy.toFixed(1)}): transitions grow with ploidy, not with the defect alone`,
          ]
        : []),
      'scars stay after repair is restored: a positive score does not exclude a reversion',
    ],
  };
}
