import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifyReport } from '../../../electron/report/signing/index.ts';
import { appendSignatureField } from '../../../electron/report/signing/signature-field.ts';
import {
  certify,
  generate,
  makeIdentity,
  type TestIdentity,
  type TestIdentityOptions,
} from '../../support/identity.ts';
import {
  attribute,
  bytesOf,
  cmsOf,
  foreignCms,
  holeOf,
  latin1,
  opened,
  signed,
  signedBytes,
  smallPdf,
  withCms,
} from './support/signing.ts';

const DAY = 86_400_000;
const now = () => new Date().toISOString();
const inDays = (days: number): Date => new Date(Date.now() + days * DAY);

const verify = (bytes: Uint8Array, ...identities: TestIdentity[]) =>
  verifyReport(bytes, { trustAnchorsPem: identities.map((identity) => identity.anchorPem), now: now() });

const identity = await makeIdentity({ between: [{}] });
const signer = await opened(identity);
const report = await signed(smallPdf(), signer);

/** The report with its text changed; the table is not touched where the length stays. */
const edited = (from: string | RegExp, to: string): Uint8Array => {
  const text = latin1(report);
  const changed = text.replace(from, to);
  if (changed === text) throw new Error('nothing was changed');
  return bytesOf(changed);
};

/** An update with these objects appended to a file, with a right table and trailer. */
function updated(pdf: Uint8Array, bodies: Readonly<Record<number, string>>): Uint8Array {
  let text = latin1(pdf);
  const former = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
  const size = Number([...text.matchAll(/\/Size (\d+)/g)].at(-1)?.[1]);
  let table = '';
  for (const [number, body] of Object.entries(bodies)) {
    table += `${number} 1\n${String(text.length).padStart(10, '0')} 00000 n \n`;
    text += `${number} 0 obj\n${body}\nendobj\n`;
  }
  const top = Math.max(size, ...Object.keys(bodies).map((number) => Number(number) + 1));
  const start = text.length;
  text += `xref\n${table}trailer\n<< /Size ${top} /Root 1 0 R /Info 6 0 R /Prev ${former} >>\nstartxref\n${start}\n%%EOF\n`;
  return bytesOf(text);
}

describe('F089 verdicts', () => {
  it('F089 a PDF without a signature is unsigned, with or without a structure that is read here', async () => {
    expect(await verify(smallPdf(), identity)).toMatchObject({
      verdict: 'unsigned',
      signatures: [],
      reportId: 'R-2026-1',
    });
    expect(await verify(bytesOf('%PDF-1.7\nno table at all'))).toMatchObject({ verdict: 'unsigned' });
  });

  it('F089 what is not a PDF is invalid; no length of a cut file throws or passes', async () => {
    for (const bytes of [new Uint8Array(), bytesOf('%PD'), new Uint8Array(5000).fill(0x3c), bytesOf('PK\x03\x04')])
      expect(await verify(bytes)).toMatchObject({ verdict: 'invalid', signatures: [] });
    for (let length = 0; length < report.length; length += 61) {
      const { verdict } = await verify(report.subarray(0, length), identity);
      expect(['invalid', 'unsigned']).toContain(verdict);
    }
  });

  it('F089 without anchors trust is not judged; with the wrong ones it is refused', async () => {
    expect(await verify(report)).toMatchObject({
      verdict: 'valid-untrusted',
      problems: [],
      signatures: [{ chain: 'no-anchor-given', level: 'PAdES B-B', problems: [] }],
    });
    expect(await verify(report, await makeIdentity())).toMatchObject({
      verdict: 'valid-untrusted',
      signatures: [{ chain: 'untrusted', level: 'PAdES B-B', digestMatches: true }],
    });
    const both = await verify(report, await makeIdentity(), identity);
    expect(both.verdict).toBe('valid');
    expect(await verifyReport(report, { trustAnchorsPem: ['nothing'], now: now() })).toMatchObject({
      verdict: 'invalid',
      problems: ['A trust anchor is not a certificate in PEM form.'],
    });
  });

  it('F089 an expired certificate leaves the file whole but its signer unproved; time out of order is invalid', async () => {
    const at = (date: Date, bytes = report) =>
      verifyReport(bytes, { trustAnchorsPem: [identity.anchorPem], now: date.toISOString() });
    expect(await at(inDays(366))).toMatchObject({
      verdict: 'valid-untrusted',
      signatures: [{ chain: 'expired', problems: [expect.stringContaining('expired on')] }],
    });
    // Signed today by the statement in the file, while the clock says yesterday: one of the two is wrong.
    expect(await at(inDays(-0.5))).toMatchObject({ verdict: 'invalid' });
    const lapsed = await makeIdentity({ notBefore: inDays(-20), notAfter: inDays(-10) });
    const { bytes, hole } = appendSignatureField(
      smallPdf(),
      { name: 'x', reason: 'Author of this report', location: undefined, signedAt: inDays(-1).toISOString() },
      4000,
    );
    const content = Buffer.concat([bytes.subarray(0, hole.start), bytes.subarray(hole.end)]);
    const cms = await foreignCms(content, lapsed, (digest) => [
      attribute.contentType(),
      attribute.messageDigest(digest),
      attribute.signingCertificate(lapsed.certificates[0] ?? new Uint8Array()),
    ]);
    expect(await verify(withCms(bytes, cms), lapsed)).toMatchObject({
      verdict: 'invalid',
      signatures: [{ signatureMatches: true, chain: 'expired', level: 'none' }],
    });
  });
});

