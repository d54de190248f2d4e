import { cpSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { vaultFiles } from '../../../electron/vault/files.ts';
import { createVaultService, openVault } from '../../../electron/vault/index.ts';
import { costFor, readKeyFile } from '../../../electron/vault/key-file.ts';
import { recoverVault, reopened } from '../../../electron/vault/vault.ts';
import { UserId } from '../../../shared/foundation/ids.ts';
import {
  caseId,
  codeOf,
  create,
  imported,
  placeAt,
  profile,
  remove,
  temporaryFolder,
  unlock,
} from './support/vault-at.ts';

const second = { name: 'Ben Example', password: 'seven quiet rivers run north', roles: ['member'] as const };
const opened: string[] = [];
const folderOf = (): string => {
  const folder = temporaryFolder();
  opened.push(folder);
  return folder;
};
afterEach(() => {
  for (const folder of opened.splice(0)) remove(folder);
});
const asSecond = (folder: string) => openVault(placeAt(folder), { userName: second.name, password: second.password });

describe('F103 people', () => {
  it('roles are changed, the last admin stays one, and the change is in the journal', async () => {
    const vault = await create(folderOf());
    const actor = vault.user.userId;
    const ben = await vault.addUser(second, actor);
    expect(vault.changeRoles(ben.userId, ['signer', 'admin'], actor).roles).toEqual(['signer', 'admin']);
    expect(vault.changeRoles(actor, ['prep'], actor).roles).toEqual(['prep']);
    expect(await codeOf(() => vault.changeRoles(ben.userId, ['member'], actor))).toBe('forbidden');
    expect(await codeOf(() => vault.changeRoles(UserId.parse('nobody'), ['member'], actor))).toBe('not-found');
    expect(vault.read({ types: ['user.roles-changed'] })).toHaveLength(2);
    vault.rebuildProjections();
    expect(vault.users().map(({ roles }) => roles)).toEqual([['prep'], ['signer', 'admin']]);
    vault.lock();
  });

  it('F102 who is removed is locked out also of the key file they kept, and what is written later has other keys', async () => {
    const folder = folderOf();
    const files = vaultFiles(folder);
    const vault = await create(folder);
    const actor = vault.user.userId;
    vault.append(imported(vault));
    await vault.putDocument(caseId, 'note', { text: 'before' }, { actor });
    const ben = await vault.addUser(second, actor);
    const keptByBen = readFileSync(files.keys);
    const after = reopened(placeAt(folder), await vault.removeUser(ben.userId, actor));
    expect(vault.isOpen()).toBe(false);
    expect(after.users().map(({ name }) => name)).toEqual([profile.userName]);
    expect(after.names().get(ben.userId)).toBe(second.name);
    expect((await after.latestDocument(caseId, 'note'))?.document).toEqual({ text: 'before' });
    await after.putDocument(caseId, 'note', { text: 'after' }, { actor });
    after.append({ actor, caseId: null, type: 'settings.changed', payload: { later: true } });
    expect((await after.latestDocument(caseId, 'note'))?.document).toEqual({ text: 'after' });
    expect(await after.verifyJournal()).toMatchObject({ ok: true });
    after.lock();
    expect(await codeOf(() => asSecond(folder))).toBe('password-wrong');
    const again = await unlock(folder);
    expect(await again.verifyJournal()).toMatchObject({ ok: true });
    again.lock();
    writeFileSync(files.keys, keptByBen);
    expect(await codeOf(() => asSecond(folder))).toBe('vault-damaged');
  });

  it('F142 a removal cut off at any of its steps leaves the vault before it or after it', async () => {
    const folder = folderOf();
    const files = vaultFiles(folder);
    const vault = await create(folder);
    const ben = await vault.addUser(second, vault.user.userId);
    vault.lock();
    const before = folderOf();
    cpSync(folder, before, { recursive: true });
    const held = await unlock(folder);
    reopened(placeAt(folder), await held.removeUser(ben.userId, held.user.userId)).lock();

    // The new database whole, the key file not yet written: nothing happened.
    const early = folderOf();
    cpSync(before, early, { recursive: true });
    cpSync(files.database, vaultFiles(early).next);
    // What a removal and a backup leave where they were cut off while they copied.
    const { next, building, copy } = vaultFiles(early);
    for (const name of [building, copy, `${copy}-journal`]) writeFileSync(name, 'half');
    const stillBen = await asSecond(early);
    expect([next, building, copy, `${copy}-journal`].filter((name) => existsSync(name))).toEqual([]);
    stillBen.lock();

    // The key file written, the new database not yet in its place: it goes there.
    const late = folderOf();
    cpSync(before, late, { recursive: true });
    cpSync(files.database, vaultFiles(late).next);
    cpSync(files.keys, vaultFiles(late).keys);
    expect(await codeOf(() => asSecond(late))).toBe('password-wrong');
    const finished = await unlock(late);
    expect(finished.users()).toHaveLength(1);
    expect(await finished.verifyJournal()).toMatchObject({ ok: true });
    finished.lock();
  });

  it('nobody removes themselves or the last admin, and a removed person does not come back by an edit of the file', async () => {
    const folder = folderOf();
    const service = createVaultService(placeAt(folder));
    await service.create(profile);
    const ben = await service.addPerson({ ...second, roles: ['admin'] });
    const own = service.current().user.userId;
    expect(await codeOf(() => service.removePerson(own))).toBe('forbidden');
    expect(await service.removePerson(ben.userId)).toHaveLength(1);
    expect(service.status()).toMatchObject({ state: 'open', asksUserName: false });
    await service.lock();
    const path = vaultFiles(folder).keys;
    const { checksum: _, ...file } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    expect(readKeyFile(path).former).toHaveLength(1);
    writeFileSync(path, JSON.stringify({ ...file, former: [] }));
    expect(await codeOf(() => service.unlock({ password: profile.password }))).toBe('vault-damaged');
  });
});

describe('recovery by printed shares', () => {
  it('any threshold of the newest shares gives a new password; fewer, mistyped or older ones give nothing', async () => {
    const folder = folderOf();
    const vault = await create(folder);
    vault.append(imported(vault));
    const older = await vault.makeRecovery({ shares: 3, threshold: 2 }, vault.user.userId);
    const made = await vault.makeRecovery({ shares: 5, threshold: 3 }, vault.user.userId);
    const ben = await vault.addUser(second, vault.user.userId);
    // A change of keys keeps the papers good.
    reopened(placeAt(folder), await vault.removeUser(ben.userId, vault.user.userId)).lock();
    const wanted = { userName: profile.userName, password: 'nine green hills in the fog' };
    const recover = (shares: readonly string[], more: object = {}) =>
      recoverVault(placeAt(folder), { shares, ...wanted, ...more });
    const [a = '', b = '', c = '', d = ''] = made.shares;
    expect(await codeOf(() => recover([a, b]))).toBe('field-invalid');
    expect(await codeOf(() => recover([a, b, b]))).toBe('field-invalid');
    expect(await codeOf(() => recover(older.shares))).toBe('field-invalid');
    const slip = `${a[0] === 'Z' ? 'Y' : 'Z'}${a.slice(1)}`;
    expect(await codeOf(() => recover([slip, b, c]))).toBe('field-invalid');
    expect(await codeOf(() => recover([a, b, c], { userName: 'Nobody' }))).toBe('field-invalid');
    expect(await codeOf(() => recover([a, b, c], { password: 'short' }))).toBe('password-weak');
    (await unlock(folder)).lock();
    const back = await recover([d.toLowerCase().replaceAll('-', ' '), b, a]);
    expect(back.read({ types: ['vault.recovered'] })).toHaveLength(1);
    expect(back.cases()).toHaveLength(1);
    back.lock();
    expect(await codeOf(() => unlock(folder))).toBe('password-wrong');
  });
});

describe('legal hold and migration', () => {
  it('F105 a held case is not erased until the hold is lifted', async () => {
    const vault = await create(folderOf());
    const actor = vault.user.userId;
    vault.append(imported(vault));
    expect(vault.hold(caseId, 'court order', actor)).toMatchObject([{ caseId, reason: 'court order' }]);
    expect(await codeOf(() => vault.eraseCase(caseId, { actor, reason: 'patient-request' }))).toBe('forbidden');
    vault.rebuildProjections();
    expect(vault.holds()).toHaveLength(1);
    expect(vault.hold(caseId, null, actor)).toEqual([]);
    vault.eraseCase(caseId, { actor, reason: 'patient-request' });
    expect(await codeOf(() => vault.hold(caseId, 'too late', actor))).toBe('not-found');
    vault.lock();
  });

  it('a vault of version 1 opens whole, its people one by one get keys of their own, and then one can be removed', async () => {
    const folder = folderOf();
    cpSync(resolve(import.meta.dirname, 'fixtures/version-1'), folder, { recursive: true });
    if (!existsSync(vaultFiles(folder).database))
      renameSync(join(folder, 'vault.sqlite.new'), vaultFiles(folder).database);
    const vault = await unlock(folder);
    expect((await vault.latestDocument(caseId, 'note'))?.document).toEqual({ text: 'kept since 0.1.0' });
    expect(await vault.verifyJournal()).toMatchObject({ ok: true, checkpoints: 1 });
    const [, ben] = vault.users();
    if (ben === undefined) throw new Error('the fixture has two people');
    const third = await vault.addUser({ ...second, name: 'Cleo Example' }, vault.user.userId);
    expect(await codeOf(() => vault.removeUser(third.userId, vault.user.userId))).toBe('forbidden');
    vault.lock();
    (await asSecond(folder)).lock();
    const later = await unlock(folder);
    const rest = reopened(placeAt(folder), await later.removeUser(third.userId, later.user.userId));
    expect(rest.users()).toHaveLength(2);
    rest.lock();
    (await asSecond(folder)).lock();
  });

  it('a password costs at least three passes, and about 0.7 s on any machine', () => {
    expect(costFor(50)).toMatchObject({ memoryKib: 65_536, passes: 42 });
    expect(costFor(350).passes).toBe(6);
    expect(costFor(5000).passes).toBe(3);
    expect(costFor(0.1).passes).toBe(100);
  });
});
