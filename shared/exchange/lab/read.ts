/**
 * The files of one case as a laboratory delivered them, by its mapping, as a draft. What does not fit is a reason with file,
 * line, field and remedy, and then there is no draft: nothing is taken by half. A reason never repeats a value.
 */
import { readGeneCell } from '../../case/gene-names.ts';
import { isPossibleDate } from '../../foundation/date.ts';
import { type Fault, type FaultCode, fault } from '../../foundation/fault.ts';
import type { CaseDraft } from '../case-draft.ts';
import { emptyDraft } from '../case-draft.ts';
import { defined, type Json, type JsonObject } from '../fhir/json.ts';
import type { PlaceVariant } from '../fhir/to-case.ts';
import { keyFrom } from '../phenopacket.ts';
import { type LabField, type LabFile, type LabMapping, labCaseOf, labFileOf } from './mapping.ts';
import { type LabTableRow, readLabTable } from './table.ts';

/** A file as it stands in the folder: its path below it, its text where it is read here. */
export interface LabSource {
  readonly path: string;
  readonly text?: string | undefined;
}

export interface LabRead {
  readonly draft?: CaseDraft;
  /** Files that go into the case byte by byte, by their path below the folder. */
  readonly attached: readonly { readonly path: string; readonly as: string }[];
  readonly reasons: readonly Fault[];
  /** What each file was read as. */
  readonly understood: readonly { readonly path: string; readonly name: string; readonly rows?: number }[];
}

/** Reasons of one case that are kept; a file with the wrong separator has one a row. */
export const REASON_LIMIT = 100;

const ABSENT = new Set(['', '.', '-', 'na', 'n/a', 'null', 'none', 'unknown', 'n.a.', 'k.a.']);
const isAbsent = (cell: string): boolean => ABSENT.has(cell.toLowerCase());

type Say = (code: FaultCode, line: number | undefined, field: string, message: string, remedy: string) => void;

interface Cells {
  /** The cell by our name of the field; undefined where it is empty or has no column. */
  readonly text: (field: string) => string | undefined;
  readonly number: (field: string) => number | undefined;
  readonly line: number;
}

