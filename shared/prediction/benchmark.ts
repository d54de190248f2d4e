/**
 * What a model's stored predictions are worth, measured again: discrimination, gain over comparators, calibration, named
 * thresholds, conformal coverage, subgroups and fairness. Pure; the same rows give the same figures on every machine.
 */
import { type ConformalFigures, conformal } from './conformal.ts';
import { type Fairness, fairnessOf } from './fairness.ts';
import { areaUnderRoc, bootstrapped, calibrationLine, type Estimate } from './measure.ts';
import {
  type BenchmarkSpec,
  counts,
  isBinary,
  LEAST_GROUP,
  outcomesAt,
  predictedAndObserved,
  type StoredPrediction,
  share,
} from './stored.ts';
import { concordance, coxSlope, until } from './survival.ts';

export interface ThresholdFigures {
  readonly name: string;
  readonly threshold: number;
  readonly sensitivity?: Estimate;
  readonly specificity?: Estimate;
  readonly ppv?: Estimate;
  readonly npv?: Estimate;
  readonly f1?: Estimate;
}

export interface Calibration {
  /** 1 is calibrated, under 1 too extreme. */
  readonly slope?: Estimate;
  readonly meanPredicted?: number;
  readonly observed?: number;
  /** By tenths of the prediction: mean predicted, observed, patients. */
  readonly curve: readonly (readonly [number, number, number])[];
}

export interface GroupFigures {
  readonly group: string;
  readonly value: string;
  readonly patients: number;
  readonly events: number;
  readonly discrimination?: Estimate;
  readonly meanPredicted?: number;
  readonly observed?: number;
}

export interface SetFigures {
  readonly set: string;
  readonly patients: number;
  readonly events: number;
  /** AUC, or Harrell's C over all follow-up (mean within groups where the model compares within groups). */
  readonly discrimination?: Estimate;
  readonly toHorizon?: Estimate;
  readonly comparators: Readonly<
    Record<string, { readonly patients: number; readonly value?: Estimate; readonly gain?: Estimate }>
  >;
  readonly calibration?: Calibration;
  readonly thresholds: readonly ThresholdFigures[];
  readonly groups: readonly GroupFigures[];
  readonly conformal?: ConformalFigures;
  readonly fairness: readonly Fairness[];
}

const DRAWS = 200;
const LEAST_EVENTS = 10;

const pick = <T>(rows: readonly T[], places: readonly number[]): T[] => places.map((i) => rows[i] as T);

/** AUC of a binary outcome, Harrell's C of follow-up; inside group and fold, averaged, where `within` says so. */
function discriminate(
  rows: readonly StoredPrediction[],
  score: (row: StoredPrediction) => number,
  within: string | undefined,
  horizon?: number,
): number | undefined {
  const one = (part: readonly StoredPrediction[]): number | undefined => {
    const followUp = part.map((row) => row.followUp);
    return isBinary(part)
      ? areaUnderRoc(
          part.map((row) => row.followUp.event === 1),
          part.map(score),
        )
      : concordance(part.map(score), horizon === undefined ? followUp : until(followUp, horizon));
  };
  if (within === undefined) return one(rows);
  const means = [...Map.groupBy(rows, (row) => row.groups[within] ?? '').values()].flatMap((type) => {
    const folds = [...Map.groupBy(type, ({ fold }) => fold).values()].flatMap((part) => one(part) ?? []);
    return folds.length === 0 ? [] : [folds.reduce((sum, c) => sum + c, 0) / folds.length];
  });
  return means.length === 0 ? undefined : means.reduce((sum, c) => sum + c, 0) / means.length;
}

/** Rows by their cell (group and fold), so that a bootstrap keeps the size of each. */
function resampled(
  rows: readonly StoredPrediction[],
  within: string | undefined,
  figure: (part: readonly StoredPrediction[]) => number | undefined,
  draws: number,
): Estimate | undefined {
  if (within === undefined) return bootstrapped(rows.length, (places) => figure(pick(rows, places)), draws);
  const cells = [
    ...Map.groupBy(
      rows.map((_, i) => i),
      (i) => `${rows[i]?.groups[within]} ${rows[i]?.fold}`,
    ).values(),
  ];
  const cellOf = new Map(cells.flatMap((cell) => cell.map((i, k) => [i, { cell, k }] as const)));
  // The drawn place names a cell; within it another member is taken, so every cell keeps its size.
  let first = true;
  return bootstrapped(
    rows.length,
    (places) => {
      if (first) {
        first = false;
        return figure(rows);
      }
      return figure(
        places.map((place, i) => {
          const { cell } = cellOf.get(i) as { cell: number[] };
          return rows[cell[place % cell.length] as number] as StoredPrediction;
        }),
      );
    },
    draws,
  );
}

