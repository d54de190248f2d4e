/**
 * Substitutions of several rows in one codon: each is named by itself, and on one allele they are one deletion-insertion of one
 * residue (HGVS; BRAF c.1798G>A and c.1799T>A are V600K, neither V600M nor V600E). Where the file has them in one phase set it
 * says whether they share an allele: then they are read as that one change. Elsewhere all are told and none is replaced.
 */
import { GenomeBuild } from '../case/case-record.ts';
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
type Phase = Pick<ObservedVariant, 'file' | 'phaseSet' | 'haplotype'>;

export interface Substitution extends Coordinates {
  readonly gene: string;
  readonly hgvsCoding?: string | undefined;
  readonly change?: ProteinChange | undefined;
  readonly phase?: Phase | undefined;
}

const OF_ONE_RESIDUE: ReadonlySet<ProteinChange['kind']> = new Set(['missense', 'nonsense', 'synonymous']);

/** Bases between two of one codon at the most, plus one. */
export const CODON_REACH = 2;

/** Substitutions of one base whose changes are of one residue, in the order of their places; undefined where they are not. */
function ofOneCodon<Row extends Substitution>(rows: readonly Row[]): readonly [Row, Row, ...Row[]] | undefined {
  const [first, second, ...more] = [...rows].sort((a, b) => a.position1 - b.position1);
  if (first === undefined || second === undefined) return undefined;
  const { chromosome, build, gene, change: of } = first;
  let before = 0;
  for (const { position1, reference, alternate, change, ...row } of [first, second, ...more]) {
    if (row.chromosome !== chromosome || row.build !== build || row.gene !== gene) return undefined;
    if (position1 <= before || position1 - first.position1 > CODON_REACH) return undefined;
    if (!/^[ACGT]$/i.test(reference) || !/^[ACGT]$/i.test(alternate)) return undefined;
    if (change === undefined || change.start !== of?.start || !OF_ONE_RESIDUE.has(change.kind)) return undefined;
    before = position1;
  }
  return [first, second, ...more];
}

