import { cpSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVault, createVaultService, openVault, restoreVault, type Vault } from '../../../electron/vault/index.ts';
import { CaseId, type UserId } from '../../../shared/foundation/ids.ts';
import { naturalKey } from '../../../shared/vault/cases.ts';
import { EventType, isAct } from '../../../shared/vault/events.ts';
import { readRetention, standingOf, yearsAfter } from '../../../shared/vault/retention.ts';
import type { RetentionRules } from '../../../shared/vault/retention-rules.ts';
import {
  caseId,
  codeOf,
  imported,
  otherCaseId,
  placeAt,
  profile,
  remove,
  temporaryFolder,
  testClock,
} from './support/vault-at.ts';

const rules: RetentionRules = {
  unfinished: { years: 2, from: 'last-act' },
  decided: { years: null, from: 'decision' },
  signed: { years: 10, from: 'decision' },
  twoPersons: false,
};
const YEAR = 366 * 86_400;
const second = { name: 'Ben Example', password: 'seven quiet rivers run north' };

describe('F105 retention: periods and clocks', () => {
  const line = (sequence: number, time: string, type: EventType) => ({
    sequence,
    time: `${time}T12:00:00.000Z`,
    caseId: type.startsWith('vault.') ? null : caseId,
    type,
  });
  const read = (...lines: Parameters<ReturnType<typeof readRetention>['take']>[0][]) => {
    const reading = readRetention();
    for (const one of lines) reading.take(one);
    return reading.done();
  };

  it('counts from the decision or from the last act; looking, holding and proposing are no acts', () => {
    const { acts, latest } = read(
      line(1, '2020-01-01', 'case.imported'),
      line(2, '2020-01-20', 'decision.recorded'),
      line(3, '2020-02-10', 'follow-up.recorded'),
      line(4, '2020-03-01', 'case.viewed'),
      line(5, '2020-03-02', 'case.held'),
      line(6, '2020-03-03', 'erasure.proposed'),
    );
    const clock = { now: '2030-01-20T12:00:00.000Z', latest };
    const signed = standingOf('signed', acts.get(caseId), rules, clock);
    expect(signed).toMatchObject({ kind: 'due', from: 'decision', since: '2020-01-20T12:00:00.000Z' });
    const yesterday = { ...clock, now: '2030-01-19T12:00:00.000Z' };
    expect(standingOf('signed', acts.get(caseId), rules, yesterday)).toMatchObject({ kind: 'kept' });
    const fromLast = { ...rules, signed: { years: 10, from: 'last-act' as const } };
    expect(standingOf('signed', acts.get(caseId), fromLast, clock)).toMatchObject({
      kind: 'kept',
      until: '2030-02-10T12:00:00.000Z',
    });
    expect(standingOf('decided', acts.get(caseId), rules, clock)).toEqual({ kind: 'no-rule' });
    expect(standingOf('signed', acts.get(caseId), null, clock)).toEqual({ kind: 'no-rule' });
    expect(standingOf('erased', acts.get(caseId), rules, clock)).toEqual({ kind: 'no-rule' });
    expect(EventType.options.filter((type) => !isAct(type))).toContain('letter.viewed');
    expect(isAct('annotation.added') && isAct('report.signed')).toBe(true);
  });

  it('a leap day ends on the first of March, and names order as people order them', () => {
    expect(yearsAfter('2024-02-29T10:00:00.000Z', 1)).toBe('2025-03-01T10:00:00.000Z');
    expect(yearsAfter('2024-02-29T10:00:00.000Z', 4)).toBe('2028-02-29T10:00:00.000Z');
    expect(
      ['Otter 10', 'otter 9', 'Ötter 9a', 'Heron 7'].toSorted((a, b) => (naturalKey(a) < naturalKey(b) ? -1 : 1)),
    ).toEqual(['Heron 7', 'otter 9', 'Ötter 9a', 'Otter 10']);
  });

  it('a clock set back makes no due case undue and none due: it is unclear, and where it moved is told', () => {
    const past = read(line(1, '2020-01-01', 'case.imported'), line(2, '2024-06-01', 'vault.unlocked'));
    const back = standingOf('in-review', past.acts.get(caseId), rules, {
      now: '2020-06-01T00:00:00.000Z',
      latest: past.latest,
    });
    expect(back.kind).toBe('unclear');
    // Set back while somebody wrote: the entry is no older than what the journal had seen.
    const written = read(line(1, '2024-01-01', 'vault.unlocked'), line(2, '2014-01-01', 'case.imported'));
    const clock = { now: '2024-01-02T00:00:00.000Z', latest: written.latest };
    expect(standingOf('in-review', written.acts.get(caseId), rules, clock)).toMatchObject({
      kind: 'unclear',
      until: '2026-01-01T12:00:00.000Z',
    });
    expect(written.stepsBack).toEqual([
      { sequence: 2, from: '2024-01-01T12:00:00.000Z', to: '2014-01-01T12:00:00.000Z' },
    ]);
    // Ahead while somebody wrote, then right again: not kept until the year that never was without a word.
    const ahead = read(line(1, '2090-01-01', 'case.imported'), line(2, '2024-01-01', 'vault.unlocked'));
    const kept = { now: '2024-01-02T00:00:00.000Z', latest: ahead.latest };
    expect(standingOf('in-review', ahead.acts.get(caseId), rules, kept)).toMatchObject({ kind: 'kept' });
    expect(ahead.stepsBack).toHaveLength(1);
  });

  it('a clock set ahead in a stretch without entries is told with each case that came due in it', () => {
    const { acts, latest, pauses } = read(
      line(1, '2024-01-01', 'case.imported'),
      line(2, '2031-01-01', 'vault.unlocked'),
    );
    expect(pauses).toHaveLength(1);
    const clock = { now: '2031-01-01T13:00:00.000Z', latest, pauses };
    expect(standingOf('in-review', acts.get(caseId), rules, clock)).toMatchObject({ kind: 'due', inPause: true });
  });
});

