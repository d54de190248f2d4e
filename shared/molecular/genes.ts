/** Rows of the genes pack, and the look-ups by place and name that the rules ask for. */
import type { GenomeBuild } from '../case/case-record.ts';
import type { Records } from '../knowledge/records.ts';
import type { GeneSpan } from './copy-number.ts';

/** Exons of one transcript on one build: 1-based, inclusive, in genomic order; `exons` and `cds` are flat start, end pairs. */
export interface TranscriptPlace {
  readonly span: readonly [start1: number, end1: number];
  readonly exons: readonly number[];
  readonly cds: readonly number[];
}

export interface GeneRecord {
  readonly symbol: string;
  readonly chromosome: string;
  readonly strand: '+' | '-';
  /** RefSeq accession, with version where it is the MANE Select one. */
  readonly transcript: string;
  readonly ensembl: string;
  readonly mane: boolean;
  readonly grch37?: TranscriptPlace;
  readonly grch38?: TranscriptPlace;
  /** A coding sequence was verified against the model: its length with the stop, and on what it rests. */
  readonly sequence?: { readonly length: number; readonly basis: string };
}

/** A former or other name of a gene. */
export interface GeneAlias {
  readonly alias: string;
  readonly symbol: string;
}

export const placeOf = (gene: GeneRecord, build: GenomeBuild): TranscriptPlace | undefined =>
  build === 'GRCh37' ? gene.grch37 : gene.grch38;

/** Pairs of a flat list, in the direction of the transcript. */
export function exonsInOrder(flat: readonly number[], strand: '+' | '-'): readonly (readonly [number, number])[] {
  const pairs: [number, number][] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) pairs.push([flat[i] ?? 0, flat[i + 1] ?? 0]);
  return strand === '+' ? pairs : pairs.reverse();
}

/** Exon of a codon's middle base, counted from the transcript's first exon, coding or not; `undefined` past the end. */
export function exonOfCodon(gene: GeneRecord, codon: number): number | undefined {
  const place = gene.grch38 ?? gene.grch37;
  if (place === undefined || codon < 1) return undefined;
  let left = codon * 3 - 1;
  const exons = exonsInOrder(place.exons, gene.strand);
  for (const [start, end] of exonsInOrder(place.cds, gene.strand)) {
    const length = end - start + 1;
    if (left <= length) {
      const index = exons.findIndex(([from, to]) => from <= start && end <= to);
      return index < 0 ? undefined : index + 1;
    }
    left -= length;
  }
  return undefined;
}

export interface GeneLookups {
  geneSpans(build: GenomeBuild): readonly GeneSpan[];
  genesAt(build: GenomeBuild, chromosome: string, position1: number): readonly string[];
  exonOf(gene: string, codon: number): number | undefined;
}

const NONE: readonly string[] = [];
const bare = (chromosome: string): string => chromosome.replace(/^chr/i, '').toUpperCase();

/** One chromosome, cut where a gene begins or has ended: which genes lie over each part, sorted. */
interface Indexed {
  /** First position of each part but the one before all genes. */
  readonly starts: Int32Array;
  readonly genes: readonly (readonly string[])[];
  /** The part asked last: a file goes through a gene base by base. */
  part: number;
}

/** By chromosome. */
function indexed(spans: readonly GeneSpan[]): ReadonlyMap<string, Indexed> {
  return new Map([...Map.groupBy(spans, ({ chromosome }) => chromosome)].map(([name, here]) => [name, partsOf(here)]));
}

function partsOf(spans: readonly GeneSpan[]): Indexed {
  const borders = spans
    .flatMap(({ gene, start1, end1 }) => [
      { at: start1, gene, begins: true },
      { at: end1 + 1, gene, begins: false },
    ])
    .sort((a, b) => a.at - b.at);
  const starts: number[] = [];
  const genes: (readonly string[])[] = [];
  let over: readonly string[] = NONE;
  for (const { at, gene, begins } of borders) {
    const out = over.indexOf(gene);
    over = begins ? [...over, gene].sort() : over.length === 1 ? NONE : over.filter((_, index) => index !== out);
    if (starts.at(-1) === at) genes[genes.length - 1] = over;
    else {
      starts.push(at);
      genes.push(over);
    }
  }
  return { starts: Int32Array.from(starts), genes, part: 0 };
}

/** Genes over a position, sorted. */
function spansAt(here: Indexed, position1: number): readonly string[] {
  const { starts, genes } = here;
  const last = starts[here.part] as number;
  // The numbers of typed arrays beyond their end are undefined, which is larger than nothing.
  if (last > position1 || (starts[here.part + 1] as number) <= position1) {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) <= position1) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return NONE;
    here.part = low - 1;
  }
  return genes[here.part] ?? NONE;
}

/** Only the spans are read of all genes; exons are those of the genes that are asked for. */
export function geneLookups(genes: Records<GeneRecord>): GeneLookups {
  const symbols = genes.column('symbol');
  const chromosomes = genes.column('chromosome');
  const spans = (places: readonly (TranscriptPlace['span'] | undefined)[]): readonly GeneSpan[] =>
    places
      .flatMap((span, index) =>
        span === undefined
          ? []
          : [{ gene: symbols[index] ?? '', chromosome: chromosomes[index] ?? '', start1: span[0], end1: span[1] }],
      )
      .sort((a, b) => a.start1 - b.start1);
  const byBuild = { GRCh37: spans(genes.inner('grch37', 'span')), GRCh38: spans(genes.inner('grch38', 'span')) };
  const byChromosome = {
    GRCh37: indexed(byBuild.GRCh37),
    GRCh38: indexed(byBuild.GRCh38),
  };
  return {
    geneSpans: (build) => byBuild[build],
    genesAt: (build, chromosome, position1) => {
      const here = byChromosome[build].get(chromosome) ?? byChromosome[build].get(bare(chromosome));
      return here === undefined ? NONE : spansAt(here, position1);
    },
    exonOf: (symbol, codon) => {
      const gene = genes.named(symbol);
      return gene === undefined ? undefined : exonOfCodon(gene, codon);
    },
  };
}
