/**
 * Reads the pixels of a DICOM file (PS3.5, PS3.10) and windows them as PS3.3 section C.11.2.1.2 says. Nothing else of its
 * header is read: names and numbers of a patient stay in the file. What cannot be shown faithfully is refused in words.
 */
import dicomParser from 'dicom-parser';
import { IMAGE_LIMIT_PIXELS } from '../../shared/case/image.ts';
import { fault } from '../../shared/foundation/fault.ts';
import { ok, type Result, refused } from '../../shared/foundation/result.ts';

export interface Window {
  readonly center: number;
  readonly width: number;
}

export interface DicomImage {
  readonly columns: number;
  readonly rows: number;
  readonly frames: number;
  /** Millimetres between rows and between columns; undefined where the file states none: lengths are then in pixels. */
  readonly spacing: readonly [row: number, column: number] | undefined;
  /** As the file asks, or over all values of the first frame; undefined in color, which is drawn as it is. */
  readonly window: Window | undefined;
  /** MONOCHROME1: the lowest value is white. */
  readonly inverted: boolean;
  /** The file says that words are burned into the picture: they may name the patient. */
  readonly burnedIn: boolean;
  /** Values of a frame from 0 after the rescale, row by row. */
  readonly frame: (index: number) => Float32Array;
  /** RGBA bytes of a frame from 0; undefined where the image is gray. */
  readonly color: ((index: number) => Uint8ClampedArray<ArrayBuffer>) | undefined;
}

/** What the core hands out, and its neighbour without a word of types. Every other syntax is decoded there. */
const readable: ReadonlySet<string> = new Set(['1.2.840.10008.1.2', '1.2.840.10008.1.2.1']);
const colors: ReadonlySet<string> = new Set(['RGB', 'YBR_FULL']);

const isPositive = (value: number | undefined): value is number => value !== undefined && value > 0;

/**
 * @param file the image's path in the bundle
 * Faults: header-invalid, format-unknown (transfer syntax, colour), file-truncated, archive-bomb
 */
