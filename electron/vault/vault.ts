import { randomBytes as systemRandomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { canonicalJson } from '../../shared/foundation/canonical.ts';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { type CaseId, type Clock, type Ids, type Sha256, UserId } from '../../shared/foundation/ids.ts';
import type { CaseListing, CasePage, CaseQuery } from '../../shared/vault/cases.ts';
import type { Checkpoint, JournalProof, JournalReport } from '../../shared/vault/checkpoint.ts';
import {
  EventType,
  eventPayloads,
  isHouseLine,
  type JournalEvent,
  type NewEvent,
  outlivesCase,
} from '../../shared/vault/events.ts';
import { passwordFault } from '../../shared/vault/password.ts';
import type { ErasurePreview, RetentionList, RetentionQuery } from '../../shared/vault/retention.ts';
import type { ErasureReason, RetentionRules } from '../../shared/vault/retention-rules.ts';
import { breaksGlass, firstUserRoles, type Role, readsCases } from '../../shared/vault/roles.ts';
import type { Household, LegalHold, RecoveryShares, VaultUser } from '../../shared/vault/service.ts';
import { syncFolder } from '../sync-folder.ts';
import { attemptsAt } from './attempts.ts';
import {
  type BackupManifest,
  backupFiles,
  claimFolder,
  copyDurably,
  fillPool,
  hashOf,
  nextVersion,
  type OnProgress,
  readManifest,
  removeFromPool,
  versionsOf,
  writeCaseKeys,
  writeManifest,
} from './backup.ts';
import { blobStore } from './blobs.ts';
import { caseKeyring, type HandedOver } from './case-keys.ts';
import {
  checkpointKeyFrom,
  isCheckpointGenuine,
  newCheckpointKey,
  publicKeyOf,
  signCheckpoint,
} from './checkpoints.ts';
import {
  copyDatabase,
  createDatabase,
  type DatabaseCopy,
  type FolderHold,
  holdFolder,
  openDatabase,
} from './database.ts';
import type { VaultDatabase } from './driver.ts';
import { closedFault, damaged, erasedFault, guarded, guardedAsync, lockedFault } from './faults.ts';
import { finishCreation, vaultFiles, writeDurably } from './files.ts';
import { type JournalFilter, type JournalLine, journal as journalOf } from './journal.ts';
import {
  calibratedCost,
  forgetKeys,
  isOfFirstVersion,
  type KeyFile,
  type KeySlot,
  leastCost,
  makeRecovery,
  makeSlot,
  nameTag,
  type PasswordCost,
  readKeyFile,
  recoverKeys,
  rekeyed,
  unwrapVaultKey,
  type VaultKeys,
  writeKeyFile,
} from './key-file.ts';
import { merkleRoot } from './merkle.ts';
import { keyIdOfPerson, permittedOf, personOfKey } from './permitted.ts';
import { type DocumentEntry, leftOutOfBackups, projections as projectionsOf } from './projections.ts';
import { proveEntry } from './proofs.ts';
import {
  adminCount,
  assertEnded,
  assertErasable,
  isAdmin,
  type RetentionNeeds,
  retentionList,
  retentionOf,
} from './retention.ts';
import { deriveKey, type RandomBytes, seal, unseal } from './sealing.ts';
import { privateKeyFrom, splitIntoShares } from './shares.ts';
import { type VerifyOptions, verifyJournal } from './verification.ts';
import { type KeyPair, newKeyPair, publicKeyFrom } from './wrapping.ts';

/** Where a vault stands and what it takes from outside. */
export interface VaultPlace {
  readonly folder: string;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Default: the system's. Passed in only where the same bytes are wanted twice. */
  readonly randomBytes?: RandomBytes | undefined;
  /** Passwords cost 0.5 to 1.0 s on this machine instead of the least that is allowed. Every host asks for it. */
  readonly calibrated?: boolean | undefined;
}

/** Milliseconds that belong to other work between two steps of a handing over. */
const betweenSteps = 10;

const costAt = async (place: VaultPlace): Promise<PasswordCost> =>
  place.calibrated === true ? calibratedCost() : leastCost;

interface Credentials {
  /** Needed where more than one person has a password. */
  readonly userName?: string | undefined;
  readonly password: string;
}

interface NewDocument {
  readonly kind: string;
  readonly document: unknown;
}

/** Documents and events that belong together: all of them are stored, or none. */
interface Change {
  readonly actor: UserId;
  readonly caseId: CaseId | null;
  /** Written before the events, each with a `document.stored` event of its own. */
  readonly documents?: readonly NewDocument[] | undefined;
  readonly events?: readonly Omit<NewEvent, 'actor' | 'caseId'>[] | undefined;
  /** The version of the case this change was made from; refused with version-conflict if it moved on. */
  readonly expectedVersion?: number | undefined;
}

interface StoredDocument<Value = unknown> extends DocumentEntry {
  readonly document: Value;
}

const listingAssociated = (vaultId: string, caseId: string): string => JSON.stringify([vaultId, 'listing', caseId]);
const secretAssociated = (vaultId: string, name: string): string => JSON.stringify([vaultId, 'secret', name]);

/** Puts the vault's own secret in place: the checkpoint signing key. */
function storeSecrets(database: VaultDatabase, vaultId: string, vaultKey: Buffer, randomBytes: RandomBytes): void {
  const sealingKey = deriveKey(vaultKey, 'secrets');
  const put = database.prepare<[string, Buffer]>('INSERT INTO secrets VALUES (?, ?)');
  const name = 'checkpoint-key';
  put.run(name, seal(sealingKey, secretAssociated(vaultId, name), newCheckpointKey(), randomBytes));
}

/** An open vault. Every method throws FaultError; after `lock()` all of them throw `locked`. */
function vaultFrom(
  place: VaultPlace,
  database: VaultDatabase,
  keyFile: KeyFile,
  vaultKeys: VaultKeys,
  userId: UserId,
  inspect = false,
  hold?: FolderHold,
) {
  const { vaultKey } = vaultKeys;
  const { clock, folder, ids } = place;
  const randomBytes = place.randomBytes ?? systemRandomBytes;
  const { vaultId } = keyFile;
  const files = vaultFiles(folder);
  /** The key file as this vault wrote it last; nobody else writes it while the folder is held. */
  let people = keyFile;
  /** Keys of cases on their way to somebody. */
  let handing: { actor: UserId; to: string[]; done: number; of: number } | null = null;
  let isHanding = false;
  /** Who is being removed, and how far the database for those who stay is written. */
  let removing: Household['removing'] = null;
  const views = projectionsOf(database, {
    seal: (caseId, text) => {
      const shared = keys.shared();
      return (
        shared && {
          version: shared.version,
          sealed: seal(shared.key, listingAssociated(vaultId, caseId), Buffer.from(text), randomBytes),
        }
      );
    },
    open: (caseId, version, sealed) => {
      const shared = keys.shared(version);
      if (shared === undefined) return undefined;
      const text = unseal(shared.key, listingAssociated(vaultId, caseId), sealed);
      if (text === undefined) throw damaged('The worklist');
      return text.toString('utf8');
    },
  });
  const keys = caseKeyring(database, vaultId, vaultKey, randomBytes, {
    pair: vaultKeys.pair,
    permitted: () => permittedOf(people, views.users()),
  });
  const journal = journalOf(database, vaultId, keys, clock, randomBytes);
  const blobs = blobStore(files.blobs, vaultId, vaultKey, keys, randomBytes);
  const retention: RetentionNeeds = { journal, views, clock };
  let open = true;

  /** The key file as it stands on disk, if it is still the one that our door key vouches for. */
  function ownKeyFile(): KeyFile {
    const file = readKeyFile(files.keys);
    if (file.vaultId !== vaultId) throw damaged('The key file of the vault');
    return file;
  }
  function saveKeyFile(file: KeyFile): void {
    writeKeyFile(files.keys, file, vaultKeys.doorKey);
    people = file;
  }
  function close({ keepHold = false } = {}): void {
    open = false;
    database.close();
    if (!keepHold) hold?.release();
    keys.wipe();
    blobs.wipe();
    forgetKeys(vaultKeys);
  }

  function whileOpen<Value>(work: () => Value): Value {
    if (!open) throw lockedFault();
    return guarded(work);
  }
  /** Acts that are not at their end. */
  let underWay = 0;
  async function whileOpenAsync<Value>(work: () => Promise<Value>): Promise<Value> {
    if (!open) throw lockedFault();
    underWay += 1;
    try {
      return await guardedAsync(work);
    } finally {
      underWay -= 1;
    }
  }

  function assertWritable(): void {
    if (inspect)
      throw new FaultError(
        fault('forbidden', 'The vault is open for inspection only.', 'Unlock it as usual to write.'),
      );
  }

  function secret(name: string): Buffer {
    const sealed = database.prepare<[string], Buffer>('SELECT sealed FROM secrets WHERE name = ?').pluck().get(name);
    const value = sealed && unseal(deriveKey(vaultKey, 'secrets'), secretAssociated(vaultId, name), sealed);
    if (value === undefined) throw damaged('A secret of the vault');
    return value;
  }

  /** A secret of all who read cases, made on first use. @throws FaultError forbidden for anybody else */
  function sharedSecret(name: string): Buffer {
    const shared = keys.shared(1);
    if (shared === undefined) throw closedFault();
    const sealingKey = deriveKey(shared.key, 'secrets');
    const stored = database.prepare<[string], Buffer>('SELECT sealed FROM secrets WHERE name = ?').pluck();
    const own = stored.get(`shared/${name}`);
    if (own !== undefined) {
      const value = unseal(sealingKey, secretAssociated(vaultId, `shared/${name}`), own);
      if (value === undefined) throw damaged('A secret of the vault');
      return value;
    }
    // Up to schema 3 the vault key sealed it; what the renderer keeps stays readable.
    const value = stored.get(name) === undefined ? randomBytes(32) : secret(name);
    database
      .transaction(() => {
        const text = secretAssociated(vaultId, `shared/${name}`);
        const put = database.prepare<[string, Buffer]>('INSERT INTO secrets VALUES (?, ?)');
        put.run(`shared/${name}`, seal(sealingKey, text, value, randomBytes));
        database.prepare<[string]>('DELETE FROM secrets WHERE name = ?').run(name);
      })
      .immediate();
    return value;
  }

  /** One transaction: version check, events, projections. Nothing is acknowledged before it is on disk. */
  function write(events: readonly NewEvent[], expectedVersion?: number): JournalEvent[] {
    assertWritable();
    const own = events.filter((event) => !outlivesCase(event.type));
    const caseIds = new Set(own.map((event) => event.caseId));
    for (const { caseId, type } of own) keys.forWriting(caseId, isHouseLine(type));
    for (const event of events) checkPayload(event);
    return database
      .transaction(() => {
        const [caseId] = caseIds;
        if (expectedVersion !== undefined && caseId !== undefined && caseId !== null) {
          const version = views.version(caseId);
          if (version !== expectedVersion) {
            throw new FaultError(
              fault(
                'version-conflict',
                `The case has moved on (it is at ${version}, you wrote from ${expectedVersion}).`,
                'Look at the change, then write again.',
              ),
            );
          }
        }
        return events.map((event) => {
          const written = journal.append(event);
          views.apply(written);
          return written;
        });
      })
      .immediate();
  }

  async function storeDocuments(change: Change): Promise<NewEvent[]> {
    assertWritable();
    const events: NewEvent[] = [];
    for (const { kind, document } of change.documents ?? []) {
      const stored = await blobs.put(change.caseId, Buffer.from(canonicalJson(document)));
      events.push({
        actor: change.actor,
        caseId: change.caseId,
        type: 'document.stored',
        payload: { kind, ...stored },
      });
    }
    return events;
  }

  async function documentAt(caseId: CaseId | null, entry: DocumentEntry): Promise<StoredDocument> {
    const bytes = await blobs.read(caseId, entry.sha256 as Sha256);
    return { ...entry, document: JSON.parse(bytes.toString('utf8')) as unknown };
  }

  function personOf(person: UserId): VaultUser {
    const found = views.users().find((user) => user.userId === person);
    if (found === undefined)
      throw new FaultError(fault('not-found', 'There is no such person here.', 'Look at the list of people.'));
    return found;
  }
  function assertNotLastAdmin(person: VaultUser): void {
    const admins = views.users().filter((user) => user.roles.includes('admin'));
    if (admins.length === 1 && admins[0]?.userId === person.userId)
      throw new FaultError(
        fault('forbidden', 'This is the only admin.', 'Make somebody else an admin first.', { field: 'roles' }),
      );
  }
  function assertNotHeld(caseId: CaseId): void {
    const held = views.holdOf(caseId);
    if (held !== undefined)
      throw new FaultError(
        fault(
          'forbidden',
          `The case is under legal hold since ${held.since.slice(0, 10)} and must not be erased.`,
          'Lift the hold first, if whoever asked for it agrees.',
        ),
      );
  }

  /** Whoever reads cases now stays able to, or nobody would ever read them again. */
  function assertReaderStays(person: UserId): void {
    const stays = views.users().some(({ userId: other, roles }) => {
      const keyId = keyIdOfPerson(people, other);
      return other !== person && readsCases(roles) && (keyId === undefined || keys.isHanded(keyId));
    });
    if (!stays && readsCases(personOf(person).roles))
      throw new FaultError(
        fault(
          'forbidden',
          'This is the only person who can open the cases.',
          'Let somebody else who reads cases unlock once before.',
          { field: 'roles' },
        ),
      );
  }
  /** The key file without a person's way in. @throws FaultError not-found, forbidden */
  function staying(person: UserId) {
    const found = personOf(person);
    if (person === userId)
      throw new FaultError(
        fault('forbidden', 'Nobody removes themselves.', 'Ask another admin to do it.', { field: 'userId' }),
      );
    assertNotLastAdmin(found);
    assertReaderStays(person);
    const current = ownKeyFile();
    const slots = current.slots.filter((slot) => slot.userId !== person);
    const waiting = slots.filter(isOfFirstVersion).length;
    if (waiting > 0)
      throw new FaultError(
        fault(
          'forbidden',
          `${waiting === 1 ? 'One person has' : `${waiting} people have`} not unlocked since this version: their key cannot be changed without them.`,
          'Let each of them unlock once, or remove them first.',
        ),
      );
    return { current, slots };
  }
  /** The step of a removal that nothing may come between. */
  function removeAtLast(person: UserId, actor: UserId, doorKey: Buffer, copy: DatabaseCopy): Rekeyed {
    // Who is there, and what they may, may have changed while the copy was made.
    const { current, slots } = staying(person);
    const file = rekeyed({ ...current, slots }, vaultKeys, doorKey, randomBytes);
    const next: VaultKeys = {
      doorKey,
      vaultKey: Buffer.from(vaultKey),
      doorKeys: [...vaultKeys.doorKeys.map((key) => Buffer.from(key)), doorKey],
      pair: copyOf(vaultKeys.pair),
    };
    copy.finish((database) => {
      const there = vaultFrom(place, database, file, next, userId);
      there.vault.append({ actor, caseId: null, type: 'user.removed', payload: { userId: person } });
      there.rotate();
      // The keys and the key file in backups are those of before; who goes on with the new ones sees to it.
      database
        .prepare(`INSERT OR REPLACE INTO meta SELECT 'backups-behind', value FROM meta WHERE name = 'backups'`)
        .run();
    });
    // Whole from here on. The key file decides which of the two databases is the vault; see `finishRotation`.
    renameSync(files.building, files.next);
    syncFolder(folder);
    try {
      writeKeyFile(files.keys, file, doorKey);
    } catch (error) {
      // The new file may stand there though its folder was not synced: then the next database is the vault, and nothing
      // may be acknowledged in this one any more.
      if (!isStill(files.keys, current)) close();
      throw error;
    }
    close({ keepHold: true });
    try {
      finishRotation(folder, deriveKey(doorKey, 'database'));
    } catch (error) {
      hold?.release();
      throw error;
    }
    return { file, keys: next, userId, ...(hold === undefined ? {} : { hold }) };
  }
  /**
   * Keys of cases for whoever is permitted now and lacks them, none for whoever is not; the journal says who got them. Inside
   * the transaction that changed who is permitted: cut off, nothing of either happened.
   * @returns whether wrapped keys were taken away, whose pages the write-ahead log still holds
   */
  function handKeys(actor: UserId): boolean {
    const isSealed = views.isReadable() && keys.opensCases();
    if (isSealed) {
      keys.shareKey();
      views.sealReadable();
      sharedSecret('storage-key');
    }
    const { handed, isPurged, converted } = keys.reconcile();
    // Whoever sealed it need not be a reader.
    if (isSealed) keys.forget();
    noteHanding(actor, handed, converted);
    return isPurged || isSealed || converted > 0;
  }
  /** Key ids as people; the printed shares are nobody's. */
  const holdersOf = (keyIds: readonly string[]): string[] =>
    keyIds.map((keyId) => personOfKey(people, keyId) ?? (people.recovery === undefined ? keyId : 'recovery'));
  /** The journal has the end of every handing over, and the beginning of one that takes more than a step. */
  function noteHanding(actor: UserId, { to, done, of, isWhole }: HandedOver, converted = 0): void {
    const names = holdersOf(to);
    const by = { actor, caseId: null };
    if ((isWhole && names.length > 0) || converted > 0)
      write([{ ...by, type: 'keys.handed', payload: { to: isWhole ? names : [], converted } }]);
    if (isWhole) return;
    const [last] = journal.rows({ types: ['keys.handing-begun', 'keys.handed'], newestFirst: true, limit: 1 });
    const begun = last?.type === 'keys.handing-begun' ? journal.eventOf(last).payload : undefined;
    if (canonicalJson(begun ?? null) !== canonicalJson({ to: names }))
      write([{ ...by, type: 'keys.handing-begun', payload: { to: names } }]);
    handing = { actor, to: names, done, of };
    void handOn();
  }
  /** One step after the first; false where none is left. */
  function handStep(): boolean {
    const under = handing;
    if (!open || under === null) return false;
    const step = database
      .transaction(() => {
        const next = keys.handOn();
        if (next.isWhole && next.to.length > 0) noteHanding(under.actor, next);
        return next;
      })
      .immediate();
    handing = step.isWhole ? null : { ...under, to: holdersOf(step.to), done: step.done, of: step.of };
    return !step.isWhole;
  }
  /**
   * The steps after the first, other work in between. Nothing is lost where it ends early: whoever was to have keys has none of
   * what readers share, and the next unlock of a reader goes on.
   */
  async function handOn(): Promise<void> {
    if (isHanding) return;
    isHanding = true;
    try {
      // An answer to a window takes several turns of the event loop: a single one between steps would spread it over as many steps.
      do await setTimeout(betweenSteps);
      while (handStep());
    } catch {
      // A disk that failed: `lacking` tells who has no keys yet.
      handing = null;
    } finally {
      isHanding = false;
    }
  }
  /** What was deleted goes from the log too, and from the backups that are reached. */
  function spread(): void {
    database.pragma('wal_checkpoint(TRUNCATE)');
    for (const target of backupTargets()) eraseInBackup(target, []);
  }

  /** From its tombstone on a case is erased; what fails behind it is tried to the end, then said. */
  function erase(caseId: CaseId, actor: UserId, reason: string, targets: readonly string[] = []): void {
    database
      .transaction(() => {
        const wish = views.erasureProposal(caseId);
        const payload = wish === undefined ? { reason } : { reason, proposedBy: wish.by };
        write([{ actor, caseId, type: 'case.erased', payload }]);
        keys.destroy(caseId);
      })
      .immediate();
    const failures: unknown[] = [];
    const attempt = (work: () => unknown): void => {
      try {
        work();
      } catch (error) {
        failures.push(error);
      }
    };
    // The old pages of the write-ahead log still hold the wrapped key.
    attempt(() => database.pragma('wal_checkpoint(TRUNCATE)'));
    attempt(() => blobs.removeCase(caseId));
    for (const target of targets) attempt(() => eraseInBackup(target, [caseId]));
    if (failures.length > 0) throw failures[0];
  }

  const listIn = (name: string): string[] => {
    const text = database.prepare<[string], string>('SELECT value FROM meta WHERE name = ?').pluck().get(name);
    return text === undefined ? [] : z.array(z.string()).parse(JSON.parse(text));
  };
  const backupTargets = (): string[] => listIn('backups');
  /** Folders that could not be reached when a case was erased; the next backup there makes it good. */
  const behind = (): string[] => listIn('backups-behind');

  /** Takes the keys and files of erased cases out of a backup folder; a folder that is not there now is remembered. */
  function eraseInBackup(target: string, erased: readonly CaseId[]): void {
    const rest = behind().filter((one) => one !== target);
    let reached = false;
    try {
      if (existsSync(backupFiles(target).mark)) {
        const ring = keys.ring();
        const reasons = new Map(
          journal
            .rows({ types: ['case.erased'] })
            .map(journal.eventOf)
            .map((event) => [event.caseId, String((event.payload as { reason?: unknown } | null)?.reason ?? '')]),
        );
        const tombstones = ring.erased.map((caseId) => ({ caseId, reason: reasons.get(caseId) ?? '' }));
        // The key file first: it opens what the door keys before it sealed, and not the other way round.
        writeDurably(backupFiles(target).keyFile, readFileSync(files.keys));
        const { keys: wrapped, emergency } = ring;
        const whole = { keys: wrapped, emergency, erased: tombstones };
        writeCaseKeys(target, vaultId, vaultKeys.doorKey, whole, randomBytes);
        for (const caseId of erased) removeFromPool(target, blobs.folderNameOf(caseId));
        reached = true;
      }
    } catch {
      // Said by `backups()`: the folder is behind.
    }
    database
      .prepare(`INSERT OR REPLACE INTO meta VALUES ('backups-behind', ?)`)
      .run(JSON.stringify(reached ? rest : [...rest, target]));
  }

  /**
   * Views as far as the keys here open the journal, a page of it at a time; where that is not all, whoever reads cases fills the
   * rest. Inside a transaction.
   */
  function* filling(): Generator<number, number> {
    // Made before the list of people is emptied: it says for whom.
    if (keys.opensCases()) keys.shareKey();
    views.clear();
    const last = journal.head().sequence;
    for (let cursor = 0; cursor < last; yield cursor) {
      for (const row of journal.page(cursor, 1000)) {
        views.apply(journal.eventOf(row));
        cursor = row.sequence;
      }
    }
    if (keys.opensCases()) database.prepare(`DELETE FROM meta WHERE name = 'views-due'`).run();
    else database.prepare(`INSERT OR REPLACE INTO meta VALUES ('views-due', 'yes')`).run();
    return last;
  }
  function fill(): number {
    return database
      .transaction(() => {
        const steps = filling();
        let step = steps.next();
        while (step.done !== true) step = steps.next();
        return step.value;
      })
      .immediate();
  }
  /** As `fill`, with other work of the program in between: for a database that nobody uses yet. */
  async function fillInSteps(onProgress?: OnProgress, signal?: AbortSignal): Promise<void> {
    const of = journal.head().sequence;
    database.exec('BEGIN IMMEDIATE');
    for (const done of filling()) {
      onProgress?.({ step: 'worklist', done, of });
      await setImmediate();
      signal?.throwIfAborted();
    }
    database.exec('COMMIT');
  }
  const areViewsDue = (): boolean =>
    database.prepare<[], string>(`SELECT value FROM meta WHERE name = 'views-due'`).get() !== undefined;

  const vault = {
    vaultId,
    /** Who unlocked it. */
    get user(): VaultUser {
      return whileOpen(() => {
        const found = views.users().find((user) => user.userId === userId);
        if (found === undefined) throw damaged('The list of people');
        return found;
      });
    },
    isOpen: (): boolean => open,
    boardName: (): string => whileOpen(() => views.boardName()),
    /** Names of everybody who ever had a password here, by id. */
    names: (): Map<string, string> => whileOpen(() => views.names()),
    users: (): VaultUser[] => whileOpen(() => views.users()),

    // -- journal ---------------------------------------------------------------------------------------------------
    /** Writes one event, durable on return. @throws FaultError version-conflict, not-found (erased), schema-invalid, disk-full */
    append: (event: NewEvent, options: { expectedVersion?: number } = {}): JournalEvent =>
      whileOpen(() => write([event], options.expectedVersion)[0] as JournalEvent),
    /** Writes several events of one case (or of none) in one transaction. */
    appendAll: (events: readonly NewEvent[], options: { expectedVersion?: number } = {}): JournalEvent[] =>
      whileOpen(() => write(events, options.expectedVersion)),
    /** Documents and events together: an import or a decision is stored whole or not at all. */
    commit: (change: Change): Promise<JournalEvent[]> =>
      whileOpenAsync(async () => {
        const stored = await storeDocuments(change);
        const own = (change.events ?? []).map((event) => ({ ...event, actor: change.actor, caseId: change.caseId }));
        return whileOpen(() => write([...stored, ...own], change.expectedVersion));
      }),
    /** Opened events, oldest first unless asked otherwise. @throws FaultError journal-broken */
    read: (filter: JournalFilter = {}): JournalEvent[] => whileOpen(() => journal.rows(filter).map(journal.eventOf)),
    /** As `read`, without opening any seal. */
    list: (filter: JournalFilter = {}): JournalLine[] => whileOpen(() => journal.rows(filter).map(journal.lineOf)),
    eventCount: (): number => whileOpen(() => journal.head().sequence),
    headHash: (): Sha256 => whileOpen(() => journal.head().hash.toString('hex') as Sha256),
    verifyJournal: (options: VerifyOptions = {}): Promise<JournalReport> =>
      whileOpenAsync(() => verifyJournal(vaultId, journal, keys, checkpointKeyFrom(secret('checkpoint-key')), options)),
    /** Signs what the journal is now, and records that in the journal. */
    checkpoint: (actor: UserId): Checkpoint =>
      whileOpen(() => {
        assertWritable();
        return database
          .transaction(() => {
            const head = journal.head();
            const checkpoint = signCheckpoint(
              {
                format: 'consilium-checkpoint',
                version: 1,
                vaultId,
                time: clock.now(),
                treeSize: head.sequence,
                rootHash: merkleRoot(head.frontier).toString('hex') as Sha256,
                headHash: head.hash.toString('hex') as Sha256,
              },
              checkpointKeyFrom(secret('checkpoint-key')),
            );
            views.apply(journal.append({ actor, caseId: null, type: 'checkpoint.written', payload: { checkpoint } }));
            return checkpoint;
          })
          .immediate();
      }),

    /** A file that shows anybody that an entry stands in the journal, by a checkpoint signed now. */
    proveEntry: (sequence: number, actor: UserId, earlier?: Checkpoint): JournalProof =>
      whileOpen(() => {
        const known = isCheckpointGenuine(earlier, publicKeyOf(checkpointKeyFrom(secret('checkpoint-key'))));
        if (earlier !== undefined && !known)
          throw new FaultError(
            fault('field-invalid', 'The checkpoint was not signed by this vault.', 'Give one that it exported.', {
              field: 'checkpoint',
            }),
          );
        // The entry is looked up before anything is signed.
        if (sequence > journal.head().sequence)
          throw new FaultError(fault('not-found', 'There is no such entry.', 'Take an entry from the list.'));
        return proveEntry(vaultId, journal, sequence, vault.checkpoint(actor), earlier);
      }),

    // -- documents and blobs -----------------------------------------------------------------------------------------
    /** Seals bytes (or a stream of them) under their SHA-256, durable when it resolves. Name the hash in an event. */
    putBlob: (caseId: CaseId | null, source: Uint8Array | AsyncIterable<Uint8Array>): Promise<Sha256> =>
      whileOpenAsync(async () => {
        assertWritable();
        return (await blobs.put(caseId, source)).sha256;
      }),
    /** @throws FaultError not-found, vault-damaged */
    getBlob: (caseId: CaseId | null, sha256: Sha256): Promise<Buffer> =>
      whileOpenAsync(() => blobs.read(caseId, sha256)),
    /** As `getBlob`, 1 MiB at a time; each chunk is authenticated before it is yielded. */
    streamBlob: (caseId: CaseId | null, sha256: Sha256): AsyncGenerator<Buffer, void, undefined> =>
      whileOpen(() => blobs.stream(caseId, sha256)),
    /** Stores the canonical JSON of a document and its `document.stored` event. */
    putDocument: (
      caseId: CaseId | null,
      kind: string,
      document: unknown,
      options: { actor: UserId; expectedVersion?: number },
    ): Promise<{ sha256: Sha256; sequence: number }> =>
      whileOpenAsync(async () => {
        const events = await storeDocuments({ actor: options.actor, caseId, documents: [{ kind, document }] });
        const [written] = whileOpen(() => write(events, options.expectedVersion)) as [JournalEvent];
        return { sha256: eventPayloads['document.stored'].parse(written.payload).sha256, sequence: written.sequence };
      }),
    latestDocument: (caseId: CaseId | null, kind: string): Promise<StoredDocument | undefined> =>
      whileOpenAsync(async () => {
        const entry = views.latestDocument(caseId, kind);
        return entry === undefined ? undefined : documentAt(caseId, entry);
      }),
    /** One document by its hash, as an older event named it. */
    getDocument: (caseId: CaseId | null, sha256: Sha256): Promise<unknown> =>
      whileOpenAsync(async () => JSON.parse((await blobs.read(caseId, sha256)).toString('utf8')) as unknown),
    /** Every stored document of a case, oldest first, without content. */
    documents: (caseId: CaseId | null): DocumentEntry[] => whileOpen(() => views.documents(caseId)),

    // -- cases -------------------------------------------------------------------------------------------------------
    cases: (): CaseListing[] => whileOpen(() => views.cases()),
    /** @throws FaultError forbidden where the keys of the cases were not handed over, field-invalid (after) */
    casesPage: (query: CaseQuery = {}): CasePage =>
      whileOpen(() => {
        if (!keys.opensCases()) throw closedFault();
        return views.casesPage(query);
      }),
    caseListing: (caseId: CaseId): CaseListing | undefined => whileOpen(() => views.caseOf(caseId)),
    /** 0 for a case nobody wrote to. */
    caseVersion: (caseId: CaseId): number => whileOpen(() => views.version(caseId)),
    /**
     * Destroys the key of a case: its events, documents and blobs become unreadable, the journal still verifies, a
     * tombstone stays.
     */
    eraseCase: (caseId: CaseId, options: { actor: UserId; reason: string }): void =>
      whileOpen(() => {
        if (keys.isErased(caseId)) throw erasedFault();
        assertNotHeld(caseId);
        if (views.version(caseId) === 0) throw noSuchCase();
        assertErasable(retention, caseId, options.actor, options.reason);
        erase(caseId, options.actor, options.reason, backupTargets());
      }),
    /** Which cases are due by the rules of the site; looking changes nothing. */
    retention: (query: RetentionQuery = {}): Promise<RetentionList> =>
      whileOpenAsync(() => retentionList(retention, query)),
    /**
     * Sets the rules of retention. Where two persons have to agree, the first call is a proposal, and the same rules from
     * another admin put it in force; the same person again, or other rules, replace the proposal.
     * @throws FaultError forbidden (two persons where there is one admin)
     */
    setRetention: (rules: RetentionRules, reason: string, actor: UserId): void =>
      whileOpen(() => {
        if (rules.twoPersons && adminCount(views) < 2)
          throw new FaultError(
            fault(
              'forbidden',
              'There is one admin here: nobody could agree to an erasure.',
              'Make somebody else an admin first.',
              { field: 'twoPersons' },
            ),
          );
        const waiting = views.retention('proposed');
        const isAgreed =
          waiting !== undefined &&
          waiting.by !== actor &&
          isAdmin(views, waiting.by) &&
          canonicalJson(waiting.rules) === canonicalJson(rules);
        const isAlone = views.retention('in-force')?.rules.twoPersons !== true;
        const payload = { rules, reason, ...(isAgreed ? { proposedBy: waiting.by } : {}) };
        const type = isAlone || isAgreed ? 'retention.ruled' : 'retention.proposed';
        write([{ actor, caseId: null, type, payload }]);
      }),
    /** What erasing a case would take, and what stands in its way. @throws FaultError not-found */
    previewErasure: (caseId: CaseId): ErasurePreview =>
      whileOpen(() => {
        if (keys.isErased(caseId)) throw erasedFault();
        const found = retentionOf(retention, caseId);
        if (found === undefined) throw noSuchCase();
        const lines = journal.rows({ caseId });
        const later = backupTargets().filter((target) => !existsSync(backupFiles(target).mark)).length;
        return {
          ...found,
          entries: lines.length,
          documents: views.documents(caseId).length,
          signedReports: lines.filter(({ type }) => type === 'report.signed').length,
          ...blobs.sizeOf(caseId),
          backups: { reached: backupTargets().length - later, later },
          twoPersons: views.retention('in-force')?.rules.twoPersons === true,
        };
      }),
    /** Says that a case should be erased; another admin does it, or it is withdrawn. @throws FaultError not-found, forbidden */
    proposeErasure: (caseId: CaseId, reason: ErasureReason, actor: UserId): void =>
      whileOpen(() => {
        if (keys.isErased(caseId)) throw erasedFault();
        assertNotHeld(caseId);
        const found = retentionOf(retention, caseId);
        if (found === undefined) throw noSuchCase();
        assertEnded(views.retention('in-force')?.rules, reason, found);
        write([{ actor, caseId, type: 'erasure.proposed', payload: { reason } }]);
      }),
    /** @throws FaultError not-found where there is no such case, or nothing was proposed */
    withdrawErasure: (caseId: CaseId, actor: UserId): void =>
      whileOpen(() => {
        if (keys.isErased(caseId)) throw erasedFault();
        if (views.erasureProposal(caseId) === undefined)
          throw new FaultError(fault('not-found', 'Nobody proposed to erase this case.', 'Nothing needs to be done.'));
        write([{ actor, caseId, type: 'erasure.withdrawn' }]);
      }),
    /** After a restore: what was erased since the backup is erased again. */
    repeatErasures: (erased: readonly { caseId: CaseId; reason: string }[], actor: UserId): void =>
      whileOpen(() => {
        for (const { caseId, reason } of erased)
          if (!keys.isErased(caseId) && views.version(caseId) > 0) erase(caseId, actor, reason);
      }),

    // -- backups -----------------------------------------------------------------------------------------------------
    /**
     * One more version in a backup folder: a consistent copy of the database without case keys, the sealed files that are
     * not there yet, and the case keys of now, for all versions. The journal names it.
     * @throws FaultError exists-already, disk-full, write-failed, cancelled
     */
    backUp: (
      target: string,
      { actor, onProgress, signal }: { actor: UserId; onProgress?: OnProgress; signal?: AbortSignal },
    ): Promise<{ version: string; events: number; files: number; bytes: number }> =>
      whileOpenAsync(async () => {
        assertWritable();
        claimFolder(target, vaultId);
        const backup = backupFiles(target);
        for (const folder of [backup.pool, backup.versions]) mkdirSync(folder, { recursive: true, mode: 0o700 });
        // Known before the first byte is there: an erasure from now on reaches it.
        database
          .prepare(`INSERT OR REPLACE INTO meta VALUES ('backups', ?)`)
          .run(JSON.stringify([...new Set([...backupTargets(), target])]));
        const time = clock.now();
        const name = nextVersion(versionsOf(target), time);
        const part = backup.version(`${name}.part`);
        mkdirSync(part.folder, { mode: 0o700 });
        let begun: DatabaseCopy | undefined;
        try {
          rmSync(files.copy, { force: true });
          begun = await copyDatabase(database, files.copy, deriveKey(vaultKeys.doorKey, 'database'), {
            without: leftOutOfBackups,
            onProgress: (done, of) => onProgress?.({ step: 'database', done, of }),
            signal,
          });
          const copy = begun;
          const checkpoint = whileOpen(() => {
            const signed = vault.checkpoint(actor);
            copy.finish(() => undefined);
            return signed;
          });
          copyDurably(files.copy, part.database);
          onProgress?.({ step: 'database', done: 1, of: 1 });
          const last = versionsOf(target).at(-1);
          const known = last === undefined ? [] : readManifest(backup.version(last).manifest, vaultKey).files;
          const entries = await fillPool(files.blobs, target, known, { onProgress, signal });
          return whileOpen(() => {
            const body = { vaultId, time, door: vaultKeys.doorKeys.length - 1, checkpoint, files: entries };
            const whole = { format: 'consilium-backup', version: 1, ...body } as const;
            writeManifest(part.manifest, vaultKey, { ...whole, database: hashOf(part.database) });
            eraseInBackup(target, keys.ring().erased);
            syncFolder(part.folder);
            renameSync(part.folder, backup.version(name).folder);
            syncFolder(backup.versions);
            const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
            const figures = { version: name, events: checkpoint.treeSize, files: entries.length, bytes };
            write([{ actor, caseId: null, type: 'backup.written', payload: figures }]);
            return figures;
          });
        } catch (error) {
          begun?.drop();
          rmSync(part.folder, { recursive: true, force: true });
          throw error;
        } finally {
          rmSync(files.copy, { force: true });
        }
      }),
    /** The list of a version, checked. @throws FaultError vault-damaged */
    manifestOf: (path: string): BackupManifest => whileOpen(() => readManifest(path, vaultKey)),
    /** Backup folders, and whether an erasure has yet to reach them. */
    backups: (): { target: string; isBehind: boolean }[] =>
      whileOpen(() => backupTargets().map((target) => ({ target, isBehind: behind().includes(target) }))),
    /**
     * Empties every view and replays the journal into it, in one transaction. Gives the number of events replayed.
     * @throws FaultError forbidden where the asker does not open the cases that the views tell of
     */
    rebuildProjections: (): number =>
      whileOpen(() => {
        assertWritable();
        if (!keys.opensCases()) throw closedFault();
        return fill();
      }),

    // -- people and keys ---------------------------------------------------------------------------------------------
    /** One more person with a password of their own. @throws FaultError password-weak, exists-already */
    addUser: (person: { name: string; password: string; roles: readonly Role[] }, actor: UserId): Promise<VaultUser> =>
      whileOpenAsync(async () => {
        const weak = passwordFault(person.password, [person.name, views.boardName()]);
        if (weak !== undefined) throw new FaultError(weak);
        const sameName = (user: VaultUser): boolean => user.name.toLowerCase() === person.name.trim().toLowerCase();
        if (views.users().some(sameName)) {
          throw new FaultError(fault('exists-already', 'There is a person of this name.', 'Choose another name.'));
        }
        const user = { userId: UserId.parse(ids.next()), name: person.name.trim(), roles: [...person.roles] };
        const named = { ...person, userId: user.userId };
        const slot = await makeSlot(vaultId, vaultKeys.doorKey, named, randomBytes, await costAt(place));
        return whileOpen(() => {
          // The slot first: a slot without a person opens nothing, a person without a slot could not come in.
          const current = ownKeyFile();
          saveKeyFile({ ...current, slots: [...current.slots, slot] });
          return database
            .transaction(() => {
              const [event] = write([{ actor, caseId: null, type: 'user.added', payload: user }]) as [JournalEvent];
              handKeys(actor);
              return { ...user, addedAt: event.time };
            })
            .immediate();
        });
      }),
    /** Keys of cases on their way to people, or null. */
    handing: (): Household['handing'] => {
      if (handing === null) return null;
      const { to, done, of } = handing;
      return { to, done, of };
    },
    /** Ends a handing over where it is; the next unlock of somebody who reads cases goes on. */
    stopHanding: (): void => {
      handing = null;
    },
    /** Who may have keys of cases, or hold the emergency key, and has not been given them. */
    lacking: (): string[] => whileOpen(() => holdersOf(keys.lacking())),
    /**
     * Whether this person knows their password, without a change of who is logged in: a member votes at a station that
     * another keeps open. Wrong ones count as they do at the door.
     * @throws FaultError password-wrong, not-found
     */
    provePerson: (person: UserId, password: string): Promise<void> =>
      whileOpenAsync(async () => {
        const found = views.users().find((user) => user.userId === person);
        if (found === undefined)
          throw new FaultError(fault('not-found', 'There is no such person here.', 'Look at the list of people.'));
        const attempts = attemptsAt(files.attempts, clock);
        const wait = attempts.waitSeconds();
        if (wait > 0) throw wrongPassword(wait);
        attempts.begin();
        const opened = await unwrapVaultKey(readKeyFile(files.keys), password, found.name);
        if (opened !== undefined) forgetKeys(opened);
        if (opened === undefined || opened.userId !== person) throw wrongPassword(attempts.waitSeconds());
        attempts.clear();
      }),
    /**
     * Gives a person other roles. Who reads cases no more, or breaks the glass no more, loses what was wrapped for them, and what
     * is written from then on has other keys; who begins to is given the keys by whoever can open them.
     * @throws FaultError not-found, forbidden (the last admin, the last who opens the cases)
     */
    changeRoles: (person: UserId, roles: readonly Role[], actor: UserId): VaultUser =>
      whileOpen(() => {
        const found = personOf(person);
        if (!roles.includes('admin')) assertNotLastAdmin(found);
        if (!readsCases(roles)) assertReaderStays(person);
        const loses = [readsCases, breaksGlass].some((may) => may(found.roles) && !may(roles));
        const payload = { userId: person, roles: [...new Set(roles)] };
        const isPurged = database
          .transaction(() => {
            write([{ actor, caseId: null, type: 'user.roles-changed', payload }]);
            if (loses) keys.rotateAll();
            return handKeys(actor) || loses;
          })
          .immediate();
        if (isPurged) spread();
        return personOf(person);
      }),
    /**
     * Takes a person's way in, and changes every key that person's password led to: a new door key for those who stay, the
     * database written anew under it, new case keys for what is written from now on. The writing goes in steps while the vault
     * works on, and until the last of them nothing has happened. Afterwards this vault is closed; `reopened` goes on with what it
     * gives. What they have copied before stays readable to them.
     * @throws FaultError not-found, forbidden (oneself, the last admin, somebody's slot is of the first version); AbortError
     */
    removeUser: (
      person: UserId,
      actor: UserId,
      { signal }: { signal?: AbortSignal | undefined } = {},
    ): Promise<Rekeyed> =>
      whileOpenAsync(async () => {
        assertWritable();
        staying(person);
        const doorKey = randomBytes(32);
        const key = deriveKey(doorKey, 'database');
        rmSync(files.building, { force: true });
        removing = { userId: person, done: 0, of: 0 };
        let copy: DatabaseCopy | undefined;
        try {
          copy = await copyDatabase(database, files.building, key, {
            onProgress: (done, of) => {
              removing = { userId: person, done, of };
            },
            signal,
          });
          const whole = copy;
          // What others have begun comes to its end here; what they begin after that, in the vault that goes on.
          while (open && underWay > 1) await setTimeout(1);
          signal?.throwIfAborted();
          return whileOpen(() => removeAtLast(person, actor, doorKey, whole));
        } finally {
          removing = null;
          copy?.drop();
        }
      }),
    /** How far the database is written anew for who is being removed, or null. */
    removing: (): Household['removing'] => removing,
    /**
     * Makes printed shares, of which `threshold` open the vault when every password is lost; earlier ones open nothing any
     * more. The shares are kept nowhere.
     */
    makeRecovery: (split: { threshold: number; shares: number }, actor: UserId): Promise<RecoveryShares> =>
      whileOpenAsync(async () => {
        assertWritable();
        const whole = { ...split, madeAt: clock.now() };
        const { recovery, privateKey } = makeRecovery(vaultId, vaultKeys.doorKey, whole, randomBytes);
        const shares = await splitIntoShares(privateKey, vaultId, split);
        privateKey.fill(0);
        return whileOpen(() => {
          saveKeyFile({ ...ownKeyFile(), recovery });
          const isPurged = database
            .transaction(() => {
              write([{ actor, caseId: null, type: 'recovery.made', payload: whole }]);
              return handKeys(actor);
            })
            .immediate();
          if (isPurged) spread();
          return { vaultId, threshold: split.threshold, madeAt: whole.madeAt, shares };
        });
      }),
    /** The printed shares that are in force, without what they say. */
    recovery: (): { shares: number; threshold: number; madeAt: string } | null =>
      whileOpen(() => {
        const { recovery } = ownKeyFile();
        if (recovery === undefined) return null;
        const { shares, threshold, madeAt } = recovery;
        return { shares, threshold, madeAt };
      }),
    /**
     * Breaks the glass (F112): the journal has the reason on the disk before the emergency key is opened with the key pair of who
     * unlocked. Until `mendGlass` or the lock, every case opens.
     * @throws FaultError forbidden where no emergency key is sealed for this person
     */
    breakGlass: (reason: string, until: string, actor: UserId): void =>
      whileOpen(() => {
        if (!keys.opensCases() && !keys.holdsEmergency())
          throw new FaultError(
            fault(
              'forbidden',
              'No emergency key is sealed for you.',
              'An auditor breaks the glass; a new auditor can once somebody who reads cases has unlocked.',
            ),
          );
        write([{ actor, caseId: null, type: 'access.broken-glass', payload: { reason, until } }]);
        if (keys.breakGlass()) views.load();
      }),
    /** The emergency key and what it opened go from memory. */
    mendGlass: (): void =>
      whileOpen(() => {
        keys.closeEmergency();
        views.load();
      }),
    /** Cases that must not be erased. */
    holds: (): LegalHold[] => whileOpen(() => views.holds()),
    /** Puts a case under legal hold, or lifts it. @throws FaultError not-found */
    hold: (caseId: CaseId, reason: string | null, actor: UserId): LegalHold[] =>
      whileOpen(() => {
        if (keys.isErased(caseId)) throw erasedFault();
        if (views.caseOf(caseId) === undefined) throw noSuchCase();
        write([
          reason === null
            ? { actor, caseId, type: 'case.released' }
            : { actor, caseId, type: 'case.held', payload: { reason } },
        ]);
        return views.holds();
      }),
    /** Changes the password of whoever is logged in. @throws FaultError password-wrong, password-weak */
    changePassword: (currentPassword: string, password: string): Promise<void> =>
      whileOpenAsync(async () => {
        const { name } = vault.user;
        const weak = passwordFault(password, [name, views.boardName()]);
        if (weak !== undefined) throw new FaultError(weak);
        const opened = await unwrapVaultKey(readKeyFile(files.keys), currentPassword, name);
        if (opened === undefined) throw wrongPassword(0);
        forgetKeys(opened);
        const person = { userId, name, password };
        const { doorKey, pair } = vaultKeys;
        const slot = await makeSlot(vaultId, doorKey, person, randomBytes, await costAt(place), pair);
        whileOpen(() => {
          saveKeyFile(withSlot(ownKeyFile(), slot));
          write([{ actor: userId, caseId: null, type: 'user.password-changed', payload: { userId } }]);
        });
      }),
    /**
     * 32 bytes that only this vault can make of a case, always the same for the purpose; they go with the case's key.
     * @throws FaultError not-found where there is no such case or it was erased, forbidden where its key is wrapped for others
     */
    caseSecret: (caseId: CaseId, purpose: string): Buffer =>
      whileOpen(() => {
        if (keys.isErased(caseId)) throw erasedFault();
        const first = keys.forReading(caseId, 1);
        if (first === undefined) throw keys.isClosed(caseId, 1) ? closedFault() : noSuchCase();
        return deriveKey(first, purpose);
      }),
    /** Whether the keys of cases are open here. */
    readsCases: (): boolean => whileOpen(() => keys.opensCases()),
    /**
     * 32 bytes that only this vault can make, and only for who reads cases, always the same for the purpose: for a room's files
     * that are of no case yet. `before` gives those of schemas up to 3, which anybody who unlocked had.
     * @throws FaultError forbidden for who reads no case
     */
    roomKey: (purpose: string, of: 'now' | 'before' = 'now'): Buffer =>
      whileOpen(() => {
        if (of === 'before') return deriveKey(vaultKey, `room/${purpose}`);
        if (keys.shared() === undefined) database.transaction(keys.shareKey).immediate();
        const shared = keys.shared(1);
        if (shared === undefined) throw closedFault();
        return deriveKey(shared.key, `room/${purpose}`);
      }),
    /** 256-bit key with which the renderer seals its working memory, base64url. Only for who reads cases. */
    storageKey: (): string =>
      whileOpen(() => {
        if (keys.shared() === undefined) database.transaction(keys.shareKey).immediate();
        return sharedSecret('storage-key').toString('base64url');
      }),

    /** Records the lock, closes the files and wipes the keys. A second call does nothing. */
    lock(): void {
      if (!open) return;
      try {
        if (!inspect) whileOpen(() => write([{ actor: userId, caseId: null, type: 'vault.locked' }]));
      } finally {
        close();
      }
    },
  };
  /** New keys for what is written from now on. */
  const rotate = (): void => database.transaction(() => keys.rotateAll()).immediate();
  /** What an unlock brings in line: keys for who lacks them, views that a restore could not fill, the worklist in memory. */
  function settle(): void {
    // Names that stand readable are sealed by way of the worklist in memory.
    if (views.isReadable()) views.load();
    settleRest(database.transaction(() => handKeys(userId)).immediate());
  }
  function settleRest(isPurged: boolean): void {
    if (isPurged) spread();
    for (const target of behind()) if (existsSync(backupFiles(target).mark)) eraseInBackup(target, keys.ring().erased);
    if (areViewsDue() && keys.opensCases()) fill();
    else views.load();
  }
  /**
   * As `settle`, where printed shares opened the door: they alone open the keys that are handed over, so that none can wait until
   * the vault works. Other work of the program goes on in between.
   * @param shares the private half of the printed shares
   */
  async function settleByShares(shares: KeyPair): Promise<void> {
    if (views.isReadable()) views.load();
    keys.openEmergency(shares);
    isHanding = true;
    try {
      const isPurged = database.transaction(() => handKeys(userId)).immediate();
      while (handStep()) await setImmediate();
      keys.closeEmergency();
      settleRest(isPurged);
    } finally {
      isHanding = false;
    }
  }
  return {
    vault,
    journal,
    blobs,
    rotate,
    fillInSteps,
    settle,
    settleByShares,
    load: views.load,
    erased: () => keys.ring().erased,
  };
}
/**
 * Fills the views of a database that nobody uses yet from its journal, as far as its case keys open it: a backup holds none.
 * Ended early, its transaction is open still, and goes with the database.
 */
export function fillViews(
  place: VaultPlace,
  database: VaultDatabase,
  { keyFile, keys, onProgress, signal }: FillTerms,
): Promise<void> {
  const userId = keyFile.slots[0]?.userId as UserId;
  return vaultFrom(place, database, keyFile, keys, userId).fillInSteps(onProgress, signal);
}
const copyOf = (pair: KeyPair | undefined): KeyPair | undefined =>
  pair && { publicKey: pair.publicKey, privateKey: Buffer.from(pair.privateKey) };
const withSlot = (file: KeyFile, slot: KeySlot): KeyFile => ({
  ...file,
  slots: file.slots.map((one) => (one.userId === slot.userId ? slot : one)),
});

/** What filling the views of a restored database takes. */
interface FillTerms {
  readonly keyFile: KeyFile;
  readonly keys: VaultKeys;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a vault goes on with after its keys changed. */
interface Rekeyed {
  readonly file: KeyFile;
  readonly keys: VaultKeys;
  readonly userId: UserId;
  readonly hold?: FolderHold;
}
/** The vault under its new keys, without a password: the same person, in the same process. */
export function reopened(place: VaultPlace, { file, keys, userId, hold }: Rekeyed): Vault {
  const path = vaultFiles(place.folder).database;
  try {
    const database = guarded(() => openDatabase(path, deriveKey(keys.doorKey, 'database'), file.vaultId));
    try {
      const { vault, settle } = vaultFrom(place, database, file, keys, userId, false, hold);
      guarded(() => settle());
      return vault;
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    hold?.release();
    throw error;
  }
}

/** Works while the folder is held; a vault that comes of it keeps the hold, a failure gives it back. */
async function holding<Value>(folder: string, work: (hold: FolderHold) => Promise<Value>): Promise<Value> {
  return guardedAsync(async () => {
    const hold = holdFolder(vaultFiles(folder).hold);
    try {
      return await work(hold);
    } catch (error) {
      hold.release();
      throw error;
    }
  });
}

export type Vault = ReturnType<typeof vaultFrom>['vault'];

function checkPayload(event: NewEvent): void {
  const schema = eventPayloads[event.type as keyof typeof eventPayloads];
  if (!EventType.safeParse(event.type).success || schema?.safeParse(event.payload).success === false) {
    throw new FaultError(
      fault(
        'schema-invalid',
        `The content of a ${event.type} event is not what it must be.`,
        'This is a defect of the calling room.',
      ),
    );
  }
}

const noSuchCase = (): FaultError =>
  new FaultError(fault('not-found', 'There is no such case.', 'Look it up in the worklist.'));

function wrongPassword(waitSeconds: number): FaultError {
  const remedy = waitSeconds === 0 ? 'Try again.' : `Wait ${waitSeconds} s, then try again.`;
  return new FaultError(
    fault('password-wrong', 'The name or the password is not right.', remedy, { field: 'password' }),
  );
}

/** 'locked' also when only half of a vault is there: `openVault` then says what is missing. */
export function vaultState(folder: string): 'absent' | 'locked' {
  const files = vaultFiles(folder);
  return existsSync(files.keys) || existsSync(files.database) ? 'locked' : 'absent';
}

/** Seconds until `openVault` looks at a password again, and whether it needs a name. */
export function unlockHints(place: VaultPlace): { retryAfterSeconds: number; asksUserName: boolean } {
  const files = vaultFiles(place.folder);
  if (!existsSync(files.keys)) return { retryAfterSeconds: 0, asksUserName: false };
  return {
    retryAfterSeconds: attemptsAt(files.attempts, place.clock).waitSeconds(),
    asksUserName: guarded(() => readKeyFile(files.keys)).slots.length > 1,
  };
}

/**
 * First start: a board and its first person, who holds every role needed to work alone.
 * @throws FaultError exists-already, password-weak, disk-full, write-failed
 */
export async function createVault(
  place: VaultPlace,
  profile: { boardName: string; userName: string; password: string },
): Promise<Vault> {
  const files = vaultFiles(place.folder);
  const randomBytes = place.randomBytes ?? systemRandomBytes;
  if (vaultState(place.folder) !== 'absent') {
    throw new FaultError(
      fault('exists-already', 'There is a vault in this folder.', 'Unlock it, or choose another folder.'),
    );
  }
  const weak = passwordFault(profile.password, [profile.boardName, profile.userName]);
  if (weak !== undefined) throw new FaultError(weak);
  guarded(() => mkdirSync(files.blobs, { recursive: true, mode: 0o700 }));
  return holding(place.folder, async (hold) => {
    for (const rest of ['', '-wal', '-shm']) rmSync(files.stagedDatabase + rest, { force: true });
    const vaultId = randomBytes(16).toString('hex');
    const vaultKey = randomBytes(32);
    const userId = UserId.parse(place.ids.next());
    const pair = newKeyPair();
    const slot = await makeSlot(
      vaultId,
      vaultKey,
      { userId, name: profile.userName, password: profile.password },
      randomBytes,
      await costAt(place),
      pair,
    );
    const keyFile: KeyFile = { format: 'consilium-vault-keys', version: 2, vaultId, slots: [slot], former: [] };
    const first = (): VaultKeys => {
      const key = Buffer.from(vaultKey);
      return { doorKey: key, vaultKey: Buffer.from(key), doorKeys: [key], pair };
    };
    const staged = createDatabase(files.stagedDatabase, deriveKey(vaultKey, 'database'), vaultId);
    try {
      storeSecrets(staged, vaultId, vaultKey, randomBytes);
      vaultFrom(place, staged, keyFile, first(), userId).vault.appendAll([
        {
          actor: userId,
          caseId: null,
          type: 'vault.created',
          payload: { boardName: profile.boardName.trim(), vaultId },
        },
        {
          actor: userId,
          caseId: null,
          type: 'user.added',
          payload: { userId, name: profile.userName.trim(), roles: firstUserRoles },
        },
        { actor: userId, caseId: null, type: 'vault.unlocked' },
      ]);
    } finally {
      staged.close();
    }
    writeKeyFile(files.keys, keyFile, vaultKey);
    renameSync(files.stagedDatabase, files.database);
    syncFolder(place.folder);
    return vaultFrom(
      place,
      openDatabase(files.database, deriveKey(vaultKey, 'database'), vaultId),
      keyFile,
      first(),
      userId,
      false,
      hold,
    ).vault;
  });
}

/**
 * Unlocks. A wrong password changes nothing but the count of wrong ones; the database is not even opened.
 * @param options.inspect for looking at a vault whose journal is broken: nothing is recorded and every write refused
 * @throws FaultError not-found, password-wrong, vault-damaged, journal-broken, vault-in-use, schema-newer
 */
export async function openVault(
  place: VaultPlace,
  credentials: Credentials,
  { inspect = false }: { inspect?: boolean } = {},
): Promise<Vault> {
  const files = vaultFiles(place.folder);
  if (vaultState(place.folder) === 'absent') {
    throw new FaultError(
      fault('not-found', 'There is no vault in this folder.', 'Create one, or choose another folder.'),
    );
  }
  if (!existsSync(files.keys)) throw damaged('The key file of the vault');
  return holding(place.folder, async (hold) => {
    const keyFile = readKeyFile(files.keys);
    const attempts = attemptsAt(files.attempts, place.clock);
    const wait = attempts.waitSeconds();
    if (wait > 0) throw wrongPassword(wait);
    attempts.begin();
    let opened = await unwrapVaultKey(keyFile, credentials.password, credentials.userName);
    if (opened === undefined) throw wrongPassword(attempts.waitSeconds());
    const failures = attempts.failures() - 1;
    attempts.clear();
    const { userId, doorKey } = opened;
    const slot = keyFile.slots.find((one) => one.userId === userId);
    if (inspect || slot === undefined || !isOfFirstVersion(slot))
      return enter(place, hold, keyFile, opened, userId, { inspect, failures });
    const pair = newKeyPair();
    const person = { userId, name: { tag: slot.nameTag }, password: credentials.password };
    const randomBytes = place.randomBytes ?? systemRandomBytes;
    const renewed = await makeSlot(keyFile.vaultId, doorKey, person, randomBytes, await costAt(place), pair);
    const file = withSlot(keyFile, renewed);
    writeKeyFile(files.keys, file, doorKey);
    opened = { ...opened, pair };
    return enter(place, hold, file, opened, userId, { failures });
  });
}

/** Opens the database behind the door, once the keys are there. */
async function enter(
  place: VaultPlace,
  hold: FolderHold,
  keyFile: KeyFile,
  vaultKeys: VaultKeys,
  userId: UserId,
  { inspect = false, failures = 0, shares }: { inspect?: boolean; failures?: number; shares?: KeyPair },
): Promise<Vault> {
  const files = vaultFiles(place.folder);
  const key = deriveKey(vaultKeys.doorKey, 'database');
  finishCreation(place.folder);
  finishRotation(place.folder, key, keyFile.vaultId);
  if (!existsSync(files.database)) throw damaged('The vault database');
  const database = openDatabase(files.database, key, keyFile.vaultId);
  try {
    const { vault, journal, blobs, erased, settle, settleByShares, load } = vaultFrom(
      place,
      database,
      keyFile,
      vaultKeys,
      userId,
      inspect,
      hold,
    );
    if (inspect) {
      load();
      return vault;
    }
    journal.assertHeadFits();
    if (!vault.users().some((user) => user.userId === userId)) throw wrongPassword(0);
    mkdirSync(files.blobs, { recursive: true, mode: 0o700 });
    blobs.sweep(erased());
    const by = { actor: userId, caseId: null };
    vault.appendAll([
      ...(failures > 0 ? [{ ...by, type: 'vault.unlock-failed' as const, payload: { failures } }] : []),
      ...(shares !== undefined ? [{ ...by, type: 'vault.recovered' as const }] : []),
      { ...by, type: 'vault.unlocked' as const },
    ]);
    if (shares === undefined) settle();
    else await settleByShares(shares);
    return vault;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Puts the database of a finished rotation in its place, also after a crash: the key file says which door key is in force,
 * and the database that it opens is the vault. The old write-ahead log goes first, so that it is never replayed over the
 * new file.
 */
function finishRotation(folder: string, key: Buffer, vaultId?: string): void {
  const files = vaultFiles(folder);
  for (const name of ['building', 'copy'] as const)
    for (const rest of ['', '-journal', '-wal', '-shm']) rmSync(files[name] + rest, { force: true });
  if (!existsSync(files.next)) return;
  if (vaultId !== undefined && !isOpenedBy(files.next, key, vaultId)) {
    rmSync(files.next, { force: true });
    return;
  }
  for (const rest of ['-wal', '-shm']) rmSync(files.database + rest, { force: true });
  renameSync(files.next, files.database);
  syncFolder(folder);
}

/** @throws what the disk says: a file that cannot be read now is not one of another key */
function isOpenedBy(path: string, key: Buffer, vaultId: string): boolean {
  try {
    openDatabase(path, key, vaultId).close();
    return true;
  } catch (error) {
    if (error instanceof FaultError || Reflect.get(Object(error), 'code') === 'SQLITE_NOTADB') return false;
    throw error;
  }
}

/** Whether the key file on disk is, beyond doubt, the one given. */
function isStill(path: string, file: KeyFile): boolean {
  try {
    return readKeyFile(path).mac === file.mac;
  } catch {
    return false;
  }
}

/**
 * The way in when every password is lost: enough printed shares, the name of a person of this vault and a new password
 * for them. Wrong shares are refused before anything is written.
 * @throws FaultError not-found, field-invalid (shares, name), password-weak, vault-damaged
 */
export async function recoverVault(
  place: VaultPlace,
  recovery: { shares: readonly string[]; userName: string; password: string },
): Promise<Vault> {
  const files = vaultFiles(place.folder);
  if (!existsSync(files.keys))
    throw new FaultError(fault('not-found', 'There is no vault in this folder.', 'Choose another folder.'));
  return holding(place.folder, async (hold) => {
    const keyFile = readKeyFile(files.keys);
    const refused = (message: string, remedy: string, field: string): FaultError =>
      new FaultError(fault('field-invalid', message, remedy, { field }));
    const privateKey = await privateKeyFrom(recovery.shares, keyFile.vaultId);
    const keys = recoverKeys(keyFile, privateKey);
    if (keys === undefined)
      throw refused(
        'These shares do not open this vault.',
        `Give ${keyFile.recovery?.threshold ?? 'enough'} shares of the newest set.`,
        'shares',
      );
    const tag = nameTag(keyFile.vaultId, recovery.userName);
    const slot = keyFile.slots.find((one) => one.nameTag === tag);
    if (slot === undefined)
      throw refused('Nobody of this name has a password here.', 'Type the name as it stands on reports.', 'userName');
    const weak = passwordFault(recovery.password, [recovery.userName]);
    if (weak !== undefined) throw new FaultError(weak);
    const person = { userId: slot.userId, name: recovery.userName, password: recovery.password };
    const randomBytes = place.randomBytes ?? systemRandomBytes;
    // The private half that the lost password opened is gone: another pair, whose keys come by way of the shares.
    const pair = newKeyPair();
    const renewed = await makeSlot(keyFile.vaultId, keys.doorKey, person, randomBytes, await costAt(place), pair);
    writeKeyFile(files.keys, withSlot(keyFile, renewed), keys.doorKey);
    attemptsAt(files.attempts, place.clock).clear();
    const shares = { publicKey: publicKeyFrom(privateKey), privateKey };
    try {
      return await enter(place, hold, readKeyFile(files.keys), { ...keys, pair }, slot.userId, { shares });
    } finally {
      privateKey.fill(0);
    }
  });
}
