import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backupFiles, versionsOf } from '../../../electron/vault/backup.ts';
import { drillBackup, restoreVault } from '../../../electron/vault/index.ts';
import { reopened, vaultState } from '../../../electron/vault/vault.ts';
import { folderOf } from './support/folders.ts';
import { dig } from './support/forensics.ts';
import {
  caseId,
  codeOf,
  create,
  everyFile,
  imported,
  otherCaseId,
  placeAt,
  profile,
  testClock,
} from './support/vault-at.ts';

const pseudonym = 'canary-name-of-the-patient';
const canaries = [pseudonym, ...Array.from({ length: 50 }, (_, index) => `canary-${index}-of-the-patient`)];
const password = { userName: profile.userName, password: profile.password };
const place = { clock: testClock('2027-01-01T00:00:00.000Z'), ids: { next: () => 'x' } };

/** A vault with two cases, one of them full of canaries, and one backup of it. */
async function backedUp() {
  const folder = folderOf();
  const target = join(folderOf(), 'backups');
  const vault = await create(folder);
  const actor = vault.user.userId;
  vault.append(imported(vault, caseId, pseudonym));
  vault.append(imported(vault, otherCaseId, 'P-0002'));
  for (const [index, text] of canaries.entries())
    if (index % 2 === 0) await vault.putDocument(caseId, 'note', { text }, { actor });
    else vault.append({ actor, caseId, type: 'finding.commented', payload: { text } });
  await vault.putDocument(otherCaseId, 'note', { text: 'of the other' }, { actor });
  const first = await vault.backUp(target, { actor });
  return { folder, target, vault, actor, first };
}

