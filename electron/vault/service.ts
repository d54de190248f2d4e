import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { CaseId, UserId } from '../../shared/foundation/ids.ts';
import type { CaseListing } from '../../shared/vault/cases.ts';
import type { Checkpoint, JournalProof, JournalReport, OutsideHead } from '../../shared/vault/checkpoint.ts';
import type {
  ErasurePreview,
  ProposeErasureInput,
  RetentionList,
  RetentionQuery,
  SetRetentionInput,
} from '../../shared/vault/retention.ts';
import {
  type AddPersonInput,
  type AuditPage,
  AuditQuery,
  type ChangePasswordInput,
  type ChangeRolesInput,
  type CreateVaultInput,
  type EraseCaseInput,
  type HoldInput,
  type Household,
  type LegalHold,
  type RecoveryInput,
  type RecoveryShares,
  type UnlockInput,
  type VaultStatus,
  type VaultUser,
} from '../../shared/vault/service.ts';
import { lockedFault } from './faults.ts';
import {
  createVault,
  openVault,
  recoverVault,
  reopened,
  unlockHints,
  type Vault,
  type VaultPlace,
  vaultState,
} from './vault.ts';

/**
 * The vault as hosts see it: at most one is open, and unlocking takes its turn. Every call throws FaultError.
 * Roles are checked by the contract, which knows what each call asks for.
 */