function thresholdFigures(
  rows: readonly StoredPrediction[],
  { thresholds, horizonMonths }: BenchmarkSpec,
): ThresholdFigures[] {
  const outcomes = outcomesAt(rows, horizonMonths);
  return thresholds.map(({ name, at }) => {
    const called = rows.map(({ probability }) => (probability ?? 0) >= at);
    const figure = (of: (c: ReturnType<typeof counts>) => number | undefined) => {
      const value = bootstrapped(
        rows.length,
        (places) => of(counts(pick(called, places), pick(outcomes, places))),
        DRAWS,
      );
      return value;
    };
    const optional = <Key extends string>(key: Key, value: Estimate | undefined) =>
      value === undefined ? {} : ({ [key]: value } as Record<Key, Estimate>);
    return {
      name,
      threshold: at,
      ...optional(
        'sensitivity',
        figure(({ tp, fn }) => share(tp, fn)),
      ),
      ...optional(
        'specificity',
        figure(({ tn, fp }) => share(tn, fp)),
      ),
      ...optional(
        'ppv',
        figure(({ tp, fp }) => share(tp, fp)),
      ),
      ...optional(
        'npv',
        figure(({ tn, fn }) => share(tn, fn)),
      ),
      ...optional(
        'f1',
        figure(({ tp, fp, fn }) => share(2 * tp, fp + fn)),
      ),
    };
  });
}

function slopeOf(
  part: readonly StoredPrediction[],
  { horizonMonths, within }: Pick<BenchmarkSpec, 'horizonMonths' | 'within'>,
): number | undefined {
  if (isBinary(part))
    return calibrationLine(
      part.map(({ followUp }) => followUp.event === 1),
      part.map(({ probability }) => Math.min(Math.max(probability ?? 0.5, 1e-6), 1 - 1e-6)),
    )?.slope;
  const followUp = part.map((row) => row.followUp);
  return coxSlope(
    part.map(({ score }) => score),
    horizonMonths === undefined ? followUp : until(followUp, horizonMonths),
    part.map(({ groups, fold, set }) => (within === undefined ? set : `${groups[within]} ${fold}`)),
  )?.slope;
}

function calibrationOf(rows: readonly StoredPrediction[], spec: BenchmarkSpec): Calibration {
  const { horizonMonths } = spec;
  const slope = bootstrapped(rows.length, (places) => slopeOf(pick(rows, places), spec), 50);
  const both = predictedAndObserved(rows, horizonMonths);
  const sorted = [...rows].sort((a, b) => (a.probability ?? 0) - (b.probability ?? 0));
  const tenths = both === undefined ? 0 : Math.max(1, Math.min(10, Math.floor(rows.length / 30)));
  const curve = Array.from({ length: tenths }, (_, k) => {
    const part = sorted.slice(Math.round((k * sorted.length) / tenths), Math.round(((k + 1) * sorted.length) / tenths));
    const found = predictedAndObserved(part, horizonMonths);
    return [found?.meanPredicted ?? Number.NaN, found?.observed ?? Number.NaN, part.length] as const;
  });
  return {
    ...(slope === undefined ? {} : { slope }),
    ...both,
    curve: curve.filter(([a, b]) => Number.isFinite(a) && Number.isFinite(b)),
  };
}

function groupFigures(rows: readonly StoredPrediction[], spec: BenchmarkSpec): GroupFigures[] {
  const dimensions = [...new Set(rows.flatMap(({ groups }) => Object.keys(groups)))];
  return dimensions.flatMap((group) =>
    [...Map.groupBy(rows, ({ groups }) => groups[group] ?? '')]
      .filter(([value, part]) => value !== '' && part.length >= LEAST_GROUP)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([value, part]) => {
        const events = part.filter(({ followUp }) => followUp.event === 1).length;
        const discrimination =
          events < LEAST_EVENTS
            ? undefined
            : resampled(part, spec.within, (some) => discriminate(some, ({ score }) => score, spec.within), 100);
        return {
          group,
          value,
          patients: part.length,
          events,
          ...(discrimination === undefined ? {} : { discrimination }),
          ...predictedAndObserved(part, spec.horizonMonths),
        };
      }),
  );
}

