/** Exact interval of a count (Garwood 1936). Pure. */

/** P(X <= k) of a Poisson variable, summed in logarithms so that large means do not vanish. */
function cumulative(k: number, mean: number): number {
  if (k < 0) return 0;
  if (mean <= 0) return 1;
  let term = -mean;
  let sum = Math.exp(term);
  for (let i = 1; i <= k; i++) {
    term += Math.log(mean / i);
    sum += Math.exp(term);
  }
  return Math.min(1, sum);
}

function root(above: (mean: number) => boolean, low: number, high: number): number {
  let from = low;
  let to = high;
  for (let step = 0; step < 100; step++) {
    const middle = (from + to) / 2;
    if (above(middle)) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}

/** 95 % interval of the mean behind an observed count of 0 or more. */
export function countInterval(count: number): { readonly low: number; readonly high: number } {
  const most = count + 10 * Math.sqrt(count + 1) + 10;
  return {
    low: count === 0 ? 0 : root((mean) => 1 - cumulative(count - 1, mean) < 0.025, 0, count),
    high: root((mean) => cumulative(count, mean) > 0.025, count, most),
  };
}
