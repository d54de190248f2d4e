/**
 * What a row of a VCF says of a position that it writes another way: an insertion or deletion shifted within its repeat,
 * alleles with more or fewer bases than the definition writes, a block of substitutions, a row of several alleles. Two
 * rows are the same change when they leave the same bases (Tan A, et al. Bioinformatics 2015;31:2202-2204).
 */
import type { PgxPosition } from './definitions.ts';

/** A row's bases, 1-based start. */
export interface Written {
  readonly at: number;
  readonly ref: string;
  /** As written; what is not in bases stays as it is. */
  readonly alts: readonly string[];
}

/** In place of bases: the row changes the position to what the definition has no bases for. */
export const OTHER_CHANGE = '<other>';

/** Rows that begin earlier are a haplotype's, not a change's: what they say is not looked for. */
const MOST_PADDING = 32;

const BASES = /^[ACGT]+$/;

/** Bases at the start and at the end that two alleles share; none is counted twice. */
function shared(a: string, b: string): { before: number; after: number } {
  const short = Math.min(a.length, b.length);
  let before = 0;
  while (before < short && a[before] === b[before]) before += 1;
  let after = 0;
  while (after < short - before && a.at(-1 - after) === b.at(-1 - after)) after += 1;
  return { before, after };
}

/** How far from the start of a position a row can begin that speaks of it: bases written before, bases it can be shifted by. */
export const reachOf = ({ ref, around = ref }: PgxPosition): { before: number; after: number } => ({
  before: MOST_PADDING,
  after: around.length,
});

/** Substitutions, one base or several: read at their place in the row. */
function substituted(position: PgxPosition, start: number, row: Written): string[] | undefined {
  const { ref } = position;
  const from = start - row.at;
  if (from < 0 || row.ref.slice(from, from + ref.length) !== ref) return undefined;
  const read = row.alts.map((alt) => {
    if (!BASES.test(alt)) return alt;
    if (alt.length === row.ref.length) return alt.slice(from, from + ref.length);
    const { before, after } = shared(row.ref, alt);
    return from + ref.length <= before || from >= row.ref.length - after ? ref : OTHER_CHANGE;
  });
  return read.some((base) => base !== ref && (BASES.test(base) || base === OTHER_CHANGE)) ? read : undefined;
}

/** Whether the change from one to the other can lie at a base of the stretch, or beside one. */
function touches(whole: string, after: string, from: number, to: number): boolean {
  const short = Math.min(whole.length, after.length);
  let before = 0;
  while (before < short && whole[before] === after[before]) before += 1;
  let behind = 0;
  while (behind < short && whole.at(-1 - behind) === after.at(-1 - behind)) behind += 1;
  return Math.min(before, short - behind) <= to && Math.max(before, whole.length - behind) >= from;
}

/** Insertions and deletions: told by what is left over the whole stretch in which they can be shifted. */
function shifted(position: PgxPosition, start: number, row: Written): string[] | undefined {
  const { ref, alts, around = ref } = position;
  const end = start + around.length;
  const rowEnd = row.at + row.ref.length;
  if (row.at > end || rowEnd < start) return undefined;
  const first = Math.min(start, row.at);
  const bases: string[] = [];
  for (const [from, text] of [
    [start, around],
    [row.at, row.ref],
  ] as const)
    for (const [index, base] of [...text].entries()) {
      const slot = from - first + index;
      if ((bases[slot] ?? base) !== base) return undefined;
      bases[slot] = base;
    }
  const whole = bases.join('');
  if (whole.length !== Math.max(end, rowEnd) - first) return undefined;
  const left = (from: number, long: string, one: string): string =>
    `${whole.slice(0, from - first)}${one}${whole.slice(from - first + long.length)}`;
  const known = new Map([ref, ...alts].map((one) => [left(start, ref, one), one]));
  const read = row.alts.map((alt) => {
    if (!BASES.test(alt)) return alt;
    const after = left(row.at, row.ref, alt);
    const found = known.get(after);
    if (found !== undefined) return found;
    // A substitution beside it or another one inside leaves the insertion or deletion as it is.
    if (alt.length === row.ref.length) return ref;
    return touches(whole, after, start - first + 1, end - first) ? OTHER_CHANGE : ref;
  });
  return read.some((one) => one !== ref && (BASES.test(one) || one === OTHER_CHANGE)) ? read : undefined;
}

/**
 * The bases at the position for each alternate of the row, in the words of the definition; undefined where the row says
 * nothing of it. `start` is the position in the row's build.
 */
export function allelesHere(position: PgxPosition, start: number, row: Written): string[] | undefined {
  if (!BASES.test(row.ref)) return undefined;
  const moves = position.alts.some((alt) => alt.length !== position.ref.length);
  return moves ? shifted(position, start, row) : substituted(position, start, row);
}
