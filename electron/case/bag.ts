/** The bag inside a bundle: BagIt 1.0 (RFC 8493) with SHA-256 manifests of the payload and of the tag files. */
import { CASE_SCHEMA_VERSION } from '../../shared/case/case-record.ts';
import { unsafeMemberPath } from '../../shared/case/member-path.ts';
import { refuseArchive } from './archive.ts';

export const PAYLOAD = 'data/';
export const DECLARATION = 'bagit.txt';
export const INFO = 'bag-info.txt';
export const MANIFEST = 'manifest-sha256.txt';
export const TAG_MANIFEST = 'tagmanifest-sha256.txt';
const TAG_FILES: readonly string[] = [DECLARATION, INFO, MANIFEST, TAG_MANIFEST];

/** Largest tag file that is read, in bytes. */
export const TAG_FILE_LIMIT = 4 * 1024 * 1024;

/** What stands in a bag: a path and the SHA-256 of its bytes in lower-case hex. */
export interface Listed {
  readonly path: string;
  readonly sha256: string;
}

// RFC 8493 section 2.1.3: line ends and the percent sign of a path are percent-encoded, nothing else.
const encodedPath = (path: string): string =>
  path.replaceAll('%', '%25').replaceAll('\n', '%0A').replaceAll('\r', '%0D');
const decodedPath = (path: string): string => path.replace(/%(0A|0D|25)/gi, (code) => decodeURIComponent(code));

export const declaration = (): string => 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';

/** Without a date: the same folder gives the same bytes. */
export const info = (caseId: string, payload: readonly { readonly sizeBytes: number }[]): string =>
  [
    `External-Identifier: ${caseId}`,
    `Payload-Oxum: ${payload.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)}.${payload.length}`,
    `Consilium-Case-Schema: ${CASE_SCHEMA_VERSION}`,
    '',
  ].join('\n');

export const manifest = (listed: readonly Listed[]): string =>
  listed.map(({ path, sha256 }) => `${sha256}  ${encodedPath(path)}\n`).join('');

const text = (bytes: Uint8Array, name: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuseArchive('archive-damaged', 'The tag file is not UTF-8 text.', name);
  }
};

/** @throws FaultError archive-damaged */
export function readDeclaration(bytes: Uint8Array): void {
  if (!/^BagIt-Version: 1\.0\r?\nTag-File-Character-Encoding: UTF-8(\r?\n)?$/.test(text(bytes, DECLARATION)))
    refuseArchive('archive-damaged', 'The bag is not declared as BagIt 1.0 in UTF-8.', DECLARATION);
}

/** Path to SHA-256. @throws FaultError archive-damaged, archive-unsafe-path; place: the manifest */
export function readManifest(bytes: Uint8Array, name: string): ReadonlyMap<string, string> {
  const listed = new Map<string, string>();
  for (const line of text(bytes, name).split(/\r\n|\n|\r/)) {
    if (line === '') continue;
    const [, hash, path] = /^([0-9a-fA-F]{64})[ \t]+\*?(.+)$/.exec(line) ?? [];
    if (hash === undefined || path === undefined)
      return refuseArchive('archive-damaged', 'A line of the manifest is not a SHA-256 and a path.', name);
    const decoded = decodedPath(path);
    if (unsafeMemberPath(decoded) !== undefined)
      return refuseArchive('archive-unsafe-path', 'The manifest lists a path that is not safe.', name);
    if (listed.has(decoded)) return refuseArchive('archive-damaged', 'The manifest lists a member twice.', name);
    listed.set(decoded, hash.toLowerCase());
  }
  return listed;
}

/** `Payload-Oxum` of bag-info.txt: bytes and number of payload files; `undefined` where it is not stated. */
export function statedOxum(bytes: Uint8Array): { readonly sizeBytes: number; readonly files: number } | undefined {
  const [, sizeBytes, files] = /^Payload-Oxum: *(\d{1,15})\.(\d{1,6})\s*$/m.exec(text(bytes, INFO)) ?? [];
  return sizeBytes === undefined || files === undefined
    ? undefined
    : { sizeBytes: Number(sizeBytes), files: Number(files) };
}

export const isTagFile = (path: string): boolean => TAG_FILES.includes(path);
