/**
 * Files of a laboratory at rest. Once a delivery was read, its files are sealed with a key of the vault that is open, and the
 * readable ones go: each file is a sealed file of its own beside a sealed list of their names, all under the delivery's id.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { LabMapping } from '../../shared/exchange/lab/mapping.ts';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { CaseId } from '../../shared/foundation/ids.ts';
import type { LabFileBytes } from './lab-draft.ts';

/** 32 bytes that only the open vault can make; `before` is what sealed the first form. @throws FaultError locked, forbidden */
export type LabKey = (of?: 'now' | 'before') => Uint8Array;

/** The second form is for who reads cases; the first was for whoever unlocked, and is still read. */
const MAGIC = Buffer.from('CLD2');
const FIRST = Buffer.from('CLD1');
const NONCE = 12;
const TAG = 16;
const LIST = '0.sealed';
const SEALED = /^\d+\.sealed$/;

const Contents = z.object({
  files: z.array(z.object({ path: z.string(), modified: z.number() })),
  /** Where it became a draft: of which case, when, read by which mapping. */
  draft: z.object({ caseId: CaseId, since: z.string(), mapping: LabMapping }).optional(),
});
export type Contents = z.infer<typeof Contents>;

/** One key a delivery; the nonce is random, the place in the delivery is bound to the bytes. */
const keyOf = (key: LabKey, id: string, of: 'now' | 'before' = 'now'): Buffer =>
  Buffer.from(hkdfSync('sha256', key(of), '', `laboratory/${id}`, 32));

function sealed(key: Buffer, place: string, bytes: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place));
  const body = cipher.update(bytes);
  cipher.final();
  return Buffer.concat([MAGIC, nonce, cipher.getAuthTag(), body]);
}

function opened(labKey: LabKey, id: string, index: number, bytes: Buffer): Buffer {
  const place = placeOf(id, index);
  const body = MAGIC.length + NONCE + TAG;
  const magic = bytes.subarray(0, MAGIC.length);
  const key = keyOf(labKey, id, magic.equals(FIRST) ? 'before' : 'now');
  try {
    if (bytes.length < body || !(magic.equals(MAGIC) || magic.equals(FIRST))) throw new Error('no sealed file');
    const nonce = bytes.subarray(MAGIC.length, MAGIC.length + NONCE);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
    decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(MAGIC.length + NONCE, body));
    return Buffer.concat([decipher.update(bytes.subarray(body)), decipher.final()]);
  } catch {
    throw new FaultError(
      fault(
        'vault-damaged',
        'A sealed file of the laboratory’s folder was changed, or is of another vault.',
        'Have the laboratory send the files again.',
        { file: place },
      ),
    );
  }
}

const placeOf = (id: string, index: number): string => `${id}/${index}`;

/** Whether a delivery lies sealed in this folder. */
export const isSealed = (at: string): boolean => existsSync(join(at, LIST));

/** The list last: without it nothing counts as sealed, and the readable files are still there. */
export async function sealFiles(
  at: string,
  id: string,
  key: LabKey,
  files: readonly LabFileBytes[],
  draft?: Contents['draft'],
): Promise<void> {
  await mkdir(at, { recursive: true, mode: 0o700 });
  const own = keyOf(key, id);
  const list: Contents['files'] = [];
  for (const [index, { path, bytes, modified }] of files.entries()) {
    await keepWhole(join(at, `${index + 1}.sealed`), sealed(own, placeOf(id, index + 1), bytes));
    list.push({ path, modified: modified ?? 0 });
  }
  const contents: Contents = { files: list, ...(draft === undefined ? {} : { draft }) };
  await keepWhole(join(at, LIST), sealed(own, placeOf(id, 0), Buffer.from(JSON.stringify(contents))));
  own.fill(0);
}

/** @throws FaultError vault-damaged, locked */
export async function sealedContents(at: string, id: string, key: LabKey): Promise<Contents> {
  return Contents.parse(JSON.parse(opened(key, id, 0, await readFile(join(at, LIST))).toString()));
}

/** The files as they were delivered. @throws FaultError vault-damaged, locked */
export async function openFiles(at: string, id: string, key: LabKey): Promise<LabFileBytes[]> {
  const { files } = await sealedContents(at, id, key);
  return Promise.all(
    files.map(async ({ path, modified }, index) => ({
      path,
      modified,
      bytes: opened(key, id, index + 1, await readFile(join(at, `${index + 1}.sealed`))),
    })),
  );
}

/** What was sealed goes; the empty folder stays and says that the delivery was taken. */
export async function forgetFiles(at: string): Promise<void> {
  // The list first: a delivery without it is gone, whatever else a crash leaves.
  for (const name of [LIST, ...readdirSync(at).filter((one) => one !== LIST)])
    if (SEALED.test(name)) await rm(join(at, name), { force: true });
}

/**
 * Files written back where they were delivered, each whole, with the age they had; a file of the same bytes may stand there.
 * @throws FaultError exists-already where another one does
 */
export async function writeBack(folder: string, files: readonly LabFileBytes[]): Promise<void> {
  for (const { path, bytes } of files) {
    const at = join(folder, path);
    const held = await stat(at).catch(() => undefined);
    if (held !== undefined && (held.size !== bytes.byteLength || !(await readFile(at)).equals(bytes)))
      throw new FaultError(
        fault(
          'exists-already',
          'A file of the same name was delivered since.',
          'Move one of the two out of the folder.',
        ),
      );
  }
  for (const { path, bytes, modified } of files) {
    const at = join(folder, path);
    await mkdir(dirname(at), { recursive: true });
    const unfinished = `${at}.${process.pid}.part`;
    await writeFile(unfinished, bytes);
    if (modified !== undefined) await utimes(unfinished, modified / 1000, modified / 1000);
    await rename(unfinished, at);
  }
}

async function keepWhole(path: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${path}.${process.pid}.part`;
  await writeFile(unfinished, bytes, { mode: 0o600, flush: true });
  await rename(unfinished, path);
}
