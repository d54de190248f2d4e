/**
 * A cohort as a folder of tables, one per modality or several in one, as patients the aggressiveness model reads. Found by what
 * stands in them, whatever capitals, order and delimiter; nothing is filled in.
 */
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { ClinicalFacts } from '../../shared/prediction/case-features.ts';
import type { ModelBlock } from '../../shared/prediction/model-files.ts';
import { isUnknown, numberOf, plainName } from '../../shared/prediction/table-model.ts';
import { type CohortTable, readCohortTable } from './cohort-table.ts';

export type MolecularBlock = Exclude<ModelBlock, 'clinical'>;

export interface CohortPatient {
  readonly id: string;
  /** Where the patient's clinical row stands. */
  readonly file: string;
  readonly line: number;
  /** Words of a clinical fact, the first that is known among the columns that may hold it. */
  readonly cell: (fact: ClinicalFact) => string | undefined;
  readonly molecular: Readonly<Partial<Record<MolecularBlock, ReadonlyMap<string, number>>>>;
}

/** Columns that may hold each fact, the first known one wins. */
export const clinicalColumns = {
  tumor_type: ['tumor_type', 'tumour_type', 'oncotree_code', 'acronym', 'cohort', 'cancer_type', 'tcga_type'],
  age: ['age', 'age_years', 'age_at_diagnosis', 'age_at_initial_pathologic_diagnosis'],
  sex: ['sex', 'gender'],
  is_female: ['is_female', 'female'],
  stage: [
    ...['stage', 'ajcc_pathologic_tumor_stage', 'pathologic_stage', 'pathologic_stage_combined', 'tumor_stage'],
    ...['ajcc_stage', 'clinical_stage', 'clinical_stage_combined'],
  ],
  grade: ['grade', 'tumor_grade', 'histological_grade', 'neoplasm_histologic_grade', 'histologic_grade'],
  t: ['t', 'pt', 'pathologic_t', 'pathologic_t_combined', 't_stage'],
  n: ['n', 'pn', 'pathologic_n', 'pathologic_n_combined', 'n_stage'],
  m: ['m', 'pm', 'pathologic_m', 'pathologic_m_combined', 'm_stage'],
  positive_nodes: ['positive_nodes', 'lymph_nodes_positive', 'number_of_lymphnodes_positive_by_he', 'nodes_positive'],
  smoking: ['smoking', 'smoking_history', 'tobacco_smoking_history'],
  estrogen_receptor: ['estrogen_receptor', 'er', 'er_status', 'breast_carcinoma_estrogen_receptor_status'],
  progesterone_receptor: ['progesterone_receptor', 'pr', 'pr_status', 'breast_carcinoma_progesterone_receptor_status'],
  her2: ['her2', 'her2_status', 'lab_proc_her2_neu_immunohistochemistry_receptor_status'],
  months: ['survival_months', 'os_months', 'overall_survival_months', 'time_months', 'months'],
  days: ['os_time', 'os_days', 'survival_days', 'overall_survival_days', 'days'],
  event: ['event', 'os_event', 'os', 'death', 'deceased', 'vital_status', 'os_status', 'overall_survival_status'],
  censorship: ['censorship', 'censored'],
} as const;
export type ClinicalFact = keyof typeof clinicalColumns;

const idColumns = ['case_id', 'patient_id', 'bcr_patient_barcode', 'sample_id', 'patient', 'case', 'sample', 'id'];
const suffixes: readonly (readonly [MolecularBlock, RegExp])[] = [
  ['rna', /[._](?:rnaseq|rna|expression|expr)$/i],
  ['copy-number', /[._](?:cnv|cna|copynumber)$/i],
  ['mutation', /[._](?:mut|mutation)$/i],
  ['protein', /[._](?:rppa|protein)$/i],
];
const fileNames: readonly (readonly [MolecularBlock, RegExp])[] = [
  ['rna', /rna|expr/i],
  ['copy-number', /cnv|cna|copy/i],
  ['mutation', /mut/i],
  ['protein', /rppa|protein/i],
];

/** A TCGA sample's barcode begins with its patient's. */
const plainId = (id: string): string => /^(TCGA-\w\w-\w{4})\b/i.exec(id.trim())?.[1]?.toUpperCase() ?? id.trim();

/** Firehose's "TP53|7157" is TP53. */
const symbolOf = (gene: string): string => gene.trim().replace(/\|\d+$/, '');

const mutatedWords: Readonly<Record<string, number>> = {
  ...{ wt: 0, 'wild type': 0, wildtype: 0, 'not mutated': 0, no: 0, false: 0, negative: 0, 'not detected': 0 },
  ...{ mut: 1, mutated: 1, yes: 1, true: 1, positive: 1, detected: 1 },
};

