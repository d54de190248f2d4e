import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { characterSet } from '../../../electron/report/character-set.ts';
import { tablesOf, unpacked } from '../../../electron/report/font-file.ts';
import { fontBytes, fontFiles, plainLine, runsOf } from '../../../electron/report/fonts.ts';
import { outside, outsideTitle } from '../../support/outside.ts';

/** The very pdfkit that pdfmake draws with. */
const PDFKit = createRequire(createRequire(import.meta.url).resolve('pdfmake'))('pdfkit') as new (
  options: object,
) => PDFKit.PDFDocument;

const said = (text: string): string =>
  runsOf(text)
    .map((run) => run.text)
    .join('');

describe('the fonts of the paper', () => {
  it('are files of packages, each with a Unicode table', () => {
    expect(fontFiles.size).toBe(24);
    for (const file of fontFiles) expect(characterSet(readFileSync(file)).size, file).toBeGreaterThan(90);
  });

  it('are given to the printer unpacked: the same tables, byte for byte, but that nothing typed turns into another sign', () => {
    for (const file of fontFiles) {
      const [packed, plain] = [readFileSync(file), fontBytes(file)];
      expect(plain.readUInt32BE(0), file).toBe(0x00010000);
      const tables = (of: Buffer) =>
        tablesOf(of).map(({ tag, checksum, bytes }) => {
          // Contextual alternates are taken out of Inter by the name of the feature alone.
          const known =
            tag === 'GSUB' ? Buffer.from(bytes.toString('latin1').replaceAll('calt', 'none'), 'latin1') : bytes;
          // Of the pairs some are not moved: nothing is longer or shorter for it.
          return `${tag} ${checksum} ${tag === 'GPOS' ? bytes.length : hash('sha256', known)}`;
        });
      expect(tables(plain), file).toEqual(tables(packed));
      if (file.includes('inter-'))
        expect(
          tablesOf(plain).filter(({ bytes }) => bytes.includes('calt')),
          file,
        ).toEqual([]);
      expect(fontBytes(file)).toBe(plain);
    }
    const ours = unpacked(readFileSync([...fontFiles][0] ?? ''));
    expect(unpacked(ours)).toBe(ours);
  });

  it('draw no decimal sign nearer to a digit than it stands by itself, and keep the kerning of letters', () => {
    // Each file has a printer of its own: one that knows a name asks for no other file of it.
    const widthBy = (file: Buffer) => {
      const printer = new PDFKit({}).font(file).fontSize(100);
      return (text: string): number => printer.widthOfString(text);
    };
    const unmoved = (file: Buffer): boolean => {
      const width = widthBy(file);
      return [...'0123456789'].every((digit) =>
        ['.', ','].every((sign) => Math.abs(width(`${digit}${sign}${digit}`) - 2 * width(digit) - width(sign)) < 0.01),
      );
    };
    for (const file of fontFiles) expect(unmoved(fontBytes(file)), file).toBe(true);
    const [inter = ''] = [...fontFiles].filter((file) => file.endsWith('inter-latin-400-normal.woff'));
    expect(unmoved(readFileSync(inter))).toBe(false);
    const width = widthBy(fontBytes(inter));
    expect(width('Ta')).toBeLessThan(width('T') + width('a') - 1);
  });

  it('refuse a file that is no font', () => {
    expect(() => characterSet(Buffer.alloc(64))).toThrow('no character table');
  });

  it('cut a text into runs of one font, in order', () => {
    expect(runsOf('TGFβ ≥ 5 µm')).toEqual([
      { text: 'TGF', font: 'Inter' },
      { text: 'β ', font: 'InterGreek' },
      { text: '≥ ', font: 'Symbols' },
      { text: '5 ', font: 'Inter' },
      { text: 'μ', font: 'InterGreek' },
      { text: 'm', font: 'Inter' },
    ]);
    expect(said('Łódź, Čeština, Ελληνικά, Русский, Việt')).toBe('Łódź, Čeština, Ελληνικά, Русский, Việt');
  });

  it.each([
    ['snowman ☃', 'snowman [U+2603]'],
    ['雪', '[U+96EA]'],
    ['😀', '[U+1F600]'],
    ['\u202eevil', '[U+202E]evil'],
    ['a\u0000b\u0007', 'a[U+0000]b[U+0007]'],
    ['zero\u200bwidth\ufeff', 'zero[U+200B]width[U+FEFF]'],
    ['שלום', '[U+05E9][U+05DC][U+05D5][U+05DD]'],
    ['\ud800', '[U+D800]'],
    ['T790M → osimertinib ✓', 'T790M to osimertinib yes'],
    ['a\r\nb\rc', 'a\nb\nc'],
    ['12\u202f345', '12\u00a0345'],
    ['é', 'é'],
  ])('print %j as %j', (text, printed) => {
    expect(said(text)).toBe(printed);
  });

  it('never drop a character: what is printed has a glyph, what has none is named', () => {
    const drawn = new Set([...fontFiles].flatMap((file) => [...characterSet(readFileSync(file))]));
    const anything = fc
      .array(fc.oneof(fc.integer({ min: 0, max: 0x17f }), fc.integer({ min: 0, max: 0x10ffff })), { maxLength: 60 })
      .map((codes) => String.fromCodePoint(...codes));
    fc.assert(
      fc.property(anything, (text) => {
        const printed = said(text);
        const count = (words: string, pattern: RegExp): number => words.match(pattern)?.length ?? 0;
        const visible = [...printed].every((one) => one === '\n' || drawn.has(one.codePointAt(0) ?? 0));
        return visible && count(printed, /./gsu) >= [...text.normalize('NFC').replace(/\r\n?/g, '\n')].length;
      }),
      { numRuns: 200 },
    );
  });

  it('keep a drawing to the first font', () => {
    expect(plainLine('IFNα\nhigh')).toBe('IFN[U+03B1] high');
  });

  const corpus = outside('testdata/naughty-strings');
  it.skipIf(corpus === undefined)(outsideTitle('print every line of other people’s naughty strings', corpus), () => {
    const file = ['blns.json', 'blns.txt'].map((name) => join(corpus ?? '', name)).find(existsSync) ?? '';
    const lines = readFileSync(file, 'utf8').split('\n');
    expect(lines.length).toBeGreaterThan(100);
    for (const line of lines) expect(said(line).length).toBeGreaterThanOrEqual(line.trim() === '' ? 0 : 1);
  });
});
