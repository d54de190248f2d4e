/**
 * A mapping says how the files that one laboratory delivers become a case: which files belong together, what each of them is,
 * and which column is which field. It is written by the site, in YAML or JSON, and carries its own version, so that a draft can
 * name what it was read by. Version 1 of the format; a file of a later version is refused, never half-read.
 */
import { z } from 'zod';
import { CaseRecord, GenomeBuild, Modality } from '../../case/case-record.ts';

export const LAB_MAPPING_FORMAT = 1;

const unsafe = new Set(['__proto__', 'prototype', 'constructor']);

/**
 * Regular expressions of a site run over names of files only, of 240 characters at most. What makes a backtracking matcher
 * run for ever (a group that repeats and holds a repetition, a back reference) is refused.
 */
const Pattern = z
  .string()
  .min(1)
  .max(200)
  .superRefine((pattern, context) => {
    if (/\\[1-9]|\\k</.test(pattern) || /\([^)]*[+*}][^)]*\)\s*[+*{]/.test(pattern))
      context.addIssue({ code: 'custom', message: 'a repetition inside a repeated group, or a back reference' });
    try {
      new RegExp(pattern, 'u');
    } catch {
      context.addIssue({ code: 'custom', message: 'not a regular expression' });
    }
  });

/** A column by its heading, or by several headings of which the first that is there counts. */
const Heading = z.union([z.string().min(1).max(120), z.array(z.string().min(1).max(120)).min(1).max(10)]);

const Field = z.union([
  Heading,
  z.strictObject({
    column: Heading,
    /** The laboratory's words for ours; a word that is not in the list is refused, never guessed. */
    values: z.record(z.string().max(120), z.string().max(200)).optional(),
    /** `percent` divides by 100. */
    unit: z.enum(['fraction', 'percent']).optional(),
  }),
]);
export type LabField = z.infer<typeof Field>;

const table = {
  /** Separator of a table; `auto` takes the one that the head line has most of. */
  separator: z.enum(['auto', 'tab', 'comma', 'semicolon']).default('auto'),
  /** Mark of decimals in numbers. */
  decimal: z.enum(['point', 'comma']).default('point'),
};
const common = {
  /** How reasons call this file. */
  name: z.string().min(1).max(60),
  /** Regular expression over the path of a file below the folder, with forward slashes. */
  match: Pattern,
  /** Nothing is made of a case before its required files are there. */
  required: z.boolean().default(false),
};

/** Fields of each kind of table: those without which a row says nothing, and those that it may have. */
export const labFields = {
  record: {
    needs: [],
    may: [
      'patient.pseudonym',
      'patient.sex',
      'patient.ageYears',
      'patient.ancestry',
      'diagnosis.oncotreeCode',
      'diagnosis.icdO3Morphology',
      'diagnosis.icdO3Topography',
      'diagnosis.icd10',
      'diagnosis.snomed',
      'diagnosis.name',
      'diagnosis.site',
      'diagnosis.stage',
      'diagnosis.grade',
      'diagnosis.histology',
      'diagnosis.date',
      'specimen.id',
      'specimen.kind',
      'specimen.site',
      'specimen.preservation',
      'specimen.origin',
      'specimen.block',
      'specimen.purity',
      'specimen.collected',
      'specimen.received',
      'performanceStatus.ecog',
      'performanceStatus.karnofsky',
      'question',
    ],
  },
  variants: {
    needs: ['gene'],
    may: [
      'chromosome',
      'position1',
      'reference',
      'alternate',
      'hgvsCoding',
      'hgvsProtein',
      'transcript',
      'consequence',
      'alleleFraction',
      'depth',
      'origin',
      'filter',
    ],
  },
  copies: { needs: ['gene'], may: ['totalCopies', 'log2Ratio', 'call'] },
  fusions: { needs: ['gene5', 'gene3'], may: ['breakpoint5', 'breakpoint3', 'frame', 'rnaReads'] },
  biomarkers: { needs: ['name', 'value'], may: ['unit', 'method', 'threshold'] },
  labs: { needs: ['name', 'value', 'unit'], may: ['loinc', 'date'] },
  medications: { needs: ['name'], may: ['dose'] },
} as const;
export type LabTable = keyof typeof labFields;

