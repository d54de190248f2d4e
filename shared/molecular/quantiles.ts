/** Where a value stands among a cohort that is known by its quantiles only. Pure. */
import { QUANTILE_SHARES, type Quantiles } from '../knowledge/expression.ts';

const MEDIAN = 4;
const LOWER = 3;
const UPPER = 5;
/** Interquartile range of a normal distribution, in standard deviations. */
const IQR_OF_NORMAL = 1.349;

/** Quantiles of values at `QUANTILE_SHARES`, linear between order statistics (type 7 of Hyndman and Fan). */
export function quantilesOf(values: readonly number[]): Quantiles {
  const sorted = [...values].sort((a, b) => a - b);
  return QUANTILE_SHARES.map((share) => {
    const at = share * (sorted.length - 1);
    const low = sorted[Math.floor(at)] ?? Number.NaN;
    const high = sorted[Math.ceil(at)] ?? Number.NaN;
    return low + (high - low) * (at - Math.floor(at));
  });
}

export const medianOf = (quantiles: Quantiles): number => quantiles[MEDIAN] ?? Number.NaN;

/** (value − median) / (interquartile range / 1.349); undefined for a gene that does not vary over the cohort. */
export function robustZ(value: number, quantiles: Quantiles): number | undefined {
  const spread = ((quantiles[UPPER] ?? 0) - (quantiles[LOWER] ?? 0)) / IQR_OF_NORMAL;
  return spread > 0 ? (value - medianOf(quantiles)) / spread : undefined;
}

/** 2.5 to 97.5, linear between the stated quantiles; beyond them the end itself, which `percentileWords` says. */
export function percentileIn(value: number, quantiles: Quantiles): number {
  const last = QUANTILE_SHARES.length - 1;
  if (value <= (quantiles[0] ?? 0)) return QUANTILE_SHARES[0] * 100;
  for (let index = 1; index <= last; index++) {
    const high = quantiles[index] ?? 0;
    if (value > high) continue;
    const low = quantiles[index - 1] ?? 0;
    const from = QUANTILE_SHARES[index - 1] ?? 0;
    const to = QUANTILE_SHARES[index] ?? 1;
    return 100 * (high === low ? to : from + ((to - from) * (value - low)) / (high - low));
  }
  return (QUANTILE_SHARES[last] ?? 1) * 100;
}

/** "above the 97.5th", "at the 63rd": how a percentile is said. */
export function percentileWords(percentile: number): string {
  if (percentile >= 97.5) return 'above the 97.5th percentile';
  if (percentile <= 2.5) return 'under the 2.5th percentile';
  const whole = Math.round(percentile);
  const end = whole % 100 >= 11 && whole % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][whole % 10] ?? 'th');
  return `at the ${whole}${end} percentile`;
}
