/**
 * Look-ups over the transcripts of an annotation: the consequence caller of this room on every transcript of a place, with
 * the reference asked first. One transcript of a gene speaks: MANE Select, then its database's choice; without either the one
 * with the gravest consequence, so that none is hidden. What another transcript says otherwise is told beside it.
 */
import type { GenomeBuild } from '../case/case-record.ts';
import { recordsOfList } from '../knowledge/records.ts';
import {
  type CodingChange,
  codingChange,
  type PartialCoding,
  reverseComplement,
  type Transcript,
  transcriptOf,
} from './coding-change.ts';
import { locate } from './coding-name.ts';
import { consequenceRank } from './consequence.ts';
import { exonOfCodon, type GeneRecord, geneLookups } from './genes.ts';
import { type Coordinates, contigName } from './genomic-change.ts';
import type { AnnotatedTranscript } from './gff3.ts';
import type { MolecularKnowledge } from './knowledge.ts';
import type { ComputedChange } from './small-variants.ts';

/** A transcript of a pack: as annotated, and how its coding sequence may be used. */
export interface TranscriptRow extends AnnotatedTranscript {
  /** `whole` from ATG to stop; `partial` codon by codon; `none`. */
  readonly coding: 'whole' | 'partial' | 'none';
}

/** Bases of the forward strand. */
export interface ReferenceBases {
  /** Bases of a contig; `undefined` for one that the reference lacks. */
  lengthOf(contig: string): number | undefined;
  /** 1-based, inclusive, `N` where the reference does not know; as far as the contig goes. */
  slice(contig: string, start1: number, end1: number): string;
}

export interface TranscriptSet {
  /** Undefined where the annotation does not say it: then it is taken for the build that is asked. */
  readonly build?: GenomeBuild | undefined;
  readonly rows: readonly TranscriptRow[];
  readonly reference: ReferenceBases;
}

/** What the coding sequence of a row is, in the direction of the transcript. */
export function codingSequenceOf(
  { contig, strand, cds }: Pick<AnnotatedTranscript, 'contig' | 'strand' | 'cds'>,
  reference: ReferenceBases,
): string {
  let forward = '';
  for (let index = 0; index + 1 < cds.length; index += 2)
    forward += reference.slice(contig, cds[index] ?? 0, cds[index + 1] ?? 0);
  return strand === '+' ? forward : reverseComplement(forward);
}

/** Codons at which translation is known to begin beside ATG: one base apart from it. */
const nearStart = (codon: string): boolean => [...codon].filter((base, index) => base !== 'ATG'[index]).length === 1;

const partialOf = ({ frame, startMissing }: TranscriptRow, sequence: string): PartialCoding => ({
  frame,
  first: startMissing
    ? 'inside'
    : sequence.startsWith('ATG')
      ? 'start'
      : nearStart(sequence.slice(0, 3))
        ? 'unknown'
        : 'inside',
});

/** The build under which a set of one unknown build is held: the look-ups never tell it. */
const HELD: GenomeBuild = 'GRCh38';

const recordOf = (row: TranscriptRow, symbol: string): GeneRecord => ({
  symbol,
  chromosome: contigName(row.contig),
  strand: row.strand,
  transcript: row.transcript,
  ensembl: row.transcript,
  mane: row.rank === 0,
  grch38: { span: [row.exons[0] ?? 0, row.exons.at(-1) ?? 0], exons: row.exons, cds: row.cds },
});

interface OneGene {
  readonly symbol: string;
  /** The one that speaks first. */
  readonly rows: readonly TranscriptRow[];
}

const lengthOf = (flat: readonly number[]): number =>
  flat.reduce((sum, value, index) => sum + (index % 2 === 0 ? 1 - value : value), 0);

const preferred = (a: TranscriptRow, b: TranscriptRow): number =>
  a.rank - b.rank || lengthOf(b.cds) - lengthOf(a.cds) || (a.transcript < b.transcript ? -1 : 1);

/** How many other transcripts a note names. */
const MOST_OTHERS = 4;

