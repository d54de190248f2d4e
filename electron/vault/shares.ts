import { hash } from 'node:crypto';
import { combine, split } from 'shamir-secret-sharing';
import { FaultError, fault } from '../../shared/foundation/fault.ts';

/**
 * Shares of a secret on paper (Shamir 1979; the library was audited by Cure53 and Zellic). A share is its bytes, the first
 * half of the vault's id and four bytes of SHA-256 against slips of the pen, in Crockford's base 32, in groups of five.
 */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const vaultBytes = 8;
const checkBytes = 4;

function encoded(bytes: Uint8Array): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(held >> (bits - 5)) & 31];
    held &= (1 << bits) - 1;
  }
  if (bits > 0) text += alphabet[(held << (5 - bits)) & 31];
  return text.match(/.{1,5}/g)?.join('-') ?? '';
}

/** Undefined where a sign is none of the alphabet. O is read as 0, I and L as 1, as people write them. */
function decoded(text: string): Buffer | undefined {
  const plain = text.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  const bytes: number[] = [];
  let held = 0;
  let bits = 0;
  for (const sign of plain) {
    const value = alphabet.indexOf(sign);
    if (value < 0) return undefined;
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 255);
      held &= (1 << bits) - 1;
    }
  }
  return Buffer.from(bytes);
}

const check = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer').subarray(0, checkBytes);

export async function splitIntoShares(
  secret: Buffer,
  vaultId: string,
  { shares, threshold }: { shares: number; threshold: number },
): Promise<string[]> {
  const mark = Buffer.from(vaultId, 'hex').subarray(0, vaultBytes);
  return (await split(Uint8Array.from(secret), shares, threshold)).map((share) => {
    const body = Buffer.concat([mark, share]);
    return encoded(Buffer.concat([body, check(body)]));
  });
}

/**
 * What the shares make together; too few of them, or of another set, make another secret, which opens nothing.
 * @throws FaultError field-invalid, naming the share (from 1) that was not typed right or is of another vault
 */
export async function privateKeyFrom(shares: readonly string[], vaultId: string): Promise<Buffer> {
  const refused = (message: string, remedy: string): FaultError =>
    new FaultError(fault('field-invalid', message, remedy, { field: 'shares' }));
  const parts = shares.map((text, index) => {
    const bytes = decoded(text);
    const body = bytes?.subarray(0, -checkBytes);
    if (
      bytes === undefined ||
      body === undefined ||
      body.length !== vaultBytes + 33 ||
      !check(body).equals(bytes.subarray(-checkBytes))
    )
      throw refused(`Share ${index + 1} is not as it was printed.`, 'Compare it with the paper, sign by sign.');
    if (!body.subarray(0, vaultBytes).equals(Buffer.from(vaultId, 'hex').subarray(0, vaultBytes)))
      throw refused(`Share ${index + 1} belongs to another vault.`, 'Look for the shares of this vault.');
    return Uint8Array.from(body.subarray(vaultBytes));
  });
  if (new Set(parts.map((one) => one.at(-1))).size < parts.length)
    throw refused('One share was given twice.', 'Give each paper once.');
  if (parts.length < 2) throw refused('One share opens nothing.', 'Give as many shares as the papers say.');
  return Buffer.from(await combine(parts));
}
