/**
 * A drop folder of a laboratory. Files that belong together by the mapping become one draft bundle, or go to quarantine with the
 * reasons beside them; files still being written are left alone. Looking again changes nothing: a delivery is known by the hash of
 * its files and of the mapping, drafts are written whole, and files move last, so that a crash at any point is made good by the
 * next look.
 *
 * Below the folder: `taken/<id>/` what became a draft, `quarantine/<id>/` what did not; sealed where a vault is open (`lab-seal.ts`),
 * else, and where the mapping says `keepFiles`, each as it was delivered.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { LabMapping } from '../../shared/exchange/lab/mapping.ts';
import { labCaseOf, labFileOf } from '../../shared/exchange/lab/mapping.ts';
import { canonicalJson } from '../../shared/foundation/canonical.ts';
import { type Fault, FaultError, fault } from '../../shared/foundation/fault.ts';
import { Fault as FaultSchema } from '../../shared/foundation/fault-schema.ts';
import type { MolecularKnowledge } from '../../shared/molecular/knowledge.ts';
import { makeFolder } from '../make-folder.ts';
import { sha256 } from './import.ts';
import { type LabDraft, type LabFileBytes, labDraft } from './lab-draft.ts';
import { isSealed, type LabKey, openFiles, sealedContents, sealFiles, writeBack } from './lab-seal.ts';

const TAKEN = 'taken';
const QUARANTINE = 'quarantine';
/** Where drafts are written when no other folder is named. */
export const DRAFTS = 'drafts';
const REASONS = 'reasons.json';
const MOVING = '.moving.json';
/** Names by which other programs say that a file is not whole yet, and hidden ones. */
const UNFINISHED = /(^|\/)[.~]|\.(part|partial|tmp|temp|crdownload|filepart|writing)$|~$/i;
const FILE_LIMIT = 512 * 1024 * 1024;
const COUNT_LIMIT = 5000;

export interface Delivery {
  /** By the case that the mapping reads from the paths; in faults and journals only `id` is used. */
  readonly name: string;
  readonly paths: readonly string[];
  readonly state: 'ready' | 'being-written' | 'incomplete';
  /** Required files that are not there yet, by their names in the mapping. */
  readonly missing: readonly string[];
}

export interface Quarantined {
  readonly id: string;
  readonly files: number;
  readonly since: string;
  readonly reasons: readonly Fault[];
}

/** Where files are sealed their names are too: the note counts them. */
const QuarantineNote = z.object({
  since: z.string(),
  files: z.union([z.number().int().nonnegative(), z.array(z.string())]),
  reasons: z.array(FaultSchema),
});
const Move = z.object({ from: z.string(), files: z.array(z.string()) });

/** What a look did, for the journal: ids and counts, no name of a file. */
export type Looked =
  | {
      readonly what: 'draft';
      readonly id: string;
      readonly caseId: string;
      readonly bundle: string;
      readonly files: number;
    }
  | { readonly what: 'again'; readonly id: string; readonly files: number }
  | { readonly what: 'quarantined'; readonly id: string; readonly files: number; readonly reasons: readonly Fault[] };

export interface LookOptions {
  readonly folder: string;
  readonly mapping: LabMapping;
  readonly knowledge: MolecularKnowledge;
  /** Milliseconds since 1970, of the clock that dates files. */
  readonly now: number;
  /** Keeps the draft whole or throws; called before a file moves. */
  readonly keep: (id: string, draft: LabDraft, files: number) => Promise<void> | void;
  /** Seals what was read; absent where no vault is open, and the files then move as they are. */
  readonly key?: LabKey | undefined;
  readonly onQuarantine?: (id: string, reasons: readonly Fault[], files: number) => void;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, of: number) => void;
}

