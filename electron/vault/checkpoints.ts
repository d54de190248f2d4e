import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { canonicalJson } from '../../shared/foundation/canonical.ts';
import { Checkpoint } from '../../shared/vault/checkpoint.ts';

/** The vault's own Ed25519 key (RFC 8032), as PKCS#8 bytes to be sealed. */
export function newCheckpointKey(): Buffer {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' });
}

export const checkpointKeyFrom = (pkcs8: Buffer): KeyObject =>
  createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });

/** Raw public key, base64url: short enough for a printed line. */
export const publicKeyOf = (key: KeyObject): string => String(createPublicKey(key).export({ format: 'jwk' }).x);

type Unsigned = Omit<Checkpoint, 'signature' | 'publicKey'>;

export function signCheckpoint(head: Unsigned, key: KeyObject): Checkpoint {
  const body = { ...head, publicKey: publicKeyOf(key) };
  return { ...body, signature: sign(null, Buffer.from(canonicalJson(body)), key).toString('base64url') };
}

/**
 * Whether the checkpoint is one this public key signed. Without a key it proves only that nothing in it was changed
 * since whoever holds the key named in it signed.
 */
export function isCheckpointGenuine(value: unknown, publicKey?: string): value is Checkpoint {
  const parsed = Checkpoint.safeParse(value);
  if (!parsed.success || (publicKey !== undefined && parsed.data.publicKey !== publicKey)) return false;
  const { signature, ...body } = parsed.data;
  const signed = Buffer.from(signature, 'base64url');
  // One way of writing it only: unused bits of the last sign are no place for a change nobody sees.
  if (signed.toString('base64url') !== signature) return false;
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: body.publicKey }, format: 'jwk' });
    return verify(null, Buffer.from(canonicalJson(body)), key, signed);
  } catch {
    return false;
  }
}
