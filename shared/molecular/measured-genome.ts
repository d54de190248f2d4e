/** Measures of the genome as a whole, out of the segments of one tumor: scars, ploidy, share without a second allele. */
import type { GenomeBuild } from '../case/case-record.ts';
import type { ObservedBiomarker, ObservedSegment } from '../case/intake.ts';
import { isAutosome } from './chromosomes.ts';
import { autosomesCovered, readScars, SCAR_COVERAGE, SCAR_RULE, SCAR_THRESHOLD } from './genomic-scars.ts';
import type { Measure } from './measures.ts';

interface GenomeInput {
  readonly segments: readonly ObservedSegment[];
  readonly build: GenomeBuild | undefined;
  readonly purity?: number | undefined;
  /** What laboratories reported, to be set beside what is computed. */
  readonly reported: readonly ObservedBiomarker[];
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;

/** HRD sum with its parts, ploidy, and loss of heterozygosity by length. */
export function genomeMeasures(input: GenomeInput): Measure[] {
  return [scarMeasure(input), ploidyMeasure(input), heterozygosityMeasure(input)];
}

function scarMeasure({ segments, build, purity, reported }: GenomeInput): Measure {
  const base = {
    id: 'measure:hrd',
    label: 'Genomic scars (HRD sum)',
    method: 'LOH, TAI and LST counted as scarHRD does, from allele-specific segments',
    threshold: SCAR_RULE,
  };
  const reading = readScars({ segments, build, purity });
  if (reading.state === 'not-evaluable') return { ...base, state: 'not-evaluable', text: reading.reason, limits: [] };
  const { counts } = reading;
  const own = reported.find(({ name }) => name === 'HRD');
  const told = typeof own?.value === 'number' ? own.value : undefined;
  const positive = counts.sum >= SCAR_THRESHOLD;
  return {
    ...base,
    state: 'computed',
    text: `${counts.sum} (LOH ${counts.loh}, TAI ${counts.tai}, LST ${counts.lst})`,
    value: counts.sum,
    reading: positive ? 'high' : 'low',
    limits: [
      'computed here, on an assay for which 42 was not set: it sets no tier, a companion diagnostic does',
      `adjusted for ploidy (15.5 a copy; Popova 2012), LST is ${counts.lstAdjusted.toFixed(1).replace('-', '−')}`,
      ...(told !== undefined && told >= SCAR_THRESHOLD !== positive
        ? [`the laboratory reports ${told}: the two stand on different sides of ${SCAR_THRESHOLD}`]
        : []),
      ...reading.limits,
    ],
  };
}

/** Mean copies over the autosomes, by length; undefined where segments state no copies or cover too little. */
export function ploidyOf(segments: readonly ObservedSegment[], build: GenomeBuild | undefined): number | undefined {
  if (build === undefined) return undefined;
  const own = segments.filter(({ chromosome, totalCopies }) => isAutosome(chromosome) && totalCopies !== undefined);
  if (autosomesCovered(own, build) < SCAR_COVERAGE) return undefined;
  let copies = 0;
  let length = 0;
  for (const { start1, end1, totalCopies = 0 } of own) {
    copies += totalCopies * (end1 - start1 + 1);
    length += end1 - start1 + 1;
  }
  return copies / length;
}

function ploidyMeasure({ segments, build }: GenomeInput): Measure {
  const base = {
    id: 'measure:ploidy',
    label: 'Ploidy of the tumor',
    method: 'mean total copies of the autosomes, by length of segment',
  };
  const ploidy = ploidyOf(segments, build);
  if (ploidy === undefined)
    return {
      ...base,
      state: 'not-evaluable',
      text:
        segments.length === 0
          ? 'no copy-number segments in this case'
          : `segments with total copies cover less than ${percent(SCAR_COVERAGE)} of the autosomes; log ratios alone leave ploidy open`,
      limits: [],
    };
  return {
    ...base,
    state: 'computed',
    text: ploidy.toFixed(2),
    value: Math.round(ploidy * 100) / 100,
    unit: 'copies',
    limits: [],
  };
}

function heterozygosityMeasure({ segments, build }: GenomeInput): Measure {
  const base = {
    id: 'measure:loh',
    label: 'Genome with loss of heterozygosity',
    method: 'share of the autosomes, by length, whose segments have no copy of the minor allele',
  };
  const own = segments.filter(({ chromosome, minorCopies }) => isAutosome(chromosome) && minorCopies !== undefined);
  if (build === undefined || autosomesCovered(own, build) < SCAR_COVERAGE)
    return {
      ...base,
      state: 'not-evaluable',
      text:
        segments.length === 0
          ? 'no copy-number segments in this case'
          : 'the segments do not state the copies of the minor allele over the autosomes',
      limits: [],
    };
  let lost = 0;
  let all = 0;
  for (const { start1, end1, minorCopies = 0 } of own) {
    const length = end1 - start1 + 1;
    all += length;
    if (Math.round(minorCopies) === 0) lost += length;
  }
  return { ...base, state: 'computed', text: percent(lost / all), value: lost / all, limits: [] };
}
