import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRouter } from '../../electron/router.ts';
import { createTicketDesk, machinePorts } from '../../electron/serve/index.ts';
import { createServices, type Services } from '../../electron/services.ts';
import { programRoot } from '../../electron/shipped.ts';
import { contract, type ProcedureMeta } from '../../shared/contract.ts';
import { CaseId } from '../../shared/foundation/ids.ts';
import { Role } from '../../shared/vault/roles.ts';

/** Whoever prepares, presents, signs or sits at the table. */
const TABLE: readonly Role[] = ['prep', 'presenter', 'member', 'signer'];
const HOUSE: readonly Role[] = ['auditor', 'admin'];
/** Works before unlock and for everybody. */
const OPEN = 'open';

interface Row {
  /** Who may call it, each holding this one role and no other. Written by hand, so that a loosened call is seen. */
  readonly may: readonly Role[] | typeof OPEN;
  /** The rest of the input beside `caseId`, for a call on one case. */
  readonly onCase?: object;
}

const decision = {
  optionIds: [],
  intent: 'disease-control',
  line: 'second line',
  answer: 'Continue as discussed.',
  rationale: 'The evidence was weighed.',
  actions: [{ what: 'Discuss with the patient', owner: 'Dr. A', due: '2030-01-31' }],
  participants: [{ name: 'Dr. A', role: 'oncology', conflictOfInterest: 'none' }],
};

const ballot = {
  ballotId: '3f0c2f7a-92b2-4b54-8f7a-0d9cf7b1a111',
  choices: [{ choiceId: 'other', label: 'another option' }],
  electors: [{ electorId: 'e1', name: 'Dr. A', role: 'oncology' }],
  recused: [],
  quorum: 1,
};

const annotation = {
  annotationId: ballot.ballotId,
  anchor: { kind: 'case', id: 'case', label: 'the case' },
  text: 'Ask the radiologist.',
  mentions: [],
};

