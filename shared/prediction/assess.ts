/**
 * From the model's numbers to what a board may read: calibration, percentile with interval, contributions, ablation,
 * the curve of comparable patients – or an abstention with its reason. Pure; the session is the electron room's.
 */
import type { z } from 'zod';
import type { CaseRecord } from '../case/case-record.ts';
import {
  type CaseFeatures,
  type ClinicalFacts,
  clinicalWords,
  type KnownBlock,
  type KnownInput,
  standing,
} from './case-features.ts';
import { coverageFor, type Groups, isOff, monthsOutlived } from './conformal.ts';
import type { FeatureTable, ModelBlock, ModelCard, PopulationTable } from './model-files.ts';
import {
  type Abstention,
  type AggressivenessResult,
  type Attribution,
  type CurvePoint,
  wholePercentile,
} from './predictions.ts';
import { ageBand } from './stored.ts';

/** One row of the model's output: log-risk per member (0 is the model, the rest its jackknife) and block, and terms per input. */
export interface ModelOutput {
  readonly contributions: readonly (readonly number[])[];
  readonly terms: Float32Array;
}

export interface ModelDocuments {
  readonly features: FeatureTable;
  readonly population: PopulationTable;
  readonly card: ModelCard;
}

const INTERVAL_COVERAGE = 0.9;
/** 95 % quantile of Student's t for 9 degrees of freedom: ten jackknife members, two-sided 90 %. */
const STUDENT_T = 1.833;
const ATTRIBUTIONS_SHOWN = 20;

/** Key of a subset of modalities in population.json and card.json. */
export const subsetKey = (blocks: readonly ModelBlock[]): string => blocks.join('+');

/**
 * Percentile (0 to 100) of a calibrated log-risk among equally spaced quantiles, linear in between. Never falls as the
 * risk rises.
 */
export function percentileOf(logRisk: number, quantiles: readonly number[]): number {
  const steps = quantiles.length - 1;
  const above = quantiles.findIndex((quantile) => quantile > logRisk);
  if (above === 0) return 0;
  if (above < 0) return 100;
  const low = quantiles[above - 1] as number;
  const high = quantiles[above] as number;
  return (100 * (above - 1 + (logRisk - low) / (high - low))) / steps;
}

/**
 * Standard error by the delete-a-group jackknife: sqrt((G−1)/G · Σ (fg − mean)²). It says how far the score would move
 * had other patients of the same population been trained on (Shao & Wu, Ann Stat 1989;17:1176-1197).
 */
export function jackknifeError(members: readonly number[]): number {
  const mean = members.reduce((sum, value) => sum + value, 0) / members.length;
  return Math.sqrt(
    ((members.length - 1) / members.length) * members.reduce((sum, value) => sum + (value - mean) ** 2, 0),
  );
}

/** Why no score may be given for this case, or undefined. Called before the model runs. */
export function abstention(
  cohort: string,
  { patient }: ClinicalFacts,
  { modalities, blocks, used, strange }: CaseFeatures,
  { features, card }: ModelDocuments,
): Abstention | undefined {
  const name = card.tumorTypes[cohort] ?? cohort;
  const abstain = (reason: string, detail: string[]): Abstention => ({
    state: 'abstained',
    reason,
    detail,
    modalities,
  });
  const type = features.types[cohort];
  const people = card.population[cohort];
  if (type === undefined || people === undefined) return abstain(`The model has no cohort ${cohort}.`, []);

  const facts = blocks.find(({ block }) => block === 'clinical');
  const clinical = new Set(Array.from(facts?.columns ?? [], (_, k) => facts?.nameAt(k)));
  const inModel = new Set(type.blocks.clinical.index.map((place) => features.columns.clinical[place]));
  const staged = inModel.has('stage')
    ? ['stage']
    : inModel.has('grade') && card.beforeSurgery !== true
      ? ['grade']
      : [];
  const least = ['age', ...staged];
  const missing = least.filter((field) => !clinical.has(field));
  if (missing.length > 0)
    return abstain(`The clinical minimum is not known: ${missing.join(' and ')}.`, [
      card.beforeSurgery === true
        ? `For ${name} the model needs at least age and ${type.blocks.rna.index.length > 0 ? 'expression' : 'copy number'} of a biopsy.`
        : `For ${name} the model needs at least ${least.join(' and ')}; stage is read as I to IV with A, B or C.`,
    ]);

  const [youngest, oldest] = people.ageRange;
  const age = patient.ageYears ?? Number.NaN;
  if (age < youngest || age > oldest)
    return abstain('The patient is outside the ages of the cohort.', [
      `Patients with ${name} were ${youngest} to ${oldest} years old.`,
    ]);
  const { sex } = patient;
  const ofSex = sex === 'female' ? people.female : sex === 'male' ? people.patients - people.female : people.patients;
  if (ofSex === 0)
    return abstain(`The cohort has no ${sex} patient.`, [`The cohort is ${people.patients} patients with ${name}.`]);

  if (strange.length > 0)
    return abstain(
      'The molecular data lie outside what the model has seen.',
      strange.map(({ block, reason }) => `${modalityWords[block]}: ${reason}`),
    );
  // Copy number and mutations alone put no more pairs in the right order than the clinical facts (models/README.md).
  const needed = type.blocks.rna.index.length > 0 ? 'rna' : 'copy-number';
  if (card.beforeSurgery === true && !used.has(needed))
    return abstain(
      `${needed === 'rna' ? 'No expression' : 'No copy number'} of the tumor counts here, and without it nothing is said before surgery.`,
      ['Age, sex, grade and the like, also with what else is measured, put too few patients in the right order.'],
    );
  return undefined;
}

