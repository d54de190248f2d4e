/** F094, S40: the commands for live systems, each against a loopback partner: queued, retried, journalled, nothing sent twice. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { listenHl7, sendHl7, smart } from '../../../electron/cli/commands/exchange-live.ts';
import { queue } from '../../../electron/cli/commands/exchange-queue.ts';
import { actsOn, exportBundle } from '../../../electron/exchange/export-bundle.ts';
import { caseToFhir, framed, hl7Of, startMllp } from '../../../electron/exchange/index.ts';
import { randomIds, systemClock } from '../../../electron/ports.ts';
import { createVault, openVault } from '../../../electron/vault/index.ts';
import { valueAt } from '../../../shared/exchange/hl7/message.ts';
import { canonicalJson } from '../../../shared/foundation/canonical.ts';
import { reportInput } from '../report/support/input.ts';

const PASSWORD = 'a heron wades at dawn 41';
const work = mkdtempSync(join(tmpdir(), 'live-'));
const at = (...names: string[]) => join(work, ...names);
const input = reportInput();
const { caseId } = input.record;
const closing: (() => unknown)[] = [];
const place = { folder: at('vault'), clock: systemClock, ids: randomIds };
const vaultArguments = ['--data', at('vault'), '--password-file', at('password')];

beforeAll(async () => {
  const vault = await createVault(place, { boardName: 'B', userName: 'A', password: PASSWORD });
  const listing = { pseudonym: 'Otter 417', tumorTypeCode: 'LUAD', tumorTypeName: null, stage: null, question: null };
  vault.append({ actor: vault.user.userId, caseId, type: 'case.imported', payload: { listing } });
  vault.lock();
  writeFileSync(at('password'), PASSWORD);
  const { text } = hl7Of('oru', input, { pdf: Buffer.from('%PDF-1.7'), signed: true });
  writeFileSync(at('one.hl7'), text);
  writeFileSync(at('case.fhir.json'), canonicalJson(caseToFhir(input).bundle));
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const close of closing.splice(0)) await close();
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** What a command prints with --json. */
async function run(command: (argv: string[]) => Promise<number>, ...argv: string[]) {
  const written: string[] = [];
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  try {
    const code = await command(argv);
    return { code, said: JSON.parse(written.join('') || '{}') };
  } finally {
    out.mockRestore();
  }
}
async function events(...types: string[]): Promise<string[]> {
  const vault = await openVault(place, { password: PASSWORD });
  try {
    return vault.read({ types: types as never }).map(({ type }) => type);
  } finally {
    vault.lock();
  }
}

