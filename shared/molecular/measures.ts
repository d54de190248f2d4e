/**
 * What is measured of a tumor beyond its single findings, as facts with ids: each value with its interval, its range of
 * validity and the rule that reads it, or the reason why it is not evaluable (F007, F021 to F024). Nothing here sets a tier.
 */
import { z } from 'zod';
import { IdentityCheck } from './identity.ts';

/** One number of the whole tumor. */
export const Measure = z.object({
  /** `measure:hrd` … : what a report cites. */
  id: z.string(),
  label: z.string(),
  /** `not-valid`: measured, but outside what the assay can tell. */
  state: z.enum(['computed', 'not-evaluable', 'not-valid']),
  /** As it is printed; the reason where nothing was computed. */
  text: z.string(),
  value: z.number().optional(),
  unit: z.string().optional(),
  /** 95 % interval. */
  low: z.number().optional(),
  high: z.number().optional(),
  /** How the value stands to its threshold. */
  reading: z.enum(['high', 'low', 'undecided']).optional(),
  method: z.string(),
  threshold: z.string().optional(),
  limits: z.array(z.string()).default([]),
});
export type Measure = z.infer<typeof Measure>;

/** A gene of the sample on its cohort. */
export const ExpressionGene = z.object({
  gene: z.string(),
  /** On the scale of the cohort; the z-score itself where only that was given. */
  value: z.number(),
  z: z.number(),
  percentile: z.number().optional(),
  /** Of the cohort, at 2.5, 5, 10, 25, 50, 75, 90, 95, 97.5 %. */
  quantiles: z.array(z.number()).optional(),
  /** A finding that speaks of it, where there is one. */
  findingId: z.string().optional(),
});
export type ExpressionGene = z.infer<typeof ExpressionGene>;

export const SetScoreReading = z.object({
  /** `progeny:EGFR`, `hallmark:HYPOXIA`, `immune:…`. */
  id: z.string(),
  kind: z.enum(['progeny', 'hallmark', 'immune']),
  name: z.string(),
  score: z.number(),
  percentile: z.number().optional(),
  quantiles: z.array(z.number()).optional(),
  read: z.number().int(),
  of: z.number().int(),
  members: z.array(z.object({ gene: z.string(), part: z.number() })),
});
export type SetScoreReading = z.infer<typeof SetScoreReading>;

export const SubtypeReading = z.object({
  subtype: z.string().optional(),
  correlations: z.array(z.object({ subtype: z.string(), rho: z.number() })),
  read: z.number().int(),
  of: z.number().int(),
  limits: z.array(z.string()),
});

/** One file of expression or protein values, read against a named cohort, or why it is not. */
export const ExpressionReading = z.object({
  /** `measure:expression:<file>`. */
  id: z.string(),
  file: z.string(),
  modality: z.enum(['expression', 'protein']),
  scale: z.string(),
  state: z.enum(['computed', 'not-evaluable']),
  reason: z.string().optional(),
  cohort: z
    .object({ id: z.string(), name: z.string(), patients: z.number().int(), pack: z.string(), about: z.string() })
    .optional(),
  /** What z-scores are against, in the words of the laboratory. */
  reference: z.string().optional(),
  genesRead: z.number().int(),
  genesCompared: z.number().int(),
  /** Pearson's r of the sample with the medians of the cohort. */
  similarity: z.number().optional(),
  /** Added to every value, in log2, so that the sample's median is the cohort's. */
  shift: z.number().optional(),
  high: z.number().int().optional(),
  low: z.number().int().optional(),
  limits: z.array(z.string()),
  genes: z.array(ExpressionGene),
  scores: z.array(SetScoreReading),
  /** Kinds of scores that were not computed, each with its reason. */
  scoresAbsent: z.array(z.object({ what: z.string(), reason: z.string() })),
  subtype: SubtypeReading.optional(),
});
export type ExpressionReading = z.infer<typeof ExpressionReading>;

/** DNA beside RNA and protein of one finding (F024). */
export const Agreement = z.object({
  findingId: z.string(),
  gene: z.string(),
  /** What the finding lets expect. */
  dna: z.string(),
  rna: z.object({ state: z.enum(['agrees', 'disagrees', 'not-evaluable']), text: z.string() }),
  protein: z.object({ state: z.enum(['agrees', 'disagrees', 'not-evaluable']), text: z.string() }),
});
export type Agreement = z.infer<typeof Agreement>;

/** Substitutions in 96 channels, and the shares of the reference signatures with 95 % intervals. */
export const SignatureReading = z.object({
  id: z.literal('measure:signatures'),
  state: z.enum(['computed', 'not-evaluable']),
  reason: z.string().optional(),
  /** Somatic substitutions that passed; those whose neighbours are known; of them by the input file. */
  mutations: z.number().int(),
  placed: z.number().int(),
  fromFile: z.number().int(),
  spectrum: z.array(z.object({ channel: z.string(), count: z.number().int() })),
  exposures: z.array(
    z.object({ name: z.string(), cause: z.string(), share: z.number(), low: z.number(), high: z.number() }),
  ),
  cosine: z.number().optional(),
  limits: z.array(z.string()),
});
export type SignatureReading = z.infer<typeof SignatureReading>;

export const Measures = z.object({
  list: z.array(Measure),
  signatures: SignatureReading.optional(),
  identity: z.array(IdentityCheck).default([]),
  expression: z.array(ExpressionReading).default([]),
  /** Of findings that could be compared, and of those of tier I and II; `agreementAsked` counts all that were asked. */
  agreement: z.array(Agreement).default([]),
  agreementAsked: z.number().int().optional(),
});
export type Measures = z.infer<typeof Measures>;
