/** What risk scores are worth against times of death: concordance, calibration slope, observed incidence. Pure. */

/** One patient's follow-up. `event`: 0 alive at `months`, 1 the event of interest, 2 a death that competes with it. */
export interface FollowUp {
  readonly months: number;
  readonly event: number;
}

/**
 * Harrell's C: share of comparable pairs in which the one with the earlier event had the higher score; equal scores
 * count half; competing deaths are censorings (Harrell FE et al., JAMA 1982;247:2543-2546). `undefined` where no pair can
 * be compared. O(n log n) by a tree of ranks.
 */
export function concordance(score: readonly number[], followUp: readonly FollowUp[]): number | undefined {
  const n = score.length;
  const rank = new Int32Array(n);
  const rising = Int32Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => (score[a] as number) - (score[b] as number),
  );
  let highest = 0;
  rising.forEach((i, k) => {
    if (k === 0 || score[i] !== score[rising[k - 1] as number]) highest += 1;
    rank[i] = highest;
  });
  const tree = new Int32Array(highest + 1);
  const add = (at: number): void => {
    for (let i = at; i < tree.length; i += i & -i) tree[i] = (tree[i] as number) + 1;
  };
  const upTo = (at: number): number => {
    let sum = 0;
    for (let i = at; i > 0; i -= i & -i) sum += tree[i] as number;
    return sum;
  };
  const months = Float64Array.from(followUp, (one) => one.months);
  const order = Int32Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => (months[b] as number) - (months[a] as number),
  );
  let within = 0;
  let concordant = 0;
  let comparable = 0;
  for (let from = 0; from < n; ) {
    const time = months[order[from] as number];
    let to = from;
    while (to < n && months[order[to] as number] === time) to += 1;
    const tied = order.subarray(from, to);
    // Whoever is censored at this very time outlived the ones who died at it.
    for (const i of tied)
      if (followUp[i]?.event !== 1) {
        add(rank[i] as number);
        within += 1;
      }
    for (const i of tied) {
      if (followUp[i]?.event !== 1) continue;
      const at = rank[i] as number;
      const below = upTo(at - 1);
      const equal = upTo(at) - below;
      concordant += below + equal / 2;
      comparable += within;
    }
    for (const i of tied)
      if (followUp[i]?.event === 1) {
        add(rank[i] as number);
        within += 1;
      }
    from = to;
  }
  return comparable === 0 ? undefined : concordant / comparable;
}

/**
 * Coefficient of `score` in a Cox model, each stratum with risk sets of its own, with its standard error; 1 is calibrated,
 * under 1 too extreme (Breslow ties). `undefined` where no finite coefficient exists.
 */
export function coxSlope(
  score: readonly number[],
  followUp: readonly FollowUp[],
  stratum: readonly string[] = [],
): { readonly slope: number; readonly standardError: number } | undefined {
  const strata = Map.groupBy(
    score.map((_, i) => i),
    (i) => stratum[i] ?? '',
  );
  const sorted = [...strata.values()].map((rows) =>
    rows.sort((a, b) => (followUp[b]?.months as number) - (followUp[a]?.months as number)),
  );
  let beta = 0;
  for (let step = 0; step < 50; step += 1) {
    let gradient = 0;
    let information = 0;
    for (const rows of sorted) {
      let [s0, s1, s2] = [0, 0, 0];
      for (let from = 0; from < rows.length; ) {
        let to = from;
        while (to < rows.length && followUp[rows[to] as number]?.months === followUp[rows[from] as number]?.months) {
          const x = score[rows[to] as number] as number;
          const weight = Math.exp(beta * x);
          s0 += weight;
          s1 += weight * x;
          s2 += weight * x * x;
          to += 1;
        }
        for (let at = from; at < to; at += 1)
          if (followUp[rows[at] as number]?.event === 1) {
            gradient += (score[rows[at] as number] as number) - s1 / s0;
            information += s2 / s0 - (s1 / s0) ** 2;
          }
        from = to;
      }
    }
    if (!(information > 1e-12)) return undefined;
    const change = gradient / information;
    if (!Number.isFinite(change) || Math.abs(change) > 50) return undefined;
    beta += change;
    if (Math.abs(change) < 1e-9) return { slope: beta, standardError: 1 / Math.sqrt(information) };
  }
  return undefined;
}

/** Observed incidence of event 1 by `at` months with event 2 competing (Aalen and Johansen 1978). */
export function incidence(followUp: readonly FollowUp[], at: number): number {
  const sorted = [...followUp].sort((a, b) => a.months - b.months);
  let survival = 1;
  let total = 0;
  for (let from = 0; from < sorted.length; ) {
    const time = (sorted[from] as FollowUp).months;
    if (time > at) break;
    let to = from;
    let [of1, any] = [0, 0];
    for (; to < sorted.length && sorted[to]?.months === time; to += 1) {
      const { event } = sorted[to] as FollowUp;
      if (event > 0) any += 1;
      if (event === 1) of1 += 1;
    }
    const atRisk = sorted.length - from;
    total += (survival * of1) / atRisk;
    survival *= 1 - any / atRisk;
    from = to;
  }
  return total;
}

/** Share still under observation just before each patient's own time, by Kaplan and Meier on the censorings. */
export function uncensoredBefore(followUp: readonly FollowUp[]): (months: number) => number {
  const sorted = [...followUp].sort((a, b) => a.months - b.months);
  const times: number[] = [];
  const shares: number[] = [];
  let share = 1;
  for (let from = 0; from < sorted.length; ) {
    const time = (sorted[from] as FollowUp).months;
    let to = from;
    let censored = 0;
    for (; to < sorted.length && sorted[to]?.months === time; to += 1) if (sorted[to]?.event === 0) censored += 1;
    times.push(time);
    shares.push(share);
    share *= 1 - censored / (sorted.length - from);
    from = to;
  }
  return (months) => {
    let low = 0;
    let high = times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((times[middle] as number) < months) low = middle + 1;
      else high = middle;
    }
    return shares[low] ?? share;
  };
}

/** The same follow-up, ended at `horizon`: later events become alive at the horizon. */
export const until = (followUp: readonly FollowUp[], horizon: number): FollowUp[] =>
  followUp.map(({ months, event }) => (months > horizon ? { months: horizon, event: 0 } : { months, event }));
