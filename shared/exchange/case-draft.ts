/**
 * What every import comes to: the fields of case.json and the genomic facts beside them, from which a case folder is made
 * that `case pack` accepts. Nothing is filled in: what a case needs and the sender did not give is written as not stated.
 */
import { type Assay, CASE_SCHEMA_VERSION, CaseRecord, type GenomeBuild, type Modality } from '../case/case-record.ts';
import { brokenRules } from '../case/case-rules.ts';
import { canonicalJson } from '../foundation/canonical.ts';
import type { MolecularProfile } from '../molecular/profile.ts';
import { plural } from '../report/words.ts';
import { alleleOf } from './fhir/export-findings.ts';
import { defined, type JsonObject, objectOf, objectsOf, textOf } from './fhir/json.ts';
import { segText, type TableGenotypes, type TableVariant, tableText, vcfText } from './genome-tables.ts';

export interface Noted {
  readonly place: string;
  readonly reason: string;
}

/** What a sender says of a gene that no variant is given of. */
export interface DraftGeneState {
  readonly gene: string;
  readonly state: 'tested-not-detected' | 'failed-qc' | 'not-assayed';
  readonly reason?: string | undefined;
}

export interface CaseDraft {
  /** Fields of case.json as far as the sender gives them; no `files`. */
  readonly record: JsonObject;
  readonly variants: readonly TableVariant[];
  readonly copies: readonly {
    readonly gene: string;
    readonly totalCopies?: number | undefined;
    readonly minorCopies?: number | undefined;
    readonly log2Ratio?: number | undefined;
    /** GISTIC's word, −2 to 2. */
    readonly call?: number | undefined;
  }[];
  readonly fusions: readonly {
    readonly gene5: string;
    readonly gene3: string;
    readonly rnaReads?: number | undefined;
    /** `chromosome:position1:strand`. */
    readonly breakpoint5?: string | undefined;
    readonly breakpoint3?: string | undefined;
    readonly frame?: string | undefined;
  }[];
  readonly biomarkers: readonly JsonObject[];
  readonly expression: readonly { readonly gene: string; readonly z: number }[];
  readonly protein: readonly { readonly gene: string; readonly z: number }[];
  readonly segments: MolecularProfile['segments'];
  readonly segmentsBuild?: GenomeBuild | undefined;
  /** Segments as tables with their heads, where they came with the copies of either allele. */
  readonly segmentTables?:
    | readonly {
        readonly build: GenomeBuild | undefined;
        readonly text: string;
        readonly assayId?: string | undefined;
      }[]
    | undefined;
  /** Values of expression and protein as files of their own. */
  readonly matrices?:
    | readonly {
        readonly modality: 'expression' | 'protein';
        readonly name: string;
        readonly text: string;
        readonly assayId: string | undefined;
      }[]
    | undefined;
  /** Genotypes at positions of pharmacogenes, in a build. */
  readonly genotypes?: (TableGenotypes & { readonly build: GenomeBuild }) | undefined;
  /** Genes that the sender says something of beside what was found. */
  readonly genes: readonly DraftGeneState[];
  /** Files that go into the case as they were delivered; whoever writes the case puts their bytes at `files/<name>`. */
  readonly attached?:
    | readonly {
        readonly name: string;
        readonly modality: Modality;
        readonly build?: GenomeBuild | undefined;
        readonly tumorSample?: string | undefined;
        readonly normalSample?: string | undefined;
      }[]
    | undefined;
  /** Codes of the diagnosis in other systems, from which an OncoTree code may follow. */
  readonly diagnosisCodes?: Readonly<Record<string, string>> | undefined;
  /** What whoever reads the case has to know of how its files came about, in sentences. */
  readonly limitations?: readonly string[] | undefined;
  /** Where it came from, in one sentence. */
  readonly source: string;
}

