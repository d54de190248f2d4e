import { z } from 'zod';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { CaseId, UserId } from '../../shared/foundation/ids.ts';
import { type CaseListing, type CasePage, CaseQuery, type CaseStatus, naturalKey } from '../../shared/vault/cases.ts';
import { type EventType, eventPayloads, isObservation, type JournalEvent } from '../../shared/vault/events.ts';
import type { ErasureProposal } from '../../shared/vault/retention.ts';
import type { RetentionRules } from '../../shared/vault/retention-rules.ts';
import type { LegalHold, VaultUser } from '../../shared/vault/service.ts';
import type { VaultDatabase } from './driver.ts';

/** Views of the journal, written in the transaction of the event and rebuilt from it at will. Nothing lives only here. */
export const projectionTables = `
CREATE TABLE board (id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL) STRICT;
CREATE TABLE users (
  user_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  roles TEXT NOT NULL,
  added_at TEXT NOT NULL,
  removed_at TEXT
) STRICT;
CREATE TABLE holds (case_id TEXT PRIMARY KEY, reason TEXT NOT NULL, since TEXT NOT NULL) STRICT;
CREATE TABLE cases (
  case_id TEXT PRIMARY KEY,
  pseudonym TEXT NOT NULL,
  tumor_type_code TEXT,
  tumor_type_name TEXT,
  stage TEXT,
  question TEXT,
  status TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
CREATE TABLE case_versions (case_id TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT;
CREATE TABLE documents (
  scope TEXT NOT NULL,
  kind TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  stored_at TEXT NOT NULL,
  PRIMARY KEY (scope, kind, sequence)
) STRICT;
`;
/** What version 3 adds: rules of retention, wishes to erase, the worklist in its order with its counts, entries by type. */
export const projectionsOfVersion3 = `
CREATE INDEX journal_by_type ON journal (type, sequence);
CREATE TABLE retention (
  standing TEXT PRIMARY KEY CHECK (standing IN ('in-force', 'proposed')),
  rules TEXT NOT NULL,
  reason TEXT NOT NULL,
  person TEXT NOT NULL,
  since TEXT NOT NULL
) STRICT;
CREATE TABLE erasure_proposals (
  case_id TEXT PRIMARY KEY,
  person TEXT NOT NULL,
  reason TEXT NOT NULL,
  since TEXT NOT NULL
) STRICT;
ALTER TABLE cases ADD COLUMN sort_key TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN place INTEGER NOT NULL AS (CASE status
  WHEN 'decided' THEN 1 WHEN 'signed' THEN 2 WHEN 'closed' THEN 2 WHEN 'erased' THEN 3 ELSE 0 END) VIRTUAL;
CREATE INDEX cases_in_order ON cases (place, sort_key, case_id);
CREATE TABLE case_counts (place INTEGER PRIMARY KEY, cases INTEGER NOT NULL) STRICT;
INSERT INTO case_counts SELECT place.value, (SELECT count(*) FROM cases WHERE cases.place = place.value)
  FROM json_each('[0, 1, 2, 3]') AS place;
CREATE TRIGGER cases_come AFTER INSERT ON cases
  BEGIN UPDATE case_counts SET cases = cases + 1 WHERE place = NEW.place; END;
CREATE TRIGGER cases_go AFTER DELETE ON cases
  BEGIN UPDATE case_counts SET cases = cases - 1 WHERE place = OLD.place; END;
CREATE TRIGGER cases_move AFTER UPDATE OF status ON cases WHEN NEW.place <> OLD.place BEGIN
  UPDATE case_counts SET cases = cases - 1 WHERE place = OLD.place;
  UPDATE case_counts SET cases = cases + 1 WHERE place = NEW.place;
END;
`;
/**
 * What version 4 keeps of the worklist: names, diagnoses and questions sealed for who reads cases. The readable worklist is
 * made of it in memory (`worklistTables`) and never touches the disk.
 */
export const projectionsOfVersion4 = `
CREATE TABLE case_listings (
  case_id TEXT PRIMARY KEY,
  status TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  key_version INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT;
`;
/** The readable tables of versions up to 3; a vault made anew has none of them. */
export const dropReadableWorklist = 'DROP TABLE cases; DROP TABLE case_counts;';

