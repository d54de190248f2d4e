import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countersign, openIdentity, readSite, verifyReport } from '../../../electron/report/index.ts';
import { type SigningIdentity, signPdf } from '../../../electron/report/signing/index.ts';
import { bytesOf, latin1, smallPdf } from './support/signing.ts';
import { lacks, TOOLS, toolTitle } from './support/tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'long-term-'));
const at = (name: string): string => join(folder, name);
/** Once the certificates are in force. */
let now: string;

function openssl(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return `${stdout}${stderr}`;
}

const CONFIG = `
[ca]
default_ca = site
[site]
database = index.txt
crlnumber = crlnumber
default_md = sha256
default_crl_days = 30
private_key = ca.key
certificate = ca.pem
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[person]
keyUsage = critical,digitalSignature
[stamp]
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = clock
[clock]
serial = serial.txt
signer_cert = tsa.pem
signer_key = tsa.key
certs = ca.pem
default_policy = 1.2.3.4.1
digests = sha256, sha384
signer_digest = sha256
ess_cert_id_alg = sha256
accuracy = secs:1
`;

function certificate(name: string, section: string, serial: string): void {
  openssl(
    'req',
    '-new',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    `${name}.key`,
    '-subj',
    `/CN=${name} of the site`,
    '-out',
    `${name}.csr`,
  );
  openssl(
    'x509',
    '-req',
    '-in',
    `${name}.csr`,
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-set_serial',
    serial,
    '-days',
    '365',
    '-extfile',
    'site.cnf',
    '-extensions',
    section,
    '-out',
    `${name}.pem`,
  );
  openssl(
    'pkcs12',
    '-export',
    '-inkey',
    `${name}.key`,
    '-in',
    `${name}.pem`,
    '-certfile',
    'ca.pem',
    '-passout',
    'pass:word',
    '-out',
    `${name}.p12`,
  );
}

async function identity(name: string): Promise<SigningIdentity> {
  const opened = await openIdentity(readFileSync(at(`${name}.p12`)), 'word', now);
  if (!opened.ok) throw new Error(opened.fault.message);
  return opened.value;
}

async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    return String(Reflect.get(Object(Reflect.get(Object(error), 'fault')), 'code') ?? error);
  }
  return 'none';
}

/** A time-stamping authority on this machine: `openssl ts` behind a loopback port, or something broken. */
let answer: (query: Buffer) => { status: number; type: string; body: Buffer };
const honest: typeof answer = (query) => {
  writeFileSync(at('query.tsq'), query);
  openssl('ts', '-reply', '-config', 'site.cnf', '-queryfile', 'query.tsq', '-out', 'reply.tsr');
  return { status: 200, type: 'application/timestamp-reply', body: readFileSync(at('reply.tsr')) };
};
let server: Server;
let anchor: string;

