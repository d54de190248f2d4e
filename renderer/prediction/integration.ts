/** The model's result in the clinician's words, and what its card says of people like this patient. Pure. */
import type { CaseRecord } from '../../shared/case/case-record.ts';
import type { ExplainedGroup, Explanation, WhatIf } from '../../shared/prediction/explanation.ts';
import {
  type AggressivenessResult,
  type Attribution,
  type ModalityUse,
  type PredictionModality,
  wholePercentile,
} from '../../shared/prediction/predictions.ts';
import { type MarkdownBlock, parseMarkdown } from '../ui/markdown.ts';

/** How many reasons are told in words (F057). */
export const REASONS_TOLD = 5;

export interface Reasons {
  readonly raise: readonly Attribution[];
  readonly lower: readonly Attribution[];
}

/** The strongest reasons, by which way they move the score; in order of strength. */
export function strongestReasons(attributions: readonly Attribution[], most: number = REASONS_TOLD): Reasons {
  const strongest = [...attributions]
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    .slice(0, most);
  return {
    raise: strongest.filter(({ contribution }) => contribution > 0),
    lower: strongest.filter(({ contribution }) => contribution < 0),
  };
}

export const attributionWords = ({ label, value }: Pick<Attribution, 'label' | 'value'>): string =>
  `${label} (${value})`;

/** "Stage (IIIB) and Age (71 years) raise the estimate; EGFR mutation (…) lowers it." */
export function reasonsSentence(attributions: readonly Attribution[]): string {
  const { raise, lower } = strongestReasons(attributions);
  const told = (some: readonly Attribution[], one: string, many: string): string =>
    some.length === 0 ? '' : `${listed(some.map(attributionWords))} ${some.length === 1 ? one : many}`;
  const up = told(raise, 'raises the estimate', 'raise the estimate');
  const down = told(
    lower,
    up === '' ? 'lowers the estimate' : 'lowers it',
    up === '' ? 'lower the estimate' : 'lower it',
  );
  const parts = [up, down].filter((part) => part !== '');
  return parts.length === 0 ? 'No single fact moves the estimate.' : `${parts.join('; ')}.`;
}

const listed = (parts: readonly string[]): string =>
  parts.length <= 1 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

export interface ModalityRow {
  readonly use: ModalityUse;
  /** Contribution to the log-risk; undefined where the modality is absent. */
  readonly contribution: number | undefined;
  /** Percentile without it; undefined where it is absent or the score cannot stand without it. */
  readonly without: { readonly percentile: number; readonly change: number } | undefined;
}

/** One row per modality of the model: what it rests on, what it adds, and the estimate without it (F033). */
export function modalityRows(result: AggressivenessResult): readonly ModalityRow[] {
  return result.modalities.map((use) => {
    const ablated = result.ablation.find(({ without }) => without === use.modality);
    return {
      use,
      contribution: result.contributions.find(({ modality }) => modality === use.modality)?.contribution,
      without:
        ablated === undefined
          ? undefined
          : {
              percentile: ablated.percentile,
              change: wholePercentile(ablated.percentile) - wholePercentile(result.percentile),
            },
    };
  });
}

/** What a modality adds beyond "nothing": a contribution under this is said to change little. */
const LITTLE_PERCENTILES = 3;

/** The ablation in one sentence: which modality the estimate leans on, or that it leans on none. */
export function ablationSentence(result: AggressivenessResult, words: Record<PredictionModality, string>): string {
  const rows = modalityRows(result).filter(({ without }) => without !== undefined);
  if (rows.length === 0) return 'Only clinical data are used: there is nothing to leave out.';
  const moved = rows
    .filter(({ without }) => Math.abs(without?.change ?? 0) >= LITTLE_PERCENTILES)
    .sort((a, b) => Math.abs(b.without?.change ?? 0) - Math.abs(a.without?.change ?? 0));
  if (moved.length === 0)
    return `Leaving out any one modality moves the estimate by less than ${LITTLE_PERCENTILES} percentiles.`;
  const told = moved.map(
    ({ use, without }) =>
      `without ${words[use.modality].replace(/^(?!RNA)./, (letter) => letter.toLowerCase())} it would be ${ordinalPercentile(without?.percentile ?? 0)}`,
  );
  return `${told.join(', ').replace(/^./, (letter) => letter.toUpperCase())}.`;
}

const ordinalPercentile = (percentile: number): string => `at ${wholePercentile(percentile)} %`;

