import { createDecipheriv } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backupFiles, readCaseKeys, versionsOf } from '../../../../electron/vault/backup.ts';
import { openDatabase } from '../../../../electron/vault/database.ts';
import { vaultFiles } from '../../../../electron/vault/files.ts';
import { headerOf, type JournalRow } from '../../../../electron/vault/journal.ts';
import { readKeyFile, unwrapVaultKey, type VaultKeys } from '../../../../electron/vault/key-file.ts';
import { deriveKey, unseal } from '../../../../electron/vault/sealing.ts';
import { everyFile, profile } from './vault-at.ts';

interface Wrapped {
  readonly caseId: string;
  readonly version: number;
  readonly wrapped: Buffer;
}

async function keysAt(path: string): Promise<VaultKeys & { vaultId: string }> {
  const file = readKeyFile(path);
  const keys = await unwrapVaultKey(file, profile.password, profile.userName);
  if (keys === undefined) throw new Error('the password of the test opens nothing');
  return { ...keys, vaultId: file.vaultId };
}

/** Every table of a database, and its wrapped case keys, read with any door key there ever was. */
function tablesOf(
  path: string,
  keys: VaultKeys,
  vaultId: string,
): { rows: object[]; journal: JournalRow[]; wrapped: Wrapped[] } {
  const folder = mkdtempSync(join(tmpdir(), 'forensics-'));
  try {
    const copy = join(folder, 'copy');
    for (const rest of ['', '-wal']) if (existsSync(path + rest)) copyFileSync(path + rest, copy + rest);
    for (const doorKey of keys.doorKeys) {
      let database: ReturnType<typeof openDatabase>;
      try {
        database = openDatabase(copy, deriveKey(doorKey, 'database'), vaultId);
      } catch {
        continue;
      }
      try {
        const tables = database
          .prepare<[], string>(`SELECT name FROM sqlite_master WHERE type = 'table'`)
          .pluck()
          .all();
        return {
          rows: tables.flatMap((name) => database.prepare<[], object>(`SELECT * FROM ${name}`).all()),
          journal: database.prepare<[], JournalRow>('SELECT * FROM journal').all(),
          wrapped: database
            .prepare<[], Wrapped>('SELECT case_id AS caseId, key_version AS version, wrapped FROM case_keys')
            .all(),
        };
      } finally {
        database.close();
      }
    }
    throw new Error('no door key opens the database');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A sealed file under one key, as far as it opens. */
function openedBlob(bytes: Buffer, key: Buffer, vaultId: string, caseId: string): Buffer | undefined {
  if (bytes.length < 56 || bytes.toString('latin1', 0, 4) !== 'CSB1') return undefined;
  const fileKey = deriveKey(key, `blob/${JSON.stringify([vaultId, caseId])}`, bytes.subarray(8, 40));
  const chunk = bytes.subarray(40, 40 + (1 << 20) + 16);
  for (const last of [1, 0]) {
    const nonce = Buffer.alloc(12);
    nonce[11] = last;
    try {
      const decipher = createDecipheriv('aes-256-gcm', fileKey, nonce).setAuthTag(chunk.subarray(-16));
      return Buffer.concat([decipher.update(chunk.subarray(0, -16)), decipher.final()]);
    } catch {
      // Another key, another chunk.
    }
  }
  return undefined;
}

/**
 * Everything that somebody with the password and all the disks can make readable (F105): raw bytes of every file, every
 * table of every database version, every journal line and every sealed file under every case key found anywhere. Gives the
 * canaries found.
 */
export async function dig(vaultFolder: string, backup: string, canaries: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  const look = (bytes: Buffer | string): void => {
    for (const canary of canaries) if (bytes.includes(canary)) found.add(canary);
  };
  const disks = [vaultFolder, backup].filter(existsSync).flatMap(everyFile);
  for (const { bytes } of disks) look(bytes);
  const own = await keysAt(vaultFiles(vaultFolder).keys);
  const { vaultId } = own;
  const databases = [
    tablesOf(vaultFiles(vaultFolder).database, own, vaultId),
    ...versionsOf(backup).map((name) => tablesOf(backupFiles(backup).version(name).database, own, vaultId)),
  ];
  const ring = existsSync(backupFiles(backup).caseKeys) ? readCaseKeys(backup, vaultId, own).keys : [];
  const wrapped = [
    ...databases.flatMap((one) => one.wrapped),
    ...ring.map((one) => ({ ...one, wrapped: Buffer.from(one.wrapped, 'base64') })),
  ];
  const keys = wrapped.flatMap(({ caseId, version, wrapped: sealed }) => {
    const key = unseal(
      deriveKey(own.vaultKey, 'case-keys'),
      JSON.stringify([vaultId, 'case-key', caseId, version]),
      sealed,
    );
    return key === undefined ? [] : [{ caseId, key }];
  });
  for (const { rows, journal } of databases) {
    look(JSON.stringify(rows));
    for (const row of journal)
      for (const { key } of [...keys, { key: deriveKey(own.vaultKey, 'vault-scope') }]) {
        const plain = unseal(key, headerOf(vaultId, row), row.ciphertext);
        if (plain !== undefined) look(plain);
      }
  }
  for (const { bytes } of disks)
    for (const { caseId, key } of keys) {
      const plain = openedBlob(bytes, key, vaultId, caseId);
      if (plain !== undefined) look(plain);
    }
  return found;
}