/** Temporary tables hide those of the same name and live in memory (`temp_store`); a rollback takes them back too. */
const worklistTables = `
CREATE TEMP TABLE IF NOT EXISTS cases (
  case_id TEXT PRIMARY KEY,
  pseudonym TEXT NOT NULL,
  tumor_type_code TEXT,
  tumor_type_name TEXT,
  stage TEXT,
  question TEXT,
  status TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  sort_key TEXT NOT NULL,
  place INTEGER NOT NULL AS (CASE status
    WHEN 'decided' THEN 1 WHEN 'signed' THEN 2 WHEN 'closed' THEN 2 WHEN 'erased' THEN 3 ELSE 0 END) VIRTUAL
) STRICT;
CREATE TEMP TABLE IF NOT EXISTS case_counts (place INTEGER PRIMARY KEY, cases INTEGER NOT NULL) STRICT;
`;
/** Order and counts, made at once of what is there and kept from then on. */
const worklistOrder = `
CREATE INDEX IF NOT EXISTS temp.cases_by_place ON cases (place, sort_key, case_id);
INSERT OR REPLACE INTO temp.case_counts SELECT place.value, (SELECT count(*) FROM cases WHERE cases.place = place.value)
  FROM json_each('[0, 1, 2, 3]') AS place;
CREATE TEMP TRIGGER IF NOT EXISTS cases_added AFTER INSERT ON temp.cases
  BEGIN UPDATE case_counts SET cases = cases + 1 WHERE place = NEW.place; END;
CREATE TEMP TRIGGER IF NOT EXISTS cases_gone AFTER DELETE ON temp.cases
  BEGIN UPDATE case_counts SET cases = cases - 1 WHERE place = OLD.place; END;
CREATE TEMP TRIGGER IF NOT EXISTS cases_moved AFTER UPDATE OF status ON temp.cases WHEN NEW.place <> OLD.place BEGIN
  UPDATE case_counts SET cases = cases - 1 WHERE place = OLD.place;
  UPDATE case_counts SET cases = cases + 1 WHERE place = NEW.place;
END;
`;

/** While many cases come at once. */
const withoutOrder = `
DROP INDEX temp.cases_by_place;
DROP TRIGGER temp.cases_added;
DROP TRIGGER temp.cases_gone;
DROP TRIGGER temp.cases_moved;
`;

/** Seals what a worklist says of a case, for who reads cases; undefined from `open` for anybody else. */
export interface WorklistSeal {
  /** Undefined where the key is not open: a restore by somebody who reads no case. */
  readonly seal: (caseId: string, text: string) => { version: number; sealed: Buffer } | undefined;
  readonly open: (caseId: string, version: number, sealed: Buffer) => string | undefined;
}
/** Pseudonym, code and name of the tumour type, stage, question. */
const Names = z.tuple([
  z.string(),
  z.string().nullable(),
  z.string().nullable(),
  z.string().nullable(),
  z.string().nullable(),
]);
type Names = z.infer<typeof Names>;
const noNames: Names = ['', null, null, null, null];
const noSeal = { version: 0, sealed: Buffer.alloc(0) };

/** Cases that were there before version 3 have their place in the order of names filled in. */
export function fillSortKeys(database: VaultDatabase): void {
  const fill = database.prepare<[string, string]>('UPDATE cases SET sort_key = ? WHERE case_id = ?');
  const rows = database.prepare<[], { id: string; name: string }>('SELECT case_id AS id, pseudonym AS name FROM cases');
  for (const { id, name } of rows.all()) fill.run(naturalKey(name), id);
}
const caseTables = ['case_listings', 'case_versions', 'documents', 'holds', 'erasure_proposals'] as const;
const tables = ['board', 'users', 'retention', ...caseTables, 'cases'] as const;

/** What a backup must not hold of cases beside their sealed lines: an erasure could not reach it there. */
export const leftOutOfBackups = ['case_keys', 'emergency_keys', ...caseTables, 'cases'];

