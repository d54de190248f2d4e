import type { CaseId } from '../../shared/foundation/ids.ts';
import type { CaseKeyRing } from './backup.ts';
import type { VaultDatabase } from './driver.ts';
import { damaged, erasedFault } from './faults.ts';
import { deriveKey, type RandomBytes, seal, unseal } from './sealing.ts';

/** The key of what belongs to no case, as it was before anybody left. */
const vaultScope = 0;
/** Later keys of what belongs to no case count from here, so that they are never taken for those of a case. */
const laterVaultScope = 0x4000_0000;
/** Not a legal case id. */
const noCase = '';

export interface CaseKey {
  readonly key: Buffer;
  /** `vaultScope`, or 1 and up: a rotation adds versions, old rows keep theirs. */
  readonly version: number;
}

/**
 * One random key per case, wrapped by the vault key. Destroying the wrapped key makes everything sealed with it
 * unreadable.
 */
export function caseKeyring(database: VaultDatabase, vaultId: string, vaultKey: Buffer, randomBytes: RandomBytes) {
  const wrappingKey = deriveKey(vaultKey, 'case-keys');
  const ownKey: CaseKey = { key: deriveKey(vaultKey, 'vault-scope'), version: vaultScope };
  const opened = new Map<string, Buffer>();
  const associated = (caseId: string, version: number): string =>
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

  function open(caseId: string, row: { version: number; wrapped: Buffer }): CaseKey {
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
      if (caseId === null) {
        const later = latest.get(noCase);
        if (later === undefined) return ownKey;
        return { key: open(noCase, later).key, version: laterVaultScope + later.version };
      }
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
      if (version > laterVaultScope) {
        const later = byVersion.get(noCase, version - laterVaultScope);
        return later === undefined ? undefined : open(noCase, later).key;
      }
      if (caseId === null) return undefined;
      const row = byVersion.get(caseId, version);
      return row === undefined ? undefined : open(caseId, row).key;
    },
    /**
     * A new key for everything written from now on, in each case that has one and in what belongs to none; what was
     * written keeps its own. Inside a transaction. Gives the number of cases.
     */
    rotateAll(): number {
      const cases = database
        .prepare<[], { caseId: string; version: number }>(
          `SELECT case_id AS caseId, max(key_version) AS version FROM case_keys GROUP BY case_id`,
        )
        .all();
      const all = cases.some(({ caseId }) => caseId === noCase) ? cases : [...cases, { caseId: noCase, version: 0 }];
      for (const { caseId, version } of all) {
        const key = randomBytes(32);
        insert.run(caseId, version + 1, seal(wrappingKey, associated(caseId, version + 1), key, randomBytes));
        key.fill(0);
      }
      return all.length - 1;
    },
    /** Every case key there is, wrapped, and the cases whose keys were destroyed. */
    ring(): Pick<CaseKeyRing, 'keys'> & { erased: CaseId[] } {
      const keys = database
        .prepare<[], { caseId: string; version: number; wrapped: Buffer }>(
          `SELECT case_id AS caseId, key_version AS version, wrapped FROM case_keys WHERE recipient = 'vault'`,
        )
        .all()
        .map((row) => ({ ...row, wrapped: row.wrapped.toString('base64') }));
      const erased = database
        .prepare<[], string>(`SELECT DISTINCT case_id FROM journal WHERE type = 'case.erased'`)
        .pluck()
        .all();
      return { keys, erased: erased as CaseId[] };
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
