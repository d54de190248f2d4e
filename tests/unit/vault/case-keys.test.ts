/** F102, F103, F112: the keys of cases are wrapped for the people who may read them, and for nobody else. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { vaultFiles } from '../../../electron/vault/files.ts';
import { createVaultService, drillBackup, openVault, restoreVault, type Vault } from '../../../electron/vault/index.ts';
import { recoverVault, reopened } from '../../../electron/vault/vault.ts';
import { CaseId, type UserId } from '../../../shared/foundation/ids.ts';
import type { Role } from '../../../shared/vault/roles.ts';
import { folderOf } from './support/folders.ts';
import { dig } from './support/forensics.ts';
import {
  caseId,
  codeOf,
  create,
  imported,
  otherCaseId,
  placeAt,
  profile,
  rawDatabase,
  tamper,
  testClock,
  unlock,
} from './support/vault-at.ts';

const password = 'seven quiet rivers run north';
const person = (name: string, ...roles: Role[]) => ({ name: `${name} Example`, password, roles });
const as = (folder: string, name: string) => openVault(placeAt(folder), { userName: `${name} Example`, password });
const diggerOf = (name: string) => ({ userName: `${name} Example`, password });
const nowhere = '/nonexistent';
const words = ['canary-in-a-document', 'canary-in-a-comment', 'canary-in-the-worklist'];

/** A vault with a case of both kinds of content, and people of every kind: Ben reads, Cleo audits, Dora keeps the house. */
async function populated(): Promise<{ folder: string; vault: Vault; actor: UserId; ids: Record<string, UserId> }> {
  const folder = folderOf();
  const vault = await create(folder);
  const actor = vault.user.userId;
  vault.append(imported(vault, caseId, words[2]));
  await vault.putDocument(caseId, 'note', { text: words[0] }, { actor });
  vault.append({ actor, caseId, type: 'finding.commented', payload: { text: words[1] } });
  const ids: Record<string, UserId> = {};
  for (const [name, role] of [
    ['Ben', 'member'],
    ['Cleo', 'auditor'],
    ['Dora', 'admin'],
  ] as const)
    ids[name] = (await vault.addUser(person(name, role), actor)).userId;
  return { folder, vault, actor, ids };
}
const noteOf = async (vault: Vault) => (await vault.latestDocument(caseId, 'note'))?.document;
const idOf = (ids: Record<string, UserId>, name: string): UserId => {
  const id = ids[name];
  if (id === undefined) throw new Error(`nobody is called ${name}`);
  return id;
};

