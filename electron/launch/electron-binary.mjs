/** Finds Electron's binary by its files: `require('electron')` would try to download it. Dependency-free. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { root, run, say } from './provision.mjs';

const home = join(root, 'node_modules/electron');
const SOURCE = 'https://github.com/electron/electron/releases/download/';
const REACH_MILLISECONDS = 4000;

/** Absolute path of the Electron executable, or undefined where it was never fetched. */
export function electronBinary() {
  const pointer = join(home, 'path.txt');
  if (!existsSync(pointer)) return undefined;
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(home, 'dist');
  const binary = join(folder, readFileSync(pointer, 'utf8').trim());
  return existsSync(binary) ? binary : undefined;
}

/** Fetches the binary by Electron's own installer, which checks its checksum; undefined where it cannot be reached. */
export async function fetchElectron() {
  if (process.env.ELECTRON_SKIP_BINARY_DOWNLOAD) return undefined;
  try {
    await fetch(process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? SOURCE, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(REACH_MILLISECONDS),
    });
    say('fetching the Electron binary (once) …');
    await run(process.execPath, [join(home, 'install.js')]);
    return electronBinary();
  } catch {
    return undefined;
  }
}
