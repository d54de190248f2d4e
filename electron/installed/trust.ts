/**
 * Who may bring packs and models to this site. A publisher signs the manifest with Ed25519 (RFC 8032); the manifest names
 * every file with its SHA-256, so one signature covers all. Public keys stand in the data folder, put there by the admin.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { replaceFile } from '../durable.ts';
import { makeFolder } from '../make-folder.ts';
import type { Author } from './kind.ts';

export const SIGNATURE_FILE = 'manifest.sig';
const Publisher = z.object({
  /** SHA-256 of the key's DER form, first 16 hexadecimal digits. */
  keyId: z.string().regex(/^[0-9a-f]{16}$/),
  name: z.string().min(1).max(120),
  publicKey: z.string(),
  enrolledOn: z.string(),
  /** Absent where it was enrolled before this was asked. */
  enrolledBy: z.string().optional(),
  reason: z.string().optional(),
});
export type Publisher = z.infer<typeof Publisher>;

const PackSignature = z.object({
  algorithm: z.literal('Ed25519'),
  keyId: Publisher.shape.keyId,
  signature: z.base64(),
});

const keyIdOf = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);

const signed = (context: string, manifest: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(context, 'utf8'), manifest]);

const unusable = (what: string): FaultError =>
  new FaultError(
    fault(
      'signature-unknown',
      `This is no ${what} Ed25519 key.`,
      `Give the ${what} key as PEM (openssl genpkey -algorithm ed25519).`,
    ),
  );

function readKey(pem: string, kind: 'public' | 'private'): KeyObject {
  try {
    // A private key would give its public half: a secret must not lie in the data folder by mistake.
    if (kind === 'public' && /PRIVATE KEY/.test(pem)) throw unusable('public');
    const key = kind === 'public' ? createPublicKey(pem) : createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    throw unusable(kind);
  }
  throw unusable(kind);
}

/** Publishers enrolled at this site; none where nobody was. @throws FaultError pack-altered where the list is damaged */
export async function publishersOf(site: string): Promise<readonly Publisher[]> {
  const text = await readFile(join(site, 'publishers.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return [];
  try {
    return z.array(Publisher).parse(JSON.parse(text));
  } catch {
    throw new FaultError(
      fault('pack-altered', 'The list of publishers is damaged.', 'Remove it and enroll the publishers again.', {
        file: 'publishers.json',
      }),
    );
  }
}

/** @throws FaultError signature-unknown (no Ed25519 public key), exists-already */
export async function enrollPublisher(
  site: string,
  { pem, name, now, by, reason }: { pem: string; name: string; now: string } & Author,
): Promise<Publisher> {
  const key = readKey(pem, 'public');
  const before = await publishersOf(site);
  const publisher: Publisher = {
    keyId: keyIdOf(key),
    name,
    publicKey: key.export({ type: 'spki', format: 'pem' }).toString(),
    enrolledOn: now.slice(0, 10),
    enrolledBy: by,
    reason,
  };
  if (before.some(({ keyId }) => keyId === publisher.keyId))
    throw new FaultError(fault('exists-already', 'This publisher is enrolled already.', 'Nothing needs to be done.'));
  makeFolder(site, 0o700);
  replaceFile(join(site, 'publishers.json'), Buffer.from(`${JSON.stringify([...before, publisher], null, 2)}\n`));
  return publisher;
}

/** The content of `manifest.sig`. @throws FaultError signature-unknown (no Ed25519 private key) */
export function signManifest(
  context: string,
  manifest: Uint8Array,
  pem: string,
): { readonly keyId: string; readonly bytes: Buffer } {
  const key = readKey(pem, 'private');
  const keyId = keyIdOf(createPublicKey(key));
  const signature = sign(null, signed(context, manifest), key).toString('base64');
  return { keyId, bytes: Buffer.from(`${JSON.stringify({ algorithm: 'Ed25519', keyId, signature }, null, 2)}\n`) };
}

/** The publisher whose signature stands over this manifest, or why none does. */
export function publisherOf(
  context: string,
  manifest: Uint8Array,
  signature: Uint8Array | undefined,
  publishers: readonly Publisher[],
): { readonly publisher: Publisher } | { readonly refused: 'unsigned' | 'unknown' | 'wrong' } {
  if (signature === undefined) return { refused: 'unsigned' };
  let stated: z.infer<typeof PackSignature>;
  try {
    const text = Buffer.from(signature).toString('utf8');
    stated = PackSignature.parse(JSON.parse(text));
    // One form only: a byte that changes nothing in meaning is a changed byte all the same.
    if (text !== `${JSON.stringify(stated, null, 2)}\n`) return { refused: 'wrong' };
  } catch {
    return { refused: 'wrong' };
  }
  const publisher = publishers.find(({ keyId }) => keyId === stated.keyId);
  if (publisher === undefined) return { refused: 'unknown' };
  const bytes = Buffer.from(stated.signature, 'base64');
  if (bytes.toString('base64') !== stated.signature) return { refused: 'wrong' };
  return verify(null, signed(context, manifest), createPublicKey(publisher.publicKey), bytes)
    ? { publisher }
    : { refused: 'wrong' };
}
