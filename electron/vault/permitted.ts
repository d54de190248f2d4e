import { breaksGlass, readsCases } from '../../shared/vault/roles.ts';
import type { VaultUser } from '../../shared/vault/service.ts';
import { isRenewed, type KeyFile } from './key-file.ts';
import { keyIdOf } from './wrapping.ts';

/** A public key that something is wrapped for. */
export interface Recipient {
  readonly keyId: string;
  readonly publicKey: Buffer;
}

/** For whom the keys of cases are wrapped, by the roles of now. */
export interface Permitted {
  /** Whoever sits at the table. */
  readonly readers: readonly Recipient[];
  /** Auditors and the printed shares: the private half of the emergency key is wrapped for them. */
  readonly holders: readonly Recipient[];
  /** Nobody reads cases, or a reader's slot is of the first version and has no key pair: the vault key wraps as before. */
  readonly waiting: boolean;
}

const recipient = (publicKey: string): Recipient => {
  const raw = Buffer.from(publicKey, 'base64url');
  return { keyId: keyIdOf(raw), publicKey: raw };
};

export function permittedOf({ slots, recovery }: KeyFile, users: readonly VaultUser[]): Permitted {
  const peopleWith = (holds: (roles: VaultUser['roles']) => boolean) =>
    users.filter(({ roles }) => holds(roles)).flatMap((user) => slots.filter(({ userId }) => userId === user.userId));
  const reading = peopleWith(readsCases);
  const keysOf = (people: typeof reading) => people.filter(isRenewed).map(({ publicKey }) => recipient(publicKey));
  return {
    readers: keysOf(reading),
    holders: [...keysOf(peopleWith(breaksGlass)), ...(recovery === undefined ? [] : [recipient(recovery.publicKey)])],
    waiting: reading.length === 0 || !reading.every(isRenewed),
  };
}

/** Whose key pair that is. */
export const personOfKey = ({ slots }: KeyFile, keyId: string): string | undefined =>
  slots.find((slot) => isRenewed(slot) && recipient(slot.publicKey).keyId === keyId)?.userId;
/** Undefined for a slot of the first version. */
export const keyIdOfPerson = ({ slots }: KeyFile, userId: string): string | undefined => {
  const slot = slots.find((one) => one.userId === userId);
  return slot !== undefined && isRenewed(slot) ? recipient(slot.publicKey).keyId : undefined;
};