describe('F105 retention over a vault', () => {
  const folder = temporaryFolder();
  const clock = testClock('2010-03-01T08:00:00.000Z');
  const place = placeAt(folder, clock);
  let vault: Vault;
  let ada: UserId;
  let ben: UserId;
  beforeAll(async () => {
    vault = await createVault(place, profile);
    ada = vault.user.userId;
    ben = (await vault.addUser({ ...second, roles: ['admin', 'member'] }, ada)).userId;
    vault.append(imported(vault));
    vault.append(imported(vault, otherCaseId, 'P-0002'));
    for (const type of ['decision.recorded', 'report.signed'] as const)
      vault.append({ actor: ada, caseId: otherCaseId, type });
  });
  afterAll(() => {
    vault.lock();
    remove(folder);
  });
  const retain = (change: Partial<RetentionRules>, actor = ada) =>
    vault.setRetention({ ...rules, ...change }, 'as the law says', actor);
  const why = () => ({ actor: ada, reason: 'retention-ended' });

  it('lists nothing without rules, then what is due, with holds; looking writes nothing', async () => {
    expect(await vault.retention({ all: true })).toMatchObject({ inForce: null, counts: { 'no-rule': 2, due: 0 } });
    retain({});
    clock.advance(3 * YEAR);
    vault.hold(caseId, 'an inquiry', ada);
    const before = vault.eventCount();
    const list = await vault.retention();
    expect(list).toMatchObject({ matching: 1, counts: { due: 1, kept: 1, held: 1 }, clock: { isBehind: false } });
    expect(list.cases).toMatchObject([{ caseId, hold: 'an inquiry', standing: { kind: 'due', years: 2 } }]);
    expect(list.inForce).toMatchObject({ byName: profile.userName, reason: 'as the law says' });
    expect((await vault.retention({ all: true, limit: 1 })).cases).toHaveLength(1);
    expect(vault.previewErasure(otherCaseId)).toMatchObject({
      entries: 3,
      signedReports: 1,
      standing: { kind: 'kept' },
    });
    expect(vault.eventCount()).toBe(before);
  });

  it('legal hold and a period that runs stand in the way of erasing and of proposing it', async () => {
    expect(await codeOf(() => vault.eraseCase(caseId, why()))).toBe('forbidden');
    expect(await codeOf(() => vault.proposeErasure(caseId, 'retention-ended', ada))).toBe('forbidden');
    vault.hold(caseId, null, ada);
    expect(await codeOf(() => vault.eraseCase(otherCaseId, why()))).toBe('forbidden');
    expect(await codeOf(() => vault.proposeErasure(otherCaseId, 'retention-ended', ada))).toBe('forbidden');
    retain({ signed: { years: null, from: 'decision' } });
    expect(await codeOf(() => vault.eraseCase(otherCaseId, why()))).toBe('forbidden');
    expect(await codeOf(() => vault.previewErasure(CaseId.parse('nobody')))).toBe('not-found');
  });

  it('with a clock set back a due case stays in the list as unclear, and one person alone does not erase it', async () => {
    clock.advance(-3 * YEAR);
    const list = await vault.retention();
    expect(list).toMatchObject({ counts: { due: 0, unclear: 1 }, clock: { isBehind: true } });
    expect(await codeOf(() => vault.eraseCase(caseId, why()))).toBe('forbidden');
    clock.advance(3 * YEAR);
    expect(await vault.retention()).toMatchObject({ counts: { due: 1, unclear: 0 }, clock: { isBehind: false } });
  });

  it('where two persons have to agree, one proposes and another erases, and the rules change in the same way', async () => {
    retain({ twoPersons: true });
    // Alone, nobody loosens it again.
    retain({ twoPersons: false });
    retain({ twoPersons: false });
    expect(await vault.retention()).toMatchObject({
      inForce: { rules: { twoPersons: true } },
      proposed: { rules: { twoPersons: false }, by: ada },
    });
    expect(await codeOf(() => vault.eraseCase(caseId, why()))).toBe('forbidden');
    vault.proposeErasure(caseId, 'retention-ended', ada);
    expect((await vault.retention()).cases).toMatchObject([
      { caseId, proposal: { by: ada, byName: profile.userName } },
    ]);
    expect(await codeOf(() => vault.eraseCase(caseId, why()))).toBe('forbidden');
    expect(await codeOf(() => vault.eraseCase(caseId, { actor: ben, reason: 'patient-request' }))).toBe('forbidden');
    vault.withdrawErasure(caseId, ben);
    expect(await codeOf(() => vault.withdrawErasure(caseId, ben))).toBe('not-found');
    expect(await codeOf(() => vault.eraseCase(caseId, { ...why(), actor: ben }))).toBe('forbidden');
    vault.proposeErasure(caseId, 'retention-ended', ada);
    // Who is no admin any more has no say.
    vault.changeRoles(ada, ['member'], ben);
    expect(await codeOf(() => vault.eraseCase(caseId, { ...why(), actor: ben }))).toBe('forbidden');
    vault.changeRoles(ada, ['admin', 'member'], ben);
    const before = await vault.retention();
    vault.rebuildProjections();
    expect({ ...(await vault.retention()), judgedAt: before.judgedAt }).toEqual(before);
    vault.eraseCase(caseId, { ...why(), actor: ben });
    const [tombstone] = vault.read({ types: ['case.erased'] });
    expect(tombstone).toMatchObject({ actor: ben, payload: { reason: 'retention-ended', proposedBy: ada } });
    expect(vault.read({ caseId, types: ['erasure.proposed'] })).toHaveLength(2);
    expect(await vault.retention()).toMatchObject({ matching: 0, counts: { due: 0 } });
    expect(await vault.verifyJournal()).toMatchObject({ ok: true });
    retain({ twoPersons: false }, ben);
    expect(await vault.retention()).toMatchObject({ inForce: { rules: { twoPersons: false } }, proposed: null });
  });

  it('two persons cannot be asked for where there is one admin; an ended period is confirmed by the id of the case', async () => {
    vault.changeRoles(ben, ['member'], ada);
    expect(await codeOf(() => retain({ twoPersons: true }))).toBe('forbidden');
    retain({ signed: { years: 1, from: 'decision' } });
    vault.lock();
    const service = createVaultService(place);
    await service.unlock(profile);
    vault = service.current();
    const erase = (confirmation: string, reason: 'retention-ended' | 'patient-request') =>
      service.eraseCase({ caseId: otherCaseId, confirmation, reason });
    expect(await codeOf(() => erase(otherCaseId, 'patient-request'))).toBe('field-invalid');
    expect(erase(otherCaseId, 'retention-ended')).toMatchObject({ status: 'erased' });
  });
});

