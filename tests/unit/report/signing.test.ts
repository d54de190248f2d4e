import { createHash } from 'node:crypto';
import * as pkijs from 'pkijs';
import { describe, expect, it } from 'vitest';
import { openIdentity, signPdf, verifyReport } from '../../../electron/report/signing/index.ts';
import { decryptRc2Cbc } from '../../../electron/report/signing/rc2.ts';
import { makeIdentity, type TestIdentityOptions, type TestKey } from '../../support/identity.ts';
import { bytesOf, cmsOf, holeOf, latin1, opened, signed, smallPdf } from './support/signing.ts';

const DAY = 86_400_000;
const now = new Date().toISOString();
const inDays = (days: number): Date => new Date(Date.now() + days * DAY);

describe('F088 R54 R55 signing', () => {
  it.each<[TestKey, string]>([
    ['RSA', 'RSA 2048 PKCS #1 v1.5 with SHA-256'],
    ['RSA-3072', 'RSA 3072 PKCS #1 v1.5 with SHA-256'],
    ['P-256', 'ECDSA P-256 with SHA-256'],
    ['P-384', 'ECDSA P-384 with SHA-384'],
  ])('F088 a report signed with %s verifies as PAdES B-B', async (key, algorithm) => {
    const identity = await makeIdentity({ key, name: 'Dr. Ada Example' });
    const signer = await opened(identity);
    const pdf = smallPdf();
    const bytes = await signed(pdf, signer, { meaning: 'approval', signedAt: now });
    expect(signer).toMatchObject({ signer: 'Dr. Ada Example', issuer: 'Test Authority', algorithm });
    expect(Buffer.from(bytes.subarray(0, pdf.length)).equals(pdf)).toBe(true);
    expect(await verifyReport(bytes, { trustAnchorsPem: [identity.anchorPem], now })).toEqual({
      verdict: 'valid',
      sha256: createHash('sha256').update(bytes).digest('hex'),
      signatures: [
        {
          signer: 'Dr. Ada Example',
          meaning: 'approval',
          signingTime: `${now.slice(0, 19)}.000Z`,
          level: 'PAdES B-B',
          algorithm,
          digestMatches: true,
          signatureMatches: true,
          coversWholeRevision: true,
          chain: 'trusted',
          certificateSha256: signer.certificateSha256,
          revocation: 'unknown',
          problems: [],
        },
      ],
      problems: [],
      reportId: 'R-2026-1',
      checkpoint: '42 abc',
    });
  });

  it('R55 the CMS holds what PAdES B-B asks for, in distinguished encoding, and no signing time', async () => {
    const identity = await makeIdentity({ key: 'RSA', between: [{}, {}] });
    const bytes = await signed(smallPdf(), await opened(identity));
    const content = pkijs.ContentInfo.fromBER(cmsOf(bytes));
    const data = new pkijs.SignedData({ schema: content.content });
    const info = data.signerInfos[0];
    const types = info?.signedAttrs?.attributes.map((member) => member.type) ?? [];
    expect(new Set(types)).toEqual(
      new Set(['1.2.840.113549.1.9.3', '1.2.840.113549.1.9.4', '1.2.840.113549.1.9.16.2.47', '1.2.840.113549.1.9.52']),
    );
    expect(types).not.toContain('1.2.840.113549.1.9.5');
    expect(info?.unsignedAttrs).toBeUndefined();
    expect(data.encapContentInfo.eContent).toBeUndefined();
    // Signer and both issuers, without the root, which whoever verifies must have.
    const [leaf, first, second] = identity.certificates.map((der) => Buffer.from(der).toString('hex'));
    const embedded = (data.certificates ?? []).map((member) => Buffer.from(member.toSchema().toBER()).toString('hex'));
    expect(new Set(embedded)).toEqual(new Set([leaf, first, second]));
    expect(embedded).toEqual([...embedded].sort());
    expect(Buffer.from(content.toSchema().toBER()).equals(cmsOf(bytes))).toBe(true);
    expect(
      await verifyReport(bytes, { trustAnchorsPem: [identity.anchorPem], now: new Date().toISOString() }),
    ).toMatchObject({ verdict: 'valid', signatures: [{ level: 'PAdES B-B' }] });
  });

  it('F088 the signature dictionary names kind, meaning, signer, place and time; nothing is left to fill', async () => {
    const bytes = await signed(smallPdf(), await opened(await makeIdentity()), {
      name: 'Dr. (Ada) \\ Ünal',
      meaning: 'review',
      reason: 'second reading',
      location: 'Kraków',
      signedAt: now,
    });
    const text = latin1(bytes);
    expect(text).toContain('/SubFilter /ETSI.CAdES.detached');
    expect(text).toContain(`/M (D:${now.slice(0, 19).replace(/\D/g, '')}Z)`);
    expect(text).toContain('/Reason (Review of this report: second reading)');
    expect(text).toContain(
      `/Location <FEFF${Buffer.from('Kraków', 'utf16le').swap16().toString('hex').toUpperCase()}>`,
    );
    expect(text).toContain('/SigFlags 3');
    expect(text).not.toContain('*'.repeat(10));
    const { start, end } = holeOf(bytes);
    expect(text).toMatch(new RegExp(`/ByteRange \\[0 ${start} ${end} ${bytes.length - end}\\]`));
  });

  it('F088 RSA gives the same bytes twice; ECDSA differs in the signature alone', async () => {
    const rsa = await opened(await makeIdentity({ key: 'RSA' }));
    expect(await signed(smallPdf(), rsa, { signedAt: now })).toEqual(await signed(smallPdf(), rsa, { signedAt: now }));
    const ec = await opened(await makeIdentity({ key: 'P-256' }));
    const [one, two] = [
      await signed(smallPdf(), ec, { signedAt: now }),
      await signed(smallPdf(), ec, { signedAt: now }),
    ];
    const { start, end } = holeOf(one);
    const around = (bytes: Uint8Array) => latin1(bytes).slice(0, start) + latin1(bytes).slice(end);
    expect(one).not.toEqual(two);
    expect(around(one)).toBe(around(two));
  });

  it('F088 several people sign one report, each with a meaning, and all stay valid', async () => {
    const [author, reviewer, chair] = [await makeIdentity(), await makeIdentity({ key: 'RSA' }), await makeIdentity()];
    const once = await signed(smallPdf(), await opened(author));
    const twice = await signed(once, await opened(reviewer), { meaning: 'review' });
    const thrice = await signed(twice, await opened(chair), { meaning: 'approval' });
    const anchors = [author, reviewer, chair].map((identity) => identity.anchorPem);
    expect(Buffer.from(thrice.subarray(0, once.length)).equals(once)).toBe(true);
    const found = await verifyReport(thrice, { trustAnchorsPem: anchors, now: new Date().toISOString() });
    expect(found).toMatchObject({ verdict: 'valid', problems: [] });
    expect(found.signatures.map(({ meaning, level }) => [meaning, level])).toEqual([
      ['author', 'PAdES B-B'],
      ['review', 'PAdES B-B'],
      ['approval', 'PAdES B-B'],
    ]);
    expect(await verifyReport(twice, { trustAnchorsPem: anchors, now: new Date().toISOString() })).toMatchObject({
      verdict: 'valid',
    });
  });

  it('R55 what is not a PDF with a classic table is refused, and nothing comes out', async () => {
    const signer = await opened(await makeIdentity());
    const broken = [
      bytesOf('not a PDF'),
      new Uint8Array(),
      smallPdf().subarray(0, 400),
      bytesOf(latin1(smallPdf()).replace('/Root 1 0 R', '/Root 1 0 R /Encrypt 6 0 R')),
    ];
    for (const pdf of broken)
      expect(await signPdf(pdf, signer, { meaning: 'author', signedAt: now })).toMatchObject({
        ok: false,
        fault: { code: 'format-unknown' },
      });
  });

  it('R54 a certificate not in force at the time of signing signs nothing', async () => {
    const signer = await opened(await makeIdentity());
    const sign = (signedAt: Date) =>
      signPdf(smallPdf(), signer, { meaning: 'author', signedAt: signedAt.toISOString() });
    expect(await sign(inDays(-3))).toMatchObject({ ok: false, fault: { code: 'certificate-not-yet-valid' } });
    expect(await sign(inDays(400))).toMatchObject({ ok: false, fault: { code: 'certificate-expired' } });
  });
});