describe('F088 not one byte', () => {
  /** Every nth position, each with the mask given; what is found never depends on luck, so any that passes is a hole. */
  const passing = async (bytes: Uint8Array, step: number, mask: number, from = 0, to = bytes.length) => {
    const found: number[] = [];
    for (let position = from; position < to; position += step) {
      const changed = new Uint8Array(bytes);
      changed[position] = (changed[position] ?? 0) ^ mask;
      const { verdict } = await verify(changed, identity);
      if (verdict === 'valid' || verdict === 'valid-untrusted') found.push(position);
    }
    return found;
  };

  it('F088 no flipped bit anywhere in the file passes (every 53rd byte; all in tests/campaign)', async () => {
    expect(await passing(report, 53, 0x01)).toEqual([]);
  });

  it('F088 no changed digit in the unsigned place of the signature passes, not even its case', async () => {
    const { start, end } = holeOf(report);
    expect(await passing(report, 5, 0x20, start - 2, end + 2)).toEqual([]);
    expect(await passing(report, 3, 0x01, end - 60, end + 2)).toEqual([]);
  });

  it.each(['\n', ' ', '%', '%%EOF\n', '\0', 'x'])('F088 %j behind the end is invalid', async (more) => {
    expect(await verify(Buffer.concat([report, bytesOf(more)]), identity)).toMatchObject({ verdict: 'invalid' });
    expect(await verify(Buffer.concat([bytesOf(more), report]), identity)).toMatchObject({ verdict: 'invalid' });
  });
});

