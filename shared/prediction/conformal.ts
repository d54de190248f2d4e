/**
 * Conformal statements with a stated coverage. Binary outcome: a set of outcomes per patient, each outcome kept unless it
 * would be among the 10 % strangest of its kind (Vovk V et al., Algorithmic Learning in a Random World, 2005, section 4.5).
 * Follow-up: a time that 90 % outlive, with those lost to follow-up made up for by weights (Candes E et al., J R Stat Soc B
 * 2023;85:24-45). One limit for all covers all together and may fail a group, so each statement is also made with limits that
 * hold in every group at once (`groupOffsets`). Limits are judged on other patients than they are learned on, a tenth at a time:
 * what a card keeps is learned from everyone, and nine tenths are nearer to that than four fifths.
 */
import { z } from 'zod';
import { quantile } from './measure.ts';
import { isBinary, LEAST_GROUP, type StoredPrediction } from './stored.ts';
import { type FollowUp, uncensoredBefore } from './survival.ts';

export const NOMINAL = 0.9;
/** A group further from what is promised than this is named where a patient of it is told of. */
const MOST_OFF = 0.02;
export const isOff = (coverage: number, nominal: number): boolean => Math.abs(coverage - nominal) > MOST_OFF + 1e-9;

export interface ConformalFigures {
  readonly kind: 'outcome set' | 'time outlived';
  readonly nominal: number;
  readonly coverage: number;
  /** Share of patients for whom one outcome, both, or none stands (outcome sets). */
  readonly one?: number;
  readonly both?: number;
  readonly none?: number;
  /** Median of the time that is outlived, months. */
  readonly medianMonths?: number;
  /** The same with limits that hold in every group at once. */
  readonly conditional?: { readonly coverage: number; readonly one?: number; readonly medianMonths?: number };
  /** Coverage in each subgroup of 50 patients or more, under one limit for all and under limits by group. */
  readonly groups: readonly {
    readonly group: string;
    readonly value: string;
    readonly patients: number;
    readonly coverage: number;
    readonly conditional?: number;
  }[];
}

/** A row with what the statement about it depends on. */
interface Limited {
  readonly row: StoredPrediction;
  /** The statement holds where the limit reaches this; a row without it is never missed. */
  readonly needed: number;
  /** How much a miss counts: one, or more where it stands for patients lost to follow-up. */
  readonly weight: number;
}

/** What a card keeps of the limits, learned from every patient who was predicted out of fold. */
export const StoredLimits = z.object({
  kind: z.enum(['outcome set', 'time outlived']),
  nominal: z.number(),
  /** A patient's limit is the sum over their groups ("" is everyone). */
  offsets: z.record(z.string(), z.number()),
  /** Cumulative hazard at log-risk 0 by whole months from 0; of times outlived. */
  hazard: z.array(z.number()).optional(),
  patients: z.number().int(),
  /** Out of fold, of all and in groups of 50 and more. */
  coverage: z.number(),
  groups: z.array(z.object({ group: z.string(), value: z.string(), patients: z.number().int(), coverage: z.number() })),
});
export type StoredLimits = z.infer<typeof StoredLimits>;

/** Groups of one patient by dimension, for example age: "50 to 69 years". */
export type Groups = Readonly<Record<string, string>>;

/** Every group of a row, and the groups that all rows share where the outcome is stated by kind. */
const namesOfGroups = (groups: Groups, outcome: 0 | 1 | undefined): string[] => [
  ...Object.entries(groups).flatMap(([group, value]) => (value === '' ? [] : [`${group}: ${value}`])),
  ...(outcome === undefined ? [] : [`outcome: ${outcome}`]),
];

const eventOf = ({ followUp }: StoredPrediction): 0 | 1 => (followUp.event === 1 ? 1 : 0);

const limitFrom = (offsets: Readonly<Record<string, number>>, groups: Groups, outcome: 0 | 1 | undefined): number =>
  namesOfGroups(groups, outcome).reduce((sum, name) => sum + (offsets[name] ?? 0), offsets[''] ?? 0);

const SWEEPS = 25;

/** Of fewer patients few groups reach 50, and limits by group follow chance: then only the limit for all is stated. */
const LEAST_FOR_GROUPS = 100;