export function readLabCase(
  mapping: LabMapping,
  sources: readonly LabSource[],
  { digest, placeOf }: { readonly digest: (text: string) => string; readonly placeOf: PlaceVariant },
): LabRead {
  const reasons: Fault[] = [];
  const understood: { path: string; name: string; rows?: number }[] = [];
  const attached: { path: string; as: string }[] = [];
  const record: Record<string, Json | undefined> = { ...(mapping.record as JsonObject) };
  const patient: Record<string, Json | undefined> = {};
  const diagnosis: Record<string, Json | undefined> = {};
  const specimen: Record<string, Json | undefined> = {};
  const variants: CaseDraft['variants'][number][] = [];
  const copies: CaseDraft['copies'][number][] = [];
  const fusions: CaseDraft['fusions'][number][] = [];
  const biomarkers: JsonObject[] = [];
  const labs: JsonObject[] = [];
  const medications: JsonObject[] = [];
  const notes: JsonObject[] = [];
  const kept: NonNullable<CaseDraft['attached']>[number][] = [];
  const codes: Record<string, string> = {};

  for (const source of sources) {
    const file = labFileOf(mapping, source.path);
    const shown = source.path.split('/').at(-1) ?? source.path;
    const say: Say = (code, line, field, message, remedy) => {
      if (reasons.length < REASON_LIMIT)
        reasons.push(
          fault(code, message, remedy, {
            file: file?.name ?? shown,
            ...(line === undefined ? {} : { line }),
            ...(field === '' ? {} : { field }),
          }),
        );
    };
    if (file === undefined) {
      say(
        'format-unknown',
        undefined,
        '',
        'No entry of the mapping is for this file.',
        'Add one, or move the file out.',
      );
      continue;
    }
    if (file.read === 'file') {
      const as = memberName(kept.length, source.path);
      understood.push({ path: source.path, name: file.name });
      attached.push({ path: source.path, as: `files/${as}` });
      kept.push({
        name: as,
        modality: file.modality,
        build: file.genomeBuild,
        tumorSample: file.tumorSample,
        normalSample: file.normalSample,
      });
      continue;
    }
    const { text } = source;
    if (text === undefined) {
      say('line-invalid', undefined, '', 'The file is not UTF-8 text.', 'Have it written as UTF-8.');
      continue;
    }
    if (text.trim() === '') {
      say('file-empty', undefined, '', 'The file is empty.', 'Have the laboratory send it again.');
      continue;
    }
    if (file.read === 'letter') {
      if (text.length > 20_000)
        say('file-too-large', undefined, '', 'A letter is never this long.', 'Check what the file holds.');
      else notes.push({ title: file.title, text: text.replace(/\r\n?/g, '\n') });
      understood.push({ path: source.path, name: file.name });
      continue;
    }
    const rows = tableRows(file, text, say);
    understood.push({ path: source.path, name: file.name, rows: rows.length });
    if (file.read === 'record') {
      const [only, more] = rows;
      if (only === undefined) say('line-invalid', undefined, '', 'The table has no row.', 'Have it sent again.');
      else if (more !== undefined)
        say('line-invalid', more.line, '', 'The table has more than one row.', 'Have one file sent for each case.');
      else recordFields(only, { patient, diagnosis, specimen, record, codes }, say);
      continue;
    }
    for (const row of rows) {
      if (file.read === 'variants') {
        const read = variantOf(row, file.genomeBuild, placeOf, say);
        if (read !== undefined) variants.push(read);
      } else if (file.read === 'copies') {
        const gene = geneOf(row, 'gene', say);
        const values = [row.number('totalCopies'), row.number('log2Ratio'), callOf(row, say)] as const;
        const [totalCopies, log2Ratio, call] = values;
        if (gene !== undefined && values.every((one) => one === undefined))
          say(
            'field-invalid',
            row.line,
            'totalCopies',
            'The row gives no copy number.',
            'Leave the row out, or fill it.',
          );
        else if (gene !== undefined) copies.push({ gene, totalCopies, log2Ratio, call });
      } else if (file.read === 'fusions') {
        const [gene5, gene3] = [geneOf(row, 'gene5', say), geneOf(row, 'gene3', say)];
        if (gene5 !== undefined && gene3 !== undefined)
          fusions.push({
            gene5,
            gene3,
            breakpoint5: row.text('breakpoint5'),
            breakpoint3: row.text('breakpoint3'),
            frame: row.text('frame'),
            rnaReads: row.number('rnaReads'),
          });
      } else if (file.read === 'biomarkers') {
        const name = needed(row, 'name', say);
        const value = row.text('value');
        // A marker without a result is no statement: intake counts it as reported without one.
        if (name !== undefined)
          biomarkers.push(
            defined({
              name,
              value: value === undefined ? null : (plainNumber(value, file.decimal) ?? value),
              unit: row.text('unit'),
              method: row.text('method'),
              threshold: row.text('threshold'),
            }),
          );
      } else if (file.read === 'labs') {
        const [name, unit] = [needed(row, 'name', say), needed(row, 'unit', say)];
        const value = row.number('value');
        if (value === undefined && row.text('value') === undefined)
          say('field-invalid', row.line, 'value', 'The row has no value.', 'Leave the row out, or fill it.');
        if (name !== undefined && unit !== undefined && value !== undefined)
          labs.push(defined({ name, value, unit, loinc: row.text('loinc'), date: dateOf(row, 'date', say) }));
      } else {
        const name = needed(row, 'name', say);
        if (name !== undefined) medications.push(defined({ name, dose: row.text('dose') }));
      }
    }
  }
  const paths = sources.map(({ path }) => path);
  for (const { name, required } of mapping.files)
    if (required && !paths.some((path) => labFileOf(mapping, path)?.name === name))
      reasons.push(
        fault('bundle-incomplete', 'A required file is not there.', 'Have the laboratory send it.', { file: name }),
      );
  if (reasons.length > 0) return { reasons, understood, attached };

  // The laboratory's number of an order may be a record system's: it goes into the name as a hash only.
  const hash = digest(`${mapping.id}/${labCaseOf(mapping, paths[0] ?? '') ?? ''}`);
  const first = Array.isArray(mapping.record.specimens) ? mapping.record.specimens[0] : undefined;
  const specimens =
    Object.keys(specimen).length === 0
      ? (mapping.record.specimens ?? [])
      : [
          { id: 'S1', kind: 'tissue', origin: 'unknown', ...first, ...specimen },
          ...(mapping.record.specimens?.slice(1) ?? []),
        ];
  return {
    reasons,
    understood,
    attached,
    draft: {
      ...emptyDraft,
      record: defined({
        ...record,
        caseId: `lab-${hash.slice(0, 12)}`,
        patient: { pseudonym: `Case ${hash.slice(0, 6)}`, ...patient },
        diagnosis,
        specimens: specimens as Json,
        labs,
        medications,
        notes,
      }),
      variants,
      copies,
      fusions,
      biomarkers,
      attached: kept,
      diagnosisCodes: codes,
      source: `Delivered by a laboratory and read by mapping ${mapping.id}, version ${mapping.version}.`,
    },
  };
}

