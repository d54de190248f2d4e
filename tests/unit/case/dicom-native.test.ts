// @vitest-environment node
/** F082: what DICOM compresses is decoded to the values that went in; what is not read is named; bombs never unpack. */
import { createRequire } from 'node:module';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { nativeDicom } from '../../../electron/case/dicom-native.ts';
import { readDicom } from '../../../renderer/board/dicom.ts';
import { dicomFile } from '../../../sample-cases/generate/dicom-file.ts';
import { FaultError } from '../../../shared/foundation/fault.ts';

const FILE = 'files/ct.dcm';
const [COLUMNS, ROWS] = [64, 48];
const size = COLUMNS * ROWS;
const require = createRequire(import.meta.url);

interface FrameInfo {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: number;
  readonly componentCount: number;
  readonly isSigned: boolean;
}
interface Encoder {
  getDecodedBuffer(info: FrameInfo): Uint8Array;
  encode(): void;
  getEncodedBuffer(): Uint8Array;
  setInterleaveMode?(mode: number): void;
  delete(): void;
}

/** The packages' own encoders: the bytes are those of CharLS and OpenJPEG. */
async function encodes(codec: string, module: string, name: string, frame: Uint8Array, bits: number, samples = 1) {
  const open = require(`@cornerstonejs/${codec}/${module}`) as () => Promise<Record<string, new () => Encoder>>;
  const Made = (await open())[name];
  if (Made === undefined) throw new Error(`no ${name}`);
  const encoder = new Made();
  const info = { width: COLUMNS, height: ROWS, bitsPerSample: bits, componentCount: samples, isSigned: false };
  encoder.getDecodedBuffer(info).set(frame);
  if (codec === 'codec-charls') encoder.setInterleaveMode?.(samples === 3 ? 2 : 0);
  encoder.encode();
  const bytes = Uint8Array.from(encoder.getEncodedBuffer());
  encoder.delete();
  return bytes;
}

/** Lossless JPEG, first-order prediction, by ITU-T T.81 Annex H, with one table whose codes are all five bits long. */
function losslessJpeg(values: Uint16Array): Uint8Array {
  const bits: number[] = [];
  const push = (value: number, count: number) => {
    for (let at = count - 1; at >= 0; at--) bits.push((value >> at) & 1);
  };
  for (let at = 0; at < size; at++) {
    const first = at % COLUMNS === 0;
    const before = at === 0 ? 1 << 15 : (values[first ? at - COLUMNS : at - 1] ?? 0);
    const difference = ((((values[at] ?? 0) - before + 32768) & 0xffff) - 32768) | 0;
    const category = difference === 0 ? 0 : Math.floor(Math.log2(Math.abs(difference))) + 1;
    push(category, 5);
    if (category > 0 && category < 16) push(difference > 0 ? difference : difference + (1 << category) - 1, category);
  }
  while (bits.length % 8 !== 0) bits.push(1);
  const scan: number[] = [];
  for (let at = 0; at < bits.length; at += 8) {
    const byte = bits.slice(at, at + 8).reduce((value, bit) => value * 2 + bit, 0);
    scan.push(byte);
    if (byte === 0xff) scan.push(0);
  }
  const word = (value: number) => [value >> 8, value & 0xff];
  const table = [0, ...Array.from({ length: 16 }, (_, at) => (at === 4 ? 17 : 0)), ...Array(17).keys()];
  return Uint8Array.from([
    ...[0xff, 0xd8, 0xff, 0xc3, ...word(11), 16, ...word(ROWS), ...word(COLUMNS), 1, 1, 0x11, 0],
    ...[0xff, 0xc4, ...word(table.length + 2), ...table],
    ...[0xff, 0xda, ...word(8), 1, 1, 0, 1, 0, 0, ...scan, 0xff, 0xd9],
  ]);
}

