/**
 * A study folder in the file formats of cBioPortal, checked line by line with the words of its own validator where this one
 * knows the rule, and read into one case a sample. The gene tables of a portal instance are not here: symbols are not checked.
 */
import type { GenomeBuild } from '../case/case-record.ts';
import { type CaseDraft, emptyDraft, type Noted } from './case-draft.ts';
import { defined, type JsonObject } from './fhir/json.ts';
import { consequenceOfClass, type TableVariant } from './genome-tables.ts';
import { keyFrom } from './phenopacket.ts';

export interface StudyIssue {
  readonly level: 'error' | 'warning' | 'info';
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
  /** What stood there; never a value of a clinical attribute. */
  readonly found?: string;
}

export interface Study {
  readonly issues: readonly StudyIssue[];
  readonly samples: readonly string[];
  /** A case of one sample; undefined where the study does not name it. */
  readonly caseOf: (
    sample: string,
    digest: (text: string) => string,
  ) => { draft: CaseDraft; notes: readonly Noted[] } | undefined;
}

interface Meta {
  readonly file: string;
  readonly fields: ReadonlyMap<string, string>;
  readonly kind: string;
}

/** Fields of a meta file by kind: those that must stand there, and those that may. */
const META: Readonly<Record<string, { readonly needs: readonly string[]; readonly may: readonly string[] }>> = {
  study: {
    needs: ['cancer_study_identifier', 'type_of_cancer', 'name', 'description'],
    may: ['short_name', 'citation', 'pmid', 'groups', 'add_global_case_list', 'tags_file', 'reference_genome'],
  },
  cancer_type: { needs: ['genetic_alteration_type', 'datatype', 'data_filename'], may: [] },
  clinical: {
    needs: ['cancer_study_identifier', 'genetic_alteration_type', 'datatype', 'data_filename'],
    may: [],
  },
  profile: {
    needs: [
      'cancer_study_identifier',
      'genetic_alteration_type',
      'datatype',
      'stable_id',
      'show_profile_in_analysis_tab',
      'profile_name',
      'profile_description',
      'data_filename',
    ],
    may: [
      'gene_panel',
      'variant_classification_filter',
      'swissprot_identifier',
      'normal_samples_list',
      'namespaces',
      'pd_annotations_filename',
      'generic_assay_type',
      'generic_entity_meta_properties',
      'pivot_threshold_value',
      'value_sort_order',
      'patient_level',
      'source_stable_id',
      'geneset_def_version',
      'reference_genome_id',
      'source_profile_id',
    ],
  },
  other: {
    needs: ['cancer_study_identifier', 'genetic_alteration_type', 'datatype', 'data_filename'],
    may: [
      'reference_genome_id',
      'description',
      'stable_id',
      'profile_name',
      'profile_description',
      'show_profile_in_analysis_tab',
      'gene_panel',
    ],
  },
};

const PROFILES = new Set([
  'MUTATION_EXTENDED',
  'MUTATION_UNCALLED',
  'COPY_NUMBER_ALTERATION',
  'STRUCTURAL_VARIANT',
  'MRNA_EXPRESSION',
  'PROTEIN_LEVEL',
  'METHYLATION',
  'GENERIC_ASSAY',
  'GENESET_SCORE',
]);

function kindOf(fields: ReadonlyMap<string, string>): string | undefined {
  const type = fields.get('genetic_alteration_type');
  if (type === undefined) return fields.has('type_of_cancer') ? 'study' : undefined;
  if (type === 'CANCER_TYPE') return 'cancer_type';
  if (type === 'CLINICAL') return 'clinical';
  if (type === 'COPY_NUMBER_ALTERATION' && fields.get('datatype') === 'SEG') return 'other';
  return PROFILES.has(type) ? 'profile' : 'other';
}

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const NONE = new Set([
  '',
  'NA',
  'N/A',
  'NAN',
  '[NOT AVAILABLE]',
  '[NOT APPLICABLE]',
  'UNKNOWN',
  '[PENDING]',
  '[DISCREPANCY]',
  '[COMPLETED]',
  '[NULL]',
]);
const isNone = (cell: string | undefined): boolean => NONE.has((cell ?? '').trim().toUpperCase());

interface Table {
  readonly file: string;
  /** Lines before the head, with their numbers. */
  readonly comments: readonly { readonly line: number; readonly text: string }[];
  readonly head: readonly string[];
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
}