/** A name inside the bundle that says nothing of the patient: place in the list and the ending. */
function memberName(index: number, path: string): string {
  const [ending = ''] = /(?:\.[A-Za-z0-9]{1,6}){1,2}$/.exec(path) ?? [];
  return `delivered-${index + 1}${/\.(gz|bgz)$/i.test(ending) ? ending : (/\.[A-Za-z0-9]{1,6}$/.exec(path)?.[0] ?? '')}`;
}

type TableFile = Extract<LabFile, { readonly fields: unknown }>;

function tableRows(file: TableFile, text: string, say: Say): Cells[] {
  const { separator, decimal, fields } = file;
  const { table, flaws } = readLabTable(text, separator);
  for (const { line, message, remedy } of flaws) say('line-invalid', line, '', message, remedy);
  const places = new Map<string, number>();
  for (const [name, field] of Object.entries(fields)) {
    const headings = headingsOf(field);
    const at = headings.map((one) => table.head.indexOf(one)).find((index) => index >= 0);
    if (at === undefined)
      say(
        'column-missing',
        table.headLine,
        name,
        `No column is called ${headings.map((one) => `“${one}”`).join(' or ')}.`,
        'Correct the heading in the mapping, or have the column delivered.',
      );
    else places.set(name, at);
  }
  return table.rows.map((row) => cellsOf(row, fields, places, decimal, say));
}

const headingsOf = (field: LabField): readonly string[] => {
  const heading = typeof field === 'string' || Array.isArray(field) ? field : field.column;
  return typeof heading === 'string' ? [heading] : heading;
};

function cellsOf(
  { line, cells }: LabTableRow,
  fields: Readonly<Record<string, LabField>>,
  places: ReadonlyMap<string, number>,
  decimal: 'point' | 'comma',
  say: Say,
): Cells {
  const text = (name: string): string | undefined => {
    const at = places.get(name);
    const cell = at === undefined ? undefined : cells[at];
    if (cell === undefined) return undefined;
    const field = fields[name];
    const values = typeof field === 'object' && !Array.isArray(field) ? field.values : undefined;
    if (values !== undefined && Object.hasOwn(values, cell)) return values[cell];
    if (isAbsent(cell)) return undefined;
    if (values !== undefined) {
      say(
        'field-invalid',
        line,
        name,
        'The word is not one of the mapping’s values.',
        'Add it to “values”, or correct it.',
      );
      return undefined;
    }
    return cell;
  };
  return {
    line,
    text,
    number: (name) => {
      const written = text(name);
      if (written === undefined) return undefined;
      const field = fields[name];
      const percent = typeof field === 'object' && !Array.isArray(field) && field.unit === 'percent';
      const value = plainNumber(written.replace(/\s*%$/, ''), decimal);
      if (value === undefined) {
        say('field-invalid', line, name, 'This is no number.', 'Correct it, or leave it empty where there is none.');
        return undefined;
      }
      if (!percent && /%$/.test(written)) {
        say('field-invalid', line, name, 'The number is in percent.', 'Say so in the mapping: unit: percent.');
        return undefined;
      }
      return percent ? value / 100 : value;
    },
  };
}

