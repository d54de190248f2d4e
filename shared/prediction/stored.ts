/** Stored predictions: what predictions.csv of a model holds, and what can be said of any part of them. Pure. */
import { z } from 'zod';
import { type FollowUp, incidence, uncensoredBefore } from './survival.ts';

/** How a model's predictions are to be judged; stands in its card.json as `benchmark`. */
export const BenchmarkSpec = z.object({
  /** Follow-up ends here for calibration and thresholds. */
  horizonMonths: z.number().positive().optional(),
  /** Probabilities at which sensitivity and the rest are stated, each with its name. */
  thresholds: z.array(z.object({ name: z.string(), at: z.number() })),
  /** C is the mean over these groups and folds, never pooled: types of tumor differ in outlook. */
  within: z.string().optional(),
});
export type BenchmarkSpec = z.infer<typeof BenchmarkSpec>;

/** One stored prediction: out of fold (`fold` 0 and more) or of an outside cohort (-1). No id, no date. */
export interface StoredPrediction {
  readonly set: string;
  readonly fold: number;
  /** A binary outcome is an event at month 0. */
  readonly followUp: FollowUp;
  readonly score: number;
  readonly probability?: number;
  readonly comparators: Readonly<Record<string, number>>;
  readonly groups: Readonly<Record<string, string>>;
}

/** Groups smaller than this get no figures of their own. */
export const LEAST_GROUP = 50;

export const isBinary = (rows: readonly StoredPrediction[]): boolean =>
  rows.every(({ followUp }) => followUp.months === 0);

/**
 * Each row's outcome by the horizon with the weight that makes up for those lost before it: 1 / share still under
 * observation (Uno H et al., Stat Med 2007;26:6250-6270); weight 0 where it is not known. Binary outcomes weigh 1.
 */
export function outcomesAt(
  rows: readonly StoredPrediction[],
  horizon: number | undefined,
): { readonly positive: boolean; readonly weight: number }[] {
  if (horizon === undefined || isBinary(rows))
    return rows.map(({ followUp }) => ({ positive: followUp.event === 1, weight: 1 }));
  const followUp = rows.map((row) => row.followUp);
  const uncensored = uncensoredBefore(followUp);
  return followUp.map(({ months, event }) => {
    if (months >= horizon) return { positive: false, weight: 1 / Math.max(uncensored(horizon), 0.05) };
    if (event === 0) return { positive: false, weight: 0 };
    return { positive: event === 1, weight: 1 / Math.max(uncensored(months), 0.05) };
  });
}

/** Weighted counts of called and true. */
export function counts(
  called: readonly boolean[],
  outcomes: readonly { readonly positive: boolean; readonly weight: number }[],
): { tp: number; fp: number; fn: number; tn: number } {
  const found = { tp: 0, fp: 0, fn: 0, tn: 0 };
  outcomes.forEach(({ positive, weight }, i) => {
    found[called[i] ? (positive ? 'tp' : 'fp') : positive ? 'fn' : 'tn'] += weight;
  });
  return found;
}

export const share = (a: number, b: number): number | undefined => (a + b > 0 ? a / (a + b) : undefined);

/** Mean predicted and observed probability of the event (by the horizon), where the rows carry probabilities. */
export function predictedAndObserved(
  rows: readonly StoredPrediction[],
  horizon: number | undefined,
): { readonly meanPredicted: number; readonly observed: number } | undefined {
  const probabilities = rows.flatMap(({ probability }) => probability ?? []);
  if (probabilities.length < rows.length || rows.length === 0) return undefined;
  const meanPredicted = probabilities.reduce((sum, p) => sum + p, 0) / rows.length;
  if (isBinary(rows))
    return { meanPredicted, observed: rows.filter(({ followUp }) => followUp.event === 1).length / rows.length };
  const followUp = rows.map((row) => row.followUp);
  if (horizon === undefined || !followUp.some(({ months }) => months >= horizon)) return undefined;
  return { meanPredicted, observed: incidence(followUp, horizon) };
}

/** Bands of age in stored predictions. */
export const ageBand = (years: number): string =>
  years < 50 ? 'under 50 years' : years < 70 ? '50 to 69 years' : '70 years and over';

/** Patients by a first group, band of age and sex: who was there to learn from (F114). */
export function alikeOf(
  rows: readonly StoredPrediction[],
  group: string,
): Record<string, Record<string, Record<string, number>>> {
  const found: Record<string, Record<string, Record<string, number>>> = {};
  for (const { groups } of rows) {
    const [first, age, sex] = [groups[group], groups.age, groups.sex];
    if (!first || !age || !sex) continue;
    const bands = found[first] ?? {};
    const sexes = bands[age] ?? {};
    found[first] = { ...bands, [age]: { ...sexes, [sex]: (sexes[sex] ?? 0) + 1 } };
  }
  return found;
}

/** Columns of predictions.csv that are neither comparators nor groups (which begin with "by "). */
const reserved = new Set(['set', 'fold', 'months', 'event', 'outcome', 'probability', 'score', 'overall']);

/** Rows of predictions.csv as records of cells. A cell that should be a number and is none is a defect of the file. */
export function storedPredictions(records: readonly Readonly<Record<string, string>>[]): StoredPrediction[] {
  const number = (cell: string | undefined): number => {
    const value = Number(cell);
    if (cell === undefined || cell === '' || !Number.isFinite(value))
      throw new Error('predictions.csv is not readable');
    return value;
  };
  return records.map((record) => ({
    set: record.set ?? '',
    fold: number(record.fold),
    followUp:
      record.months === undefined
        ? { months: 0, event: number(record.outcome) }
        : { months: number(record.months), event: number(record.event) },
    score: number(record.score ?? record.probability),
    ...(record.probability === undefined || record.probability === ''
      ? {}
      : { probability: number(record.probability) }),
    comparators: Object.fromEntries(
      Object.entries(record).flatMap(([name, cell]) =>
        reserved.has(name) || name.startsWith('by ') || cell === '' ? [] : [[name, number(cell)]],
      ),
    ),
    groups: Object.fromEntries(
      Object.entries(record).flatMap(([name, cell]) => (name.startsWith('by ') ? [[name.slice(3), cell]] : [])),
    ),
  }));
}
