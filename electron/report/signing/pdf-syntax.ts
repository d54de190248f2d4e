/**
 * Objects of a PDF (ISO 32000-2 section 7.3), each with the place of its bytes. A reader of our own, because who checks
 * a signature must see what is in the file, not what a lenient reader makes of it: what is unclear is refused.
 */

export type PdfValue = PdfSpan &
  (
    | { readonly kind: 'null' }
    | { readonly kind: 'boolean'; readonly value: boolean }
    | { readonly kind: 'number'; readonly text: string }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'string'; readonly bytes: Uint8Array; readonly isHex: boolean }
    | { readonly kind: 'array'; readonly items: readonly PdfValue[] }
    | PdfDictionaryBody
    | { readonly kind: 'reference'; readonly object: number; readonly generation: number }
  );

/** Offsets of the first byte and of the byte after the last. */
interface PdfSpan {
  readonly start: number;
  readonly end: number;
}

interface PdfDictionaryBody {
  readonly kind: 'dictionary';
  readonly entries: ReadonlyMap<string, PdfValue>;
  /** Where each key begins. */
  readonly keys: ReadonlyMap<string, number>;
}

export type PdfDictionary = PdfSpan & PdfDictionaryBody;

/** The file is not what this reader takes; the message says why, without any content of the file. */
export class PdfRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PdfRefused';
  }
}

/** No report nests deeper; what does was made to exhaust the reader. */
const MAX_DEPTH = 64;

const WHITE = new Set([0x00, 0x09, 0x0a, 0x0c, 0x0d, 0x20]);
const DELIMITERS = new Set([...'()<>[]{}/%'].map((character) => character.charCodeAt(0)));
const isRegular = (byte: number): boolean => !WHITE.has(byte) && !DELIMITERS.has(byte);

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12 };

/** Walks over bytes; `at` is where it stands. */
export class PdfReader {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  /** -1 at the end of the file. */
  peek(ahead = 0): number {
    return this.bytes[this.at + ahead] ?? -1;
  }

  refuse(what: string): never {
    throw new PdfRefused(`${what} at byte ${this.at}`);
  }

  /** White space and comments. */
  skipBlank(): void {
    for (let byte = this.peek(); ; byte = this.peek()) {
      if (WHITE.has(byte)) this.at++;
      else if (byte === 0x25) {
        while (this.at < this.bytes.length && this.peek() !== 0x0a && this.peek() !== 0x0d) this.at++;
      } else return;
    }
  }

  startsWith(text: string): boolean {
    for (let index = 0; index < text.length; index++) if (this.peek(index) !== text.charCodeAt(index)) return false;
    return true;
  }

  /** Takes the word if it stands here as a whole. */
  takeKeyword(word: string): boolean {
    const after = this.peek(word.length);
    if (!this.startsWith(word) || (after !== -1 && isRegular(after))) return false;
    this.at += word.length;
    return true;
  }

  expectKeyword(word: string): void {
    if (!this.takeKeyword(word)) this.refuse(`"${word}" is expected`);
  }

  /** Digits only, as object numbers and offsets are written. */
  takeInteger(): number {
    const start = this.at;
    while (this.peek() >= 0x30 && this.peek() <= 0x39) this.at++;
    const length = this.at - start;
    if (length === 0 || length > 10) this.refuse('A whole number is expected');
    return Number(latin1(this.bytes, start, this.at));
  }

  /** LF, CR LF or a lone CR; false where none stands here. */
  takeLineEnd(): boolean {
    if (this.peek() === 0x0d) this.at += this.peek(1) === 0x0a ? 2 : 1;
    else if (this.peek() === 0x0a) this.at++;
    else return false;
    return true;
  }

  value(depth = 0): PdfValue {
    if (depth > MAX_DEPTH) this.refuse('Objects are nested too deep');
    this.skipBlank();
    const start = this.at;
    const byte = this.peek();
    if (byte === 0x2f) return { kind: 'name', name: this.#name(), start, end: this.at };
    if (byte === 0x28) return { kind: 'string', bytes: this.#literal(), isHex: false, start, end: this.at };
    if (byte === 0x3c)
      return this.peek(1) === 0x3c
        ? this.#dictionary(depth)
        : { kind: 'string', bytes: this.#hexadecimal(), isHex: true, start, end: this.at };
    if (byte === 0x5b) return this.#array(depth);
    if (byte === -1 || !isRegular(byte)) this.refuse('An object is expected');
    if (this.takeKeyword('null')) return { kind: 'null', start, end: this.at };
    if (this.takeKeyword('true')) return { kind: 'boolean', value: true, start, end: this.at };
    if (this.takeKeyword('false')) return { kind: 'boolean', value: false, start, end: this.at };
    return this.#numberOrReference();
  }

  #numberOrReference(): PdfValue {
    const start = this.at;
    while (this.peek() !== -1 && isRegular(this.peek())) this.at++;
    const text = latin1(this.bytes, start, this.at);
    if (!/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text)) {
      this.at = start;
      this.refuse('An object is expected');
    }
    const end = this.at;
    const reference = /^\d{1,10}$/.test(text) ? this.#restOfReference() : undefined;
    if (reference !== undefined)
      return { kind: 'reference', object: Number(text), generation: reference, start, end: this.at };
    this.at = end;
    return { kind: 'number', text, start, end };
  }

  /** Generation and R behind an object number; undefined, with the place lost, where they do not follow. */
  #restOfReference(): number | undefined {
    if (!WHITE.has(this.peek())) return undefined;
    while (WHITE.has(this.peek())) this.at++;
    const start = this.at;
    while (this.peek() >= 0x30 && this.peek() <= 0x39) this.at++;
    if (this.at === start || this.at - start > 5 || !WHITE.has(this.peek())) return undefined;
    const generation = Number(latin1(this.bytes, start, this.at));
    while (WHITE.has(this.peek())) this.at++;
    return this.takeKeyword('R') ? generation : undefined;
  }