/** RLE by PS3.5 Annex G: a plane a segment, each as literal runs but for its first row, which is one value. */
function rle(frame: Uint8Array, planes: number, inOrder = false): Uint8Array {
  const segments = Array.from({ length: planes }, (_, segment) => {
    const plane = Uint8Array.from(
      { length: size },
      (_, at) => frame[at * planes + (inOrder ? segment : planes - 1 - segment)] ?? 0,
    );
    const packed: number[] = [];
    for (let at = 0; at < size; at += COLUMNS) {
      const row = plane.subarray(at, at + COLUMNS);
      packed.push(...(row.every((value) => value === row[0]) ? [257 - COLUMNS, row[0] ?? 0] : [COLUMNS - 1, ...row]));
    }
    return Uint8Array.from(packed.length % 2 === 0 ? packed : [...packed, 0x80]);
  });
  const head = Buffer.alloc(64);
  head.writeUInt32LE(planes, 0);
  let at = 64;
  for (const [place, segment] of segments.entries()) {
    head.writeUInt32LE(at, 4 + 4 * place);
    at += segment.length;
  }
  return Buffer.concat([head, ...segments]);
}

interface Written {
  readonly syntax: string;
  /** Coded frames; one: native pixels as they lie. */
  readonly frames: readonly Uint8Array[] | Uint8Array;
  readonly allocated?: number;
  readonly samples?: number;
  readonly photometric?: string;
  readonly stated?: { readonly rows?: number; readonly frames?: number };
}

function file({ syntax, frames, allocated = 16, samples = 1, photometric = 'MONOCHROME2', stated = {} }: Written) {
  const head = (tag: number[], vr: string, length: number, long: boolean) =>
    Buffer.concat([
      Buffer.from(new Uint16Array(tag).buffer),
      Buffer.from(vr),
      long
        ? Buffer.concat([Buffer.alloc(2), Buffer.from(new Uint32Array([length]).buffer)])
        : Buffer.from(new Uint16Array([length]).buffer),
    ]);
  const element = (group: number, number: number, vr: string, value: Uint8Array) =>
    Buffer.concat([head([group, number], vr, value.length, /^O/.test(vr)), value]);
  const short = (number: number, value: number) =>
    element(0x0028, number, 'US', new Uint8Array(new Uint16Array([value]).buffer));
  const even = (text: string, pad = ' ') => Buffer.from(text.length % 2 === 0 ? text : text + pad, 'latin1');
  const item = (bytes: Uint8Array) =>
    Buffer.concat([
      Buffer.from([0xfe, 0xff, 0x00, 0xe0]),
      Buffer.from(new Uint32Array([bytes.length + (bytes.length % 2)]).buffer),
      bytes,
      Buffer.alloc(bytes.length % 2),
    ]);
  const pixels = Array.isArray(frames)
    ? Buffer.concat([
        head([0x7fe0, 0x0010], 'OB', 0xffffffff, true),
        item(new Uint8Array()),
        ...frames.map(item),
        Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]),
      ])
    : element(0x7fe0, 0x0010, 'OW', frames as Uint8Array);
  const body = Buffer.concat([
    element(0x0010, 0x0010, 'PN', even('Canary^Patient')),
    short(0x0002, samples),
    element(0x0028, 0x0004, 'CS', even(photometric)),
    short(0x0006, 0),
    element(0x0028, 0x0008, 'IS', even(String(stated.frames ?? (Array.isArray(frames) ? frames.length : 1)))),
    short(0x0010, stated.rows ?? ROWS),
    short(0x0011, COLUMNS),
    short(0x0100, allocated),
    short(0x0101, allocated),
    short(0x0103, 0),
    pixels,
  ]);
  const meta = element(0x0002, 0x0010, 'UI', even(syntax, '\0'));
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    element(0x0002, 0x0000, 'UL', new Uint8Array(new Uint32Array([meta.length]).buffer)),
    meta,
    syntax === '1.2.840.10008.1.2.1.99' ? deflateRawSync(body) : body,
  ]);
}

