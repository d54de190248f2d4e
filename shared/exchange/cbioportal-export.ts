/**
 * Cases as a study folder in cBioPortal's formats, for a portal of the site's own: clinical attributes, mutations, discrete copy
 * number, structural variants, gene panels. A gene that an assay does not read is NA, and a sample stands in the list of those that
 * were sequenced only where an assay read its sequence: not tested is never negative.
 */

import type { CaseRecord, GenomeBuild } from '../case/case-record.ts';
import type { Finding } from '../molecular/profile.ts';
import type { ReportInput } from '../report/report-input.ts';
import { plural } from '../report/words.ts';
import { tableText } from './genome-tables.ts';
import { type Risk, refuseAnyDenied } from './reidentify.ts';
import { exportTable } from './table-export.ts';
import { calledGenes, counted, PHARMACOGENES_STAY, type Withheld } from './withheld.ts';

export interface StudyNames {
  /** `cancer_study_identifier`: letters, digits, `_` and `-`. */
  readonly identifier: string;
  readonly name: string;
  readonly description: string;
}

/** What a study of so many cases is called and says of itself. */
export const studyNames = (identifier: string, cases: number): StudyNames => ({
  identifier,
  name: identifier.replaceAll('_', ' '),
  description: `${plural(cases, 'case')} exported by Consilium`,
});

export interface StudyExport {
  /** By path inside the study folder. */
  readonly files: ReadonlyMap<string, string>;
  readonly withheld: readonly Withheld[];
  /** What the sender has to know of consents. */
  readonly warnings: readonly Risk[];
}

const CALLS: Partial<Record<Finding['kind'], number>> = { amplification: 2, gain: 1, loss: -1, 'deep-deletion': -2 };

const meta = (fields: Readonly<Record<string, string>>): string =>
  `${Object.entries(fields)
    .map(([key, value]) => `${key}: ${value}`)
    .join('\n')}\n`;

type Attribute = readonly [
  id: string,
  name: string,
  type: 'STRING' | 'NUMBER',
  of: (record: CaseRecord) => string | number | undefined,
];

const PATIENT: readonly Attribute[] = [
  [
    'SEX',
    'Sex',
    'STRING',
    ({ patient: { sex } }) => (sex === 'female' ? 'Female' : sex === 'male' ? 'Male' : undefined),
  ],
  ['AGE', 'Age', 'NUMBER', ({ patient }) => patient.ageYears],
];
const SAMPLE: readonly Attribute[] = [
  ['ONCOTREE_CODE', 'OncoTree code', 'STRING', ({ diagnosis }) => diagnosis.oncotreeCode],
  ['CANCER_TYPE_DETAILED', 'Tumor type', 'STRING', ({ diagnosis }) => diagnosis.name],
  ['SAMPLE_TYPE', 'Sample type', 'STRING', (record) => tumorOf(record)?.origin],
  ['PRIMARY_SITE', 'Site', 'STRING', ({ diagnosis }) => diagnosis.site],
  ['STAGE', 'Stage', 'STRING', ({ diagnosis }) => diagnosis.stage],
  ['GRADE', 'Grade', 'STRING', ({ diagnosis }) => diagnosis.grade],
  ['TUMOR_PURITY', 'Tumor cell content', 'NUMBER', (record) => tumorOf(record)?.purity],
];

const tumorOf = ({ specimens }: CaseRecord): CaseRecord['specimens'][number] | undefined =>
  specimens.find(({ origin }) => origin !== 'normal');

/** One line of a file may hold neither a tab nor an end of line, and the portal refuses quotation marks around a cell. */
const plain = (value: string | number | undefined): string | number =>
  typeof value === 'number' ? value : (value ?? 'NA').replace(/[\t\r\n]+/g, ' ').replace(/^"(.*)"$/, '$1') || 'NA';

