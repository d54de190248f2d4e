/**
 * Who is treated alike (F113): demographic parity, equalised odds and predictive parity at a named threshold, calibration
 * and ranking, by group, with intervals; and a mitigation by thresholds of their own per group (F115).
 */
import { areaUnderRoc, bootstrapped, type Estimate } from './measure.ts';
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
import { concordance } from './survival.ts';

export interface FairnessRow {
  readonly value: string;
  readonly patients: number;
  /** Share that the threshold calls (demographic parity). */
  readonly called: Estimate;
  /** Equalised odds. */
  readonly sensitivity?: Estimate;
  readonly falsePositiveRate?: Estimate;
  /** Predictive parity. */
  readonly ppv?: Estimate;
  readonly meanPredicted?: number;
  readonly observed?: number;
  readonly discrimination?: Estimate;
}

export interface Fairness {
  readonly group: string;
  readonly threshold: number;
  readonly rows: readonly FairnessRow[];
  /** Largest difference between groups, before and after the mitigation. */
  readonly gaps: {
    readonly before: Gaps;
    readonly after: Gaps;
  };
  /** Thresholds of the mitigation, learned on all rows; judged out of fold above. */
  readonly mitigation: Readonly<Record<string, number>>;
}

export interface Gaps {
  readonly called: Estimate;
  readonly sensitivity: Estimate;
  readonly falsePositiveRate: Estimate;
  readonly ppv: Estimate;
  /** Over everyone: what equal treatment costs. */
  readonly overallSensitivity: number;
  readonly overallSpecificity: number;
}

const DRAWS = 100;

type Outcome = { readonly positive: boolean; readonly weight: number };
interface Called {
  readonly row: StoredPrediction;
  readonly value: string;
  readonly outcome: Outcome;
  readonly called: boolean;
}

const ratesOf = (rows: readonly Called[]) => {
  const { tp, fp, fn, tn } = counts(
    rows.map(({ called }) => called),
    rows.map(({ outcome }) => outcome),
  );
  return {
    called: rows.filter(({ called }) => called).length / rows.length,
    sensitivity: share(tp, fn),
    falsePositiveRate: share(fp, tn),
    specificity: share(tn, fp),
    ppv: share(tp, fp),
  };
};

/**
 * Threshold per group that gives every group the sensitivity which `threshold` gives everyone (equal opportunity: Hardt M
 * et al., NeurIPS 2016). Only the threshold moves; no probability does.
 */
export function equalOpportunity(
  rows: readonly { readonly value: string; readonly probability: number; readonly outcome: Outcome }[],
  threshold: number,
): Record<string, number> {
  const sensitivityAt = (part: typeof rows, at: number): number | undefined => {
    const { tp, fn } = counts(
      part.map(({ probability }) => probability >= at),
      part.map(({ outcome }) => outcome),
    );
    return share(tp, fn);
  };
  const goal = sensitivityAt(rows, threshold);
  return Object.fromEntries(
    [...Map.groupBy(rows, ({ value }) => value)].map(([value, part]) => {
      const candidates = [...new Set(part.map(({ probability }) => probability))];
      let best = { at: threshold, off: Math.abs((sensitivityAt(part, threshold) ?? 0) - (goal ?? 0)) };
      for (const at of candidates) {
        const off = Math.abs((sensitivityAt(part, at) ?? 0) - (goal ?? 0));
        // Nearest to the common threshold among the equally good.
        if (
          off < best.off - 1e-12 ||
          (off <= best.off + 1e-12 && Math.abs(at - threshold) < Math.abs(best.at - threshold))
        )
          best = { at, off };
      }
      return [value, best.at];
    }),
  );
}

