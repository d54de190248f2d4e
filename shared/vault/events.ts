import { z } from 'zod';
import { CaseId, Sha256, UserId } from '../foundation/ids.ts';
import { CaseListingFields, CaseStatus } from './cases.ts';
import { ErasureReason, RetentionRules } from './retention-rules.ts';
import { Role } from './roles.ts';

/**
 * Everything that can happen in a vault; a closed list that every room extends here. `<noun>.<past participle>`. A name
 * is never reused or removed: journals live longer than versions of this program.
 */
export const EventType = z.enum([
  // the vault and its people
  'vault.created',
  'vault.unlocked',
  'vault.locked',
  'vault.unlock-failed',
  'user.added',
  'user.password-changed',
  'user.roles-changed',
  'user.removed',
  'keys.handing-begun',
  'keys.handed',
  'recovery.made',
  'vault.recovered',
  'access.broken-glass',
  'backup.written',
  'backup.restored',
  'checkpoint.written',
  'journal.verified',
  'journal.viewed',
  // cases and their documents
  'case.imported',
  'case.import-refused',
  'case.updated',
  'case.status-changed',
  'case.viewed',
  'case.closed',
  'case.analyzed',
  'case.erased',
  'case.held',
  'case.released',
  'case.opened-in-emergency',
  'erasure.proposed',
  'erasure.withdrawn',
  'retention.proposed',
  'retention.ruled',
  'likeness.judged',
  'document.stored',
  'document.viewed',
  'blob.stored',
  'blob.viewed',
  // interpretation
  'finding.reviewed',
  'finding.commented',
  'finding.classified',
  'classification.withdrawn',
  'prediction.computed',
  'prediction.viewed',
  'prediction.revealed',
  'prediction.mitigated',
  'options.computed',
  'options.viewed',
  'option.reviewed',
  // the board
  'meeting.opened',
  'meeting.closed',
  'attendance.recorded',
  'annotation.added',
  'annotation.withdrawn',
  'annotation.restored',
  'annotation.resolved',
  'annotation.reopened',
  'vote.opened',
  'vote.cast',
  'vote.revealed',
  'vote.abandoned',
  'decision.drafted',
  'decision.recorded',
  'decision.withdrawn',
  'follow-up.recorded',
  'board.merged',
  'board.merge-refused',
  'agenda.opened',
  'minutes.printed',
  // the report
  'report.drafted',
  'report.previewed',
  'report.signed',
  'report.countersigned',
  'report.printed',
  'report.verified',
  'report.opened',
  'letter.viewed',
  'letter.signed',
  'amendment.opened',
  // what came in and what went out
  'export.written',
  'message.queued',
  'message.failed',
  'message.cancelled',
  'message.received',
  'delivery.drafted',
  'delivery.quarantined',
  'delivery.retried',
  'pack.loaded',
  'pack.installed',
  'pack.refused',
  'pack.rolled-back',
  'publisher.enrolled',
  'model.loaded',
  'model.refused',
  'model.installed',
  'model.rolled-back',
  'settings.changed',
  'trial.saved',
  'trial.restored',
  'access.refused',
]);
export type EventType = z.infer<typeof EventType>;

/** Looking is recorded like doing, but does not change a case: two people who read do not conflict. */
const observations: ReadonlySet<EventType> = new Set<EventType>([
  'journal.viewed',
  'case.viewed',
  'case.closed',
  'document.viewed',
  'blob.viewed',
  'prediction.viewed',
  'options.viewed',
  // A draft is composed and shown; nothing is stored, so whoever looks at it does not stop the signer.
  'report.drafted',
  'report.previewed',
  'report.printed',
  'report.verified',
  // A letter is made of the signed report and changes nothing of the case.
  'letter.viewed',
  'letter.signed',
  'export.written',
  'message.queued',
  'message.failed',
  'message.cancelled',
  'access.refused',
]);
/**
 * What many people write about one case at the same time. Each entry stands beside the others and replaces none, so a vote
 * cast or a note written while a decision is typed does not refuse that decision.
 */
