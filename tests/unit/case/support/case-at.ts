import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { type OpenBundle, readBundle } from '../../../../electron/case/index.ts';
import { packBundle } from '../../../../electron/case/pack.ts';
import type { CaseFile, CaseRecord } from '../../../../shared/case/case-record.ts';
import type { VariantInterest } from '../../../../shared/case/variant-interest.ts';
import type { Fault } from '../../../../shared/foundation/fault.ts';
import type { Result } from '../../../../shared/foundation/result.ts';

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A small, sound record; fields given replace its own. */
export const recordOf = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  schemaVersion: '1.0',
  caseId: 'test-1',
  synthetic: true,
  patient: { pseudonym: 'Finch 12', sex: 'female', ageYears: 61 },
  diagnosis: { oncotreeCode: 'LUAD', name: 'Lung adenocarcinoma' },
  specimens: [{ id: 'T', kind: 'tissue', origin: 'primary' }],
  assays: [],
  question: 'Which therapy?',
  ...fields,
});

type AssayFields = Partial<CaseRecord['assays'][number]> & Pick<CaseRecord['assays'][number], 'modalities'>;
export const assayOf = (fields: AssayFields): CaseRecord['assays'][number] => ({
  id: 'A',
  name: 'Panel A',
  specimenId: 'T',
  scope: 'exome',
  ...fields,
});

/** The bytes of a bundle with these files beside case.json. */
export const bundleBytes = (
  record: Record<string, unknown>,
  files: Readonly<Record<string, Uint8Array | string>> = {},
): Uint8Array =>
  packBundle(String(record.caseId), [
    { path: 'case.json', bytes: bytesOf(JSON.stringify(record)) },
    ...Object.entries(files).map(([path, content]) => ({
      path,
      bytes: typeof content === 'string' ? bytesOf(content) : content,
    })),
  ]);

export async function opened(bytes: Uint8Array): Promise<OpenBundle> {
  const read = await readBundle(bytes);
  if (!read.ok) throw new Error(`${read.fault.code}: ${read.fault.message}`);
  return read.value;
}

/** A bundle of one assay and its files, opened. */
export const caseWith = (
  assays: CaseRecord['assays'],
  files: readonly (CaseFile & { readonly content: string | Uint8Array })[],
): Promise<OpenBundle> =>
  opened(
    bundleBytes(
      recordOf({ assays, files: files.map(({ content: _content, ...file }) => file) }),
      Object.fromEntries(files.map(({ path, content }) => [path, content])),
    ),
  );

export const faultOf = <Value>(result: Result<Value>): Fault => {
  if (result.ok) throw new Error('nothing was refused');
  return result.fault;
};

export const noInterest: VariantInterest = { genes: [], spans: { GRCh37: [], GRCh38: [] } };

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});
/** CRC-32 of its own, so that the reader's is not checked by itself. */
export const crcOf = (bytes: Uint8Array): number => {
  let c = 0xffffffff;
  for (const byte of bytes) c = (crcTable[(c ^ byte) & 255] ?? 0) ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
};

/** One member of a zip built byte by byte, with every field open to abuse. */
export interface RawMember {
  readonly name: string;
  readonly content?: Uint8Array | string;
  readonly deflate?: boolean;
  readonly flags?: number;
  readonly externalAttributes?: number;
  readonly extra?: Uint8Array;
  readonly localExtra?: Uint8Array;
  readonly localName?: string;
  readonly declaredSize?: number;
  readonly packed?: Uint8Array;
  readonly descriptor?: boolean;
  readonly gapAfter?: Uint8Array;
  readonly comment?: string;
  readonly localOffset?: number;
}

