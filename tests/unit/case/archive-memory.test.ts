// @vitest-environment node
import { randomFillSync } from 'node:crypto';
import { zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { readZip } from '../../../electron/case/archive.ts';

it('F001 a member of many pieces is unpacked without a listener left on the stream for each of them', async () => {
  // Bytes that cannot be packed smaller: more than a dozen pieces wait for room.
  const large = randomFillSync(new Uint8Array(14 * 2 ** 20));
  const warnings: string[] = [];
  const hear = (warning: Error) => warnings.push(warning.name);
  process.on('warning', hear);
  try {
    const [[path, content] = []] = await readZip(zipSync({ 'data/large.bin': [large, { level: 1, os: 3, attrs: 0 }] }));
    expect(path).toBe('data/large.bin');
    expect(Buffer.compare(Buffer.from(content ?? []), Buffer.from(large))).toBe(0);
    // Warnings are told in the turn after.
    await new Promise((done) => setTimeout(done, 20));
  } finally {
    process.off('warning', hear);
  }
  expect(warnings).toEqual([]);
});
