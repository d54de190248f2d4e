import { z } from 'zod';

/** What a period is counted from. A case without a decision is counted from its last act. */
export const RetentionStart = z.enum(['last-act', 'decision']);
export type RetentionStart = z.infer<typeof RetentionStart>;

export const RetentionPeriod = z.object({
  /** Whole years; null keeps such cases without an end. */
  years: z.number().int().min(1).max(150).nullable(),
  from: RetentionStart,
});
export type RetentionPeriod = z.infer<typeof RetentionPeriod>;

/** Where a case stands for its retention: never decided, decided and unsigned, or closed by a signed report. */
export const RetentionGroup = z.enum(['unfinished', 'decided', 'signed']);
export type RetentionGroup = z.infer<typeof RetentionGroup>;

export const RetentionRules = z.strictObject({
  unfinished: RetentionPeriod,
  decided: RetentionPeriod,
  signed: RetentionPeriod,
  /** One admin proposes to erase a case and another does it; the rules themselves change in the same way. */
  twoPersons: z.boolean(),
});
export type RetentionRules = z.infer<typeof RetentionRules>;

/**
 * Why a case is erased. A closed list, because the reason stays with the tombstone when everything else of the case is
 * gone: free words could name the patient.
 */
export const ErasureReason = z.enum(['patient-request', 'retention-ended', 'imported-in-error']);
export type ErasureReason = z.infer<typeof ErasureReason>;