it('a vault of schema 2 opens whole, with its hold, its tombstone and its cases in their order (F105)', async () => {
  const folder = temporaryFolder();
  cpSync(resolve(import.meta.dirname, 'fixtures/version-2'), folder, { recursive: true });
  const vault = await openVault(placeAt(folder), profile);
  expect((await vault.latestDocument(caseId, 'note'))?.document).toEqual({ text: 'kept since schema 2' });
  expect(vault.holds()).toMatchObject([{ caseId: otherCaseId, reason: 'an inquiry' }]);
  expect(vault.cases().map(({ pseudonym, status }) => `${pseudonym} ${status}`)).toEqual([
    ' erased',
    'P-0002 decided',
    'P-0001 imported',
  ]);
  vault.setRetention(rules, 'as the law says', vault.user.userId);
  expect(await vault.retention({ all: true })).toMatchObject({ counts: { kept: 1, 'no-rule': 1, held: 1 } });
  expect(await vault.verifyJournal()).toMatchObject({ ok: true, checkpoints: 1 });
  vault.lock();
  remove(folder);
});

it('a backup that schema 2 wrote is restored whole, and brought to this version (F105)', async () => {
  const folder = temporaryFolder();
  const backup = resolve(import.meta.dirname, 'fixtures/version-2-backup');
  const vault = await restoreVault(backup, placeAt(folder), { password: profile.password, userName: profile.userName });
  expect(vault.holds()).toMatchObject([{ caseId: otherCaseId, reason: 'an inquiry' }]);
  expect(vault.casesPage().cases.map(({ pseudonym, status }) => `${pseudonym} ${status}`)).toEqual([
    'P-0001 imported',
    'P-0002 decided',
    ' erased',
  ]);
  expect((await vault.latestDocument(caseId, 'note'))?.document).toEqual({ text: 'kept since schema 2' });
  expect(await vault.verifyJournal()).toMatchObject({ ok: true });
  vault.lock();
  remove(folder);
});