/** @param files text of every file by its path inside the study folder */
export function readStudy(files: ReadonlyMap<string, string>): Study {
  const issues: StudyIssue[] = [];
  const say = (level: StudyIssue['level'], file: string, message: string, more: Partial<StudyIssue> = {}): void =>
    void issues.push({ level, file, message, ...more });
  const metas = [...files.keys()]
    .filter((path) => /^meta_?[^/]*$|^[^/]*_meta_[^/]*$/.test(path) || /^meta_/.test(path))
    .sort()
    .flatMap((file) => {
      const meta = metaOf(file, files.get(file) ?? '', say);
      return meta === undefined ? [] : [meta];
    });
  const study = metas.find(({ kind }) => kind === 'study');
  if (study === undefined) say('error', 'meta_study.txt', 'No meta file for study found');
  if (metas.filter(({ kind }) => kind === 'study').length > 1)
    say('error', 'meta_study.txt', 'Encountered a second meta_study file');
  const genome = study?.fields.get('reference_genome');
  if (genome !== undefined && !/^(hg19|hg38|GRCh37|GRCh38)$/i.test(genome))
    say('error', study?.file ?? 'meta_study.txt', 'Only human reference genomes are read: hg19 or hg38', {
      found: genome,
    });
  const identifier = study?.fields.get('cancer_study_identifier');
  for (const { file, fields } of metas) {
    const named = fields.get('cancer_study_identifier');
    if (identifier !== undefined && named !== undefined && named !== identifier)
      say('error', file, `Cancer study identifier is not consistent across files, expected '${identifier}'`, {
        found: named,
      });
  }
  const stable = new Map<string, string>();
  for (const { file, fields, kind } of metas) {
    const id = fields.get('stable_id');
    if (kind !== 'profile' || id === undefined) continue;
    if (stable.has(id)) say('error', file, 'stable_id repeated', { found: id });
    stable.set(id, file);
  }
  const tables = new Map<Meta, Table>();
  for (const meta of metas) {
    const name = meta.fields.get('data_filename');
    if (name === undefined) continue;
    const content = files.get(name);
    if (content === undefined) say('error', meta.file, 'File does not exist', { found: name });
    else tables.set(meta, tableOf(name, content, say));
  }
  const clinical = clinicalOf(tables, say);
  const known = new Set(clinical.samples.keys());
  for (const [meta, table] of tables) dataRules(meta, table, { known, genome }, say);
  for (const [path, content] of files)
    if (/^case_lists\/[^/]+$/.test(path)) caseList(path, content, identifier, known, say);
  const build: GenomeBuild | undefined = /^(hg38|GRCh38)$/i.test(study?.fields.get('reference_genome') ?? 'hg19')
    ? 'GRCh38'
    : 'GRCh37';
  return {
    issues,
    samples: [...known],
    caseOf: (sample, digest) =>
      known.has(sample) ? caseOfSample(sample, { tables, clinical, build, digest, study }) : undefined,
  };
}

type Say = (level: StudyIssue['level'], file: string, message: string, more?: Partial<StudyIssue>) => void;

function metaOf(file: string, content: string, say: Say): Meta | undefined {
  const fields = new Map<string, string>();
  content.split(/\r\n|\r|\n/).forEach((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return;
    const [, key = '', value = ''] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
    if (key === '') {
      say('error', file, "Invalid meta file entry, no ':' found", { line: index + 1 });
      return;
    }
    if (fields.has(key.trim())) say('error', file, 'Field is given twice', { line: index + 1, found: key.trim() });
    fields.set(key.trim(), value.trim());
  });
  const kind = kindOf(fields);
  if (kind === undefined) {
    say(
      'error',
      file,
      'Could not determine the file type. Did not find expected meta file fields. Please check your meta files for correct configuration.',
    );
    return undefined;
  }
  const rules = META[kind] ?? { needs: [], may: [] };
  for (const need of rules.needs)
    if (!fields.has(need)) say('error', file, `Missing field '${need}' in ${kind} meta file`);
  for (const key of fields.keys())
    if (![...rules.needs, ...rules.may].includes(key))
      say('warning', file, 'Unrecognized field in meta file', { found: key });
  const shown = fields.get('show_profile_in_analysis_tab');
  if (kind === 'profile' && shown !== undefined && !/^(true|false)$/i.test(shown))
    say('error', file, "Value for 'show_profile_in_analysis_tab' must be 'true' or 'false'");
  return { file, fields, kind };
}