describe('F103 for whom the keys of cases are wrapped', () => {
  it('a person reads with their own key; the house keeps house without one, and with the whole disk and backup in hand', async () => {
    const { folder, vault, actor } = await populated();
    const target = `${folderOf()}/backups`;
    await vault.backUp(target, { actor });
    vault.lock();
    const ben = await as(folder, 'Ben');
    expect(await noteOf(ben)).toEqual({ text: words[0] });
    const memory = ben.storageKey();
    expect(ben.caseListing(caseId)?.pseudonym).toBe(words[2]);
    ben.append({ actor: ben.user.userId, caseId, type: 'finding.commented', payload: { text: 'seen' } });
    ben.lock();

    const dora = await as(folder, 'Dora');
    expect(await codeOf(() => noteOf(dora))).toBe('forbidden');
    expect(await codeOf(() => dora.caseSecret(caseId, 'export'))).toBe('forbidden');
    for (const work of [
      () => dora.rebuildProjections(),
      () => dora.casesPage(),
      () => dora.storageKey(),
      () => dora.roomKey('laboratory'),
    ])
      expect(await codeOf(work)).toBe('forbidden');
    expect(dora.cases()).toMatchObject([{ caseId, pseudonym: '', question: null, status: 'imported' }]);
    const own = dora.user.userId;
    const comment = { actor: own, caseId, type: 'finding.commented', payload: {} } as const;
    expect(await codeOf(() => dora.append(comment))).toBe('forbidden');
    expect(await codeOf(() => dora.append({ ...imported(dora), caseId: otherCaseId }))).toBe('forbidden');
    expect(dora.read({ caseId, types: ['finding.commented'] })).toMatchObject([
      { payload: null, erased: true },
      { payload: null, erased: true },
    ]);
    // Everything of the house goes on: hold, check, prove, backup, retention, erasure.
    expect(dora.hold(caseId, 'an inquiry', own)).toHaveLength(1);
    expect(dora.read({ caseId, types: ['case.held'] })).toMatchObject([{ payload: { reason: 'an inquiry' } }]);
    const report = await dora.verifyJournal();
    expect(report).toMatchObject({ ok: true, erasedEvents: 0, closedEvents: 4 });
    expect((await dora.retention({ all: true })).matching).toBe(1);
    await dora.backUp(target, { actor: own });
    dora.lock();
    expect(await drillBackup(target, { clock: testClock(), ids: { next: () => 'x' } }, diggerOf('Dora'))).toMatchObject(
      {
        documentsRead: 0,
        casesClosed: 1,
      },
    );

    const find = (name: string) => dig(folder, target, words, [caseId], diggerOf(name));
    expect(await find('Ben')).toEqual(new Set(words));
    expect(await find('Dora')).toEqual(new Set());
    // Whoever may break the glass could: the emergency key is sealed for them.
    expect(await find('Cleo')).toEqual(new Set(words));
    const restored = await restoreVault(target, placeAt(folderOf()), diggerOf('Ben'));
    expect(await noteOf(restored)).toEqual({ text: words[0] });
    restored.lock();
    const later = await as(folder, 'Ben');
    expect(later.holds()).toMatchObject([{ reason: 'an inquiry' }]);
    expect(later.storageKey()).toBe(memory);
    expect(await later.verifyJournal()).toMatchObject({ ok: true, closedEvents: 0 });
    later.lock();
  });

  it('whom the house alone adds waits for a reader; a handing over that is cut off leaves nothing, the next one does it once', async () => {
    const { folder, vault } = await populated();
    vault.lock();
    const dora = await as(folder, 'Dora');
    const eve = await dora.addUser(person('Eve', 'signer'), dora.user.userId);
    const finn = await dora.addUser(person('Finn', 'auditor'), dora.user.userId);
    expect(dora.read({ types: ['keys.handed'] })).toHaveLength(2);
    dora.lock();
    const pending = await as(folder, 'Finn');
    expect(await codeOf(() => pending.breakGlass('the ward asks', '2030-01-01', finn.userId))).toBe('forbidden');
    expect(pending.read({ types: ['access.broken-glass'] })).toEqual([]);
    pending.lock();
    // The keys handed over and the line about it are one step.
    await tamper(folder, (database) =>
      database.exec(`CREATE TRIGGER full BEFORE INSERT ON journal WHEN NEW.type = 'keys.handed'
        BEGIN SELECT RAISE(ABORT, 'full'); END`),
    );
    expect(await codeOf(() => as(folder, 'Ben'))).not.toBe('not refused');
    const early = await as(folder, 'Eve');
    expect(await codeOf(() => noteOf(early))).toBe('forbidden');
    expect(await codeOf(() => early.append(imported(early, otherCaseId)))).toBe('forbidden');
    early.lock();
    const raw = await rawDatabase(folder);
    raw.exec('DROP TRIGGER full');
    raw.close();
    for (const _twice of [1, 2]) (await as(folder, 'Ben')).lock();
    const late = await as(folder, 'Eve');
    expect(await noteOf(late)).toEqual({ text: words[0] });
    expect(late.read({ types: ['keys.handed'] }).at(-1)?.payload).toEqual({
      to: [eve.userId, finn.userId],
      converted: 0,
    });
    expect(late.read({ types: ['keys.handed'] })).toHaveLength(3);
    late.lock();
    const glass = await as(folder, 'Finn');
    glass.breakGlass('the ward asks', '2030-01-01', finn.userId);
    expect(await noteOf(glass)).toEqual({ text: words[0] });
    glass.lock();
  });
});

