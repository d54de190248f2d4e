import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { backupFiles, claimFolder } from '../../../../electron/vault/backup.ts';
import { caseKeyring } from '../../../../electron/vault/case-keys.ts';
import { checkpointKeyFrom } from '../../../../electron/vault/checkpoints.ts';
import { openDatabase } from '../../../../electron/vault/database.ts';
import type { VaultDatabase } from '../../../../electron/vault/driver.ts';
import { vaultFiles } from '../../../../electron/vault/files.ts';
import { journal as journalOf } from '../../../../electron/vault/journal.ts';
import { readKeyFile, unwrapVaultKey, type VaultKeys } from '../../../../electron/vault/key-file.ts';
import { stageVersion } from '../../../../electron/vault/restore.ts';
import { deriveKey, unseal } from '../../../../electron/vault/sealing.ts';
import { verifyJournal } from '../../../../electron/vault/verification.ts';
import { seeded } from '../../../../shared/prediction/measure.ts';
import {
  caseId,
  create,
  everyFile,
  imported,
  otherCaseId,
  profile,
  remove,
  temporaryFolder,
  testClock,
} from './vault-at.ts';

export interface FlipFigures {
  readonly flips: number;
  /** Flips after which something was used as if it were whole, by place. */
  readonly missed: readonly string[];
  /** Whether what was not touched is taken for whole. */
  readonly soundBefore: boolean;
}

/** Flips one bit at a time at places of a seeded source and asks each time whether it was found. */
export async function flipBits(
  bytes: Uint8Array,
  count: number,
  seed: number,
  found: (changed: Buffer) => Promise<boolean>,
): Promise<FlipFigures> {
  const random = seeded(seed);
  const missed: string[] = [];
  const soundBefore = !(await found(Buffer.from(bytes)));
  for (let flip = 0; flip < count; flip += 1) {
    const at = Math.floor(random() * bytes.length);
    const bit = Math.floor(random() * 8);
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ (1 << bit);
    if (!(await found(changed))) missed.push(`${at}.${bit}`);
  }
  return { flips: count, missed, soundBefore };
}

const refused = async (work: () => unknown): Promise<boolean> => {
  try {
    await work();
    return false;
  } catch (error) {
    const code = (error as { fault?: { code: string } }).fault?.code ?? (error as { code?: string }).code ?? '';
    if (code === 'vault-damaged' || code === 'exists-already' || /^SQLITE_(NOTADB|CORRUPT|IOERR)/.test(code))
      return true;
    throw error;
  }
};

/** Only what is wrapped already is opened here. */
const nobody = () => ({ readers: [], holders: [], waiting: true });

async function keysOf(folder: string): Promise<VaultKeys & { vaultId: string }> {
  const file = readKeyFile(vaultFiles(folder).keys);
  const keys = await unwrapVaultKey(file, profile.password, profile.userName);
  if (keys === undefined) throw new Error('the test does not know the password');
  return { ...keys, vaultId: file.vaultId };
}

/** A vault with two cases, some documents and a backup, locked. */
async function filled(): Promise<{ folder: string; target: string }> {
  const folder = temporaryFolder();
  const target = `${folder}-backup`;
  const vault = await create(folder);
  const actor = vault.user.userId;
  for (const [id, name] of [
    [caseId, 'P-0001'],
    [otherCaseId, 'P-0002'],
  ] as const) {
    vault.append(imported(vault, id, name));
    await vault.putDocument(id, 'note', { text: `of ${name} `.repeat(300) }, { actor });
    for (let index = 0; index < 15; index += 1)
      vault.append({ actor, caseId: id, type: 'finding.commented', payload: { text: `comment ${index}` } });
  }
  vault.checkpoint(actor);
  await vault.backUp(target, { actor });
  vault.lock();
  return { folder, target };
}

const verified = (database: VaultDatabase, { vaultKey, vaultId, pair }: VaultKeys & { vaultId: string }) => {
  const random = (): Buffer => Buffer.alloc(0);
  const keys = caseKeyring(database, vaultId, vaultKey, random, { pair, permitted: nobody });
  const secret = database.prepare<[], Buffer>(`SELECT sealed FROM secrets WHERE name = 'checkpoint-key'`).pluck().get();
  const signing =
    secret && unseal(deriveKey(vaultKey, 'secrets'), JSON.stringify([vaultId, 'secret', 'checkpoint-key']), secret);
  if (signing === undefined) throw new Error('the vault has no checkpoint key');
  const lines = journalOf(database, vaultId, keys, testClock(), random);
  return verifyJournal(vaultId, lines, keys, checkpointKeyFrom(signing), {});
};

