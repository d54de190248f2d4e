/** What stands on the wall: at most seven rows and five columns a slide, and what is left out is counted. Pure. */

import type { MeetingSlide } from '../../shared/board/meeting.ts';
import { openBallot, shownTallies } from '../../shared/board/vote.ts';
import type { CaseRecord } from '../../shared/case/case-record.ts';
import type { AssayedState } from '../../shared/case/intake.ts';
import type { CaseView } from '../../shared/contract.ts';
import type { Finding, MolecularProfile } from '../../shared/molecular/profile.ts';
import { dismissedFindings, withoutDismissed } from '../../shared/therapy/dismissed.ts';
import type { TherapyOption } from '../../shared/therapy/options.ts';
import { layOutCourse, lineWords } from '../case/course.ts';
import { type DrawnSeries, figure, seriesOf } from '../case/series.ts';
import { topFindings } from '../case/story.ts';
import { ageAndSex, intentWords, measureOf, percent, plural, responseWords, unbroken } from '../ui/words.ts';

/** More than seven rows are not read from six metres. */
export const ROWS = 7;

/** How a slide is cut: which page of its list, and how much stands on a wall of fewer pixels in the same type. */
export interface Cut {
  readonly page: number;
  readonly small: boolean;
}
const whole: Cut = { page: 0, small: false };
/** Of a list, on a wall of 1366 by 768 pixels. */
const SMALL_ROWS = 5;
const SMALL_FACTS = 5;
const rowsOf = ({ small }: Cut): number => (small ? SMALL_ROWS : ROWS);

/** A list in pages; past the last one the first comes again. */
export interface Paged<Item> {
  readonly items: readonly Item[];
  /** Of the first item shown, from 1; 0 where there is none. */
  readonly from: number;
  readonly of: number;
}

function paged<Item>(items: readonly Item[], first: number, later: number, page: number): Paged<Item> {
  const pages = 1 + Math.ceil(Math.max(0, items.length - first) / later);
  const at = page % pages;
  const start = at === 0 ? 0 : first + (at - 1) * later;
  const shown = items.slice(start, start + (at === 0 ? first : later));
  return { items: shown, from: shown.length === 0 ? 0 : start + 1, of: items.length };
}

/** "showing 6 to 10 of 19"; undefined where all of it stands. */
export const showing = ({ items, from, of }: Paged<unknown>): string | undefined =>
  items.length === of ? undefined : `showing ${from} to ${from + items.length - 1} of ${of}`;

/** Facts of B1 and B7, as many as fit. */
export const pagedFacts = (facts: readonly SlideFact[], cut: Cut): Paged<SlideFact> => {
  const most = cut.small ? SMALL_FACTS : ROWS;
  return paged(facts, most, most, cut.page);
};

const slideTitles: Record<MeetingSlide, string> = {
  story: 'The question',
  timeline: 'The course so far',
  findings: 'What the tumor shows',
  integration: 'How aggressive it looks',
  options: 'What could be done',
  vote: 'Your choice, before we talk',
  decision: 'What the board decides',
};

/** The title of a slide; the vote's says when the votes are on it. */
export const slideTitle = ({ board: { ballots = [] } }: Pick<CaseView, 'board'>, slide: MeetingSlide): string =>
  slide === 'vote' && openBallot(ballots) === undefined && shownTallies(ballots).length > 0
    ? 'How the board voted'
    : slideTitles[slide];

/** Who this is about, by pseudonym alone. */
export const subtitleOf = ({ patient, diagnosis }: CaseRecord): string =>
  [
    patient.pseudonym,
    ageAndSex(patient),
    [
      diagnosis.name,
      diagnosis.stage === undefined ? undefined : `stage ${diagnosis.stage}`.replace('stage Stage', 'stage'),
    ]
      .filter(Boolean)
      .join(', '),
  ].join(' · ');

export interface SlideFact {
  readonly label: string;
  /** Undefined: not stated, which is said in words. */
  readonly value: string | undefined;
}

const joined = (parts: readonly string[]): string | undefined => (parts.length === 0 ? undefined : parts.join(' · '));

