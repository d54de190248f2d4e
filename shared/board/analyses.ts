import { z } from 'zod';
import { CaseRecord } from '../case/case-record.ts';
import { IntakeDocument } from '../case/intake.ts';
import { MolecularProfile } from '../molecular/profile.ts';
import { Predictions } from '../prediction/predictions.ts';
import { OptionsTable } from '../therapy/options.ts';
import { BoardRecord } from './board-record.ts';

/** One analysis or signed report of a case in the journal: when, and with which packs and models. */
export const Analysis = z.object({
  sequence: z.number().int().positive(),
  at: z.string(),
  packs: z.array(z.object({ id: z.string(), version: z.string() })),
  models: z.array(z.object({ id: z.string(), version: z.string() })),
  /** Where it is what a report was signed on. */
  reportId: z.string().optional(),
});
export type Analysis = z.infer<typeof Analysis>;

export const AnalysisDocuments = z.object({
  intake: IntakeDocument,
  profile: MolecularProfile,
  predictions: Predictions,
  options: OptionsTable,
  /** What the report was signed on besides; absent for an analysis. */
  record: CaseRecord.optional(),
  decision: BoardRecord.shape.decision,
});
export type AnalysisDocuments = z.infer<typeof AnalysisDocuments>;
