import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../../../electron/vault/database.ts';
import type { VaultDatabase } from '../../../../electron/vault/driver.ts';
import { vaultFiles } from '../../../../electron/vault/files.ts';
import { createVault, openVault, type Vault, type VaultPlace } from '../../../../electron/vault/index.ts';
import { readKeyFile, unwrapVaultKey } from '../../../../electron/vault/key-file.ts';
import { deriveKey } from '../../../../electron/vault/sealing.ts';
import { CaseId } from '../../../../shared/foundation/ids.ts';
import type { NewEvent } from '../../../../shared/vault/events.ts';

export const profile = {
  boardName: 'Board of Example Hospital',
  userName: 'Ada Example',
  password: 'four sunny words walk home',
};
export const caseId = CaseId.parse('case-001');
export const otherCaseId = CaseId.parse('case-002');

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'consilium-vault-'));
export const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true });

/** A clock that the test moves; every reading is one millisecond later. */
export function testClock(start = '2026-01-05T08:00:00.000Z') {
  let milliseconds = Date.parse(start);
  return {
    now: (): string => {
      milliseconds += 1;
      return new Date(milliseconds).toISOString();
    },
    advance(seconds: number): void {
      milliseconds += seconds * 1000;
    },
  };
}

export function placeAt(folder: string, clock = testClock()): VaultPlace & { clock: ReturnType<typeof testClock> } {
  let count = 0;
  return {
    folder,
    clock,
    ids: {
      next: () => {
        count += 1;
        return `person-${count}-${Math.random().toString(36).slice(2)}`;
      },
    },
  };
}

export const create = (folder: string): Promise<Vault> => createVault(placeAt(folder), profile);
export const unlock = (folder: string, options: { inspect?: boolean } = {}): Promise<Vault> =>
  openVault(placeAt(folder), profile, options);

/** What an import says of a case. */
export const imported = (vault: Vault, id = caseId, pseudonym = 'P-0001'): NewEvent => ({
  actor: vault.user.userId,
  caseId: id,
  type: 'case.imported',
  payload: {
    listing: {
      pseudonym,
      tumorTypeCode: 'LUAD',
      tumorTypeName: 'Lung Adenocarcinoma',
      stage: 'IV',
      question: 'Next line?',
    },
  },
});

/** The database of a locked vault, opened with its key but without the vault around it. */
export async function rawDatabase(folder: string): Promise<VaultDatabase> {
  const files = vaultFiles(folder);
  const keyFile = readKeyFile(files.keys);
  const opened = await unwrapVaultKey(keyFile, profile.password, profile.userName);
  if (opened === undefined) throw new Error('the test does not know the password');
  return openDatabase(files.database, deriveKey(opened.doorKey, 'database'), keyFile.vaultId);
}

/** Edits the database of a locked vault as someone who has the key would: triggers off, any SQL. */
export async function tamper(folder: string, edit: (database: VaultDatabase) => void): Promise<void> {
  const database = await rawDatabase(folder);
  try {
    database.exec('DROP TRIGGER journal_keeps; DROP TRIGGER journal_stays; DROP TRIGGER journal_grows_at_end;');
    edit(database);
  } finally {
    database.close();
  }
}

/** Every file below a folder with its bytes and its path, for looking for what must not be there. */
export const everyFile = (folder: string): { path: string; bytes: Buffer }[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, bytes: readFileSync(path) }));

/** The fault code of a call that must be refused. */
export async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    return (error as { fault?: { code: string } }).fault?.code ?? `not a fault: ${String(error)}`;
  }
  return 'not refused';
}
