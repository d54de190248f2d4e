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
 * @returns an OpenType file with the same tables but for contextual alternates; one that is not packed as it is
 */
export function unpacked(file: Buffer): Buffer {
  if (file.readUInt32BE(0) !== WOFF) return file;
  const tables = tablesOf(file).map((table) =>
    table.tag === 'GSUB' ? { ...table, bytes: withoutAlternates(table.bytes) } : table,
  );
  return fileOf(file.readUInt32BE(4), tables);
}

/** What a PDF needs of a TrueType font to draw its glyphs one by one. */
const OUTLINE_TABLES = new Set(['cmap', 'cvt ', 'fpgm', 'glyf', 'head', 'hhea', 'hmtx', 'loca', 'maxp', 'prep']);

/** A packed TrueType font unpacked, without kerning, substitutions and names. */
export const outlinesOf = (file: Buffer): Buffer =>
  fileOf(
    file.readUInt32BE(4),
    tablesOf(file).filter(({ tag }) => OUTLINE_TABLES.has(tag)),
  );
