import { createHash, createHmac } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { canonicalJson } from '../../shared/foundation/canonical.ts';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { CaseId, Sha256 } from '../../shared/foundation/ids.ts';
import { Checkpoint } from '../../shared/vault/checkpoint.ts';
import { syncFolder } from '../sync-folder.ts';
import { syncFile, writeDurably } from './files.ts';
import type { VaultKeys } from './key-file.ts';
import { deriveKey, type RandomBytes, seal, unseal } from './sealing.ts';

/**
 * A backup folder holds many versions of one vault. What can be erased stands once for all of them: the case keys (in one
 * sealed file, as they are now, not as they were) and the sealed files. So erasing a case in the vault makes it unreadable
 * in every version, old ones too, as soon as the folder is reached.
 */
export const backupFiles = (target: string) => ({
  mark: join(target, 'consilium-backup.json'),
  keyFile: join(target, 'vault.keys.json'),
  caseKeys: join(target, 'case-keys.sealed'),
  pool: join(target, 'files'),
  versions: join(target, 'versions'),
  version: (name: string) => {
    const folder = join(target, 'versions', name);
    return { folder, database: join(folder, 'vault.sqlite'), manifest: join(folder, 'manifest.json') };
  },
});

const Entry = z.object({
  /** Relative to the pool; both parts are keyed hashes. */
  path: z.string().regex(/^[0-9a-f]{32}\/[0-9a-f]{64}$/),
  bytes: z.number().int().nonnegative(),
  sha256: Sha256,
});
type Entry = z.infer<typeof Entry>;

const Manifest = z.object({
  format: z.literal('consilium-backup'),
  version: z.literal(1),
  vaultId: z.string().regex(/^[0-9a-f]{32}$/),
  time: z.string(),
  /** Which door key opens this database, counted from the first. */
  door: z.number().int().nonnegative(),
  checkpoint: Checkpoint,
  database: z.object({ bytes: z.number().int().positive(), sha256: Sha256 }),
  files: z.array(Entry),
  /** HMAC under a key of the vault over everything above. */
  mac: z.string(),
});
export type BackupManifest = z.infer<typeof Manifest>;

/** The case keys of a vault as they are now, and the cases that have none any more. */
const CaseKeys = z.object({
  keys: z.array(
    z.object({
      caseId: z.string(),
      version: z.number().int(),
      /** Up to schema 3 the vault key wrapped them all. */
      recipient: z.string().default('vault'),
      wrapped: z.base64(),
    }),
  ),
  /** Private halves of the emergency key, wrapped for who may break the glass. */
  emergency: z
    .array(z.object({ version: z.number().int(), holder: z.string(), publicKey: z.base64(), wrapped: z.base64() }))
    .default([]),
  erased: z.array(z.object({ caseId: CaseId, reason: z.string() })),
});
export type CaseKeyRing = z.infer<typeof CaseKeys>;

export interface BackupProgress {
  readonly step: 'database' | 'files' | 'worklist' | 'journal' | 'documents';
  readonly done: number;
  readonly of: number;
}
export type OnProgress = (progress: BackupProgress) => void;

export const damagedBackup = (what: string): FaultError =>
  new FaultError(
    fault('vault-damaged', `${what} of the backup is damaged.`, 'Use another version or another backup folder.'),
  );

const macOf = (vaultKey: Buffer, { mac: _, ...body }: BackupManifest): string =>
  createHmac('sha256', deriveKey(vaultKey, 'backup-manifest')).update(canonicalJson(body)).digest('hex');

/** @throws FaultError exists-already where the folder is another vault's backup or holds something else */
export function claimFolder(target: string, vaultId: string): void {
  const files = backupFiles(target);
  mkdirSync(target, { recursive: true, mode: 0o700 });
  if (existsSync(files.mark)) {
    const text = readFileSync(files.mark, 'utf8');
    if (text === markOf(vaultId)) return;
    throw new FaultError(
      fault('exists-already', 'The folder holds the backups of another vault.', 'Choose another folder.'),
    );
  }
  if (readdirSync(target).length > 0)
    throw new FaultError(fault('exists-already', 'The folder is not empty.', 'Choose an empty folder for backups.'));
  writeDurably(files.mark, Buffer.from(markOf(vaultId)));
}
const markOf = (vaultId: string): string =>
  `${JSON.stringify({ format: 'consilium-backup-folder', version: 1, vaultId })}\n`;

/** SHA-256 of a file, a piece at a time. */
export function hashOf(path: string): { bytes: number; sha256: Sha256 } {
  const handle = openSync(path, 'r');
  try {
    const content = createHash('sha256');
    const piece = Buffer.allocUnsafe(1 << 20);
    let bytes = 0;
    for (let read = readSync(handle, piece); read > 0; read = readSync(handle, piece)) {
      content.update(piece.subarray(0, read));
      bytes += read;
    }
    return { bytes, sha256: content.digest('hex') as Sha256 };
  } finally {
    closeSync(handle);
  }
}

