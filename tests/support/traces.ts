/** Looks for words in files as they may lie there: in clear, in other encodings, and inside packed streams. */
import { constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

/** Base64 of a word at each of the three places it may have in the text, without what its neighbours decide. */
function base64Of(word: string): string[] {
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before, 'x'), Buffer.from(word)]).toString('base64');
    const first = Math.ceil((before * 8) / 6);
    const last = Math.floor(((before + Buffer.byteLength(word)) * 8) / 6);
    return text.slice(first, last);
  });
}

export function formsOf(word: string): [form: string, needle: Buffer][] {
  const wide = Buffer.from(word, 'utf16le');
  return [
    ['UTF-8', Buffer.from(word)],
    ['UTF-16', wide],
    ['UTF-16 big endian', Buffer.from(wide).swap16()],
    ['hexadecimal', Buffer.from(Buffer.from(word).toString('hex'))],
    ['hexadecimal, large', Buffer.from(Buffer.from(word).toString('hex').toUpperCase())],
    ...base64Of(word).map((text, at): [string, Buffer] => [`base64 at ${at}`, Buffer.from(text)]),
  ];
}

const LARGEST_STREAM = 1 << 26;

/** Whatever can be unpacked at any place of the bytes: zlib, gzip, and the members of zip archives. */
function* streamsIn(bytes: Buffer): Generator<Buffer> {
  const options = { maxOutputLength: LARGEST_STREAM, finishFlush: constants.Z_SYNC_FLUSH };
  for (let at = 0; at < bytes.length - 2; at += 1) {
    const [first, second = 0] = [bytes[at], bytes[at + 1]];
    const isZlib = first === 0x78 && (second === 0x01 || second === 0x5e || second === 0x9c || second === 0xda);
    const isGzip = first === 0x1f && second === 0x8b;
    const isZip = first === 0x50 && second === 0x4b && bytes[at + 2] === 3;
    if (!isZlib && !isGzip && !isZip) continue;
    try {
      if (isZlib) yield inflateSync(bytes.subarray(at), options);
      else if (isGzip) yield gunzipSync(bytes.subarray(at), options);
      else {
        const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
        yield inflateRawSync(bytes.subarray(start), options);
      }
    } catch {
      // Bytes that only look like the beginning of a stream.
    }
  }
}

/** The forms in which a word stands in the bytes, or in what is packed inside them, one level deep. */
export function formsIn(bytes: Buffer, word: string): string[] {
  const forms = formsOf(word);
  const found = new Set<string>();
  for (const [form, needle] of forms) if (bytes.includes(needle)) found.add(form);
  for (const stream of streamsIn(bytes))
    for (const [form, needle] of forms) if (stream.includes(needle)) found.add(`${form}, packed`);
  return [...found];
}