const modalityWords: Record<ModelBlock, string> = {
  clinical: 'Clinical data',
  rna: 'RNA',
  'copy-number': 'Copy number',
  mutation: 'Mutations',
  protein: 'Protein',
};

const label = (block: ModelBlock, name: string): string =>
  block === 'clinical'
    ? (clinicalWords[name] ?? name)
    : `${name} ${{ rna: 'expression', 'copy-number': 'copy number', mutation: 'mutation', protein: 'protein' }[block]}`;

const AGE_CURVE = 'age-curve';

function attributionsOf({ blocks }: CaseFeatures, terms: Float32Array, factor: number): Attribution[] {
  type Ranked = { readonly known: KnownBlock; readonly k: number; readonly contribution: number };
  const featureOf = ({ known, k }: Ranked): string => {
    const name = known.nameAt(k);
    return `${known.block}:${name === AGE_CURVE ? 'age' : name}`;
  };
  const stronger = (a: Ranked, b: Ranked): number =>
    Math.abs(b.contribution) - Math.abs(a.contribution) || (featureOf(a) < featureOf(b) ? -1 : 1);
  // Only the strongest so far are held, in order.
  const ranked: Ranked[] = [];
  let least = 0;
  const hold = (known: KnownBlock, k: number, contribution: number): void => {
    if (contribution === 0) return;
    const candidate = { known, k, contribution };
    const place = ranked.findIndex((held) => stronger(candidate, held) < 0);
    ranked.splice(place < 0 ? ranked.length : place, 0, candidate);
    ranked.length = Math.min(ranked.length, ATTRIBUTIONS_SHOWN);
    const last = ranked[ATTRIBUTIONS_SHOWN - 1];
    if (last !== undefined) least = Math.abs(last.contribution);
  };
  for (const known of blocks) {
    const { columns } = known;
    // Age enters twice, as itself and as its curvature; to a reader it is one fact.
    let [age, curve] = [-1, -1];
    if (known.block === 'clinical')
      for (let k = 0; k < columns.length; k++) {
        if (known.nameAt(k) === 'age') age = k;
        if (known.nameAt(k) === AGE_CURVE) curve = k;
      }
    const joined = age >= 0 && curve >= 0;
    for (let k = 0; k < columns.length; k++) {
      let contribution = factor * (terms[columns[k] as number] as number);
      if (joined && k === curve) continue;
      if (joined && k === age) contribution += factor * (terms[columns[curve] as number] as number);
      if (Math.abs(contribution) >= least) hold(known, k, contribution);
    }
  }
  return ranked.map((one) => {
    const input: KnownInput = one.known.at(one.k);
    return {
      modality: input.block,
      feature: featureOf(one),
      label: label(input.block, input.name === AGE_CURVE ? 'age' : input.name),
      value: input.value,
      contribution: one.contribution,
    };
  });
}

type Points = PopulationTable['types'][string]['cohortCurve'];
const curvePoints = (points: Points): z.infer<typeof CurvePoint>[] =>
  points.map(([months, survival, low, high, atRisk]) => ({ months, survival, low, high, atRisk }));

const groupNames = ['lowest', 'second lowest', 'middle', 'second highest', 'highest'];

