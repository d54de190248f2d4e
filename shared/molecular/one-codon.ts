/**
 * Substitutions of two rows in one codon: each is named by itself, and on one allele they are one change of one residue
 * (BRAF c.1798G>A and c.1799T>A are V600K, neither V600M nor V600E). Where the file has both in one phase set it says whether
 * they share an allele; elsewhere both are told and neither is replaced.
 */
import type { ObservedVariant } from '../case/intake.ts';
import type { Coordinates } from './genomic-change.ts';
import type { ProteinChange } from './hgvs.ts';
import { displayProteinChange, parseProteinChange, proteinKey } from './hgvs.ts';

/** What is asked of the transcripts. */
interface CodonLookups {
  computeChange?(
    at: Coordinates,
  ): { readonly change?: { readonly gene: string; readonly hgvsProtein?: string | undefined } | undefined } | undefined;
  codingSequence?(gene: string): { readonly sequence: string } | undefined;
}

/** What a file says of the strand that has an allele; phase sets of two files have nothing to do with each other. */
export type Phase = Pick<ObservedVariant, 'file' | 'phaseSet' | 'haplotype'>;

export interface Substitution extends Coordinates {
  readonly gene: string;
  readonly hgvsCoding?: string | undefined;
  readonly change?: ProteinChange | undefined;
  readonly phase?: Phase | undefined;
}

const OF_ONE_RESIDUE: ReadonlySet<ProteinChange['kind']> = new Set(['missense', 'nonsense', 'synonymous']);

/** Bases between two of one codon at the most, plus one. */
export const CODON_REACH = 2;

/** What is said of `one` where `other` lies in its codon; undefined where it does not. */
export function withCodonNeighbour(one: Substitution, other: Substitution, lookups: CodonLookups): string | undefined {
  const [first, second] = one.position1 < other.position1 ? [one, other] : [other, one];
  const apart = second.position1 - first.position1;
  if (apart < 1 || apart > CODON_REACH || first.chromosome !== second.chromosome || first.build !== second.build)
    return undefined;
  const single = [one, other].every(
    ({ reference, alternate }) => /^[ACGT]$/i.test(reference) && /^[ACGT]$/i.test(alternate),
  );
  const [a, b] = [one.change, other.change];
  if (!single || one.gene !== other.gene || a === undefined || b === undefined || a.start !== b.start) return undefined;
  if (!OF_ONE_RESIDUE.has(a.kind) || !OF_ONE_RESIDUE.has(b.kind)) return undefined;
  const joint = jointChange(first, second, lookups);
  // Two changes of nothing stay one of nothing: there is nothing to tell.
  if (joint !== undefined && a.kind === 'synonymous' && b.kind === 'synonymous' && proteinKey(joint) === proteinKey(a))
    return undefined;
  const name = other.hgvsCoding ?? displayProteinChange(b);
  const together = joint === undefined ? 'another one' : displayProteinChange(joint);
  const shared = shareAllele(one.phase, other.phase);
  // Of two alleles each has its own change, as it is named: nobody needs to look.
  if (shared === false) return `in the codon of ${name}, on another allele as the file phases them`;
  return shared === undefined
    ? `in one codon with ${name}: where both lie on one allele the protein change is ${together}`
    : `in one codon with ${name}, on one allele as the file phases them: the protein change is ${together}`;
}

/** Undefined where the file does not say. */
function shareAllele(one: Phase | undefined, other: Phase | undefined): boolean | undefined {
  if (one?.phaseSet === undefined || one.haplotype === undefined || other?.haplotype === undefined) return undefined;
  if (one.file !== other.file || one.phaseSet !== other.phaseSet) return undefined;
  return one.haplotype === other.haplotype;
}

function jointChange(first: Substitution, second: Substitution, lookups: CodonLookups): ProteinChange | undefined {
  const { build, chromosome, position1, gene } = first;
  const between = second.position1 - position1 === 1 ? '' : baseBetween(first, second, lookups);
  if (between === undefined) return undefined;
  const computed = lookups.computeChange?.({
    build,
    chromosome,
    position1,
    reference: first.reference + between + second.reference,
    alternate: first.alternate + between + second.alternate,
  })?.change;
  return computed?.gene === gene && computed.hgvsProtein !== undefined
    ? parseProteinChange(computed.hgvsProtein)
    : undefined;
}

const COMPLEMENT: Readonly<Record<string, string>> = { A: 'T', C: 'G', G: 'C', T: 'A' };

/** The middle base of a codon on the genome, out of the checked coding sequence. */
function baseBetween({ gene, hgvsCoding, reference }: Substitution, second: Substitution, lookups: CodonLookups) {
  const [a, b] = [hgvsCoding, second.hgvsCoding].map((name) => /^c\.(\d+)([ACGT])>/.exec(name ?? ''));
  if (a === null || b === null || a === undefined || b === undefined) return undefined;
  const base = lookups.codingSequence?.(gene)?.sequence[Math.min(Number(a[1]), Number(b[1]))];
  return base === undefined ? undefined : a[2] === reference.toUpperCase() ? base : COMPLEMENT[base];
}
