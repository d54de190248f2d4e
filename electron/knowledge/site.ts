/**
 * Packs that a site installs, in its data folder: `<id>/<version>-<hash>/` side by side, and `chosen.json`, the one file
 * that says which is used. A version is written beside the others, made durable, and only then chosen by one rename:
 * whatever happens half-way leaves the pack that was in use.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { PackManifest } from '../../shared/knowledge/evidence.ts';
import { replaceFile, writeFileSynced } from '../durable.ts';
import { makeFolder } from '../make-folder.ts';
import { syncFolder } from '../sync-folder.ts';
import { type CheckedPack, checkPack, readPackSource } from './check.ts';
import { type Publisher, publishersOf } from './trust.ts';

const STAGING = '.staging-';
const Folder = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);
const Chosen = z.record(
  z.string(),
  z.object({
    /** `null`: the pack that ships with the program. */
    folder: Folder.nullable(),
    /** What was chosen before, the latest last. */
    earlier: z.array(Folder.nullable()),
  }),
);
type Chosen = z.infer<typeof Chosen>;

export interface PackChange {
  readonly id: string;
  readonly from: string | undefined;
  /** Version now in use; undefined for the one that ships. */
  readonly to: string | undefined;
  readonly manifestSha256: string | undefined;
  readonly publisher: string | undefined;
}

/** @throws FaultError pack-altered where the file is damaged: a pack must not change in silence */
export async function chosenOf(site: string): Promise<Chosen> {
  const text = await readFile(join(site, 'chosen.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return {};
  try {
    return Chosen.parse(JSON.parse(text));
  } catch {
    throw new FaultError(
      fault('pack-altered', 'The list of chosen packs is damaged.', 'Remove it and install the packs again.', {
        file: 'chosen.json',
      }),
    );
  }
}

const natural = new Intl.Collator('en', { numeric: true });
const order = (a: PackManifest, b: PackManifest): number =>
  a.asOf < b.asOf ? -1 : a.asOf > b.asOf ? 1 : natural.compare(a.version, b.version);

export interface InstallInput {
  readonly site: string;
  /** A folder, a zip file, or the bytes of one. */
  readonly source: string | Uint8Array;
  /** The manifest in use by id, shipped or installed. */
  readonly inUse: (id: string) => { readonly manifest: PackManifest; readonly manifestSha256: string } | undefined;
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Replaced by tests only, for a disk that is full. */
  readonly write?: typeof writeFileSynced | undefined;
}

/**
 * @throws FaultError signature-unknown, pack-altered, schema-newer, schema-invalid, json-invalid, archive-…,
 * version-conflict (older than, or another content of, the version in use), exists-already, disk-full, cancelled
 */
export async function installPack(input: InstallInput): Promise<PackChange> {
  const { site, source, inUse, signal } = input;
  const pack = checkPack(await readPackSource(source), await publishersOf(site));
  const { manifest, manifestSha256 } = pack;
  const before = inUse(manifest.id);
  if (before !== undefined) {
    const newer = order(manifest, before.manifest);
    if (before.manifestSha256 === manifestSha256)
      throw new FaultError(
        fault('exists-already', 'This version of the pack is in use already.', 'Nothing needs to be done.'),
      );
    if (newer <= 0)
      throw new FaultError(
        fault(
          'version-conflict',
          newer < 0
            ? `The pack is older (${manifest.version}, ${manifest.asOf}) than the one in use (${before.manifest.version}, ${before.manifest.asOf}).`
            : `The pack has the version of the one in use (${manifest.version}) and another content.`,
          'To go back to an earlier version use packs rollback; nothing was installed.',
        ),
      );
  }
  makeFolder(join(site, manifest.id), 0o700);
  sweep(site);
  const folder = `${manifest.version.replaceAll(/[^A-Za-z0-9._-]/g, '_').slice(0, 60)}-${manifestSha256.slice(0, 12)}`;
  const target = join(site, manifest.id, folder);
  if (!existsSync(target)) place(target, pack, input);
  signal?.throwIfAborted();
  const chosen = await chosenOf(site);
  const now = chosen[manifest.id];
  const next: Chosen = {
    ...chosen,
    [manifest.id]: { folder, earlier: [...(now?.earlier ?? []), now?.folder ?? null].slice(-20) },
  };
  replaceFile(join(site, 'chosen.json'), Buffer.from(`${JSON.stringify(next, null, 2)}\n`));
  return {
    id: manifest.id,
    from: before?.manifest.version,
    to: manifest.version,
    manifestSha256,
    publisher: pack.publisher.name,
  };
}

function place(
  target: string,
  { files }: CheckedPack,
  { site, onProgress, signal, write = writeFileSynced }: InstallInput,
): void {
  const staging = join(site, `${STAGING}${randomBytes(8).toString('hex')}`);
  mkdirSync(staging, { mode: 0o700 });
  try {
    let done = 0;
    for (const [name, bytes] of files) {
      signal?.throwIfAborted();
      write(join(staging, name), bytes);
      done += 1;
      onProgress?.(done, files.size);
    }
    syncFolder(staging);
    renameSync(staging, target);
    syncFolder(join(target, '..'));
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    throw error;
  }
}

/** What an install that was killed left behind. */
function sweep(site: string): void {
  for (const name of readdirSync(site))
    if (name.startsWith(STAGING)) rmSync(join(site, name), { recursive: true, force: true });
}

/** Back to what was chosen before. @throws FaultError not-found, pack-altered (the earlier version is no longer whole) */
export async function rollbackPack(site: string, id: string): Promise<PackChange> {
  const chosen = await chosenOf(site);
  const now = chosen[id];
  const folder = now?.earlier.at(-1);
  if (now === undefined || folder === undefined)
    throw new FaultError(
      fault('not-found', 'There is no earlier version of this pack.', 'See the list of packs (packs list).'),
    );
  const publishers = await publishersOf(site);
  const earlier = folder === null ? undefined : await checkedVersion(site, id, folder, publishers);
  const leaving =
    now.folder === null ? undefined : await checkedVersion(site, id, now.folder, publishers).catch(() => undefined);
  const next: Chosen = { ...chosen, [id]: { folder, earlier: now.earlier.slice(0, -1) } };
  replaceFile(join(site, 'chosen.json'), Buffer.from(`${JSON.stringify(next, null, 2)}\n`));
  return {
    id,
    from: leaving?.manifest.version,
    to: earlier?.manifest.version,
    manifestSha256: earlier?.manifestSha256,
    publisher: earlier?.publisher.name,
  };
}

/** One installed version, verified. @throws FaultError as `checkPack`, file-missing */
export async function checkedVersion(
  site: string,
  id: string,
  folder: string,
  publishers: readonly Publisher[],
): Promise<CheckedPack> {
  const checked = checkPack(await readPackSource(join(site, id, folder)), publishers);
  if (checked.manifest.id === id) return checked;
  throw new FaultError(fault('pack-altered', 'The pack stands under the name of another.', 'Install it again.'));
}

/** Folders of the versions of a pack that are installed, chosen or not. */
export async function versionsOf(site: string, id: string): Promise<string[]> {
  return (await readdir(join(site, id)).catch(() => [])).sort();
}
