import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDefinedError } from '@orpc/client';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packFolder } from '../../electron/case/index.ts';
import { signModel } from '../../electron/prediction/index.ts';
import { createHandler, createTicketDesk, machinePorts } from '../../electron/serve/index.ts';
import { programRoot } from '../../electron/shipped.ts';
import { openWorkstation, type Workstation } from '../../electron/workstation.ts';
import { contract, type Progress } from '../../shared/contract.ts';
import { canonicalJson } from '../../shared/foundation/canonical.ts';
import type { CaseId, Sha256, UserId } from '../../shared/foundation/ids.ts';
import { makeIdentity } from '../support/identity.ts';
import { type Carrier, carriers } from './carriers.ts';

const PASSWORD = 'a quiet meadow behind the mill';

interface Definition {
  '~orpc': { meta: { role?: string; event?: string } };
}
const isProcedure = (value: object): value is Definition => '~orpc' in value;
const procedures = (node: object, path: string[] = []): [name: string, definition: Definition][] =>
  Object.entries(node).flatMap(([name, member]) => {
    const value = member as object;
    const here = [...path, name];
    return isProcedure(value) ? [[here.join('.'), value]] : procedures(value, here);
  });

const ALL = procedures(contract);

it('every procedure names the role it needs and the event it leaves', () => {
  expect(ALL.length).toBeGreaterThan(20);
  for (const [name, definition] of ALL) {
    expect(definition['~orpc'].meta.role, name).toBeTruthy();
    expect(definition['~orpc'].meta.event, name).toBeTruthy();
  }
});

/** The fault a call was refused with; fails when it was not refused, or by anything but the contract's own error. */
async function faultOf(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isDefinedError(error as Error)) throw new Error(`no fault of the contract, but ${String(error)}`);
  return (error as { data: { code: string; message: string; remedy: string } }).data;
}

const drain = async <Item = Progress>(feed: AsyncIterable<Item>): Promise<Item[]> => {
  const all: Item[] = [];
  for await (const progress of feed) all.push(progress);
  return all;
};

