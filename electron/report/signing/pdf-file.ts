import { isDictionary, type PdfDictionary, PdfReader, PdfRefused, type PdfValue } from './pdf-syntax.ts';

/** An indirect object and the bytes from its number to `endobj`. */
export interface PdfObject {
  readonly number: number;
  readonly generation: number;
  readonly start: number;
  readonly end: number;
  readonly value: PdfValue;
  readonly stream: { readonly start: number; readonly end: number } | undefined;
}

/** One writing of the file: body, cross-reference table, trailer, `%%EOF`. */
export interface PdfRevision {
  readonly start: number;
  /** After the line end behind `%%EOF`. */
  readonly end: number;
  readonly objects: readonly PdfObject[];
  readonly freed: readonly number[];
  readonly trailer: PdfDictionary;
  readonly xrefStart: number;
}

export interface PdfFile {
  readonly bytes: Uint8Array;
  readonly revisions: readonly PdfRevision[];
  /** Object numbers as the last revision has them. */
  readonly current: ReadonlyMap<number, PdfObject>;
  readonly trailer: PdfDictionary;
}

const MOST_OBJECTS = 500_000;
const MOST_REVISIONS = 100;

/**
 * Reads the file from its first byte to its last, so that nothing in it stays unseen: every byte belongs to an object,
 * a table, a trailer or the blank between them; every object is listed once in its revision's table, every entry points
 * at its object. Takes classic cross-reference tables, as reports have them, and no others. Throws PdfRefused.
 */
export function readPdf(bytes: Uint8Array): PdfFile {
  const reader = new PdfReader(bytes);
  if (!reader.startsWith('%PDF-')) throw new PdfRefused('The file is not a PDF');
  const revisions: PdfRevision[] = [];
  const current = new Map<number, PdfObject>();
  while (reader.at < bytes.length) {
    if (revisions.length >= MOST_REVISIONS) reader.refuse('There are too many revisions');
    const revision = readRevision(reader, revisions.at(-1));
    revisions.push(revision);
    for (const number of revision.freed) current.delete(number);
    for (const object of revision.objects) current.set(object.number, object);
  }
  const trailer = revisions.at(-1)?.trailer;
  if (trailer === undefined) throw new PdfRefused('The file has no trailer');
  return { bytes, revisions, current, trailer };
}

/** What a reference leads to, or the value itself; undefined where it leads nowhere. */
export function resolve(file: PdfFile, value: PdfValue | undefined): PdfValue | undefined {
  if (value?.kind !== 'reference') return value;
  const object = file.current.get(value.object);
  // A reference to a reference is not allowed (section 7.3.10) and could go in circles.
  return object === undefined || object.generation !== value.generation || object.value.kind === 'reference'
    ? undefined
    : object.value;
}

export function resolveDictionary(file: PdfFile, value: PdfValue | undefined): PdfDictionary | undefined {
  const found = resolve(file, value);
  return isDictionary(found) ? found : undefined;
}

function readRevision(reader: PdfReader, former: PdfRevision | undefined): PdfRevision {
  const start = reader.at;
  const objects = new Map<number, PdfObject>();
  const lengths: { object: number; generation: number; length: number }[] = [];
  reader.skipBlank();
  while (reader.peek() >= 0x30 && reader.peek() <= 0x39) {
    const object = readObject(reader, lengths);
    if (objects.has(object.number)) reader.refuse('An object stands twice in one revision');
    if (objects.size >= MOST_OBJECTS) reader.refuse('There are too many objects');
    objects.set(object.number, object);
    reader.skipBlank();
  }
  const xrefStart = reader.at;
  const freed = readTable(reader, objects);
  reader.skipBlank();
  reader.expectKeyword('trailer');
  const trailer = reader.value();
  if (!isDictionary(trailer)) reader.refuse('The trailer is not a dictionary');
  checkTrailer(reader, trailer, former);
  reader.skipBlank();
  reader.expectKeyword('startxref');
  reader.skipBlank();
  if (reader.takeInteger() !== xrefStart) reader.refuse('startxref does not point at the table before it');
  if (!reader.takeLineEnd()) reader.refuse('A line end is expected');
  if (!reader.startsWith('%%EOF')) reader.refuse('"%%EOF" is expected');
  reader.at += '%%EOF'.length;
  if (!reader.takeLineEnd() && reader.peek() !== -1) reader.refuse('Something stands behind "%%EOF"');
  for (const { object, generation, length } of lengths) {
    const found = objects.get(object);
    if (found?.generation !== generation || found.value.kind !== 'number' || found.value.text !== String(length))
      reader.refuse('The length of a stream is not the one stated');
  }
  return { start, end: reader.at, objects: [...objects.values()], freed, trailer, xrefStart };
}