/**
 * A limit that is a sum over a patient's groups, such that in every group of 50 or more no larger a share than 1 - `nominal` is
 * missed: quantile regression on the groups' indicators (Gibbs I et al., J R Stat Soc B 2025, Conformal prediction with
 * conditional guarantees), solved group after group. Groups may overlap. Given as what each group adds.
 */
function groupOffsets(rows: readonly Limited[], nominal: number, byOutcome: boolean): Readonly<Record<string, number>> {
  const members = new Map<string, number[]>([['', rows.map((_, i) => i)]]);
  rows.forEach(({ row }, i) => {
    for (const name of namesOfGroups(row.groups, byOutcome ? eventOf(row) : undefined)) {
      const found = members.get(name);
      if (found === undefined) members.set(name, [i]);
      else found.push(i);
    }
  });
  // A row that needs no limit is never missed: it counts among the group's and is not sorted.
  const kept = [...members]
    .filter(([, places]) => places.length >= LEAST_GROUP)
    .map(([name, places]) => ({
      name,
      places: places.filter((i) => (rows[i] as Limited).needed > Number.NEGATIVE_INFINITY),
      allowed: (1 - nominal) * (places.length + 1) - 1,
    }));
  const offsets = new Map<string, number>(kept.map(({ name }) => [name, 0]));
  const residual = Float64Array.from(rows, ({ needed }) => needed);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let moved = 0;
    for (const { name, places, allowed } of kept) {
      // The least shift under which the misses of the group weigh no more than their share of n + 1.
      places.sort((a, b) => (residual[b] as number) - (residual[a] as number));
      let missed = 0;
      let shift = Number.NEGATIVE_INFINITY;
      for (const i of places) {
        missed += (rows[i] as Limited).weight;
        if (missed <= allowed) continue;
        shift = residual[i] as number;
        break;
      }
      if (!Number.isFinite(shift)) continue;
      offsets.set(name, (offsets.get(name) as number) + shift);
      for (const i of places) residual[i] = (residual[i] as number) - shift;
      moved = Math.max(moved, Math.abs(shift));
    }
    if (moved < 1e-6) break;
  }
  return Object.fromEntries(offsets);
}

/** Coverage by group of 50 and more; `plain` and `conditional` say whether the statement about a row held, and its weight. */
function groupsOf(
  rows: readonly StoredPrediction[],
  coverage: (places: readonly number[]) => { readonly plain: number; readonly conditional?: number },
): ConformalFigures['groups'] {
  const dimensions = [...new Set(rows.flatMap(({ groups }) => Object.keys(groups)))];
  return dimensions.flatMap((group) =>
    [
      ...Map.groupBy(
        rows.map((_, i) => i),
        (i) => rows[i]?.groups[group] ?? '',
      ),
    ]
      .filter(([value, places]) => value !== '' && places.length >= LEAST_GROUP)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([value, places]) => {
        const { plain, conditional } = coverage(places);
        return {
          group,
          value,
          patients: places.length,
          coverage: plain,
          ...(conditional === undefined ? {} : { conditional }),
        };
      }),
  );
}

/** Least strangeness among the (n + 1) x nominal most usual, the finite-sample quantile of split conformal. */
function limitOf(strangeness: readonly number[], nominal: number): number {
  const sorted = [...strangeness].sort((a, b) => a - b);
  const place = Math.ceil((sorted.length + 1) * nominal) - 1;
  return sorted[place] ?? Number.POSITIVE_INFINITY;
}