type Lookups = {
  readonly [Key in
    | 'genesAt'
    | 'geneSpans'
    | 'computeChange'
    | 'codingSequence'
    | 'locateCoding'
    | 'referenceBase'
    | 'exonOf']: NonNullable<MolecularKnowledge[Key]>;
};

/** The transcript that a person chose for a gene of a case: it speaks before MANE Select. */
export type ChosenTranscripts = ReadonlyMap<string, string>;

const CHOICE = 'transcript.';
/** Choices among the answers of a case: `transcript.TP53` = `NM_001126112.3`. */
export const chosenTranscripts = (answers: Readonly<Record<string, string>>): ChosenTranscripts =>
  new Map(
    Object.entries(answers).flatMap(([id, value]) =>
      id.startsWith(CHOICE) && value !== '' ? [[id.slice(CHOICE.length), value] as const] : [],
    ),
  );
export const isTranscriptChoice = (id: string): boolean => id.startsWith(CHOICE);
/** The answer that chooses; an empty one takes the choice back. */
export const transcriptChoice = (gene: string, transcript: string | undefined): Record<string, string> => ({
  [`${CHOICE}${gene}`]: transcript ?? '',
});

/** What one transcript says of an allele. */
export interface TranscriptCall {
  readonly gene: string;
  readonly transcript: string;
  readonly hgvsCoding?: string | undefined;
  readonly hgvsProtein?: string | undefined;
  readonly consequence: string;
  /** As the annotation marks it. */
  readonly mark: 'MANE Select' | 'chosen by its database' | 'none';
}

/**
 * Every transcript of a gene at an allele, the one that would speak first.
 *
 * @param gene by its current symbol
 */
export function transcriptCalls(
  set: TranscriptSet,
  symbol: (gene: string) => string,
  gene: string,
  at: Coordinates,
): TranscriptCall[] {
  const rows = set.rows.filter((row) => symbol(row.gene) === gene);
  return rows.sort(preferred).flatMap((row) => {
    // Alone, so that it is this transcript that speaks.
    const change = transcriptLookups({ ...set, rows: [row] }, symbol).computeChange(at)?.change;
    return change === undefined
      ? []
      : [
          {
            gene,
            transcript: row.transcript,
            hgvsCoding: change.hgvsCoding,
            hgvsProtein: change.hgvsProtein,
            consequence: change.consequence ?? '',
            mark:
              row.rank === 0
                ? ('MANE Select' as const)
                : row.rank === CHOSEN
                  ? ('chosen by its database' as const)
                  : ('none' as const),
          },
        ];
  });
}

