/** Fields of INFO and FORMAT as the scanner meets them. */
import { type FieldDefinition, reservedFormat, reservedInfo, undeclared } from './vcf-definitions.ts';

export const Kind = {
  text: 0,
  integer: 1,
  float: 2,
  flag: 3,
  character: 4,
  genotype: 5,
  countedText: 6,
  cigar: 7,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];
/** Counts that are no number of values. */
export const UNKNOWN = -1;
export const PER_ALTERNATE = -2;
export const PER_ALLELE = -3;
export const PER_GENOTYPE = -4;

/** A field as the scanner meets it: how to check a value, and where the reader wants it noted. */
export class Field {
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly kind: Kind;
  readonly number: number;
  readonly nonNegative: boolean;
  /** Place in the noted INFO values, or -1. */
  slot = -1;
  seenInRow = -1;
  next: Field | undefined;

  constructor(id: string, kind: Kind, number: number, nonNegative: boolean, bytes: Uint8Array | undefined) {
    this.id = id;
    // As the file has them: a key that is no UTF-8 is known by its bytes alone.
    this.bytes = bytes === undefined ? Buffer.from(id) : Uint8Array.from(bytes);
    this.kind = kind;
    this.number = number;
    this.nonNegative = nonNegative;
  }
}

function numberCode(definition: FieldDefinition): number {
  switch (definition.number) {
    case '.':
      return UNKNOWN;
    case 'A':
      return PER_ALTERNATE;
    case 'R':
      return PER_ALLELE;
    case 'G':
      return PER_GENOTYPE;
    default:
      return definition.number;
  }
}

export function fieldOf(
  id: string,
  declared: FieldDefinition | undefined,
  column: 'INFO' | 'FORMAT',
  bytes?: Uint8Array,
): Field {
  const definition = declared ?? undeclared(id, column);
  const nonNegative = (column === 'INFO' ? reservedInfo : reservedFormat)[id]?.nonNegative === true;
  if (definition === undefined) return new Field(id, Kind.text, UNKNOWN, false, bytes);
  const number = numberCode(definition);
  if (column === 'FORMAT' && id === 'GT') return new Field(id, Kind.genotype, 1, false, bytes);
  if (column === 'INFO' && id === 'CIGAR' && definition.type === 'String')
    return new Field(id, Kind.cigar, number, false, bytes);
  switch (definition.type) {
    case 'Integer':
      return new Field(id, Kind.integer, number, nonNegative, bytes);
    case 'Float':
      return new Field(id, Kind.float, number, nonNegative, bytes);
    case 'Flag':
      // Flags declared with a count hold values in some files; only Number=0 forbids one.
      return new Field(id, definition.number === 0 ? Kind.flag : Kind.text, UNKNOWN, false, bytes);
    case 'Character':
      return new Field(id, Kind.character, number, false, bytes);
    default:
      // Commas inside text are common in files that declare Number=1; only a reserved name is held to its count.
      return new Field(id, column === 'INFO' && id === 'AA' ? Kind.countedText : Kind.text, number, false, bytes);
  }
}
