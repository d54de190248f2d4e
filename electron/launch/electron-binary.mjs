/** Finds Electron's binary by its files: `require('electron')` would try to download it. Dependency-free. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './provision.mjs';

const home = join(root, 'node_modules/electron');

/** Absolute path of the Electron executable, or undefined where it was never fetched. */
export function electronBinary() {
  const pointer = join(home, 'path.txt');
  if (!existsSync(pointer)) return undefined;
  const binary = join(
    process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(home, 'dist'),
    readFileSync(pointer, 'utf8').trim(),
  );
  return existsSync(binary) ? binary : undefined;
}
