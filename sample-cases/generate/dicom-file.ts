/** DICOM files of made-up pictures: multi-frame gray, explicit VR little endian, without a word of a patient (PS3.5, PS3.10). */

const encode = new TextEncoder();

/** Pads to even length as PS3.5 section 6.2 wants: text with a blank, UIDs with a zero byte. */
function padded(value: string, vr: string): Uint8Array {
  const bytes = encode.encode(value);
  if (bytes.length % 2 === 0) return bytes;
  const even = new Uint8Array(bytes.length + 1).fill(vr === 'UI' ? 0 : 0x20);
  even.set(bytes);
  return even;
}

const short = (value: number): Uint8Array => new Uint8Array([value & 0xff, (value >> 8) & 0xff]);
const long = (value: number): Uint8Array => new Uint8Array([...short(value & 0xffff), ...short(value >>> 16)]);

/** One element; OB and OW have a long length field behind two reserved bytes. */
function element(group: number, number: number, vr: string, value: string | number | Uint8Array): Uint8Array {
  const bytes = value instanceof Uint8Array ? value : typeof value === 'number' ? short(value) : padded(value, vr);
  const length = vr === 'OB' || vr === 'OW' ? [0, 0, ...long(bytes.length)] : short(bytes.length);
  return join([short(group), short(number), encode.encode(vr), Uint8Array.from(length), bytes]);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export interface Picture {
  readonly columns: number;
  readonly rows: number;
  readonly frames: number;
  /** Millimetres a pixel, both ways. */
  readonly spacing: number;
  readonly window: { readonly center: number; readonly width: number };
  /** Value in Hounsfield units, whole, from −1024 to 3071. */
  readonly value: (column: number, row: number, frame: number) => number;
  /** Made-up identifiers under 2.25, the arc for UUIDs. */
  readonly uid: string;
  readonly modality: string;
}

const MULTI_FRAME_GRAY = '1.2.840.10008.5.1.4.1.1.7.3';
const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';

export function dicomFile({ columns, rows, frames, spacing, window, value, uid, modality }: Picture): Uint8Array {
  const pixels = new Uint8Array(columns * rows * frames * 2);
  const view = new DataView(pixels.buffer);
  for (let frame = 0, at = 0; frame < frames; frame++)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++, at += 2)
        view.setUint16(at, value(column, row, frame) + 1024, true);
  const meta = join([
    element(0x0002, 0x0001, 'OB', new Uint8Array([0, 1])),
    element(0x0002, 0x0002, 'UI', MULTI_FRAME_GRAY),
    element(0x0002, 0x0003, 'UI', `${uid}.3`),
    element(0x0002, 0x0010, 'UI', EXPLICIT_LITTLE_ENDIAN),
    element(0x0002, 0x0012, 'UI', `${uid}.9`),
  ]);
  return join([
    new Uint8Array(128),
    encode.encode('DICM'),
    element(0x0002, 0x0000, 'UL', long(meta.length)),
    meta,
    element(0x0008, 0x0016, 'UI', MULTI_FRAME_GRAY),
    element(0x0008, 0x0018, 'UI', `${uid}.3`),
    element(0x0008, 0x0060, 'CS', modality),
    element(0x0010, 0x0010, 'PN', ''),
    element(0x0010, 0x0020, 'LO', ''),
    element(0x0020, 0x000d, 'UI', `${uid}.1`),
    element(0x0020, 0x000e, 'UI', `${uid}.2`),
    element(0x0028, 0x0002, 'US', 1),
    element(0x0028, 0x0004, 'CS', 'MONOCHROME2'),
    element(0x0028, 0x0008, 'IS', String(frames)),
    element(0x0028, 0x0010, 'US', rows),
    element(0x0028, 0x0011, 'US', columns),
    element(0x0028, 0x0030, 'DS', `${spacing}\\${spacing}`),
    element(0x0028, 0x0100, 'US', 16),
    element(0x0028, 0x0101, 'US', 12),
    element(0x0028, 0x0102, 'US', 11),
    element(0x0028, 0x0103, 'US', 0),
    element(0x0028, 0x0301, 'CS', 'NO'),
    element(0x0028, 0x1050, 'DS', String(window.center)),
    element(0x0028, 0x1051, 'DS', String(window.width)),
    element(0x0028, 0x1052, 'DS', '-1024'),
    element(0x0028, 0x1053, 'DS', '1'),
    element(0x7fe0, 0x0010, 'OW', pixels),
  ]);
}