export function readDicom(bytes: Uint8Array, file: string): Result<DicomImage> {
  const refuse = (code: 'header-invalid' | 'format-unknown' | 'file-truncated' | 'archive-bomb', message: string) =>
    refused(fault(code, message, 'Export the image uncompressed (explicit VR little endian), or as PNG.', { file }));
  let data: dicomParser.DataSet;
  try {
    data = dicomParser.parseDicom(bytes);
  } catch {
    return refuse('header-invalid', 'The DICOM header cannot be read; the file is damaged or cut short.');
  }
  const syntax = data.string('x00020010') ?? '';
  if (!readable.has(syntax))
    return refuse('format-unknown', `The pixels are in a transfer syntax that is not drawn here (${syntax}).`);
  const [rows, columns] = [data.uint16('x00280010'), data.uint16('x00280011')];
  const allocated = data.uint16('x00280100');
  const signed = data.uint16('x00280103') === 1;
  const photometric = data.string('x00280004');
  const frames = data.intString('x00280008') ?? 1;
  const pixels = data.elements.x7fe00010;
  if (!isPositive(rows) || !isPositive(columns) || !isPositive(frames) || pixels === undefined)
    return refuse('header-invalid', 'The DICOM file holds no picture: rows, columns or pixels are absent.');
  const samples = data.uint16('x00280002') ?? 1;
  const isColor = samples === 3 && allocated === 8 && colors.has(photometric ?? '');
  if (!isColor && ((photometric !== 'MONOCHROME1' && photometric !== 'MONOCHROME2') || samples !== 1))
    return refuse('format-unknown', `Pixels of the kind ${photometric ?? 'unknown'} are not drawn here.`);
  if (allocated !== 8 && allocated !== 16)
    return refuse('format-unknown', `Values of ${allocated ?? 'an unstated number of'} bits are not read here.`);
  if (rows * columns > IMAGE_LIMIT_PIXELS)
    return refuse('archive-bomb', `A frame of ${columns} by ${rows} pixels is more than is opened here.`);
  const size = rows * columns;
  const perFrame = size * samples;
  const step = allocated / 8;
  if (pixels.dataOffset + perFrame * frames * step > bytes.length || pixels.length < perFrame * frames * step)
    return refuse('file-truncated', `The file ends before its ${frames} frames do.`);

  const view = new DataView(bytes.buffer, bytes.byteOffset + pixels.dataOffset, perFrame * frames * step);
  const slope = data.floatString('x00281053') ?? 1;
  const intercept = data.floatString('x00281052') ?? 0;
  // Bits above the stored ones may hold anything (PS3.5 section 8.1.1).
  const stored = Math.min(allocated, data.uint16('x00280101') ?? allocated);
  const spare = 32 - stored;
  const frame = (index: number): Float32Array => {
    const values = new Float32Array(size);
    for (let at = 0; at < size; at++) {
      const place = (index * size + at) * step;
      const raw = allocated === 8 ? view.getUint8(place) : view.getUint16(place, true);
      values[at] = (signed ? (raw << spare) >> spare : (raw << spare) >>> spare) * slope + intercept;
    }
    return values;
  };
  const planar = data.uint16('x00280006') === 1;
  const color = (index: number): Uint8ClampedArray<ArrayBuffer> => {
    const rgba = new Uint8ClampedArray(size * 4).fill(255);
    for (let at = 0; at < size; at++) {
      const value = (sample: number) =>
        view.getUint8(index * perFrame + (planar ? sample * size + at : at * 3 + sample));
      const [first, second, third] = [value(0), value(1), value(2)];
      rgba.set(photometric === 'RGB' ? [first, second, third] : rgbOf(first, second, third), at * 4);
    }
    return rgba;
  };
  const [asked, width] = [data.floatString('x00281050'), data.floatString('x00281051')];
  const [between, across] = [data.floatString('x00280030', 0), data.floatString('x00280030', 1)];
  return ok({
    rows,
    columns,
    frames,
    spacing: isPositive(between) && isPositive(across) ? [between, across] : undefined,
    window: isColor
      ? undefined
      : asked !== undefined && width !== undefined && width >= 1
        ? { center: asked, width }
        : wholeRange(frame(0)),
    inverted: photometric === 'MONOCHROME1',
    burnedIn: data.string('x00280301') === 'YES',
    frame,
    color: isColor ? color : undefined,
  });
}

/** Red, green and blue of a full-range YCbCr value (PS3.3 section C.7.6.3.1.2, ITU-R BT.601). */
const rgbOf = (luma: number, blue: number, red: number): [number, number, number] => [
  luma + 1.402 * (red - 128),
  luma - 0.344136 * (blue - 128) - 0.714136 * (red - 128),
  luma + 1.772 * (blue - 128),
];

function wholeRange(values: Float32Array): Window {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { center: (low + high + 1) / 2, width: Math.max(1, high - low + 1) };
}

/** Gray of a value, 0 to 255, by the linear function of PS3.3 section C.11.2.1.2.1. */
export function grayOf(value: number, { center, width }: Window): number {
  const middle = center - 0.5;
  const half = (width - 1) / 2;
  if (value <= middle - half) return 0;
  if (value > middle + half) return 255;
  return ((value - middle) / (width - 1) + 0.5) * 255;
}

/** RGBA bytes of a frame in a window, row by row. */
export function windowed(values: Float32Array, window: Window, inverted: boolean): Uint8ClampedArray<ArrayBuffer> {
  const bytes = new Uint8ClampedArray(values.length * 4);
  for (let at = 0; at < values.length; at++) {
    const gray = grayOf(values[at] ?? 0, window);
    bytes.fill(inverted ? 255 - gray : gray, at * 4, at * 4 + 3);
    bytes[at * 4 + 3] = 255;
  }
  return bytes;
}
