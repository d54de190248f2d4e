/**
 * HL7 v2.5.1 messages as text (ANSI/HL7 V2.5.1 chapter 2): segments, fields, repetitions, components, subcomponents, escape
 * sequences. A refusal names segment and field and repeats no value.
 */
import { type Fault, fault } from '../../foundation/fault.ts';
import { ok, type Result, refused } from '../../foundation/result.ts';

export interface Delimiters {
  readonly field: string;
  readonly component: string;
  readonly repetition: string;
  readonly escape: string;
  readonly subcomponent: string;
}

/** Repetitions of components of subcomponents; a field that is empty is `[[['']]]`. */
export type Hl7Field = readonly (readonly (readonly string[])[])[];

export interface Hl7Segment {
  readonly name: string;
  /** Field n of the segment at index n − 1; of MSH, field 1 and 2 are the delimiters themselves. */
  readonly fields: readonly Hl7Field[];
}

export interface Hl7Message {
  readonly segments: readonly Hl7Segment[];
}

const TEXT_LIMIT = 96 * 1024 * 1024;
const SEGMENT_LIMIT = 100_000;
const REMEDY = 'Ask the interface engine for a message of HL7 v2.5.1.';
const wrong = (message: string, place: { line?: number; field?: string } = {}): Fault =>
  fault('field-invalid', message, REMEDY, place);

/** @param text one message without MLLP's frame; segments end with CR, LF or both */
export function parseHl7(text: string): Result<Hl7Message> {
  if (text.trim() === '') return refused(fault('file-empty', 'The message is empty.', REMEDY));
  if (text.length > TEXT_LIMIT)
    return refused(fault('file-too-large', 'The message is larger than any real one.', REMEDY));
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  while (lines.at(-1) === '') lines.pop();
  if (lines.length > SEGMENT_LIMIT)
    return refused(fault('file-too-large', 'The message has too many segments.', REMEDY));
  const [head = ''] = lines;
  const read = delimitersOf(head);
  if (!read.ok) return read;
  const delimiters = read.value;
  const segments: Hl7Segment[] = [];
  for (const [index, line] of lines.entries()) {
    const name = line.slice(0, 3);
    if (!/^[A-Z][A-Z0-9]{2}$/.test(name))
      return refused(wrong('The line begins with no name of a segment.', { line: index + 1 }));
    if (index > 0 && name === 'MSH')
      return refused(wrong('A second message begins here.', { line: index + 1, field: 'MSH' }));
    if (line.length > 3 && line[3] !== delimiters.field)
      return refused(
        wrong('The segment is not parted by the separator that MSH names.', { line: index + 1, field: name }),
      );
    if (/(?!\t)\p{Cc}/u.test(line))
      return refused(wrong('A control character stands in the segment.', { line: index + 1, field: name }));
    const raw = line.slice(4).split(delimiters.field);
    const fields =
      index === 0
        ? [
            [[[delimiters.field]]],
            [[[head.slice(4, head.indexOf(delimiters.field, 4) < 0 ? undefined : head.indexOf(delimiters.field, 4))]]],
            ...raw.slice(1).map((field) => fieldOf(field, delimiters)),
          ]
        : raw.map((field) => fieldOf(field, delimiters));
    segments.push({ name, fields });
  }
  return ok({ segments });
}

function delimitersOf(head: string): Result<Delimiters> {
  if (!head.startsWith('MSH')) return refused(wrong('The message does not begin with MSH.', { line: 1, field: 'MSH' }));
  const field = head[3];
  const end = field === undefined ? -1 : head.indexOf(field, 4);
  const characters = head.slice(4, end < 0 ? undefined : end);
  const [component, repetition, mark, subcomponent] = characters;
  if (
    field === undefined ||
    component === undefined ||
    repetition === undefined ||
    mark === undefined ||
    subcomponent === undefined ||
    characters.length > 5
  )
    return refused(wrong('Four encoding characters are expected.', { line: 1, field: 'MSH-2' }));
  const all = [field, ...characters];
  if (new Set(all).size !== all.length || all.some((one) => /[\p{L}\p{N}\s\p{Cc}]/u.test(one)))
    return refused(wrong('The separators are not five different marks.', { line: 1, field: 'MSH-2' }));
  return ok({ field, component, repetition, escape: mark, subcomponent });
}

