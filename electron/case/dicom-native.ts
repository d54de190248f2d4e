/**
 * DICOM as it is handed to a window: uncompressed, explicit VR little endian, with the elements that drawing needs and no
 * other. Names and numbers of a patient in the header stay in the vault. Sources: PS3.5 sections 7, 8 and Annex A, PS3.10.
 */
import { setImmediate } from 'node:timers/promises';
import { constants, inflateRawSync } from 'node:zlib';
import dicomParser from 'dicom-parser';
import { IMAGE_LIMIT_PIXELS } from '../../shared/case/image.ts';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { bytesOfFrame, type Codec, codecs, type FrameShape } from './dicom-codecs.ts';

const IMPLICIT = '1.2.840.10008.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';
const DEFLATED = '1.2.840.10008.1.2.1.99';
/** Not read, and named so that the sender knows what to change. */
const unread: ReadonlyMap<string, string> = new Map([
  ['1.2.840.10008.1.2.2', 'big endian'],
  ['1.2.840.10008.1.2.4.100', 'MPEG-2 video'],
  ['1.2.840.10008.1.2.4.102', 'MPEG-4 video'],
  ['1.2.840.10008.1.2.4.201', 'high-throughput JPEG 2000 lossless'],
  ['1.2.840.10008.1.2.4.202', 'high-throughput JPEG 2000 lossless'],
  ['1.2.840.10008.1.2.4.203', 'high-throughput JPEG 2000'],
]);
/** All frames once decoded. */
const LIMIT_BYTES = 256 * 1024 * 1024;

type Code = 'header-invalid' | 'format-unknown' | 'file-truncated' | 'archive-bomb';

/**
 * @param file the image's path in the bundle, for the fault's place
 * @throws FaultError header-invalid, format-unknown (a syntax that is not read, by its name), file-truncated, archive-bomb
 */
export async function nativeDicom(bytes: Uint8Array, file: string, signal?: AbortSignal): Promise<Uint8Array> {
  const refuse = (code: Code, message: string): never => {
    throw new FaultError(
      fault(code, message, 'Export the image as uncompressed DICOM (explicit VR little endian), or as PNG.', { file }),
    );
  };
  const data = parsed(bytes, refuse);
  const syntax = data.string('x00020010') ?? '';
  const codec = codecs.get(syntax);
  if (codec === undefined && syntax !== IMPLICIT && syntax !== EXPLICIT)
    return refuse(
      'format-unknown',
      `The pixels are in a transfer syntax that is not read here: ${unread.get(syntax) ?? 'unknown'} (${syntax}).`,
    );
  const [rows, columns] = [data.uint16('x00280010') ?? 0, data.uint16('x00280011') ?? 0];
  const frames = data.intString('x00280008') ?? 1;
  const samples = data.uint16('x00280002') ?? 1;
  const allocated = data.uint16('x00280100') ?? 0;
  const pixels = data.elements.x7fe00010;
  if (rows === 0 || columns === 0 || !(frames > 0) || pixels === undefined)
    return refuse('header-invalid', 'The DICOM file holds no picture: rows, columns or pixels are absent.');
  if (allocated !== 8 && allocated !== 16)
    return refuse('format-unknown', `Values of ${allocated} bits are not read here.`);
  if (samples !== 1 && (samples !== 3 || allocated !== 8))
    return refuse('format-unknown', `Pictures of ${samples} values a pixel in ${allocated} bits are not read here.`);
  const shape: FrameShape = { rows, columns, samples, allocated };
  const size = bytesOfFrame(shape);
  // Before anything is unpacked.
  if (rows * columns > IMAGE_LIMIT_PIXELS || size * frames > LIMIT_BYTES)
    return refuse('archive-bomb', `${frames} frames of ${columns} by ${rows} pixels are more than is opened here.`);

  const native = new Uint8Array(size * frames);
  if (codec === undefined) {
    if (pixels.length < native.length || pixels.dataOffset + native.length > data.byteArray.length)
      return refuse('file-truncated', `The file ends before its ${frames} frames do.`);
    native.set(data.byteArray.subarray(pixels.dataOffset, pixels.dataOffset + native.length));
  } else {
    const decode = await codec.open();
    for (let frame = 0; frame < frames; frame++) {
      signal?.throwIfAborted();
      let decoded: Uint8Array | undefined;
      try {
        decoded = decode(Uint8Array.from(fragmentsOf(data, pixels, frame, frames)), shape);
      } catch {
        // Told below, with what is the wrong size.
      }
      if (decoded?.length !== size)
        return refuse('header-invalid', `Frame ${frame + 1} cannot be decoded as ${codec.name}; the file is damaged.`);
      native.set(decoded, frame * size);
      // Others have their turn between two frames.
      await setImmediate();
    }
  }
  return written(data, shape, frames, colorOf(data, codec, refuse), native);
}

type Refuse = (code: Code, message: string) => never;