/** @param symbol the current symbol of a gene, as the other packs name it */
export function transcriptLookups(
  set: TranscriptSet,
  symbol: (gene: string) => string,
  chosen: ChosenTranscripts = new Map(),
): Lookups {
  const { reference, build: own } = set;
  const genes = new Map<string, OneGene>();
  for (const [id, rows] of Map.groupBy(set.rows, ({ geneId, contig }) => `${geneId} ${contig}`))
    genes.set(id, {
      symbol: symbol(rows[0]?.gene ?? ''),
      rows: rows
        .map((row) => (chosen.get(symbol(row.gene)) === row.transcript ? { ...row, rank: BY_PERSON } : row))
        .sort(preferred),
    });
  const bySymbol = new Map<string, OneGene>();
  for (const gene of genes.values()) if (!bySymbol.has(gene.symbol)) bySymbol.set(gene.symbol, gene);
  const contigs = new Map(set.rows.map(({ contig }) => [contigName(contig), contig]));
  const contigOf = (name: string): string => contigs.get(contigName(name)) ?? name;
  const applies = (build: GenomeBuild): boolean => own === undefined || own === build;

  const { geneSpans, genesAt } = geneLookups(
    recordsOfList(
      [...genes].map(
        ([id, { rows }]): GeneRecord => ({
          ...recordOf(rows[0] as TranscriptRow, id),
          grch38: {
            span: [
              rows.reduce((least, { exons }) => Math.min(least, exons[0] ?? 0), Number.POSITIVE_INFINITY),
              rows.reduce((most, { exons }) => Math.max(most, exons.at(-1) ?? 0), 0),
            ],
            exons: [],
            cds: [],
          },
        }),
      ),
    ),
  );
  const idsAt = (chromosome: string, position1: number): readonly string[] =>
    genesAt(HELD, contigName(chromosome), position1);

  const made = new Map<TranscriptRow, Transcript | undefined>();
  const ready = (row: TranscriptRow, name: string): Transcript | undefined => {
    if (made.has(row)) return made.get(row);
    const sequence = row.coding === 'none' ? undefined : codingSequenceOf(row, reference);
    const partial = row.coding === 'partial' && sequence !== undefined ? partialOf(row, sequence) : undefined;
    const one = transcriptOf(recordOf(row, name), HELD, sequence, partial);
    // A file in the order of the genome comes back to few transcripts; the sequences of all would not fit.
    if (made.size >= 5000) made.clear();
    made.set(row, one);
    return one;
  };

  /** Why the row cannot be of this reference. */
  const mismatch = ({ chromosome, position1, reference: stated }: Coordinates): string | undefined => {
    const contig = contigOf(chromosome);
    const length = reference.lengthOf(contig);
    if (length === undefined)
      return `the reference of the transcripts has no contig ${chromosome}: is the genome build right?`;
    const bases = stated === '-' ? '' : stated.toUpperCase();
    const end = position1 + Math.max(bases.length, 1) - 1;
    if (end > length)
      return `position ${end} lies past the end of contig ${chromosome}, which has ${length} bases: is the genome build right?`;
    if (!/^[ACGT]+$/.test(bases)) return undefined;
    const known = reference.slice(contig, position1, end);
    for (let index = 0; index < bases.length; index++)
      if (known[index] !== bases[index] && known[index] !== 'N')
        return `the file's reference base is ${bases[index]}, the reference has ${known[index]} at ${chromosome}:${position1 + index}: is the genome build right?`;
    return undefined;
  };

  const changeOn = (row: TranscriptRow, name: string, at: Coordinates): CodingChange | undefined => {
    if (row.cds.length === 0) return changeOfRna(row, name, at);
    const transcript = ready(row, name);
    const computed = transcript === undefined ? undefined : codingChange(transcript, { ...at, build: HELD });
    return computed?.kind === 'change' ? computed.change : undefined;
  };

  const firstOf = (gene: string): { row: TranscriptRow; transcript: Transcript } | undefined => {
    const one = bySymbol.get(gene);
    const [row] = one?.rows ?? [];
    const transcript = one === undefined || row === undefined ? undefined : ready(row, one.symbol);
    return row === undefined || transcript === undefined ? undefined : { row, transcript };
  };

  return {
    geneSpans: (build) =>
      applies(build) ? geneSpans(HELD).map((span) => ({ ...span, gene: genes.get(span.gene)?.symbol ?? '' })) : [],
    genesAt: (build, chromosome, position1) =>
      applies(build) ? [...new Set(idsAt(chromosome, position1).map((id) => genes.get(id)?.symbol ?? ''))].sort() : [],
    computeChange(at): ComputedChange | undefined {
      if (!applies(at.build)) return undefined;
      const against = mismatch(at);
      if (against !== undefined) return { mismatch: against };
      const end = at.position1 + Math.max(at.reference.length, 1) - 1;
      const ids = new Set([...idsAt(at.chromosome, at.position1), ...idsAt(at.chromosome, end)]);
      const found: { readonly gene: OneGene; readonly row: TranscriptRow; readonly change: CodingChange }[] = [];
      for (const id of ids) {
        const gene = genes.get(id);
        for (const row of gene?.rows ?? []) {
          const change = gene === undefined ? undefined : changeOn(row, gene.symbol, at);
          if (gene !== undefined && change !== undefined) found.push({ gene, row, change });
        }
      }
      // Of several genes the gravest speaks.
      const [best] = [...Map.groupBy(found, ({ gene }) => gene).values()]
        .flatMap((own) => [...own].sort(speaks)[0] ?? [])
        .sort(
          (a, b) =>
            graveness(a.change) - graveness(b.change) ||
            Number(b.change.hgvsProtein !== undefined) - Number(a.change.hgvsProtein !== undefined) ||
            (a.change.gene < b.change.gene ? -1 : 1),
        );
      if (best === undefined) return undefined;
      const { change, row } = best;
      const said = (one: CodingChange): string =>
        `${one.consequence}${one.hgvsProtein === undefined ? '' : ` ${one.hgvsProtein}`}`;
      const others = found.filter((one) => one !== best && said(one.change) !== said(change));
      return {
        change: {
          gene: change.gene,
          hgvsProtein: change.hgvsProtein,
          hgvsCoding: change.hgvsCoding,
          transcript: change.transcript,
          consequence: change.consequence,
          exon: change.exon,
          transcripts: [change.transcript],
          source: `computed on ${row.transcript} of the transcript pack, reference base checked`,
        },
        ...(others.length === 0
          ? {}
          : {
              otherTranscripts: `on other transcripts: ${others
                .slice(0, MOST_OTHERS)
                .map(({ change: one }) => `${one.transcript} ${said(one)}`)
                .join(', ')}${others.length > MOST_OTHERS ? ` and ${others.length - MOST_OTHERS} more` : ''}`,
            }),
      };
    },
    codingSequence(gene) {
      const first = firstOf(gene);
      return first === undefined || first.row.coding !== 'whole' || first.transcript.sequence === undefined
        ? undefined
        : { sequence: first.transcript.sequence, transcript: first.row.transcript };
    },
    locateCoding(gene, build, change) {
      const first = applies(build) ? firstOf(gene) : undefined;
      return first === undefined ? undefined : locate(first.transcript, build, change);
    },
    referenceBase(build, chromosome, position1) {
      if (!applies(build) || position1 < 1) return undefined;
      const base = reference.slice(contigOf(chromosome), position1, position1);
      return base === '' || base === 'N' ? undefined : base;
    },
    exonOf(gene, codon) {
      const one = bySymbol.get(gene);
      const [row] = one?.rows ?? [];
      return row === undefined || row.coding !== 'whole' ? undefined : exonOfCodon(recordOf(row, gene), codon);
    },
  };
}

