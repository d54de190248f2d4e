/** Writes an annotated table of a variant file: one row for every allele of every row, in the order of the file. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import type { GenomeBuild } from '../../shared/case/case-record.ts';
import type { ToldAllele, VariantAccounting } from '../../shared/case/intake.ts';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { ok, type Result, refused } from '../../shared/foundation/result.ts';
import {
  ANNOTATION_COLUMNS,
  alleleAnnotator,
  annotationLine,
  besideNeighbours,
} from '../../shared/molecular/annotation.ts';
import { tellVariants } from '../case/index.ts';
import type { OpenTranscripts, Packs } from '../knowledge/index.ts';
import { knowledgeOfFile } from './knowledge-of-file.ts';
import { LineWriter } from './line-writer.ts';

export interface AnnotateRequest {
  readonly input: string;
  readonly build: GenomeBuild;
  /** OncoTree code; without it no tier is given. */
  readonly tumorType?: string | undefined;
  readonly format: 'tsv' | 'jsonl';
  /** A site's own transcripts, asked in the place of the shipped ones. */
  readonly transcripts?: OpenTranscripts | undefined;
  /** Absent: to standard output. */
  readonly output?: string | undefined;
}

export interface AnnotateSummary {
  readonly file: string;
  readonly build: GenomeBuild;
  readonly rows: number;
  readonly alleles: number;
  /** Lines of the table, its heading not counted: one for each allele. */
  readonly written: number;
  /** Of them with a protein change, computed or stated. */
  readonly withProteinChange: number;
  readonly tumorType?: string;
  readonly accounting: VariantAccounting;
  readonly packs: readonly { readonly id: string; readonly version: string }[];
  readonly warnings: readonly string[];
}

const STANDARD_OUTPUT = 1;

/**
 * Annotates a VCF or MAF. A file is written beside its name and takes it when it is whole, so that a half-done table is
 * never read as one. Faults as `readVariantFile`, file-missing, usage (unknown tumor type), disk-full, write-failed.
 */
export async function annotateVariants(request: AnnotateRequest, packs: Packs): Promise<Result<AnnotateSummary>> {
  const { input, build, tumorType, format, output } = request;
  const { transcripts } = request;
  const readWith = knowledgeOfFile(packs, build, transcripts);
  if (!readWith.ok) return readWith;
  const knowledge = readWith.value;
  if (tumorType !== undefined && knowledge.tumorType(tumorType) === undefined)
    return refused(
      fault(
        'usage',
        'The tumor type is no code of the OncoTree pack.',
        'Give a code such as LUAD, or leave the tumor type out: then no tier is given.',
      ),
    );
  const annotate = alleleAnnotator(knowledge, tumorType);
  const partial = output === undefined ? undefined : `${output}.partial`;
  let descriptor = STANDARD_OUTPUT;
  try {
    if (partial !== undefined) descriptor = openSync(partial, 'w', 0o600);
  } catch (error) {
    return refused(writeFault(error));
  }
  const writer = new LineWriter(descriptor);
  let written = 0;
  let withProteinChange = 0;
  const inOrder = besideNeighbours(knowledge, annotate, (row) => {
    if (row.hgvsp !== undefined) withProteinChange++;
    try {
      writer.line(format === 'tsv' ? annotationLine(row) : JSON.stringify(row));
    } catch (error) {
      throw new FaultError(writeFault(error));
    }
    written++;
  });
  const each = (allele: ToldAllele): void => inOrder.take(annotate(allele), allele.variant);
  try {
    if (format === 'tsv') writer.line(ANNOTATION_COLUMNS.join('\t'));
    const read = await tellVariants(input, build, each);
    if (!read.ok) return read;
    try {
      inOrder.end();
      writer.flush();
      if (partial !== undefined && output !== undefined) {
        fsyncSync(descriptor);
        renameSync(partial, output);
      }
    } catch (error) {
      return refused(error instanceof FaultError ? error.fault : writeFault(error));
    }
    const { file, rows, alleles, accounting, warnings } = read.value;
    return ok({
      file,
      build,
      rows,
      alleles,
      written,
      withProteinChange,
      ...(tumorType === undefined ? {} : { tumorType }),
      accounting,
      packs: [...knowledge.packs, ...(transcripts === undefined ? [] : [transcripts.manifest])].map(
        ({ id, version }) => ({
          id,
          version,
        }),
      ),
      warnings,
    });
  } finally {
    if (partial !== undefined) {
      closeSync(descriptor);
      rmSync(partial, { force: true });
    }
  }
}

function writeFault(error: unknown) {
  const code = String(Reflect.get(Object(error), 'code'));
  return code === 'ENOSPC'
    ? fault('disk-full', 'The disk is full; no table was written.', 'Free space and annotate again.')
    : fault('write-failed', `The table cannot be written (${code}).`, 'Check the folder and its permissions.');
}
