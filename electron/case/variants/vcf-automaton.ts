/**
 * Automata that recognise a column of a row in its plain form: one step a byte and no question about it, where a walk
 * from value to value asks at each end what comes next. What an automaton takes, the scanner's slower walk takes too;
 * what it does not take, that walk looks at and says what is wrong, or that it was only unusual.
 */
import { type Field, Kind, PER_ALLELE, PER_ALTERNATE, PER_GENOTYPE, UNKNOWN } from './vcf-field.ts';

/** Classes of bytes. Those of numbers and separators come first: what is asked most lies in one line of the cache. */
const COMMA = 10;
const SEPARATOR = 11;
const DOT = 12;
const END = 13;
const EQUALS = 14;
const MINUS = 15;
const PLUS = 16;
const SMALL_E = 17;
const CAPITAL_E = 18;
/** TAB, LF and CR end a column; no column holds the other bytes up to CR. */
const CONTROL = 19;
/** All else, which only text may hold; the letters of keys get classes of their own. */
const OTHER = 20;
const FIRST_LETTER = 21;
const CLASSES = 64;

const ZERO = 48;
const CR = 13;

/** States are places in the table of moves. */
const REFUSED = 0;
const TAKEN = CLASSES;
const MOST_STATES = 2048;
/** Longer lists are rare, and every number of theirs would need its own states. */
const MOST_VALUES = 16;
const MOST_DIGITS = 9;

/** Columns after which it is seen whether an automaton is of use for this file. */
const TRIAL = 1024;

/** What the counts of values hang on. */
export interface Counts {
  /** Alternates of the row; 0 where ALT is missing, whose counts are not asked. */
  readonly alternates: number;
  /** Alleles of the sample's genotype; 0 where that is not known, or the column is INFO. */
  readonly ploidy: number;
}

/** How many values a field must have; undefined where any number will do. */
function wanted({ number }: Field, { alternates, ploidy }: Counts): number | undefined {
  if (number >= 0) return number;
  if (number === UNKNOWN || alternates === 0) return undefined;
  if (number === PER_ALTERNATE) return alternates;
  if (number === PER_ALLELE) return alternates + 1;
  if (number !== PER_GENOTYPE || ploidy === 0 || ploidy > 2) return undefined;
  return ploidy === 1 ? alternates + 1 : ((alternates + 1) * (alternates + 2)) / 2;
}

export class Automaton {
  begin = REFUSED;
  readonly #classes = new Uint8Array(256).fill(OTHER);
  #moves = new Int32Array(64 * CLASSES);
  #size = TAKEN + CLASSES;
  #letters = FIRST_LETTER;
  #walks = 0;
  #taken = 0;
  #gaveUp = false;

  constructor(separator: string) {
    const classes = this.#classes;
    classes.fill(CONTROL, 0, CR + 1);
    for (const end of '\t\n\r') classes[end.charCodeAt(0)] = END;
    for (let digit = 0; digit < 10; digit++) classes[ZERO + digit] = digit;
    for (const [letter, is] of [
      [',', COMMA],
      ['.', DOT],
      ['=', EQUALS],
      ['-', MINUS],
      ['+', PLUS],
      ['e', SMALL_E],
      ['E', CAPITAL_E],
      [separator, SEPARATOR],
    ] as const)
      classes[letter.charCodeAt(0)] = is;
  }

  /** No state can be added, or none is worth it. */
  get isDone(): boolean {
    return this.#gaveUp || this.#size === MOST_STATES * CLASSES;
  }

