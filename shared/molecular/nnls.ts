/** Non-negative least squares over few unknowns (Lawson and Hanson 1974, chapter 23, on the normal equations). Pure. */

/** The normal matrix of columns: what many right-hand sides share. */
export function normalMatrix(columns: readonly (readonly number[])[]): number[][] {
  return columns.map((a) => columns.map((b) => a.reduce((sum, value, row) => sum + value * (b[row] ?? 0), 0)));
}

/** The solution of a symmetric positive definite system by Cholesky; pivots that vanish leave their unknown at 0. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const n = right.length;
  const lower = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i]?.[j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (lower[i]?.[k] ?? 0) * (lower[j]?.[k] ?? 0);
      const row = lower[i] as number[];
      if (i === j) row[j] = sum > 1e-14 ? Math.sqrt(sum) : 0;
      else row[j] = (lower[j]?.[j] ?? 0) === 0 ? 0 : sum / (lower[j]?.[j] ?? 1);
    }
  const y = new Array<number>(n).fill(0);
  for (let i = 0; i < n; i++) {
    let sum = right[i] ?? 0;
    for (let k = 0; k < i; k++) sum -= (lower[i]?.[k] ?? 0) * (y[k] ?? 0);
    const pivot = lower[i]?.[i] ?? 0;
    y[i] = pivot === 0 ? 0 : sum / pivot;
  }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    let sum = y[i] ?? 0;
    for (let k = i + 1; k < n; k++) sum -= (lower[k]?.[i] ?? 0) * (x[k] ?? 0);
    const pivot = lower[i]?.[i] ?? 0;
    x[i] = pivot === 0 ? 0 : sum / pivot;
  }
  return x;
}

const TOLERANCE = 1e-10;

/**
 * The x >= 0 that makes |Ax - b| least.
 * @param normal AᵀA, n by n; @param right Aᵀb, n
 */
export function nonNegative(normal: readonly (readonly number[])[], right: readonly number[]): number[] {
  const n = right.length;
  const x = new Array<number>(n).fill(0);
  const passive = new Set<number>();
  const scale = Math.max(...right.map(Math.abs), 1e-300);
  const gradient = (i: number): number =>
    (right[i] ?? 0) - x.reduce((sum, value, j) => sum + (normal[i]?.[j] ?? 0) * value, 0);
  for (let round = 0; round < 3 * n; round++) {
    let best = -1;
    let most = TOLERANCE * scale;
    for (let i = 0; i < n; i++) {
      if (passive.has(i)) continue;
      const slope = gradient(i);
      if (slope > most) {
        most = slope;
        best = i;
      }
    }
    if (best < 0) break;
    passive.add(best);
    for (;;) {
      const free = [...passive];
      const part = solve(
        free.map((i) => free.map((j) => normal[i]?.[j] ?? 0)),
        free.map((i) => right[i] ?? 0),
      );
      if (part.every((value) => value > 0)) {
        x.fill(0);
        free.forEach((i, at) => {
          x[i] = part[at] ?? 0;
        });
        break;
      }
      // As far towards the free solution as no unknown turns negative.
      let step = 1;
      free.forEach((i, at) => {
        const to = part[at] ?? 0;
        const from = x[i] ?? 0;
        if (to <= 0) step = Math.min(step, from === to ? 0 : from / (from - to));
      });
      free.forEach((i, at) => {
        x[i] = (x[i] ?? 0) + step * ((part[at] ?? 0) - (x[i] ?? 0));
        if ((x[i] ?? 0) <= TOLERANCE * scale * 1e-3 || ((part[at] ?? 0) <= 0 && step === 0)) {
          x[i] = 0;
          passive.delete(i);
        }
      });
      if (passive.size === 0) break;
    }
  }
  return x;
}
