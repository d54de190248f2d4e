import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createBoardDesk } from '../../../electron/board/index.ts';
import { type CaseDesk, createCaseDesk, type OpenBundle, refuseIfSigned } from '../../../electron/case/index.ts';
import type { CaseDocuments } from '../../../electron/documents.ts';
import { createReportDesk, printMinutes, type ReportDesk, verifyReport } from '../../../electron/report/index.ts';
import { createTicketDesk, type ServedTickets } from '../../../electron/serve/tickets.ts';
import { createVault, type Vault } from '../../../electron/vault/index.ts';
import type { CaseId } from '../../../shared/foundation/ids.ts';
import { ok } from '../../../shared/foundation/result.ts';
import { textsOf } from '../../../shared/report/blocks.ts';
import type { SignedReportRecord } from '../../../shared/report/report.ts';
import { Checkpoint } from '../../../shared/vault/checkpoint.ts';
import { makeIdentity, type TestIdentity } from '../../support/identity.ts';
import { nothingTested } from '../molecular/support/case.ts';
import { codeOf, placeAt, profile, remove, temporaryFolder, testClock } from '../vault/support/vault-at.ts';
import { decision, hashOf, reportInput, wholeIntake } from './support/input.ts';
import { softToken, softTokenModule, softTokenTitle } from './support/soft-token.ts';

const input = reportInput({ intake: wholeIntake({ ledger: nothingTested }) });
const { caseId } = input.record as { caseId: CaseId };
const documents = {
  record: input.record,
  intake: input.intake,
  profile: input.profile,
  predictions: input.predictions,
  options: input.options,
};

