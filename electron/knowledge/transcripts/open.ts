/** A transcript pack of a site, opened: every file as its manifest says, or none of it is used. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FaultError, fault, faultFrom } from '../../../shared/foundation/fault.ts';
import { PackManifest } from '../../../shared/knowledge/evidence.ts';
import type { TranscriptRow, TranscriptSet } from '../../../shared/molecular/transcript-set.ts';
import { fileBytes } from '../../case/index.ts';
import { checkPublisher, MANIFEST, type Publisher, SIGNATURE_FILE } from '../../installed/index.ts';
import { packKind } from '../kind.ts';
import { TRANSCRIPT_FILES } from './build.ts';
import { openReference, type PackedContig } from './reference.ts';

export interface OpenTranscripts extends TranscriptSet {
  readonly manifest: PackManifest;
  readonly manifestSha256: string;
  /** Who signed it, where that was asked. */
  readonly publisher?: string;
  close(): void;
}

const broken = (file: string, message: string): FaultError =>
  new FaultError(
    fault('pack-altered', message, 'Build the pack again (packs build transcripts); nothing of it is used.', { file }),
  );

/**
 * @param publishers whose signature is asked for, as of any pack; undefined where a person names the folder in the command
 *   itself, which then stands by its hashes alone
 * @throws FaultError pack-missing, pack-altered with the file, signature-unknown
 */
export async function openTranscripts(folder: string, publishers?: readonly Publisher[]): Promise<OpenTranscripts> {
  const head = await readFile(join(folder, MANIFEST)).catch(() => undefined);
  if (head === undefined)
    throw new FaultError(
      fault(
        'pack-missing',
        'The folder holds no transcript pack.',
        'Give the folder that packs build transcripts wrote.',
        {
          file: basename(folder),
        },
      ),
    );
  const parsed = PackManifest.safeParse(jsonOf(head));
  if (!parsed.success || parsed.data.id !== 'transcripts')
    throw broken(MANIFEST, 'It is no manifest of a transcript pack.');
  const manifest = parsed.data;
  const publisher = publishers === undefined ? undefined : await signer(folder, head, publishers);
  for (const { path, sha256 } of manifest.files) {
    if (path !== basename(path)) throw broken(MANIFEST, 'The manifest names a file outside the pack.');
    const hash = createHash('sha256');
    try {
      for await (const chunk of fileBytes(join(folder, path))) hash.update(chunk);
    } catch {
      throw broken(path, 'A file of the pack is not there.');
    }
    if (hash.digest('hex') !== sha256) throw broken(path, 'A file of the pack is not what its manifest says.');
  }
  const named = new Set(manifest.files.map(({ path }) => path));
  for (const name of publishers === undefined ? [] : await readdir(folder))
    if (!named.has(name) && name !== MANIFEST && name !== SIGNATURE_FILE)
      throw broken(MANIFEST, 'The folder holds a file that the manifest does not name.');
  for (const path of Object.values(TRANSCRIPT_FILES))
    if (!named.has(path)) throw broken(path, 'The manifest lacks a file.');
  const { build, contigs } = jsonOf(await readFile(join(folder, TRANSCRIPT_FILES.contigs))) as {
    build?: TranscriptSet['build'];
    contigs: readonly PackedContig[];
  };
  const lines = (await readFile(join(folder, TRANSCRIPT_FILES.rows), 'utf8')).split('\n');
  return {
    build,
    rows: lines.flatMap((line) => (line === '' ? [] : [JSON.parse(line) as TranscriptRow])),
    ...referenceOf(join(folder, TRANSCRIPT_FILES.reference), contigs),
    manifest,
    manifestSha256: createHash('sha256').update(head).digest('hex'),
    ...(publisher === undefined ? {} : { publisher }),
  };
}

/** Before any file is hashed: a reference of three billion bases takes its time. */
async function signer(folder: string, manifest: Buffer, publishers: readonly Publisher[]): Promise<string> {
  const signature = await readFile(join(folder, SIGNATURE_FILE)).catch(() => undefined);
  try {
    return checkPublisher(packKind, manifest, signature, publishers).name;
  } catch (error) {
    const { code, message } = faultFrom(error);
    throw new FaultError(
      fault(
        code,
        message,
        'Sign it with the key of a publisher that is enrolled here (packs sign, packs enroll); nothing of it is used.',
        { file: SIGNATURE_FILE },
      ),
    );
  }
}

const referenceOf = (path: string, contigs: readonly PackedContig[]) => {
  const reference = openReference(path, contigs);
  return { reference, close: () => reference.close() };
};

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