describe('F103 keys of many cases', () => {
  const many = 255;
  const settled = async (vault: Vault): Promise<void> => {
    while (vault.handing() !== null) await setImmediate();
  };
  const linesOf = (vault: Vault) =>
    vault.read({ types: ['keys.handing-begun', 'keys.handed'] }).map(({ type, payload }) => [type, payload]);

  it('go in steps with other work in between; cut off, nobody reads half of them, and the next unlock goes on', async () => {
    const folder = folderOf();
    const vault = await create(folder);
    const actor = vault.user.userId;
    const cases = Array.from({ length: many }, (_, index) => CaseId.parse(`many-${index}`));
    vault.appendAll(cases.map((each) => imported(vault, each, `P-${each}`)));
    const ben = (await vault.addUser(person('Ben', 'member'), actor)).userId;
    expect(vault.handing()).toEqual({ to: [ben], done: 250, of: many });
    expect(vault.lacking()).toEqual([ben]);
    // What others do meanwhile: a case gone and a new one.
    vault.eraseCase(cases[0] as CaseId, { actor, reason: 'patient-request' });
    vault.append(imported(vault, caseId, 'P-new'));
    vault.lock();

    const early = await as(folder, 'Ben');
    expect(early.readsCases()).toBe(false);
    expect(await codeOf(() => early.casesPage())).toBe('forbidden');
    early.lock();

    const later = await unlock(folder);
    expect(later.handing()?.to).toEqual([ben]);
    await settled(later);
    expect(later.lacking()).toEqual([]);
    expect(linesOf(later)).toEqual([
      ['keys.handing-begun', { to: [ben] }],
      ['keys.handed', { to: [ben], converted: 0 }],
    ]);

    // Stopped, then a line that the disk refuses: each time what was done stays, and nothing passes for whole.
    const cleo = (await later.addUser(person('Cleo', 'auditor'), actor)).userId;
    later.stopHanding();
    await setImmediate();
    expect([later.handing(), later.lacking()]).toEqual([null, [cleo]]);
    later.lock();
    await tamper(folder, (database) =>
      database.exec(`CREATE TRIGGER full BEFORE INSERT ON journal WHEN NEW.type = 'keys.handed'
        BEGIN SELECT RAISE(ABORT, 'full'); END`),
    );
    const full = await as(folder, 'Ben');
    await settled(full);
    expect(full.lacking()).toEqual([cleo]);
    full.lock();
    const pending = await as(folder, 'Cleo');
    expect(await codeOf(() => pending.breakGlass('the ward asks', '2030-01-01', cleo))).toBe('forbidden');
    pending.lock();
    const raw = await rawDatabase(folder);
    raw.exec('DROP TRIGGER full');
    raw.close();
    const reader = await as(folder, 'Ben');
    await settled(reader);
    expect(reader.lacking()).toEqual([]);
    const living = reader.read({ types: ['case.imported'] }).filter(({ erased }) => !erased);
    expect(living).toHaveLength(many);
    expect(await reader.verifyJournal()).toMatchObject({ ok: true, closedEvents: 0 });
    reader.lock();
    const glass = await as(folder, 'Cleo');
    glass.breakGlass('the ward asks', '2030-01-01', cleo);
    expect(glass.read({ types: ['case.imported'] }).filter(({ erased }) => !erased)).toHaveLength(many);
    glass.lock();

    // The printed shares hand every key to a new pair while they are at hand.
    const maker = await as(folder, 'Ben');
    const { shares } = await maker.makeRecovery({ threshold: 2, shares: 2 }, ben);
    await settled(maker);
    maker.lock();
    const { userName } = profile;
    const recovered = await recoverVault(placeAt(folder), { shares, userName, password: 'nine wide roads lead home' });
    expect([recovered.handing(), recovered.lacking()]).toEqual([null, []]);
    expect(recovered.read({ types: ['case.imported'] }).filter(({ erased }) => !erased)).toHaveLength(many);
    recovered.lock();
  });
});