function outcomeSets(
  rows: readonly StoredPrediction[],
  { partOf, learned }: Parts,
  byGroup: boolean,
): ConformalFigures {
  const limits = new Map<number, readonly [number, number]>();
  const limitsFor = (row: StoredPrediction): readonly [number, number] => {
    const kept = limits.get(partOf(row));
    if (kept !== undefined) return kept;
    const from = learned(row);
    // A limit for each outcome (label-conditional).
    const of = (event: 0 | 1): number =>
      limitOf(
        from.flatMap((each) => (each.followUp.event === event ? [strangenessOf(each, event)] : [])),
        NOMINAL,
      );
    const found = [of(0), of(1)] as const;
    limits.set(partOf(row), found);
    return found;
  };
  const own = new Map<number, ReturnType<typeof groupOffsets>>();
  const ownFor = (row: StoredPrediction) => {
    const kept = own.get(partOf(row));
    if (kept !== undefined) return kept;
    const found = outcomeOffsets(learned(row));
    own.set(partOf(row), found);
    return found;
  };
  let [one, both, none, alone] = [0, 0, 0, 0];
  const plain: boolean[] = [];
  const conditional: boolean[] = [];
  for (const row of rows) {
    const [limit0, limit1] = limitsFor(row);
    const [keeps0, keeps1] = [strangenessOf(row, 0) <= limit0, strangenessOf(row, 1) <= limit1];
    if (keeps0 && keeps1) both += 1;
    else if (keeps0 || keeps1) one += 1;
    else none += 1;
    plain.push(row.followUp.event === 1 ? keeps1 : keeps0);
    if (!byGroup) continue;
    const offsets = ownFor(row);
    const [holds0, holds1] = keptOutcomes(offsets, row.groups, row.probability ?? 0.5);
    if (holds0 !== holds1) alone += 1;
    conditional.push(row.followUp.event === 1 ? holds1 : holds0);
  }
  const n = rows.length;
  const held = (which: readonly boolean[], places: readonly number[]): number =>
    places.filter((i) => which[i]).length / places.length;
  const all = rows.map((_, i) => i);
  return {
    kind: 'outcome set',
    nominal: NOMINAL,
    coverage: held(plain, all),
    one: one / n,
    both: both / n,
    none: none / n,
    ...(byGroup ? { conditional: { coverage: held(conditional, all), one: alone / n } } : {}),
    groups: groupsOf(rows, (places) => ({
      plain: held(plain, places),
      ...(byGroup ? { conditional: held(conditional, places) } : {}),
    })),
  };
}

const outcomeOffsets = (rows: readonly StoredPrediction[]): Readonly<Record<string, number>> =>
  groupOffsets(
    rows.map((row) => ({ row, needed: strangenessOf(row, eventOf(row)), weight: 1 })),
    NOMINAL,
    true,
  );

/** Which outcomes, 0 and 1, stay within a patient's limits. */
function keptOutcomes(
  offsets: Readonly<Record<string, number>>,
  groups: Groups,
  probability: number,
): readonly [boolean, boolean] {
  const keeps = (outcome: 0 | 1): boolean =>
    strangenessOf({ probability }, outcome) <= limitFrom(offsets, groups, outcome) + 1e-12;
  return [keeps(0), keeps(1)];
}

/** How strange an outcome is for a patient: the probability of the other one, as a logit. */
function strangenessOf({ probability = 0.5 }: Pick<StoredPrediction, 'probability'>, outcome: 0 | 1): number {
  const p = Math.min(Math.max(probability, 1e-6), 1 - 1e-6);
  const logit = Math.log(p / (1 - p));
  return outcome === 1 ? -logit : logit;
}

/** Cumulative hazard at log-risk 0 by Breslow, as times and heights. */
function hazardOf(rows: readonly StoredPrediction[]): { times: number[]; heights: number[] } {
  const sorted = [...rows].sort((a, b) => b.followUp.months - a.followUp.months);
  let atRisk = 0;
  const steps: [number, number][] = [];
  for (const { followUp, score } of sorted) {
    atRisk += Math.exp(score);
    if (followUp.event === 1) steps.push([followUp.months, 1 / atRisk]);
  }
  steps.reverse();
  let height = 0;
  return {
    times: steps.map(([time]) => time),
    heights: steps.map(([, step]) => {
      height += step;
      return height;
    }),
  };
}

/** Month at which a patient of this log-risk has used up `level` of survival; no later than the last event seen. */
function timeAt({ times, heights }: ReturnType<typeof hazardOf>, score: number, level: number): number {
  const needed = -Math.log(level) / Math.exp(score);
  let low = 0;
  let high = heights.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((heights[middle] as number) < needed) low = middle + 1;
    else high = middle;
  }
  return times[low] ?? times.at(-1) ?? 0;
}

