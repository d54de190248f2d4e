/** Single cells of a table: numbers, genes, chromosomes. What a cell held is said only where it cannot name a patient. */
import { readGeneCell } from '../../../shared/case/gene-names.ts';
import { type FaultCode, FaultError, fault } from '../../../shared/foundation/fault.ts';

export interface CellPlace {
  readonly file: string;
  readonly line: number;
  readonly field: string;
}

/** @throws FaultError always */
export function refuseCell(
  code: FaultCode,
  file: string,
  line: number,
  field: string | undefined,
  { rule, remedy }: { readonly rule: string; readonly remedy: string },
): never {
  throw new FaultError(fault(code, rule, remedy, { file, line, ...(field === undefined ? {} : { field }) }));
}

const invalid = ({ file, line, field }: CellPlace, rule: string, remedy: string): never =>
  refuseCell('field-invalid', file, line, field, { rule, remedy });

const ABSENT = new Set(['', '.', 'na', 'n/a', 'null', 'none', '[not available]', '[not applicable]']);
export const isAbsent = (cell: string): boolean => ABSENT.has(cell.trim().toLowerCase());

/**
 * A number, or `undefined` where the cell says that there is none (empty, `NA`, a point).
 * @throws FaultError field-invalid: NaN, infinities, spreadsheet errors, decimal commas, words
 */
export function numberCell(cell: string, place: CellPlace): number | undefined {
  const text = cell.trim();
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : invalid(place, 'The number is too large.', 'Export the table again.');
  }
  if (ABSENT.has(text.toLowerCase())) return undefined;
  if (/^[+-]?nan$/i.test(text))
    return invalid(
      place,
      'The value is NaN: the program that wrote it could not compute it.',
      'Find out why, or write NA where no value exists.',
    );
  if (/^[+-]?inf(inity)?$/i.test(text))
    return invalid(place, 'The value is infinite.', 'Write NA where no value exists, or export with a pseudocount.');
  if (text.startsWith('#'))
    return invalid(
      place,
      'The cell holds an error of a spreadsheet.',
      'Export the table again without opening it in a spreadsheet.',
    );
  if (/^[+-]?\d+,\d+$/.test(text))
    return invalid(place, 'The number is written with a comma.', 'Export the table with a point in numbers.');
  return invalid(place, 'The cell is not a number.', 'Export the table again without editing it by hand.');
}

/** @throws FaultError field-invalid, also for a fraction or a number below zero */
export function countCell(cell: string, place: CellPlace): number | undefined {
  const value = numberCell(cell, place);
  if (value !== undefined && (value < 0 || !Number.isInteger(value)))
    return invalid(place, 'A whole number of zero or more is expected.', 'Export the table again.');
  return value;
}

/** What a gene column said, with the warning that a repair owes. */
export type GeneRead = { readonly gene: string; readonly warning?: string } | undefined;

/**
 * The gene of a cell, `undefined` where it names none.
 * @throws FaultError field-invalid: a date or number that a spreadsheet made of a gene
 */
export function geneCell(cell: string, place: CellPlace): GeneRead {
  const read = readGeneCell(cell);
  switch (read.kind) {
    case 'symbol':
      return { gene: read.gene };
    case 'absent':
      return undefined;
    case 'repaired':
      return {
        gene: read.gene,
        warning: `line ${place.line}: "${read.seen}" stands where a gene should; a spreadsheet made it of ${read.gene}, and it is read so`,
      };
    case 'damaged':
      return invalid(
        place,
        read.likely.length === 0
          ? 'A date or number stands where a gene should: a spreadsheet has changed the table.'
          : `The date "${read.seen}" stands where a gene should; it may have been ${read.likely.join(' or ')}.`,
        'Export the table again without opening it in a spreadsheet.',
      );
    case 'invalid':
      return invalid(place, 'This is not a gene symbol.', 'Name one gene per row, by its HUGO symbol.');
  }
}

const primary = new Set([...Array.from({ length: 22 }, (_, index) => String(index + 1)), 'X', 'Y', 'MT']);

/** `chr7`, `7` → 7; 23, 24 → X, Y; `undefined` for what is not a chromosome of the primary assembly. */
export function chromosomeCell(cell: string): string | undefined {
  const bare = cell.trim().replace(/^chr/i, '').toUpperCase();
  const name = bare === '23' ? 'X' : bare === '24' ? 'Y' : bare === 'M' || bare === '25' ? 'MT' : bare;
  return primary.has(name) ? name : undefined;
}
