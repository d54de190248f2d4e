/**
 * The published attacks on signed PDFs, each made of a report that was really signed: universal forgery, incremental
 * saving and signature wrapping (Mladenov et al., CCS 2019), shadow documents that hide, replace, and do both (Mainka et
 * al., NDSS 2021), annotations and fields put over a page (Rohlmann et al., S&P 2021).
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { describe, expect, it } from 'vitest';
import { verifyReport } from '../../../electron/report/signing/index.ts';
import { appendSignatureField } from '../../../electron/report/signing/signature-field.ts';
import { makeIdentity } from '../../support/identity.ts';
import {
  attribute,
  bytesOf,
  cmsOf,
  foreignCms,
  holeOf,
  lastOf,
  latin1,
  numberOf,
  objectOf,
  opened,
  signed,
  smallPdf,
  updated,
  withCms,
} from './support/signing.ts';

/** Signed by a former version of the program, with its documents inside; in force until 2036. */
const report = new Uint8Array(readFileSync(join(import.meta.dirname, 'fixtures/schema-1.pdf')));
const now = '2026-05-02T00:00:00.000Z';
const verdictOf = async (pdf: Uint8Array): Promise<string> =>
  (await verifyReport(pdf, { trustAnchorsPem: [], now })).verdict;

/** The signer's certificate as the signature holds it. */
function certificateOf(cms: Uint8Array<ArrayBuffer>): Uint8Array {
  const data = new pkijs.SignedData({ schema: pkijs.ContentInfo.fromBER(cms.buffer).content });
  const [first] = data.certificates ?? [];
  if (!(first instanceof pkijs.Certificate)) throw new Error('the signature holds no certificate');
  return new Uint8Array(first.toSchema().toBER());
}

const text = latin1(report);
const catalog = numberOf(text, 'Root');
const free = Number(lastOf(text, /\/Size (\d+)/g)[1]);
const firstPage = Number(lastOf(text, /(?<=\n)(\d+) 0 obj\n?<<\n?\/Type \/Page\b/g)[1]);
const drawing = (words: string): string => {
  const drawn = `BT /F1 40 Tf 40 500 Td (${words}) Tj ET`;
  return `<< /Length ${drawn.length} >>\nstream\n${drawn}\nendstream`;
};
const otherPages = {
  [free]: drawing('Give 100 mg'),
  [firstPage]: `<< /Type /Page /MediaBox [0 0 595 842] /Contents ${free} 0 R >>`,
};

it('the report that is attacked is sound', async () => {
  expect(await verdictOf(report)).toBe('valid-untrusted');
});

