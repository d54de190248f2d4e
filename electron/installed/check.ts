/** A pack or a model from outside, as bytes in memory: read bounded, and believed whole or refused whole. */
import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type FaultCode, FaultError, fault } from '../../shared/foundation/fault.ts';
import { Sha256 } from '../../shared/foundation/ids.ts';
import { readZip } from '../case/index.ts';
import type { Kind, SignedManifest } from './kind.ts';
import { type Publisher, publisherOf, SIGNATURE_FILE } from './trust.ts';

export const MANIFEST = 'manifest.json';
const MOST_FILES = 200;
const MOST_BYTES = 2 ** 31 - 1;
const rName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;

/** Bytes by file name, manifest and signature among them. */
export type SignedFiles = ReadonlyMap<string, Buffer>;

export interface Checked<Manifest extends SignedManifest> {
  readonly manifest: Manifest;
  readonly manifestSha256: Sha256;
  readonly publisher: Publisher;
  /** With the manifest and its signature. */
  readonly files: SignedFiles;
}

type Noun = Kind<SignedManifest>['noun'];

export const sha256 = (bytes: Uint8Array): Sha256 => Sha256.parse(createHash('sha256').update(bytes).digest('hex'));

function refuse(code: FaultCode, message: string, file?: string, remedy?: string): never {
  throw new FaultError(
    fault(
      code,
      message,
      remedy ?? 'Ask the publisher for it again; nothing was installed.',
      file === undefined ? undefined : { file },
    ),
  );
}

async function readFolder(folder: string, noun: Noun): Promise<SignedFiles> {
  const files = new Map<string, Buffer>();
  const names = (await readdir(folder)).sort();
  if (names.length > MOST_FILES) refuse('file-too-large', `A ${noun} has at most ${MOST_FILES} files.`);
  let total = 0;
  for (const name of names) {
    const found = await lstat(join(folder, name));
    if (!found.isFile()) refuse('archive-unsafe-path', `A ${noun} holds plain files only: no folder, no link.`, name);
    total += found.size;
    if (total > MOST_BYTES) refuse('file-too-large', `The ${noun} is larger than 2 GiB.`);
    files.set(name, await readFile(join(folder, name)));
  }
  return files;
}

/** Members side by side, or all in one folder, as archivers make it of a folder. */
async function readArchive(archive: Uint8Array, noun: Noun): Promise<SignedFiles> {
  const members = await readZip(archive).catch((error: unknown) => {
    if (!(error instanceof FaultError)) throw error;
    const { code, message, place } = error.fault;
    // The reader speaks of bundles.
    return refuse(code, message.replaceAll(/\b(?:case )?bundle\b/g, noun), place?.file);
  });
  const tops = new Set(members.map(([name]) => (name.includes('/') ? name.slice(0, name.indexOf('/') + 1) : '')));
  const [top = ''] = tops.size === 1 ? tops : [''];
  return new Map(members.map(([name, bytes]) => [name.slice(top.length), Buffer.from(bytes)]));
}

/** The path of a folder or of a zip file, or the bytes of a zip, or files by name as a browser hands a folder over. */
export type SignedSource = string | Uint8Array | SignedFiles;

/** @throws FaultError file-missing, file-too-large, and what the reader of archives throws */
export async function readSigned(source: SignedSource, noun: Noun): Promise<SignedFiles> {
  if (source instanceof Uint8Array) return readArchive(source, noun);
  if (typeof source !== 'string') {
    if (source.size > MOST_FILES) refuse('file-too-large', `A ${noun} has at most ${MOST_FILES} files.`);
    return source;
  }
  const found = await stat(source).catch(() => undefined);
  if (found === undefined)
    return refuse('file-missing', `The ${noun} is not there.`, undefined, 'Check the path and try again.');
  return found.isDirectory() ? await readFolder(source, noun) : await readArchive(await readFile(source), noun);
}

