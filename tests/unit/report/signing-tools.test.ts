import { describe, expect, it } from 'vitest';
import { openIdentity, signPdf, verifyReport } from '../../../electron/report/signing/index.ts';
import { makeIdentity, type TestKey } from '../../support/identity.ts';
import { cmsOf, opened, signed, signedBytes, smallPdf, Workbench } from './support/signing.ts';
import { TOOLS, toolTitle } from './support/tools.ts';

const { openssl, pdfsig } = TOOLS;
const now = () => new Date().toISOString();

const curve = (name: string) => ['ec', '-pkeyopt', `ec_paramgen_curve:${name}`];

describe.skipIf(!openssl)(toolTitle('R54 identities made by openssl', 'openssl'), () => {
  const LEAF = ['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'keyUsage=critical,digitalSignature'];

  /** A root, an authority under it, and a person; the person's key and certificates in one PKCS#12 file. */
  function made(bench: Workbench, key: readonly string[], password: string, ...exporting: string[]): Uint8Array {
    bench.must(
      'openssl',
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-384',
      '-nodes',
      '-keyout',
      'root.key',
      '-out',
      'root.pem',
      '-days',
      '3650',
      '-subj',
      '/CN=Root of the hospital',
      '-addext',
      'keyUsage=critical,keyCertSign',
    );
    bench.put('ca.cnf', 'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n');
    bench.put(
      'leaf.cnf',
      'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation\nextendedKeyUsage=emailProtection\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n',
    );
    bench.must(
      'openssl',
      'req',
      '-new',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      'ca.key',
      '-out',
      'ca.csr',
      '-subj',
      '/CN=Staff of the hospital',
    );
    bench.must(
      'openssl',
      'x509',
      '-req',
      '-in',
      'ca.csr',
      '-CA',
      'root.pem',
      '-CAkey',
      'root.key',
      '-CAcreateserial',
      '-out',
      'ca.pem',
      '-days',
      '2000',
      '-extfile',
      'ca.cnf',
    );
    bench.must(
      'openssl',
      'req',
      '-new',
      '-newkey',
      ...key,
      '-nodes',
      '-keyout',
      'id.key',
      '-out',
      'id.csr',
      '-utf8',
      '-subj',
      '/O=Hospital/CN=Dr. Zoë Example',
    );
    bench.must(
      'openssl',
      'x509',
      '-req',
      '-in',
      'id.csr',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-out',
      'id.pem',
      '-days',
      '365',
      '-extfile',
      'leaf.cnf',
    );
    bench.put('chain.pem', Buffer.concat([bench.read('ca.pem'), bench.read('root.pem')]));
    bench.must(
      'openssl',
      'pkcs12',
      '-export',
      '-in',
      'id.pem',
      '-inkey',
      'id.key',
      '-certfile',
      'chain.pem',
      '-out',
      'id.p12',
      '-passout',
      `pass:${password}`,
      ...exporting,
    );
    return bench.read('id.p12');
  }

  it.each<[string, readonly string[], string, string[]]>([
    ['P-256, as today', curve('P-256'), 'plain', []],
    ['RSA, as ten years ago (RC2 and triple DES over SHA-1)', ['rsa:2048'], 'plain', ['-legacy']],
    [
      'P-384, triple DES for all',
      curve('P-384'),
      'plain',
      ['-certpbe', 'PBE-SHA1-3DES', '-keypbe', 'PBE-SHA1-3DES', '-macalg', 'sha1'],
    ],
    ['P-256, RC2 with 128 bits', curve('P-256'), 'plain', ['-legacy', '-certpbe', 'PBE-SHA1-RC2-128']],
    [
      'P-256, SHA-512 and AES-128',
      curve('P-256'),
      'plain',
      ['-certpbe', 'AES-128-CBC', '-keypbe', 'AES-128-CBC', '-macalg', 'sha512'],
    ],
    ['P-256, certificates in the open', curve('P-256'), 'plain', ['-certpbe', 'NONE']],
    ['P-256, a password with other letters', curve('P-256'), 'pässwörd €', []],
    ['P-256, such a password and old encryption', curve('P-256'), 'pässwörd €', ['-legacy']],
    ['P-256, no password', curve('P-256'), '', []],
  ])(
    '%s: opens, signs, verifies against its root; a wrong password is told',
    async (_what, key, password, exporting) => {
      using bench = new Workbench();
      const p12 = made(bench, key, password, ...exporting);
      const wrong = await openIdentity(p12, `${password}x`, now());
      expect(wrong).toMatchObject({ ok: false, fault: { code: 'identity-password-wrong' } });
      const found = await openIdentity(p12, password, now());
      if (!found.ok) throw new Error(found.fault.message);
      expect(found.value).toMatchObject({ signer: 'Dr. Zoë Example', issuer: 'Staff of the hospital' });
      expect(found.value.issuers.map((issuer) => issuer.name)).toEqual(['Staff of the hospital']);
      const bytes = await signed(smallPdf(), found.value);
      const root = Buffer.from(bench.read('root.pem')).toString();
      expect(await verifyReport(bytes, { trustAnchorsPem: [root], now: now() })).toMatchObject({
        verdict: 'valid',
        signatures: [{ level: 'PAdES B-B', signer: 'Dr. Zoë Example' }],
      });
    },
  );

  it.each([
    ['RC4', ['-legacy', '-certpbe', 'PBE-SHA1-RC4-128'], /openssl pkcs12/],
    ['no integrity check', ['-nomac'], /openssl pkcs12/],
  ])('%s is refused and the fault says how to write the file anew', async (_what, exporting, remedy) => {
    using bench = new Workbench();
    const found = await openIdentity(made(bench, curve('P-256'), 'plain', ...exporting), 'plain', now());
    expect(found).toMatchObject({
      ok: false,
      fault: { code: 'identity-invalid', remedy: expect.stringMatching(remedy) },
    });
  });

  it('a file without a key, and one whose certificate belongs to another key, are refused', async () => {
    using bench = new Workbench();
    made(bench, curve('P-256'), 'plain');
    bench.must(
      'openssl',
      'pkcs12',
      '-export',
      '-nokeys',
      '-in',
      'id.pem',
      '-out',
      'keyless.p12',
      '-passout',
      'pass:plain',
    );
    expect(await openIdentity(bench.read('keyless.p12'), 'plain', now())).toMatchObject({
      fault: { code: 'identity-invalid', message: expect.stringContaining('no private key') },
    });
  });

  it('a self-signed person is read, and trusted where that very certificate is the anchor', async () => {
    using bench = new Workbench();
    bench.must(
      'openssl',
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'k.pem',
      '-out',
      'c.pem',
      '-days',
      '30',
      '-subj',
      '/CN=Alone',
      ...LEAF,
    );
    bench.must(
      'openssl',
      'pkcs12',
      '-export',
      '-in',
      'c.pem',
      '-inkey',
      'k.pem',
      '-out',
      'id.p12',
      '-passout',
      'pass:x',
    );
    const found = await openIdentity(bench.read('id.p12'), 'x', now());
    if (!found.ok) throw new Error(found.fault.message);
    const result = await signPdf(smallPdf(), found.value, { meaning: 'author', signedAt: now() });
    if (!result.ok) throw new Error(result.fault.message);
    const anchor = Buffer.from(bench.read('c.pem')).toString();
    expect(await verifyReport(result.value, { trustAnchorsPem: [anchor], now: now() })).toMatchObject({
      verdict: 'valid',
    });
    expect(await verifyReport(result.value, { trustAnchorsPem: [], now: now() })).toMatchObject({
      verdict: 'valid-untrusted',
    });
  });

  it('names outside the constraints of an authority are not trusted', async () => {
    using bench = new Workbench();
    bench.put(
      'root.cnf',
      'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nnameConstraints=critical,permitted;email:hospital.example\n',
    );
    for (const [name, mail] of [
      ['inside', 'a@hospital.example'],
      ['outside', 'a@elsewhere.example'],
    ] as const) {
      bench.put(
        'leaf.cnf',
        `basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nsubjectAltName=email:${mail}\n`,
      );
      if (name === 'inside') {
        bench.must(
          'openssl',
          'req',
          '-new',
          '-newkey',
          'rsa:2048',
          '-nodes',
          '-keyout',
          'root.key',
          '-out',
          'root.csr',
          '-subj',
          '/CN=Bound',
        );
        bench.must(
          'openssl',
          'x509',
          '-req',
          '-in',
          'root.csr',
          '-signkey',
          'root.key',
          '-out',
          'root.pem',
          '-days',
          '300',
          '-extfile',
          'root.cnf',
        );
      }
      bench.must(
        'openssl',
        'req',
        '-new',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        'id.key',
        '-out',
        'id.csr',
        '-subj',
        '/CN=Somebody',
      );
      bench.must(
        'openssl',
        'x509',
        '-req',
        '-in',
        'id.csr',
        '-CA',
        'root.pem',
        '-CAkey',
        'root.key',
        '-CAcreateserial',
        '-out',
        'id.pem',
        '-days',
        '30',
        '-extfile',
        'leaf.cnf',
      );
      bench.must(
        'openssl',
        'pkcs12',
        '-export',
        '-in',
        'id.pem',
        '-inkey',
        'id.key',
        '-out',
        'id.p12',
        '-passout',
        'pass:x',
      );
      const found = await openIdentity(bench.read('id.p12'), 'x', now());
      if (!found.ok) throw new Error(found.fault.message);
      const bytes = await signed(smallPdf(), found.value);
      const root = Buffer.from(bench.read('root.pem')).toString();
      const verified = await verifyReport(bytes, { trustAnchorsPem: [root], now: now() });
      expect(verified.verdict, name).toBe(name === 'inside' ? 'valid' : 'valid-untrusted');
    }
  });
});

const KEYS: TestKey[] = ['RSA', 'RSA-3072', 'P-256', 'P-384'];

describe.skipIf(!openssl)(toolTitle('R55 openssl agrees', 'openssl'), () => {
  it.each(KEYS)('R55 cms -verify -cades accepts a report signed with %s, and refuses it changed', async (key) => {
    using bench = new Workbench();
    const identity = await makeIdentity({ key, between: [{}] });
    const bytes = await signed(smallPdf(), await opened(identity));
    bench.put('ca.pem', identity.anchorPem);
    bench.put('cms.der', cmsOf(bytes));
    bench.put('content', signedBytes(bytes));
    const verify = (content: string) =>
      bench.run(
        'openssl',
        'cms',
        '-verify',
        '-cades',
        '-binary',
        '-inform',
        'DER',
        '-in',
        'cms.der',
        '-content',
        content,
        '-CAfile',
        'ca.pem',
        '-out',
        'out',
      );
    expect(verify('content')).toMatchObject({ code: 0, output: expect.stringContaining('successful') });
    const changed = Buffer.from(signedBytes(bytes));
    changed[20] = (changed[20] ?? 0) ^ 1;
    bench.put('changed', changed);
    expect(verify('changed').code).not.toBe(0);
  });
});

describe.skipIf(!pdfsig)(toolTitle('R55 pdfsig agrees', 'pdfsig'), () => {
  it.each(KEYS)('R55 a report signed with %s is valid and signed in total', async (key) => {
    using bench = new Workbench();
    const identity = await makeIdentity({ key, name: 'Dr. Ada Example' });
    bench.put('report.pdf', await signed(smallPdf(), await opened(identity)));
    const { output } = bench.run('pdfsig', '-nocert', 'report.pdf');
    expect(output).toContain('Signature is Valid');
    expect(output).toContain('Total document signed');
    expect(output).toContain('ETSI.CAdES.detached');
    expect(output).toContain('Dr. Ada Example');
  });

  it('F088 two signatures are both valid; the last covers the whole file', async () => {
    using bench = new Workbench();
    const once = await signed(smallPdf(), await opened(await makeIdentity({ key: 'RSA' })));
    bench.put('report.pdf', await signed(once, await opened(await makeIdentity()), { meaning: 'approval' }));
    const { output } = bench.run('pdfsig', '-nocert', 'report.pdf');
    expect(output.match(/Signature is Valid/g)).toHaveLength(2);
    expect(output.match(/Total document signed/g)).toHaveLength(1);
  });
});
