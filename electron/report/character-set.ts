/** Which characters a font file can draw, and with which glyph, read from its `cmap` (OpenType 1.9, subtables of format 4 and 12). */
import { tablesOf } from './font-file.ts';

function format4(cmap: Buffer, at: number, found: Map<number, number>): void {
  const segments = cmap.readUInt16BE(at + 6) / 2;
  const ends = at + 14;
  const starts = ends + segments * 2 + 2;
  const deltas = starts + segments * 2;
  const offsets = deltas + segments * 2;
  for (let segment = 0; segment < segments; segment++) {
    const end = cmap.readUInt16BE(ends + segment * 2);
    const start = cmap.readUInt16BE(starts + segment * 2);
    const delta = cmap.readUInt16BE(deltas + segment * 2);
    const offset = cmap.readUInt16BE(offsets + segment * 2);
    for (let code = start; code <= end && code !== 0xffff; code++) {
      const place = offsets + segment * 2 + offset + (code - start) * 2;
      const raw = offset === 0 ? code : place + 2 <= cmap.length ? cmap.readUInt16BE(place) : 0;
      const glyph = (raw + delta) & 0xffff;
      if (raw !== 0 && glyph !== 0) found.set(code, glyph);
    }
  }
}

function format12(cmap: Buffer, at: number, found: Map<number, number>): void {
  const groups = cmap.readUInt32BE(at + 12);
  for (let group = 0; group < groups; group++) {
    const place = at + 16 + group * 12;
    const start = cmap.readUInt32BE(place);
    for (let code = start; code <= cmap.readUInt32BE(place + 4); code++)
      found.set(code, cmap.readUInt32BE(place + 8) + code - start);
  }
}

/** Glyphs by code point. @throws Error where the file is no font with a Unicode table: it ships with the program */
export function glyphsOf(file: Buffer): ReadonlyMap<number, number> {
  const cmap = tablesOf(file).find(({ tag }) => tag === 'cmap')?.bytes;
  if (cmap === undefined) throw new Error('the font has no character table');
  const found = new Map<number, number>();
  for (let index = 0; index < cmap.readUInt16BE(2); index++) {
    const at = cmap.readUInt32BE(4 + index * 8 + 4);
    const format = cmap.readUInt16BE(at);
    if (format === 4) format4(cmap, at, found);
    else if (format === 12) format12(cmap, at, found);
  }
  if (found.size === 0) throw new Error('the font has no Unicode character table');
  return found;
}

/** Code points with a glyph. @throws Error, as for glyphs */
export const characterSet = (file: Buffer): ReadonlySet<number> => new Set(glyphsOf(file).keys());
