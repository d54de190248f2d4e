/**
 * What a site installs, in its data folder: `<id>/<version>-<hash>/` side by side, and `chosen.json`, the one file that
 * says which is used and who chose it. A version is written beside the others, made durable, and only then chosen by one
 * rename: whatever happens half-way leaves what was in use, and no change is without its author.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { SiteChange } from '../../shared/knowledge/site-change.ts';
import { replaceFile, writeFileSynced } from '../durable.ts';
import { makeFolder } from '../make-folder.ts';
import { syncFolder } from '../sync-folder.ts';
import { type Checked, checkSigned, readSigned, type SignedSource } from './check.ts';
import type { Author, Kind, SignedManifest } from './kind.ts';
import { type Publisher, publishersOf } from './trust.ts';

const STAGING = '.staging-';
const Folder = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);

const Chosen = z.record(
  z.string(),
  z.object({
    /** `null`: the one that ships with the program. */
    folder: Folder.nullable(),
    /** What was chosen before, the latest last. */
    earlier: z.array(Folder.nullable()),
    /** Oldest first. */
    changes: z.array(SiteChange).optional(),
  }),
);
export type Chosen = z.infer<typeof Chosen>;

/** @throws FaultError pack-altered, model-altered where the file is damaged: what is used must not change in silence */
export async function chosenOf({ altered, noun }: Kind<SignedManifest>, site: string): Promise<Chosen> {
  const text = await readFile(join(site, 'chosen.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return {};
  try {
    return Chosen.parse(JSON.parse(text));
  } catch {
    throw new FaultError(
      fault(altered, `The list of chosen ${noun}s is damaged.`, `Remove it and install the ${noun}s again.`, {
        file: 'chosen.json',
      }),
    );
  }
}

/** Every change made at this site, oldest first. @throws FaultError as `chosenOf` */
export async function changesOf(kind: Kind<SignedManifest>, site: string): Promise<SiteChange[]> {
  return Object.values(await chosenOf(kind, site))
    .flatMap(({ changes = [] }) => changes)
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

const natural = new Intl.Collator('en', { numeric: true });
const order = (a: SignedManifest, b: SignedManifest): number =>
  a.asOf < b.asOf ? -1 : a.asOf > b.asOf ? 1 : natural.compare(a.version, b.version);

export interface SiteFolders {
  readonly site: string;
  /** Where the enrolled keys stand: one list for packs and models. */
  readonly publishers: string;
}

export type InUse = { readonly manifest: SignedManifest; readonly manifestSha256: string };

export interface InstallInput<Manifest extends SignedManifest> extends SiteFolders, Author {
  readonly source: SignedSource;
  /** The manifest in use by id, shipped or installed. */
  readonly inUse: (id: string) => InUse | undefined;
  readonly now: string;
  /** Further conditions of the kind, before a byte is written: throws what is wrong. */
  readonly accept?: ((candidate: Checked<Manifest>, before: InUse | undefined) => void | Promise<void>) | undefined;
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A candidate, verified and newer than what is in use.
 * @throws FaultError signature-unknown, pack-altered, model-altered, schema-newer, schema-invalid, json-invalid,
 * archive-…, version-conflict (older than, or another content of, the version in use), exists-already
 */
export async function candidateOf<Manifest extends SignedManifest>(
  kind: Kind<Manifest>,
  { source, publishers, inUse }: Pick<InstallInput<Manifest>, 'source' | 'publishers' | 'inUse'>,
): Promise<{ readonly candidate: Checked<Manifest>; readonly before: InUse | undefined }> {
  const candidate = checkSigned(kind, await readSigned(source, kind.noun), await publishersOf(publishers));
  const { manifest, manifestSha256 } = candidate;
  const before = inUse(manifest.id);
  if (before === undefined) return { candidate, before };
  if (before.manifestSha256 === manifestSha256)
    throw new FaultError(
      fault('exists-already', `This version of the ${kind.noun} is in use already.`, 'Nothing needs to be done.'),
    );
  const newer = order(manifest, before.manifest);
  if (newer <= 0)
    throw new FaultError(
      fault(
        'version-conflict',
        newer < 0
          ? `The ${kind.noun} is older (${manifest.version}, ${manifest.asOf}) than the one in use (${before.manifest.version}, ${before.manifest.asOf}).`
          : `The ${kind.noun} has the version of the one in use (${manifest.version}) and another content.`,
        `To go back to an earlier version roll the ${kind.noun} back; nothing was installed.`,
      ),
    );
  return { candidate, before };
}

/** @throws FaultError as `candidateOf`, what `accept` throws, disk-full, cancelled */
export async function installSigned<Manifest extends SignedManifest>(
  kind: Kind<Manifest>,
  input: InstallInput<Manifest>,
): Promise<SiteChange> {
  const { site, signal } = input;
  const { candidate, before } = await candidateOf(kind, input);
  await input.accept?.(candidate, before);
  // Measuring holds the loop: a cancel that came meanwhile is heard now.
  await new Promise((resolve) => setImmediate(resolve));
  signal?.throwIfAborted();
  const { manifest, manifestSha256 } = candidate;
  makeFolder(join(site, manifest.id), 0o700);
  sweep(site);
  const folder = `${manifest.version.replaceAll(/[^A-Za-z0-9._-]/g, '_').slice(0, 60)}-${manifestSha256.slice(0, 12)}`;
  const target = join(site, manifest.id, folder);
  if (!existsSync(target)) await place(target, candidate, input);
  signal?.throwIfAborted();
  return choose(kind, site, folder, 'push', {
    at: input.now,
    act: 'installed',
    id: manifest.id,
    ...(before === undefined ? {} : { from: before.manifest.version }),
    to: manifest.version,
    manifestSha256,
    publisher: candidate.publisher.name,
    by: input.by,
    reason: input.reason,
  });
}

/** The one rename that changes what is used. */
async function choose(
  kind: Kind<SignedManifest>,
  site: string,
  folder: string | null,
  stack: 'push' | 'pop',
  says: Omit<SiteChange, 'changeId'>,
): Promise<SiteChange> {
  const change: SiteChange = { changeId: randomUUID(), ...says };
  const chosen = await chosenOf(kind, site);
  const now = chosen[change.id];
  const earlier = now?.earlier ?? [];
  const next: Chosen = {
    ...chosen,
    [change.id]: {
      folder,
      earlier: stack === 'pop' ? earlier.slice(0, -1) : [...earlier, now?.folder ?? null].slice(-20),
      changes: [...(now?.changes ?? []), change],
    },
  };
  replaceFile(join(site, 'chosen.json'), Buffer.from(`${JSON.stringify(next, null, 2)}\n`));
  return change;
}

async function place(
  target: string,
  { files }: Checked<SignedManifest>,
  { site, onProgress, signal }: Pick<InstallInput<SignedManifest>, 'site' | 'onProgress' | 'signal'>,
): Promise<void> {
  const staging = join(site, `${STAGING}${randomBytes(8).toString('hex')}`);
  mkdirSync(staging, { mode: 0o700 });
  try {
    let done = 0;
    for (const [name, bytes] of files) {
      signal?.throwIfAborted();
      writeFileSynced(join(staging, name), bytes);
      done += 1;
      onProgress?.(done, files.size);
      // Lets a cancel in, and the progress out, between two files.
      await new Promise((resolve) => setImmediate(resolve));
    }
    signal?.throwIfAborted();
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

/** What a rollback would go back to: `null` for the version that ships. @throws FaultError not-found */
export async function earlierOf(
  kind: Kind<SignedManifest>,
  site: string,
  id: string,
): Promise<{ readonly now: string | null; readonly folder: string | null }> {
  const now = (await chosenOf(kind, site))[id];
  const folder = now?.earlier.at(-1);
  if (now === undefined || folder === undefined)
    throw new FaultError(
      fault('not-found', `There is no earlier version of this ${kind.noun}.`, `See the list of ${kind.noun}s.`),
    );
  return { now: now.folder, folder };
}

/** Back to what was chosen before. @throws FaultError not-found, pack-altered, model-altered (the earlier version is no longer whole) */
export async function rollBackSigned<Manifest extends SignedManifest>(
  kind: Kind<Manifest>,
  input: SiteFolders & Author & { readonly id: string; readonly now: string },
): Promise<SiteChange> {
  const { site, id } = input;
  const { now, folder } = await earlierOf(kind, site, id);
  const publishers = await publishersOf(input.publishers);
  const earlier = folder === null ? undefined : await checkedVersion(kind, site, id, folder, publishers);
  const leaving =
    now === null ? undefined : await checkedVersion(kind, site, id, now, publishers).catch(() => undefined);
  return choose(kind, site, folder, 'pop', {
    at: input.now,
    act: 'rolled-back',
    id,
    ...(leaving === undefined ? {} : { from: leaving.manifest.version }),
    ...(earlier === undefined
      ? {}
      : {
          to: earlier.manifest.version,
          manifestSha256: earlier.manifestSha256,
          publisher: earlier.publisher.name,
        }),
    by: input.by,
    reason: input.reason,
  });
}

/** One installed version, verified. @throws FaultError as `checkSigned`, file-missing */
export async function checkedVersion<Manifest extends SignedManifest>(
  kind: Kind<Manifest>,
  site: string,
  id: string,
  folder: string,
  publishers: readonly Publisher[],
): Promise<Checked<Manifest>> {
  const checked = checkSigned(kind, await readSigned(join(site, id, folder), kind.noun), publishers);
  if (checked.manifest.id === id) return checked;
  throw new FaultError(fault(kind.altered, `The ${kind.noun} stands under the name of another.`, 'Install it again.'));
}

/** Folders of the versions that are installed, chosen or not. */
export async function versionsOf(site: string, id: string): Promise<string[]> {
  return (await readdir(join(site, id)).catch(() => [])).sort();
}