describe('exchange send-hl7 and listen-hl7', () => {
  it('keeps what a partner that is down does not take, and sends it once when it is up', async () => {
    const taken: string[] = [];
    const first = await startMllp(() => void taken.push('first'));
    const { port } = first;
    await first.close();
    writeFileSync(
      at('ris.json'),
      JSON.stringify({ kind: 'mllp', name: 'ris', host: '127.0.0.1', port, patience: 2000 }),
    );
    const send = (...more: string[]) =>
      run(sendHl7 as never, ...more, '--partner', at('ris.json'), '--json', ...vaultArguments);
    const down = await send(at('one.hl7'), '--case', caseId);
    expect(down).toMatchObject({ code: 1, said: { ok: false, sent: [], queue: [{ attempts: 1 }] } });
    // Five seconds have not passed: nothing is tried, nothing lost.
    expect((await send()).said).toMatchObject({ sent: [], failed: [], waiting: 1 });
    const server = await startMllp(() => void taken.push('second'), { port });
    closing.push(() => server.close());
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 6000 });
    const up = await send();
    vi.useRealTimers();
    expect(up).toMatchObject({ code: 0, said: { ok: true, sent: [down.said.messageId], queue: [] } });
    expect((await send(at('one.hl7'), '--case', caseId)).said).toMatchObject({ ok: true, sent: [] });
    expect(taken).toEqual(['second']);
    expect(await events('message.queued', 'message.failed', 'export.written')).toEqual([
      'message.queued',
      'message.failed',
      'export.written',
    ]);
  });

  it('lists what waits, tries it again at once, takes it out by a reason, and can queue it again', async () => {
    const second = at('second.hl7');
    writeFileSync(second, hl7Of('mdm', input, { pdf: Buffer.from('%PDF-1.7'), signed: true }).text);
    const dark = { kind: 'mllp', name: 'dark', host: '127.0.0.1', port: 9, patience: 500 };
    writeFileSync(at('dark.json'), JSON.stringify(dark));
    const ask = (...more: string[]) => run(queue as never, ...more, '--json', ...vaultArguments);
    const send = (file: string) =>
      run(sendHl7 as never, file, '--case', caseId, '--partner', at('dark.json'), '--json', ...vaultArguments);
    const first = (await send(at('one.hl7'))).said.messageId;
    const later = (await send(second)).said.messageId;
    expect((await ask()).said.queue).toMatchObject([
      { messageId: first, channel: 'dark', attempts: 1, lastCode: 'write-failed' },
      { messageId: later, channel: 'dark', attempts: 0 },
    ]);
    await expect(ask('cancel', first)).rejects.toThrow(/why it is not to be sent/);
    await expect(ask('cancel', 'no such', '--reason', 'x')).rejects.toThrow(/No such message/);
    // What waits before it of the same case goes first, so the later one is not tried while that one fails.
    const again = await ask('retry', later, '--partner', at('dark.json'));
    expect(again).toMatchObject({ code: 1, said: { sent: [], failed: [first], waiting: 1 } });
    expect((await ask('cancel', first, '--reason', 'sent on paper')).code).toBe(0);
    const taken: string[] = [];
    const server = await startMllp((message) => void taken.push(valueAt(message, 'MSH', 10)));
    closing.push(() => server.close());
    writeFileSync(at('dark.json'), JSON.stringify({ ...dark, port: server.port }));
    expect(await ask('retry', '--partner', at('dark.json'))).toMatchObject({ code: 0, said: { sent: [later] } });
    expect((await ask('list')).said.queue).toEqual([]);
    expect((await send(at('one.hl7'))).said.sent).toEqual([first]);
    expect(taken).toHaveLength(2);
    expect(await events('message.cancelled')).toEqual(['message.cancelled']);
  });

  it.each([
    ['no HL7', { file: 'case.fhir.json' }, 'format-unknown'],
    ['a case that the vault has not', { id: 'no-such' }, 'not-found'],
    [
      'a name in place of an address',
      { partner: { kind: 'mllp', name: 'x', host: 'ris.example', port: 1 } },
      'field-invalid',
    ],
    [
      'a partner of another kind',
      { partner: { kind: 'smart', name: 'x', fhirBase: 'a', clientId: 'b', scope: 'c' } },
      'usage',
    ],
    ['no JSON', { partner: 'x' }, 'json-invalid'],
  ])(
    'refuses %s before anything is queued',
    async (_, { file = 'one.hl7', id = caseId, partner }: { file?: string; id?: string; partner?: unknown }, code) => {
      const text = partner === undefined ? { kind: 'folder', name: 'drop', folder: 'out' } : partner;
      writeFileSync(at('p.json'), typeof text === 'string' ? text : JSON.stringify(text));
      const argv = [at(file), '--partner', at('p.json'), '--case', id, ...vaultArguments];
      await expect(sendHl7(argv)).rejects.toMatchObject({ fault: { code } });
    },
  );

  it('listens: on the disk before the answer, the same once, another under its name not at all', async () => {
    const folder = at('inbox');
    const said: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
    const done = listenHl7(['-o', folder, ...vaultArguments]);
    await vi.waitFor(() => expect(said.join('')).toMatch(/127\.0\.0\.1:\d+/), 20_000);
    const port = Number(/:(\d+)/.exec(said.join(''))?.[1]);
    const ask = (text: string) =>
      new Promise<string>((answer) => {
        const socket = connect({ host: '127.0.0.1', port }, () => void socket.write(framed(text)));
        socket.once('data', (chunk) => {
          answer(chunk.toString());
          socket.destroy();
        });
      });
    const message = readFileSync(at('one.hl7'), 'utf8');
    expect(await ask(message)).toContain('MSA|AA');
    expect(readdirSync(folder)).toHaveLength(1);
    expect(await ask(message)).toContain('MSA|AA');
    expect(readdirSync(folder)).toHaveLength(1);
    // Another content under the same control id is another message.
    expect(
      await ask(
        message
          .replace('Lung', 'Long')
          .replace('LUNG', 'LONG')
          .replace(/\rOBX\|1\|/, '\rOBX|9|'),
      ),
    ).toContain('MSA|AE');
    expect(readdirSync(folder)).toHaveLength(1);
    expect(await ask('MSH|^~\\&|nonsense')).toMatch(/MSA\|A[RE]/);
    process.emit('SIGINT');
    expect(await done).toBe(0);
    vi.restoreAllMocks();
    expect(await events('message.received')).toEqual(['message.received']);
  });
});

