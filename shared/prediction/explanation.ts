/** Why a score is what it is, for one case: what is asked for on the screen and never stored. */
import { z } from 'zod';
import { Abstention, AggressivenessResult, PredictionModality, Unavailable } from './predictions.ts';

export const ExplainedGroup = z.object({
  /** `clinical:stage`, `gene:EGFR`, `pathway:HYPOXIA` or `rest`. */
  id: z.string(),
  label: z.string(),
  /** Inputs of the model in this group that are known. */
  features: z.number().int().positive(),
  /** Shapley value on the scale of the log-risk. */
  value: z.number(),
  standardError: z.number(),
  /** Slope of the local line (LIME) for the same group. */
  lime: z.number(),
  /** The two methods tell its direction differently, and it is among the strongest three. */
  conflict: z.boolean(),
});
export type ExplainedGroup = z.infer<typeof ExplainedGroup>;

export const Change = z.object({ feature: z.string(), label: z.string(), from: z.string(), to: z.string() });
export type Change = z.infer<typeof Change>;

export const Counterfactual = z.object({
  direction: z.enum(['lower', 'higher']),
  /** Fifth of risk, 0 the lowest, before and after. */
  from: z.number().int(),
  to: z.number().int(),
  percentile: z.number(),
  changes: z.array(Change).min(1),
});
export type Counterfactual = z.infer<typeof Counterfactual>;

export const Rule = z.object({
  text: z.string(),
  /** The facts each clause rests on, in the order of the clauses. */
  facts: z.array(z.object({ clause: z.string(), id: z.string() })).min(1),
});

export const Explanation = z.object({
  state: z.literal('explained'),
  /** Log-risk with nothing known beyond the tumor type, and with everything known. */
  baseline: z.number(),
  logRisk: z.number(),
  groups: z.array(ExplainedGroup),
  /** Exact over the modalities that are used; every coalition was asked. */
  modalities: z.array(z.object({ modality: PredictionModality, value: z.number() })),
  coalitions: z.number().int(),
  seed: z.number().int(),
  /** |baseline + sum of values − logRisk|; under 1e-4 or there is no explanation. */
  additivityError: z.number(),
  /** Share of the outputs' spread that the local line holds. */
  limeFit: z.number(),
  counterfactuals: z.array(Counterfactual),
  /** What was never changed in the search. */
  heldFixed: z.string(),
  rules: z.array(Rule),
});
export type Explanation = z.infer<typeof Explanation>;

export const NotExplained = z.object({ state: z.literal('none'), reason: z.string() });
export const CaseExplanation = z.discriminatedUnion('state', [Explanation, NotExplained]);
export type CaseExplanation = z.infer<typeof CaseExplanation>;

/** What somebody wants to try: other facts than the patient's. Nothing of it is ever stored. */
export const WhatIf = z.object({
  ageYears: z.number().int().min(0).max(120).optional(),
  stage: z.string().max(20).optional(),
  grade: z.string().max(20).optional(),
  t: z.string().max(8).optional(),
  n: z.string().max(8).optional(),
  m: z.string().max(8).optional(),
  positiveNodes: z.number().int().min(0).max(200).optional(),
  smoking: z.string().max(20).optional(),
  estrogenReceptor: z.string().max(20).optional(),
  progesteroneReceptor: z.string().max(20).optional(),
  her2: z.string().max(20).optional(),
  /** Modalities taken away. */
  without: z
    .array(PredictionModality.exclude(['clinical']))
    .max(4)
    .optional(),
});
export type WhatIf = z.infer<typeof WhatIf>;

/** Stands on everything that comes out of the sandbox (F061). */
export const WHAT_IF_MARK = 'What if: not this patient';

export const WhatIfAnswer = z.object({
  watermark: z.literal(WHAT_IF_MARK),
  changes: z.array(Change).min(1),
  /** Labels of changed facts that this model does not read of this tumor type, or not as they were written. */
  notRead: z.array(z.string()),
  aggressiveness: z.discriminatedUnion('state', [AggressivenessResult, Abstention, Unavailable]),
});
export type WhatIfAnswer = z.infer<typeof WhatIfAnswer>;
