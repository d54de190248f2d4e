import { z } from 'zod';
import { Fault } from '../foundation/fault-schema.ts';
import { GenomeBuild, Modality } from './case-record.ts';

/**
 * What intake reads out of the source files, before any interpretation. Raw observations only: a molecular finding is
 * the molecular room's word.
 */
export const ObservedVariant = z.object({
  /** Stable within a case: build, chromosome without chr, position, reference, alternate. */
  key: z.string(),
  build: GenomeBuild,
  chromosome: z.string(),
  position1: z.number().int().positive(),
  reference: z.string(),
  alternate: z.string(),
  origin: z.enum(['somatic', 'germline']),
  /** Absent where the file does not say; never zero in its place. */
  alleleFraction: z.number().min(0).max(1).optional(),
  depth: z.number().int().nonnegative().optional(),
  alternateReads: z.number().int().nonnegative().optional(),
  filter: z.string().optional(),
  /** Annotation carried by the input (VEP, SnpEff, MAF); our own call is the molecular room's. */
  annotation: z
    .object({
      source: z.enum(['vep', 'snpeff', 'maf', 'funcotator', 'info']),
      gene: z.string().optional(),
      transcript: z.string().optional(),
      hgvsCoding: z.string().optional(),
      hgvsProtein: z.string().optional(),
      /** Sequence Ontology term(s), joined by &. */
      consequence: z.string().optional(),
      populationFrequency: z.number().min(0).max(1).optional(),
      /** Computed predictors as the file states them; read by the molecular room's thresholds. */
      predictors: z
        .object({
          revel: z.number().min(0).max(1).optional(),
          alphaMissense: z.number().min(0).max(1).optional(),
          /** PHRED-scaled. */
          cadd: z.number().min(0).max(100).optional(),
          sift: z.number().min(0).max(1).optional(),
          polyphen: z.number().min(0).max(1).optional(),
          /** Greatest delta score. */
          spliceAi: z.number().min(0).max(1).optional(),
        })
        .optional(),
    })
    .optional(),
  phaseSet: z.string().optional(),
  /** Strand of the phase set that has the allele, by its place in the phased genotype; absent where it is on none or several. */
  haplotype: z.number().int().positive().optional(),
  /** Bases around the place as the file states them, the changed one in the middle. */
  context: z.string().optional(),
  /** RNA reads at the place, and those with the allele, as the file states them. */
  rnaDepth: z.number().int().nonnegative().optional(),
  rnaAlternateReads: z.number().int().nonnegative().optional(),
  file: z.string(),
  line: z.number().int().positive(),
});
export type ObservedVariant = z.infer<typeof ObservedVariant>;

/** An allele of a file as it is read, before anything is left out. */
export interface ToldAllele {
  readonly build: GenomeBuild;
  readonly chromosome: string;
  /** 0 where the file names no place. */
  readonly position1: number;
  readonly reference: string;
  readonly alternate: string;
  readonly filter?: string | undefined;
  /** Why a case would leave it out. */
  readonly rule?: string | undefined;
  /** What the file states of a change that it does not place in the genome. */
  readonly stated?: { readonly gene: string; readonly hgvsProtein: string } | undefined;
  /** Whether it is a small variant. */
  readonly small: boolean;
  /**
   * Absent where the allele is no small variant. Read off the row when it is asked for, so that who needs only the place
   * pays for no more; it holds until the next allele is told.
   */
  readonly variant?: ObservedVariant | undefined;
}

export const ObservedCopyNumber = z.object({
  gene: z.string(),
  /** Total copies where the source gives them. */
  totalCopies: z.number().nonnegative().optional(),
  minorCopies: z.number().nonnegative().optional(),
  log2Ratio: z.number().optional(),
  /** GISTIC-style call -2 … 2. */
  call: z.number().int().min(-2).max(2).optional(),
  file: z.string(),
  line: z.number().int().positive(),
});
export type ObservedCopyNumber = z.infer<typeof ObservedCopyNumber>;

export const ObservedSegment = z.object({
  chromosome: z.string(),
  start1: z.number().int().nonnegative(),
  end1: z.number().int().positive(),
  log2Ratio: z.number().optional(),
  totalCopies: z.number().nonnegative().optional(),
  minorCopies: z.number().nonnegative().optional(),
  file: z.string(),
  line: z.number().int().positive(),
});
export type ObservedSegment = z.infer<typeof ObservedSegment>;

export const ObservedFusion = z.object({
  gene5: z.string(),
  gene3: z.string(),
  breakpoint5: z.string().optional(),
  breakpoint3: z.string().optional(),
  inFrame: z.boolean().optional(),
  rnaReads: z.number().int().nonnegative().optional(),
  dnaReads: z.number().int().nonnegative().optional(),
  file: z.string(),
  line: z.number().int().positive(),
});
export type ObservedFusion = z.infer<typeof ObservedFusion>;

export const MatrixScale = z.enum(['tpm', 'fpkm', 'log2-tpm', 'z-score', 'log2-ratio', 'h-score', 'unknown']);