export function createVaultService(place: VaultPlace) {
  let opened: Vault | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  /** A person being removed: whoever locks the vault, or lets somebody else in, does not wait for it. */
  let removal: AbortController | undefined;

  function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  }

  /** The open vault, for the other services. @throws FaultError locked */
  function current(): Vault {
    if (opened === undefined || !opened.isOpen()) throw lockedFault();
    return opened;
  }

  function status(): VaultStatus {
    if (opened?.isOpen() === true) {
      return {
        state: 'open',
        boardName: opened.boardName(),
        user: opened.user,
        asksUserName: opened.users().length > 1,
        retryAfterSeconds: 0,
      };
    }
    return { state: vaultState(place.folder), boardName: null, user: null, ...unlockHints(place) };
  }

  function lock(): VaultStatus {
    opened?.lock();
    opened = undefined;
    return status();
  }

  return {
    current,
    status,
    create: (input: CreateVaultInput): Promise<VaultStatus> =>
      inTurn(async () => {
        opened = await createVault(place, input);
        return status();
      }),
    /** Unlocking an open vault locks it first: a change of person is two events in the journal. */
    unlock: (input: UnlockInput): Promise<VaultStatus> => {
      removal?.abort();
      return inTurn(async () => {
        lock();
        opened = await openVault(place, input);
        return status();
      });
    },
    lock: (): Promise<VaultStatus> => {
      removal?.abort();
      return inTurn(async () => lock());
    },
    /** A page of the journal, newest first, without content. */
    audit(query: AuditQuery = {}): AuditPage {
      const { limit, ...filter } = AuditQuery.parse(query);
      const vault = current();
      const names = vault.names();
      const events = vault.list({ ...filter, limit: limit + 1, newestFirst: true });
      const entries = events.slice(0, limit).map(({ sequence, time, actor, caseId, type, hash }) => ({
        sequence,
        time,
        actor,
        actorName: names.get(actor) ?? actor,
        caseId,
        type,
        hash,
      }));
      return {
        entries,
        next: events.length > limit ? (entries.at(-1)?.sequence ?? null) : null,
        total: vault.eventCount(),
      };
    },
    /** Checks the whole journal, against a checkpoint from outside where one is given, and records the outcome. */
    async verifyJournal(
      options: { checkpoint?: OutsideHead | undefined; signal?: AbortSignal | undefined } = {},
    ): Promise<JournalReport> {
      const vault = current();
      const report = await vault.verifyJournal(options);
      const outcome = report.ok
        ? { ok: true, events: report.events }
        : { ok: false, brokenAt: report.brokenAt, flaw: report.flaw };
      vault.append({ actor: vault.user.userId, caseId: null, type: 'journal.verified', payload: outcome });
      return report;
    },
    /**
     * Destroys the key of a case after its pseudonym was typed, or its id where its retention ended; gives the tombstone.
     * Everybody else reads from then on that the case was erased.
     * @throws FaultError not-found, field-invalid (other words), forbidden (legal hold, a period that runs, a second person)
     */
    eraseCase({ caseId, confirmation, reason }: EraseCaseInput): CaseListing {
      const vault = current();
      const listing = vault.caseListing(caseId);
      // A list of due cases names them by their ids: whoever keeps the house need not know a pseudonym.
      const isNamed =
        (confirmation === listing?.pseudonym && confirmation !== '') ||
        (confirmation === caseId && (reason === 'retention-ended' || !vault.readsCases()));
      if (listing !== undefined && listing.status !== 'erased' && !isNamed)
        throw new FaultError(
          fault(
            'field-invalid',
            'The words typed do not name this case; nothing was erased.',
            'Type the pseudonym as it stands on the report; where the retention period has ended, or your role reads no case, the id of the case.',
            { field: 'confirmation' },
          ),
        );
      vault.eraseCase(caseId, { actor: vault.user.userId, reason });
      const tombstone = vault.caseListing(caseId);
      if (tombstone === undefined) throw new Error('the erased case left no tombstone');
      return tombstone;
    },
    people: (): VaultUser[] => current().users(),
    /** One more person with a password of their own. @throws FaultError password-weak, exists-already */
    addPerson({ name, password, roles }: AddPersonInput): Promise<VaultUser> {
      const vault = current();
      return vault.addUser({ name, password, roles }, vault.user.userId);
    },
    /** Everybody who may come in, and the printed shares there are. */
    household: (): Household => {
      const vault = current();
      return {
        people: vault.users(),
        recovery: vault.recovery(),
        handing: vault.handing(),
        lacking: vault.lacking(),
        removing: vault.removing(),
      };
    },
    /** Keys of cases that are on their way to somebody stay where they are until the next unlock of a reader. */
    stopHanding(): Household {
      current().stopHanding();
      return this.household();
    },
    changeRoles({ userId, roles }: ChangeRolesInput): VaultUser {
      const vault = current();
      return vault.changeRoles(userId, roles, vault.user.userId);
    },
    /**
     * Takes a person's way in and changes the keys; whoever is logged in stays so. Ended before its last step, nothing happened.
     * @throws FaultError not-found, forbidden; AbortError
     */
    removePerson: (userId: UserId, signal?: AbortSignal): Promise<VaultUser[]> =>
      inTurn(async () => {
        const vault = current();
        const own = new AbortController();
        removal = own;
        try {
          const ended = signal === undefined ? own.signal : AbortSignal.any([own.signal, signal]);
          opened = reopened(place, await vault.removeUser(userId, vault.user.userId, { signal: ended }));
          return opened.users();
        } finally {
          removal = undefined;
        }
      }),
    changePassword: ({ currentPassword, password }: ChangePasswordInput): Promise<void> =>
      current().changePassword(currentPassword, password),
    makeRecovery: (input: RecoveryInput): Promise<RecoveryShares> =>
      current().makeRecovery(input, current().user.userId),
    recover: (input: { shares: readonly string[]; userName: string; password: string }): Promise<VaultStatus> =>
      inTurn(async () => {
        lock();
        opened = await recoverVault(place, input);
        return status();
      }),
    holds: (): LegalHold[] => current().holds(),
    hold: ({ caseId, reason }: HoldInput): LegalHold[] => current().hold(caseId, reason, current().user.userId),
    retention: (query: RetentionQuery = {}): Promise<RetentionList> => current().retention(query),
    setRetention({ rules, reason }: SetRetentionInput): Promise<RetentionList> {
      const vault = current();
      vault.setRetention(rules, reason, vault.user.userId);
      return vault.retention();
    },
    previewErasure: (caseId: CaseId): ErasurePreview => current().previewErasure(caseId),
    proposeErasure({ caseId, reason }: ProposeErasureInput): ErasurePreview {
      const vault = current();
      vault.proposeErasure(caseId, reason, vault.user.userId);
      return vault.previewErasure(caseId);
    },
    withdrawErasure(caseId: CaseId): ErasurePreview {
      const vault = current();
      vault.withdrawErasure(caseId, vault.user.userId);
      return vault.previewErasure(caseId);
    },
    proveEntry: (sequence: number): JournalProof => current().proveEntry(sequence, current().user.userId),
    checkpoint: (): Checkpoint => current().checkpoint(current().user.userId),
    storageKey: (): { key: string } => ({ key: current().storageKey() }),
  };
}
export type VaultService = ReturnType<typeof createVaultService>;
