/**
 * Intake: every file of a case read by its parser, accounted for, and put together with the ledger of what was assayed.
 * A file that is refused or waits for an answer does not stop the others; the document says so.
 */
import type { Assay, CaseFile } from '../../shared/case/case-record.ts';
import type { IntakeDocument, ObservedVariant } from '../../shared/case/intake.ts';
import { assayLedger, type LedgerFile } from '../../shared/case/ledger.ts';
import type { VariantInterest } from '../../shared/case/variant-interest.ts';
import { faultFrom } from '../../shared/foundation/fault.ts';
import { ok, type Result, refused } from '../../shared/foundation/result.ts';
import { accessionOf } from '../../shared/molecular/genomic-change.ts';
import type { MolecularKnowledge } from '../../shared/molecular/knowledge.ts';
import type { OpenBundle } from './bundle.ts';
import { readTableFile, type TableRead } from './tables/index.ts';
import { readVariantFile, type VariantFileRead } from './variants/index.ts';

interface IntakeOptions {
  /** Answers to the questions of an earlier intake, by question id. */
  readonly answers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** What the knowledge packs speak of: what must stay one by one in a very large file. */
  readonly genesOfInterest: VariantInterest;
  /** Base of the checked sequences at a place; undefined where none is known. */
  readonly referenceBase?: MolecularKnowledge['referenceBase'];
  readonly onProgress?: (progress: IntakeProgress) => void;
}

interface IntakeProgress {
  readonly file: string;
  readonly rowsRead: number;
  /** 0 to 1, by bytes of this file. */
  readonly fraction?: number;
}

type FileRead = (VariantFileRead | TableRead) & {
  readonly variants?: VariantFileRead['variants'];
};

/** Larger files are unpacked piece by piece while they are read. */
const STREAMED_BYTES = 2 * 1024 * 1024;

/** Rows of the variant reader's rule for size, which keeps the genes of the packs and counts the rest. */
const COUNTED_TOGETHER = /^beyond \d+ alleles: outside the genes of the knowledge packs/;

/** Fault: `cancelled`. What is wrong with a file stands in `refusals`, with file, line and field. */
export async function intake(bundle: OpenBundle, options: IntakeOptions): Promise<Result<IntakeDocument>> {
  const document: IntakeDocument = {
    understandings: [],
    questions: [],
    refusals: [],
    variants: [],
    copyNumbers: [],
    segments: [],
    fusions: [],
    matrices: [],
    biomarkers: [],
    accounting: [],
    ledger: { entries: [], defaults: {} },
    warnings: bundle.unknownFields.map((field) => ({
      message: `case.json: ${field} is not a field of this schema and was not read`,
    })),
  };
  const files: LedgerFile[] = [];
  const { record } = bundle;
  try {
    for (const file of record.files) {
      options.signal?.throwIfAborted();
      const assay = record.assays.find(({ id }) => id === file.assayId);
      const read = await readFile(bundle, file, assay, options);
      const known = { path: file.path, modality: file.modality, assayId: file.assayId };
      if (!read.ok) {
        if (read.fault.code === 'cancelled') return read;
        document.refusals.push({ file: file.path, fault: read.fault });
        files.push({ ...known, state: 'refused' });
        continue;
      }
      add(document, read.value);
      files.push({
        ...known,
        state: read.value.questions.some(({ blocking }) => blocking) ? 'asked' : 'read',
        genomeBuild: read.value.understanding.genomeBuild,
        countedOutsideInterest: read.value.accounting.collapsed.some(({ rule }) => COUNTED_TOGETHER.test(rule)),
      });
    }
  } catch (error) {
    return refused(faultFrom(error));
  }
  document.warnings.push(
    ...crossChecks(document, record.files, options.answers ?? {}),
    ...otherReferences(document, options.referenceBase),
  );
  document.ledger = assayLedger({ ...document, assays: record.assays, files, interest: options.genesOfInterest });
  return ok(document);
}

async function readFile(
  bundle: OpenBundle,
  file: CaseFile,
  assay: Assay | undefined,
  { answers = {}, signal, genesOfInterest, onProgress }: IntakeOptions,
): Promise<Result<FileRead>> {
  const { modality, path } = file;
  const sizeBytes = bundle.manifest.members.find((member) => member.path === `data/${path}`)?.sizeBytes ?? 0;
  let bytesRead = 0;
  const report = ({ rowsRead, fraction }: { rowsRead: number; fraction?: number }): void => {
    const part = fraction ?? (sizeBytes === 0 ? undefined : Math.min(1, bytesRead / sizeBytes));
    onProgress?.({ file: path, rowsRead, ...(part === undefined ? {} : { fraction: part }) });
  };
  async function* counted(): AsyncGenerator<Uint8Array, void, void> {
    for await (const piece of bundle.stream(path)) {
      bytesRead += piece.byteLength;
      yield piece;
    }
  }
  report({ rowsRead: 0 });
  try {
    const common = {
      name: path,
      bytes: sizeBytes > STREAMED_BYTES ? counted() : await bundle.file(path),
      file,
      ...(assay === undefined ? {} : { assay }),
      answers,
      ...(signal === undefined ? {} : { signal }),
      onProgress: report,
    };
    return modality === 'somatic-variants' || modality === 'germline-variants'
      ? await readVariantFile({ ...common, interest: genesOfInterest })
      : await readTableFile({ ...common, sizeBytes }, modality);
  } catch (error) {
    return refused(faultFrom(error));
  }
}