function parsed(bytes: Uint8Array, refuse: Refuse): dicomParser.DataSet {
  try {
    return dicomParser.parseDicom(inflated(bytes));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      ? refuse('archive-bomb', 'The deflated DICOM file unpacks to more than is opened here.')
      : refuse('header-invalid', 'The DICOM header cannot be read; the file is damaged or cut short.');
  }
}

const PREAMBLE = 132;

/** A deflated file as the explicit one in it (PS3.5 Annex A.5); others as they are. The meta group states its length. */
function inflated(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const statesLength = bytes.length > PREAMBLE + 12 && view.getUint32(PREAMBLE, true) === 0x0002;
  const end = statesLength ? PREAMBLE + 12 + view.getUint32(PREAMBLE + 8, true) : 0;
  if (!Buffer.from(bytes.subarray(PREAMBLE, end)).includes(DEFLATED)) return bytes;
  const rest = inflateRawSync(bytes.subarray(end), {
    maxOutputLength: LIMIT_BYTES,
    finishFlush: constants.Z_SYNC_FLUSH,
  });
  return Uint8Array.from(Buffer.concat([bytes.subarray(0, PREAMBLE), SYNTAX, rest]));
}

/** The coded bytes of a frame: by the offset table, by fragment where each is a frame, else by JPEG's end marker. */
function fragmentsOf(
  data: dicomParser.DataSet,
  pixels: dicomParser.Element,
  frame: number,
  frames: number,
): ArrayLike<number> {
  const fragments = pixels.fragments ?? [];
  if (fragments.length === 0) throw new Error('no fragments');
  if (frames === 1) return dicomParser.readEncapsulatedPixelDataFromFragments(data, pixels, 0, fragments.length);
  if (fragments.length === frames) return dicomParser.readEncapsulatedPixelDataFromFragments(data, pixels, frame, 1);
  if ((pixels.basicOffsetTable?.length ?? 0) > 0) return dicomParser.readEncapsulatedImageFrame(data, pixels, frame);
  const table = dicomParser.createJPEGBasicOffsetTable(data, pixels);
  return dicomParser.readEncapsulatedImageFrame(data, pixels, frame, table);
}

interface Color {
  readonly photometric: string;
  /** Samples lie plane by plane. */
  readonly planar: boolean;
}

function colorOf(data: dicomParser.DataSet, codec: Codec | undefined, refuse: Refuse): Color {
  const photometric = data.string('x00280004') ?? '';
  // A decoder gives pixel by pixel; RLE's planes were put together.
  const planar = codec === undefined && data.uint16('x00280006') === 1;
  if (photometric === 'MONOCHROME1' || photometric === 'MONOCHROME2') return { photometric, planar: false };
  if (photometric === 'RGB' || codec?.toRgb.includes(photometric) === true) return { photometric: 'RGB', planar };
  if (photometric === 'YBR_FULL') return { photometric, planar };
  return refuse('format-unknown', `Pixels of the kind ${photometric || 'unknown'} are not read here.`);
}

/** One element of PS3.5 section 7.1.2; values are padded to even length with a blank. */
function element(tag: string, vr: string, value: Uint8Array): Uint8Array {
  const head = Buffer.alloc(vr === 'OW' || vr === 'OB' ? 12 : 8);
  const even = value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.from(' ')]);
  head.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0);
  head.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2);
  head.write(vr, 4, 'latin1');
  if (head.length === 12) head.writeUInt32LE(even.length, 8);
  else head.writeUInt16LE(even.length, 6);
  return Buffer.concat([head, even]);
}
const text = (tag: string, vr: string, value: string | undefined): Uint8Array[] =>
  value === undefined || value === '' ? [] : [element(tag, vr, Buffer.from(value, 'latin1'))];
const short = (tag: string, value: number): Uint8Array => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return element(tag, 'US', bytes);
};

/** The one element of the meta group that is read. */
const SYNTAX = element('00020010', 'UI', Buffer.from(`${EXPLICIT}\0`, 'latin1'));

function written(
  data: dicomParser.DataSet,
  { rows, columns, samples, allocated }: FrameShape,
  frames: number,
  { photometric, planar }: Color,
  pixels: Uint8Array,
): Uint8Array {
  const stored = data.uint16('x00280101') ?? allocated;
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    SYNTAX,
    short('00280002', samples),
    ...text('00280004', 'CS', photometric),
    short('00280006', planar ? 1 : 0),
    ...text('00280008', 'IS', String(frames)),
    short('00280010', rows),
    short('00280011', columns),
    ...text('00280030', 'DS', data.string('x00280030')),
    short('00280100', allocated),
    short('00280101', stored),
    short('00280102', stored - 1),
    short('00280103', data.uint16('x00280103') ?? 0),
    ...text('00280301', 'CS', data.string('x00280301')),
    ...text('00281050', 'DS', data.string('x00281050')),
    ...text('00281051', 'DS', data.string('x00281051')),
    ...text('00281052', 'DS', data.string('x00281052')),
    ...text('00281053', 'DS', data.string('x00281053')),
    element('7fe00010', 'OW', pixels),
  ]);
}