export const emptyDraft: Omit<CaseDraft, 'record' | 'source'> = {
  variants: [],
  copies: [],
  fusions: [],
  biomarkers: [],
  expression: [],
  protein: [],
  segments: [],
  genes: [],
};

export interface CaseFolder {
  /** `case.json` first, then what it names; paths with forward slashes. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** What could not be written into the case, and fields that stand as not stated. */
  readonly notes: readonly Noted[];
  readonly record: CaseRecord;
}

/** A code that OncoTree does not have, so that no evidence of a tumor type is taken for this patient's. */
export const NO_TUMOR_TYPE = 'NOT_STATED';
const NOT_STATED = 'not stated by the sender';
const SAMPLE = 'TUMOR';

interface Part {
  readonly modality: Modality;
  readonly name: string;
  /** Absent where the bytes are kept as they were delivered. */
  readonly text?: string | undefined;
  readonly build?: GenomeBuild | undefined;
  readonly tumorSample?: string | undefined;
  readonly normalSample?: string | undefined;
  /** The assay it is of, where the sender names one of the case's. */
  readonly assayId?: string | undefined;
}

/** @throws never: what does not fit the schema of a case is left out and noted */
export function caseFolder(draft: CaseDraft): CaseFolder {
  const notes: Noted[] = [];
  const note = (place: string, reason: string): void => void notes.push({ place, reason });
  const parts = partsOf(draft, note);
  const base = soundRecord(draft, note);
  const { assays, assayOf } = assaysFor(base, parts, draft, note);
  const files = parts.map(({ modality, name, build, tumorSample, normalSample, assayId }) =>
    defined({
      path: `files/${name}`,
      modality,
      assayId: assayOf(modality, build, assayId),
      genomeBuild: build,
      tumorSample,
      normalSample,
    }),
  );
  const record = CaseRecord.parse({ ...base, assays, files });
  return {
    files: [
      { path: 'case.json', text: `${JSON.stringify(JSON.parse(canonicalJson(record)), null, 2)}\n` },
      ...parts.flatMap(({ name, text }) => (text === undefined ? [] : [{ path: `files/${name}`, text }])),
    ],
    notes,
    record,
  };
}

function partsOf(draft: CaseDraft, note: (place: string, reason: string) => void): Part[] {
  const parts: Part[] = [];
  const builds = new Set([...draft.variants.map(({ key }) => alleleOf(key)?.build), draft.genotypes?.build]);
  for (const build of ['GRCh37', 'GRCh38'] as const) {
    if (!builds.has(build)) continue;
    for (const germline of [false, true]) {
      const chosen = draft.variants.filter(
        ({ key, origin }) => alleleOf(key)?.build === build && (origin === 'germline') === germline,
      );
      const genotypes = germline && draft.genotypes?.build === build ? draft.genotypes : undefined;
      if (chosen.length === 0 && genotypes === undefined) continue;
      const { text } = vcfText(chosen, build, SAMPLE, genotypes);
      parts.push({
        modality: germline ? 'germline-variants' : 'somatic-variants',
        name: `${germline ? 'germline' : 'somatic'}.${build}.vcf`,
        text,
        build,
      });
      const undecided = chosen.filter(({ origin }) => origin === 'unknown').length;
      if (undecided > 0)
        note(
          `files/somatic.${build}.vcf`,
          `${plural(undecided, 'variant')} of unknown origin ${undecided === 1 ? 'stands' : 'stand'} among the somatic ones`,
        );
    }
  }
  if (draft.fusions.length > 0)
    parts.push({
      modality: 'fusions',
      name: 'fusions.tsv',
      text: tableText(
        ['gene5', 'gene3', 'breakpoint5', 'breakpoint3', 'frame', 'rna_reads'],
        draft.fusions.map(({ gene5, gene3, breakpoint5, breakpoint3, frame, rnaReads }) => [
          gene5,
          gene3,
          breakpoint5,
          breakpoint3,
          frame,
          rnaReads,
        ]),
      ),
    });
  if (draft.copies.length > 0)
    parts.push({
      modality: 'copy-number-genes',
      name: 'copy-number.genes.tsv',
      text: tableText(
        ['gene', 'total_copies', 'minor_copies', 'log2_ratio', 'gistic_call'],
        draft.copies.map(({ gene, totalCopies, minorCopies, log2Ratio, call }) => [
          gene,
          totalCopies,
          minorCopies,
          log2Ratio,
          call,
        ]),
      ),
    });
  if (draft.segments.length > 0)
    parts.push({
      modality: 'copy-number-segments',
      name: 'copy-number.seg',
      text: segText(draft.segments, SAMPLE),
      build: draft.segmentsBuild,
    });
  for (const [index, { build, text, assayId }] of (draft.segmentTables ?? []).entries())
    parts.push({ modality: 'copy-number-segments', name: `segments.${index + 1}.tsv`, text, build, assayId });
  if (draft.biomarkers.length > 0)
    parts.push({
      modality: 'biomarkers',
      name: 'biomarkers.json',
      text: `${JSON.stringify({ biomarkers: draft.biomarkers }, null, 2)}\n`,
    });
  for (const [modality, rows] of [
    ['expression', draft.expression],
    ['protein', draft.protein],
  ] as const)
    if (rows.length > 0)
      parts.push({
        modality,
        name: `${modality}.zscores.tsv`,
        text: tableText(
          ['gene', 'z_score'],
          rows.map(({ gene, z }) => [gene, z]),
        ),
      });
  parts.push(...(draft.matrices ?? []), ...(draft.attached ?? []));
  return parts;
}

