/**
 * The header of a VCF: its version, its fields, its contigs and samples, checked by the rules of its version
 * (hts-specs, VCFv4.1 to VCFv4.5, section 1.4). A header line that misdescribes a field makes every row wrong, so it
 * is refused with its place.
 */
import { refuse } from './refusal.ts';
import {
  type FieldDefinition,
  type Reserved,
  reservedFormat,
  reservedInfo,
  type ValueNumber,
  type ValueType,
} from './vcf-definitions.ts';

export interface MetaLine {
  readonly key: string;
  readonly value: string;
  /** Members of a structured value `<ID=…,…>`. */
  readonly members?: ReadonlyMap<string, string>;
  readonly line: number;
}

export interface Contig {
  readonly id: string;
  readonly length?: number;
  readonly assembly?: string;
}

export interface VcfHeader {
  /** 41 for VCFv4.1. */
  readonly version: number;
  readonly meta: readonly MetaLine[];
  readonly info: ReadonlyMap<string, FieldDefinition>;
  readonly format: ReadonlyMap<string, FieldDefinition>;
  readonly contigs: ReadonlyMap<string, Contig>;
  readonly samples: readonly string[];
  /** Lines of the header, the column line included. */
  readonly lines: number;
  readonly warnings: readonly string[];
}

const COLUMNS = ['#CHROM', 'POS', 'ID', 'REF', 'ALT', 'QUAL', 'FILTER', 'INFO'];
const OLDEST = 41;
const NEWEST = 45;
const STRUCTURED = new Set(['INFO', 'FORMAT', 'FILTER', 'ALT', 'contig', 'SAMPLE', 'PEDIGREE', 'META']);
/** Keys whose empty value says that something is missing, not that there is nothing to say. */
const NEVER_EMPTY = new Set(['fileformat', 'reference', 'assembly', 'pedigreeDB', 'source', 'fileDate', 'phasing']);
const ID_FIRST = new Set(['INFO', 'FORMAT', 'FILTER', 'ALT']);
const TYPES = new Set<string>(['Integer', 'Float', 'Flag', 'Character', 'String']);
const SYMBOLIC = new Set(['DEL', 'INS', 'DUP', 'INV', 'CNV', 'BND', 'TRA', 'NON_REF']);

/**
 * Members of a structured value, in order. A quoted value ends at a quote before a comma or at the end, so that a
 * stray quote inside a description does not hide the rest of the line.
 * @returns undefined where the text is not `key=value` members throughout
 */
export function structuredMembers(text: string): Map<string, string> | { flaw: string } {
  const members = new Map<string, string>();
  let at = 0;
  while (at < text.length) {
    const equals = text.indexOf('=', at);
    const comma = text.indexOf(',', at);
    if (equals < 0 || (comma >= 0 && comma < equals)) return { flaw: 'every member must be a key=value pair' };
    const key = text.slice(at, equals);
    if (key === '' || /\s/.test(key)) return { flaw: 'a member has no proper key' };
    const opener = text[equals + 1];
    let end: number;
    if (opener === '"') {
      end = equals + 2;
      while (end < text.length) {
        if (text[end] === '\\') end += 1;
        else if (text[end] === '"' && (end + 1 === text.length || text[end + 1] === ',')) break;
        end += 1;
      }
      if (end >= text.length) return { flaw: 'a quoted value has no closing quotation mark' };
      end += 1;
    } else if (opener === '[') {
      end = text.indexOf(']', equals);
      if (end < 0) return { flaw: 'a list of values has no closing bracket' };
      end += 1;
    } else {
      end = text.indexOf(',', equals);
      if (end < 0) end = text.length;
    }
    members.set(key, text.slice(equals + 1, end));
    if (end < text.length && text[end] !== ',') return { flaw: 'a member is not followed by a comma' };
    at = end + 1;
  }
  return members;
}