  #name(): string {
    this.at++;
    let name = '';
    while (this.peek() !== -1 && isRegular(this.peek())) {
      let byte = this.peek();
      if (byte === 0x23) {
        const digits = latin1(this.bytes, this.at + 1, this.at + 3);
        if (!/^[0-9A-Fa-f]{2}$/.test(digits)) this.refuse('A name is not well formed');
        byte = Number.parseInt(digits, 16);
        this.at += 2;
      }
      name += String.fromCharCode(byte);
      this.at++;
    }
    return name;
  }

  #literal(): Uint8Array {
    const found: number[] = [];
    let open = 0;
    for (;;) {
      const byte = this.peek();
      if (byte === -1) this.refuse('A string has no end');
      this.at++;
      if (byte === 0x5c) this.#escape(found);
      else {
        if (byte === 0x28) open++;
        if (byte === 0x29) open--;
        if (open === 0) return Uint8Array.from(found.slice(1));
        found.push(byte);
      }
    }
  }

  #escape(found: number[]): void {
    if (this.takeLineEnd()) return;
    const character = String.fromCharCode(this.peek());
    const octal = /^[0-7]{1,3}/.exec(latin1(this.bytes, this.at, this.at + 3))?.[0];
    if (octal !== undefined) {
      found.push(Number.parseInt(octal, 8) & 0xff);
      this.at += octal.length;
      return;
    }
    found.push(ESCAPES[character] ?? this.peek());
    this.at++;
  }

  #hexadecimal(): Uint8Array {
    const start = ++this.at;
    while (this.peek() !== 0x3e) {
      if (this.peek() === -1) this.refuse('A string has no end');
      this.at++;
    }
    const digits = latin1(this.bytes, start, this.at).replace(/[\0\t\n\f\r ]+/g, '');
    if (!/^[0-9A-Fa-f]*$/.test(digits)) this.refuse('A hexadecimal string is not well formed');
    this.at++;
    return new Uint8Array(Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex'));
  }

  #array(depth: number): PdfValue {
    const start = this.at++;
    const items: PdfValue[] = [];
    for (;;) {
      this.skipBlank();
      if (this.peek() === 0x5d) {
        this.at++;
        return { kind: 'array', items, start, end: this.at };
      }
      items.push(this.value(depth + 1));
    }
  }

  #dictionary(depth: number): PdfDictionary {
    const start = this.at;
    this.at += 2;
    const entries = new Map<string, PdfValue>();
    const keys = new Map<string, number>();
    for (;;) {
      this.skipBlank();
      if (this.startsWith('>>')) {
        this.at += 2;
        return { kind: 'dictionary', entries, keys, start, end: this.at };
      }
      const keyStart = this.at;
      if (this.peek() !== 0x2f) this.refuse('A key is expected');
      const key = this.#name();
      // Readers differ in which of two they take: one shows what another has checked.
      if (entries.has(key)) this.refuse('A dictionary has the same key twice');
      keys.set(key, keyStart);
      entries.set(key, this.value(depth + 1));
    }
  }
}

export const latin1 = (bytes: Uint8Array, start = 0, end = bytes.length): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.max(0, Math.min(end, bytes.length) - start)).toString(
    'latin1',
  );

export const isDictionary = (value: PdfValue | undefined): value is PdfDictionary => value?.kind === 'dictionary';

/** The entry's name, or undefined where it is absent or no name. */
export function nameIn(dictionary: PdfDictionary, key: string): string | undefined {
  const value = dictionary.entries.get(key);
  return value?.kind === 'name' ? value.name : undefined;
}

export const textIn = (dictionary: PdfDictionary, key: string): string | undefined =>
  textOf(dictionary.entries.get(key));

/** A string's text (section 7.9.2.2): UTF-16 or UTF-8 with its mark, else read as Latin-1, which covers our own. */
export function textOf(value: PdfValue | undefined): string | undefined {
  if (value?.kind !== 'string') return undefined;
  const { bytes } = value;
  if (bytes[0] === 0xfe && bytes[1] === 0xff && bytes.length % 2 === 0)
    return Buffer.from(bytes.subarray(2)).swap16().toString('utf16le');
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    return Buffer.from(bytes.subarray(3)).toString('utf8');
  return latin1(bytes);
}

/** A text string as written: plain where it is printable ASCII, else UTF-16 with the high byte first. */
export function writeText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return `(${text.replace(/[()\\]/g, '\\$&')})`;
  return `<FEFF${Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase()}>`;
}

/** A PDF date (ISO 32000-2 section 7.9.4) with its seconds and its offset from UTC. */
export function dateIn(text: string | undefined): Date | undefined {
  const match = /^D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z(?:00'00'?)?|([+-])(\d\d)'(\d\d)'?)$/.exec(text ?? '');
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, sign, offsetHours = '00', offsetMinutes = '00'] = match;
  const offset = sign === undefined ? 'Z' : `${sign}${offsetHours}:${offsetMinutes}`;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
