/**
 * What a further signature prints of its signer in a place that the paper keeps free (R54): name, meaning and time, in
 * fonts of the paper. The program that signs and the one that verifies both make it from the signature's own facts, and
 * it must be the same to the letter: a drawing that says or hides anything else cannot stand there.
 */
import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { Language, shortMoment } from '../../../shared/report/language.ts';
import { type Meaning, meaningIn as meaningSaid } from '../../../shared/report/meanings.ts';
import { glyphsOf } from '../character-set.ts';
import { tablesOf } from '../font-file.ts';
import { runsIn } from '../runs.ts';
import { contentOf } from './attached.ts';
import { meaningIn } from './meaning.ts';
import { type PdfFile, type PdfObject, resolveDictionary } from './pdf-file.ts';
import { isDictionary, latin1, type PdfDictionary, type PdfValue, textOf } from './pdf-syntax.ts';

/** Where a further signer is printed: page from 1, left, lower, right and upper edge in points. */
export interface SignaturePlace {
  readonly page: number;
  readonly rectangle: readonly [left: number, low: number, right: number, high: number];
}

/** Every place has this size, so that none can cover what stands beside it. */
export const PLACE_WIDTH = 156;
export const PLACE_HEIGHT = 27;
const FONT_SIZE = 7;
const LINE_HEIGHT = 8.6;
const LOWEST_LINE = 3;
/** Of whole points; what a place on paper is rounded by. */
const ROUNDING = 0.02;

/** Fonts in which signers are printed, by SHA-256 of their outlines: Inter 5.3, Latin to Vietnamese. */
const KNOWN_FONTS: ReadonlySet<string> = new Set([
  '174c2f62e5d46e0055dc8bcc4482bd9d8f915bfba6ffefeec88247866abb022e',
  'd719687c191c9427601d332fe505b751c9be67771078450867c47a808b1c44b9',
  '63efaedd479b292952c4a780f050f31dc64ea635ea5640dab6c7c68f329830e5',
  'ace8c48f2a074776e0d76b2fe2b07dec67fc66a1af7256b5ff7a599e116a2ac9',
  'dbff5c76c6b1c1475d55490579a7b2c37c9f977972694aea9cc3ce6c09f301dd',
]);

/** Name, meaning and time, one below the other; undefined where the reason is not one this program writes. */
export type PrintedLines = readonly [name: string, meaning: string, time: string];

export function linesOf(name: string, reason: string, signedAt: string, language: Language): PrintedLines | undefined {
  const meaning = meaningIn(reason);
  if (meaning !== 'author' && meaning !== 'review' && meaning !== 'approval') return undefined;
  return [
    name,
    meaningSaid(meaning satisfies Meaning, language),
    shortMoment(signedAt.slice(0, 10), signedAt.slice(11, 16), language),
  ];
}

/** The paper's language by its catalog; English where it names another. */
export function languageOf(file: PdfFile): Language {
  const catalog = resolveDictionary(file, file.trailer.entries.get('Root'));
  return Language.catch('en').parse(textOf(catalog?.entries.get('Lang'))?.slice(0, 2));
}

interface OutlineFont {
  /** The stream that holds the font, as it is written. */
  readonly stream: string;
  readonly length: number;
  readonly glyphs: ReadonlyMap<number, number>;
  /** Thousandths of the size of the type. */
  readonly width: (glyph: number) => number;
  readonly box: readonly number[];
  readonly ascent: number;
  readonly descent: number;
}

function readOutlines(font: Buffer, stream: string): OutlineFont {
  const table = (tag: string): Buffer => {
    const found = tablesOf(font).find((one) => one.tag === tag)?.bytes;
    if (found === undefined) throw new Error(`the font has no table ${tag}`);
    return found;
  };
  const [head, across, widths] = [table('head'), table('hhea'), table('hmtx')];
  const scale = 1000 / head.readUInt16BE(18);
  const scaled = (value: number): number => Math.round(value * scale);
  const metrics = across.readUInt16BE(34);
  return {
    stream,
    length: font.length,
    glyphs: glyphsOf(font),
    width: (glyph) => scaled(widths.readUInt16BE(4 * Math.min(glyph, metrics - 1))),
    box: [36, 38, 40, 42].map((at) => scaled(head.readInt16BE(at))),
    ascent: scaled(across.readInt16BE(4)),
    descent: scaled(across.readInt16BE(6)),
  };
}

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0');
const points = (value: number): string => String(Math.round(value * 1000) / 1000);

