/** The vault: everything that is kept. See README.md for the threat model. */
export { isCheckpointGenuine } from './checkpoints.ts';
export type { JournalFilter } from './journal.ts';
export type { DocumentEntry } from './projections.ts';
export type { RandomBytes } from './sealing.ts';
export { createVaultService, type VaultService } from './service.ts';
export {
  type Change,
  type Credentials,
  createVault,
  type NewDocument,
  openVault,
  type StoredDocument,
  type Vault,
  type VaultPlace,
  vaultState,
} from './vault.ts';
export type { VerifyOptions } from './verification.ts';