/** Log of the cumulative hazard that a patient of this log-risk has met by a time; minus infinity before the first event. */
function metBy({ times, heights }: ReturnType<typeof hazardOf>, score: number, months: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < months) low = middle + 1;
    else high = middle;
  }
  return Math.log(low === 0 ? 0 : (heights[low - 1] as number)) + score;
}

/** Share of rows whose event comes before their limit, those lost to follow-up made up for. */
function missed(rows: readonly { readonly followUp: FollowUp; readonly limit: number }[]): number {
  const uncensored = uncensoredBefore(
    rows.map(({ followUp: { months, event } }) => ({ months, event: event === 1 ? 1 : 0 })),
  );
  const lost = rows.reduce(
    (sum, { followUp: { months, event }, limit }) =>
      event === 1 && months < limit ? sum + 1 / Math.max(uncensored(months), 0.05) : sum,
    0,
  );
  return lost / rows.length;
}

const typeOf = ({ groups }: StoredPrediction): string => groups['tumor type'] ?? '';

const LEVELS = Array.from({ length: 60 }, (_, i) => 0.99 - i * 0.005);

/** By group: an early event needs a limit below the hazard that was met just before it, so what is needed is its negative. */
function timeOffsets(
  rows: readonly StoredPrediction[],
  hazard: ReturnType<typeof hazardOf>,
): Readonly<Record<string, number>> {
  // Tumor types are followed for different times: who is lost to follow-up is made up for within the type.
  const uncensoredOf = new Map(
    [...Map.groupBy(rows, typeOf)].map(([type, own]) => [
      type,
      uncensoredBefore(own.map((row) => ({ months: row.followUp.months, event: eventOf(row) }))),
    ]),
  );
  return groupOffsets(
    rows.map((row) => {
      const died = eventOf(row) === 1;
      const { months } = row.followUp;
      const uncensored = uncensoredOf.get(typeOf(row)) ?? (() => 1);
      return {
        row,
        needed: died ? -metBy(hazard, row.score, months) : Number.NEGATIVE_INFINITY,
        weight: died ? 1 / Math.max(uncensored(months), 0.05) : 0,
      };
    }),
    NOMINAL,
    false,
  );
}

function timesOutlived(
  rows: readonly StoredPrediction[],
  { partOf, learned }: Parts,
  byGroup: boolean,
): ConformalFigures {
  const fitted = new Map<
    number,
    { hazard: ReturnType<typeof hazardOf>; level: number; offsets: ReturnType<typeof groupOffsets> }
  >();
  const fittedFor = (row: StoredPrediction) => {
    const kept = fitted.get(partOf(row));
    if (kept !== undefined) return kept;
    const from = learned(row);
    const hazard = hazardOf(from);
    // The lowest level of survival, so the latest time, under which no more than 10 % die before their time.
    let level = LEVELS[0] as number;
    for (const candidate of LEVELS) {
      const lost = missed(from.map(({ followUp, score }) => ({ followUp, limit: timeAt(hazard, score, candidate) })));
      if (lost > 1 - NOMINAL) break;
      level = candidate;
    }
    const found = { hazard, level, offsets: timeOffsets(from, hazard) };
    fitted.set(partOf(row), found);
    return found;
  };
  const plain: { readonly followUp: FollowUp; readonly limit: number }[] = [];
  const conditional: typeof plain = [];
  for (const row of rows) {
    const { hazard, level, offsets } = fittedFor(row);
    const own = Math.exp(-Math.exp(-limitFrom(offsets, row.groups, undefined)));
    plain.push({ followUp: row.followUp, limit: timeAt(hazard, row.score, level) });
    if (byGroup) conditional.push({ followUp: row.followUp, limit: timeAt(hazard, row.score, own) });
  }
  const held = (which: typeof plain, places: readonly number[]): number =>
    1 - missed(places.map((i) => which[i] as (typeof plain)[number]));
  const median = (which: typeof plain): number =>
    quantile(
      which.map(({ limit }) => limit).sort((a, b) => a - b),
      0.5,
    );
  const all = rows.map((_, i) => i);
  return {
    kind: 'time outlived',
    nominal: NOMINAL,
    coverage: held(plain, all),
    medianMonths: median(plain),
    ...(byGroup ? { conditional: { coverage: held(conditional, all), medianMonths: median(conditional) } } : {}),
    groups: groupsOf(rows, (places) => ({
      plain: held(plain, places),
      ...(byGroup ? { conditional: held(conditional, places) } : {}),
    })),
  };
}

