/** A bundle read: whole, unchanged and understood, or refused with the member named. Nothing is written to disk. */
import { createHash } from 'node:crypto';
import { BundleManifest, type CaseRecord } from '../../shared/case/case-record.ts';
import { namedMembers } from '../../shared/case/case-rules.ts';
import { FaultError, fault, faultFrom } from '../../shared/foundation/fault.ts';
import { ok, type Result, refused } from '../../shared/foundation/result.ts';
import {
  type Archive,
  type ArchiveMember,
  hashArchive,
  memberBytes,
  memberContent,
  openArchive,
  refuseArchive,
  SEAL_LENGTH,
} from './archive.ts';
import {
  DECLARATION,
  INFO,
  isTagFile,
  MANIFEST,
  PAYLOAD,
  readDeclaration,
  readManifest,
  statedOxum,
  TAG_FILE_LIMIT,
  TAG_MANIFEST,
} from './bag.ts';
import { CASE_JSON_LIMIT, readCaseJson } from './case-json.ts';
import { sealedArchive } from './pack.ts';

const CASE_JSON = `${PAYLOAD}case.json`;

/** A bundle that was found whole. Its bytes stay in memory; members are unpacked when asked for. */
export interface OpenBundle {
  readonly record: CaseRecord;
  readonly manifest: BundleManifest;
  /** Fields of case.json that this version does not know, by path. */
  readonly unknownFields: readonly string[];
  /** A file by the path case.json names it with. @throws FaultError file-missing */
  file(path: string): Promise<Uint8Array>;
  /** The same in pieces, for files larger than one would hold. */
  stream(path: string): AsyncIterable<Uint8Array>;
}

/**
 * Faults: those of the archive (file-empty, file-truncated, file-too-large, format-unknown, archive-damaged,
 * archive-unsafe-path, archive-bomb), bundle-tampered and bundle-incomplete with the member, schema-newer,
 * schema-invalid and json-invalid with the field or line.
 */
export async function readBundle(bytes: Uint8Array): Promise<Result<OpenBundle>> {
  try {
    return ok(await openBundle(bytes));
  } catch (error) {
    return refused(faultFrom(error));
  }
}

async function openBundle(bytes: Uint8Array): Promise<OpenBundle> {
  const archive = await openArchive(bytes);
  const members = bagMembers(archive);
  const get = (path: string): ArchiveMember =>
    members.get(path) ??
    refuseArchive('bundle-incomplete', 'The bundle lacks a file that every case bundle has.', path);
  const caseJson = get(CASE_JSON);
  const small = [...[DECLARATION, INFO, MANIFEST, TAG_MANIFEST].map(get), caseJson];
  for (const member of small)
    if (member.sizeBytes > (member === caseJson ? CASE_JSON_LIMIT : TAG_FILE_LIMIT))
      refuseArchive('file-too-large', 'The member is larger than any real one.', member.path);

  const hashes = await hashAll(archive, members);
  const { sha256, sealHolds } = await hashArchive(archive);
  if (!sealHolds) await refuseBrokenSeal(archive);
  const [declared, info, manifest, tagManifest, record] = await Promise.all(
    small.map((member) => memberBytes(archive, member)),
  );
  readDeclaration(declared as Uint8Array);
  compare(readManifest(tagManifest as Uint8Array, TAG_MANIFEST), hashes, TAG_MANIFEST);
  compare(readManifest(manifest as Uint8Array, MANIFEST), hashes, MANIFEST);
  const payload = [...members].filter(([path]) => path.startsWith(PAYLOAD));
  const oxum = statedOxum(info as Uint8Array);
  if (
    oxum !== undefined &&
    (oxum.files !== payload.length || oxum.sizeBytes !== payload.reduce((sum, [, { sizeBytes }]) => sum + sizeBytes, 0))
  )
    refuseArchive('bundle-tampered', 'The size of the payload is not the one stated.', INFO);

  const read = readCaseJson(record as Uint8Array);
  const named = new Set(namedMembers(read.record).map(({ path }) => PAYLOAD + path));
  for (const path of named)
    if (!members.has(path)) refuseArchive('bundle-incomplete', 'case.json names a file that is not there.', path);
  for (const [path] of payload)
    if (path !== CASE_JSON && !named.has(path))
      refuseArchive('bundle-incomplete', 'The bundle holds a file that case.json does not name.', path);

  const member = (path: string): ArchiveMember => {
    const found = named.has(PAYLOAD + path) ? members.get(PAYLOAD + path) : undefined;
    if (found === undefined)
      throw new FaultError(
        fault('file-missing', 'The case has no such file.', 'See the files that case.json names.', { file: path }),
      );
    return found;
  };
  return {
    record: read.record,
    unknownFields: read.unknownFields,
    manifest: BundleManifest.parse({
      bundleSha256: sha256,
      members: [...members].map(([path, { sizeBytes }]) => ({ path, sha256: hashes.get(path), sizeBytes })),
    }),
    file: async (path) => memberBytes(archive, member(path)),
    stream: (path) => memberContent(archive, member(path)),
  };
}

