/**
 * A reference genome on disk, two bits a base: written while a FASTA streams by, read back a page at a time. Neither way is
 * a contig held in memory.
 */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { FaultError, fault } from '../../../shared/foundation/fault.ts';
import { contigName } from '../../../shared/molecular/genomic-change.ts';
import type { ReferenceBases } from '../../../shared/molecular/transcript-set.ts';

/** A contig of the packed file; `unknown` are flat 0-based starts and lengths of bases that are none of ACGT. */
export interface PackedContig {
  readonly name: string;
  readonly length: number;
  /** First byte in the packed file. */
  readonly offset: number;
  readonly unknown: readonly number[];
}

const BASES = 'ACGT';
const UNKNOWN = 4;
const SKIPPED = 5;
const INVALID = 6;

/** What a byte of a FASTA sequence is. */
const kinds = new Uint8Array(256).fill(INVALID);
for (const letter of 'BDHKMNRSVWXY*-') {
  kinds[letter.charCodeAt(0)] = UNKNOWN;
  kinds[letter.toLowerCase().charCodeAt(0)] = UNKNOWN;
}
for (const [index, letter] of [...BASES].entries()) {
  kinds[letter.charCodeAt(0)] = index;
  kinds[letter.toLowerCase().charCodeAt(0)] = index;
}
for (const blank of [9, 10, 13, 32]) kinds[blank] = SKIPPED;

const LF = 10;
const GREATER = 62;
const BUFFER_BYTES = 1 << 20;

/** Takes the bytes of a FASTA and writes the packed file. */
export class ReferenceWriter {
  readonly #file: string;
  readonly #descriptor: number;
  readonly #hash = createHash('sha256');
  readonly #contigs: PackedContig[] = [];
  readonly #names = new Set<string>();
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #held = 0;
  #written = 0;
  #line = 1;
  #lineStart = true;
  #header: number[] | undefined;
  #open: { name: string; line: number; offset: number; length: number; unknown: number[]; byte: number } | undefined;

  /** @param file name of the FASTA, used in faults; @param path of the packed file, which must not be there */
  constructor(file: string, path: string) {
    this.#file = file;
    this.#descriptor = openSync(path, 'wx', 0o600);
  }