describe('F102 who leaves the table', () => {
  it('a lost role takes the keys away and makes others; the last reader stays; back at the table, all is there again', async () => {
    const { folder, vault, actor, ids } = await populated();
    const target = `${folderOf()}/backups`;
    await vault.backUp(target, { actor });
    vault.changeRoles(idOf(ids, 'Ben'), ['admin'], actor);
    vault.changeRoles(idOf(ids, 'Cleo'), ['admin'], actor);
    expect(await codeOf(() => vault.changeRoles(actor, ['admin'], actor))).toBe('forbidden');
    await vault.putDocument(caseId, 'note', { text: words[0] }, { actor });
    vault.lock();
    // Nothing on the page of any file, log or backup opens for them any more.
    for (const name of ['Ben', 'Cleo'])
      expect(await dig(folder, target, words, [caseId], diggerOf(name)), name).toEqual(new Set());
    const ben = await as(folder, 'Ben');
    expect(await codeOf(() => noteOf(ben))).toBe('forbidden');
    expect(await codeOf(() => ben.removeUser(actor, ben.user.userId))).toBe('forbidden');
    ben.lock();
    const again = await unlock(folder);
    again.changeRoles(idOf(ids, 'Ben'), ['presenter'], actor);
    again.lock();
    const back = await as(folder, 'Ben');
    expect(back.read({ caseId, types: ['finding.commented'] })).toMatchObject([{ payload: { text: words[1] } }]);
    expect(await noteOf(back)).toEqual({ text: words[0] });
    expect(await back.verifyJournal()).toMatchObject({ ok: true, closedEvents: 0 });
    back.lock();
  });

  it('a removed person opens no key with the new disk, even where somebody slips them the door key; the backups follow', async () => {
    const { folder, vault, actor, ids } = await populated();
    const target = `${folderOf()}/backups`;
    await vault.backUp(target, { actor });
    const keptByBen = readFileSync(vaultFiles(folder).keys);
    const after = reopened(placeAt(folder), await vault.removeUser(idOf(ids, 'Ben'), actor));
    expect(after.backups()).toEqual([{ target, isBehind: false }]);
    after.append({ actor, caseId, type: 'finding.commented', payload: { text: 'later' } });
    after.lock();
    const kept = `${folderOf()}/kept.json`;
    writeFileSync(kept, keptByBen);
    const digger = { ...diggerOf('Ben'), kept };
    expect(await dig(folder, nowhere, [...words, 'later'], [caseId], digger)).toEqual(new Set());
    expect(await codeOf(() => restoreVault(target, placeAt(folderOf()), diggerOf('Ben')))).toBe('password-wrong');
    const restored = await restoreVault(target, placeAt(folderOf()), profile);
    expect(await noteOf(restored)).toEqual({ text: words[0] });
    restored.lock();
  });

  it('a new password keeps the keys; printed shares bring them to a new pair, and what the lost one had goes', async () => {
    const { folder, vault, actor } = await populated();
    const { shares } = await vault.makeRecovery({ shares: 3, threshold: 2 }, actor);
    await vault.changePassword(profile.password, 'nine green hills in the fog');
    vault.lock();
    const own = await openVault(placeAt(folder), {
      userName: profile.userName,
      password: 'nine green hills in the fog',
    });
    expect(await noteOf(own)).toEqual({ text: words[0] });
    own.lock();
    const wish = { shares: shares.slice(1), userName: 'Ben Example', password: 'ten low walls beside a pond' };
    const ben = await recoverVault(placeAt(folder), wish);
    expect(await noteOf(ben)).toEqual({ text: words[0] });
    expect(ben.read({ types: ['keys.handed'] }).at(-1)?.payload).toMatchObject({ to: [ben.user.userId] });
    ben.lock();
    const again = await openVault(placeAt(folder), { userName: wish.userName, password: wish.password });
    again.append({ actor: again.user.userId, caseId, type: 'finding.commented', payload: { text: 'recovered' } });
    again.lock();
  });
});

describe('F112 breaking the glass', () => {
  it('the reason is on the disk before the key is opened; the key goes with the hour and with the lock', async () => {
    const { folder, vault, ids } = await populated();
    vault.lock();
    const cleo = await as(folder, 'Cleo');
    const own = idOf(ids, 'Cleo');
    expect(await codeOf(() => noteOf(cleo))).toBe('forbidden');
    cleo.breakGlass('the ward asks', '2030-01-01', own);
    expect(cleo.read({ types: ['access.broken-glass'] })).toMatchObject([{ payload: { reason: 'the ward asks' } }]);
    expect(await noteOf(cleo)).toEqual({ text: words[0] });
    const line = { call: 'case.open', reason: 'the ward asks' };
    cleo.append({ actor: own, caseId, type: 'case.opened-in-emergency', payload: line });
    expect(cleo.casesPage().cases).toMatchObject([{ pseudonym: words[2] }]);
    cleo.mendGlass();
    expect(await codeOf(() => noteOf(cleo))).toBe('forbidden');
    expect(cleo.cases()).toMatchObject([{ pseudonym: '' }]);
    expect(cleo.read({ caseId, types: ['case.opened-in-emergency'] })).toMatchObject([{ payload: line }]);
    cleo.lock();
    const dora = await as(folder, 'Dora');
    expect(await codeOf(() => dora.breakGlass('the ward asks', '2030-01-01', idOf(ids, 'Dora')))).toBe('forbidden');
    dora.lock();
    // A line that cannot be written gives no key.
    await tamper(folder, (database) =>
      database.exec(`CREATE TRIGGER full BEFORE INSERT ON journal WHEN NEW.type = 'access.broken-glass'
        BEGIN SELECT RAISE(ABORT, 'full'); END`),
    );
    const again = await as(folder, 'Cleo');
    expect(await codeOf(() => again.breakGlass('the ward asks', '2030-01-01', own))).not.toBe('not refused');
    expect(await codeOf(() => noteOf(again))).toBe('forbidden');
    again.lock();
  });

  it('who keeps the house erases by the id of a case whose name they cannot read, and every wrapped form goes (F105)', async () => {
    const { folder, vault } = await populated();
    const target = `${folderOf()}/backups`;
    await vault.backUp(target, { actor: vault.user.userId });
    vault.lock();
    const service = createVaultService(placeAt(folder));
    await service.unlock({ userName: 'Dora Example', password });
    const erase = (confirmation: string) => service.eraseCase({ caseId, confirmation, reason: 'patient-request' });
    expect(await codeOf(() => erase('P-0002'))).toBe('field-invalid');
    expect(erase(caseId)).toMatchObject({ status: 'erased' });
    await service.lock();
    for (const name of ['Ben', 'Cleo', 'Dora'])
      expect(await dig(folder, target, words, [caseId], diggerOf(name)), name).toEqual(new Set());
  });
});

