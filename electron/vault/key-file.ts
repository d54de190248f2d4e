import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Algorithm, hashRaw } from '@node-rs/argon2';
import { z } from 'zod';
import { canonicalJson } from '../../shared/foundation/canonical.ts';
import { UserId } from '../../shared/foundation/ids.ts';
import { normalizePassword } from '../../shared/vault/password.ts';
import { damaged } from './faults.ts';
import { writeDurably } from './files.ts';
import { deriveKey, type RandomBytes, seal, unseal, wipe } from './sealing.ts';
import { type KeyPair, newKeyPair, publicKeyFrom, unwrapWith, wrapFor } from './wrapping.ts';

/**
 * Cost of one password try (RFC 9106 section 4, second recommended option, more passes never fewer). The lower bounds
 * stand in the schema too, so that nobody can weaken a slot by editing it; the upper ones keep a tampered file from
 * eating the machine.
 */
export const Argon2Parameters = z.object({
  memoryKib: z.number().int().min(65_536).max(4_194_304),
  passes: z.number().int().min(3).max(100),
  lanes: z.number().int().min(1).max(16),
});
export type PasswordCost = z.infer<typeof Argon2Parameters>;
export const leastCost: PasswordCost = { memoryKib: 65_536, passes: 3, lanes: 1 };

const Named = z.object({
  userId: UserId,
  nameTag: z.string().regex(/^[0-9a-f]{64}$/),
  argon2: Argon2Parameters,
  salt: z.base64url(),
});

/**
 * One person's way in. The password opens the private half of a key pair, that half opens the door key: the door key can
 * be changed for everybody who stays without anybody's password. The name is kept as a tag only: a locked disk lists nobody.
 */
const KeySlot = Named.extend({ publicKey: z.base64url(), sealedPrivateKey: z.base64url(), wrappedKey: z.base64url() });
export type KeySlot = z.infer<typeof KeySlot>;

/** As version 1 kept it: the password opens the key itself. Replaced when its person unlocks. */
const FirstKeySlot = Named.extend({ wrappedKey: z.base64url() }).strict();
type FirstKeySlot = z.infer<typeof FirstKeySlot>;
type AnySlot = KeySlot | FirstKeySlot;
export const isRenewed = (slot: AnySlot): slot is KeySlot => 'publicKey' in slot;
export const isOfFirstVersion = (slot: AnySlot): boolean => !isRenewed(slot);

/** A way in that no person holds alone: its private half exists only as printed shares. */
const Recovery = z.object({
  publicKey: z.base64url(),
  wrappedKey: z.base64url(),
  threshold: z.number().int().min(2).max(255),
  shares: z.number().int().min(2).max(255),
  madeAt: z.string(),
});
export type Recovery = z.infer<typeof Recovery>;

const KeyFileBody = z.object({
  format: z.literal('consilium-vault-keys'),
  version: z.union([z.literal(1), z.literal(2)]),
  vaultId: z.string().regex(/^[0-9a-f]{32}$/),
  slots: z.array(z.union([KeySlot, FirstKeySlot])).min(1),
  /** Earlier door keys, oldest first, each sealed under the present one: older copies of the vault stay readable. */
  former: z.array(z.base64url()).default([]),
  recovery: Recovery.optional(),
  /** HMAC under the door key: nobody without a password puts another public key beside a name. */
  mac: z.string().optional(),
});
export type KeyFile = z.infer<typeof KeyFileBody>;

/** What a password, or enough shares, open. */
export interface VaultKeys {
  /** Opens the database and wraps what is new; another one after somebody left. */
  readonly doorKey: Buffer;
  /** The first door key, from which the keys of the first days are derived. */
  readonly vaultKey: Buffer;
  /** All door keys, oldest first. */
  readonly doorKeys: readonly Buffer[];
  /** The key pair of whoever's password it was, which opens what is wrapped for them; a slot of version 1 has none. */
  readonly pair?: KeyPair | undefined;
}

/** Leaves nothing of the keys in memory. */
export function forgetKeys({ doorKey, vaultKey, doorKeys, pair }: VaultKeys): void {
  for (const key of [doorKey, vaultKey, ...doorKeys, ...(pair === undefined ? [] : [pair.privateKey])]) wipe(key);
}

const text = (bytes: Buffer): string => bytes.toString('base64url');
const bytesOf = (encoded: string): Buffer => Buffer.from(encoded, 'base64url');

export const nameTag = (vaultId: string, name: string): string =>
  createHmac('sha256', vaultId).update(name.normalize('NFKC').trim().toLowerCase()).digest('hex');

export const derive = (password: string, salt: Buffer, { memoryKib, passes, lanes }: PasswordCost): Promise<Buffer> =>
  hashRaw(normalizePassword(password), {
    algorithm: 2 as Algorithm.Argon2id,
    memoryCost: memoryKib,
    timeCost: passes,
    parallelism: lanes,
    outputLen: 32,
    salt,
  });

