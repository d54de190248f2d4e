/** A study folder in cBioPortal's formats, read from the disk: its files as text, bounded, links not followed. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readStudy, type Study } from '../../shared/exchange/cbioportal.ts';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { Harmony } from './harmonised.ts';
import { type Imported, importedCase, sha256 } from './import.ts';

const FILE_LIMIT = 256 * 1024 * 1024;
const COUNT_LIMIT = 2000;

/** @throws FaultError file-too-large, file-missing where the folder has no meta file, json-invalid where a file is not UTF-8 */
export async function openStudy(folder: string): Promise<Study> {
  const files = new Map<string, string>();
  for (const base of ['', 'case_lists']) {
    const entries = await readdir(join(folder, base), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isFile() || !/\.(txt|maf|seg|tsv)$/i.test(entry.name)) continue;
      const path = base === '' ? entry.name : `${base}/${entry.name}`;
      const { size } = await stat(join(folder, path));
      if (size > FILE_LIMIT || files.size >= COUNT_LIMIT)
        throw new FaultError(
          fault('file-too-large', 'The study is larger than what is read here.', 'Give a part of it.', { file: path }),
        );
      try {
        files.set(path, new TextDecoder('utf-8', { fatal: true }).decode(await readFile(join(folder, path))));
      } catch {
        throw new FaultError(fault('line-invalid', 'The file is not UTF-8 text.', 'Save it as UTF-8.', { file: path }));
      }
    }
  }
  if (![...files.keys()].some((path) => path.startsWith('meta')))
    throw new FaultError(
      fault(
        'file-missing',
        'The folder holds no meta file of a study.',
        'Name a study folder in cBioPortal’s formats.',
      ),
    );
  return readStudy(files);
}

/**
 * One case a sample.
 * @param sample only this one
 * @throws FaultError line-invalid with the first error of the study, not-found for a sample that is not in it
 */
export function importStudy({ issues, samples, caseOf }: Study, sample?: string, harmony?: Harmony): Imported {
  const [first] = issues.filter(({ level }) => level === 'error');
  if (first !== undefined)
    throw new FaultError(
      fault(
        'line-invalid',
        `${first.message}.`,
        'Run `exchange validate` on the folder and correct what it lists; nothing was imported.',
        {
          file: first.file,
          ...(first.line === undefined ? {} : { line: first.line }),
        },
      ),
    );
  if (sample !== undefined && !samples.includes(sample))
    throw new FaultError(fault('not-found', 'The study has no such sample.', 'See the clinical file for its samples.'));
  const cases = (sample === undefined ? samples : [sample]).flatMap((one) => {
    const made = caseOf(one, sha256);
    return made === undefined ? [] : [importedCase(made.draft, made.notes, { harmony })];
  });
  const notes = issues.map(({ file, line, message }) => ({
    place: line === undefined ? file : `${file}:${line}`,
    reason: message,
  }));
  return { format: 'cbioportal', cases, notes, unread: [] };
}