/** @throws FaultError json-invalid, schema-newer, schema-invalid */
export function readManifest<Manifest extends SignedManifest>(kind: Kind<Manifest>, bytes: Uint8Array): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return refuse('json-invalid', 'The manifest is no JSON.', MANIFEST);
  }
  const version = typeof value === 'object' && value !== null ? Reflect.get(value, 'schemaVersion') : undefined;
  if (typeof version === 'number' && version > kind.schemaVersion)
    return refuse(
      'schema-newer',
      `The ${kind.noun} has schema ${version}; this version reads up to ${kind.schemaVersion}.`,
      MANIFEST,
      `Update Consilium, then install the ${kind.noun}; nothing was installed.`,
    );
  const read = kind.manifest.safeParse(value);
  return read.success ? read.data : refuse('schema-invalid', `The manifest is not that of a ${kind.noun}.`, MANIFEST);
}

/** The files are those of the manifest, byte by byte, no more and no less. @throws FaultError pack-altered, model-altered and others */
export function checkFiles<Manifest extends SignedManifest>(
  kind: Kind<Manifest>,
  files: SignedFiles,
): { manifest: Manifest; manifestSha256: Sha256 } {
  const { noun, altered } = kind;
  const manifestBytes = files.get(MANIFEST);
  if (manifestBytes === undefined)
    return refuse(altered, `There is no manifest: this is no ${noun}, or half of one.`, MANIFEST);
  if (kind.mark !== undefined && !files.has(kind.mark))
    refuse(altered, `There is no ${kind.mark}: this is no ${noun}.`);
  const manifest = readManifest(kind, manifestBytes);
  const named = new Map(manifest.files.map((file) => [file.path, file]));
  for (const path of named.keys())
    if (!rName.test(path) || path === MANIFEST || path === SIGNATURE_FILE)
      refuse('archive-unsafe-path', `The manifest names a file that a ${noun} cannot hold.`);
  for (const name of files.keys())
    if (!named.has(name) && name !== MANIFEST && name !== SIGNATURE_FILE)
      refuse(altered, 'There is a file that the manifest does not name.', rName.test(name) ? name : undefined);
  for (const [path, { sha256: wanted, sizeBytes }] of named) {
    const bytes = files.get(path);
    if (bytes === undefined) return refuse(altered, `A file is missing: the ${noun} is copied by half.`, path);
    if (bytes.length !== sizeBytes) return refuse(altered, 'A file is shorter or longer than the manifest says.', path);
    if (sha256(bytes) !== wanted) return refuse(altered, 'A file is not the one the manifest names.', path);
  }
  return { manifest, manifestSha256: sha256(manifestBytes) };
}

/**
 * Whose signature stands over a manifest.
 * @throws FaultError signature-unknown (none, or of nobody enrolled here), pack-altered, model-altered (it does not fit)
 */
export function checkPublisher(
  kind: Pick<Kind<SignedManifest>, 'noun' | 'context' | 'altered'>,
  manifest: Uint8Array,
  signature: Uint8Array | undefined,
  publishers: readonly Publisher[],
): Publisher {
  const trust = publisherOf(kind.context, manifest, signature, publishers);
  if (!('refused' in trust)) return trust.publisher;
  const why = {
    unsigned: `The ${kind.noun} is not signed.`,
    unknown: `The ${kind.noun} is signed by a publisher whose key is not enrolled here.`,
    wrong: 'The signature does not fit the manifest.',
  }[trust.refused];
  if (trust.refused === 'wrong') return refuse(kind.altered, why, SIGNATURE_FILE);
  return refuse(
    'signature-unknown',
    why,
    SIGNATURE_FILE,
    'An admin enrolls the publisher (packs enroll); nothing was installed.',
  );
}

/** @throws FaultError signature-unknown, pack-altered, model-altered, schema-newer, schema-invalid, json-invalid, archive-unsafe-path */
export function checkSigned<Manifest extends SignedManifest>(
  kind: Kind<Manifest>,
  files: SignedFiles,
  publishers: readonly Publisher[],
): Checked<Manifest> {
  const { manifest, manifestSha256 } = checkFiles(kind, files);
  const publisher = checkPublisher(kind, files.get(MANIFEST) ?? Buffer.alloc(0), files.get(SIGNATURE_FILE), publishers);
  return { manifest, manifestSha256, publisher, files };
}
