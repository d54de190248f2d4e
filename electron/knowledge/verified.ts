/** Packs as files: read once, hashed, and only then looked at. What is hashed is the very buffer that is used. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { faultFrom } from '../../shared/foundation/fault.ts';
import { Sha256 } from '../../shared/foundation/ids.ts';
import { PackManifest, type PackStatus } from '../../shared/knowledge/evidence.ts';
import { checkedVersion, type Publisher } from '../installed/index.ts';
import { packKind } from './kind.ts';

/** SHA-256 by pack and file, as this version of the program was built with. */
export type Pins = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface ReadPack {
  readonly status: PackStatus;
  /** Verified bytes by file name; empty unless the pack is verified whole. */
  readonly files: ReadonlyMap<string, Buffer>;
}

const MANIFEST = 'manifest.json';
const sha256 = (bytes: Uint8Array): Sha256 => Sha256.parse(createHash('sha256').update(bytes).digest('hex'));

/** One shipped pack. It is believed whole or not at all: one missing or altered file and none of it is used. */
export async function readPack(folder: string, pins: Pins, id: string): Promise<ReadPack> {
  const names = Object.keys(pins[id] ?? {});
  const read = await Promise.all(
    names.map(async (name) => [name, await readFile(join(folder, id, name)).catch(() => undefined)] as const),
  );
  const refused = (state: 'missing' | 'altered', reason: string): ReadPack => ({
    status: { id, state, trust: 'none', reason },
    files: new Map(),
  });
  const absent = read.filter(([, bytes]) => bytes === undefined).map(([name]) => name);
  if (absent.length === names.length) return refused('missing', 'The pack is not there: install the program again.');
  if (absent.length > 0)
    return refused('missing', `Without ${absent.join(', ')} the pack is not used: install the program again.`);
  const files = new Map(read.flatMap(([name, bytes]) => (bytes === undefined ? [] : [[name, bytes] as const])));
  const altered = [...files].filter(([name, bytes]) => sha256(bytes) !== pins[id]?.[name]).map(([name]) => name);
  if (altered.length > 0)
    return refused(
      'altered',
      `${altered.join(', ')} ${altered.length === 1 ? 'is' : 'are'} not what this version was built with; the pack is not used: install the program again.`,
    );
  const manifest = files.get(MANIFEST);
  if (manifest === undefined) throw new Error(`the pins of ${id} name no manifest`);
  return {
    status: {
      id,
      state: 'verified',
      trust: 'shipped',
      manifest: PackManifest.parse(JSON.parse(manifest.toString('utf8'))),
      manifestSha256: sha256(manifest),
    },
    files,
  };
}

/** The version of a pack that this site chose; its signature is verified over the very bytes that are used. */
export async function readInstalled(
  site: string,
  id: string,
  folder: string,
  publishers: readonly Publisher[],
): Promise<ReadPack> {
  const refused = (state: 'missing' | 'altered' | 'untrusted', reason: string): ReadPack => ({
    status: { id, state, trust: 'none', reason },
    files: new Map(),
  });
  try {
    const { manifest, manifestSha256, publisher, files } = await checkedVersion(packKind, site, id, folder, publishers);
    return {
      status: { id, state: 'verified', trust: 'publisher', publisher: publisher.name, manifest, manifestSha256 },
      files,
    };
  } catch (error) {
    const { code, message } = faultFrom(error);
    const remedy = 'The pack is not used: go back to the version before (packs rollback) or install it again.';
    return refused(
      code === 'file-missing' ? 'missing' : code === 'signature-unknown' ? 'untrusted' : 'altered',
      `${message} ${remedy}`,
    );
  }
}
