import { randomBytes as systemRandomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { canonicalJson } from '../../shared/foundation/canonical.ts';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { type CaseId, type Clock, type Ids, type Sha256, UserId } from '../../shared/foundation/ids.ts';
import type { CaseListing } from '../../shared/vault/cases.ts';
import type { Checkpoint, JournalReport } from '../../shared/vault/checkpoint.ts';
import { EventType, eventPayloads, type JournalEvent, type NewEvent, outlivesCase } from '../../shared/vault/events.ts';
import { passwordFault } from '../../shared/vault/password.ts';
import { firstUserRoles, type Role } from '../../shared/vault/roles.ts';
import type { VaultUser } from '../../shared/vault/service.ts';
import { attemptsAt } from './attempts.ts';
import { blobStore } from './blobs.ts';
import { caseKeyring } from './case-keys.ts';
import { checkpointKeyFrom, newCheckpointKey, signCheckpoint } from './checkpoints.ts';
import { createDatabase, openDatabase } from './database.ts';
import type { VaultDatabase } from './driver.ts';
import { damaged, erasedFault, guarded, guardedAsync, lockedFault } from './faults.ts';
import { finishCreation, syncFolder, vaultFiles } from './files.ts';
import { type JournalFilter, type JournalLine, journal as journalOf } from './journal.ts';
import { type KeyFile, makeSlot, readKeyFile, unwrapVaultKey, writeKeyFile } from './key-file.ts';
import { merkleRoot } from './merkle.ts';
import { type DocumentEntry, projections as projectionsOf } from './projections.ts';
import { deriveKey, type RandomBytes, seal, unseal } from './sealing.ts';
import { type VerifyOptions, verifyJournal } from './verification.ts';

/** Where a vault stands and what it takes from outside. */
export interface VaultPlace {
  readonly folder: string;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Default: the system's. Passed in only where the same bytes are wanted twice. */
  readonly randomBytes?: RandomBytes | undefined;
}

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

const secretAssociated = (vaultId: string, name: string): string => JSON.stringify([vaultId, 'secret', name]);

/** Puts the vault's own secrets in place: the checkpoint signing key and the key of the renderer's working memory. */
function storeSecrets(database: VaultDatabase, vaultId: string, vaultKey: Buffer, randomBytes: RandomBytes): void {
  const sealingKey = deriveKey(vaultKey, 'secrets');
  const put = database.prepare<[string, Buffer]>('INSERT INTO secrets VALUES (?, ?)');
  const secrets = { 'checkpoint-key': newCheckpointKey(), 'storage-key': randomBytes(32) };
  for (const [name, value] of Object.entries(secrets)) {
    put.run(name, seal(sealingKey, secretAssociated(vaultId, name), value, randomBytes));
  }
}

/** An open vault. Every method throws FaultError; after `lock()` all of them throw `locked`. */
function vaultFrom(
  place: VaultPlace,
  database: VaultDatabase,
  keyFile: KeyFile,
  vaultKey: Buffer,
  userId: UserId,
  inspect = false,
) {
  const { clock, folder, ids } = place;
  const randomBytes = place.randomBytes ?? systemRandomBytes;
  const { vaultId } = keyFile;
  const files = vaultFiles(folder);
  const keys = caseKeyring(database, vaultId, vaultKey, randomBytes);
  const journal = journalOf(database, vaultId, keys, clock, randomBytes);
  const views = projectionsOf(database);
  const blobs = blobStore(files.blobs, vaultId, vaultKey, keys, randomBytes);
  let open = true;

  function whileOpen<Value>(work: () => Value): Value {
    if (!open) throw lockedFault();
    return guarded(work);
  }
  async function whileOpenAsync<Value>(work: () => Promise<Value>): Promise<Value> {
    if (!open) throw lockedFault();
    return guardedAsync(work);
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

  /** One transaction: version check, events, projections. Nothing is acknowledged before it is on disk. */
  function write(events: readonly NewEvent[], expectedVersion?: number): JournalEvent[] {
    assertWritable();
    const caseIds = new Set(events.filter((event) => !outlivesCase(event.type)).map((event) => event.caseId));
    for (const caseId of caseIds) keys.forWriting(caseId);
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

  async function readBlob(caseId: CaseId | null, sha256: Sha256): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of blobs.stream(caseId, sha256)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async function documentAt(caseId: CaseId | null, entry: DocumentEntry): Promise<StoredDocument> {
    const bytes = await readBlob(caseId, entry.sha256 as Sha256);
    return { ...entry, document: JSON.parse(bytes.toString('utf8')) as unknown };
  }

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

    // -- documents and blobs -----------------------------------------------------------------------------------------
    /** Seals bytes (or a stream of them) under their SHA-256, durable when it resolves. Name the hash in an event. */
    putBlob: (caseId: CaseId | null, source: Uint8Array | AsyncIterable<Uint8Array>): Promise<Sha256> =>
      whileOpenAsync(async () => {
        assertWritable();
        return (await blobs.put(caseId, source)).sha256;
      }),
    /** @throws FaultError not-found, vault-damaged */
    getBlob: (caseId: CaseId | null, sha256: Sha256): Promise<Buffer> => whileOpenAsync(() => readBlob(caseId, sha256)),
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
      whileOpenAsync(async () => JSON.parse((await readBlob(caseId, sha256)).toString('utf8')) as unknown),
    /** Every stored document of a case, oldest first, without content. */
    documents: (caseId: CaseId | null): DocumentEntry[] => whileOpen(() => views.documents(caseId)),

    // -- cases -------------------------------------------------------------------------------------------------------
    cases: (): CaseListing[] => whileOpen(() => views.cases()),
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
        if (views.version(caseId) === 0) {
          throw new FaultError(fault('not-found', 'There is no such case.', 'Look it up in the worklist.'));
        }
        database
          .transaction(() => {
            write([{ actor: options.actor, caseId, type: 'case.erased', payload: { reason: options.reason } }]);
            keys.destroy(caseId);
          })
          .immediate();
        // The old pages of the write-ahead log still hold the wrapped key.
        database.pragma('wal_checkpoint(TRUNCATE)');
        blobs.removeCase(caseId);
      }),
    /** Empties every view and replays the journal into it, in one transaction. Gives the number of events replayed. */
    rebuildProjections: (): number =>
      whileOpen(() => {
        assertWritable();
        return database
          .transaction(() => {
            views.clear();
            const last = journal.head().sequence;
            for (let cursor = 0; cursor < last; ) {
              for (const row of journal.page(cursor, 1000)) {
                views.apply(journal.eventOf(row));
                cursor = row.sequence;
              }
            }
            return last;
          })
          .immediate();
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
        const slot = await makeSlot(vaultId, vaultKey, { ...person, userId: user.userId }, randomBytes);
        return whileOpen(() => {
          // The slot first: a slot without a person opens nothing, a person without a slot could not come in.
          const current = readKeyFile(files.keys);
          writeKeyFile(files.keys, { ...current, slots: [...current.slots, slot] });
          const [event] = write([{ actor, caseId: null, type: 'user.added', payload: user }]) as [JournalEvent];
          return { ...user, addedAt: event.time };
        });
      }),
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
        opened?.vaultKey.fill(0);
        if (opened === undefined || opened.userId !== person) throw wrongPassword(attempts.waitSeconds());
        attempts.clear();
      }),
    /** Changes the password of whoever is logged in. @throws FaultError password-wrong, password-weak */
    changePassword: (currentPassword: string, password: string): Promise<void> =>
      whileOpenAsync(async () => {
        const { name } = vault.user;
        const weak = passwordFault(password, [name, views.boardName()]);
        if (weak !== undefined) throw new FaultError(weak);
        const opened = await unwrapVaultKey(readKeyFile(files.keys), currentPassword, name);
        if (opened === undefined) throw wrongPassword(0);
        opened.vaultKey.fill(0);
        const slot = await makeSlot(vaultId, vaultKey, { userId, name, password }, randomBytes);
        whileOpen(() => {
          const current = readKeyFile(files.keys);
          writeKeyFile(files.keys, {
            ...current,
            slots: current.slots.map((one) => (one.userId === userId ? slot : one)),
          });
          write([{ actor: userId, caseId: null, type: 'user.password-changed', payload: { userId } }]);
        });
      }),
    /** 256-bit key with which the renderer seals its working memory, base64url. Only for an unlocked screen. */
    storageKey: (): string => whileOpen(() => secret('storage-key').toString('base64url')),

    /** Records the lock, closes the files and wipes the keys. A second call does nothing. */
    lock(): void {
      if (!open) return;
      try {
        if (!inspect) whileOpen(() => write([{ actor: userId, caseId: null, type: 'vault.locked' }]));
      } finally {
        open = false;
        database.close();
        keys.wipe();
        blobs.wipe();
        vaultKey.fill(0);
      }
    },
  };
  return { vault, journal, blobs };
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
  return guardedAsync(async () => {
    mkdirSync(files.blobs, { recursive: true, mode: 0o700 });
    for (const rest of ['', '-wal', '-shm']) rmSync(files.stagedDatabase + rest, { force: true });
    const vaultId = randomBytes(16).toString('hex');
    const vaultKey = randomBytes(32);
    const userId = UserId.parse(place.ids.next());
    const slot = await makeSlot(
      vaultId,
      vaultKey,
      { userId, name: profile.userName, password: profile.password },
      randomBytes,
    );
    const keyFile: KeyFile = { format: 'consilium-vault-keys', version: 1, vaultId, slots: [slot] };
    const staged = createDatabase(files.stagedDatabase, deriveKey(vaultKey, 'database'), vaultId);
    try {
      storeSecrets(staged, vaultId, vaultKey, randomBytes);
      vaultFrom(place, staged, keyFile, vaultKey, userId).vault.appendAll([
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
    writeKeyFile(files.keys, keyFile);
    renameSync(files.stagedDatabase, files.database);
    syncFolder(place.folder);
    return vaultFrom(
      place,
      openDatabase(files.database, deriveKey(vaultKey, 'database'), vaultId),
      keyFile,
      vaultKey,
      userId,
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
  return guardedAsync(async () => {
    if (vaultState(place.folder) === 'absent') {
      throw new FaultError(
        fault('not-found', 'There is no vault in this folder.', 'Create one, or choose another folder.'),
      );
    }
    if (!existsSync(files.keys)) throw damaged('The key file of the vault');
    const keyFile = readKeyFile(files.keys);
    const attempts = attemptsAt(files.attempts, place.clock);
    const wait = attempts.waitSeconds();
    if (wait > 0) throw wrongPassword(wait);
    attempts.begin();
    const opened = await unwrapVaultKey(keyFile, credentials.password, credentials.userName);
    if (opened === undefined) throw wrongPassword(attempts.waitSeconds());
    const failures = attempts.failures() - 1;
    attempts.clear();
    finishCreation(place.folder);
    if (!existsSync(files.database)) throw damaged('The vault database');
    const database = openDatabase(files.database, deriveKey(opened.vaultKey, 'database'), keyFile.vaultId);
    try {
      const { vault, journal, blobs } = vaultFrom(place, database, keyFile, opened.vaultKey, opened.userId, inspect);
      if (inspect) return vault;
      journal.assertHeadFits();
      if (!vault.users().some((user) => user.userId === opened.userId)) throw wrongPassword(0);
      mkdirSync(files.blobs, { recursive: true, mode: 0o700 });
      blobs.sweep();
      const by = { actor: opened.userId, caseId: null };
      vault.appendAll([
        ...(failures > 0 ? [{ ...by, type: 'vault.unlock-failed' as const, payload: { failures } }] : []),
        { ...by, type: 'vault.unlocked' as const },
      ]);
      return vault;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}
