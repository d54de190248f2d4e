import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hash,
  type KeyObject,
} from 'node:crypto';
import { deriveKey, type RandomBytes, seal, unseal, wipe } from './sealing.ts';

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

/** Wraps for one holder; `done` forgets what it wrapped with. */
export interface Wrapper {
  readonly wrap: (associated: string, secret: Buffer) => Buffer;
  readonly done: () => void;
}

/**
 * Secrets for the holder of a public key: ephemeral public key (32) | sealed. One ephemeral pair for all that is wrapped in
 * one go, forgotten afterwards (as in RFC 9180 section 5.2, where one encapsulation serves many messages): an agreement costs
 * more than fifty seals, and a new person of a vault gets thousands of keys.
 */
export function wrapperFor(publicKey: Buffer, randomBytes: RandomBytes): Wrapper {
  const once = newKeyPair();
  const key = agreed(privateFrom(once.privateKey), publicFrom(publicKey), once.publicKey, publicKey);
  once.privateKey.fill(0);
  return {
    wrap: (associated, secret) => Buffer.concat([once.publicKey, seal(key, associated, secret, randomBytes)]),
    done: () => wipe(key),
  };
}

/** One secret for the holder of a public key. */
export function wrapFor(publicKey: Buffer, associated: string, secret: Buffer, randomBytes: RandomBytes): Buffer {
  const wrapper = wrapperFor(publicKey, randomBytes);
  const wrapped = wrapper.wrap(associated, secret);
  wrapper.done();
  return wrapped;
}

/** Opens what was wrapped for one key pair; what was wrapped in one go costs one agreement. */
export interface Unwrapper {
  /** Undefined where the key pair, the associated data or any bit is another one. */
  readonly open: (associated: string, wrapped: Buffer) => Buffer | undefined;
  readonly wipe: () => void;
}

export function unwrapperOf({ publicKey, privateKey }: KeyPair): Unwrapper {
  const own = privateFrom(privateKey);
  const agreements = new Map<string, Buffer>();
  const agreementWith = (ephemeral: Buffer): Buffer => {
    const name = ephemeral.toString('latin1');
    const known = agreements.get(name);
    if (known !== undefined) return known;
    const key = agreed(own, publicFrom(ephemeral), ephemeral, publicKey);
    agreements.set(name, key);
    return key;
  };
  return {
    open(associated, wrapped) {
      if (wrapped.length <= keyBytes) return undefined;
      try {
        return unseal(agreementWith(wrapped.subarray(0, keyBytes)), associated, wrapped.subarray(keyBytes));
      } catch {
        // An all-zero agreement is refused by the library: a crafted public key.
        return undefined;
      }
    },
    wipe() {
      for (const key of agreements.values()) wipe(key);
      agreements.clear();
    },
  };
}

export function unwrapWith(pair: KeyPair, associated: string, wrapped: Buffer): Buffer | undefined {
  const unwrapper = unwrapperOf(pair);
  const secret = unwrapper.open(associated, wrapped);
  unwrapper.wipe();
  return secret;
}

/** What names a public key beside what was wrapped for it: 16 bytes of its SHA-256, base64url. */
export const keyIdOf = (publicKey: Buffer): string =>
  hash('sha256', publicKey, 'buffer').subarray(0, 16).toString('base64url');

export const publicKeyFrom = (privateKey: Buffer): Buffer => part(createPublicKey(privateFrom(privateKey)), 'x');
