/** Mutational burden with its interval, and the pattern of small insertions and deletions, each within its range of validity (F023). */
import type { Assay, CaseRecord } from '../case/case-record.ts';
import type { ObservedBiomarker, ObservedVariant } from '../case/intake.ts';
import type { MolecularKnowledge } from './knowledge.ts';
import type { Measure } from './measures.ts';
import { mutationsOf } from './one-mutation.ts';
import { countInterval } from './poisson.ts';

export const TMB_THRESHOLD = 10;
const LEAST_MEGABASES = 1;
/** Stretch of one base from which it counts as a microsatellite. */
const RUN = 5;
const FEWEST_VARIANTS = 20;

interface LoadInput {
  readonly reported: readonly ObservedBiomarker[];
  readonly assays: CaseRecord['assays'];
  /** Of one somatic file. */
  readonly variants: readonly ObservedVariant[];
  readonly assay: Assay | undefined;
}

const one = (value: number): string => value.toFixed(1);

/** What a burden of this size would vary by from one like tumor to the next, by counting alone. */
export function burdenMeasure({ reported, assays }: LoadInput): Measure {
  const base = {
    id: 'measure:tmb',
    label: 'Tumor mutational burden, interval',
    method: 'exact Poisson interval of the mutations counted: the value as reported times the size of the assay',
    threshold: '10 mutations per megabase or more is high (FDA, pembrolizumab, 2020)',
    limits: [] as string[],
  };
  const no = (text: string, state: Measure['state'] = 'not-evaluable'): Measure => ({ ...base, state, text });
  const own = reported.find(({ name }) => name === 'TMB');
  if (own === undefined) return no('no laboratory reports it');
  const value = typeof own.value === 'number' ? own.value : Number.parseFloat(own.value);
  const assay = assays.find(({ id }) => id === own.assayId);
  const size = assay?.sizeMegabases;
  if (!Number.isFinite(value) || value < 0) return no('it is reported in words');
  if (own.unit !== undefined && !/m(ega)?b/i.test(own.unit)) return no(`its unit is ${own.unit}`);
  if (size === undefined)
    return no('the size of the assay is not stated, so the mutations behind the value are not known');
  if (size < LEAST_MEGABASES && assay?.scope !== 'exome' && assay?.scope !== 'genome')
    return no(`measured on ${size} Mb: under ${LEAST_MEGABASES} Mb it is not valid`, 'not-valid');
  const count = Math.round(value * size);
  const interval = countInterval(count);
  const low = interval.low / size;
  const high = interval.high / size;
  const undecided = low < TMB_THRESHOLD && high >= TMB_THRESHOLD;
  return {
    ...base,
    state: 'computed',
    text: `${one(value)} mutations/Mb (95 % ${one(low)} to ${one(high)}), ${count} mutations on ${size} Mb`,
    value,
    low,
    high,
    reading: undecided ? 'undecided' : value >= TMB_THRESHOLD ? 'high' : 'low',
    limits: [
      ...(undecided
        ? [`the interval holds ${TMB_THRESHOLD}: the assay is too small to place this tumor on one side of it`]
        : []),
      ...(assay?.design === 'tumor-only' ? ['tumor-only test: rare inherited variants may be counted'] : []),
      ...(assay?.scope === 'panel'
        ? ['panels differ in genes and filters: values of two panels are not interchangeable']
        : []),
    ],
  };
}

/** True where the base beside an insertion or deletion begins a run of itself. */
function inRun(variant: ObservedVariant, baseAt: MolecularKnowledge['referenceBase']): boolean | undefined {
  const { build, chromosome, position1, reference, alternate } = variant;
  const changed = reference.length > alternate.length ? reference.slice(1) : alternate.slice(1);
  const [unit] = changed;
  if (unit === undefined || [...changed].some((base) => base !== unit)) return false;
  for (let step = 1; step <= RUN; step++) {
    const base = baseAt?.(build, chromosome, position1 + step);
    if (base === undefined) return undefined;
    if (base !== unit) return false;
  }
  return true;
}

/**
 * Share of small insertions and deletions, and how many lie in runs of one base. Deficient mismatch repair raises both; no
 * threshold holds over assays, so none is read.
 */
export function indelMeasure(
  { variants, assay, reported }: LoadInput,
  knowledge: Pick<MolecularKnowledge, 'referenceBase'>,
): Measure {
  const base = {
    id: 'measure:indels',
    label: 'Pattern of insertions and deletions',
    method: `share among the passed somatic variants; where the reference is known here, those in a run of ${RUN} or more of one base`,
  };
  const seen = new Set<string>();
  const { variants: mutations, joined } = mutationsOf(variants.filter(({ origin }) => origin === 'somatic'));
  const small = mutations.filter(({ key }) => !seen.has(key) && seen.add(key));
  if (
    assay !== undefined &&
    assay.scope !== 'exome' &&
    assay.scope !== 'genome' &&
    (assay.sizeMegabases ?? 0) < LEAST_MEGABASES
  )
    return {
      ...base,
      state: 'not-valid',
      text:
        assay.sizeMegabases === undefined
          ? 'the size of the panel is not stated'
          : `a panel of ${assay.sizeMegabases} Mb holds too few microsatellites`,
      limits: [],
    };
  if (small.length < FEWEST_VARIANTS)
    return {
      ...base,
      state: 'not-evaluable',
      text: `${small.length} somatic variants; ${FEWEST_VARIANTS} are needed`,
      limits: [],
    };
  const indels = small.filter(({ reference, alternate }) => reference.length !== alternate.length);
  const places = indels.map((indel) => inRun(indel, knowledge.referenceBase));
  const known = places.filter((place) => place !== undefined).length;
  const inRuns = places.filter((place) => place === true).length;
  const share = indels.length / small.length;
  const told = reported.find(({ name }) => name === 'MSI');
  return {
    ...base,
    state: 'computed',
    text: `${Math.round(share * 100)} % (${indels.length} of ${small.length})${known === 0 ? '' : `; ${inRuns} of ${known} in runs of one base`}`,
    value: share,
    limits: [
      'a pattern, not a test: microsatellite status is read by PCR, by a validated caller, or by immunohistochemistry of the mismatch repair proteins',
      ...(told === undefined ? ['no laboratory reports microsatellite status'] : []),
      ...(joined.mutations === 0
        ? []
        : [
            `${joined.rows} substitutions side by side on one allele, as the file phases them: each mutation of several bases (${joined.mutations}) counts once`,
          ]),
      ...(known < indels.length ? [`surroundings of ${indels.length - known} are not known here`] : []),
    ],
  };
}
