import { z } from 'zod';
import { Sha256 } from '../foundation/ids.ts';

export const PredictionModality = z.enum(['clinical', 'copy-number', 'mutation', 'rna', 'protein']);
export type PredictionModality = z.infer<typeof PredictionModality>;

export const ModalityUse = z.object({
  modality: PredictionModality,
  state: z.enum(['used', 'absent']),
  /** Why it is absent, or what it rests on (features known of features in the model). */
  reason: z.string(),
  featuresUsed: z.number().int().nonnegative(),
  featuresInModel: z.number().int().nonnegative(),
});

export const Attribution = z.object({
  modality: PredictionModality,
  feature: z.string(),
  label: z.string(),
  value: z.string(),
  /** Contribution to the log-risk, relative to the training mean of this tumor type. */
  contribution: z.number(),
});
export type ModalityUse = z.infer<typeof ModalityUse>;

export type Attribution = z.infer<typeof Attribution>;

export const CurvePoint = z.object({
  months: z.number(),
  survival: z.number(),
  low: z.number(),
  high: z.number(),
  atRisk: z.number().int(),
});

/** A percentile as a whole number: nobody is at more risk than all of a cohort, so that the highest is 99. */
export const wholePercentile = (percentile: number): number => Math.min(99, Math.round(percentile));

export const AggressivenessResult = z.object({
  state: z.literal('computed'),
  cohort: z.object({
    tumorType: z.string(),
    patients: z.number().int(),
    deaths: z.number().int(),
    description: z.string(),
    /** Patients among whom the percentile is a place, where they are fewer than the cohort: those with protein arrays. */
    ranked: z.number().int().optional(),
  }),
  /** Calibrated log-risk relative to the cohort mean. */
  logRisk: z.number(),
  /** Percentile of risk within the tumor type's cohort, 0 to 100. */
  percentile: z.number(),
  percentileLow: z.number(),
  percentileHigh: z.number(),
  intervalCoverage: z.number(),
  /** Patients of the cohort of the same sex and band of age (F114). */
  alike: z.object({ patients: z.number().int().nonnegative(), who: z.string() }).optional(),
  intervalMeaning: z.string(),
  /** Conformal, by the patient's groups: what nine of ten outlive. Absent where the groups or a modality are not known (F031). */
  outlived: z.object({ months: z.number().int().nonnegative(), sentence: z.string() }).optional(),
  /** One sentence in the clinician's words. */
  sentence: z.string(),
  modalities: z.array(ModalityUse),
  attributions: z.array(Attribution),
  /** Sum of contributions per modality; they add up to logRisk within 1e-4. */
  contributions: z.array(z.object({ modality: PredictionModality, contribution: z.number() })),
  ablation: z.array(
    z.object({
      without: PredictionModality,
      logRisk: z.number(),
      percentile: z.number(),
      /** Patients among whom this percentile is a place, where they are not those of the full estimate. */
      among: z.number().int().optional(),
    }),
  ),
  /** Survival of patients of the same type and risk group. Absent when the group is under 30. */
  curve: z
    .object({
      label: z.string(),
      patients: z.number().int(),
      points: z.array(CurvePoint),
      cohortPoints: z.array(CurvePoint),
    })
    .optional(),
  limits: z.array(z.string()),
});
export type AggressivenessResult = z.infer<typeof AggressivenessResult>;

/** How many patients of the cohort the percentile is a place among. */
export const patientsRanked = ({ cohort }: AggressivenessResult): number => cohort.ranked ?? cohort.patients;

export const Abstention = z.object({
  state: z.literal('abstained'),
  reason: z.string(),
  detail: z.array(z.string()),
  modalities: z.array(ModalityUse),
});
export type Abstention = z.infer<typeof Abstention>;

export const Unavailable = z.object({ state: z.literal('unavailable'), reason: z.string() });

export const ModelStatus = z.object({
  id: z.string(),
  version: z.string().optional(),
  state: z.enum(['verified', 'missing', 'altered']),
  sha256: Sha256.optional(),
  title: z.string().optional(),
  /** Data it was trained and judged on, with their licences; a status of before does not hold them. */
  sources: z.array(z.object({ name: z.string(), licence: z.string() })).optional(),
  reason: z.string().optional(),
  /** Who signed it, where another version than the shipped one is used. */
  publisher: z.string().optional(),
  /** Versions it can be taken back to, latest last; `shipped` for the one of the program. */
  earlier: z.array(z.string()).optional(),
});
export type ModelStatus = z.infer<typeof ModelStatus>;

/** What one integrated model says, and which bytes said it. */
export const IntegratedAnswer = z.object({
  aggressiveness: z.discriminatedUnion('state', [AggressivenessResult, Abstention, Unavailable]),
  models: z.array(z.object({ id: z.string(), version: z.string(), sha256: Sha256 })),
});
export type IntegratedAnswer = z.infer<typeof IntegratedAnswer>;

export const Predictions = IntegratedAnswer.extend({
  /** The score of the pre-operative model: only where no stage of a resected specimen is on record. */
  beforeSurgery: IntegratedAnswer.optional(),
});
export type Predictions = z.infer<typeof Predictions>;

/**
 * The one answer where there is room for one: the score after surgery, or the one before where only that has a number. Each says
 * in its own sentence which it is.
 */
export const answerShown = ({ beforeSurgery, ...after }: Predictions): IntegratedAnswer =>
  after.aggressiveness.state !== 'computed' && beforeSurgery?.aggressiveness.state === 'computed'
    ? beforeSurgery
    : after;