function clinical(ids: readonly Attribute[], rows: readonly (readonly (string | number | undefined)[])[]): string {
  const heads: readonly (readonly string[])[] = [
    ids.map(([, name]) => name),
    ids.map(([, name]) => name),
    ids.map(([, , type]) => type),
    ids.map(() => '1'),
  ];
  return `${heads.map((head) => `#${head.join('\t')}`).join('\n')}\n${tableText(
    ids.map(([id]) => id),
    rows.map((row) => row.map(plain)),
  )}`;
}

const ID = (name: string, of: (record: CaseRecord) => string): Attribute => [
  name,
  name === 'PATIENT_ID' ? 'Patient' : 'Sample',
  'STRING',
  of,
];

/**
 * A study is for use outside care, whatever is left in it (F109).
 *
 * @param inputs cases; each is a patient and a sample of its own, under its case id
 * @throws FaultError forbidden where one of the patients has refused such use
 */
export function exportStudy(
  inputs: readonly ReportInput[],
  { identifier, name, description }: StudyNames,
): StudyExport {
  const warnings = refuseAnyDenied(inputs);
  const files = new Map<string, string>();
  const withheld: Withheld[] = [];
  const add = (base: string, fields: Readonly<Record<string, string>>, data: string): void => {
    const data_filename = `data_${base}.txt`;
    files.set(`meta_${base}.txt`, meta({ cancer_study_identifier: identifier, ...fields, data_filename }));
    files.set(data_filename, data);
  };
  const list = (id: string, title: string, samples: readonly string[]): void => {
    if (samples.length > 0)
      files.set(
        `case_lists/cases_${id}.txt`,
        meta({
          cancer_study_identifier: identifier,
          stable_id: `${identifier}_${id}`,
          case_list_name: title,
          case_list_description: `${title} (${plural(samples.length, 'sample')})`,
          case_list_ids: samples.join('\t'),
        }),
      );
  };
  const build = commonBuild(inputs);
  const types = [...new Set(inputs.map(({ record }) => record.diagnosis.oncotreeCode.toLowerCase()))];
  files.set(
    'meta_study.txt',
    meta({
      type_of_cancer: types.length === 1 ? (types[0] ?? 'mixed') : 'mixed',
      cancer_study_identifier: identifier,
      name,
      description,
      reference_genome: build === 'GRCh37' ? 'hg19' : 'hg38',
      add_global_case_list: 'true',
    }),
  );
  const patientColumns = [ID('PATIENT_ID', ({ caseId }) => caseId), ...PATIENT];
  const sampleColumns = [ID('PATIENT_ID', ({ caseId }) => caseId), ID('SAMPLE_ID', ({ caseId }) => caseId), ...SAMPLE];
  const cells = (columns: readonly Attribute[]) => inputs.map(({ record }) => columns.map(([, , , of]) => of(record)));
  const clinicalMeta = { genetic_alteration_type: 'CLINICAL' };
  add(
    'clinical_patient',
    { ...clinicalMeta, datatype: 'PATIENT_ATTRIBUTES' },
    clinical(patientColumns, cells(patientColumns)),
  );
  add(
    'clinical_sample',
    { ...clinicalMeta, datatype: 'SAMPLE_ATTRIBUTES' },
    clinical(sampleColumns, cells(sampleColumns)),
  );

  mutations(inputs, build, add, withheld);
  list('sequenced', 'Samples with mutation data', reading(inputs, ['somatic-variants', 'germline-variants']));
  if (copies(inputs, add))
    list('cna', 'Samples with copy number data', reading(inputs, ['copy-number-genes', 'copy-number-segments']));
  if (fusions(inputs, build, add)) list('sv', 'Samples with structural variant data', reading(inputs, ['fusions']));
  panels(inputs, files, add);
  const left = [
    ['biomarkers', 'a portal has no profile of single markers; they stand in the case bundle'],
    ['copy number segments', 'the number of markers of a segment is not kept in a case'],
    ['expression and protein', 'z-scores of one sample are relative to its own cohort'],
    ['notes, course, medication, names', 'free text may name people; it stays in the case bundle'],
  ] as const;
  withheld.push(
    ...left.map(([what, why]) => ({ what, why })),
    ...inputs.flatMap((input) =>
      counted([[calledGenes(input), 'called pharmacogene', 'called pharmacogenes', PHARMACOGENES_STAY]]).map(
        ({ what, why }) => ({
          what: `${input.record.caseId}: ${what}`,
          why,
        }),
      ),
    ),
  );
  return { files, warnings, withheld };
}

function commonBuild(inputs: readonly ReportInput[]): GenomeBuild {
  const builds = inputs.flatMap(({ intake }) => intake.variants.map((one) => one.build));
  return builds.filter((one) => one === 'GRCh37').length > builds.length / 2 ? 'GRCh37' : 'GRCh38';
}

const reading = (inputs: readonly ReportInput[], modalities: readonly string[]): string[] =>
  inputs
    .filter(({ record }) => record.files.some(({ modality }) => modalities.includes(modality)))
    .map(({ record }) => record.caseId);

type Add = (base: string, fields: Readonly<Record<string, string>>, data: string) => void;
const profile = (type: string, datatype: string, stable: string, name: string): Record<string, string> => ({
  genetic_alteration_type: type,
  datatype,
  stable_id: stable,
  show_profile_in_analysis_tab: 'true',
  profile_name: name,
  profile_description: `${name}, as the laboratory called it.`,
});

function mutations(inputs: readonly ReportInput[], build: GenomeBuild, add: Add, withheld: Withheld[]): void {
  let head: string | undefined;
  const rows: string[] = [];
  for (const input of inputs) {
    const others = input.intake.variants.filter((one) => one.build !== build).length;
    if (others > 0)
      withheld.push({
        what: `${plural(others, 'variant')} of ${input.record.caseId}`,
        why: `they are not placed on ${build}`,
      });
    if (others === input.intake.variants.length) continue;
    const { text, withheld: left } = exportTable('maf', input);
    withheld.push(...left.map(({ what, why }) => ({ what: `${input.record.caseId}: ${what}`, why })));
    // Empty cells at the end of the last row are cells.
    const [, columns, ...lines] = text.replace(/\n$/, '').split('\n');
    head ??= columns;
    rows.push(...lines);
  }
  if (head !== undefined && rows.length > 0)
    add(
      'mutations',
      { ...profile('MUTATION_EXTENDED', 'MAF', 'mutations', 'Mutations') },
      `${[head, ...rows].join('\n')}\n`,
    );
}

function copies(inputs: readonly ReportInput[], add: Add): boolean {
  const calls = inputs.map(({ profile: { findings } }) => {
    const own = new Map<string, number>();
    for (const { kind, gene, state } of findings)
      if (state === 'detected' && CALLS[kind] !== undefined && gene !== '') own.set(gene, CALLS[kind] ?? 0);
    return own;
  });
  const genes = [...new Set(calls.flatMap((own) => [...own.keys()]))].sort();
  if (genes.length === 0) return false;
  add(
    'cna',
    profile('COPY_NUMBER_ALTERATION', 'DISCRETE', 'gistic', 'Copy number, as called'),
    tableText(
      ['Hugo_Symbol', ...inputs.map(({ record }) => record.caseId)],
      // A gene that nobody called in a sample may be normal or may not have been read: NA says neither.
      genes.map((gene) => [gene, ...calls.map((own) => own.get(gene) ?? 'NA')]),
    ),
  );
  return true;
}

function fusions(inputs: readonly ReportInput[], build: GenomeBuild, add: Add): boolean {
  const rows = inputs.flatMap(({ record, profile: { findings } }) =>
    findings
      .filter(({ kind, state }) => kind === 'fusion' && state === 'detected')
      .map(({ gene, gene2, title }) => [record.caseId, 'SOMATIC', gene, gene2 ?? '', build, plain(title)]),
  );
  if (rows.length === 0) return false;
  add(
    'sv',
    profile('STRUCTURAL_VARIANT', 'SV', 'structural_variants', 'Structural variants'),
    tableText(['Sample_Id', 'SV_Status', 'Site1_Hugo_Symbol', 'Site2_Hugo_Symbol', 'NCBI_Build', 'Event_Info'], rows),
  );
  return true;
}

/** Which genes an assay reads: a portal that knows it does not draw an unread gene as normal. */
function panels(inputs: readonly ReportInput[], files: Map<string, string>, add: Add): void {
  const named = new Map<string, string>();
  const rows = inputs.map(({ record }) => {
    const genes = record.assays
      .filter(({ modalities }) => modalities.includes('somatic-variants'))
      .flatMap((assay) => assay.genes ?? []);
    if (genes.length === 0) return [record.caseId, 'NA'];
    const text = [...new Set(genes)].sort().join('\t');
    const id = named.get(text) ?? `panel_${named.size + 1}`;
    named.set(text, id);
    return [record.caseId, id];
  });
  if (named.size === 0 || !files.has('data_mutations.txt')) return;
  for (const [genes, id] of named)
    files.set(
      `gene_panels/${id}.txt`,
      meta({ stable_id: id, description: `Genes of ${id} as the assay states them`, gene_list: genes }),
    );
  add(
    'gene_panel_matrix',
    { genetic_alteration_type: 'GENE_PANEL_MATRIX', datatype: 'GENE_PANEL_MATRIX' },
    tableText(['SAMPLE_ID', 'mutations'], rows),
  );
}