type Said = (place: string, reason: string) => void;

/** The record's fields one by one: one that does not fit is left out and noted, not the whole of it. */
function soundRecord(draft: CaseDraft, note: Said): CaseRecord {
  const { record } = draft;
  const patient = objectOf(record.patient);
  const diagnosis = objectOf(record.diagnosis);
  const first = {
    schemaVersion: CASE_SCHEMA_VERSION,
    caseId: textOf(record.caseId),
    synthetic: record.synthetic === true,
    patient: { pseudonym: textOf(patient?.pseudonym) ?? 'Imported case', sex: textOf(patient?.sex) ?? 'unknown' },
    diagnosis: {
      oncotreeCode: textOf(diagnosis?.oncotreeCode) ?? NO_TUMOR_TYPE,
      name: textOf(diagnosis?.name)?.slice(0, 200) ?? NOT_STATED,
    },
    specimens: [{ id: 'S1', kind: 'other', origin: 'unknown' }],
    assays: [],
    question: textOf(record.question) ?? `Not stated. ${draft.source}`,
  };
  if (diagnosis?.oncotreeCode === undefined)
    note('case.json diagnosis.oncotreeCode', 'the sender gives no OncoTree code: choose one before the case is read');
  if (record.question === undefined) note('case.json question', 'the sender asks no question');
  let sound = CaseRecord.safeParse(first);
  if (!sound.success)
    sound = CaseRecord.safeParse({
      ...first,
      caseId: 'imported',
      diagnosis: { oncotreeCode: NO_TUMOR_TYPE, name: NOT_STATED },
    });
  if (!sound.success) throw new Error('the smallest case does not fit its own schema');
  let kept: CaseRecord = sound.data;
  const take = (place: string, with_: (value: CaseRecord) => unknown): void => {
    const next = CaseRecord.safeParse(with_(kept));
    if (next.success && brokenRules(next.data).length === 0) kept = next.data;
    else note(`case.json ${place}`, 'what the sender gives does not fit a case and is left out');
  };
  for (const field of ['patient', 'diagnosis'] as const)
    for (const [key, value] of Object.entries(objectOf(record[field]) ?? {}))
      if (value !== undefined) take(`${field}.${key}`, (now) => ({ ...now, [field]: { ...now[field], [key]: value } }));
  const specimens = objectsOf(record.specimens);
  if (specimens.length === 0) note('case.json specimens', 'the sender names no specimen');
  else {
    // The placeholder goes only where a specimen of the sender's stands in its place.
    take('specimens[0]', (now) => ({ ...now, specimens: [specimens[0]] }));
    specimens.slice(1).forEach((specimen, index) => {
      take(`specimens[${index + 1}]`, (now) => ({ ...now, specimens: [...now.specimens, specimen] }));
    });
  }
  for (const list of [
    'assays',
    'therapyLines',
    'medications',
    'allergies',
    'labs',
    'comorbidities',
    'familyHistory',
    'phenotypes',
    'pharmacogenes',
    'course',
    'notes',
  ] as const)
    (Array.isArray(record[list]) ? record[list] : []).forEach((item, index) => {
      take(`${list}[${index}]`, (now) => ({ ...now, [list]: [...(now[list] ?? []), item] }));
    });
  if (record.performanceStatus !== undefined)
    take('performanceStatus', (now) => ({ ...now, performanceStatus: record.performanceStatus }));
  return kept;
}