/** A molecular cell as a number, NaN where unknown. A mutation may be given by its protein change. */
function molecularValue(block: MolecularBlock, cell: string): number {
  if (block !== 'mutation') {
    const value = numberOf(cell) ?? Number.NaN;
    return missing.has(value) ? Number.NaN : value;
  }
  const value = numberOf(cell, mutatedWords);
  // A code for "missing" is below zero, and nobody is mutated less than not.
  return value === undefined ? 1 : Number.isNaN(value) || value < 0 ? Number.NaN : Number(value !== 0);
}

/** Codes for "missing" that neither a z-score nor a logarithm of an amount can be. */
const missing = new Set([-99, -999, -9999]);

/**
 * Faults: file-empty, file-truncated, file-too-large, line-invalid (a table that is none), column-missing (no
 * case id, no clinical table).
 */
export async function readCaseTables(
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
  constants: Readonly<Record<string, string>>,
): Promise<{ patients: CohortPatient[]; warnings: string[] }> {
  const warnings: string[] = [];
  const clinical = new Map<string, { file: string; line: number; whole: boolean; cells: Map<string, string> }>();
  const molecular = new Map<string, Partial<Record<MolecularBlock, Map<string, number>>>>();
  const known = new Set<string>();
  for (const { name, bytes } of files) {
    const table = await readCohortTable({ name, bytes });
    const block = fileNames.find(([, pattern]) => pattern.test(name))?.[0];
    const own = table.header.map((column) => plainName(column));
    const id = idColumns.map((column) => own.indexOf(plainName(column))).find((place) => place >= 0) ?? -1;
    const bySuffix = table.header.map((column) => suffixes.find(([, pattern]) => pattern.test(column))?.[0]);
    const wide = bySuffix.some((one) => one !== undefined);
    if (block !== undefined && !wide && genesInRows(table, known, id)) {
      readGenesInRows(table, block, molecular);
      continue;
    }
    const idAt = id >= 0 ? id : block === undefined ? -1 : 0;
    if (idAt < 0)
      throw new FaultError(
        fault('column-missing', 'The table has no column with the case’s id.', `Name it ${idColumns[0]}.`, {
          file: name,
          line: 1,
          field: 'case_id',
        }),
      );
    const seen = new Set<string>();
    const repeated: number[] = [];
    for (const { line, cells } of table.records) {
      const person = plainId(cells[idAt] ?? '');
      if (person === '') continue;
      if (seen.has(person)) {
        // Files that list slides or samples repeat a patient; the first row speaks.
        repeated.push(line);
        continue;
      }
      seen.add(person);
      known.add(person);
      if (block !== undefined || wide)
        table.header.forEach((column, i) => {
          const of = wide ? bySuffix[i] : i === idAt ? undefined : block;
          if (of === undefined) return;
          const gene = symbolOf(wide ? column.replace(/[._][^._]+$/, '') : column);
          valuesOf(molecular, person, of).set(gene, molecularValue(of, cells[i] ?? ''));
        });
      if (block === undefined || wide) {
        const held = clinical.get(person) ?? { file: name, line, whole: false, cells: new Map<string, string>() };
        own.forEach((column, i) => {
          const cell = cells[i] ?? '';
          if (i !== idAt && bySuffix[i] === undefined && !isUnknown(cell) && !held.cells.has(column))
            held.cells.set(column, cell.trim());
        });
        clinical.set(person, wide ? { ...held, file: name, line, whole: true } : held);
      }
    }
    if (repeated.length > 0)
      warnings.push(
        `${name}: ${repeated.length} rows repeat a case (first at line ${repeated[0]}): the first row was read.`,
      );
  }
  if (clinical.size === 0)
    throw new FaultError(
      fault(
        'column-missing',
        'No table holds clinical facts.',
        'Give one with case_id, tumor_type, age, sex, stage and grade; the model’s card lists the columns.',
        { field: 'tumor_type' },
      ),
    );
  const fixed = new Map(Object.entries(constants).map(([name, value]) => [plainName(name), value]));
  // Where a table holds patients whole, another clinical table only adds to them.
  const whole = [...clinical.values()].some((one) => one.whole);
  const patients = [...clinical].flatMap(([id, { file, line, cells, whole: isWhole }]): CohortPatient[] => {
    if (whole && !isWhole) return [];
    return [
      {
        id,
        file,
        line,
        cell: (fact) => {
          for (const column of clinicalColumns[fact]) {
            const value = fixed.get(plainName(column)) ?? cells.get(plainName(column));
            if (value !== undefined) return value;
          }
          return undefined;
        },
        molecular: molecular.get(id) ?? {},
      },
    ];
  });
  const orphans = [...molecular.keys()].filter((id) => !clinical.has(id)).length;
  if (orphans > 0) warnings.push(`${orphans} cases have molecular data and no clinical row: not scored.`);
  return { patients, warnings };
}