  /** @throws FaultError format-unknown, line-invalid, header-invalid, exists-already with the line */
  take(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (this.#header !== undefined) {
        if (byte === LF) this.#begin(this.#header);
        else if (this.#header.length < 4096) this.#header.push(byte);
      } else if (this.#lineStart && byte === GREATER) this.#header = [];
      else {
        const kind = kinds[byte] ?? INVALID;
        if (kind <= UNKNOWN) this.#base(kind);
        else if (kind === INVALID)
          throw this.#refuse('line-invalid', 'The sequence has a character that is no base of a nucleic acid.');
      }
      this.#lineStart = byte === LF;
      if (byte === LF) this.#line++;
    }
  }

  #base(kind: number): void {
    const open = this.#open;
    if (open === undefined)
      throw this.#refuse(
        'format-unknown',
        'The file does not begin with a FASTA header.',
        'Give the reference as FASTA, plain or packed by gzip.',
      );
    if (kind === UNKNOWN) {
      const last = open.unknown.length - 2;
      if (last >= 0 && (open.unknown[last] ?? 0) + (open.unknown[last + 1] ?? 0) === open.length)
        open.unknown[last + 1] = (open.unknown[last + 1] ?? 0) + 1;
      else open.unknown.push(open.length, 1);
    }
    open.byte |= (kind & 3) << ((open.length & 3) << 1);
    open.length++;
    if ((open.length & 3) === 0) this.#put(open);
  }

  #put(open: { byte: number }): void {
    this.#buffer[this.#held++] = open.byte;
    open.byte = 0;
    if (this.#held === BUFFER_BYTES) this.#flush();
  }

  #flush(): void {
    const bytes = this.#buffer.subarray(0, this.#held);
    this.#hash.update(bytes);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at);
    this.#written += bytes.length;
    this.#held = 0;
  }

  #begin(header: readonly number[]): void {
    this.#end();
    this.#header = undefined;
    const name = Buffer.from(header).toString('utf8').trim().split(/\s/)[0] ?? '';
    if (name === '') throw this.#refuse('header-invalid', 'The header names no contig.');
    if (this.#names.has(contigName(name)))
      throw this.#refuse(
        'exists-already',
        'A contig of this name stands in the file already.',
        'Keep one of the two; nothing was built.',
      );
    this.#names.add(contigName(name));
    this.#open = { name, line: this.#line, offset: this.#written + this.#held, length: 0, unknown: [], byte: 0 };
  }

  #end(): void {
    const open = this.#open;
    if (open === undefined) return;
    if (open.length === 0)
      throw this.#refuse(
        'line-invalid',
        'A contig has no bases.',
        'Get the FASTA again from its source; nothing was built.',
        open.line,
      );
    if ((open.length & 3) !== 0) this.#put(open);
    const { name, length, offset, unknown } = open;
    this.#contigs.push({ name, length, offset, unknown });
    this.#open = undefined;
  }

  #refuse(
    code: 'format-unknown' | 'line-invalid' | 'header-invalid' | 'exists-already',
    message: string,
    remedy = 'Correct the line, or get the FASTA again from its source; nothing was built.',
    line = this.#line,
  ): FaultError {
    return new FaultError(fault(code, message, remedy, { file: this.#file, line }));
  }

  /** Closes the packed file. */
  finish(): { readonly contigs: readonly PackedContig[]; readonly sha256: string; readonly sizeBytes: number } {
    if (this.#header !== undefined) this.#begin(this.#header);
    this.#end();
    this.#flush();
    fsyncSync(this.#descriptor);
    if (this.#contigs.length === 0)
      throw new FaultError(
        fault('file-empty', 'The FASTA has no contig.', 'Give the reference as FASTA.', { file: this.#file }),
      );
    return { contigs: this.#contigs, sha256: this.#hash.digest('hex'), sizeBytes: this.#written };
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

const PAGE_BYTES = 1 << 14;
const KEPT_PAGES = 256;

/** The packed file, open; a few pages of it in memory. */
export function openReference(path: string, contigs: readonly PackedContig[]): ReferenceBases & { close(): void } {
  const descriptor = openSync(path, 'r');
  const byName = new Map(contigs.map((contig) => [contigName(contig.name), contig]));
  const pages = new Map<number, Buffer>();
  const pageOf = (number: number): Buffer => {
    const kept = pages.get(number);
    if (kept !== undefined) return kept;
    const page = Buffer.alloc(PAGE_BYTES);
    let read = 0;
    for (let got = 1; got > 0 && read < PAGE_BYTES; read += got)
      got = readSync(descriptor, page, read, PAGE_BYTES - read, number * PAGE_BYTES + read);
    if (pages.size >= KEPT_PAGES) pages.delete(pages.keys().next().value ?? -1);
    pages.set(number, page);
    return page;
  };
  const isUnknown = ({ unknown }: PackedContig, at: number): boolean => {
    let low = 0;
    let high = unknown.length >> 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((unknown[middle * 2] ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    const index = (low - 1) * 2;
    return index >= 0 && at < (unknown[index] ?? 0) + (unknown[index + 1] ?? 0);
  };
  return {
    lengthOf: (name) => byName.get(contigName(name))?.length,
    slice(name, start1, end1) {
      const contig = byName.get(contigName(name));
      if (contig === undefined) return '';
      let text = '';
      for (let at = Math.max(start1, 1) - 1; at < Math.min(end1, contig.length); at++) {
        const byte = contig.offset + (at >> 2);
        const value = ((pageOf(Math.floor(byte / PAGE_BYTES))[byte % PAGE_BYTES] ?? 0) >> ((at & 3) << 1)) & 3;
        text += contig.unknown.length > 0 && isUnknown(contig, at) ? 'N' : BASES[value];
      }
      return text;
    },
    close: () => closeSync(descriptor),
  };
}
