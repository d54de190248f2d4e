import type { Facts, PlacedChange } from './facts.ts';
import type { Random } from './random.ts';
import type { Seen } from './variant-files.ts';

/** Relative weight of a change in a tumor of this history, by base change and neighbours (coding direction). */
export type Signature = (change: PlacedChange) => number;

const bases = (change: PlacedChange): [string, string] => [change.GRCh38.reference, change.GRCh38.alternate];
const transitions = new Set(['CT', 'GA']);

/** Deamination of 5-methylcytosine: C>T at CpG, in every tumor. */
export const aging: Signature = (change) =>
  transitions.has(bases(change).join('')) ? (/CG/.test(change.context) ? 6 : 1) : 0.4;

/** Ultraviolet light: C>T at dipyrimidines. */
export const ultraviolet: Signature = (change) =>
  transitions.has(bases(change).join('')) && /[CT]C|C[CT]|G[AG]|[AG]G/.test(change.context) ? 8 : 0.3;

/** Homologous recombination deficiency: nearly flat. */
export const flat: Signature = () => 1;

/** Mismatch repair deficiency: C>T at CpG and T>C. */
export const mismatchRepair: Signature = (change) => {
  const pair = bases(change).join('');
  return transitions.has(pair) ? (/CG/.test(change.context) ? 5 : 2) : pair === 'TC' || pair === 'AG' ? 2.5 : 0.5;
};

export function passengerChanges(facts: Facts, random: Random, signature: Signature, count: number): PlacedChange[] {
  // Efraimidis and Spirakis: the largest u^(1/w) are a weighted sample without replacement.
  return facts.passengers
    .map((change) => ({ change, key: random.uniform() ** (1 / signature(change)) }))
    .sort((a, b) => b.key - a.key)
    .slice(0, count)
    .map(({ change }) => change);
}

export interface Depths {
  readonly purity: number;
  readonly meanDepth: number;
}

/** Clonal and subclonal passengers: half the purity, or a part of it. */
export const asSeen = (random: Random, changes: readonly PlacedChange[], { purity, meanDepth }: Depths): Seen[] =>
  changes.map((change) => ({
    change,
    fraction: Math.max(0.05, (purity / 2) * (random.uniform() < 0.7 ? 1 : 0.3 + 0.4 * random.uniform())),
    depth: Math.max(30, Math.round(random.normal(meanDepth, meanDepth / 5))),
  }));

/** What a caller reports and does not pass: few reads, one strand, or known from the panel of normals. */
export const artefacts = (
  random: Random,
  changes: readonly PlacedChange[],
  filters: readonly string[],
  meanDepth: number,
): Seen[] =>
  changes.map((change) => ({
    change,
    fraction: 0.02 + 0.03 * random.uniform(),
    depth: Math.max(25, Math.round(random.normal(meanDepth, meanDepth / 4))),
    filter: random.pick(filters),
  }));
