import { describe, expect, it } from 'vitest';
import { killWhileCreating, killWhileWriting, startWriter } from './support/kill.ts';
import { codeOf, create, remove, temporaryFolder, unlock } from './support/vault-at.ts';

describe('killed processes (F142)', () => {
  it('kill -9 while writing: no acknowledged event, document, blob or erasure is lost and the vault opens', async () => {
    const figures = await killWhileWriting(8, 400, Math.random);
    expect(figures).toMatchObject({ kills: 8, lost: 0, brokenJournals: 0, notOpened: 0 });
    // Each of them had acknowledged something when it died.
    expect(figures.acknowledged).toBeGreaterThanOrEqual(figures.kills);
  });

  it('kill -9 in a first start: a whole vault or none', async () => {
    expect(await killWhileCreating(6, 160, Math.random)).toEqual({ usable: 6, half: 0 });
  });
});

describe('two processes', () => {
  it('the second is refused while the first holds the vault, and let in after it died', async () => {
    const folder = temporaryFolder();
    (await create(folder)).lock();
    const child = startWriter(folder, 'write');
    const closed = new Promise<void>((resolve) => child.on('close', () => resolve()));
    await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
    child.stdout.resume();
    // The first also changes its keys meanwhile: what it has under way must stay untouched.
    for (let attempt = 0; attempt < 20; attempt += 1) expect(await codeOf(() => unlock(folder))).toBe('vault-in-use');
    child.kill('SIGKILL');
    await closed;
    const vault = await unlock(folder);
    expect(await codeOf(() => unlock(folder))).toBe('vault-in-use');
    expect(await vault.verifyJournal()).toMatchObject({ ok: true });
    vault.lock();
    remove(folder);
  });
});