describe('F088 attacks on structure', () => {
  const invalid = async (bytes: Uint8Array, problem: RegExp, ...trusted: TestIdentity[]) => {
    const found = await verify(bytes, ...(trusted.length === 0 ? [identity] : trusted));
    expect(found.verdict).toBe('invalid');
    expect([...found.problems, ...found.signatures.flatMap((one) => one.problems)].join(' ')).toMatch(problem);
  };

  it('F088 an incremental update after signing, even one that changes nothing, is invalid', async () => {
    await invalid(updated(report, {}), /after the last signature/);
    await invalid(updated(report, { 4: '<< /Length 0 >>\nstream\n\nendstream' }), /after the last signature/);
    await invalid(updated(report, { 40: '<< /Type /Anything >>' }), /after the last signature/);
  });

  it('F088 a signature moved into another file, or one that a stranger put in front, is invalid', async () => {
    const other = await signed(smallPdf('B page.'), signer);
    await invalid(withCms(other, cmsOf(report)), /digest does not match/);
    await invalid(withCms(report, cmsOf(other)), /digest does not match/);
  });

  /** A whole and rightly signed file with any ByteRange: what a holder of a key, or a faulty program, could make. */
  async function withRange(
    change: (range: readonly number[]) => string,
    alter = (text: string) => text,
  ): Promise<Uint8Array> {
    const { bytes } = appendSignatureField(
      smallPdf(),
      { name: 'x', reason: 'r', location: undefined, signedAt: now() },
      4000,
    );
    const text = alter(latin1(bytes));
    const changed = text.replace(/\/ByteRange \[(\d+) (\d+) (\d+) (\d+)\s*\]/, (whole, ...found) =>
      `/ByteRange ${change(found.slice(0, 4).map(Number))}`.padEnd(whole.length),
    );
    const file = bytesOf(changed);
    const cms = await foreignCms(signedBytes(file), identity, (digest) => [
      attribute.contentType(),
      attribute.messageDigest(digest),
      attribute.signingCertificate(identity.certificates[0] ?? new Uint8Array()),
    ]);
    return withCms(file, cms);
  }

  it('F088 the range must be the whole revision but the signature, to the byte', async () => {
    const exact = await withRange(([a, b, c, d]) => `[${a} ${b} ${c} ${d}]`);
    expect(await verify(exact, identity)).toMatchObject({ verdict: 'valid' });
    for (const change of [
      ([, b = 0, c, d]: readonly number[]) => `[1 ${b - 1} ${c} ${d}]`,
      ([a, b = 0, c, d]: readonly number[]) => `[${a} ${b - 1} ${c} ${d}]`,
      ([a, b = 0, c, d]: readonly number[]) => `[${a} ${b + 1} ${c} ${d}]`,
      ([a, b, c = 0, d = 0]: readonly number[]) => `[${a} ${b} ${c + 1} ${d - 1}]`,
      ([a, b, c, d = 0]: readonly number[]) => `[${a} ${b} ${c} ${d - 1}]`,
      ([a, b, c, d]: readonly number[]) => `[0${a} ${b} ${c} ${d}]`,
    ])
      await invalid(await withRange(change), /cover|digest|damaged/);
  });

  it('F088 a second ByteRange or Contents in the dictionary is invalid, whichever a reader would take', async () => {
    const twice = (key: string) =>
      withRange(
        ([a, b, c, d]) => `[${a} ${b} ${c} ${d}]`,
        (text) => text.replace('/Filter /Adobe.PPKLite', `${key}`.padEnd(22)),
      );
    await invalid(await twice('/ByteRange [0 1 2 3]'), /same key twice/);
    await invalid(await twice('/Contents <00>'), /same key twice/);
    await invalid(await twice('/Byte#52ange [0 1 2 3]'), /same key twice/);
  });

  it('F088 a signature that no form field holds, or two fields hold, is invalid', async () => {
    await invalid(edited('/FT /Sig', '/FT /Txt'), /form field|digest/);
    const hidden = smallPdf('A page.', [
      '<< /Type /Sig /Filter /Adobe.PPKLite /ByteRange [0 10 20 30] /Contents <00> >>',
    ]);
    await invalid(await signed(hidden, signer), /not, or not once, the value of a form field/);
    // The number that the signature is going to have.
    const shared = updated(smallPdf(), {
      1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [7 0 R] >> >>',
      7: '<< /FT /Sig /T (Other) /V 8 0 R >>',
    });
    await invalid(await signed(shared, signer), /not, or not once, the value of a form field/);
    const nested = smallPdf('A page.', ['<< /Type /Thing /Inside << /ByteRange [0 10 20 30] /Contents <00> >> >>']);
    await invalid(await signed(nested, signer), /hidden inside/);
  });

  it('F088 objects that the table does not list, or lists wrongly, are not overlooked', async () => {
    const text = latin1(smallPdf());
    const unlisted = text.replace('xref\n0 7', '99 0 obj\n<< /Type /Page >>\nendobj\nxref\n0 7');
    const start = unlisted.indexOf('xref\n0 7');
    const file = bytesOf(unlisted.replace(/startxref\n\d+/, `startxref\n${start}`));
    expect(await verify(file)).toMatchObject({
      verdict: 'unsigned',
      problems: [expect.stringContaining('listed nowhere')],
    });
    await invalid(edited(/0000000009 00000 n/, '0000000010 00000 n'), /does not point/);
  });

  it('F088 between two signatures only signatures may come', async () => {
    const field = '<< /Type /Annot /Subtype /Widget /FT /Sig /T (Later) /F 132 /Rect [0 0 0 0] >>';
    const changes: Record<string, Record<number, string>> = {
      'other drawing': { 4: '<< /Length 0 >>\nstream\n\nendstream' },
      'other information': { 6: '<< /ConsiliumReport (R-2026-2) >>' },
      'another page': { 3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>' },
      'an action on opening': { 1: '<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (x) >> >>' },
      'an unlisted thing': { 60: '<< /Type /Thing >>' },
      'a visible field': { 60: field.replace('[0 0 0 0]', '[0 0 595 842]') },
      'a field with an appearance': { 60: field.replace('>>', '/AP << /N 4 0 R >> >>') },
    };
    for (const [what, bodies] of Object.entries(changes)) {
      const between = updated(report, bodies);
      const again = await signed(between, signer, { meaning: 'approval' });
      const found = await verify(again, identity);
      expect(found.verdict, what).toBe('invalid');
      expect(found.problems.join(' '), what).toMatch(/later revision/);
    }
  });

  it('F088 a deep or endless structure ends in a verdict', async () => {
    const deep = `%PDF-1.7\n1 0 obj\n${'['.repeat(200_000)}\n/ByteRange`;
    expect(await verify(bytesOf(deep))).toMatchObject({ verdict: 'invalid' });
    const dictionaries = `%PDF-1.7\n1 0 obj\n${'<</A'.repeat(200_000)}\n/ByteRange`;
    expect(await verify(bytesOf(dictionaries))).toMatchObject({ verdict: 'invalid' });
    const circle = updated(smallPdf(), {
      1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [7 0 R] >> >>',
      7: '<< /FT /Sig /Kids [7 0 R 7 0 R] >>',
    });
    await invalid(await signed(circle, signer), /lists a field twice/);
    const nestedCms = Buffer.alloc(3000, Buffer.from('30803080', 'hex'));
    await invalid(withCms(report, nestedCms.subarray(0, 600)), /holds something else/);
  });
});

describe('R55 what a signature must hold', () => {
  type Attributes = Parameters<typeof foreignCms>[2];
  const [certificate = new Uint8Array()] = identity.certificates;
  const plain: Attributes = (digest) => [attribute.contentType(), attribute.messageDigest(digest)];
  const full: Attributes = (digest) => [...plain(digest), attribute.signingCertificate(certificate)];

  const made = async (
    attributes: Attributes,
    certificates = identity.certificates,
    by = identity,
    alter = (text: string) => text,
  ) => {
    const words = { name: 'x', reason: 'Author of this report', location: undefined, signedAt: now() };
    const { bytes: prepared, hole } = appendSignatureField(smallPdf(), words, 5000);
    const bytes = bytesOf(alter(latin1(prepared)));
    const content = Buffer.concat([bytes.subarray(0, hole.start), bytes.subarray(hole.end)]);
    return withCms(bytes, await foreignCms(content, by, attributes, certificates));
  };

  it('R55 a signature of another program with all that B-B asks for is B-B', async () => {
    expect(await verify(await made(full), identity)).toMatchObject({
      verdict: 'valid',
      signatures: [{ level: 'PAdES B-B' }],
    });
  });

  it('R55 without signing-certificate-v2 the level is lower, and said so', async () => {
    expect(await verify(await made(plain), identity)).toMatchObject({
      verdict: 'valid',
      signatures: [
        { level: 'CMS without signing-certificate', notes: [expect.stringContaining('signing-certificate-v2')] },
      ],
    });
  });

  it('R55 with a signing time in the CMS, or without one in the PDF, it is not B-B', async () => {
    const timed = await made((digest) => [...full(digest), attribute.signingTime(new Date())]);
    expect(await verify(timed, identity)).toMatchObject({
      verdict: 'valid',
      signatures: [{ level: 'CMS with signing-certificate', notes: [expect.stringContaining('signing time')] }],
    });
    const timeless = await made(full, identity.certificates, identity, (text) => text.replace('/M (D:', '/X (D:'));
    expect(await verify(timeless, identity)).toMatchObject({
      verdict: 'valid',
      signatures: [{ level: 'CMS with signing-certificate', notes: [expect.stringContaining('no time of signing')] }],
    });
    const otherKind = await made(full, identity.certificates, identity, (text) =>
      text.replace('/ETSI.CAdES.detached', '/adbe.pkcs7.detached'),
    );
    expect(await verify(otherKind, identity)).toMatchObject({
      signatures: [{ level: 'CMS with signing-certificate' }],
    });
  });

  it('R55 without message digest or content type it is invalid', async () => {
    for (const attributes of [
      (digest: Uint8Array<ArrayBuffer>) => [attribute.messageDigest(digest)],
      () => [attribute.contentType()],
      (digest: Uint8Array<ArrayBuffer>) => [...full(digest), attribute.contentType()],
    ])
      expect(await verify(await made(attributes), identity)).toMatchObject({ verdict: 'invalid' });
  });

  it('R55 another certificate for the same key and number cannot take the place of the one that signed', async () => {
    const authority = await generate('P-256');
    const person = await generate('P-256');
    const serial = Uint8Array.from([1, 2, 3]);
    const facts = {
      issuer: 'Test Authority',
      keys: person,
      signer: authority,
      notBefore: inDays(-1),
      notAfter: inDays(100),
      isAuthority: false,
      serial,
    };
    const der = async (subject: string) =>
      new Uint8Array((await certify({ ...facts, subject })).toSchema(true).toBER());
    const [right, swapped] = [await der('Dr. Right'), await der('Dr. Swapped')];
    const by: TestIdentity = { ...identity, certificates: [right], privateKey: person.privateKey as CryptoKey };
    const named: Attributes = (digest) => [...plain(digest), attribute.signingCertificate(right)];
    expect(await verify(await made(named, [right], by))).toMatchObject({
      verdict: 'valid-untrusted',
      signatures: [{ signer: 'Dr. Right' }],
    });
    expect(await verify(await made(named, [swapped], by))).toMatchObject({
      verdict: 'invalid',
      signatures: [{ level: 'none', problems: [expect.stringContaining('signing-certificate-v2')] }],
    });
    // Without the attribute nothing tells them apart: this is what it is for.
    expect(await verify(await made(plain, [swapped], by))).toMatchObject({
      verdict: 'valid-untrusted',
      signatures: [{ signer: 'Dr. Swapped', level: 'CMS without signing-certificate' }],
    });
  });

  it('R55 a certificate in the CMS that the signature does not name is invalid where it names its path', async () => {
    const cms = Buffer.from(cmsOf(report));
    const [, issuer = new Uint8Array()] = identity.certificates;
    const at = cms.indexOf(issuer);
    expect(at).toBeGreaterThan(0);
    // The last byte of the issuer's own signature: nothing else in the file depends on it where no anchor is given.
    cms[at + issuer.length - 1] = (cms[at + issuer.length - 1] ?? 0) ^ 1;
    expect(await verify(withCms(report, cms))).toMatchObject({ verdict: 'invalid' });
  });

  it.each<[string, TestIdentityOptions, string]>([
    ['an authority that is none', { between: [{ isAuthority: false }] }, 'untrusted'],
    ['an authority below one that allows none', { between: [{ pathLength: 0 }, {}] }, 'untrusted'],
  ])('R55 a path over %s is not trusted', async (_what, options, chain) => {
    const by = await makeIdentity(options);
    const bytes = await signed(smallPdf(), await opened(by));
    expect(await verify(bytes, by)).toMatchObject({ verdict: 'valid-untrusted', signatures: [{ chain }] });
  });

  it.each<[string, TestIdentityOptions]>([
    ['of an authority', { isAuthority: true, usage: 0x84 }],
    ['for encryption', { usage: 0x20 }],
    ['for web servers', { purposes: ['1.3.6.1.5.5.7.3.1'] }],
    ['with a short key', { key: 'RSA-1024' }],
  ])('R55 a certificate %s signs nothing that is valid', async (_what, options) => {
    const by = await makeIdentity(options);
    const attributes: Attributes = (digest) => [
      ...plain(digest),
      attribute.signingCertificate(by.certificates[0] ?? new Uint8Array()),
    ];
    expect(await verify(await made(attributes, by.certificates, by), by)).toMatchObject({
      verdict: 'invalid',
      signatures: [{ chain: 'unsuitable', digestMatches: true }],
    });
  });

  it('R55 the hash printed is that of the file', async () => {
    expect((await verify(report)).sha256).toBe(createHash('sha256').update(report).digest('hex'));
  });
});
