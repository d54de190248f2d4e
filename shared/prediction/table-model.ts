/** Models that read one row of raw values a patient: which columns, in which units, and what a row must be. */
import { z } from 'zod';

export const TableColumn = z.object({
  name: z.string(),
  meaning: z.string(),
  unit: z.string().optional(),
  /** Beyond these a value is taken for a slip of unit or scale, and the row is not scored. */
  min: z.number(),
  max: z.number(),
  /** The only values that mean something, where the column is coded. */
  values: z.array(z.number()).optional(),
  /** Words that stand for a value, in lower case, for example "positive" for 1. */
  levels: z.record(z.string(), z.number()).optional(),
  /** Other names a table may have for it; capitals, spaces and punctuation never matter. */
  aliases: z.array(z.string()).optional(),
  /** 1 % and 99 % of the training values: a cohort whose median lies outside was measured on another scale. */
  typical: z.tuple([z.number(), z.number()]).optional(),
  required: z.boolean(),
  /** What an unknown value does where the column may be unknown. */
  unknown: z.string().optional(),
});
export type TableColumn = z.infer<typeof TableColumn>;

/** Follow-up as a table gives it, and the model's output that ranks it. */
export const SurvivalOutcome = z.object({
  endpoint: z.string(),
  /** Ends in `_months`; the same name in `_days` or `_years` is read too. */
  months: z.string(),
  /** 0 alive, 1 the event, 2 a competing death. */
  event: z.string(),
  /** Name of the graph's output. */
  output: z.string(),
  aliases: z.object({ months: z.array(z.string()), event: z.array(z.string()) }).optional(),
  horizonMonths: z.number().positive(),
});
export type SurvivalOutcome = z.infer<typeof SurvivalOutcome>;

/** A number that a table may hold as measured, beside the graph's output for it. */
export const ContinuousOutcome = z.object({
  output: z.string(),
  column: z.string(),
  aliases: z.array(z.string()),
  meaning: z.string(),
  /** Conformal: this far to both sides holds `nominal` of the measured values. */
  halfWidth: z.number().positive(),
  nominal: z.number(),
});

/** Columns on a scale that another column names; the graph standardises by the same numbers. */
export const TableScale = z.object({
  reference: z.string(),
  columns: z.array(z.string()),
  /** Per reference code, per column. */
  mean: z.array(z.array(z.number())),
  sd: z.array(z.array(z.number().positive())),
  /** 99.5 % of the training patients lie under this mean square of standardised values. */
  meanSquareLimit: z.number().positive(),
});

/** input.json of such a model. */
export const TableInput = z.object({
  columns: z.array(TableColumn).min(1),
  outcome: z.object({ column: z.string(), positive: z.number(), meaning: z.string() }),
  /** Columns whose groups are also measured apart. */
  strata: z.array(z.string()),
  /** Columns of which exactly one is 1, for example tumor types; empty where there are none. */
  exactlyOneOf: z.array(z.string()),
  /** A text column that may stand for `exactlyOneOf`, and its words in the order of those columns. */
  oneOfText: z.object({ column: z.string(), words: z.array(z.string()) }).optional(),
  /** Of each set at least one must be known. */
  atLeastOneOf: z.array(z.array(z.string())).optional(),
  survival: z.array(SurvivalOutcome).optional(),
  continuous: z.array(ContinuousOutcome).optional(),
  scale: TableScale.optional(),
});
export type TableInput = z.infer<typeof TableInput>;

/** Capitals, spaces and punctuation are not part of a column's name. */
export const plainName = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

const namesOf = (column: Pick<TableColumn, 'name' | 'aliases'>): string[] => [column.name, ...(column.aliases ?? [])];

/**
 * Where each of the model's columns, and each further name asked for, stands in a header. A column's own name, letter by
 * letter, wins over a loose match. `twice` lists names that two columns of the table answer to: which one is meant
 * cannot be told.
 */
export function matchHeader(
  header: readonly string[],
  wanted: readonly Pick<TableColumn, 'name' | 'aliases'>[],
): { readonly places: ReadonlyMap<string, number>; readonly twice: readonly string[] } {
  const places = new Map<string, number>();
  const twice: string[] = [];
  for (const column of wanted) {
    const exact = header.flatMap((name, i) => (name === column.name ? [i] : []));
    const own = header.flatMap((name, i) => (plainName(name) === plainName(column.name) ? [i] : []));
    const loose = namesOf(column).map(plainName);
    const other = header.flatMap((name, i) => (loose.includes(plainName(name)) ? [i] : []));
    // Last, without a unit in brackets: "TMB (mut/Mb)".
    const bare = (name: string): string => plainName(name.replaceAll(/\([^)]*\)|\[[^\]]*\]/g, ''));
    const unitless = header.flatMap((name, i) => (loose.includes(bare(name)) ? [i] : []));
    const found = [exact, own, other, unitless].find((places) => places.length > 0) ?? [];
    if (found.length > 1) twice.push(column.name);
    else if (found[0] !== undefined) places.set(column.name, found[0]);
  }
  return { places, twice };
}

