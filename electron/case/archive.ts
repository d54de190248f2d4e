/**
 * The zip around a bundle, read as hostile. yauzl reads the directory; what it leaves to its caller is checked here
 * before a byte is inflated: every local header equal to its directory entry, members side by side without gaps, nothing
 * before, between or behind them. Our own archives carry a seal besides, so that a changed byte is found wherever it is.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { crc32, createInflateRaw, type InflateRaw } from 'node:zlib';
import yauzl from 'yauzl';
import { memberIdentity, shownMember, unsafeMemberPath } from '../../shared/case/member-path.ts';
import { type FaultCode, FaultError, fault } from '../../shared/foundation/fault.ts';

/** Largest archive, in bytes: it is held in memory once. */
export const ARCHIVE_LIMIT = 2 ** 31 - 1;
/** Largest member and largest sum of members when inflated, in bytes. */
export const MEMBER_LIMIT = 2 ** 31 - 1;
export const TOTAL_LIMIT = 4 * 2 ** 30;
/** Most members, folders included. */
export const MEMBER_COUNT_LIMIT = 2000;
/** Beyond `RATIO_FLOOR` bytes a member may not inflate to more than this many times its size. */
export const RATIO_LIMIT = 200;
export const RATIO_FLOOR = 1024 * 1024;

/** Comment of an archive packed here: SHA-256 of every byte before the comment. */
export const SEAL_PREFIX = 'tbcase-sha256:';
export const SEAL_LENGTH = SEAL_PREFIX.length + 64;

const END_LENGTH = 22;
const LOCAL_LENGTH = 30;
const CENTRAL_LENGTH = 46;
const UTF8_NAMES = 0x800;
const DESCRIPTOR = 0x8;
/** Timestamps and owners, as Info-ZIP writes them; they say nothing of the content. */
const HARMLESS_EXTRA = new Set([0x5455, 0x7875]);

export interface ArchiveMember {
  readonly path: string;
  readonly sizeBytes: number;
  readonly crc32: number;
  readonly deflated: boolean;
  /** Where its bytes stand in the archive: from `start`, up to and without `end`. */
  readonly start: number;
  readonly end: number;
}

export interface Archive {
  readonly bytes: Uint8Array;
  /** In the order of the archive; folders are left out. */
  readonly members: readonly ArchiveMember[];
  readonly sealed: boolean;
}

const REMEDY = 'Ask for the bundle again; nothing of it was stored.';

/** @throws FaultError always; the place is the member, where one can be named */
export function refuseArchive(code: FaultCode, message: string, member?: string): never {
  throw new FaultError(fault(code, message, REMEDY, member === undefined ? undefined : { file: shownMember(member) }));
}

/**
 * Reads the directory and checks the structure; no member is inflated yet.
 * @throws FaultError file-empty, file-truncated, file-too-large, format-unknown, archive-damaged, archive-unsafe-path,
 * archive-bomb
 */
export async function openArchive(bytes: Uint8Array): Promise<Archive> {
  if (bytes.byteLength === 0) refuseArchive('file-empty', 'The bundle is empty.');
  if (bytes.byteLength > ARCHIVE_LIMIT) refuseArchive('file-too-large', 'The bundle is larger than 2 GiB.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { entries, comment } = await directory(bytes);
  const end = bytes.byteLength - END_LENGTH - comment.byteLength;
  const sealed = comment.byteLength > 0;
  if (sealed && !new RegExp(`^${SEAL_PREFIX}[0-9a-f]{64}$`).test(Buffer.from(comment).toString('latin1')))
    refuseArchive('archive-damaged', 'The comment of the archive is not the seal of a bundle.');
  const members = checkedMembers(bytes, view, entries, end);
  return { bytes, members, sealed };
}

interface Entry
  extends Pick<
    yauzl.Entry,
    | 'compressedSize'
    | 'compressionMethod'
    | 'crc32'
    | 'externalFileAttributes'
    | 'extraFieldLength'
    | 'extraFields'
    | 'fileCommentLength'
    | 'fileNameLength'
    | 'generalPurposeBitFlag'
    | 'lastModFileDate'
    | 'lastModFileTime'
    | 'relativeOffsetOfLocalHeader'
    | 'uncompressedSize'
    | 'versionMadeBy'
    | 'versionNeededToExtract'
  > {
  readonly name: string;
}

const decodedName = (raw: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    return refuseArchive('archive-unsafe-path', 'A member has a name that is not UTF-8.');
  }
};

