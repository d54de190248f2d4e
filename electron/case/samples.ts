import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { packFolder } from './pack-folder.ts';

/** Bundles of the sample cases, packed from their folders in name order. @throws FaultError file-missing */
export async function sampleBundles(folder: string): Promise<{ name: string; bytes: Uint8Array }[]> {
  if (!existsSync(folder))
    throw new FaultError(
      fault('file-missing', 'The sample cases are not beside the program.', 'Import a bundle of your own instead.'),
    );
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'case.json')))
    .map((entry) => entry.name);
  const bundles: { name: string; bytes: Uint8Array }[] = [];
  for (const name of names.sort()) {
    const packed = await packFolder(join(folder, name));
    if (!packed.ok) throw new FaultError(packed.fault);
    bundles.push({ name, bytes: packed.value });
  }
  return bundles;
}
