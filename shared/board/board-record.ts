import { z } from 'zod';
import { Sha256 } from '../foundation/ids.ts';
import { Annotation } from './annotation.ts';
import { Classification } from './classification.ts';
import { Decision, FindingReview } from './decision.ts';
import { RecordedFollowUp } from './follow-up.ts';
import { OpenConflict } from './merge.ts';
import { Ballot } from './vote.ts';

/** What the board did with a case, projected from the journal. */
export const BoardRecord = z.object({
  reviews: z.array(FindingReview),
  decision: Decision.extend({ decidedAt: z.string(), decidedBy: z.string() }).optional(),
  /** Hashes of the documents the decision was taken on. */
  basis: z.object({ intake: Sha256, profile: Sha256, predictions: Sha256, options: Sha256 }).optional(),
  /** Every ballot of the case, oldest first; absent where none was opened. */
  ballots: z.array(Ballot).optional(),
  /** Every note, those taken back among them; absent where none was written. */
  annotations: z.array(Annotation).optional(),
  /** Classes given by a person over the computed ones, and ESCAT tiers confirmed; absent where nobody did. */
  classifications: z.array(Classification).optional(),
  followUps: z.array(RecordedFollowUp).optional(),
  /** What another board's file says otherwise, until somebody settles it. */
  conflicts: z.array(OpenConflict).optional(),
});
export type BoardRecord = z.infer<typeof BoardRecord>;