const fieldOf = (raw: string, { repetition, component, subcomponent, ...rest }: Delimiters): Hl7Field =>
  raw
    .split(repetition)
    .map((one) =>
      one
        .split(component)
        .map((part) =>
          part.split(subcomponent).map((text) => unescaped(text, { repetition, component, subcomponent, ...rest })),
        ),
    );

/** Chapter 2.7: delimiters, hexadecimal data as UTF-8, line break; highlighting is dropped, what is not known stays. */
function unescaped(text: string, d: Delimiters): string {
  if (!text.includes(d.escape)) return text;
  const marks: Readonly<Record<string, string>> = {
    F: d.field,
    S: d.component,
    T: d.subcomponent,
    R: d.repetition,
    E: d.escape,
    '.br': '\n',
    H: '',
    N: '',
  };
  let out = '';
  for (let at = 0; at < text.length; ) {
    const end = text[at] === d.escape ? text.indexOf(d.escape, at + 1) : -1;
    if (end < 0) {
      out += text[at];
      at += 1;
      continue;
    }
    const word = text.slice(at + 1, end);
    const hex = /^X((?:[0-9A-Fa-f]{2})+)$/.exec(word)?.[1];
    if (Object.hasOwn(marks, word)) out += marks[word];
    else if (hex !== undefined) out += fromHex(hex);
    else {
      // Not an escape sequence: the mark stands for itself, and what follows is looked at again.
      out += d.escape;
      at += 1;
      continue;
    }
    at = end + 1;
  }
  return out;
}

const fromHex = (hex: string): string =>
  decodeBytes(Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));

/** UTF-8 where it is, else one character a byte: no byte is lost. */
function decodeBytes(bytes: Uint8Array): string {
  const text = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  try {
    return decodeURIComponent(text);
  } catch {
    return String.fromCharCode(...bytes);
  }
}

/** Text as it may stand in a field. */
export function escaped(text: string): string {
  const marks: Readonly<Record<string, string>> = {
    '\\': '\\E\\',
    '|': '\\F\\',
    '^': '\\S\\',
    '&': '\\T\\',
    '~': '\\R\\',
    '\n': '\\.br\\',
  };
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\\|^&~\n]/g, (mark) => marks[mark] ?? mark)
    .replace(/\p{Cc}/gu, (unit) =>
      [...encodeURIComponent(unit).replace(/%/g, '')].join('').replace(/^(.+)$/, '\\X$1\\'),
    );
}

/** A message by the standard's own delimiters; each segment ends with CR. */
export const writeHl7 = ({ segments }: Hl7Message): string =>
  segments
    .map(({ name, fields }) => {
      const texts = fields.map(fieldText);
      const body = name === 'MSH' ? ['^~\\&', ...texts.slice(2)] : texts;
      return `${[name, ...body].join('|').replace(/\|+$/, '')}\r`;
    })
    .join('');

const fieldText = (field: Hl7Field): string =>
  field
    .map((repetition) =>
      trimmed(
        repetition.map((component) => trimmed(component.map(escaped), '&')),
        '^',
      ),
    )
    .join('~');

const trimmed = (parts: readonly string[], mark: string): string => {
  let end = parts.length;
  while (end > 1 && parts[end - 1] === '') end -= 1;
  return parts.slice(0, end).join(mark);
};

/** One plain value. */
export const text = (value: string | number | undefined): Hl7Field => [[[value === undefined ? '' : String(value)]]];
/** Components of one repetition. */
export const parts = (...values: (string | undefined)[]): Hl7Field => [values.map((value) => [value ?? ''])];

/** `PID-5.1`: first repetition, first subcomponent; empty where it is not there. */
export function valueAt({ segments }: Hl7Message, name: string, field: number, component = 1): string {
  return segments.find((segment) => segment.name === name)?.fields[field - 1]?.[0]?.[component - 1]?.[0] ?? '';
}

const CHARSETS: Readonly<Record<string, string>> = {
  '': 'utf-8',
  ASCII: 'utf-8',
  'UNICODE UTF-8': 'utf-8',
  '8859/1': 'windows-1252',
  '8859/15': 'iso-8859-15',
};

/** Name of the encoding that MSH-18 asks for, as TextDecoder knows it; undefined where it is not read here. */
export function charsetOf(head: string): string | undefined {
  const named =
    head
      .split(/[\r\n]/)[0]
      ?.split(head[3] ?? '|')[17]
      ?.split(/[~^]/)[0]
      ?.trim()
      .toUpperCase() ?? '';
  return Object.hasOwn(CHARSETS, named) ? CHARSETS[named] : undefined;
}
