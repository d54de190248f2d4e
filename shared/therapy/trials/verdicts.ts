/** What is said of trials for one patient, as it crosses to screens and scripts. */
import { z } from 'zod';
import { Fault } from '../../foundation/fault-schema.ts';

export const Verdict = z.enum(['match', 'near-miss', 'no-match', 'unknown']);
export type Verdict = z.infer<typeof Verdict>;

export const Met = z.enum(['met', 'not-met', 'unknown']);
export type Met = z.infer<typeof Met>;

const texts = z.array(z.string()).readonly();

export const CriterionVerdict = z.object({
  /** Place in the document. */
  path: z.string(),
  text: z.string(),
  state: Met,
  /** What meets it, what rules it out, or what is missing. */
  fact: z.string(),
  source: z.object({ kind: z.enum(['finding', 'ledger', 'clinical', 'document']), ids: texts }),
  /** The one datum that would decide it. */
  missing: z.string().optional(),
});
export type CriterionVerdict = z.infer<typeof CriterionVerdict>;

export const UnitVerdict = z.object({
  level: z.enum(['trial', 'step', 'arm', 'dose']),
  step: z.string().nullable(),
  arm: z.string().nullable(),
  dose: z.string().nullable(),
  description: z.string().nullable(),
  path: z.string(),
  suspended: z.boolean(),
  verdict: Verdict,
  /** What the criteria alone say, open or closed. */
  eligibility: Met,
  because: z.string(),
  /** Data of which each alone would make it a match. */
  needs: texts,
  criteria: z.array(CriterionVerdict).readonly(),
});
export type UnitVerdict = z.infer<typeof UnitVerdict>;

export const Accrual = z.object({
  /** `open` only where the snapshot is fresh. */
  state: z.enum(['open', 'closed', 'not-yet-open', 'not-confirmed']),
  stated: texts,
  /** YYYY-MM-DD. */
  snapshot: z.string().nullable(),
  ageDays: z.number().nullable(),
  amber: z.boolean(),
  reason: z.string(),
});
export type Accrual = z.infer<typeof Accrual>;

export const TrialVerdict = z.object({
  id: z.string(),
  nctId: z.string().nullable(),
  title: z.string(),
  phase: z.string().nullable(),
  source: z.enum(['ctml', 'clinicaltrials.gov']),
  file: z.string(),
  drugs: texts,
  sites: z.array(z.object({ name: z.string(), status: z.string().optional() })).readonly(),
  accrual: Accrual,
  /** The best of its arms. */
  verdict: Verdict,
  arms: z.array(UnitVerdict).readonly(),
  /** Eligibility that only a reader can judge. */
  toRead: texts,
  warnings: z.array(z.object({ path: z.string(), message: z.string() })).readonly(),
});
export type TrialVerdict = z.infer<typeof TrialVerdict>;

/** The trials of a site's folder for one case, or why there are none. */
export const CaseTrials = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('judged'),
    /** YYYY-MM-DD on which age of snapshots was reckoned. */
    on: z.string(),
    trials: z.array(TrialVerdict).readonly(),
    refusals: z.array(z.object({ file: z.string(), fault: Fault })).readonly(),
  }),
  z.object({ state: z.literal('absent'), reason: z.string() }),
]);
export type CaseTrials = z.infer<typeof CaseTrials>;
