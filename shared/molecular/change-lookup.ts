/**
 * The change at a coordinate: computed on a transcript with a checked coding sequence, read off a codon whose place is
 * known, or listed by a pack; in this order. Several genes can lie at one place: the gravest consequence speaks.
 */
import type { GenomeBuild } from '../case/case-record.ts';
import type { Records } from '../knowledge/records.ts';
import {
  type CodingChange,
  type Computed,
  codingChange,
  forwardBase,
  type Transcript,
  transcriptOf,
} from './coding-change.ts';
import { type CodingName, locate } from './coding-name.ts';
import { type CodonRow, codonChange } from './codon-change.ts';
import { consequenceRank } from './consequence.ts';
import { coordinateList } from './coordinate-list.ts';
import type { GeneRecord } from './genes.ts';
import type { Coordinates, GenomicChange } from './genomic-change.ts';
import type { ComputedChange, KnownChange } from './small-variants.ts';

/** One row of a pack's coordinates: a change that a source names by its exact alleles. */
export interface CoordinateRow extends Coordinates {
  readonly gene: string;
  readonly hgvsProtein?: string;
  readonly hgvsCoding?: string;
  readonly consequence?: string;
}

export interface ChangeSources {
  readonly genes: Records<GeneRecord>;
  readonly genesAt: (build: GenomeBuild, chromosome: string, position1: number) => readonly string[];
  /** Coding sequence by gene. */
  readonly coding: ReadonlyMap<string, string>;
  readonly codons: Records<CodonRow>;
  readonly coordinates: readonly CoordinateRow[];
  /** What the coordinates are cited as. */
  readonly coordinatesSource: string;
}

/** A change of unknown effect in a coding sequence stands before what is known to lie outside one. */
const graveness = ({ consequence }: CodingChange): number =>
  consequence === 'coding_sequence_variant'
    ? consequenceRank('splice_region_variant') - 0.5
    : consequenceRank(consequence);

const bare = (chromosome: string): string => chromosome.replace(/^chr/i, '').toUpperCase();

export interface ChangeLookups {
  computeChange(at: Coordinates): ComputedChange | undefined;
  knownChange(at: Coordinates): KnownChange | undefined;
  /** The checked coding sequence of a gene and the transcript it is of. */
  codingSequence(
    gene: string,
  ): { readonly sequence: string; readonly transcript: string; readonly ensembl?: string } | undefined;
  /** Where a coding change of a gene lies on a build. */
  locateCoding(gene: string, build: GenomeBuild, change: CodingName): GenomicChange | undefined;
  /** Base of the forward strand where a checked coding sequence holds it. */
  referenceBase(build: GenomeBuild, chromosome: string, position1: number): string | undefined;
}