/** Baseline JPEG of 64 by 48 written by Pillow 9.4: a ramp of 40 + 3 times the column, and one color (220, 120, 180). */
const RAMP = Buffer.from(
  [
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8Q',
    'EBEQCgwSExIQEw8QEBD/wAALCAAwAEABAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUF',
    'BAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVW',
    'V1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi',
    '4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APjDRP4a9A0T+GvQNE/hr0DRP4a9A0T+GvQNE/hr0DRP4a9A0T+Gvw/0T+GvQNE/',
    'hr0DRP4a9A0T+GvQNE/hr0DRP4a9A0T+GvQNE/hr8P8ARP4a9A0T+GvQNE/hr0DRP4a9A0T+GvQNE/hr0DRP4a9A0T+Gvw/0T+Gv',
    'QNE/hr0DRP4a9A0T+GvQNE/hr0DRP4a9A0T+GvQNE/hr8P8ARP4a9A0T+GvQNE/hr0DRP4a9A0T+GvQNE/hr0DRP4a9A0T+Gvw/0',
    'T+GvQNE/hr0DRP4a9A0T+GvQNE/hr0DRP4a9A0T+GvQNE/hr/9k=',
  ].join(''),
  'base64',
);
const PINK = Buffer.from(
  [
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8Q',
    'EBEQCgwSExIQEw8QEBD/2wBDAQMDAwQDBAgEBAgQCwkLEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ',
    'EBAQEBAQEBD/wAARCAAwAEADASEAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUF',
    'BAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVW',
    'V1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi',
    '4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAEC',
    'AxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVm',
    'Z2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq',
    '8vP09fb3+Pn6/9oADAMBAAIRAxEAPwD02ivoz94CigAooAKKACigAooAKKACigAooAKKACigAooAKKACigAooAKKACigAooAKKAC',
    'igAooAKKACigAooA/9k=',
  ].join(''),
  'base64',
);

const gray = (frame = 0) =>
  Uint16Array.from({ length: size }, (_, at) => (at < COLUMNS ? 700 : 300 + ((at * 37 + frame * 11) % 3000)));
const bytesOf = (values: Uint16Array) => new Uint8Array(values.buffer);
const image = async (bytes: Uint8Array) => {
  const read = readDicom(await nativeDicom(bytes, FILE), FILE);
  if (!read.ok) throw new Error(read.fault.message);
  return read.value;
};
const refused = async (bytes: Uint8Array) => {
  try {
    await nativeDicom(bytes, FILE);
  } catch (error) {
    if (error instanceof FaultError) return error.fault;
    throw error;
  }
  return undefined;
};
const syntax = (end: string) => `1.2.840.10008.1.2.${end}`;

describe('a compressed DICOM file', () => {
  const lossless: [string, string, (values: Uint16Array) => Promise<Uint8Array> | Uint8Array][] = [
    ['RLE', '5', (values) => rle(bytesOf(values), 2)],
    ['lossless JPEG', '4.70', losslessJpeg],
    ['JPEG-LS', '4.80', (values) => encodes('codec-charls', 'wasmjs', 'JpegLSEncoder', bytesOf(values), 16)],
    ['JPEG 2000', '4.90', (values) => encodes('codec-openjpeg', 'wasmjs', 'J2KEncoder', bytesOf(values), 16)],
  ];
  it.each(lossless)('in %s gives every frame as it was', async (_, end, encode) => {
    const frames = [gray(0), gray(1), gray(2)];
    const coded = await Promise.all(frames.map(encode));
    const read = await image(file({ syntax: syntax(end), frames: coded }));
    expect(read).toMatchObject({ columns: COLUMNS, rows: ROWS, frames: 3, color: undefined });
    for (const [place, values] of frames.entries()) expect([...read.frame(place)]).toEqual([...values]);
  });

  it('deflated gives the same values', async () => {
    const values = gray();
    const deflated = file({ syntax: syntax('1.99'), frames: bytesOf(values) });
    expect([...(await image(deflated)).frame(0)]).toEqual([...values]);
  });

  it('in baseline JPEG is near what went in, gray and in color', async () => {
    const read = await image(file({ syntax: syntax('4.50'), frames: [RAMP], allocated: 8 }));
    for (const [at, value] of read.frame(0).entries())
      expect(Math.abs(value - (40 + (at % COLUMNS) * 3))).toBeLessThan(6);

    const shown = await image(
      file({ syntax: syntax('4.50'), frames: [PINK], allocated: 8, samples: 3, photometric: 'YBR_FULL_422' }),
    );
    const [red = 0, green = 0, blue = 0, alpha] = shown.color?.(0) ?? [];
    expect(Math.max(Math.abs(red - 220), Math.abs(green - 120), Math.abs(blue - 180))).toBeLessThan(8);
    expect(alpha).toBe(255);
    expect(shown.window).toBeUndefined();
  });

  it('in color in JPEG-LS, JPEG 2000 and RLE gives the very pixels', async () => {
    const frame = Uint8Array.from({ length: size * 3 }, (_, at) => (at * 29) % 256);
    const coded: [string, Uint8Array][] = [
      ['4.80', await encodes('codec-charls', 'wasmjs', 'JpegLSEncoder', frame, 8, 3)],
      ['4.90', await encodes('codec-openjpeg', 'wasmjs', 'J2KEncoder', frame, 8, 3)],
      ['5', rle(frame, 3, true)],
    ];
    for (const [end, bytes] of coded) {
      const read = await image(
        file({ syntax: syntax(end), frames: [bytes], allocated: 8, samples: 3, photometric: 'RGB' }),
      );
      expect([...(read.color?.(0) ?? [])].filter((_, at) => at % 4 !== 3)).toEqual([...frame]);
    }
  });

  it('leaves the name in its header in the vault', async () => {
    const bytes = file({ syntax: syntax('1'), frames: bytesOf(gray()) });
    expect(Buffer.from(bytes).includes('Canary')).toBe(true);
    expect(Buffer.from(await nativeDicom(bytes, FILE)).includes('Canary')).toBe(false);
  });

  it('keeps window, spacing and rescale of the file', async () => {
    const stated = dicomFile({
      columns: 4,
      rows: 3,
      frames: 2,
      spacing: 2.5,
      window: { center: 40, width: 400 },
      uid: '2.25.1',
      modality: 'CT',
      value: (column, row, frame) => column * 100 + row * 10 + frame - 1000,
    });
    const [before, after] = [readDicom(stated, FILE), await image(stated)];
    if (!before.ok) throw new Error('the sample is not read');
    expect(after).toMatchObject({ spacing: [2.5, 2.5], window: { center: 40, width: 400 }, frames: 2 });
    expect([...after.frame(1)]).toEqual([...before.value.frame(1)]);
  });
});