export const unquoted = (value: string): string =>
  value.startsWith('"') && value.endsWith('"') && value.length > 1
    ? value.slice(1, -1).replace(/\\(["\\])/g, '$1')
    : value;

const isQuoted = (value: string | undefined): boolean => value?.startsWith('"') === true;

function numberOf(text: string | undefined, version: number): ValueNumber | undefined {
  if (text === undefined) return undefined;
  if (text === '.' || text === 'A' || text === 'G') return text;
  if (text === 'R') return 'R';
  if (version >= 44 && /^(P|LA|LR|LG|M)$/.test(text)) return '.';
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function reservedFlaw(definition: FieldDefinition, reserved: Reserved, version: number): string | undefined {
  if (version < (reserved.since ?? OLDEST)) return undefined;
  const numbers = [reserved.number, ...(reserved.alsoNumbers ?? [])];
  if (!numbers.includes(definition.number))
    return `the specification reserves ${definition.id} with Number=${reserved.number}`;
  if (!reserved.types.includes(definition.type))
    return `the specification reserves ${definition.id} with Type=${reserved.types.join(' or ')}`;
  return undefined;
}

export class VcfHeaderReader {
  readonly #file: string;
  #version: number | undefined;
  #lines = 0;
  readonly #meta: MetaLine[] = [];
  readonly #info = new Map<string, FieldDefinition>();
  readonly #format = new Map<string, FieldDefinition>();
  readonly #contigs = new Map<string, Contig>();
  readonly #warnings: string[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  /**
   * Takes the next line, without its line end.
   * @returns the header once the column line is read
   * @throws FaultError header-invalid, schema-newer
   */
  take(text: string): VcfHeader | undefined {
    this.#lines += 1;
    if (this.#version === undefined) this.#version = this.#fileformat(text);
    else if (text.startsWith('##')) this.#metaLine(text);
    else return this.#columnLine(text);
    return undefined;
  }

  #refuse(field: string, rule: string, remedy?: string): never {
    return refuse(this.#file, {
      code: 'header-invalid',
      line: this.#lines,
      field,
      rule,
      ...(remedy === undefined ? {} : { remedy }),
    });
  }

  #fileformat(text: string): number {
    const found = /^##fileformat=VCFv(\d+)\.(\d+)\s*$/.exec(text);
    if (found === null)
      return this.#refuse('fileformat', 'The first line of a VCF must be ##fileformat=VCFv4.1 to VCFv4.5.');
    const version = Number(found[1]) * 10 + Number(found[2]);
    if (version > NEWEST || Number(found[2]) > 9)
      refuse(this.#file, {
        code: 'schema-newer',
        line: 1,
        field: 'fileformat',
        rule: 'The file is of a VCF version newer than 4.5.',
        remedy: 'Export it as VCF 4.5 or earlier, or update Consilium.',
      });
    // LoFreq still writes VCFv4.0; what a reader leans on is the same in 4.1.
    if (version === OLDEST - 1) this.#warnings.push('The file is of VCF 4.0 and is read by the rules of 4.1.');
    else if (version < OLDEST)
      this.#refuse('fileformat', 'The file is of a VCF version before 4.0.', 'Export it as VCF 4.1 to 4.5.');
    return Math.max(version, OLDEST);
  }

  #metaLine(text: string): void {
    const equals = text.indexOf('=');
    if (equals < 3) this.#refuse('meta', 'A header line must be ##key=value.');
    const key = text.slice(2, equals);
    const value = text.slice(equals + 1);
    if (value === '' && (NEVER_EMPTY.has(key) || STRUCTURED.has(key)))
      this.#refuse(key, `The header line ##${key} has no value.`);
    if (key === 'pedigreeDB' && !/^<?[a-z][a-z0-9+.-]*:\/\/[^\s<>]+>?$/i.test(value))
      this.#refuse(key, 'The header line ##pedigreeDB must hold an address.');
    const wrapped = key !== 'pedigreeDB' && value.startsWith('<') && value.endsWith('>');
    if (STRUCTURED.has(key) && !wrapped)
      this.#refuse(key, `The header line ##${key} must hold its members in angle brackets.`);
    if (!wrapped) {
      this.#meta.push({ key, value, line: this.#lines });
      return;
    }
    const members = structuredMembers(value.slice(1, -1));
    if (members instanceof Map) {
      this.#meta.push({ key, value, members, line: this.#lines });
      if (STRUCTURED.has(key)) this.#structured(key, members);
    } else if (STRUCTURED.has(key)) this.#refuse(key, `In a header line ##${key}, ${members.flaw}.`);
    else this.#meta.push({ key, value, line: this.#lines });
  }

  #structured(key: string, members: Map<string, string>): void {
    const id = members.get('ID');
    if (id === undefined && key !== 'PEDIGREE') this.#refuse(key, `A header line ##${key} must have an ID.`);
    const open = [...members].filter(([name, value]) => name !== 'ID' && !isQuoted(value) && !value.startsWith('['));
    if (key !== 'ALT' && open.some(([, value]) => /[<>]/.test(value)))
      this.#refuse(key, `An unquoted value of ##${key} holds an angle bracket.`);
    if (id !== undefined && /[\s<>,]/.test(id))
      this.#refuse(key, `The ID of ##${key} holds white space, a comma or an angle bracket.`);
    if (ID_FIRST.has(key) && [...members.keys()][0] !== 'ID')
      this.#refuse(key, `A header line ##${key} must begin with its ID.`);
    const known = id ?? '';
    if (key === 'INFO' || key === 'FORMAT') this.#field(key, known, members);
    if (key === 'FILTER') this.#described(key, members);
    if (key === 'ALT') this.#alternate(known, members);
    if (key === 'contig') this.#contig(known, members);
    if (key === 'SAMPLE') this.#sample(known, members);
    if (key === 'META') this.#metaOfSample(members);
  }

  #described(key: string, members: Map<string, string>): void {
    if (!isQuoted(members.get('Description')))
      this.#refuse(key, `A header line ##${key} needs a Description in quotation marks.`);
  }

  #field(kind: 'INFO' | 'FORMAT', id: string, members: Map<string, string>): void {
    const version = this.#version ?? NEWEST;
    if (/[\s;=:,]/.test(id)) this.#refuse(kind, `The ID of ##${kind} holds a character that separates fields.`);
    const number = numberOf(members.get('Number'), version);
    if (number === undefined)
      this.#refuse(kind, `The Number of ##${kind} ${id} must be a count, A, R, G or a full stop.`);
    const type = members.get('Type');
    if (type === undefined || !TYPES.has(type) || (kind === 'FORMAT' && type === 'Flag'))
      this.#refuse(kind, `The Type of ##${kind} ${id} is not one of the specification's.`);
    this.#described(kind, members);
    const definition: FieldDefinition = {
      id,
      number,
      type: type as ValueType,
      description: unquoted(members.get('Description') ?? ''),
      declared: true,
    };
    const reserved = (kind === 'INFO' ? reservedInfo : reservedFormat)[id];
    if (reserved !== undefined) {
      const flaw = reservedFlaw(definition, reserved, version);
      if (flaw !== undefined) this.#refuse(kind, `The header misdescribes a reserved field: ${flaw}.`);
      if (definition.number !== reserved.number && typeof definition.number === 'number')
        this.#warnings.push(
          `Line ${this.#lines}: ${kind}/${id} is declared with Number=${definition.number}, the specification says ${reserved.number}; read as declared.`,
        );
    }
    const fields = kind === 'INFO' ? this.#info : this.#format;
    if (fields.has(id))
      this.#warnings.push(`Line ${this.#lines}: ${kind}/${id} is declared twice; the first declaration counts.`);
    else fields.set(id, definition);
  }

  #alternate(id: string, members: Map<string, string>): void {
    this.#described('ALT', members);
    if (members.has('Number') || members.has('Type'))
      this.#refuse('ALT', 'A header line ##ALT has an ID and a Description, no Number or Type.');
    const [prefix] = id.split(':');
    if (id.includes(':') && !SYMBOLIC.has(prefix ?? ''))
      this.#refuse('ALT', 'A symbolic allele of several levels must begin with DEL, INS, DUP, INV or CNV.');
  }

  #contig(id: string, members: Map<string, string>): void {
    const version = this.#version ?? NEWEST;
    // HLA alleles are contigs of GRCh38 and bear an asterisk.
    if (version >= 43 && id.includes('*') && !id.startsWith('HLA-'))
      this.#refuse('contig', 'The ID of ##contig holds a character that is not allowed.');
    const length = members.get('length');
    if (length !== undefined && !/^\d{1,10}$/.test(length))
      this.#refuse('contig', 'The length of a contig must be a whole number.');
    const assembly = members.get('assembly');
    this.#contigs.set(id, {
      id,
      ...(length === undefined ? {} : { length: Number(length) }),
      ...(assembly === undefined ? {} : { assembly: unquoted(assembly) }),
    });
  }

  #sample(id: string, members: Map<string, string>): void {
    if ((this.#version ?? NEWEST) >= 43 && id.includes('*'))
      this.#refuse('SAMPLE', 'The ID of ##SAMPLE holds a character that is not allowed.');
    if (isQuoted(members.get('Genomes')) || isQuoted(members.get('Mixture')))
      this.#refuse('SAMPLE', 'Genomes and Mixture of ##SAMPLE are lists without quotation marks.');
  }

  #metaOfSample(members: Map<string, string>): void {
    if (numberOf(members.get('Number') ?? '.', this.#version ?? NEWEST) === undefined)
      this.#refuse('META', 'The Number of ##META must be a count, A, R, G or a full stop.');
    const values = members.get('Values');
    if (values !== undefined && !(values.startsWith('[') && values.endsWith(']')))
      this.#refuse('META', 'The Values of ##META must stand in square brackets.');
  }

  #columnLine(text: string): VcfHeader {
    if (!text.startsWith('#CHROM'))
      this.#refuse(
        'header',
        text.startsWith('#')
          ? 'The column line must begin with #CHROM.'
          : 'A header line must begin with ##, and the column line #CHROM must stand before the first row.',
      );
    const columns = text.split('\t');
    COLUMNS.forEach((name, index) => {
      if (columns[index] !== name)
        this.#refuse(name, `Column ${index + 1} of the column line must be ${name}, and tabs must part the columns.`);
    });
    if (columns.length > COLUMNS.length && columns[COLUMNS.length] !== 'FORMAT')
      this.#refuse('FORMAT', 'Column 9 of the column line must be FORMAT.');
    if (columns.length === COLUMNS.length + 1)
      this.#refuse('FORMAT', 'The column line names FORMAT but no sample follows it.');
    const samples = columns.slice(COLUMNS.length + 1);
    if (samples.some((name) => name.trim() === '')) this.#refuse('samples', 'A sample column has no name.');
    if (new Set(samples).size < samples.length) this.#refuse('samples', 'Two sample columns have the same name.');
    return {
      version: this.#version ?? NEWEST,
      meta: this.#meta,
      info: this.#info,
      format: this.#format,
      contigs: this.#contigs,
      samples,
      lines: this.#lines,
      warnings: this.#warnings,
    };
  }
}
