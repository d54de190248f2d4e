import { createHash } from 'node:crypto';

/** What a derived key is for; the numbers are those of RFC 7292 appendix B.3. */
export const PURPOSE = { encryption: 1, iv: 2, mac: 3 } as const;

/** Block length in bytes of the hashes a PKCS#12 file may name. */
const BLOCK: Record<string, number> = { sha1: 64, sha224: 64, sha256: 64, sha384: 128, sha512: 128 };

/** A password as PKCS#12 wants it: UTF-16 with the high byte first and two zero bytes at the end (B.1). */
export function passwordBytes(password: string): Uint8Array {
  const bytes = Buffer.from(`${password}\0`, 'utf16le').swap16();
  return new Uint8Array(bytes);
}

/** RFC 7292 appendix B.2; gives `length` bytes. */
export function derive(
  hash: string,
  purpose: (typeof PURPOSE)[keyof typeof PURPOSE],
  secret: { password: Uint8Array; salt: Uint8Array; iterations: number },
  length: number,
): Uint8Array {
  const block = BLOCK[hash] ?? 64;
  const diversifier = Buffer.alloc(block, purpose);
  const input = Buffer.concat([fill(secret.salt, block), fill(secret.password, block)]);
  const derived: Buffer[] = [];
  for (let have = 0; have < length; ) {
    let digest = createHash(hash).update(diversifier).update(input).digest();
    for (let round = 1; round < secret.iterations; round++) digest = createHash(hash).update(digest).digest();
    derived.push(digest);
    have += digest.length;
    addToEachBlock(input, fill(digest, block).subarray(0, block), block);
  }
  return new Uint8Array(Buffer.concat(derived).subarray(0, length));
}

/** The bytes repeated up to a whole number of blocks; nothing where there are none. */
const fill = (bytes: Uint8Array, block: number): Buffer =>
  Buffer.alloc(Math.ceil(bytes.length / block) * block, bytes.length === 0 ? 0 : bytes);

/** Each block of `input`, as one big number, plus `addend` plus one; what overflows is dropped. */
function addToEachBlock(input: Buffer, addend: Uint8Array, block: number): void {
  for (let start = 0; start < input.length; start += block) {
    let carry = 1;
    for (let index = block - 1; index >= 0; index--) {
      const sum = (input[start + index] ?? 0) + (addend[index] ?? 0) + carry;
      input[start + index] = sum & 0xff;
      carry = sum >> 8;
    }
  }
}
