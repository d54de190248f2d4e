/** Trial documents and patient tables from folders, and a case against them. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join, relative } from 'node:path';
import { parse as parseCsv } from 'csv-parse/sync';
import { parseAllDocuments } from 'yaml';
import type { CaseRecord } from '../../../shared/case/case-record.ts';
import type { IntakeDocument } from '../../../shared/case/intake.ts';
import { type Fault, FaultError, fault, faultFrom } from '../../../shared/foundation/fault.ts';
import type { MolecularProfile } from '../../../shared/molecular/profile.ts';
import { SITE_LISTS_FILE } from '../../../shared/therapy/site-lists.ts';
import { casePatient } from '../../../shared/therapy/trials/case-patient.ts';
import { type JudgedTrial, matchTrials } from '../../../shared/therapy/trials/match.ts';
import { type TrialNames, trialNames } from '../../../shared/therapy/trials/names.ts';
import type { TrialPatient } from '../../../shared/therapy/trials/patient.ts';
import { type PatientTables, type TableRow, tablePatients } from '../../../shared/therapy/trials/table-patient.ts';
import { documentsIn, joinRegistry, readTrial, type Trial } from '../../../shared/therapy/trials/trial.ts';
import type { Packs } from '../../knowledge/index.ts';
import { MOST_ALIASES } from './check.ts';

/** A registry's answer of 1,000 studies is about 30 MB. */
const LARGEST_BYTES = 256 * 1024 * 1024;
const DEEPEST_FOLDER = 6;

export interface TrialFolder {
  readonly trials: readonly Trial[];
  readonly files: number;
  /** Files that were refused; the others are safe. */
  readonly refusals: readonly { readonly file: string; readonly fault: Fault }[];
}

const tableKind = (path: string): keyof PatientTables | undefined => {
  const name = path.toLowerCase();
  if (/prior[-_]?treatment/.test(name)) return 'priorTreatments';
  if (/genomic/.test(name)) return 'genomic';
  return /clinical/.test(name) && !/clinicaltrials/.test(name) ? 'clinical' : undefined;
};

const namesOf = (packs: Packs): TrialNames =>
  trialNames(packs.tumorTypes(), packs.molecular().symbol, packs.therapy().agentClasses);

export const folderExists = async (folder: string): Promise<boolean> =>
  (await stat(folder).catch(() => undefined))?.isDirectory() === true;

/** Files below a folder in the order of their names; links are not followed. */
async function filesBelow(folder: string, endings: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  const walk = async (at: string, depth: number): Promise<void> => {
    const entries = await readdir(at, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.')) continue;
      const path = join(at, entry.name);
      if (entry.isDirectory() && depth < DEEPEST_FOLDER) await walk(path, depth + 1);
      else if (entry.isFile() && endings.includes(extname(entry.name).toLowerCase())) found.push(path);
    }
  };
  if (!(await folderExists(folder)))
    throw new FaultError(
      fault('file-missing', 'The folder is not there.', 'Check the path and try again.', { file: basename(folder) }),
    );
  await walk(folder, 0);
  return found;
}

async function textOf(path: string, file: string): Promise<string> {
  if ((await stat(path)).size > LARGEST_BYTES)
    throw new FaultError(fault('file-too-large', 'The file is larger than 256 MB.', 'Split it.', { file }));
  const text = await readFile(path, 'utf8');
  if (text.trim() === '')
    throw new FaultError(fault('file-empty', 'The file is empty.', 'Remove or fill it.', { file }));
  return text;
}

const fields = (fallback: string, file: string, line?: number): FaultError =>
  new FaultError(
    fault('format-unknown', fallback, 'Correct the file and try again.', {
      file,
      ...(line === undefined ? {} : { line }),
    }),
  );

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FaultError(fault('json-invalid', 'The file is not JSON.', 'Correct it and try again.', { file }));
  }
}

function yamlOf(text: string, file: string): unknown[] {
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents)) return [];
  return documents.map((document): unknown => {
    const [error] = document.errors;
    if (error !== undefined) throw fields('The file is not YAML.', file, error.linePos?.[0].line);
    try {
      return document.toJS({ maxAliasCount: MOST_ALIASES });
    } catch {
      throw fields('The file has aliases that do not resolve or expand without end.', file);
    }
  });
}

/**
 * Trials of a folder: YAML and JSON, CTML and ClinicalTrials.gov API v2. `snapshot.json` with `{"asOf": "YYYY-MM-DD"}`
 * dates those that carry no date. Faults: file-missing for the folder; those of a single file are its refusals.
 */
