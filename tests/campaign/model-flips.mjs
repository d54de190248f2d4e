/**
 * Bits of shipped models flipped one at a time (F040): `node tests/campaign/model-flips.mjs [flips]`, 10,000 by default, over
 * every pinned file. Prints the figures and ends with 1 when a changed file was taken for the shipped one.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pinnedModels } from '../../electron/prediction/pinned.ts';
import { readPinned } from '../../electron/prediction/verified.ts';
import { seeded } from '../../shared/prediction/measure.ts';

const flips = Number(process.argv[2] ?? 10_000);
const models = resolve(import.meta.dirname, '../../models');
const folder = await mkdtemp(join(tmpdir(), 'flips-'));
const random = seeded(40);
const files = Object.entries(pinnedModels).flatMap(([id, pins]) => Object.keys(pins).map((file) => ({ id, file })));
let ran = 0;
let untouched = 0;
try {
  for (const [k, { id, file }] of files.entries()) {
    const sound = await readFile(join(models, id, file));
    const path = join(folder, id, file);
    await mkdir(join(folder, id), { recursive: true });
    await writeFile(path, sound);
    await readPinned(folder, pinnedModels, id, file);
    untouched += 1;
    const share = Math.floor(((k + 1) * flips) / files.length) - Math.floor((k * flips) / files.length);
    for (let i = 0; i < share; i += 1) {
      const altered = Buffer.from(sound);
      const at = Math.floor(random() * altered.length);
      altered[at] ^= 1 << Math.floor(random() * 8);
      await writeFile(path, altered);
      const refused = await readPinned(folder, pinnedModels, id, file).then(
        () => false,
        (error) => error.fault?.code === 'model-altered',
      );
      if (!refused) ran += 1;
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(JSON.stringify({ files: files.length, untouched, flips, ran }, null, 2));
process.exitCode = ran === 0 && untouched === files.length ? 0 : 1;