/** F103: one row for every call of the contract. A new call is added here with the roles that may make it. */
const rows: Readonly<Record<string, Row>> = {
  'workstation.info': { may: OPEN },
  'vault.status': { may: OPEN },
  'vault.create': { may: OPEN },
  'vault.unlock': { may: OPEN },
  'vault.lock': { may: OPEN },
  'vault.storageKey': { may: TABLE },
  'vault.audit': { may: HOUSE },
  'vault.verifyJournal': { may: HOUSE },
  'vault.people': { may: TABLE },
  'vault.addPerson': { may: ['admin'] },
  'vault.household': { may: ['admin'] },
  'vault.stopHanding': { may: ['admin'] },
  'vault.changeRoles': { may: ['admin'] },
  'vault.removePerson': { may: ['admin'] },
  'vault.changePassword': { may: OPEN },
  'vault.makeRecovery': { may: ['admin'] },
  'vault.holds': { may: HOUSE },
  'vault.hold': { may: ['admin'], onCase: { reason: 'A court asked for it.' } },
  'vault.breakGlass': { may: HOUSE },
  'vault.checkpoint': { may: HOUSE },
  'vault.proveEntry': { may: HOUSE },
  'vault.eraseCase': { may: ['admin'], onCase: { confirmation: 'P-0001', reason: 'patient-request' } },
  'vault.retention': { may: HOUSE },
  'vault.setRetention': { may: ['admin'] },
  'vault.previewErasure': { may: ['admin'], onCase: {} },
  'vault.proposeErasure': { may: ['admin'], onCase: { reason: 'patient-request' } },
  'vault.withdrawErasure': { may: ['admin'], onCase: {} },
  'files.upload': { may: TABLE },
  'case.list': { may: TABLE },
  'case.importSamples': { may: ['prep'] },
  'case.import': { may: ['prep'] },
  'case.analyze': { may: ['prep'], onCase: {} },
  'case.editContext': {
    may: ['prep'],
    onCase: { context: { allergies: ['latex'] }, reason: 'told by the patient', expectedVersion: 0 },
  },
  'case.open': { may: TABLE, onCase: {} },
  'case.alike': { may: TABLE, onCase: {} },
  'case.judgeAlike': { may: ['prep'], onCase: { other: 'other', verdict: 'another-patient' } },
  'case.image': { may: TABLE, onCase: { path: 'files/image.png' } },
  'knowledge.packs': { may: TABLE },
  'knowledge.evidence': { may: TABLE },
  'knowledge.pathwayAgents': { may: TABLE },
  'knowledge.publishers': { may: TABLE },
  'knowledge.packJournal': { may: TABLE },
  'knowledge.enroll': { may: ['admin'] },
  'knowledge.tryPack': { may: ['admin'] },
  'knowledge.changePack': { may: ['admin'] },
  'molecular.lookUp': { may: TABLE },
  'molecular.gene': { may: TABLE },
  'molecular.transcripts': { may: TABLE, onCase: { findingId: 'finding' } },
  'molecular.germline': { may: ['prep'], onCase: {} },
  'prediction.models': { may: TABLE },
  'prediction.card': { may: TABLE },
  'prediction.beforeSurgery': { may: TABLE, onCase: {} },
  'prediction.explain': { may: TABLE, onCase: {} },
  'prediction.others': { may: TABLE, onCase: {} },
  'prediction.alike': { may: TABLE, onCase: {} },
  'prediction.judgeFirst': { may: TABLE },
  'prediction.setJudgeFirst': { may: ['presenter'] },
  'prediction.reveal': { may: ['presenter'], onCase: { reason: 'The patient waits.' } },
  'prediction.mitigations': { may: TABLE, onCase: {} },
  'prediction.mitigate': { may: ['prep'], onCase: { modelId: 'ici-response', by: 'sex' } },
  'prediction.versions': { may: TABLE, onCase: {} },
  'prediction.versionFigures': { may: TABLE },
  'prediction.changeModel': { may: ['admin'] },
  'prediction.whatIf': { may: TABLE, onCase: { wish: { ageYears: 50 } } },
  'therapy.trials': { may: TABLE, onCase: {} },
  'therapy.trialFiles': { may: TABLE },
  'therapy.siteLists': { may: TABLE },
  'therapy.trialText': { may: TABLE },
  'therapy.checkTrial': { may: TABLE, onCase: { text: 'protocol_no: 1' } },
  'therapy.saveTrial': { may: ['prep'] },
  'therapy.undoTrial': { may: ['prep'] },
  'therapy.actOnAlert': {
    may: TABLE,
    onCase: { alert: { act: 'override', optionId: 'option', findingId: 'alert', reason: 'as told' } },
  },
  'therapy.alertRate': { may: TABLE },
  'board.review': { may: ['prep'], onCase: { findingId: 'finding', verdict: 'confirmed' } },
  'board.classify': {
    may: ['prep'],
    onCase: {
      classification: { findingId: 'finding', standard: 'oncogenicity', class: 'benign', reason: 'seen often' },
    },
  },
  'board.withdrawClassification': { may: ['prep'], onCase: { findingId: 'finding', standard: 'oncogenicity' } },
  'board.remembered': { may: TABLE, onCase: {} },
  'board.decide': { may: TABLE, onCase: { decision, expectedVersion: 0 } },
  'board.openMeeting': { may: ['presenter'] },
  'board.closeMeeting': { may: ['presenter'] },
  'board.recordAttendance': { may: ['presenter'] },
  'board.record': { may: TABLE, onCase: {} },
  'board.openBallot': { may: ['presenter'], onCase: { ballot } },
  'board.castVote': {
    may: TABLE,
    onCase: { vote: { ballotId: ballot.ballotId, electorId: 'e1', choiceId: 'abstain' } },
  },
  'board.closeBallot': {
    may: ['presenter'],
    onCase: { closing: { ballotId: ballot.ballotId, left: [] }, how: 'reveal' },
  },
  'board.annotate': { may: TABLE, onCase: { annotation } },
  'board.actOnNote': { may: TABLE, onCase: { annotationId: ballot.ballotId, act: 'resolved' } },
  'board.recordFollowUp': {
    may: TABLE,
    onCase: {
      followUp: { followUpId: ballot.ballotId, on: '2030-01-31', state: 'carried-out', actionsDone: [] },
    },
  },
  'board.actions': { may: TABLE },
  'board.minutes': { may: ['presenter'] },
  'board.exportBoard': { may: ['presenter'], onCase: {} },
  'board.importBoard': { may: ['presenter'], onCase: { ticket: 'ticket' } },
  'board.settleConflict': {
    may: ['presenter'],
    onCase: { mergeId: ballot.ballotId, key: 'decision', take: 'mine' },
  },
  'board.freezeAgenda': { may: ['presenter'] },
  'board.openFrozen': { may: TABLE },
  'board.frozenAgenda': { may: TABLE },
  'board.frozenCase': { may: TABLE, onCase: { sha256: '0'.repeat(64) } },
  'board.takeFrozen': { may: ['presenter'] },
  'board.analyses': { may: TABLE, onCase: {} },
  'board.analysis': { may: TABLE, onCase: { sequence: 1 } },
  'exchange.preview': { may: ['prep'], onCase: { format: 'fhir', level: 'pseudonymised' } },
  'exchange.export': { may: ['prep'], onCase: { format: 'fhir', level: 'pseudonymised', previewed: '0'.repeat(64) } },
  'exchange.import': { may: ['prep'] },
  'exchange.tryImport': { may: ['prep'] },
  'exchange.practice': { may: TABLE },
  'exchange.laboratory': { may: ['prep'] },
  'exchange.watchLaboratory': { may: ['prep'] },
  'exchange.checkMapping': { may: ['prep'] },
  'exchange.saveMapping': { may: ['prep'] },
  'exchange.lookAtLaboratory': { may: ['prep'] },
  'exchange.previewDraft': { may: ['prep'] },
  'exchange.takeDraft': { may: ['prep'] },
  'exchange.retryDelivery': { may: ['prep'] },
  'exchange.desk': { may: TABLE },
  'exchange.notes': { may: TABLE, onCase: {} },
  'report.draft': { may: TABLE, onCase: {} },
  'report.preview': { may: TABLE, onCase: {} },
  'report.sign': {
    may: ['signer'],
    onCase: { identityTicket: 'ticket', password: 'word', meaning: 'author', expectedVersion: 0 },
  },
  'report.cards': { may: ['signer'] },
  'report.countersign': {
    may: ['signer'],
    onCase: { identityTicket: 'ticket', password: 'word', meaning: 'review', expectedVersion: 0 },
  },
  'report.letter': { may: TABLE, onCase: { language: 'en' } },
  'report.signLetter': {
    may: ['signer'],
    onCase: { language: 'en', textSha256: 'a'.repeat(64), identityTicket: 'ticket', password: 'word' },
  },
  'report.amend': { may: ['signer'], onCase: { reason: 'A new result.', expectedVersion: 0 } },
  'report.watch': { may: TABLE },
  'report.download': { may: TABLE, onCase: {} },
  'report.verify': { may: TABLE, onCase: {} },
  'report.open': { may: TABLE },
};

