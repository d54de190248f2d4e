/** What can stand on either side of a comparison, and what is read for it. Pure. */
import { z } from 'zod';
import type { Analysis, AnalysisDocuments } from '../../shared/board/analyses.ts';
import {
  type Change,
  type Compared,
  compareOptions,
  compareSides,
  type Difference,
  measuredBy,
  type Observation,
  type Side,
  sideOfCase,
  sideOfSpecimen,
  wilson,
} from '../../shared/board/compare.ts';
import { compareVersions } from '../../shared/board/compare-versions.ts';
import type { CaseView } from '../../shared/contract.ts';
import type { Finding } from '../../shared/molecular/profile.ts';
import { differencesOf } from '../../shared/report/difference.ts';
import type { Difference as ReadDifference } from '../../shared/report/report.ts';
import { moment, percent } from '../ui/words.ts';

/** `now`: the case as it stands; a specimen, an option, or an earlier analysis of it, by its number. */
const Part = z.union([
  z.literal('now'),
  z.string().regex(/^specimen:/),
  z.string().regex(/^option:/),
  z.string().regex(/^analysis:\d+$/),
]);
const Chosen = z.object({ caseId: z.string(), part: Part });
export type Chosen = z.infer<typeof Chosen>;
/** What waits to be compared; kept from screen to screen. */
const Tray = z.object({ a: Chosen.nullable(), b: Chosen.nullable() });
export type Tray = z.infer<typeof Tray>;
export const isTray = (kept: unknown): kept is Tray => Tray.safeParse(kept).success;
export const emptyTray: Tray = { a: null, b: null };

export interface PartChoice {
  readonly part: string;
  readonly label: string;
}

/** Everything of a case that can be held against something. */
export function partsOf(view: CaseView, analyses: readonly Analysis[]): PartChoice[] {
  const differing = versionsThatDiffer(analyses);
  return [
    { part: 'now', label: 'as it stands' },
    ...view.record.specimens
      .filter(({ origin }) => origin !== 'normal')
      .map(({ id, kind, origin, collected }) => ({
        part: `specimen:${id}`,
        label: `sample ${id}: ${origin} ${kind}${collected === undefined ? '' : `, ${collected}`}`,
      })),
    ...(view.options?.options ?? []).map(({ id, label }) => ({ part: `option:${id}`, label: `option ${label}` })),
    ...analyses.map((one) => ({
      part: `analysis:${one.sequence}`,
      label:
        one.reportId === undefined
          ? [`analysis of ${moment(one.at)}`, differing(one)].filter(Boolean).join(': ')
          : `report ${one.reportId}, signed ${moment(one.at)}`,
    })),
  ];
}

/** What tells analyses of one case apart: the models and packs that are not of one version in all of them. */
function versionsThatDiffer(analyses: readonly Analysis[]): (one: Analysis) => string {
  const versions = ({ models, packs }: Analysis) => [...models, ...packs].map(({ id, version }) => `${id} ${version}`);
  const unsigned = analyses.filter(({ reportId }) => reportId === undefined).map(versions);
  return (one) =>
    versions(one)
      .filter((version) => !unsigned.every((other) => other.includes(version)))
      .join(', ');
}

export const analysisOf = (chosen: Chosen | null): number | undefined => {
  const number = /^analysis:(\d+)$/.exec(chosen?.part ?? '')?.[1];
  return number === undefined ? undefined : Number(number);
};

export interface Ready {
  readonly chosen: Chosen;
  readonly view: CaseView;
  /** The documents of an earlier analysis, where one was chosen. */
  readonly earlier?: AnalysisDocuments | undefined;
}

const labelOf = ({ chosen, view }: Ready): string =>
  chosen.part === 'now' ? view.listing.pseudonym : `${view.listing.pseudonym}, ${chosen.part.replace(':', ' ')}`;

function sideOf(ready: Ready): Side | undefined {
  const { chosen, view, earlier } = ready;
  const intake = earlier?.intake ?? view.intake;
  const profile = earlier?.profile ?? view.profile;
  if (intake === undefined || profile === undefined) return undefined;
  const analysed = { record: earlier?.record ?? view.record, intake, profile };
  const specimen = /^specimen:(.*)$/.exec(chosen.part)?.[1];
  return specimen === undefined
    ? sideOfCase(labelOf(ready), analysed)
    : sideOfSpecimen(labelOf(ready), specimen, analysed);
}

export type Comparison =
  | {
      readonly kind: 'findings';
      readonly rows: readonly Compared[];
      /** What a reader of the report would read differently; two states of one case only. */
      readonly read: readonly Difference[];
      /** What models, packs and the estimate are on either side; two states of one case only, empty where all is the same. */
      readonly versions: readonly Difference[];
    }
  | { readonly kind: 'options'; readonly rows: readonly Difference[] }
  | { readonly kind: 'not-possible'; readonly why: string };

