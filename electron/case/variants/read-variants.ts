import { type ByteSource, chunksOf, type Meter, unpacked } from './byte-source.ts';
import { readMaf } from './maf-reader.ts';
import { refuse } from './refusal.ts';
import type { VariantFileRead, VariantProgress, VariantReading } from './variant-file.ts';
import { readVcf } from './vcf-reader.ts';

export interface ReadOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: VariantProgress) => void;
  /** Size of the source where it is known and the source is a stream. */
  readonly totalBytes?: number;
}

/** Enough of a file to tell what it is. */
const SNIFF_BYTES = 4096;

type Format = 'vcf' | 'maf';

/** What the first lines say; undefined where they are neither. */
function formatOf(head: Buffer): Format | undefined {
  const text = head.toString('latin1').replace(/^\xef\xbb\xbf/, '');
  if (text.startsWith('##fileformat') || text.startsWith('##') || text.startsWith('#CHROM')) return 'vcf';
  const first = text.split(/\r?\n/).find((line) => !line.startsWith('#') && line.trim() !== '');
  return first !== undefined && /(?:^|\t)(?:Hugo_Symbol|Tumor_Seq_Allele2|Variant_Classification)(?:\t|$)/i.test(first)
    ? 'maf'
    : undefined;
}

/** The first bytes, and all bytes again from the first. */
async function sniffed(
  text: AsyncIterable<Uint8Array>,
): Promise<{ head: Buffer; all: AsyncGenerator<Uint8Array, void, void> }> {
  const iterator = text[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let ended = false;
  while (size < SNIFF_BYTES && !ended) {
    const next = await iterator.next();
    if (next.done === true) ended = true;
    else {
      chunks.push(Buffer.from(next.value));
      size += next.value.byteLength;
    }
  }
  const head = Buffer.concat(chunks);
  async function* all(): AsyncGenerator<Uint8Array, void, void> {
    try {
      if (head.byteLength > 0) yield head;
      while (!ended) {
        const next = await iterator.next();
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { head, all: all() };
}

/**
 * Reads a variant file in this thread.
 * @throws FaultError as `readVariantFile` tells
 */
export async function readHere(
  told: Omit<VariantReading, 'progress'>,
  source: ByteSource,
  { signal, onProgress, totalBytes }: ReadOptions = {},
): Promise<VariantFileRead> {
  const meter: Meter = { bytesRead: 0 };
  const total = source instanceof Uint8Array ? source.byteLength : totalBytes;
  signal?.throwIfAborted();
  const reading: VariantReading = {
    ...told,
    progress: (rowsRead) => {
      signal?.throwIfAborted();
      onProgress?.({
        rowsRead,
        ...(total === undefined || total === 0 ? {} : { fraction: Math.min(1, meter.bytesRead / total) }),
      });
    },
  };
  const { head, all } = await sniffed(unpacked(told.file, chunksOf(source), meter));
  try {
    if (head.toString('latin1').trim() === '')
      refuse(told.file, { code: 'file-empty', rule: 'The file is empty.', remedy: 'Export it again from the caller.' });
    const format = formatOf(head) ?? (told.format === 'vcf' || told.format === 'maf' ? told.format : undefined);
    if (format === undefined)
      refuse(told.file, {
        code: 'format-unknown',
        line: 1,
        rule: 'The first lines are neither those of a VCF (##fileformat=VCF…) nor the columns of a MAF (Hugo_Symbol …).',
        remedy: 'Give the file as VCF 4.1 to 4.5 or as MAF.',
      });
    const read = await (format === 'vcf' ? readVcf(reading, all) : readMaf(reading, all));
    reading.progress(read.accounting.rowsIn);
    return read;
  } finally {
    await all.return();
  }
}