/** All entries of the central directory, by yauzl. */
async function directory(bytes: Uint8Array): Promise<{ entries: Entry[]; comment: Uint8Array }> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const zip = await new Promise<yauzl.ZipFile>((resolve, reject) => {
    yauzl.fromBuffer(buffer, { lazyEntries: true, decodeStrings: false }, (error, opened) =>
      error === null ? resolve(opened) : reject(error),
    );
  }).catch(() =>
    buffer.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004'
      ? refuseArchive('file-truncated', 'The archive ends before its directory, or something was added behind it.')
      : refuseArchive('format-unknown', 'This is not a case bundle: it is not a zip archive.'),
  );
  if (zip.entryCount > MEMBER_COUNT_LIMIT)
    refuseArchive('archive-bomb', `The archive has more than ${MEMBER_COUNT_LIMIT} members.`);
  const entries: Entry[] = [];
  await new Promise<void>((resolve, reject) => {
    zip.on('entry', (entry: yauzl.Entry) => {
      try {
        // With decodeStrings: false names are bytes, which the published types do not say.
        entries.push(Object.assign(entry, { name: decodedName(entry.fileName as unknown as Uint8Array) }));
        zip.readEntry();
      } catch (error) {
        reject(error);
      }
    });
    zip.on('end', resolve);
    zip.on('error', reject);
    zip.readEntry();
  }).catch((error: unknown) => {
    if (error instanceof FaultError) throw error;
    refuseArchive('archive-damaged', 'The directory of the archive is damaged.');
  });
  return { entries, comment: zip.comment as unknown as Uint8Array };
}

function checkedMembers(
  bytes: Uint8Array,
  view: DataView,
  entries: readonly Entry[],
  end: number,
): readonly ArchiveMember[] {
  const directorySize = view.getUint32(end + 12, true);
  const directoryStart = view.getUint32(end + 16, true);
  const written = entries.reduce(
    (sum, entry) => sum + CENTRAL_LENGTH + entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength,
    0,
  );
  if (
    view.getUint32(end + 4, true) !== 0 ||
    view.getUint16(end + 8, true) !== entries.length ||
    view.getUint16(end + 10, true) !== entries.length ||
    directorySize !== written ||
    directoryStart + directorySize !== end
  )
    refuseArchive('archive-damaged', 'The directory of the archive does not stand where its end record says.');

  refuseUnsafe(entries);
  refuseBombs(entries);

  const members: ArchiveMember[] = [];
  let place = 0;
  let central = directoryStart;
  for (const entry of entries) {
    // The order of the directory is the order of the archive: two orders would be two readings.
    if (entry.relativeOffsetOfLocalHeader !== place)
      refuseArchive('archive-damaged', 'There are bytes between members, or members overlap.', entry.name);
    if (view.getUint16(central + 34, true) !== 0)
      refuseArchive('archive-damaged', 'The member is said to be on another disk.', entry.name);
    const start = checkLocalHeader(bytes, view, entry, central, directoryStart);
    const stop = start + entry.compressedSize;
    if (!entry.name.endsWith('/'))
      members.push({
        path: entry.name,
        sizeBytes: entry.uncompressedSize,
        crc32: entry.crc32,
        deflated: entry.compressionMethod === 8,
        start,
        end: stop,
      });
    place = stop + descriptorLength(view, entry, stop, directoryStart);
    central += CENTRAL_LENGTH + entry.fileNameLength + entry.extraFieldLength;
  }
  if (place !== directoryStart)
    refuseArchive('archive-damaged', 'There are bytes between the last member and the directory.');
  return members;
}

