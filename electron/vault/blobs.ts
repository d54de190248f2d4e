import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { CaseId, Sha256 } from '../../shared/foundation/ids.ts';
import { syncFolder } from '../sync-folder.ts';
import type { CaseKeyring } from './case-keys.ts';
import { closedFault, damaged, lockedFault } from './faults.ts';
import { deriveKey, type RandomBytes } from './sealing.ts';

/**
 * File form: magic (4) | key version (4, big endian) | salt (32) | chunks of at most 1 MiB, each ciphertext | tag (16).
 * Each file has a key of its own, HKDF(case key, salt), so chunk nonces can count (STREAM, Hoang et al. 2015): 11 bytes
 * of counter and one that marks the last chunk. Chunks can be neither moved, dropped, cut off nor mixed between files.
 */
const magic = Buffer.from('CSB1');
const headerBytes = 40;
const chunkBytes = 1 << 20;
const tagBytes = 16;

const nonceOf = (index: number, last: boolean): Buffer => {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(index, 5, 6);
  nonce[11] = last ? 1 : 0;
  return nonce;
};

const done: Promise<void> = Promise.resolve();

async function* pieces(source: Uint8Array | AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  if (source instanceof Uint8Array) yield source;
  else yield* source;
}

/** One piece is handed on as it is: large files are not copied. */
const joined = ([first, ...more]: readonly Uint8Array[]): Uint8Array =>
  first !== undefined && more.length === 0 ? first : Buffer.concat(first === undefined ? [] : [first, ...more]);

/** The same bytes in full chunks; the last one is marked, and an empty source gives one empty last chunk. */
async function* rechunked(
  source: Uint8Array | AsyncIterable<Uint8Array>,
): AsyncIterable<{ chunk: Uint8Array; last: boolean }> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces(source)) {
    let rest = piece;
    while (size + rest.length > chunkBytes) {
      const taken = rest.subarray(0, chunkBytes - size);
      yield { chunk: joined([...held, taken]), last: false };
      rest = rest.subarray(taken.length);
      held = [];
      size = 0;
    }
    // Copied, because a stream may reuse the memory it handed out.
    held.push(source instanceof Uint8Array ? rest : Uint8Array.from(rest));
    size += rest.length;
  }
  yield { chunk: joined(held), last: true };
}

/** A disk may take less than it was given; what is left is given again at its place. */
async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let written = 0; written < bytes.length; )
    written += (await file.write(bytes, written, bytes.length - written, position + written)).bytesWritten;
}

/** Reads until the buffer is full or the file ends; what it holds then. */
async function readUpTo(file: FileHandle, buffer: Buffer, position: number): Promise<Buffer> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/**
 * Ciphers take and give this much at a time: the allocator has such pieces at hand again, where a whole chunk would be
 * new memory each time, which costs as much as the cipher.
 */
