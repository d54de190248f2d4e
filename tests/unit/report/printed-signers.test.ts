/** R54: those who sign after the author are printed on the paper by their own signatures, and print nothing else (F089). */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { countersign } from '../../../electron/report/countersign.ts';
import { signatureFonts } from '../../../electron/report/fonts.ts';
import {
  appearanceObjects,
  EMPTY_APPEARANCE,
  linesOf,
  PLACE_HEIGHT,
  PLACE_WIDTH,
  type PrintedLines,
} from '../../../electron/report/signing/appearance.ts';
import type { SigningIdentity } from '../../../electron/report/signing/identity.ts';
import { type SignaturePlace, signPdf, verifyReport } from '../../../electron/report/signing/index.ts';
import { makeIdentity, type TestIdentity } from '../../support/identity.ts';
import {
  attribute,
  bytesOf,
  foreignCms,
  lastOf,
  latin1,
  objectOf,
  opened,
  signedBytes,
  smallPdf,
  updated,
  Workbench,
  withCms,
} from './support/signing.ts';
import { TOOLS, toolTitle } from './support/tools.ts';

const times = ['2026-05-01T14:00:00.000Z', '2026-05-02T08:30:00.000Z', '2026-05-03T09:15:00.000Z'] as const;
const [first, second, third] = times;
const terms = { trustAnchorsPem: [], now: third };
const inForce = { notBefore: new Date('2026-01-01'), notAfter: new Date('2028-01-01') };
const NAME = 'Prof. José Muñoz-Łukasz';

const placeAt = (left: number): SignaturePlace => ({
  page: 1,
  rectangle: [left, 80, left + PLACE_WIDTH, 80 + PLACE_HEIGHT],
});
const places = [placeAt(51), placeAt(220)];

let author: SigningIdentity;
let reviewer: TestIdentity;
let paper: Uint8Array;
beforeAll(async () => {
  author = await opened(await makeIdentity({ key: 'RSA', ...inForce }), first);
  reviewer = await makeIdentity({ name: NAME, key: 'RSA', ...inForce });
  paper = await authored(smallPdf('Give 10 mg'));
});

async function authored(pdf: Uint8Array, free: readonly SignaturePlace[] = places): Promise<Uint8Array> {
  const made = await signPdf(pdf, author, { meaning: 'author', signedAt: first }, {}, { free });
  if (!made.ok) throw new Error(made.fault.message);
  return made.value;
}

const reviewed = async (
  pdf: Uint8Array,
  by = reviewer,
  meaning: 'review' | 'approval' = 'review',
  at: string = second,
) => (await countersign(pdf, await opened(by, at), { meaning, signedAt: at })).bytes;

const drawnStream = (pdf: Uint8Array): string => lastOf(latin1(pdf), /BT\n0 g\n[\s\S]*?\nET/g)[0];