  /** @returns where the column that begins at `at` ends; -1 where the slower walk must look */
  walk(bytes: Uint8Array, at: number): number {
    if (this.#gaveUp) return -1;
    const moves = this.#moves;
    const classes = this.#classes;
    let state = this.begin;
    let next = at;
    do {
      state = moves[state + (classes[bytes[next] as number] as number)] as number;
      next += 1;
    } while (state > TAKEN);
    this.#walks += 1;
    if (state === TAKEN) {
      this.#taken += 1;
      return next - 1;
    }
    if (this.#walks > TRIAL && this.#taken * 2 < this.#walks) this.#gaveUp = true;
    return -1;
  }

  /** A new state, which refuses all; REFUSED itself where there is no more room, so that what leads there is refused. */
  state(): number {
    const state = this.#size;
    if (state === MOST_STATES * CLASSES) return REFUSED;
    this.#size += CLASSES;
    if (this.#size > this.#moves.length) {
      const larger = new Int32Array(this.#moves.length * 2);
      larger.set(this.#moves);
      this.#moves = larger;
    }
    return state;
  }

  move(from: number, by: number, to: number): void {
    if (from !== REFUSED) this.#moves[from + by] = to;
  }

  /** Makes a state one that the column may end in, or go on to what follows on its separator. */
  closes(state: number, after: number): void {
    this.move(state, SEPARATOR, after);
    this.move(state, END, TAKEN);
  }

  ends(state: number): void {
    this.move(state, END, TAKEN);
  }

  equals(state: number, to: number): void {
    this.move(state, EQUALS, to);
  }

  /** The state that a letter of a key leads to; REFUSED where no class is left for the letter. */
  letter(from: number, byte: number): number {
    if (from === REFUSED) return REFUSED;
    if (this.#classes[byte] === OTHER) {
      if (this.#letters === CLASSES) return REFUSED;
      this.#classes[byte] = this.#letters++;
    }
    const by = this.#classes[byte] as number;
    const known = this.#moves[from + by] as number;
    if (known !== REFUSED) return known;
    const to = this.state();
    this.move(from, by, to);
    return to;
  }

  /** The state that a field's value begins in; `after` is where its separator leads. */
  value(field: Field, counts: Counts, after: number): number {
    switch (field.kind) {
      case Kind.text:
      case Kind.flag:
        return this.#text(after);
      case Kind.integer:
      case Kind.float: {
        const count = wanted(field, counts);
        if (count === 0 || (count ?? 0) > MOST_VALUES) return REFUSED;
        return this.#list(field, count, after);
      }
      default:
        return REFUSED;
    }
  }

  #text(after: number): number {
    const text = this.state();
    for (let by = 0; by < CLASSES; by++) if (by !== CONTROL) this.move(text, by, text);
    this.closes(text, after);
    return text;
  }

  #list(field: Field, count: number | undefined, after: number): number {
    if (count === undefined) {
      const again = this.state();
      const first = this.state();
      for (const begin of [again, first]) this.#number(field, begin, again, after, true);
      return first;
    }
    let begin = REFUSED;
    for (let left = 1; left <= count; left++) {
      const behindComma = begin;
      begin = this.state();
      this.#number(field, begin, behindComma, left === 1 ? after : undefined, left === count, after);
    }
    return begin;
  }

  /**
   * One number of a list. `after` is absent where another number must follow; a full stop is a missing number, and alone
   * in its list it stands for all of it.
   */
  #number(
    field: Field,
    begin: number,
    behindComma: number,
    after: number | undefined,
    isFirst: boolean,
    afterAll = after,
  ): void {
    const close = (state: number): void => {
      if (behindComma !== REFUSED) this.move(state, COMMA, behindComma);
      if (after !== undefined) this.closes(state, after);
    };
    const missing = this.state();
    this.move(begin, DOT, missing);
    close(missing);
    if (isFirst && afterAll !== undefined) this.closes(missing, afterAll);
    const whole = this.#digits(begin, field.kind === Kind.integer ? MOST_DIGITS : 1, close);
    const signed = field.nonNegative ? REFUSED : this.state();
    if (signed !== REFUSED) this.move(begin, MINUS, signed);
    this.#onDigit(signed, whole);
    if (field.kind === Kind.integer) return;
    this.#onDigit(whole, whole);
    const fraction = this.state();
    this.move(whole, DOT, fraction);
    this.#onDigit(missing, fraction);
    this.#onDigit(fraction, fraction);
    if (signed !== REFUSED) {
      const point = this.state();
      this.move(signed, DOT, point);
      this.#onDigit(point, fraction);
    }
    close(fraction);
    const exponent = this.state();
    for (const state of [whole, fraction]) for (const e of [SMALL_E, CAPITAL_E]) this.move(state, e, exponent);
    const power = this.#digits(exponent, 1, close);
    this.#onDigit(power, power);
    const signedExponent = this.state();
    for (const sign of [MINUS, PLUS]) this.move(exponent, sign, signedExponent);
    this.#onDigit(signedExponent, power);
  }

  #onDigit(from: number, to: number): void {
    for (let digit = 0; digit < 10; digit++) this.move(from, digit, to);
  }

  /** Up to `most` digits. @returns the state behind the first */
  #digits(from: number, most: number, close: (state: number) => void): number {
    let before = from;
    let first = REFUSED;
    for (let digits = 0; digits < most; digits++) {
      const state = this.state();
      if (digits === 0) first = state;
      this.#onDigit(before, state);
      close(state);
      before = state;
    }
    return first;
  }
}