describe('R54 identities', () => {
  const refusal = async (options: TestIdentityOptions) => {
    const { p12, password } = await makeIdentity(options);
    const found = await openIdentity(p12, password, now);
    return found.ok ? undefined : found.fault;
  };

  it.each<[string, TestIdentityOptions, string]>([
    ['expired', { notBefore: inDays(-30), notAfter: inDays(-1) }, 'certificate-expired'],
    ['not in force yet', { notBefore: inDays(1) }, 'certificate-not-yet-valid'],
    ['of an authority', { isAuthority: true, usage: 0x84 }, 'certificate-unsuitable'],
    ['for encryption only', { usage: 0x20 }, 'certificate-unsuitable'],
    ['for web servers only', { purposes: ['1.3.6.1.5.5.7.3.1'] }, 'certificate-unsuitable'],
    ['with a short key', { key: 'RSA-1024' }, 'certificate-unsuitable'],
    ['with an unknown critical extension', { unknownCritical: true }, 'certificate-unsuitable'],
  ])('R54 a certificate %s is refused and the fault says what to do', async (_what, options, code) => {
    const fault = await refusal(options);
    expect(fault?.code).toBe(code);
    expect(fault?.remedy.length).toBeGreaterThan(20);
    expect(JSON.stringify(fault)).not.toContain('Dr. Test Signer');
  });

  it.each<[string, TestIdentityOptions]>([
    ['digital signature alone', { usage: 0x80 }],
    ['non-repudiation alone', { usage: 0x40 }],
    ['document signing', { purposes: ['1.3.6.1.5.5.7.3.36'] }],
    ['staff cards', { purposes: ['1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.4'] }],
  ])('R54 a certificate for %s opens', async (_what, options) => {
    expect(await refusal(options)).toBeUndefined();
  });

  it('R54 a wrong password and a damaged file are told apart; no byte of the file changes that', async () => {
    const { p12, password } = await makeIdentity();
    expect(await openIdentity(p12, `${password}.`, now)).toMatchObject({ fault: { code: 'identity-password-wrong' } });
    for (const file of [
      new Uint8Array(),
      bytesOf('-----BEGIN CERTIFICATE-----'),
      p12.subarray(0, 200),
      p12.subarray(1),
    ])
      expect(await openIdentity(file, password, now)).toMatchObject({ fault: { code: 'identity-invalid' } });
    for (let position = 0; position < p12.length; position += 97) {
      const changed = new Uint8Array(p12);
      changed[position] = (changed[position] ?? 0) ^ 0x41;
      const found = await openIdentity(changed, password, now);
      if (!found.ok) expect(found.fault.code).toMatch(/^identity-/);
    }
  });

  it('R54 the identity that goes out holds no key that could be written down', async () => {
    const signer = await opened(await makeIdentity());
    expect(JSON.stringify(signer)).not.toMatch(/PRIVATE|pkcs8/i);
    expect(Object.keys(signer)).not.toContain('key');
    expect(Object.keys(signer)).not.toContain('password');
  });
});

describe('RC2 (RFC 2268 section 5)', () => {
  // With an IV that turns the expected plain block into padding, all eight bytes must be right for nothing to remain.
  it.each([
    ['ffffffffffffffff', 'ffffffffffffffff', '278b27e42e2f0d49'],
    ['3000000000000000', '1000000000000001', '30649edf9be7d2c2'],
  ])('key %s opens its vector', (key, plain, sealed) => {
    const iv = Buffer.from(plain, 'hex').map((byte) => byte ^ 8);
    expect(decryptRc2Cbc(Buffer.from(key, 'hex'), iv, Buffer.from(sealed, 'hex'))).toHaveLength(0);
  });

  it('refuses what is not whole blocks or not padded', () => {
    const key = Buffer.alloc(5, 1);
    expect(decryptRc2Cbc(key, new Uint8Array(8), new Uint8Array(7))).toBeUndefined();
    expect(decryptRc2Cbc(key, new Uint8Array(8), new Uint8Array())).toBeUndefined();
    expect(decryptRc2Cbc(key, new Uint8Array(4), new Uint8Array(8))).toBeUndefined();
  });
});
