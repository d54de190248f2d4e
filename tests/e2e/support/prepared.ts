/** A vault with all samples in it, made once a run and copied by every spec that does not ask how one begins. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { BOARD, root, sampleNames } from './station.ts';

/** @param folder of this run; two workers that ask at once wait for the one that came first */
export async function preparedVault(folder: string): Promise<string> {
  const made = join(folder, 'prepared-vault');
  const lock = join(folder, 'prepared-vault.lock');
  mkdirSync(folder, { recursive: true });
  for (;;) {
    if (existsSync(made)) return made;
    try {
      mkdirSync(lock);
      break;
    } catch {
      await pause(250);
    }
  }
  try {
    if (existsSync(made)) return made;
    const half = `${made}.half`;
    rmSync(half, { recursive: true, force: true });
    const program = join(root, 'tests/e2e/support/other-station.ts');
    const { board, person, password } = BOARD;
    const { status, stderr } = spawnSync(process.execPath, [program, half, board, person, password, ...sampleNames], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`the vault of the samples was not made: ${stderr}`);
    renameSync(half, made);
    return made;
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}