describe('vaults of schema 3', () => {
  const fixture = (name: string): string => resolve(import.meta.dirname, 'fixtures', name);
  const shares = [
    'ZJ95D-FPQW5-KHT28-XVKVJ-XCFWE-PZ3SK-968A9-VAF0C-PHN6N-07S6P-64WN6-HVG67-YFC45-KSRQX-GE',
    'ZJ95D-FPQW5-KHVGZ-8RBKT-7JJH6-38D8C-SK5HT-8YYV9-KJJET-5ADRR-3G5SV-BG4Q9-Q81FA-84KXR-PK',
  ];
  const opened = async (vault: Vault): Promise<void> => {
    expect(await noteOf(vault)).toEqual({ text: 'after a removal' });
    expect(await vault.verifyJournal()).toMatchObject({ ok: true, closedEvents: 0, checkpoints: 2 });
    vault.lock();
  };

  it('whoever unlocks first gives the keys to the people; everybody finds what they had, and no more', async () => {
    const folder = folderOf();
    cpSync(fixture('version-3'), folder, { recursive: true });
    // The admin comes first, and holds no key afterwards.
    const dora = await as(folder, 'Dora');
    expect(dora.holds()).toMatchObject([{ caseId: otherCaseId, reason: 'an inquiry' }]);
    expect(await codeOf(() => noteOf(dora))).toBe('forbidden');
    dora.lock();
    const kept = ['kept since schema 3', 'after a removal', 'P-0001', 'P-0002', 'Next line?'];
    expect(await dig(folder, nowhere, kept, [caseId], diggerOf('Dora'))).toEqual(new Set());
    await opened(await unlock(folder));
    await opened(await as(folder, 'Ben'));
    const cleo = await as(folder, 'Cleo');
    expect(await codeOf(() => noteOf(cleo))).toBe('forbidden');
    cleo.breakGlass('the ward asks', '2030-01-01', cleo.user.userId);
    expect(await noteOf(cleo)).toEqual({ text: 'after a removal' });
    cleo.lock();
    const wish = { shares, userName: 'Ben Example', password: 'ten low walls beside a pond' };
    await opened(await recoverVault(placeAt(folder), wish));
  });

  it('a change-over that was cut off is done by the next unlock', async () => {
    const folder = folderOf();
    cpSync(fixture('version-3'), folder, { recursive: true });
    await tamper(folder, (database) =>
      database.exec(`CREATE TRIGGER full BEFORE INSERT ON journal WHEN NEW.type = 'keys.handed'
        BEGIN SELECT RAISE(ABORT, 'full'); END`),
    );
    expect(await codeOf(() => as(folder, 'Ben'))).not.toBe('not refused');
    const raw = await rawDatabase(folder);
    expect(raw.prepare('SELECT DISTINCT recipient FROM case_keys').pluck().all()).toEqual(['vault']);
    raw.exec('DROP TRIGGER full');
    raw.close();
    await opened(await as(folder, 'Ben'));
  });

  it('a backup of schema 3 is restored by whoever has a password, and reads as it did', async () => {
    const target = folderOf();
    rmSync(target, { recursive: true });
    cpSync(fixture('version-3-backup'), target, { recursive: true });
    const folder = folderOf();
    (await restoreVault(target, placeAt(folder), diggerOf('Dora'))).lock();
    const ben = await as(folder, 'Ben');
    expect(ben.casesPage().cases.map(({ pseudonym, status }) => `${pseudonym} ${status}`)).toEqual([
      'P-0001 imported',
      'P-0002 decided',
      ' erased',
    ]);
    expect(await noteOf(ben)).toEqual({ text: 'after a removal' });
    expect(await ben.verifyJournal()).toMatchObject({ ok: true });
    ben.lock();
  });
});
