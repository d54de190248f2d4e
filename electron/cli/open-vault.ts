/** The vault behind a command, where one is named: what leaves or comes in is then in its journal. */
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { CaseId } from '../../shared/foundation/ids.ts';
import type { EventType } from '../../shared/vault/events.ts';
import { randomIds, systemClock } from '../ports.ts';
import { openVault, type Vault } from '../vault/index.ts';
import { secret } from './command.ts';

/** Options of every command that can open a vault. */
export const vaultOptions = {
  data: { type: 'string' },
  user: { type: 'string' },
  'password-file': { type: 'string' },
} as const;

export interface VaultValues {
  readonly data?: string | undefined;
  readonly user?: string | undefined;
  readonly 'password-file'?: string | undefined;
}

export const vaultUsage = '[--data <folder> [--user <name>] [--password-file f]]';

/** @throws FaultError password-wrong, vault-in-use, not-found */
export async function openNamedVault(values: VaultValues): Promise<Vault | undefined> {
  if (values.data === undefined) return undefined;
  const password = await secret({
    file: values['password-file'],
    variable: 'CONSILIUM_VAULT_PASSWORD',
    prompt: 'Password of the vault',
  });
  return openVault(
    { folder: values.data, clock: systemClock, ids: randomIds, calibrated: true },
    { password, userName: values.user },
  );
}

/** Runs with the vault that was named, and locks it whatever happens. */
export async function withVault<Value>(
  values: VaultValues,
  work: (vault: Vault | undefined) => Promise<Value>,
): Promise<Value> {
  const vault = await openNamedVault(values);
  try {
    return await work(vault);
  } finally {
    vault?.lock();
  }
}

/** A line of the journal, where a vault is open; a case that the vault does not know is named in no line. */
export function journalled(vault: Vault | undefined, type: EventType, caseId: string | null, payload: unknown): void {
  if (vault === undefined) return;
  const known = caseId !== null && vault.caseListing(caseId as CaseId) !== undefined;
  vault.append({ actor: vault.user.userId, type, caseId: known ? (caseId as CaseId) : null, payload });
}

/** For commands that make no sense without a vault. */
export function needVault(vault: Vault | undefined): Vault {
  if (vault === undefined)
    throw new FaultError(
      fault(
        'usage',
        'The queue stands in a vault.',
        'Name its folder with --data; the workstation must not have it open.',
      ),
    );
  return vault;
}