/** An assay of the sender's that reads a modality on that build, else one that says nothing but that it was imported. */
function assaysFor(record: CaseRecord, parts: readonly Part[], draft: CaseDraft, note: Said) {
  const assays: Assay[] = [...record.assays];
  const specimenId = record.specimens.find(({ origin }) => origin !== 'normal')?.id ?? record.specimens[0]?.id ?? 'S1';
  const fits = (assay: Assay, modality: Modality, build: GenomeBuild | undefined): boolean =>
    assay.modalities.includes(modality) &&
    (build === undefined || assay.genomeBuild === undefined || assay.genomeBuild === build);
  const made = new Map<string, Assay>();
  for (const { modality, build } of parts) {
    if (assays.some((assay) => fits(assay, modality, build))) continue;
    const id = `imported-${modality}${build === undefined ? '' : `-${build}`}`;
    made.set(id, {
      id,
      name: `Imported ${modality.replaceAll('-', ' ')}`,
      specimenId,
      modalities: [modality],
      scope: 'other',
      ...(modality === 'germline-variants' ? { design: 'germline' as const } : {}),
      ...(build === undefined ? {} : { genomeBuild: build }),
      limitations: [
        'Imported from another system: what was tested beside the listed findings is not stated.',
        ...(modality.endsWith('-variants') ? (draft.limitations ?? []) : []),
      ],
      ...(modality === 'expression' || modality === 'protein' ? { reference: NOT_STATED } : {}),
    });
  }
  const tested = draft.genes.filter(({ state }) => state !== 'not-assayed');
  if (tested.length > 0 && record.assays.length === 0) {
    const failed = tested.filter(({ state }) => state === 'failed-qc');
    made.set('imported-genes', {
      id: 'imported-genes',
      name: 'Genes on which the sender makes a statement',
      specimenId,
      modalities: ['somatic-variants'],
      scope: 'panel',
      genes: [...new Set(tested.map(({ gene }) => gene))].sort(),
      targets: 'mixed',
      ...(failed.length === 0
        ? {}
        : { failedRegions: failed.map(({ gene, reason }) => ({ gene, reason: (reason ?? 'no call').slice(0, 200) })) }),
      limitations: ['Imported from another system: the positions that were read are not stated.'],
    });
  } else if (tested.length > 0)
    note(
      'case.json assays',
      `${plural(tested.length, 'statement')} on genes without a finding ${tested.length === 1 ? 'stands' : 'stand'} in the draft beside the case`,
    );
  assays.push(...made.values());
  return {
    assays,
    assayOf: (modality: Modality, build: GenomeBuild | undefined, named?: string): string =>
      (
        assays.find((assay) => assay.id === named && fits(assay, modality, build)) ??
        assays.find((assay) => fits(assay, modality, build))
      )?.id ?? '',
  };
}
