/** Writes one pack: its files and the manifest that names each with its hash. The same sources give the same bytes. */
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PackManifest } from '../../../shared/knowledge/evidence.ts';
import { isRecords, recordsSchema } from '../../../shared/knowledge/records.ts';

export interface Pack {
  readonly id: string;
  readonly version: string;
  /** Date of the newest source, ISO 8601. */
  readonly asOf: string;
  readonly title: string;
  readonly sources: PackManifest['sources'];
  readonly counts: Readonly<Record<string, number>>;
  readonly files: Readonly<Record<string, string>>;
}

/** The pack's files as bytes, with the manifest that names each. */
export function packFiles({ files, ...head }: Pack): ReadonlyMap<string, Buffer> {
  const named = Object.entries(files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, text]) => [path, Buffer.from(text, 'utf8')] as const);
  const manifest = PackManifest.parse({
    ...head,
    schemaVersion: Math.max(
      1,
      ...Object.entries(files).map(([file, text]) => (isRecords(file) ? recordsSchema(text) : 1)),
    ),
    files: named.map(([path, bytes]) => ({
      path,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      sizeBytes: bytes.length,
    })),
  });
  return new Map([...named, ['manifest.json', Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`, 'utf8')]]);
}

export function writePack(folder: string, pack: Pack): void {
  const target = join(folder, pack.id);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const [path, bytes] of packFiles(pack)) writeFileSync(join(target, path), bytes);
}
