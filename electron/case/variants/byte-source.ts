/**
 * Bytes of a source file, unpacked where they are packed. Whatever is cut, damaged or followed by foreign bytes is
 * refused: a file that decompresses half would read as a whole one with fewer variants.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable, type TransformOptions } from 'node:stream';
import { createGunzip, type ZlibOptions } from 'node:zlib';
import { FaultError, fault } from '../../../shared/foundation/fault.ts';

export type ByteSource = Uint8Array | AsyncIterable<Uint8Array>;

const CHUNK_BYTES = 1 << 20;

/** The empty block that closes a bgzip file (SAM specification, section 4.1.2). */
const BGZF_END = Buffer.from('1f8b08040000000000ff0600424302001b0003000000000000000000', 'hex');

/** Counts what has come in, for progress. */
export interface Meter {
  bytesRead: number;
}

/**
 * A file on disk, in chunks. Two buffers are used in turn, so that the next chunk is read while one is looked at: a
 * chunk holds until the next is asked for.
 * @throws FaultError file-missing
 */
export async function* fileBytes(path: string): AsyncGenerator<Uint8Array, void, void> {
  let file: FileHandle | undefined;
  let coming: Promise<{ bytesRead: number; buffer: Buffer<ArrayBuffer> }> | undefined;
  try {
    file = await open(path);
    let other = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    coming = file.read(Buffer.allocUnsafeSlow(CHUNK_BYTES), 0, CHUNK_BYTES);
    for (;;) {
      const { bytesRead, buffer } = await coming;
      if (bytesRead === 0) return;
      coming = file.read(other, 0, CHUNK_BYTES);
      yield buffer.subarray(0, bytesRead);
      other = buffer;
    }
  } catch (error) {
    const code = String(Reflect.get(Object(error), 'code'));
    if (!/^E[A-Z]+$/.test(code)) throw error;
    throw new FaultError(
      fault(
        'file-missing',
        code === 'ENOENT' ? 'The file is not there.' : `The file cannot be read (${code}).`,
        'Check the path and its permissions.',
        { file: basename(path) },
      ),
    );
  } finally {
    await coming?.catch(() => {});
    await file?.close();
  }
}

export async function* chunksOf(source: ByteSource): AsyncGenerator<Uint8Array, void, void> {
  if (source instanceof Uint8Array) {
    for (let at = 0; at < source.byteLength; at += CHUNK_BYTES)
      yield source.subarray(at, Math.min(at + CHUNK_BYTES, source.byteLength));
  } else yield* source;
}

const refused = (
  file: string,
  code: 'file-empty' | 'file-truncated' | 'archive-damaged' | 'format-unknown',
  message: string,
  remedy: string,
): FaultError => new FaultError(fault(code, message, remedy, { file }));

const cut = (file: string, message: string): FaultError =>
  refused(file, 'file-truncated', message, 'Copy the file again from its source and compare sizes; nothing was read.');
const damaged = (file: string, message: string): FaultError =>
  refused(file, 'archive-damaged', message, 'Copy the file again from its source; nothing was read.');

/** Formats that are recognised only to say what to do with them. */
function foreign(head: Uint8Array): string | undefined {
  const text = Buffer.from(head.subarray(0, 8)).toString('latin1');
  if (text.startsWith('PK\x03\x04')) return 'The file is a zip archive or a spreadsheet, not a text of variants.';
  if (text.startsWith('BCF\x02')) return 'The file is a BCF; it must be exported as VCF.';
  if (text.startsWith('BZh')) return 'The file is packed by bzip2; pack it by gzip or bgzip.';
  if (text.startsWith('\xfd7zXZ')) return 'The file is packed by xz; pack it by gzip or bgzip.';
  if (text.startsWith('\x28\xb5\x2f\xfd')) return 'The file is packed by zstd; pack it by gzip or bgzip.';
  if (text.startsWith('\xff\xfe') || text.startsWith('\xfe\xff'))
    return 'The file is text in UTF-16; it must be saved as UTF-8.';
  return undefined;
}

