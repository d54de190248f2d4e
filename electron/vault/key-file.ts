import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Algorithm, hashRaw } from '@node-rs/argon2';
import { z } from 'zod';
import { canonicalJson } from '../../shared/foundation/canonical.ts';
import { UserId } from '../../shared/foundation/ids.ts';
import { normalizePassword } from '../../shared/vault/password.ts';
import { damaged } from './faults.ts';
import { writeDurably } from './files.ts';
import { type RandomBytes, seal, unseal } from './sealing.ts';

/**
 * Cost of one password try (RFC 9106 section 4, second recommended option, more passes never fewer). The lower bounds
 * stand in the schema too, so that nobody can weaken a slot by editing it; the upper ones keep a tampered file from
 * eating the machine.
 */
const Argon2Parameters = z.object({
  memoryKib: z.number().int().min(65_536).max(4_194_304),
  passes: z.number().int().min(3).max(100),
  lanes: z.number().int().min(1).max(16),
});
const cost: z.infer<typeof Argon2Parameters> = { memoryKib: 65_536, passes: 3, lanes: 1 };

/** One person's way to the vault key. The name is kept as a tag only: a locked disk lists nobody. */
const KeySlot = z.object({
  userId: UserId,
  nameTag: z.string().regex(/^[0-9a-f]{64}$/),
  argon2: Argon2Parameters,
  salt: z.base64url(),
  wrappedKey: z.base64url(),
});
type KeySlot = z.infer<typeof KeySlot>;

const KeyFileBody = z.object({
  format: z.literal('consilium-vault-keys'),
  version: z.literal(1),
  vaultId: z.string().regex(/^[0-9a-f]{32}$/),
  slots: z.array(KeySlot).min(1),
});
export type KeyFile = z.infer<typeof KeyFileBody>;

const nameTag = (vaultId: string, name: string): string =>
  createHmac('sha256', vaultId).update(name.normalize('NFKC').trim().toLowerCase()).digest('hex');

const derive = (password: string, salt: Buffer, { memoryKib, passes, lanes }: KeySlot['argon2']): Promise<Buffer> =>
  hashRaw(normalizePassword(password), {
    algorithm: 2 as Algorithm.Argon2id,
    memoryCost: memoryKib,
    timeCost: passes,
    parallelism: lanes,
    outputLen: 32,
    salt,
  });

const associated = (vaultId: string, { wrappedKey: _, ...slot }: KeySlot): string =>
  canonicalJson({ vaultId, ...slot });

/** Wraps the vault key for one more person under a key derived from the password. */
export async function makeSlot(
  vaultId: string,
  vaultKey: Buffer,
  person: { userId: UserId; name: string; password: string },
  randomBytes: RandomBytes,
): Promise<KeySlot> {
  const salt = randomBytes(16);
  const slot: KeySlot = {
    userId: person.userId,
    nameTag: nameTag(vaultId, person.name),
    argon2: cost,
    salt: salt.toString('base64url'),
    wrappedKey: '',
  };
  const key = await derive(person.password, salt, cost);
  const wrapped = seal(key, associated(vaultId, slot), vaultKey, randomBytes);
  key.fill(0);
  return { ...slot, wrappedKey: wrapped.toString('base64url') };
}

/**
 * The vault key and whose password opened it, or undefined: wrong password, unknown name and altered slot look alike
 * and take alike. Without a name the only slot is meant.
 */
export async function unwrapVaultKey(
  file: KeyFile,
  password: string,
  userName?: string,
): Promise<{ vaultKey: Buffer; userId: UserId } | undefined> {
  const tag = userName === undefined ? undefined : nameTag(file.vaultId, userName);
  const slot =
    tag === undefined && file.slots.length === 1 ? file.slots[0] : file.slots.find((one) => one.nameTag === tag);
  const tried = slot ?? file.slots[0];
  if (tried === undefined) return undefined;
  const key = await derive(password, Buffer.from(tried.salt, 'base64url'), tried.argon2);
  const vaultKey = unseal(key, associated(file.vaultId, tried), Buffer.from(tried.wrappedKey, 'base64url'));
  key.fill(0);
  return slot === undefined || vaultKey === undefined ? undefined : { vaultKey, userId: slot.userId };
}

const checksum = (body: KeyFile): string =>
  createHmac('sha256', 'vault.keys.json').update(canonicalJson(body)).digest('hex');

/** The checksum tells a damaged file from a wrong password; against a forger stands the sealing of each slot. */
export function writeKeyFile(path: string, body: KeyFile): void {
  writeDurably(path, Buffer.from(`${JSON.stringify({ ...body, checksum: checksum(body) }, null, 2)}\n`));
}

/** @throws FaultError vault-damaged; file system errors as they come */
export function readKeyFile(path: string): KeyFile {
  const text = readFileSync(path, 'utf8');
  let body: KeyFile;
  let sum: unknown;
  try {
    const json: unknown = JSON.parse(text);
    body = KeyFileBody.parse(json);
    sum = (json as { checksum?: unknown }).checksum;
  } catch {
    throw damaged('The key file of the vault');
  }
  if (sum !== checksum(body)) throw damaged('The key file of the vault');
  return body;
}