/** The result for a case that passed `abstention`. */
export function assess(
  cohort: string,
  record: CaseRecord,
  caseFeatures: CaseFeatures,
  output: ModelOutput,
  { features, population, card }: ModelDocuments,
): AggressivenessResult {
  const type = population.types[cohort];
  if (type === undefined) throw new Error(`the population table has no ${cohort}`);
  const used = features.blocks.filter((block) => caseFeatures.used.has(block));
  const place = (block: ModelBlock): number => features.blocks.indexOf(block);
  const under = (blocks: readonly ModelBlock[]) => {
    const key = subsetKey(blocks);
    const factor = population.calibration[key];
    const subset = type.subsets[key];
    if (factor === undefined || subset === undefined)
      throw new Error(`the population table has no ${key} for ${cohort}`);
    const scores = output.contributions.map(
      (member) => factor * blocks.reduce((sum, block) => sum + (member[place(block)] as number), 0),
    );
    return { factor, subset, logRisk: scores[0] as number, members: scores.slice(1) };
  };

  const { factor, subset, logRisk, members } = under(used);
  const half = STUDENT_T * jackknifeError(members);
  const percentile = percentileOf(logRisk, subset.quantiles);
  const percentileLow = percentileOf(logRisk - half, subset.quantiles);
  const percentileHigh = percentileOf(logRisk + half, subset.quantiles);

  const { ageYears, sex } = record.patient;
  const band = ageYears === undefined ? undefined : ageBand(ageYears);
  const alike =
    band === undefined || (sex !== 'female' && sex !== 'male') || card.alike === undefined
      ? undefined
      : (card.alike[cohort]?.[band]?.[sex] ?? 0);
  const group = subset.groupEdges.filter((edge) => edge <= logRisk).length;
  const comparable = subset.groups[group];
  const name = card.tumorTypes[cohort] ?? cohort;
  // Fewer of the cohort have arrays: the percentile is among them, and so is the fifth of risk.
  const who = `${name}${used.includes('protein') ? ' and protein arrays' : ''}`;
  const ranked = subset.patients ?? type.patients;
  const among = `${ranked} patients with ${who}`;
  const main = output.contributions[0] as readonly number[];
  return {
    state: 'computed',
    cohort: {
      tumorType: cohort,
      patients: type.patients,
      deaths: type.deaths,
      description: `${type.patients} patients with ${name} (TCGA), ${type.deaths} deaths, median follow-up ${type.medianFollowUpMonths} months${ranked === type.patients ? '' : `; the percentile is among the ${ranked} with protein arrays`}`,
      ...(ranked === type.patients ? {} : { ranked }),
    },
    ...(alike === undefined ? {} : { alike: { patients: alike, who: `${sex}, ${band}` } }),
    logRisk,
    percentile,
    percentileLow,
    percentileHigh,
    intervalCoverage: INTERVAL_COVERAGE,
    intervalMeaning:
      'Where the percentile would lie had the model been trained on other patients of the same population. It is not the uncertainty of how long this patient will live.',
    ...outlivedBy(cohort, record, used, logRisk, { features, population, card }),
    sentence: `${
      card.beforeSurgery === true
        ? `Before surgery, without stage: higher risk of death than ${wholePercentile(percentile)} % of ${among}`
        : `Higher risk of death than ${wholePercentile(percentile)} % of ${among} after surgery`
    } (90 % interval ${percentileLow.toFixed(0)} to ${percentileHigh.toFixed(0)} %).${setAsideSentence(caseFeatures.setAside)}`,
    modalities: caseFeatures.modalities,
    attributions: attributionsOf(caseFeatures, output.terms, factor),
    contributions: used.map((block) => ({ modality: block, contribution: factor * (main[place(block)] as number) })),
    ablation: used
      .filter((block) => block !== 'clinical')
      .map((without) => {
        // What stood aside beside it counts where it is not there (F033: as if the case had not brought it).
        const instead = caseFeatures.besides.filter((block) => features.asides[block]?.beside === without);
        const rest = under(
          standing(
            [...used.filter((block) => block !== without), ...instead],
            new Set([...caseFeatures.vouching, ...instead]),
          ),
        );
        const among = rest.subset.patients ?? type.patients;
        return {
          without,
          logRisk: rest.logRisk,
          percentile: percentileOf(rest.logRisk, rest.subset.quantiles),
          ...(among === ranked ? {} : { among }),
        };
      }),
    ...(comparable?.points === undefined
      ? {}
      : {
          curve: {
            label: `${who}, ${groupNames[group] ?? ''} fifth of risk`,
            patients: comparable.patients,
            points: curvePoints(comparable.points),
            cohortPoints: curvePoints(type.cohortCurve),
          },
        }),
    limits: limitsOf(cohort, record, used, features, { features, population, card }),
  };
}

/** The blocks of a score with every modality: what stands aside beside another is none of them. */
const fullScore = (cohort: string, { blocks, asides, types }: FeatureTable): ModelBlock[] =>
  blocks.filter((block) => asides[block] === undefined && (types[cohort]?.blocks[block].index.length ?? 0) > 0);

/**
 * What nine of ten patients of the type, band of age and sex outlive, with what was measured of the limit in each of them. The
 * limits were measured on scores of every modality, so it is said of such scores only.
 */