it('F092 a bundle out of the vault carries who did what to the case; looking at it changes no line', async () => {
  const vault = await openVault(place, { password: PASSWORD });
  try {
    const before = actsOn(vault, caseId);
    vault.append({ actor: vault.user.userId, caseId, type: 'document.viewed', payload: {} });
    vault.append({ actor: vault.user.userId, caseId, type: 'export.written', payload: {} });
    expect(actsOn(vault, caseId)).toEqual(before);
    const audit = exportBundle(input, before).bundle.entry.flatMap(({ resource }) =>
      resource.resourceType === 'AuditEvent' ? [resource] : [],
    );
    expect(audit).toHaveLength(before.length);
    expect(audit[0]).toMatchObject({ action: 'C', agent: [{ name: 'A' }] });
  } finally {
    vault.lock();
  }
});

describe('exchange smart', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const bodyOf = async (request: IncomingMessage) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  /** A FHIR server that gives tokens, keeps what is put, and answers a search on two pages. */
  async function server(odd: Partial<Record<'page' | 'put', string>> = {}) {
    const put = new Map<string, string>();
    const held: Server = createServer(async (request, response): Promise<unknown> => {
      const base = `http://127.0.0.1:${(held.address() as AddressInfo).port}/fhir`;
      const reply = (status: number, body: unknown) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      const [path = ''] = (request.url ?? '').split('?');
      if (path.endsWith('smart-configuration'))
        return reply(200, { token_endpoint: `${base}/token`, authorization_endpoint: `${base}/authorize` });
      if (path.endsWith('/token')) return reply(200, { access_token: 't', token_type: 'bearer', expires_in: 300 });
      if (request.headers.authorization !== 'Bearer t') return reply(401, {});
      if (request.method === 'PUT') {
        if (odd.put !== undefined) return response.writeHead(200).end(odd.put);
        put.set(path, await bodyOf(request));
        return reply(201, {});
      }
      if (odd.page !== undefined) return response.writeHead(200).end(odd.page);
      const second = request.url?.includes('page=2') === true;
      const patient = { resourceType: 'Patient', id: second ? 'b' : 'a' };
      return reply(200, {
        resourceType: 'Bundle',
        type: 'searchset',
        link: second ? [] : [{ relation: 'next', url: `${base}/Patient?page=2` }],
        entry: [{ fullUrl: `${base}/Patient/${patient.id}`, resource: patient }],
      });
    });
    await new Promise<void>((done) => held.listen(0, '127.0.0.1', done));
    closing.push(() => {
      held.closeAllConnections();
      return new Promise((done) => held.close(done));
    });
    writeFileSync(at('key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const partner = {
      kind: 'smart',
      name: 'record-system',
      fhirBase: `http://127.0.0.1:${(held.address() as AddressInfo).port}/fhir`,
      clientId: 'consilium',
      scope: 'system/*.rs',
      key: 'key.pem',
      keyId: 'k1',
      patience: 2000,
    };
    writeFileSync(at('fhir.json'), JSON.stringify(partner));
    return put;
  }

  it('pushes over the queue, once', async () => {
    const put = await server();
    const push = (...more: string[]) =>
      run(smart as never, 'push', ...more, '--partner', at('fhir.json'), '--json', ...vaultArguments);
    expect(await push(at('case.fhir.json'), '--case', caseId)).toMatchObject({ code: 0, said: { ok: true } });
    expect(put.size).toBe(1);
    const [[path, body] = ['', '']] = [...put];
    expect(path).toMatch(/^\/fhir\/Bundle\/[A-Za-z0-9.-]+$/);
    expect(canonicalJson(JSON.parse(body))).toBe(readFileSync(at('case.fhir.json'), 'utf8'));
    put.clear();
    expect((await push(at('case.fhir.json'), '--case', caseId)).said).toMatchObject({ ok: true, sent: [] });
    expect(put.size).toBe(0);
  });

  it('pulls every page into one file, and nothing of an answer that is HTML, half or of elsewhere', async () => {
    await server();
    const pull = (name: string, what = 'Patient?_id=a') =>
      run(smart as never, 'pull', what, '--partner', at('fhir.json'), '-o', at(name), '--json');
    expect((await pull('pulled.json')).said).toMatchObject({ ok: true, resources: 2 });
    expect(JSON.parse(readFileSync(at('pulled.json'), 'utf8')).entry).toHaveLength(2);
    for (const page of [
      '<html>log in</html>',
      '{"resourceType":"Bundle","entry":[',
      '{"resourceType":"Bundle","type":"searchset","link":[{"relation":"next","url":"http://127.0.0.1:9/fhir/Patient"}]}',
      '{"error":"x"}',
    ]) {
      await server({ page });
      await expect(pull('not.json')).rejects.toMatchObject({ fault: { code: 'write-failed' } });
    }
    await expect(pull('not.json', '../admin')).rejects.toMatchObject({ fault: { code: 'field-invalid' } });
    expect(readdirSync(work)).not.toContain('not.json');
  });
});

