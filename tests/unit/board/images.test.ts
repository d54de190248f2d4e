// @vitest-environment node
/** F082: DICOM read and windowed, lengths that stay, and what is refused in words. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { grayOf, readDicom, windowed } from '../../../renderer/board/dicom.ts';
import { lengthWords, measuresOn } from '../../../renderer/board/measure.ts';
import { dicomFile } from '../../../sample-cases/generate/dicom-file.ts';
import { IMAGE_LIMIT_PIXELS, imageFacts } from '../../../shared/case/image.ts';

const FILE = 'files/ct.dcm';
const picture = (more: Partial<Parameters<typeof dicomFile>[0]> = {}) =>
  dicomFile({
    columns: 4,
    rows: 3,
    frames: 2,
    spacing: 2.5,
    window: { center: 40, width: 400 },
    uid: '2.25.1',
    modality: 'CT',
    value: (column, row, frame) => column * 100 + row * 10 + frame - 1000,
    ...more,
  });
const read = (bytes: Uint8Array) => {
  const result = readDicom(bytes, FILE);
  if (!result.ok) throw new Error(result.fault.message);
  return result.value;
};
const faultOf = (bytes: Uint8Array) => {
  const result = readDicom(bytes, FILE);
  return result.ok ? undefined : result.fault;
};
/** The bytes with one text in place of another of the same length. */
const altered = (bytes: Uint8Array, from: string, to: string): Uint8Array => {
  const text = Buffer.from(bytes).toString('latin1');
  const at = text.indexOf(from);
  if (at === -1 || from.length !== to.length) throw new Error('no such place');
  return Buffer.from(text.slice(0, at) + to + text.slice(at + from.length), 'latin1');
};

describe('a DICOM file', () => {
  it('gives size, spacing, window, and every frame in Hounsfield units', () => {
    const image = read(picture());
    expect(image).toMatchObject({
      columns: 4,
      rows: 3,
      frames: 2,
      spacing: [2.5, 2.5],
      window: { center: 40, width: 400 },
      inverted: false,
      burnedIn: false,
    });
    expect([...image.frame(0)].slice(0, 6)).toEqual([-1000, -900, -800, -700, -990, -890]);
    expect(image.frame(1)[11]).toBe(3 * 100 + 2 * 10 + 1 - 1000);
  });

  it('is windowed by the linear function of PS3.3 C.11.2.1.2.1, and turned for MONOCHROME1', () => {
    // The worked bounds of the standard: center 2048, width 4096 maps 0 to black and 4095 to white.
    const window = { center: 2048, width: 4096 };
    expect([grayOf(0, window), grayOf(4095, window)]).toEqual([0, 255]);
    expect(grayOf(2047.5, window)).toBeCloseTo(127.5);
    expect([grayOf(-5, window), grayOf(9000, window)]).toEqual([0, 255]);
    // A window one value wide is a threshold and divides by nothing.
    expect([grayOf(9.4, { center: 10, width: 1 }), grayOf(9.6, { center: 10, width: 1 })]).toEqual([0, 255]);
    const values = new Float32Array([0, 4095]);
    expect([...windowed(values, window, true)]).toEqual([255, 255, 255, 255, 0, 0, 0, 255]);
    expect(read(altered(picture(), 'MONOCHROME2', 'MONOCHROME1')).inverted).toBe(true);
    expect(read(altered(picture(), 'CS\u0002\u0000NO', 'CS\u0002\u0000NO')).burnedIn).toBe(false);
  });

  it('in a transfer syntax the core was to decode, of pixels that are not drawn, or cut short is refused in words', () => {
    // Same length as the UID of the generator with its zero byte.
    const jpeg = altered(picture(), '1.2.840.10008.1.2.1\0', '1.2.840.10008.1.2.5\0');
    expect(faultOf(jpeg)).toMatchObject({ code: 'format-unknown', place: { file: FILE } });
    expect(faultOf(jpeg)?.message).toContain('1.2.840.10008.1.2.5');
    expect(faultOf(altered(picture(), 'MONOCHROME2', 'YBR_FULL   '))?.message).toContain('YBR_FULL');
    const whole = picture();
    expect(faultOf(whole.subarray(0, whole.length - 4))?.code).toMatch(/file-truncated|header-invalid/);
    expect(faultOf(whole.subarray(0, 140))?.code).toBe('header-invalid');
    // More frames stated than there are.
    expect(faultOf(altered(whole, 'IS\u0002\u00002 ', 'IS\u0002\u000099'))?.code).toBe('file-truncated');
  });

  it('of the sample shows its lesion darker than the liver around it', () => {
    const bytes = readFileSync(
      resolve(import.meta.dirname, '../../../sample-cases/egfr-t790m-lung/files/liver-ct.dcm'),
    );
    const image = read(bytes);
    const at = (x: number, y: number) => image.frame(1)[Math.round(y * 128) * 128 + Math.round(x * 128)] ?? 0;
    expect(at(0.34, 0.42)).toBeLessThan(80);
    expect(at(0.45, 0.6)).toBeGreaterThan(80);
  });
});

