/** What one sample shows at the positions of one gene. */
import type { GeneDefinition } from './definitions.ts';

/** Lines of a VCF's header in which this program keeps what it told of the file that the rows are from. */
export const TOLD_OF_ROWS = 'pharmacogeneWarning';

/** One called position. A strand that the file leaves open is `undefined`; a hemizygous call has one strand. */
export interface PgxGenotype {
  readonly strands: readonly [string] | readonly [string | undefined, string | undefined];
  /** Strand order counts within the set; undefined where it does not. */
  readonly phaseSet?: string;
  /** Alternate bases that no allele of the gene defines. */
  readonly unknown: readonly string[];
}

/** Genotypes by GRCh38 position on the gene's chromosome; what is not there was not called. */
export type GeneGenotypes = ReadonlyMap<number, PgxGenotype>;

/** Genotypes by chromosome without `chr`. */
export type SampleGenotypes = ReadonlyMap<string, GeneGenotypes>;

export interface GeneSample {
  /** By index of the definition's positions; undefined where the sample has no call. */
  readonly at: readonly (PgxGenotype | undefined)[];
  readonly missing: readonly number[];
  readonly haploid: boolean;
  /** Some called positions have one strand and others two, or a strand is left open. */
  readonly partial: boolean;
  /** All strands are told apart: at most one heterozygous position stands outside the phase. */
  readonly phased: boolean;
}

const heterozygous = ({ strands }: PgxGenotype): boolean => strands.length === 2 && strands[0] !== strands[1];

/** The sample at the gene's positions. Unknown bases count as reference where the definition says so. */
export function sampleOf(definition: GeneDefinition, genotypes: GeneGenotypes): GeneSample {
  const at = definition.positions.map(({ grch38, ref }): PgxGenotype | undefined => {
    const found = genotypes.get(grch38);
    if (found === undefined || !definition.unknownBaseIsReference || found.unknown.length === 0) return found;
    const known = (base: string | undefined) => (base !== undefined && found.unknown.includes(base) ? ref : base);
    const { strands } = found;
    return {
      ...found,
      strands: strands.length === 1 ? [known(strands[0]) ?? ref] : [known(strands[0]), known(strands[1])],
    };
  });
  const called = at.flatMap((one) => one ?? []);
  const haploid = called.length > 0 && called.every(({ strands }) => strands.length === 1);
  const blocks = new Set<string>();
  let loose = 0;
  for (const one of called.filter(heterozygous)) {
    if (one.phaseSet === undefined) loose += 1;
    else blocks.add(one.phaseSet);
  }
  return {
    at,
    missing: at.flatMap((one, index) => (one === undefined ? [index] : [])),
    haploid,
    partial: called.some(
      ({ strands }) => (strands.length === 1 && !haploid) || (strands.length === 2 && strands.includes(undefined)),
    ),
    phased: loose + blocks.size <= 1,
  };
}
