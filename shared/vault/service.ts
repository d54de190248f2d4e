import { z } from 'zod';
import { CaseId, Sha256, UserId } from '../foundation/ids.ts';
import { EventType } from './events.ts';
import { ErasureReason } from './retention-rules.ts';
import { Role } from './roles.ts';

export const VaultState = z.enum(['absent', 'locked', 'open']);
export type VaultState = z.infer<typeof VaultState>;

export const VaultUser = z.object({ userId: UserId, name: z.string(), roles: z.array(Role), addedAt: z.string() });
export type VaultUser = z.infer<typeof VaultUser>;

export const VaultStatus = z.object({
  state: VaultState,
  /** Known only when open: names are not readable on a locked disk. */
  boardName: z.string().nullable(),
  user: VaultUser.nullable(),
  /** More than one person has a password here, so the unlock screen asks for the name too. */
  asksUserName: z.boolean(),
  /** Seconds until the next password is looked at, after repeated wrong ones. */
  retryAfterSeconds: z.number().int().nonnegative(),
});
export type VaultStatus = z.infer<typeof VaultStatus>;

export const CreateVaultInput = z.object({
  boardName: z.string().trim().min(1).max(120),
  userName: z.string().trim().min(1).max(120),
  password: z.string().max(1024),
});
export type CreateVaultInput = z.infer<typeof CreateVaultInput>;

export const UnlockInput = z.object({
  userName: z.string().trim().max(120).optional(),
  password: z.string().max(1024),
});
export type UnlockInput = z.infer<typeof UnlockInput>;

export const AddPersonInput = z.object({
  name: z.string().trim().min(1).max(120),
  password: z.string().max(1024),
  roles: z.array(Role).min(1),
});
export type AddPersonInput = z.infer<typeof AddPersonInput>;

export const ChangeRolesInput = z.object({ userId: UserId, roles: z.array(Role).min(1) });
export type ChangeRolesInput = z.infer<typeof ChangeRolesInput>;

export const ChangePasswordInput = z.object({ currentPassword: z.string().max(1024), password: z.string().max(1024) });
export type ChangePasswordInput = z.infer<typeof ChangePasswordInput>;

/** How many papers there are and how many of them open the vault again (Shamir 1979). */
export const RecoveryInput = z
  .object({ shares: z.number().int().min(2).max(20), threshold: z.number().int().min(2).max(20) })
  .refine(({ shares, threshold }) => threshold <= shares, 'more shares are needed than there are');
export type RecoveryInput = z.infer<typeof RecoveryInput>;

/** Printed once and kept nowhere. */
export const RecoveryShares = z.object({
  vaultId: z.string(),
  threshold: z.number().int(),
  madeAt: z.string(),
  shares: z.array(z.string()),
});
export type RecoveryShares = z.infer<typeof RecoveryShares>;

/** The house as its admin sees it: who may come in, and what stands ready for the day nobody can. */
export const Household = z.object({
  people: z.array(VaultUser),
  /** Keys of cases on their way to people (or to the printed shares, `recovery`), and how many of them are there. */
  handing: z.object({ to: z.array(z.string()), done: z.number().int(), of: z.number().int() }).nullable(),
  /** Ids of people whose roles let them have keys of cases or the emergency key, and who have not been given them yet. */
  lacking: z.array(z.string()),
  /** Who is being removed, and how many rows of the database are written anew for those who stay. */
  removing: z.object({ userId: UserId, done: z.number().int(), of: z.number().int() }).nullable(),
  recovery: z.object({ shares: z.number().int(), threshold: z.number().int(), madeAt: z.string() }).nullable(),
});
export type Household = z.infer<typeof Household>;

/** A case that must not be erased, for as long as a dispute or an inquiry lasts. */
export const LegalHold = z.object({ caseId: CaseId, reason: z.string(), since: z.string() });
export type LegalHold = z.infer<typeof LegalHold>;

/** Null lifts the hold. */
export const HoldInput = z.object({ caseId: CaseId, reason: z.string().trim().min(1).max(300).nullable() });
export type HoldInput = z.infer<typeof HoldInput>;

/** Why somebody without a seat at the table must see cases now (F112, HIPAA 164.312(a)(2)(ii)). */
export const BreakGlassInput = z.object({ reason: z.string().trim().min(10).max(300) });
export type BreakGlassInput = z.infer<typeof BreakGlassInput>;
export const EmergencyAccess = z.object({ until: z.string(), reason: z.string() });
export type EmergencyAccess = z.infer<typeof EmergencyAccess>;

export const EraseCaseInput = z.object({
  caseId: CaseId,
  /** The pseudonym of the case, typed: nothing is erased by a slip. Where its retention ended, its id will do as well. */
  confirmation: z.string().trim().min(1).max(120),
  reason: ErasureReason,
});
export type EraseCaseInput = z.infer<typeof EraseCaseInput>;

export const AuditQuery = z.object({
  caseId: CaseId.optional(),
  types: z.array(EventType).optional(),
  actor: UserId.optional(),
  /** Entries older than this sequence; leave out for the newest. */
  before: z.number().int().positive().optional(),
  limit: z.number().int().min(1).max(500).default(100),
});
export type AuditQuery = z.input<typeof AuditQuery>;

/** A journal line as the audit page shows it: who did what when; the content stays sealed. */
export const AuditEntry = z.object({
  sequence: z.number().int(),
  time: z.string(),
  actor: UserId,
  actorName: z.string(),
  caseId: CaseId.nullable(),
  type: EventType,
  hash: Sha256,
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditPage = z.object({
  /** Newest first. */
  entries: z.array(AuditEntry),
  /** Give it as `before` for the next page; null at the end. */
  next: z.number().int().nullable(),
  /** Events in the whole journal. */
  total: z.number().int(),
});
export type AuditPage = z.infer<typeof AuditPage>;