describe('backups', () => {
  it('a version is restored as it was, a drill says so without touching anything, and the sealed files stand there once', async () => {
    const { target, vault, actor, first } = await backedUp();
    const count = vault.documents(caseId).length + 1;
    expect(first).toMatchObject({ files: count });
    await vault.putDocument(otherCaseId, 'note', { text: 'later' }, { actor });
    const second = await vault.backUp(target, { actor });
    expect(second.files).toBe(count + 1);
    expect(versionsOf(target)).toEqual([first.version, second.version]);
    expect(everyFile(backupFiles(target).pool)).toHaveLength(count + 1);
    vault.lock();
    const before = everyFile(target).map(({ bytes }) => bytes.toString('base64'));
    expect(await drillBackup(target, place, password)).toMatchObject({
      version: second.version,
      documentsRead: count + 1,
      casesErasedSince: 0,
    });
    expect(everyFile(target).map(({ bytes }) => bytes.toString('base64'))).toEqual(before);
    const old = await restoreVault(target, placeAt(folderOf()), { ...password, version: first.version });
    expect((await old.latestDocument(otherCaseId, 'note'))?.document).toEqual({ text: 'of the other' });
    expect(await old.verifyJournal()).toMatchObject({ ok: true });
    old.lock();
  });

  it('F105 an erased case is readable from no version, also one made before; a folder that was away catches up', async () => {
    const { folder, target, vault, actor, first } = await backedUp();
    expect((await dig(folder, target, canaries)).size).toBe(canaries.length);
    const away = `${target}-away`;
    renameSync(target, away);
    vault.eraseCase(caseId, { actor, reason: 'patient-request' });
    expect(vault.backups()).toEqual([{ target, isBehind: true }]);
    renameSync(away, target);
    await vault.backUp(target, { actor });
    expect(vault.backups()).toEqual([{ target, isBehind: false }]);
    vault.lock();
    expect(await dig(folder, target, canaries, [caseId])).toEqual(new Set());
    // And the version from before the erasure is still good for everything else.
    const old = await restoreVault(target, placeAt(folderOf()), { ...password, version: first.version });
    expect(old.caseListing(caseId)).toMatchObject({ status: 'erased', pseudonym: '' });
    expect(old.caseListing(otherCaseId)?.pseudonym).toBe('P-0002');
    expect((await old.latestDocument(otherCaseId, 'note'))?.document).toEqual({ text: 'of the other' });
    expect(await old.verifyJournal()).toMatchObject({ ok: true });
    old.lock();
  });

  it('who was removed since is not let in by an older version, and the version opens for who stayed', async () => {
    const { folder, target, vault, actor } = await backedUp();
    const ben = { name: 'Ben Example', password: 'seven quiet rivers run north', roles: ['member'] as const };
    const added = await vault.addUser(ben, actor);
    const withBen = await vault.backUp(target, { actor });
    const after = reopened(placeAt(folder), await vault.removeUser(added.userId, actor));
    await after.putDocument(otherCaseId, 'note', { text: 'after the change' }, { actor });
    await after.backUp(target, { actor });
    after.lock();
    const asBen = { userName: ben.name, password: ben.password, version: withBen.version };
    expect(await codeOf(() => restoreVault(target, placeAt(folderOf()), asBen))).toBe('password-wrong');
    const old = await restoreVault(target, placeAt(folderOf()), { ...password, version: withBen.version });
    expect(old.users().map(({ name }) => name)).toEqual([profile.userName]);
    expect(await old.verifyJournal()).toMatchObject({ ok: true });
    old.lock();
    expect(await drillBackup(target, place, password)).toMatchObject({ casesErasedSince: 0 });
  });

  it('a restore tells its steps and is stopped at each of them without leaving a vault; the next one is whole', async () => {
    const { target, vault } = await backedUp();
    vault.lock();
    const folder = folderOf();
    const seen = new Set<string>();
    for (const stopAt of ['files', 'database', 'worklist'] as const) {
      const stop = new AbortController();
      const restored = restoreVault(target, placeAt(folder), {
        ...password,
        signal: stop.signal,
        onProgress: ({ step }) => {
          seen.add(step);
          if (step === stopAt) stop.abort();
        },
      });
      await expect(restored, stopAt).rejects.toMatchObject({ name: 'AbortError' });
      expect(vaultState(folder)).toBe('absent');
    }
    expect([...seen]).toEqual(['files', 'database', 'worklist']);
    const whole = await restoreVault(target, placeAt(folder), password);
    expect(whole.caseListing(caseId)?.pseudonym).toBe(pseudonym);
    expect(await whole.verifyJournal()).toMatchObject({ ok: true });
    whole.lock();
  });

  it('damage is found before use, another folder is not taken, a cancelled backup leaves no version', async () => {
    const { target, vault, actor } = await backedUp();
    const stop = new AbortController();
    stop.abort();
    expect(
      await codeOf(() =>
        vault.backUp(target, { actor, signal: stop.signal }).catch((error) => {
          if (error.name === 'AbortError') return;
          throw error;
        }),
      ),
    ).toBe('not refused');
    expect(versionsOf(target)).toHaveLength(1);
    const full = folderOf();
    writeFileSync(join(full, 'letter.txt'), 'mine');
    expect(await codeOf(() => vault.backUp(full, { actor }))).toBe('exists-already');
    vault.lock();
    let tried = 0;
    for (const { path, bytes } of everyFile(target)) {
      if (path === backupFiles(target).mark) continue;
      tried += 1;
      const flipped = Buffer.from(bytes);
      flipped[flipped.length >> 1] = (flipped[flipped.length >> 1] ?? 0) ^ 4;
      writeFileSync(path, flipped);
      expect(['vault-damaged', 'password-wrong'], path).toContain(
        await codeOf(() => restoreVault(target, placeAt(folderOf()), password)),
      );
      writeFileSync(path, bytes);
      if (path.includes('files') && tried > 10) break;
    }
    rmSync(backupFiles(target).keyFile);
    expect(await codeOf(() => drillBackup(target, place, password))).toBe('not-found');
    expect(existsSync(target)).toBe(true);
    expect(readFileSync(backupFiles(target).mark, 'utf8')).toContain('consilium-backup-folder');
  });
});