const UNKNOWN = new Set([
  '',
  '.',
  '-',
  '?',
  'na',
  'n/a',
  '#n/a',
  '<na>',
  'nan',
  'null',
  'none',
  'nd',
  'unknown',
  'missing',
  'not available',
  '[not available]',
  'not evaluated',
  '[not evaluated]',
  'not done',
  'not tested',
  'not assessed',
  'not measured',
  'not performed',
  'not reported',
  'not known',
  'not applicable',
  'not evaluable',
  'n.a.',
  'n.d.',
  // "Could not be assessed", in the words of TNM, of grading and of PAM50.
  'x',
  'tx',
  'nx',
  'mx',
  'gx',
  'nc',
  'indeterminate',
  // A spreadsheet's cell that could not be computed.
  ...['#value!', '#div/0!', '#num!', '#null!', '#ref!', '#name?'],
  // The same words in German and Spanish.
  ...['unbekannt', 'nicht bekannt', 'nicht bestimmt', 'nicht verfügbar', 'keine angabe', 'k.a.', 'k. a.', 'fehlend'],
  ...['desconocido', 'desconocida', 'no disponible', 'no evaluado', 'no realizado', 'sin dato', 'sin datos'],
]);

export const isUnknown = (cell: string | undefined): boolean => UNKNOWN.has((cell ?? '').trim().toLowerCase());

const positives = ['positive', 'pos', '+', 'yes', 'y', 'true', 'mutated', 'mutant', 'mut'];
const negatives = ['negative', 'neg', '−', 'no', 'n', 'false', 'wild type', 'wild-type', 'wildtype', 'wt'];

/** Words for the two codes of a column that is coded as no and yes; the column's own words win. */
export function levelsOf({
  values,
  levels = {},
}: Pick<TableColumn, 'values' | 'levels'>): Readonly<Record<string, number>> {
  const [low, high] = values ?? [];
  if (values?.length !== 2 || high !== 1 || (low !== 0 && low !== -1)) return levels;
  return {
    ...Object.fromEntries(positives.map((word) => [word, high])),
    ...Object.fromEntries(negatives.map((word) => [word, low])),
    ...levels,
  };
}

/** Thousands apart ("17,234.5", "17.234,5", "1,234,567"), where no other reading is left. */
const ungrouped = (text: string): string =>
  /^[+-]?\d{1,3}((,\d{3})+\.\d+|(,\d{3}){2,})$/.test(text)
    ? text.replaceAll(',', '')
    : /^[+-]?\d{1,3}((\.\d{3})+,\d+|(\.\d{3}){2,})$/.test(text)
      ? text.replaceAll('.', '')
      : text;

