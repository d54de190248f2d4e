import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { deriveKey, type RandomBytes, seal, unseal } from './sealing.ts';

/** X25519 (RFC 7748): who holds the private half opens what anybody wrapped for the public one. Raw 32 bytes each. */
export interface KeyPair {
  readonly publicKey: Buffer;
  readonly privateKey: Buffer;
}

const keyBytes = 32;
const part = (key: KeyObject, name: 'x' | 'd'): Buffer =>
  Buffer.from(String(key.export({ format: 'jwk' })[name]), 'base64url');
const publicFrom = (raw: Buffer): KeyObject =>
  createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: raw.toString('base64url') }, format: 'jwk' });
// RFC 8410 section 7: the PKCS#8 frame of a raw X25519 key. JWK would ask for the public half too.
const privateFrame = Buffer.from('302e020100300506032b656e04220420', 'hex');
const privateFrom = (raw: Buffer): KeyObject =>
  createPrivateKey({ key: Buffer.concat([privateFrame, raw]), format: 'der', type: 'pkcs8' });

export function newKeyPair(): KeyPair {
  const { privateKey } = generateKeyPairSync('x25519');
  return { publicKey: part(privateKey, 'x'), privateKey: part(privateKey, 'd') };
}

const agreed = (own: KeyObject, other: KeyObject, ephemeral: Buffer, recipient: Buffer): Buffer =>
  deriveKey(diffieHellman({ privateKey: own, publicKey: other }), 'wrap', Buffer.concat([ephemeral, recipient]));

/** A secret for the holder of a public key: ephemeral public key (32) | sealed. A fresh pair each time, then forgotten. */
export function wrapFor(publicKey: Buffer, associated: string, secret: Buffer, randomBytes: RandomBytes): Buffer {
  const once = newKeyPair();
  const key = agreed(privateFrom(once.privateKey), publicFrom(publicKey), once.publicKey, publicKey);
  const wrapped = Buffer.concat([once.publicKey, seal(key, associated, secret, randomBytes)]);
  key.fill(0);
  once.privateKey.fill(0);
  return wrapped;
}

/** Undefined where the key pair, the associated data or any bit is another one. */
export function unwrapWith(pair: KeyPair, associated: string, wrapped: Buffer): Buffer | undefined {
  if (wrapped.length <= keyBytes) return undefined;
  const ephemeral = wrapped.subarray(0, keyBytes);
  try {
    const key = agreed(privateFrom(pair.privateKey), publicFrom(ephemeral), ephemeral, pair.publicKey);
    const secret = unseal(key, associated, wrapped.subarray(keyBytes));
    key.fill(0);
    return secret;
  } catch {
    // An all-zero agreement is refused by the library: a crafted public key.
    return undefined;
  }
}

export const publicKeyFrom = (privateKey: Buffer): Buffer => part(createPublicKey(privateFrom(privateKey)), 'x');