interface DrawnRun {
  readonly font: OutlineFont;
  /** Glyph and the character it stands for. */
  readonly glyphs: readonly (readonly [glyph: number, character: string])[];
}

function drawnRuns(text: string, fonts: readonly OutlineFont[]): DrawnRun[] {
  const [plain] = fonts;
  if (plain === undefined) throw new Error('a signature is printed in a font');
  return runsIn(
    text.replace(/\s+/gu, ' '),
    fonts.map((font) => [font, font.glyphs] as const),
    plain,
  ).map(({ text: said, font }) => ({
    font,
    glyphs: [...said].map((character) => [font.glyphs.get(character.codePointAt(0) ?? 0) ?? 0, character] as const),
  }));
}

const widthOf = (runs: readonly DrawnRun[]): number =>
  runs.reduce((sum, { font, glyphs }) => sum + glyphs.reduce((all, [glyph]) => all + font.width(glyph), 0), 0) / 1000;

/** One object of the font for its dictionary, one each for glyphs, measures, outlines and characters. */
const OBJECTS_OF_FONT = 5;
const OUTLINES = 3;

const stream = (dictionary: string, content: string): string =>
  `<< ${dictionary}/Length ${content.length} >>\nstream\n${content}\nendstream`;

function fontObjects(font: OutlineFont, first: number, drawn: ReadonlyMap<number, string>): string[] {
  const inOrder = [...drawn].sort(([left], [right]) => left - right);
  const characters = inOrder.map(
    ([glyph, character]) =>
      `<${hex(glyph)}> <${Buffer.from(character, 'utf16le').swap16().toString('hex').toUpperCase()}>`,
  );
  const blocks = Array.from({ length: Math.ceil(characters.length / 100) }, (_, at) => {
    const lines = characters.slice(at * 100, at * 100 + 100);
    return `${lines.length} beginbfchar\n${lines.join('\n')}\nendbfchar`;
  });
  const map = [
    '/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap',
    '/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def',
    '/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange',
    ...blocks,
    'endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend',
  ].join('\n');
  const widths = inOrder.map(([glyph]) => `${glyph} [${font.width(glyph)}]`).join(' ');
  return [
    `<< /Type /Font /Subtype /Type0 /BaseFont /Inter /Encoding /Identity-H /DescendantFonts [${first + 1} 0 R] /ToUnicode ${first + 4} 0 R >>`,
    `<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Inter /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor ${first + 2} 0 R /DW 1000 /W [${widths}] /CIDToGIDMap /Identity >>`,
    `<< /Type /FontDescriptor /FontName /Inter /Flags 4 /FontBBox [${font.box.join(' ')}] /ItalicAngle 0 /Ascent ${font.ascent} /Descent ${font.descent} /CapHeight ${font.ascent} /StemV 80 /FontFile2 ${first + OUTLINES} 0 R >>`,
    stream(`/Filter /FlateDecode /Length1 ${font.length} `, font.stream),
    stream('', map),
  ];
}

/** The drawing under the number `first`, the fonts it uses under those that follow. */
function objectsFrom(first: number, lines: PrintedLines, fonts: readonly OutlineFont[]): string[] {
  const drawn = lines.map((line) => drawnRuns(line, fonts));
  const used = fonts.filter((font) => drawn.some((runs) => runs.some((run) => run.font === font)));
  const name = (font: OutlineFont): string => `/F${used.indexOf(font) + 1}`;
  const text = drawn.map((runs, at) => {
    // Shrunk rather than cut where it is longer than its place.
    const size = Math.min(FONT_SIZE, Math.floor(((PLACE_WIDTH - 1) / widthOf(runs)) * 1000) / 1000);
    const low = LOWEST_LINE + LINE_HEIGHT * (lines.length - 1 - at);
    return [
      `1 0 0 1 0 ${points(low)} Tm`,
      ...runs.map(
        ({ font, glyphs }) => `${name(font)} ${points(size)} Tf <${glyphs.map(([glyph]) => hex(glyph)).join('')}> Tj`,
      ),
    ].join('\n');
  });
  const resources = used.map((font, at) => `${name(font)} ${first + 1 + at * OBJECTS_OF_FONT} 0 R`).join(' ');
  return [
    stream(
      `/Type /XObject /Subtype /Form /BBox [0 0 ${PLACE_WIDTH} ${PLACE_HEIGHT}] /Resources << /Font << ${resources} >> >> `,
      `BT\n0 g\n${text.join('\n')}\nET`,
    ),
    ...used.flatMap((font, at) => {
      const glyphs = drawn.flat().flatMap((run) => (run.font === font ? run.glyphs : []));
      return fontObjects(font, first + 1 + at * OBJECTS_OF_FONT, new Map(glyphs.toReversed()));
    }),
  ];
}

