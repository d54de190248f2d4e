/**
 * A drop folder of a laboratory. Files that belong together by the mapping become one draft bundle, or go to quarantine with the
 * reasons beside them; files still being written are left alone. Looking again changes nothing: a delivery is known by the hash of
 * its files and of the mapping, drafts are written whole, and files move last, so that a crash at any point is made good by the
 * next look.
 *
 * Below the folder: `taken/<id>/` what became a draft, `quarantine/<id>/` what did not, each as it was delivered.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { LabMapping } from '../../shared/exchange/lab/mapping.ts';
import { labCaseOf, labFileOf } from '../../shared/exchange/lab/mapping.ts';
import { canonicalJson } from '../../shared/foundation/canonical.ts';
import { Fault, FaultError, fault } from '../../shared/foundation/fault.ts';
import type { MolecularKnowledge } from '../../shared/molecular/knowledge.ts';
import { makeFolder } from '../make-folder.ts';
import { sha256 } from './import.ts';
import { type LabDraft, type LabFileBytes, labDraft } from './lab-draft.ts';

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

const QuarantineNote = z.object({ since: z.string(), files: z.array(z.string()), reasons: z.array(Fault) });
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
    files.push({ path, bytes });
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
  await endMoves(folder);
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
      await moveAll(folder, '', `${TAKEN}/${id}`, paths);
      looked.push({ what: 'again', id, files: paths.length });
      continue;
    }
    const made = await labDraft(mapping, files, knowledge);
    if ('reasons' in made) {
      const note = {
        since: new Date(now).toISOString(),
        files: paths,
        reasons: made.reasons,
      };
      makeFolder(join(folder, QUARANTINE, id));
      await writeWhole(join(folder, QUARANTINE, id, REASONS), `${JSON.stringify(note, null, 2)}\n`);
      onQuarantine?.(id, made.reasons, paths.length);
      await moveAll(folder, '', `${QUARANTINE}/${id}`, paths);
      looked.push({ what: 'quarantined', id, files: paths.length, reasons: made.reasons });
      continue;
    }
    await keep(id, made.draft, paths.length);
    await moveAll(folder, '', `${TAKEN}/${id}`, paths);
    const { record, bundle } = made.draft;
    looked.push({ what: 'draft', id, caseId: record.caseId, bundle: sha256(bundle), files: paths.length });
  }
  onProgress?.(ready.length, ready.length);
  return looked;
}

/** The files of a delivery that was taken, as they were delivered. */
export async function takenFiles(folder: string, id: string): Promise<LabFileBytes[]> {
  const at = join(folder, TAKEN, id);
  const files: LabFileBytes[] = [];
  const walk = async (base: string): Promise<void> => {
    for (const entry of await readdir(join(at, base), { withFileTypes: true }).catch(() => [])) {
      const path = base === '' ? entry.name : `${base}/${entry.name}`;
      if (entry.isDirectory()) await walk(path);
      else if (entry.isFile() && !UNFINISHED.test(path)) files.push({ path, bytes: await readFile(join(at, path)) });
    }
  };
  await walk('');
  return files;
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
        return { id, files: files.length, since, reasons };
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

/** Puts the files of a quarantined delivery back where they were delivered. @throws FaultError not-found, exists-already */
export async function retryDelivery(folder: string, id: string): Promise<number> {
  const at = `${QUARANTINE}/${id}`;
  if (!/^[0-9a-f]{16}$/.test(id) || !existsSync(join(folder, at)))
    throw new FaultError(fault('not-found', 'There is no such delivery in quarantine.', 'Look at the list again.'));
  await endMoves(folder);
  const files: string[] = [];
  const walk = async (base: string): Promise<void> => {
    for (const entry of await readdir(join(folder, at, base), { withFileTypes: true })) {
      const path = base === '' ? entry.name : `${base}/${entry.name}`;
      if (entry.isDirectory()) await walk(path);
      else if (entry.isFile() && path !== REASONS && !UNFINISHED.test(path)) files.push(path);
    }
  };
  await walk('');
  if (files.some((path) => existsSync(join(folder, path))))
    throw new FaultError(
      fault('exists-already', 'A file of the same name was delivered since.', 'Move one of the two out of the folder.'),
    );
  await moveAll(folder, at, '', files);
  await rm(join(folder, at), { recursive: true, force: true });
  return files.length;
}
