/** Numbers of drugs in RxNorm and NCI Thesaurus; their source stands at the table. */
import { DRUG_NUMBER_TABLE } from './drug-number-table.ts';

export interface DrugNumbers {
  readonly rxnorm: string | undefined;
  readonly ncit: string | undefined;
}

/** A drug's name as the table holds it. */
export const plainDrugName = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();

const rows = DRUG_NUMBER_TABLE.trim()
  .split(/[,\n]/u)
  .map((row) => row.split('|') as [string, string, string]);
const numbers: ReadonlyMap<string, DrugNumbers> = new Map(
  rows.map(([name, rxnorm, ncit]) => [name, { rxnorm: rxnorm || undefined, ncit: ncit || undefined }]),
);
const names: ReadonlyMap<string, string> = new Map(rows.map(([name, rxnorm]) => [rxnorm, name]));

/** Every name of the table, in lower case. */
export const drugNames: readonly string[] = [...numbers.keys()];

/** Of the whole name, in any case; a combination or another salt has none. */
export const drugNumbers = (name: string): DrugNumbers | undefined => numbers.get(plainDrugName(name));

/** The ingredient of an RxNorm number; undefined of one that the table does not hold. */
export const drugOfRxnorm = (code: string | undefined): string | undefined =>
  code === undefined || code === '' ? undefined : names.get(code);