/** A cell as a number, NaN where it says "unknown", undefined where it is neither. A decimal comma is read. */
export function numberOf(cell: string | undefined, levels: Readonly<Record<string, number>> = {}): number | undefined {
  // A word processor's minus sign is one too.
  const text = ungrouped((cell ?? '').trim().replace(/^\u2212(?=[\d.,])/, '-'));
  const word = text.toLowerCase();
  // A cell may say `__proto__`, which every object has.
  if (Object.hasOwn(levels, word)) return levels[word];
  if (isUnknown(text)) return Number.NaN;
  // Number() takes hexadecimal and binary too, which no laboratory writes.
  if (!/^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  const value = Number(text.replace(',', '.'));
  return Number.isFinite(value) ? value : undefined;
}

/** A column's cell, in the words and the unit that it may carry. */
const cellValue = (column: TableColumn, cell: string | undefined): number | undefined =>
  numberOf(column.unit === '%' ? cell?.replace(/(?<=\d)\s*%\s*$/, '') : cell, levelsOf(column));

export type RowReading =
  | { readonly state: 'read'; readonly values: Float32Array }
  /** Not scored, with the reason: never a number that looks normal. */
  | { readonly state: 'abstained'; readonly column: string; readonly reason: string };

/** One row, by column name. Nothing is filled in: a required value that is unknown ends in abstention. */
export function readTableRow(input: TableInput, cell: (column: string) => string | undefined): RowReading {
  const values = new Float32Array(input.columns.length);
  const place = new Map(input.columns.map(({ name }, i) => [name, i]));
  const at = (name: string): number => values[place.get(name) ?? -1] ?? Number.NaN;
  const refuse = (column: string, reason: string): RowReading => ({ state: 'abstained', column, reason });
  for (const [i, column] of input.columns.entries()) {
    const value = cellValue(column, cell(column.name));
    if (value === undefined) return refuse(column.name, 'not a number');
    if (Number.isNaN(value)) {
      if (column.required) return refuse(column.name, 'unknown, and the model fills nothing in');
    } else if (value < column.min || value > column.max)
      return refuse(
        column.name,
        `outside ${column.min} to ${column.max}${column.unit === undefined || column.unit === '' ? '' : ` ${column.unit}`}`,
      );
    else if (column.values !== undefined && !column.values.includes(value))
      return refuse(column.name, `not one of ${column.values.join(', ')}`);
    values[i] = value;
  }
  for (const set of input.atLeastOneOf ?? [])
    if (set.every((name) => Number.isNaN(at(name)))) return refuse(set[0] ?? '', `none of ${set.join(', ')} is known`);
  if (input.exactlyOneOf.length > 0) {
    const set = input.exactlyOneOf.filter((name) => at(name) === 1);
    if (set.length !== 1)
      return refuse(
        input.exactlyOneOf[0] ?? '',
        set.length === 0 ? 'none of the model’s tumor types' : 'more than one tumor type',
      );
  }
  const strange = input.scale === undefined ? undefined : beyondScale(input.scale, at);
  return strange === undefined ? { state: 'read', values } : strange;
}

/** A row whose scaled columns lie further out than 99.5 % of the training patients, or are all the same. */
function beyondScale(scale: z.infer<typeof TableScale>, at: (name: string) => number): RowReading | undefined {
  const code = at(scale.reference);
  if (Number.isNaN(code)) return undefined;
  const standardised = scale.columns.flatMap((name, i) => {
    const value = at(name);
    return Number.isNaN(value) ? [] : [(value - (scale.mean[code]?.[i] as number)) / (scale.sd[code]?.[i] as number)];
  });
  const refuse = (reason: string): RowReading => ({ state: 'abstained', column: scale.reference, reason });
  if (standardised.length < 5) return undefined;
  const measured = scale.columns.map(at).filter((value) => !Number.isNaN(value));
  if (new Set(measured).size === 1) return refuse('every expression value is the same');
  const meanSquare = standardised.reduce((sum, value) => sum + value ** 2, 0) / standardised.length;
  return meanSquare > scale.meanSquareLimit
    ? refuse(
        'expression lies further from the named reference than 99.5 % of the training patients: check the scale and the assay',
      )
    : undefined;
}

/** Least number of known values for which a cohort's median says anything of its scale. */
const LEAST_FOR_SCALE = 10;
/** Units of one quantity differ by more, patients of one disease by less. */
const SCALE_FACTOR = 2;
/** A size in millimeters or an age in years does not shift between hospitals; scores and counts of a pipeline do. */
const hasUnit = ({ unit = '' }: TableColumn): boolean => !['', 'log', 'count', 'ratio'].includes(unit);

/** How a column of a cohort stands to what 98 % of the training patients had. */
export interface OffScale {
  readonly column: TableColumn;
  readonly median: number;
  /** `other-scale` is refused; `shifted` is read and said: cohorts differ, and so do laboratories. */
  readonly verdict: 'other-scale' | 'shifted';
  readonly why: string;
}

const LEAST_BELOW_ZERO = 3;
/** Of so many patients some have an amount that no logarithm of the training's amounts would reach. */
const LEAST_FOR_LOGARITHMS = 30;
const LEAST_SKEWED = 8;

/**
 * Columns that look like another unit or scale: a median beyond what 98 % of the training patients had (of a pipeline's scores
 * and counts: further out than twice, or than one more span of signed values; nearer it is a shift), a percentage given as a
 * share, logarithms where amounts are meant.
 */
export function offScale(input: TableInput, rows: readonly ((column: string) => string | undefined)[]): OffScale[] {
  return input.columns.flatMap((column): OffScale[] => {
    if (column.values !== undefined) return [];
    const known = rows
      .map((cell) => cellValue(column, cell(column.name)))
      .filter((value): value is number => value !== undefined && !Number.isNaN(value))
      .sort((a, b) => a - b);
    const median = known[known.length >> 1];
    if (known.length < LEAST_FOR_SCALE || median === undefined) return [];
    const found = (verdict: OffScale['verdict'], why: string): OffScale[] => [{ column, median, verdict, why }];
    const below = new Set(known.filter((value) => value < 0));
    if (column.min >= 0 && below.size >= LEAST_BELOW_ZERO)
      return found('other-scale', 'values below zero: logarithms?');
    if (
      column.unit === '%' &&
      column.max >= 100 &&
      (known.at(-1) ?? 0) <= 1 &&
      known.some((value) => !Number.isInteger(value))
    )
      return found('other-scale', 'shares from 0 to 1 where percent are meant');
    if (column.typical === undefined) return [];
    const [low, high] = column.typical;
    // Amounts whose largest is no larger than a logarithm of theirs would be; a cohort of low ones looks alike, so it is said, not refused.
    if (
      column.min >= 0 &&
      high >= LEAST_SKEWED &&
      known.length >= LEAST_FOR_LOGARITHMS &&
      (known.at(-1) ?? 0) <= Math.log2(high + 1) &&
      known.some((value) => !Number.isInteger(value))
    )
      return found(
        median < low ? 'other-scale' : 'shifted',
        `none above ${(known.at(-1) ?? 0).toPrecision(3)}: logarithms?`,
      );
    if (median >= low && median <= high) return [];
    const room = hasUnit(column) ? 'none' : column.min >= 0 ? 'a factor' : 'a span';
    const [least, most] =
      room === 'none'
        ? [low, high]
        : room === 'a factor'
          ? [low / SCALE_FACTOR, high * SCALE_FACTOR]
          : [low - (high - low), high + (high - low)];
    return found(median < least || median > most ? 'other-scale' : 'shifted', `median ${median.toPrecision(3)}`);
  });
}
