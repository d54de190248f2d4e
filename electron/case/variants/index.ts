/**
 * Variant files of a case: VCF and MAF, read whole or refused with the place. The rest of the case room calls this
 * file and nothing else of the folder.
 */
import { basename } from 'node:path';
import type { GenomeBuild } from '../../../shared/case/case-record.ts';
import type { FileUnderstanding, IntakeQuestion, ToldAllele, VariantAccounting } from '../../../shared/case/intake.ts';
import { faultFrom } from '../../../shared/foundation/fault.ts';
import { ok, type Result, refused } from '../../../shared/foundation/result.ts';
import { type ByteSource, fileBytes } from './byte-source.ts';
import { readInWorker } from './in-worker.ts';
import { questionId } from './questions.ts';
import { readHere } from './read-variants.ts';
import type { VariantFileInput, VariantFileRead, VariantReading } from './variant-file.ts';
import { KEPT_ALLELES } from './variant-keeper.ts';

export { type ByteSource, chunksOf, fileBytes, unpacked } from './byte-source.ts';
export { buildEvidence } from './genome-build.ts';
export type { VariantFileInput, VariantFileRead, VariantProgress } from './variant-file.ts';

/** Smaller inputs are read sooner than a thread has started. */
const IN_THREAD_BYTES = 2 << 20;

type Told = Omit<VariantReading, 'progress'>;

function toldBy({ name, file, assay, answers, interest }: VariantFileInput): Told {
  return {
    file: name,
    modality: file.modality,
    germline: file.modality === 'germline-variants',
    ...(file.format === undefined ? {} : { format: file.format }),
    ...(file.tumorSample === undefined ? {} : { tumorSample: file.tumorSample }),
    ...(file.normalSample === undefined ? {} : { normalSample: file.normalSample }),
    ...(file.genomeBuild === undefined ? {} : { genomeBuild: file.genomeBuild }),
    ...(assay?.genomeBuild === undefined ? {} : { assayBuild: assay.genomeBuild }),
    ...(file.alleleFractionFrom === undefined ? {} : { alleleFractionFrom: file.alleleFractionFrom }),
    answers,
    interest,
    limit: KEPT_ALLELES,
  };
}

/**
 * Reads a VCF or MAF, told apart by its content. Small inputs are read in this thread, all others in a worker; both
 * walk the same code.
 *
 * Faults: file-empty, file-truncated, file-too-large, archive-damaged, format-unknown, header-invalid, schema-newer,
 * column-missing, line-invalid, field-invalid, build-mismatch, sample-ambiguous, sample-swapped, cancelled.
 */
export async function readVariantFile(input: VariantFileInput): Promise<Result<VariantFileRead>> {
  const told = toldBy(input);
  const { bytes, signal, onProgress } = input;
  const options = {
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
  try {
    const small = bytes instanceof Uint8Array && bytes.byteLength <= IN_THREAD_BYTES;
    return ok(await (small ? readHere(told, bytes, options) : readInWorker(told, bytes, options)));
  } catch (error) {
    return refused(faultFrom(error));
  }
}

/** What `molecular check` tells of a file. */
export interface VariantFileCheck {
  readonly file: string;
  readonly format: string;
  readonly rows: number;
  readonly alleles: number;
  readonly understanding: FileUnderstanding;
  readonly questions: IntakeQuestion[];
  readonly accounting: VariantAccounting;
  readonly warnings: string[];
}

/**
 * Reads a variant file whole, keeping nothing, and tells what was understood. `source` is a path, which is streamed,
 * or bytes. Faults as `readVariantFile`, and file-missing.
 */
export async function checkVariantFile(
  source: string | ByteSource,
  name: string = typeof source === 'string' ? basename(source) : 'file',
  options: { readonly signal?: AbortSignal } = {},
): Promise<Result<VariantFileCheck>> {
  const told: Told = {
    file: name,
    modality: 'somatic-variants',
    germline: false,
    answers: {},
    interest: { genes: [], spans: { GRCh37: [], GRCh38: [] } },
    limit: 0,
  };
  return checked(typeof source === 'string' ? fileBytes(source) : source, told, options);
}

async function checked(
  source: ByteSource,
  told: Told,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Result<VariantFileCheck>> {
  try {
    const { understanding, questions, accounting, warnings } = await readHere(told, source, options);
    return ok({
      file: told.file,
      format: understanding.format,
      rows: accounting.rowsIn,
      alleles: accounting.allelesIn,
      understanding,
      questions,
      accounting,
      warnings,
    });
  } catch (error) {
    return refused(faultFrom(error));
  }
}

/**
 * Reads a variant file whole and tells of every allele in the order of the file; nothing is kept, so that memory does not
 * grow with it. `build` is what the person says; a file that says otherwise is refused. Which sample is the tumor's does
 * not matter here. Faults as `readVariantFile`, and file-missing.
 */
export async function tellVariants(
  path: string,
  build: GenomeBuild,
  each: (allele: ToldAllele) => void,
): Promise<Result<VariantFileCheck>> {
  const name = basename(path);
  return checked(fileBytes(path), {
    file: name,
    modality: 'somatic-variants',
    germline: false,
    genomeBuild: build,
    answers: { [questionId(name, 'genomeBuild')]: build },
    interest: { genes: [], spans: { GRCh37: [], GRCh38: [] } },
    limit: 0,
    each,
  });
}
