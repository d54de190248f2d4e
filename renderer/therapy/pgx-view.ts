/** How pharmacogenes stand on screen: which drugs first, in which words. Pure. */
import type { CaseRecord } from '../../shared/case/case-record.ts';
import type { OptionsTable } from '../../shared/therapy/options.ts';
import { type DrugAdvice, drugAdvice, drugName, type PgxLight } from '../../shared/therapy/pgx/advice.ts';
import type { PgxDocument, PgxGene } from '../../shared/therapy/pgx/document.ts';
import { plural } from '../ui/words.ts';

export const lightWords: Readonly<Record<PgxLight, string>> = {
  stop: 'Stop',
  caution: 'Caution',
  usual: 'Usual dose',
  'no statement': 'No statement',
};

export interface DrugRow extends DrugAdvice {
  /** Taken now, or in an option of the table. */
  readonly standing: 'taken now' | 'in an option' | undefined;
}

/** Drugs of this case first: those taken, then those of the options; all others behind. */
export function drugRows(
  document: PgxDocument,
  table: Pick<OptionsTable, 'options'>,
  record: Pick<CaseRecord, 'medications'>,
): { readonly here: readonly DrugRow[]; readonly others: readonly DrugRow[] } {
  const taken = new Set(record.medications.map(({ name }) => drugName(name)));
  const candidates = new Set(table.options.flatMap(({ agents }) => agents.map(drugName)));
  const rows = drugAdvice(document).map((one): DrugRow => {
    const standing = taken.has(one.drug) ? 'taken now' : candidates.has(one.drug) ? 'in an option' : undefined;
    return { ...one, standing };
  });
  const here = rows.filter(({ standing }) => standing !== undefined);
  return {
    here: [
      ...here.filter(({ standing }) => standing === 'taken now'),
      ...here.filter(({ standing }) => standing !== 'taken now'),
    ],
    others: rows.filter(({ standing }) => standing === undefined),
  };
}

const called = ({ source }: PgxGene): boolean => source !== 'none';

/** One line: what was called, and what the light says of drugs of this case and of all. */
export function pgxSummary(document: PgxDocument, here: readonly DrugRow[], others: readonly DrugRow[]): string {
  const genes = document.genes.filter(called).length;
  const count = (rows: readonly DrugRow[], light: PgxLight) => rows.filter((row) => row.light === light).length;
  const ofCase =
    here.length === 0
      ? 'no drug of this case is concerned'
      : `of this case: ${plural(count(here, 'stop'), 'stop', 'stops')}, ${plural(count(here, 'caution'), 'caution')}`;
  return `${genes} of ${document.genes.length} genes called; ${ofCase}; of all other drugs: ${plural(count(others, 'stop'), 'stop', 'stops')}, ${plural(count(others, 'caution'), 'caution')}`;
}

/** Genes with something to say first, those not called behind. */
export const genesInOrder = ({ genes }: PgxDocument): readonly PgxGene[] => [
  ...genes.filter(called),
  ...genes.filter((gene) => !called(gene)),
];

/** Readings that fit too and would mean something else: "Also fits *4/*17: Intermediate Metabolizer." */
export const otherReadings = ({ otherCalls, phenotypes }: PgxGene): readonly string[] =>
  (otherCalls ?? []).flatMap(({ diplotype, phenotype }) =>
    phenotype === undefined || phenotypes.includes(phenotype) ? [] : [`Also fits ${diplotype}: ${phenotype}.`],
  );
