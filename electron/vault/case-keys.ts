import type { CaseId } from '../../shared/foundation/ids.ts';
import type { CaseKeyRing } from './backup.ts';
import type { VaultDatabase } from './driver.ts';
import { closedFault, damaged, erasedFault } from './faults.ts';
import type { Permitted, Recipient } from './permitted.ts';
import { deriveKey, type RandomBytes, seal, unseal, wipe } from './sealing.ts';
import {
  type KeyPair,
  keyIdOf,
  newKeyPair,
  type Unwrapper,
  unwrapperOf,
  unwrapWith,
  wrapFor,
  wrapperFor,
} from './wrapping.ts';

/** The key of what belongs to no case, as it was before anybody left. */
const vaultScope = 0;
/** Later keys of what belongs to no case count from here, so that they are never taken for those of a case. */
const laterVaultScope = 0x4000_0000;
/** Keys of lines that the house itself writes on a case count from here: it holds them without the keys of the case. */
const noticeBase = 0x2000_0000;
/** Not legal case ids. */
const noCase = '';
/** What all who read cases share, wrapped for them like the key of a case. */
const sharedScope = '~cases';
/** Wrapped by the vault key: whoever unlocks opens it. */
const house = 'vault';
/** Stands for a key that is not there yet: whoever writes to the case next makes it. */
const due = 'due';
const emergencyOf = (version: number): string => `emergency:${version}`;

export interface CaseKey {
  readonly key: Buffer;
  /** `vaultScope`, or 1 and up: a rotation adds versions, old rows keep theirs. */
  readonly version: number;
}

/** Who works with the keys, and for whom they are wrapped. */
export interface KeyringPeople {
  /** The key pair of who unlocked; undefined for a slot of the first version, and where nobody did. */
  readonly pair: KeyPair | undefined;
  readonly permitted: () => Permitted;
}

/** As many keys of cases go to somebody in one transaction: what is more leaves room for other work in between. */
const keysAtOnce = 250;

/** What a step of a handing over did. */
export interface HandedOver {
  /** Key ids of those who are given keys; empty where nobody lacks any, or nobody here can. */
  readonly to: readonly string[];
  /** Keys of cases gone through, and all there are. */
  readonly done: number;
  readonly of: number;
  readonly isWhole: boolean;
}

interface Target {
  readonly recipient: string;
  readonly wrap: (associated: string, key: Buffer) => Buffer;
  readonly done: () => void;
}

/**
 * One random key per case, wrapped for the public key of each person who reads cases, and for the emergency key; nobody else
 * opens it, whatever disk they hold. Destroying every wrapped form makes what was sealed with it unreadable. The private half
 * of the emergency key is wrapped for auditors and for the printed shares (F112).
 */
