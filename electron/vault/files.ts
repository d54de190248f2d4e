import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { syncFolder } from '../sync-folder.ts';

/** The files of a vault. Their names say nothing about people or cases. */
export const vaultFiles = (folder: string) => ({
  keys: join(folder, 'vault.keys.json'),
  database: join(folder, 'vault.sqlite'),
  /** Empty; whoever holds it works with the folder. */
  hold: join(folder, 'vault.hold'),
  /** A database under construction; it becomes the vault only after its key file is safe on disk. */
  stagedDatabase: join(folder, 'vault.sqlite.new'),
  /** The database under another door key, on its way: not yet whole, and whole but not yet in its place. */
  building: join(folder, 'vault.sqlite.building'),
  next: join(folder, 'vault.sqlite.next'),
  /** A copy on its way to a backup. */
  copy: join(folder, 'vault.sqlite.copy'),
  attempts: join(folder, 'vault.attempts.json'),
  blobs: join(folder, 'blobs'),
});

/** Makes what stands in a file survive a power cut. */
export function syncFile(path: string): void {
  const handle = openSync(path, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Replaces a whole file so that a reader finds the old bytes or the new ones, after any crash. */
export function writeDurably(path: string, bytes: Uint8Array): void {
  const temporary = `${path}.tmp`;
  const handle = openSync(temporary, 'w', 0o600);
  try {
    let written = 0;
    while (written < bytes.length) written += writeSync(handle, bytes, written, bytes.length - written, written);
    fsyncSync(handle);
  } catch (error) {
    closeSync(handle);
    rmSync(temporary, { force: true });
    throw error;
  }
  closeSync(handle);
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

/**
 * Finishes a first start that was cut off between its two renames: with the key file on disk, the staged database is
 * the vault.
 */
export function finishCreation(folder: string): void {
  const files = vaultFiles(folder);
  if (existsSync(files.keys) && !existsSync(files.database) && existsSync(files.stagedDatabase)) {
    renameSync(files.stagedDatabase, files.database);
    syncFolder(folder);
  }
}