describe('an image of a bundle', () => {
  const png = (width: number, height: number) => {
    const bytes = Buffer.alloc(33);
    Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').copy(bytes);
    bytes.writeUInt32BE(width, 16);
    bytes.writeUInt32BE(height, 20);
    return bytes;
  };
  const jpeg = (width: number, height: number) => {
    const frame = Buffer.from('ffc0001108000000000301220002110103110100', 'hex');
    frame.writeUInt16BE(height, 5);
    frame.writeUInt16BE(width, 7);
    return Buffer.concat([Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'), frame]);
  };
  const facts = (bytes: Uint8Array) => {
    const result = imageFacts(bytes, FILE);
    return result.ok ? result.value : result.fault.code;
  };

  it('is told by its bytes, whatever its name', () => {
    expect(facts(png(640, 480))).toEqual({ kind: 'png', width: 640, height: 480 });
    expect(facts(jpeg(640, 480))).toEqual({ kind: 'jpeg', width: 640, height: 480 });
    expect(facts(picture())).toEqual({ kind: 'dicom' });
  });

  it('that is a bomb, empty, damaged or something else is refused before it is decoded', () => {
    expect(facts(png(100_000, 100_000))).toBe('archive-bomb');
    expect(facts(jpeg(65_535, 65_535))).toBe('archive-bomb');
    expect(facts(png(IMAGE_LIMIT_PIXELS / 1024, 1024))).toMatchObject({ kind: 'png' });
    expect(facts(new Uint8Array())).toBe('file-empty');
    expect(facts(png(0, 5))).toBe('header-invalid');
    expect(facts(png(5, 5).subarray(0, 20))).toBe('header-invalid');
    expect(facts(jpeg(5, 5).subarray(0, 24))).toBe('header-invalid');
    expect(facts(Buffer.from('<svg onload="alert(1)"/>'))).toBe('format-unknown');
  });
});

describe('a length', () => {
  const scale = { columns: 100, rows: 50, spacing: [2, 0.5] as const };
  it('is in millimetres of both spacings, in pixels where none is stated', () => {
    // 0.6 of 100 columns of 0.5 mm is 30 mm; 0.4 of 50 rows of 2 mm is 40 mm.
    const segment = { x1: 0.1, y1: 0.2, x2: 0.7, y2: 0.6 };
    expect(lengthWords(segment, scale)).toBe('50.0 mm');
    expect(lengthWords({ x1: 0, y1: 0, x2: 0.3, y2: 0.8 }, { columns: 100, rows: 50, spacing: undefined })).toBe(
      '50 px',
    );
  });

  it('is found again on its image and frame, until it is taken back', () => {
    const segment = { x1: 0, y1: 0, x2: 1, y2: 1 };
    const note = (annotationId: string, frame: number, withdrawn = false, id = FILE) => ({
      annotationId,
      anchor: { kind: 'image' as const, id, label: 'CT', segment, frame },
      text: 'Length',
      mentions: [],
      by: 'u1',
      at: '',
      withdrawn,
      resolved: false,
    });
    const notes = [note('a', 0), note('b', 1), note('c', 0, true), note('d', 0, false, 'files/other.png')];
    expect(measuresOn(notes, FILE, 0).map(({ annotationId }) => annotationId)).toEqual(['a']);
    expect(measuresOn(notes, FILE, 1).map(({ annotationId }) => annotationId)).toEqual(['b']);
  });
});