function tableOf(file: string, content: string, say: Say): Table {
  const lines = content.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  else say('warning', file, 'The last line does not end with a newline', { line: lines.length });
  const comments: { line: number; text: string }[] = [];
  const rows: { line: number; cells: string[] }[] = [];
  let head: string[] = [];
  for (const [index, raw] of lines.entries()) {
    const line = index + 1;
    if (head.length === 0 && raw.startsWith('#')) comments.push({ line, text: raw });
    else if (head.length === 0) head = raw.split('\t').map((one) => one.trim());
    else if (raw.trim() === '') say('error', file, 'Blank line', { line });
    else {
      const cells = raw.split('\t').map((one) => one.trim());
      if (raw.startsWith('#')) say('error', file, "Data line starting with '#'", { line });
      else if (cells.length !== head.length)
        say('error', file, `Expected ${head.length} columns based on header, found ${cells.length}`, { line });
      else rows.push({ line, cells });
      if (cells.some((cell) => /^".*"$/.test(cell))) say('error', file, 'Found quotation marks in field(s)', { line });
    }
  }
  if (head.length === 0) say('error', file, 'No column header line found');
  else if (rows.length === 0) say('error', file, 'No data lines found');
  const seen = new Set<string>();
  head.forEach((name, index) => {
    if (name === '') say('error', file, 'Empty column header', { line: comments.length + 1, column: index + 1 });
    else if (seen.has(name))
      say('error', file, 'Repeated column header', { line: comments.length + 1, column: index + 1, found: name });
    seen.add(name);
  });
  return { file, comments, head, rows };
}

