/** PNG files of drawn pictures in a few flat colors, without a word in them (PNG, third edition, section 5 and 11). */
import { zlibSync } from 'fflate';

export interface FlatPicture {
  readonly width: number;
  readonly height: number;
  readonly palette: readonly (readonly [red: number, green: number, blue: number])[];
  /** Place of the pixel's color in the palette. */
  readonly color: (x: number, y: number) => number;
}

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});
const crc = (bytes: Uint8Array): number => {
  let value = 0xffffffff;
  for (const byte of bytes) value = (CRC[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
};
const long = (value: number): number[] => [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];

function chunk(name: string, data: Uint8Array | readonly number[]): Uint8Array {
  const body = Uint8Array.from([...new TextEncoder().encode(name), ...data]);
  return Uint8Array.from([...long(data.length), ...body, ...long(crc(body))]);
}

export function pngFile({ width, height, palette, color }: FlatPicture): Uint8Array {
  const rows = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = color(x, y);
  const parts = [
    Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', [...long(width), ...long(height), 8, 3, 0, 0, 0]),
    chunk('PLTE', palette.flat()),
    chunk('IDAT', zlibSync(rows, { level: 9 })),
    chunk('IEND', []),
  ];
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