describe('R54 a further signer on the paper', () => {
  it('stands in the next free place by an update that keeps every earlier byte, the same bytes again', async () => {
    const once = await reviewed(paper);
    expect(Buffer.compare(once.subarray(0, paper.length), paper)).toBe(0);
    expect(Buffer.compare(once, await reviewed(paper))).toBe(0);
    const twice = await reviewed(once, await makeIdentity({ name: 'Dr. Zoë Approver', ...inForce }), 'approval', third);
    const found = await verifyReport(twice, terms);
    expect(found).toMatchObject({ verdict: 'valid-untrusted', problems: [] });
    expect(found.signatures.map(({ signer, meaning }) => [signer, meaning])).toEqual([
      ['Dr. Test Signer', 'author'],
      [NAME, 'review'],
      ['Dr. Zoë Approver', 'approval'],
    ]);
    expect(latin1(twice).match(/BT\n0 g\n/g)).toHaveLength(2);
    // No place is left: the next one signs without being printed, and is found by the check.
    const more = await reviewed(twice, await makeIdentity({ name: 'Dr. Late', ...inForce }), 'review', third);
    expect((await verifyReport(more, terms)).signatures).toHaveLength(4);
    expect(latin1(more).match(/BT\n0 g\n/g)).toHaveLength(2);
  });

  it.skipIf(!TOOLS.pdfsig)(toolTitle('reads as printed, and other programs find it whole', 'pdfsig'), async () => {
    using bench = new Workbench();
    bench.put('a.pdf', await reviewed(paper));
    expect(bench.must('pdftotext', '-layout', 'a.pdf', '-')).toMatch(
      /Prof\. José Muñoz-Łukasz\s+reviewer of this report\s+2026-05-02 08:30 UTC/,
    );
    const said = bench.must('pdfsig', 'a.pdf');
    expect(said.match(/Signature is Valid/g)).toHaveLength(2);
    expect(said).toContain('Total document signed');
  });

  it.each([
    ['de-DE', 'Prüfer dieses Berichts', '02.05.2026, 08:30 UTC'],
    ['es-ES', 'revisor de este informe', '02/05/2026, 08:30 UTC'],
  ] as const)('speaks the language of the paper: %s', async (tag, meaning, time) => {
    const language = tag === 'de-DE' ? 'de' : 'es';
    const tagged = updated(smallPdf(), { 1: `<< /Type /Catalog /Pages 2 0 R /Lang (${tag}) >>` });
    const made = await reviewed(await authored(tagged));
    expect((await verifyReport(made, terms)).verdict).toBe('valid-untrusted');
    expect(linesOf(NAME, 'Review of this report', second, language)).toEqual([NAME, meaning, time]);
    const english = await reviewed(paper);
    expect(drawnStream(made)).not.toBe(drawnStream(english));
  });

  it.each([
    'Δρ. Ωμέγα Σίγμα',
    'Д-р Иван Жуков',
    'Bác sĩ Nguyễn Thị Hồng',
    '山田 太郎',
    `${'W'.repeat(60)}.`,
    'Dr. \u202Egnp.exe',
  ])('prints a name of any script, or says which character no font has: %s', async (name) => {
    const made = await reviewed(paper, await makeIdentity({ name, ...inForce }));
    expect((await verifyReport(made, terms)).verdict).toBe('valid-untrusted');
    // No glyph of a character that the font lacks.
    expect(drawnStream(made)).not.toMatch(/<(?:[0-9A-F]{4})*?0000/);
    const sizes = [...drawnStream(made).matchAll(/\/F\d ([\d.]+) Tf/g)].map(([, size]) => Number(size));
    expect(Math.max(...sizes)).toBe(7);
    expect(Math.min(...sizes) < 7).toBe(name.length > 40);
  });
});

