/** Lines of text to a file or a pipe. */
import { writeSync } from 'node:fs';

/** Bytes held before they are written. */
const HELD_BYTES = 1 << 18;
/** UTF-16 holds a character in at most this many bytes of UTF-8 for each of its units. */
const MOST_BYTES = 3;

/** Written at once, so that a reader faster than the disk waits for it and memory stays small. */
export class LineWriter {
  readonly #descriptor: number;
  readonly #held = Buffer.allocUnsafeSlow(HELD_BYTES);
  #size = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Coded at once: texts that wait would be moved by the collector again and again. */
  line(text: string): void {
    const most = text.length * MOST_BYTES + 1;
    if (this.#size + most > HELD_BYTES) this.flush();
    if (most > HELD_BYTES) {
      this.#write(Buffer.from(`${text}\n`, 'utf8'));
      return;
    }
    this.#size += this.#held.write(text, this.#size, 'utf8');
    this.#held[this.#size++] = LINE_FEED;
  }

  flush(): void {
    this.#write(this.#held.subarray(0, this.#size));
    this.#size = 0;
  }

  #write(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.byteLength)
      try {
        at += writeSync(this.#descriptor, bytes, at);
      } catch (error) {
        // A pipe whose reader is slower than we are.
        if (Reflect.get(Object(error), 'code') !== 'EAGAIN') throw error;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      }
  }
}

const LINE_FEED = 10;