function outlivedBy(
  cohort: string,
  { patient: { ageYears, sex } }: CaseRecord,
  used: readonly ModelBlock[],
  logRisk: number,
  { features, card: { limitsByGroup, tumorTypes } }: ModelDocuments,
): Pick<AggressivenessResult, 'outlived'> {
  const lacks = fullScore(cohort, features).some((block) => !used.includes(block));
  if (limitsByGroup === undefined || lacks || ageYears === undefined || sex === 'unknown') return {};
  const groups: Groups = { 'tumor type': cohort, age: ageBand(ageYears), sex };
  const months = monthsOutlived(limitsByGroup, groups, logRisk);
  const measured = coverageFor(limitsByGroup, groups);
  // A band that the cohort hardly has carries no limit of its own.
  if (measured.length < Object.keys(groups).length) return {};
  const [ofType, ofAge, ofSex] = ['tumor type', 'age', 'sex'].map((group) =>
    measured.find((one) => one.group === group),
  );
  if (ofType === undefined || ofAge === undefined || ofSex === undefined) return {};
  const short = measured.some(({ coverage }) => isOff(coverage, limitsByGroup.nominal));
  const held = ({ coverage, patients }: typeof ofType): string => `${(100 * coverage).toFixed(1)} % of ${patients}`;
  return {
    outlived: {
      months,
      sentence: `Nine of ten patients like this one lived longer than ${months} months. Out of fold this limit held for ${held(ofType)} patients with ${tumorTypes[cohort] ?? cohort}, for ${held(ofAge)} aged ${ofAge.value} and for ${held(ofSex)} of this sex.${short ? ' In one of these groups that is more than 2 points from the 90 % it promises.' : ''}`,
    },
  };
}

/** F032: said beside the number, because a reader who knows that mutations were read would take them for part of it. */
const setAsideSentence = (blocks: readonly ModelBlock[]): string =>
  blocks.length === 0
    ? ''
    : ` From clinical data alone: nothing in the case vouches for ${listed(blocks.map((block) => wordInSentence(block)))}.`;

const listed = (parts: readonly string[]): string =>
  parts.length <= 1 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

const wordInSentence = (block: ModelBlock): string => modalityWords[block].toLowerCase().replace('rna', 'RNA');

function limitsOf(
  cohort: string,
  record: CaseRecord,
  used: readonly ModelBlock[],
  features: FeatureTable,
  { card }: ModelDocuments,
): string[] {
  const limits: string[] = [];
  const lines = record.therapyLines.length;
  if (lines > 0)
    limits.push(
      `${lines} ${lines === 1 ? 'line' : 'lines'} of therapy on record: the cohort was untreated at surgery, so the score describes the tumor as it was then and not the present outlook.`,
    );
  const measured = card.metrics.published.perType[cohort];
  if (measured !== undefined) {
    const { full, gainOverRichClinical: gain } = measured;
    limits.push(
      `In this tumor type the full model puts ${percent(full)} % of comparable pairs of patients in the right order (95 % interval ${percent({ value: full.low })} to ${percent({ value: full.high })}; chance is 50).`,
    );
    if (gain.low <= 0)
      limits.push('In this tumor type no gain of the molecular data over clinical data alone is proven.');
  }
  const possible = fullScore(cohort, features);
  const lacking = possible.filter((block) => !used.includes(block));
  const subsets = card.metrics.published.subsets;
  const beside = used.filter((block) => features.asides[block] === undefined);
  const here = subsets[subsetKey(beside)];
  const whole = subsets[subsetKey(possible)];
  if (lacking.length > 0 && here !== undefined && whole !== undefined)
    limits.push(
      `Without ${lacking.map(wordInSentence).join(', ')} the model puts ${(100 * here.meanWithinTypeC).toFixed(1)} instead of ${(100 * whole.meanWithinTypeC).toFixed(1)} % of comparable pairs of patients in the right order, on average over tumor types; the interval does not contain what the absent data would change.`,
    );
  const arrays = beside.length < used.length ? card.protein?.sets[subsetKey(beside)]?.gain : undefined;
  if (arrays !== undefined)
    limits.push(
      `Protein changes the share of pairs in the right order by ${points(arrays.value)} points (95 % interval ${points(arrays.low)} to ${points(arrays.high)}, ${card.protein?.patients} patients)${arrays.low <= 0 ? ': no gain is proven' : ''}.`,
    );
  const others = Object.entries(card.tumorTypes)
    .filter(([code]) => code !== cohort)
    .map(([, words]) => words);
  // The card's lines on other tumor types stay on the card.
  limits.push(...card.limits.filter((line) => !others.some((words) => line.toLowerCase().includes(words))));
  return limits;
}

const points = (share: number): string => (100 * share).toFixed(1);
const percent = ({ value }: { value: number }): string => (100 * value).toFixed(0);
