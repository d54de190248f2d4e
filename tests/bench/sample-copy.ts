import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { packFolder } from '../../electron/case/index.ts';
import { CaseRecord } from '../../shared/case/case-record.ts';

/** A bundle of a sample case under another id and pseudonym, so that a list of many can be made. Gives its path. */
export async function copyOfSample(folder: string, sample: string, place: number): Promise<string> {
  const made = join(folder, `copy-${place}`);
  cpSync(resolve(import.meta.dirname, '../../sample-cases', sample), made, { recursive: true });
  const record = CaseRecord.parse(JSON.parse(readFileSync(join(made, 'case.json'), 'utf8')));
  const patient = { ...record.patient, pseudonym: `Bench ${place}` };
  writeFileSync(join(made, 'case.json'), JSON.stringify({ ...record, caseId: `bench-${place}`, patient }));
  const packed = await packFolder(made);
  if (!packed.ok) throw new Error(packed.fault.message);
  const path = `${made}.tbcase`;
  writeFileSync(path, packed.value);
  return path;
}