interface Clinical {
  readonly samples: ReadonlyMap<string, { readonly patient: string; readonly attributes: ReadonlyMap<string, string> }>;
  readonly patients: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

function clinicalOf(tables: ReadonlyMap<Meta, Table>, say: Say): Clinical {
  const samples = new Map<string, { patient: string; attributes: Map<string, string> }>();
  const patients = new Map<string, Map<string, string>>();
  let sampleFiles = 0;
  for (const [{ kind, fields }, table] of tables) {
    if (kind !== 'clinical') continue;
    const { file, head, rows } = table;
    const type = fields.get('datatype');
    clinicalHead(table, say);
    if (type === 'TIMELINE') {
      for (const column of ['PATIENT_ID', 'START_DATE', 'EVENT_TYPE'])
        if (!head.includes(column))
          say('error', file, `Missing column: ${column}`, { line: table.comments.length + 1 });
      continue;
    }
    const patientAt = head.indexOf('PATIENT_ID');
    const sampleAt = head.indexOf('SAMPLE_ID');
    const isSample = type === 'SAMPLE_ATTRIBUTES';
    if (isSample) sampleFiles += 1;
    if (patientAt < 0) say('error', file, 'Missing column: PATIENT_ID', { line: table.comments.length + 1 });
    if (isSample && sampleAt < 0) say('error', file, 'Missing column: SAMPLE_ID', { line: table.comments.length + 1 });
    if (patientAt < 0 || (isSample && sampleAt < 0)) continue;
    for (const { line, cells } of rows) {
      const patient = cells[patientAt] ?? '';
      const attributes = new Map(
        head.flatMap((name, index) => (isNone(cells[index]) ? [] : [[name, cells[index] ?? ''] as const])),
      );
      if (isNone(patient)) {
        say('error', file, 'Missing PATIENT_ID', { line, column: patientAt + 1 });
        continue;
      }
      if (!isSample) {
        if (patients.has(patient))
          say('error', file, 'Patient defined multiple times in file', { line, column: patientAt + 1 });
        patients.set(patient, attributes);
        continue;
      }
      const sample = cells[sampleAt] ?? '';
      if (isNone(sample)) say('error', file, 'Missing SAMPLE_ID', { line, column: sampleAt + 1 });
      else if (!/^[A-Za-z0-9_.-]+$/.test(sample))
        say('error', file, 'SAMPLE_ID can only contain letters, numbers, points, underscores and/or hyphens', {
          line,
          column: sampleAt + 1,
        });
      else if (samples.has(sample))
        say('error', file, 'Sample defined twice in clinical file', { line, column: sampleAt + 1 });
      else samples.set(sample, { patient, attributes });
    }
  }
  if (sampleFiles === 0) say('error', 'meta_clinical_sample.txt', 'No sample attribute file detected');
  if (sampleFiles > 1) say('error', 'meta_clinical_sample.txt', 'Multiple sample attribute files detected');
  return { samples, patients };
}

/** The four lines above a clinical head: names, descriptions, types, priorities. */
function clinicalHead({ file, comments, head, rows }: Table, say: Say): void {
  if (comments.length > 0 && comments.length < 4)
    say('error', file, 'Clinical file has less than 4 attribute definition lines', { line: comments.length + 1 });
  for (const [index, { line, text }] of comments.slice(0, 4).entries()) {
    const cells = text
      .slice(1)
      .split('\t')
      .map((one) => one.trim());
    if (cells.length !== head.length)
      say('error', file, 'Varying numbers of columns in clinical header', {
        line,
        found: `${cells.length} columns, expected ${head.length}`,
      });
    cells.forEach((cell, column) => {
      if (index === 2 && !['STRING', 'NUMBER', 'BOOLEAN'].includes(cell))
        say('error', file, 'Invalid data type definition, please use one of [STRING, NUMBER, BOOLEAN]', {
          line,
          column: column + 1,
          found: cell,
        });
      if (index === 3 && !/^-?\d+$/.test(cell))
        say('error', file, 'Priority definition should be an integer, and should be greater than or equal to -1', {
          line,
          column: column + 1,
          found: cell,
        });
    });
  }
  const types =
    comments[2]?.text
      .slice(1)
      .split('\t')
      .map((one) => one.trim()) ?? [];
  head.forEach((name, column) => {
    if (name !== name.toUpperCase())
      say('error', file, 'Attribute name not in upper case.', {
        line: comments.length + 1,
        column: column + 1,
        found: name,
      });
  });
  for (const { line, cells } of rows)
    cells.forEach((cell, column) => {
      if (types[column] === 'NUMBER' && !isNone(cell) && !/^[<>]=?/.test(cell) && !NUMBER.test(cell))
        say('error', file, 'Value of numeric attribute is not a real number', { line, column: column + 1 });
      if (types[column] === 'BOOLEAN' && !isNone(cell) && !/^(true|false)$/i.test(cell))
        say('error', file, 'Value of boolean attribute must be TRUE or FALSE', { line, column: column + 1 });
    });
}

const GENE_COLUMNS = new Set([
  'Hugo_Symbol',
  'Entrez_Gene_Id',
  'Cytoband',
  'Composite.Element.REF',
  'ENTITY_STABLE_ID',
  'NAME',
  'DESCRIPTION',
  'URL',
  'Locus ID',
  'geneset_id',
  'CONFIDENCE_STATEMENT',
]);
const CALLS = new Set(['-2', '-1.5', '-1', '0', '1', '2', '-2.0', '-1.0', '0.0', '1.0', '2.0']);
const MAF_NEEDS = ['Hugo_Symbol', 'Tumor_Sample_Barcode', 'Variant_Classification', 'HGVSp_Short'];
const CHROMOSOME = /^(chr)?([1-9]|1\d|2[0-4]|X|Y|MT?)$/i;

function dataRules(
  { fields }: Meta,
  table: Table,
  { known, genome }: { readonly known: ReadonlySet<string>; readonly genome: string | undefined },
  say: Say,
): void {
  const { file, head, rows, comments } = table;
  const type = fields.get('genetic_alteration_type');
  const data = fields.get('datatype');
  const headLine = comments.length + 1;
  const at = (name: string): number => head.findIndex((one) => one.toLowerCase() === name.toLowerCase());
  const sampleCell = (line: number, cells: readonly string[], column: number): void => {
    const sample = cells[column] ?? '';
    if (sample !== '' && !known.has(sample))
      say('error', file, 'Sample ID not defined in clinical file', { line, column: column + 1, found: sample });
  };
  if (type === 'MUTATION_EXTENDED') {
    for (const need of MAF_NEEDS.filter(
      (one) => at(one) < 0 && !(one === 'HGVSp_Short' && at('Amino_Acid_Change') >= 0),
    ))
      say(
        need === 'HGVSp_Short' ? 'warning' : 'error',
        file,
        need === 'HGVSp_Short'
          ? 'One of the columns Amino_Acid_Change or HGVSp_Short is needed'
          : `Missing column: ${need}`,
        { line: headLine },
      );
    for (const { line, cells } of rows) {
      if (at('Tumor_Sample_Barcode') >= 0) sampleCell(line, cells, at('Tumor_Sample_Barcode'));
      for (const name of ['Start_Position', 'End_Position']) {
        const cell = cells[at(name)];
        if (at(name) >= 0 && !isNone(cell) && !/^\d+$/.test(cell ?? ''))
          say('error', file, `${name} is not an integer`, { line, column: at(name) + 1 });
      }
      const [start, end] = [Number(cells[at('Start_Position')]), Number(cells[at('End_Position')])];
      if (start > end)
        say('error', file, 'Start position is greater than end position', { line, column: at('Start_Position') + 1 });
      const chromosome = cells[at('Chromosome')];
      if (at('Chromosome') >= 0 && !isNone(chromosome) && !CHROMOSOME.test(chromosome ?? ''))
        say(
          'error',
          file,
          'Unknown chromosome, must be one of (1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,X,Y,MT)',
          { line, column: at('Chromosome') + 1, found: chromosome ?? '' },
        );
      const build = cells[at('NCBI_Build')];
      const differs = /38$/.test(genome ?? 'hg19') !== /38$/.test(build ?? '');
      if (
        at('NCBI_Build') >= 0 &&
        !isNone(build) &&
        (!/^(GRCh)?3[78]$|^hg(19|38)$/i.test(build ?? '') || (genome !== undefined && differs))
      )
        say(
          'error',
          file,
          'The specified reference genome does not correspond with the reference genome found in the MAF.',
          { line, column: at('NCBI_Build') + 1, found: build ?? '' },
        );
      for (const name of ['t_ref_count', 't_alt_count', 'n_ref_count', 'n_alt_count']) {
        const cell = cells[at(name)];
        if (at(name) >= 0 && !isNone(cell) && cell !== '.' && !/^\d+$/.test(cell ?? ''))
          say('error', file, 'Allele count is not an integer', { line, column: at(name) + 1 });
      }
      if (isNone(cells[at('Hugo_Symbol')]) && isNone(cells[at('Entrez_Gene_Id')]))
        say('warning', file, 'No Entrez gene id or gene symbol provided for gene', { line });
    }
  } else if (type === 'STRUCTURAL_VARIANT') {
    for (const need of ['Sample_Id', 'SV_Status'])
      if (at(need) < 0) say('error', file, `Missing column: ${need}`, { line: headLine });
    const partners = ['Site1_Hugo_Symbol', 'Site2_Hugo_Symbol', 'Site1_Entrez_Gene_Id', 'Site2_Entrez_Gene_Id'];
    for (const { line, cells } of rows) {
      if (at('Sample_Id') >= 0) sampleCell(line, cells, at('Sample_Id'));
      if (partners.every((name) => isNone(cells[at(name)])))
        say('error', file, 'No gene for site 1 or site 2 is given', { line });
      const status = cells[at('SV_Status')];
      if (at('SV_Status') >= 0 && !/^(SOMATIC|GERMLINE)$/i.test(status ?? ''))
        say('error', file, 'Invalid SV_Status, must be SOMATIC or GERMLINE', { line, column: at('SV_Status') + 1 });
    }
  } else if (type === 'COPY_NUMBER_ALTERATION' && data === 'SEG') {
    for (const need of ['ID', 'chrom', 'loc.start', 'loc.end', 'num.mark', 'seg.mean'])
      if (at(need) < 0) say('error', file, `Missing column: ${need}`, { line: headLine });
    for (const { line, cells } of rows) {
      if (at('ID') >= 0) sampleCell(line, cells, at('ID'));
      for (const name of ['loc.start', 'loc.end', 'num.mark'])
        if (at(name) >= 0 && !/^\d+$/.test(cells[at(name)] ?? ''))
          say('error', file, 'Value is not an integer', { line, column: at(name) + 1 });
      if (at('seg.mean') >= 0 && !NUMBER.test(cells[at('seg.mean')] ?? ''))
        say('error', file, 'Value is not a number', { line, column: at('seg.mean') + 1 });
      if (Number(cells[at('loc.start')]) > Number(cells[at('loc.end')]))
        say('error', file, 'Start position of segment is not lower than end position', { line });
    }
  } else if (isMatrix(type, data)) matrixRules(table, type, data, known, say, headLine);
}

const isMatrix = (type: string | undefined, data: string | undefined): boolean =>
  (type === 'COPY_NUMBER_ALTERATION' && data !== 'SEG' && data !== 'DISCRETE_LONG') ||
  type === 'MRNA_EXPRESSION' ||
  type === 'PROTEIN_LEVEL' ||
  type === 'METHYLATION' ||
  (type === 'GENERIC_ASSAY' && data === 'LIMIT-VALUE');

function matrixRules(
  { file, head, rows }: Table,
  type: string | undefined,
  data: string | undefined,
  known: ReadonlySet<string>,
  say: Say,
  headLine: number,
): void {
  head.forEach((name, column) => {
    if (!GENE_COLUMNS.has(name) && !known.has(name))
      say('error', file, 'Sample ID not defined in clinical file', { line: headLine, column: column + 1, found: name });
  });
  const genes = ['Hugo_Symbol', 'Entrez_Gene_Id', 'Composite.Element.REF', 'ENTITY_STABLE_ID'].map((name) =>
    head.indexOf(name),
  );
  if (genes.every((index) => index < 0))
    say(
      'error',
      file,
      type === 'GENERIC_ASSAY'
        ? 'Missing column: ENTITY_STABLE_ID'
        : 'Hugo_Symbol or Entrez_Gene_Id column needs to be present in the file.',
      { line: headLine },
    );
  const seen = new Map<string, number>();
  for (const { line, cells } of rows) {
    const id = genes
      .map((index) => cells[index])
      .filter((one) => one !== undefined && one !== '')
      .join('/');
    if (id !== '' && seen.has(id))
      say(
        'warning',
        file,
        `Duplicate line for a previously listed feature/gene, this line will be ignored. First on line ${seen.get(id)}`,
        { line },
      );
    else seen.set(id, line);
    cells.forEach((cell, column) => {
      if (GENE_COLUMNS.has(head[column] ?? '') || isNone(cell)) return;
      if (type === 'COPY_NUMBER_ALTERATION' && data === 'DISCRETE') {
        if (!CALLS.has(cell))
          say('error', file, 'Invalid CNA value: possible values are [-2, -1.5, -1, 0, 1, 2, NA]', {
            line,
            column: column + 1,
            found: cell,
          });
      } else if (type === 'GENERIC_ASSAY') {
        if (!/^[<>]?[-+]?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(cell))
          say(
            'error',
            file,
            'Value cannot be interpreted as a floating point number and is not valid response value.',
            { line, column: column + 1, found: cell },
          );
        else if (!/[.<>]/.test(cell))
          say('warning', file, 'Value has no decimals and may represent an invalid response value.', {
            line,
            column: column + 1,
            found: cell,
          });
      } else if (!NUMBER.test(cell)) say('error', file, 'Value is not a real number', { line, column: column + 1 });
    });
  }
}

function caseList(
  file: string,
  content: string,
  identifier: string | undefined,
  known: ReadonlySet<string>,
  say: Say,
): void {
  const fields = new Map(
    content.split(/\r\n|\r|\n/).flatMap((line) => {
      const [, key, value] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
      return key === undefined ? [] : [[key.trim(), (value ?? '').trim()] as const];
    }),
  );
  for (const need of [
    'cancer_study_identifier',
    'stable_id',
    'case_list_name',
    'case_list_description',
    'case_list_ids',
  ])
    if (!fields.has(need)) say('error', file, `Missing field '${need}' in case list`);
  const named = fields.get('cancer_study_identifier');
  if (identifier !== undefined && named !== undefined && named !== identifier)
    say('error', file, `Cancer study identifier is not consistent across files, expected '${identifier}'`, {
      found: named,
    });
  const stable = fields.get('stable_id');
  if (named !== undefined && stable !== undefined && !stable.startsWith(`${named}_`))
    say(
      'error',
      file,
      'Stable_id of case list does not start with the study id (cancer_study_identifier) followed by an underscore',
      { found: stable },
    );
  const seen = new Set<string>();
  for (const id of (fields.get('case_list_ids') ?? '')
    .split(/\t/)
    .map((one) => one.trim())
    .filter((one) => one !== '')) {
    if (seen.has(id)) say('warning', file, 'Duplicate Sample ID in case list', { found: id });
    if (!known.has(id)) say('error', file, 'Sample ID not defined in clinical file', { found: id });
    seen.add(id);
  }
}

interface SampleNeeds {
  readonly tables: ReadonlyMap<Meta, Table>;
  readonly clinical: Clinical;
  readonly build: GenomeBuild;
  readonly digest: (text: string) => string;
  readonly study: Meta | undefined;
}

/** Events of a patient's timeline. Days are counted from the study's own zero, which no date is made of. */
function eventsOf({ head, rows }: Table, patient: string | undefined): JsonObject[] {
  const at = (name: string): number => head.indexOf(name);
  return rows
    .filter(({ cells }) => cells[at('PATIENT_ID')] === patient)
    .map(({ cells }) => {
      const [start, stop] = [cells[at('START_DATE')], cells[at('STOP_DATE')]];
      const more = head.flatMap((name, index) =>
        ['PATIENT_ID', 'SAMPLE_ID', 'START_DATE', 'STOP_DATE', 'EVENT_TYPE'].includes(name) || isNone(cells[index])
          ? []
          : [`${name.toLowerCase().replaceAll('_', ' ')} ${cells[index]}`],
      );
      const days = `day ${start}${isNone(stop) || stop === start ? '' : ` to ${stop}`}`;
      return {
        event: `${cells[at('EVENT_TYPE')]} (${days})${more.length === 0 ? '' : `: ${more.join(', ')}`}`.slice(0, 500),
        kind: 'timeline',
      };
    });
}

function caseOfSample(
  sample: string,
  { tables, clinical, build, digest, study }: SampleNeeds,
): { draft: CaseDraft; notes: readonly Noted[] } {
  const notes: Noted[] = [];
  const held = clinical.samples.get(sample);
  const attributes = new Map([...(clinical.patients.get(held?.patient ?? '') ?? []), ...(held?.attributes ?? [])]);
  const used = new Set(['PATIENT_ID', 'SAMPLE_ID']);
  const say = (...names: string[]): string | undefined => {
    const name = names.find((one) => attributes.has(one));
    if (name !== undefined) used.add(name);
    return name === undefined ? undefined : attributes.get(name);
  };
  const variants: TableVariant[] = [];
  const copies: CaseDraft['copies'][number][] = [];
  const fusions: CaseDraft['fusions'][number][] = [];
  const segments: CaseDraft['segments'][number][] = [];
  for (const [{ fields }, { file, head, rows }] of tables) {
    const type = fields.get('genetic_alteration_type');
    const at = (name: string): number => head.findIndex((one) => one.toLowerCase() === name.toLowerCase());
    const cell = (cells: readonly string[], name: string): string | undefined =>
      isNone(cells[at(name)]) ? undefined : cells[at(name)];
    if (type === 'MUTATION_EXTENDED') {
      const mine = rows.filter(({ cells }) => cells[at('Tumor_Sample_Barcode')] === sample);
      for (const { line, cells } of mine) {
        const [chromosome, start] = [cell(cells, 'Chromosome'), Number(cell(cells, 'Start_Position'))];
        const reference = cells[at('Reference_Allele')] ?? '';
        const alternate = [cells[at('Tumor_Seq_Allele2')], cells[at('Tumor_Seq_Allele1')]].find(
          (one) => one !== undefined && one !== '' && one !== reference,
        );
        const named = /38$/.test(cell(cells, 'NCBI_Build') ?? '')
          ? 'GRCh38'
          : /(37|hg19)$/i.test(cell(cells, 'NCBI_Build') ?? '')
            ? 'GRCh37'
            : build;
        if (
          chromosome === undefined ||
          !Number.isSafeInteger(start) ||
          start < 1 ||
          !/^([ACGTN]+|-)$/i.test(reference) ||
          alternate === undefined ||
          !/^([ACGTN]+|-)$/i.test(alternate)
        ) {
          notes.push({ place: `${file}:${line}`, reason: 'the row is not placed in the genome' });
          continue;
        }
        const [alt, ref] = [Number(cell(cells, 't_alt_count')), Number(cell(cells, 't_ref_count'))];
        const depth = alt + ref;
        const status = cell(cells, 'Mutation_Status')?.toLowerCase();
        variants.push({
          key: keyFrom(
            named,
            chromosome.replace(/^chr/i, '').replace(/^23$/, 'X').replace(/^24$/, 'Y'),
            start,
            reference.toUpperCase(),
            alternate.toUpperCase(),
          ),
          gene: cell(cells, 'Hugo_Symbol'),
          hgvsCoding: cell(cells, 'HGVSc'),
          hgvsProtein: cell(cells, 'HGVSp') ?? cell(cells, 'HGVSp_Short'),
          transcript: cell(cells, 'Transcript_ID'),
          consequence:
            cell(cells, 'Consequence')?.replaceAll(',', '&') ??
            consequenceOfClass(cell(cells, 'Variant_Classification') ?? ''),
          ...(depth > 0 ? { alleleFraction: alt / depth, depth } : {}),
          origin: status === 'germline' ? 'germline' : status === 'somatic' ? 'somatic' : 'unknown',
        });
      }
    } else if (type === 'COPY_NUMBER_ALTERATION' && fields.get('datatype') === 'DISCRETE') {
      const column = head.indexOf(sample);
      if (column >= 0)
        for (const { cells } of rows) {
          const gene = cells[head.indexOf('Hugo_Symbol')] ?? '';
          if (gene !== '' && !isNone(cells[column])) copies.push({ gene, call: Number(cells[column]) });
        }
    } else if (type === 'COPY_NUMBER_ALTERATION' && fields.get('datatype') === 'SEG') {
      for (const { cells } of rows.filter((row) => row.cells[at('ID')] === sample))
        segments.push({
          chromosome: (cells[at('chrom')] ?? '').replace(/^chr/i, ''),
          start1: Number(cells[at('loc.start')]),
          end1: Number(cells[at('loc.end')]),
          log2Ratio: Number(cells[at('seg.mean')]),
        });
    } else if (type === 'STRUCTURAL_VARIANT') {
      for (const { cells } of rows.filter((row) => row.cells[at('Sample_Id')] === sample))
        fusions.push({
          gene5: cell(cells, 'Site1_Hugo_Symbol') ?? '?',
          gene3: cell(cells, 'Site2_Hugo_Symbol') ?? '?',
          frame: cell(cells, 'Site2_Effect_On_Frame'),
        });
    } else if (type !== 'CLINICAL' && type !== 'CANCER_TYPE')
      notes.push({
        place: file,
        reason: `${type ?? 'its kind'} (${fields.get('datatype') ?? 'no datatype'}) is not read into a case`,
      });
  }
  const hash = digest(`${study?.fields.get('cancer_study_identifier') ?? ''}/${sample}`);
  const sex = say('SEX', 'GENDER')?.toLowerCase();
  const age = Number(say('AGE', 'AGE_AT_DIAGNOSIS', 'AGE_AT_SEQ_REPORT') ?? Number.NaN);
  const kind = say('SAMPLE_TYPE', 'SAMPLE_CLASS')?.toLowerCase() ?? '';
  const biomarkers: JsonObject[] = [];
  const burden = Number(say('TMB_NONSYNONYMOUS', 'TMB_SCORE') ?? Number.NaN);
  if (Number.isFinite(burden) && burden >= 0)
    biomarkers.push({ name: 'TMB', value: burden, unit: 'mut/Mb', method: 'as cBioPortal gives it' });
  const msi = say('MSI_TYPE');
  if (msi !== undefined) biomarkers.push({ name: 'MSI', value: msi, method: 'as cBioPortal gives it' });
  const record = defined({
    caseId: `cbioportal-${hash.slice(0, 12)}`,
    // Patient and sample ids of a portal may be those of a record system.
    patient: defined({
      pseudonym: `Case ${hash.slice(0, 6)}`,
      sex: sex === 'female' || sex === 'male' ? sex : 'unknown',
      ageYears: Number.isFinite(age) && age >= 0 && age <= 120 ? Math.floor(age) : undefined,
    }),
    diagnosis: defined({
      oncotreeCode: say('ONCOTREE_CODE'),
      name: say('CANCER_TYPE_DETAILED', 'CANCER_TYPE') ?? study?.fields.get('type_of_cancer'),
      site: say('PRIMARY_SITE', 'METASTATIC_SITE'),
      stage: say('STAGE', 'TUMOR_STAGE', 'AJCC_PATHOLOGIC_TUMOR_STAGE')?.slice(0, 20),
      grade: say('GRADE')?.slice(0, 20),
    }),
    specimens: [
      {
        id: 'S1',
        kind: 'tissue',
        origin: /metasta/.test(kind)
          ? 'metastasis'
          : /recurr/.test(kind)
            ? 'recurrence'
            : /primary/.test(kind)
              ? 'primary'
              : 'unknown',
      },
    ],
  });
  const course = [...tables].flatMap(([meta, table]) =>
    meta.kind === 'clinical' && meta.fields.get('datatype') === 'TIMELINE' ? eventsOf(table, held?.patient) : [],
  );
  const left = [...attributes.keys()].filter((name) => !used.has(name));
  if (left.length > 0) notes.push({ place: 'clinical attributes', reason: `not read into a case: ${left.join(', ')}` });
  return {
    draft: {
      ...emptyDraft,
      record: course.length === 0 ? record : { ...record, course },
      variants,
      copies,
      fusions,
      segments,
      segmentsBuild: build,
      biomarkers,
      source: 'Imported from a study in cBioPortal’s formats.',
    },
    notes,
  };
}