describe('F089 attacks on a report that was really signed', () => {
  const range = lastOf(text, /\/ByteRange \[(\d+) (\d+) (\d+) (\d+)\s*\]/g);
  const [, , before = 0, from = 0, length = 0] = range.map(Number);
  const hole = holeOf(report);
  const field = (value: string, to: string): Uint8Array => bytesOf(text.replace(value, to));
  const contents = text.slice(hole.start, hole.end);

  it.each<[string, Uint8Array]>([
    ['no Contents', field(`/Contents ${contents}`, `/Cantents ${contents}`)],
    ['Contents null', field(contents, 'null'.padEnd(contents.length))],
    ['Contents of one zero', field(contents, '<00>'.padEnd(contents.length))],
    ['no ByteRange', field(range[0], range[0].replace('/ByteRange', '/BiteRange'))],
    ['ByteRange null', field(range[0], '/ByteRange null'.padEnd(range[0].length))],
    ['ByteRange empty', field(range[0], '/ByteRange []'.padEnd(range[0].length))],
    ['ByteRange of negative lengths', field(range[0], `/ByteRange [0 -${before} ${from} 9]`.padEnd(range[0].length))],
    [
      'ByteRange of parts that overlap',
      field(range[0], `/ByteRange [0 ${before} ${before} ${length}]`.padEnd(range[0].length)),
    ],
    ['ByteRange past the end', field(range[0], `/ByteRange [0 ${before} ${from} 9999999999]`.padEnd(range[0].length))],
    [
      'ByteRange of a number that is none',
      field(range[0], `/ByteRange [0.0 ${before} ${from} ${length}]`.slice(0, range[0].length)),
    ],
    [
      'ByteRange under a name written otherwise',
      field(range[0], range[0].replace('/ByteRange [0 ', '/ByteRang#65[0 ')),
    ],
    ['ByteRange of one part', field(range[0], `/ByteRange [0 ${before}]`.padEnd(range[0].length))],
  ])('universal forgery: %s', async (_, forged) => {
    expect(await verdictOf(forged)).toBe('invalid');
  });

  it.each<[string, Uint8Array]>([
    ['another page', updated(report, otherPages)],
    ['another page, no table', updated(report, otherPages, { ending: 'no table' })],
    ['another page, no trailer', updated(report, otherPages, { ending: 'no trailer' })],
    [
      'another page, and the signature once more beside it',
      updated(report, { ...otherPages, [free + 1]: objectOf(text, numberOf(text, 'V')) }),
    ],
    ['a comment behind the end', bytesOf(`${text}% harmless\n`)],
    [
      'a note over the page',
      updated(report, {
        [free]: '<< /Type /Annot /Subtype /FreeText /Rect [0 0 595 842] /Contents (Give 100 mg) >>',
        [firstPage]: objectOf(text, firstPage).replace('/Type /Page', `/Type /Page\n/Annots [${free} 0 R]`),
      }),
    ],
    [
      'another file attached',
      updated(report, { [catalog]: objectOf(text, catalog).replace(/\/EmbeddedFiles \d+/, `/EmbeddedFiles ${free}`) }),
    ],
  ])('incremental saving: %s', async (_, forged) => {
    expect(await verdictOf(forged)).toBe('invalid');
  });

  // The signed second part goes to the end of the file; the attacker's objects fill the room, and a second range that
  // still finds both parts stands where nothing is signed.
  const strange = `\n${free} 0 obj\n${drawing('Give 100 mg')}\nendobj\n`;
  const moved = (extra: (start: number) => string): Uint8Array => {
    const room = extra(999_999).length;
    const start = hole.end + room;
    return bytesOf(`${text.slice(0, hole.end)}${extra(start).padEnd(room)}${text.slice(from, from + length)}`);
  };
  it.each<[string, Uint8Array]>([
    [
      'a second range and objects in the room',
      moved((start) => ` /ByteRange [0 ${before} ${start} ${length}] ${strange}`),
    ],
    [
      'a second range in a dictionary of its own',
      moved((start) => `>>\nendobj\n${strange}${free + 1} 0 obj\n<< /ByteRange [0 ${before} ${start} ${length}]\n`),
    ],
    ['objects in the room, the first range as it was', moved(() => strange)],
    [
      'zeros and objects behind the signature’s string',
      bytesOf(text.replace(contents, `${contents.slice(0, -1)}>${strange}`)),
    ],
    ['the range begins behind the head', bytesOf(text.replace(range[0], range[0].replace('[0 ', '[1 ')))],
    [
      'a gap of one byte',
      bytesOf(text.replace(range[0], range[0].replace(`${from} ${length}`, `${from + 1} ${length - 1}`))),
    ],
  ])('signature wrapping: %s', async (_, forged) => {
    expect(await verdictOf(forged)).toBe('invalid');
  });

  it('a report signed twice with the page changed between or behind the signatures', async () => {
    const signer = await opened(await makeIdentity({ name: 'Dr. Second' }));
    const twice = await signed(report, signer, { meaning: 'review' });
    const later = new Date().toISOString();
    const verdict = async (pdf: Uint8Array) => (await verifyReport(pdf, { trustAnchorsPem: [], now: later })).verdict;
    expect(await verdict(twice)).toBe('valid-untrusted');
    expect(await verdict(updated(twice, otherPages))).toBe('invalid');
    expect(await verdict(await signed(updated(report, otherPages), signer, { meaning: 'review' }))).toBe('invalid');
    // The second signature is taken away again: the file is then the one signed first, and says so by one signature.
    const back = await verifyReport(twice.subarray(0, report.length), { trustAnchorsPem: [], now: later });
    expect([back.verdict, back.signatures.length]).toEqual(['valid-untrusted', 1]);
  });
});

/** Who prepared the paper is the attacker: what is hidden in it is shown by an update after somebody signed. */
const shadow = [
  // 7: a cover in the colour of the paper, 8: another drawing, 9: another page, 10: its tree, 11: its catalog
  drawing('cover'),
  drawing('Give 100 mg'),
  '<< /Type /Page /Parent 10 0 R /MediaBox [0 0 595 842] /Contents 8 0 R >>',
  '<< /Type /Pages /Kids [9 0 R] /Count 1 >>',
  '<< /Type /Catalog /Pages 10 0 R >>',
];
const prepared = await signed(smallPdf('Give 10 mg', shadow), await opened(await makeIdentity()));
const at = new Date().toISOString();