describe.each(carriers)('the whole contract over %s', (_, open) => {
  let folder = '';
  let workstation: Workstation;
  let carrier: Carrier;
  let caseId: CaseId;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'contract-'));
    const tickets = createTicketDesk();
    const ports = machinePorts({
      host: 'memory',
      capabilities: { secondWindow: false, nativeFileDialog: false, print: false },
      dataFolder: join(folder, 'data'),
      tickets,
      program: programRoot(import.meta.url),
    });
    workstation = await openWorkstation(ports);
    carrier = await open(workstation.router, createHandler({ bundle: folder, tickets }));
  });
  afterAll(async () => {
    await carrier.close();
    await workstation.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const call = (name: string): Promise<unknown> => {
    const procedure = name.split('.').reduce<unknown>((at, key) => Reflect.get(at as object, key), carrier.client);
    return (procedure as (input?: unknown) => Promise<unknown>)();
  };
  const upload = async (fileName: string, bytes: Uint8Array): Promise<string> => {
    const { ticket } = await carrier.client.files.upload({ fileName, sizeBytes: bytes.byteLength });
    expect(await carrier.put(ticket, bytes)).toBe(204);
    return ticket;
  };
  const version = async () => (await carrier.client.case.open({ caseId })).listing.version;

  it('says who it is, and of the vault only that there is none', async () => {
    expect(await carrier.client.workstation.info()).toMatchObject({ product: 'Consilium', host: 'memory' });
    expect(await carrier.client.vault.status()).toMatchObject({ state: 'absent', boardName: null, user: null });
  });

  it('answers nothing else before the vault is open', async () => {
    for (const [name, definition] of ALL) {
      if (definition['~orpc'].meta.role === 'anyone') continue;
      expect(await faultOf(call(name)), name).toMatchObject({ code: 'locked' });
    }
  });

  it('refuses a weak password, makes a vault, locks it, refuses a wrong password and opens it', async () => {
    const { vault } = carrier.client;
    const who = { boardName: 'Board of the test', userName: 'Dr. A' };
    expect(await faultOf(vault.create({ ...who, password: 'short' }))).toMatchObject({ code: 'password-weak' });
    expect(await vault.create({ ...who, password: PASSWORD })).toMatchObject({ state: 'open' });
    expect(await vault.lock()).toMatchObject({ state: 'locked', boardName: null });
    expect(await faultOf(vault.unlock({ password: 'a loud meadow behind the mill' }))).toMatchObject({
      code: 'password-wrong',
    });
    expect(await vault.unlock({ password: PASSWORD })).toMatchObject({ state: 'open', user: { name: 'Dr. A' } });
    expect(Buffer.from((await vault.storageKey()).key, 'base64url')).toHaveLength(32);
  });

  it('refuses input that is not of the contract, before the room sees it', async () => {
    const { client } = carrier;
    await expect(client.case.open({ caseId: '../etc' as CaseId })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await expect(client.files.upload({ fileName: 'a', sizeBytes: -1 })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(await faultOf(client.case.open({ caseId: 'no-such-case' as CaseId }))).toMatchObject({ code: 'not-found' });
  });

  it('brings the sample cases in, with progress', async () => {
    const progress = await drain(await carrier.client.case.importSamples());
    expect(progress.some((one) => one.kind === 'step')).toBe(true);
    const done = progress.filter((one) => one.kind === 'done');
    expect(done.length).toBeGreaterThanOrEqual(4);
    const listed = (await carrier.client.case.list()).cases;
    expect(listed).toHaveLength(done.length);
    caseId = listed.find(({ tumorTypeCode }) => tumorTypeCode === 'SKCM')?.caseId as CaseId;
  });

  it('refuses bytes that are no bundle, and imports nothing by half', async () => {
    const before = await carrier.client.case.list();
    const ticket = await upload('case.tbcase', new TextEncoder().encode('no bundle at all'));
    const refusal = await faultOf(carrier.client.case.import({ ticket }).then(drain));
    expect(refusal.remedy).not.toBe('');
    expect(await faultOf(carrier.client.case.import({ ticket }).then(drain))).toMatchObject({ code: 'ticket-invalid' });
    expect(await carrier.client.case.list()).toEqual(before);
  });

  it('analyses a case again, and stops when the caller leaves', async () => {
    const progress = await drain(await carrier.client.case.analyze({ caseId }));
    expect(progress.at(-1)).toEqual({ kind: 'done', caseId });
    const leaving = new AbortController();
    const feed = await carrier.client.case.analyze({ caseId }, { signal: leaving.signal });
    const left = (async () => {
      for await (const _one of feed) leaving.abort();
    })();
    await left.catch(() => undefined);
    expect(await carrier.client.vault.verifyJournal()).toMatchObject({ ok: true });
  });

  it('has no folder of trials, and says so', async () => {
    expect(await carrier.client.therapy.trials({ caseId })).toMatchObject({ state: 'absent' });
  });

  it('F050 a trial is checked as it is typed, saved on the journal, judged at once, and taken back', async () => {
    const { therapy } = carrier.client;
    const text = 'protocol_no: "26-001"\nmatch:\n  - clinical: {age_numerical: ">=18"}\n';
    const file = 'typed.yml';
    expect(await therapy.trialFiles()).toEqual([]);
    expect(await therapy.checkTrial({ caseId, text: text.replace('>=18', 'old') })).toMatchObject({
      problems: [{ line: 3, path: 'match[0].clinical.age_numerical' }],
    });
    expect((await therapy.checkTrial({ caseId, text })).trial).toMatchObject({ id: '26-001' });
    expect(await faultOf(therapy.saveTrial({ file, text: 'protocol_no: 1', replaces: null }))).toMatchObject({
      code: 'schema-invalid',
      place: { file, line: 1 },
    });
    const saved = await therapy.saveTrial({ file, text, replaces: null });
    expect(await therapy.trialText({ file })).toEqual(saved);
    expect(await therapy.trialFiles()).toMatchObject([{ file, editable: true }]);
    expect(await therapy.trials({ caseId })).toMatchObject({ state: 'judged', trials: [{ id: '26-001' }] });
    expect(await faultOf(therapy.saveTrial({ file, text, replaces: null }))).toMatchObject({ code: 'exists-already' });
    const lists = 'access:\n  - {drug: Osimertinib, cost_band: high}\n';
    expect(await therapy.siteLists()).toEqual({});
    expect(await therapy.checkTrial({ caseId, text: 'access: 1', file: 'site-lists.yml' })).toMatchObject({
      problems: [{ line: 1, path: 'access' }],
    });
    await therapy.saveTrial({ file: 'site-lists.yml', text: lists, replaces: null });
    expect((await therapy.siteLists()).lists?.access).toEqual([{ drug: 'Osimertinib', cost_band: 'high' }]);
    expect((await therapy.trialFiles()).map((one) => one.file)).toEqual(['site-lists.yml', file]);
    expect(await therapy.undoTrial({ file: 'site-lists.yml' })).toBeNull();
    const second = await therapy.saveTrial({ file, text: `${text}phase: II\n`, replaces: saved.sha256 });
    const stale = therapy.saveTrial({ file, text, replaces: saved.sha256 });
    expect(await faultOf(stale)).toMatchObject({ code: 'version-conflict' });
    expect(second.undoable).toBe(true);
    expect(await therapy.undoTrial({ file })).toEqual(saved);
    expect(await therapy.undoTrial({ file })).toBeNull();
    expect(await therapy.trialFiles()).toEqual([]);
    expect(await faultOf(therapy.undoTrial({ file }))).toMatchObject({ code: 'not-found' });
    const written = await carrier.client.vault.audit({ types: ['trial.saved', 'trial.restored'], limit: 9 });
    expect(written.entries.map(({ type }) => type).sort()).toEqual([
      'trial.restored',
      'trial.restored',
      'trial.restored',
      'trial.saved',
      'trial.saved',
      'trial.saved',
    ]);
  });

  it('F011 F129 G22 corrects the context, ranks anew; overrides an alert with a reason, takes it back, refuses one that is not there, and counts', async () => {
    const { client } = carrier;
    const before = await client.therapy.alertRate();
    const alert = { act: 'override', optionId: 'none', findingId: 'none', reason: 'Tolerated before' } as const;
    expect(await faultOf(client.therapy.actOnAlert({ caseId, alert }))).toMatchObject({ code: 'not-found' });
    const held = await client.case.open({ caseId });
    const medications = [...held.record.medications, { name: 'Rifampicin' }];
    const edit = { caseId, context: { medications }, reason: 'Tuberculosis is treated', expectedVersion: 0 };
    expect(await faultOf(client.case.editContext(edit))).toMatchObject({ code: 'version-conflict' });
    const expectedVersion = await version();
    expect(await client.case.editContext({ ...edit, expectedVersion })).toEqual({ changed: ['medications'] });
    const [which] = (await client.case.open({ caseId })).options?.safety?.interruptive ?? [];
    if (which === undefined) throw new Error('rifampicin raises no alert');
    const shown = await client.therapy.alertRate();
    expect(shown.shown).toBeGreaterThan(before.shown);
    const standing = await client.therapy.actOnAlert({ caseId, alert: { ...alert, ...which } });
    expect(standing).toMatchObject([{ ...which, reason: 'Tolerated before' }]);
    expect((await client.case.open({ caseId })).alertOverrides).toEqual(standing);
    expect(await client.therapy.alertRate()).toEqual({ ...shown, overridden: 1 });
    expect(await client.therapy.actOnAlert({ caseId, alert: { act: 'restore', ...which } })).toEqual([]);
    expect(await client.therapy.alertRate()).toEqual(shown);
    // An analysis of the stored bundle keeps what was corrected since.
    await drain(await client.case.analyze({ caseId }));
    expect((await client.case.open({ caseId })).record.medications).toEqual(medications);
    await client.case.editContext({
      ...edit,
      context: { medications: held.record.medications },
      expectedVersion: await version(),
    });
    expect((await client.case.open({ caseId })).options).toEqual(held.options);
  });

  it('opens the case, its evidence, the packs and the models', async () => {
    const { client } = carrier;
    const view = await client.case.open({ caseId });
    expect(view.profile).toBeDefined();
    const packs = await client.knowledge.packs();
    expect(packs.length).toBeGreaterThan(0);
    expect(await client.knowledge.evidence({ ids: [] })).toEqual([]);
    expect(await client.molecular.lookUp({ text: 'braf v600e', tumorType: 'SKCM' })).toMatchObject({
      gene: 'BRAF',
      ampTier: 'I',
      oncogenicity: { class: 'likely-oncogenic' },
    });
    expect(await faultOf(client.molecular.lookUp({ text: 'BRAF V600?' }))).toMatchObject({ code: 'field-invalid' });
    const [finding] = view.profile?.findings ?? [];
    if (finding === undefined) throw new Error('no finding is listed');
    expect(await client.molecular.transcripts({ caseId, findingId: finding.id })).toBeDefined();
    expect((await client.knowledge.pathwayAgents()).length).toBeGreaterThan(0);
    expect((await client.molecular.gene({ gene: 'BRAF' })).hotspots.map(({ name }) => name)).toContain('V600');
    const sheet = await client.molecular.germline({ caseId });
    expect(sheet.genes.map(({ state }) => state)).toHaveLength(4);
    expect(sheet.consent.statement).toContain('onsent');
    const [model] = await client.prediction.models();
    if (model === undefined) throw new Error('no model is listed');
    expect((await client.prediction.card({ modelId: model.id })).markdown).toContain('#');
    expect((await client.prediction.others({ caseId })).length).toBeGreaterThan(0);
    const early = await client.prediction.beforeSurgery({ caseId });
    expect(early.models.map(({ id }) => id)).toEqual(['aggressiveness-preoperative']);
    const explained = await client.prediction.explain({ caseId });
    expect(['explained', 'not-explained']).toContain(explained.state);
    const before = (await client.case.open({ caseId })).documents;
    const answer = await client.prediction.whatIf({ caseId, wish: { ageYears: 71 } });
    expect(answer.changes.length).toBeGreaterThan(0);
    expect((await client.case.open({ caseId })).documents).toEqual(before);
    expect(await client.prediction.versions({ caseId }), 'only what ships is here').toEqual([]);
    expect(['near', 'none']).toContain((await client.prediction.alike({ caseId })).state);
    // F065: covered once the board wants it, uncovered by name, and the journal knows.
    expect(await client.prediction.judgeFirst()).toEqual({ on: false });
    expect((await client.case.open({ caseId })).judgeFirst).toBeUndefined();
    await client.prediction.setJudgeFirst({ on: true });
    expect((await client.case.open({ caseId })).judgeFirst?.revealed).toBeUndefined();
    expect(await client.prediction.reveal({ caseId, reason: 'The patient waits.' })).toMatchObject({
      revealed: { reason: 'The patient waits.' },
    });
    expect((await client.case.open({ caseId })).judgeFirst?.revealed).toBeDefined();
    expect(await faultOf(client.prediction.reveal({ caseId, reason: 'Again.' }))).toMatchObject({
      code: 'field-invalid',
    });
    await client.prediction.setJudgeFirst({ on: false });
    // F115: switched for the case, and back.
    expect(await client.prediction.mitigate({ caseId, modelId: 'ici-response', by: 'sex' })).toEqual({
      'ici-response': 'sex',
    });
    expect(await client.prediction.mitigations({ caseId })).toEqual({ 'ici-response': 'sex' });
    expect(await client.prediction.mitigate({ caseId, modelId: 'ici-response', by: null })).toEqual({});
    expect(await faultOf(client.prediction.card({ modelId: 'none' }))).toMatchObject({ code: 'model-missing' });
  });

  it('enrolls a publisher, takes in its model within the plan and takes it back; a pack with nothing before it stays', async () => {
    const { knowledge, prediction } = carrier.client;
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const publisher = { pem: String(publicKey.export({ type: 'spki', format: 'pem' })), name: 'Own laboratory' };
    const enrolled = await knowledge.enroll({ ...publisher, reason: 'its key was read out' });
    expect(await knowledge.publishers()).toEqual([enrolled]);
    const back = { act: 'rollback', id: 'clinvar' } as const;
    expect(await faultOf(knowledge.tryPack(back).then(drain))).toMatchObject({ code: 'not-found' });
    const none = { ...back, reason: 'nothing to go back to' };
    expect(await faultOf(knowledge.changePack(none).then(drain))).toMatchObject({ code: 'not-found' });
    expect((await knowledge.packJournal()).map(({ act }) => act)).toContain('publisher-enrolled');

    const id = 'neoadjuvant-response';
    const update = join(folder, 'update');
    await cp(join(programRoot(import.meta.url), 'models', id), update, { recursive: true });
    const card = JSON.parse(await readFile(join(update, 'card.json'), 'utf8')) as object;
    await writeFile(join(update, 'card.json'), JSON.stringify({ ...card, version: '9.0.0' }));
    await signModel(update, String(privateKey.export({ type: 'pkcs8', format: 'pem' })), '2026-11-20');
    const files = (await readdir(update)).map(async (name) => [name, await readFile(join(update, name))] as const);
    const ticket = await upload('update.zip', zipSync(Object.fromEntries(await Promise.all(files))));
    const change = await prediction.changeModel({ act: 'install', ticket, reason: 'their yearly update' });
    expect(change).toMatchObject({ id, to: '9.0.0', publisher: 'Own laboratory' });
    expect(change.held.length).toBeGreaterThan(0);
    expect((await prediction.versions({ caseId })).map((model) => model.id)).toEqual([id]);
    expect((await prediction.versionFigures({ modelId: id })).map(({ version }) => version)).toEqual([
      'shipped',
      '9.0.0',
    ]);
    await prediction.changeModel({ act: 'rollback', id, reason: 'not read by the board yet' });
    expect(await faultOf(prediction.changeModel({ act: 'rollback', id, reason: 'once more' }))).toMatchObject({
      code: 'not-found',
    });
  });

  it('holds a vote: who is there, who voted, and what they voted only when all is revealed', async () => {
    const { board, vault } = carrier.client;
    const member = await vault.addPerson({ name: 'Dr. B', password: 'nine otters by the bridge', roles: ['member'] });
    expect((await vault.people()).map(({ name }) => name)).toEqual(['Dr. A', 'Dr. B']);
    const person = { attendeeId: member.userId, name: 'Dr. B', role: 'oncology', userId: member.userId };
    const attendance = { quorum: 1, people: [{ ...person, present: true, votes: true, recusedFrom: [] }] };
    const meetingId = crypto.randomUUID();
    expect((await board.recordAttendance({ meetingId, attendance })).recordedAt).toMatch(/Z$/);
    expect(
      await faultOf(board.recordAttendance({ meetingId, attendance: { ...attendance, quorum: 5 } })),
    ).toMatchObject({ code: 'field-invalid' });
    const ballotId = crypto.randomUUID();
    await board.openBallot({
      caseId,
      ballot: {
        ballotId,
        choices: [{ choiceId: 'other', label: 'another option' }],
        electors: [{ electorId: member.userId, name: 'Dr. B', role: 'oncology', userId: member.userId }],
        recused: [],
        quorum: 1,
      },
    });
    const vote = { ballotId, electorId: member.userId, choiceId: 'other' };
    expect(await faultOf(board.castVote({ caseId, vote, password: 'another' }))).toMatchObject({
      code: 'password-wrong',
    });
    await board.castVote({ caseId, vote, password: 'nine otters by the bridge' });
    expect((await board.record({ caseId })).ballots?.[0]).toMatchObject({ voted: [member.userId], votes: [] });
    const revealed = await board.closeBallot({ caseId, closing: { ballotId, left: [] }, how: 'reveal' });
    expect(revealed.ballots?.[0]?.votes).toHaveLength(1);
  });

  it('records what the board did, and refuses a stale version', async () => {
    const { client } = carrier;
    const view = await client.case.open({ caseId });
    const finding = view.profile?.findings[0];
    if (finding === undefined) throw new Error('the sample has no finding');
    const judged = view.profile?.findings.find((one) => one.oncogenicity?.class === 'uncertain');
    if (judged === undefined) throw new Error('the sample has no change of uncertain meaning');
    const given = {
      findingId: judged.id,
      standard: 'oncogenicity' as const,
      class: 'oncogenic' as const,
      reason: 'seen',
    };
    const overridden = await client.board.classify({ caseId, classification: given });
    expect(overridden.classifications?.[0]).toMatchObject({ class: 'oncogenic', original: { class: 'uncertain' } });
    expect(
      await faultOf(client.board.classify({ caseId, classification: { ...given, class: 'uncertain' } })),
    ).toMatchObject({ code: 'field-invalid' });
    expect(await client.board.remembered({ caseId })).toEqual([]);
    const undone = { caseId, findingId: judged.id, standard: 'oncogenicity' as const };
    expect((await client.board.withdrawClassification(undone)).classifications).toBeUndefined();
    expect(await faultOf(client.board.withdrawClassification(undone))).toMatchObject({ code: 'not-found' });
    const reviewed = await client.board.review({ caseId, findingId: finding.id, verdict: 'confirmed' });
    expect(reviewed.reviews).toHaveLength(1);
    const decision = {
      optionIds: view.options?.options.slice(0, 1).map((option) => option.id) ?? [],
      intent: 'disease-control' as const,
      line: 'second line',
      answer: 'Continue as discussed.',
      rationale: 'The evidence was weighed.',
      actions: [{ what: 'Discuss with the patient', owner: 'Dr. A', due: '2030-01-31' }],
      participants: [{ name: 'Dr. A', role: 'oncology', conflictOfInterest: 'none' }],
    };
    const stale = { caseId, decision, expectedVersion: 0 };
    expect(await faultOf(client.board.decide(stale))).toMatchObject({ code: 'version-conflict' });
    const never = { ...decision, actions: [{ what: 'CT', owner: 'Dr. A', due: '2030-02-30' }] };
    expect(await faultOf(client.board.decide({ ...stale, decision: never }))).toMatchObject({
      code: 'field-invalid',
      place: { field: 'actions.0.due' },
    });
    const decided = await client.board.decide({ caseId, decision, expectedVersion: await version() });
    expect(decided.decision?.answer).toBe('Continue as discussed.');
    expect(decided.decision?.votes?.[0]).toMatchObject({
      round: 'before',
      counts: [{ label: 'another option', votes: 1 }],
    });
  });

  it('takes notes back by whoever wrote them, follows a decision up, and lists what was promised', async () => {
    const { board } = carrier.client;
    const annotation = {
      annotationId: crypto.randomUUID(),
      anchor: { kind: 'finding' as const, id: 'no such finding', label: 'a finding' },
      text: 'Is this clonal?',
      mentions: ['prep' as const],
    };
    expect(await faultOf(board.annotate({ caseId, annotation }))).toMatchObject({ code: 'field-invalid' });
    const otter = (await carrier.client.case.list()).cases.find(({ pseudonym }) => pseudonym === 'Otter 417');
    const scan = await carrier.client.case.image({ caseId: otter?.caseId as CaseId, path: 'files/liver-ct.dcm' });
    expect(scan.mediaType).toBe('application/dicom');
    expect(Buffer.from((await carrier.get(scan.ticket)).bytes).toString('latin1', 128, 132)).toBe('DICM');
    expect(await faultOf(carrier.client.case.image({ caseId, path: 'files/none.png' }))).toMatchObject({
      code: 'not-found',
    });
    // A file that is no image of the case is not given out by this door.
    expect(await faultOf(carrier.client.case.image({ caseId, path: 'case.json' }))).toMatchObject({
      code: 'not-found',
    });
    const [finding] = (await carrier.client.case.open({ caseId })).profile?.findings ?? [];
    const anchor = { kind: 'finding' as const, id: finding?.id ?? '', label: finding?.gene ?? '' };
    await board.annotate({ caseId, annotation: { ...annotation, anchor } });
    const act = { caseId, annotationId: annotation.annotationId, act: 'withdrawn' as const };
    expect((await board.actOnNote(act)).annotations?.[0]).toMatchObject({ withdrawn: true, text: 'Is this clonal?' });
    const followUp = { followUpId: crypto.randomUUID(), on: '2030-03-01', actionsDone: [0] };
    await expect(
      board.recordFollowUp({ caseId, followUp: { ...followUp, state: 'not-carried-out' } }),
    ).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await board.recordFollowUp({ caseId, followUp: { ...followUp, state: 'carried-out' } });
    expect(await board.actions()).toMatchObject([{ what: 'Discuss with the patient', done: true }]);
  });

  it('lets what was written leave as a file, and refuses to merge what is no package, altered, or its own again', async () => {
    const { board } = carrier.client;
    const text = new TextDecoder().decode((await carrier.get((await board.exportBoard({ caseId })).ticket)).bytes);
    const merge = async (body: string, of: CaseId = caseId) =>
      board.importBoard({ caseId: of, ticket: await upload('board.json', new TextEncoder().encode(body)) });
    expect(await faultOf(merge('no json'))).toMatchObject({ code: 'json-invalid' });
    expect(await faultOf(merge('{"format":"other"}'))).toMatchObject({ code: 'format-unknown' });
    expect(await faultOf(merge(text.replace('Is this clonal?', 'Is this clonal!')))).toMatchObject({
      code: 'bundle-tampered',
    });
    expect(await faultOf(merge(text.replace('"version":2}', '"version":3}')))).toMatchObject({ code: 'schema-newer' });
    const other = (await carrier.client.case.list()).cases.find((one) => one.caseId !== caseId)?.caseId as CaseId;
    expect(await faultOf(merge(text, other))).toMatchObject({ code: 'field-invalid' });
    // One's own words coming back say nothing new.
    expect(await merge(text)).toMatchObject({ taken: 0, conflicts: 0 });
    expect(await faultOf(merge(text))).toMatchObject({ code: 'exists-already' });
    // Another board decided otherwise: both stand until somebody settles it.
    const { sha256: _sha256, ...body } = JSON.parse(text) as {
      sha256: string;
      boardId: string;
      snapshot: { decision: { value: { answer: string } } };
    };
    body.boardId = 'another board';
    body.snapshot.decision.value.answer = 'Wait for the plasma result.';
    const sha256 = createHash('sha256').update(canonicalJson(body)).digest('hex');
    const merged = await merge(JSON.stringify({ ...body, sha256 }));
    expect(merged).toMatchObject({ taken: 0, conflicts: 1 });
    expect(merged.board.decision?.answer).toBe('Continue as discussed.');
    const [conflict] = merged.board.conflicts ?? [];
    const settled = await board.settleConflict({
      caseId,
      mergeId: conflict?.mergeId ?? '',
      key: 'decision',
      take: 'mine',
    });
    expect(settled.conflicts).toBeUndefined();
    const nothing = { caseId, mergeId: crypto.randomUUID(), key: 'decision', take: 'mine' as const };
    expect(await faultOf(board.settleConflict(nothing))).toMatchObject({ code: 'not-found' });
    const passphrase = 'nine lanterns along the quay';
    const items = [{ caseId, triage: 'full' as const, owner: '', due: '' }];
    const frozen = (await carrier.get((await board.freezeAgenda({ items, passphrase })).ticket)).bytes;
    const { sha256: of } = await board.openFrozen({ ticket: await upload('a.tbagenda', frozen), passphrase });
    expect((await board.frozenAgenda({ sha256: of })).rows).toMatchObject([{ caseId, state: 'same' }]);
    expect((await board.frozenCase({ caseId, sha256: of })).listing.caseId).toBe(caseId);
    for await (const step of await board.takeFrozen({ sha256: of })) expect(step).toBe('nothing is new');
    const analyses = await board.analyses({ caseId });
    expect(analyses.length).toBeGreaterThanOrEqual(2);
    const [first] = analyses;
    const documents = await board.analysis({ caseId, sequence: first?.sequence ?? 0 });
    expect(documents.profile.findings.length).toBeGreaterThan(0);
  });

  it('shows what would leave, writes that very file, and journals what went out, came in or was refused', async () => {
    const { exchange } = carrier.client;
    const wanted = { caseId, format: 'phenopacket', level: 'reduced' } as const;
    const preview = await exchange.preview(wanted);
    expect(preview.fields.length).toBeGreaterThan(10);
    expect(preview.withheld.length).toBeGreaterThan(0);
    expect(await faultOf(exchange.export({ ...wanted, previewed: '0'.repeat(64) as Sha256 }))).toMatchObject({
      code: 'version-conflict',
    });
    const { ticket } = await exchange.export({ ...wanted, previewed: preview.sha256 as Sha256 });
    const { bytes } = await carrier.get(ticket);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(preview.sha256);
    // Several in one file: each case's journal says it, and one format of one case does not take a second.
    const { cases } = await carrier.client.case.list();
    const second = cases.find(({ tumorTypeCode }) => tumorTypeCode === 'COAD')?.caseId as CaseId;
    for (const format of ['cbioportal', 'phenopacket-cohort'] as const) {
      const group = { caseId, others: [second], study: 'board_1', format, level: 'reduced' as const };
      const shown = await exchange.preview(group);
      expect(shown.risks.some(({ what }) => what.startsWith(`${second}: `))).toBe(true);
      const left = await exchange.export({ ...group, previewed: shown.sha256 as Sha256 });
      const tried = await exchange.tryImport({
        ticket: await upload('group', (await carrier.get(left.ticket)).bytes),
      });
      expect([left.fileName.startsWith('board_1.reduced.'), tried.caseCount]).toEqual([true, 2]);
      const sent = (await exchange.desk()).transactions.filter(({ sha256 }) => sha256 === shown.sha256);
      expect(sent.map((one) => one.caseId).sort()).toEqual([caseId, second].sort());
      expect(await faultOf(exchange.preview({ ...group, others: [caseId] }))).toMatchObject({ code: 'exists-already' });
    }
    expect(await faultOf(exchange.preview({ ...wanted, others: [second] }))).toMatchObject({ code: 'field-invalid' });
    const refused = await upload('bundle.json', new TextEncoder().encode('{"resourceType":'));
    const drained = async (name: string) => {
      for await (const _event of await exchange.import({ ticket: name }));
    };
    expect(await faultOf(drained(refused))).toMatchObject({ code: 'json-invalid' });
    const { transactions, queue } = await exchange.desk();
    expect(queue).toEqual([]);
    expect(transactions[0]).toMatchObject({ what: 'refused', code: 'json-invalid' });
    expect(transactions.find(({ sha256 }) => sha256 === preview.sha256)).toMatchObject({
      what: 'sent',
      format: 'phenopacket',
      level: 'reduced',
      caseId,
    });
    for (const fact of await exchange.notes({ caseId })) expect(fact.verdict).toBeUndefined();
    // The file that left comes in again: its cases are shown first, with what would be put into our words.
    const tried = await exchange.tryImport({ ticket: await upload('case.json', bytes) });
    expect(tried).toMatchObject({ format: 'phenopacket', caseCount: 1, cases: [{ known: false }] });
    expect(tried.cases[0]?.preview.fields.length).toBeGreaterThan(5);
    const practice = await exchange.practice();
    expect(practice.cases).toBeGreaterThan(0);
    expect(practice.missingness.rows.find(({ what }) => what === 'age')).toMatchObject({ of: practice.cases });
  });

  it('a laboratory’s folder is off, is checked against its mapping as typed, and its drafts wait for a person', async () => {
    const { exchange } = carrier.client;
    const first = await exchange.laboratory();
    expect(first).toMatchObject({ on: false, strangers: 0, deliveries: [], drafts: [], quarantine: [] });
    const { text, sha256: previous } = first.mapping;
    expect((await exchange.checkMapping({ text: text.replace('read: labs', 'read: lab') })).issues).toMatchObject([
      { field: 'files[2].read' },
    ]);
    expect(await exchange.checkMapping({ text })).toEqual({ issues: [] });
    expect(await faultOf(exchange.saveMapping({ text, previous: '0'.repeat(64) as Sha256 }))).toMatchObject({
      code: 'version-conflict',
    });
    const changed = text.replace('settleSeconds: 10', 'settleSeconds: 0');
    await exchange.saveMapping({ text: changed, previous: previous as Sha256 });
    expect((await exchange.laboratory()).mapping).toMatchObject({ text: changed, saved: true });
    await exchange.watchLaboratory({ on: true });
    expect((await exchange.laboratory()).on).toBe(true);
    await exchange.watchLaboratory({ on: false });
    const order = 'Sex;Age;OncoTree;Morphology;Topography;Diagnosis\nm;63;;8140/3;C34.1;Adenocarcinoma\n';
    const drop = (name: string, words: string) => writeFile(join(folder, 'data/exchange/drop', name), words);
    const row = (vaf: string) =>
      `Gene,Chr,Pos,Ref,Alt,HGVSc,HGVSp,VAF,Depth\nEGFR,7,55191822,T,G,c.2573T>G,,${vaf},90\n`;
    await drop('L1.order.csv', order);
    await drop('L1.variants.csv', row('23'));
    await drop('L2.order.csv', order);
    await drop('L2.variants.csv', row('230'));
    expect((await exchange.checkMapping({ text: changed })).tried).toMatchObject({ name: 'L1', reasons: [] });
    expect(await exchange.lookAtLaboratory()).toEqual({ found: 2 });
    // What was read lies sealed: no name and no value of it is left in the folder.
    const left = await readdir(join(folder, 'data/exchange/drop'), { recursive: true, withFileTypes: true });
    for (const entry of left.filter((one) => one.isFile())) {
      expect(entry.name).not.toMatch(/^L[12]/);
      expect(await readFile(join(entry.parentPath, entry.name), 'latin1')).not.toMatch(/EGFR|Adenocarcinoma/);
    }
    const { drafts, quarantine } = await exchange.laboratory();
    const { id } = drafts[0] ?? { id: '' };
    const { mappings } = await exchange.previewDraft({ id, declined: [] });
    expect(mappings.map(({ to }) => to)).toEqual(['LUAD Lung Adenocarcinoma']);
    const less = await exchange.previewDraft({ id, declined: mappings.map((one) => one.id) });
    expect(less.fields.find(({ place }) => place === 'diagnosis.oncotreeCode')?.value).toBe('NOT_STATED');
    expect(quarantine[0]?.reasons[0]).toMatchObject({ place: { line: 2, field: 'alleleFraction' } });
    await exchange.retryDelivery({ id: quarantine[0]?.id ?? '' });
    const taken = async () => {
      for await (const _event of await exchange.takeDraft({ id, declined: [] }));
    };
    await taken();
    expect(await exchange.laboratory()).toMatchObject({ drafts: [], quarantine: [], deliveries: [{ name: 'L2' }] });
    expect(await faultOf(taken())).toMatchObject({ code: 'not-found' });
    expect((await carrier.client.case.list()).cases.map(({ caseId: one }) => one)).toContain(drafts[0]?.caseId);
  });

  it('opens and closes a meeting; an agenda that names a stranger opens none', async () => {
    const { board } = carrier.client;
    const meetingId = crypto.randomUUID();
    const stranger = { caseId: 'no-such-case' as CaseId, triage: 'full' as const };
    expect(await faultOf(board.openMeeting({ meetingId, agenda: [stranger] }))).toMatchObject({ code: 'not-found' });
    const item = { caseId, triage: 'fast-track' as const, override: 'The plasma result comes during the meeting.' };
    const { openedAt } = await board.openMeeting({ meetingId, agenda: [item] });
    const spent = [{ caseId, slide: 'story' as const, milliseconds: 61_500 }];
    const { closedAt } = await board.closeMeeting({ meetingId, spent });
    expect(Date.parse(closedAt)).toBeGreaterThanOrEqual(Date.parse(openedAt));
    const paper = await carrier.get((await board.minutes({ meetingId })).ticket);
    expect(Buffer.from(paper.bytes.subarray(0, 5)).toString()).toBe('%PDF-');
    expect(await faultOf(board.minutes({ meetingId: crypto.randomUUID() }))).toMatchObject({ code: 'not-found' });
    const page = await carrier.client.vault.audit({ limit: 500 });
    const types = page.entries.map((entry) => entry.type);
    expect(types.filter((type) => type.startsWith('meeting.')).toSorted()).toEqual([
      'meeting.closed',
      'meeting.opened',
      'meeting.opened',
    ]);
  });

  it('drafts, previews, signs, hands out and verifies the report, then locks the case', async () => {
    const { client } = carrier;
    const draft = await client.report.draft({ caseId });
    const preview = await carrier.get((await client.report.preview({ caseId })).ticket);
    expect(Buffer.from(preview.bytes.subarray(0, 5)).toString()).toBe('%PDF-');

    expect(await client.report.cards()).toEqual({ set: false, cards: [] });
    const identity = await makeIdentity();
    const notApplicable = Object.fromEntries(
      draft.elements
        .filter((one) => one.level === 'A' && one.state === 'missing')
        .map((one) => [one.id, 'Not part of this test.']),
    );
    const sign = async (password: string) =>
      client.report.sign({
        caseId,
        identityTicket: await upload('signer.p12', identity.p12),
        password,
        meaning: 'approval',
        notApplicable,
        expectedVersion: await version(),
      });
    expect(await faultOf(sign('another password'))).toMatchObject({ code: 'identity-password-wrong' });
    const signed = await sign(identity.password);
    expect(signed).toMatchObject({ signer: 'Dr. Test Signer', meaning: 'approval' });

    const ticket = await client.report.download({ caseId });
    const paper = await carrier.get(ticket.ticket);
    expect(paper.bytes.byteLength).toBe(signed.sizeBytes);
    expect((await carrier.get(ticket.ticket)).status).toBe(404);
    expect((await client.report.verify({ caseId })).verdict).toMatch(/^valid/);
    expect(await faultOf(sign(identity.password))).toMatchObject({ code: 'report-locked' });

    const { letter, textSha256 } = await client.report.letter({ caseId, language: 'en' });
    expect(letter.grade).toBeLessThanOrEqual(8);
    const letterTicket = await client.report.signLetter({
      caseId,
      language: 'en',
      textSha256,
      identityTicket: await upload('signer.p12', identity.p12),
      password: identity.password,
    });
    const letterFile = await carrier.get(letterTicket.ticket);
    expect(Buffer.from(letterFile.bytes.subarray(0, 5)).toString()).toBe('%PDF-');
  }, 300_000);

  it('takes a second signature, looks whether the report still says the same, and opens it for an amendment', async () => {
    const { report } = carrier.client;
    const reviewer = await makeIdentity({ name: 'Dr. Second Signer' });
    const countersign = async (expectedVersion: number) =>
      report.countersign({
        caseId,
        identityTicket: await upload('reviewer.p12', reviewer.p12),
        password: reviewer.password,
        meaning: 'review',
        expectedVersion,
      });
    expect(await faultOf(countersign(0))).toMatchObject({ code: 'version-conflict' });
    await countersign(await version());
    expect((await report.verify({ caseId })).signatures.map(({ meaning }) => meaning)).toEqual(['approval', 'review']);
    const { bytes } = await carrier.get((await report.download({ caseId })).ticket);
    const fromFile = await report.open({ ticket: await upload('signed.pdf', bytes) });
    expect(fromFile).toMatchObject({ paperMatches: true, view: { listing: { caseId, status: 'signed' } } });
    expect(fromFile.verification.signatures).toHaveLength(2);
    expect(fromFile.view.documents).toEqual((await carrier.client.case.open({ caseId })).documents);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    expect(await faultOf(report.open({ ticket: await upload('changed.pdf', bytes) }))).toMatchObject({
      code: 'signature-invalid',
    });
    const watched = [];
    for await (const progress of await report.watch()) watched.push(progress);
    expect(watched.some((one) => one.kind === 'report' && one.report.caseId === caseId)).toBe(true);
    expect(await faultOf(report.amend({ caseId, reason: 'A reading.', expectedVersion: 0 }))).toMatchObject({
      code: 'version-conflict',
    });
    // The signed report is a version of the case that another is held against.
    const { board } = carrier.client;
    const signed = (await board.analyses({ caseId })).findLast(({ reportId }) => reportId !== undefined);
    expect(signed?.models.length).toBeGreaterThan(0);
    const told = await board.analysis({ caseId, sequence: signed?.sequence ?? 0 });
    expect(told.record).toEqual((await carrier.client.case.open({ caseId })).record);
    expect(told.decision?.answer).toBe((await carrier.client.case.open({ caseId })).board.decision?.answer);
    expect(told.decision?.answer).toBeTruthy();
    const opened = await report.amend({ caseId, reason: 'A new reading.', expectedVersion: await version() });
    expect(opened).toMatchObject({ reason: 'A new reading.' });
  }, 240_000);

  it('keeps the journal of it, whole', async () => {
    const { client } = carrier;
    const page = await client.vault.audit({ limit: 500 });
    const types = page.entries.map((entry) => entry.type);
    for (const type of ['vault.created', 'case.viewed', 'decision.recorded', 'report.signed', 'board.merge-refused'])
      expect(types).toContain(type);
    expect(await client.vault.verifyJournal()).toMatchObject({ ok: true });
  });

  it('keeps the house: roles, a way back in, a legal hold, a broken glass, a checkpoint, and a door that closes', async () => {
    const { vault } = carrier.client;
    const member = (await vault.people()).find(({ name }) => name === 'Dr. B');
    const userId = member?.userId as UserId;
    expect((await vault.changeRoles({ userId, roles: ['member', 'presenter'] })).roles).toContain('presenter');
    const recovery = await vault.makeRecovery({ shares: 3, threshold: 2 });
    expect(recovery.shares).toHaveLength(3);
    expect((await vault.household()).recovery).toMatchObject({ shares: 3, threshold: 2 });
    // Nothing is on its way, so that nothing is stopped and nobody is left without keys.
    expect(await vault.stopHanding()).toMatchObject({ handing: null, lacking: [] });
    const checkpoint = await vault.checkpoint();
    expect(checkpoint.format).toBe('consilium-checkpoint');
    const { treeSize, rootHash } = checkpoint;
    for (const outside of [checkpoint, { treeSize, rootHash }])
      expect(await vault.verifyJournal({ checkpoint: outside })).toMatchObject({ ok: true, provenUpTo: treeSize });
    const later = await vault.verifyJournal({ checkpoint: { treeSize: treeSize + 1, rootHash } });
    expect(later).toMatchObject({ ok: false, brokenAt: treeSize + 1, flaw: 'checkpoint-differs' });
    expect(await vault.proveEntry({ sequence: 1 })).toMatchObject({ format: 'consilium-journal-proof' });
    const { pseudonym } = (await carrier.client.case.open({ caseId })).listing;
    await vault.hold({ caseId, reason: 'An inquiry of the hospital.' });
    expect(await vault.holds()).toMatchObject([{ caseId, reason: 'An inquiry of the hospital.' }]);
    const erasure = { caseId, confirmation: pseudonym, reason: 'patient-request' as const };
    expect(await faultOf(vault.eraseCase(erasure))).toMatchObject({ code: 'forbidden' });
    expect(await vault.hold({ caseId, reason: null })).toEqual([]);
    const forever = { years: null, from: 'decision' } as const;
    const rules = { unfinished: forever, decided: forever, signed: forever, twoPersons: false };
    const inForce = (await vault.setRetention({ rules, reason: 'Kept for the register.' })).inForce;
    expect((await vault.retention({ all: true })).inForce).toEqual(inForce);
    expect(await vault.proposeErasure({ caseId, reason: 'patient-request' })).toMatchObject({ proposal: { caseId } });
    expect(await vault.withdrawErasure({ caseId })).toMatchObject({ proposal: null, signedReports: 1 });
    expect(await vault.previewErasure({ caseId })).toMatchObject({ standing: { kind: 'no-rule' }, twoPersons: false });
    const glass = await vault.breakGlass({ reason: 'The ward asks at night.' });
    expect(Date.parse(glass.until)).toBeGreaterThan(Date.now());
    const password = 'a wide meadow before the mill';
    expect(await faultOf(vault.changePassword({ currentPassword: 'another one', password }))).toMatchObject({
      code: 'password-wrong',
    });
    expect(await vault.changePassword({ currentPassword: PASSWORD, password })).toEqual({ changed: true });
    expect((await vault.removePerson({ userId })).map(({ name }) => name)).toEqual(['Dr. A']);
    expect(await vault.verifyJournal()).toMatchObject({ ok: true });
  }, 240_000);

  it('asks about a second bundle of one person, and takes the answer', async () => {
    const { client } = carrier;
    const again = join(folder, 'again');
    await cp(join(programRoot(import.meta.url), 'sample-cases/braf-melanoma'), again, { recursive: true });
    const record = JSON.parse(await readFile(join(again, 'case.json'), 'utf8')) as object;
    await writeFile(join(again, 'case.json'), JSON.stringify({ ...record, caseId: 'second-look' }));
    const packed = await packFolder(again);
    if (!packed.ok) throw new Error(packed.fault.message);
    const ticket = await upload('again.tbcase', packed.value);
    await drain(await client.case.import({ ticket }));
    const second = 'second-look' as CaseId;
    const [like] = await client.case.alike({ caseId: second });
    if (like === undefined) throw new Error('no other case is like it');
    const answer = { caseId: second, other: like.caseId, verdict: 'same-patient' } as const;
    expect((await client.case.judgeAlike(answer))[0]?.judged).toMatchObject({ verdict: 'same-patient' });
    const other = 'nobody' as CaseId;
    expect(await faultOf(client.case.judgeAlike({ ...answer, other }))).toMatchObject({ code: 'not-found' });
  });

  it('erases a case when its pseudonym is typed (F105): unreadable, a tombstone kept, the journal whole', async () => {
    const { client } = carrier;
    const { pseudonym } = (await client.case.open({ caseId })).listing;
    const erase = (confirmation: string) => client.vault.eraseCase({ caseId, confirmation, reason: 'patient-request' });
    expect(await faultOf(erase('another name'))).toMatchObject({ code: 'field-invalid' });
    expect((await client.case.open({ caseId })).profile).toBeDefined();
    expect(await erase(pseudonym)).toMatchObject({ caseId, status: 'erased', pseudonym: '', question: null });
    expect(await faultOf(client.case.open({ caseId }))).toMatchObject({ code: 'not-found' });
    expect(await faultOf(client.report.download({ caseId }))).toMatchObject({ code: 'not-found' });
    expect(await faultOf(erase(pseudonym))).toMatchObject({ code: 'not-found' });
    const left = await client.vault.audit({ caseId, types: ['case.erased', 'report.signed'] });
    expect(left.entries.map((entry) => entry.type)).toEqual(['case.erased', 'report.signed']);
    const journal = await client.vault.verifyJournal();
    expect(journal.ok && journal.erasedEvents).toBeGreaterThan(0);
  });

  it('was called in every procedure it has', () => {
    expect([...carrier.answered].sort()).toEqual(ALL.map(([name]) => name).sort());
  });
});