const valuesOf = (
  all: Map<string, Partial<Record<MolecularBlock, Map<string, number>>>>,
  person: string,
  block: MolecularBlock,
): Map<string, number> => {
  const own = all.get(person) ?? {};
  all.set(person, own);
  own[block] ??= new Map();
  return own[block];
};

/** Whether the columns are cases and the rows genes: the header holds ids that the clinical tables know. */
const genesInRows = ({ header }: CohortTable, known: ReadonlySet<string>, id: number): boolean =>
  id < 0 && header.slice(1).filter((name) => known.has(plainId(name))).length > (header.length - 1) / 2;

function readGenesInRows(
  { header, records }: CohortTable,
  block: MolecularBlock,
  molecular: Map<string, Partial<Record<MolecularBlock, Map<string, number>>>>,
): void {
  const people = header.map((name) => plainId(name));
  for (const { cells } of records)
    for (let i = 1; i < people.length; i++)
      valuesOf(molecular, people[i] as string, block).set(
        symbolOf(cells[0] ?? ''),
        molecularValue(block, cells[i] ?? ''),
      );
}

const smokingWords: Readonly<Record<string, string>> = {
  'lifelong non-smoker': 'never',
  'non-smoker': 'never',
  'current reformed smoker for > 15 years': 'former >15 years',
  'current reformed smoker, duration not specified': 'former',
  'current reformed smoker for < or = 15 years': 'former <=15 years',
  'current smoker': 'current',
};

/** TCGA's names that OncoTree does not have. */
const tcgaTypes: Readonly<Record<string, string>> = {
  KIRC: 'CCRCC',
  KIRP: 'PRCC',
  LIHC: 'HCC',
  LGG: 'ADIFG',
  GBMLGG: 'ADIFG',
};

const receptorWords: Readonly<Record<string, string>> = {
  ...{ '1': 'positive', '+': 'positive', pos: 'positive', '0': 'negative', '-': 'negative', neg: 'negative' },
};

/** A patient's clinical words as the facts that the model reads; what is not said is not there. */
export function clinicalFacts({
  cell,
}: CohortPatient): ClinicalFacts | { readonly column: string; readonly reason: string } {
  const type = cell('tumor_type')?.toUpperCase();
  if (type === undefined) return { column: 'tumor_type', reason: 'unknown' };
  const years = cell('age');
  const age = years === undefined ? undefined : numberOf(years);
  if (years !== undefined && age === undefined) return { column: 'age', reason: 'not a number' };
  const female = numberOf(cell('is_female'));
  const said = cell('sex')?.toLowerCase();
  const sex =
    said === undefined
      ? female === 1
        ? 'female'
        : female === 0
          ? 'male'
          : undefined
      : /^f|^w/.test(said)
        ? 'female'
        : /^m/.test(said)
          ? 'male'
          : undefined;
  const nodes = numberOf(cell('positive_nodes'));
  const grade = cell('grade');
  const receptor = (fact: 'estrogen_receptor' | 'progesterone_receptor' | 'her2'): string => {
    const word = (cell(fact) ?? '').toLowerCase();
    return receptorWords[word] ?? word;
  };
  const smoking = (cell('smoking') ?? '').toLowerCase();
  const tnm = Object.fromEntries(
    (['t', 'n', 'm'] as const).flatMap((part) => {
      const value = cell(part);
      return value === undefined ? [] : [[part, /^[0-4]/.test(value) ? `${part.toUpperCase()}${value}` : value]];
    }),
  );
  return {
    patient: {
      ...(age === undefined || Number.isNaN(age) ? {} : { ageYears: age }),
      ...(sex === undefined ? {} : { sex }),
    } as ClinicalFacts['patient'],
    diagnosis: {
      oncotreeCode: tcgaTypes[type] ?? type,
      ...(cell('stage') === undefined ? {} : { stage: romanStage(cell('stage') as string) }),
      ...(grade === undefined ? {} : { grade: /G[1-4]/i.exec(grade)?.[0] ?? grade }),
      tnm,
      ...(nodes === undefined || Number.isNaN(nodes) ? {} : { positiveNodes: nodes }),
      attributes: {
        smoking: smokingWords[smoking] ?? smoking,
        'estrogen-receptor': receptor('estrogen_receptor'),
        'progesterone-receptor': receptor('progesterone_receptor'),
        her2: receptor('her2'),
      },
    } as ClinicalFacts['diagnosis'],
  };
}

/** Stages 1 to 4 in Roman figures. */
const romanStage = (stage: string): string =>
  stage.replace(
    /^(?:stage\s*)?([1-4])(?=[ABC]?$)/i,
    (_, digit: string) => ['I', 'II', 'III', 'IV'][Number(digit) - 1] ?? '',
  );