export function caseKeyring(
  database: VaultDatabase,
  vaultId: string,
  vaultKey: Buffer,
  randomBytes: RandomBytes,
  { pair, permitted }: KeyringPeople,
) {
  const wrappingKey = deriveKey(vaultKey, 'case-keys');
  const ownKey: CaseKey = { key: deriveKey(vaultKey, 'vault-scope'), version: vaultScope };
  const ownId = pair === undefined ? undefined : keyIdOf(pair.publicKey);
  const own = pair === undefined ? undefined : unwrapperOf(pair);
  const emergencies = new Map<string, Unwrapper>();
  const opened = new Map<string, Buffer>();
  const associated = (caseId: string, version: number, recipient: string): string =>
    JSON.stringify([vaultId, 'case-key', caseId, version, ...(recipient === house ? [] : [recipient])]);
  const associatedEmergency = (version: number, holder: string): string =>
    JSON.stringify([vaultId, 'emergency-key', version, holder]);

  const newest = database
    .prepare<[string, number, number], number | null>(
      'SELECT max(key_version) FROM case_keys WHERE case_id = ? AND key_version > ? AND key_version < ?',
    )
    .pluck();
  const wrappedFor = database
    .prepare<[string, number, string], Buffer>(
      'SELECT wrapped FROM case_keys WHERE case_id = ? AND key_version = ? AND recipient = ?',
    )
    .pluck();
  const anyFor = database
    .prepare<[string, number], number>('SELECT 1 FROM case_keys WHERE case_id = ? AND key_version = ? LIMIT 1')
    .pluck();
  const insert = database.prepare<[string, number, string, Buffer]>(
    'INSERT OR IGNORE INTO case_keys VALUES (?, ?, ?, ?)',
  );
  const remove = database.prepare<[string]>('DELETE FROM case_keys WHERE case_id = ?');
  const takeDue = database.prepare<[string]>(`DELETE FROM case_keys WHERE case_id = ? AND recipient = '${due}'`);
  const removeRecipient = database.prepare<[string]>('DELETE FROM case_keys WHERE recipient = ?');
  const tombstone = database
    .prepare<[string], number>(`SELECT 1 FROM journal WHERE case_id = ? AND type = 'case.erased' LIMIT 1`)
    .pluck();

  const isErased = (caseId: CaseId): boolean => tombstone.get(caseId) !== undefined;
  const latest = (scope: string): number | undefined => newest.get(scope, vaultScope, noticeBase) ?? undefined;
  const sealedByHouse = (scope: string, version: number, key: Buffer): Buffer =>
    seal(wrappingKey, associated(scope, version, house), key, randomBytes);
  const keep = (scope: string, version: number, key: Buffer): void => void opened.set(`${version} ${scope}`, key);

  /** Undefined where the key does not exist, or is wrapped for others. @throws FaultError vault-damaged */
  function open(scope: string, version: number): Buffer | undefined {
    const known = opened.get(`${version} ${scope}`);
    if (known !== undefined) return known;
    const found = (
      recipient: string,
      unwrap: (associated: string, wrapped: Buffer) => Buffer | undefined,
    ): Buffer | undefined => {
      const wrapped = wrappedFor.get(scope, version, recipient);
      if (wrapped === undefined) return undefined;
      const key = unwrap(associated(scope, version, recipient), wrapped);
      if (key === undefined) throw damaged('The key of a case');
      return key;
    };
    let key = own === undefined || ownId === undefined ? undefined : found(ownId, own.open);
    for (const [recipient, unwrapper] of emergencies) key ??= found(recipient, unwrapper.open);
    key ??= found(house, (text, wrapped) => unseal(wrappingKey, text, wrapped));
    if (key !== undefined) keep(scope, version, key);
    return key;
  }

  /** Whether what all readers share is open here, and with it every case. */
  const opensCases = (): boolean => latest(sharedScope) === undefined || open(sharedScope, 1) !== undefined;

  // -- for whom ------------------------------------------------------------------------------------------------------
  const targetOf = ({ keyId, publicKey }: Recipient): Target => ({
    recipient: keyId,
    ...wrapperFor(publicKey, randomBytes),
  });
  const byHouse: Target = {
    recipient: house,
    wrap: (text, key) => seal(wrappingKey, text, key, randomBytes),
    done: () => undefined,
  };
  const emergencyNow = (): Recipient | undefined => {
    const row = database
      .prepare<[], { version: number; publicKey: Buffer }>(
        'SELECT version, public_key AS publicKey FROM emergency_keys ORDER BY version DESC LIMIT 1',
      )
      .get();
    return row === undefined ? undefined : { keyId: emergencyOf(row.version), publicKey: row.publicKey };
  };
  /** Everybody whom a new key is wrapped for; the vault key where somebody has no key pair yet. */
  function targetsNow(): Target[] {
    const { readers, waiting } = permitted();
    if (waiting) return [byHouse];
    const emergency = emergencyNow();
    return [...readers, ...(emergency === undefined ? [] : [emergency])].map(targetOf);
  }
  function wrapTo(targets: readonly Target[], scope: string, version: number, key: Buffer): void {
    for (const { recipient, wrap } of targets)
      insert.run(scope, version, recipient, wrap(associated(scope, version, recipient), key));
  }
  function withTargets(targets: readonly Target[], work: (targets: readonly Target[]) => void): void {
    try {
      work(targets);
    } finally {
      for (const { done } of targets) done();
    }
  }
  /** A new key for a scope, wrapped for everybody in one step: half of them would lock the others out. */
  function mint(scope: string, version: number): Buffer {
    const key = randomBytes(32);
    database.transaction(() => {
      withTargets(targetsNow(), (targets) => wrapTo(targets, scope, version, key));
      takeDue.run(scope);
    })();
    keep(scope, version, key);
    return key;
  }
  /** What readers share, made where it is not there yet. Inside a transaction. */
  function shareKey(): void {
    if (latest(sharedScope) !== undefined) return;
    const { holders, waiting } = permitted();
    if (!waiting && holders.length > 0 && emergencyNow() === undefined) newEmergency(holders);
    mint(sharedScope, 1);
  }
  /** One more emergency key; whoever held the earlier one and is not permitted any more has no half of this. */
  function newEmergency(holders: readonly Recipient[]): Recipient {
    const last = database.prepare<[], number | null>('SELECT max(version) FROM emergency_keys').pluck().get() ?? 0;
    const version = last + 1;
    const { publicKey, privateKey } = newKeyPair();
    const put = database.prepare<[number, string, Buffer, Buffer]>('INSERT INTO emergency_keys VALUES (?, ?, ?, ?)');
    for (const holder of holders) {
      const text = associatedEmergency(version, holder.keyId);
      put.run(version, holder.keyId, publicKey, wrapFor(holder.publicKey, text, privateKey, randomBytes));
    }
    privateKey.fill(0);
    return { keyId: emergencyOf(version), publicKey };
  }
  const emergencyVersions = (): number[] =>
    database.prepare<[], number>('SELECT DISTINCT version FROM emergency_keys').pluck().all();
  /** Whether every emergency key is sealed for a holder, and one of them opens what is handed over last. */
  const holdsAll = (keyId: string, versions: readonly number[]): boolean => {
    const held = database.prepare<[string], number>('SELECT count(*) FROM emergency_keys WHERE holder = ?').pluck();
    const isWhole = versions.some((version) => wrappedFor.get(sharedScope, 1, emergencyOf(version)) !== undefined);
    return isWhole && held.get(keyId) === versions.length;
  };

  /** Takes away what is wrapped for who is not permitted any more. */
  function purge({ readers, holders }: Permitted): boolean {
    let isChanged = false;
    const held = database.prepare<[], string>('SELECT DISTINCT holder FROM emergency_keys').pluck().all();
    const dropHolder = database.prepare<[string]>('DELETE FROM emergency_keys WHERE holder = ?');
    for (const holder of held)
      if (!holders.some(({ keyId }) => keyId === holder)) {
        dropHolder.run(holder);
        isChanged = true;
      }
    const kept = new Set([house, due, ...readers.map(({ keyId }) => keyId), ...emergencyVersions().map(emergencyOf)]);
    const recipients = database.prepare<[], string>('SELECT DISTINCT recipient FROM case_keys').pluck().all();
    for (const recipient of recipients)
      if (!kept.has(recipient)) {
        removeRecipient.run(recipient);
        isChanged = true;
      }
    return isChanged;
  }

  /** Keys that the vault key still wraps, as schema 3 kept them, go to the people. Anybody's unlock does it. */
  function convert({ holders, waiting }: Permitted): number {
    if (waiting) return 0;
    const rows = database
      .prepare<[number], { scope: string; version: number; wrapped: Buffer }>(
        `SELECT case_id AS scope, key_version AS version, wrapped FROM case_keys
         WHERE recipient = '${house}' AND case_id <> '${noCase}' AND key_version < ?`,
      )
      .all(noticeBase);
    if (rows.length === 0) return 0;
    if (holders.length > 0 && emergencyNow() === undefined) newEmergency(holders);
    const drop = database.prepare<[string, number]>(
      `DELETE FROM case_keys WHERE case_id = ? AND key_version = ? AND recipient = '${house}'`,
    );
    withTargets(targetsNow(), (targets) => {
      for (const { scope, version, wrapped } of rows) {
        const key = unseal(wrappingKey, associated(scope, version, house), wrapped);
        if (key === undefined) throw damaged('The key of a case');
        wrapTo(targets, scope, version, key);
        drop.run(scope, version);
        wipe(key);
      }
    });
    shareKey();
    forget();
    return rows.length;
  }

  const holdsNewest = database
    .prepare<[string], number>(
      'SELECT 1 FROM emergency_keys WHERE holder = ? AND version = (SELECT max(version) FROM emergency_keys)',
    )
    .pluck();
  const ofCases = `FROM case_keys
    WHERE case_id > '${noCase}' AND case_id <> '${sharedScope}' AND key_version < ${noticeBase} AND recipient <> '${due}'`;
  const someOfCases = database.prepare<[string, number, number], { scope: string; version: number }>(
    `SELECT DISTINCT case_id AS scope, key_version AS version ${ofCases} AND (case_id, key_version) > (?, ?)
     ORDER BY case_id, key_version LIMIT ?`,
  );
  const countOf = database.prepare<[], number>(
    `SELECT count(*) FROM (SELECT DISTINCT case_id, key_version ${ofCases})`,
  );
  const countFor = database.prepare<[string], number>(`SELECT count(*) ${ofCases} AND recipient = ?`);
  const sharedVersions = database
    .prepare<[], number>(`SELECT DISTINCT key_version FROM case_keys WHERE case_id = '${sharedScope}'`)
    .pluck();
  for (const statement of [countOf, countFor]) statement.pluck();
  const beginning = { plan: '', scope: noCase, version: 0, done: 0, of: 0 };
  /** How far a handing over has come; what it did is known by the keys themselves, so that it may be lost. */
  let handing = beginning;

  /** Who is permitted and lacks keys. What readers share is handed over last: whoever has it has everything. */
  function lackingOf({ readers, holders, waiting }: Permitted): Record<'readers' | 'holders', Recipient[]> {
    if (waiting || latest(sharedScope) === undefined) return { readers: [], holders: [] };
    const versions = emergencyVersions();
    return {
      readers: readers.filter(({ keyId }) => wrappedFor.get(sharedScope, 1, keyId) === undefined),
      holders: holders.filter(({ keyId }) => !holdsAll(keyId, versions)),
    };
  }
  /** Wraps keys of cases for those who lack them, as many as a step takes; only who opens them can. */
  function hand(people: Permitted): HandedOver {
    const lacking = lackingOf(people);
    const to = [...lacking.readers, ...lacking.holders].map(({ keyId }) => keyId);
    if (to.length === 0 || !opensCases()) return { to: [], done: 0, of: 0, isWhole: true };
    const isOnTheWay = people.holders.every(({ keyId }) => holdsNewest.get(keyId) !== undefined);
    const emergency =
      lacking.holders.length === 0
        ? undefined
        : ((isOnTheWay ? emergencyNow() : undefined) ?? newEmergency(people.holders));
    const recipients = [...lacking.readers, ...(emergency === undefined ? [] : [emergency])];
    const plan = recipients.map(({ keyId }) => keyId).join(' ');
    let isWhole = false;
    if (plan !== handing.plan) handing = { ...beginning, plan, of: countOf.get() ?? 0 };
    const rows = someOfCases.all(handing.scope, handing.version, keysAtOnce);
    withTargets(recipients.map(targetOf), (targets) => {
      const wrapMissing = (scope: string, version: number): void => {
        const missing = targets.filter(({ recipient }) => wrappedFor.get(scope, version, recipient) === undefined);
        const key = missing.length === 0 ? undefined : open(scope, version);
        if (key !== undefined) wrapTo(missing, scope, version, key);
        else if (missing.length > 0) throw damaged('The key of a case');
      };
      for (const { scope, version } of rows) wrapMissing(scope, version);
      if (rows.length === keysAtOnce) return;
      // A step that a failed transaction took back is not known here: counted before anybody passes for complete.
      isWhole = recipients.every(({ keyId }) => countFor.get(keyId) === countOf.get());
      if (isWhole) for (const version of sharedVersions.all()) wrapMissing(sharedScope, version);
    });
    const { of } = handing;
    const done = Math.min(of, handing.done + rows.length);
    if (!isWhole) {
      handing = rows.length === keysAtOnce ? { ...handing, ...rows.at(-1), done } : { ...beginning, plan, of };
      return { to, done, of, isWhole };
    }
    handing = beginning;
    // This emergency key opens everything that the others did.
    if (emergency !== undefined)
      for (const version of emergencyVersions())
        if (emergencyOf(version) !== emergency.keyId) {
          removeRecipient.run(emergencyOf(version));
          database.prepare<[number]>('DELETE FROM emergency_keys WHERE version = ?').run(version);
        }
    return { to, done: of, of, isWhole };
  }

  function forget(): void {
    for (const key of opened.values()) wipe(key);
    opened.clear();
  }
  /** Opens the emergency key with a pair it was wrapped for. */
  function openEmergency({ publicKey, privateKey }: KeyPair): boolean {
    const holder = keyIdOf(publicKey);
    const rows = database
      .prepare<[string], { version: number; publicKey: Buffer; wrapped: Buffer }>(
        'SELECT version, public_key AS publicKey, wrapped FROM emergency_keys WHERE holder = ?',
      )
      .all(holder);
    for (const row of rows) {
      const half = unwrapWith({ publicKey, privateKey }, associatedEmergency(row.version, holder), row.wrapped);
      if (half === undefined) throw damaged('The emergency key');
      emergencies.set(emergencyOf(row.version), unwrapperOf({ publicKey: row.publicKey, privateKey: half }));
      half.fill(0);
    }
    return rows.length > 0;
  }
  function closeEmergency(): void {
    for (const unwrapper of emergencies.values()) unwrapper.wipe();
    emergencies.clear();
    forget();
  }

  return {
    isErased,
    opensCases,
    /** Whether the key exists and is wrapped for others alone. */
    isClosed: (caseId: CaseId, version: number): boolean =>
      anyFor.get(caseId, version) !== undefined && open(caseId, version) === undefined,
    /**
     * The key that new content of the case is sealed with, made on first use. Call it outside of the transaction that
     * uses it: a key must be on disk before anything sealed with it.
     * @param isNotice a line that the house writes on a case, readable without the keys of the case
     * @throws FaultError not-found (the case was erased), forbidden (wrapped for others), vault-damaged
     */
    forWriting(caseId: CaseId | null, isNotice = false): CaseKey {
      if (caseId === null) {
        const later = newest.get(noCase, vaultScope, noticeBase);
        const key = later == null ? undefined : open(noCase, later);
        return later == null || key === undefined ? ownKey : { key, version: laterVaultScope + later };
      }
      const version = isNotice ? newest.get(caseId, noticeBase, laterVaultScope) : latest(caseId);
      if (version != null) {
        const isDue = wrappedFor.get(caseId, version, due) !== undefined;
        if (isDue && !opensCases()) throw closedFault();
        const key = isDue ? mint(caseId, version) : open(caseId, version);
        if (key === undefined) throw closedFault();
        return { key, version };
      }
      if (isErased(caseId)) throw erasedFault();
      if (isNotice) {
        const first = noticeBase + 1;
        const key = randomBytes(32);
        insert.run(caseId, first, house, sealedByHouse(caseId, first, key));
        keep(caseId, first, key);
        return { key, version: first };
      }
      database.transaction(shareKey)();
      if (!opensCases()) throw closedFault();
      return { key: mint(caseId, 1), version: 1 };
    },
    /** Inside a transaction: what readers share is there, in the hands of whoever makes it for as long as it lasts. */
    shareKey,
    /** What is sealed with this is for all who read cases; undefined where it is not open here. */
    shared(version = latest(sharedScope)): CaseKey | undefined {
      const key = version === undefined ? undefined : open(sharedScope, version);
      return version === undefined || key === undefined ? undefined : { key, version };
    },
    /** Undefined where the key does not exist (any more), or is wrapped for others. */
    forReading(caseId: CaseId | null, version: number): Buffer | undefined {
      if (version === vaultScope) return ownKey.key;
      if (version > laterVaultScope) return open(noCase, version - laterVaultScope);
      return caseId === null ? undefined : open(caseId, version);
    },
    /**
     * A new key for everything written from now on: made now for what readers share and for what belongs to no case, and in each
     * case by the next who writes to it; what was written keeps its own. Whoever is not permitted any more loses what was
     * wrapped for them, and the emergency key is another one. Inside a transaction.
     */
    rotateAll(): void {
      const people = permitted();
      purge(people);
      if (!people.waiting && people.holders.length > 0) newEmergency(people.holders);
      database.exec(`INSERT INTO case_keys SELECT case_id, max(key_version) + 1, '${due}', x'' ${ofCases}
        AND case_id NOT IN (SELECT case_id FROM case_keys WHERE recipient = '${due}') GROUP BY case_id`);
      const shared = latest(sharedScope);
      if (shared !== undefined) mint(sharedScope, shared + 1);
      const key = randomBytes(32);
      const before = newest.get(noCase, vaultScope, noticeBase) ?? vaultScope;
      wrapTo([byHouse], noCase, before + 1, key);
      wipe(key);
      forget();
    },
    /**
     * Brings what is wrapped in line with who is permitted: nothing for who is not, keys of earlier schemas to the people, and
     * everything for who lacks it where this person can open it. Inside a transaction; a second call changes nothing.
     * @returns who was given keys, or is being given them, and whether anything was taken away
     */
    reconcile(): { handed: HandedOver; isPurged: boolean; converted: number } {
      const people = permitted();
      const isPurged = purge(people);
      const converted = convert(people);
      if (people.readers.some(({ keyId }) => keyId === ownId)) shareKey();
      return { handed: hand(people), isPurged, converted };
    },
    /** One more step of a handing over, by the roles of now. Inside a transaction. */
    handOn: (): HandedOver => hand(permitted()),
    /** Key ids of those who are permitted and have no keys yet. */
    lacking: (): string[] =>
      Object.values(lackingOf(permitted())).flatMap((people) => people.map(({ keyId }) => keyId)),
    /** Whether keys of cases are there for somebody, so that they can hand them on. */
    isHanded: (keyId: string): boolean =>
      latest(sharedScope) === undefined || wrappedFor.get(sharedScope, 1, keyId) !== undefined,
    /** Whether an emergency key is sealed for who unlocked. */
    holdsEmergency: (): boolean => ownId !== undefined && holdsAll(ownId, emergencyVersions()),
    /** Every case opens from now on. Journal it first. */
    breakGlass: (): boolean => pair !== undefined && openEmergency(pair),
    /** By way of the printed shares. */
    openEmergency,
    /** Nothing that the emergency key opened stays in memory. */
    closeEmergency,
    /** Every case key there is, wrapped, and the cases whose keys were destroyed. */
    ring(): Pick<CaseKeyRing, 'keys' | 'emergency'> & { erased: CaseId[] } {
      const text = <Row extends { wrapped: Buffer }>(row: Row) => ({ ...row, wrapped: row.wrapped.toString('base64') });
      const keys = database
        .prepare<[], { caseId: string; version: number; recipient: string; wrapped: Buffer }>(
          'SELECT case_id AS caseId, key_version AS version, recipient, wrapped FROM case_keys',
        )
        .all()
        .map(text);
      const emergency = database
        .prepare<[], { version: number; holder: string; publicKey: Buffer; wrapped: Buffer }>(
          'SELECT version, holder, public_key AS publicKey, wrapped FROM emergency_keys',
        )
        .all()
        .map((row) => ({ ...text(row), publicKey: row.publicKey.toString('base64') }));
      const erased = database
        .prepare<[], string>(`SELECT DISTINCT case_id FROM journal WHERE type = 'case.erased'`)
        .pluck()
        .all();
      return { keys, emergency, erased: erased as CaseId[] };
    },
    /** Inside the transaction that writes the tombstone. */
    destroy(caseId: CaseId): void {
      remove.run(caseId);
      for (const [name, key] of opened) {
        if (name.slice(name.indexOf(' ') + 1) !== caseId) continue;
        wipe(key);
        opened.delete(name);
      }
    },
    forget,
    wipe(): void {
      closeEmergency();
      own?.wipe();
      for (const key of [wrappingKey, ownKey.key]) wipe(key);
    },
  };
}
export type CaseKeyring = ReturnType<typeof caseKeyring>;

/** Keys of a backup's ring in a database that holds none. Inside a transaction. */
export function fillKeyring(
  database: VaultDatabase,
  { keys, emergency }: Pick<CaseKeyRing, 'keys' | 'emergency'>,
): void {
  const putKey = database.prepare<[string, number, string, Buffer]>('INSERT INTO case_keys VALUES (?, ?, ?, ?)');
  for (const { caseId, version, recipient, wrapped } of keys)
    putKey.run(caseId, version, recipient, Buffer.from(wrapped, 'base64'));
  const putHalf = database.prepare<[number, string, Buffer, Buffer]>('INSERT INTO emergency_keys VALUES (?, ?, ?, ?)');
  for (const { version, holder, publicKey, wrapped } of emergency)
    putHalf.run(version, holder, Buffer.from(publicKey, 'base64'), Buffer.from(wrapped, 'base64'));
}