function refuseUnsafe(entries: readonly Entry[]): void {
  const seen = new Set<string>();
  for (const entry of entries) {
    const { name } = entry;
    const folder = name.endsWith('/');
    const reason = unsafeMemberPath(folder ? name.slice(0, -1) : name);
    if (reason !== undefined)
      refuseArchive('archive-unsafe-path', `The name of a member is not safe: ${reason}.`, name);
    const identity = memberIdentity(folder ? name.slice(0, -1) : name);
    if (seen.has(identity)) refuseArchive('archive-unsafe-path', 'Two members have the same name.', name);
    seen.add(identity);
    // The upper half holds Unix file modes where the archive was made on Unix or macOS.
    const mode = (entry.externalFileAttributes >>> 16) & 0o170000;
    if (mode !== 0 && mode !== 0o100000 && !(folder && mode === 0o040000))
      refuseArchive('archive-unsafe-path', 'The member is a link or a device, not a file.', name);
    if (folder && (entry.uncompressedSize !== 0 || entry.compressedSize !== 0))
      refuseArchive('archive-unsafe-path', 'A folder holds bytes.', name);
    if ((entry.generalPurposeBitFlag & 0x2041) !== 0)
      refuseArchive('archive-damaged', 'The member is encrypted; a bundle is not.', name);
    if ((entry.generalPurposeBitFlag & ~(UTF8_NAMES | DESCRIPTOR | 0x6)) !== 0)
      refuseArchive('archive-damaged', 'The member has flags that a bundle does not use.', name);
    if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8)
      refuseArchive('archive-damaged', 'The member is packed by a method that a bundle does not use.', name);
    if (entry.fileCommentLength !== 0 || entry.extraFields.some(({ id }) => !HARMLESS_EXTRA.has(id)))
      refuseArchive('archive-damaged', 'The member carries data beside its content.', name);
  }
}

/** Decided from the directory alone; while inflating, no member may give more than it declares. */
function refuseBombs(entries: readonly Entry[]): void {
  let total = 0;
  for (const { name, compressedSize, uncompressedSize } of entries) {
    total += uncompressedSize;
    if (uncompressedSize > MEMBER_LIMIT || total > TOTAL_LIMIT)
      refuseArchive('archive-bomb', 'The archive would unpack to more than a bundle may hold.', name);
    if (uncompressedSize > RATIO_FLOOR && uncompressedSize > compressedSize * RATIO_LIMIT)
      refuseArchive('archive-bomb', `The member would unpack to more than ${RATIO_LIMIT} times its size.`, name);
  }
}

/** Where the member's bytes begin. */
function checkLocalHeader(bytes: Uint8Array, view: DataView, entry: Entry, central: number, limit: number): number {
  const at = entry.relativeOffsetOfLocalHeader;
  const unequal = (): never =>
    refuseArchive('archive-damaged', 'The header of the member and the directory of the archive disagree.', entry.name);
  if (at + LOCAL_LENGTH > limit || view.getUint32(at, true) !== 0x04034b50) unequal();
  const same = (offset: number, value: number): void => {
    if (view.getUint16(at + offset, true) !== value) unequal();
  };
  const sizes = (offset: number, value: number): void => {
    const expected = (entry.generalPurposeBitFlag & DESCRIPTOR) === 0 ? value : 0;
    if (view.getUint32(at + offset, true) !== expected) unequal();
  };
  same(4, entry.versionNeededToExtract);
  same(6, entry.generalPurposeBitFlag);
  same(8, entry.compressionMethod);
  same(10, entry.lastModFileTime);
  same(12, entry.lastModFileDate);
  sizes(14, entry.crc32);
  sizes(18, entry.compressedSize);
  sizes(22, entry.uncompressedSize);
  same(26, entry.fileNameLength);
  const extraLength = view.getUint16(at + 28, true);
  const start = at + LOCAL_LENGTH + entry.fileNameLength + extraLength;
  if (start + entry.compressedSize > limit) unequal();
  for (let i = 0; i < entry.fileNameLength; i += 1)
    if (bytes[at + LOCAL_LENGTH + i] !== bytes[central + CENTRAL_LENGTH + i]) unequal();
  for (let i = at + LOCAL_LENGTH + entry.fileNameLength; i < start; ) {
    if (i + 4 > start || !HARMLESS_EXTRA.has(view.getUint16(i, true))) unequal();
    i += 4 + view.getUint16(i + 2, true);
    if (i > start) unequal();
  }
  return start;
}

/** Length of the data descriptor behind a member whose header came before its sizes were known (APPNOTE 4.3.9). */
function descriptorLength(view: DataView, entry: Entry, at: number, limit: number): number {
  if ((entry.generalPurposeBitFlag & DESCRIPTOR) === 0) return 0;
  const values = [entry.crc32, entry.compressedSize, entry.uncompressedSize];
  const equal = (from: number): boolean =>
    from + 12 <= limit && values.every((value, i) => view.getUint32(from + 4 * i, true) === value);
  if (at + 4 <= limit && view.getUint32(at, true) === 0x08074b50 && equal(at + 4)) return 16;
  if (equal(at)) return 12;
  return refuseArchive('archive-damaged', 'What follows the member disagrees with the directory.', entry.name);
}

/** Bytes that are worked on at a time. */
const PIECE = 1024 * 1024;

