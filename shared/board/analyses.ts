import { z } from 'zod';
import { IntakeDocument } from '../case/intake.ts';
import { MolecularProfile } from '../molecular/profile.ts';
import { Predictions } from '../prediction/predictions.ts';
import { OptionsTable } from '../therapy/options.ts';

/** One analysis of a case in the journal: when, and with which packs and models. */
export const Analysis = z.object({
  sequence: z.number().int().positive(),
  at: z.string(),
  packs: z.array(z.object({ id: z.string(), version: z.string() })),
  models: z.array(z.object({ id: z.string(), version: z.string() })),
});
export type Analysis = z.infer<typeof Analysis>;

export const AnalysisDocuments = z.object({
  intake: IntakeDocument,
  profile: MolecularProfile,
  predictions: Predictions,
  options: OptionsTable,
});
export type AnalysisDocuments = z.infer<typeof AnalysisDocuments>;
