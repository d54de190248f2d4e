/**
 * What an image of a bundle is, told from its first bytes and never from its name, and whether it may be opened: a picture
 * that would fill the memory is refused before anything decodes it. Sources: PNG (W3C, third edition) section 11.2.1, JPEG
 * (ITU-T T.81) section B.2.2, DICOM PS3.10 section 7.1.
 */
import { type Fault, fault } from '../foundation/fault.ts';
import { ok, type Result, refused } from '../foundation/result.ts';

export const IMAGE_LIMIT_BYTES = 128 * 1024 * 1024;
/** Four bytes a pixel once decoded: 256 MiB. */
export const IMAGE_LIMIT_PIXELS = 64 * 1024 * 1024;

export const imageMediaTypes = { png: 'image/png', jpeg: 'image/jpeg', dicom: 'application/dicom' } as const;
export type ImageKind = keyof typeof imageMediaTypes;

export interface ImageFacts {
  readonly kind: ImageKind;
  /** Pixels; undefined for DICOM, whose size its reader checks frame by frame. */
  readonly width?: number;
  readonly height?: number;
}

const startsWith = (bytes: Uint8Array, at: number, ...values: number[]): boolean =>
  values.every((value, index) => bytes[at + index] === value);

const refuse = (code: Fault['code'], message: string, remedy: string, file: string): Result<never> =>
  refused(fault(code, message, remedy, { file }));

/** Width and height of a JPEG from its frame header; undefined where none is found. */
function jpegSize(bytes: Uint8Array): { width: number; height: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 9 < bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    // Fill bytes, and markers that stand alone.
    if (marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    const length = view.getUint16(at + 2);
    if (marker === 0xda || marker === 0xd9 || length < 2) return undefined;
    at += 2 + length;
  }
  return undefined;
}

/**
 * @param file the image's path in the bundle, for the fault's place
 * Faults: file-empty, file-too-large, format-unknown (neither PNG, JPEG nor DICOM), header-invalid (no size stated),
 * archive-bomb (more pixels than the limit)
 */
export function imageFacts(bytes: Uint8Array, file: string): Result<ImageFacts> {
  if (bytes.length === 0) return refuse('file-empty', 'The image is empty.', 'Ask for the image again.', file);
  if (bytes.length > IMAGE_LIMIT_BYTES)
    return refuse(
      'file-too-large',
      `The image is larger than ${IMAGE_LIMIT_BYTES / 1024 / 1024} MB.`,
      'Put the key frames or a smaller copy into the bundle.',
      file,
    );
  if (bytes.length > 132 && startsWith(bytes, 128, 0x44, 0x49, 0x43, 0x4d)) return ok({ kind: 'dicom' });
  const kind = startsWith(bytes, 0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
    ? 'png'
    : startsWith(bytes, 0, 0xff, 0xd8, 0xff)
      ? 'jpeg'
      : undefined;
  if (kind === undefined)
    return refuse(
      'format-unknown',
      'This is neither a PNG, a JPEG nor a DICOM file with its preamble.',
      'Export the image as DICOM, PNG or JPEG.',
      file,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size =
    kind === 'jpeg'
      ? jpegSize(bytes)
      : bytes.length >= 24 && startsWith(bytes, 12, 0x49, 0x48, 0x44, 0x52)
        ? { width: view.getUint32(16), height: view.getUint32(20) }
        : undefined;
  if (size === undefined || size.width === 0 || size.height === 0)
    return refuse(
      'header-invalid',
      'The image does not say how large it is; it is cut short or damaged.',
      'Ask for the image again.',
      file,
    );
  if (size.width * size.height > IMAGE_LIMIT_PIXELS)
    return refuse(
      'archive-bomb',
      `The image unpacks to ${size.width} by ${size.height} pixels, more than is opened here.`,
      'Put a smaller copy or the region that matters into the bundle.',
      file,
    );
  return ok({ kind, ...size });
}
