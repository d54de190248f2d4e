import { z } from 'zod';
import { CaseId, Sha256 } from '../foundation/ids.ts';

/** Version of the case.json schema. A bundle of a newer major or minor version is refused, never half-read. */
export const CASE_SCHEMA_VERSION = '1.0';

const IsoDate = z.string().regex(/^\d{4}(-\d{2}(-\d{2})?)?$/, 'a date as YYYY, YYYY-MM or YYYY-MM-DD');
const Text = z.string().max(4000);

export const GenomeBuild = z.enum(['GRCh37', 'GRCh38']);
export type GenomeBuild = z.infer<typeof GenomeBuild>;

/** What a file holds. One modality may come from several files. */
export const Modality = z.enum([
  'somatic-variants',
  'germline-variants',
  'copy-number-genes',
  'copy-number-segments',
  'fusions',
  'expression',
  'protein',
  'biomarkers',
]);
export type Modality = z.infer<typeof Modality>;

export const Patient = z.object({
  /** A name that no record system knows, for example "Otter 417". */
  pseudonym: z.string().min(1).max(80),
  sex: z.enum(['female', 'male', 'other', 'unknown']),
  ageYears: z.number().int().min(0).max(120).optional(),
  ancestry: z.string().max(80).optional(),
});

export const Diagnosis = z.object({
  /** OncoTree code, the code used for tiering. */
  oncotreeCode: z.string().regex(/^[A-Z0-9_]{2,20}$/),
  name: z.string().min(1).max(200),
  site: z.string().max(200).optional(),
  stage: z.string().max(20).optional(),
  stageSystem: z.string().max(80).optional(),
  tnm: z
    .object({ t: z.string().max(8).optional(), n: z.string().max(8).optional(), m: z.string().max(8).optional() })
    .optional(),
  grade: z.string().max(20).optional(),
  positiveNodes: z.number().int().min(0).max(200).optional(),
  histology: z.string().max(200).optional(),
  date: IsoDate.optional(),
  /** Receptor status and similar: estrogen-receptor, progesterone-receptor, her2, smoking … */
  attributes: z.record(z.string().max(60), z.string().max(120)).optional(),
});

export const Specimen = z.object({
  id: z.string().min(1).max(60),
  kind: z.enum(['tissue', 'blood', 'plasma', 'marrow', 'other']),
  site: z.string().max(120).optional(),
  preservation: z.enum(['FFPE', 'fresh-frozen', 'EDTA', 'streck', 'other', 'unknown']).optional(),
  origin: z.enum(['primary', 'metastasis', 'recurrence', 'normal', 'circulating', 'unknown']),
  block: z.string().max(60).optional(),
  /** Fraction of tumor cells, 0 to 1. */
  purity: z.number().min(0).max(1).optional(),
  collected: IsoDate.optional(),
  received: IsoDate.optional(),
  relationToTherapy: z.string().max(200).optional(),
});

const Share = z.number().min(0).max(1);
/** What a program upstream marked on an image. It is drawn apart from the picture, and it is no finding. */
export const ImageMark = z.object({
  /** Program and version. */
  by: z.string().min(1).max(120),
  label: z.string().min(1).max(120),
  /** As the program gives it, 0 to 1. */
  score: Share.optional(),
  /** Frame of a multi-frame image, from 0. */
  frame: z.number().int().min(0).max(100_000).optional(),
  /** As shares of the image's width and height. */
  region: z.object({ left: Share, top: Share, width: Share, height: Share }),
});
export type ImageMark = z.infer<typeof ImageMark>;

/** A stretch the assay could or could not read. Absent gene lists mean "not stated", which is not "covered". */
export const Assay = z.object({
  id: z.string().min(1).max(60),
  name: z.string().min(1).max(200),
  version: z.string().max(60).optional(),
  laboratory: z.string().max(200).optional(),
  specimenId: z.string().min(1).max(60),
  normalSpecimenId: z.string().max(60).optional(),
  modalities: z.array(Modality).min(1),
  scope: z.enum([
    'panel',
    'exome',
    'genome',
    'transcriptome',
    'targeted-rna',
    'proteome',
    'immunohistochemistry',
    'other',
  ]),
  design: z.enum(['tumor-only', 'tumor-normal', 'germline', 'not-applicable']).optional(),
  genomeBuild: GenomeBuild.optional(),
  method: z.string().max(300).optional(),
  /** HUGO symbols read by the assay; absent with scope exome/genome/transcriptome means every gene. */
  genes: z.array(z.string().max(40)).optional(),
  /** What is read of each gene: whole coding sequence or hot spots. */
  targets: z.enum(['whole-gene', 'hotspots', 'mixed']).optional(),
  /** Genes whose introns or transcripts allow fusion calls. */
  fusionGenes: z.array(z.string().max(40)).optional(),
  failedRegions: z
    .array(z.object({ gene: z.string().max(40), region: z.string().max(120).optional(), reason: z.string().max(200) }))
    .optional(),
  sizeMegabases: z.number().positive().optional(),
  limitOfDetection: z.string().max(200).optional(),
  meanDepth: z.number().nonnegative().optional(),
  reported: IsoDate.optional(),
  limitations: z.array(Text).optional(),
  /** For expression and protein: what the values are relative to. */
  reference: z.string().max(200).optional(),
});

export const TherapyLine = z.object({
  line: z.number().int().min(0).max(30),
  intent: z.enum(['curative', 'adjuvant', 'neoadjuvant', 'palliative', 'maintenance', 'unknown']).optional(),
  agents: z.array(z.string().min(1).max(120)).min(1),
  started: IsoDate.optional(),
  ended: IsoDate.optional(),
  bestResponse: z.enum(['CR', 'PR', 'SD', 'PD', 'NE', 'unknown']).optional(),
  reasonEnded: z.string().max(200).optional(),
});

