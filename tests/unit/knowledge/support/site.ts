/** A site with its folder, a publisher with a key made for this run, and packs built and signed as a hospital would. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { zipSync } from 'fflate';
import { readSigned } from '../../../../electron/installed/index.ts';
import { createPackDesk, type PackDesk, signPack, sitePacks } from '../../../../electron/knowledge/index.ts';
import { type Pack, packFiles } from '../../../../models/knowledge/build/pack.ts';

export const shipped = resolve(import.meta.dirname, '../../../../models/knowledge');
export const author = { by: 'Dr. A', reason: 'for the test' };
const clock = { now: () => '2026-11-25T12:00:00.000Z' };

export function keys(): { readonly publicPem: string; readonly privatePem: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** A newer table of agents than the shipped one, with the classes a test can see. */
export const agents = (version: string, classes: string, more: Partial<Pack> = {}): Pack => ({
  id: 'drug-classes',
  version,
  asOf: version,
  title: 'Classes of agents',
  sources: [{ name: 'hand-made', version, licence: 'CC0 1.0', citation: 'none' }],
  counts: { agents: 1 },
  files: { 'agents.json': `${JSON.stringify([{ agent: 'Testinib', classes: [classes] }])}\n` },
  ...more,
});

export interface Site {
  readonly data: string;
  readonly site: string;
  readonly privatePem: string;
  readonly desk: () => Promise<PackDesk>;
  /** Writes and signs a pack; the folder it stands in. */
  readonly build: (pack: Pack, key?: string) => Promise<string>;
  readonly zip: (folder: string, prefix?: string) => Promise<Buffer>;
  readonly end: () => void;
}

export async function makeSite(): Promise<Site> {
  const data = mkdtempSync(join(tmpdir(), 'site-'));
  const site = sitePacks(data);
  const { publicPem, privatePem } = keys();
  const desk = (): Promise<PackDesk> => createPackDesk({ folder: shipped, site, clock });
  await (await desk()).enroll(publicPem, 'Laboratory of the test', author);
  let next = 0;
  return {
    data,
    site,
    privatePem,
    desk,
    build: async (pack, key = privatePem) => {
      const folder = join(data, `built-${++next}`);
      mkdirSync(folder);
      for (const [name, bytes] of packFiles(pack)) writeFileSync(join(folder, name), bytes);
      await signPack(folder, key);
      return folder;
    },
    zip: async (folder, prefix = '') =>
      Buffer.from(
        zipSync(
          Object.fromEntries([...(await readSigned(folder, 'pack'))].map(([name, bytes]) => [prefix + name, bytes])),
        ),
      ),
    end: () => rmSync(data, { recursive: true, force: true }),
  };
}