export async function readTrialFolder(folder: string): Promise<TrialFolder> {
  const trials: Trial[] = [];
  const refusals: { file: string; fault: Fault }[] = [];
  let asOf: string | undefined;
  let files = 0;
  for (const path of await filesBelow(folder, ['.json', '.yml', '.yaml'])) {
    const file = relative(folder, path);
    if (tableKind(file) !== undefined || file === SITE_LISTS_FILE) continue;
    files += 1;
    try {
      const text = await textOf(path, file);
      if (file === 'snapshot.json') {
        const stated: unknown = Reflect.get(Object(jsonOf(text, file)), 'asOf');
        if (typeof stated !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(stated))
          throw new FaultError(
            fault('field-invalid', 'The date of the snapshot is YYYY-MM-DD.', 'Correct it.', { file, field: 'asOf' }),
          );
        asOf = stated;
        continue;
      }
      const contents = extname(path).toLowerCase() === '.json' ? [jsonOf(text, file)] : yamlOf(text, file);
      for (const document of contents.flatMap(documentsIn)) {
        try {
          trials.push(readTrial(document, file));
        } catch (error) {
          refusals.push({ file, fault: faultFrom(error) });
        }
      }
    } catch (error) {
      refusals.push({ file, fault: faultFrom(error) });
    }
  }
  const dated = asOf === undefined ? trials : trials.map((trial) => ({ snapshot: asOf, ...trial }));
  return { trials: joinRegistry(dated), files, refusals };
}

/** MongoDB's extended JSON wraps identifiers, dates and numbers. */
function plain(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') {
    const [inner] = Object.entries(value)
      .filter(([key]) => key.startsWith('$'))
      .map(([, of]) => of);
    return inner === undefined ? '' : plain(inner);
  }
  return String(value);
}

const upper = (record: object): Record<string, string> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key.trim().toUpperCase(), plain(value)]));

function rowsOf(text: string, file: string): TableRow[] {
  if (extname(file).toLowerCase() === '.json') {
    const content = jsonOf(text, file);
    return (Array.isArray(content) ? content : [content]).map((record: unknown, index) => {
      if (typeof record !== 'object' || record === null) throw fields('A row is an object of columns.', file);
      return { file, line: index + 1, cells: upper(record) };
    });
  }
  try {
    const rows: readonly object[] = parseCsv(text, {
      columns: true,
      bom: true,
      delimiter: extname(file).toLowerCase() === '.tsv' ? '\t' : ',',
      skip_empty_lines: true,
      trim: true,
    });
    return rows.map((record, index) => ({ file, line: index + 2, cells: upper(record) }));
  } catch (error) {
    throw fields(
      'The table cannot be read: a row has other columns than its header.',
      file,
      Number(Reflect.get(Object(error), 'lines')) || undefined,
    );
  }
}

/**
 * Patients of a folder with tables whose names, or whose folders' names, say clinical, genomic or prior_treatment (CSV,
 * TSV or JSON). Faults: file-missing, format-unknown, json-invalid, field-invalid with file, line and column.
 */
export async function readPatientTables(
  folder: string,
  packs: Packs,
  options: { readonly on: string; readonly complete: boolean },
): Promise<TrialPatient[]> {
  const tables = { clinical: [] as TableRow[], genomic: [] as TableRow[], priorTreatments: [] as TableRow[] };
  for (const path of await filesBelow(folder, ['.csv', '.tsv', '.json'])) {
    const file = relative(folder, path);
    const kind = tableKind(file);
    if (kind !== undefined) tables[kind].push(...rowsOf(await textOf(path, file), file));
  }
  if (tables.clinical.length === 0)
    throw new FaultError(
      fault(
        'file-missing',
        'The folder has no clinical table with a row.',
        'Add a table whose name says clinical, and one that says genomic, as CSV, TSV or JSON.',
        { file: basename(folder) },
      ),
    );
  return tablePatients(tables, { ...options, names: namesOf(packs) });
}

export const patientOfCase = (
  record: CaseRecord,
  intake: IntakeDocument,
  profile: MolecularProfile,
  packs: Packs,
): TrialPatient => casePatient(record, intake, profile, packs.molecular());

/** `on` is today as YYYY-MM-DD. */
export const trialsFor = (patient: TrialPatient, { trials }: TrialFolder, packs: Packs, on: string): JudgedTrial[] =>
  matchTrials(trials, patient, namesOf(packs), on);