const inForce = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2028-01-01T00:00:00Z') };
const hashOfBytes = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

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
  let today: CaseDocuments = documents;
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
    const bundle = { record: input.record, manifest: { bundleSha256: hashOfBytes(new Uint8Array([1])), members: [] } };
    cases = createCaseDesk({
      vault: () => vault,
      readBundle: async () => ok(bundle as unknown as OpenBundle),
      analyze: async () => ok(documents),
      rethink: async (edited) => edited,
      sampleBundles: async () => [],
    });
    board = createBoardDesk({
      vault: () => vault,
      cases,
      refuseIfSigned,
      tickets,
      clock,
      ids: { next: () => crypto.randomUUID() },
      printMinutes,
    });
    reports = createReportDesk({
      vault: () => vault,
      cases,
      refuseIfSigned,
      tickets,
      clock,
      version: '0.1.0',
      trials: async () => ({ state: 'absent', reason: 'no folder' }),
      others: async () => [],
      signing: join(folder, 'signing'),
      template: join(folder, 'report'),
      reanalyse: async () => today,
      packs: () => input.packs,
      models: () => input.models,
    });
    for await (const _ of cases.import(new Uint8Array([1]))) void _;
  });
  afterAll(() => {
    vault.lock();
    remove(folder);
  });

  it('a station whose site names no module says so', async () => {
    expect(await reports.cards()).toEqual({ set: false, cards: [] });
  });

  it.skipIf(softTokenModule === undefined)(
    softTokenTitle(
      'signs with a card of the site; a wrong PIN is told with what the card says of tries, and no PIN is kept (F088)',
    ),
    async () => {
      const token = await softToken('Desk 4');
      try {
        await token.put({ key: 'P-256', id: '0c', name: 'Dr. Card Signer', ...inForce });
        mkdirSync(join(folder, 'signing'));
        writeFileSync(join(folder, 'signing/settings.json'), JSON.stringify({ cardModule: token.module }));
        await decide();
        const { set, cards } = await reports.cards();
        const [card] = cards;
        const certificate = card?.certificates.find(({ name }) => name === 'Dr. Card Signer');
        if (card === undefined || certificate === undefined) throw new Error('the card is not listed');
        expect({ set, label: card.label, tries: card.tries, name: certificate.name }).toEqual({
          set: true,
          label: 'Desk 4',
          tries: 'enough',
          name: 'Dr. Card Signer',
        });
        const named = { identityTicket: undefined, card: { serial: card.serial, certificate: certificate.sha256 } };
        const refusal = await sign({ ...named, password: '9753108' }).catch((error: unknown) => error);
        expect(refusal).toMatchObject({ fault: { code: 'identity-password-wrong', message: /Few tries are left/ } });
        expect((await reports.cards()).cards[0]?.tries).toBe('few');
        expect(JSON.stringify(refusal)).not.toContain('9753108');
        expect(cases.listingFor(caseId).status).not.toBe('signed');
        const report = await sign({ ...named, password: token.pin });
        expect(report).toMatchObject({ signer: 'Dr. Card Signer', level: 'PAdES B-B' });
        expect(JSON.stringify(vault.read({}))).not.toContain(token.pin);
      } finally {
        await token.remove();
      }
    },
    120_000,
  );

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

  it('F112 says who read the case in an emergency and why, once for each reason', async () => {
    for (const call of ['case.open', 'board.record'])
      vault.append({
        actor: vault.user.userId,
        caseId,
        type: 'case.opened-in-emergency',
        payload: { call, reason: 'The ward asks at night.' },
      });
    const { appendix } = await reports.draft(caseId);
    const printed = JSON.stringify(appendix);
    expect(printed.split('The ward asks at night.')).toHaveLength(2);
    expect(printed).toContain('Read in an emergency');
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

  it('lets further people sign beside the first, with every earlier byte kept (F088, R54)', async () => {
    await decide();
    const first = await sign({ meaning: 'author' });
    const before = fetched((await reports.download(caseId)).ticket);
    const reviewer = await makeIdentity({ name: 'Dr. Second Reader', ...inForce });
    const beside = (who: TestIdentity, meaning: 'review' | 'author', expectedVersion = version()) =>
      reports.countersign({
        caseId,
        identityTicket: upload(who.p12),
        password: who.password,
        meaning,
        expectedVersion,
      });
    const record = await beside(reviewer, 'review');
    expect(record.signatures).toMatchObject([
      { signer: 'Dr. Board Signer', meaning: 'author', level: 'PAdES B-B' },
      { signer: 'Dr. Second Reader', meaning: 'review', level: 'PAdES B-B' },
    ]);
    const after = fetched((await reports.download(caseId)).ticket);
    expect(Buffer.compare(after.subarray(0, before.length), before)).toBe(0);
    const anchors = [identity.anchorPem, reviewer.anchorPem];
    const found = await verifyReport(after, { trustAnchorsPem: anchors, now: clock.now() });
    expect(found).toMatchObject({ verdict: 'valid', sha256: record.sha256, reportId: first.reportId });
    expect(found.attachments).toHaveLength(7);

    const count = vault.eventCount();
    expect(await codeOf(() => beside(identity, 'author'))).toBe('exists-already');
    expect(await codeOf(() => beside(reviewer, 'author', version() - 1))).toBe('version-conflict');
    expect(vault.eventCount()).toBe(count);
    expect(cases.listingFor(caseId).status).toBe('signed');
  });

  it('finds the signed report that a new pack would change, and says how (F099)', async () => {
    await decide();
    const record = await sign();
    const watched = async () => {
      const found = [];
      for await (const event of reports.watch()) if (event.kind === 'report') found.push(event.report);
      return found;
    };
    expect(await watched()).toMatchObject([{ reportId: record.reportId, state: 'unchanged', differences: [] }]);
    const [first, ...rest] = input.profile.findings;
    if (first === undefined) throw new Error('a case with findings');
    const { tierCall: _, ...lower } = first;
    today = {
      ...documents,
      profile: { ...input.profile, findings: [{ ...lower, tier: 'III' }, ...rest] },
    };
    const [found] = await watched();
    expect(found).toMatchObject({ state: 'would-change', caseId, from: 'the files' });
    expect(found?.differences).toMatchObject([{ part: 'finding', after: expect.stringContaining('tier III') }]);
    today = documents;
  });

  it('amends by a report of its own that names the former, the reason and what changed (F090, R56)', async () => {
    await decide();
    const former = await sign();
    expect(await codeOf(() => reports.amend({ caseId, reason: 'x', expectedVersion: version() - 1 }))).toBe(
      'version-conflict',
    );
    const reason = 'A cardiology consult was received after the meeting.';
    await reports.amend({ caseId, reason, expectedVersion: version() });
    expect(cases.listingFor(caseId).status).toBe('amending');
    const open = await cases.open(caseId);
    expect(open).toMatchObject({ amendment: { reason }, formerReports: [{ sha256: former.sha256 }] });
    expect(open.report).toBeUndefined();

    const rationale = 'T790M is present; the heart allows it after the consult.';
    await board.decide({ caseId, decision: { ...decision, rationale }, expectedVersion: version() });
    const draft = await reports.draft(caseId);
    expect(draft.elements.find(({ id }) => id === 'R56')?.state).toBe('present');
    const said = [...draft.front, ...draft.appendix].flatMap(textsOf).join('\n');
    expect(said).toContain(`Amendment 1: replaces report ${former.reportId}`);
    expect(said).toContain(former.sha256);
    expect(said).toContain(`Rationale: before “${decision.rationale}”, now “${rationale}”`);
    expect(said).not.toContain('Answer: ');

    const next = await sign();
    expect(next.amends).toEqual({ reportId: former.reportId, sha256: former.sha256, number: 1, reason });
    expect(next.reportId).not.toBe(former.reportId);
    const old = fetched((await reports.download(caseId, former.sha256)).ticket);
    expect(hashOfBytes(old)).toBe(former.sha256);
    for (const bytes of [old, fetched((await reports.download(caseId)).ticket)])
      expect(await verifyReport(bytes, { trustAnchorsPem: [identity.anchorPem], now: clock.now() })).toMatchObject({
        verdict: 'valid',
      });
    expect((await reports.verify(caseId)).amends).toBe(`${former.reportId} ${former.sha256}`);
    expect((await cases.open(caseId)).formerReports).toMatchObject([{ sha256: former.sha256 }]);
    expect(await codeOf(() => reports.download(caseId, hashOf('another')))).toBe('not-found');
  });

  it('asks for the decision again when the case was analysed after it', async () => {
    await decide();
    const changed = { ...input.options, rule: `${input.options.rule} Changed.` };
    await vault.putDocument(caseId, 'options', changed, { actor: vault.user.userId });
    const draft = await reports.draft(caseId);
    expect(draft.elements.find(({ id }) => id === 'R43')).toMatchObject({ state: 'missing' });
    expect(await codeOf(() => sign())).toBe('report-incomplete');
  });

  it('a planted duplicate with another class is a contradiction, and blocks the signature (F029)', async () => {
    await decide();
    const [first] = input.profile.findings.filter(({ kind }) => kind === 'small-variant');
    if (first === undefined) throw new Error('the case has no small variant');
    const twice = {
      ...first,
      id: `${first.id} again`,
      hgvsGenomic: first.hgvsGenomic ?? 'GRCh38 chr1:g.1A>T',
      oncogenicity: { class: 'benign' as const, points: -8, criteria: [] },
    };
    const planted = { ...input.profile, findings: [...input.profile.findings, twice] };
    await vault.putDocument(caseId, 'profile', planted, { actor: vault.user.userId });
    const told = await sign().catch((error: unknown) => error);
    expect(Reflect.get(Object(told), 'fault')).toMatchObject({
      code: 'report-incomplete',
      message: expect.stringContaining('contradict'),
    });
  });
});
