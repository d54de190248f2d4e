/**
 * Genomic names after HGVS (g.): accessions of the chromosomes, and the 3' rule as far as the reference is known.
 */
import type { GenomeBuild } from '../case/case-record.ts';
import type { Coordinates } from './small-variants.ts';

/** RefSeq versions of NC_000001 to NC_000024 (NCBI assemblies GCF_000001405.25 and GCF_000001405.40). */
const versions: Readonly<Record<GenomeBuild, readonly number[]>> = {
  GRCh37: [10, 11, 11, 11, 9, 11, 13, 10, 11, 10, 9, 11, 10, 8, 9, 9, 10, 9, 9, 10, 8, 10, 10, 9],
  GRCh38: [11, 12, 12, 12, 10, 12, 14, 11, 12, 11, 10, 12, 11, 9, 10, 10, 11, 10, 10, 11, 9, 11, 11, 10],
};
const MITOCHONDRION = 'NC_012920.1';

const bare = (chromosome: string): string => chromosome.replace(/^chr/i, '').toUpperCase();
const numberOf = (name: string): number => (name === 'X' ? 23 : name === 'Y' ? 24 : Number(name));

/** `NC_000007.14` for chromosome 7; `undefined` for a contig without one here. */
export function accessionOf(build: GenomeBuild, chromosome: string): string | undefined {
  const name = bare(chromosome);
  if (name === 'M' || name === 'MT') return MITOCHONDRION;
  const number = numberOf(name);
  const version = versions[build][number - 1];
  return version === undefined ? undefined : `NC_${String(number).padStart(6, '0')}.${version}`;
}

/** The reference base at a 1-based position; `undefined` where no checked sequence holds it. */
export type ReferenceBase = (position1: number) => string | undefined;

export interface GenomicName {
  /** `NC_000007.14:g.55191822T>G`. */
  readonly name: string;
  /** False where a deletion or insertion may lie further to the 3' end, in bases that are not known here. */
  readonly settled: boolean;
}

const range = (from: number, to: number): string => (from === to ? `${from}` : `${from}_${to}`);

/** Takes what the alleles share off their ends; the first differing base is at `start`. */
export function trimmed(at: Coordinates): { start: number; reference: string; alternate: string } {
  let reference = at.reference === '-' ? '' : at.reference.toUpperCase();
  let alternate = at.alternate === '-' ? '' : at.alternate.toUpperCase();
  // MAF's insertion stands after the base at its position.
  let start = at.reference === '-' ? at.position1 + 1 : at.position1;
  while (reference !== '' && alternate !== '' && reference.at(-1) === alternate.at(-1)) {
    reference = reference.slice(0, -1);
    alternate = alternate.slice(0, -1);
  }
  while (reference !== '' && alternate !== '' && reference[0] === alternate[0]) {
    reference = reference.slice(1);
    alternate = alternate.slice(1);
    start++;
  }
  return { start, reference, alternate };
}

/** The name of a change of bases; `undefined` for a contig without accession and for anything but bases. */
export function genomicName(at: Coordinates, known: ReferenceBase): GenomicName | undefined {
  const accession = accessionOf(at.build, at.chromosome);
  const whole = at.reference === '-' ? '' : at.reference.toUpperCase();
  const { start, reference, alternate } = trimmed(at);
  if (accession === undefined || !/^[ACGT]*$/.test(reference + alternate) || reference === alternate) return undefined;
  const named = (text: string, settled = true): GenomicName => ({ name: `${accession}:g.${text}`, settled });
  if (reference.length === 1 && alternate.length === 1) return named(`${start}${reference}>${alternate}`);
  const base = (position: number): string | undefined => whole[position - at.position1] ?? known(position);
  if (reference !== '' && alternate !== '')
    return named(`${range(start, start + reference.length - 1)}delins${alternate}`);

  const inserted = reference === '';
  const length = inserted ? alternate.length : reference.length;
  let moved = inserted ? alternate : reference;
  let from = start;
  // An insertion lies before `from`: the next base is at `from`; of a deletion it is behind its end.
  let next = base(inserted ? from : from + length);
  while (next !== undefined && next === moved[0]) {
    moved = moved.slice(1) + next;
    from++;
    next = base(inserted ? from : from + length);
  }
  const settled = next !== undefined;
  if (!inserted) return named(`${range(from, from + length - 1)}del`, settled);
  let repeats = true;
  for (let index = 0; index < length; index++) {
    const before = base(from - length + index);
    if (before === undefined) return named(`${from - 1}_${from}ins${moved}`, false);
    repeats &&= before === moved[index];
  }
  return repeats
    ? named(`${range(from - length, from - 1)}dup`, settled)
    : named(`${from - 1}_${from}ins${moved}`, settled);
}
