/**
 * Flipped bits in the shipped packs and in a signed one (F111): `node tests/campaign/pack-flips.ts [flips]`, 20,000 by
 * default, spread over every file by its size and at least a hundred a file. A pack with a flipped bit must not load.
 */
import { createHash } from 'node:crypto';
import { closeSync, cpSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkSigned, publishersOf, readSigned } from '../../electron/installed/index.ts';
import { packKind } from '../../electron/knowledge/kind.ts';
import { pinnedPacks } from '../../electron/knowledge/pinned.ts';
import { readPack } from '../../electron/knowledge/verified.ts';
import { agents, makeSite, shipped } from '../unit/knowledge/support/site.ts';

const wanted = Number(process.argv[2] ?? 20_000);
/** Places that are the same in every run. */
const place = (index: number, of: number): number =>
  createHash('sha256').update(String(index)).digest().readUInt32BE(0) % of;

const folder = mkdtempSync(join(tmpdir(), 'pack-flips-'));
const site = await makeSite();
const loaded: string[] = [];
let flips = 0;
try {
  const files = Object.entries(pinnedPacks).flatMap(([id, pins]) => Object.keys(pins).map((name) => ({ id, name })));
  for (const id of Object.keys(pinnedPacks)) cpSync(join(shipped, id), join(folder, id), { recursive: true });
  const total = files.reduce((sum, { id, name }) => sum + statSync(join(shipped, id, name)).size, 0);
  for (const { id, name } of files) {
    const path = join(folder, id, name);
    const { size } = statSync(path);
    const share = Math.max(100, Math.round(((wanted / 2) * size) / total));
    const handle = openSync(path, 'r+');
    for (let index = 0; index < share; index++) {
      const at = place(index, size);
      const byte = Buffer.alloc(1);
      readSync(handle, byte, 0, 1, at);
      const before = byte[0] ?? 0;
      writeSync(handle, Buffer.from([before ^ (1 << (index % 8))]), 0, 1, at);
      if ((await readPack(folder, pinnedPacks, id)).status.state !== 'altered') loaded.push(`${id}/${name} ${at}`);
      writeSync(handle, Buffer.from([before]), 0, 1, at);
      flips++;
    }
    closeSync(handle);
  }
  const signed = await readSigned(await site.build(agents('2027-01-01', 'first')), 'pack');
  const publishers = await publishersOf(site.site);
  while (flips < wanted)
    for (const [name, bytes] of signed)
      for (let at = 0; at < bytes.length; at++)
        for (let bit = 0; bit < 8; bit++) {
          const changed = Buffer.from(bytes);
          changed[at] = (changed[at] ?? 0) ^ (1 << bit);
          try {
            checkSigned(packKind, new Map([...signed, [name, changed]]), publishers);
            loaded.push(`signed/${name} ${at}.${bit}`);
          } catch {
            // Refused, as it must be.
          }
          flips++;
        }
} finally {
  rmSync(folder, { recursive: true, force: true });
  site.end();
}
console.log(JSON.stringify({ flips, loaded: loaded.length, first: loaded.slice(0, 10) }));
process.exitCode = loaded.length === 0 && flips >= wanted ? 0 : 1;