describe('a DICOM file that is not shown', () => {
  it('says which transfer syntax or pixels it has', async () => {
    const mpeg = await refused(file({ syntax: syntax('4.102'), frames: [new Uint8Array(8)] }));
    expect(mpeg).toMatchObject({ code: 'format-unknown', place: { file: FILE } });
    expect(mpeg?.message).toContain('MPEG-4 video');
    const palette = await refused(
      file({ syntax: syntax('1'), frames: new Uint8Array(size), allocated: 8, photometric: 'PALETTE COLOR' }),
    );
    expect(palette?.message).toContain('PALETTE COLOR');
  });

  it('is damaged: the frame is named, and nothing is drawn by half', async () => {
    const good = await encodes('codec-openjpeg', 'wasmjs', 'J2KEncoder', bytesOf(gray()), 16);
    const broken = await refused(file({ syntax: syntax('4.90'), frames: [good, new Uint8Array(40)] }));
    expect(broken).toMatchObject({ code: 'header-invalid' });
    expect(broken?.message).toContain('Frame 2');
    // A segment that runs past its frame, and one that ends too soon.
    for (const length of [70, 900]) {
      const cut = rle(bytesOf(gray()), 2).subarray(0, length);
      expect(await refused(file({ syntax: syntax('5'), frames: [cut] }))).toMatchObject({ code: 'header-invalid' });
    }
    const other = await encodes('codec-charls', 'wasmjs', 'JpegLSEncoder', bytesOf(gray()), 16);
    expect(await refused(file({ syntax: syntax('4.80'), frames: [other], stated: { rows: ROWS * 2 } }))).toMatchObject({
      code: 'header-invalid',
    });
    expect(await refused(file({ syntax: syntax('1'), frames: bytesOf(gray()).subarray(8) }))).toMatchObject({
      code: 'file-truncated',
    });
  });

  it('is a bomb: refused from its header, before a frame is unpacked', async () => {
    const frames = [rle(bytesOf(gray()), 2)];
    const many = await refused(file({ syntax: syntax('5'), frames, stated: { rows: 60_000, frames: 9_999 } }));
    expect(many).toMatchObject({ code: 'archive-bomb' });
    const deflated = Buffer.concat([
      file({ syntax: syntax('1.99'), frames: new Uint8Array() }).subarray(0, 128 + 4 + 12 + 8 + 22),
      deflateRawSync(Buffer.alloc(260 * 1024 * 1024), { level: 1 }),
    ]);
    expect(await refused(deflated)).toMatchObject({ code: 'archive-bomb' });
  });
});
