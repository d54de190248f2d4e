/// <reference path="./codecs.d.ts" />
/**
 * Decoders of the transfer syntaxes that DICOM compresses pixels with (PS3.5 Annex A). JPEG, JPEG-LS and JPEG 2000 are
 * libjpeg-turbo, CharLS and OpenJPEG as WebAssembly, whose memory is their own; they run in the core, because the page's
 * content policy lets nothing be compiled there.
 */

/** How a frame's values lie once they are decoded: sample by sample of a pixel, little endian. */
export interface FrameShape {
  readonly rows: number;
  readonly columns: number;
  /** 1: gray, 3: color. */
  readonly samples: number;
  /** Bits a value takes, 8 or 16. */
  readonly allocated: number;
}

export const bytesOfFrame = ({ rows, columns, samples, allocated }: FrameShape): number =>
  (rows * columns * samples * allocated) / 8;

/** @throws where the bytes are not what the syntax says */
type Decode = (encoded: Uint8Array, shape: FrameShape) => Uint8Array;

export interface Codec {
  readonly name: string;
  /** For the frames of one file: what a damaged one did to the decoder's memory reaches no other file. */
  readonly open: () => Promise<Decode>;
  /** Color spaces that the decoder itself turns into RGB. */
  readonly toRgb: readonly string[];
}

function unpack(decoder: FrameDecoder, encoded: Uint8Array, { rows, columns, samples, allocated }: FrameShape) {
  try {
    decoder.getEncodedBuffer(encoded.length).set(encoded);
    decoder.decode();
    const { width, height, componentCount, bitsPerSample, isSigned } = decoder.getFrameInfo();
    if (width !== columns || height !== rows || componentCount !== samples || bitsPerSample > allocated)
      throw new Error('the frame is not of the size that the header states');
    const decoded = Uint8Array.from(decoder.getDecodedBuffer());
    if (samples === 3 && decoder.getInterleaveMode?.() === 0) return byPixel(decoded, rows * columns);
    // Values of up to eight bits come in one byte, though the header gives them two.
    if (allocated === 16 && bitsPerSample <= 8 && isSigned !== true)
      return new Uint8Array(Uint16Array.from(decoded).buffer);
    return decoded;
  } finally {
    decoder.delete();
  }
}

/** Three planes as pixels of three bytes. */
function byPixel(planes: Uint8Array, size: number): Uint8Array {
  const pixels = new Uint8Array(size * 3);
  for (let at = 0; at < size; at++)
    for (let sample = 0; sample < 3; sample++) pixels[at * 3 + sample] = planes[sample * size + at] ?? 0;
  return pixels;
}

/** What they print goes nowhere: the host's output is its own. */
const quiet = () => ({ print: () => undefined, printErr: () => undefined });

const jpeg = async (): Promise<Decode> => {
  const { default: open } = await import('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs');
  const { JPEGDecoder } = await open(quiet());
  return (encoded, shape) => unpack(new JPEGDecoder(), encoded, shape);
};
const jpegLs = async (): Promise<Decode> => {
  const { default: open } = await import('@cornerstonejs/codec-charls/decodewasmjs');
  const { JpegLSDecoder } = await open(quiet());
  return (encoded, shape) => unpack(new JpegLSDecoder(), encoded, shape);
};
const jpeg2000 = async (): Promise<Decode> => {
  const { default: open } = await import('@cornerstonejs/codec-openjpeg/decodewasmjs');
  const { J2KDecoder } = await open(quiet());
  return (encoded, shape) => unpack(new J2KDecoder(), encoded, shape);
};
const jpegLossless = async (): Promise<Decode> => {
  const { Decoder } = await import('jpeg-lossless-decoder-js');
  return (encoded, { samples, allocated }) => {
    if (samples !== 1) throw new Error('color in lossless JPEG is not read');
    const { buffer, byteOffset, length } = Uint8Array.from(encoded);
    return new Uint8Array(new Decoder().decode(buffer, byteOffset, length, allocated / 8).buffer);
  };
};

/**
 * RLE (PS3.5 Annex G): up to 15 segments, each PackBits of one byte plane, the most significant byte of a value first.
 * @throws Error where a segment is not one frame long
 */
function decodeRle(encoded: Uint8Array, shape: FrameShape): Uint8Array {
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  const bytes = shape.allocated / 8;
  const count = encoded.length < 64 ? 0 : view.getUint32(0, true);
  if (count !== shape.samples * bytes) throw new Error('the number of segments is not that of the byte planes');
  const size = shape.rows * shape.columns;
  const frame = new Uint8Array(bytesOfFrame(shape));
  const stride = shape.samples * bytes;
  for (let segment = 0; segment < count; segment++) {
    const sample = Math.floor(segment / bytes);
    const place = sample * bytes + (bytes - 1 - (segment % bytes));
    let at = view.getUint32(4 + 4 * segment, true);
    const end = segment + 1 < count ? view.getUint32(8 + 4 * segment, true) : encoded.length;
    if (at < 64 || end > encoded.length) throw new Error('a segment lies outside the frame');
    let pixel = 0;
    while (pixel < size && at < end) {
      const control = view.getInt8(at);
      at += 1;
      if (control === -128) continue;
      const run = control < 0 ? 1 - control : control + 1;
      if (pixel + run > size || at + (control < 0 ? 1 : run) > end) throw new Error('a run goes past its segment');
      for (let step = 0; step < run; step++, pixel++)
        frame[pixel * stride + place] = encoded[control < 0 ? at : at + step] ?? 0;
      at += control < 0 ? 1 : run;
    }
    if (pixel < size) throw new Error('a segment ends before the frame does');
  }
  return frame;
}

const codec = (name: string, open: Codec['open'], toRgb: readonly string[] = []): Codec => ({ name, open, toRgb });
/** libjpeg-turbo turns what JFIF and Adobe's marker call YCbCr; OpenJPEG undoes its own transforms. */
const ofJpeg = ['YBR_FULL', 'YBR_FULL_422'];
const ofJpeg2000 = ['YBR_RCT', 'YBR_ICT'];

/** By transfer syntax UID. */
export const codecs: ReadonlyMap<string, Codec> = new Map([
  ['1.2.840.10008.1.2.4.50', codec('JPEG baseline', jpeg, ofJpeg)],
  ['1.2.840.10008.1.2.4.51', codec('JPEG extended', jpeg, ofJpeg)],
  ['1.2.840.10008.1.2.4.57', codec('JPEG lossless', jpegLossless)],
  ['1.2.840.10008.1.2.4.70', codec('JPEG lossless, first order', jpegLossless)],
  ['1.2.840.10008.1.2.4.80', codec('JPEG-LS lossless', jpegLs)],
  ['1.2.840.10008.1.2.4.81', codec('JPEG-LS near lossless', jpegLs)],
  ['1.2.840.10008.1.2.4.90', codec('JPEG 2000 lossless', jpeg2000, ofJpeg2000)],
  ['1.2.840.10008.1.2.4.91', codec('JPEG 2000', jpeg2000, ofJpeg2000)],
  ['1.2.840.10008.1.2.5', codec('RLE', async () => decodeRle)],
]);
