/** A bundle written: the bag as a zip whose every byte follows from its content, closed by a seal. */
import { createHash } from 'node:crypto';
import { type Zippable, zipSync } from 'fflate';
import { ARCHIVE_LIMIT, refuseArchive, SEAL_LENGTH, sealOf } from './archive.ts';
import { DECLARATION, declaration, INFO, info, MANIFEST, manifest, PAYLOAD, TAG_MANIFEST } from './bag.ts';

/** Content that is packed already; deflating it again costs time and saves nothing. */
const PACKED = /\.(gz|bgz|zip|png|jpe?g|webp|pdf)$/i;

/** The first moment a zip can state; fflate reads it in local time, so that every time zone writes the same. */
const epoch = (): Date => new Date(1980, 0, 1, 0, 0, 0);

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const byPath = (a: { readonly path: string }, b: { readonly path: string }): number =>
  a.path < b.path ? -1 : a.path > b.path ? 1 : 0;

export interface PayloadFile {
  /** Relative to the data folder of the bag, for example `files/somatic.vcf.gz`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Same payload, same bytes, on every machine and in every time zone. */
export function packBundle(caseId: string, payload: readonly PayloadFile[]): Uint8Array {
  const data = payload
    .map(({ path, bytes }) => ({ path: PAYLOAD + path, bytes, sha256: sha256(bytes), sizeBytes: bytes.byteLength }))
    .sort(byPath);
  const encoder = new TextEncoder();
  const tags = [
    { path: DECLARATION, bytes: encoder.encode(declaration()) },
    { path: INFO, bytes: encoder.encode(info(caseId, data)) },
    { path: MANIFEST, bytes: encoder.encode(manifest(data)) },
  ].map((tag) => ({ ...tag, sha256: sha256(tag.bytes) }));
  const tagManifest = { path: TAG_MANIFEST, bytes: encoder.encode(manifest([...tags].sort(byPath))) };
  return sealedArchive([...tags, tagManifest, ...data]);
}

/** @throws FaultError file-too-large */
export function sealedArchive(members: readonly PayloadFile[]): Uint8Array {
  const files: Zippable = {};
  const mtime = epoch();
  for (const { path, bytes } of members)
    files[path] = [bytes, { level: PACKED.test(path) ? 0 : 6, mtime, os: 3, attrs: 0 }];
  const zip = zipSync(files);
  if (zip.byteLength + SEAL_LENGTH > ARCHIVE_LIMIT) refuseArchive('file-too-large', 'The bundle is larger than 2 GiB.');
  // The length of the comment is part of what is sealed.
  new DataView(zip.buffer, zip.byteOffset).setUint16(zip.byteLength - 2, SEAL_LENGTH, true);
  const sealed = new Uint8Array(zip.byteLength + SEAL_LENGTH);
  sealed.set(zip);
  sealed.set(new TextEncoder().encode(sealOf(zip)), zip.byteLength);
  return sealed;
}
