/**
 * A whole sitting with a marked case at the loopback host: imported, annotated, drafted, voted on, decided, signed, exported,
 * backed up, and looked at on every screen in Chromium with a profile of its own.
 */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import type { BrowserContext, Page } from '@playwright/test';
import { WebSocket } from 'ws';
import { carriedDocuments as customJsonSerializers } from '../../shared/case/carried.ts';
import type { Contract } from '../../shared/contract.ts';
import type { CaseId, Sha256, UserId } from '../../shared/foundation/ids.ts';
import { openBrowser, startHost } from '../e2e/support/host.ts';
import { makeIdentity } from './identity.ts';
import { type Mark, markedBundle } from './marked-case.ts';

/** A busy machine is slow, not broken. */
const PATIENCE = 180_000;
export const PASSWORD = 'seven otters crossed the ford';
const SCREENS = [
  ...['story', 'intake', 'findings', 'integration', 'options', 'decision', 'report', 'notes', 'germline', 'measures'],
  ...['letters', 'images', 'trials'],
];
const DESKS = [
  '',
  'packs',
  'watch',
  'audit',
  'people',
  'meeting',
  'actions',
  'compare',
  'exchange',
  'exchange/practice',
];

export interface Sitting {
  readonly dataFolder: string;
  readonly profileFolder: string;
  /** What left the room on purpose: signed report and exports. */
  readonly outside: string;
  readonly output: string[];
  /** Names of screens that were seen with the marked case. */
  readonly seen: string[];
}

export interface SittingOptions {
  /** Extra texts of each kind in the case, and notes written by hand. */
  readonly more: number;
  /** Stands before the host's command, for a tracer. */
  readonly wrapper?: string[];
  readonly context?: (context: BrowserContext) => Promise<void>;
  /** Called on each screen when it stands. */
  readonly look?: (page: Page, screen: string) => Promise<void>;
  /** The command line makes the backup once the host has ended. */
  readonly backUp?: (dataFolder: string) => void;
}

type Client = ContractRouterClient<Contract>;

async function enter(address: string): Promise<{ client: Client; origin: string; cookie: string; end: () => void }> {
  const { origin, port } = new URL(address);
  const token = address.split('#token=')[1] ?? '';
  const admitted = await fetch(`${origin}/session`, { method: 'POST', body: token, headers: { origin } });
  const cookie = admitted.headers.get('set-cookie')?.split(';')[0] ?? '';
  const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { headers: { origin, cookie } });
  const link = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket, customJsonSerializers });
  return { client: createORPCClient<Client>(link), origin, cookie, end: () => socket.close() };
}

const drain = async (feed: AsyncIterable<unknown>): Promise<void> => {
  for await (const _one of feed);
};