/** B1: what matters to the patient stands before everything that could be done (F085). */
export function storyFacts(record: CaseRecord): SlideFact[] {
  const { diagnosis, therapyLines, performanceStatus: performance } = record;
  const line = therapyLines.at(-1);
  return [
    { label: 'What matters to the patient', value: joined(record.patientGoals) },
    {
      label: 'Tumor',
      value: joined([diagnosis.site, diagnosis.histology, diagnosis.grade].filter((part) => part !== undefined)),
    },
    {
      label: 'Treated before',
      value:
        line === undefined
          ? 'no line on record'
          : `${plural(therapyLines.length, 'line')}, last ${line.agents.join(' + ')}: ${lineWords(line)}`,
    },
    {
      label: 'Performance',
      value: performance === undefined ? undefined : `${performance.scale} ${performance.value}`,
    },
    { label: 'Comorbidity', value: joined(record.comorbidities) },
    { label: 'Medication', value: joined(record.medications.map(({ name }) => name)) },
    { label: 'Allergies', value: joined(record.allergies) },
  ];
}

export interface CourseRow {
  readonly key: string;
  readonly kind: 'line' | 'event';
  /** In percent of the drawn width. */
  readonly left: number;
  readonly width: number;
  readonly ongoing: boolean;
  readonly response: string;
  /** Where the label begins; `toLeft`: where it ends, for what lies near the right edge. */
  readonly labelAt: number;
  readonly toLeft: boolean;
  readonly name: string;
  readonly words: string;
}

/** A row of values on the time axis of the course. */
export interface SeriesRow {
  readonly series: DrawnSeries;
  readonly words: string;
  readonly bottom: string;
  readonly top: string;
  /** In percent of the slide's drawn width, and of the row's height from the bottom. */
  readonly points: readonly { readonly key: string; readonly x: number; readonly y: number; readonly below: boolean }[];
}

export interface CourseSlide {
  readonly rows: readonly CourseRow[];
  readonly series: readonly SeriesRow[];
  /** Series that stand in the story but not here. */
  readonly moreSeries: number;
  readonly earlier: number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  readonly undated: readonly string[];
}

/** Share of the slide's width that one character of its type takes. */
const CHARACTER_PERCENT = 0.86;
/** The same beside key images, which take a quarter of the slide. */
const CHARACTER_PERCENT_BESIDE = 1.17;

/** The two series of the wall: the tumor's DNA in plasma and what else moved most, or two of a kind. */
function shownSeries(all: readonly DrawnSeries[]): readonly DrawnSeries[] {
  const [fluid, other] = [all.find(({ plasma }) => plasma), all.find(({ plasma }) => !plasma)];
  return fluid === undefined || other === undefined ? all.slice(0, 2) : [fluid, other];
}

/** First and last value, and what lies beyond both of them: a series that fell and came back has not stood still. */
function seriesWords({ points, first, last, unit, scale }: DrawnSeries): string {
  const values = points.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return [
    `${figure(first)} to ${figure(last)} ${unit}`,
    ...(low < Math.min(first, last) ? [`lowest ${figure(low)}`] : []),
    ...(high > Math.max(first, last) ? [`highest ${figure(high)}`] : []),
    ...(scale === 'log' ? ['log scale'] : []),
  ].join(', ');
}

/** The latest rows that fit, in order of time. A line of therapy is worth more than an event, and one event stays. */
function latest(rows: readonly CourseRow[], most: number): CourseRow[] {
  if (rows.length <= most) return [...rows];
  const [lines, events] = [rows.filter(({ kind }) => kind === 'line'), rows.filter(({ kind }) => kind === 'event')];
  const last = (of: readonly CourseRow[], count: number) => (count <= 0 ? [] : of.slice(-count));
  const eventsKept = Math.min(events.length, Math.max(1, most - lines.length));
  const kept = new Set([...last(lines, most - eventsKept), ...last(events, eventsKept)]);
  return rows.filter((row) => kept.has(row));
}

/**
 * B2: lines, events and values on one axis in order of time; where there are more than fit, the latest stand.
 * @param beside key images stand beside it
 */
