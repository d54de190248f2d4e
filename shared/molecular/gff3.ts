/**
 * GFF3 annotations to transcripts (Sequence Ontology specification of GFF3, version 1.26), in the flavours of Ensembl,
 * RefSeq and MANE/GENCODE. A line that cannot be read refuses the file; a transcript that cannot be right is flagged with its
 * line and is left without a coding sequence, or left out where it has no place at all.
 */
import { FaultError, fault } from '../foundation/fault.ts';

export interface AnnotationProblem {
  /** Line of the annotation, 1-based. */
  readonly line: number;
  readonly kind:
    | 'parent-cycle'
    | 'parent-missing'
    | 'contig-missing'
    | 'outside-contig'
    | 'two-strands'
    | 'cds-outside-exon'
    | 'cds-overlap'
    | 'cds-length'
    | 'phase'
    | 'start-codon'
    | 'stop-codon'
    | 'stop-inside'
    | 'unknown-bases'
    | 'other-code';
  /** Transcript or feature. */
  readonly about: string;
  /** What is wrong and what follows for it. */
  readonly says: string;
}

/** A transcript as the annotation gives it; positions 1-based, inclusive, flat start, end pairs in genomic order. */
export interface AnnotatedTranscript {
  readonly gene: string;
  /** Id of the gene, which tells apart genes of one name. */
  readonly geneId: string;
  /** Accession with its version where the annotation has one. */
  readonly transcript: string;
  /** As the annotation spells it. */
  readonly contig: string;
  readonly strand: '+' | '-';
  readonly exons: readonly number[];
  /** Empty for a transcript that does not code. */
  readonly cds: readonly number[];
  /** Phase of the first CDS in the direction of the transcript. */
  readonly frame: 0 | 1 | 2;
  /** Ends of the coding sequence that the annotation says were not found. */
  readonly startMissing: boolean;
  readonly endMissing: boolean;
  /** 0 MANE Select, 1 chosen by its database, 2 MANE Plus Clinical, 3 coding, 4 coding but decayed or odd, 5 not coding. */
  readonly rank: number;
  /** False where a problem forbids the use of its coding sequence. */
  readonly sound: boolean;
  readonly line: number;
}

interface Feature {
  readonly type: string;
  readonly line: number;
  readonly contig: string;
  readonly strand: string;
  readonly parents: readonly string[];
  readonly attributes: ReadonlyMap<string, string>;
}

interface Piece {
  readonly start: number;
  readonly end: number;
  readonly phase: number | undefined;
  readonly strand: string;
  readonly contig: string;
  readonly line: number;
}

interface Pieces {
  readonly exons: Piece[];
  readonly cds: Piece[];
  readonly utr: Piece[];
}

const UTR = new Set(['five_prime_UTR', 'three_prime_UTR', 'UTR', 'five_prime_utr', 'three_prime_utr']);
/** Parts of transcripts that say nothing beyond exons and CDS. */
const IGNORED = new Set([
  'start_codon',
  'stop_codon',
  'intron',
  'region',
  'match',
  'cDNA_match',
  'stop_codon_redefined_as_selenocysteine',
]);

const decoded = (text: string): string =>
  text.includes('%')
    ? text.replace(/(?:%[0-9a-f]{2})+/gi, (codes) => {
        try {
          return decodeURIComponent(codes);
        } catch {
          return codes;
        }
      })
    : text;

function attributesOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const part of text.split(';')) {
    const at = part.indexOf('=');
    if (at > 0) found.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  return found;
}

const listOf = (text: string | undefined): readonly string[] =>
  text === undefined || text === '' ? [] : text.split(',').map(decoded);

/** Takes the lines of one annotation in their order. Bound to memory by the number of its features. */
export class Gff3Reader {
  readonly #file: string;
  readonly #features = new Map<string, Feature>();
  readonly #pieces = new Map<string, Pieces>();
  #line = 0;
  #ended = false;
  #rows = 0;
  #assembly: string | undefined;
  #date: string | undefined;

  /** @param file name used in faults */
  constructor(file: string) {
    this.#file = file;
  }

  /** What the head says of the assembly, for example `GRCh38.p14`. */
  get assembly(): string | undefined {
    return this.#assembly;
  }

