/**
 * The published attacks on signed PDFs, each made of a report that was really signed: universal forgery, incremental
 * saving and signature wrapping (Mladenov et al., CCS 2019), shadow documents that hide, replace, and do both (Mainka et
 * al., NDSS 2021), annotations and fields put over a page (Rohlmann et al., S&P 2021).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifyReport } from '../../../electron/report/signing/index.ts';
import { makeIdentity } from '../../support/identity.ts';
import { bytesOf, holeOf, latin1, opened, signed, smallPdf } from './support/signing.ts';

/** Signed by a former version of the program, with its documents inside; in force until 2036. */
const report = new Uint8Array(readFileSync(join(import.meta.dirname, 'fixtures/schema-1.pdf')));
const now = '2026-05-02T00:00:00.000Z';
const verdictOf = async (pdf: Uint8Array): Promise<string> =>
  (await verifyReport(pdf, { trustAnchorsPem: [], now })).verdict;

const lastOf = (text: string, pattern: RegExp): RegExpMatchArray => {
  const found = [...text.matchAll(pattern)].at(-1);
  if (found === undefined) throw new Error(`the file holds no ${pattern}`);
  return found;
};
const numberOf = (text: string, key: string): number => Number(lastOf(text, new RegExp(`/${key} (\\d+) 0 R`, 'g'))[1]);
const objectOf = (text: string, number: number): string =>
  lastOf(text, new RegExp(`(?<=\\n)${number} 0 obj\\n?([\\s\\S]*?)\\n?endobj`, 'g'))[1] ?? '';

/** What of an update's end is written: a reader that mends a file goes without any of it. */
type Ending = 'whole' | 'no table' | 'no trailer';

/** An incremental update as any editor writes it. */
function updated(
  pdf: Uint8Array,
  bodies: Readonly<Record<number, string>>,
  { root, ending = 'whole' }: { root?: number; ending?: Ending } = {},
): Uint8Array {
  let text = latin1(pdf);
  const former = Number(lastOf(text, /startxref\n(\d+)/g)[1]);
  const size = Number(lastOf(text, /\/Size (\d+)/g)[1]);
  const kept = `/Root ${root ?? numberOf(text, 'Root')} 0 R /Info ${numberOf(text, 'Info')} 0 R`;
  let table = '';
  for (const [number, body] of Object.entries(bodies)) {
    table += `${number} 1\n${String(text.length).padStart(10, '0')} 00000 n \n`;
    text += `${number} 0 obj\n${body}\nendobj\n`;
  }
  const top = Math.max(size, ...Object.keys(bodies).map((number) => Number(number) + 1));
  const start = text.length;
  if (ending !== 'no table') text += `xref\n${table}`;
  if (ending !== 'no trailer') text += `trailer\n<< /Size ${top} ${kept} /Prev ${former} >>\n`;
  return bytesOf(`${text}startxref\n${start}\n%%EOF\n`);
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
