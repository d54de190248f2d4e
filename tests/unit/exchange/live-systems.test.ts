/** F094: a loopback partner for each live system; nothing is lost when it is down, slow, or says something else. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer as createTcp, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import {
  backendToken,
  createOutbox,
  dropMessage,
  framed,
  hl7Of,
  isAllowed,
  sendMllp,
  sendResource,
  standaloneLaunch,
  startCdsServer,
  startMllp,
  toFolder,
  toMllp,
  verifiedJwt,
} from '../../../electron/exchange/index.ts';
import { createVault } from '../../../electron/vault/index.ts';
import { parseHl7, valueAt, writeHl7 } from '../../../shared/exchange/hl7/message.ts';
import { outside, outsideTitle } from '../../support/outside.ts';
import { reportInput } from '../report/support/input.ts';

const work = mkdtempSync(join(tmpdir(), 'live-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
const input = reportInput();
const pdf = new TextEncoder().encode('%PDF-1.7 synthetic');

/** A partner that says whatever it is told to. */
async function partner(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<string> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    answer(request, response, Buffer.concat(chunks).toString());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const json = (response: ServerResponse, value: unknown, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
};

describe('HL7 v2.5.1 (F094)', () => {
  const made = hl7Of('oru', input, { pdf, signed: true });

  it('ORU^R01 carries the PDF whole and each finding; the same content has the same control id', () => {
    const read = parseHl7(made.text);
    if (!read.ok) throw new Error(read.fault.message);
    expect(valueAt(read.value, 'MSH', 9, 3)).toBe('ORU_R01');
    expect(valueAt(read.value, 'MSH', 11)).toBe('T');
    expect(valueAt(read.value, 'OBR', 25)).toBe('F');
    expect(Buffer.from(valueAt(read.value, 'OBX', 5, 5), 'base64').toString()).toBe('%PDF-1.7 synthetic');
    const variants = read.value.segments.filter(
      ({ name, fields }) => name === 'OBX' && fields[2]?.[0]?.[0]?.[0] === '69548-6',
    );
    const shown = input.profile.findings.filter(({ kind }) => kind !== 'biomarker' && !kind.endsWith('outlier'));
    expect(variants).toHaveLength(shown.length);
    expect(writeHl7(read.value)).toBe(made.text);
    expect(hl7Of('oru', reportInput(), { pdf, signed: true }).controlId).toBe(made.controlId);
    expect(made.controlId).toHaveLength(20);
    expect(made.text).not.toContain('Hospital North');
  });

  it('a finding that was not tested has no value and says so by its status, never Absent', () => {
    const [finding] = input.profile.findings.filter(({ kind }) => kind === 'small-variant');
    if (finding === undefined) throw new Error('no variant');
    const statuses = (['detected', 'tested-not-detected', 'failed-qc', 'not-assayed'] as const).map((state) => {
      const said = { ...input, profile: { ...input.profile, findings: [{ ...finding, state }] } };
      const read = parseHl7(hl7Of('oru', said, { pdf, signed: true }).text);
      const row = read.ok
        ? read.value.segments.find(({ fields }) => fields[2]?.[0]?.[0]?.[0] === '69548-6')
        : undefined;
      return [row?.fields[4]?.[0]?.[0]?.[0], row?.fields[10]?.[0]?.[0]?.[0]];
    });
    expect(statuses).toEqual([
      ['LA9633-4', 'F'],
      ['LA9634-2', 'F'],
      ['', 'X'],
      ['', 'X'],
    ]);
  });

  it('MDM^T02 has what TXA needs, unsigned is not authenticated', () => {
    const read = parseHl7(hl7Of('mdm', input, { pdf, signed: false }).text);
    if (!read.ok) throw new Error(read.fault.message);
    expect(read.value.segments.map(({ name }) => name)).toEqual(['MSH', 'EVN', 'PID', 'PV1', 'TXA', 'OBX']);
    expect([valueAt(read.value, 'TXA', 2), valueAt(read.value, 'TXA', 12), valueAt(read.value, 'TXA', 17)]).toEqual([
      'CN',
      input.reportId,
      'DO',
    ]);
  });

  it('escapes and unescapes every delimiter, other separators and line ends', () => {
    const odd = 'a|b^c&d~e\\f\ng\\F\\h \\X41\\';
    const message = {
      segments: [
        { name: 'MSH', fields: [[[['|']]], [[['^~\\&']]], [[[odd]]]] },
        { name: 'NTE', fields: [[[['x'], ['', odd]], [[odd]]]] },
      ],
    };
    const text = writeHl7(message);
    expect(text.split('\r')).toHaveLength(3);
    expect(parseHl7(text)).toEqual({ ok: true, value: message });
    const other = parseHl7('MSH#@!$%#A#B@C\nPID#1#x!y#p\\F\\q');
    expect(other.ok && valueAt(other.value, 'MSH', 4, 2)).toBe('C');
    expect(other.ok && valueAt(other.value, 'PID', 3)).toBe('p\\F\\q'.replace('p\\F\\q', 'p\\F\\q'));
  });

  it.each([
    ['nothing', ' ', 'file-empty', undefined],
    ['a page', '<html></html>', 'field-invalid', 'MSH'],
    ['too few separators', 'MSH|^~|x', 'field-invalid', 'MSH-2'],
    ['the same separator twice', 'MSH|^^\\&|x', 'field-invalid', 'MSH-2'],
    ['letters as separators', 'MSHaBCDEax', 'field-invalid', 'MSH-2'],
    ['another separator later', 'MSH|^~\\&|x\rPID#1', 'field-invalid', 'PID'],
    ['two messages', 'MSH|^~\\&|x\rMSH|^~\\&|x', 'field-invalid', 'MSH'],
    ['a control character', 'MSH|^~\\&|x\rPID|\u0000', 'field-invalid', 'PID'],
  ])('refuses %s with its place', (_, text, code, field) => {
    const read = parseHl7(text);
    expect(read.ok ? undefined : [read.fault.code, read.fault.place?.field]).toEqual([code, field]);
  });

  it('goes over MLLP and is acknowledged; sent again it is taken once', async () => {
    const taken: string[] = [];
    const server = await startMllp((message) => void taken.push(valueAt(message, 'MSH', 10)));
    closing.push(server.close);
    const at = { host: '127.0.0.1', port: server.port };
    expect(await sendMllp(made.text, made.controlId, at)).toEqual({ code: 'AA', controlId: made.controlId });
    expect(await sendMllp(made.text, made.controlId, at)).toEqual({ code: 'AA', controlId: made.controlId });
    expect(taken).toEqual([made.controlId]);
    const refusing = await startMllp(() => {
      throw new Error('full');
    });
    closing.push(refusing.close);
    expect((await sendMllp(made.text, made.controlId, { host: '127.0.0.1', port: refusing.port })).code).toBe('AE');
  });

  it('reads a message that comes byte by byte, and hangs up on what is no frame', async () => {
    const taken: string[] = [];
    const server = await startMllp((message) => void taken.push(valueAt(message, 'MSH', 10)));
    closing.push(server.close);
    const answers = await new Promise<string>((done) => {
      const socket = connect(server.port, '127.0.0.1');
      let said = '';
      socket.on('data', (chunk) => {
        said += chunk.toString();
        if (said.includes('MSA|AA|M2')) socket.end(() => done(said));
      });
      const bytes = Buffer.concat([
        framed('MSH|^~\\&|A|B|||2026||ADT^A01|M1|P|2.5.1\r'),
        framed('MSH|^~\\&|A|B|||2026||ADT^A01|M2|P|2.5.1\r'),
      ]);
      socket.on('connect', async () => {
        for (const byte of bytes) socket.write(Buffer.from([byte]));
      });
    });
    expect(answers).toContain('MSA|AA|M1');
    expect(taken).toEqual(['M1', 'M2']);
    const closed = await new Promise<boolean>((done) => {
      const socket = connect(server.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\n\r\n'));
      socket.on('close', () => done(true));
      socket.on('error', () => undefined);
    });
    expect(closed).toBe(true);
  });

  const odd = async (
    say: (server: Server) => void,
    answer: (write: (bytes: Buffer | string) => void, end: () => void) => void,
  ): Promise<number> => {
    const server = createTcp((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () =>
        answer(
          (bytes) => void socket.write(bytes),
          () => void socket.end(),
        ),
      );
    });
    say(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    closing.push(() => server.close());
    return (server.address() as AddressInfo).port;
  };

  it.each<[string, (write: (bytes: Buffer | string) => void, end: () => void) => void, RegExp]>([
    ['says nothing', () => undefined, /in time/],
    ['hangs up', (_write, end) => end(), /hung up/],
    [
      'says half',
      (write, end) => {
        write(framed('MSH|^~\\&|').subarray(0, 6));
        end();
      },
      /hung up/,
    ],
    ['answers with a page', (write) => write('HTTP/1.1 200 OK\r\n\r\n<html>\x1c\r'), /something else/],
    ['acknowledges another message', (write) => write(framed('MSH|^~\\&|A\rMSA|AA|OTHER\r')), /another message/],
    ['acknowledges nothing', (write) => write(framed('MSH|^~\\&|A\rPID|1\r')), /something else/],
  ])('a partner that %s is not believed', async (_, answer, message) => {
    const port = await odd(() => undefined, answer);
    await expect(sendMllp(made.text, made.controlId, { host: '127.0.0.1', port, patience: 300 })).rejects.toThrow(
      message,
    );
  });

  it('speaks to the loopback address and to configured ones only, and looks no name up', async () => {
    expect(
      ['127.0.0.1', '::1', '10.0.0.9', 'localhost', 'ris.example.org'].map((host) =>
        isAllowed(host, ['10.0.0.9', 'localhost']),
      ),
    ).toEqual([true, true, true, false, false]);
    await expect(toMllp({ host: '10.0.0.8', port: 1 })({} as never, new Uint8Array())).rejects.toThrow(
      /not one that was configured/,
    );
  });

  it('drops a file whole, under a name that says nothing of the patient', async () => {
    const name = await dropMessage(work, Buffer.from(made.text));
    expect(name).toBe(`${made.controlId}.hl7`);
    expect(readFileSync(join(work, name), 'utf8')).toBe(made.text);
    // The same message again stands under the same name.
    await toFolder(work)({} as never, Buffer.from(made.text));
    expect(readdirSync(work).filter((one) => /\.(part|hl7)$/.test(one))).toEqual([name]);
    // Something else stands under its name: the folder takes no file, and says so; nothing of the try stays.
    const taken = join(work, 'taken');
    mkdirSync(join(taken, name, 'in the way'), { recursive: true });
    await expect(toFolder(taken)({} as never, Buffer.from(made.text))).rejects.toMatchObject({
      fault: { code: 'write-failed' },
    });
    expect(readdirSync(taken)).toEqual([name]);
  });
});

describe('the outbox (F094)', () => {
  it('keeps what a partner that is down did not take, sends it once, in order, and leaves it in the journal', async () => {
    const clock = { at: Date.parse('2026-05-01T10:00:00Z'), now: () => new Date(clock.at).toISOString() };
    let next = 0;
    const count = () => {
      next += 1;
      return next;
    };
    const vault = await createVault(
      {
        folder: join(work, 'vault'),
        clock,
        ids: { next: () => `00000000-0000-4000-8000-${String(count()).padStart(12, '0')}` },
      },
      { boardName: 'B', userName: 'A', password: 'a heron wades at dawn 41' },
    );
    closing.push(() => vault.lock());
    const caseId = input.record.caseId;
    vault.append({ actor: vault.user.userId, caseId, type: 'case.imported', payload: { listing: listing() } });
    const outbox = createOutbox({ vault: () => vault, clock });
    const bytes = (text: string) => new TextEncoder().encode(text);
    const first = await outbox.queue({ caseId, channel: 'ris', format: 'hl7-oru', bytes: bytes('one') });
    expect(await outbox.queue({ caseId, channel: 'ris', format: 'hl7-oru', bytes: bytes('one') })).toBe(first);
    const second = await outbox.queue({ caseId, channel: 'ris', format: 'hl7-oru', bytes: bytes('two') });
    const down = async () => {
      throw new Error('down');
    };
    expect(await outbox.deliver('ris', down)).toEqual({ sent: [], failed: [first], waiting: 1 });
    const got: string[] = [];
    const up = async (_item: unknown, taken: Uint8Array) => void got.push(Buffer.from(taken).toString());
    expect(await outbox.deliver('ris', up as never)).toEqual({ sent: [], failed: [], waiting: 2 });
    clock.at += 6000;
    expect(await outbox.deliver('ris', up as never)).toEqual({ sent: [first, second], failed: [], waiting: 0 });
    expect(got).toEqual(['one', 'two']);
    // Replayed after all was sent: nothing goes out twice.
    await outbox.queue({ caseId, channel: 'ris', format: 'hl7-oru', bytes: bytes('one') });
    expect(outbox.pending()).toEqual([]);
    expect(
      vault.read({ types: ['message.queued', 'message.failed', 'export.written'] }).map(({ type }) => type),
    ).toEqual(['message.queued', 'message.queued', 'message.failed', 'export.written', 'export.written']);
    // A clock that ran ahead when the partner was down, and is set back: nothing waits until then.
    const ahead = 10 * 365 * 86_400_000;
    clock.at += ahead;
    const third = await outbox.queue({ caseId, channel: 'ris', format: 'hl7-oru', bytes: bytes('three') });
    expect(await outbox.deliver('ris', down)).toMatchObject({ failed: [third] });
    clock.at -= ahead;
    expect(await outbox.deliver('ris', up as never)).toEqual({ sent: [third], failed: [], waiting: 0 });
    // Another host on the same queue takes out what is next while this one sends: it does not leave.
    const other = createOutbox({ vault: () => vault, clock });
    const fourth = await outbox.queue({ caseId, channel: 'ris', format: 'hl7-oru', bytes: bytes('four') });
    const fifth = await outbox.queue({ caseId, channel: 'ris', format: 'hl7-oru', bytes: bytes('five') });
    const slow = async (): Promise<undefined> => void (await other.cancel(fifth, 'sent twice'));
    expect(await outbox.deliver('ris', slow)).toEqual({ sent: [fourth], failed: [], waiting: 0 });
    expect(outbox.pending()).toEqual([]);
    expect((await vault.verifyJournal()).ok).toBe(true);
  });
});

function listing() {
  return {
    pseudonym: 'Otter 417',
    tumorTypeCode: 'LUAD',
    tumorTypeName: 'Lung adenocarcinoma',
    stage: null,
    question: null,
  };
}

describe('SMART on FHIR (F094)', () => {
  const scope = 'system/*.cruds';
  it.each(['rsa', 'ec'] as const)(
    'gets a backend token by a signed assertion (%s), and sends a resource with it',
    async (kind) => {
      const { privateKey, publicKey } =
        kind === 'rsa'
          ? generateKeyPairSync('rsa', { modulusLength: 2048 })
          : generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
      const seen: string[] = [];
      const put: string[] = [];
      const base: string = await partner((request, response, body) => {
        if (request.url === '/fhir/.well-known/smart-configuration')
          return json(response, { token_endpoint: `${base}/token` });
        if (request.url === '/token') {
          const form = new URLSearchParams(body);
          const claims = verifiedJwt(form.get('client_assertion') ?? '', publicKey);
          const sound =
            claims?.iss === 'consilium' &&
            claims.sub === 'consilium' &&
            claims.aud === `${base}/token` &&
            !seen.includes(String(claims.jti)) &&
            form.get('grant_type') === 'client_credentials';
          seen.push(String(claims?.jti));
          return json(
            response,
            sound ? { access_token: 'T', token_type: 'bearer', expires_in: 300, scope } : {},
            sound ? 200 : 400,
          );
        }
        put.push(
          `${request.method} ${request.url} ${request.headers.authorization} ${(JSON.parse(body) as { id: string }).id}`,
        );
        return json(response, {}, 201);
      });
      const at = { fhirBase: `${base}/fhir`, clientId: 'consilium' };
      const token = await backendToken(at, { privateKey, keyId: 'k1' }, scope);
      expect(token.token).toBe('T');
      await sendResource(at, token, { resourceType: 'Patient', id: 'p1' });
      expect(put).toEqual(['PUT /fhir/Patient/p1 Bearer T p1']);
      const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
      await expect(backendToken(at, { privateKey: other, keyId: 'k1' }, scope)).rejects.toThrow(/gives no token/);
    },
  );

  it('launches by itself with PKCE; an answer to another launch, or the same twice, is not taken', async () => {
    let challenge = '';
    const base: string = await partner((request, response, body) => {
      if (request.url?.startsWith('/fhir/.well-known'))
        return json(response, {
          token_endpoint: `${base}/token`,
          authorization_endpoint: `${base}/authorize`,
          code_challenge_methods_supported: ['S256'],
        });
      const form = new URLSearchParams(body);
      const { createHash } = process.getBuiltinModule('node:crypto');
      const holds =
        createHash('sha256')
          .update(form.get('code_verifier') ?? '')
          .digest('base64url') === challenge && form.get('code') === 'C';
      return json(response, holds ? { access_token: 'T', token_type: 'Bearer', patient: 'p1' } : {}, holds ? 200 : 400);
    });
    const launch = await standaloneLaunch(
      { fhirBase: `${base}/fhir`, clientId: 'consilium' },
      { redirect: 'http://127.0.0.1:8123/launched', scope: 'launch/patient patient/*.rs' },
    );
    const asked = new URL(launch.authorizeAt).searchParams;
    challenge = asked.get('code_challenge') ?? '';
    expect(asked.get('aud')).toBe(`${base}/fhir`);
    await expect(launch.finish('code=C&state=other')).rejects.toThrow(/not one to ours/);
    expect(await launch.finish(`code=C&state=${asked.get('state')}`)).toMatchObject({ token: 'T', patient: 'p1' });
    await expect(launch.finish(`code=C&state=${asked.get('state')}`)).rejects.toThrow(/not one to ours/);
  });

  it.each<[string, (response: ServerResponse) => void, RegExp]>([
    ['a page', (response) => response.end('<html></html>'), /something else than JSON/],
    [
      'half an answer',
      (response) => {
        response.writeHead(200, { 'content-length': '99' });
        response.write('{');
        response.destroy();
      },
      /half way|hung up/,
    ],
    ['nothing in time', () => undefined, /in time/],
    [
      'a redirect',
      (response) => {
        response.writeHead(302, { location: 'http://127.0.0.1:1/' });
        response.end('{}');
      },
      /elsewhere/,
    ],
    [
      'another host',
      (response) => json(response, { token_endpoint: 'https://elsewhere.example.org/token' }),
      /another host/,
    ],
    ['an address in the clear', (response) => json(response, { token_endpoint: 'http://10.0.0.1/token' }), /Only TLS/],
  ])('a server that answers with %s is not believed', async (_, answer, message) => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
    const base = await partner((_request, response) => answer(response));
    await expect(
      backendToken({ fhirBase: `${base}/fhir`, clientId: 'c', patience: 400 }, { privateKey, keyId: 'k' }, scope),
    ).rejects.toThrow(message);
  });
});

describe('the CDS Hooks service (F094)', () => {
  const answered: unknown[] = [];
  const start = async (known = true) => {
    answered.length = 0;
    const server = await startCdsServer({
      caseOf: async () => (known ? { caseId: 'lung-1', options: input.options, board: input.board } : undefined),
      onAnswer: (one) => void answered.push(one),
      onFeedback: (_service, feedback) => void answered.push(...feedback),
      workstation: 'http://127.0.0.1:4321/',
      origins: ['https://ehr.example.org'],
    });
    closing.push(server.close);
    const post = async (id: string, body: unknown, headers: Record<string, string> = {}) => {
      const response = await fetch(`${server.url}/cds-services/${id}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      return {
        status: response.status,
        body: (await response.json()) as { cards: Record<string, unknown>[]; place?: { field?: string } },
      };
    };
    return { server, post };
  };
  const order = (name: string, patient = 'p1') => ({
    resourceType: 'Bundle',
    entry: [
      {
        resource: {
          resourceType: 'MedicationRequest',
          id: 'm1',
          status: 'draft',
          intent: 'order',
          subject: { reference: `Patient/${patient}` },
          medicationCodeableConcept: {
            coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '1', display: name }],
          },
        },
      },
    ],
  });
  const request = (hook: string, more: object = {}) => ({
    hook,
    hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
    context: { userId: 'Practitioner/1', patientId: 'p1', ...more },
    somethingElse: true,
  });

  it('says what it offers, and answers each hook in the shape of the specification', async () => {
    const { server, post } = await start();
    const offered = (await (await fetch(`${server.url}/cds-services`)).json()) as {
      services: { id: string; hook: string; description: string }[];
    };
    expect(offered.services.map(({ hook }) => hook)).toEqual(['patient-view', 'order-select', 'order-sign']);
    const view = await post('consilium-decision', request('patient-view'));
    expect(view.body.cards[0]).toMatchObject({
      indicator: 'info',
      links: [{ type: 'absolute', url: 'http://127.0.0.1:4321/#/cases/lung-1' }],
    });
    const sign = await post(
      'consilium-order-sign',
      request('order-sign', { draftOrders: order('erlotinib 150 MG Oral Tablet') }),
    );
    const [card] = sign.body.cards;
    expect(card).toMatchObject({
      indicator: 'warning',
      selectionBehavior: 'at-most-one',
      suggestions: [{ actions: [{ type: 'delete', resourceId: 'MedicationRequest/m1' }] }],
    });
    expect(card?.overrideReasons).toHaveLength(3);
    for (const one of [...view.body.cards, ...sign.body.cards]) {
      expect(String(one.summary).length).toBeLessThan(140);
      expect(String(one.uuid)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    }
    expect(answered).toHaveLength(2);
    expect(
      (await post('consilium-order-sign', request('order-sign', { draftOrders: order('osimertinib') }))).body.cards,
    ).toEqual([]);
    const unselected = await post(
      'consilium-order-select',
      request('order-select', { selections: ['MedicationRequest/other'], draftOrders: order('erlotinib') }),
    );
    expect(unselected.body.cards).toEqual([]);
    const selected = await post(
      'consilium-order-select',
      // What was to be prefetched and could not be is null (section 4.2 of the specification); the case is known here all the same.
      {
        ...request('order-select', { selections: ['MedicationRequest/m1'], draftOrders: order('erlotinib') }),
        prefetch: { patient: null },
      },
    );
    expect(selected.body.cards).toHaveLength(1);
    expect(selected.body.cards[0]).toMatchObject({ indicator: 'warning', overrideReasons: expect.any(Array) });
  });

  it('takes feedback without its words, and knows no patient it was not told of', async () => {
    const { post } = await start(false);
    expect((await post('consilium-decision', request('patient-view'))).body).toEqual({ cards: [] });
    const feedback = {
      feedback: [
        {
          card: 'c1',
          outcome: 'overridden',
          overrideReason: { reason: { code: 'override-1' }, userComment: 'Mrs. Secretname' },
          outcomeTimestamp: '2026-05-01T10:00:00Z',
        },
      ],
    };
    expect((await post('consilium-decision/feedback', feedback)).status).toBe(200);
    expect(answered).toEqual([{ card: 'c1', outcome: 'overridden', reason: 'override-1', at: '2026-05-01T10:00:00Z' }]);
  });

  it.each<[string, string, unknown, string]>([
    ['another hook', 'consilium-decision', request('order-sign'), 'hook'],
    ['no context', 'consilium-decision', { hook: 'patient-view' }, 'context'],
    ['no patient', 'consilium-decision', { context: {} }, 'context.patientId'],
    [
      'orders of another patient',
      'consilium-order-sign',
      request('order-sign', { draftOrders: order('erlotinib', 'p2') }),
      'context.draftOrders',
    ],
    [
      'another prefetched patient',
      'consilium-decision',
      { ...request('patient-view'), prefetch: { patient: { resourceType: 'Patient', id: 'p2' } } },
      'prefetch.patient',
    ],
    ['orders that are none', 'consilium-order-sign', request('order-sign', { draftOrders: 7 }), 'context.draftOrders'],
    ['a prototype key', 'consilium-decision', '{"context":{"patientId":"p1","__proto__":{}}}', 'context'],
  ])('refuses %s with its place', async (_, id, body, field) => {
    const { post } = await start();
    const { status, body: said } = await post(id, body);
    expect([status, said.place?.field]).toEqual([400, field]);
    expect(answered).toEqual([]);
  });

  it('answers no page that was not configured, no unknown service, nothing too large', async () => {
    const { server, post } = await start();
    expect(
      (await post('consilium-decision', request('patient-view'), { origin: 'https://evil.example.org' })).status,
    ).toBe(403);
    expect(
      (await post('consilium-decision', request('patient-view'), { origin: 'https://ehr.example.org' })).status,
    ).toBe(200);
    expect((await post('other', {})).status).toBe(404);
    expect((await fetch(`${server.url}/cds-services/consilium-decision`)).status).toBe(405);
    expect((await post('consilium-decision', `{"a":"${'x'.repeat(5_000_000)}"}`)).status).toBe(413);
    expect((await post('consilium-decision', `${'['.repeat(100_000)}`)).status).toBe(400);
  });

  const path = outside('testdata/cds-hooks-examples');
  it.skipIf(path === undefined)(
    outsideTitle('accepts every request of the specification for its hooks', path),
    async () => {
      const { post } = await start();
      const files = readdirSync(path ?? '').filter((file) => file.endsWith('.json'));
      let accepted = 0;
      for (const file of files) {
        const body = JSON.parse(readFileSync(join(path ?? '', file), 'utf8')) as {
          hook?: string;
          context?: { draftOrders?: unknown; patientId?: string };
        };
        const id =
          body.hook === 'patient-view'
            ? 'consilium-decision'
            : body.hook === 'order-select'
              ? 'consilium-order-select'
              : body.hook === 'order-sign' || body.context?.draftOrders !== undefined
                ? 'consilium-order-sign'
                : undefined;
        if (id === undefined) continue;
        expect((await post(id, body)).status, file).toBe(200);
        accepted += 1;
      }
      expect(accepted).toBeGreaterThan(1);
    },
  );
});