/**
 * The text of a plain, gzip or bgzip file, in chunks; a chunk holds until the next is asked for.
 * @throws FaultError file-empty, file-truncated, archive-damaged, format-unknown
 */
export async function* unpacked(
  file: string,
  source: AsyncIterable<Uint8Array>,
  meter: Meter,
): AsyncGenerator<Uint8Array, void, void> {
  const input = source[Symbol.asyncIterator]();
  try {
    let head = new Uint8Array(0);
    let ended = false;
    while (head.byteLength < 18 && !ended) {
      const next = await input.next();
      if (next.done === true) ended = true;
      else {
        meter.bytesRead += next.value.byteLength;
        head = head.byteLength === 0 ? new Uint8Array(next.value) : new Uint8Array(Buffer.concat([head, next.value]));
      }
    }
    if (head.byteLength === 0)
      throw refused(file, 'file-empty', 'The file is empty.', 'Export the file again from the caller.');
    const other = foreign(head);
    if (other !== undefined)
      throw refused(file, 'format-unknown', other, 'Give the file as VCF or MAF, plain or packed by gzip or bgzip.');
    async function* all(): AsyncGenerator<Uint8Array, void, void> {
      yield head;
      for (;;) {
        const next = await input.next();
        if (next.done === true) return;
        meter.bytesRead += next.value.byteLength;
        yield next.value;
      }
    }
    if (head[0] === 0x1f && head[1] === 0x8b) yield* gunzipped(file, all(), isBgzf(head));
    else yield* all();
  } finally {
    await input.return?.();
  }
}

/** A bgzip block is a gzip member with an extra field BC of two bytes. */
const isBgzf = (head: Uint8Array): boolean =>
  head.byteLength >= 18 && ((head[3] ?? 0) & 4) !== 0 && head[12] === 0x42 && head[13] === 0x43 && head[14] === 2;

async function* gunzipped(
  file: string,
  packed: AsyncIterable<Uint8Array>,
  bgzf: boolean,
): AsyncGenerator<Uint8Array, void, void> {
  let tail: Buffer = Buffer.alloc(0);
  let total = 0;
  let failure: unknown;
  async function* watched(): AsyncGenerator<Uint8Array, void, void> {
    try {
      for await (const chunk of packed) {
        total += chunk.byteLength;
        tail = Buffer.concat([tail, chunk.subarray(Math.max(0, chunk.byteLength - BGZF_END.byteLength))]).subarray(
          -BGZF_END.byteLength,
        );
        // The stream holds on to what it was given while the next chunk is read.
        yield Buffer.from(chunk);
      }
    } catch (error) {
      failure = error;
      throw error;
    }
  }
  // Unpacking goes on in another thread for as long as there is room for what it gives.
  const room: ZlibOptions & TransformOptions = { chunkSize: CHUNK_BYTES / 2, readableHighWaterMark: 2 * CHUNK_BYTES };
  const gunzip = createGunzip(room);
  const input = Readable.from(watched(), { objectMode: false, highWaterMark: CHUNK_BYTES });
  input.on('error', (error) => gunzip.destroy(error));
  input.pipe(gunzip);
  try {
    yield* gunzip;
  } catch (error) {
    if (failure !== undefined) throw failure;
    const code = String(Reflect.get(Object(error), 'code'));
    if (code === 'Z_BUF_ERROR') throw cut(file, 'The compressed file ends in the middle: it was cut.');
    if (code.startsWith('Z_')) throw damaged(file, 'The compressed file is damaged: its checksum or coding is wrong.');
    throw error;
  } finally {
    input.destroy();
    gunzip.destroy();
  }
  if (gunzip.bytesWritten !== total)
    throw damaged(file, 'Foreign bytes follow the end of the compressed data, or its last part is damaged.');
  if (bgzf && !tail.equals(BGZF_END))
    throw cut(file, 'The bgzip file has no end marker: its last blocks may be missing.');
}