function readObject(reader: PdfReader, lengths: { object: number; generation: number; length: number }[]): PdfObject {
  const start = reader.at;
  const number = reader.takeInteger();
  reader.skipBlank();
  const generation = reader.takeInteger();
  reader.skipBlank();
  reader.expectKeyword('obj');
  const value = reader.value();
  reader.skipBlank();
  let stream: PdfObject['stream'];
  if (reader.takeKeyword('stream')) {
    if (!isDictionary(value)) reader.refuse('A stream has no dictionary');
    stream = readStream(reader, value, lengths);
    reader.skipBlank();
  }
  reader.expectKeyword('endobj');
  return { number, generation, start, end: reader.at, value, stream };
}

function readStream(
  reader: PdfReader,
  dictionary: PdfDictionary,
  lengths: { object: number; generation: number; length: number }[],
): { start: number; end: number } {
  if (dictionary.entries.get('Type')?.kind === 'name') {
    const type = dictionary.entries.get('Type');
    if (type?.kind === 'name' && (type.name === 'XRef' || type.name === 'ObjStm'))
      reader.refuse('Cross-reference and object streams are not read here (reports have none)');
  }
  if (!reader.takeLineEnd()) reader.refuse('A line end is expected');
  const start = reader.at;
  const stated = dictionary.entries.get('Length');
  if (stated?.kind === 'number' && /^\d{1,10}$/.test(stated.text)) {
    reader.at = start + Number(stated.text);
    if (reader.at > reader.bytes.length) reader.refuse('A stream ends behind the file');
  } else if (stated?.kind === 'reference') {
    // The length may stand later in the file: look for the end now, compare when the revision is read.
    const end = Buffer.from(reader.bytes.buffer, reader.bytes.byteOffset, reader.bytes.length).indexOf(
      'endstream',
      start,
      'latin1',
    );
    if (end === -1) reader.refuse('A stream has no end');
    const lineEnd = reader.bytes[end - 1] === 0x0a ? (reader.bytes[end - 2] === 0x0d ? 2 : 1) : 0;
    reader.at = end - lineEnd;
    lengths.push({ object: stated.object, generation: stated.generation, length: reader.at - start });
  } else reader.refuse('The length of a stream is not stated');
  const end = reader.at;
  reader.takeLineEnd();
  reader.expectKeyword('endstream');
  return { start, end };
}

/** The classic table (section 7.5.4). Gives the numbers it frees. */
function readTable(reader: PdfReader, objects: ReadonlyMap<number, PdfObject>): number[] {
  reader.expectKeyword('xref');
  if (!reader.takeLineEnd()) reader.refuse('A line end is expected');
  const freed: number[] = [];
  const listed = new Set<number>();
  while (reader.peek() >= 0x30 && reader.peek() <= 0x39) {
    const first = reader.takeInteger();
    if (reader.peek() !== 0x20) reader.refuse('A table section is not well formed');
    reader.at++;
    const count = reader.takeInteger();
    while (reader.peek() === 0x20) reader.at++;
    if (!reader.takeLineEnd()) reader.refuse('A line end is expected');
    if (count > MOST_OBJECTS) reader.refuse('A table section is too long');
    for (let index = 0; index < count; index++) {
      const entry = Buffer.from(reader.bytes.subarray(reader.at, reader.at + 20)).toString('latin1');
      const match = /^(\d{10}) (\d{5}) ([nf])(?: \n| \r|\r\n)$/.exec(entry);
      if (match === null) reader.refuse('A table entry is not well formed');
      const number = first + index;
      if (listed.has(number)) reader.refuse('An object is listed twice');
      listed.add(number);
      if (match[3] === 'n') {
        const object = objects.get(number);
        if (object?.start !== Number(match[1]) || object.generation !== Number(match[2]))
          reader.refuse('A table entry does not point at its object');
      } else if (objects.has(number)) reader.refuse('An object of this revision is listed as free');
      else if (number !== 0) freed.push(number);
      reader.at += 20;
    }
  }
  for (const number of objects.keys()) if (!listed.has(number)) reader.refuse('An object is listed nowhere');
  return freed;
}

function checkTrailer(reader: PdfReader, trailer: PdfDictionary, former: PdfRevision | undefined): void {
  if (trailer.entries.has('Encrypt')) reader.refuse('The file is encrypted');
  if (trailer.entries.has('XRefStm')) reader.refuse('The file has two kinds of tables');
  if (trailer.entries.get('Root')?.kind !== 'reference') reader.refuse('The trailer names no catalog');
  const previous = trailer.entries.get('Prev');
  const isRight =
    former === undefined
      ? previous === undefined
      : previous?.kind === 'number' && previous.text === String(former.xrefStart);
  if (!isRight) reader.refuse('The trailer does not follow the one before');
}
