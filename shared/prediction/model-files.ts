import { z } from 'zod';
import { StoredLimits } from './conformal.ts';

/** Blocks of the model's inputs, in the order of its input columns. */
export const ModelBlock = z.enum(['clinical', 'rna', 'copy-number', 'mutation', 'protein']);
export type ModelBlock = z.infer<typeof ModelBlock>;

/**
 * What the guard knows of how a type's values go together (models/training/aggressiveness/guard.py): principal axes of
 * expression and of protein, or pairs of genes by copy number, each in the order of the block's `index`.
 */
export const BlockGuard = z.object({
  /** 1 % of the cohort lie beyond it. */
  limit: z.number(),
  /** Loadings of each gene as signed bytes in hexadecimal, times the scale. */
  axes: z.array(z.object({ scale: z.number(), loadings: z.string().regex(/^([0-9a-f]{2})+$/) })).optional(),
  pairs: z.array(z.tuple([z.number().int(), z.number().int()])).optional(),
});
export type BlockGuard = z.infer<typeof BlockGuard>;

const BlockScaling = z.object({
  /** Places of this type's features among the block's columns. */
  index: z.array(z.number().int().nonnegative()),
  mean: z.array(z.number()),
  sd: z.array(z.number().positive()),
  /** 99.5 % of the cohort lie under this mean square of standardised values. */
  meanSquareLimit: z.number(),
  guard: BlockGuard.optional(),
});

const always = <Shape extends z.ZodType>(shape: Shape) => ({
  clinical: shape,
  rna: shape,
  'copy-number': shape,
  mutation: shape,
});

/** features.json: the order of the model's inputs and, per tumor type, how a raw value becomes a standardised one. */
export const FeatureTable = z.object({
  clip: z.object({ clinical: z.number(), omics: z.number() }),
  members: z.number().int().positive(),
  blocks: z.array(ModelBlock),
  // A model without protein says nothing of it, and reads none.
  columns: z.object({ ...always(z.array(z.string())), protein: z.array(z.string()).default([]) }),
  /** Blocks that count only where the block they are beside does not, and why. */
  asides: z.partialRecord(ModelBlock, z.object({ beside: ModelBlock, because: z.string() })).default({}),
  types: z.record(
    z.string(),
    z.object({
      ageKnots: z.tuple([z.number(), z.number(), z.number()]),
      /** Intercept and slope that take the linear part of age out of its curve. */
      ageLine: z.tuple([z.number(), z.number()]),
      blocks: z.object({
        ...always(BlockScaling),
        protein: BlockScaling.default({ index: [], mean: [], sd: [], meanSquareLimit: 0 }),
      }),
    }),
  ),
});
export type FeatureTable = z.infer<typeof FeatureTable>;

/** month, survival, low, high, at risk. */
const Point = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number().int()]);

/** population.json: aggregates of the cohort; no patient's row. */
export const PopulationTable = z.object({
  calibration: z.record(z.string(), z.number()),
  types: z.record(
    z.string(),
    z.object({
      patients: z.number().int(),
      deaths: z.number().int(),
      medianFollowUpMonths: z.number(),
      cohortCurve: z.array(Point),
      /** By the modalities a score rests on, for example clinical+rna. */
      subsets: z.record(
        z.string(),
        z.object({
          /** Where fewer than the type's have every modality of the subset. */
          patients: z.number().int().optional(),
          /** 101 quantiles of the calibrated out-of-fold log-risk. */
          quantiles: z.array(z.number()),
          groupEdges: z.array(z.number()),
          groups: z.array(
            z.object({
              patients: z.number().int(),
              deaths: z.number().int().optional(),
              points: z.array(Point).optional(),
            }),
          ),
        }),
      ),
    }),
  ),
});
export type PopulationTable = z.infer<typeof PopulationTable>;

/** A measured value with its 95 % interval. */
const Estimate = z.object({ value: z.number(), low: z.number(), high: z.number() });

/** What every model's card.json says first. */
export const CardHead = z.object({
  id: z.string(),
  version: z.string(),
  title: z.string(),
  /** What it was trained and judged on. */
  data: z.array(z.object({ name: z.string(), licence: z.string() })).optional(),
});

/** card.json of the aggressiveness model, as far as the app reads it. */
export const ModelCard = CardHead.extend({
  /** The pre-operative model: it needs no stage, and says nothing without molecular data. */
  beforeSurgery: z.literal(true).optional(),
  /** Cohort to its name in words. */
  tumorTypes: z.record(z.string(), z.string()),
  limits: z.array(z.string()),
  /** Patients by tumor type, band of age and sex, counted from the stored predictions (F114). */
  alike: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.number().int()))).optional(),
  limitsByGroup: StoredLimits.optional(),
  population: z.record(
    z.string(),
    z.object({ patients: z.number().int(), female: z.number().int(), ageRange: z.tuple([z.number(), z.number()]) }),
  ),
  metrics: z.object({
    published: z.object({
      perType: z.record(
        z.string(),
        z.object({ richClinical: Estimate, full: Estimate, gainOverRichClinical: Estimate }),
      ),
      subsets: z.record(z.string(), z.object({ meanWithinTypeC: z.number() })),
    }),
  }),
  /** What protein changes in the one type that has it, by the modalities it stands beside. */
  protein: z
    .object({ patients: z.number().int(), sets: z.record(z.string(), z.object({ gain: Estimate })) })
    .optional(),
});
export type ModelCard = z.infer<typeof ModelCard>;
