/**
 * Distinguished encoding (ITU-T X.690 sections 8 and 10): of all encodings of a value the only one allowed in a PAdES
 * signature. The reader of the ASN.1 library takes the looser BER as well, in which bytes can be changed without
 * changing the value; so a signature is looked at here before it is read there.
 */

/** Deeper than any certificate; what is nested further was made to exhaust the reader. */
const MAX_DEPTH = 32;

/** Tag, where the content lies, and where the next element begins. */
export interface Element {
  readonly tag: number;
  readonly start: number;
  readonly contentStart: number;
  readonly end: number;
}

/** The element at `start`, or undefined where there is none in distinguished encoding before `limit`. */
export function elementAt(bytes: Uint8Array, start: number, limit: number): Element | undefined {
  const tag = bytes[start];
  const first = bytes[start + 1];
  // Tag numbers above 30 occur nowhere in certificates and signatures.
  if (tag === undefined || first === undefined || start + 2 > limit || (tag & 0x1f) === 0x1f) return undefined;
  if (first < 0x80) {
    const end = start + 2 + first;
    return end <= limit ? { tag, start, contentStart: start + 2, end } : undefined;
  }
  const count = first & 0x7f;
  if (count === 0 || count > 4 || start + 2 + count > limit) return undefined;
  let length = 0;
  for (let index = 0; index < count; index++) length = length * 256 + (bytes[start + 2 + index] ?? 0);
  const shortest = length < 0x80 ? 0 : length < 0x1_00 ? 1 : length < 0x1_00_00 ? 2 : length < 0x1_00_00_00 ? 3 : 4;
  const end = start + 2 + count + length;
  return count === shortest && end <= limit ? { tag, start, contentStart: start + 2 + count, end } : undefined;
}

/** The elements inside a constructed one, or undefined where they do not fill it exactly. */
export function childrenOf(bytes: Uint8Array, parent: Element): Element[] | undefined {
  const found: Element[] = [];
  for (let at = parent.contentStart; at < parent.end; ) {
    const child = elementAt(bytes, at, parent.end);
    if (child === undefined) return undefined;
    found.push(child);
    at = child.end;
  }
  return found;
}

/** Whether the bytes are one element in distinguished encoding, down to the leaves. */
export function isDistinguished(bytes: Uint8Array): boolean {
  const root = elementAt(bytes, 0, bytes.length);
  return root !== undefined && root.end === bytes.length && isSound(bytes, root, 0);
}

const BOOLEAN = 0x01;
const INTEGER = 0x02;
const NULL = 0x05;
const SET = 0x31;
const CONSTRUCTED = 0x20;

function isSound(bytes: Uint8Array, element: Element, depth: number): boolean {
  const { tag, contentStart, end } = element;
  if (depth > MAX_DEPTH) return false;
  if ((tag & CONSTRUCTED) === 0) {
    const length = end - contentStart;
    const first = bytes[contentStart] ?? 0;
    if (tag === BOOLEAN) return length === 1 && (first === 0 || first === 0xff);
    if (tag === NULL) return length === 0;
    if (tag === INTEGER) {
      const second = bytes[contentStart + 1] ?? 0;
      return length === 1 || (length > 1 && !(first === 0 && second < 0x80) && !(first === 0xff && second >= 0x80));
    }
    // Universal types that are constructed by nature: SEQUENCE and SET.
    return tag !== 0x10 && tag !== 0x11;
  }
  const universal = tag < 0x40;
  if (universal && tag !== 0x30 && tag !== SET) return false;
  const children = childrenOf(bytes, element);
  return (
    children !== undefined &&
    (tag !== SET || isSorted(bytes, children)) &&
    children.every((child) => isSound(bytes, child, depth + 1))
  );
}

/** Whether the members of a SET OF stand in ascending order of their encodings (X.690 section 11.6). */
export const isSorted = (bytes: Uint8Array, members: readonly Element[]): boolean =>
  members.every((member, index) => {
    const before = members[index - 1];
    return (
      before === undefined ||
      Buffer.compare(bytes.subarray(before.start, before.end), bytes.subarray(member.start, member.end)) <= 0
    );
  });

/** Encodings of a SET OF in the order X.690 section 11.6 asks for. */
export const inSetOrder = (encodings: readonly Uint8Array[]): Uint8Array[] => [...encodings].sort(Buffer.compare);