describe.skipIf(!TOOLS.openssl)(toolTitle('PAdES B-T and B-LT with a site of its own (R55)', 'openssl'), () => {
  beforeAll(async () => {
    writeFileSync(at('site.cnf'), CONFIG);
    writeFileSync(at('index.txt'), '');
    writeFileSync(at('crlnumber'), '01\n');
    writeFileSync(at('serial.txt'), '01\n');
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'ca.key',
      '-subj',
      '/CN=Authority of the site',
      '-days',
      '3650',
      '-config',
      'site.cnf',
      '-extensions',
      'authority',
      '-out',
      'ca.pem',
    );
    certificate('author', 'person', '0x1001');
    certificate('reviewer', 'person', '0x1002');
    certificate('tsa', 'stamp', '0x1003');
    anchor = readFileSync(at('ca.pem'), 'utf8');
    for (const name of ['trust', 'crls']) mkdirSync(join(folder, 'site', name), { recursive: true });
    openssl('ca', '-config', 'site.cnf', '-gencrl', '-out', 'good.crl');
    writeFileSync(at('site/trust/ca.pem'), anchor);
    server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { status, type, body } = answer(Buffer.concat(parts));
        response.writeHead(status, { 'Content-Type': type }).end(body);
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    writeFileSync(at('site/settings.json'), JSON.stringify({ timeStampUrl: `http://127.0.0.1:${port}/` }));
    answer = honest;
    now = new Date().toISOString();
  });
  afterAll(() => {
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const signWith = async (who: string) => {
    const site = await readSite(at('site'));
    const made = await signPdf(smallPdf(), await identity(who), { meaning: 'author', signedAt: now }, site);
    if (!made.ok) throw Object.assign(new Error(made.fault.message), { fault: made.fault });
    return made.value;
  };
  const terms = (more: object = {}) => ({ trustAnchorsPem: [anchor], now: new Date().toISOString(), ...more });

  it('stamps the signature with a time that openssl ts confirms: B-T', async () => {
    const bytes = await signWith('author');
    const found = await verifyReport(bytes, terms());
    expect(found).toMatchObject({ verdict: 'valid', signatures: [{ level: 'PAdES B-T', chain: 'trusted' }] });
    expect(found.signatures[0]?.timeStamp).toMatchObject({ authority: 'tsa of the site', isTrusted: true });
    expect(found.signatures[0]?.revocation).toBe('unknown');
    // The last reply stands over this very signature: openssl checks it against the query it answered.
    expect(openssl('ts', '-verify', '-in', 'reply.tsr', '-queryfile', 'query.tsq', '-CAfile', 'ca.pem')).toContain(
      'Verification: OK',
    );
    // Without anybody to trust, the form of the level is there; the time is not called proven.
    const unknown = await verifyReport(bytes, { ...terms(), trustAnchorsPem: [] });
    expect(unknown.signatures[0]).toMatchObject({ level: 'PAdES B-T', timeStamp: { isTrusted: false } });
  });

  it('carries the authority and its revocation list in the file: B-LT, for a second signer too', async () => {
    writeFileSync(at('site/crls/site.crl'), readFileSync(at('good.crl')));
    const first = await signWith('author');
    const found = await verifyReport(first, terms());
    expect(found).toMatchObject({
      verdict: 'valid',
      signatures: [{ level: 'PAdES B-LT', revocation: 'good' }],
    });
    const { bytes, verification } = await countersign(
      first,
      await identity('reviewer'),
      { meaning: 'review', signedAt: now },
      await readSite(at('site')),
    );
    expect(verification.signatures.map(({ level, meaning }) => [meaning, level])).toEqual([
      ['author', 'PAdES B-LT'],
      ['review', 'PAdES B-LT'],
    ]);
    expect(Buffer.compare(bytes.subarray(0, first.length), first)).toBe(0);
    // Outside eyes: the list that stands in the file is the authority's; pdfsig reads the paper below.
    expect(openssl('crl', '-in', 'good.crl', '-CAfile', 'ca.pem', '-noout')).toContain('verify OK');
    writeFileSync(at('two.pdf'), bytes);
  });

  it.skipIf(lacks('pdfsig'))(toolTitle('pdfsig accepts the signatures of both signers', 'pdfsig'), () => {
    const { stdout } = spawnSync('pdfsig', ['-nocert', 'two.pdf'], { cwd: folder, encoding: 'utf8' });
    expect(stdout.match(/Signature is Valid/g)).toHaveLength(2);
  });

  it('finds every changed byte of the time-stamp and of the security store', async () => {
    const bytes = await signWith('author');
    const text = latin1(bytes);
    const contents = text.indexOf('/Contents <') + 11;
    const used = text.slice(contents, text.indexOf('>', contents)).replace(/0+$/, '').length;
    const store = text.indexOf('/Type /DSS');
    // The name of the time-stamp stands under no key: without it the signature would only be one of a lower level.
    const name = text.indexOf('060b2a864886f70d010910020e', contents);
    expect(name).toBeGreaterThan(contents);
    const places = [
      ...Array.from({ length: 13 }, (_, index) => name + 2 * index + 1),
      ...Array.from({ length: 60 }, (_, index) => contents + Math.floor((used * (0.3 + 0.69 * index)) / 60)),
      ...Array.from({ length: 10 }, (_, index) => store + index * 3),
    ];
    const unseen: number[] = [];
    for (const place of places) {
      const changed = bytes.slice();
      changed[place] = bytes[place] === 0x61 ? 0x62 : bytes[place] === 0x30 ? 0x31 : 0x30;
      if (changed[place] === bytes[place]) continue;
      if ((await verifyReport(changed, terms())).verdict !== 'invalid') unseen.push(place);
    }
    expect(unseen).toEqual([]);
  });

  it('refuses an update that only looks like a security store, and one behind the last signature', async () => {
    const bytes = await signWith('author');
    const file = latin1(bytes);
    const size = Number(/\/Size (\d+)/.exec(file.slice(file.lastIndexOf('trailer')))?.[1]);
    const catalog = file.slice(
      file.lastIndexOf('\n1 0 obj') + 9,
      file.indexOf('endobj', file.lastIndexOf('\n1 0 obj')),
    );
    const forged = `BT (changed) Tj ET`;
    let body = '';
    const offsets: number[] = [];
    const add = (number: number, text: string): void => {
      offsets.push(bytes.length + body.length);
      body += `${number} 0 obj\n${text}\nendobj\n`;
    };
    add(1, catalog.trim().replace(/\/CRLs \[/, `/CRLs [${size} 0 R `));
    add(size, `<< /Length ${forged.length} >>\nstream\n${forged}\nendstream`);
    const xref = bytes.length + body.length;
    const entry = (offset: number | undefined): string => `${String(offset).padStart(10, '0')} 00000 n \n`;
    const previous = /startxref\n(\d+)/.exec(file.slice(file.lastIndexOf('startxref')))?.[1];
    const trailer = file.slice(file.lastIndexOf('trailer') + 8, file.lastIndexOf('startxref'));
    body += `xref\n1 1\n${entry(offsets[0])}${size} 1\n${entry(offsets[1])}trailer\n${trailer
      .trim()
      .replace(/\/Prev \d+/, `/Prev ${previous}`)
      .replace(/\/Size \d+/, `/Size ${size + 1}`)}\nstartxref\n${xref}\n%%EOF\n`;
    const attacked = Buffer.concat([bytes, Buffer.from(body, 'latin1')]);
    expect((await verifyReport(attacked, terms())).verdict).toBe('invalid');
    // Signed over by an accomplice it is still seen: the store is not what it says.
    const made = await signPdf(attacked, await identity('reviewer'), { meaning: 'review', signedAt: now });
    if (!made.ok) throw new Error(made.fault.message);
    const { verdict, problems } = await verifyReport(made.value, terms());
    expect(verdict).toBe('invalid');
    expect(problems).toContain('A later revision adds more than signatures.');
  });

  it('signs nothing where the service is gone, refuses, lies or answers another question', async () => {
    const reply = honest;
    const query = readFileSync(at('query.tsq'));
    const broken: Record<string, typeof answer> = {
      gone: () => ({ status: 503, type: 'text/plain', body: Buffer.alloc(0) }),
      page: () => ({ status: 200, type: 'text/html', body: Buffer.from('<html>') }),
      garbage: () => ({ status: 200, type: 'application/timestamp-reply', body: Buffer.from('garbage') }),
      replay: () => reply(query),
    };
    for (const [name, behaviour] of Object.entries(broken)) {
      answer = behaviour;
      expect([name, await codeOf(() => signWith('author'))]).toEqual([name, 'time-stamp-failed']);
    }
    answer = honest;
  });

  it('refuses a revoked and a foreign certificate before anything is signed, and shows a later revocation', async () => {
    const before = await signWith('reviewer');
    // Both times are in whole seconds.
    await new Promise((done) => setTimeout(done, 1100));
    openssl('ca', '-config', 'site.cnf', '-revoke', 'reviewer.pem');
    openssl('ca', '-config', 'site.cnf', '-gencrl', '-out', 'later.crl');
    const later = readFileSync(at('later.crl'));
    // Signed with a proven time before the revocation: it holds. Without anybody to trust the time, it does not count.
    const given = { revocationLists: [new Uint8Array(later)] };
    expect((await verifyReport(before, terms(given))).signatures[0]).toMatchObject({ chain: 'trusted' });
    const untrusted = await verifyReport(before, { ...terms(given), trustAnchorsPem: [] });
    expect(untrusted.signatures[0]).toMatchObject({ chain: 'revoked', revocation: 'revoked' });

    writeFileSync(at('site/crls/site.crl'), later);
    const site = await readSite(at('site'));
    const reviewer = await identity('reviewer');
    expect(await codeOf(() => site.admit(reviewer, now))).toBe('certificate-revoked');
    const { makeIdentity } = await import('../../support/identity.ts');
    const foreign = await makeIdentity({ name: 'Dr. Elsewhere' });
    const opened = await openIdentity(foreign.p12, foreign.password, now);
    if (!opened.ok) throw new Error(opened.fault.message);
    expect(await codeOf(() => site.admit(opened.value, now))).toBe('certificate-untrusted');
    expect(await codeOf(async () => site.admit(await identity('author'), now))).toBe('none');
  });

  it('names the file of the site that is not what its place says, and needs none of them', async () => {
    expect(await readSite(at('nowhere'))).toMatchObject({ trustAnchorsPem: [], revocationLists: [] });
    writeFileSync(at('site/crls/wrong.crl'), bytesOf('not a list'));
    expect(await codeOf(() => readSite(at('site')))).toBe('format-unknown');
    rmSync(at('site/crls/wrong.crl'));
  });
});
