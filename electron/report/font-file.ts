/** WOFF 1.0 (W3C recommendation of 2012) as the OpenType file it holds, for printing. */
import { inflateSync } from 'node:zlib';

const WOFF = 0x774f4646;

interface Table {
  readonly tag: string;
  readonly checksum: number;
  readonly bytes: Buffer;
}

/** Tables of a TrueType or WOFF file in the file's order. */
export function tablesOf(file: Buffer): Table[] {
  const packed = file.readUInt32BE(0) === WOFF;
  const count = file.readUInt16BE(packed ? 12 : 4);
  return Array.from({ length: count }, (_, index) => {
    const at = packed ? 44 + index * 20 : 12 + index * 16;
    const tag = file.toString('latin1', at, at + 4);
    if (!packed) {
      const [checksum, offset, length] = [
        file.readUInt32BE(at + 4),
        file.readUInt32BE(at + 8),
        file.readUInt32BE(at + 12),
      ];
      return { tag, checksum, bytes: file.subarray(offset, offset + length) };
    }
    const [offset, stored, length] = [file.readUInt32BE(at + 4), file.readUInt32BE(at + 8), file.readUInt32BE(at + 12)];
    const bytes = file.subarray(offset, offset + stored);
    return { tag, checksum: file.readUInt32BE(at + 16), bytes: stored === length ? bytes : inflateSync(bytes) };
  });
}

/**
 * A table of glyph substitutions (OpenType GSUB) without contextual alternates: with them Inter draws "10x10" with a sign of
 * multiplication and "->" as an arrow, and a paper prints what was typed. Their rules took most of the time of measuring a text.
 */
function withoutAlternates(table: Buffer): Buffer {
  const changed = Buffer.from(table);
  const features = changed.readUInt16BE(6);
  const count = changed.readUInt16BE(features);
  for (let index = 0; index < count; index += 1) {
    const at = features + 2 + index * 6;
    // Renamed to a tag that nobody asks for: the places of all others stay as they are.
    if (changed.toString('latin1', at, at + 4) === 'calt') changed.write('none', at, 'latin1');
  }
  return changed;
}

/** Code points of the digits, and of the signs that part a number's decimals. */
const DIGITS = Array.from({ length: 10 }, (_, digit) => 0x30 + digit);
const DECIMAL_SIGNS = [0x2e, 0x2c];

/** The glyph of a code point of the basic plane (OpenType cmap, format 4); 0 where the font has none. */
function glyphOf(cmap: Buffer, code: number): number {
  for (let record = 0; record < cmap.readUInt16BE(2); record += 1) {
    const at = cmap.readUInt32BE(4 + record * 8 + 4);
    if (cmap.readUInt16BE(at) !== 4) continue;
    const twice = cmap.readUInt16BE(at + 6);
    for (let segment = 0; segment < twice; segment += 2) {
      if (code > cmap.readUInt16BE(at + 14 + segment)) continue;
      const start = cmap.readUInt16BE(at + 16 + twice + segment);
      if (code < start) return 0;
      const delta = cmap.readUInt16BE(at + 16 + 2 * twice + segment);
      const place = at + 16 + 3 * twice + segment;
      const offset = cmap.readUInt16BE(place);
      const glyph = offset === 0 ? code : cmap.readUInt16BE(place + offset + 2 * (code - start));
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
    }
  }
  return 0;
}

/** Where a glyph stands in a coverage table (OpenType, common formats 1 and 2); -1 where it does not. */
function coverageOf(table: Buffer, at: number, glyph: number): number {
  const count = table.readUInt16BE(at + 2);
  for (let index = 0; index < count; index += 1) {
    if (table.readUInt16BE(at) === 1) {
      if (table.readUInt16BE(at + 4 + index * 2) === glyph) return index;
      continue;
    }
    const range = at + 4 + index * 6;
    const first = table.readUInt16BE(range);
    if (glyph >= first && glyph <= table.readUInt16BE(range + 2)) return table.readUInt16BE(range + 4) + glyph - first;
  }
  return -1;
}

/** The class of a glyph (OpenType class definitions 1 and 2); 0 is that of all others. */
function classOf(table: Buffer, at: number, glyph: number): number {
  if (table.readUInt16BE(at) === 1) {
    const index = glyph - table.readUInt16BE(at + 2);
    return index < 0 || index >= table.readUInt16BE(at + 4) ? 0 : table.readUInt16BE(at + 6 + index * 2);
  }
  for (let index = 0; index < table.readUInt16BE(at + 2); index += 1) {
    const range = at + 4 + index * 6;
    if (glyph >= table.readUInt16BE(range) && glyph <= table.readUInt16BE(range + 2))
      return table.readUInt16BE(range + 4);
  }
  return 0;
}

/**
 * A table of glyph positions (OpenType GPOS) that draws no decimal sign nearer to a digit than it stands by itself: Inter tucks
 * it so far under a 7 that "17.6" reads as "176". Every other pair keeps its kerning.
 */