/** Every figure of one cohort. `calibrationRows` are the rows that conformal limits are learned from where `fold` is -1. */
function setFigures(
  set: string,
  rows: readonly StoredPrediction[],
  spec: BenchmarkSpec,
  calibrationRows: readonly StoredPrediction[],
): SetFigures {
  const { within, horizonMonths } = spec;
  const own = (row: StoredPrediction): number => row.score;
  const discrimination = resampled(rows, within, (part) => discriminate(part, own, within), DRAWS);
  const toHorizon =
    horizonMonths === undefined
      ? undefined
      : resampled(rows, within, (part) => discriminate(part, own, within, horizonMonths), DRAWS);
  const names = [...new Set(rows.flatMap(({ comparators }) => Object.keys(comparators)))];
  const comparators = Object.fromEntries(
    names.map((name) => {
      const known = rows.filter((row) => row.comparators[name] !== undefined);
      const of = (row: StoredPrediction): number => row.comparators[name] as number;
      const value = resampled(known, within, (part) => discriminate(part, of, within), DRAWS);
      const gain = resampled(
        known,
        within,
        (part) => {
          const [a, b] = [discriminate(part, own, within), discriminate(part, of, within)];
          return a === undefined || b === undefined ? undefined : a - b;
        },
        DRAWS,
      );
      return [
        name,
        {
          patients: known.length,
          ...(value === undefined ? {} : { value }),
          ...(gain === undefined ? {} : { gain }),
        },
      ];
    }),
  );
  const intervals = conformal(rows, calibrationRows);
  const probabilities = rows.every(({ probability }) => probability !== undefined);
  return {
    set,
    patients: rows.length,
    events: rows.filter(({ followUp }) => followUp.event === 1).length,
    ...(discrimination === undefined ? {} : { discrimination }),
    ...(toHorizon === undefined ? {} : { toHorizon }),
    comparators,
    calibration: calibrationOf(rows, spec),
    thresholds: probabilities ? thresholdFigures(rows, spec) : [],
    groups: groupFigures(rows, spec),
    ...(intervals === undefined ? {} : { conformal: intervals }),
    fairness: probabilities ? fairnessOf(rows, spec) : [],
  };
}

/** Every cohort of a model's stored predictions, the out-of-fold one first. */
export function benchmark(rows: readonly StoredPrediction[], spec: BenchmarkSpec): SetFigures[] {
  const sets = Map.groupBy(rows, ({ set }) => set);
  const inside = rows.filter(({ fold }) => fold >= 0);
  return [...sets].map(([set, part]) => setFigures(set, part, spec, inside));
}

/** What a change-control plan puts bounds to: the figures of a card without their intervals. */
export interface PointFigures {
  readonly set: string;
  readonly patients: number;
  readonly discrimination: number | undefined;
  /** Over each comparator, paired. */
  readonly gains: Readonly<Record<string, number | undefined>>;
  readonly slope: number | undefined;
  readonly coverage: number | undefined;
}

/** The same figures as `benchmark` gives, without its bootstraps: a second instead of half a minute. */
export function benchmarkPoints(rows: readonly StoredPrediction[], spec: BenchmarkSpec): PointFigures[] {
  const inside = rows.filter(({ fold }) => fold >= 0);
  const rank = (part: readonly StoredPrediction[], score: (row: StoredPrediction) => number): number | undefined =>
    discriminate(part, score, spec.within);
  return [...Map.groupBy(rows, ({ set }) => set)].map(([set, part]) => ({
    set,
    patients: part.length,
    discrimination: rank(part, ({ score }) => score),
    gains: Object.fromEntries(
      [...new Set(part.flatMap(({ comparators }) => Object.keys(comparators)))].map((name) => {
        const known = part.filter(({ comparators }) => comparators[name] !== undefined);
        const [own, other] = [
          rank(known, ({ score }) => score),
          rank(known, ({ comparators }) => comparators[name] as number),
        ];
        return [name, own === undefined || other === undefined ? undefined : own - other];
      }),
    ),
    slope: slopeOf(part, spec),
    coverage: conformal(part, inside)?.coverage,
  }));
}

/** The same, read from what a card states. */
export const pointsOf = (figures: readonly SetFigures[]): PointFigures[] =>
  figures.map(({ set, patients, discrimination, comparators, calibration, conformal: stated }) => ({
    set,
    patients,
    discrimination: discrimination?.value,
    gains: Object.fromEntries(Object.entries(comparators).map(([name, { gain }]) => [name, gain?.value])),
    slope: calibration?.slope?.value,
    coverage: stated?.coverage,
  }));