const wantedMilliseconds = 700;
let calibrated: Promise<PasswordCost> | undefined;
/**
 * The cost at which one try takes 0.5 to 1.0 s on this machine, measured once per process: more passes on a fast one,
 * never fewer than three. Processor time counts, not the clock: a busy machine must not make passwords cheap.
 */
export function calibratedCost(): Promise<PasswordCost> {
  calibrated ??= (async () => {
    const before = process.cpuUsage();
    await derive('calibration', Buffer.alloc(16), leastCost);
    const { user, system } = process.cpuUsage(before);
    return costFor((user + system) / 1000);
  })();
  return calibrated;
}
/** @param milliseconds what the least cost took */
export const costFor = (milliseconds: number): PasswordCost => ({
  ...leastCost,
  passes: Math.min(100, Math.max(leastCost.passes, Math.round((leastCost.passes * wantedMilliseconds) / milliseconds))),
});

const associatedFirst = (vaultId: string, { wrappedKey: _, ...slot }: FirstKeySlot): string =>
  canonicalJson({ vaultId, ...slot });
const associatedPrivate = (vaultId: string, { wrappedKey: _, sealedPrivateKey: __, ...slot }: KeySlot): string =>
  canonicalJson({ vaultId, ...slot });
const associatedDoor = (vaultId: string, holder: string, publicKey: string): string =>
  canonicalJson({ vaultId, holder, publicKey });
const associatedFormer = (vaultId: string, index: number): string => canonicalJson({ vaultId, former: index });

const wrapDoor = (
  vaultId: string,
  holder: string,
  publicKey: string,
  doorKey: Buffer,
  randomBytes: RandomBytes,
): string => text(wrapFor(bytesOf(publicKey), associatedDoor(vaultId, holder, publicKey), doorKey, randomBytes));

/** Whose slot it is; a name that is not known now may stand as its tag. */
interface Person {
  readonly userId: UserId;
  readonly name: string | { readonly tag: string };
  readonly password: string;
}

/**
 * A way in for a person: a key pair, its private half under a key derived from the password, and the door key for it. A new
 * password keeps the `known` pair, with all that is wrapped for it; somebody new gets their own.
 */
export async function makeSlot(
  vaultId: string,
  doorKey: Buffer,
  person: Person,
  randomBytes: RandomBytes,
  cost: PasswordCost = leastCost,
  known?: KeyPair,
): Promise<KeySlot> {
  const pair = known ?? newKeyPair();
  const salt = randomBytes(16);
  const slot: KeySlot = {
    userId: person.userId,
    nameTag: typeof person.name === 'string' ? nameTag(vaultId, person.name) : person.name.tag,
    argon2: cost,
    salt: text(salt),
    publicKey: text(pair.publicKey),
    sealedPrivateKey: '',
    wrappedKey: '',
  };
  const key = await derive(person.password, salt, cost);
  const sealed = seal(key, associatedPrivate(vaultId, slot), pair.privateKey, randomBytes);
  wipe(key);
  if (known === undefined) pair.privateKey.fill(0);
  return {
    ...slot,
    sealedPrivateKey: text(sealed),
    wrappedKey: wrapDoor(vaultId, slot.userId, slot.publicKey, doorKey, randomBytes),
  };
}

/** The door key with what it opens of the file. @throws FaultError vault-damaged (somebody edited the file) */
function keysFrom(file: KeyFile, doorKey: Buffer): VaultKeys {
  // A file of the first version has no MAC, and no slot that would need one.
  const isFirst = file.version === 1 && file.slots.every(isOfFirstVersion);
  if (!isFirst && file.mac !== macOf(file, doorKey)) throw damaged('The key file of the vault');
  const former = file.former.map((sealed, index) => {
    const key = unseal(deriveKey(doorKey, 'former'), associatedFormer(file.vaultId, index), bytesOf(sealed));
    if (key === undefined) throw damaged('The key file of the vault');
    return key;
  });
  return { doorKey, vaultKey: Buffer.from(former[0] ?? doorKey), doorKeys: [...former, doorKey] };
}

/**
 * The keys and whose password opened them, or undefined: wrong password, unknown name and altered slot look alike
 * and take alike. Without a name the only slot is meant.
 */
