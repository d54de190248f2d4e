/** F102, F142: the database is copied in steps while the vault works on; the copy is one state of it, or there is none. */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { versionsOf } from '../../../electron/vault/backup.ts';
import { copyDatabase, createDatabase, openDatabase } from '../../../electron/vault/database.ts';
import type { VaultDatabase } from '../../../electron/vault/driver.ts';
import { vaultFiles } from '../../../electron/vault/files.ts';
import { createVaultService, restoreVault } from '../../../electron/vault/index.ts';
import { CaseId } from '../../../shared/foundation/ids.ts';
import { seeded } from '../../../shared/prediction/measure.ts';
import { folderOf } from './support/folders.ts';
import { caseId, codeOf, create, imported, otherCaseId, placeAt, profile, unlock } from './support/vault-at.ts';

const ben = { name: 'Ben Example', password: 'seven quiet rivers run north', roles: ['member'] as const };

/** Every table of a database, row by row, with the names of what else its schema holds. */
function contentOf(database: VaultDatabase): Record<string, unknown> {
  const schema = database
    .prepare<[], { type: string; name: string }>('SELECT type, name FROM main.sqlite_schema ORDER BY type, name')
    .all();
  const tables = schema.filter(({ type }) => type === 'table').map(({ name }) => name);
  const rows = tables.map((name) => [name, database.prepare(`SELECT rowid, * FROM main.${name} ORDER BY 1`).all()]);
  return { schema, ...(Object.fromEntries(rows) as object) };
}

describe('a copy of a database in use', () => {
  it('is what the database is at its last step, whatever was written, changed, replaced and deleted between the others', async () => {
    const folder = folderOf();
    const random = seeded(7);
    const below = (count: number): number => Math.floor(random() * count);
    for (let round = 0; round < 3; round += 1) {
      const database = createDatabase(join(folder, `${round}.sqlite`), randomBytes(32), 'vault');
      database.pragma('synchronous = OFF');
      const put = database.prepare<[string, number, string, Buffer]>(
        'INSERT OR REPLACE INTO case_keys VALUES (?, ?, ?, ?)',
      );
      const fill = database.transaction((count: number) => {
        for (let index = 0; index < count; index += 1)
          put.run(`case-${below(800)}`, 1 + below(2), `person-${below(3)}`, randomBytes(60));
      });
      const append = database.prepare(
        `INSERT INTO journal SELECT coalesce(max(sequence), 0) + 1, 'now', 'a', 'c', 't', 1, x'01', x'02', x'03' FROM journal`,
      );
      /** Anything at all that the vault does to its tables. */
      const act = (): void => {
        const id = `case-${below(800)}`;
        const acts = [
          () => fill(40),
          () => database.prepare('DELETE FROM case_keys WHERE case_id = ?').run(id),
          () =>
            database.prepare('UPDATE OR REPLACE case_keys SET key_version = key_version + 7 WHERE case_id = ?').run(id),
          () => database.prepare('UPDATE OR REPLACE case_keys SET rowid = rowid + 100000 WHERE case_id = ?').run(id),
          () => append.run(),
          () =>
            database
              .prepare(`INSERT INTO case_versions VALUES (?, 1) ON CONFLICT DO UPDATE SET version = version + 1`)
              .run(id),
          () => database.prepare(`INSERT OR REPLACE INTO meta VALUES ('m${below(3)}', ?)`).run(id),
        ];
        acts[below(acts.length)]?.();
      };
      fill(2000);
      for (let index = 0; index < 300; index += 1) append.run();
      let goesOn = true;
      let between = 0;
      const busy = (async () => {
        for (; goesOn; between += 1) {
          act();
          await setImmediate();
        }
      })();
      const key = randomBytes(32);
      const path = join(folder, `${round}.copy`);
      const progress: number[] = [];
      const copy = await copyDatabase(database, path, key, { onProgress: (done, of) => progress.push(done / of) });
      for (let index = 0; index < 700; index += 1) act();
      goesOn = false;
      await busy;
      copy.finish(() => undefined);
      copy.drop();
      expect(between).toBeGreaterThan(3);
      expect(progress).toEqual([...progress].sort((a, b) => a - b));
      expect(database.prepare('SELECT name FROM temp.sqlite_schema').all()).toEqual([]);
      const made = openDatabase(path, key, 'vault');
      expect(contentOf(made)).toEqual(contentOf(database));
      expect(made.pragma('integrity_check', { simple: true })).toBe('ok');
      expect(() => made.exec('DELETE FROM journal')).toThrow('append-only');
      made.close();
      database.close();
    }
  });

  it('is dropped whole: after a stop, after a failure in its last step, when the vault is locked meanwhile', async () => {
    const folder = folderOf();
    const database = createDatabase(join(folder, 'a.sqlite'), randomBytes(32), 'vault');
    const path = join(folder, 'copy');
    const key = randomBytes(32);
    const stop = new AbortController();
    const stopped = copyDatabase(database, path, key, { signal: stop.signal });
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    const failed = await copyDatabase(database, path, key);
    expect(() =>
      failed.finish(() => {
        throw new Error('no');
      }),
    ).toThrow('no');
    failed.drop();
    expect(database.prepare('SELECT name FROM temp.sqlite_schema').all()).toEqual([]);
    const locked = copyDatabase(database, path, key);
    database.close();
    expect(await codeOf(() => locked)).toBe('locked');
    expect(readdirSync(folder).filter((name) => name.startsWith('copy'))).toEqual([]);
  });
});

