import { join } from 'node:path';
import { replaceFile } from '../durable.ts';
import { checkFiles, MANIFEST, readSigned } from './check.ts';
import type { Kind, SignedManifest } from './kind.ts';
import { SIGNATURE_FILE, signManifest } from './trust.ts';

/**
 * Signs the folder that a site built: its files must be those of its manifest.
 * @throws FaultError signature-unknown (no Ed25519 private key), pack-altered, model-altered, schema-invalid,
 * file-missing, disk-full
 */
export async function signFolder<Manifest extends SignedManifest>(
  kind: Kind<Manifest>,
  folder: string,
  pem: string,
): Promise<{ readonly id: string; readonly keyId: string }> {
  const files = await readSigned(folder, kind.noun);
  const { manifest } = checkFiles(kind, files);
  const { keyId, bytes } = signManifest(kind.context, files.get(MANIFEST) ?? Buffer.alloc(0), pem);
  replaceFile(join(folder, SIGNATURE_FILE), bytes);
  return { id: manifest.id, keyId };
}