/** A whole copy under its final name, or none. */
export function copyDurably(from: string, to: string): void {
  const temporary = `${to}.tmp`;
  copyFileSync(from, temporary);
  syncFile(temporary);
  renameSync(temporary, to);
}

/** Brings every sealed file of the vault into the pool; what is there already is not copied again. */
export async function fillPool(
  blobs: string,
  target: string,
  known: readonly Entry[],
  { onProgress, signal }: { onProgress?: OnProgress | undefined; signal?: AbortSignal | undefined },
): Promise<Entry[]> {
  const { pool } = backupFiles(target);
  const before = new Map(known.map((entry) => [entry.path, entry]));
  const paths = readdirSync(blobs, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((folder) =>
      readdirSync(join(blobs, folder.name))
        .filter((name) => !name.endsWith('.tmp'))
        .map((name) => `${folder.name}/${name}`),
    )
    .sort();
  const entries: Entry[] = [];
  for (const [index, path] of paths.entries()) {
    signal?.throwIfAborted();
    const to = join(pool, path);
    const home = join(to, '..');
    if (mkdirSync(home, { recursive: true, mode: 0o700 }) !== undefined) syncFolder(pool);
    const old = before.get(path);
    const isThere = existsSync(to) && old !== undefined && statSync(to).size === old.bytes;
    if (!isThere) {
      // A case erased while we copy takes its files with it; whoever restores finds it erased.
      if (!existsSync(join(blobs, path))) continue;
      copyDurably(join(blobs, path), to);
      syncFolder(home);
    }
    entries.push(isThere ? old : { path, ...hashOf(to) });
    if (index % 50 === 0) {
      onProgress?.({ step: 'files', done: index, of: paths.length });
      await setImmediate();
    }
  }
  onProgress?.({ step: 'files', done: paths.length, of: paths.length });
  return entries;
}

export function writeManifest(path: string, vaultKey: Buffer, body: Omit<BackupManifest, 'mac'>): void {
  const whole = { ...body, mac: '' };
  writeDurably(path, Buffer.from(`${JSON.stringify({ ...whole, mac: macOf(vaultKey, whole) })}\n`));
}

/** @throws FaultError vault-damaged */
export function readManifest(path: string, vaultKey: Buffer): BackupManifest {
  let manifest: BackupManifest;
  const text = readFileSync(path, 'utf8');
  try {
    manifest = Manifest.parse(JSON.parse(text));
  } catch {
    throw damagedBackup('The list of files');
  }
  if (macOf(vaultKey, manifest) !== manifest.mac) throw damagedBackup('The list of files');
  return manifest;
}

const ringOf = (vaultId: string): string => JSON.stringify([vaultId, 'backup-case-keys']);

/** Replaces the case keys and then overwrites the bytes of the former file, which may hold the key of an erased case. */
export function writeCaseKeys(
  target: string,
  vaultId: string,
  doorKey: Buffer,
  ring: CaseKeyRing,
  randomBytes: RandomBytes,
): void {
  const { caseKeys } = backupFiles(target);
  const plain = Buffer.from(JSON.stringify(ring));
  const sealed = seal(deriveKey(doorKey, 'backup-keys'), ringOf(vaultId), plain, randomBytes);
  const former = existsSync(caseKeys) ? openSync(caseKeys, 'r+') : undefined;
  try {
    const size = former === undefined ? 0 : statSync(caseKeys).size;
    writeDurably(caseKeys, sealed);
    if (former !== undefined) {
      writeSync(former, randomBytes(size), 0, size, 0);
      fsyncSync(former);
    }
  } finally {
    if (former !== undefined) closeSync(former);
  }
}

/** @throws FaultError vault-damaged */
export function readCaseKeys(target: string, vaultId: string, keys: VaultKeys): CaseKeyRing {
  const sealed = readFileSync(backupFiles(target).caseKeys);
  for (const doorKey of [...keys.doorKeys].reverse()) {
    const plain = unseal(deriveKey(doorKey, 'backup-keys'), ringOf(vaultId), sealed);
    if (plain !== undefined) return CaseKeys.parse(JSON.parse(plain.toString('utf8')));
  }
  throw damagedBackup('The file of case keys');
}

/** Names of the whole versions, oldest first. */
export const versionsOf = (target: string): string[] => {
  const { versions } = backupFiles(target);
  if (!existsSync(versions)) return [];
  return readdirSync(versions)
    .filter((name) => existsSync(join(versions, name, 'manifest.json')) && !name.endsWith('.part'))
    .sort();
};

/** Its time, or, where the clock was set back, what sorts behind the newest: a later version never looks older. */
export function nextVersion(versions: readonly string[], time: string): string {
  const name = time.replaceAll(':', '-');
  const newest = versions.at(-1);
  if (newest === undefined || name > newest) return name;
  const [stem = newest, count = '0'] = newest.split('~');
  return `${stem}~${String(Number(count) + 1).padStart(4, '0')}`;
}

/** Takes an erased case's files out of the pool. */
export function removeFromPool(target: string, folderName: string): void {
  const { pool } = backupFiles(target);
  rmSync(join(pool, folderName), { recursive: true, force: true });
  if (existsSync(pool)) syncFolder(pool);
}
