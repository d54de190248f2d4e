/**
 * Trials against a patient: for each arm what is met, not met and unknown, and the one datum a near miss lacks
 * (F050, F051). A closed trial or arm is never a match, and an old snapshot is never taken for today's (F052).
 */
import type { Truth } from '../../molecular/facts.ts';
import type { Criterion } from './criteria.ts';
import { type Judged, judgeCriterion } from './judge.ts';
import { type Logic, leavesOf, truthOf } from './logic.ts';
import type { TrialNames } from './names.ts';
import type { TrialPatient } from './patient.ts';
import type { Trial, TrialUnit } from './trial.ts';
import type { Accrual, Met, TrialVerdict, UnitVerdict, Verdict } from './verdicts.ts';

/** A snapshot older than this is amber everywhere. */
export const SNAPSHOT_DAYS = 30;

/** The logic with the state of every part; a leaf points into `criteria`. */
export interface LogicVerdict {
  readonly op: 'and' | 'or' | 'not' | 'criterion';
  readonly state: Met;
  readonly of?: readonly LogicVerdict[];
  readonly criterion?: number;
}

export interface JudgedUnit extends UnitVerdict {
  readonly logic: LogicVerdict | null;
}

export interface JudgedTrial extends TrialVerdict {
  readonly arms: readonly JudgedUnit[];
}

const closedWords = /clos|complet|terminat|withdrawn|suspend|not recruiting|no longer|expired/;
const notYetWords = /not yet|pending|approved|activat/;
const openWords = /^(open|recruiting|enrolling)/;

const days = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

/** `on` is today as YYYY-MM-DD. One word of closing among the stated ones is enough. */
export function accrualOf({ statuses, snapshot }: Pick<Trial, 'statuses' | 'snapshot'>, on: string): Accrual {
  const words = statuses.map((status) => status.trim().toLowerCase().replaceAll('_', ' '));
  const ageDays = snapshot === undefined ? undefined : days(snapshot, on);
  // A snapshot from the future is as little to be trusted as one without a date.
  const fresh = ageDays !== undefined && ageDays >= 0 && ageDays <= SNAPSHOT_DAYS;
  const age =
    ageDays === undefined
      ? 'the trial documents have no snapshot date'
      : ageDays < 0
        ? 'the snapshot date lies in the future'
        : `the snapshot is ${ageDays} days old`;
  const base = {
    stated: statuses,
    snapshot: snapshot ?? null,
    ageDays: ageDays ?? null,
    amber: !fresh,
  };
  const notYet = words.some((status) => notYetWords.test(status));
  if (words.some((status) => closedWords.test(status.replace('not yet recruiting', ''))))
    return { ...base, state: 'closed', reason: `closed as stated (${statuses.join(', ')}); ${age}` };
  if (notYet) return { ...base, state: 'not-yet-open', reason: `not open yet as stated; ${age}` };
  if (!words.some((status) => openWords.test(status)))
    return {
      ...base,
      state: 'not-confirmed',
      reason: `${statuses.length === 0 ? 'no status is stated' : `"${statuses.join(', ')}" does not say whether it is open`}; ${age}`,
    };
  return fresh
    ? { ...base, state: 'open', reason: `open as stated; ${age}` }
    : { ...base, state: 'not-confirmed', reason: `stated as open, to be confirmed: ${age}` };
}

const stateOf: Readonly<Record<Truth, Met>> = { true: 'met', false: 'not-met', unknown: 'unknown' };
const order: readonly Verdict[] = ['match', 'near-miss', 'unknown', 'no-match'];

/** Data of which each alone, answered in the patient's favor, makes the whole true. */
function oneMissing(logic: Logic<Criterion>, judged: ReadonlyMap<Criterion, Judged>): string[] {
  const data = [
    ...new Set([...judged.values()].flatMap(({ truth, datum }) => (truth === 'unknown' ? (datum ?? []) : []))),
  ];
  return data.filter(
    (datum) =>
      truthOf(logic, (leaf, positive) => {
        const one = judged.get(leaf);
        if (one?.truth === 'unknown' && one.datum === datum) return positive ? 'true' : 'false';
        return one?.truth ?? 'unknown';
      }) === 'true',
  );
}

