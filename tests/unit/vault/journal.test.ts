import { randomBytes } from 'node:crypto';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caseKeyring } from '../../../electron/vault/case-keys.ts';
import { createDatabase } from '../../../electron/vault/database.ts';
import type { VaultDatabase } from '../../../electron/vault/driver.ts';
import { isCheckpointGenuine, type Vault } from '../../../electron/vault/index.ts';
import { eventHash, headerOf, type JournalRow, journal as journalOf } from '../../../electron/vault/journal.ts';
import { emptyFrontier, merkleRoot, withLeaf } from '../../../electron/vault/merkle.ts';
import type { UserId } from '../../../shared/foundation/ids.ts';
import type { Checkpoint, JournalFlaw } from '../../../shared/vault/checkpoint.ts';
import type { NewEvent } from '../../../shared/vault/events.ts';
import {
  caseId,
  codeOf,
  create,
  imported,
  otherCaseId,
  rawDatabase,
  remove,
  tamper,
  temporaryFolder,
  testClock,
  unlock,
} from './support/vault-at.ts';

const folders: string[] = [];
const newFolder = (): string => {
  const folder = temporaryFolder();
  folders.push(folder);
  return folder;
};
afterAll(() => folders.forEach(remove));

const viewed = (vault: Vault, id = caseId): NewEvent => ({ actor: vault.user.userId, caseId: id, type: 'case.viewed' });

describe('journal', () => {
  let vault: Vault;
  beforeAll(async () => {
    vault = await create(newFolder());
    vault.append(imported(vault));
    vault.append(imported(vault, otherCaseId, 'P-0002'));
  });
  afterAll(() => vault.lock());

  it('F092 keeps order, actor, case and content, and chains every event to the one before', () => {
    vault.append({ ...viewed(vault), type: 'finding.reviewed', payload: { findingId: 'f1', verdict: 'confirmed' } });
    const events = vault.read();
    expect(events.map((event) => event.sequence)).toEqual(events.map((_, index) => index + 1));
    for (const [index, event] of events.entries()) {
      if (index > 0) expect(event.previousHash).toBe(events[index - 1]?.hash);
    }
    expect(events.at(-1)).toMatchObject({
      caseId,
      type: 'finding.reviewed',
      payload: { findingId: 'f1', verdict: 'confirmed' },
    });
    expect(vault.read({ caseId: otherCaseId }).map((event) => event.type)).toEqual(['case.imported']);
    expect(vault.read({ types: ['user.added'] })).toHaveLength(1);
    expect(vault.read({ from: 4, before: 6 }).map((event) => event.sequence)).toEqual([4, 5]);
    expect(vault.list({ newestFirst: true, limit: 1 })[0]).not.toHaveProperty('payload');
  });

  it('refuses a write made from an older version, and reading does not age a version', async () => {
    const before = vault.caseVersion(caseId);
    vault.append(viewed(vault));
    expect(vault.caseVersion(caseId)).toBe(before);
    const decision = { ...viewed(vault), type: 'decision.recorded' as const, payload: { text: 'a' } };
    const written = vault.append(decision, { expectedVersion: before });
    const count = vault.eventCount();
    expect(await codeOf(() => vault.append(decision, { expectedVersion: before }))).toBe('version-conflict');
    expect(vault.eventCount()).toBe(count);
    expect(vault.caseVersion(caseId)).toBe(written.sequence);
  });

  it('writes several events whole or not at all', async () => {
    const count = vault.eventCount();
    const broken = { ...viewed(vault), type: 'case.updated' as const, payload: { listing: { pseudonym: 7 } } };
    expect(await codeOf(() => vault.appendAll([viewed(vault), broken]))).toBe('schema-invalid');
    expect(await codeOf(() => vault.append({ ...viewed(vault), type: 'case.invented' as never }))).toBe(
      'schema-invalid',
    );
    expect(vault.eventCount()).toBe(count);
    expect(await vault.verifyJournal()).toMatchObject({ ok: true });
  });

  it('verifies, and counts what it verified', async () => {
    const report = await vault.verifyJournal();
    expect(report).toEqual({
      ok: true,
      events: vault.eventCount(),
      headHash: vault.headHash(),
      rootHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      erasedEvents: 0,
      closedEvents: 0,
      checkpoints: 0,
      provenUpTo: null,
    });
  });
});

