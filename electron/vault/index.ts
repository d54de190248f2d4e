/** The vault: everything that is kept. See README.md for the threat model. */
export { isCheckpointGenuine } from './checkpoints.ts';
export { createVaultService, type VaultService } from './service.ts';
export { createVault, openVault, type Vault, type VaultPlace, vaultState } from './vault.ts';