const optionOf = ({ chosen, view }: Ready) => {
  const id = /^option:(.*)$/s.exec(chosen.part)?.[1];
  return id === undefined ? undefined : view.options?.options.find((option) => option.id === id);
};

/** Two options beside each other, or two sets of findings; two analyses of one case also by model and pack. */
export function comparisonOf(a: Ready, b: Ready): Comparison {
  const [left, right] = [optionOf(a), optionOf(b)];
  if (left !== undefined && right !== undefined) return { kind: 'options', rows: compareOptions(left, right) };
  if (a.chosen.part.startsWith('option:') || b.chosen.part.startsWith('option:'))
    return { kind: 'not-possible', why: 'An option is compared with an option: choose one on both sides.' };
  const [before, after] = [sideOf(a), sideOf(b)];
  if (before === undefined || after === undefined)
    return { kind: 'not-possible', why: 'One side was not analysed yet.' };
  const sameCase = a.chosen.caseId === b.chosen.caseId;
  const scored = ({ view, earlier }: Ready) => ({
    predictions: earlier?.predictions ?? view.predictions,
    packs: (earlier?.profile ?? view.profile)?.packs,
  });
  return {
    kind: 'findings',
    rows: compareSides(before, after),
    read: sameCase ? readDifferently(a, b) : [],
    versions: sameCase ? compareVersions(scored(a), scored(b)) : [],
  };
}

/** The difference list of amendments and of the watch, over two states of one case. */
function readDifferently(a: Ready, b: Ready): Difference[] {
  const stateOf = ({ view, earlier }: Ready) => {
    const { profile, predictions, options } = { ...view, ...earlier };
    if (profile === undefined || predictions === undefined || options === undefined) return undefined;
    const decision = earlier === undefined ? view.board.decision : earlier.decision;
    const board = { ...view.board, decision };
    return { record: earlier?.record ?? view.record, profile, predictions, options, board };
  };
  const [before, after] = [stateOf(a), stateOf(b)];
  if (before === undefined || after === undefined) return [];
  return differencesOf(before, after).map((one) => ({
    what: `${partWords[one.part]}: ${one.what}`,
    a: one.before,
    b: one.after,
    differs: true,
  }));
}

const partWords: Record<ReadDifference['part'], string> = {
  record: 'Case',
  decision: 'Decision',
  finding: 'Finding',
  state: 'Pertinent',
  exclusion: 'Exclusion',
  option: 'Option',
  score: 'Estimate',
};

/** A finding with a share of reads on either side, in the order of the table. */
export interface Pair {
  readonly id: string;
  readonly name: string;
  readonly a: Share | undefined;
  readonly b: Share | undefined;
}
interface Share {
  readonly share: number;
  /** 95 % interval of the reads behind it; undefined where no depth is stated. */
  readonly interval: readonly [low: number, high: number] | undefined;
}

const shareOf = (one: Observation | undefined): Share | undefined =>
  one?.alleleFraction === undefined
    ? undefined
    : {
        share: one.alleleFraction,
        interval: one.depth === undefined ? undefined : wilson(one.alleleFraction, one.depth),
      };

export const pairsOf = (rows: readonly Compared[]): Pair[] =>
  rows.flatMap(({ id, finding, a, b }) => {
    const [left, right] = [shareOf(a), shareOf(b)];
    return left === undefined && right === undefined
      ? []
      : [{ id, name: `${finding.gene} ${finding.title}`, a: left, b: right }];
  });

const serialWords: Record<Change, string> = {
  gained: 'gained',
  lost: 'lost',
  changed: 'changed',
  same: 'no change shown',
  'not-comparable': 'not comparable',
};

/** Two patients gain and lose nothing of each other. */
const patientWords: Record<Change, string> = {
  ...serialWords,
  gained: 'only right',
  lost: 'only left',
  changed: 'differs',
  same: 'no difference shown',
};

export const changeWordsFor = (a: Pick<Ready, 'chosen'>, b: Pick<Ready, 'chosen'>): Record<Change, string> =>
  a.chosen.caseId === b.chosen.caseId ? serialWords : patientWords;

/** A biomarker's title begins with the name that stands before it. */
export const titleBeside = ({ gene, title }: Finding): string =>
  title.startsWith(`${gene}: `) ? title.slice(gene.length + 2) : title;

/** What it was measured by, or share of reads, and of tumor cells where purity lets it be told. */
export const observationWords = (one: Observation | undefined): string => {
  if (one === undefined) return '';
  const parts = [
    measuredBy(one.finding),
    one.alleleFraction === undefined
      ? undefined
      : `${percent(one.alleleFraction)} %${one.depth === undefined ? '' : ` of ${one.depth} reads`}`,
    one.clonalFraction === undefined ? undefined : `${percent(one.clonalFraction)} % of tumor cells`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? 'found' : parts.join(', ');
};
