import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/** Random bytes from outside; `node:crypto` unless a test needs the same bytes twice. */
export type RandomBytes = (size: number) => Buffer;

const nonceBytes = 12;
const tagBytes = 16;

/**
 * Node takes a key that is no KeyObject for one of several kinds first, which costs three times what opening an event does.
 * What it makes of a key goes with the key (`wipe`), or once nobody holds the key any more.
 */
const prepared = new WeakMap<Buffer, KeyObject>();
function keyObjectOf(key: Buffer): KeyObject {
  const known = prepared.get(key);
  if (known !== undefined) return known;
  const made = createSecretKey(key);
  prepared.set(key, made);
  return made;
}

/** Forgets a key that was sealed or opened with. */
export function wipe(key: Buffer): void {
  prepared.delete(key);
  key.fill(0);
}

/** AES-256-GCM: nonce (12) | ciphertext | tag (16). The associated data are authenticated, not stored. */
export function seal(key: Buffer, associated: string, plain: Uint8Array, randomBytes: RandomBytes): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', keyObjectOf(key), nonce).setAAD(Buffer.from(associated));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** The plain bytes, or undefined where key, associated data or any sealed bit is not the one it was sealed with. */
export function unseal(key: Buffer, associated: string | Buffer, sealed: Buffer): Buffer | undefined {
  if (sealed.length < nonceBytes + tagBytes) return undefined;
  const nonce = sealed.subarray(0, nonceBytes);
  const decipher = createDecipheriv('aes-256-gcm', keyObjectOf(key), nonce, { authTagLength: tagBytes })
    .setAAD(typeof associated === 'string' ? Buffer.from(associated) : associated)
    .setAuthTag(sealed.subarray(sealed.length - tagBytes));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, sealed.length - tagBytes)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** HKDF-SHA-256 (RFC 5869) with the purpose as info: one secret, a key of its own for every use. */
export const deriveKey = (secret: Buffer, purpose: string, salt: Uint8Array = new Uint8Array()): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, `consilium/${purpose}`, 32));