describe('F089 shadow attacks by who signs later', () => {
  const honest: PrintedLines = [NAME, 'reviewer of this report', '2026-05-02 08:30 UTC'];
  const covered = `\nq 1 1 1 rg 0 0 ${PLACE_WIDTH} ${PLACE_HEIGHT} re f Q`;

  interface Forged {
    readonly lines?: PrintedLines;
    /** Bodies of drawing and fonts, changed. */
    readonly drawn?: (bodies: string[]) => string[];
    readonly field?: (body: string) => string;
    /** Which field is filled. */
    readonly name?: string;
    readonly words?: string;
    readonly more?: (free: number, field: number) => Record<number, string>;
  }

  /** An update with a signature that holds, whatever it prints: who makes it holds a key and writes his own PDF. */
  async function forged(pdf: Uint8Array, forgery: Forged = {}): Promise<Uint8Array> {
    const { lines = honest, drawn = (bodies) => bodies, field = (body) => body, name = 'Signature2' } = forgery;
    const text = latin1(pdf);
    const signature = Number(lastOf(text, /\/Size (\d+)/g)[1]);
    const place = Number(lastOf(text, new RegExp(`(\\d+) 0 obj\\n<<[^>]*?/T \\(${name}\\)`, 'g'))[1]);
    const former = objectOf(text, place).replace(/\n?\/V \d+ 0 R|\n?\/AP << \/N \d+ 0 R >>/g, '');
    const bodies = drawn(appearanceObjects(signature + 1, lines, signatureFonts()));
    const words = forgery.words ?? `/Name <FEFF${Buffer.from(NAME, 'utf16le').swap16().toString('hex')}>`;
    const range = `[0 ${'*'.repeat(10)} ${'*'.repeat(10)} ${'*'.repeat(10)}]`;
    const made = latin1(
      updated(pdf, {
        [place]: field(former.replace(/\s*>>$/, `\n/V ${signature} 0 R\n/AP << /N ${signature + 1} 0 R >>\n>>`)),
        [signature]: `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange ${range} /Contents <${'0'.repeat(8000)}> ${words} /Reason (Review of this report) /M (D:20260502083000Z) >>`,
        ...Object.fromEntries(bodies.map((body, at) => [signature + 1 + at, body])),
        ...forgery.more?.(signature + 1 + bodies.length, place),
      }),
    );
    const start = made.lastIndexOf('/Contents <') + '/Contents '.length;
    const end = made.indexOf('>', start) + 1;
    const whole = bytesOf(made.replace(range, `[0 ${start} ${end} ${made.length - end}]`.padEnd(range.length)));
    const cms = await foreignCms(signedBytes(whole), reviewer, (digest) => [
      attribute.contentType(),
      attribute.messageDigest(digest),
      attribute.signingCertificate(reviewer.certificates[0] ?? new Uint8Array()),
    ]);
    return withCms(whole, cms);
  }
  const found = async (pdf: Uint8Array) => {
    const { verdict, problems, signatures } = await verifyReport(pdf, terms);
    return { verdict, said: [...problems, ...signatures.flatMap((one) => one.problems)].join(' ') };
  };
  const DRAWS = /prints something else/;
  const ADDS = /adds more than signatures/;

  it('an update made by hand that prints just what it says is sound', async () => {
    expect(await found(await forged(paper))).toEqual({ verdict: 'valid-untrusted', said: '' });
  });

  it('prints the name of another', async () => {
    const lines: PrintedLines = ['Prof. Somebody Else', honest[1], honest[2]];
    expect(await found(await forged(paper, { lines }))).toMatchObject({ verdict: 'invalid', said: DRAWS });
    // The signature says it too: then it is the certificate that does not.
    const words = '/Name (Prof. Somebody Else)';
    expect(await found(await forged(paper, { lines, words }))).toMatchObject({
      verdict: 'invalid',
      said: expect.stringMatching(/not that of the certificate/) as unknown,
    });
  });

  const swapped = (at: number, from: string | RegExp, to: string) => (bodies: string[]) =>
    bodies.map((body, index) => (index === at ? body.replace(from, to) : body));
  /** With the length that the longer drawing has. */
  const longer = (more: string) => (bodies: string[]) =>
    bodies.map((body, index) =>
      index > 0
        ? body
        : body
            .replace('\nendstream', `${more}\nendstream`)
            .replace(/\/Length (\d+)/, (_, length: string) => `/Length ${Number(length) + more.length}`),
    );
  /** The same font but for a point of an outline, whole and well packed. */
  const otherFont = (): string => {
    const font = Buffer.from(signatureFonts()[0] ?? []);
    const at = font.readUInt32BE(font.indexOf('glyf', 0, 'latin1') + 8) + 400;
    font[at] = (font[at] ?? 0) ^ 1;
    const packed = latin1(deflateSync(font));
    return `<< /Filter /FlateDecode /Length1 ${font.length} /Length ${packed.length} >>\nstream\n${packed}\nendstream`;
  };
  const helvetica = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';

  it.each<[string, Forged, RegExp]>([
    ['another meaning', { lines: [NAME, 'approver of this report', honest[2]] }, DRAWS],
    ['another time', { lines: [NAME, honest[1], '2025-05-02 08:30 UTC'] }, DRAWS],
    ['a cover over its own words', { drawn: longer(covered) }, DRAWS],
    ['a drawing larger than its place', { drawn: swapped(0, /BBox \[0 0 \d+ \d+\]/, 'BBox [0 0 595 842]') }, DRAWS],
    [
      'a matrix that moves the drawing',
      { drawn: swapped(0, '/Subtype /Form', '/Subtype /Form /Matrix [9 0 0 9 -50 0]') },
      DRAWS,
    ],
    ['letters in white', { drawn: swapped(0, '0 g', '1 g') }, DRAWS],
    ['letters somewhere else', { drawn: swapped(0, '1 0 0 1 0 3 Tm', '1 0 0 1 0 9 Tm') }, DRAWS],
    ['a font of the paper in place of its own', { drawn: swapped(0, /\/F1 \d+ 0 R/, '/F1 5 0 R') }, DRAWS],
    [
      'a font that draws other letters',
      { drawn: (bodies) => bodies.map((body, at) => (at === 4 ? otherFont() : body)) },
      DRAWS,
    ],
    ['another kind of font', { drawn: (bodies) => bodies.map((body, at) => (at === 1 ? helvetica : body)) }, DRAWS],
    ['widths that lay letters over each other', { drawn: swapped(2, /\/W \[(\d+) \[\d+\]/, '/W [$1 [0]') }, DRAWS],
    ['characters that copy as others', { drawn: swapped(5, /> <0050>/, '> <0051>') }, DRAWS],
    ['a second look under the mouse', { field: (body) => body.replace(/\/N (\d+) 0 R/, '/N $1 0 R /R 4 0 R') }, DRAWS],
    ['no drawing', { field: (body) => body.replace(/\/AP << .*? >>/, '/AP << >>') }, DRAWS],
    ['the drawing of the page', { field: (body) => body.replace(/\/N \d+ 0 R/, '/N 4 0 R') }, DRAWS],
    [
      'a place moved over the dose',
      { field: (body) => body.replace(/\/Rect \[.*?\]/, `/Rect [72 715 ${72 + PLACE_WIDTH} ${715 + PLACE_HEIGHT}]`) },
      ADDS,
    ],
    ['a place over the whole page', { field: (body) => body.replace(/\/Rect \[.*?\]/, '/Rect [0 0 595 842]') }, ADDS],
    ['an action in the place', { field: (body) => body.replace(/ *>>$/, '/A << /S /JavaScript /JS (x) >> >>') }, ADDS],
    ['another kind of field', { field: (body) => body.replace('/FT /Sig', '/FT /Tx') }, ADDS],
    [
      'one more drawing',
      { more: (free) => ({ [free]: `<< /Length ${covered.length} >>\nstream\n${covered}\nendstream` }) },
      ADDS,
    ],
    ['one more object', { more: (free) => ({ [free]: helvetica }) }, ADDS],
  ])('%s', async (_, forgery, said) => {
    const { verdict, said: told } = await found(await forged(paper, forgery));
    expect(verdict).toBe('invalid');
    expect(told).toMatch(said);
  });

  it('takes away or replaces the drawing of who signed before', async () => {
    const once = await reviewed(paper);
    for (const lines of [honest, ['Dr. Nobody', honest[1], honest[2]] satisfies PrintedLines])
      expect(await found(await forged(once, { lines }))).toMatchObject({ verdict: 'invalid' });
    const filled = Number(lastOf(latin1(once), /(\d+) 0 obj\n<<[^>]*?\/T \(Signature2\)/g)[1]);
    const emptied = objectOf(latin1(once), filled).replace(/\/AP << .*? >>/, '');
    const other = { name: 'Signature3', more: () => ({ [filled]: emptied }) };
    expect(await found(await forged(once, { name: 'Signature3' }))).toMatchObject({ verdict: 'valid-untrusted' });
    expect(await found(await forged(once, other))).toMatchObject({ verdict: 'invalid' });
  });

  it('a place that the author prepared: too large, drawn over, with an action', async () => {
    const wide: SignaturePlace = { page: 1, rectangle: [0, 0, 595, 842] };
    const large = await authored(smallPdf('Give 10 mg'), [wide]);
    // Who signs with this program is not printed there, and who prints himself there is refused.
    expect(latin1(await reviewed(large))).not.toContain('BT\n0 g');
    expect(await found(await forged(large))).toMatchObject({ verdict: 'invalid' });
    for (const [hidden, isFree] of [
      ['/AP << /N 9 0 R >>', true],
      ['/AP << /N 4 0 R >>', false],
      ['/AP << /N 9 0 R >> /AA << /E << /S /JavaScript /JS (x) >> >>', false],
      ['/AP << /N 9 0 R >> /MK << /BG [1] >>', false],
    ] as const) {
      const text = latin1(smallPdf('Give 10 mg'));
      const field = `<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature9) ${hidden} /F 132 /Rect [${places[0]?.rectangle.join(' ')}] /P 3 0 R >>`;
      const laid = updated(bytesOf(text), {
        1: '<< /Type /Catalog /Pages 2 0 R /AcroForm 8 0 R >>',
        3: objectOf(text, 3).replace('/Type /Page', '/Type /Page /Annots [7 0 R]'),
        7: field,
        8: '<< /Fields [7 0 R] >>',
        9: EMPTY_APPEARANCE,
      });
      const made = await authored(laid, []);
      expect((await verifyReport(made, terms)).verdict).toBe('valid-untrusted');
      expect(latin1(await reviewed(made)).includes('BT\n0 g')).toBe(isFree);
      expect(await found(await forged(made, { name: 'Signature9' }))).toMatchObject({
        verdict: isFree ? 'valid-untrusted' : 'invalid',
      });
    }
  });
});

it('fonts of the paper that signers are printed in are those the check knows', () => {
  const source = readFileSync(new URL('../../../electron/report/signing/appearance.ts', import.meta.url), 'utf8');
  for (const font of signatureFonts()) expect(source).toContain(createHash('sha256').update(font).digest('hex'));
});