function add(document: IntakeDocument, read: FileRead): void {
  const { understanding, questions, warnings, accounting } = read;
  document.understandings.push(understanding);
  document.questions.push(...questions);
  document.warnings.push(...warnings.map((message) => ({ file: understanding.file, message })));
  document.accounting.push(accounting);
  // A spread of a hundred thousand arguments would overflow the stack.
  for (const variant of read.variants ?? []) document.variants.push(variant);
  if (!('copyNumbers' in read || 'segments' in read || 'fusions' in read || 'matrices' in read || 'biomarkers' in read))
    return;
  for (const row of read.copyNumbers ?? []) document.copyNumbers.push(row);
  for (const row of read.segments ?? []) document.segments.push(row);
  for (const row of read.fusions ?? []) document.fusions.push(row);
  for (const row of read.matrices ?? []) document.matrices.push(row);
  for (const row of read.biomarkers ?? []) document.biomarkers.push(row);
}

const firstLine = (rows: readonly { readonly line: number }[]): number =>
  rows.reduce((least, { line }) => Math.min(least, line), Number.POSITIVE_INFINITY);

/** Bases of a stated reference that are compared: a long deletion is of another build from its first bases on. */
const COMPARED = 50;

/** Rows whose reference bases are not those of the checked sequences: another build, or a damaged row. */
function otherReferences(
  { variants }: IntakeDocument,
  baseAt: MolecularKnowledge['referenceBase'],
): IntakeDocument['warnings'] {
  if (baseAt === undefined) return [];
  const unlike = (row: ObservedVariant): string | undefined => {
    const { build, chromosome, position1 } = row;
    const stated = row.reference.toUpperCase();
    if (!/^[ACGT]+$/.test(stated)) return undefined;
    for (let at = 0; at < Math.min(stated.length, COMPARED); at++) {
      const base = baseAt(build, chromosome, position1 + at);
      if (base !== undefined && base !== stated[at])
        // Where an inherited variant lies is not told by a remark that nobody gave consent to.
        return row.origin === 'germline'
          ? `${build} has another one there`
          : `${chromosome}:${position1 + at} is ${base} in ${build} and ${stated[at]} in the file`;
    }
    return undefined;
  };
  const found = variants.flatMap((row) => {
    const words = unlike(row);
    return words === undefined ? [] : [{ file: row.file, line: row.line, words }];
  });
  return [...Map.groupBy(found, ({ file }) => file)].map(([file, rows]) => {
    const line = firstLine(rows);
    const words = rows.find((row) => row.line === line)?.words;
    return {
      file,
      message:
        rows.length === 1
          ? `The reference base of line ${line} is not that of the genome: ${words}. No protein change is computed from it. Correct the row, or state the build that the file is of.`
          : `The reference bases of ${rows.length} variants are not those of the genome, the first in line ${line}: ${words}. No protein change is computed from them. Correct the rows, or state the build that the file is of.`,
    };
  });
}

/** What no single file can show: files on two builds, files of two people. Sample names are not repeated. */
function crossChecks(
  { understandings, questions, variants }: IntakeDocument,
  files: readonly CaseFile[],
  answers: Readonly<Record<string, string>>,
): IntakeDocument['warnings'] {
  const warnings: IntakeDocument['warnings'] = [];
  const builds = new Set(understandings.map(({ genomeBuild }) => genomeBuild).filter((build) => build !== undefined));
  if (builds.size > 1)
    warnings.push({ message: 'The files of the case are on two genome builds; each is read on its own.' });
  const elsewhere = variants.filter(({ build, chromosome }) => accessionOf(build, chromosome) === undefined);
  for (const [file, rows] of Map.groupBy(elsewhere, (row) => row.file))
    warnings.push({
      file,
      message:
        rows.length === 1
          ? `The variant of line ${firstLine(rows)} lies on a contig that is no chromosome of ${rows[0]?.build}: shown with its place, but no gene or protein change is known there. Call it on a reference of chromosomes, or correct the name of the contig.`
          : `${rows.length} variants, the first in line ${firstLine(rows)}, lie on contigs that are no chromosomes of ${rows[0]?.build}: shown with their place, but no gene or protein change is known there. Call them on a reference of chromosomes, or correct the name of the contig.`,
    });
  // Barcodes of TCGA and its kin carry the patient in their first three parts.
  const patients = new Map<string, string>();
  for (const { file, tumorSample } of understandings) {
    const patient = /^([A-Z0-9]{2,8}-[A-Z0-9]{2,4}-[A-Z0-9]{4})-\d{2}/.exec(tumorSample ?? '')?.[1];
    if (patient !== undefined && !patients.has(patient)) patients.set(patient, file);
  }
  if (patients.size > 1)
    warnings.push({
      message: `The sample names of ${[...patients.values()].join(' and ')} are of different patients: check that all files are of this one.`,
    });
  const asked = new Set(questions.map(({ id }) => id));
  const paths = new Set(files.map(({ path }) => path));
  for (const id of Object.keys(answers)) {
    const file = id.slice(0, Math.max(id.lastIndexOf(':'), 0));
    if (!paths.has(file))
      warnings.push({ message: 'An answer was given to a question about a file that is not in the case.' });
    else if (asked.has(id))
      warnings.push({ file, message: 'The answer given to a question about this file is not one of its choices.' });
  }
  return warnings;
}