describe('exchange smart launch', () => {
  const TOKEN = 'secret-token-of-the-launch';
  /** A record system whose login page is the test; the token is given for the verifier of the challenge alone. */
  async function recordSystem(said: { methods?: string[]; patient?: string } = {}) {
    let challenge = '';
    const held: Server = createServer(async (request, response): Promise<unknown> => {
      const base = `http://127.0.0.1:${(held.address() as AddressInfo).port}/fhir`;
      const reply = (status: number, body: unknown) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      const { pathname, searchParams } = new URL(request.url ?? '/', base);
      if (pathname.endsWith('smart-configuration'))
        return reply(200, {
          token_endpoint: `${base}/token`,
          authorization_endpoint: `${base}/authorize`,
          code_challenge_methods_supported: said.methods ?? ['S256'],
        });
      if (pathname.endsWith('/authorize')) {
        challenge = searchParams.get('code_challenge') ?? '';
        return reply(200, {});
      }
      if (pathname.endsWith('/token')) {
        const chunks: Buffer[] = [];
        for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
        const form = new URLSearchParams(Buffer.concat(chunks).toString());
        const made = createHash('sha256')
          .update(form.get('code_verifier') ?? '')
          .digest('base64url');
        if (made !== challenge || form.get('code') !== 'C') return reply(400, { error: 'invalid_grant' });
        const patient = said.patient === undefined ? {} : { patient: said.patient };
        return reply(200, {
          access_token: TOKEN,
          token_type: 'Bearer',
          expires_in: 300,
          scope: 'launch/patient',
          ...patient,
        });
      }
      if (request.headers.authorization !== `Bearer ${TOKEN}`) return reply(401, {});
      return reply(200, {
        resourceType: 'Bundle',
        type: 'searchset',
        entry: [{ resource: { resourceType: 'Patient', id: 'p1' } }],
      });
    });
    await new Promise<void>((done) => held.listen(0, '127.0.0.1', done));
    closing.push(() => {
      held.closeAllConnections();
      return new Promise((done) => held.close(done));
    });
    const fhirBase = `http://127.0.0.1:${(held.address() as AddressInfo).port}/fhir`;
    const partner = {
      kind: 'smart',
      name: 'record-system',
      fhirBase,
      clientId: 'c',
      scope: 'launch/patient patient/*.rs',
    };
    writeFileSync(at('launch.json'), JSON.stringify(partner));
  }
  /** Starts the command and gives the address that a browser would be sent to. */
  async function started(...more: string[]) {
    const written: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    const shown = Promise.withResolvers<URL>();
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      const found = /http:\S+authorize\?\S+/.exec(String(text))?.[0];
      if (found !== undefined) shown.resolve(new URL(found));
      return true;
    });
    const ended = smart(['launch', '--partner', at('launch.json'), '--json', ...more]);
    ended.catch((error: unknown) => shown.reject(error));
    const authorize = await shown.promise;
    await fetch(authorize);
    const back = new URL(authorize.searchParams.get('redirect_uri') ?? '');
    const browser = async (query: Record<string, string>) => {
      back.search = new URLSearchParams(query).toString();
      return (await fetch(back)).status;
    };
    return {
      ended,
      browser,
      authorize,
      state: authorize.searchParams.get('state') ?? '',
      said: () => JSON.parse(written.join('')),
    };
  }

  it('logs in with S256 over the loopback address, pulls the chosen patient, and writes the token nowhere', async () => {
    await recordSystem({ patient: 'p1' });
    const { ended, browser, authorize, state, said } = await started('-o', at('chosen.json'), ...vaultArguments);
    expect(Object.fromEntries(authorize.searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/),
    });
    // What any page of the browser could send changes nothing.
    expect(await browser({ code: 'C', state: 'x'.repeat(state.length) })).toBe(400);
    expect(await browser({ error: 'access_denied' })).toBe(400);
    expect(await browser({ code: 'C', state })).toBe(200);
    expect(await ended).toBe(0);
    expect(said()).toMatchObject({ ok: true, denied: ['patient/*.rs'], patient: true, resources: 1 });
    await expect(browser({ code: 'C', state })).rejects.toThrow();
    vi.restoreAllMocks();
    const files = readdirSync(work, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    for (const file of files)
      expect(readFileSync(join(file.parentPath, file.name)).includes(TOKEN), file.name).toBe(false);
    expect(JSON.stringify(said())).not.toContain(TOKEN);
    expect(await events('message.received')).toContain('message.received');
  });

  it.each<[string, { methods?: string[] }, Record<string, string>, string]>([
    ['denied access', {}, { error: 'access_denied' }, 'forbidden'],
    ['a refused scope', {}, { error: 'invalid_scope' }, 'write-failed'],
    ['a code that is not the one', {}, { code: 'D' }, 'write-failed'],
    ['no patient where one is to be pulled', {}, { code: 'C' }, 'not-found'],
  ])('refuses %s in a typed fault and writes nothing', async (_, said, answer, code) => {
    await recordSystem(said);
    const { ended, browser, state } = await started('-o', at('none.json'));
    const refusal = expect(ended).rejects.toMatchObject({ fault: { code } });
    await browser({ ...answer, state });
    await refusal;
    expect(readdirSync(work)).not.toContain('none.json');
  });

  it('begins no launch with a server that does not take S256', async () => {
    await recordSystem({ methods: ['plain'] });
    await expect(started()).rejects.toMatchObject({
      fault: { code: 'write-failed', message: expect.stringMatching(/S256/) },
    });
  });
});
mkdirSync(at('out'), { recursive: true });