/**
 * The columns of a table by our names. A name that we do not know would be read into nothing, so it is refused.
 */
const fieldsOf = (kind: LabTable) =>
  z.record(z.string(), Field).superRefine((fields, context) => {
    const { needs, may } = labFields[kind];
    const known: readonly string[] = [...needs, ...may];
    for (const name of Object.keys(fields))
      if (!known.includes(name))
        context.addIssue({ code: 'custom', path: [name], message: `unknown; one of ${known.join(', ')}` });
    for (const name of needs)
      if (fields[name] === undefined)
        context.addIssue({ code: 'custom', path: [name], message: 'this field is needed' });
    if (kind === 'variants') {
      const placed = ['chromosome', 'position1', 'reference', 'alternate'].filter((one) => fields[one] !== undefined);
      if (placed.length > 0 && placed.length < 4)
        context.addIssue({ code: 'custom', message: 'a place has chromosome, position1, reference and alternate' });
      if (placed.length === 0 && fields.hgvsCoding === undefined)
        context.addIssue({ code: 'custom', message: 'give the place on the genome, or hgvsCoding' });
    }
  });

const tableAs = <Kind extends LabTable>(read: Kind) =>
  z.strictObject({ ...common, ...table, read: z.literal(read), fields: fieldsOf(read) });

export const LabFile = z.discriminatedUnion('read', [
  tableAs('record'),
  tableAs('copies'),
  tableAs('fusions'),
  tableAs('biomarkers'),
  tableAs('labs'),
  tableAs('medications'),
  z.strictObject({
    ...common,
    ...table,
    read: z.literal('variants'),
    genomeBuild: GenomeBuild,
    fields: fieldsOf('variants'),
  }),
  /** A letter or report as text; what it says is read by rules and confirmed by a person. */
  z.strictObject({ ...common, read: z.literal('letter'), title: z.string().min(1).max(200) }),
  /** A file that the workstation reads itself: VCF, MAF, SEG and so on; kept byte by byte. */
  z.strictObject({
    ...common,
    read: z.literal('file'),
    modality: Modality,
    genomeBuild: GenomeBuild.optional(),
    tumorSample: z.string().max(200).optional(),
    normalSample: z.string().max(200).optional(),
  }),
]);
export type LabFile = z.infer<typeof LabFile>;

