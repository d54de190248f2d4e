/**
 * Whether a patient's molecular values go together as those of the cohort do (F032). Each value may be ordinary and the whole
 * still be another sample, a mixed-up table or an invention; norms do not see that. The rules and their limits are those of
 * models/training/aggressiveness/guard.py, where they are measured. Pure.
 */
import type { BlockGuard } from './model-files.ts';

/** With fewer altered genes a copy-number profile is too quiet to judge. */
const LEAST_ALTERED = 5;

/** The genes that were measured: places in the type's block, rising, and their values. */
export interface Measured {
  readonly places: Int32Array;
  readonly values: Float64Array;
}

interface Axes {
  readonly loadings: readonly Float64Array[];
  /** Products of the axes over all genes. */
  readonly gram: readonly (readonly number[])[];
}

const decoded = new WeakMap<BlockGuard, Axes>();

function axesOf(guard: BlockGuard): Axes {
  const kept = decoded.get(guard);
  if (kept !== undefined) return kept;
  const loadings = (guard.axes ?? []).map(({ scale, loadings: bytes }) => {
    const values = new Float64Array(bytes.length / 2);
    for (let i = 0; i < values.length; i++) {
      const byte = Number.parseInt(bytes.slice(2 * i, 2 * i + 2), 16);
      values[i] = (byte > 127 ? byte - 256 : byte) * scale;
    }
    return values;
  });
  const axes = { loadings, gram: gramOf(loadings, undefined) };
  decoded.set(guard, axes);
  return axes;
}

/** Products of each two axes, over some genes or all. */
function gramOf(axes: readonly Float64Array[], places: Int32Array | undefined): number[][] {
  const gram = axes.map(() => new Array<number>(axes.length).fill(0));
  const n = places === undefined ? (axes[0]?.length ?? 0) : places.length;
  for (let a = 0; a < axes.length; a++)
    for (let b = a; b < axes.length; b++) {
      const [x, y] = [axes[a] as Float64Array, axes[b] as Float64Array];
      let sum = 0;
      for (let k = 0; k < n; k++) {
        const i = places === undefined ? k : (places[k] as number);
        sum += (x[i] as number) * (y[i] as number);
      }
      (gram[a] as number[])[b] = sum;
      (gram[b] as number[])[a] = sum;
    }
  return gram;
}

/** Solution of a small symmetric positive system by Gaussian elimination; undefined where it has none. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] | undefined {
  const n = right.length;
  const rows = matrix.map((row, i) => [...row, right[i] as number]);
  for (let k = 0; k < n; k++) {
    const pivot = rows[k] as number[];
    if (!((pivot[k] as number) > 1e-12)) return undefined;
    for (let i = k + 1; i < n; i++) {
      const row = rows[i] as number[];
      const factor = (row[k] as number) / (pivot[k] as number);
      for (let j = k; j <= n; j++) row[j] = (row[j] as number) - factor * (pivot[j] as number);
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    const row = rows[i] as number[];
    let sum = row[n] as number;
    for (let j = i + 1; j < n; j++) sum -= (row[j] as number) * (x[j] as number);
    x[i] = sum / (row[i] as number);
  }
  return x;
}

/** Share (0 to 1) of the squared z-scores that lies on the cohort's axes, by least squares over the measured genes. */
export function shareOnAxes({ places, values }: Measured, guard: BlockGuard): number | undefined {
  const { loadings, gram } = axesOf(guard);
  const all = places.length === loadings[0]?.length;
  const products = loadings.map((axis) => {
    let sum = 0;
    for (let k = 0; k < places.length; k++) sum += (values[k] as number) * (axis[places[k] as number] as number);
    return sum;
  });
  const weights = solve(all ? gram : gramOf(loadings, places), products);
  let squares = 0;
  for (const z of values) squares += z * z;
  if (weights === undefined || squares === 0) return undefined;
  return weights.reduce((sum, weight, k) => sum + weight * (products[k] as number), 0) / squares;
}

/**
 * How often a gene's call (-2 to 2) differs from those of the two genes it goes with in the cohort, over how often two genes
 * of this patient drawn at random differ: near 0 in a real profile, 1 where genes are mixed up. Undefined for a profile with
 * fewer than five altered genes.
 */
export function discordOfCalls({ places, values }: Measured, { pairs = [] }: BlockGuard): number | undefined {
  const counts = new Map<number, number>();
  for (const call of values) counts.set(call, (counts.get(call) ?? 0) + 1);
  const n = values.length;
  if (n - Math.max(0, ...counts.values()) < LEAST_ALTERED) return undefined;
  const calls = new Float64Array(pairs.length).fill(Number.NaN);
  for (let k = 0; k < n; k++) calls[places[k] as number] = values[k] as number;
  let compared = 0;
  let differing = 0;
  for (let k = 0; k < n; k++)
    for (const partner of pairs[places[k] as number] ?? []) {
      const other = calls[partner] ?? Number.NaN;
      if (Number.isNaN(other)) continue;
      compared += 1;
      if (other !== values[k]) differing += 1;
    }
  // With so few of the pairs measured nothing is said.
  if (compared < n) return undefined;
  let alike = 0;
  for (const count of counts.values()) alike += (count / n) ** 2;
  return differing / compared / (((1 - alike) * n) / (n - 1));
}

/** Whether a block's values are taken for the patient's: strange with why, in words; unjudged where too little is there to tell. */
export type Verdict = { readonly is: 'sound' | 'unjudged' } | { readonly is: 'strange'; readonly why: string };

export function verdictOn(values: Measured, guard: BlockGuard, what: 'gene' | 'protein' = 'gene'): Verdict {
  if (guard.axes !== undefined) {
    const share = shareOnAxes(values, guard);
    if (share === undefined) return { is: 'unjudged' };
    return share < guard.limit
      ? {
          is: 'strange',
          why: `the ${what}s do not rise and fall together as in the cohort: ${percent(share)} % of their spread lies on its main axes; 99 % of the cohort have over ${percent(guard.limit)} %. Check that each value stands with its ${what}.`,
        }
      : { is: 'sound' };
  }
  const discord = discordOfCalls(values, guard);
  if (discord === undefined) return { is: 'unjudged' };
  return discord > guard.limit
    ? {
        is: 'strange',
        why: `genes that go together have different calls ${discord.toFixed(2)} times as often as genes drawn at random; 99 % of the cohort are under ${guard.limit.toFixed(2)}. Check that each call stands with its gene.`,
      }
    : { is: 'sound' };
}

const percent = (share: number): string => (100 * share).toFixed(1);