export function courseSlide(
  view: Pick<CaseView, 'record' | 'intake' | 'profile'>,
  beside = false,
  cut: Cut = whole,
): CourseSlide | undefined {
  const all = seriesOf(view);
  const shown = shownSeries(all);
  const course = layOutCourse(
    view.record,
    beside ? CHARACTER_PERCENT_BESIDE : CHARACTER_PERCENT,
    shown.flatMap(({ points }) => points.map(({ date }) => date)),
  );
  if (course === undefined) return undefined;
  const { place } = course;
  const rows: CourseRow[] = [
    ...course.bars.map(({ line, left, width, ongoing, words, labelAt }) => ({
      key: `line ${line.line} ${line.started}`,
      kind: 'line' as const,
      left,
      width,
      ongoing,
      response: line.bestResponse ?? 'unknown',
      labelAt,
      toLeft: false,
      name: `${line.line} ${line.agents.join(' + ')}`,
      words,
    })),
    ...course.events.map(({ text, date, at, toLeft }) => ({
      key: `${date} ${text}`,
      kind: 'event' as const,
      left: at,
      width: 0,
      ongoing: false,
      response: '',
      labelAt: at,
      toLeft,
      name: date,
      words: text,
    })),
  ].toSorted((a, b) => a.left - b.left);
  const most = rowsOf(cut) - shown.length;
  return {
    rows: latest(rows, most),
    earlier: Math.max(0, rows.length - most),
    series:
      place === undefined
        ? []
        : shown.map((series) => ({
            series,
            words: seriesWords(series),
            bottom: figure(series.bounds[0]),
            top: figure(series.bounds[1]),
            points: series.points.map(({ date, y, below }, index) => ({
              key: `${date} ${index}`,
              x: place(date),
              y,
              below,
            })),
          })),
    moreSeries: all.length - shown.length,
    ticks: course.ticks,
    undated: [
      ...course.undatedLines.map((line) => `line ${line.line} ${line.agents.join(' + ')}, ${lineWords(line)}`),
      ...course.undatedEvents,
    ],
  };
}

export type FindingRow =
  | {
      readonly kind: 'finding';
      readonly finding: Finding;
      readonly name: string;
      readonly change: string;
      readonly measure: string;
    }
  | { readonly kind: 'pertinent'; readonly state: Exclude<AssayedState, 'detected'>; readonly genes: string };

export interface FindingsSlide {
  readonly rows: readonly FindingRow[];
  readonly showing: string | undefined;
  /** Findings that stand in the report and on no page of this slide. */
  readonly more: number;
}

const KINDS = 4;

/** A fusion goes by its own name; a biomarker's value stands in the column of measures. */
function namesOf({ kind, gene, title }: Finding): { name: string; change: string } {
  if (kind === 'fusion') return { name: title, change: 'fusion' };
  return { name: gene, change: kind === 'biomarker' ? '' : title };
}

/** "KRAS, NRAS and RET small variants; NTRK1 fusion": each thing looked for once, with its genes. */
function lookedFor(statements: MolecularProfile['pertinent']): string[] {
  const byWhat = Map.groupBy(statements, ({ what }) => what);
  return [...byWhat].map(([what, of]) => `${shortened([...new Set(of.map(({ gene }) => gene))], 6)} ${what}`.trim());
}

const shortened = (names: readonly string[], most: number, between = ', '): string =>
  names.length <= most ? names.join(between) : `${names.slice(0, most).join(between)} and ${names.length - most} more`;

/** B3: what was found, then what was looked for and not found, what failed and what nobody looked for. */
export function findingsSlide({ profile, board }: CaseView, cut: Cut = whole): FindingsSlide | undefined {
  if (profile === undefined) return undefined;
  const dismissed = dismissedFindings(board.reviews);
  const kept = { ...profile, findings: profile.findings.filter(({ id }) => !dismissed.has(id)) };
  const absent = (['tested-not-detected', 'failed-qc', 'not-assayed'] as const).flatMap((state) => {
    const genes = lookedFor(kept.pertinent.filter((statement) => statement.state === state));
    return genes.length === 0 ? [] : [{ kind: 'pertinent' as const, state, genes: shortened(genes, KINDS, '; ') }];
  });
  const all = topFindings(kept, Number.POSITIVE_INFINITY);
  const top = paged(all, rowsOf(cut) - absent.length, rowsOf(cut), cut.page);
  return {
    rows: [
      ...top.items.map((finding) => ({
        kind: 'finding' as const,
        finding,
        ...namesOf(finding),
        measure: finding.alleleFraction === undefined ? measureOf(finding) : `${percent(finding.alleleFraction)} %`,
      })),
      // What was looked for and not found, or not looked for, stands with the first of them and is never paged away alone.
      ...(top.from <= 1 ? absent : []),
    ],
    showing: showing(top),
    more: profile.findings.length - all.length,
  };
}

/** Under B3: of what, and how it was read. */
export const assayLine = ({ specimens, assays }: CaseRecord): string => {
  const purity = specimens.find(({ origin, purity }) => origin !== 'normal' && purity !== undefined)?.purity;
  const builds = [...new Set(assays.map(({ genomeBuild }) => genomeBuild).filter((build) => build !== undefined))];
  return [
    purity === undefined ? 'tumor cells not stated' : `${percent(purity)} % tumor cells`,
    plural(assays.length, 'assay'),
    ...builds,
  ].join(' · ');
};

/** What a row of options says, in the words of the options table. */
export interface OptionRow {
  readonly place: number;
  readonly option: TherapyOption;
  readonly because: string;
  readonly evidence: string;
  readonly prior: string | undefined;
}

