/**
 * RC2 (RFC 2268), decryption in CBC mode only: what older programs hid the certificates of a PKCS#12 file with.
 * Neither OpenSSL 3 without its legacy provider nor BoringSSL has it. It protects nothing today and is never used to
 * write; the private key beside it is under another cipher.
 */

/** The permutation of RFC 2268 section 2, from the digits of pi. */
const PI = Buffer.from(
  'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2' +
    '179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82' +
    '54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626' +
    '6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7' +
    '08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec' +
    'c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731' +
    '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9' +
    '0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad',
  'hex',
);

const pi = (index: number): number => PI[index & 0xff] ?? 0;

/** The 64 words of the expanded key; `effectiveBits` is 8 times the key's length in PKCS#12. */
function expand(key: Uint8Array, effectiveBits: number): Uint16Array {
  const buffer = new Uint8Array(128);
  buffer.set(key);
  for (let index = key.length; index < 128; index++)
    buffer[index] = pi((buffer[index - 1] ?? 0) + (buffer[index - key.length] ?? 0));
  const effectiveBytes = Math.ceil(effectiveBits / 8);
  const mask = 0xff >> (8 * effectiveBytes - effectiveBits);
  buffer[128 - effectiveBytes] = pi((buffer[128 - effectiveBytes] ?? 0) & mask);
  for (let index = 127 - effectiveBytes; index >= 0; index--)
    buffer[index] = pi((buffer[index + 1] ?? 0) ^ (buffer[index + effectiveBytes] ?? 0));
  return Uint16Array.from({ length: 64 }, (_, index) => (buffer[2 * index] ?? 0) | ((buffer[2 * index + 1] ?? 0) << 8));
}

const ROTATIONS = [1, 2, 3, 5] as const;

function decryptBlock(words: Uint16Array, block: Uint16Array): void {
  const at = (index: number): number => block[index & 3] ?? 0;
  const unmix = (round: number): void => {
    for (let index = 3; index >= 0; index--) {
      const turn = ROTATIONS[index] ?? 0;
      const turned = (at(index) >>> turn) | (at(index) << (16 - turn));
      block[index] =
        turned - (words[4 * round + index] ?? 0) - (at(index + 3) & at(index + 2)) - (~at(index + 3) & at(index + 1));
    }
  };
  const unmash = (): void => {
    for (let index = 3; index >= 0; index--) block[index] = at(index) - (words[at(index + 3) & 63] ?? 0);
  };
  for (let round = 15; round >= 0; round--) {
    unmix(round);
    if (round === 11 || round === 5) unmash();
  }
}

/** Plain bytes with the padding taken off, or undefined where the padding is not PKCS#7 padding. */
export function decryptRc2Cbc(key: Uint8Array, iv: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length === 0 || sealed.length % 8 !== 0 || iv.length !== 8) return undefined;
  const words = expand(key, key.length * 8);
  const plain = new Uint8Array(sealed.length);
  let chained = iv;
  for (let start = 0; start < sealed.length; start += 8) {
    const block = Uint16Array.from(
      { length: 4 },
      (_, index) => (sealed[start + 2 * index] ?? 0) | ((sealed[start + 2 * index + 1] ?? 0) << 8),
    );
    decryptBlock(words, block);
    for (let index = 0; index < 8; index++)
      plain[start + index] = (((block[index >> 1] ?? 0) >> (8 * (index & 1))) & 0xff) ^ (chained[index] ?? 0);
    chained = sealed.subarray(start, start + 8);
  }
  const padding = plain[plain.length - 1] ?? 0;
  const sound = padding >= 1 && padding <= 8 && plain.subarray(-padding).every((byte) => byte === padding);
  return sound ? plain.subarray(0, plain.length - padding) : undefined;
}