/** One sample's expression or protein values by gene symbol. */
export const ObservedMatrix = z.object({
  modality: z.enum(['expression', 'protein']),
  scale: MatrixScale,
  /** What z-scores are relative to; a z-score without a named reference is not interpretable. */
  reference: z.string().optional(),
  genes: z.array(z.string()),
  values: z.array(z.number()),
  file: z.string(),
});
export type ObservedMatrix = z.infer<typeof ObservedMatrix>;

export const ObservedBiomarker = z.object({
  name: z.enum(['TMB', 'MSI', 'HRD', 'PD-L1', 'other']),
  label: z.string(),
  value: z.union([z.number(), z.string()]),
  unit: z.string().optional(),
  method: z.string().optional(),
  /** The assay that measured it, for validity rules (for example panel size for TMB). */
  assayId: z.string(),
  threshold: z.string().optional(),
  file: z.string(),
});
export type ObservedBiomarker = z.infer<typeof ObservedBiomarker>;

/** What the intake doctor understood of one file, in facts. */
export const FileUnderstanding = z.object({
  file: z.string(),
  modality: Modality,
  format: z.string(),
  genomeBuild: GenomeBuild.optional(),
  buildFrom: z.string().optional(),
  caller: z.string().optional(),
  depthFrom: z.string().optional(),
  alleleFractionFrom: z.string().optional(),
  tumorSample: z.string().optional(),
  normalSample: z.string().optional(),
  annotationFrom: z.string().optional(),
  rows: z.number().int().nonnegative(),
  notes: z.array(z.string()).default([]),
});
export type FileUnderstanding = z.infer<typeof FileUnderstanding>;

/** Asked instead of guessed. The answer goes into CaseFile (tumorSample, genomeBuild, alleleFractionFrom). */
export const IntakeQuestion = z.object({
  id: z.string(),
  file: z.string(),
  field: z.enum(['genomeBuild', 'tumorSample', 'normalSample', 'alleleFractionFrom', 'scale', 'other']),
  question: z.string(),
  choices: z.array(z.string()),
  /** Blocking questions keep the file's rows out of interpretation until answered. */
  blocking: z.boolean(),
});
export type IntakeQuestion = z.infer<typeof IntakeQuestion>;

/** F005: rowsIn = shown + collapsed + filtered, each part with the rule that made it so. */
export const VariantAccounting = z.object({
  file: z.string(),
  rowsIn: z.number().int().nonnegative(),
  /** Alleles after splitting multi-allelic rows; rows and alleles are both stated. */
  allelesIn: z.number().int().nonnegative(),
  shown: z.number().int().nonnegative(),
  collapsed: z.array(z.object({ rule: z.string(), count: z.number().int().positive() })),
  filtered: z.array(z.object({ rule: z.string(), count: z.number().int().positive() })),
});
export type VariantAccounting = z.infer<typeof VariantAccounting>;

/** F003. */
export const AssayedState = z.enum(['detected', 'tested-not-detected', 'failed-qc', 'not-assayed']);
export type AssayedState = z.infer<typeof AssayedState>;

/** The columns of the ledger: what can be said of a gene. */
export const LedgerModality = z.enum(['small-variant', 'copy-number', 'fusion', 'expression', 'protein', 'germline']);
export type LedgerModality = z.infer<typeof LedgerModality>;

const LedgerWord = z.object({
  state: AssayedState,
  assayIds: z.array(z.string()),
  reason: z.string().optional(),
  /** What keeps a gene from being judged where it is no failed quality control: a file that waits for an answer, or one refused. */
  because: z.enum(['question', 'refusal']).optional(),
});
export type LedgerWord = z.infer<typeof LedgerWord>;

export const LedgerEntry = z.object({ gene: z.string(), states: z.partialRecord(LedgerModality, LedgerWord) });
export type LedgerEntry = z.infer<typeof LedgerEntry>;

export const AssayLedger = z.object({
  /** Genes named by any assay, file or failed region, sorted; a gene absent here is answered by `defaults`. */
  entries: z.array(LedgerEntry),
  defaults: z.partialRecord(LedgerModality, LedgerWord),
});
export type AssayLedger = z.infer<typeof AssayLedger>;

/** The case room's document: everything read, accounted for, and what is still asked. */
export const IntakeDocument = z.object({
  understandings: z.array(FileUnderstanding),
  questions: z.array(IntakeQuestion),
  /** Files that were refused, with the reason; the others are safe. */
  refusals: z.array(z.object({ file: z.string(), fault: Fault })),
  variants: z.array(ObservedVariant),
  copyNumbers: z.array(ObservedCopyNumber),
  segments: z.array(ObservedSegment),
  fusions: z.array(ObservedFusion),
  matrices: z.array(ObservedMatrix),
  biomarkers: z.array(ObservedBiomarker),
  accounting: z.array(VariantAccounting),
  ledger: AssayLedger,
  warnings: z.array(z.object({ file: z.string().optional(), message: z.string() })),
});
export type IntakeDocument = z.infer<typeof IntakeDocument>;