export async function unwrapVaultKey(
  file: KeyFile,
  password: string,
  userName?: string,
): Promise<(VaultKeys & { userId: UserId }) | undefined> {
  const tag = userName === undefined ? undefined : nameTag(file.vaultId, userName);
  const slot =
    tag === undefined && file.slots.length === 1 ? file.slots[0] : file.slots.find((one) => one.nameTag === tag);
  const tried = slot ?? file.slots[0];
  if (tried === undefined) return undefined;
  const key = await derive(password, bytesOf(tried.salt), tried.argon2);
  const pair = isRenewed(tried) ? pairThrough(file.vaultId, tried, key) : undefined;
  const doorKey = isRenewed(tried)
    ? pair && unwrapWith(pair, associatedDoor(file.vaultId, tried.userId, tried.publicKey), bytesOf(tried.wrappedKey))
    : unseal(key, associatedFirst(file.vaultId, tried), bytesOf(tried.wrappedKey));
  wipe(key);
  if (slot !== undefined && doorKey !== undefined) return { ...keysFrom(file, doorKey), pair, userId: slot.userId };
  pair?.privateKey.fill(0);
  return undefined;
}

function pairThrough(vaultId: string, slot: KeySlot, key: Buffer): KeyPair | undefined {
  const privateKey = unseal(key, associatedPrivate(vaultId, slot), bytesOf(slot.sealedPrivateKey));
  return privateKey && { publicKey: bytesOf(slot.publicKey), privateKey };
}

/** A way in for whoever brings enough shares; gives the private half to be split, which is kept nowhere. */
export function makeRecovery(
  vaultId: string,
  doorKey: Buffer,
  split: { threshold: number; shares: number; madeAt: string },
  randomBytes: RandomBytes,
): { recovery: Recovery; privateKey: Buffer } {
  const pair = newKeyPair();
  const publicKey = text(pair.publicKey);
  const wrappedKey = wrapDoor(vaultId, 'recovery', publicKey, doorKey, randomBytes);
  return { recovery: { publicKey, wrappedKey, ...split }, privateKey: pair.privateKey };
}

/** The keys by way of the recovery pair; undefined where this is not its private half. @throws FaultError vault-damaged */
export function recoverKeys(file: KeyFile, privateKey: Buffer): VaultKeys | undefined {
  const { recovery } = file;
  if (recovery === undefined || text(publicKeyFrom(privateKey)) !== recovery.publicKey) return undefined;
  const pair = { publicKey: bytesOf(recovery.publicKey), privateKey };
  const doorKey = unwrapWith(
    pair,
    associatedDoor(file.vaultId, 'recovery', recovery.publicKey),
    bytesOf(recovery.wrappedKey),
  );
  return doorKey === undefined ? undefined : keysFrom(file, doorKey);
}

/** The same file with another door key, wrapped for everybody in it; the keys before stay, sealed under the new one. */
export function rekeyed(file: KeyFile, keys: VaultKeys, doorKey: Buffer, randomBytes: RandomBytes): KeyFile {
  const { vaultId } = file;
  const { recovery } = file;
  const under = deriveKey(doorKey, 'former');
  return {
    ...file,
    slots: file.slots.map((slot) =>
      isRenewed(slot)
        ? { ...slot, wrappedKey: wrapDoor(vaultId, slot.userId, slot.publicKey, doorKey, randomBytes) }
        : slot,
    ),
    former: keys.doorKeys.map((key, index) => text(seal(under, associatedFormer(vaultId, index), key, randomBytes))),
    ...(recovery === undefined
      ? {}
      : {
          recovery: {
            ...recovery,
            wrappedKey: wrapDoor(vaultId, 'recovery', recovery.publicKey, doorKey, randomBytes),
          },
        }),
  };
}

function macOf({ mac: _, ...body }: KeyFile, doorKey: Buffer): string {
  return createHmac('sha256', deriveKey(doorKey, 'key-file')).update(canonicalJson(body)).digest('hex');
}

const checksum = (body: KeyFile): string =>
  createHmac('sha256', 'vault.keys.json').update(canonicalJson(body)).digest('hex');

/** Written as version 2 whatever was read. The checksum tells a damaged file from a wrong password. */
export function writeKeyFile(path: string, body: KeyFile, doorKey: Buffer): void {
  writeDurably(path, keyFileBytes(body, doorKey));
}

export function keyFileBytes(body: KeyFile, doorKey: Buffer): Buffer {
  const { mac: _, ...rest } = body;
  const second = { ...rest, version: 2 as const };
  const whole = { ...second, mac: macOf(second, doorKey) };
  return Buffer.from(`${JSON.stringify({ ...whole, checksum: checksum(whole) }, null, 2)}\n`);
}

/** @throws FaultError vault-damaged; file system errors as they come */
export const readKeyFile = (path: string): KeyFile => keyFileFrom(readFileSync(path, 'utf8'));

/** @throws FaultError vault-damaged */
export function keyFileFrom(content: string): KeyFile {
  let body: KeyFile;
  let sum: unknown;
  let whole: string;
  try {
    const json = JSON.parse(content) as Record<string, unknown>;
    body = KeyFileBody.parse(json);
    const { checksum: given, ...rest } = json;
    sum = given;
    whole = checksum(rest as KeyFile);
  } catch {
    throw damaged('The key file of the vault');
  }
  if (sum !== whole) throw damaged('The key file of the vault');
  return body;
}
