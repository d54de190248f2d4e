import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { namedMembers } from '../../shared/case/case-rules.ts';
import { FaultError, fault, faultFrom } from '../../shared/foundation/fault.ts';
import { ok, type Result, refused } from '../../shared/foundation/result.ts';
import { MEMBER_COUNT_LIMIT, MEMBER_LIMIT, TOTAL_LIMIT } from './archive.ts';
import { readCaseJson } from './case-json.ts';
import { type PayloadFile, packBundle } from './pack.ts';

const FILES = 'files';

/**
 * Packs a folder with `case.json` and `files/` into the bytes of a `*.tbcase`; what else lies beside them is left out.
 * The same folder gives the same bytes. Faults: file-missing, file-empty, file-too-large, json-invalid, schema-newer,
 * schema-invalid (field path), bundle-incomplete (a file that case.json names is missing, or one it does not name is
 * there).
 */
export async function packFolder(folder: string): Promise<Result<Uint8Array>> {
  try {
    return ok(await packed(folder));
  } catch (error) {
    return refused(faultFrom(error));
  }
}

async function packed(folder: string): Promise<Uint8Array> {
  const caseJson = await readFile(join(folder, 'case.json')).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    return refuse('file-missing', 'There is no case.json in the folder.', 'case.json');
  });
  const { record, unknownFields } = readCaseJson(caseJson);
  const [unknown] = unknownFields;
  if (unknown !== undefined)
    throw new FaultError(
      fault(
        'schema-invalid',
        'The schema has no such field, so it would not be read.',
        'Correct its name, or leave it out; `case schema` prints every field.',
        { file: 'case.json', field: unknown },
      ),
    );
  const present = await filesUnder(folder, FILES);
  const named = namedMembers(record);
  for (const { path, field } of named)
    if (!present.includes(path))
      throw new FaultError(
        fault('bundle-incomplete', 'case.json names a file that is not there.', 'Add the file or correct its path.', {
          file: path,
          field,
        }),
      );
  const names = new Set(named.map(({ path }) => path));
  const stray = present.find((path) => !names.has(path));
  if (stray !== undefined) refuse('bundle-incomplete', 'The folder holds a file that case.json does not name.', stray);
  const payload: PayloadFile[] = [{ path: 'case.json', bytes: caseJson }];
  let total = caseJson.byteLength;
  for (const path of present) {
    const { size } = await stat(join(folder, path));
    total += size;
    if (size === 0) refuse('file-empty', 'The file is empty.', path);
    if (size > MEMBER_LIMIT || total > TOTAL_LIMIT)
      refuse('file-too-large', 'The files are more than a bundle may hold.', path);
    payload.push({ path, bytes: await readFile(join(folder, path)) });
  }
  return packBundle(record.caseId, payload);
}

const refuse = (
  code: 'bundle-incomplete' | 'file-empty' | 'file-missing' | 'file-too-large',
  message: string,
  file: string,
): never => {
  throw new FaultError(fault(code, message, 'Correct the folder or case.json and pack again.', { file }));
};

/** Paths with forward slashes, sorted; links are not followed and not packed. */
async function filesUnder(folder: string, base: string): Promise<string[]> {
  const entries = await readdir(join(folder, base), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const paths: string[] = [];
  for (const entry of entries) {
    const path = `${base}/${entry.name}`;
    if (entry.isDirectory()) paths.push(...(await filesUnder(folder, path)));
    else if (entry.isFile()) paths.push(path);
    else refuse('bundle-incomplete', 'A link or a device cannot be packed.', path);
    if (paths.length > MEMBER_COUNT_LIMIT)
      refuse('file-too-large', 'There are more files than a bundle may hold.', path);
  }
  return paths.sort();
}
