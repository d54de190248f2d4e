/**
 * What a field of a VCF holds, as its header line says or as the specification reserves it (hts-specs, VCFv4.1 to
 * VCFv4.5, sections 1.4 and 1.6). The tables give the reserved names whose meaning a reader leans on.
 */

export type ValueType = 'Integer' | 'Float' | 'Flag' | 'Character' | 'String';

/** How many values: a count, one per alternate (A), per allele (R), per genotype (G), or unknown. */
export type ValueNumber = number | 'A' | 'R' | 'G' | '.';

export interface FieldDefinition {
  readonly id: string;
  readonly number: ValueNumber;
  readonly type: ValueType;
  readonly description: string;
  /** True where the header says so; false for a reserved name used without a header line. */
  readonly declared: boolean;
}

export interface Reserved {
  readonly number: ValueNumber;
  readonly types: readonly ValueType[];
  /** Numbers that callers of the field declare against the specification; read, with a warning where they differ. */
  readonly alsoNumbers?: readonly ValueNumber[];
  /** Versions before this one do not reserve the name: 42 is VCFv4.2. */
  readonly since?: number;
  /** Checked even where the header does not declare the field. */
  readonly checkedUndeclared?: boolean;
  readonly nonNegative?: boolean;
}

const flag: Reserved = { number: 0, types: ['Flag'], checkedUndeclared: true };
const count: Reserved = { number: 1, types: ['Integer'], checkedUndeclared: true, nonNegative: true };
const perAllele: Reserved = { number: 'R', types: ['Integer'], alsoNumbers: ['.'], since: 42, nonNegative: true };

export const reservedInfo: Readonly<Record<string, Reserved>> = {
  AA: { number: 1, types: ['String'], checkedUndeclared: true },
  AC: { number: 'A', types: ['Integer'], alsoNumbers: ['.'], checkedUndeclared: true, nonNegative: true },
  AD: perAllele,
  ADF: perAllele,
  ADR: perAllele,
  // LoFreq and others declare Number=1: right for their rows of one alternate allele.
  AF: { number: 'A', types: ['Float'], alsoNumbers: ['.', 1], checkedUndeclared: true },
  AN: count,
  BQ: { number: 1, types: ['Float'], checkedUndeclared: true },
  CIGAR: { number: 'A', types: ['String'], alsoNumbers: ['.'], checkedUndeclared: true },
  DB: flag,
  DP: count,
  END: count,
  H2: flag,
  H3: flag,
  MQ: { number: 1, types: ['Float', 'Integer'], checkedUndeclared: true },
  MQ0: count,
  NS: count,
  SOMATIC: flag,
  VALIDATED: flag,
  '1000G': flag,
};

/** Of the reserved FORMAT names, GL is checked only where declared: older files write it for two alleles. */
export const reservedFormat: Readonly<Record<string, Reserved>> = {
  // VarScan writes the alternate's reads alone and declares Number=1.
  AD: { ...perAllele, alsoNumbers: ['.', 1] },
  ADF: { ...perAllele, alsoNumbers: ['.', 1] },
  ADR: { ...perAllele, alsoNumbers: ['.', 1] },
  DP: { ...count, nonNegative: true },
  EC: { number: 'A', types: ['Integer'], alsoNumbers: ['.'] },
  FT: { number: 1, types: ['String'] },
  GL: { number: 'G', types: ['Float'], alsoNumbers: ['.', 3] },
  GLE: { number: 'G', types: ['String'], alsoNumbers: ['.'] },
  GP: { number: 'G', types: ['Float'], alsoNumbers: ['.', 3] },
  // FreeBayes declares Float, Platypus an open count.
  // Platypus declares it with an open count.
  GQ: { number: 1, types: ['Integer', 'Float'], alsoNumbers: ['.'] },
  GT: { number: 1, types: ['String'], checkedUndeclared: true },
  HQ: { number: 2, types: ['Integer'] },
  MQ: { number: 1, types: ['Integer'] },
  PL: { number: 'G', types: ['Integer'], alsoNumbers: ['.'], checkedUndeclared: true, nonNegative: true },
  PQ: { number: 1, types: ['Integer'] },
  // Octopus names its phase sets by text.
  PS: { number: 1, types: ['Integer', 'String'] },
};

/** The definition a reserved name has where the header is silent; undefined where nothing is to be checked. */
export function undeclared(id: string, kind: 'INFO' | 'FORMAT'): FieldDefinition | undefined {
  const reserved = (kind === 'INFO' ? reservedInfo : reservedFormat)[id];
  const [type] = reserved?.types ?? [];
  if (reserved?.checkedUndeclared !== true || type === undefined) return undefined;
  return { id, number: reserved.number, type, description: '', declared: false };
}