/** +0.42 and −0.10, with the true minus sign. */
export const signed = (value: number, digits = 2): string => {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value < 0 ? '−' : '+'}${text}`;
};

export interface Represented {
  readonly patients: number;
  readonly female: number;
  readonly medianAge: number;
  /** Most frequent first, as the card writes it. */
  readonly race: readonly { readonly name: string; readonly patients: number }[];
}

/** Whom the model was trained on for one tumor type, read from its card; undefined where the card does not say. */
export function representedOn(card: string, tumorType: string): Represented | undefined {
  const table = parseMarkdown(card).find(
    (block): block is Extract<MarkdownBlock, { kind: 'table' }> =>
      block.kind === 'table' && block.head.includes('median age') && block.head.includes('female'),
  );
  const row = table?.rows.find((cells) => cells[0] === tumorType);
  if (table === undefined || row === undefined) return undefined;
  const cell = (name: string): string => row[table.head.indexOf(name)] ?? '';
  const number = (name: string): number => Number(cell(name));
  const patients = number('patients');
  const female = number('female');
  const medianAge = number('median age');
  if (![patients, female, medianAge].every(Number.isFinite) || patients <= 0) return undefined;
  const race = cell('race')
    .split(',')
    .map((part) => /^\s*(.+?)\s+(\d+)\s*$/.exec(part))
    .filter((found) => found !== null)
    .map((found) => ({ name: raceWords(found[1] ?? ''), patients: Number(found[2]) }));
  return { patients, female, medianAge, race };
}

/** "[Not Evaluated]" and "Not Available" are the source's words for not stated. */
const raceWords = (name: string): string =>
  /^\[?not (evaluated|available)\]?$/i.test(name.trim()) ? 'not stated' : name.trim();

/** People not stated are counted together, last. */
export function raceSentence({ race, patients }: Represented): string {
  const counts = new Map<string, number>();
  for (const { name, patients: some } of race) counts.set(name, (counts.get(name) ?? 0) + some);
  const percentOf = (some: number): string => {
    const share = (100 * some) / patients;
    return share < 1 ? 'under 1\u00a0%' : `${Math.round(share)}\u00a0%`;
  };
  return [...counts]
    .sort(([a, x], [b, y]) => Number(a === 'not stated') - Number(b === 'not stated') || y - x)
    .map(([name, some]) => `${name} ${percentOf(some)}`)
    .join(', ');
}

/** Words of a record's ancestry, and the names of the card's groups they belong to. */
const ancestries: readonly (readonly [said: RegExp, group: RegExp])[] = [
  [/asian|chinese|japanese|korean|indian subcontinent/i, /^asian$/i],
  [/african|black/i, /^black or african american$/i],
  [/european|white|caucasian/i, /^white$/i],
  [/pacific|hawaiian/i, /pacific islander/i],
  [/native american|alaska|american indian/i, /^american indian/i],
];

/** Under this share of a cohort a group is said to be hardly known to the model. */
const HARDLY_KNOWN = 0.05;

/**
 * Says when the model has hardly seen people of the patient's stated ancestry. Undefined where enough were seen, and
 * where the record or the card does not say: absence of a warning is not a reassurance, and the table says the rest.
 */
export function hardlyKnown(ancestry: string | undefined, on: Represented): string | undefined {
  const group = ancestries.find(([said]) => ancestry !== undefined && said.test(ancestry))?.[1];
  if (group === undefined) return undefined;
  const name = on.race.find((one) => group.test(one.name));
  const seen = name?.patients ?? 0;
  if (seen / on.patients >= HARDLY_KNOWN) return undefined;
  return `The cohort holds ${seen} of ${on.patients} patients of this ancestry: the estimate may not carry over`;
}

/** The patient beside the cohort, fact by fact. */
export function likeThisPatient(
  { patient, therapyLines }: CaseRecord,
  on: Represented,
): readonly (readonly [what: string, patient: string, cohort: string])[] {
  const femaleShare = Math.round((100 * on.female) / on.patients);
  return [
    [
      'Age',
      patient.ageYears === undefined ? 'not stated' : `${patient.ageYears} years`,
      `median ${on.medianAge} years`,
    ],
    ['Sex', patient.sex === 'unknown' ? 'not stated' : patient.sex, `${femaleShare} % female`],
    ['Ancestry', patient.ancestry ?? 'not stated', raceSentence(on)],
    [
      'Treated before',
      therapyLines.length === 0
        ? 'no line on record'
        : `${therapyLines.length} ${therapyLines.length === 1 ? 'line' : 'lines'}`,
      'untreated at surgery, with few exceptions',
    ],
  ];
}

/** Fifths of risk, the lowest first. */
export const fifths = ['lowest', 'second lowest', 'middle', 'second highest', 'highest'] as const;

/** F058: whether the two methods part on one of the strongest. */
export function conflictSentence(groups: readonly Pick<ExplainedGroup, 'label' | 'conflict'>[]): string {
  const parted = groups.filter(({ conflict }) => conflict).map(({ label }) => label);
  return parted.length === 0
    ? 'Shapley values and the local line (LIME) agree on which way the strongest move the estimate.'
    : `The two methods disagree on which way ${listed(parted)} ${parted.length === 1 ? 'moves' : 'move'} the estimate: do not lean on it.`;
}

/** F060 in one sentence: the nearest change in each direction. */
export function counterfactualSentence({ counterfactuals }: Pick<Explanation, 'counterfactuals'>): string {
  if (counterfactuals.length === 0) return 'No five plausible changes move the estimate to another fifth of risk.';
  const told = counterfactuals.map(
    ({ to, changes }) =>
      `with ${listed(changes.map(({ label, to: then }) => `${label} ${then}`))} it would lie in the ${fifths[to] ?? ''} fifth`,
  );
  return `${told.join('; ').replace(/^./, (letter) => letter.toUpperCase())}.`;
}

const words = [
  ...(['stage', 'grade', 't', 'n', 'm'] as const),
  ...(['smoking', 'estrogenReceptor', 'progesteroneReceptor', 'her2'] as const),
];

/** What the sandbox was told; undefined where a number is none. An emptied field is left as the patient's. */
export function wishOf(
  texts: Readonly<Record<string, string>>,
  without: Readonly<NonNullable<WhatIf['without']>>,
): WhatIf | undefined {
  const wish: WhatIf = without.length === 0 ? {} : { without: [...without] };
  for (const name of ['ageYears', 'positiveNodes'] as const) {
    const text = (texts[name] ?? '').trim();
    if (text === '') continue;
    if (!/^\d{1,3}$/.test(text) || Number(text) > (name === 'ageYears' ? 120 : 200)) return undefined;
    wish[name] = Number(text);
  }
  for (const name of words) {
    const text = (texts[name] ?? '').trim();
    if (text !== '') wish[name] = text;
  }
  return wish;
}