/** Paths below the folder, two levels deep; links are not followed. @throws FaultError file-missing, file-too-large */
async function delivered(folder: string): Promise<string[]> {
  const found: string[] = [];
  const walk = async (base: string, depth: number): Promise<void> => {
    const entries = await readdir(join(folder, base), { withFileTypes: true });
    for (const entry of entries) {
      const path = base === '' ? entry.name : `${base}/${entry.name}`;
      if (base === '' && [TAKEN, QUARANTINE, DRAFTS].includes(entry.name)) continue;
      if (entry.isDirectory() && depth < 2 && !entry.name.startsWith('.')) await walk(path, depth + 1);
      else if (entry.isFile() && !UNFINISHED.test(path)) found.push(path);
      if (found.length > COUNT_LIMIT)
        throw new FaultError(
          fault(
            'file-too-large',
            'There are more files in the folder than are read at once.',
            'Move some of them out.',
          ),
        );
    }
  };
  try {
    await walk('', 0);
  } catch (error) {
    if (error instanceof FaultError) throw error;
    throw new FaultError(
      fault('file-missing', 'The drop folder cannot be read.', 'Check that it is there and may be read.'),
    );
  }
  return found.sort();
}

/** What lies in the folder, by case; nothing is read or moved. Files that no entry of the mapping is for are counted apart. */
export async function deliveries(
  folder: string,
  mapping: LabMapping,
  now: number,
): Promise<{ readonly deliveries: readonly Delivery[]; readonly strangers: number }> {
  const groups = new Map<string, string[]>();
  let strangers = 0;
  for (const path of await delivered(folder)) {
    const name = labFileOf(mapping, path) === undefined ? undefined : labCaseOf(mapping, path);
    if (name === undefined) strangers += 1;
    else groups.set(name, [...(groups.get(name) ?? []), path]);
  }
  const list: Delivery[] = [];
  for (const [name, paths] of groups) {
    let settled = true;
    for (const path of paths) {
      const { mtimeMs } = await stat(join(folder, path));
      // A clock that runs behind would make a file wait for ever.
      if (mtimeMs <= now && now - mtimeMs < mapping.settleSeconds * 1000) settled = false;
    }
    const missing = mapping.files
      .filter((file) => file.required && !paths.some((path) => labFileOf(mapping, path)?.name === file.name))
      .map((file) => file.name);
    const state = !settled ? 'being-written' : missing.length > 0 ? 'incomplete' : 'ready';
    list.push({ name, paths, state, missing });
  }
  return { deliveries: list, strangers };
}

/** The files of a delivery, each as it was before and after it was read; undefined where one still changes. */
export async function readDelivery(folder: string, paths: readonly string[]): Promise<LabFileBytes[] | undefined> {
  const files: LabFileBytes[] = [];
  for (const path of paths) {
    const at = join(folder, path);
    const before = await stat(at);
    if (before.size > FILE_LIMIT)
      throw new FaultError(fault('file-too-large', 'A delivered file is larger than is read here.', 'Move it out.'));
    const bytes = await readFile(at);
    const after = await stat(at);
    if (before.size !== after.size || before.mtimeMs !== after.mtimeMs || bytes.byteLength !== after.size)
      return undefined;
    files.push({ path, bytes, modified: after.mtimeMs });
  }
  return files;
}