interface Definition {
  readonly '~orpc': {
    readonly meta: ProcedureMeta;
    readonly inputSchema?: {
      readonly shape?: Readonly<Record<string, { safeParse(value: unknown): { success: boolean } }>>;
    };
  };
}
const procedures = (node: object, path: string[] = []): [name: string, definition: Definition['~orpc']][] =>
  Object.entries(node).flatMap(([name, member]: [string, object]) =>
    '~orpc' in member
      ? [[[...path, name].join('.'), (member as Definition)['~orpc']]]
      : procedures(member, [...path, name]),
  );
const ALL = procedures(contract);
/** Calls about one case: their input cannot do without `caseId`. */
const ON_A_CASE = ALL.filter(
  ([, { inputSchema }]) => inputSchema?.shape?.caseId?.safeParse(undefined).success === false,
).map(([name]) => name);

const PASSWORD = 'a quiet meadow behind the mill';
const passwordOf = (role: Role): string => `${PASSWORD} of the ${role}`;
const ERASED = CaseId.parse('case-erased');
const FOREIGN = CaseId.parse('case-of-another-vault');

describe('F103 every call of the contract for every role', () => {
  const folder = mkdtempSync(join(tmpdir(), 'roles-'));
  let services: Services;
  let client: object;

  beforeAll(async () => {
    const tickets = createTicketDesk();
    services = await createServices(
      machinePorts({
        host: 'memory',
        capabilities: { secondWindow: false, nativeFileDialog: false, print: false },
        dataFolder: join(folder, 'data'),
        tickets,
        program: programRoot(import.meta.url),
      }),
    );
    client = createRouterClient(createRouter(services), { context: {} });
    const { vault } = services;
    await vault.create({ boardName: 'Board of the test', userName: 'founder', password: PASSWORD });
    const held = vault.current();
    const actor = held.user.userId;
    for (const role of Role.options)
      await held.addUser({ name: `Dr. ${role}`, password: passwordOf(role), roles: [role] }, actor);
    const listing = { pseudonym: 'P-0001', tumorTypeCode: null, tumorTypeName: null, stage: null, question: null };
    held.append({ actor, caseId: ERASED, type: 'case.imported', payload: { listing } });
    await held.putDocument(ERASED, 'record', { words: 'of the patient' }, { actor });
    vault.eraseCase({ caseId: ERASED, confirmation: 'P-0001', reason: 'retention-ended' });
  });
  afterAll(async () => {
    services.session.end();
    await services.vault.lock();
    rmSync(folder, { recursive: true, force: true });
  });

  /** How a call ended: the fault's code, 'input' where the contract refused the input, or 'answered'. */
  async function outcome(name: string, input?: unknown): Promise<string> {
    const call = name.split('.').reduce<unknown>((at, key) => Reflect.get(at as object, key), client);
    try {
      const answer = await (call as (input?: unknown) => Promise<unknown>)(input);
      // A feed begins its work when it is read; here only the refusal matters.
      if (typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer && input !== undefined)
        for await (const _one of answer as AsyncIterable<unknown>);
      return 'answered';
    } catch (error) {
      const { code, data } = error as { code?: string; data?: { code?: string } };
      return code === 'FAULT' ? String(data?.code) : code === 'BAD_REQUEST' ? 'input' : String(error);
    }
  }
  const unlock = (who: { userName: string; password: string }) => services.vault.unlock(who);
  const written = (): number => services.vault.current().eventCount();

  it('has a row for every call, and the row says what it needs', () => {
    expect(Object.keys(rows).sort()).toEqual(ALL.map(([name]) => name).sort());
    expect(ON_A_CASE.length).toBeGreaterThan(8);
    expect(ON_A_CASE.filter((name) => rows[name]?.onCase === undefined)).toEqual([]);
    // Who may do nothing at all is no role, and no call is for nobody.
    for (const role of Role.options)
      expect(
        ALL.some(([name]) => rows[name]?.may.includes(role)),
        role,
      ).toBe(true);
    for (const [name] of ALL) expect(rows[name]?.may.length, name).toBeGreaterThan(0);
  });

  it.each(Role.options)(
    '%s: let in where the row says so, refused everywhere else, and nothing written',
    async (role) => {
      await unlock({ userName: `Dr. ${role}`, password: passwordOf(role) });
      // Locking ends the session, so it comes last.
      for (const [name] of ALL.filter(([one]) => one !== 'vault.lock')) {
        const may = rows[name]?.may ?? [];
        const before = written();
        const ended = await outcome(name);
        if (may === OPEN || may.includes(role)) expect(['answered', 'input'], `${name}: ${ended}`).toContain(ended);
        else {
          expect(ended, name).toBe('forbidden');
          expect(written(), name).toBe(before);
        }
      }
      expect(await outcome('vault.lock')).toBe('answered');
      for (const [name] of ALL)
        if (rows[name]?.may !== OPEN) expect(await outcome(name), `${name}, locked`).toBe('locked');
    },
  );

  it('a case that was erased, or that another vault holds, is not found by any call, and nothing is written', async () => {
    await unlock({ userName: 'founder', password: PASSWORD });
    for (const caseId of [ERASED, FOREIGN])
      for (const name of ON_A_CASE) {
        const before = written();
        expect(await outcome(name, { caseId, ...rows[name]?.onCase }), `${name} ${caseId}`).toBe('not-found');
        expect(written(), name).toBe(before);
      }
    // Its lines in the journal are what is left of it, and may be looked at.
    expect(await outcome('vault.audit', { caseId: ERASED })).toBe('answered');
    expect(await services.vault.current().verifyJournal()).toMatchObject({ ok: true });
  });

  it('F112 a broken glass lets an auditor read cases, with a line in each, and write nothing; it ends with the lock', async () => {
    await unlock({ userName: 'founder', password: PASSWORD });
    const caseId = CaseId.parse('case-in-emergency');
    const founder = services.vault.current();
    const listing = { pseudonym: 'P-0009', tumorTypeCode: null, tumorTypeName: null, stage: null, question: null };
    founder.append({ actor: founder.user.userId, caseId, type: 'case.imported', payload: { listing } });
    await unlock({ userName: 'Dr. auditor', password: passwordOf('auditor') });
    expect(await outcome('board.record', { caseId })).toBe('forbidden');
    expect(await outcome('vault.breakGlass', { reason: 'short' })).toBe('input');
    expect(await outcome('vault.breakGlass', { reason: 'The board is away and the patient bleeds.' })).toBe('answered');
    expect(await outcome('case.list')).toBe('answered');
    expect(await outcome('board.record', { caseId })).toBe('answered');
    expect(await outcome('board.annotate', { caseId, annotation })).toBe('forbidden');
    expect(await outcome('vault.eraseCase', { caseId, confirmation: 'P-0009', reason: 'patient-request' })).toBe(
      'forbidden',
    );
    const [line, ...more] = services.vault.current().read({ caseId, types: ['case.opened-in-emergency'] });
    expect(line?.payload).toMatchObject({ call: 'board.record', reason: 'The board is away and the patient bleeds.' });
    expect(more).toEqual([]);
    await unlock({ userName: 'Dr. auditor', password: passwordOf('auditor') });
    expect(await outcome('board.record', { caseId })).toBe('forbidden');
  });

  it('a person with several roles may do what any of them may, and no more', async () => {
    // Somebody who reads cases adds them, and hands them the keys.
    await unlock({ userName: 'founder', password: PASSWORD });
    const founder = services.vault.current();
    const both = { userName: 'Dr. Both', password: `${PASSWORD} for two` };
    await founder.addUser(
      { name: both.userName, password: both.password, roles: ['prep', 'auditor'] },
      founder.user.userId,
    );
    await unlock(both);
    for (const [name] of ALL.filter(([one]) => one !== 'vault.lock')) {
      const may = rows[name]?.may ?? [];
      const isLetIn = may === OPEN || may.includes('prep') || may.includes('auditor');
      expect((await outcome(name)) !== 'forbidden', name).toBe(isLetIn);
    }
  });
});
