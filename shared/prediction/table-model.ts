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
  required: z.boolean(),
  /** What an unknown value does where the column may be unknown. */
  unknown: z.string().optional(),
});
export type TableColumn = z.infer<typeof TableColumn>;

/** input.json of such a model. */
export const TableInput = z.object({
  columns: z.array(TableColumn).min(1),
  outcome: z.object({ column: z.string(), positive: z.number(), meaning: z.string() }),
  /** Columns whose groups are also measured apart. */
  strata: z.array(z.string()),
  /** Columns of which exactly one is 1, for example tumor types; empty where there are none. */
  exactlyOneOf: z.array(z.string()),
});
export type TableInput = z.infer<typeof TableInput>;

const UNKNOWN = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '.']);

/** A cell as a number, NaN where it says "unknown", undefined where it is neither. */
function numberOf(cell: string | undefined): number | undefined {
  const text = (cell ?? '').trim();
  if (UNKNOWN.has(text.toLowerCase())) return Number.NaN;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

export type RowReading =
  | { readonly state: 'read'; readonly values: Float32Array }
  /** Not scored, with the reason: never a number that looks normal. */
  | { readonly state: 'abstained'; readonly column: string; readonly reason: string };

/** One row, by column name. Nothing is filled in: a required value that is unknown ends in abstention. */
export function readTableRow(input: TableInput, cell: (column: string) => string | undefined): RowReading {
  const values = new Float32Array(input.columns.length);
  for (const [place, column] of input.columns.entries()) {
    const abstained = (reason: string): RowReading => ({ state: 'abstained', column: column.name, reason });
    const value = numberOf(cell(column.name));
    if (value === undefined) return abstained('not a number');
    if (Number.isNaN(value)) {
      if (column.required) return abstained('unknown, and the model fills nothing in');
    } else if (value < column.min || value > column.max)
      return abstained(`outside ${column.min} to ${column.max}${column.unit === undefined ? '' : ` ${column.unit}`}`);
    else if (column.values !== undefined && !column.values.includes(value))
      return abstained(`not one of ${column.values.join(', ')}`);
    values[place] = value;
  }
  if (input.exactlyOneOf.length > 0) {
    const set = input.exactlyOneOf.filter(
      (name) => values[input.columns.findIndex((column) => column.name === name)] === 1,
    );
    if (set.length !== 1)
      return {
        state: 'abstained',
        column: input.exactlyOneOf[0] ?? '',
        reason: set.length === 0 ? 'none of the model’s tumor types' : 'more than one tumor type',
      };
  }
  return { state: 'read', values };
}
