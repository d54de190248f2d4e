/**
 * Explanations of a model that is only ever asked: how its output moves when groups of inputs are known or not. Pure and
 * seeded; the model is a function of coalitions, asked in batches.
 */

/** One row per coalition, one entry per group: true where the group is known. Answers in the same order. */
export type AskCoalitions = (coalitions: readonly (readonly boolean[])[]) => Promise<readonly number[]>;

/** mulberry32: 32 bits of state, uniform in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function permutation(length: number, random: () => number): number[] {
  const order = Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}

const coalitionOf = (groups: number, members: Iterable<number>): boolean[] => {
  const known = new Array<boolean>(groups).fill(false);
  for (const member of members) known[member] = true;
  return known;
};

export interface ShapleyValues {
  /** The output with no group known, and with all. */
  readonly empty: number;
  readonly full: number;
  readonly values: readonly number[];
  /** Of the mean over pairs of permutations; 0 where every coalition was asked. */
  readonly standardErrors: readonly number[];
  readonly coalitions: number;
}

/**
 * Exact Shapley values over few groups: every coalition is asked (2^groups of them).
 * Source: Shapley LS, Contributions to the Theory of Games II, 1953, 307-317.
 */
export async function exactShapley(groups: number, ask: AskCoalitions): Promise<ShapleyValues> {
  if (groups > 12) throw new Error('too many groups for every coalition');
  const size = 2 ** groups;
  const outputs = await ask(
    Array.from({ length: size }, (_, mask) => Array.from({ length: groups }, (__, g) => ((mask >> g) & 1) === 1)),
  );
  const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
  const values = Array.from({ length: groups }, (_, group) => {
    let value = 0;
    for (let mask = 0; mask < size; mask++) {
      if (((mask >> group) & 1) === 1) continue;
      let members = 0;
      for (let g = 0; g < groups; g++) members += (mask >> g) & 1;
      const weight = (factorial(members) * factorial(groups - members - 1)) / factorial(groups);
      value += weight * ((outputs[mask | (1 << group)] as number) - (outputs[mask] as number));
    }
    return value;
  });
  return {
    empty: outputs[0] as number,
    full: outputs[size - 1] as number,
    values,
    standardErrors: values.map(() => 0),
    coalitions: size,
  };
}

/**
 * Sampled Shapley values: each seeded permutation is walked forwards and backwards (antithetic), so that contributions
 * of every walk sum to full − empty and their mean does too. At least `least` coalitions are asked.
 * Source: Mitchell R et al., Sampling permutations for Shapley value estimation, JMLR 2022;23(43):1-46.
 */
export async function sampledShapley(
  groups: number,
  ask: AskCoalitions,
  { least, seed }: { least: number; seed: number },
): Promise<ShapleyValues> {
  if (groups === 0) {
    const [only = 0] = await ask([[]]);
    return { empty: only, full: only, values: [], standardErrors: [], coalitions: 1 };
  }
  const inner = Math.max(1, groups - 1);
  const pairs = Math.max(2, Math.ceil(least / (2 * inner)));
  const random = seeded(seed);
  const walks = Array.from({ length: pairs }, () => permutation(groups, random)).flatMap((order) => [
    order,
    order.toReversed(),
  ]);
  const coalitions: boolean[][] = [coalitionOf(groups, []), coalitionOf(groups, Array(groups).keys())];
  for (const walk of walks)
    for (let end = 1; end < groups; end++) coalitions.push(coalitionOf(groups, walk.slice(0, end)));
  const outputs = await ask(coalitions);
  const empty = outputs[0] as number;
  const full = outputs[1] as number;
  const sums = new Float64Array(groups);
  const squares = new Float64Array(groups);
  const pair = new Float64Array(groups);
  let at = 2;
  walks.forEach((walk, w) => {
    let before = empty;
    walk.forEach((group, place) => {
      const after = place === groups - 1 ? full : (outputs[at++] as number);
      pair[group] = (pair[group] as number) + (after - before) / 2;
      before = after;
    });
    if (w % 2 === 0) return;
    pair.forEach((value, group) => {
      sums[group] = (sums[group] as number) + value;
      squares[group] = (squares[group] as number) + value * value;
    });
    pair.fill(0);
  });
  return {
    empty,
    full,
    values: Array.from(sums, (sum) => sum / pairs),
    standardErrors: Array.from(sums, (sum, g) =>
      Math.sqrt(Math.max(0, (squares[g] as number) - (sum * sum) / pairs) / (pairs - 1) / pairs),
    ),
    coalitions: coalitions.length,
  };
}

/**
 * LIME on the same groups: a weighted ridge line through outputs of random coalitions, near the case first. Returns one
 * slope per group. Source: Ribeiro MT et al., KDD 2016, 1135-1144 (exponential kernel on the share of groups left out).
 */
