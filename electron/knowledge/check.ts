/** A pack from outside, as bytes in memory: read bounded, and believed whole or refused whole. */
import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type FaultCode, FaultError, fault } from '../../shared/foundation/fault.ts';
import { Sha256 } from '../../shared/foundation/ids.ts';
import { PackManifest } from '../../shared/knowledge/evidence.ts';
import { readZip } from '../case/index.ts';
import { type Publisher, publisherOf, SIGNATURE_FILE } from './trust.ts';

export const MANIFEST = 'manifest.json';
const MOST_FILES = 200;
const MOST_BYTES = 2 ** 31 - 1;
const rName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;

export type PackFiles = ReadonlyMap<string, Buffer>;

export interface CheckedPack {
  readonly manifest: PackManifest;
  readonly manifestSha256: Sha256;
  readonly publisher: Publisher;
  /** With the manifest and its signature. */
  readonly files: PackFiles;
}

export const sha256 = (bytes: Uint8Array): Sha256 => Sha256.parse(createHash('sha256').update(bytes).digest('hex'));

function refuse(
  code: FaultCode,
  message: string,
  file?: string,
  remedy = 'Ask the publisher for the pack again; nothing was installed.',
): never {
  throw new FaultError(fault(code, message, remedy, file === undefined ? undefined : { file }));
}

async function readFolder(folder: string): Promise<PackFiles> {
  const files = new Map<string, Buffer>();
  const names = (await readdir(folder)).sort();
  if (names.length > MOST_FILES) refuse('file-too-large', `A pack has at most ${MOST_FILES} files.`);
  let total = 0;
  for (const name of names) {
    const found = await lstat(join(folder, name));
    if (!found.isFile()) refuse('archive-unsafe-path', 'A pack holds plain files only: no folder, no link.', name);
    total += found.size;
    if (total > MOST_BYTES) refuse('file-too-large', 'The pack is larger than 2 GiB.');
    files.set(name, await readFile(join(folder, name)));
  }
  return files;
}

/** Members side by side, or all in one folder, as archivers make it of a folder. */
async function readArchive(archive: Uint8Array): Promise<PackFiles> {
  const members = await readZip(archive).catch((error: unknown) => {
    if (!(error instanceof FaultError)) throw error;
    const { code, message, place } = error.fault;
    // The reader speaks of bundles.
    return refuse(code, message.replaceAll(/\b(?:case )?bundle\b/g, 'pack'), place?.file);
  });
  const tops = new Set(members.map(([name]) => (name.includes('/') ? name.slice(0, name.indexOf('/') + 1) : '')));
  const [top = ''] = tops.size === 1 ? tops : [''];
  return new Map(members.map(([name, bytes]) => [name.slice(top.length), Buffer.from(bytes)]));
}

/** A folder, a zip file, or the bytes of one. @throws FaultError file-missing, file-too-large, and what the reader of archives throws */
export async function readPackSource(source: string | Uint8Array): Promise<PackFiles> {
  if (typeof source !== 'string') return readArchive(source);
  const path = source;
  const found = await stat(path).catch(() => undefined);
  if (found === undefined)
    return refuse('file-missing', 'The pack is not there.', undefined, 'Check the path and try again.');
  return found.isDirectory() ? await readFolder(path) : await readArchive(await readFile(path));
}

/** @throws FaultError json-invalid, schema-newer, schema-invalid */
export function readManifest(bytes: Uint8Array): PackManifest {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return refuse('json-invalid', 'The manifest is no JSON.', MANIFEST);
  }
  const version = typeof value === 'object' && value !== null ? Reflect.get(value, 'schemaVersion') : undefined;
  if (typeof version === 'number' && version > PackManifest.shape.schemaVersion.value)
    return refuse(
      'schema-newer',
      `The pack has schema ${version}; this version reads up to ${PackManifest.shape.schemaVersion.value}.`,
      MANIFEST,
      'Update Consilium, then install the pack; nothing was installed.',
    );
  const read = PackManifest.safeParse(value);
  return read.success ? read.data : refuse('schema-invalid', 'The manifest is not that of a pack.', MANIFEST);
}

/** The files are those of the manifest, byte by byte, no more and no less. @throws FaultError pack-altered and others */
export function checkFiles(files: PackFiles): { manifest: PackManifest; manifestSha256: Sha256 } {
  const manifestBytes = files.get(MANIFEST);
  if (manifestBytes === undefined)
    return refuse('pack-altered', 'There is no manifest: this is no pack, or half of one.', MANIFEST);
  const manifest = readManifest(manifestBytes);
  const named = new Map(manifest.files.map((file) => [file.path, file]));
  for (const path of named.keys())
    if (!rName.test(path) || path === MANIFEST || path === SIGNATURE_FILE)
      refuse('archive-unsafe-path', 'The manifest names a file that a pack cannot hold.');
  for (const name of files.keys())
    if (!named.has(name) && name !== MANIFEST && name !== SIGNATURE_FILE)
      refuse('pack-altered', 'There is a file that the manifest does not name.', rName.test(name) ? name : undefined);
  for (const [path, { sha256: wanted, sizeBytes }] of named) {
    const bytes = files.get(path);
    if (bytes === undefined) return refuse('pack-altered', 'A file is missing: the pack is copied by half.', path);
    if (bytes.length !== sizeBytes)
      return refuse('pack-altered', 'A file is shorter or longer than the manifest says.', path);
    if (sha256(bytes) !== wanted) return refuse('pack-altered', 'A file is not the one the manifest names.', path);
  }
  return { manifest, manifestSha256: sha256(manifestBytes) };
}

const unsigned = {
  unsigned: 'The pack is not signed.',
  unknown: 'The pack is signed by a publisher whose key is not enrolled here.',
  wrong: 'The signature does not fit the manifest.',
} as const;

/** @throws FaultError signature-unknown, pack-altered, schema-newer, schema-invalid, json-invalid, archive-unsafe-path */
export function checkPack(files: PackFiles, publishers: readonly Publisher[]): CheckedPack {
  const { manifest, manifestSha256 } = checkFiles(files);
  const trust = publisherOf(files.get(MANIFEST) ?? Buffer.alloc(0), files.get(SIGNATURE_FILE), publishers);
  if ('refused' in trust)
    return refuse(
      trust.refused === 'wrong' ? 'pack-altered' : 'signature-unknown',
      unsigned[trust.refused],
      SIGNATURE_FILE,
      trust.refused === 'wrong'
        ? 'Ask the publisher for the pack again; nothing was installed.'
        : 'An admin enrolls the publisher (packs enroll); nothing was installed.',
    );
  return { manifest, manifestSha256, publisher: trust.publisher, files };
}