/** The database file as it lies on the disk: a page is authenticated before anything in it is used. */
export async function flipDatabase(count: number, seed: number): Promise<FlipFigures> {
  const { folder, target } = await filled();
  const own = await keysOf(folder);
  const sound = readFileSync(vaultFiles(folder).database);
  const place = join(folder, 'flipped.sqlite');
  const key = deriveKey(own.doorKey, 'database');
  try {
    return await flipBits(sound, count, seed, async (changed) => {
      for (const rest of ['-wal', '-shm']) rmSync(place + rest, { force: true });
      writeFileSync(place, changed);
      return refused(async () => {
        const database = openDatabase(place, key, own.vaultId);
        try {
          const report = await verified(database, own);
          // Indexes and views as well: nothing of the file may be read unseen.
          const pages = database.pragma('integrity_check', { simple: true });
          if (!report.ok || pages !== 'ok') throw Object.assign(new Error('not whole'), { code: 'SQLITE_CORRUPT' });
        } finally {
          database.close();
        }
      });
    });
  } finally {
    remove(folder);
    remove(target);
  }
}

const columns = ['sequence', 'time', 'actor', 'case_id', 'type', 'key_version', 'ciphertext', 'previous_hash', 'hash'];

/** Fields of journal lines and of their stored head, flipped by somebody who has the key of the database. */
export async function flipJournal(count: number, seed: number): Promise<FlipFigures> {
  const { folder, target } = await filled();
  const own = await keysOf(folder);
  const database = openDatabase(vaultFiles(folder).database, deriveKey(own.doorKey, 'database'), own.vaultId);
  const random = seeded(seed);
  const missed: string[] = [];
  try {
    database.exec('DROP TRIGGER journal_keeps; DROP TRIGGER journal_stays; DROP TRIGGER journal_grows_at_end;');
    const soundBefore = (await verified(database, own)).ok;
    const lines = database.prepare<[], number>('SELECT max(sequence) FROM journal').pluck().get() ?? 0;
    for (let flip = 0; flip < count; ) {
      const inHead = random() < 0.05;
      const names = inHead ? ['sequence', 'hash', 'frontier'] : columns;
      const column = names[Math.floor(random() * names.length)] ?? 'hash';
      const line = inHead ? 1 : 1 + Math.floor(random() * lines);
      const table = inHead ? 'head WHERE id = ?' : 'journal WHERE sequence = ?';
      const row = database
        .prepare<[number], { value: Buffer | number | null; kind: string }>(
          `SELECT ${['sequence', 'key_version'].includes(column) ? column : `CAST(${column} AS BLOB)`} AS value, typeof(${column}) AS kind FROM ${table}`,
        )
        .get(line);
      if (row === undefined || row.value === null) continue;
      let value: Buffer | number;
      let bit: number;
      if (typeof row.value === 'number') {
        bit = Math.floor(random() * 31);
        value = row.value ^ (1 << bit);
      } else {
        bit = Math.floor(random() * row.value.length * 8);
        value = Buffer.from(row.value);
        value[bit >> 3] = (value[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      }
      flip += 1;
      database.exec('BEGIN IMMEDIATE');
      try {
        const [name = '', where = ''] = table.split(' WHERE ');
        const cast = row.kind === 'text' ? 'CAST(? AS TEXT)' : '?';
        try {
          database
            .prepare<[Buffer | number, number]>(`UPDATE ${name} SET ${column} = ${cast} WHERE ${where}`)
            .run(value, line);
        } catch (error) {
          // A number that another line bears already: the table itself refuses it.
          if ((error as { code?: string }).code === 'SQLITE_CONSTRAINT_PRIMARYKEY') continue;
          throw error;
        }
        const report = await verified(database, own);
        if (report.ok) missed.push(`${name} ${line} ${column} ${bit}`);
      } finally {
        database.exec('ROLLBACK');
      }
    }
    return { flips: count, missed, soundBefore };
  } finally {
    database.close();
    remove(folder);
    remove(target);
  }
}

/** Every file of a backup folder: key file, mark, list, case keys, database and sealed files, each by its share of bytes. */
export async function flipBackup(count: number, seed: number): Promise<FlipFigures> {
  const { folder, target } = await filled();
  const own = await keysOf(folder);
  const files = backupFiles(target);
  const staging = `${folder}-staged`;
  const [version = ''] = everyFile(files.versions).map(
    ({ path }) => relative(files.versions, path).split('/')[0] ?? '',
  );
  /** All that a restore reads, in its order, without the stretching of the password. */
  const looked = async (): Promise<void> => {
    claimFolder(target, own.vaultId);
    const keyFile = readKeyFile(files.keyFile);
    mkdirSync(staging, { recursive: true });
    await stageVersion(target, version, staging, { keyFile, keys: own, onProgress: undefined, signal: undefined });
  };
  const all = everyFile(target);
  const total = all.reduce((sum, { bytes }) => sum + bytes.length, 0);
  // Half by size, half alike for each: small files matter as much as the database.
  let flips = 0;
  const missed: string[] = [];
  let soundBefore = true;
  try {
    for (const [index, { path, bytes }] of all.entries()) {
      const share = Math.ceil((count / 2) * (bytes.length / total) + count / 2 / all.length);
      const figures = await flipBits(bytes, share, seed + index, async (changed) => {
        writeFileSync(path, changed);
        return refused(looked);
      });
      writeFileSync(path, bytes);
      flips += figures.flips;
      soundBefore &&= figures.soundBefore;
      missed.push(...figures.missed.map((place) => `${relative(target, path)} ${place}`));
    }
    return { flips, missed, soundBefore };
  } finally {
    for (const one of [folder, target, staging]) remove(one);
  }
}
