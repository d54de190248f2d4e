import { createDecipheriv } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backupFiles, readCaseKeys, versionsOf } from '../../../../electron/vault/backup.ts';
import { openDatabase } from '../../../../electron/vault/database.ts';
import { vaultFiles } from '../../../../electron/vault/files.ts';
import { headerOf, type JournalRow } from '../../../../electron/vault/journal.ts';
import { readKeyFile, unwrapVaultKey, type VaultKeys } from '../../../../electron/vault/key-file.ts';
import { deriveKey, unseal } from '../../../../electron/vault/sealing.ts';
import { type KeyPair, keyIdOf, unwrapWith } from '../../../../electron/vault/wrapping.ts';
import { everyFile, profile } from './vault-at.ts';

interface Wrapped {
  readonly caseId: string;
  readonly version: number;
  readonly recipient: string;
  readonly wrapped: Buffer;
}
interface Half {
  readonly version: number;
  readonly holder: string;
  readonly publicKey: Buffer;
  readonly wrapped: Buffer;
}
/** Whose password the digger has. */
export interface Digger {
  readonly userName: string;
  readonly password: string;
  /** A key file they kept: they have their key pair of it, and were slipped the door keys of now. */
  readonly kept?: string;
}

async function keysAt(path: string, digger: Digger): Promise<VaultKeys & { vaultId: string }> {
  if (digger.kept !== undefined) {
    const { kept, ...removed } = digger;
    return { ...(await keysAt(path, profile)), pair: (await keysAt(kept, removed)).pair };
  }
  const { password, userName } = digger;
  const file = readKeyFile(path);
  const keys = await unwrapVaultKey(file, password, userName);
  if (keys === undefined) throw new Error('the password of the test opens nothing');
  return { ...keys, vaultId: file.vaultId };
}