function explained(
  logic: Logic<Criterion>,
  judged: ReadonlyMap<Criterion, Judged>,
  index: ReadonlyMap<Criterion, number>,
): LogicVerdict {
  const state = stateOf[truthOf(logic, (leaf) => judged.get(leaf)?.truth ?? 'unknown')];
  if (logic.op === 'leaf') return { op: 'criterion', state, criterion: index.get(logic.leaf) ?? -1 };
  const of = logic.op === 'not' ? [logic.of] : logic.of;
  return { op: logic.op, state, of: of.map((part) => explained(part, judged, index)) };
}

function judgeUnit(unit: TrialUnit, accrual: Accrual, judge: (criterion: Criterion) => Judged): JudgedUnit {
  const { logic, level, path, suspended, contradiction } = unit;
  const base = {
    level,
    step: unit.step ?? null,
    arm: unit.arm ?? null,
    dose: unit.dose ?? null,
    description: unit.description ?? null,
    path,
    suspended,
  };
  const closed =
    accrual.state === 'closed' || accrual.state === 'not-yet-open'
      ? accrual.reason
      : suspended
        ? 'suspended'
        : contradiction === undefined
          ? undefined
          : `its criteria contradict each other (${contradiction})`;
  if (logic === undefined)
    return {
      ...base,
      verdict: closed === undefined ? 'unknown' : 'no-match',
      eligibility: 'unknown',
      because: closed ?? 'the document states no criteria for it',
      needs: [],
      criteria: [],
      logic: null,
    };
  const leaves = leavesOf(logic).map(({ leaf }) => leaf);
  const judged = new Map(leaves.map((leaf) => [leaf, judge(leaf)] as const));
  const index = new Map(leaves.map((leaf, at) => [leaf, at] as const));
  // Whatever is not known yet, a contradiction is never met.
  const truth = contradiction === undefined ? truthOf(logic, (leaf) => judged.get(leaf)?.truth ?? 'unknown') : 'false';
  const needs = truth === 'unknown' && closed === undefined ? oneMissing(logic, judged) : [];
  const verdict: Verdict =
    closed !== undefined || truth === 'false'
      ? 'no-match'
      : truth === 'true'
        ? 'match'
        : needs.length > 0
          ? 'near-miss'
          : 'unknown';
  const firm = truthOf(logic, (leaf) => {
    const one = judged.get(leaf);
    return one === undefined || one.uncertain === true ? 'unknown' : one.truth;
  });
  const words: Readonly<Record<Verdict, string>> = {
    match: firm === 'true' ? 'every criterion is met' : 'met only by a variant of uncertain significance',
    'near-miss': `needs ${needs.join(' or ')}`,
    'no-match': 'a criterion is not met',
    unknown: [...judged.values()].some(({ truth, datum }) => truth === 'unknown' && datum === undefined)
      ? 'some criteria only a reader can judge'
      : 'more than one datum is missing',
  };
  return {
    ...base,
    verdict,
    eligibility: stateOf[truth],
    because: closed ?? words[verdict],
    needs,
    criteria: leaves.map((leaf) => {
      const one = judged.get(leaf) ?? judge(leaf);
      return {
        path: leaf.path,
        text: leaf.text,
        state: stateOf[one.truth],
        fact: one.fact,
        source: one.source,
        ...(one.truth === 'unknown' && one.datum !== undefined ? { missing: one.datum } : {}),
      };
    }),
    logic: explained(logic, judged, index),
  };
}

/** Best verdict first, then by id. `on` is today as YYYY-MM-DD. */
export function matchTrials(
  trials: readonly Trial[],
  patient: TrialPatient,
  names: TrialNames,
  on: string,
): JudgedTrial[] {
  // Trials ask the same of a patient over and over.
  const known = new Map<string, Judged>();
  const judge = (criterion: Criterion): Judged => {
    const key = `${criterion.negated}${JSON.stringify(criterion.ask)}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const judged = judgeCriterion(criterion, patient, names);
    known.set(key, judged);
    return judged;
  };
  return trials
    .map((trial): JudgedTrial => {
      const accrual = accrualOf(trial, on);
      const arms = trial.units.map((unit) => judgeUnit(unit, accrual, judge));
      const verdict = order.find((one) => arms.some((arm) => arm.verdict === one)) ?? 'unknown';
      const { id, title, source, file, drugs, sites, toRead, warnings } = trial;
      return {
        id,
        nctId: trial.nctId ?? null,
        title,
        phase: trial.phase ?? null,
        source,
        file,
        drugs,
        sites,
        accrual,
        verdict,
        arms,
        toRead,
        warnings,
      };
    })
    .sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
