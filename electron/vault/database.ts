import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { Database, type VaultDatabase } from './driver.ts';
import { damaged } from './faults.ts';
import { syncFile } from './files.ts';
import {
  dropReadableWorklist,
  fillSortKeys,
  projectionsOfVersion3,
  projectionsOfVersion4,
  projectionTables,
} from './projections.ts';

const schemaVersion = 4;

/** Private halves of the emergency key, wrapped for who may break the glass (F112). Version 4. */
const emergencyTable = `
CREATE TABLE emergency_keys (
  version INTEGER NOT NULL,
  holder TEXT NOT NULL,
  public_key BLOB NOT NULL,
  wrapped BLOB NOT NULL,
  PRIMARY KEY (version, holder)
) STRICT;
`;

/** What each version adds to the one before it; the journal itself never changes. Views added later are filled from it. */
const migrations: Readonly<Record<number, (database: VaultDatabase) => void>> = {
  2: (database) =>
    database.exec(`ALTER TABLE users ADD COLUMN removed_at TEXT;
      CREATE TABLE holds (case_id TEXT PRIMARY KEY, reason TEXT NOT NULL, since TEXT NOT NULL) STRICT;`),
  3: (database) => {
    database.exec(projectionsOfVersion3);
    fillSortKeys(database);
  },
  // The readable worklist stays until somebody's keys can seal it.
  4: (database) => database.exec(emergencyTable + projectionsOfVersion4),
};

/**
 * The journal takes new rows at its end and nothing else. The triggers guard against our own mistakes; against someone
 * who edits the file with the key in hand stand the hash chain, the sealing and the checkpoints.
 * `recursive_triggers` must be on, else INSERT OR REPLACE deletes without asking them.
 */
const schema = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE secrets (name TEXT PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
CREATE TABLE case_keys (
  case_id TEXT NOT NULL,
  key_version INTEGER NOT NULL,
  recipient TEXT NOT NULL,
  wrapped BLOB NOT NULL,
  PRIMARY KEY (case_id, key_version, recipient)
) STRICT;
CREATE TABLE journal (
  sequence INTEGER PRIMARY KEY,
  time TEXT NOT NULL,
  actor TEXT NOT NULL,
  case_id TEXT,
  type TEXT NOT NULL,
  key_version INTEGER NOT NULL,
  ciphertext BLOB NOT NULL,
  previous_hash BLOB NOT NULL,
  hash BLOB NOT NULL
) STRICT;
CREATE INDEX journal_by_case ON journal (case_id, sequence);
CREATE TABLE head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  sequence INTEGER NOT NULL,
  hash BLOB NOT NULL,
  frontier BLOB NOT NULL
) STRICT;
CREATE TRIGGER journal_keeps BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_stays BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_grows_at_end BEFORE INSERT ON journal
  WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM journal)
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
${projectionTables}
${projectionsOfVersion3}
${emergencyTable}
${projectionsOfVersion4}
${dropReadableWorklist}
PRAGMA user_version = ${schemaVersion};
`;

/**
 * SQLCipher 4 with a raw 256-bit key (the password was stretched by Argon2id already), WAL, FULL: a committed
 * transaction survives a power cut. The exclusive lock lasts as long as the connection and dies with the process, so
 * there is no stale lock file and no second writer. Do not open the file by other means in this process while it is
 * held: closing any handle on it would drop POSIX locks.
 */
function connect(path: string, key: Buffer, create: boolean): VaultDatabase {
  const database = new Database(path, { timeout: 200, fileMustExist: !create });
  try {
    database.pragma(`cipher = 'sqlcipher'`);
    database.pragma('legacy = 4');
    database.pragma(`key = "x'${key.toString('hex')}'"`);
    database.pragma('locking_mode = EXCLUSIVE');
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('fullfsync = ON');
    database.pragma('secure_delete = ON');
    database.pragma('temp_store = MEMORY');
    // 32 MiB instead of 2: a page that is not at hand is authenticated and decrypted again.
    database.pragma('cache_size = -32768');
    database.pragma('recursive_triggers = ON');
    database.pragma('trusted_schema = OFF');
    database.exec('BEGIN IMMEDIATE; COMMIT');
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** The right to work with a vault folder; it ends with `release` or with its process. */
export interface FolderHold {
  readonly release: () => void;
}

/**
 * Taken before anything of a vault folder is touched: keys and databases change places while a person is removed, and a
 * second program that tidied up meanwhile would throw the vault away. A lock of SQLite's on an empty file, since it dies
 * with its process and leaves nothing stale.
 * @throws SQLITE_BUSY where another holds it
 */
export function holdFolder(path: string): FolderHold {
  const file = new Database(path, { timeout: 200 });
  try {
    file.pragma('locking_mode = EXCLUSIVE');
    file.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    throw error;
  }
  return { release: () => void file.close() };
}

export function createDatabase(path: string, key: Buffer, vaultId: string): VaultDatabase {
  const database = connect(path, key, true);
  database.transaction(() => {
    database.exec(schema);
    database.prepare(`INSERT INTO meta VALUES ('vaultId', ?)`).run(vaultId);
  })();
  return database;
}

/** Brings a database of any released version to this one. @throws FaultError vault-damaged, schema-newer */
export function migrate(database: VaultDatabase): void {
  const version = Number(database.pragma('user_version', { simple: true }));
  if (version > schemaVersion) {
    throw new FaultError(
      fault(
        'schema-newer',
        `The vault was written by a newer version (schema ${version}, this program knows ${schemaVersion}).`,
        'Open it with the newer version.',
      ),
    );
  }
  if (version < 1) throw damaged('The vault database');
  database
    .transaction(() => {
      for (let next = version + 1; next <= schemaVersion; next += 1) migrations[next]?.(database);
      database.pragma(`user_version = ${schemaVersion}`);
    })
    .immediate();
}

/** @throws FaultError vault-damaged, schema-newer; SQLite errors as they come */
export function openDatabase(path: string, key: Buffer, vaultId: string): VaultDatabase {
  const database = connect(path, key, false);
  try {
    migrate(database);
    const stored = database.prepare<[], string>(`SELECT value FROM meta WHERE name = 'vaultId'`).pluck().get();
    if (stored !== vaultId) throw damaged('The vault database');
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/**
 * A consistent copy in one file, without a write-ahead log, under another key (VACUUM INTO reads one state of a database in
 * use). `prepare` works on the copy before it is closed; the copy is on disk when this returns.
 */
export function copyDatabase(
  from: VaultDatabase,
  path: string,
  keys: { from: Buffer; to: Buffer },
  prepare: (copy: VaultDatabase) => void,
): void {
  from.prepare('VACUUM INTO ?').run(path);
  withDatabase(path, keys, prepare);
}

/** Works on a database that nobody else holds, and leaves one file under the key given, on disk when this returns. */
export function withDatabase(
  path: string,
  keys: { from: Buffer; to: Buffer },
  prepare: (database: VaultDatabase) => void,
): void {
  const copy = connect(path, keys.from, false);
  try {
    prepare(copy);
    copy.pragma('journal_mode = DELETE');
    if (!keys.to.equals(keys.from)) copy.pragma(`rekey = "x'${keys.to.toString('hex')}'"`);
    copy.exec('VACUUM');
  } finally {
    copy.close();
  }
  syncFile(path);
}