it('a check takes of a run what its rows say to the byte, whatever stands in them', () => {
  const folder = temporaryFolder();
  const key = randomBytes(32);
  const database = createDatabase(join(folder, 'vault.sqlite'), key, 'v"1');
  try {
    const permitted = () => ({ readers: [], holders: [], waiting: true });
    const keys = caseKeyring(database, 'v"1', key, randomBytes, { pair: undefined, permitted });
    const lines = journalOf(database, 'v"1', keys, testClock(), randomBytes);
    const actors = ['ada', 'a"b\\c/d', '\u0001\n\t\u007f', 'é\u2028😀', ''];
    for (const actor of actors)
      lines.append({ actor: actor as UserId, caseId: null, type: 'settings.changed', payload: { actor } });
    const rows = lines.page(0, 10);
    const run = lines.runs(true)(0, 10);
    expect(run?.sequences).toEqual(rows.map(({ sequence }) => sequence));
    const covered = rows.map((row) => Buffer.concat([Buffer.from(`${headerOf('v"1', row)}\n`), row.ciphertext]));
    expect(run?.entries).toEqual(Buffer.concat(covered));
    expect(run?.lengths).toEqual(covered.map(({ length }) => length));
    expect(run?.hashes).toEqual(Buffer.concat(rows.map((row) => row.hash)));
    expect(run?.previousHashes).toEqual(Buffer.concat(rows.map((row) => row.previous_hash)));
    expect(run?.seals).toEqual(rows.map((row) => [row.case_id, row.key_version, row.type, row.ciphertext.length]));
    expect(lines.runs(false)(rows.length, 10)).toBeUndefined();
  } finally {
    database.close();
    remove(folder);
  }
});

describe('Merkle tree', () => {
  it('gives the root of RFC 6962 section 2.1, computed the recursive way', async () => {
    const { createHash } = await import('node:crypto');
    const sha = (...parts: Buffer[]): Buffer =>
      parts.reduce((sum, part) => sum.update(part), createHash('sha256')).digest();
    const recursive = (entries: Buffer[]): Buffer => {
      if (entries.length === 0) return sha();
      if (entries.length === 1) return sha(Buffer.of(0), entries[0] as Buffer);
      let k = 1;
      while (k * 2 < entries.length) k *= 2;
      return sha(Buffer.of(1), recursive(entries.slice(0, k)), recursive(entries.slice(k)));
    };
    const entries: Buffer[] = [];
    let frontier = emptyFrontier;
    for (let size = 0; size < 70; size += 1) {
      expect(merkleRoot(frontier)).toEqual(recursive(entries));
      const entry = randomBytes(32);
      entries.push(entry);
      frontier = withLeaf(frontier, entry);
    }
  });
});

describe('checkpoint', () => {
  it('is signed, survives JSON, is found in the journal, and later journals still prove it', async () => {
    const vault = await create(newFolder());
    vault.append(imported(vault));
    const checkpoint = JSON.parse(JSON.stringify(vault.checkpoint(vault.user.userId))) as Checkpoint;
    expect(isCheckpointGenuine(checkpoint)).toBe(true);
    expect(isCheckpointGenuine(checkpoint, checkpoint.publicKey)).toBe(true);
    expect(isCheckpointGenuine({ ...checkpoint, treeSize: checkpoint.treeSize - 1 })).toBe(false);
    expect(isCheckpointGenuine(checkpoint, Buffer.alloc(32, 7).toString('base64url'))).toBe(false);
    for (let index = 0; index < 20; index += 1) vault.append(viewed(vault));
    expect(await vault.verifyJournal({ checkpoint })).toMatchObject({
      ok: true,
      provenUpTo: checkpoint.treeSize,
      checkpoints: 1,
    });
    const other = await create(newFolder());
    expect(await other.verifyJournal({ checkpoint })).toMatchObject({ ok: false, flaw: 'checkpoint-foreign' });
    expect(await vault.verifyJournal({ checkpoint: { ...checkpoint, rootHash: checkpoint.headHash } })).toMatchObject({
      ok: false,
      flaw: 'checkpoint-invalid',
    });
    vault.lock();
    other.lock();
  });
});