/** What the board did moves the case on; nobody has to say it a second time. */
const statusAfter: Partial<Record<EventType, CaseStatus>> = {
  'case.analyzed': 'analyzed',
  'finding.reviewed': 'in-review',
  'finding.classified': 'in-review',
  'option.reviewed': 'in-review',
  'decision.drafted': 'in-review',
  'decision.recorded': 'decided',
  'decision.withdrawn': 'in-review',
  'report.signed': 'signed',
  'amendment.opened': 'amending',
};
/** After a signature only an amendment opens the case again. */
const settled: readonly string[] = ['signed', 'closed', 'erased'];

/** After these another name may stand in the worklist. */
const naming: ReadonlySet<EventType> = new Set<EventType>(['case.imported', 'case.updated', 'case.erased']);

const importedColumns =
  'case_id, pseudonym, sort_key, tumor_type_code, tumor_type_name, stage, question, status, created_at, updated_at';

/** Documents that belong to no case. Not a legal case id, so the two never meet. */
const scopeOf = (caseId: CaseId | null): string => caseId ?? '';

export interface DocumentEntry {
  readonly kind: string;
  readonly sequence: number;
  readonly sha256: string;
  readonly bytes: number;
  readonly storedAt: string;
}

/** @throws FaultError field-invalid */
function cursorOf(after: string): (string | number)[] {
  try {
    return z.tuple([z.number(), z.string(), z.string()]).parse(JSON.parse(after));
  } catch {
    throw new FaultError(
      fault('field-invalid', 'There is no such page of the worklist.', 'Ask for the first page.', { field: 'after' }),
    );
  }
}

export interface RetentionSetting {
  readonly rules: RetentionRules;
  readonly reason: string;
  readonly by: UserId;
  readonly at: string;
}
export type ErasureWish = Omit<ErasureProposal, 'byName'>;