export function rawZip(
  members: readonly RawMember[],
  {
    prefix = new Uint8Array(0),
    suffix = new Uint8Array(0),
    comment = '',
    count = members.length,
  }: { prefix?: Uint8Array; suffix?: Uint8Array; comment?: string; count?: number } = {},
): Uint8Array {
  const parts: Uint8Array[] = [prefix];
  const central: Uint8Array[] = [];
  let at = prefix.length;
  const push = (part: Uint8Array): void => {
    parts.push(part);
    at += part.length;
  };
  for (const member of members) {
    const content =
      typeof member.content === 'string' ? bytesOf(member.content) : (member.content ?? new Uint8Array(0));
    const deflate = member.deflate ?? false;
    const packed = member.packed ?? (deflate ? new Uint8Array(deflateRawSync(content)) : content);
    const descriptor = member.descriptor ?? false;
    const flags = (member.flags ?? 0) | (descriptor ? 8 : 0);
    const size = member.declaredSize ?? content.length;
    const crc = crcOf(content);
    const name = bytesOf(member.name);
    const localName = bytesOf(member.localName ?? member.name);
    const localExtra = member.localExtra ?? new Uint8Array(0);
    const extra = member.extra ?? new Uint8Array(0);
    const remark = bytesOf(member.comment ?? '');
    const offset = member.localOffset ?? at;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(flags, 6);
    local.writeUInt16LE(deflate ? 8 : 0, 8);
    local.writeUInt16LE(0x21, 12);
    if (!descriptor) {
      local.writeUInt32LE(crc, 14);
      local.writeUInt32LE(packed.length, 18);
      local.writeUInt32LE(size, 22);
    }
    local.writeUInt16LE(localName.length, 26);
    local.writeUInt16LE(localExtra.length, 28);
    for (const part of [local, localName, localExtra, packed]) push(new Uint8Array(part));
    if (descriptor) {
      const behind = Buffer.alloc(16);
      behind.writeUInt32LE(0x08074b50, 0);
      behind.writeUInt32LE(crc, 4);
      behind.writeUInt32LE(packed.length, 8);
      behind.writeUInt32LE(size, 12);
      push(new Uint8Array(behind));
    }
    if (member.gapAfter !== undefined) push(member.gapAfter);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(20, 4);
    entry.writeUInt16LE(20, 6);
    entry.writeUInt16LE(flags, 8);
    entry.writeUInt16LE(deflate ? 8 : 0, 10);
    entry.writeUInt16LE(0x21, 14);
    entry.writeUInt32LE(crc, 16);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(size, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt16LE(extra.length, 30);
    entry.writeUInt16LE(remark.length, 32);
    entry.writeUInt32LE((member.externalAttributes ?? 0) >>> 0, 38);
    entry.writeUInt32LE(offset, 42);
    central.push(new Uint8Array(entry), name, extra, remark);
  }
  const start = at;
  for (const part of central) push(part);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(at - start, 12);
  end.writeUInt32LE(start, 16);
  end.writeUInt16LE(comment.length, 20);
  push(new Uint8Array(end));
  push(bytesOf(comment));
  push(suffix);
  return new Uint8Array(Buffer.concat(parts));
}

/** The members of a sound bag, for archives that other programs made. */
export function bagOf(
  record: Record<string, unknown>,
  files: Readonly<Record<string, string>> = {},
  changes: Readonly<Record<string, string | undefined>> = {},
): RawMember[] {
  const payload: Record<string, string> = { 'data/case.json': JSON.stringify(record) };
  for (const [path, content] of Object.entries(files)) payload[`data/${path}`] = content;
  const listed = (all: Record<string, string>): string =>
    Object.entries(all)
      .map(([path, content]) => `${sha256(content)}  ${path}\n`)
      .join('');
  const tags: Record<string, string> = {
    'bagit.txt': 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n',
    'bag-info.txt': 'Source-Organization: Elsewhere\n',
    'manifest-sha256.txt': listed(payload),
  };
  for (const [name, content] of Object.entries(changes))
    if (content !== undefined && !name.startsWith('data/') && name !== 'tagmanifest-sha256.txt') tags[name] = content;
  const all: Record<string, string | undefined> = {
    ...tags,
    'tagmanifest-sha256.txt': listed(tags),
    ...payload,
    ...changes,
  };
  return Object.entries(all).flatMap(([name, content]) => (content === undefined ? [] : [{ name, content }]));
}
