import { hash } from 'node:crypto';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { CaseId, Clock, Sha256, UserId } from '../../shared/foundation/ids.ts';
import {
  EventType,
  isAct,
  isHouseLine,
  type JournalEvent,
  type NewEvent,
  outlivesCase,
} from '../../shared/vault/events.ts';
import type { Anchor, CaseActs } from '../../shared/vault/retention.ts';
import type { CaseKeyring } from './case-keys.ts';
import type { VaultDatabase } from './driver.ts';
import { emptyFrontier, frontierBytes, frontierFrom, type MerkleFrontier, withLeaf } from './merkle.ts';
import { type RandomBytes, seal, unseal } from './sealing.ts';

export interface JournalRow {
  sequence: number;
  time: string;
  actor: string;
  case_id: string | null;
  type: string;
  key_version: number;
  ciphertext: Buffer;
  previous_hash: Buffer;
  hash: Buffer;
}

/** What the journal says without being opened; a type of a newer version is passed on as it stands. */
export type JournalOutline = Pick<JournalEvent, 'sequence' | 'time' | 'caseId' | 'type'>;
export type JournalLine = Omit<JournalEvent, 'payload' | 'erased'>;

export interface JournalHead {
  readonly sequence: number;
  readonly hash: Buffer;
  readonly frontier: MerkleFrontier;
}

export interface JournalFilter {
  readonly caseId?: CaseId | undefined;
  readonly types?: readonly EventType[] | undefined;
  readonly actor?: UserId | undefined;
  /** This sequence and later. */
  readonly from?: number | undefined;
  /** Earlier than this sequence. */
  readonly before?: number | undefined;
  readonly limit?: number | undefined;
  readonly newestFirst?: boolean | undefined;
}

/** What stands before the first event: another vault's journal cannot be put in this one's place. */
export const genesisHash = (vaultId: string): Buffer => hash('sha256', `consilium-journal-1 ${vaultId}`, 'buffer');

/**
 * Everything about an event but its sealed payload, in one unambiguous line. It is the associated data of the sealing
 * and, with the ciphertext, what the event hash covers; both bind the event to its place in the chain.
 */
export const headerOf = (vaultId: string, row: Omit<JournalRow, 'ciphertext' | 'hash'>): string =>
  JSON.stringify([
    'consilium-event-1',
    vaultId,
    row.sequence,
    row.time,
    row.actor,
    row.case_id,
    row.type,
    row.key_version,
    row.previous_hash.toString('hex'),
  ]);

export const eventHash = (header: string, ciphertext: Buffer): Buffer =>
  hash('sha256', Buffer.concat([Buffer.from(`${header}\n`), ciphertext]), 'buffer');

/** `headerOf` in the words of SQLite, the vault's id bound as JSON: what both say of a row is the same to the byte. */
const headerInSql = `'["consilium-event-1",' || ? || ',' || sequence || ',' || json_quote(time) || ',' || json_quote(actor)
  || ',' || json_quote(case_id) || ',' || json_quote(type) || ',' || key_version || ',"' || lower(hex(previous_hash)) || '"]'`;

/**
 * A run of events as a check takes them, one piece of memory for all: an object and three buffers for each cost several times
 * what hashing does.
 */
export interface JournalRun {
  readonly sequences: readonly number[];
  /** What the hash of each covers (header, line feed, ciphertext), one behind the other. */
  readonly entries: Buffer;
  /** Bytes of each entry. */
  readonly lengths: readonly number[];
  /** 32 bytes each. */
  readonly hashes: Buffer;
  readonly previousHashes: Buffer;
  /** What opens each: case, key version, type, bytes of ciphertext. Only where asked for. */
  readonly seals: readonly (readonly [string | null, number, string, number])[];
}

/** What must stay readable when the key of the case is gone is sealed like what belongs to no case. */
const scopeOfType = (type: EventType, caseId: CaseId | null): CaseId | null => (outlivesCase(type) ? null : caseId);