/** Structures that one reader follows and another does not, and what may run or be shown without a page being touched. */
describe('F089 later writings that nobody signed', () => {
  const stranger = makeIdentity({ name: 'Dr. Stranger' }).then((made) => opened(made));
  const widget = numberOf(text, 'V') + 1;
  const recordStream = Number(lastOf(text, /\/F (\d+) 0 R/g)[1]);
  const withKey = (number: number, key: string): Record<number, string> => ({
    [number]: objectOf(text, number).replace(/^<</, `<< ${key}`),
  });
  const packed = `${free + 1} 0 << /Type /Catalog /Pages ${free + 2} 0 R >>`;
  const tables = `${text}${free} 0 obj\n<< /Type /XRef /Size ${free + 1} /W [1 4 1] /Root ${catalog} 0 R /Length 6 >>\nstream\n123456\nendstream\nendobj\n`;

  const contents: [string, Uint8Array][] = [
    [
      'a script on opening',
      updated(report, withKey(catalog, '/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>')),
    ],
    ['a script on a page', updated(report, withKey(firstPage, '/AA << /O << /S /JavaScript /JS (x) >> >>'))],
    [
      'an attached document swapped under its number',
      updated(report, { [recordStream]: '<< /Type /EmbeddedFile /Length 2 >>\nstream\n{}\nendstream' }),
    ],
    ['the permissions of the catalog', updated(report, withKey(catalog, '/Perms << /DocMDP 1 0 R >>'))],
    [
      'a store of evidence that holds a page',
      updated(report, { ...withKey(catalog, `/DSS << /Type /DSS /Certs [${free} 0 R] >>`), [free]: drawing('x') }),
    ],
    [
      'a visible field over the page',
      updated(report, {
        [free]: `<< /Type /Annot /Subtype /Widget /FT /Sig /T (S2) /Rect [0 0 595 842] /AP << /N ${firstPage} 0 R >> >>`,
      }),
    ],
    [
      'the field of the signature replaced',
      updated(report, {
        [widget]: '<< /Type /Annot /Subtype /Widget /FT /Tx /T (Signature1) /V (x) /Rect [0 0 9 9] >>',
      }),
    ],
  ];
  it.each<[string, Uint8Array]>([
    [
      'an object stream that holds another catalog',
      updated(report, {
        [free]: `<< /Type /ObjStm /N 1 /First 4 /Length ${packed.length} >>\nstream\n${packed}\nendstream`,
      }),
    ],
    ['a cross-reference stream in place of the table', bytesOf(`${tables}startxref\n${text.length}\n%%EOF\n`)],
    ['a hybrid file: a stream of references beside the table', updated(report, otherPages, { extra: '/XRefStm 15 ' })],
    ['Prev that leads to itself', updated(report, {}, { previous: -1 })],
    ['Prev that leads past the end', updated(report, {}, { previous: 999_999_999 })],
    ['Prev that stands twice', updated(report, {}, { extra: '/Prev 15 ' })],
    ['a trailer that says encrypted', updated(report, {}, { extra: '/Encrypt << /Filter /Standard /V 4 >> ' })],
    ['something before the head', bytesOf(`x\n${text}`)],
    ['a line end before the head', bytesOf(`\n${text}`)],
    ['line ends of another system behind the end', bytesOf(`${text}\r\n`)],
    ...contents,
  ])('%s', async (_, forged) => {
    expect(await verdictOf(forged)).toBe('invalid');
  });

  it.each(contents)('%s, and a stranger signs it', async (_, forged) => {
    const bytes = await signed(forged, await stranger, { meaning: 'review' });
    const later = new Date().toISOString();
    expect((await verifyReport(bytes, { trustAnchorsPem: [], now: later })).verdict).toBe('invalid');
  });
});

