/** A substitution inside one codon whose place on both builds is known, for genes without a coding sequence. */
import type { CodingChange, Computed } from './coding-change.ts';
import { reverseComplement } from './coding-change.ts';
import type { Coordinates } from './genomic-change.ts';
import { translateCodon } from './protein-effect.ts';

export interface CodonRow {
  readonly gene: string;
  readonly transcript: string;
  readonly residue: number;
  /** Bases of the coding strand. */
  readonly codon: string;
  readonly strand: '+' | '-';
  readonly chromosome: string;
  /** 1-based positions of the three bases in the order of the coding strand. */
  readonly grch37: readonly [number, number, number];
  readonly grch38: readonly [number, number, number];
}

/** What the substitution makes of the codon; a reference base that disagrees with it is said. */
export function codonChange(row: CodonRow, at: Coordinates): Computed | undefined {
  const { reference, alternate, position1 } = at;
  if (reference.length !== alternate.length || reference.length > 3) return undefined;
  const places = at.build === 'GRCh37' ? row.grch37 : row.grch38;
  const forward = row.strand === '+';
  const codon = [...row.codon];
  const altered = [...row.codon];
  for (let index = 0; index < reference.length; index++) {
    const base = places.indexOf(position1 + index);
    if (base < 0) return undefined;
    const [from = '', to = ''] = [reference[index], alternate[index]].map((letter = '') =>
      forward ? letter.toUpperCase() : reverseComplement(letter.toUpperCase()),
    );
    if (from !== codon[base])
      return {
        kind: 'mismatch',
        transcript: row.transcript,
        reason: `the file's reference base is ${reference[index]}, codon ${row.residue} of ${row.transcript} disagrees: is the genome build right?`,
      };
    altered[base] = to;
  }
  const changed = codon.flatMap((base, index) => (base === altered[index] ? [] : [index]));
  const [first] = changed;
  if (first === undefined) return undefined;
  const before = translateCodon(row.codon);
  const after = translateCodon(altered.join(''));
  const number = (row.residue - 1) * 3 + first + 1;
  const change: CodingChange = {
    gene: row.gene,
    transcript: row.transcript,
    ...(changed.length === 1 ? { hgvsCoding: `c.${number}${codon[first]}>${altered[first]}` } : {}),
    hgvsProtein:
      row.residue === 1 ? 'M1?' : before === after ? `${before}${row.residue}=` : `${before}${row.residue}${after}`,
    consequence:
      row.residue === 1
        ? 'start_lost'
        : before === after
          ? 'synonymous_variant'
          : after === '*'
            ? 'stop_gained'
            : 'missense_variant',
  };
  return { kind: 'change', change };
}
