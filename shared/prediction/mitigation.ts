/**
 * Thresholds by group instead of one for all (F115): a documented post-processing mitigation (equal opportunity: Hardt M et al.,
 * NeurIPS 2016), off unless a person switches it on for a case, with what it changes measured before and after. Only the
 * threshold moves; the probability never does.
 */
import { z } from 'zod';
import { CaseId } from '../foundation/ids.ts';

export const MitigationGroup = z.enum(['age', 'sex']);
export type MitigationGroup = z.infer<typeof MitigationGroup>;

export const MitigationWish = z.object({
  caseId: CaseId,
  modelId: z.string().max(60),
  /** Null: one threshold for all again. */
  by: MitigationGroup.nullable(),
});
export type MitigationWish = z.infer<typeof MitigationWish>;

/** By model, what is switched on for the case. */
export const Mitigations = z.record(z.string(), MitigationGroup);
export type Mitigations = z.infer<typeof Mitigations>;

const Estimate = z.object({ value: z.number(), low: z.number(), high: z.number() });
const Gaps = z.object({
  called: Estimate,
  sensitivity: Estimate,
  falsePositiveRate: Estimate,
  ppv: Estimate,
  overallSensitivity: z.number(),
  overallSpecificity: z.number(),
});

/** As a card states it for one group of its first cohort. */
export const FairnessOnCard = z.object({
  group: z.string(),
  threshold: z.number(),
  gaps: z.object({ before: Gaps, after: Gaps }),
  mitigation: z.record(z.string(), z.number()),
});

/** The same for one patient: the group they are of and its threshold. */
export const MitigationOffer = z.object({
  by: MitigationGroup,
  value: z.string(),
  threshold: z.number(),
  one: z.number(),
  before: Gaps,
  after: Gaps,
});
export type MitigationOffer = z.infer<typeof MitigationOffer>;

/** Whether an age is in a band as cards write them: "under 50 years", "50 to 69 years", "70 years and over". */
export function inAgeBand(years: number, band: string): boolean {
  const under = /^under (\d+) years$/.exec(band)?.[1];
  if (under !== undefined) return years < Number(under);
  const over = /^(\d+) years and over$/.exec(band)?.[1];
  if (over !== undefined) return years >= Number(over);
  const [, low, high] = /^(\d+) to (\d+) years$/.exec(band) ?? [];
  return low !== undefined && high !== undefined && years >= Number(low) && years < Number(high) + 1;
}

/** What can be switched for a patient of this age and sex. */
export function offersFor(
  fairness: readonly z.infer<typeof FairnessOnCard>[],
  { ageYears, sex }: { readonly ageYears?: number | undefined; readonly sex: string },
): MitigationOffer[] {
  return fairness.flatMap(({ group, threshold: one, gaps, mitigation }): MitigationOffer[] => {
    const by = MitigationGroup.safeParse(group);
    if (!by.success) return [];
    const found = Object.entries(mitigation).find(([value]) =>
      by.data === 'sex' ? value === sex : ageYears !== undefined && inAgeBand(ageYears, value),
    );
    if (found === undefined) return [];
    const [value, threshold] = found;
    return [{ by: by.data, value, threshold, one, before: gaps.before, after: gaps.after }];
  });
}