/** Members by their path in the bag. A bag may stand in a folder of its own, as some zip programs put it. */
function bagMembers({ members }: Archive): ReadonlyMap<string, ArchiveMember> {
  const declared = members.find(({ path }) => /^([^/]+\/)?bagit\.txt$/.test(path));
  if (declared === undefined)
    return refuseArchive('bundle-incomplete', 'This zip archive is not a case bundle: it holds no bag.', DECLARATION);
  const base = declared.path.slice(0, -DECLARATION.length);
  const inBag = new Map<string, ArchiveMember>();
  for (const member of members) {
    const path = member.path.slice(base.length);
    if (!member.path.startsWith(base) || (!path.startsWith(PAYLOAD) && !isTagFile(path)))
      return refuseArchive('bundle-incomplete', 'The archive holds a file that is no part of the bag.', member.path);
    inBag.set(path, member);
  }
  return inBag;
}

/** SHA-256 of every member, in the order of the archive; each is unpacked once, in pieces. */
async function hashAll(
  archive: Archive,
  members: ReadonlyMap<string, ArchiveMember>,
): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>();
  for (const [path, member] of members) {
    const hash = createHash('sha256');
    for await (const piece of memberContent(archive, member)) hash.update(piece);
    hashes.set(path, hash.digest('hex'));
  }
  return hashes;
}

/** A manifest against what is there: the payload's lists all under data/, the tags' all else but itself. */
function compare(listed: ReadonlyMap<string, string>, hashes: ReadonlyMap<string, string>, name: string): void {
  const ofTags = name === TAG_MANIFEST;
  for (const [path, sha256] of listed) {
    if (path.startsWith(PAYLOAD) === ofTags || path === TAG_MANIFEST)
      refuseArchive('archive-damaged', 'The manifest lists what it does not speak of.', name);
    const found = hashes.get(path);
    if (found === undefined) refuseArchive('bundle-incomplete', 'The manifest lists a member that is not there.', path);
    if (found !== sha256)
      refuseArchive('bundle-tampered', 'The member is not what was packed: its SHA-256 does not match.', path);
  }
  for (const path of hashes.keys())
    if (path.startsWith(PAYLOAD) !== ofTags && path !== TAG_MANIFEST && !listed.has(path))
      refuseArchive('bundle-tampered', 'The member is in the bundle but not in its manifest.', path);
}

/**
 * Every member is as listed and yet the seal is broken: a byte that no content depends on was changed, for example the
 * padding of a packed stream. Packing the same content again shows where.
 */
async function refuseBrokenSeal(archive: Archive): Promise<never> {
  const repacked = sealedArchive(
    await Promise.all(
      archive.members.map(async (member) => ({ path: member.path, bytes: await memberBytes(archive, member) })),
    ),
  );
  const end = archive.bytes.byteLength - SEAL_LENGTH;
  let at = 0;
  while (at < end && archive.bytes[at] === repacked[at]) at += 1;
  const changed = archive.members.find((member) => at < member.end);
  return refuseArchive(
    'bundle-tampered',
    changed === undefined
      ? 'The directory or the seal of the archive is not what was packed.'
      : 'The member is not what was packed: the seal of the bundle does not match.',
    changed?.path,
  );
}
