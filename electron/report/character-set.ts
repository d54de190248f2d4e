/** Which characters a font file can draw, read from its `cmap` (OpenType 1.9, subtables of format 4 and 12). */
import { tablesOf } from './font-file.ts';

function format4(cmap: Buffer, at: number, found: Set<number>): void {
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
      if (raw !== 0 && ((raw + delta) & 0xffff) !== 0) found.add(code);
    }
  }
}

function format12(cmap: Buffer, at: number, found: Set<number>): void {
  const groups = cmap.readUInt32BE(at + 12);
  for (let group = 0; group < groups; group++) {
    const place = at + 16 + group * 12;
    for (let code = cmap.readUInt32BE(place); code <= cmap.readUInt32BE(place + 4); code++) found.add(code);
  }
}

/** Code points with a glyph. @throws Error where the file is no font with a Unicode table: it ships with the program */
export function characterSet(file: Buffer): ReadonlySet<number> {
  const cmap = tablesOf(file).find(({ tag }) => tag === 'cmap')?.bytes;
  if (cmap === undefined) throw new Error('the font has no character table');
  const found = new Set<number>();
  for (let index = 0; index < cmap.readUInt16BE(2); index++) {
    const at = cmap.readUInt32BE(4 + index * 8 + 4);
    const format = cmap.readUInt16BE(at);
    if (format === 4) format4(cmap, at, found);
    else if (format === 12) format12(cmap, at, found);
  }
  if (found.size === 0) throw new Error('the font has no Unicode character table');
  return found;
}