export function changeLookups(sources: ChangeSources): ChangeLookups {
  const { coding, genes, genesAt } = sources;
  const transcripts = {
    GRCh37: new Map<string, Transcript | undefined>(),
    GRCh38: new Map<string, Transcript | undefined>(),
  };
  const transcript = (symbol: string, build: GenomeBuild): Transcript | undefined => {
    const made = transcripts[build];
    const before = made.get(symbol);
    if (before !== undefined || made.has(symbol)) return before;
    const gene = genes.named(symbol);
    const one = gene === undefined ? undefined : transcriptOf(gene, build, coding.get(symbol));
    made.set(symbol, one);
    return one;
  };
  // By position first: numbers are looked up for every row of a file, texts only for the few that are listed.
  const codons = { GRCh37: new Map<number, number[]>(), GRCh38: new Map<number, number[]>() };
  for (const build of ['GRCh37', 'GRCh38'] as const)
    for (const [index, positions] of sources.codons.column(build === 'GRCh37' ? 'grch37' : 'grch38').entries())
      for (const position of positions) {
        const rows = codons[build].get(position);
        if (rows === undefined) codons[build].set(position, [index]);
        else rows.push(index);
      }
  const listed = coordinateList(sources.coordinates);

  /** What a change on a gene's transcript rests on, and the names of that transcript. */
  interface Basis {
    readonly source: string;
    readonly transcripts: readonly string[];
  }
  const bases = new Map<string, Basis>();
  const basisOf = ({ gene, transcript: accession }: CodingChange): Basis => {
    const before = bases.get(gene);
    if (before !== undefined) return before;
    const record = genes.named(gene);
    const made: Basis = {
      source:
        record?.sequence === undefined
          ? `placed on ${accession}`
          : `computed on ${accession} (${record.sequence.basis}), reference base checked`,
      transcripts: [accession, ...(record === undefined ? [] : [record.ensembl])],
    };
    bases.set(gene, made);
    return made;
  };
  const ofCodon = ({ gene, transcript: accession }: CodingChange): Basis => ({
    source: `read off a verified codon of ${accession}`,
    transcripts: [accession, ...(genes.named(gene) === undefined ? [] : [genes.named(gene)?.ensembl ?? ''])],
  });
  const told = (change: CodingChange, { source, transcripts: names }: Basis, mismatch?: string): ComputedChange => ({
    change: {
      gene: change.gene,
      hgvsProtein: change.hgvsProtein,
      hgvsCoding: change.hgvsCoding,
      transcript: change.transcript,
      consequence: change.consequence,
      exon: change.exon,
      transcripts: names,
      source,
    },
    mismatch,
  });

  /** At a place of several genes or of a listed codon: the gravest consequence speaks. */
  const gravest = (
    at: Coordinates,
    symbols: Iterable<string>,
    here: readonly CodonRow[],
  ): ComputedChange | undefined => {
    const found: { readonly change: CodingChange; readonly basis: Basis }[] = [];
    const mismatches: string[] = [];
    const take = (result: Computed | undefined, basis: (change: CodingChange) => Basis): void => {
      if (result?.kind === 'change') found.push({ change: result.change, basis: basis(result.change) });
      else if (result !== undefined) mismatches.push(result.reason);
    };
    for (const symbol of symbols) {
      const asked = transcript(symbol, at.build);
      if (asked !== undefined) take(codingChange(asked, at), basisOf);
    }
    for (const row of here) if (row.chromosome === bare(at.chromosome)) take(codonChange(row, at), ofCodon);
    const [best] = found.sort(
      (a, b) =>
        Number(b.change.hgvsProtein !== undefined) - Number(a.change.hgvsProtein !== undefined) ||
        graveness(a.change) - graveness(b.change) ||
        (a.change.gene < b.change.gene ? -1 : 1),
    );
    if (best === undefined) return mismatches[0] === undefined ? undefined : { mismatch: mismatches[0] };
    return told(best.change, best.basis, mismatches[0]);
  };

  return {
    computeChange(at) {
      // An edit may begin before the gene that it changes.
      const from = genesAt(at.build, at.chromosome, at.position1);
      const to =
        at.reference.length === 1 ? from : genesAt(at.build, at.chromosome, at.position1 + at.reference.length - 1);
      const here = codons[at.build].get(at.position1)?.map((index) => sources.codons.at(index));
      if (here !== undefined || from.length > 1 || from !== to)
        return gravest(at, from === to ? from : new Set([...from, ...to]), here ?? []);
      const [symbol] = from;
      const asked = symbol === undefined ? undefined : transcript(symbol, at.build);
      const result = asked === undefined ? undefined : codingChange(asked, at);
      if (result === undefined) return undefined;
      return result.kind === 'change' ? told(result.change, basisOf(result.change)) : { mismatch: result.reason };
    },
    codingSequence(gene) {
      const sequence = coding.get(gene);
      const record = genes.named(gene);
      return sequence === undefined || record === undefined
        ? undefined
        : { sequence, transcript: record.transcript, ensembl: record.ensembl };
    },
    locateCoding(gene, build, change) {
      const here = transcript(gene, build);
      return here === undefined ? undefined : locate(here, build, change);
    },
    referenceBase(build, chromosome, position1) {
      for (const symbol of genesAt(build, chromosome, position1)) {
        const here = transcript(symbol, build);
        const base = here === undefined ? undefined : forwardBase(here, position1);
        if (base !== undefined) return base;
      }
      return undefined;
    },
    knownChange(at) {
      const row = listed(at);
      if (row === undefined) return undefined;
      const { gene, hgvsProtein, hgvsCoding, consequence } = row;
      return { gene, hgvsProtein, hgvsCoding, consequence, source: sources.coordinatesSource };
    },
  };
}