/** Same files, same mapping: same id. */
export const deliveryId = (mapping: LabMapping, files: readonly LabFileBytes[]): string =>
  sha256(
    JSON.stringify([
      sha256(canonicalJson(mapping)),
      ...files.map(({ path, bytes }) => [path, sha256(bytes)]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
    ]),
  ).slice(0, 16);

/** A list of what moves stands there before the first file does, so that a move begun is always ended. */
async function moveAll(folder: string, from: string, to: string, files: readonly string[]): Promise<void> {
  const target = join(folder, to);
  await mkdir(target, { recursive: true });
  await writeWhole(join(target, MOVING), JSON.stringify({ from, files }));
  await endMove(folder, to);
}

async function endMove(folder: string, to: string): Promise<void> {
  const note = join(folder, to, MOVING);
  const read = Move.safeParse(JSON.parse(await readFile(note, 'utf8')));
  if (read.success)
    for (const path of read.data.files) {
      if (UNFINISHED.test(path) || path.split('/').includes('..')) continue;
      const source = join(folder, read.data.from, path);
      const target = join(folder, to, path);
      if (!existsSync(source)) continue;
      await mkdir(dirname(target), { recursive: true });
      await rename(source, target);
      await rmdir(dirname(source)).catch(() => undefined);
    }
  await rm(note, { force: true });
}

async function endMoves(folder: string): Promise<void> {
  for (const base of [TAKEN, QUARANTINE])
    for (const name of await readdir(join(folder, base)).catch(() => []))
      if (existsSync(join(folder, base, name, MOVING))) await endMove(folder, `${base}/${name}`);
  if (existsSync(join(folder, MOVING))) await endMove(folder, '');
}

/** Readable files whose sealed ones are on the disk. */
async function removeAll(folder: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await rm(join(folder, path), { force: true });
    await rmdir(dirname(join(folder, path))).catch(() => undefined);
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  const unfinished = `${path}.${process.pid}.part`;
  await writeFile(unfinished, text);
  await rename(unfinished, path);
}

/**
 * One look at the folder: every delivery that is whole becomes a draft or goes to quarantine.
 * @throws FaultError file-missing, file-too-large, write-failed, disk-full, cancelled
 */
export async function lookOnce(options: LookOptions): Promise<Looked[]> {
  const { folder, mapping, knowledge, now, keep, onQuarantine, signal, onProgress } = options;
  const key = mapping.keepFiles === true ? undefined : options.key;
  await endMoves(folder);
  if (key !== undefined) await sealOlder(folder, key);
  const ready = (await deliveries(folder, mapping, now)).deliveries.filter(({ state }) => state === 'ready');
  const looked: Looked[] = [];
  for (const [index, { paths }] of ready.entries()) {
    signal?.throwIfAborted();
    onProgress?.(index, ready.length);
    const files = await readDelivery(folder, paths);
    if (files === undefined) continue;
    const id = deliveryId(mapping, files);
    // What was taken once stands there under its id: the same files again are the same delivery.
    if (existsSync(join(folder, TAKEN, id))) {
      if (key === undefined) await moveAll(folder, '', `${TAKEN}/${id}`, paths);
      else await removeAll(folder, paths);
      looked.push({ what: 'again', id, files: paths.length });
      continue;
    }
    const made = await labDraft(mapping, files, knowledge);
    if ('reasons' in made) {
      const note = {
        since: new Date(now).toISOString(),
        files: key === undefined ? paths : paths.length,
        reasons: made.reasons,
      };
      makeFolder(join(folder, QUARANTINE, id));
      await writeWhole(join(folder, QUARANTINE, id, REASONS), `${JSON.stringify(note, null, 2)}\n`);
      onQuarantine?.(id, made.reasons, paths.length);
      if (key === undefined) await moveAll(folder, '', `${QUARANTINE}/${id}`, paths);
      else {
        await sealFiles(join(folder, QUARANTINE, id), id, key, files);
        await removeAll(folder, paths);
      }
      looked.push({ what: 'quarantined', id, files: paths.length, reasons: made.reasons });
      continue;
    }
    const { record, bundle } = made.draft;
    await keep(id, made.draft, paths.length);
    if (key === undefined) await moveAll(folder, '', `${TAKEN}/${id}`, paths);
    else {
      const draft = { caseId: record.caseId, since: new Date(now).toISOString(), mapping };
      await sealFiles(join(folder, TAKEN, id), id, key, files, draft);
      await removeAll(folder, paths);
    }
    looked.push({ what: 'draft', id, caseId: record.caseId, bundle: sha256(bundle), files: paths.length });
  }
  onProgress?.(ready.length, ready.length);
  return looked;
}

/** The readable files of a delivery, below its folder. */
async function plainFiles(at: string): Promise<LabFileBytes[]> {
  const files: LabFileBytes[] = [];
  const walk = async (base: string): Promise<void> => {
    for (const entry of await readdir(join(at, base), { withFileTypes: true }).catch(() => [])) {
      const path = base === '' ? entry.name : `${base}/${entry.name}`;
      if (entry.isDirectory()) await walk(path);
      else if (entry.isFile() && !UNFINISHED.test(path) && path !== REASONS) {
        const { mtimeMs } = await stat(join(at, path));
        files.push({ path, bytes: await readFile(join(at, path)), modified: mtimeMs });
      }
    }
  };
  await walk('');
  return files;
}

/** What was taken or set aside readable, by an earlier version or while the site kept its files; not what waits as a draft. */
async function sealOlder(folder: string, key: LabKey): Promise<void> {
  const waiting = (await readdir(join(folder, DRAFTS)).catch(() => [])).join(' ');
  for (const base of [TAKEN, QUARANTINE])
    for (const id of await readdir(join(folder, base)).catch(() => [])) {
      const at = join(folder, base, id);
      if (!/^[0-9a-f]{16}$/.test(id) || isSealed(at) || waiting.includes(`.${id}.`)) continue;
      const files = await plainFiles(at);
      if (files.length === 0) continue;
      await sealFiles(at, id, key, files);
      await removeAll(
        at,
        files.map(({ path }) => path),
      );
      const note = QuarantineNote.safeParse(
        await readFile(join(at, REASONS), 'utf8').then(JSON.parse, () => undefined),
      );
      if (note.success)
        await writeWhole(join(at, REASONS), `${JSON.stringify({ ...note.data, files: files.length }, null, 2)}\n`);
    }
}

/** Where what became a draft lies. */
export const takenAt = (folder: string, id: string): string => join(folder, TAKEN, id);

/** Drafts that lie sealed, by delivery. @throws FaultError vault-damaged, locked */
export async function sealedDrafts(
  folder: string,
  key: LabKey,
): Promise<{ id: string; caseId: string; since: string; files: number; mapping: LabMapping }[]> {
  const found = [];
  for (const id of await readdir(join(folder, TAKEN)).catch(() => [])) {
    if (!isSealed(takenAt(folder, id))) continue;
    const { draft, files } = await sealedContents(takenAt(folder, id), id, key);
    if (draft !== undefined) found.push({ id, ...draft, files: files.length });
  }
  return found;
}

/** The files of a delivery that was taken, as they were delivered. */
export async function takenFiles(folder: string, id: string, key: LabKey): Promise<LabFileBytes[]> {
  const at = takenAt(folder, id);
  return isSealed(at) ? openFiles(at, id, key) : plainFiles(at);
}

/** Newest first. A folder without a readable note is shown with that as its reason. */
export async function quarantined(folder: string): Promise<Quarantined[]> {
  const names = (await readdir(join(folder, QUARANTINE)).catch(() => [])).filter((name) => /^[0-9a-f]{16}$/.test(name));
  const list = await Promise.all(
    names.map(async (id): Promise<Quarantined> => {
      try {
        const { since, files, reasons } = QuarantineNote.parse(
          JSON.parse(await readFile(join(folder, QUARANTINE, id, REASONS), 'utf8')),
        );
        return { id, files: typeof files === 'number' ? files : files.length, since, reasons };
      } catch {
        const reason = fault('file-missing', 'The note of the reasons is gone.', 'Try the files again.', {
          file: REASONS,
        });
        return { id, files: 0, since: new Date(0).toISOString(), reasons: [reason] };
      }
    }),
  );
  return list.sort((a, b) => (a.since < b.since ? 1 : -1));
}

/**
 * Puts the files of a quarantined delivery back where they were delivered.
 * @throws FaultError not-found, exists-already, locked where they are sealed and no vault is named, vault-damaged
 */
export async function retryDelivery(folder: string, id: string, key?: LabKey): Promise<number> {
  const at = `${QUARANTINE}/${id}`;
  if (!/^[0-9a-f]{16}$/.test(id) || !existsSync(join(folder, at)))
    throw new FaultError(fault('not-found', 'There is no such delivery in quarantine.', 'Look at the list again.'));
  await endMoves(folder);
  if (isSealed(join(folder, at))) {
    if (key === undefined)
      throw new FaultError(
        fault('locked', 'The files of this delivery are sealed.', 'Name the vault that sealed them with --data.'),
      );
    const delivered = await openFiles(join(folder, at), id, key);
    await writeBack(folder, delivered);
    await rm(join(folder, at), { recursive: true, force: true });
    return delivered.length;
  }
  const files = (await plainFiles(join(folder, at))).map(({ path }) => path);
  if (files.some((path) => existsSync(join(folder, path))))
    throw new FaultError(
      fault('exists-already', 'A file of the same name was delivered since.', 'Move one of the two out of the folder.'),
    );
  await moveAll(folder, at, '', files);
  await rm(join(folder, at), { recursive: true, force: true });
  return files.length;
}