  /** ISO date of the annotation, where its head has one. */
  get date(): string | undefined {
    return this.#date;
  }

  /** @throws FaultError line-invalid, field-invalid, format-unknown, with line and field */
  take(text: string): void {
    this.#line++;
    if (this.#ended || text === '') return;
    if (text.startsWith('#')) {
      this.#head(text);
      return;
    }
    if (text.startsWith('>')) {
      this.#ended = true;
      return;
    }
    const cells = text.split('\t');
    // More columns are tabs inside the attributes, which a description may hold.
    if (cells.length < 9)
      throw this.#refuse('line-invalid', `A line of GFF3 has 9 columns, this one has ${cells.length}.`);
    const [contig = '', , type = '', from = '', to = '', , strand = '', phase = ''] = cells;
    const words = cells.slice(8).join(' ');
    if (/^\s*gene_id\s+"/.test(words))
      throw this.#refuse('format-unknown', 'The file is GTF, not GFF3.', 'Give the annotation as GFF3.', 'attributes');
    const start = this.#position(from, 'start');
    const end = this.#position(to, 'end');
    if (end < start) throw this.#refuse('field-invalid', 'The end lies before the start.', undefined, 'end');
    this.#rows++;
    if (IGNORED.has(type)) return;
    const attributes = attributesOf(words);
    const parents = listOf(attributes.get('Parent'));
    const isCds = type === 'CDS';
    if (isCds || type === 'exon' || UTR.has(type)) {
      if (!/^[012.]$/.test(phase))
        throw this.#refuse('field-invalid', 'The phase is 0, 1, 2 or a dot.', undefined, 'phase');
      if (strand !== '+' && strand !== '-')
        throw this.#refuse('field-invalid', 'The strand of a transcript is + or -.', undefined, 'strand');
      const piece = {
        start,
        end,
        phase: phase === '.' ? undefined : Number(phase),
        strand,
        contig: decoded(contig),
        line: this.#line,
      };
      for (const parent of parents) {
        const own = this.#pieces.get(parent) ?? { exons: [], cds: [], utr: [] };
        (isCds ? own.cds : type === 'exon' ? own.exons : own.utr).push(piece);
        this.#pieces.set(parent, own);
      }
      return;
    }
    const id = attributes.get('ID');
    if (id === undefined) return;
    const key = decoded(id);
    // A feature in several lines keeps its id; its first line speaks.
    if (!this.#features.has(key))
      this.#features.set(key, { type, line: this.#line, contig: decoded(contig), strand, parents, attributes });
  }

  #head(text: string): void {
    if (/^##FASTA/.test(text)) this.#ended = true;
    const build = /^#!?#?\s*genome-(?:build|version)\s+(?:\S+\s+)?(\S*(?:GRC[hm]\d+|hg\d+|b37|T2T)\S*)/i.exec(text);
    this.#assembly ??= build?.[1];
    const date =
      /^#+!?\s*(?:annotation-date|genebuild-last-updated|date|genome-date)[:\s]+(\d{1,4}[-/]\d{1,2}(?:[-/]\d{1,4})?)/i.exec(
        text,
      )?.[1];
    const iso = /^(\d{4})-(\d{2})(-\d{2})?$/.exec(date ?? '');
    const american = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(date ?? '');
    this.#date ??=
      iso !== null
        ? `${iso[1]}-${iso[2]}${iso[3] ?? '-01'}`
        : american !== null
          ? `${american[3]}-${american[1]}-${american[2]}`
          : undefined;
  }

  #refuse(
    code: 'line-invalid' | 'field-invalid' | 'format-unknown',
    message: string,
    remedy = 'Correct the line, or get the annotation again from its source; nothing was built.',
    field?: string,
  ): FaultError {
    const place = { file: this.#file, line: this.#line, ...(field === undefined ? {} : { field }) };
    return new FaultError(fault(code, message, remedy, place));
  }

  #position(text: string, field: string): number {
    // An annotation cut to a slice keeps features that begin before it.
    if (!/^-?\d{1,10}$/.test(text))
      throw this.#refuse('field-invalid', 'A position is a whole number.', undefined, field);
    return Number(text);
  }

  /**
   * The transcripts in the order of contig, place and name, and what is wrong with the annotation in the order of its lines.
   * @param lengthOf bases of a contig of the reference; `undefined` for a contig that it lacks
   * @throws FaultError file-empty where the file has no feature
   */
  finish(lengthOf: (contig: string) => number | undefined): {
    readonly transcripts: readonly AnnotatedTranscript[];
    readonly problems: readonly AnnotationProblem[];
  } {
    if (this.#rows === 0)
      throw new FaultError(
        fault('file-empty', 'The annotation has no feature.', 'Give a GFF3 with genes, transcripts, exons and CDS.', {
          file: this.#file,
        }),
      );
    const problems: AnnotationProblem[] = [];
    const missing = new Set<string>();
    for (const [id, feature] of this.#features)
      if (this.#top(id) === undefined)
        problems.push({
          line: feature.line,
          kind: 'parent-cycle',
          about: id,
          says: 'Its parents lead back to itself; it is left out. Correct the Parent of this line.',
        });
    const transcripts: AnnotatedTranscript[] = [];
    for (const [id, pieces] of this.#pieces) {
      const made = this.#transcript(id, pieces, lengthOf, problems, missing);
      if (made !== undefined) transcripts.push(made);
    }
    const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
    transcripts.sort(
      (a, b) => order(a.contig, b.contig) || (a.exons[0] ?? 0) - (b.exons[0] ?? 0) || order(a.transcript, b.transcript),
    );
    return { transcripts, problems: problems.sort((a, b) => a.line - b.line) };
  }

  /** The feature without parent above this one; `undefined` where the parents are a circle. */
  #top(id: string): string | undefined {
    const seen = new Set<string>();
    let at = id;
    for (;;) {
      if (seen.has(at)) return undefined;
      seen.add(at);
      const parent = this.#features.get(at)?.parents.find((one) => this.#features.has(one));
      if (parent === undefined) return at;
      at = parent;
    }
  }

  #transcript(
    id: string,
    pieces: Pieces,
    lengthOf: (contig: string) => number | undefined,
    problems: AnnotationProblem[],
    missing: Set<string>,
  ): AnnotatedTranscript | undefined {
    const every = [...pieces.exons, ...pieces.cds, ...pieces.utr];
    const [any] = every;
    if (any === undefined) return undefined;
    const feature = this.#features.get(id);
    const flag = (kind: AnnotationProblem['kind'], line: number, says: string): void =>
      void problems.push({ line, kind, about: id, says });
    if (feature === undefined) {
      flag('parent-missing', any.line, 'Its Parent is in no line of the file; it is left out. Add the transcript.');
      return undefined;
    }
    const top = this.#top(id);
    if (top === undefined) return undefined;
    const lost = feature.parents.find((parent) => !this.#features.has(parent));
    if (lost !== undefined)
      flag('parent-missing', feature.line, 'Its gene is in no line of the file; it stands as a gene of its own.');
    const { contig, strand } = any;
    const other = every.find((piece) => piece.strand !== strand || piece.contig !== contig);
    if (other !== undefined) {
      flag('two-strands', other.line, 'Its parts lie on two strands or contigs (trans-splicing); it is left out.');
      return undefined;
    }
    const length = lengthOf(contig);
    if (length === undefined) {
      if (!missing.has(contig))
        problems.push({
          line: any.line,
          kind: 'contig-missing',
          about: contig,
          says: 'The reference has no such contig; its transcripts are left out. Give the FASTA of the same assembly.',
        });
      missing.add(contig);
      return undefined;
    }
    const past = every.find(({ start, end }) => start < 1 || end > length);
    if (past !== undefined) {
      flag(
        'outside-contig',
        past.line,
        `It lies outside the ${length} bases of its contig; it is left out. Give the FASTA of the same assembly.`,
      );
      return undefined;
    }
    const gene = this.#features.get(top) ?? feature;
    const exons = joined(pieces.exons.length > 0 ? pieces.exons : [...pieces.cds, ...pieces.utr]);
    const coding = codingOf(pieces.cds, exons, strand, flag);
    const tags = listOf(feature.attributes.get('tag'));
    const [before, after] = strand === '-' ? ['end_range', 'start_range'] : ['start_range', 'end_range'];
    const open = (side: string | undefined): boolean => feature.attributes.has(side ?? '');
    const word = (name: string): boolean => tags.some((tag) => tag.replaceAll('_', ' ').toLowerCase() === name);
    const biotype =
      feature.attributes.get('biotype') ?? feature.attributes.get('transcript_type') ?? feature.attributes.get('gbkey');
    const rank = word('mane select')
      ? 0
      : word('ensembl canonical') || word('refseq select')
        ? 1
        : word('mane plus clinical')
          ? 2
          : pieces.cds.length === 0
            ? 5
            : coding.sound && (biotype === undefined || biotype === 'protein_coding' || biotype === 'mRNA')
              ? 3
              : 4;
    return {
      gene: nameOf(gene, top),
      geneId: top,
      transcript: accessionOf(feature, id),
      contig,
      strand: strand === '-' ? '-' : '+',
      exons,
      ...coding,
      startMissing: coding.frame !== 0 || word('cds start nf') || open(before),
      endMissing: word('cds end nf') || open(after),
      rank,
      line: feature.line,
    };
  }
}

/** Flat pairs in genomic order; pieces that touch (CDS beside UTR) are one exon. */
function joined(pieces: readonly Piece[]): readonly number[] {
  const flat: number[] = [];
  for (const { start, end } of [...pieces].sort((a, b) => a.start - b.start)) {
    const last = flat.at(-1);
    if (last !== undefined && start <= last + 1) flat[flat.length - 1] = Math.max(last, end);
    else flat.push(start, end);
  }
  return flat;
}

function codingOf(
  pieces: readonly Piece[],
  exons: readonly number[],
  strand: string,
  flag: (kind: AnnotationProblem['kind'], line: number, says: string) => void,
): { readonly cds: readonly number[]; readonly frame: 0 | 1 | 2; readonly sound: boolean } {
  const sorted = [...pieces].sort((a, b) => a.start - b.start || a.end - b.end);
  const cds = sorted.flatMap(({ start, end }) => [start, end]);
  const ordered = strand === '-' ? [...sorted].reverse() : sorted;
  const [first] = ordered;
  if (first === undefined) return { cds, frame: 0, sound: true };
  const unused = 'its protein changes are not computed.';
  let sound = true;
  const doubt = (kind: AnnotationProblem['kind'], line: number, says: string): void => {
    sound = false;
    flag(kind, line, `${says}; ${unused}`);
  };
  const overlap = sorted.find(({ start }, index) => index > 0 && start <= (sorted[index - 1]?.end ?? 0));
  if (overlap !== undefined)
    doubt('cds-overlap', overlap.line, 'Parts of the coding sequence overlap (ribosomal slippage, or an error)');
  const inExon = ({ start, end }: Piece): boolean =>
    exons.some((from, index) => index % 2 === 0 && from <= start && end <= (exons[index + 1] ?? 0));
  const outside = sorted.find((piece) => !inExon(piece));
  if (outside !== undefined) doubt('cds-outside-exon', outside.line, 'A part of the coding sequence lies in no exon');
  const frame = (first.phase ?? 0) as 0 | 1 | 2;
  let bases = -frame;
  for (const { phase, start, end, line } of ordered) {
    const expected = ((-bases % 3) + 3) % 3;
    if (sound && phase !== undefined && phase !== expected)
      doubt('phase', line, `The phase is ${phase}; by the parts before it, it is ${expected}`);
    bases += end - start + 1;
  }
  if (bases % 3 !== 0)
    flag(
      'cds-length',
      first.line,
      `The coding sequence from its first whole codon has ${bases} bases, no multiple of three; only single bases are named, codon by codon.`,
    );
  return { cds, frame, sound };
}

const prefix = /^(?:gene|transcript|rna|cds|CDS)[:-]/;

const nameOf = ({ attributes }: Feature, id: string): string =>
  decoded(
    attributes.get('gene_name') ??
      attributes.get('gene') ??
      attributes.get('Name') ??
      attributes.get('gene_id') ??
      id.replace(prefix, ''),
  );

function accessionOf({ attributes }: Feature, id: string): string {
  const name = decoded(attributes.get('transcript_id') ?? id.replace(prefix, ''));
  const version = attributes.get('version');
  return version !== undefined && /^\d+$/.test(version) && !/\.\d+$/.test(name) && /^ENS/.test(name)
    ? `${name}.${version}`
    : name;
}
