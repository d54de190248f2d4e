import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { vaultFiles } from '../../../electron/vault/files.ts';
import { createVault, openVault, vaultState } from '../../../electron/vault/index.ts';
import { makeSlot } from '../../../electron/vault/key-file.ts';
import { UserId } from '../../../shared/foundation/ids.ts';
import {
  codeOf,
  create,
  everyFile,
  placeAt,
  profile,
  remove,
  temporaryFolder,
  testClock,
  unlock,
} from './support/vault-at.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => remove(folder));

describe('first start and unlock (F102)', () => {
  it('goes absent, open, locked, open; the first person holds the roles to work alone', async () => {
    expect(vaultState(folder)).toBe('absent');
    const vault = await create(folder);
    expect(vault.boardName()).toBe(profile.boardName);
    expect(vault.user).toMatchObject({ name: profile.userName, roles: ['admin', 'signer', 'prep', 'presenter'] });
    const storageKey = vault.storageKey();
    expect(Buffer.from(storageKey, 'base64url')).toHaveLength(32);
    vault.lock();
    expect(vaultState(folder)).toBe('locked');
    expect(await codeOf(() => vault.cases())).toBe('locked');
    const again = await unlock(folder);
    expect(again.storageKey()).toBe(storageKey);
    expect(again.read().map((event) => event.type)).toEqual([
      'vault.created',
      'user.added',
      'vault.unlocked',
      'vault.locked',
      'vault.unlocked',
    ]);
    again.lock();
    expect(await codeOf(() => create(folder))).toBe('exists-already');
  });

  it('refuses a weak password and leaves nothing behind', async () => {
    const weak = [
      'fourteen chars',
      'passwordpassword',
      'abcabcabcabcabcabc',
      'Board of Example Hospital',
      'AdaExample12345',
      'x'.repeat(257),
    ];
    for (const password of weak) {
      expect(await codeOf(() => createVault(placeAt(folder), { ...profile, password })), password).toBe(
        'password-weak',
      );
    }
    expect(everyFile(folder)).toEqual([]);
  });

  it('takes the same password typed in another Unicode form', async () => {
    const composed = 'vier schöne Wörter zur Nacht';
    (await createVault(placeAt(folder), { ...profile, password: composed })).lock();
    (await openVault(placeAt(folder), { password: composed.normalize('NFD') })).lock();
  });

  it('refuses a wrong password without touching the vault', async () => {
    (await create(folder)).lock();
    const before = everyFile(folder);
    expect(await codeOf(() => openVault(placeAt(folder), { password: 'five wrong words stay outside' }))).toBe(
      'password-wrong',
    );
    const after = everyFile(folder).filter(({ path }) => path !== vaultFiles(folder).attempts);
    expect(after).toEqual(before);
  });

  it('waits longer after each wrong password, also across restarts, and says so in the journal', async () => {
    const clock = testClock();
    (await createVault(placeAt(folder, clock), profile)).lock();
    const wrong = () => codeOf(() => openVault(placeAt(folder, clock), { password: 'five wrong words stay outside' }));
    const right = () => openVault(placeAt(folder, clock), { password: profile.password });
    for (let failures = 1; failures <= 3; failures += 1) expect(await wrong()).toBe('password-wrong');
    expect(await codeOf(right)).toBe('password-wrong');
    clock.advance(2);
    expect(await wrong()).toBe('password-wrong');
    clock.advance(2);
    expect(await codeOf(right)).toBe('password-wrong');
    clock.advance(2);
    const vault = await right();
    expect(vault.read({ types: ['vault.unlock-failed'] }).map((event) => event.payload)).toEqual([{ failures: 4 }]);
    vault.lock();
    expect(everyFile(folder).map(({ path }) => path)).not.toContain(vaultFiles(folder).attempts);
  });

  it('lets a second person in with a password of their own, and a changed password replaces the old', async () => {
    const vault = await create(folder);
    const second = { name: 'Ben Example', password: 'another four quiet words', roles: ['member'] as const };
    const added = await vault.addUser(second, vault.user.userId);
    expect(await codeOf(() => vault.addUser(second, added.userId))).toBe('exists-already');
    vault.lock();
    expect(await codeOf(() => openVault(placeAt(folder), { password: second.password }))).toBe('password-wrong');
    const asSecond = await openVault(placeAt(folder), { userName: 'ben example', password: second.password });
    expect(asSecond.user).toMatchObject({ userId: added.userId, roles: ['member'] });
    expect(await codeOf(() => asSecond.changePassword('not the current one', 'a new and longer phrase'))).toBe(
      'password-wrong',
    );
    await asSecond.changePassword(second.password, 'a new and longer phrase');
    asSecond.lock();
    const place = placeAt(folder);
    expect(await codeOf(() => openVault(place, { userName: second.name, password: second.password }))).toBe(
      'password-wrong',
    );
    (await openVault(place, { userName: second.name, password: 'a new and longer phrase' })).lock();
    (await openVault(place, { userName: profile.userName, password: profile.password })).lock();
  });
});

