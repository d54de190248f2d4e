/**
 * What is measured of a tumor beyond its single findings, as facts with ids: each value with its interval, its range of
 * validity and the rule that reads it, or the reason why it is not evaluable (F007, F021 to F024). Nothing here sets a tier.
 */
import { z } from 'zod';

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

export const Measures = z.object({
  list: z.array(Measure),
});
export type Measures = z.infer<typeof Measures>;
