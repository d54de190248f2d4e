/** What predictions are worth on a cohort: pure figures with their intervals. */

/** An estimate with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Area under the ROC curve by ranks, ties counted half (Mann and Whitney 1947); `undefined` where either outcome is
 * missing.
 */
export function areaUnderRoc(outcome: readonly boolean[], score: readonly number[]): number | undefined {
  const order = score.map((_, i) => i).sort((a, b) => (score[a] as number) - (score[b] as number));
  let positives = 0;
  let rankSum = 0;
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && score[order[to] as number] === score[order[from] as number]) to += 1;
    const rank = (from + 1 + to) / 2;
    for (let at = from; at < to; at += 1)
      if (outcome[order[at] as number] === true) {
        positives += 1;
        rankSum += rank;
      }
    from = to;
  }
  const negatives = outcome.length - positives;
  if (positives === 0 || negatives === 0) return undefined;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** A small seeded generator (mulberry32), so that an interval is the same on every machine. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const DRAWS = 2000;
const SEED = 20261125;

/**
 * AUC with the percentile interval of 2,000 bootstraps of patients, drawn within each outcome so that no draw lacks one.
 * Predictions are held fixed.
 */
export function areaUnderRocWithInterval(outcome: readonly boolean[], score: readonly number[]): Estimate | undefined {
  const value = areaUnderRoc(outcome, score);
  if (value === undefined) return undefined;
  const random = seeded(SEED);
  const groups = [true, false].map((kind) => outcome.flatMap((one, i) => (one === kind ? [i] : [])));
  const draws: number[] = [];
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const rows = groups.flatMap((places) => places.map(() => places[Math.floor(random() * places.length)] as number));
    draws.push(
      areaUnderRoc(
        rows.map((i) => outcome[i] as boolean),
        rows.map((i) => score[i] as number),
      ) as number,
    );
  }
  draws.sort((a, b) => a - b);
  return { value, low: quantile(draws, 0.025), high: quantile(draws, 0.975) };
}

/**
 * A figure over rows 0 to n - 1 with the percentile interval of bootstraps of rows; draws in which the figure is not
 * defined are left out. Predictions are held fixed. `undefined` where the figure is not defined on all rows.
 */
export function bootstrapped(
  n: number,
  figure: (rows: readonly number[]) => number | undefined,
  draws = 1000,
): Estimate | undefined {
  const value = figure(Array.from({ length: n }, (_, i) => i));
  if (value === undefined) return undefined;
  const random = seeded(SEED);
  const found: number[] = [];
  for (let draw = 0; draw < draws; draw += 1) {
    const one = figure(Array.from({ length: n }, () => Math.floor(random() * n)));
    if (one !== undefined) found.push(one);
  }
  found.sort((a, b) => a - b);
  return { value, low: quantile(found, 0.025), high: quantile(found, 0.975) };
}

export function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] as number;
  const above = sorted[Math.ceil(place)] as number;
  return below + (above - below) * (place - Math.floor(place));
}

/** Pearson's r; `undefined` under three pairs or where one side does not vary. */
export function correlation(a: readonly number[], b: readonly number[]): number | undefined {
  const n = a.length;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / n;
  const [ma, mb] = [mean(a), mean(b)];
  let [aa, bb, ab] = [0, 0, 0];
  a.forEach((value, i) => {
    const [da, db] = [value - ma, (b[i] as number) - mb];
    aa += da * da;
    bb += db * db;
    ab += da * db;
  });
  return n < 3 || aa === 0 || bb === 0 ? undefined : ab / Math.sqrt(aa * bb);
}

/**
 * Slope and intercept of the outcome's logit on the predicted one (Cox 1958), by Newton; 1 and 0 are perfect.
 * `undefined` where the outcomes are separated by the score or one is missing, so that no finite slope exists.
 */
export function calibrationLine(
  outcome: readonly boolean[],
  probability: readonly number[],
): { readonly slope: number; readonly intercept: number } | undefined {
  const area = areaUnderRoc(outcome, probability);
  if (area === undefined || area === 1 || area === 0) return undefined;
  const logits = probability.map((p) => Math.log(p / (1 - p)));
  if (!logits.every(Number.isFinite)) return undefined;
  let slope = 0;
  let intercept = 0;
  for (let step = 0; step < 100; step += 1) {
    let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0];
    logits.forEach((logit, i) => {
      const mean = 1 / (1 + Math.exp(-(intercept + slope * logit)));
      const rest = (outcome[i] === true ? 1 : 0) - mean;
      const weight = mean * (1 - mean);
      g0 += rest;
      g1 += rest * logit;
      h00 += weight;
      h01 += weight * logit;
      h11 += weight * logit * logit;
    });
    const determinant = h00 * h11 - h01 * h01;
    if (!(determinant > 1e-12)) return undefined;
    const d0 = (h11 * g0 - h01 * g1) / determinant;
    const d1 = (h00 * g1 - h01 * g0) / determinant;
    intercept += d0;
    slope += d1;
    if (Math.abs(d0) + Math.abs(d1) < 1e-10) return { slope, intercept };
  }
  return undefined;
}
