/** The vault: everything that is kept. See README.md for the threat model. */

export type { OnProgress } from './backup.ts';
export { isCheckpointGenuine } from './checkpoints.ts';
export { openSealedFile, sealFile } from './passphrase.ts';
export { checkProof } from './proofs.ts';
export { drillBackup, restoreVault } from './restore.ts';
export { createVaultService, type VaultService } from './service.ts';
export { createVault, openVault, recoverVault, type Vault, type VaultPlace, vaultState } from './vault.ts';
