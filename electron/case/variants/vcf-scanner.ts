/**
 * The byte scanner: walks the rows of a VCF once, checks every field against the header and the specification, and
 * notes where fields begin and end. Nothing is decoded to text here but what is new (a chromosome, a FORMAT, a filter),
 * so that a million rows cost little more than reading them.
 */
import { refuse } from './refusal.ts';
import { type Automaton, InfoAutomaton, sampleAutomaton } from './vcf-automaton.ts';
import { type Field, fieldOf, Kind, PER_ALLELE, PER_ALTERNATE, PER_GENOTYPE, UNKNOWN } from './vcf-field.ts';
import type { VcfHeader } from './vcf-header.ts';

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const PLUS = 43;
const COMMA = 44;
const MINUS = 45;
const DOT = 46;
const SLASH = 47;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const SEMICOLON = 59;
const EQUALS = 61;
const BAR = 124;

/** What an entry of ALT is. */
export const AltKind = {
  /** Bases: a small variant. */
  sequence: 0,
  /** `*`: the allele is missing because of an upstream deletion. */
  overlapping: 1,
  /** `<NON_REF>` or `<*>`: any other allele, of a reference block. */
  reference: 2,
  /** `<DEL>`, a breakend: a structural variant. */
  structural: 3,
  /** `.`: no alternate at all. */
  none: 4,
} as const;
export type AltKind = (typeof AltKind)[keyof typeof AltKind];

