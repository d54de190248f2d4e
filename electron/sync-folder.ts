import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Makes a rename or a new name in the folder survive a power cut. Windows has no such call; NTFS journals names. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