describe('F089 signatures of another make', () => {
  const cms = cmsOf(report);
  /** The CMS read, changed and written again in its place. */
  const rewritten = (der: Uint8Array, change: (data: pkijs.SignedData) => void): Uint8Array => {
    const data = new pkijs.SignedData({ schema: pkijs.ContentInfo.fromBER(Buffer.from(der)).content });
    change(data);
    const made = new pkijs.ContentInfo({ contentType: '1.2.840.113549.1.7.2', content: data.toSchema(true) });
    return new Uint8Array(made.toSchema().toBER());
  };
  const altered = (change: (data: pkijs.SignedData) => void): Uint8Array => withCms(report, rewritten(cms, change));
  const sha1 = () => new pkijs.AlgorithmIdentifier({ algorithmId: '1.3.14.3.2.26' });

  it.each<[string, (data: pkijs.SignedData) => void]>([
    ['no signer', (data) => void data.signerInfos.splice(0)],
    [
      'SHA-1 named as digest',
      (data) => {
        data.digestAlgorithms = [sha1()];
        for (const info of data.signerInfos) info.digestAlgorithm = sha1();
      },
    ],
    ['SHA-1 beside the digest in use', (data) => void data.digestAlgorithms.push(sha1())],
    ['no certificate', (data) => void data.certificates?.splice(0)],
    [
      'no signed attributes',
      (data) => {
        for (const info of data.signerInfos) delete (info as { signedAttrs?: unknown }).signedAttrs;
      },
    ],
    [
      'an unsigned attribute of a foreign kind',
      (data) => {
        for (const info of data.signerInfos)
          info.unsignedAttrs = new pkijs.SignedAndUnsignedAttributes({
            type: 1,
            attributes: [new pkijs.Attribute({ type: '1.2.3.4', values: [new asn1js.Null()] })],
          });
      },
    ],
  ])('%s', async (_, change) => {
    expect(await verdictOf(altered(change))).toBe('invalid');
  });

  it('two signers in one signature', async () => {
    const by = await makeIdentity();
    const words = {
      name: 'x',
      reason: 'Author of this report',
      location: undefined,
      signedAt: new Date().toISOString(),
    };
    const { bytes, hole: place } = appendSignatureField(smallPdf(), words, 5000);
    const content = Buffer.concat([bytes.subarray(0, place.start), bytes.subarray(place.end)]);
    const one = await foreignCms(content, by, (digest) => [attribute.contentType(), attribute.messageDigest(digest)]);
    const verdict = async (der: Uint8Array) =>
      (await verifyReport(withCms(bytes, der), { trustAnchorsPem: [], now: new Date().toISOString() })).verdict;
    expect(await verdict(one)).toBe('valid-untrusted');
    expect(await verdict(rewritten(one, (data) => void data.signerInfos.push(...data.signerInfos)))).toBe('invalid');
  });

  it('the same written again unchanged is sound', async () => {
    expect(await verdictOf(altered(() => undefined))).toBe('valid-untrusted');
  });

  it.each<[string, Buffer]>([
    ['the hash of a certificate that it names', createHash('sha256').update('another').digest()],
    ['an empty hash', Buffer.alloc(32)],
  ])('signing-certificate-v2 with %s', async (_, hash) => {
    const named = createHash('sha256').update(certificateOf(cms)).digest();
    const at = Buffer.from(cms).indexOf(named);
    expect(at).toBeGreaterThan(0);
    const forged = Buffer.from(cms);
    hash.copy(forged, at);
    expect(await verdictOf(withCms(report, forged))).toBe('invalid');
  });
});

describe('F089 shadow documents', () => {
  const verdict = async (pdf: Uint8Array) => (await verifyReport(pdf, { trustAnchorsPem: [], now: at })).verdict;
  const page = (contents: string) =>
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${contents} /Resources << /Font << /F1 5 0 R >> >> >>`;

  it.each<[string, (signedPaper: Uint8Array) => Uint8Array]>([
    ['hide: the cover is taken away', (paper) => updated(paper, { 7: drawing('') })],
    ['hide: the page no longer draws it', (paper) => updated(paper, { 3: page('4 0 R') })],
    ['replace: another drawing takes its number', (paper) => updated(paper, { 4: drawing('Give 100 mg') })],
    [
      'replace: the font draws other letters',
      (paper) => updated(paper, { 5: '<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>' }),
    ],
    ['replace: the value of a field', (paper) => updated(paper, { 12: '<< /FT /Tx /T (dose) /V (100 mg) >>' })],
    ['hide and replace: the trailer names the other catalog', (paper) => updated(paper, {}, { root: 11 })],
    [
      'hide and replace: the catalog names the other pages',
      (paper) => updated(paper, { 1: '<< /Type /Catalog /Pages 10 0 R >>' }),
    ],
    [
      'hide and replace: the page tree names the other page',
      (paper) => updated(paper, { 2: '<< /Type /Pages /Kids [9 0 R] /Count 1 >>' }),
    ],
  ])('%s', async (_, attack) => {
    expect(await verdict(prepared)).toBe('valid-untrusted');
    expect(await verdict(attack(prepared))).toBe('invalid');
  });
});