const beside: ReadonlySet<EventType> = new Set<EventType>([
  'annotation.added',
  'annotation.withdrawn',
  'annotation.restored',
  'annotation.resolved',
  'annotation.reopened',
  'vote.opened',
  'vote.cast',
  'vote.revealed',
  'vote.abandoned',
  'follow-up.recorded',
  'minutes.printed',
  'board.merge-refused',
  'prediction.revealed',
  'prediction.mitigated',
  'case.held',
  'case.released',
  'case.opened-in-emergency',
  'erasure.proposed',
  'erasure.withdrawn',
  'likeness.judged',
]);

/** Whether an entry leaves the version of its case as it is. */
export const isObservation = (type: EventType): boolean => observations.has(type) || beside.has(type);

/** Entries about the keeping of a case, and not about its patient: no period of retention begins anew with them (F105). */
const housekeeping: ReadonlySet<EventType> = new Set<EventType>([
  'case.held',
  'case.released',
  'case.opened-in-emergency',
  'erasure.proposed',
  'erasure.withdrawn',
]);
/** Whether something was done about a case, so that its retention is counted from there. */
export const isAct = (type: EventType): boolean => !observations.has(type) && !housekeeping.has(type);

/** Entries about a case that outlive its key: that it was erased, who wanted it, and who looked at its lines. */
const outliving: ReadonlySet<EventType> = new Set<EventType>([
  'case.erased',
  'erasure.proposed',
  'erasure.withdrawn',
  'journal.viewed',
]);
/** Lines that the house writes on a case: who keeps it, or broke the glass, writes them without the keys of the case. */
export const isHouseLine = (type: EventType): boolean => housekeeping.has(type) && !outliving.has(type);
export const outlivesCase = (type: EventType): boolean => outliving.has(type);

/** One line of the journal, opened. `payload` is null when it cannot be read. */
export const JournalEvent = z.object({
  /** 1 for the first event of the vault; the order of everything, whatever the clock said. */
  sequence: z.number().int().positive(),
  /** ISO 8601, from the station's clock. */
  time: z.string(),
  actor: UserId,
  caseId: CaseId.nullable(),
  type: EventType,
  payload: z.unknown(),
  /** The key of its case was destroyed, or is wrapped for others. */
  erased: z.boolean(),
  previousHash: Sha256,
  hash: Sha256,
});
export type JournalEvent = z.infer<typeof JournalEvent>;

/** What a caller says; the vault adds sequence, time and hashes. The payload is any JSON value. */
export interface NewEvent {
  readonly actor: UserId;
  readonly caseId: CaseId | null;
  readonly type: EventType;
  readonly payload?: unknown;
}

/**
 * Payloads that the vault itself reads into its projections. Other rooms' payloads are theirs; these must parse before
 * an event is written. All of them may carry more than is named here.
 */
export const eventPayloads = {
  'vault.created': z.looseObject({ boardName: z.string(), vaultId: z.string() }),
  'user.added': z.looseObject({ userId: UserId, name: z.string(), roles: z.array(Role) }),
  'user.roles-changed': z.looseObject({ userId: UserId, roles: z.array(Role).min(1) }),
  'user.removed': z.looseObject({ userId: UserId }),
  'case.held': z.looseObject({ reason: z.string().min(1) }),
  'erasure.proposed': z.looseObject({ reason: ErasureReason }),
  'retention.proposed': z.looseObject({ rules: RetentionRules, reason: z.string() }),
  'retention.ruled': z.looseObject({ rules: RetentionRules, reason: z.string() }),
  'case.imported': z.looseObject({ listing: CaseListingFields }),
  'case.updated': z.looseObject({ listing: CaseListingFields.partial() }),
  'case.status-changed': z.looseObject({ status: CaseStatus }),
  'document.stored': z.looseObject({ kind: z.string().min(1), sha256: Sha256, bytes: z.number().int().nonnegative() }),
} as const;
