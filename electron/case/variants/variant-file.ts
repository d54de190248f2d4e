import type { Assay, CaseFile, GenomeBuild, Modality } from '../../../shared/case/case-record.ts';
import type {
  FileUnderstanding,
  IntakeQuestion,
  ObservedVariant,
  ToldAllele,
  VariantAccounting,
} from '../../../shared/case/intake.ts';
import type { VariantInterest } from '../../../shared/case/variant-interest.ts';
import type { ByteSource } from './byte-source.ts';

/** A VCF or MAF of a case, with what the case says of it. */
export interface VariantFileInput {
  /** Path inside the bundle; it stands in faults and question ids. */
  readonly name: string;
  readonly bytes: ByteSource;
  readonly file: Pick<
    CaseFile,
    'modality' | 'tumorSample' | 'normalSample' | 'genomeBuild' | 'alleleFractionFrom' | 'format'
  >;
  readonly assay?: Pick<Assay, 'genomeBuild' | 'design' | 'scope'>;
  /** Answers to questions asked before, by question id. */
  readonly answers: Readonly<Record<string, string>>;
  readonly interest: VariantInterest;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: VariantProgress) => void;
}

export interface VariantProgress {
  readonly rowsRead: number;
  /** Of the file's bytes, 0 to 1; absent where the size is not known. */
  readonly fraction?: number;
}

export interface VariantFileRead {
  readonly understanding: FileUnderstanding;
  readonly questions: IntakeQuestion[];
  readonly variants: ObservedVariant[];
  readonly accounting: VariantAccounting;
  readonly warnings: string[];
}

/** What a reader is told; plain data but for the report of progress. */
export interface VariantReading {
  readonly file: string;
  readonly modality: Modality;
  readonly germline: boolean;
  readonly format?: CaseFile['format'];
  readonly tumorSample?: string;
  readonly normalSample?: string;
  readonly genomeBuild?: GenomeBuild;
  readonly assayBuild?: GenomeBuild;
  readonly alleleFractionFrom?: string;
  readonly answers: Readonly<Record<string, string>>;
  readonly interest: VariantInterest;
  /** Alleles kept one by one before the rule for size begins; 0 counts only. */
  readonly limit: number;
  readonly progress: (rowsRead: number) => void;
  /** Told of every allele in the order of the file, also of those that a case would leave out. */
  readonly each?: (allele: ToldAllele) => void;
}
