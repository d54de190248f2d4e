import { refuse } from './refusal.ts';

/** A longer line is no row of a patient: a cohort of ten thousand samples has lines of a few megabytes. */
export const MAX_LINE_BYTES = 64 << 20;

const LF = 10;

/**
 * Cuts a stream of bytes at line ends and hands on runs of whole lines, in place where it can. What is held between
 * two chunks is one unfinished line.
 */
export class LineFeeder {
  readonly #file: string;
  readonly #take: (bytes: Buffer, from: number, to: number) => void;
  #carry: Buffer[] = [];
  #carried = 0;

  /** `take` gets whole lines: `bytes[to - 1]` is a line feed. */
  constructor(file: string, take: (bytes: Buffer, from: number, to: number) => void) {
    this.#file = file;
    this.#take = take;
  }

  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    if (this.#carried > 0) {
      const first = bytes.indexOf(LF);
      if (first < 0) {
        this.#hold(bytes);
        return;
      }
      this.#carry.push(bytes.subarray(0, first + 1));
      const line = Buffer.concat(this.#carry);
      this.#carry = [];
      this.#carried = 0;
      this.#take(line, 0, line.byteLength);
      from = first + 1;
    }
    const end = bytes.lastIndexOf(LF) + 1;
    if (end > from) this.#take(bytes, from, end);
    const rest = Math.max(from, end);
    if (rest < bytes.byteLength) this.#hold(bytes.subarray(rest));
  }

  /** @returns true where the last line had no line end; it is handed on as if it had one. */
  finish(): boolean {
    if (this.#carried === 0) return false;
    const line = Buffer.concat([...this.#carry, Buffer.of(LF)]);
    this.#carry = [];
    this.#carried = 0;
    this.#take(line, 0, line.byteLength);
    return true;
  }

  /** Copies, since the sender may use its buffer again. */
  #hold(bytes: Buffer): void {
    this.#carried += bytes.byteLength;
    if (this.#carried > MAX_LINE_BYTES)
      refuse(this.#file, {
        code: 'file-too-large',
        rule: `A line is longer than ${MAX_LINE_BYTES >> 20} megabytes.`,
        remedy: 'Export the samples of the patient alone.',
      });
    this.#carry.push(Buffer.from(bytes));
  }
}