describe('tampering by someone who holds the database key (F092)', () => {
  let original: string;
  let early: string;
  let checkpoint: Checkpoint;
  let vaultId: string;
  let stranger: UserId;
  let foreignRow: JournalRow;
  beforeAll(async () => {
    original = newFolder();
    early = newFolder();
    const vault = await create(original);
    vaultId = vault.vaultId;
    vault.append(imported(vault));
    vault.append(imported(vault, otherCaseId, 'P-0002'));
    for (let index = 0; index < 6; index += 1)
      vault.append({ ...viewed(vault, index % 2 === 0 ? caseId : otherCaseId), payload: { index } });
    vault.lock();
    cpSync(original, early, { recursive: true });
    const again = await unlock(original);
    again.append(viewed(again));
    stranger = (
      await again.addUser(
        { name: 'Ben Example', password: 'another four quiet words', roles: ['member'] },
        again.user.userId,
      )
    ).userId;
    checkpoint = again.checkpoint(again.user.userId);
    again.append(viewed(again));
    again.lock();
    const foreign = newFolder();
    const other = await create(foreign);
    other.append(imported(other));
    other.lock();
    await tamper(foreign, (database) => {
      foreignRow = database.prepare<[], JournalRow>('SELECT * FROM journal WHERE sequence = 4').get() as JournalRow;
    });
  });

  const rowsOf = (database: VaultDatabase): JournalRow[] =>
    database.prepare<[], JournalRow>('SELECT * FROM journal ORDER BY sequence').all();
  const columns = 'sequence, time, actor, case_id, type, key_version, ciphertext, previous_hash, hash';
  const put = (database: VaultDatabase, row: JournalRow): void => {
    database
      .prepare(
        `INSERT OR REPLACE INTO journal (${columns}) VALUES (@sequence, @time, @actor, @case_id, @type, @key_version, @ciphertext, @previous_hash, @hash)`,
      )
      .run(row);
  };
  /** Makes hashes, chain and the stored head fit again from a sequence on, as a careful forger would; seals stay as they are. */
  function rechain(database: VaultDatabase): void {
    const rows = rowsOf(database);
    let previous = rows[0]?.previous_hash as Buffer;
    let frontier = emptyFrontier;
    database.exec('DELETE FROM journal');
    for (const [index, row] of rows.entries()) {
      const next = { ...row, sequence: index + 1, previous_hash: previous };
      next.hash = eventHash(headerOf(vaultId, next), next.ciphertext);
      previous = next.hash;
      frontier = withLeaf(frontier, next.hash);
      put(database, next);
    }
    database
      .prepare('UPDATE head SET sequence = ?, hash = ?, frontier = ?')
      .run(rows.length, previous, Buffer.concat(frontier.nodes));
  }
  const cutAfter = (database: VaultDatabase, sequence: number): void => {
    database.prepare('DELETE FROM journal WHERE sequence > ?').run(sequence);
  };

  const kinds: [string, JournalFlaw, number, (database: VaultDatabase) => void][] = [
    ['delete', 'sequence-gap', 6, (database) => database.exec('DELETE FROM journal WHERE sequence = 6')],
    [
      'delete and renumber',
      'chain-broken',
      6,
      (database) => {
        database.exec('DELETE FROM journal WHERE sequence = 6');
        for (const { sequence } of rowsOf(database).slice(5))
          database.prepare('UPDATE journal SET sequence = ? WHERE sequence = ?').run(sequence - 1, sequence);
      },
    ],
    [
      'insert',
      'chain-broken',
      7,
      (database) => {
        const rows = rowsOf(database);
        for (const row of rows.slice(6).reverse())
          database.prepare('UPDATE journal SET sequence = ? WHERE sequence = ?').run(row.sequence + 1, row.sequence);
        const model = rows[6] as JournalRow;
        const forged = { ...model, sequence: 7, actor: stranger };
        put(database, {
          ...forged,
          hash: eventHash(headerOf(vaultId, forged), forged.ciphertext),
          previous_hash: randomBytes(32),
        });
      },
    ],
    [
      'reorder',
      'chain-broken',
      6,
      (database) => {
        const [a, b] = [rowsOf(database)[5] as JournalRow, rowsOf(database)[6] as JournalRow];
        put(database, { ...a, sequence: 7 });
        put(database, { ...b, sequence: 6 });
      },
    ],
    [
      'duplicate',
      'chain-broken',
      8,
      (database) => put(database, { ...(rowsOf(database)[6] as JournalRow), sequence: 8 }),
    ],
    ['truncate', 'truncated', 9, (database) => cutAfter(database, 8)],
    [
      'swap actor',
      'hash-differs',
      5,
      (database) => database.prepare('UPDATE journal SET actor = ? WHERE sequence = 5').run(stranger),
    ],
    [
      'move to another case',
      'hash-differs',
      6,
      (database) => database.prepare('UPDATE journal SET case_id = ? WHERE sequence = 6').run(otherCaseId),
    ],
    [
      'change the time',
      'hash-differs',
      6,
      (database) => database.exec(`UPDATE journal SET time = '2020-01-01T00:00:00.000Z' WHERE sequence = 6`),
    ],
    [
      'change the type',
      'hash-differs',
      6,
      (database) => database.exec(`UPDATE journal SET type = 'case.closed' WHERE sequence = 6`),
    ],
    [
      'flip one bit of a ciphertext',
      'hash-differs',
      6,
      (database) => {
        const row = rowsOf(database)[5] as JournalRow;
        row.ciphertext[20] = (row.ciphertext[20] ?? 0) ^ 4;
        put(database, row);
      },
    ],
    [
      'flip one bit of a hash',
      'hash-differs',
      6,
      (database) => database.exec(`UPDATE journal SET hash = zeroblob(32) WHERE sequence = 6`),
    ],
    ['splice an event of another vault in', 'chain-broken', 4, (database) => put(database, foreignRow)],
    [
      'swap actor and chain anew',
      'seal-broken',
      5,
      (database) => {
        database.prepare('UPDATE journal SET actor = ? WHERE sequence = 5').run(stranger);
        rechain(database);
      },
    ],
    [
      'delete and chain anew',
      'seal-broken',
      6,
      (database) => {
        database.exec('DELETE FROM journal WHERE sequence = 6');
        rechain(database);
      },
    ],
    [
      'destroy a case key without a tombstone',
      'key-missing',
      4,
      (database) => database.prepare('DELETE FROM case_keys WHERE case_id = ?').run(caseId),
    ],
    ['wind the stored head back', 'head-differs', 0, (database) => database.exec('UPDATE head SET sequence = 8')],
  ];

  /** Unlocking compares the last event with the stored head, so these are not even let in. */
  const seenAtTheDoor = new Set(['delete and renumber', 'insert', 'truncate', 'wind the stored head back']);

  it.each(kinds)('%s is found: %s', async (name, flaw, brokenAt, edit) => {
    const folder = newFolder();
    cpSync(original, folder, { recursive: true });
    await tamper(folder, edit);
    expect(await codeOf(async () => (await unlock(folder)).lock())).toBe(
      seenAtTheDoor.has(name) ? 'journal-broken' : 'not refused',
    );
    const vault = await unlock(folder, { inspect: true });
    expect(await vault.verifyJournal()).toMatchObject({ ok: false, flaw, ...(brokenAt > 0 ? { brokenAt } : {}) });
    expect(await codeOf(() => vault.append(viewed(vault)))).toBe('forbidden');
    vault.lock();
  });

  it('cut off with the head made to fit: only the checkpoint from outside shows it', async () => {
    const folder = newFolder();
    cpSync(original, folder, { recursive: true });
    await tamper(folder, (database) => {
      cutAfter(database, 8);
      rechain(database);
    });
    const vault = await unlock(folder);
    expect(await vault.verifyJournal()).toMatchObject({ ok: true });
    expect(await vault.verifyJournal({ checkpoint })).toMatchObject({
      ok: false,
      flaw: 'truncated',
      brokenAt: vault.eventCount() + 1,
    });
    for (let index = 0; index < 20; index += 1) vault.append(viewed(vault));
    expect(await vault.verifyJournal({ checkpoint })).toMatchObject({ ok: false, flaw: 'checkpoint-differs' });
    vault.lock();
  });

  it('whole folder rolled back to an earlier day: only the checkpoint from outside shows it', async () => {
    const vault = await unlock(early);
    expect(await vault.verifyJournal()).toMatchObject({ ok: true });
    expect(await vault.verifyJournal({ checkpoint })).toMatchObject({ ok: false });
    vault.lock();
  });

  it('the journal refuses UPDATE, DELETE, REPLACE and a row out of turn by itself', async () => {
    const folder = newFolder();
    cpSync(original, folder, { recursive: true });
    const database = await rawDatabase(folder);
    const row = rowsOf(database)[5] as JournalRow;
    for (const attempt of [
      () => database.exec('DELETE FROM journal'),
      () => database.exec('UPDATE journal SET sequence = sequence + 100'),
      () => put(database, row),
      () => put(database, { ...row, sequence: 10_000 }),
      () => put(database, { ...row, sequence: 0 }),
    ]) {
      expect(attempt).toThrow('append-only');
    }
    database.close();
  });
});