function withoutTuckedDecimals(table: Buffer, cmap: Buffer): Buffer {
  const changed = Buffer.from(table);
  const digits = DIGITS.map((code) => glyphOf(cmap, code)).filter((glyph) => glyph > 0);
  const signs = DECIMAL_SIGNS.map((code) => glyphOf(cmap, code)).filter((glyph) => glyph > 0);
  const lookups = changed.readUInt16BE(8);
  for (let lookup = 0; lookup < changed.readUInt16BE(lookups); lookup += 1) {
    const at = lookups + changed.readUInt16BE(lookups + 2 + lookup * 2);
    for (let index = 0; index < changed.readUInt16BE(at + 4); index += 1) {
      const subtable = at + changed.readUInt16BE(at + 6 + index * 2);
      const [kind, place] =
        changed.readUInt16BE(at) === 9
          ? [changed.readUInt16BE(subtable + 2), subtable + changed.readUInt32BE(subtable + 4)]
          : [changed.readUInt16BE(at), subtable];
      if (kind !== 2) continue;
      untuck(changed, place, digits, signs);
      untuck(changed, place, signs, digits);
    }
  }
  return changed;
}

/** Sets the adjustments of these pairs to none in a pair-adjustment subtable (OpenType GPOS, lookup type 2). */
function untuck(table: Buffer, at: number, firsts: readonly number[], seconds: readonly number[]): void {
  const words = (format: number): number => [...format.toString(2)].filter((bit) => bit === '1').length;
  const size = 2 * (words(table.readUInt16BE(at + 4)) + words(table.readUInt16BE(at + 6)));
  for (const first of firsts) {
    const covered = coverageOf(table, at + table.readUInt16BE(at + 2), first);
    if (covered < 0) continue;
    if (table.readUInt16BE(at) === 1) {
      const pairs = at + table.readUInt16BE(at + 10 + covered * 2);
      for (let pair = 0; pair < table.readUInt16BE(pairs); pair += 1) {
        const record = pairs + 2 + pair * (2 + size);
        if (seconds.includes(table.readUInt16BE(record))) table.fill(0, record + 2, record + 2 + size);
      }
      continue;
    }
    const row = classOf(table, at + table.readUInt16BE(at + 8), first);
    const columns = table.readUInt16BE(at + 14);
    for (const second of seconds) {
      const record = at + 16 + (row * columns + classOf(table, at + table.readUInt16BE(at + 10), second)) * size;
      table.fill(0, record, record + size);
    }
  }
}

/** An OpenType file of these tables; `flavour` is the first word of the file. */
function fileOf(flavour: number, tables: readonly Table[]): Buffer {
  const power = 2 ** Math.floor(Math.log2(tables.length));
  const head = Buffer.alloc(12 + tables.length * 16);
  head.writeUInt32BE(flavour, 0);
  head.writeUInt16BE(tables.length, 4);
  head.writeUInt16BE(power * 16, 6);
  head.writeUInt16BE(Math.log2(power), 8);
  head.writeUInt16BE(tables.length * 16 - power * 16, 10);
  const parts: Buffer[] = [head];
  let offset = head.length;
  tables.forEach(({ tag, checksum, bytes }, index) => {
    const at = 12 + index * 16;
    head.write(tag, at, 'latin1');
    head.writeUInt32BE(checksum, at + 4);
    head.writeUInt32BE(offset, at + 8);
    head.writeUInt32BE(bytes.length, at + 12);
    // Tables begin at multiples of four.
    const padding = Buffer.alloc((4 - (bytes.length % 4)) % 4);
    parts.push(bytes, padding);
    offset += bytes.length + padding.length;
  });
  return Buffer.concat(parts);
}

/**
 * The font unpacked: a printer that is given the packed file unpacks the table of outlines again for each glyph it draws.
 * @returns an OpenType file with the same tables but for contextual alternates and tucked decimal signs; one that is not packed as it is
 */
export function unpacked(file: Buffer): Buffer {
  if (file.readUInt32BE(0) !== WOFF) return file;
  const tables = tablesOf(file);
  const cmap = tables.find(({ tag }) => tag === 'cmap');
  const printed = tables.map((table) => {
    if (table.tag === 'GSUB') return { ...table, bytes: withoutAlternates(table.bytes) };
    if (table.tag !== 'GPOS' || cmap === undefined) return table;
    return { ...table, bytes: withoutTuckedDecimals(table.bytes, cmap.bytes) };
  });
  return fileOf(file.readUInt32BE(4), printed);
}

/** What a PDF needs of a TrueType font to draw its glyphs one by one. */
const OUTLINE_TABLES = new Set(['cmap', 'cvt ', 'fpgm', 'glyf', 'head', 'hhea', 'hmtx', 'loca', 'maxp', 'prep']);

/** A packed TrueType font unpacked, without kerning, substitutions and names. */
export const outlinesOf = (file: Buffer): Buffer =>
  fileOf(
    file.readUInt32BE(4),
    tablesOf(file).filter(({ tag }) => OUTLINE_TABLES.has(tag)),
  );