const pieceBytes = 1 << 15;
function* piecesOf(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

/** Chunks on their way to or from the disk, so that it has work while others are hashed and sealed or opened. */
const chunksUnderWay = 4;
const sealedChunk = chunkBytes + tagBytes;
const spaceForChunk = (): Buffer => Buffer.allocUnsafeSlow(sealedChunk);

/** Sealed files under their content hash. File and folder names are keyed hashes, so they reveal neither case nor content. */
export function blobStore(
  folder: string,
  vaultId: string,
  vaultKey: Buffer,
  keys: CaseKeyring,
  randomBytes: RandomBytes,
) {
  const nameKey = deriveKey(vaultKey, 'blob-names');
  let isWiped = false;
  /** @throws FaultError locked: what is under way when the vault closes must not go by the name that a key of zeros gives */
  const nameOf = (text: string): string => {
    if (isWiped) throw lockedFault();
    return createHmac('sha256', nameKey).update(text).digest('hex');
  };
  const folderOf = (caseId: CaseId | null): string => join(folder, nameOf(JSON.stringify([caseId])).slice(0, 32));
  const pathOf = (caseId: CaseId | null, sha256: Sha256): string =>
    join(folderOf(caseId), nameOf(JSON.stringify([caseId, sha256])));
  const fileKey = (caseKey: Buffer, caseId: CaseId | null, salt: Buffer): Buffer =>
    deriveKey(caseKey, `blob/${JSON.stringify([vaultId, caseId])}`, salt);

  /** Memory for sealed chunks that no read uses now: new memory costs as much as the disk's cache. */
  const idle: Buffer[] = [];
  const missing = (): FaultError =>
    new FaultError(
      fault('not-found', 'The stored file is not in the vault.', 'Import the case again or restore a backup.'),
    );
  const opened = (caseId: CaseId | null, sha256: Sha256): Promise<FileHandle> =>
    open(pathOf(caseId, sha256), 'r').catch((error: unknown) => {
      throw (error as { code?: unknown }).code === 'ENOENT' ? missing() : error;
    });

  /**
   * Chunks in order, each authenticated before it is handed out, the next one read meanwhile.
   * @param into where they go one behind the other; else each has memory of its own
   */
  async function* contentOf(
    file: FileHandle,
    caseId: CaseId | null,
    sha256: Sha256,
    size: number,
    into?: Buffer,
  ): AsyncGenerator<Buffer, void, undefined> {
    const header = await readUpTo(file, Buffer.alloc(headerBytes), 0);
    if (header.length < headerBytes || !header.subarray(0, 4).equals(magic)) throw damaged('A stored file');
    const version = header.readUInt32BE(4);
    const caseKey = keys.forReading(caseId, version);
    if (caseKey === undefined) throw caseId !== null && keys.isClosed(caseId, version) ? closedFault() : missing();
    const key = fileKey(caseKey, caseId, header.subarray(8, headerBytes));
    const content = createHash('sha256');
    const chunks = Math.max(1, Math.ceil((size - headerBytes) / sealedChunk));
    const coming: Promise<Buffer>[] = [];
    const borrowed: Buffer[] = [];
    const ask = (space: Buffer): void => {
      const position = headerBytes + coming.length * sealedChunk;
      const read = readUpTo(file, space.subarray(0, size - position), position);
      // A failure is met where the chunk is awaited; until then nobody else may call it unhandled.
      read.catch(() => undefined);
      coming.push(read);
    };
    try {
      for (let index = 0; index < Math.min(chunks, chunksUnderWay); index += 1) {
        const space = idle.pop() ?? spaceForChunk();
        borrowed.push(space);
        ask(space);
      }
      let at = 0;
      for (let index = 0; index < chunks; index += 1) {
        const last = index === chunks - 1;
        const sealed = (await coming[index]) as Buffer;
        const bytes = sealed.length - tagBytes;
        if (bytes < 0) throw damaged('A stored file');
        const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(index, last), { authTagLength: tagBytes });
        decipher.setAuthTag(sealed.subarray(bytes));
        const plain = into === undefined ? Buffer.allocUnsafeSlow(bytes) : into.subarray(at, at + bytes);
        let filled = 0;
        for (const piece of piecesOf(sealed.subarray(0, bytes))) {
          const opened = decipher.update(piece);
          content.update(opened);
          filled += opened.copy(plain, filled);
        }
        try {
          decipher.final();
        } catch {
          throw damaged('A stored file');
        }
        at += bytes;
        if (last && content.digest('hex') !== sha256) throw damaged('A stored file');
        if (coming.length < chunks) ask(borrowed[index % chunksUnderWay] as Buffer);
        yield plain;
      }
    } finally {
      key.fill(0);
      // Not before the disk is done with them.
      await Promise.allSettled(coming);
      if (idle.length < chunksUnderWay) idle.push(...borrowed);
    }
  }
  async function whole(file: FileHandle, caseId: CaseId | null, sha256: Sha256): Promise<Buffer> {
    const { size } = await file.stat();
    const sealed = Math.max(0, size - headerBytes);
    const content = Buffer.allocUnsafeSlow(Math.max(0, sealed - Math.ceil(sealed / sealedChunk) * tagBytes));
    let filled = 0;
    for await (const chunk of contentOf(file, caseId, sha256, size, content)) filled += chunk.length;
    if (filled !== content.length) throw damaged('A stored file');
    return content;
  }

  return {
    /** Durable when the promise resolves. The same content twice is one file. */
    async put(
      caseId: CaseId | null,
      source: Uint8Array | AsyncIterable<Uint8Array>,
    ): Promise<{ sha256: Sha256; bytes: number }> {
      const caseKey = keys.forWriting(caseId);
      const home = folderOf(caseId);
      if (mkdirSync(home, { recursive: true, mode: 0o700 }) !== undefined) syncFolder(folder);
      const salt = randomBytes(32);
      const key = fileKey(caseKey.key, caseId, salt);
      const header = Buffer.alloc(headerBytes);
      magic.copy(header);
      header.writeUInt32BE(caseKey.version, 4);
      salt.copy(header, 8);
      const temporary = join(home, `${randomBytes(16).toString('hex')}.tmp`);
      const content = createHash('sha256');
      let bytes = 0;
      try {
        const file = await open(temporary, 'wx', 0o600);
        try {
          await writeAll(file, header, 0);
          let position = headerBytes;
          let index = 0;
          // Their memory is used again: new memory for each chunk costs as much as sealing it.
          const spaces = Array.from({ length: chunksUnderWay }, () => ({ space: spaceForChunk(), written: done }));
          for await (const { chunk, last } of rechunked(source)) {
            bytes += chunk.length;
            const cipher = createCipheriv('aes-256-gcm', key, nonceOf(index, last));
            const turn = spaces[index % chunksUnderWay] as (typeof spaces)[number];
            await turn.written;
            let filled = 0;
            for (const piece of piecesOf(chunk)) {
              content.update(piece);
              filled += cipher.update(piece).copy(turn.space, filled);
            }
            // GCM gives as many bytes as it is given; its last call adds none.
            cipher.final();
            cipher.getAuthTag().copy(turn.space, filled);
            const size = filled + tagBytes;
            turn.written = writeAll(file, turn.space.subarray(0, size), position);
            // A failure is met at the next `await`; until then nobody else may call it unhandled.
            turn.written.catch(() => undefined);
            position += size;
            index += 1;
          }
          for (const { written } of spaces) await written;
          await file.sync();
        } finally {
          await file.close();
        }
        const sha256 = content.digest('hex') as Sha256;
        await rename(temporary, pathOf(caseId, sha256));
        syncFolder(home);
        return { sha256, bytes };
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      } finally {
        key.fill(0);
      }
    },

    /**
     * The content in order, each chunk authenticated before it is handed out; the whole hash is checked at the end.
     * @throws FaultError not-found, forbidden (its key is wrapped for others), vault-damaged
     */
    async *stream(caseId: CaseId | null, sha256: Sha256): AsyncGenerator<Buffer, void, undefined> {
      const file = await opened(caseId, sha256);
      try {
        yield* contentOf(file, caseId, sha256, (await file.stat()).size);
      } finally {
        await file.close();
      }
    },

    /** The content whole, in one piece of memory. @throws FaultError as `stream` */
    async read(caseId: CaseId | null, sha256: Sha256): Promise<Buffer> {
      const file = await opened(caseId, sha256);
      try {
        return await whole(file, caseId, sha256);
      } finally {
        await file.close();
      }
    },

    /** After the key of a case was destroyed: its files are noise already, now they go. */
    removeCase(caseId: CaseId): void {
      rmSync(folderOf(caseId), { recursive: true, force: true });
      syncFolder(folder);
    },

    /** How many sealed files of a case there are, and their bytes on the disk. */
    sizeOf(caseId: CaseId): { files: number; bytes: number } {
      const home = folderOf(caseId);
      const names = existsSync(home) ? readdirSync(home) : [];
      return { files: names.length, bytes: names.reduce((sum, name) => sum + statSync(join(home, name)).size, 0) };
    },

    /** The folder of a case, also in backups. */
    folderNameOf: (caseId: CaseId): string => basename(folderOf(caseId)),

    /** Leftovers of writes and erasures that were cut off; nothing refers to them. */
    sweep(erased: readonly CaseId[]): void {
      for (const caseId of erased) rmSync(folderOf(caseId), { recursive: true, force: true });
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (entry.isFile() && entry.name.endsWith('.tmp')) rmSync(join(entry.parentPath, entry.name), { force: true });
      }
    },

    wipe: (): void => {
      isWiped = true;
      nameKey.fill(0);
    },
  };
}
