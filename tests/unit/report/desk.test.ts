import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createBoardDesk } from '../../../electron/board/index.ts';
import { type CaseDesk, createCaseDesk, type OpenBundle, refuseIfSigned } from '../../../electron/case/index.ts';
import { createReportDesk, type ReportDesk, verifyReport } from '../../../electron/report/index.ts';
import { createTicketDesk, type ServedTickets } from '../../../electron/serve/tickets.ts';
import { createVault, type Vault } from '../../../electron/vault/index.ts';
import type { CaseId } from '../../../shared/foundation/ids.ts';
import { ok } from '../../../shared/foundation/result.ts';
import type { SignedReportRecord } from '../../../shared/report/report.ts';
import { Checkpoint } from '../../../shared/vault/checkpoint.ts';
import { makeIdentity, type TestIdentity } from '../../support/identity.ts';
import { nothingTested } from '../molecular/support/case.ts';
import { codeOf, placeAt, profile, remove, temporaryFolder, testClock } from '../vault/support/vault-at.ts';
import { decision, hashOf, reportInput, wholeIntake } from './support/input.ts';

const input = reportInput({ intake: wholeIntake({ ledger: nothingTested }) });
const { caseId } = input.record as { caseId: CaseId };
const documents = {
  record: input.record,
  intake: input.intake,
  profile: input.profile,
  predictions: input.predictions,
  options: input.options,
};

let identity: TestIdentity;
beforeAll(async () => {
  identity = await makeIdentity({
    name: 'Dr. Board Signer',
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2028-01-01T00:00:00Z'),
  });
});

