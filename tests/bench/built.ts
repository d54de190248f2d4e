/** Builds what is measured as the product is built: bundles, and worker threads beside them. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { bundled, coreOutput, workerEntries } from '../../electron/build/core.ts';
import { loadPacks } from '../../electron/knowledge/index.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = join(root, '.cache/bench/built');

export interface Built {
  readonly ingest: string;
  readonly gmod: string;
  readonly consequences: string;
  readonly known: string;
  readonly commandLine: string;
  /** The genes of the shipped packs, as a case's ingest is given them. */
  readonly interest: string;
}

export async function built(): Promise<Built> {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    plugins: [workerEntries()],
    publicDir: false,
    ssr: { noExternal: bundled },
    build: {
      ...coreOutput({
        ingest: join(root, 'tests/bench/ingest.ts'),
        gmod: join(root, 'tests/bench/gmod.ts'),
        consequences: join(root, 'tests/bench/consequences.ts'),
        known: join(root, 'tests/bench/known.ts'),
        consilium: join(root, 'electron/cli/main.ts'),
      }),
      ssr: true,
      outDir: folder,
    },
  });
  const packs = await loadPacks(join(root, 'models/knowledge'));
  writeFileSync(join(folder, 'interest.json'), JSON.stringify(packs.genesOfInterest()));
  return {
    ingest: join(folder, 'ingest.mjs'),
    gmod: join(folder, 'gmod.mjs'),
    consequences: join(folder, 'consequences.mjs'),
    known: join(folder, 'known.mjs'),
    commandLine: join(folder, 'consilium.mjs'),
    interest: join(folder, 'interest.json'),
  };
}