/** What is said of `one` where `other` lies in its codon; undefined where it does not. */
export function withCodonNeighbour(one: Substitution, other: Substitution, lookups: CodonLookups): string | undefined {
  const both = ofOneCodon([one, other]);
  const [a, b] = [one.change, other.change];
  if (both === undefined || a === undefined || b === undefined) return undefined;
  const joint = jointChange(both, lookups)?.change;
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
export function shareAllele(one: Phase | undefined, other: Phase | undefined): boolean | undefined {
  if (one?.phaseSet === undefined || one.haplotype === undefined || other?.haplotype === undefined) return undefined;
  if (one.file !== other.file || one.phaseSet !== other.phaseSet) return undefined;
  return one.haplotype === other.haplotype;
}

/** Rows of one codon as the one deletion-insertion they are on one allele; undefined where no checked sequence says which. */
function jointChange(
  rows: readonly [Substitution, Substitution, ...Substitution[]],
  lookups: CodonLookups,
): { readonly at: Coordinates; readonly change: ProteinChange } | undefined {
  const [{ build, chromosome, position1, gene, change: alone }] = rows;
  const at = { build, chromosome, position1, reference: '', alternate: '' };
  for (const [index, row] of rows.entries()) {
    const before = rows[index - 1];
    const between =
      before === undefined || row.position1 - before.position1 === 1 ? '' : baseBetween(before, row, lookups);
    if (between === undefined) return undefined;
    at.reference += between + row.reference;
    at.alternate += between + row.alternate;
  }
  const computed = lookups.computeChange?.(at)?.change;
  const change = computed?.hgvsProtein === undefined ? undefined : parseProteinChange(computed.hgvsProtein);
  return computed?.gene === gene && change?.start === alone?.start && change !== undefined ? { at, change } : undefined;
}

/** A row that a file phases, with what it says of its reads. */
export type PhasedRow = Substitution & { readonly phase: ObservedVariant };

export interface ChangeOfRows<Row extends PhasedRow = PhasedRow> {
  /** The one change as a caller would have written it in one row. */
  readonly row: ObservedVariant;
  readonly parts: readonly Row[];
  /** Parts that more reads have than have the change of all: they stand by themselves in some of the cells too. */
  readonly alsoAlone: readonly Row[];
}

/** Rows of one codon that a file puts onto one allele, as one row each; no row is in two. */
export function changesOfRows<Row extends PhasedRow>(
  rows: readonly Row[],
  lookups: CodonLookups,
): readonly ChangeOfRows<Row>[] {
  const together = Map.groupBy(
    rows.filter(({ phase }) => phase.phaseSet !== undefined && phase.haplotype !== undefined),
    ({ gene, change, build, chromosome, phase: { file, origin, phaseSet, haplotype } }) =>
      [file, origin, phaseSet, haplotype, build, chromosome, gene, change?.start].join('|'),
  );
  const found = [...together.values()].flatMap((same): ChangeOfRows<Row>[] => {
    // A file may tell one row twice.
    const parts = ofOneCodon([...new Map(same.map((one) => [one.phase.key, one])).values()]);
    const joint = parts === undefined ? undefined : jointChange(parts, lookups);
    if (parts === undefined || joint === undefined) return [];
    const [least, ...others] = [...parts].sort((a, b) => readsOf(a.phase) - readsOf(b.phase));
    if (least === undefined) return [];
    // Frequency and scores of a file are those of the single substitutions.
    const { annotation: _of, context: _around, ...read } = least.phase;
    const key = keyOf(joint.at);
    const alsoAlone = others.filter((one) => moreReads(one.phase, least.phase));
    return [{ row: { ...read, ...joint.at, key }, parts, alsoAlone }];
  });
  const taken = new Set<string>();
  return found
    .sort((a, b) => b.parts.length - a.parts.length || (a.row.key < b.row.key ? -1 : 1))
    .filter(({ row, parts }) => {
      const keys = parts.map(({ phase }) => `${phase.origin}:${phase.key}`);
      // The same change told by another file is the same one again.
      const again = taken.has(`${row.origin}:${row.key}`);
      if (again || keys.some((key) => taken.has(key))) return false;
      for (const key of [...keys, `${row.origin}:${row.key}`]) taken.add(key);
      return true;
    });
}

const keyOf = ({ build, chromosome, position1, reference, alternate }: Coordinates): string =>
  [build, chromosome.replace(/^chr/i, ''), position1, reference, alternate].join(':');

/** The place that such a row's key tells, for no row of a file has it. */
export function coordinatesOfKey(key: string): Coordinates | undefined {
  const [build, chromosome = '', position = '', reference = '', alternate = ''] = key.split(':');
  const known = GenomeBuild.safeParse(build);
  return known.success
    ? { build: known.data, chromosome, position1: Number(position), reference, alternate }
    : undefined;
}

export const readsOf = ({ alternateReads, alleleFraction, depth }: ObservedVariant): number =>
  alternateReads ?? (alleleFraction ?? 0) * (depth ?? 1);

/**
 * The same molecules cover bases side by side: changes that are always together have nearly the same reads. A tenth and five
 * reads are beyond what base qualities take away; an inherited change has no part of the cells.
 */
export function moreReads(one: ObservedVariant, least: ObservedVariant): boolean {
  if (one.origin === 'germline') return false;
  const [more, fewer] = [readsOf(one), readsOf(least)];
  const counted = one.depth !== undefined || one.alternateReads !== undefined;
  return more - fewer > more / 10 && (!counted || more - fewer >= 5);
}

const COMPLEMENT: Readonly<Record<string, string>> = { A: 'T', C: 'G', G: 'C', T: 'A' };

/** The middle base of a codon on the genome, out of the checked coding sequence. */
function baseBetween({ gene, hgvsCoding, reference }: Substitution, second: Substitution, lookups: CodonLookups) {
  const [a, b] = [hgvsCoding, second.hgvsCoding].map((name) => /^c\.(\d+)([ACGT])>/.exec(name ?? ''));
  if (a === null || b === null || a === undefined || b === undefined) return undefined;
  const base = lookups.codingSequence?.(gene)?.sequence[Math.min(Number(a[1]), Number(b[1]))];
  return base === undefined ? undefined : a[2] === reference.toUpperCase() ? base : COMPLEMENT[base];
}
