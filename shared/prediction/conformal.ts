/**
 * Conformal statements with a stated coverage. Binary outcome: a set of outcomes per patient, each outcome kept unless it
 * would be among the 10 % strangest of its kind (Vovk V et al., Algorithmic Learning in a Random World, 2005, section 4.5).
 * Follow-up: a time that 90 % outlive, with those lost to follow-up made up for by weights (Candes E et al., J R Stat Soc B
 * 2023;85:24-45). Limits are learned on other folds than they are judged on.
 */
import { quantile } from './measure.ts';
import { isBinary, LEAST_GROUP, type StoredPrediction } from './stored.ts';
import { type FollowUp, uncensoredBefore } from './survival.ts';

export const NOMINAL = 0.9;

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
  /** Coverage in each subgroup of 50 patients or more. */
  readonly groups: readonly {
    readonly group: string;
    readonly value: string;
    readonly patients: number;
    readonly coverage: number;
  }[];
}

interface Judged {
  readonly row: StoredPrediction;
  /** Weight of the row and whether the statement held for it. */
  readonly weight: number;
  readonly held: boolean;
}

const covered = (rows: readonly Judged[]): number =>
  rows.reduce((sum, { weight, held }) => sum + (held ? weight : 0), 0) /
  rows.reduce((sum, { weight }) => sum + weight, 0);

function groupsOf(judged: readonly Judged[]): ConformalFigures['groups'] {
  const dimensions = [...new Set(judged.flatMap(({ row }) => Object.keys(row.groups)))];
  return dimensions.flatMap((group) =>
    [...Map.groupBy(judged, ({ row }) => row.groups[group] ?? '')]
      .filter(([value, rows]) => value !== '' && rows.length >= LEAST_GROUP)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([value, rows]) => ({ group, value, patients: rows.length, coverage: covered(rows) })),
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
  learned: (row: StoredPrediction) => readonly StoredPrediction[],
): ConformalFigures {
  const limits = new Map<number, readonly [number, number]>();
  const limitsFor = (row: StoredPrediction): readonly [number, number] => {
    const kept = limits.get(row.fold);
    if (kept !== undefined) return kept;
    const from = learned(row);
    // How strange an outcome is: the probability of the other one. A limit for each outcome (label-conditional).
    const of = (event: number): number =>
      limitOf(
        from.flatMap(({ followUp, probability = 0.5 }) =>
          followUp.event === event ? [event === 1 ? 1 - probability : probability] : [],
        ),
        NOMINAL,
      );
    const found = [of(0), of(1)] as const;
    limits.set(row.fold, found);
    return found;
  };
  let [one, both, none] = [0, 0, 0];
  const judged = rows.map((row): Judged => {
    const [limit0, limit1] = limitsFor(row);
    const { probability = 0.5 } = row;
    const [keeps0, keeps1] = [probability <= limit0, 1 - probability <= limit1];
    if (keeps0 && keeps1) both += 1;
    else if (keeps0 || keeps1) one += 1;
    else none += 1;
    return { row, weight: 1, held: row.followUp.event === 1 ? keeps1 : keeps0 };
  });
  const n = rows.length;
  return {
    kind: 'outcome set',
    nominal: NOMINAL,
    coverage: covered(judged),
    one: one / n,
    both: both / n,
    none: none / n,
    groups: groupsOf(judged),
  };
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

const LEVELS = Array.from({ length: 60 }, (_, i) => 0.99 - i * 0.005);

function timesOutlived(
  rows: readonly StoredPrediction[],
  learned: (row: StoredPrediction) => readonly StoredPrediction[],
): ConformalFigures {
  const fitted = new Map<number, { hazard: ReturnType<typeof hazardOf>; level: number }>();
  const fittedFor = (row: StoredPrediction) => {
    const kept = fitted.get(row.fold);
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
    const found = { hazard, level };
    fitted.set(row.fold, found);
    return found;
  };
  const limits = rows.map((row) => {
    const { hazard, level } = fittedFor(row);
    return { row, followUp: row.followUp, limit: timeAt(hazard, row.score, level) };
  });
  const dimensions = [...new Set(rows.flatMap(({ groups }) => Object.keys(groups)))];
  return {
    kind: 'time outlived',
    nominal: NOMINAL,
    coverage: 1 - missed(limits),
    medianMonths: quantile(
      limits.map(({ limit }) => limit).sort((a, b) => a - b),
      0.5,
    ),
    groups: dimensions.flatMap((group) =>
      [...Map.groupBy(limits, ({ row }) => row.groups[group] ?? '')]
        .filter(([value, part]) => value !== '' && part.length >= LEAST_GROUP)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([value, part]) => ({ group, value, patients: part.length, coverage: 1 - missed(part) })),
    ),
  };
}

/**
 * Coverage of the statements on `rows`; each row's limits come from `calibrationRows` of other folds. `undefined` where
 * there is nothing to learn limits from.
 */
export function conformal(
  rows: readonly StoredPrediction[],
  calibrationRows: readonly StoredPrediction[],
): ConformalFigures | undefined {
  if (calibrationRows.length < LEAST_GROUP) return undefined;
  const learned = (row: StoredPrediction): readonly StoredPrediction[] =>
    row.fold < 0 ? calibrationRows : calibrationRows.filter(({ fold }) => fold !== row.fold);
  if (!isBinary(rows)) return timesOutlived(rows, learned);
  return rows.every(({ probability }) => probability !== undefined) ? outcomeSets(rows, learned) : undefined;
}