/** The values of a sample under one FORMAT; of its genotype only what comes behind it. */
export function sampleAutomaton(fields: readonly Field[], counts: Counts): Automaton {
  const automaton = new Automaton(':');
  const first = fields[0]?.kind === Kind.genotype ? 1 : 0;
  let begin = REFUSED;
  for (let key = fields.length - 1; key >= first; key--) begin = automaton.value(fields[key] as Field, counts, begin);
  if (first === 0) automaton.begin = begin;
  else {
    automaton.begin = automaton.state();
    automaton.closes(automaton.begin, begin);
  }
  return automaton;
}

/** Rows in a row that taught nothing new, after which there is nothing more to learn. */
const PATIENCE = 256;

/**
 * The entries of INFO in the order that the rows of a file have them. Which entry follows on which is learned from the
 * rows that the slower walk has read. An order that would lead back to an entry is not learned: no key is taken twice.
 */
export class InfoAutomaton {
  readonly #automaton = new Automaton(';');
  readonly #counts: Counts;
  readonly #entries = new Map<Field, number>();
  readonly #values = new Map<Field, number>();
  readonly #followers = new Map<Field | undefined, Set<Field>>();
  #patience = PATIENCE;

  constructor(alternates: number) {
    this.#counts = { alternates, ploidy: 0 };
    this.#automaton.begin = this.#automaton.state();
  }

  /** @returns where the column that begins at `at` ends; -1 where the slower walk must look */
  walk(bytes: Uint8Array, at: number): number {
    return this.#automaton.walk(bytes, at);
  }

  get learns(): boolean {
    return this.#patience > 0 && !this.#automaton.isDone;
  }

  /** Takes the entries of a row, in their order, that the slower walk has read. */
  learn(fields: readonly Field[]): void {
    let news = false;
    let before: Field | undefined;
    for (const field of fields) {
      if (this.#follows(before, field)) news = true;
      before = field;
    }
    this.#patience = news ? PATIENCE : this.#patience - 1;
  }

  #follows(before: Field | undefined, field: Field): boolean {
    const followers = this.#followers.get(before) ?? new Set();
    if (followers.has(field) || this.#leads(field, before)) return false;
    this.#followers.set(before, followers.add(field));
    const automaton = this.#automaton;
    let state = before === undefined ? automaton.begin : this.#entry(before);
    for (const byte of field.bytes) state = automaton.letter(state, byte);
    automaton.closes(state, this.#entry(field));
    if (field.kind !== Kind.flag) automaton.equals(state, this.#value(field));
    return true;
  }

  #leads(from: Field, to: Field | undefined): boolean {
    if (to === undefined) return false;
    const seen = new Set([from]);
    for (const field of seen) {
      if (field === to) return true;
      for (const next of this.#followers.get(field) ?? []) seen.add(next);
    }
    return false;
  }

  /** The state behind the semicolon of an entry, which may be the last sign of the column. */
  #entry(field: Field): number {
    let entry = this.#entries.get(field);
    if (entry === undefined) {
      entry = this.#automaton.state();
      this.#automaton.ends(entry);
      this.#entries.set(field, entry);
    }
    return entry;
  }

  #value(field: Field): number {
    let value = this.#values.get(field);
    if (value === undefined) {
      value = this.#automaton.value(field, this.#counts, this.#entry(field));
      this.#values.set(field, value);
    }
    return value;
  }
}
