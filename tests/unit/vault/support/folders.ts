import { afterEach } from 'vitest';
import { remove, temporaryFolder } from './vault-at.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) remove(folder);
});

/** A folder for a vault that goes with the test that asked for it. */
export const folderOf = (): string => {
  const folder = temporaryFolder();
  folders.push(folder);
  return folder;
};