function plainNumber(text: string, decimal: 'point' | 'comma'): number | undefined {
  const plain = decimal === 'comma' ? text.replace(',', '.') : text;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

function needed(row: Cells, field: string, say: Say): string | undefined {
  const value = row.text(field);
  if (value === undefined)
    say('field-invalid', row.line, field, 'The cell is empty.', 'Fill it, or leave the row out.');
  return value;
}

function geneOf(row: Cells, field: string, say: Say): string | undefined {
  const value = needed(row, field, say);
  if (value === undefined) return undefined;
  const cell = readGeneCell(value);
  if (cell.kind === 'symbol') return cell.gene;
  say(
    'field-invalid',
    row.line,
    field,
    cell.kind === 'invalid' || cell.kind === 'absent'
      ? 'This is no symbol of a gene.'
      : 'A spreadsheet has turned the symbol of a gene into a date or number.',
    'Have the table written without a spreadsheet.',
  );
  return undefined;
}

function dateOf(row: Cells, field: string, say: Say): string | undefined {
  const written = row.text(field);
  if (written === undefined) return undefined;
  const german = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(written);
  const iso =
    german === null
      ? written.replace(/T.*$/, '')
      : `${german[3]}-${german[2]?.padStart(2, '0')}-${german[1]?.padStart(2, '0')}`;
  if (/^(19|20)\d{2}(-\d{2}(-\d{2})?)?$/.test(iso) && isPossibleDate(iso)) return iso;
  say('field-invalid', row.line, field, 'This is no date as YYYY-MM-DD or DD.MM.YYYY.', 'Correct it.');
  return undefined;
}

function callOf(row: Cells, say: Say): number | undefined {
  const call = row.number('call');
  if (call === undefined || (Number.isInteger(call) && call >= -2 && call <= 2)) return call;
  say('field-invalid', row.line, 'call', 'A call is −2, −1, 0, 1 or 2.', 'Correct it.');
  return undefined;
}

const ORIGINS = new Set(['somatic', 'germline', 'unknown']);

function variantOf(
  row: Cells,
  build: 'GRCh37' | 'GRCh38',
  placeOf: PlaceVariant,
  say: Say,
): CaseDraft['variants'][number] | undefined {
  const { line } = row;
  const gene = geneOf(row, 'gene', say);
  const [chromosome, reference, alternate] = (['chromosome', 'reference', 'alternate'] as const).map(row.text);
  const position1 = row.number('position1');
  const hgvsCoding = row.text('hgvsCoding');
  const alleleFraction = row.number('alleleFraction');
  const depth = row.number('depth');
  const origin = row.text('origin') ?? 'unknown';
  if (alleleFraction !== undefined && (alleleFraction < 0 || alleleFraction > 1))
    say(
      'field-invalid',
      line,
      'alleleFraction',
      'A fraction lies between 0 and 1.',
      'Is it in percent? Say so: unit: percent.',
    );
  if (depth !== undefined && (depth < 0 || !Number.isInteger(depth)))
    say('field-invalid', line, 'depth', 'A depth is a whole number.', 'Correct it.');
  if (!ORIGINS.has(origin))
    say('field-invalid', line, 'origin', 'An origin is somatic, germline or unknown.', 'Give “values” in the mapping.');
  let key: string | undefined;
  const given = [chromosome, position1, reference, alternate].filter((one) => one !== undefined).length;
  if (given > 0) {
    // A deletion or insertion may have an empty allele, written as "-" or left out.
    const [ref, alt] = [reference ?? '-', alternate ?? '-'].map((one) => one.toUpperCase());
    const bare = (chromosome ?? '').replace(/^chr/i, '').toUpperCase().replace(/^MT$/, 'M');
    if (!/^([1-9]|1\d|2[0-2]|X|Y|M)$/.test(bare))
      say('field-invalid', line, 'chromosome', 'This is no chromosome.', 'Write 1 to 22, X, Y or M.');
    else if (position1 === undefined || !Number.isSafeInteger(position1) || position1 < 1 || position1 > 3e8)
      say('field-invalid', line, 'position1', 'This is no position on a chromosome.', 'Count from 1.');
    else if (!/^([ACGTN]+|-)$/.test(ref ?? '') || !/^([ACGTN]+|-)$/.test(alt ?? '') || ref === alt)
      say('field-invalid', line, 'alternate', 'These are no two alleles.', 'Write bases, or - for none.');
    else key = keyFrom(build, bare, position1, ref ?? '', alt ?? '');
  } else if (gene !== undefined && hgvsCoding !== undefined) {
    const transcript = row.text('transcript');
    key =
      placeOf(
        gene,
        transcript === undefined || hgvsCoding.includes(':') ? hgvsCoding : `${transcript}:${hgvsCoding}`,
      ) ?? placeOf(gene, hgvsCoding);
    if (key === undefined)
      say(
        'field-invalid',
        line,
        'hgvsCoding',
        'The packs do not place this name on the genome.',
        'Have chromosome, position and alleles delivered.',
      );
  } else if (gene !== undefined)
    say('field-invalid', line, 'hgvsCoding', 'The row names no change.', 'Fill it, or leave the row out.');
  if (key === undefined || gene === undefined) return undefined;
  return {
    key,
    gene,
    hgvsCoding,
    hgvsProtein: row.text('hgvsProtein'),
    transcript: row.text('transcript'),
    consequence: row.text('consequence'),
    alleleFraction,
    depth,
    filter: passed(row.text('filter')),
    origin: origin as 'somatic' | 'germline' | 'unknown',
  };
}

const passed = (filter: string | undefined): string | undefined =>
  filter === undefined || /^pass(ed)?$/i.test(filter) ? undefined : filter;

interface Parts {
  readonly patient: Record<string, Json | undefined>;
  readonly diagnosis: Record<string, Json | undefined>;
  readonly specimen: Record<string, Json | undefined>;
  readonly record: Record<string, Json | undefined>;
  readonly codes: Record<string, string>;
}

const CODES = new Set(['icdO3Morphology', 'icdO3Topography', 'icd10', 'snomed']);
const DATES = new Set(['date', 'collected', 'received']);

/** What a case takes of each of these, so that a reason names the cell and not the schema. */
const LIMITS: Readonly<Record<string, readonly [RegExp, string]>> = {
  'patient.sex': [/^(female|male|other|unknown)$/, 'Sex is female, male, other or unknown.'],
  'diagnosis.oncotreeCode': [/^[A-Z0-9_]{2,20}$/, 'This is no code of OncoTree.'],
  'specimen.kind': [/^(tissue|blood|plasma|marrow|other)$/, 'A specimen is tissue, blood, plasma, marrow or other.'],
  'specimen.origin': [
    /^(primary|metastasis|recurrence|normal|circulating|unknown)$/,
    'An origin is primary, metastasis, recurrence, normal, circulating or unknown.',
  ],
  'specimen.preservation': [
    /^(FFPE|fresh-frozen|EDTA|streck|other|unknown)$/,
    'A preservation is FFPE, fresh-frozen, EDTA, streck, other or unknown.',
  ],
};

const NUMBERS: Readonly<Record<string, readonly [number, number, boolean]>> = {
  'patient.ageYears': [0, 120, true],
  'specimen.purity': [0, 1, false],
  'performanceStatus.ecog': [0, 5, true],
  'performanceStatus.karnofsky': [0, 100, true],
};

function recordFields(row: Cells, { patient, diagnosis, specimen, record, codes }: Parts, say: Say): void {
  const into: Readonly<Record<string, Record<string, Json | undefined>>> = { patient, diagnosis, specimen };
  for (const group of ['patient', 'diagnosis', 'specimen'] as const)
    for (const name of RECORD_NAMES[group]) {
      const field = `${group}.${name}`;
      const range = NUMBERS[field];
      if (range !== undefined) {
        const value = numberIn(row, field, range, say);
        if (value !== undefined && into[group] !== undefined) into[group][name] = value;
        continue;
      }
      const value = DATES.has(name) ? dateOf(row, field, say) : row.text(field);
      if (value === undefined) continue;
      const [shape, words] = LIMITS[field] ?? [];
      if (shape !== undefined && !shape.test(value))
        say('field-invalid', row.line, field, words ?? '', 'Give “values” in the mapping, or correct the file.');
      else if (group === 'diagnosis' && CODES.has(name)) codes[name] = value;
      else if (into[group] !== undefined) into[group][name] = value;
    }
  for (const scale of ['ECOG', 'Karnofsky'] as const) {
    const field = `performanceStatus.${scale.toLowerCase()}`;
    const value = numberIn(row, field, NUMBERS[field] ?? [0, 0, true], say);
    if (value !== undefined) record.performanceStatus = { scale, value };
  }
  const question = row.text('question');
  if (question !== undefined) record.question = question.slice(0, 1000);
}

const RECORD_NAMES = {
  patient: ['pseudonym', 'sex', 'ageYears', 'ancestry'],
  diagnosis: [
    'oncotreeCode',
    'icdO3Morphology',
    'icdO3Topography',
    'icd10',
    'snomed',
    'name',
    'site',
    'stage',
    'grade',
    'histology',
    'date',
  ],
  specimen: ['id', 'kind', 'site', 'preservation', 'origin', 'block', 'purity', 'collected', 'received'],
} as const;

function numberIn(
  row: Cells,
  field: string,
  [low, high, whole]: readonly [number, number, boolean],
  say: Say,
): number | undefined {
  const value = row.number(field);
  if (value === undefined || (value >= low && value <= high && (!whole || Number.isInteger(value)))) return value;
  say('field-invalid', row.line, field, `The number lies between ${low} and ${high}.`, 'Correct it.');
  return undefined;
}
