/** A person's strands as rows of a VCF, in the ways that callers, normalizers and older tools write one and the same change. */
import type { TablePosition } from './tables.ts';

export type Pair = readonly [string, string];

export interface Form {
  readonly build: 'GRCh38' | 'GRCh37';
  readonly naming: (chromosome: string) => string;
  readonly phase: 'all' | 'none' | 'sets';
  /** PS beside a phase that holds for the whole file. */
  readonly phaseSets: boolean;
  /** A site of several alleles: one row, or a row for each as `bcftools norm -m -` writes them. */
  readonly split: boolean;
  readonly openCells: boolean;
  readonly blocks: boolean;
  readonly alts: 'seen' | 'all' | 'shuffled';
  readonly tail: '' | '<*>' | '<NON_REF>';
  /** Insertions and deletions. */
  readonly moved: 'table' | 'fewest' | 'shifted' | 'padded';
  /** Substitutions with the bases beside them, neighbours in one row. */
  readonly wide: boolean;
  readonly newline: string;
  /** One X. */
  readonly male: boolean;
}

export interface Random {
  readonly chance: (of: number) => boolean;
  readonly below: (end: number) => number;
  readonly one: <T>(from: readonly T[]) => T;
}

export interface Written {
  readonly at: number;
  readonly ref: string;
  readonly alts: readonly string[];
}

/** A row of the file; its quality, filter and INFO are of no matter unless they are given. */
export const lineOf = (
  chromosome: string,
  form: Form,
  { at, ref, alts }: Written,
  [format, cell]: Pair,
  [quality, filter, info] = ['.', '.', '.'],
): string =>
  [
    form.naming(chromosome),
    at,
    '.',
    ref,
    alts.length === 0 ? '.' : alts.join(','),
    quality,
    filter,
    info,
    format,
    cell,
  ].join('\t');

/** The same alternates of an insertion or deletion in another form; only what leaves the same bases is given back. */
export function moved(
  { ref, around }: Pick<TablePosition, 'ref' | 'around'>,
  at: number,
  alts: readonly string[],
  how: Form['moved'],
  { below, one }: Random,
): Written {
  const table = { at, ref, alts };
  const rest = around.slice(ref.length);
  const [only] = alts;
  if (how === 'padded') {
    const behind = rest.slice(0, below(rest.length + 1));
    const before = below(2) === 0 ? '' : one(['A', 'C', 'G', 'T']);
    return {
      at: at - before.length,
      ref: `${before}${ref}${behind}`,
      alts: alts.map((alt) => `${before}${alt}${behind}`),
    };
  }
  if (only === undefined || alts.length > 1 || how === 'table') return table;
  const left = `${only}${rest}`;
  const long = Math.abs(left.length - around.length);
  const forms: Written[] = [];
  for (let shift = 0; shift < around.length; shift += 1) {
    const written =
      left.length < around.length
        ? { ref: around.slice(shift, shift + 1 + long), alt: around.slice(shift, shift + 1) }
        : { ref: around.slice(shift, shift + 1), alt: left.slice(shift, shift + 1 + long) };
    const leaves = `${around.slice(0, shift)}${written.alt}${around.slice(shift + written.ref.length)}`;
    if (written.alt !== '' && written.ref !== '' && leaves === left)
      forms.push({ at: at + shift, ref: written.ref, alts: [written.alt] });
  }
  return how === 'fewest' ? (forms[0] ?? table) : forms.length === 0 ? table : one(forms);
}

/** Substitutions with invented bases at their sides, which stand at no position of any table. */
export function widened({ at, ref, alts }: Written, { below, one }: Random): Written {
  const bases = (count: number): string => Array.from({ length: count }, () => one(['A', 'C', 'G', 'T'])).join('');
  const [before, behind] = [bases(below(3)), bases(below(3))];
  return {
    at: at - before.length,
    ref: `${before}${ref}${behind}`,
    alts: alts.map((alt) => `${before}${alt}${behind}`),
  };
}