export const LabMapping = z
  .strictObject({
    mapping: z.literal(LAB_MAPPING_FORMAT),
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and hyphens'),
    /** The site's own version of this mapping, named in every draft. */
    version: z.string().min(1).max(40),
    title: z.string().min(1).max(200),
    /** Regular expression over a file's path; what its first group holds names the case. */
    case: Pattern.refine(
      (pattern) => /\((?!\?[:=!])/.test(pattern),
      'it needs a group in parentheses that names the case',
    ),
    /** A file that changed less than this many seconds ago is still being written. */
    settleSeconds: z.number().min(0).max(3600).default(10),
    /**
     * The site's word that delivered files stay readable in the folder after they were read. Without it they are sealed with
     * a key of the vault that is open, and the readable ones go.
     */
    keepFiles: z.boolean().optional(),
    /** What is the same in every case of this laboratory, as in case.json: assays, specimens, question. */
    record: CaseRecord.pick({ assays: true, specimens: true, question: true, synthetic: true, referrer: true })
      .partial()
      .strict()
      .default({}),
    files: z.array(LabFile).min(1).max(40),
  })
  .superRefine((mapping, context) => {
    const names = mapping.files.map(({ name }) => name);
    names.forEach((name, index) => {
      if (names.indexOf(name) !== index)
        context.addIssue({ code: 'custom', path: ['files', index, 'name'], message: 'the name is given twice' });
    });
    if (!mapping.files.some(({ required }) => required))
      context.addIssue({ code: 'custom', path: ['files'], message: 'at least one file is required: true' });
  });
export type LabMapping = z.infer<typeof LabMapping>;

export interface MappingIssue {
  /** `files[1].fields.gene`; empty for the whole. */
  readonly field: string;
  readonly message: string;
}

const placeOf = (path: readonly PropertyKey[]): string =>
  path.map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`)).join('');

/** A document as it was parsed from YAML or JSON. Every issue, with the field it stands in. */
export function readLabMapping(
  document: unknown,
): { readonly mapping: LabMapping } | { readonly issues: readonly MappingIssue[] } {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    return { issues: [{ field: '', message: 'a mapping is expected: see the example' }] };
  const format: unknown = Reflect.get(document, 'mapping');
  if (typeof format === 'number' && format > LAB_MAPPING_FORMAT)
    return {
      issues: [{ field: 'mapping', message: `this program reads version ${LAB_MAPPING_FORMAT} of the format` }],
    };
  if (holdsUnsafe(document, 0)) return { issues: [{ field: '', message: 'a name that no field has' }] };
  const read = LabMapping.safeParse(document);
  if (read.success) return { mapping: read.data };
  return {
    issues: read.error.issues.map(({ path, message }) => ({ field: placeOf(path), message })).slice(0, 50),
  };
}

function holdsUnsafe(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth > 12) return true;
  return Object.entries(value).some(([key, member]) => unsafe.has(key) || holdsUnsafe(member, depth + 1));
}

/** The file of a mapping that a path is, where exactly one is meant: the first that matches, as they are written. */
export const labFileOf = (mapping: LabMapping, path: string): LabFile | undefined =>
  mapping.files.find(({ match }) => new RegExp(match, 'u').test(path.slice(0, 240)));

/** What names the case in a path; undefined where the file is of no case. */
export const labCaseOf = (mapping: LabMapping, path: string): string | undefined => {
  const found = new RegExp(mapping.case, 'u').exec(path.slice(0, 240));
  const name = found?.slice(1).find((group) => group !== undefined && group !== '');
  return name === undefined ? undefined : name.slice(0, 120);
};

/** To begin with: every kind of file once, commented. */
export const exampleMapping = `# How the files of one laboratory become a case. Version 1 of the format.
mapping: 1
id: panel-laboratory
version: "1"
title: Panel of the laboratory
# What the first group holds names the case: L0001 of L0001.variants.tsv
case: '^([A-Za-z0-9-]+)[./_]'
# A file that changed in the last seconds is still being written.
settleSeconds: 10
# Delivered files are sealed once they were read;
# with keepFiles: true they stay readable in the folder.
# What is the same in every case.
record:
  question: Which targeted treatment can be offered?
  specimens:
    - { id: S1, kind: tissue, origin: primary }
  assays:
    - id: panel
      name: Panel
      specimenId: S1
      modalities: [somatic-variants]
      scope: panel
      genomeBuild: GRCh38
      limitations: [The genes of the panel are not stated.]
files:
  - name: order
    match: '\\.order\\.csv$'
    required: true
    read: record
    fields:
      patient.sex: { column: Sex, values: { m: male, w: female, f: female } }
      patient.ageYears: Age
      diagnosis.oncotreeCode: OncoTree
      diagnosis.icdO3Morphology: [Morphology, ICD-O]
      diagnosis.icdO3Topography: Topography
      diagnosis.name: Diagnosis
  - name: variants
    match: '\\.variants\\.(tsv|csv)$'
    required: true
    read: variants
    genomeBuild: GRCh38
    fields:
      gene: Gene
      chromosome: Chr
      position1: Pos
      reference: Ref
      alternate: Alt
      hgvsCoding: HGVSc
      hgvsProtein: HGVSp
      alleleFraction: { column: VAF, unit: percent }
      depth: Depth
  - name: laboratory values
    match: '\\.labs\\.csv$'
    read: labs
    fields: { name: Analyte, value: Value, unit: Unit, date: Date }
  - name: letter
    match: '\\.letter\\.txt$'
    read: letter
    title: Letter of the referring clinic
`;