function gapsOf(rows: readonly Called[]): Gaps {
  const gap = (of: (rates: ReturnType<typeof ratesOf>) => number | undefined): Estimate =>
    bootstrapped(
      rows.length,
      (places) => {
        const drawn = places.map((i) => rows[i] as Called);
        const values = [...Map.groupBy(drawn, ({ value }) => value).values()].flatMap(
          (part) => of(ratesOf(part)) ?? [],
        );
        return values.length < 2 ? undefined : Math.max(...values) - Math.min(...values);
      },
      DRAWS,
    ) ?? { value: Number.NaN, low: Number.NaN, high: Number.NaN };
  const everyone = ratesOf(rows);
  return {
    called: gap(({ called }) => called),
    sensitivity: gap(({ sensitivity }) => sensitivity),
    falsePositiveRate: gap(({ falsePositiveRate }) => falsePositiveRate),
    ppv: gap(({ ppv }) => ppv),
    overallSensitivity: everyone.sensitivity ?? Number.NaN,
    overallSpecificity: everyone.specificity ?? Number.NaN,
  };
}

/** Age, sex and race or ancestry, where the stored rows have them in two groups or more of 50 patients with the outcome. */
export function fairnessOf(rows: readonly StoredPrediction[], spec: BenchmarkSpec): Fairness[] {
  const [first] = spec.thresholds;
  if (first === undefined) return [];
  const outcomes = outcomesAt(rows, spec.horizonMonths);
  const all = rows.map((row, i) => ({ row, outcome: outcomes[i] as Outcome }));
  return ['age', 'sex', 'race'].flatMap((group) => {
    const large = new Map(
      [...Map.groupBy(all, ({ row }) => row.groups[group] ?? '')].filter(
        ([value, part]) =>
          value !== '' &&
          part.length >= LEAST_GROUP &&
          part.some(({ outcome }) => outcome.positive && outcome.weight > 0) &&
          part.some(({ outcome }) => !outcome.positive && outcome.weight > 0),
      ),
    );
    if (large.size < 2) return [];
    const kept = all.flatMap(({ row, outcome }) => {
      const value = row.groups[group] ?? '';
      return large.has(value) ? [{ row, outcome, value, probability: row.probability ?? 0 }] : [];
    });
    const before = kept.map((each): Called => ({ ...each, called: each.probability >= first.at }));
    const learned = new Map<number, Record<string, number>>();
    const outside = kept.every(({ row }) => row.fold < 0);
    const after = kept.map((each, i): Called => {
      // An outside cohort has no folds: every second row learns for the others.
      const part = outside ? i % 2 : each.row.fold;
      if (!learned.has(part))
        learned.set(
          part,
          equalOpportunity(
            kept.filter(({ row }, k) => (outside ? k % 2 : row.fold) !== part),
            first.at,
          ),
        );
      return { ...each, called: each.probability >= (learned.get(part)?.[each.value] ?? first.at) };
    });
    const optional = <Key extends string>(key: Key, value: Estimate | undefined) =>
      value === undefined ? {} : ({ [key]: value } as Record<Key, Estimate>);
    const figures = [...Map.groupBy(before, ({ value }) => value)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([value, part]): FairnessRow => {
        const rate = (of: (rates: ReturnType<typeof ratesOf>) => number | undefined) =>
          bootstrapped(part.length, (places) => of(ratesOf(places.map((i) => part[i] as Called))), DRAWS);
        const stored = part.map(({ row }) => row);
        const discrimination = bootstrapped(
          part.length,
          (places) => {
            const drawn = places.map((i) => stored[i] as StoredPrediction);
            return isBinary(drawn)
              ? areaUnderRoc(
                  drawn.map(({ followUp }) => followUp.event === 1),
                  drawn.map(({ score }) => score),
                )
              : concordance(
                  drawn.map(({ score }) => score),
                  drawn.map(({ followUp }) => followUp),
                );
          },
          DRAWS,
        );
        return {
          value,
          patients: part.length,
          called: rate(({ called }) => called) as Estimate,
          ...optional(
            'sensitivity',
            rate(({ sensitivity }) => sensitivity),
          ),
          ...optional(
            'falsePositiveRate',
            rate(({ falsePositiveRate }) => falsePositiveRate),
          ),
          ...optional(
            'ppv',
            rate(({ ppv }) => ppv),
          ),
          ...predictedAndObserved(stored, spec.horizonMonths),
          ...optional('discrimination', discrimination),
        };
      });
    return [
      {
        group,
        threshold: first.at,
        rows: figures,
        gaps: { before: gapsOf(before), after: gapsOf(after) },
        mitigation: equalOpportunity(kept, first.at),
      },
    ];
  });
}