describe('a damaged vault is named, not guessed at', () => {
  const overwrite = (path: string, change: (bytes: Buffer) => Buffer): void =>
    writeFileSync(path, change(readFileSync(path)));
  const flip = (at: number) => (bytes: Buffer) => {
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return bytes;
  };

  it('key file: any byte, cut, absent', async () => {
    (await create(folder)).lock();
    const { keys } = vaultFiles(folder);
    const original = readFileSync(keys);
    const body = JSON.parse(original.toString()) as { slots: { wrappedKey: string }[] };
    const at = original.indexOf(body.slots[0]?.wrappedKey.slice(10) ?? '');
    overwrite(keys, flip(at));
    expect(await codeOf(() => unlock(folder))).toBe('vault-damaged');
    writeFileSync(keys, original.subarray(0, 100));
    expect(await codeOf(() => unlock(folder))).toBe('vault-damaged');
    remove(keys);
    expect(await codeOf(() => unlock(folder))).toBe('vault-damaged');
    expect(await codeOf(() => create(folder))).toBe('exists-already');
    writeFileSync(keys, original);
    (await unlock(folder)).lock();
  });

  it('a key file with cheaper Argon2id parameters is not accepted', async () => {
    (await create(folder)).lock();
    const { keys } = vaultFiles(folder);
    overwrite(keys, (bytes) => Buffer.from(bytes.toString().replace('65536', '1024')));
    expect(await codeOf(() => unlock(folder))).toBe('vault-damaged');
  });

  it('database: first page, a later page, empty, absent', async () => {
    (await create(folder)).lock();
    const { database } = vaultFiles(folder);
    const original = readFileSync(database);
    for (const change of [flip(100), () => Buffer.alloc(0), (bytes: Buffer) => bytes.subarray(0, 5000)]) {
      overwrite(database, change);
      expect(await codeOf(() => unlock(folder))).toBe('vault-damaged');
      writeFileSync(database, original);
    }
    remove(database);
    expect(await codeOf(() => unlock(folder))).toBe('vault-damaged');
  });

  it('every page of the database is authenticated', async () => {
    (await create(folder)).lock();
    const { database } = vaultFiles(folder);
    const original = readFileSync(database);
    const pages = original.length / 4096;
    expect(pages).toBeGreaterThan(10);
    let found = 0;
    for (let page = 0; page < pages; page += 3) {
      writeFileSync(database, flip(page * 4096 + 1000)(Buffer.from(original)));
      const outcome = await codeOf(async () => {
        const vault = await unlock(folder);
        try {
          await vault.verifyJournal();
          vault.rebuildProjections();
        } finally {
          vault.lock();
        }
      });
      if (outcome === 'vault-damaged') found += 1;
      else expect(outcome).toBe('not refused');
    }
    expect(found).toBeGreaterThan(3);
  });
});

describe('key slots', () => {
  it('another password, another salt: slots share nothing', async () => {
    const { randomBytes } = await import('node:crypto');
    const person = { userId: UserId.parse('u1'), name: 'Ada', password: profile.password };
    const key = randomBytes(32);
    const [a, b] = [
      await makeSlot('00'.repeat(16), key, person, randomBytes),
      await makeSlot('00'.repeat(16), key, person, randomBytes),
    ];
    expect(a.salt).not.toBe(b.salt);
    expect(a.wrappedKey).not.toBe(b.wrappedKey);
    expect(a.argon2).toEqual({ memoryKib: 65_536, passes: 3, lanes: 1 });
  });
});
