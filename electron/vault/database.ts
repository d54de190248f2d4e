import { rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { Database, type VaultDatabase } from './driver.ts';
import { damaged, lockedFault } from './faults.ts';
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

/** Name under which a copy hangs on the connection while it is made, and the start of the names of what watches for it. */
const copyName = 'copy';
const late = 'copy_late';
/** A step of a copy goes on for about this many milliseconds before other work has its turn. */
const stepMilliseconds = 15;
const rowsAtOnce = 200;
/** As many late rows as may wait for the last step. */
const lateAtEnd = 500;

export interface CopyTerms {
  /** Tables that stay empty in the copy. */
  readonly without?: readonly string[];
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}
/** A copy that has everything but what was written in the meantime. */
export interface DatabaseCopy {
  /**
   * In one step with no other work in between: what is still missing, then `prepare`. The copy is one file without a write-ahead
   * log, on disk when this returns.
   */
  readonly finish: (prepare: (copy: VaultDatabase) => void) => void;
  /** Nothing of it stays; does nothing to one that is finished. */
  readonly drop: () => void;
}

/**
 * A consistent copy of a database in use, under another key, made in steps with other work in between: rows go over a few at a
 * time, triggers note which of them changed behind that, and those go over again. One connection makes one copy at a time.
 * @throws FaultError locked (the vault was locked meanwhile); AbortError; SQLite errors as they come
 */
export async function copyDatabase(
  from: VaultDatabase,
  path: string,
  key: Buffer,
  { without = [], onProgress, signal }: CopyTerms = {},
): Promise<DatabaseCopy> {
  signal?.throwIfAborted();
  const schema = from
    .prepare<[], { type: string; name: string; sql: string }>(
      `SELECT type, name, sql FROM main.sqlite_schema WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_'
       ORDER BY type = 'table' DESC`,
    )
    .all();
  const triggers = schema.filter(({ type }) => type === 'trigger');
  const tables = schema
    .filter(({ type, name }) => type === 'table' && !without.includes(name))
    .map(({ name }) => ({ name, ...copyStatements(from, name) }));
  const made = connect(path, key, true);
  try {
    for (const { type, sql } of schema) if (type !== 'trigger') made.exec(sql);
    made.pragma(`user_version = ${Number(from.pragma('user_version', { simple: true }))}`);
    made.pragma('journal_mode = DELETE');
  } finally {
    made.close();
  }

  let isAttached = true;
  let isFinished = false;
  const release = (): void => {
    if (!isAttached || !from.open) return;
    isAttached = false;
    for (const { name } of tables)
      for (const act of ['INSERT', 'UPDATE', 'DELETE']) from.exec(`DROP TRIGGER IF EXISTS temp.copy_${name}_${act}`);
    from.exec(`DROP TABLE IF EXISTS temp.${late}; DETACH ${copyName}`);
  };
  const drop = (): void => {
    if (isFinished) return;
    release();
    for (const rest of ['', '-journal', '-wal', '-shm']) rmSync(path + rest, { force: true });
  };

  from.prepare(`ATTACH ? AS ${copyName} KEY ?`).run(path, `x'${key.toString('hex')}'`);
  try {
    // Worthless until it is whole: synced once, at the end.
    from.pragma(`${copyName}.journal_mode = MEMORY`);
    from.pragma(`${copyName}.synchronous = OFF`);
    from.exec(`CREATE TEMP TABLE ${late} (name TEXT NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (name, row)) STRICT`);
    for (const { name } of tables)
      for (const [act, rows] of [
        ['INSERT', ['NEW']],
        ['UPDATE', ['OLD', 'NEW']],
        ['DELETE', ['OLD']],
      ] as const)
        from.exec(`CREATE TEMP TRIGGER copy_${name}_${act} AFTER ${act} ON main.${name} BEGIN
          ${rows.map((row) => noteLate(name, `${row}.rowid`)).join(' ')} END`);

    const someLate = from.prepare<[number], { name: string; row: number }>(`SELECT name, row FROM ${late} LIMIT ?`);
    const forget = from.prepare<[string, number]>(`DELETE FROM ${late} WHERE name = ? AND row = ?`);
    const countLate = from.prepare<[], number>(`SELECT count(*) FROM ${late}`).pluck();
    const statements = new Map(
      tables.map(({ name, takeRow, dropRow }) => [
        name,
        { take: from.prepare<[number]>(takeRow), drop: from.prepare<[number]>(dropRow) },
      ]),
    );
    const catchUp = from.transaction((limit: number): number => {
      const rows = someLate.all(limit);
      for (const { name, row } of rows) {
        statements.get(name)?.drop.run(row);
        statements.get(name)?.take.run(row);
        forget.run(name, row);
      }
      return rows.length;
    });
    /** Until there is nothing left to do, a few milliseconds at a time. */
    const inSteps = async (work: () => boolean): Promise<void> => {
      for (let goesOn = true; goesOn; ) {
        const until = performance.now() + stepMilliseconds;
        while (goesOn && performance.now() < until) goesOn = work();
        await setImmediate();
        signal?.throwIfAborted();
        if (!from.open) throw lockedFault();
      }
    };

    const sized = tables.map((table) => ({
      ...table,
      rows: from.prepare<[], number | null>(`SELECT max(rowid) FROM main.${table.name}`).pluck().get() ?? 0,
    }));
    const all = sized.reduce((sum, { rows }) => sum + rows, 0);
    let before = 0;
    for (const { endOfSome, takeSome, rows } of sized) {
      const end = from.prepare<[number, number], number | null>(endOfSome).pluck();
      const take = from.prepare<[number, number]>(takeSome);
      let cursor = Number.MIN_SAFE_INTEGER;
      await inSteps(() => {
        const next = end.get(cursor, rowsAtOnce) ?? undefined;
        if (next === undefined) return false;
        take.run(cursor, next);
        cursor = next;
        onProgress?.(before + Math.min(Math.max(0, cursor), rows), all);
        return true;
      });
      before += rows;
    }
    await inSteps(() => (countLate.get() ?? 0) > lateAtEnd && catchUp(rowsAtOnce) > 0);
    // What is synced now need not be in the step that nobody may come between.
    const file = await open(path, 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    signal?.throwIfAborted();
    if (!from.open) throw lockedFault();

    return {
      drop,
      finish(prepare) {
        while (catchUp(rowsAtOnce) > 0);
        for (const { name } of tables) {
          const rows = (of: string) => from.prepare<[], number>(`SELECT count(*) FROM ${of}.${name}`).pluck().get();
          if (rows('main') !== rows(copyName)) throw damaged('The copy of the database');
        }
        release();
        const copy = connectAlone(path, key);
        try {
          for (const { sql } of triggers) copy.exec(sql);
          prepare(copy);
        } finally {
          copy.close();
        }
        syncFile(path);
        isFinished = true;
      },
    };
  } catch (error) {
    drop();
    throw error;
  }
}

/** Without OR IGNORE: in a trigger, what the statement that set it off says of conflicts goes before it. */
const noteLate = (name: string, row: string): string =>
  `INSERT INTO ${late} SELECT '${name}', ${row} WHERE NOT EXISTS (SELECT 1 FROM ${late} WHERE name = '${name}' AND row = ${row});`;

/** How rows of a table go over; a row of the copy that stands in the way of a newer one is stale itself. */
function copyStatements(database: VaultDatabase, name: string) {
  const columns = database
    .prepare<[], string>(`SELECT name FROM pragma_table_xinfo('${name}', 'main') WHERE hidden = 0`)
    .pluck()
    .all()
    .join(', ');
  const take = `INSERT OR REPLACE INTO ${copyName}.${name} (rowid, ${columns}) SELECT rowid, ${columns} FROM main.${name}`;
  return {
    endOfSome: `SELECT max(rowid) FROM (SELECT rowid FROM main.${name} WHERE rowid > ? ORDER BY rowid LIMIT ?)`,
    takeSome: `${take} WHERE rowid > ? AND rowid <= ? ORDER BY rowid`,
    takeRow: `${take} WHERE rowid = ?`,
    dropRow: `DELETE FROM ${copyName}.${name} WHERE rowid = ?`,
  };
}

/** For a file that nobody uses and nobody misses until it is synced, once, at its end. */
function connectAlone(path: string, key: Buffer): VaultDatabase {
  const database = connect(path, key, false);
  database.pragma('journal_mode = DELETE');
  database.pragma('synchronous = OFF');
  return database;
}

/** Works on a database that nobody else holds, and leaves one file under another key, on disk when this resolves. */
export async function withDatabase(
  path: string,
  keys: { from: Buffer; to: Buffer },
  prepare: (database: VaultDatabase) => Promise<void>,
): Promise<void> {
  const database = connectAlone(path, keys.from);
  try {
    await prepare(database);
    if (!keys.to.equals(keys.from)) database.pragma(`rekey = "x'${keys.to.toString('hex')}'"`);
    database.exec('VACUUM');
  } finally {
    database.close();
  }
  syncFile(path);
}