describe('the report desk', () => {
  let folder: string;
  let vault: Vault;
  let cases: CaseDesk;
  let reports: ReportDesk;
  let board: ReturnType<typeof createBoardDesk>;
  let tickets: ServedTickets;
  const clock = testClock('2026-05-01T14:00:00.000Z');

  const version = (): number => cases.listingFor(caseId).version;
  const upload = (bytes: Uint8Array): string => {
    const { ticket } = tickets.expectUpload({ fileName: 'identity.p12', sizeBytes: bytes.byteLength });
    tickets.arrive(ticket, bytes);
    return ticket;
  };
  const decide = () => board.decide({ caseId, decision, expectedVersion: version() });
  const sign = (more: Partial<Parameters<ReportDesk['sign']>[0]> = {}): Promise<SignedReportRecord> =>
    reports.sign({
      caseId,
      identityTicket: upload(identity.p12),
      password: identity.password,
      meaning: 'approval',
      notApplicable: {},
      expectedVersion: version(),
      ...more,
    });
  const fetched = (ticket: string): Uint8Array => tickets.collect(ticket)?.bytes ?? new Uint8Array();

  beforeEach(async () => {
    if (folder !== undefined) {
      vault.lock();
      remove(folder);
    }
    folder = temporaryFolder();
    vault = await createVault(placeAt(folder, clock), profile);
    tickets = createTicketDesk();
    const bundle = { record: input.record, manifest: { bundleSha256: hashOf('bundle'), members: [] } };
    cases = createCaseDesk({
      vault: () => vault,
      readBundle: async () => ok(bundle as unknown as OpenBundle),
      analyze: async () => ok(documents),
      sampleBundles: async () => [],
    });
    board = createBoardDesk({ vault: () => vault, cases, refuseIfSigned });
    reports = createReportDesk({
      vault: () => vault,
      cases,
      refuseIfSigned,
      tickets,
      clock,
      version: '0.1.0',
      packs: () => input.packs,
      models: () => input.models,
    });
    for await (const _ of cases.import(new Uint8Array([1]))) void _;
  });
  afterAll(() => {
    vault.lock();
    remove(folder);
  });

  it('drafts without moving the case on, and says what blocks (F087)', async () => {
    const before = version();
    const draft = await reports.draft(caseId);
    expect(draft.blocking).toBeGreaterThan(0);
    expect(draft.elements.find(({ id }) => id === 'R43')?.state).toBe('missing');
    const ticket = await reports.preview(caseId);
    expect(ticket.fileName).toMatch(/^R-[0-9a-f]{12}-draft\.pdf$/);
    expect(Buffer.from(fetched(ticket.ticket)).toString('latin1', 0, 5)).toBe('%PDF-');
    expect(version()).toBe(before);
  });

  it('signs a decided case, stores the file sealed, and locks the case (F088, F090)', async () => {
    await decide();
    const record = await sign();
    expect(record).toMatchObject({ signer: 'Dr. Board Signer', meaning: 'approval', level: 'PAdES B-B' });
    expect(cases.listingFor(caseId).status).toBe('signed');

    const ticket = await reports.download(caseId);
    const bytes = fetched(ticket.ticket);
    expect(ticket.fileName).toBe(`${record.reportId}.pdf`);
    const check = await verifyReport(bytes, { trustAnchorsPem: [identity.anchorPem], now: clock.now() });
    expect(check).toMatchObject({ verdict: 'valid', sha256: record.sha256, reportId: record.reportId });
    expect((await reports.verify(caseId)).verdict).toBe('valid-untrusted');

    expect(await codeOf(() => sign())).toBe('report-locked');
    expect(await codeOf(() => reports.preview(caseId))).toBe('report-locked');
    expect(await codeOf(() => decide())).toBe('report-locked');
    expect(
      await codeOf(() =>
        board.review({ caseId, findingId: input.profile.findings[0]?.id ?? '', verdict: 'confirmed' }),
      ),
    ).toBe('report-locked');
    expect(fetched((await reports.download(caseId)).ticket)).toEqual(bytes);
    expect(
      (await reports.draft(caseId)).front.some(
        (block) => block.kind === 'paragraph' && block.text.includes('Dr. Board Signer'),
      ),
    ).toBe(true);
  });

  it('prints a head of the journal that proves it unchanged later (R55)', async () => {
    await decide();
    const record = await sign();
    const event = vault.read({ caseId, types: ['report.signed'] }).at(-1);
    const { checkpoint } = z.object({ checkpoint: Checkpoint }).parse(event?.payload);
    const bytes = fetched((await reports.download(caseId)).ticket);
    const { checkpoint: printed } = await verifyReport(bytes, { trustAnchorsPem: [], now: clock.now() });
    expect(printed).toBe(`${checkpoint.treeSize}:${checkpoint.rootHash}`);
    expect(await vault.verifyJournal({ checkpoint })).toMatchObject({ ok: true, provenUpTo: checkpoint.treeSize });
    expect(record.pages).toBeGreaterThan(2);
  });

  it('refuses an incomplete report by element, and takes a reason for each (F087)', async () => {
    expect(await codeOf(() => sign())).toBe('report-incomplete');
    const reason = 'The board meets tomorrow; this goes to it.';
    const open = (await reports.draft(caseId)).elements.filter(
      ({ level, state }) => level === 'A' && state === 'missing',
    );
    const notApplicable = Object.fromEntries(open.map(({ id }) => [id, reason]));
    expect((await sign({ notApplicable })).level).toBe('PAdES B-B');
    expect((await reports.draft(caseId)).elements.find(({ id }) => id === 'R43')).toMatchObject({
      state: 'not-applicable',
      reason,
    });
  });

  it('writes nothing when it refuses: password, identity, version, ticket', async () => {
    await decide();
    const before = vault.eventCount();
    expect(await codeOf(() => sign({ password: 'not the password' }))).toBe('identity-password-wrong');
    expect(await codeOf(() => sign({ identityTicket: upload(new Uint8Array(64)) }))).toBe('identity-invalid');
    expect(await codeOf(() => sign({ expectedVersion: version() - 1 }))).toBe('version-conflict');
    expect(await codeOf(() => sign({ identityTicket: 'nothing' }))).toBe('ticket-invalid');
    expect(vault.eventCount()).toBe(before);
    expect(cases.listingFor(caseId).status).toBe('decided');
    expect(await codeOf(() => reports.download(caseId))).toBe('not-found');
  });

  it('asks for the decision again when the case was analysed after it', async () => {
    await decide();
    const changed = { ...input.options, rule: `${input.options.rule} Changed.` };
    await vault.putDocument(caseId, 'options', changed, { actor: vault.user.userId });
    const draft = await reports.draft(caseId);
    expect(draft.elements.find(({ id }) => id === 'R43')).toMatchObject({ state: 'missing' });
    expect(await codeOf(() => sign())).toBe('report-incomplete');
  });
});