/**
 * A member's content, in pieces of about a megabyte. Size and CRC-32 are checked when the last piece is asked for.
 * @throws FaultError bundle-tampered, archive-damaged, archive-bomb
 */
export async function* memberContent(
  { bytes }: Pick<Archive, 'bytes'>,
  member: ArchiveMember,
): AsyncGenerator<Uint8Array, void, void> {
  let checksum = 0;
  let size = 0;
  const pieces = member.deflated ? inflated(bytes, member) : stored(bytes, member);
  for await (const piece of pieces) {
    size += piece.byteLength;
    if (size > member.sizeBytes)
      refuseArchive('archive-bomb', 'The member gives more bytes than it declares.', member.path);
    checksum = crc32(piece, checksum);
    yield piece;
  }
  if (size !== member.sizeBytes || checksum !== member.crc32)
    refuseArchive('bundle-tampered', 'The member is not what was packed: its checksum does not match.', member.path);
}

function* stored(bytes: Uint8Array, { start, end }: ArchiveMember): Generator<Uint8Array, void, void> {
  for (let at = start; at < end; at += PIECE) yield bytes.subarray(at, Math.min(at + PIECE, end));
}

/** Until more can be written, or nothing will be read any more; the listener that waited in vain goes with the other. */
async function roomIn(stream: InflateRaw): Promise<void> {
  const waited = new AbortController();
  const { signal } = waited;
  await Promise.race([once(stream, 'drain', { signal }), once(stream, 'close', { signal })]).finally(() =>
    waited.abort(),
  );
}

async function* inflated(bytes: Uint8Array, member: ArchiveMember): AsyncGenerator<Uint8Array, void, void> {
  const inflate = createInflateRaw({ chunkSize: Math.min(Math.max(member.sizeBytes, 1024), PIECE / 4) });
  const feed = (async () => {
    for (const piece of stored(bytes, member)) {
      if (inflate.destroyed) return;
      if (!inflate.write(piece)) await roomIn(inflate);
    }
    inflate.end();
  })().catch(() => undefined);
  try {
    for await (const piece of inflate) yield piece as Uint8Array;
    // A raw deflate stream ends by itself; what stands behind its end would be read by nobody.
    if (inflate.bytesWritten !== member.end - member.start)
      refuseArchive('archive-damaged', 'There are bytes behind the end of the packed member.', member.path);
  } catch (error) {
    if (error instanceof FaultError) throw error;
    refuseArchive('bundle-tampered', 'The member is not what was packed: it cannot be unpacked.', member.path);
  } finally {
    inflate.destroy();
    await feed;
  }
}

/** A member whole. @throws FaultError as `memberContent` */
export async function memberBytes(archive: Pick<Archive, 'bytes'>, member: ArchiveMember): Promise<Uint8Array> {
  const whole = new Uint8Array(member.sizeBytes);
  let at = 0;
  for await (const piece of memberContent(archive, member)) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}

/** Every member of a zip archive with its content, structure checked first. @throws FaultError as `openArchive`, `memberContent` */
export async function readZip(bytes: Uint8Array): Promise<(readonly [path: string, content: Uint8Array])[]> {
  const archive = await openArchive(bytes);
  const members: (readonly [string, Uint8Array])[] = [];
  for (const member of archive.members) members.push([member.path, await memberBytes(archive, member)]);
  return members;
}

export const sealOf = (bytesBeforeComment: Uint8Array): string =>
  `${SEAL_PREFIX}${createHash('sha256').update(bytesBeforeComment).digest('hex')}`;

export interface ArchiveHash {
  /** SHA-256 of the whole archive in lower-case hex. */
  readonly sha256: string;
  /** Whether the comment is the seal of the bytes before it; true where there is none. */
  readonly sealHolds: boolean;
}

/** Hashes the archive once, in pieces, so that a screen stays alive beside a bundle of a gigabyte. */
export async function hashArchive({ bytes, sealed }: Archive): Promise<ArchiveHash> {
  const end = bytes.byteLength - (sealed ? SEAL_LENGTH : 0);
  const hash = createHash('sha256');
  for (let at = 0; at < end; at += PIECE) {
    if (at > 0) await setImmediate();
    hash.update(bytes.subarray(at, Math.min(at + PIECE, end)));
  }
  const comment = Buffer.from(bytes.subarray(end));
  const sealHolds = !sealed || comment.toString('latin1') === `${SEAL_PREFIX}${hash.copy().digest('hex')}`;
  return { sha256: hash.update(comment).digest('hex'), sealHolds };
}
