import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { Sha256 } from '../../shared/foundation/ids.ts';
import { syncFolder } from '../sync-folder.ts';
import {
  backupFiles,
  type CaseKeyRing,
  copyDurably,
  damagedBackup,
  hashOf,
  type OnProgress,
  readCaseKeys,
  readManifest,
  versionsOf,
} from './backup.ts';
import { fillKeyring } from './case-keys.ts';
import { migrate, withDatabase } from './database.ts';
import { guardedAsync } from './faults.ts';
import { vaultFiles } from './files.ts';
import { type KeyFile, readKeyFile, unwrapVaultKey, type VaultKeys, writeKeyFile } from './key-file.ts';
import { deriveKey } from './sealing.ts';
import { fillViews, openVault, type Vault, type VaultPlace, vaultState } from './vault.ts';

interface RestoreOptions {
  readonly userName?: string | undefined;
  readonly password: string;
  /** The newest where none is named. */
  readonly version?: string | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface StageOptions extends Pick<RestoreOptions, 'onProgress' | 'signal'> {
  readonly keyFile: KeyFile;
  readonly keys: VaultKeys;
}

/**
 * Makes a vault of a version in a backup folder, in a folder without one. Everything is checked before it is taken: the
 * list by its MAC, each file by its hash. Cases erased since are erased again, people removed since stay outside.
 * The key file is written last; a restore that was cut off leaves no vault.
 * @throws FaultError exists-already, not-found, password-wrong, vault-damaged, disk-full, cancelled
 */
export async function restoreVault(target: string, place: VaultPlace, options: RestoreOptions): Promise<Vault> {
  return guardedAsync(async () => {
    const { onProgress, signal } = options;
    if (vaultState(place.folder) !== 'absent')
      throw new FaultError(
        fault('exists-already', 'There is a vault in this folder.', 'Restore into an empty folder, then change over.'),
      );
    const backup = backupFiles(target);
    const versions = versionsOf(target);
    const name = options.version ?? versions.at(-1);
    if (name === undefined || !versions.includes(name) || !existsSync(backup.keyFile))
      throw new FaultError(
        versions.length === 0
          ? fault('not-found', 'The folder holds no backup.', 'Name a folder that `consilium vault backup` wrote to.')
          : fault('not-found', 'The folder holds no such version.', `It holds these: ${versions.join(', ')}.`),
      );
    const keyFile = readKeyFile(backup.keyFile);
    const keys = await unwrapVaultKey(keyFile, options.password, options.userName);
    if (keys === undefined)
      throw new FaultError(
        fault('password-wrong', 'The name or the password is not right.', 'Use the one of the last backup.', {
          field: 'password',
        }),
      );
    const files = vaultFiles(place.folder);
    mkdirSync(files.blobs, { recursive: true, mode: 0o700 });
    const { ring, doorKey } = await stageVersion(target, name, place.folder, { keyFile, keys, onProgress, signal });
    const key = { from: deriveKey(doorKey, 'database'), to: deriveKey(keys.doorKey, 'database') };
    await withDatabase(files.stagedDatabase, key, async (database) => {
      migrate(database);
      database.transaction(() => fillKeyring(database, ring))();
      await fillViews(place, database, { keyFile, keys, onProgress, signal });
    });
    signal?.throwIfAborted();
    writeKeyFile(files.keys, keyFile, keys.doorKey);
    renameSync(files.stagedDatabase, files.database);
    syncFolder(place.folder);

    const vault = await openVault(place, { password: options.password, userName: options.userName });
    const actor = vault.user.userId;
    vault.repeatErasures(ring.erased, actor);
    for (const person of vault.users())
      if (!keyFile.slots.some((slot) => slot.userId === person.userId))
        vault.append({ actor, caseId: null, type: 'user.removed', payload: { userId: person.userId } });
    vault.append({ actor, caseId: null, type: 'backup.restored', payload: { version: name } });
    return vault;
  });
}

/**
 * Brings the files of a version into a folder, each checked before anything is made of it: the list by its MAC, the case keys
 * by their seal, files and database by their hashes. The database is staged, not yet in its place.
 * @throws FaultError vault-damaged, disk-full, cancelled
 */
export async function stageVersion(
  target: string,
  name: string,
  folder: string,
  { keyFile, keys, onProgress, signal }: StageOptions,
): Promise<{ ring: CaseKeyRing; doorKey: Buffer }> {
  const backup = backupFiles(target);
  const files = vaultFiles(folder);
  const version = backup.version(name);
  const manifest = readManifest(version.manifest, keys.vaultKey);
  const ring = readCaseKeys(target, keyFile.vaultId, keys);
  const doorKey = keys.doorKeys[manifest.door];
  if (doorKey === undefined || manifest.vaultId !== keyFile.vaultId) throw damagedBackup('The list of files');
  for (const [index, { path, bytes, sha256 }] of manifest.files.entries()) {
    signal?.throwIfAborted();
    const from = join(backup.pool, path);
    // Gone where its case was erased since; whether that is so shows when the documents are read.
    if (!existsSync(from)) continue;
    const home = join(files.blobs, path, '..');
    mkdirSync(home, { recursive: true, mode: 0o700 });
    copyDurably(from, join(files.blobs, path));
    const found = hashOf(join(files.blobs, path));
    if (found.bytes !== bytes || found.sha256 !== sha256) throw damagedBackup('A stored file');
    if (index % 50 === 0) {
      onProgress?.({ step: 'files', done: index, of: manifest.files.length });
      await setImmediate();
    }
  }
  for (const rest of ['', '-wal', '-shm', '-journal']) rmSync(files.stagedDatabase + rest, { force: true });
  copyDurably(version.database, files.stagedDatabase);
  const found = hashOf(files.stagedDatabase);
  if (found.bytes !== manifest.database.bytes || found.sha256 !== manifest.database.sha256)
    throw damagedBackup('The database');
  onProgress?.({ step: 'database', done: 1, of: 1 });
  return { ring, doorKey };
}

export interface DrillFigures {
  readonly version: string;
  readonly time: string;
  readonly events: number;
  readonly files: number;
  readonly documentsRead: number;
  /** Cases whose keys are not wrapped for who drilled: their files were checked, their documents not read. */
  readonly casesClosed: number;
  readonly casesErasedSince: number;
}

/**
 * Restores a version into a temporary folder as if it were needed, checks the journal against the checkpoint of the backup,
 * reads every document of every case, and removes it all again. The vault in use is not touched.
 * @throws FaultError as `restoreVault`, and journal-broken
 */
export async function drillBackup(
  target: string,
  place: Omit<VaultPlace, 'folder'>,
  options: RestoreOptions,
): Promise<DrillFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'consilium-drill-'));
  try {
    const vault = await restoreVault(target, { ...place, folder }, options);
    try {
      const name = options.version ?? versionsOf(target).at(-1) ?? '';
      const { checkpoint, time, files } = vault.manifestOf(backupFiles(target).version(name).manifest);
      options.onProgress?.({ step: 'journal', done: 0, of: checkpoint.treeSize });
      const report = await vault.verifyJournal({ checkpoint, ...(options.signal ? { signal: options.signal } : {}) });
      if (!report.ok)
        throw new FaultError(
          fault(
            'journal-broken',
            `The journal of the backup is broken at event ${report.brokenAt}.`,
            'Use another version.',
          ),
        );
      const cases = vault.cases();
      const living = cases.filter(({ status }) => status !== 'erased');
      // Whoever reads no case drills what they can open, and is told of the rest.
      const readable = vault.readsCases() ? living : [];
      const entries = [null, ...readable.map(({ caseId }) => caseId)].flatMap((caseId) =>
        vault.documents(caseId).map((entry) => ({ caseId, sha256: entry.sha256 as Sha256 })),
      );
      for (const [index, { caseId, sha256 }] of entries.entries()) {
        options.signal?.throwIfAborted();
        await vault.getBlob(caseId, sha256);
        options.onProgress?.({ step: 'documents', done: index + 1, of: entries.length });
      }
      return {
        version: name,
        time,
        events: checkpoint.treeSize,
        files: files.length,
        documentsRead: entries.length,
        casesClosed: living.length - readable.length,
        casesErasedSince: vault.read({ types: ['case.erased'], from: checkpoint.treeSize + 1 }).length,
      };
    } finally {
      vault.lock();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