const graveness = ({ consequence }: CodingChange): number =>
  consequence === 'coding_sequence_variant'
    ? consequenceRank('splice_region_variant') - 0.5
    : consequenceRank(consequence);

/** Before every rank that a database gave. */
const BY_PERSON = -1;
/** Ranks that a database gave: MANE Select and its own choice. */
const CHOSEN = 1;

interface Spoken {
  readonly row: TranscriptRow;
  readonly change: CodingChange;
}

/** Which of a gene's transcripts speaks; the rows come in their order of preference. */
function speaks(a: Spoken, b: Spoken): number {
  if (a.row.rank <= CHOSEN || b.row.rank <= CHOSEN) return a.row.rank - b.row.rank;
  return graveness(a.change) - graveness(b.change);
}

/** A transcript that does not code: in an exon of it, or between two. */
function changeOfRna(row: TranscriptRow, gene: string, at: Coordinates): CodingChange | undefined {
  const { exons, transcript } = row;
  const end = at.position1 + Math.max(at.reference.length, 1) - 1;
  if (end < (exons[0] ?? 0) || at.position1 > (exons.at(-1) ?? 0)) return undefined;
  const inExon = exons.some((from, index) => index % 2 === 0 && from <= end && at.position1 <= (exons[index + 1] ?? 0));
  return {
    gene,
    transcript,
    consequence: inExon ? 'non_coding_transcript_exon_variant' : 'intron_variant&non_coding_transcript_variant',
  };
}

/** The same knowledge with the transcripts of an annotation in the place of the shipped ones. */
export function withTranscripts(
  knowledge: MolecularKnowledge,
  set: TranscriptSet,
  chosen?: ChosenTranscripts,
): MolecularKnowledge {
  return { ...knowledge, ...transcriptLookups(set, knowledge.symbol, chosen) };
}