/** Every table of a database, and its wrapped case keys, read with any door key there ever was. */
function tablesOf(
  path: string,
  keys: VaultKeys,
  vaultId: string,
): { rows: object[]; journal: JournalRow[]; wrapped: Wrapped[]; halves: Half[] } {
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
            .prepare<[], Wrapped>('SELECT case_id AS caseId, key_version AS version, recipient, wrapped FROM case_keys')
            .all(),
          halves: database
            .prepare<[], Half>('SELECT version, holder, public_key AS publicKey, wrapped FROM emergency_keys')
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

const PAGE = 4096;
/** Behind each page of SQLCipher 4: the nonce and a MAC of 64 bytes. */
const RESERVED = 80;
const WAL_HEADER = 32;
const FRAME_HEADER = 24;

/**
 * Every page of a database file or of its write-ahead log in clear, those among them that no table holds any more: AES-256-CBC
 * under the raw key, the nonce behind the page. Other programs' pages give noise.
 */
function* pagesOf(path: string, key: Buffer): Generator<Buffer> {
  for (const [file, first, step] of [
    [path, 0, PAGE],
    [`${path}-wal`, WAL_HEADER + FRAME_HEADER, PAGE + FRAME_HEADER],
  ] as const) {
    if (!existsSync(file)) continue;
    const bytes = readFileSync(file);
    for (let at = first; at + PAGE <= bytes.length; at += step) {
      const page = bytes.subarray(at, at + PAGE);
      // The first page of a file begins with its salt.
      for (const start of [0, 16]) {
        const nonce = page.subarray(PAGE - RESERVED, PAGE - RESERVED + 16);
        const decipher = createDecipheriv('aes-256-cbc', key, nonce).setAutoPadding(false);
        yield Buffer.concat([decipher.update(page.subarray(start, PAGE - RESERVED)), decipher.final()]);
      }
    }
  }
}

/** Wrapped keys have this length: nonce, key, tag; before it, where they are for a person, an ephemeral public key. */
const SEALED = 12 + 32 + 16;
const WRAPPED = 32 + SEALED;

/** Opens what is wrapped for the vault key, for the digger, and for emergency keys that are sealed for the digger. */
function openerOf({ vaultKey, pair, vaultId }: VaultKeys & { vaultId: string }, halves: readonly Half[]) {
  const wrapping = deriveKey(vaultKey, 'case-keys');
  const pairs = new Map<string, KeyPair>();
  if (pair !== undefined) {
    const own = keyIdOf(pair.publicKey);
    pairs.set(own, pair);
    for (const { version, holder, publicKey, wrapped } of halves) {
      const text = JSON.stringify([vaultId, 'emergency-key', version, holder]);
      const privateKey = holder === own ? unwrapWith(pair, text, wrapped) : undefined;
      if (privateKey !== undefined) pairs.set(`emergency:${version}`, { publicKey, privateKey });
    }
  }
  return {
    recipients: ['vault', ...pairs.keys()],
    open({ caseId, version, recipient, wrapped }: Wrapped): Buffer | undefined {
      if (recipient === 'vault')
        return unseal(wrapping, JSON.stringify([vaultId, 'case-key', caseId, version]), wrapped.subarray(0, SEALED));
      const holder = pairs.get(recipient);
      const text = JSON.stringify([vaultId, 'case-key', caseId, version, recipient]);
      return holder && unwrapWith(holder, text, wrapped.subarray(0, WRAPPED));
    },
  };
}

/** Keys of cases wherever a page has what looks like their row, also one that was deleted. */
function keysIn(
  pages: Iterable<Buffer>,
  { recipients, open }: ReturnType<typeof openerOf>,
  caseIds: readonly string[],
): { caseId: string; key: Buffer }[] {
  const found: { caseId: string; key: Buffer }[] = [];
  const names = caseIds.flatMap((caseId) => [1, 2, 3, 4, 5].map((version) => ({ caseId, version })));
  // What stands before a wrapped key in its row, deleted or not.
  for (const page of pages)
    for (const recipient of recipients)
      for (let at = page.indexOf(recipient); at !== -1; at = page.indexOf(recipient, at + 1))
        for (const { caseId, version } of names) {
          const wrapped = page.subarray(at + recipient.length);
          const key = open({ caseId, version, recipient, wrapped });
          if (key !== undefined) found.push({ caseId, key });
        }
  return found;
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
 * canaries found. For the cases named `deleted`, pages that no table holds any more and the write-ahead log are gone through
 * for their keys as well.
 */
export async function dig(
  vaultFolder: string,
  backup: string,
  canaries: readonly string[],
  deleted: readonly string[] = [],
  digger: Digger = profile,
): Promise<Set<string>> {
  const found = new Set<string>();
  const look = (bytes: Buffer | string): void => {
    for (const canary of canaries) if (bytes.includes(canary)) found.add(canary);
  };
  const disks = [vaultFolder, backup].filter(existsSync).flatMap(everyFile);
  for (const { bytes } of disks) look(bytes);
  const own = await keysAt(vaultFiles(vaultFolder).keys, digger);
  const { vaultId } = own;
  const databases = [
    tablesOf(vaultFiles(vaultFolder).database, own, vaultId),
    ...versionsOf(backup).map((name) => tablesOf(backupFiles(backup).version(name).database, own, vaultId)),
  ];
  const ring = existsSync(backupFiles(backup).caseKeys) ? readCaseKeys(backup, vaultId, own) : undefined;
  const bytesOf = (text: string): Buffer => Buffer.from(text, 'base64');
  const opener = openerOf(own, [
    ...databases.flatMap((one) => one.halves),
    ...(ring?.emergency ?? []).map((one) => ({
      ...one,
      publicKey: bytesOf(one.publicKey),
      wrapped: bytesOf(one.wrapped),
    })),
  ]);
  const wrapped = [
    ...databases.flatMap((one) => one.wrapped),
    ...(ring?.keys ?? []).map((one) => ({ ...one, wrapped: bytesOf(one.wrapped) })),
  ];
  const keys = wrapped.flatMap((one) => {
    const key = opener.open(one);
    return key === undefined ? [] : [{ caseId: one.caseId, key }];
  });
  const paths = [
    vaultFiles(vaultFolder).database,
    ...versionsOf(backup).map((name) => backupFiles(backup).version(name).database),
  ];
  if (deleted.length > 0)
    for (const path of paths)
      for (const doorKey of own.doorKeys) {
        // Two attempts a page: only what is a page under this key has words or rows in it.
        const pages = [...pagesOf(path, deriveKey(doorKey, 'database'))];
        look(Buffer.concat(pages));
        keys.push(...keysIn(pages, opener, deleted));
      }
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

/** Keys of these cases that stand on any page of the vault's database or its log, deleted or not: shows that `dig` reads pages. */
export async function keysOnPages(vaultFolder: string, caseIds: readonly string[]): Promise<Set<string>> {
  const own = await keysAt(vaultFiles(vaultFolder).keys, profile);
  const pages = own.doorKeys.flatMap((doorKey) => [
    ...pagesOf(vaultFiles(vaultFolder).database, deriveKey(doorKey, 'database')),
  ]);
  return new Set(keysIn(pages, openerOf(own, []), caseIds).map(({ caseId }) => caseId));
}
