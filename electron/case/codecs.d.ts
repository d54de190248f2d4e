/** What is used of the decoders' modules, which bring no types of their own. */
interface FrameDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getFrameInfo(): {
    readonly width: number;
    readonly height: number;
    readonly bitsPerSample: number;
    readonly componentCount: number;
    readonly isSigned?: boolean;
  };
  getDecodedBuffer(): Uint8Array;
  /** CharLS alone: 0 by plane, 1 by line, 2 by sample. */
  getInterleaveMode?(): number;
  delete(): void;
}

interface DecoderOptions {
  readonly print: () => void;
  readonly printErr: () => void;
}

declare module '@cornerstonejs/codec-charls/decodewasmjs' {
  const open: (options: DecoderOptions) => Promise<{ readonly JpegLSDecoder: new () => FrameDecoder }>;
  export default open;
}
declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  const open: (options: DecoderOptions) => Promise<{ readonly J2KDecoder: new () => FrameDecoder }>;
  export default open;
}
declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  const open: (options: DecoderOptions) => Promise<{ readonly JPEGDecoder: new () => FrameDecoder }>;
  export default open;
}
declare module 'jpeg-lossless-decoder-js' {
  export class Decoder {
    decode(bytes: ArrayBuffer, offset: number, length: number, bytesPerValue: number): ArrayBufferView;
  }
}