export async function limeSlopes(
  groups: number,
  ask: AskCoalitions,
  { samples, seed }: { samples: number; seed: number },
): Promise<{ readonly slopes: readonly number[]; readonly fit: number }> {
  if (groups === 0) return { slopes: [], fit: 1 };
  const random = seeded(seed);
  const coalitions = Array.from({ length: samples }, (_, i) => {
    // The case itself is one of the samples; the others keep between all and none of it.
    const keep = i === 0 ? 1 : random();
    return Array.from({ length: groups }, () => random() < keep);
  });
  const outputs = await ask(coalitions);
  const weights = coalitions.map((known) => {
    const out = known.filter((one) => !one).length / groups;
    return Math.exp(-(out * out) / (0.75 * 0.75));
  });
  const width = groups + 1;
  const left = Array.from({ length: width }, (_, i) =>
    Float64Array.from({ length: width + 1 }, (__, j) => (i === j && i > 0 ? 1e-3 : 0)),
  );
  coalitions.forEach((known, row) => {
    const weight = weights[row] as number;
    const places = [0, ...known.flatMap((one, g) => (one ? [g + 1] : []))];
    for (const i of places) {
      const line = left[i] as Float64Array;
      for (const j of places) line[j] = (line[j] as number) + weight;
      line[width] = (line[width] as number) + weight * (outputs[row] as number);
    }
  });
  const solved = solve(left, width);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = outputs.reduce((sum, output, i) => sum + output * (weights[i] as number), 0) / total;
  let rest = 0;
  let spread = 0;
  coalitions.forEach((known, row) => {
    const line = known.reduce((sum, one, g) => sum + (one ? (solved[g + 1] as number) : 0), solved[0] as number);
    const output = outputs[row] as number;
    rest += (weights[row] as number) * (output - line) ** 2;
    spread += (weights[row] as number) * (output - mean) ** 2;
  });
  return { slopes: Array.from(solved.slice(1)), fit: spread === 0 ? 1 : 1 - rest / spread };
}

/** Gaussian elimination with partial pivoting of a square system, the right side in its last column. */
function solve(rows: Float64Array[], width: number): Float64Array {
  for (let column = 0; column < width; column++) {
    let pivot = column;
    for (let row = column + 1; row < width; row++)
      if (Math.abs(rows[row]?.[column] as number) > Math.abs(rows[pivot]?.[column] as number)) pivot = row;
    [rows[column], rows[pivot]] = [rows[pivot] as Float64Array, rows[column] as Float64Array];
    const top = rows[column] as Float64Array;
    for (let row = column + 1; row < width; row++) {
      const line = rows[row] as Float64Array;
      const factor = (line[column] as number) / (top[column] as number);
      if (factor === 0) continue;
      for (let j = column; j <= width; j++) line[j] = (line[j] as number) - factor * (top[j] as number);
    }
  }
  const found = new Float64Array(width);
  for (let row = width - 1; row >= 0; row--) {
    const line = rows[row] as Float64Array;
    let value = line[width] as number;
    for (let j = row + 1; j < width; j++) value -= (line[j] as number) * (found[j] as number);
    found[row] = value / (line[row] as number);
  }
  return found;
}

/** How many of the strongest groups a sign conflict with LIME is looked for in (F058). */
export const CHECKED = 3;

/** Places of the groups whose sign the two methods tell differently, among the strongest of either. */
export function signConflicts(shapley: readonly number[], lime: readonly number[]): number[] {
  const strongest = (values: readonly number[]): number[] =>
    values
      .map((value, place) => ({ value: Math.abs(value), place }))
      .sort((a, b) => b.value - a.value || a.place - b.place)
      .slice(0, CHECKED)
      .map(({ place }) => place);
  const seen = new Set([...strongest(shapley), ...strongest(lime)]);
  return [...seen].filter((place) => (shapley[place] as number) * (lime[place] as number) < 0).sort((a, b) => a - b);
}

/**
 * Area under the deletion curve: groups are taken away in the given order, and how far the output has moved from the full
 * one is averaged over the steps. A faithful order moves it early (F067; Petsiuk V et al., RISE, BMVC 2018).
 */
export async function deletionArea(order: readonly number[], ask: AskCoalitions): Promise<number> {
  const groups = order.length;
  const outputs = await ask(Array.from({ length: groups + 1 }, (_, gone) => coalitionOf(groups, order.slice(gone))));
  const full = outputs[0] as number;
  return outputs.reduce((sum, output) => sum + Math.abs(output - full), 0) / outputs.length;
}

/** Random orders to hold a deletion curve against. */
export function randomOrders(groups: number, many: number, seed: number): number[][] {
  const random = seeded(seed);
  return Array.from({ length: many }, () => permutation(groups, random));
}
