/**
 * Messages that no window of ours would send, to the router of a real vault (issue 7, section 4): calls with inputs made
 * from the contract's schemas and then spoilt, frames on the socket with bytes changed, requests at the doors for bytes.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { RPCHandler as SocketHandler } from '@orpc/server/ws';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { startLoopback } from '../../electron/loopback/server.ts';
import { wholeFrames } from '../../electron/loopback/whole-frames.ts';
import { createRouter } from '../../electron/router.ts';
import { createHandler, createTicketDesk, machinePorts } from '../../electron/serve/index.ts';
import { createServices } from '../../electron/services.ts';
import { programRoot } from '../../electron/shipped.ts';
import { contract, type ProcedureMeta } from '../../shared/contract.ts';
import { CaseId } from '../../shared/foundation/ids.ts';
import { seeded } from '../../shared/prediction/measure.ts';
import { permitsAny, Role } from '../../shared/vault/roles.ts';

interface Definition {
  readonly meta: ProcedureMeta;
  readonly inputSchema?: z.ZodType;
}
const procedures = (node: object, path: string[] = []): [name: string, definition: Definition][] =>
  Object.entries(node).flatMap(([name, member]: [string, object]) =>
    '~orpc' in member
      ? [[[...path, name].join('.'), (member as { '~orpc': Definition })['~orpc']]]
      : procedures(member, [...path, name]),
  );
const ALL = procedures(contract);

/** They stretch a password, change who is there, or run for minutes: sent now and then only. */
const SELDOM = new Set([
  'vault.create',
  'vault.unlock',
  'vault.lock',
  'vault.changePassword',
  'vault.addPerson',
  'vault.removePerson',
  'vault.makeRecovery',
  'board.castVote',
  'case.importSamples',
]);
const SELDOM_SHARE = 0.002;

const CASE = CaseId.parse('case-0001');
const PASSWORD = 'a quiet meadow behind the mill';
const passwordOf = (role: Role): string => `${PASSWORD} of the ${role}`;

const ODD: readonly unknown[] = [
  null,
  undefined,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '../../../etc/passwd',
  "'; DROP TABLE journal; --",
  '{{constructor.constructor("return process")()}}',
  '$(touch /tmp/x)',
  '<script>alert(1)</script>',
  'x'.repeat(100_000),
  -1,
  0.5,
  1e308,
  Number.NaN,
  Number.MAX_SAFE_INTEGER + 2,
  true,
  [],
  [[[[[[[[]]]]]]]],
  {},
  { __proto__: { role: 'admin' }, constructor: 1 },
  JSON.parse('{"__proto__":{"role":"admin"}}'),
  new Date(0),
  new Map([['a', 1]]),
  12345678901234567890n,
  CASE,
  'case-erased',
  'admin',
];

type Random = () => number;
const oneOf = <Value>(values: readonly Value[], random: Random): Value =>
  values[Math.floor(random() * values.length)] as Value;

interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
}

/** Something that fits the schema, more or less. */
function made(schema: JsonSchema, random: Random, depth = 0): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return oneOf(schema.enum, random);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return made(oneOf(choices, random), random, depth);
  if (schema.allOf !== undefined) return Object.assign({}, ...schema.allOf.map((one) => made(one, random, depth)));
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([name]) => schema.required?.includes(name) === true || random() < 0.5)
          .map(([name, one]) => [
            name,
            name === 'caseId' && random() < 0.8
              ? oneOf([CASE, 'case-erased', 'case-of-another'], random)
              : made(one, random, depth + 1),
          ]),
      );
    case 'array':
      return depth > 4
        ? []
        : Array.from({ length: Math.floor(random() * 3) }, () => made(schema.items ?? {}, random, depth + 1));
    case 'integer':
    case 'number':
      return (schema.minimum ?? 0) + Math.floor(random() * 5);
    case 'boolean':
      return random() < 0.5;
    case 'null':
      return null;
    case 'string':
      if (schema.format === 'uuid') return '3f0c2f7a-92b2-4b54-8f7a-0d9cf7b1a111';
      if (schema.pattern?.includes('0-9a-f') === true) return 'a'.repeat(64);
      if (schema.format?.startsWith('date') === true)
        return schema.format === 'date' ? '2030-01-31' : '2030-01-31T08:00:00.000Z';
      return oneOf(['option', 'case-0001', 'BRAF', 'The evidence was weighed.', 'P-0001'], random);
    default:
      return oneOf(ODD, random);
  }
}

/** The same with something in it replaced, doubled, added or taken away. */
function spoilt(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random() < 0.2) return oneOf(ODD, random);
  if (Array.isArray(value)) {
    if (value.length === 0 || random() < 0.3) return [...value, oneOf(ODD, random)];
    const at = Math.floor(random() * value.length);
    return value.map((one, index) => (index === at ? spoilt(one, random) : (one as unknown)));
  }
  const names = Object.keys(value);
  if (names.length === 0 || random() < 0.15)
    return { ...value, [oneOf(['extra', 'role', 'event', 'actor'], random)]: oneOf(ODD, random) };
  const name = oneOf(names, random);
  if (random() < 0.1) return Object.fromEntries(Object.entries(value).filter(([one]) => one !== name));
  return { ...value, [name]: spoilt(Reflect.get(value, name), random) };
}

