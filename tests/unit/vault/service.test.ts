import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVaultService, type VaultService } from '../../../electron/vault/index.ts';
import type { Sha256 } from '../../../shared/foundation/ids.ts';
import type { PrintedHead } from '../../../shared/vault/checkpoint.ts';
import { AuditPage, VaultStatus } from '../../../shared/vault/service.ts';
import { caseId, codeOf, imported, placeAt, profile, remove, temporaryFolder } from './support/vault-at.ts';

let folder: string;
let service: VaultService;
beforeEach(() => {
  folder = temporaryFolder();
  service = createVaultService(placeAt(folder));
});
afterEach(async () => {
  await service.lock();
  remove(folder);
});

describe('vault service', () => {
  it('says what the unlock screen needs, and names nobody while locked', async () => {
    expect(service.status()).toEqual({
      state: 'absent',
      boardName: null,
      user: null,
      asksUserName: false,
      retryAfterSeconds: 0,
    });
    expect(VaultStatus.parse(await service.create(profile))).toMatchObject({
      state: 'open',
      boardName: profile.boardName,
      user: { name: profile.userName },
    });
    expect(await service.lock()).toEqual({
      state: 'locked',
      boardName: null,
      user: null,
      asksUserName: false,
      retryAfterSeconds: 0,
    });
    expect(await codeOf(() => service.current())).toBe('locked');
    expect(await codeOf(() => service.audit())).toBe('locked');
    for (let failures = 1; failures <= 3; failures += 1) {
      expect(await codeOf(() => service.unlock({ password: 'five wrong words stay outside' }))).toBe('password-wrong');
    }
    expect(service.status()).toMatchObject({ state: 'locked', retryAfterSeconds: 2 });
  });

  it('unlocks one at a time: two at once leave one open vault', async () => {
    await service.create(profile);
    const both = await Promise.all([service.unlock(profile), service.unlock(profile)]);
    expect(both.map((status) => status.state)).toEqual(['open', 'open']);
    expect(service.current().read({ types: ['vault.unlocked'] })).toHaveLength(3);
  });

  it('pages the audit newest first until nothing is left, each line with the name of who did it', async () => {
    await service.create(profile);
    const vault = service.current();
    vault.append(imported(vault));
    for (let index = 0; index < 20; index += 1) vault.append({ actor: vault.user.userId, caseId, type: 'case.viewed' });
    const seen: number[] = [];
    let before: number | undefined;
    for (;;) {
      const page = AuditPage.parse(service.audit({ limit: 7, ...(before === undefined ? {} : { before }) }));
      expect(page.total).toBe(24);
      expect(page.entries.every((entry) => entry.actorName === profile.userName)).toBe(true);
      seen.push(...page.entries.map((entry) => entry.sequence));
      if (page.next === null) break;
      before = page.next;
    }
    expect(seen).toEqual(Array.from({ length: 24 }, (_, index) => 24 - index));
    expect(service.audit({ caseId, types: ['case.imported'] }).entries).toHaveLength(1);
  });

  it('verifies the journal, also against a checkpoint from outside, and records that it did', async () => {
    await service.create(profile);
    const checkpoint = service.checkpoint();
    expect(await service.verifyJournal({ checkpoint })).toMatchObject({ ok: true, provenUpTo: checkpoint.treeSize });
    expect(service.audit({ limit: 1 }).entries[0]?.type).toBe('journal.verified');
    const { treeSize, rootHash, headHash, vaultId } = checkpoint;
    const other = '0'.repeat(64) as Sha256;
    const verdict = (printed: PrintedHead) => service.verifyJournal({ checkpoint: printed });
    expect(await verdict({ treeSize, rootHash })).toMatchObject({ ok: true, provenUpTo: treeSize });
    expect(await verdict({ treeSize, rootHash, headHash, vaultId })).toMatchObject({ ok: true, provenUpTo: treeSize });
    for (const wrong of [
      { treeSize, rootHash: other },
      { treeSize, rootHash, headHash: other },
    ])
      expect(await verdict(wrong)).toMatchObject({ ok: false, brokenAt: treeSize, flaw: 'checkpoint-differs' });
    expect(await verdict({ treeSize: 900, rootHash })).toMatchObject({ ok: false, flaw: 'truncated' });
    const elsewhere = { treeSize, rootHash, vaultId: '0'.repeat(32) };
    expect(await verdict(elsewhere)).toMatchObject({ ok: false, brokenAt: 0, flaw: 'checkpoint-foreign' });
    expect(Buffer.from(service.storageKey().key, 'base64url')).toHaveLength(32);
  });
});