export function journal(
  database: VaultDatabase,
  vaultId: string,
  keys: CaseKeyring,
  clock: Clock,
  randomBytes: RandomBytes,
) {
  const insert = database.prepare<[JournalRow]>(
    `INSERT INTO journal (sequence, time, actor, case_id, type, key_version, ciphertext, previous_hash, hash)
     VALUES (@sequence, @time, @actor, @case_id, @type, @key_version, @ciphertext, @previous_hash, @hash)`,
  );
  const writeHead = database.prepare<[number, Buffer, Buffer]>(
    `INSERT INTO head VALUES (1, ?, ?, ?)
     ON CONFLICT DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash, frontier = excluded.frontier`,
  );
  const readHead = database.prepare<[], { sequence: number; hash: Buffer; frontier: Buffer }>(
    'SELECT sequence, hash, frontier FROM head',
  );

  function head(): JournalHead {
    const row = readHead.get();
    if (row === undefined) return { sequence: 0, hash: genesisHash(vaultId), frontier: emptyFrontier };
    return { sequence: row.sequence, hash: row.hash, frontier: frontierFrom(row.sequence, row.frontier) };
  }

  /** Payload bytes; undefined where the key is gone, or wrapped for others. */
  function opened(row: JournalRow): Buffer | undefined {
    const key = keys.forReading(row.case_id as CaseId | null, row.key_version);
    if (key === undefined) return undefined;
    const plain = unseal(key, headerOf(vaultId, row), row.ciphertext);
    if (plain === undefined) {
      throw new FaultError(
        fault(
          'journal-broken',
          `Event ${row.sequence} is not as it was written.`,
          'Run the journal check and restore a backup.',
        ),
      );
    }
    return plain;
  }

  /** All that is known of an event without its key. */
  function lineOf(row: JournalRow): JournalLine {
    const type = EventType.safeParse(row.type);
    if (!type.success) {
      throw new FaultError(
        fault(
          'schema-newer',
          `Event ${row.sequence} was written by a newer version.`,
          'Open the vault with the newer version.',
        ),
      );
    }
    return {
      sequence: row.sequence,
      time: row.time,
      actor: row.actor as UserId,
      caseId: row.case_id as CaseId | null,
      type: type.data,
      previousHash: row.previous_hash.toString('hex') as Sha256,
      hash: row.hash.toString('hex') as Sha256,
    };
  }

  function eventOf(row: JournalRow): JournalEvent {
    const line = lineOf(row);
    const plain = opened(row);
    const payload = plain === undefined ? null : (JSON.parse(plain.toString('utf8')) as unknown);
    return { ...line, payload, erased: plain === undefined };
  }

  return {
    head,
    lineOf,
    eventOf,
    opened,
    /** Inside a transaction; the key of the case must exist already. */
    append(event: NewEvent): JournalEvent {
      const before = head();
      const key = keys.forWriting(scopeOfType(event.type, event.caseId), isHouseLine(event.type));
      const open = {
        sequence: before.sequence + 1,
        time: clock.now(),
        actor: event.actor,
        case_id: event.caseId,
        type: event.type,
        key_version: key.version,
        previous_hash: before.hash,
      };
      const header = headerOf(vaultId, open);
      const text = JSON.stringify(event.payload ?? null);
      const ciphertext = seal(key.key, header, Buffer.from(text), randomBytes);
      const row: JournalRow = { ...open, ciphertext, hash: eventHash(header, ciphertext) };
      insert.run(row);
      const frontier = withLeaf(before.frontier, row.hash);
      writeHead.run(row.sequence, row.hash, frontierBytes(frontier));
      return { ...lineOf(row), payload: JSON.parse(text) as unknown, erased: false };
    },
    rows(filter: JournalFilter): JournalRow[] {
      const conditions: string[] = [];
      const values: (string | number)[] = [];
      const where = (condition: string, ...bound: (string | number)[]): void => {
        conditions.push(condition);
        values.push(...bound);
      };
      if (filter.caseId !== undefined) where('case_id = ?', filter.caseId);
      if (filter.actor !== undefined) where('actor = ?', filter.actor);
      if (filter.from !== undefined) where('sequence >= ?', filter.from);
      if (filter.before !== undefined) where('sequence < ?', filter.before);
      if (filter.types !== undefined) where(`type IN (${filter.types.map(() => '?').join(', ')})`, ...filter.types);
      const clause = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
      return database
        .prepare<(string | number)[], JournalRow>(
          `SELECT * FROM journal ${clause} ORDER BY sequence ${filter.newestFirst === true ? 'DESC' : 'ASC'} LIMIT ?`,
        )
        .all(...values, filter.limit ?? -1);
    },
    /** The journal in order, a page at a time, so that a long check leaves room for other work. */
    page(after: number, limit: number): JournalRow[] {
      return database
        .prepare<[number, number], JournalRow>('SELECT * FROM journal WHERE sequence > ? ORDER BY sequence LIMIT ?')
        .all(after, limit);
    },
    /** As `page`, for a check of hashes and, if asked, of seals: each call gives one run, undefined where nothing follows. */
    runs(withSeals: boolean): (after: number, limit: number) => JournalRun | undefined {
      const seals = 'json_group_array(json_array(case_id, key_version, type, octet_length(ciphertext)))';
      const select = database.prepare<
        [string, number, number],
        { [Key in keyof JournalRun]: JournalRun[Key] extends Buffer ? Buffer | null : string }
      >(
        `SELECT CAST(group_concat(entry, '') AS BLOB) AS entries, CAST(group_concat(hash, '') AS BLOB) AS hashes,
           CAST(group_concat(previous_hash, '') AS BLOB) AS previousHashes, json_group_array(sequence) AS sequences,
           json_group_array(octet_length(entry)) AS lengths, ${withSeals ? seals : "'[]'"} AS seals
         FROM (SELECT *, ${headerInSql} || char(10) || ciphertext AS entry
               FROM journal WHERE sequence > ? ORDER BY sequence LIMIT ?)`,
      );
      return (after, limit) => {
        const found = select.get(JSON.stringify(vaultId), after, limit);
        if (found?.entries == null || found.hashes === null || found.previousHashes === null) return undefined;
        const { entries, hashes, previousHashes } = found;
        return {
          sequences: JSON.parse(found.sequences) as JournalRun['sequences'],
          lengths: JSON.parse(found.lengths) as JournalRun['lengths'],
          seals: JSON.parse(found.seals) as JournalRun['seals'],
          entries,
          hashes,
          previousHashes,
        };
      };
    },
    /** Sequence, time, case and type in order, without the sealed content. */
    outlines: (after: number, limit: number): JournalOutline[] =>
      database
        .prepare<[number, number], JournalOutline>(
          'SELECT sequence, time, case_id AS caseId, type FROM journal WHERE sequence > ? ORDER BY sequence LIMIT ?',
        )
        .all(after, limit),
    /** The latest time that any entry names, or any up to one of them; empty where there is none. */
    latestTime: (upTo = Number.MAX_SAFE_INTEGER): string =>
      database
        .prepare<[number], string | null>('SELECT max(time) FROM journal WHERE sequence <= ?')
        .pluck()
        .get(upTo) ?? '',
    /** The last act on a case and its last decision, each with the latest time that the journal had reached by then. */
    actsOf(caseId: CaseId): CaseActs | undefined {
      const lines = database
        .prepare<[string], JournalOutline>(
          'SELECT sequence, time, case_id AS caseId, type FROM journal WHERE case_id = ? ORDER BY sequence DESC',
        )
        .all(caseId);
      const anchorOf = (line: JournalOutline | undefined): Anchor | undefined =>
        line === undefined ? undefined : { time: line.time, latest: this.latestTime(line.sequence) };
      const lastAct = anchorOf(lines.find(({ type }) => isAct(type)));
      if (lastAct === undefined) return undefined;
      return { lastAct, decision: anchorOf(lines.find(({ type }) => type === 'decision.recorded')) };
    },
    assertHeadFits(): void {
      const last = database.prepare<[], JournalRow>('SELECT * FROM journal ORDER BY sequence DESC LIMIT 1').get();
      const stored = head();
      const fits =
        last === undefined ? stored.sequence === 0 : last.sequence === stored.sequence && last.hash.equals(stored.hash);
      if (!fits) {
        throw new FaultError(
          fault(
            'journal-broken',
            'The journal does not end where it was written to.',
            'Run the journal check; it opens the vault for inspection only.',
          ),
        );
      }
    },
  };
}
export type Journal = ReturnType<typeof journal>;
