import 'fake-indexeddb/auto';
import { webcrypto } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../../renderer/store/database.ts';
import { dropDraft, readDraft, writeDraft } from '../../../renderer/store/drafts.ts';
import { send } from '../../../renderer/store/outbox.ts';
import { importStoreKeys } from '../../../renderer/store/sealing.ts';

const CANARY = 'Canary-Patient-4711';
const keyA = Buffer.alloc(32, 1).toString('base64url');
const keyB = Buffer.alloc(32, 2).toString('base64url');
let count = 0;
const fresh = () => `store-${++count}`;

beforeAll(() => {
  if (globalThis.crypto?.subtle === undefined) Object.defineProperty(globalThis, 'crypto', { value: webcrypto });
});

/** Everything IndexedDB holds of a database, as the disk would. */
async function raw(name: string): Promise<string[]> {
  const database = await new Promise<IDBDatabase>((done, fail) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  const rows: unknown[] = [];
  for (const store of database.objectStoreNames) {
    rows.push(
      ...(await new Promise<unknown[]>((done) => {
        const request = database.transaction(store).objectStore(store).getAll();
        request.onsuccess = () => done(request.result);
      })),
    );
  }
  database.close();
  return rows.map((row) => {
    const { id, iv, sealed, ...rest } = row as { id: string; iv: Uint8Array; sealed: ArrayBuffer };
    return `${id}|${Buffer.from(iv).toString('latin1')}|${Buffer.from(sealed).toString('latin1')}|${JSON.stringify(rest)}`;
  });
}

describe('the sealed store', () => {
  it('two windows of one draft: the second to write is told what the first wrote, and nothing is overwritten', async () => {
    const store = await openStore(await importStoreKeys(keyA), undefined, fresh());
    const first = await writeDraft(store, 'decision:1', 'from the first', { stamp: undefined });
    if (!first.kept) throw new Error('an empty place was refused');
    const second = await writeDraft(store, 'decision:1', 'from the second', { stamp: undefined });
    expect(second).toMatchObject({ kept: false, row: { value: 'from the first', stamp: first.stamp } });
    expect((await readDraft(store, 'decision:1'))?.value).toBe('from the first');
    // Both at once: one of the two is kept and the other one told.
    const both = await Promise.all(
      ['a', 'b'].map((value) => writeDraft(store, 'decision:1', value, { stamp: first.stamp })),
    );
    expect(both.filter(({ kept }) => kept)).toHaveLength(1);
    // Dropped over there: what is typed here is kept again.
    await dropDraft(store, 'decision:1');
    expect(await writeDraft(store, 'decision:1', 'again', { stamp: first.stamp })).toMatchObject({ kept: true });
    store.close();
  });

  it('gives a draft back under the key that sealed it, and holds nothing readable', async () => {
    const name = fresh();
    const store = await openStore(await importStoreKeys(keyA), undefined, name);
    await writeDraft(store, `decision:${CANARY}`, { answer: CANARY });
    await store.outbox.put({
      id: 'x',
      queuedAt: '2026',
      command: { kind: 'review', caseId: CANARY, findingId: 'f', verdict: 'confirmed' },
    });
    expect((await readDraft(store, `decision:${CANARY}`))?.value).toEqual({ answer: CANARY });
    expect(await store.outbox.toArray()).toHaveLength(1);
    store.close();
    const rows = await raw(name);
    expect(rows).toHaveLength(2);
    const disk = rows.join('');
    expect(disk).not.toContain('Canary');
    expect(disk).not.toContain('4711');
    // Nothing but the id, the nonce and the sealed bytes.
    for (const row of rows) expect(row).toMatch(/\|\{\}$/);
  });

  it('reads as empty under another vault’s key, and does not overwrite the other’s rows', async () => {
    const name = fresh();
    const mine = await openStore(await importStoreKeys(keyA), undefined, name);
    await writeDraft(mine, 'decision:1', 'mine');
    mine.close();
    const other = await openStore(await importStoreKeys(keyB), undefined, name);
    expect(await readDraft(other, 'decision:1')).toBeUndefined();
    expect(await other.drafts.toArray()).toEqual([]);
    await writeDraft(other, 'decision:1', 'theirs');
    other.close();
    const again = await openStore(await importStoreKeys(keyA), undefined, name);
    expect((await readDraft(again, 'decision:1'))?.value).toBe('mine');
    await dropDraft(again, 'decision:1');
    expect(await readDraft(again, 'decision:1')).toBeUndefined();
    again.close();
  });

  it('reads a row whose sealed bytes were changed, or moved to another place, as absent', async () => {
    const name = fresh();
    const store = await openStore(await importStoreKeys(keyA), undefined, name);
    await writeDraft(store, 'decision:1', 'first');
    const id = await store.id('decision:1');
    store.close();
    await new Promise<void>((done) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => {
        const database = request.result;
        const rows = database.transaction('drafts', 'readwrite').objectStore('drafts');
        rows.get(id).onsuccess = (event) => {
          const row = (event.target as IDBRequest).result;
          rows.put({ ...row, id: 'elsewhere' });
          const changed = new Uint8Array(row.sealed.slice(0));
          changed[0] = (changed[0] ?? 0) ^ 1;
          rows.put({ ...row, sealed: changed.buffer }).onsuccess = () => {
            database.close();
            done();
          };
        };
      };
    });
    const again = await openStore(await importStoreKeys(keyA), undefined, name);
    expect(await readDraft(again, 'decision:1')).toBeUndefined();
    expect(await again.drafts.get('elsewhere')).toBeUndefined();
    again.close();
  });

  it('keeps drafts and unanswered commands through an upgrade from version 1', async () => {
    const name = fresh();
    const keys = await importStoreKeys(keyA);
    const old = await openStore(keys, 1, name);
    expect(old.tables.map((table) => table.name).sort()).toEqual(['drafts', 'outbox']);
    await writeDraft(old, 'decision:1', { answer: 'kept' });
    old.close();
    const now = await openStore(keys, undefined, name);
    expect(now.tables.map((table) => table.name).sort()).toEqual(['drafts', 'layout', 'outbox']);
    expect((await readDraft(now, 'decision:1'))?.value).toEqual({ answer: 'kept' });
    await now.layout.put({ id: await now.id('layout:x'), value: 'filter' });
    expect((await now.layout.get(await now.id('layout:x')))?.value).toBe('filter');
    now.close();
  });

  it('reads and writes inside one transaction while the cipher works', async () => {
    const store = await openStore(await importStoreKeys(keyA), undefined, fresh());
    await store.layout.put({ id: 'n', value: 1 });
    await store.transaction('rw', store.layout, async () => {
      const row = await store.layout.get('n');
      await store.layout.put({ id: 'n', value: Number(row?.value) + 1 });
    });
    expect((await store.layout.get('n'))?.value).toBe(2);
    store.close();
  });
});

describe('the outbox', () => {
  const command = { kind: 'review', caseId: 'c', findingId: 'f', verdict: 'confirmed' } as const;

  it('forgets a command the core answered, keeps one whose answer never came', async () => {
    const store = await openStore(await importStoreKeys(keyA), undefined, fresh());
    expect(
      await send(
        store,
        command,
        async () => 'done',
        () => false,
      ),
    ).toBe('done');
    expect(await store.outbox.count()).toBe(0);
    const refused = send(
      store,
      command,
      () => Promise.reject(new Error('refused')),
      () => true,
    );
    await expect(refused).rejects.toThrow('refused');
    expect(await store.outbox.count()).toBe(0);
    const lost = send(
      store,
      command,
      () => Promise.reject(new Error('socket closed')),
      () => false,
    );
    await expect(lost).rejects.toThrow('socket closed');
    expect((await store.outbox.toArray()).map((row) => row.command)).toEqual([command]);
    store.close();
  });
});