const INTEGER_MIN = -2147483640;
const INTEGER_MAX = 2147483647;
const FLOAT = /^(?:[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?inf(?:inity)?|[-+]?nan|\.)$/i;
const CIGAR = /^(?:(?:\d+[MIDNSHPX=B])+|\.)(?:,(?:(?:\d+[MIDNSHPX=B])+|\.))*$/;

/** One FORMAT, read once for all rows that have it. */
export interface FormatPlan {
  readonly keys: readonly string[];
  readonly index: ReadonlyMap<string, number>;
  readonly fields: readonly Field[];
  readonly bytes: Uint8Array;
  /** By the alternates of the row and the ploidy of the sample. */
  readonly automata: (Automaton | undefined)[];
}

export interface ScannerOptions {
  /** Rows of a chromosome may come in any order: for one who looks at each by itself. */
  readonly anyOrder?: boolean;
  /** INFO keys whose place is to be noted, in the order of their slots. */
  readonly infoKeys: readonly string[];
  /** Sample columns (0-based) whose values are to be noted, in the order of their slots. */
  readonly sampleColumns: readonly number[];
  /** Length of a chromosome in the build of the file, where known. */
  readonly lengthOf?: (chromosome: string) => number | undefined;
  /** Whether a contig's name is an accession of another build. */
  readonly ofOtherBuild?: (chromosome: string) => boolean;
}

/** What a piece of a file tells those who come after it of its rows. */
export interface ScannedRows {
  readonly rows: number;
  readonly lines: number;
  /** In the order of their first rows. */
  readonly chromosomes: readonly string[];
  readonly firstPosition1: number;
  readonly lastPosition1: number;
}

const NO_BYTES = new Uint8Array(0);

/** Positions of FORMAT keys beyond this one are checked but not noted. */
const NOTED_KEYS = 64;
const KNOWN_FILTERS = 16;
/** Rows of more alternates are too few to be learned by heart. */
const LEARNED_ALTERNATES = 3;
const PLOIDIES = 3;

export class VcfScanner {
  readonly #file: string;
  readonly #header: VcfHeader;
  readonly #options: ScannerOptions;
  readonly #samples: number;
  readonly #slotOfColumn: Int32Array;

  // The row in hand. Offsets are into `bytes`; ends are exclusive.
  bytes: Buffer = Buffer.alloc(0);
  line: number;
  rows = 0;
  chromosome = '';
  position1 = 0;
  /** Of the first row since the begin; -1 before. */
  firstPosition1 = -1;
  referenceStart = 0;
  referenceEnd = 0;
  altCount = 0;
  readonly altStart: Int32Array;
  readonly altEnd: Int32Array;
  readonly altKind: Uint8Array;
  filter = '';
  /** True for PASS and for a filter that was not applied. */
  passed = true;
  format: FormatPlan | undefined;
  /** Begin and end of each value of a noted sample, once asked for: `(slot * 64 + key) * 2`; begin -1 where absent. */
  readonly #values: Int32Array;
  readonly #sampleStart: Int32Array;
  /** Row whose values are parted. */
  readonly #partedRow: Int32Array;
  /** Bit per allele that the genotype names; alleles from 30 on share the last bit. */
  readonly genotypeAlleles: Int32Array;
  /** Alleles of the genotype; 0 where there is none. */
  readonly ploidy: Int32Array;
  /** True where the genotype names no allele at all. */
  readonly genotypeMissing: Uint8Array;

  /** Row in which a noted INFO key was last seen, and where. */
  readonly #infoRow: Int32Array;
  readonly #infoStart: Int32Array;
  readonly #infoEnd: Int32Array;
  #infoColumnStart = 0;
  /** Row whose noted INFO keys are found. */
  #foundRow = -1;
  readonly #infoAutomata: InfoAutomaton[] = [];
  /** Where the key ends that was read last. */
  #keyEnd = 0;
  #chromosomeBytes: Uint8Array = NO_BYTES;
  readonly #chromosomesSeen = new Set<string>();
  #maxPosition = INTEGER_MAX;
  #lengthFromBuild = false;
  readonly #filters: { readonly bytes: Uint8Array; readonly text: string; readonly passed: boolean }[] = [];
  readonly #info: Field[] = [];
  #infoTable: (Field | undefined)[] = new Array<Field | undefined>(512);
  #firstInfo: Field | undefined;
  readonly #plans = new Map<string, FormatPlan>();
  #rowPloidy = 0;
  #blankLine = 0;

  constructor(file: string, header: VcfHeader, options: ScannerOptions) {
    this.#file = file;
    this.#header = header;
    this.#options = options;
    this.#samples = header.samples.length;
    this.line = header.lines;
    this.#slotOfColumn = new Int32Array(this.#samples).fill(-1);
    options.sampleColumns.forEach((column, slot) => {
      this.#slotOfColumn[column] = slot;
    });
    const noted = options.sampleColumns.length;
    this.altStart = new Int32Array(1024);
    this.altEnd = new Int32Array(1024);
    this.altKind = new Uint8Array(1024);
    this.#infoRow = new Int32Array(options.infoKeys.length).fill(-1);
    this.#infoStart = new Int32Array(options.infoKeys.length);
    this.#infoEnd = new Int32Array(options.infoKeys.length);
    this.#values = new Int32Array(noted * NOTED_KEYS * 2);
    this.#sampleStart = new Int32Array(noted);
    this.#partedRow = new Int32Array(noted).fill(-1);
    this.genotypeAlleles = new Int32Array(noted);
    this.ploidy = new Int32Array(noted);
    this.genotypeMissing = new Uint8Array(noted);
  }

  /** INFO keys met so far, in the order they were first met. */
  infoKeysSeen(): string[] {
    return this.#info.filter((field) => field.seenInRow >= 0).map((field) => field.id);
  }

  /** FORMAT keys met so far. */
  formatKeysSeen(): string[] {
    return [...new Set([...this.#plans.values()].flatMap((plan) => plan.keys))];
  }

  text(start: number, end: number): string {
    return this.bytes.toString('utf8', start, end);
  }

  /** REF in capital letters. */
  get reference(): string {
    return this.#bases(this.referenceStart, this.referenceEnd);
  }

  /** The alternate as written; bases in capital letters. */
  alternate(index: number): string {
    const start = this.altStart[index] as number;
    const end = this.altEnd[index] as number;
    return this.altKind[index] === AltKind.sequence ? this.#bases(start, end) : this.text(start, end);
  }

  /** A single base is by far the most common allele and is always the same text. */
  #bases(start: number, end: number): string {
    if (end === start + 1) return LETTERS[(this.bytes[start] as number) & 95] as string;
    return this.bytes.toString('latin1', start, end).toUpperCase();
  }

  /** Text of a noted INFO value; undefined where the row has none, '' for a flag. */
  info(slot: number): string | undefined {
    if (slot < 0) return undefined;
    if (this.#foundRow !== this.rows) this.#findInfo();
    if (this.#infoRow[slot] !== this.rows) return undefined;
    return this.text(this.#infoStart[slot] as number, this.#infoEnd[slot] as number);
  }

  /** Text of a noted sample value; undefined where the row, or the sample, has none or a full stop. */
  value(slot: number, key: string): string | undefined {
    const index = this.format?.index.get(key);
    if (index === undefined || index >= NOTED_KEYS) return undefined;
    if (this.#partedRow[slot] !== this.rows) this.#part(slot);
    const at = (slot * NOTED_KEYS + index) * 2;
    const start = this.#values[at] ?? -1;
    if (start < 0) return undefined;
    const text = this.bytes.toString('latin1', start, this.#values[at + 1] ?? start);
    return text === '.' || text === '' ? undefined : text;
  }

  /** Notes where the values of a sample begin and end. */
  #part(slot: number): void {
    const { bytes } = this;
    const values = this.#values;
    const first = slot * NOTED_KEYS * 2;
    const end = first + Math.min(this.format?.keys.length ?? 0, NOTED_KEYS) * 2;
    let place = first;
    let at = this.#sampleStart[slot] as number;
    while (place < end) {
      values[place] = at;
      let byte = bytes[at] as number;
      while (byte !== COLON && byte > CR) byte = bytes[++at] as number;
      values[place + 1] = at;
      place += 2;
      if (byte !== COLON) break;
      at += 1;
    }
    for (; place < end; place += 2) values[place] = -1;
    this.#partedRow[slot] = this.rows;
  }

  /** The first whole number of a noted sample value; undefined where there is none. */
  integer(slot: number, key: string): number | undefined {
    return this.integers(slot, key)?.[0];
  }

  /** The list of whole numbers of a noted sample value; undefined where it is absent or one of them is missing. */
  integers(slot: number, key: string): number[] | undefined {
    const index = this.format?.index.get(key);
    if (index === undefined || index >= NOTED_KEYS) return undefined;
    if (this.#partedRow[slot] !== this.rows) this.#part(slot);
    const place = (slot * NOTED_KEYS + index) * 2;
    let at = this.#values[place] as number;
    if (at < 0) return undefined;
    const end = this.#values[place + 1] as number;
    const numbers: number[] = [];
    let value = 0;
    let digits = 0;
    for (; at <= end; at++) {
      const byte = at === end ? COMMA : (this.bytes[at] as number);
      if (byte >= ZERO && byte <= NINE) {
        value = value * 10 + (byte - ZERO);
        digits += 1;
      } else if (byte === COMMA && digits > 0) {
        numbers.push(value);
        value = 0;
        digits = 0;
      } else return undefined;
    }
    return numbers;
  }

  /**
   * Scans whole lines; `bytes[to - 1]` is a line feed. `take` is called for each row while its offsets hold.
   * @throws FaultError line-invalid, field-invalid, build-mismatch
   */
  scan(bytes: Buffer, from: number, to: number, take: (row: VcfScanner) => void): void {
    this.bytes = bytes;
    let at = from;
    while (at < to) {
      this.line += 1;
      const first = bytes[at];
      if (first === LF || (first === CR && bytes[at + 1] === LF)) {
        // Blank lines at the very end of a file are no rows.
        if (this.#blankLine === 0) this.#blankLine = this.line;
        at += first === LF ? 1 : 2;
        continue;
      }
      if (this.#blankLine > 0) this.#blankLineInside();
      at = this.#scanRow(at);
      take(this);
      this.rows += 1;
    }
  }

  /**
   * Begins a piece of the file whose rows before are not known: what is asked of the order of rows holds within the
   * piece, and lines count from its first.
   */
  restart(): void {
    this.line = 0;
    // A row that was refused has left its number with the fields it holds.
    this.rows += 1;
    this.firstPosition1 = -1;
    this.#blankLine = 0;
    this.#chromosomesSeen.clear();
    this.#chromosomeBytes = NO_BYTES;
    this.chromosome = '';
    this.position1 = 0;
  }

  /** Chromosomes since the begin, in the order of their first rows. */
  get chromosomes(): string[] {
    return [...this.#chromosomesSeen];
  }

  get metBlankLine(): boolean {
    return this.#blankLine > 0;
  }

  /**
   * Goes on as if it had scanned a piece that another scanner, restarted, has read without a fault and without a blank
   * line.
   * @returns false where the piece does not follow on the rows before: it must be scanned to tell the place
   */
  follow({ rows, lines, chromosomes, firstPosition1, lastPosition1 }: ScannedRows): boolean {
    if (this.#blankLine > 0) return false;
    const [first, ...others] = chromosomes;
    if (first === this.chromosome) {
      if (firstPosition1 < this.position1 && this.#options.anyOrder !== true) return false;
    } else if (first !== undefined && this.#chromosomesSeen.has(first)) return false;
    if (others.some((name) => this.#chromosomesSeen.has(name))) return false;
    // A name that is no UTF-8 is known by its bytes, which are not at hand.
    if (chromosomes.some((name) => name.includes('\ufffd'))) return false;
    for (const name of chromosomes) if (name !== this.chromosome) this.#enter(name);
    if (rows > 0) this.position1 = lastPosition1;
    this.rows += rows;
    this.line += lines;
    return true;
  }

  #blankLineInside(): never {
    return refuse(this.#file, {
      code: 'line-invalid',
      line: this.#blankLine,
      rule: 'A blank line stands between the rows.',
    });
  }

  #fail(field: string, rule: string): never {
    return refuse(this.#file, { line: this.line, field, rule });
  }

  #failLine(rule: string): never {
    return refuse(this.#file, { code: 'line-invalid', line: this.line, rule });
  }

  /** Where the column that begins at `at` ends; refuses an empty column or a line that ends too early. */
  #column(at: number, field: string): number {
    const bytes = this.bytes;
    let end = at;
    let byte = bytes[end] as number;
    while (byte !== TAB && byte !== LF) {
      end += 1;
      byte = bytes[end] as number;
    }
    if (end === at) this.#fail(field, `${field} is empty; a missing value is a full stop.`);
    if (byte === LF) this.#failLine('The line has fewer columns than the column line.');
    return end;
  }

  /** @returns where the next line begins */
  #scanRow(start: number): number {
    const bytes = this.bytes;
    let at = this.#chrom(start);
    at = this.#pos(at);
    at = this.#id(at);
    at = this.#ref(at);
    at = this.#alt(at);
    at = this.#qual(at);
    at = this.#filterColumn(at);
    at = this.#infoColumn(at);
    if (this.#samples > 0) {
      if (bytes[at] !== TAB) this.#failLine('The line has fewer columns than the column line.');
      at = this.#formatColumn(at + 1);
      for (let column = 0; column < this.#samples; column++) {
        if (bytes[at] !== TAB) this.#failLine('The line has fewer columns than the column line.');
        at = this.#sample(at + 1, column);
      }
    }
    if (bytes[at] === CR) at += 1;
    if (bytes[at] === TAB) this.#failLine('The line has more columns than the column line.');
    if (bytes[at] !== LF) this.#failLine('The line holds a carriage return inside.');
    return at + 1;
  }

  #chrom(start: number): number {
    const bytes = this.bytes;
    const known = this.#chromosomeBytes;
    const length = known.length;
    let same = length > 0 && bytes[start + length] === TAB;
    for (let i = 0; same && i < length; i++) same = bytes[start + i] === known[i];
    if (same) return start + length + 1;
    const end = this.#column(start, 'CHROM');
    const name = this.text(start, end);
    if (/\s/.test(name)) this.#fail('CHROM', 'CHROM holds white space.');
    // HLA alleles are contigs of GRCh38 and bear colons.
    if (name.includes(':') && !name.startsWith('HLA-')) this.#fail('CHROM', 'CHROM holds a colon.');
    if (this.#chromosomesSeen.has(name))
      this.#fail('CHROM', 'The rows of one chromosome must stand together; sort the file.');
    this.#enter(name);
    this.#chromosomeBytes = Uint8Array.prototype.slice.call(bytes, start, end);
    return end + 1;
  }

  #enter(name: string): void {
    this.#chromosomesSeen.add(name);
    this.#chromosomeBytes = Buffer.from(name);
    this.chromosome = name;
    this.position1 = 0;
    if (this.#options.ofOtherBuild?.(name) === true)
      refuse(this.#file, {
        code: 'build-mismatch',
        line: this.line,
        field: 'CHROM',
        rule: 'CHROM is an accession of another genome build than that of this file.',
        remedy: 'State the right genome build for the file, or export it again.',
      });
    const inBuild = this.#options.lengthOf?.(name);
    const declared = this.#header.contigs.get(name)?.length;
    this.#lengthFromBuild = inBuild !== undefined && (declared === undefined || inBuild <= declared);
    this.#maxPosition = Math.min(inBuild ?? INTEGER_MAX, declared ?? INTEGER_MAX);
  }

  #pos(start: number): number {
    const bytes = this.bytes;
    let at = start;
    let value = 0;
    let byte = bytes[at] as number;
    while (byte >= ZERO && byte <= NINE) {
      value = value * 10 + (byte - ZERO);
      at += 1;
      byte = bytes[at] as number;
    }
    if (byte !== TAB || at === start || value > INTEGER_MAX) {
      this.#column(start, 'POS');
      this.#fail('POS', 'POS must be a positive whole number.');
    }
    if (value < this.position1 && this.#options.anyOrder !== true)
      this.#fail('POS', 'The rows of a chromosome must be in order of position; sort the file.');
    this.position1 = value;
    if (this.firstPosition1 < 0) this.firstPosition1 = value;
    if (value > this.#maxPosition) this.#beyond();
    return at + 1;
  }

  /** A telomere may be written one past the end. */
  #beyond(): void {
    if (this.position1 <= this.#maxPosition + 1) return;
    if (this.#lengthFromBuild)
      refuse(this.#file, {
        code: 'build-mismatch',
        line: this.line,
        field: 'POS',
        rule: 'POS lies beyond the end of the chromosome in the genome build of this file.',
        remedy: 'State the right genome build for the file, or export it again.',
      });
    this.#fail('POS', 'POS lies beyond the length that the header gives for the contig.');
  }

  #id(start: number): number {
    const bytes = this.bytes;
    if (bytes[start] === DOT && bytes[start + 1] === TAB) return start + 2;
    const end = this.#column(start, 'ID');
    let before = SEMICOLON;
    let several = false;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte === SEMICOLON && before === SEMICOLON) this.#fail('ID', 'ID has an empty part before a semicolon.');
      if (byte === SPACE) this.#fail('ID', 'ID holds white space.');
      if (byte === SEMICOLON) several = true;
      before = byte;
    }
    if (before === SEMICOLON) this.#fail('ID', 'ID ends with a semicolon.');
    if (several && repeats(this.text(start, end))) this.#fail('ID', 'ID names the same identifier twice.');
    return end + 1;
  }

  #ref(start: number): number {
    const bytes = this.bytes;
    let at = start;
    while (isBase(bytes[at] as number)) at += 1;
    if (bytes[at] !== TAB || at === start) {
      this.#column(start, 'REF');
      this.#fail('REF', 'REF must be bases.');
    }
    this.referenceStart = start;
    this.referenceEnd = at;
    return at + 1;
  }

  #alt(start: number): number {
    const bytes = this.bytes;
    let count = 0;
    let at = start;
    let begin = start;
    for (;;) {
      while (isBase(bytes[at] as number)) at += 1;
      let kind: AltKind = AltKind.sequence;
      const byte = bytes[at] as number;
      if (byte !== COMMA && byte !== TAB) {
        at = this.#alternateEnd(at);
        if (bytes[at] === LF) this.#column(start, 'ALT');
        kind = this.#unusualAlternate(begin, at, count);
      }
      if (at === begin) {
        this.#column(start, 'ALT');
        this.#fail('ALT', 'ALT has an empty allele between commas.');
      }
      if (count === this.altStart.length) this.#fail('ALT', `ALT has more than ${this.altStart.length} alleles.`);
      this.altStart[count] = begin;
      this.altEnd[count] = at;
      this.altKind[count] = kind;
      count += 1;
      if (bytes[at] === TAB) break;
      at += 1;
      begin = at;
    }
    this.altCount = count;
    if (count > 1)
      for (let i = 0; i < count; i++)
        if (this.altKind[i] === AltKind.none) this.#fail('ALT', 'A missing ALT cannot stand beside other alleles.');
    return at + 1;
  }

  #alternateEnd(from: number): number {
    const bytes = this.bytes;
    let at = from;
    for (;;) {
      const byte = bytes[at] as number;
      if (byte === COMMA || byte === TAB || byte === LF) return at;
      at += 1;
    }
  }

  #unusualAlternate(start: number, end: number, index: number): AltKind {
    const text = this.bytes.toString('latin1', start, end);
    if (text === '.' && index === 0) return AltKind.none;
    if (text === '*') return AltKind.overlapping;
    if (text === '<NON_REF>' || text === '<*>') return AltKind.reference;
    const symbolic = /^<[^\s<>,][^\s<,]*>$/.test(text);
    const breakend =
      /^(?:[ACGTN]*[[\]][^\s[\]]+[[\]][ACGTN]*)$/i.test(text) && /^[ACGTN]|[ACGTN]$|^[[\]]|[[\]]$/i.test(text);
    const single = /^(?:\.[ACGTN]+|[ACGTN]+\.)$/i.test(text);
    if (!symbolic && !breakend && !single)
      this.#fail('ALT', 'ALT must be bases, *, a symbolic allele in angle brackets or a breakend.');
    return AltKind.structural;
  }

  #qual(start: number): number {
    const bytes = this.bytes;
    if (bytes[start] === DOT && bytes[start + 1] === TAB) return start + 2;
    let at = start;
    let byte = bytes[at] as number;
    let dots = 0;
    while ((byte >= ZERO && byte <= NINE) || byte === DOT) {
      if (byte === DOT) dots += 1;
      at += 1;
      byte = bytes[at] as number;
    }
    if (byte === TAB && at > start && dots <= 1) return at + 1;
    const end = this.#column(start, 'QUAL');
    const text = this.bytes.toString('latin1', start, end);
    if (!FLOAT.test(text)) this.#fail('QUAL', 'QUAL must be a number.');
    if (text.startsWith('-') && !/^-(?:0*\.?0*|nan)$/i.test(text)) this.#fail('QUAL', 'QUAL must not be negative.');
    return end + 1;
  }

  #filterColumn(start: number): number {
    const bytes = this.bytes;
    // A caller has a handful of filters: each is checked once and known by its bytes after.
    for (const known of this.#filters) {
      const length = known.bytes.length;
      let same = bytes[start + length] === TAB;
      for (let i = 0; same && i < length; i++) same = bytes[start + i] === known.bytes[i];
      if (!same) continue;
      this.filter = known.text;
      this.passed = known.passed;
      return start + length + 1;
    }
    const end = this.#column(start, 'FILTER');
    const text = this.text(start, end);
    if (/^;|;$|;;/.test(text)) this.#fail('FILTER', 'FILTER has an empty part beside a semicolon.');
    if (/\s/.test(text)) this.#fail('FILTER', 'FILTER holds white space.');
    if (repeats(text)) this.#fail('FILTER', 'FILTER names the same filter twice.');
    if (text === '0') this.#fail('FILTER', 'FILTER must not be 0, which the specification reserves.');
    this.filter = text;
    this.passed = text === 'PASS' || text === '.';
    if (this.#filters.length < KNOWN_FILTERS)
      this.#filters.push({ bytes: Uint8Array.prototype.slice.call(bytes, start, end), text, passed: this.passed });
    return end + 1;
  }

  #infoColumn(start: number): number {
    const bytes = this.bytes;
    const first = bytes[start] as number;
    if (first === DOT && endsColumn(bytes[start + 1] as number)) {
      this.#foundRow = this.rows;
      return start + 1;
    }
    if (endsColumn(first)) this.#fail('INFO', 'INFO is empty; a missing value is a full stop.');
    this.#infoColumnStart = start;
    const alternates = this.#countedAlternates();
    if (alternates > LEARNED_ALTERNATES) return this.#entries(start);
    let automaton = this.#infoAutomata[alternates];
    if (automaton === undefined) {
      // Places before it are filled, so that the list stays one of objects alone.
      for (let count = this.#infoAutomata.length; count <= alternates; count++)
        this.#infoAutomata.push(new InfoAutomaton(count));
      automaton = this.#infoAutomata[alternates] as InfoAutomaton;
    }
    const walked = automaton.walk(bytes, start);
    if (walked >= 0) return walked;
    const end = this.#entries(start);
    if (automaton.learns) automaton.learn(this.#fieldsOfInfo());
    return end;
  }

  /** Alternates that the counts of values hang on; 0 where ALT is missing. */
  #countedAlternates(): number {
    return this.altKind[0] === AltKind.none ? 0 : this.altCount;
  }

  /** Checks INFO entry by entry. @returns where it ends */
  #entries(start: number): number {
    const bytes = this.bytes;
    const row = this.rows;
    this.#foundRow = row;
    let at = start;
    let previous: Field | undefined;
    for (;;) {
      const field = this.#entryAt(at, previous);
      let end = this.#keyEnd;
      if (field.seenInRow === row) this.#fail(`INFO/${field.id}`, 'INFO names the same key twice.');
      field.seenInRow = row;
      let begin = end;
      if (bytes[end] === EQUALS) {
        if (field.kind === Kind.flag)
          this.#fail(`INFO/${field.id}`, `INFO/${field.id} is a flag and must not have a value.`);
        begin = end + 1;
        end = this.#checked(begin, field, SEMICOLON, 'INFO');
      }
      if (field.slot >= 0) {
        this.#infoRow[field.slot] = row;
        this.#infoStart[field.slot] = begin;
        this.#infoEnd[field.slot] = end;
      }
      if (bytes[end] !== SEMICOLON) return end;
      at = end + 1;
      // A semicolon at the very end is a habit of several tools and hides nothing.
      if (endsColumn(bytes[at] as number)) return at;
      previous = field;
    }
  }

  /** The field of the entry that begins at `at`; `#keyEnd` is where its key ends. */
  #entryAt(at: number, previous: Field | undefined): Field {
    const bytes = this.bytes;
    const expected = previous === undefined ? this.#firstInfo : previous.next;
    if (expected !== undefined) {
      const known = expected.bytes;
      const length = known.length;
      let i = 0;
      while (i < length && bytes[at + i] === known[i]) i += 1;
      const after = bytes[at + length] as number;
      if (i === length && (after === EQUALS || after === SEMICOLON || endsColumn(after))) {
        this.#keyEnd = at + length;
        return expected;
      }
    }
    let end = at;
    let hash = 0;
    let byte = bytes[end] as number;
    while (byte !== EQUALS && byte !== SEMICOLON && byte > SPACE) {
      hash = (Math.imul(hash, 31) + byte) | 0;
      end += 1;
      byte = bytes[end] as number;
    }
    if (byte === SPACE) this.#fail('INFO', 'A key of INFO holds white space.');
    if (end === at) this.#fail('INFO', 'INFO has an empty entry.');
    const field = this.#infoField(at, end, hash);
    if (previous === undefined) this.#firstInfo = field;
    else previous.next = field;
    this.#keyEnd = end;
    return field;
  }

  /** Walks the entries of INFO of a row that is known to be right. */
  #eachEntry(take: (field: Field, begin: number, end: number) => void): void {
    const bytes = this.bytes;
    let at = this.#infoColumnStart;
    let previous: Field | undefined;
    while (!endsColumn(bytes[at] as number)) {
      const field = this.#entryAt(at, previous);
      at = this.#keyEnd;
      if (bytes[at] === EQUALS) at += 1;
      const begin = at;
      let byte = bytes[at] as number;
      while (byte !== SEMICOLON && byte > CR) byte = bytes[++at] as number;
      take(field, begin, at);
      if (byte !== SEMICOLON) return;
      at += 1;
      previous = field;
    }
  }

  /** Notes where the INFO values lie that are asked for, in a row that was recognised as a whole. */
  #findInfo(): void {
    const row = this.rows;
    this.#foundRow = row;
    this.#eachEntry((field, begin, end) => {
      if (field.slot < 0) return;
      this.#infoRow[field.slot] = row;
      this.#infoStart[field.slot] = begin;
      this.#infoEnd[field.slot] = end;
    });
  }

  #fieldsOfInfo(): Field[] {
    const fields: Field[] = [];
    this.#eachEntry((field) => fields.push(field));
    return fields;
  }

  #infoField(start: number, end: number, hash: number): Field {
    const bytes = this.bytes;
    const table = this.#infoTable;
    const mask = table.length - 1;
    let slot = (hash ^ (hash >>> 9)) & mask;
    for (;;) {
      const field = table[slot];
      if (field === undefined) break;
      const known = field.bytes;
      if (known.length === end - start) {
        let i = 0;
        while (i < known.length && bytes[start + i] === known[i]) i += 1;
        if (i === known.length) return field;
      }
      slot = (slot + 1) & mask;
    }
    const id = this.text(start, end);
    const field = fieldOf(id, this.#header.info.get(id), 'INFO', bytes.subarray(start, end));
    field.slot = this.#options.infoKeys.indexOf(id);
    this.#info.push(field);
    table[slot] = field;
    if (this.#info.length * 2 > table.length) this.#growInfoTable();
    return field;
  }

  #growInfoTable(): void {
    const table = new Array<Field | undefined>(this.#infoTable.length * 4);
    const mask = table.length - 1;
    for (const field of this.#info) {
      let hash = 0;
      for (const byte of field.bytes) hash = (Math.imul(hash, 31) + byte) | 0;
      let slot = (hash ^ (hash >>> 9)) & mask;
      while (table[slot] !== undefined) slot = (slot + 1) & mask;
      table[slot] = field;
    }
    this.#infoTable = table;
  }

  #formatColumn(start: number): number {
    const bytes = this.bytes;
    const plan = this.format;
    if (plan !== undefined) {
      const known = plan.bytes;
      const length = known.length;
      let same = endsColumn(bytes[start + length] as number);
      for (let i = 0; same && i < length; i++) same = bytes[start + i] === known[i];
      if (same) return start + length;
    }
    const end = this.#column(start, 'FORMAT');
    const text = this.text(start, end);
    const before = this.#plans.get(text);
    this.format = before ?? this.#plan(text, Uint8Array.prototype.slice.call(bytes, start, end));
    if (before === undefined) this.#plans.set(text, this.format);
    return end;
  }

  #plan(text: string, bytes: Uint8Array): FormatPlan {
    const keys = text === '.' ? [] : text.split(':');
    const strict = this.#header.version >= 43;
    for (const key of keys) {
      if (!(strict ? /^[A-Za-z_][A-Za-z0-9_.]*$/ : /^[A-Za-z0-9_.+-]+$/).test(key))
        this.#fail('FORMAT', 'A key of FORMAT holds a character that is not allowed.');
    }
    if (new Set(keys).size < keys.length) this.#fail('FORMAT', 'FORMAT names the same key twice.');
    if (keys.indexOf('GT') > 0) this.#fail('FORMAT', 'GT must be the first key of FORMAT.');
    return {
      keys,
      index: new Map(keys.map((key, index) => [key, index])),
      fields: keys.map((key) => fieldOf(key, this.#header.format.get(key), 'FORMAT')),
      bytes,
      automata: new Array<undefined>((LEARNED_ALTERNATES + 1) * (PLOIDIES + 1)).fill(undefined),
    };
  }

  #sample(start: number, column: number): number {
    const bytes = this.bytes;
    const fields = (this.format as FormatPlan).fields;
    const slot = this.#slotOfColumn[column] as number;
    const count = fields.length;
    let at = start;
    let key = 0;
    this.#rowPloidy = 0;
    if (slot >= 0) {
      this.ploidy[slot] = 0;
      this.genotypeMissing[slot] = 0;
      this.genotypeAlleles[slot] = 0;
    }
    if (endsColumn(bytes[at] as number)) this.#fail(this.#sampleName(column), 'A sample column is empty.');
    if (slot >= 0) this.#sampleStart[slot] = start;
    const hasGenotype = fields[0]?.kind === Kind.genotype;
    if (hasGenotype) at = this.#genotype(at, slot);
    const automaton = count === 0 ? undefined : this.#sampleAutomaton();
    const walked = automaton === undefined ? -1 : automaton.walk(bytes, at);
    if (walked >= 0) return walked;
    if (hasGenotype) {
      if (bytes[at] !== COLON) return at;
      at += 1;
      key = 1;
    }
    for (;;) {
      const field = fields[key];
      if (field === undefined) {
        if (count === 0 && bytes[at] === DOT && endsColumn(bytes[at + 1] as number)) return at + 1;
        this.#fail(this.#sampleName(column), 'A sample has more values than FORMAT has keys.');
      }
      at = this.#checked(at, field, COLON, 'FORMAT');
      key += 1;
      if (bytes[at] !== COLON) return at;
      at += 1;
    }
  }

  #sampleAutomaton(): Automaton | undefined {
    const alternates = this.#countedAlternates();
    if (alternates > LEARNED_ALTERNATES) return undefined;
    const { automata, fields } = this.format as FormatPlan;
    const ploidy = Math.min(this.#rowPloidy, PLOIDIES);
    const place = alternates * (PLOIDIES + 1) + ploidy;
    let automaton = automata[place];
    if (automaton === undefined) {
      automaton = sampleAutomaton(fields, { alternates, ploidy });
      automata[place] = automaton;
    }
    return automaton;
  }

  /** Sample names may be names of people: the column's number stands in a fault. */
  #sampleName(column: number): string {
    return `sample column ${column + 1}`;
  }

  #genotype(start: number, slot: number): number {
    const bytes = this.bytes;
    let at = start;
    let byte = bytes[at] as number;
    // By far the most: two alleles of one figure each.
    const between = bytes[start + 1] as number;
    if (between === SLASH || between === BAR) {
      const one = byte - ZERO;
      const two = (bytes[start + 2] as number) - ZERO;
      const most = Math.min(this.altCount, 9);
      if (one >= 0 && one <= most && two >= 0 && two <= most && bytes[start + 3] === COLON) {
        this.#rowPloidy = 2;
        if (slot >= 0) {
          this.ploidy[slot] = 2;
          this.genotypeAlleles[slot] = (1 << one) | (1 << two);
          this.genotypeMissing[slot] = 0;
        }
        return start + 3;
      }
    }
    // From VCFv4.4 on a genotype may begin with its phasing.
    if ((byte === SLASH || byte === BAR) && this.#header.version >= 44) byte = bytes[++at] as number;
    let ploidy = 0;
    let mask = 0;
    let named = false;
    for (;;) {
      if (byte >= ZERO && byte <= NINE) {
        let allele = 0;
        while (byte >= ZERO && byte <= NINE) {
          allele = allele * 10 + (byte - ZERO);
          byte = bytes[++at] as number;
        }
        if (allele > this.altCount) this.#fail('FORMAT/GT', 'The genotype names an allele that the row does not have.');
        mask |= 1 << Math.min(allele, 30);
        named = true;
      } else if (byte === DOT) byte = bytes[++at] as number;
      else this.#fail('FORMAT/GT', 'The genotype must be allele numbers or full stops parted by / or |.');
      ploidy += 1;
      if (byte !== SLASH && byte !== BAR) break;
      byte = bytes[++at] as number;
    }
    if (byte !== COLON && !endsColumn(byte))
      this.#fail('FORMAT/GT', 'The genotype must be allele numbers or full stops parted by / or |.');
    // A lone full stop says nothing of the ploidy.
    this.#rowPloidy = ploidy === 1 && !named ? 0 : ploidy;
    if (slot >= 0) {
      this.ploidy[slot] = ploidy;
      this.genotypeAlleles[slot] = mask;
      this.genotypeMissing[slot] = named ? 0 : 1;
    }
    return at;
  }

  /** Checks one value and finds its end: the separator, a tab or the line's end. */
  #checked(start: number, field: Field, separator: number, column: 'INFO' | 'FORMAT'): number {
    const kind = field.kind;
    if (kind === Kind.integer || kind === Kind.float) {
      const end = this.#plainNumbers(start, field, separator);
      if (end >= 0) return end;
      return kind === Kind.integer
        ? this.#integers(start, field, separator, column)
        : this.#floats(start, field, separator, column);
    }
    if (kind === Kind.text || kind === Kind.flag) {
      const bytes = this.bytes;
      let at = start;
      let byte = bytes[at] as number;
      while (byte !== separator && byte > CR) byte = bytes[++at] as number;
      if (byte !== separator && !endsColumn(byte)) return this.#controlCharacter(field, column);
      return at;
    }
    return this.#unusualValue(start, field, separator, column);
  }

  /**
   * Numbers in their common shape, as many as the header asks for, seen in one walk.
   * @returns their end, or -1 where the slower walk must look and say what is wrong
   */
  #plainNumbers(start: number, field: Field, separator: number): number {
    const bytes = this.bytes;
    const integer = field.kind === Kind.integer;
    let at = start;
    let count = 1;
    for (;;) {
      let first = at;
      let byte = bytes[at] as number;
      while (byte >= ZERO && byte <= NINE) byte = bytes[++at] as number;
      let digits = at - first;
      if (byte === DOT && !integer) {
        first = ++at;
        byte = bytes[at] as number;
        while (byte >= ZERO && byte <= NINE) byte = bytes[++at] as number;
        digits += at - first;
      }
      if (digits === 0 || (integer && digits > 9)) return -1;
      if (byte === separator || byte === TAB || byte === LF || byte === CR) break;
      if (byte !== COMMA) return -1;
      count += 1;
      at += 1;
    }
    const number = field.number;
    if (number === UNKNOWN || number === count) return at;
    if (number === PER_ALTERNATE) return count === this.altCount ? at : -1;
    if (number === PER_ALLELE) return count === this.altCount + 1 ? at : -1;
    return -1;
  }

  #controlCharacter(field: Field, column: string): never {
    return this.#fail(`${column}/${field.id}`, 'A value holds a control character.');
  }

  #unusualValue(start: number, field: Field, separator: number, column: 'INFO' | 'FORMAT'): number {
    const bytes = this.bytes;
    let end = start;
    while (bytes[end] !== separator && !endsColumn(bytes[end] as number)) end += 1;
    const text = this.text(start, end);
    const name = `${column}/${field.id}`;
    if (text === '.') return end;
    const values = text.split(',');
    if (field.kind === Kind.character && values.some((value) => [...value].length !== 1))
      this.#fail(name, `${name} must be single characters.`);
    if (field.kind === Kind.cigar && !CIGAR.test(text)) this.#fail(name, `${name} must be CIGAR operations.`);
    this.#count(values.length, field, column);
    return end;
  }

  #integers(start: number, field: Field, separator: number, column: 'INFO' | 'FORMAT'): number {
    const bytes = this.bytes;
    let at = start;
    let count = 1;
    let byte = bytes[at] as number;
    // A lone full stop is a missing value, whatever the count.
    if (byte === DOT) {
      const after = bytes[at + 1] as number;
      if (after === separator || after <= CR) return at + 1;
    }
    for (;;) {
      if (byte === DOT) byte = bytes[++at] as number;
      else {
        const negative = byte === MINUS;
        if (negative || byte === PLUS) byte = bytes[++at] as number;
        const first = at;
        let value = 0;
        while (byte >= ZERO && byte <= NINE) {
          value = value * 10 + (byte - ZERO);
          byte = bytes[++at] as number;
        }
        if (at === first) return this.#notNumber(field, column, 'whole numbers');
        if (negative && field.nonNegative && value > 0)
          this.#fail(`${column}/${field.id}`, `${column}/${field.id} must not be negative.`);
        if (value > INTEGER_MAX || (negative && -value < INTEGER_MIN))
          this.#fail(`${column}/${field.id}`, `${column}/${field.id} is outside the range of a 32-bit integer.`);
      }
      if (byte !== COMMA) break;
      count += 1;
      byte = bytes[++at] as number;
    }
    if (byte !== separator && !endsColumn(byte)) return this.#notNumber(field, column, 'whole numbers');
    if (field.number !== UNKNOWN) this.#count(count, field, column);
    return at;
  }

  #notNumber(field: Field, column: string, what: string): never {
    return this.#fail(`${column}/${field.id}`, `${column}/${field.id} must be ${what}.`);
  }

  #floats(start: number, field: Field, separator: number, column: 'INFO' | 'FORMAT'): number {
    const bytes = this.bytes;
    let at = start;
    let first = start;
    let count = 1;
    let digits = 0;
    let dots = 0;
    let odd = false;
    for (;;) {
      const byte = bytes[at] as number;
      if (byte >= ZERO && byte <= NINE) digits += 1;
      else if (byte === DOT) dots += 1;
      else if (byte === MINUS && at === first) {
        if (field.nonNegative) odd = true;
      } else if (byte === COMMA || byte === separator || byte <= CR) {
        if (dots > 1 || (digits === 0 && dots === 0)) odd = true;
        if (byte !== COMMA) {
          if (byte !== separator && !endsColumn(byte)) return this.#notNumber(field, column, 'numbers');
          break;
        }
        count += 1;
        digits = 0;
        dots = 0;
        first = at + 1;
      } else odd = true;
      at += 1;
    }
    if (odd) this.#oddFloats(start, at, field, column);
    if (field.number !== UNKNOWN && !(at === start + 1 && bytes[start] === DOT)) this.#count(count, field, column);
    return at;
  }

  #oddFloats(start: number, end: number, field: Field, column: string): void {
    const texts = this.bytes.toString('latin1', start, end).split(',');
    if (!texts.every((text) => FLOAT.test(text))) this.#notNumber(field, column, 'numbers');
    if (field.nonNegative && texts.some((text) => text.startsWith('-')))
      this.#fail(`${column}/${field.id}`, `${column}/${field.id} must not be negative.`);
  }

  #count(count: number, field: Field, column: 'INFO' | 'FORMAT'): void {
    const alternates = this.altCount;
    // Callers disagree on the counts of a row without alternate, and nothing is read from them.
    if (field.number < UNKNOWN && this.altKind[0] === AltKind.none) return;
    let wanted: number;
    switch (field.number) {
      case UNKNOWN:
        return;
      case PER_ALTERNATE:
        wanted = alternates;
        break;
      case PER_ALLELE:
        wanted = alternates + 1;
        break;
      case PER_GENOTYPE:
        if (column === 'INFO' || this.#rowPloidy === 0 || this.#rowPloidy > 2) return;
        wanted = this.#rowPloidy === 1 ? alternates + 1 : ((alternates + 1) * (alternates + 2)) / 2;
        break;
      default:
        wanted = field.number;
    }
    if (count !== wanted)
      this.#fail(
        `${column}/${field.id}`,
        `${column}/${field.id} has ${count} value${count === 1 ? '' : 's'} where the header and the alleles ask for ${wanted}.`,
      );
  }
}

/** Bases as the specification and the reference genomes write them: A, C, G, T, N and the IUPAC codes of GRCh37. */
const BASES = new Uint8Array(256);
for (const letter of 'ACGTNRYKMSWBDHV') {
  BASES[letter.charCodeAt(0)] = 1;
  BASES[letter.toLowerCase().charCodeAt(0)] = 1;
}
/** Letters by their code, for alleles of one base. */
const LETTERS = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
const isBase = (byte: number): boolean => BASES[byte] === 1;
/** Whether a list parted by semicolons holds an entry twice. */
function repeats(list: string): boolean {
  const entries = list.split(';');
  return new Set(entries).size < entries.length;
}
const endsColumn = (byte: number): boolean => byte === TAB || byte === LF || byte === CR;