describe('the vault works on while its database is written anew', () => {
  it('F102 for a removal: what is written, erased and stored meanwhile is in the vault of those who stay', async () => {
    const folder = folderOf();
    const service = createVaultService(placeAt(folder));
    await service.create(profile);
    const vault = service.current();
    const actor = vault.user.userId;
    const added = await service.addPerson({ ...ben, roles: [...ben.roles] });
    vault.append(imported(vault));
    vault.append(imported(vault, otherCaseId, 'P-0002'));
    const removed = service.removePerson(added.userId);
    await setImmediate();
    expect(service.household().removing).toMatchObject({ userId: added.userId });
    vault.append({ actor, caseId, type: 'finding.commented', payload: { text: 'meanwhile' } });
    vault.eraseCase(otherCaseId, { actor, reason: 'patient-request' });
    await vault.putDocument(caseId, 'note', { text: 'meanwhile' }, { actor });
    const stored = vault.putDocument(caseId, 'other', { text: 'x'.repeat(3_000_000) }, { actor });
    expect(await removed).toHaveLength(1);
    expect(vault.isOpen()).toBe(false);
    await stored;
    const after = service.current();
    expect(service.household().removing).toBeNull();
    expect(after.read({ types: ['finding.commented'] }).map(({ payload }) => payload)).toEqual([{ text: 'meanwhile' }]);
    expect((await after.latestDocument(caseId, 'note'))?.document).toEqual({ text: 'meanwhile' });
    expect(after.documents(caseId).map(({ kind }) => kind)).toEqual(['note', 'other']);
    expect(after.caseListing(otherCaseId)).toMatchObject({ status: 'erased', pseudonym: '' });
    expect(await after.verifyJournal()).toMatchObject({ ok: true });
    await service.lock();
  });

  it('a removal that is stopped, or that a lock comes before, did nothing and leaves nothing; who became needed stays', async () => {
    const folder = folderOf();
    const service = createVaultService(placeAt(folder));
    await service.create(profile);
    const added = await service.addPerson({ ...ben, roles: ['member', 'admin'] });
    const stop = new AbortController();
    const stopped = service.removePerson(added.userId, stop.signal);
    await setImmediate();
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    expect(service.people()).toHaveLength(2);
    const cut = service.removePerson(added.userId);
    await setImmediate();
    const locked = service.lock();
    await expect(cut).rejects.toMatchObject({ name: 'AbortError' });
    expect((await locked).state).toBe('locked');
    expect(existsSync(vaultFiles(folder).building)).toBe(false);
    await service.unlock(profile);
    const vault = service.current();
    const alone = service.removePerson(added.userId);
    await setImmediate();
    vault.changeRoles(vault.user.userId, ['member'], vault.user.userId);
    expect(await codeOf(() => alone)).toBe('forbidden');
    expect(service.people()).toHaveLength(2);
    expect(await service.current().verifyJournal()).toMatchObject({ ok: true });
    await service.lock();
    (await unlock(folder)).lock();
  });

  it('F105 for a backup: its checkpoint is of the state it holds, and what was erased meanwhile is in none of it', async () => {
    const folder = folderOf();
    const target = join(folderOf(), 'backups');
    const vault = await create(folder);
    const actor = vault.user.userId;
    for (const id of [caseId, otherCaseId]) vault.append(imported(vault, id, 'P-0001'));
    const backup = vault.backUp(target, { actor });
    await setImmediate();
    vault.append({ actor, caseId, type: 'finding.commented', payload: { text: 'meanwhile' } });
    vault.eraseCase(otherCaseId, { actor, reason: 'patient-request' });
    const { events } = await backup;
    vault.lock();
    const restored = await restoreVault(target, placeAt(folderOf()), profile);
    expect(versionsOf(target)).toHaveLength(1);
    const [line] = restored.read({ types: ['finding.commented'] });
    expect(line).toMatchObject({ payload: { text: 'meanwhile' } });
    expect(line?.sequence).toBeLessThanOrEqual(events);
    expect(restored.caseListing(CaseId.parse(otherCaseId))).toMatchObject({ status: 'erased', pseudonym: '' });
    expect(await restored.verifyJournal()).toMatchObject({ ok: true });
    restored.lock();
  });
});