/** Everything a board does with a case, with a mark in every text. */
async function work(
  { client, origin, cookie }: Awaited<ReturnType<typeof enter>>,
  mark: Mark,
  { more, outside }: { more: number; outside: string },
): Promise<CaseId[]> {
  const headers = { origin, cookie };
  const put = async (fileName: string, bytes: Uint8Array): Promise<string> => {
    const { ticket } = await client.files.upload({ fileName, sizeBytes: bytes.byteLength });
    await fetch(`${origin}/blob/${ticket}`, { method: 'PUT', body: new Uint8Array(bytes), headers });
    return ticket;
  };
  const keep = async (name: string, ticket: string): Promise<Uint8Array> => {
    const bytes = new Uint8Array(await (await fetch(`${origin}/blob/${ticket}`, { headers })).arrayBuffer());
    writeFileSync(join(outside, name), bytes);
    return bytes;
  };
  await client.vault.create({ boardName: 'Molecular board', userName: 'Dr. Ada Marked', password: PASSWORD });
  const { bytes, caseId: id } = markedBundle(mark, more);
  await drain(await client.case.import({ ticket: await put('case.tbcase', bytes) }));
  const caseId = id as CaseId;
  const version = async (): Promise<number> => (await client.case.open({ caseId })).listing.version;
  const view = await client.case.open({ caseId });
  const findings = view.profile?.findings ?? [];
  for (let index = 0; index <= more; index += 1) {
    const finding = findings[index % Math.max(1, findings.length)];
    const anchor =
      index % 2 === 0 || finding === undefined
        ? ({ kind: 'case', id: 'case', label: mark('label') } as const)
        : ({ kind: 'finding', id: finding.id, label: mark('label') } as const);
    const annotation = { annotationId: randomUUID(), anchor, text: mark('note'), mentions: [] };
    await client.board.annotate({ caseId, annotation });
  }
  const [finding] = findings;
  if (finding !== undefined)
    await client.board.review({ caseId, findingId: finding.id, verdict: 'limited', reason: mark('review') });
  await client.case.editContext({
    caseId,
    context: { allergies: [mark('allergy')], medications: [{ name: mark('medicine') }] },
    reason: mark('reason'),
    expectedVersion: await version(),
  });
  const member = await client.vault.addPerson({
    name: mark('person').slice(0, 60),
    password: 'nine otters by the bridge',
    roles: ['member'],
  });
  const attendance = {
    quorum: 1,
    people: [
      {
        attendeeId: member.userId,
        name: member.name,
        role: mark('role').slice(0, 60),
        userId: member.userId,
        present: true,
        votes: true,
        recusedFrom: [],
      },
    ],
  };
  const meetingId = randomUUID();
  await client.board.openMeeting({
    meetingId,
    agenda: [{ caseId, triage: 'fast-track', override: mark('override').padEnd(12, '.') }],
  });
  await client.board.recordAttendance({ meetingId, attendance });
  const ballotId = randomUUID();
  const elector = {
    electorId: member.userId as string,
    name: member.name,
    role: 'oncology',
    userId: member.userId as UserId,
  };
  await client.board.openBallot({
    caseId,
    ballot: {
      ballotId,
      choices: [{ choiceId: 'other', label: mark('choice') }],
      electors: [elector],
      recused: [],
      quorum: 1,
    },
  });
  const vote = { ballotId, electorId: member.userId as string, choiceId: 'other', reason: mark('vote') };
  await client.board.castVote({ caseId, vote, password: 'nine otters by the bridge' });
  await client.board.closeBallot({ caseId, closing: { ballotId, left: [] }, how: 'reveal' });
  const options = (await client.case.open({ caseId })).options?.options ?? [];
  await client.board.decide({
    caseId,
    decision: {
      optionIds: options.slice(0, 1).map((option) => option.id),
      intent: 'disease-control',
      line: mark('line'),
      answer: mark('answer'),
      rationale: mark('rationale'),
      actions: [{ what: mark('action'), owner: mark('owner'), due: '2030-01-31' }],
      participants: [{ name: mark('participant'), role: mark('seat'), conflictOfInterest: mark('interest') }],
    },
    expectedVersion: await version(),
  });
  await keep('minutes.pdf', (await client.board.minutes({ meetingId })).ticket);
  await keep('board.json', (await client.board.exportBoard({ caseId })).ticket);
  let fhir = new Uint8Array();
  for (const format of ['phenopacket', 'fhir'] as const) {
    const wanted = { caseId, format, level: 'pseudonymised' } as const;
    const { sha256 } = await client.exchange.preview(wanted);
    const { ticket } = await client.exchange.export({ ...wanted, previewed: sha256 as Sha256 });
    fhir = new Uint8Array(await keep(`${format}.json`, ticket));
  }
  const identity = await makeIdentity();
  const draft = await client.report.draft({ caseId });
  const notApplicable = Object.fromEntries(
    draft.elements
      .filter(({ level, state }) => level === 'A' && state === 'missing')
      .map((one) => [one.id, mark('gap')]),
  );
  await keep('draft.pdf', (await client.report.preview({ caseId })).ticket);
  await client.report.sign({
    caseId,
    identityTicket: await put('signer.p12', identity.p12),
    password: identity.password,
    meaning: 'approval',
    notApplicable,
    expectedVersion: await version(),
  });
  await keep('report.pdf', (await client.report.download({ caseId })).ticket);
  await client.report.amend({ caseId, reason: mark('amendment'), expectedVersion: await version() });
  // What left comes in again under another name, with every text still in it.
  const again = new TextDecoder().decode(fhir).replaceAll('marked-case', 'marked-again');
  await drain(await client.exchange.import({ ticket: await put('again.json', new TextEncoder().encode(again)) }));
  return (await client.case.list()).cases.map((one) => one.caseId);
}

/** Holds the sitting and ends host and browser in order, so that what they leave can be looked at. */
export async function holdSitting(folder: string, mark: Mark, options: SittingOptions): Promise<Sitting> {
  const { more, wrapper = [], context: prepare, look } = options;
  const sitting: Sitting = {
    dataFolder: join(folder, 'data'),
    profileFolder: join(folder, 'profile'),
    outside: join(folder, 'outside'),
    output: [],
    seen: [],
  };
  const { child, address } = await startHost(sitting.dataFolder, wrapper, sitting.output);
  const ended = new Promise((done) => child.once('exit', done));
  try {
    const entered = await enter(address);
    const cases = await work(entered, mark, { more, outside: sitting.outside });
    const context = await openBrowser(sitting.profileFolder, { width: 1920, height: 1080 });
    try {
      await prepare?.(context);
      const page = context.pages()[0] ?? (await context.newPage());
      await page.goto(address);
      await page.getByRole('heading', { name: 'Worklist' }).waitFor({ timeout: PATIENCE });
      const show = async (screen: string): Promise<void> => {
        await page.evaluate((hash) => {
          location.hash = hash;
        }, `#/${screen}`);
        await page.getByRole('heading', { level: 1 }).first().waitFor({ timeout: PATIENCE });
        await page.waitForTimeout(700);
        await look?.(page, screen);
        sitting.seen.push(screen);
      };
      for (const caseId of cases) for (const screen of SCREENS) await show(`case/${caseId}/${screen}`);
      // Half-typed words are kept, sealed, in the browser's own store.
      await show('case/marked-case/decision');
      await page.keyboard.press('a');
      const rationale = page.getByLabel(/^rationale/i).first();
      await rationale.fill(mark('draft'));
      await page.waitForTimeout(700);
      for (const screen of DESKS) await show(screen);
      await page.keyboard.press('/');
      await page.keyboard.type(mark('search').slice(0, 40));
      await page.waitForTimeout(500);
    } finally {
      await context.close();
    }
    await entered.client.vault.lock();
    entered.end();
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
  options.backUp?.(sitting.dataFolder);
  return sitting;
}
