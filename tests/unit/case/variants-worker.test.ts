import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readInWorker } from '../../../electron/case/variants/in-worker.ts';
import { readVariantFile, type VariantProgress } from '../../../electron/case/variants/index.ts';
import { inputOf, readOf, tumorVcf } from './variants-support.ts';

const rows = (count: number): string[] =>
  Array.from(
    { length: count },
    (_, index) => `7\t${140_719_400 + index}\t.\tA\tT\t.\tPASS\t.\tGT:AD:DP\t0/1:${70 + (index % 20)},30:100`,
  );
const text = tumorVcf(rows(60_000));

/** The same bytes in pieces that fall anywhere. */
async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}

describe('F006 large files are read in a thread of their own', () => {
  it('gives the same as the same thread, plain or packed, whole or in pieces, with progress', async () => {
    const small = tumorVcf(rows(500));
    const here = await readOf(small);
    for (const bytes of [pieces(Buffer.from(small), 7), pieces(gzipSync(small), 1000)])
      expect(await readOf(bytes)).toEqual(here);

    const progress: VariantProgress[] = [];
    const large = await readOf(Buffer.from(text), { onProgress: (step) => progress.push(step) });
    expect(large.accounting).toMatchObject({ rowsIn: 60_000, shown: 60_000 });
    expect(progress.length).toBeGreaterThan(1);
    expect(progress.at(-1)).toEqual({ rowsRead: 60_000, fraction: 1 });
    expect(progress.map(({ rowsRead }) => rowsRead)).toEqual(
      progress.map(({ rowsRead }) => rowsRead).sort((a, b) => a - b),
    );
  });

  it('brings a fault back with its place', async () => {
    const broken = text.replace('\n7\t140760000\t', '\n7\tNaN\t');
    expect(await readVariantFile(inputOf(broken))).toMatchObject({
      ok: false,
      fault: { code: 'field-invalid', place: { file: 'files/variants.vcf', line: 40_609, field: 'POS' } },
    });
  });

  it('stops at once when cancelled, before and while reading, and closes its source', async () => {
    const done = new AbortController();
    done.abort();
    expect(await readVariantFile(inputOf(text, { signal: done.signal }))).toMatchObject({
      ok: false,
      fault: { code: 'cancelled' },
    });

    const controller = new AbortController();
    let closed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        yield Buffer.from(text.slice(0, text.indexOf('\n7\t') + 1));
        for (let index = 0; ; index++)
          yield Buffer.from(`7\t${1 + index}\t.\tA\tT\t.\tPASS\t.\tGT:AD:DP\t0/1:7,3:10\n`.repeat(1000));
      } finally {
        closed = true;
      }
    }
    const read = readVariantFile(
      inputOf(endless(), { signal: controller.signal, onProgress: () => controller.abort() }),
    );
    expect(await read).toMatchObject({ ok: false, fault: { code: 'cancelled' } });
    expect(closed).toBe(true);
  });

  it('a source that fails is a fault of the file, not a hang', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(text.slice(0, 100_000));
      throw Object.assign(new Error('gone'), { code: 'ENOENT' });
    }
    const { file, name, interest, answers } = inputOf('');
    await expect(
      readInWorker({ file: name, modality: file.modality, germline: false, interest, answers, limit: 10 }, failing()),
    ).rejects.toThrow('gone');
    expect(await readVariantFile(inputOf(failing()))).toMatchObject({ ok: false, fault: { code: 'file-missing' } });
  });
});