/** Bodies of the objects that print these lines, numbered from `first` on; the first is the drawing. */
export const appearanceObjects = (first: number, lines: PrintedLines, fonts: readonly Buffer[]): string[] =>
  objectsFrom(
    first,
    lines,
    fonts.map((font) => readOutlines(font, latin1(deflateSync(font)))),
  );

/** No font of the paper comes near. */
const LARGEST_FONT = 1_000_000;

/**
 * Numbers of the objects of a drawing that prints exactly these lines in known fonts, each of them added with it;
 * undefined where it is anything else.
 */
export function exactAppearance(
  file: PdfFile,
  first: number,
  lines: PrintedLines,
  added: ReadonlyMap<number, PdfObject>,
): ReadonlySet<number> | undefined {
  const fonts: OutlineFont[] = [];
  for (let at = first + 1 + OUTLINES; added.has(at); at += OBJECTS_OF_FONT) {
    const object = added.get(at);
    const font = object === undefined ? undefined : contentOf(file, object, LARGEST_FONT);
    if (object?.stream === undefined || font === undefined || !KNOWN_FONTS.has(sha256(font))) break;
    fonts.push(readOutlines(font, latin1(file.bytes, object.stream.start, object.stream.end)));
  }
  if (fonts.length === 0) return undefined;
  const expected = objectsFrom(first, lines, fonts);
  const isExact = expected.every((body, at) => {
    const object = added.get(first + at);
    return (
      object !== undefined && latin1(file.bytes, object.start, object.end) === `${object.number} 0 obj\n${body}\nendobj`
    );
  });
  return isExact ? new Set(expected.map((_, at) => first + at)) : undefined;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What a free place draws: nothing. PDF/A asks for a drawing of each field that has an area (ISO 19005-3, 6.3.3). */
export const EMPTY_APPEARANCE = stream(`/Type /XObject /Subtype /Form /BBox [0 0 ${PLACE_WIDTH} ${PLACE_HEIGHT}] `, '');

function drawsNothing(file: PdfFile, looks: PdfValue | undefined): boolean {
  const drawing = isDictionary(looks) && looks.entries.size === 1 ? looks.entries.get('N') : undefined;
  const object = drawing?.kind === 'reference' ? file.current.get(drawing.object) : undefined;
  return (
    object !== undefined &&
    latin1(file.bytes, object.start, object.end) === `${object.number} 0 obj\n${EMPTY_APPEARANCE}\nendobj`
  );
}

const FREE_KEYS = new Set(['Type', 'Subtype', 'FT', 'T', 'F', 'Rect', 'P', 'AP']);

/** A field for a signature that nobody has signed: of the one size, without a drawing that signing could take away. */
export function isFreePlace(file: PdfFile, value: PdfValue | undefined): value is PdfDictionary {
  if (!isDictionary(value)) return false;
  const said = (key: string): string | undefined => {
    const entry = value.entries.get(key);
    return entry?.kind === 'name' ? entry.name : entry?.kind === 'number' ? entry.text : undefined;
  };
  const rectangle = value.entries.get('Rect');
  const edges =
    rectangle?.kind === 'array'
      ? rectangle.items.map((item) => (item.kind === 'number' ? Number(item.text) : Number.NaN))
      : [];
  const [left = Number.NaN, low = Number.NaN, right = Number.NaN, high = Number.NaN] = edges;
  return (
    [...value.entries.keys()].every((key) => FREE_KEYS.has(key)) &&
    said('Subtype') === 'Widget' &&
    said('FT') === 'Sig' &&
    said('F') === '132' &&
    drawsNothing(file, value.entries.get('AP')) &&
    edges.length === 4 &&
    Math.abs(right - left - PLACE_WIDTH) < ROUNDING &&
    Math.abs(high - low - PLACE_HEIGHT) < ROUNDING
  );
}
