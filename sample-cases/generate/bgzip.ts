import { crc32 } from 'node:zlib';
import { deflateSync } from 'fflate';

/** SAM specification section 4.1.2: an empty block of 28 bytes that says the file is whole. */
const END_MARKER = Uint8Array.from([
  0x1f, 0x8b, 0x08, 0x04, 0, 0, 0, 0, 0, 0xff, 0x06, 0, 0x42, 0x43, 0x02, 0, 0x1b, 0, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0,
]);
const BLOCK_BYTES = 0xff00;

/**
 * BGZF as bgzip(1) writes it. Compressed by fflate, not by zlib, whose bytes differ between builds of Node: the same
 * text gives the same bytes everywhere.
 */
export function bgzip(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    const part = bytes.subarray(at, at + BLOCK_BYTES);
    const packed = deflateSync(part, { level: 9 });
    const block = new Uint8Array(18 + packed.length + 8);
    block.set(END_MARKER.subarray(0, 16));
    const view = new DataView(block.buffer);
    view.setUint16(16, block.length - 1, true);
    block.set(packed, 18);
    view.setUint32(18 + packed.length, crc32(part), true);
    view.setUint32(22 + packed.length, part.length, true);
    blocks.push(block);
  }
  return Buffer.concat([...blocks, END_MARKER]);
}