export interface FuzzFigures {
  messages: number;
  /** How the calls ended: fault codes, `input` where the contract refused the shape, `answered`. */
  outcomes: Record<string, number>;
  frames: number;
  /** Of them: whole enough to be understood, and refused in words. */
  framesRefused: number;
  requests: number;
  /** Errors that were no refusal in words. */
  crashes: string[];
  /** Something was written though the call was refused, not permitted, or of those that write nothing. */
  unapproved: string[];
  journal: boolean;
}

const schemas = new Map(
  ALL.map(([name, { inputSchema }]) => [
    name,
    inputSchema === undefined
      ? undefined
      : (z.toJSONSchema(inputSchema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as JsonSchema),
  ]),
);

/** Sends so many messages, spread over the six roles, and looks after each whether anything was written that may not be. */
export async function fuzzContract(folder: string, messages: number, seed: number): Promise<FuzzFigures> {
  const random = seeded(seed);
  const tickets = createTicketDesk();
  const dataFolder = join(folder, 'data');
  const complaints: string[] = [];
  const services = await createServices({
    ...machinePorts({
      host: 'memory',
      capabilities: { secondWindow: false, nativeFileDialog: false, print: false },
      dataFolder,
      tickets,
      program: programRoot(import.meta.url),
    }),
  });
  const router = createRouter(services);
  const client = createRouterClient(router, { context: {} });
  const { vault } = services;
  const founder = { userName: 'founder', password: PASSWORD };
  await vault.create({ boardName: 'Board of the test', ...founder });
  const held = vault.current();
  const actor = held.user.userId;
  for (const role of Role.options)
    await held.addUser({ name: `Dr. ${role}`, password: passwordOf(role), roles: [role] }, actor);
  const listing = { pseudonym: 'P-0001', tumorTypeCode: null, tumorTypeName: null, stage: null, question: null };
  for (const caseId of [CASE, CaseId.parse('case-erased')])
    held.append({ actor, caseId, type: 'case.imported', payload: { listing } });
  vault.eraseCase({ caseId: CaseId.parse('case-erased'), confirmation: 'P-0001', reason: 'retention-ended' });

  const figures: FuzzFigures = {
    messages: 0,
    outcomes: {},
    frames: 0,
    framesRefused: 0,
    requests: 0,
    crashes: complaints,
    unapproved: [],
    journal: false,
  };
  /** All that a message may leave behind: the journal, the keys, the sealed files. */
  const traces = (): string => {
    const files = readdirSync(join(dataFolder, 'blobs'), { recursive: true });
    const keys = createHash('sha256')
      .update(readFileSync(join(dataFolder, 'vault.keys.json')))
      .digest('hex');
    return `${vault.current().eventCount()} ${keys} ${files.length}`;
  };
  const usual = ALL.filter(([name]) => !SELDOM.has(name));
  const seldom = ALL.filter(([name]) => SELDOM.has(name));

  /** One call, whose end is looked at together with what it left. */
  async function send(role: Role): Promise<void> {
    const [name, { meta }] = oneOf(random() < SELDOM_SHARE ? seldom : usual, random);
    const schema = schemas.get(name);
    const whole = schema === undefined ? undefined : made(schema, random);
    const input = random() < 0.25 ? whole : spoilt(whole, random);
    const call = name.split('.').reduce<unknown>((at, key) => Reflect.get(at as object, key), client);
    const before = traces();
    let ended = 'answered';
    try {
      await (call as (input?: unknown) => Promise<unknown>)(input);
    } catch (error) {
      const { code, data } = error as { code?: string; data?: { code?: string } };
      ended = code === 'FAULT' ? String(data?.code) : code === 'BAD_REQUEST' ? 'input' : `crash ${String(error)}`;
    }
    figures.outcomes[ended] = (figures.outcomes[ended] ?? 0) + 1;
    const what = `${role} ${name} ${ended}`;
    if (ended.startsWith('crash') || ended === 'defect')
      figures.crashes.push(
        `${what} ${JSON.stringify(input, (_, one: unknown) => (typeof one === 'bigint' ? String(one) : one))?.slice(0, 300)}`,
      );
    // The door was opened or closed: there is nothing to compare, only somebody to let in again.
    if (vault.status().state !== 'open' || vault.current().user.name !== `Dr. ${role}`) {
      await enter(role);
      return;
    }
    const mayWrite =
      meta.role === 'anyone' || permitsAny([role], meta.role) || services.session.emergency() !== undefined;
    const isEmergency = services.session.emergency() !== undefined;
    // Rooms keep in the journal what they refuse to those who may ask; what the contract refuses never reaches one.
    const writes = ended === 'answered' ? meta.event !== 'none' || isEmergency : meta.event === 'written-by-room';
    if (mayWrite && ended !== 'input' && writes) return;
    if (traces() !== before) figures.unapproved.push(what);
  }
  async function enter(role: Role): Promise<void> {
    if (vault.status().state === 'open') await vault.lock();
    for (;;) {
      const { retryAfterSeconds } = vault.status();
      if (retryAfterSeconds === 0) break;
      await new Promise((done) => setTimeout(done, retryAfterSeconds * 1000));
    }
    await vault.unlock({ userName: `Dr. ${role}`, password: passwordOf(role) });
  }

  const calls = new SocketHandler(router);
  const handle = createHandler({ bundle: folder, tickets });
  const host = await startLoopback({
    port: 0,
    handle,
    connect: (socket) => void calls.upgrade(wholeFrames(socket), { context: {} }),
  });
  const origin = `http://127.0.0.1:${host.port}`;
  const token = host.address.split('#token=')[1] ?? '';
  const admitted = await fetch(`${origin}/session`, { method: 'POST', body: token, headers: { origin } });
  const headers = { origin, cookie: admitted.headers.get('set-cookie')?.split(';')[0] ?? '' };
  const forbidden = ALL.filter(([, { meta }]) => meta.role !== 'anyone' && !permitsAny(['auditor'], meta.role)).map(
    ([name]) => name,
  );

  /**
   * Frames as a page would send them, for calls that an auditor may not make: some with another input, each answered in
   * words; then one with bytes changed, at which the host may hang up.
   */
  async function sendFrames(): Promise<void> {
    // A glass that an earlier call broke lets reading through.
    if (services.session.emergency() !== undefined) await enter('auditor');
    const before = traces();
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}/rpc`, { headers });
    await new Promise((done, fail) => socket.once('open', done).once('error', fail));
    const frameOf = (id: number): string => {
      const path = `/${oneOf(forbidden, random).replace('.', '/')}`;
      const json = spoilt({ caseId: CASE, reason: 'because' }, random);
      return JSON.stringify({ i: String(id), p: { u: path, b: { json } } }, (_, one: unknown) =>
        typeof one === 'bigint' ? String(one) : one,
      );
    };
    const whole = [0, 1, 2, 3].map(frameOf);
    const answered = new Promise<void>((done) => {
      let answers = 0;
      socket.on('message', (reply) => {
        if (/forbidden|BAD_REQUEST|BAD REQUEST/i.test(String(reply))) figures.framesRefused += 1;
        answers += 1;
        if (answers === whole.length) done();
      });
      socket.on('error', () => undefined).on('close', () => done());
    });
    for (const frame of whole) socket.send(frame);
    await answered;
    const bytes = Buffer.from(frameOf(4));
    for (let change = 0; change <= random() * 4; change += 1)
      bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    const sent = random() < 0.2 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes;
    socket.send(random() < 0.5 ? sent : sent.toString('utf8'));
    const ended = new Promise((done) => socket.on('close', done));
    socket.close();
    await ended;
    figures.frames += whole.length + 1;
    if (traces() !== before) figures.unapproved.push(`frames ${figures.frames}`);
  }
  async function sendRequest(): Promise<void> {
    const before = traces();
    const path = oneOf(
      ['/session', '/blob/none', '/blob/%00', '/blob/../data/vault.sqlite', '/%2e%2e/x', '//', '/rpc'],
      random,
    );
    const method = oneOf(['GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'OPTIONS'], random);
    const body = ['GET', 'HEAD'].includes(method) ? null : 'x'.repeat(Math.floor(random() * 5000));
    const wanted = { method, body, headers: random() < 0.5 ? headers : { origin: 'http://elsewhere' } };
    // A refusal before the body was read may reset the connection; then the host must answer the next one.
    const answer = await fetch(`${origin}${path}`, wanted).catch(() => fetch(`${origin}/blob/none`));
    await answer.arrayBuffer().catch(() => undefined);
    if (answer.status >= 500) figures.crashes.push(`${method} ${path}: ${answer.status}`);
    if (traces() !== before) figures.unapproved.push(`${method} ${path}`);
    figures.requests += 1;
  }

  const unhandled = (error: unknown): void =>
    void figures.crashes.push(`unhandled: ${String((error as Error)?.stack ?? error)}`);
  process.on('unhandledRejection', unhandled).on('uncaughtException', unhandled);
  try {
    for (const role of Role.options) {
      await enter(role);
      const share = Math.ceil(messages / Role.options.length);
      for (let index = 0; index < share; ) {
        const luck = random();
        if (role === 'auditor' && luck < 0.1) {
          const before = figures.frames;
          await sendFrames();
          index += figures.frames - before;
        } else if (luck < 0.04) {
          await sendRequest();
          index += 1;
        } else {
          await send(role);
          figures.messages += 1;
          index += 1;
        }
      }
    }
    await vault.lock();
    await vault.unlock(founder);
    figures.journal = (await vault.verifyJournal()).ok;
  } finally {
    process.off('unhandledRejection', unhandled).off('uncaughtException', unhandled);
    await host.close();
    services.session.end();
    services.laboratory.end();
    if (vault.status().state === 'open') await vault.lock();
  }
  return figures;
}