export const Lab = z.object({
  name: z.string().min(1).max(120),
  loinc: z
    .string()
    .regex(/^\d{1,7}-\d$/)
    .optional(),
  value: z.number(),
  /** UCUM code. */
  unit: z.string().min(1).max(40),
  date: IsoDate.optional(),
});

export const CaseFile = z.object({
  /** Path inside the bag's data folder, for example files/somatic.vcf.gz. */
  path: z.string().min(1).max(240),
  modality: Modality,
  assayId: z.string().max(60),
  format: z
    .enum(['vcf', 'maf', 'seg', 'cna-genes', 'fusions-tsv', 'expression-tsv', 'protein-tsv', 'biomarkers-json'])
    .optional(),
  /** Names of the sample columns, where the file has several. */
  tumorSample: z.string().max(200).optional(),
  normalSample: z.string().max(200).optional(),
  genomeBuild: GenomeBuild.optional(),
  /** How to read allele fraction when the file's own layout cannot be told; the answer to an intake question. */
  alleleFractionFrom: z.string().max(80).optional(),
});
export type CaseFile = z.infer<typeof CaseFile>;

/** A gene whose diplotype, phenotype or score others report; several of one gene are alternatives. */
export const PharmacogeneCall = z
  .object({
    /** HUGO symbol. */
    gene: z.string().regex(/^[A-Za-z0-9-]{1,20}$/),
    /** Two alleles, or the one of a gene that has one copy: `*1/*4`. */
    diplotype: z.string().min(1).max(300).optional(),
    phenotype: z.string().min(1).max(120).optional(),
    activityScore: z.string().min(1).max(20).optional(),
    /** Who reports it. */
    source: z.string().min(1).max(200),
  })
  .refine(({ diplotype, phenotype, activityScore }) => (diplotype ?? phenotype ?? activityScore) !== undefined, {
    message: 'a diplotype, a phenotype or an activity score',
  });
export type PharmacogeneCall = z.infer<typeof PharmacogeneCall>;

export const CaseRecord = z.object({
  schemaVersion: z.string(),
  caseId: CaseId,
  /** True for generated patients; printed on every screen and page. */
  synthetic: z.boolean().default(false),
  patient: Patient,
  diagnosis: Diagnosis,
  specimens: z.array(Specimen).min(1),
  assays: z.array(Assay),
  question: z.string().min(1).max(1000),
  referrer: z
    .object({ clinician: z.string().max(120).optional(), institution: z.string().max(200).optional() })
    .optional(),
  course: z
    .array(
      z.object({ date: IsoDate.optional(), event: z.string().min(1).max(500), kind: z.string().max(40).optional() }),
    )
    .default([]),
  therapyLines: z.array(TherapyLine).default([]),
  performanceStatus: z
    .object({ scale: z.enum(['ECOG', 'Karnofsky']), value: z.number(), date: IsoDate.optional() })
    .optional(),
  comorbidities: z.array(z.string().max(200)).default([]),
  medications: z.array(z.object({ name: z.string().max(120), dose: z.string().max(80).optional() })).default([]),
  allergies: z.array(z.string().max(200)).default([]),
  labs: z.array(Lab).default([]),
  familyHistory: z
    .array(
      z.object({
        relation: z.string().max(80),
        condition: z.string().max(200),
        ageYears: z.number().int().min(0).max(120).optional(),
      }),
    )
    .default([]),
  /** HPO terms of the patient, seen or looked for and absent; they rank germline findings (F025). */
  phenotypes: z
    .array(
      z.object({
        hpo: z.string().regex(/^HP:\d{7}$/),
        name: z.string().max(200).optional(),
        excluded: z.boolean().optional(),
      }),
    )
    .max(200)
    .optional(),
  /** Pharmacogenes as another laboratory or system called them, beside what the germline files of the case tell (F043). */
  pharmacogenes: z.array(PharmacogeneCall).max(200).optional(),
  patientGoals: z.array(z.string().max(500)).default([]),
  consents: z
    .array(z.object({ purpose: z.string().max(120), granted: z.boolean(), date: IsoDate.optional() }))
    .default([]),
  notes: z
    .array(z.object({ title: z.string().max(200), text: z.string().max(20000), date: IsoDate.optional() }))
    .default([]),
  images: z
    .array(
      z.object({
        path: z.string().max(240),
        title: z.string().max(200),
        date: IsoDate.optional(),
        marks: z.array(ImageMark).max(500).optional(),
      }),
    )
    .default([]),
  documents: z.array(z.object({ path: z.string().max(240), title: z.string().max(200) })).default([]),
  files: z.array(CaseFile).default([]),
});
export type CaseRecord = z.infer<typeof CaseRecord>;
export type Patient = z.infer<typeof Patient>;
export type Diagnosis = z.infer<typeof Diagnosis>;
export type Specimen = z.infer<typeof Specimen>;
export type Assay = z.infer<typeof Assay>;
export type TherapyLine = z.infer<typeof TherapyLine>;
export type Lab = z.infer<typeof Lab>;

/** A bundle as read: the record, where it came from, and the hash of every member. */
export const BundleManifest = z.object({
  bundleSha256: Sha256,
  members: z.array(z.object({ path: z.string(), sha256: Sha256, sizeBytes: z.number().int().nonnegative() })),
});
export type BundleManifest = z.infer<typeof BundleManifest>;