export interface OptionsSlide {
  /** What is off the table, with its number first: a list that is cut short still says how long it is. */
  readonly excluded: { readonly count: number; readonly names: string } | undefined;
  readonly rows: readonly OptionRow[];
  readonly showing: string | undefined;
}

const EXCLUDED = 4;

/** What a treatment rests on, by its name alone: how much of it there is ("z +8.2, above …") stands among the findings. */
const onWall = (because: string): string =>
  (because.split(': ')[0] ?? because).replace(/ \((?:[^()]|\([^()]*\))*\)$/u, '');

/** The findings that carry it; one that the reviewer dismissed carries nothing, and is named as dismissed. */
function restsOn(option: TherapyOption, dismissed: ReadonlySet<string>): string {
  const { kept, gone } = withoutDismissed(option, dismissed);
  const names = (of: typeof kept): string => unbroken(shortened([...new Set(of.map(({ text }) => onWall(text)))], 2));
  return [names(kept), gone.length === 0 ? '' : `dismissed: ${names(gone)}`].filter((part) => part !== '').join('; ');
}

/** B5: exclusions first, then the best options in the order of the table. */
export function optionsSlide(
  { options, board }: CaseView,
  cut: Cut = whole,
  most = rowsOf(cut) - 1,
): OptionsSlide | undefined {
  if (options === undefined) return undefined;
  const rows = paged(
    options.options.map((option, index) => ({ option, place: index + 1 })),
    most,
    most,
    cut.page,
  );
  const dismissed = dismissedFindings(board.reviews);
  const off = [...new Set(options.exclusions.map(({ label }) => label))];
  return {
    excluded: off.length === 0 ? undefined : { count: off.length, names: shortened(off, EXCLUDED) },
    rows: rows.items.map(({ option, place }) => ({
      place,
      option,
      because: restsOn(option, dismissed),
      // Without a statement of its own an option rests on the approval; "0 for" would read as nothing for it.
      evidence: `level ${option.bestLevel}, ${
        option.supporting.length === 0 ? 'by approval' : `${option.supporting.length} for`
      }, ${option.against.length === 0 ? 'none' : option.against.length}\u00a0against`,
      prior: priorOnWall(option),
    })),
    showing: showing(rows),
  };
}

/** What a wall says of earlier use: a class that was given is not the treatment itself. */
const priorHow: Readonly<Record<NonNullable<NonNullable<TherapyOption['prior']>['how']>, string>> = {
  used: 'used before',
  class: 'same class',
  'shared-class': 'a class in common',
  partner: 'a partner used',
  'partner-class': 'class of a partner',
};

/** What was given before of an option, and what came of it, in a line that a wall has room for. */
export function priorOnWall({ prior }: Pick<TherapyOption, 'prior'>): string | undefined {
  if (prior === undefined) return undefined;
  const how = prior.how === undefined ? 'related treatment' : priorHow[prior.how];
  return `${how}, line ${prior.line}: ${responseWords[prior.response] ?? prior.response}`;
}

/** B7: the recorded decision as it is read back; undefined while there is none. */
export function decisionFacts({ board, options }: CaseView): SlideFact[] | undefined {
  const { decision } = board;
  if (decision === undefined) return undefined;
  const labels = [
    ...decision.optionIds.map((id) => options?.options.find((option) => option.id === id)?.label ?? id),
    ...(decision.otherOption === undefined ? [] : [decision.otherOption]),
  ];
  // Who and when come first: a long line is cut at its end, and what is to be done stands whole in the decision.
  const actions = decision.actions.map(({ owner, due, what }) => ({
    label: 'Action',
    value: `${owner}, by ${due}: ${what}`,
  }));
  const facts: SlideFact[] = [
    { label: 'Option', value: labels.length === 0 ? 'none of the table' : labels.join(', then ') },
    { label: 'Intent', value: [intentWords[decision.intent], decision.line].filter(Boolean).join(' · ') },
    ...(decision.conditions === undefined ? [] : [{ label: 'Conditions', value: decision.conditions }]),
    { label: 'Dissent', value: decision.dissent ?? 'none recorded' },
  ];
  // As many as a wall has lines for; the last line counts the others only where they do not fit.
  const room = ROWS - facts.length;
  const shown = actions.length <= room ? actions : actions.slice(0, room - 1);
  const others = actions.length - shown.length;
  return [
    ...facts,
    ...(actions.length === 0 ? [{ label: 'Action', value: 'none agreed' }] : shown),
    ...(others === 0 ? [] : [{ label: 'And', value: plural(others, 'more action') }]),
  ];
}