export function projections(database: VaultDatabase, { seal, open }: WorklistSeal) {
  database.exec(worklistTables + worklistOrder);
  type Value = string | number | null;
  const statements = new Map<string, ReturnType<typeof database.prepare<Value[]>>>();
  /** Compiled once each: compiling costs more than running. */
  const run = (sql: string, ...values: Value[]): void => {
    const statement = statements.get(sql) ?? database.prepare<Value[]>(sql);
    statements.set(sql, statement);
    statement.run(...values);
  };
  const setStatus = (caseId: string, status: CaseStatus): void =>
    run('UPDATE cases SET status = ? WHERE case_id = ?', status, caseId);

  const namesOf = database.prepare<
    [string],
    Record<'status' | 'created_at' | 'updated_at', string> & { names: string }
  >(
    `SELECT status, created_at, updated_at, json_array(pseudonym, tumor_type_code, tumor_type_name, stage, question) AS names
     FROM cases WHERE case_id = ?`,
  );
  const keepListing = database.prepare<[string, string, string, string, number, Buffer]>(
    'INSERT OR REPLACE INTO case_listings VALUES (?, ?, ?, ?, ?, ?)',
  );
  /** Brings what stands on the disk of a case in line with the worklist in memory. */
  function keep(caseId: string, isNamed: boolean): void {
    const row = namesOf.get(caseId);
    if (row === undefined) return;
    const { status, created_at, updated_at, names } = row;
    if (!isNamed) {
      run('UPDATE case_listings SET status = ?, updated_at = ? WHERE case_id = ?', status, updated_at, caseId);
      return;
    }
    const { version, sealed } = (status === 'erased' ? undefined : seal(caseId, names)) ?? noSeal;
    keepListing.run(caseId, status, created_at, updated_at, version, sealed);
  }
  const readableTable = database.prepare<[], number>(`SELECT 1 FROM main.sqlite_master WHERE name = 'cases'`).pluck();
  const listCase = database.prepare<[string, ...Names, string, string, string, string]>(
    `INSERT INTO cases (case_id, pseudonym, tumor_type_code, tumor_type_name, stage, question, sort_key, status, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );

  function apply(event: JournalEvent): void {
    const { caseId, type } = event;
    applyToTables(event);
    if (caseId !== null && !isObservation(type)) keep(caseId, naming.has(type));
  }

  function applyToTables(event: JournalEvent): void {
    const { caseId, type, time, sequence } = event;
    if (caseId !== null && !isObservation(type)) {
      run(
        'INSERT INTO case_versions VALUES (?, ?) ON CONFLICT DO UPDATE SET version = excluded.version',
        caseId,
        sequence,
      );
      run('UPDATE cases SET updated_at = ? WHERE case_id = ?', time, caseId);
    }
    if (type === 'case.erased' && caseId !== null) {
      run(
        `UPDATE cases SET pseudonym = '', sort_key = '', tumor_type_code = NULL, tumor_type_name = NULL, stage = NULL, question = NULL, status = 'erased'
         WHERE case_id = ?`,
        caseId,
      );
      run('DELETE FROM documents WHERE scope = ?', caseId);
      run('DELETE FROM erasure_proposals WHERE case_id = ?', caseId);
      return;
    }
    if (event.erased) {
      applyErased(event);
      return;
    }
    switch (type) {
      case 'vault.created': {
        const { boardName } = eventPayloads[type].parse(event.payload);
        run('INSERT INTO board VALUES (1, ?)', boardName);
        break;
      }
      case 'user.added': {
        const user = eventPayloads[type].parse(event.payload);
        run('INSERT INTO users VALUES (?, ?, ?, ?, NULL)', user.userId, user.name, JSON.stringify(user.roles), time);
        break;
      }
      case 'user.roles-changed': {
        const user = eventPayloads[type].parse(event.payload);
        run('UPDATE users SET roles = ? WHERE user_id = ?', JSON.stringify(user.roles), user.userId);
        break;
      }
      case 'user.removed':
        run('UPDATE users SET removed_at = ? WHERE user_id = ?', time, eventPayloads[type].parse(event.payload).userId);
        break;
      case 'case.held': {
        const { reason } = eventPayloads[type].parse(event.payload);
        if (caseId !== null) run('INSERT OR REPLACE INTO holds VALUES (?, ?, ?)', caseId, reason, time);
        break;
      }
      case 'case.released':
        if (caseId !== null) run('DELETE FROM holds WHERE case_id = ?', caseId);
        break;
      case 'erasure.proposed': {
        const { reason } = eventPayloads[type].parse(event.payload);
        run('INSERT OR REPLACE INTO erasure_proposals VALUES (?, ?, ?, ?)', caseId, event.actor, reason, time);
        break;
      }
      case 'erasure.withdrawn':
        run('DELETE FROM erasure_proposals WHERE case_id = ?', caseId);
        break;
      case 'retention.proposed':
      case 'retention.ruled': {
        const { rules, reason } = eventPayloads[type].parse(event.payload);
        const standing = type === 'retention.ruled' ? 'in-force' : 'proposed';
        if (type === 'retention.ruled') run(`DELETE FROM retention`);
        const values = [standing, JSON.stringify(rules), reason, event.actor, time];
        run('INSERT OR REPLACE INTO retention VALUES (?, ?, ?, ?, ?)', ...values);
        break;
      }
      case 'case.imported': {
        const { listing } = eventPayloads[type].parse(event.payload);
        run(
          `INSERT INTO cases (${importedColumns}) VALUES (?, ?, ?, ?, ?, ?, ?, 'imported', ?, ?)
           ON CONFLICT DO UPDATE SET pseudonym = excluded.pseudonym, sort_key = excluded.sort_key, tumor_type_code = excluded.tumor_type_code,
             tumor_type_name = excluded.tumor_type_name, stage = excluded.stage, question = excluded.question, status = 'imported'`,
          caseId,
          listing.pseudonym,
          naturalKey(listing.pseudonym),
          listing.tumorTypeCode,
          listing.tumorTypeName,
          listing.stage,
          listing.question,
          time,
          time,
        );
        break;
      }
      case 'case.updated': {
        const { listing } = eventPayloads[type].parse(event.payload);
        const columns = {
          pseudonym: 'pseudonym',
          tumorTypeCode: 'tumor_type_code',
          tumorTypeName: 'tumor_type_name',
          stage: 'stage',
          question: 'question',
        } as const;
        for (const [field, column] of Object.entries(columns)) {
          const value = listing[field as keyof typeof columns];
          if (value !== undefined) run(`UPDATE cases SET ${column} = ? WHERE case_id = ?`, value, caseId);
        }
        if (listing.pseudonym !== undefined)
          run('UPDATE cases SET sort_key = ? WHERE case_id = ?', naturalKey(listing.pseudonym), caseId);
        break;
      }
      case 'case.status-changed':
        if (caseId !== null) setStatus(caseId, eventPayloads[type].parse(event.payload).status);
        break;
      case 'document.stored': {
        const stored = eventPayloads[type].parse(event.payload);
        run(
          'INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)',
          scopeOf(caseId),
          stored.kind,
          sequence,
          stored.sha256,
          stored.bytes,
          time,
        );
        break;
      }
      default: {
        const status = statusAfter[type];
        if (status === undefined || caseId === null) break;
        const now = database
          .prepare<[string], string>('SELECT status FROM cases WHERE case_id = ?')
          .pluck()
          .get(caseId);
        if (type === 'amendment.opened' || !settled.includes(now ?? '')) setStatus(caseId, status);
      }
    }
  }

  /** Replaying the history of a case whose key is gone leaves the same tombstone as living through it. */
  function applyErased({ type, caseId, time }: JournalEvent): void {
    if (type !== 'case.imported') return;
    run(
      `INSERT INTO cases (${importedColumns}) VALUES (?, '', '', NULL, NULL, NULL, NULL, 'imported', ?, ?)
       ON CONFLICT DO NOTHING`,
      caseId,
      time,
      time,
    );
  }

  interface CaseRow {
    case_id: string;
    pseudonym: string;
    tumor_type_code: string | null;
    tumor_type_name: string | null;
    stage: string | null;
    question: string | null;
    status: string;
    created_at: string;
    updated_at: string;
    version: number;
  }
  const listing = (row: CaseRow): CaseListing => ({
    caseId: row.case_id as CaseId,
    pseudonym: row.pseudonym,
    tumorTypeCode: row.tumor_type_code,
    tumorTypeName: row.tumor_type_name,
    stage: row.stage,
    question: row.question,
    status: row.status as CaseStatus,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  });
  const caseColumns = 'SELECT cases.*, version FROM cases JOIN case_versions USING (case_id)';
  const documentColumns = 'SELECT kind, sequence, sha256, bytes, stored_at AS storedAt FROM documents WHERE scope = ?';

  const pageOfCases = database.prepare<(string | number)[], CaseRow & { place: number; sort_key: string }>(
    `${caseColumns} WHERE (place, sort_key, case_id) > (?, ?, ?) ORDER BY place, sort_key, case_id LIMIT ?`,
  );
  const livingCases = database.prepare<[], number>('SELECT sum(cases) FROM case_counts WHERE place < 3').pluck();
  const oneCase = database.prepare<[string], CaseRow>(`${caseColumns} WHERE case_id = ?`);

  return {
    apply,
    /** Makes the worklist in memory of what stands on the disk, as far as the keys here open it. */
    load(): void {
      const rows = database
        .prepare<
          [],
          {
            case_id: string;
            status: string;
            created_at: string;
            updated_at: string;
            key_version: number;
            sealed: Buffer;
          }
        >('SELECT * FROM case_listings')
        .all();
      database.transaction(() => {
        database.exec(withoutOrder);
        run('DELETE FROM cases');
        if (readableTable.get() !== undefined)
          run(`INSERT INTO temp.cases SELECT case_id, pseudonym, tumor_type_code, tumor_type_name, stage, question, status,
            created_at, updated_at, sort_key FROM main.cases`);
        for (const { case_id, status, created_at, updated_at, key_version, sealed } of rows) {
          const text = key_version === 0 ? undefined : open(case_id, key_version, sealed);
          const names = text === undefined ? noNames : Names.parse(JSON.parse(text));
          listCase.run(case_id, ...names, naturalKey(names[0]), status, created_at, updated_at);
        }
        database.exec(worklistOrder);
      })();
    },
    /** Whether names still stand readable in the database, as schema 3 kept them. */
    isReadable: (): boolean => readableTable.get() !== undefined,
    /** Seals them and drops the readable table. Inside a transaction. */
    sealReadable(): void {
      for (const id of database.prepare<[], string>('SELECT case_id FROM cases').pluck().all()) keep(id, true);
      database.exec('DROP TABLE main.cases; DROP TABLE main.case_counts;');
    },
    clear: (): void => {
      for (const table of tables) run(`DELETE FROM ${table}`);
    },
    boardName: (): string => database.prepare<[], string>('SELECT name FROM board').pluck().get() ?? '',
    /** Who has a password here. */
    users: (): VaultUser[] =>
      database
        .prepare<[], { user_id: string; name: string; roles: string; added_at: string }>(
          'SELECT * FROM users WHERE removed_at IS NULL ORDER BY added_at, user_id',
        )
        .all()
        .map((row) => ({
          userId: row.user_id as VaultUser['userId'],
          name: row.name,
          roles: JSON.parse(row.roles) as VaultUser['roles'],
          addedAt: row.added_at,
        })),
    /** Names of everybody who ever had a password: the journal speaks of those who left, too. */
    names: (): Map<string, string> =>
      new Map(
        database
          .prepare<[], { user_id: string; name: string }>('SELECT user_id, name FROM users')
          .all()
          .map((row) => [row.user_id, row.name]),
      ),
    /** Cases that must not be erased, and why. */
    holds: (): LegalHold[] =>
      database
        .prepare<[], LegalHold>('SELECT case_id AS caseId, reason, since FROM holds ORDER BY since, case_id')
        .all(),
    holdOf: (caseId: CaseId): LegalHold | undefined =>
      database
        .prepare<[string], LegalHold>('SELECT case_id AS caseId, reason, since FROM holds WHERE case_id = ?')
        .get(caseId),
    /** Rules of retention in force, or proposed and waiting for a second person. */
    retention(standing: 'in-force' | 'proposed'): RetentionSetting | undefined {
      const row = database
        .prepare<[string], Omit<RetentionSetting, 'rules'> & { rules: string }>(
          'SELECT rules, reason, person AS "by", since AS at FROM retention WHERE standing = ?',
        )
        .get(standing);
      return row === undefined ? undefined : { ...row, rules: JSON.parse(row.rules) as RetentionRules };
    },
    /** Wishes to erase that wait for a second person. */
    erasureProposals: (): ErasureWish[] =>
      database
        .prepare<[], ErasureWish>(
          'SELECT case_id AS caseId, person AS "by", reason, since AS at FROM erasure_proposals',
        )
        .all(),
    erasureProposal: (caseId: CaseId): ErasureWish | undefined =>
      database
        .prepare<[string], ErasureWish>(
          'SELECT case_id AS caseId, person AS "by", reason, since AS at FROM erasure_proposals WHERE case_id = ?',
        )
        .get(caseId),
    /** A page of the worklist in its order, at the same cost whatever there is. @throws FaultError field-invalid (after) */
    casesPage(query: CaseQuery): CasePage {
      const { after, limit } = CaseQuery.parse(query);
      const from = after === undefined ? [-1, '', ''] : cursorOf(after);
      const rows = pageOfCases.all(...from, limit + 1);
      const shown = rows.slice(0, limit);
      const last = rows.length > limit ? shown.at(-1) : undefined;
      return {
        cases: shown.map(listing),
        total: livingCases.get() ?? 0,
        next: last === undefined ? null : JSON.stringify([last.place, last.sort_key, last.case_id]),
      };
    },
    /** Newest change first. */
    cases: (): CaseListing[] =>
      database.prepare<[], CaseRow>(`${caseColumns} ORDER BY version DESC`).all().map(listing),
    caseOf(caseId: CaseId): CaseListing | undefined {
      const row = oneCase.get(caseId);
      return row === undefined ? undefined : listing(row);
    },
    version: (caseId: CaseId): number =>
      database.prepare<[string], number>('SELECT version FROM case_versions WHERE case_id = ?').pluck().get(caseId) ??
      0,
    /** Oldest first. */
    documents: (caseId: CaseId | null): DocumentEntry[] =>
      database.prepare<[string], DocumentEntry>(`${documentColumns} ORDER BY sequence`).all(scopeOf(caseId)),
    latestDocument: (caseId: CaseId | null, kind: string): DocumentEntry | undefined =>
      database
        .prepare<[string, string], DocumentEntry>(`${documentColumns} AND kind = ? ORDER BY sequence DESC LIMIT 1`)
        .get(scopeOf(caseId), kind),
  };
}
export type Projections = ReturnType<typeof projections>;
