import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Ports } from './ports.ts';

/** The folders that ship beside the program's code, under the program's root folder. */
export const shippedFolders = (root: string): Ports['resources'] => ({
  knowledge: join(root, 'models', 'knowledge'),
  models: join(root, 'models'),
  sampleCases: join(root, 'sample-cases'),
});

/** The program's root, seen from any of its modules: sources and bundles lie at different depths. */
export function programRoot(moduleUrl: string): string {
  let folder = dirname(fileURLToPath(moduleUrl));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('the program folder has no package.json');
    folder = parent;
  }
  return folder;
}

/** Version of this program, as its package states it. */
export const programVersion = (root: string): string =>
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
