import type { CaseId } from '../../shared/foundation/ids.ts';
import type { VaultDatabase } from './driver.ts';
import { damaged, erasedFault } from './faults.ts';
import { deriveKey, type RandomBytes, seal, unseal } from './sealing.ts';

/** The key of what belongs to no case. */
const vaultScope = 0;

export interface CaseKey {
  readonly key: Buffer;
  /** `vaultScope`, or 1 and up: a later rotation adds versions, old rows keep theirs. */
  readonly version: number;
}

/**
 * One random key per case, wrapped by the vault key. Destroying the wrapped key makes everything sealed with it
 * unreadable. `recipient` is 'vault' today; keys wrapped to single members go beside it.
 */
export function caseKeyring(database: VaultDatabase, vaultId: string, vaultKey: Buffer, randomBytes: RandomBytes) {
  const wrappingKey = deriveKey(vaultKey, 'case-keys');
  const ownKey: CaseKey = { key: deriveKey(vaultKey, 'vault-scope'), version: vaultScope };
  const opened = new Map<string, Buffer>();
  const associated = (caseId: CaseId, version: number): string =>
    JSON.stringify([vaultId, 'case-key', caseId, version]);
  const latest = database.prepare<[string], { version: number; wrapped: Buffer }>(
    `SELECT key_version AS version, wrapped FROM case_keys WHERE case_id = ? AND recipient = 'vault' ORDER BY key_version DESC LIMIT 1`,
  );
  const byVersion = database.prepare<[string, number], { version: number; wrapped: Buffer }>(
    `SELECT key_version AS version, wrapped FROM case_keys WHERE case_id = ? AND key_version = ? AND recipient = 'vault'`,
  );
  const insert = database.prepare<[string, number, Buffer]>(`INSERT INTO case_keys VALUES (?, ?, 'vault', ?)`);
  const remove = database.prepare<[string]>('DELETE FROM case_keys WHERE case_id = ?');
  const tombstone = database
    .prepare<[string], number>(`SELECT 1 FROM journal WHERE case_id = ? AND type = 'case.erased' LIMIT 1`)
    .pluck();

  const isErased = (caseId: CaseId): boolean => tombstone.get(caseId) !== undefined;

  function open(caseId: CaseId, row: { version: number; wrapped: Buffer }): CaseKey {
    const name = `${row.version} ${caseId}`;
    const known = opened.get(name);
    if (known !== undefined) return { key: known, version: row.version };
    const key = unseal(wrappingKey, associated(caseId, row.version), row.wrapped);
    if (key === undefined) throw damaged('The key of a case');
    opened.set(name, key);
    return { key, version: row.version };
  }

  return {
    isErased,
    /**
     * The key that new content of the case is sealed with, made on first use. Call it outside of the transaction that
     * uses it: a key must be on disk before anything sealed with it.
     * @throws FaultError not-found (the case was erased), vault-damaged
     */
    forWriting(caseId: CaseId | null): CaseKey {
      if (caseId === null) return ownKey;
      const row = latest.get(caseId);
      if (row !== undefined) return open(caseId, row);
      if (isErased(caseId)) throw erasedFault();
      const key = randomBytes(32);
      insert.run(caseId, 1, seal(wrappingKey, associated(caseId, 1), key, randomBytes));
      opened.set(`1 ${caseId}`, key);
      return { key, version: 1 };
    },
    /** Undefined where the key does not exist (any more). */
    forReading(caseId: CaseId | null, version: number): Buffer | undefined {
      if (version === vaultScope) return ownKey.key;
      if (caseId === null) return undefined;
      const row = byVersion.get(caseId, version);
      return row === undefined ? undefined : open(caseId, row).key;
    },
    /** Inside the transaction that writes the tombstone. */
    destroy(caseId: CaseId): void {
      remove.run(caseId);
      for (const [name, key] of opened) {
        if (name.slice(name.indexOf(' ') + 1) !== caseId) continue;
        key.fill(0);
        opened.delete(name);
      }
    },
    wipe(): void {
      for (const key of [wrappingKey, ownKey.key, ...opened.values()]) key.fill(0);
      opened.clear();
    },
  };
}
export type CaseKeyring = ReturnType<typeof caseKeyring>;