/** Which patients share their limits, and whom those are learned from. */
interface Parts {
  readonly partOf: (row: StoredPrediction) => number;
  readonly learned: (row: StoredPrediction) => readonly StoredPrediction[];
}

const EVERYONE = -1;

/** Tenths: the halves of each of five folds, every second patient in the order of the file. */
function tenths(rows: readonly StoredPrediction[]): Parts {
  const part = new Map<StoredPrediction, number>();
  const seen = new Map<number, number>();
  for (const row of rows) {
    const before = seen.get(row.fold) ?? 0;
    seen.set(row.fold, before + 1);
    part.set(row, 2 * row.fold + (before % 2));
  }
  const partOf = (row: StoredPrediction): number => (row.fold < 0 ? EVERYONE : (part.get(row) ?? EVERYONE));
  return {
    partOf,
    learned: (row) => (partOf(row) === EVERYONE ? rows : rows.filter((other) => partOf(other) !== partOf(row))),
  };
}

/**
 * Coverage of the statements on `rows`, which are all among `calibrationRows` or all from outside (fold -1); each row's limits
 * come from `calibrationRows` that are not of its tenth. `undefined` where there is nothing to learn limits from.
 */
export function conformal(
  rows: readonly StoredPrediction[],
  calibrationRows: readonly StoredPrediction[],
): ConformalFigures | undefined {
  if (calibrationRows.length < LEAST_GROUP) return undefined;
  const parts = tenths(calibrationRows);
  const byGroup = calibrationRows.length >= LEAST_FOR_GROUPS;
  if (!isBinary(rows)) return timesOutlived(rows, parts, byGroup);
  return rows.every(({ probability }) => probability !== undefined) ? outcomeSets(rows, parts, byGroup) : undefined;
}

const LAST_MONTH = 120;

/**
 * The limits as a card keeps them, from the out-of-fold rows, with what is measured of them; `undefined` where patients are too few
 * for limits by group. A case does not state race in the words of the cohorts, so these limits do not lean on it.
 */
export function learnedLimits(all: readonly StoredPrediction[]): StoredLimits | undefined {
  const rows = all.map((row) => {
    const { race: _, ...groups } = row.groups;
    return { ...row, groups };
  });
  const figures = conformal(rows, rows);
  if (figures?.conditional === undefined) return undefined;
  const hazard = figures.kind === 'outcome set' ? undefined : hazardOf(rows);
  return {
    kind: figures.kind,
    nominal: NOMINAL,
    offsets: hazard === undefined ? outcomeOffsets(rows) : timeOffsets(rows, hazard),
    ...(hazard === undefined
      ? {}
      : { hazard: Array.from({ length: LAST_MONTH + 1 }, (_, month) => Math.exp(metBy(hazard, 0, month + 1e-9))) }),
    patients: rows.length,
    coverage: figures.conditional.coverage,
    groups: figures.groups.flatMap(({ group, value, patients, conditional }) =>
      conditional === undefined ? [] : [{ group, value, patients, coverage: conditional }],
    ),
  };
}

/** Whole months that nine of ten patients of these groups and this log-risk outlive; no more than are measured. */
export function monthsOutlived({ offsets, hazard = [] }: StoredLimits, groups: Groups, score: number): number {
  const most = Math.exp(-limitFrom(offsets, groups, undefined) - score);
  const beyond = hazard.findIndex((height) => height >= most);
  return Math.max(0, (beyond < 0 ? hazard.length : beyond) - 1);
}

/** Which outcomes remain for a patient of these groups. */
export const outcomesLeft = ({ offsets }: StoredLimits, groups: Groups, probability: number): readonly (0 | 1)[] => {
  const [none, event] = keptOutcomes(offsets, groups, probability);
  return [...(none ? [0 as const] : []), ...(event ? [1 as const] : [])];
};

/** What was measured of the limits in the groups of a patient. */
export const coverageFor = (limits: StoredLimits, groups: Groups): StoredLimits['groups'] =>
  limits.groups.filter(({ group, value }) => groups[group] === value);
