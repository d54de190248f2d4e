/** What a board decides, and what its members say of findings. */
import { z } from 'zod';
import { isPossibleDate } from '../foundation/date.ts';
import { VoteTally } from './vote.ts';

/** One line of the disagreement ledger (F066). */
export const Disagreement = z.object({
  between: z.enum(['knowledge-bases', 'table-and-board', 'model-and-board', 'reviewer-and-knowledge-base']),
  what: z.string(),
  /** The board's own words that settle it; absent where it said nothing. */
  resolution: z.string().optional(),
});
export type Disagreement = z.infer<typeof Disagreement>;

export const Decision = z.object({
  /** Ids of chosen options, in order; empty with `otherOption` for something the table does not hold. */
  optionIds: z.array(z.string()),
  otherOption: z.string().max(300).optional(),
  intent: z.enum(['curative', 'disease-control', 'symptom-control', 'trial', 'further-testing', 'watchful-waiting']),
  line: z.string().max(60).optional(),
  answer: z.string().min(1).max(1000),
  rationale: z.string().min(1).max(2000),
  dissent: z.string().max(1000).optional(),
  conditions: z.string().max(1000).optional(),
  actions: z.array(
    z.object({
      what: z.string().min(1).max(300),
      owner: z.string().min(1).max(120),
      due: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
    }),
  ),
  participants: z.array(
    z.object({
      name: z.string().min(1).max(120),
      role: z.string().max(80),
      conflictOfInterest: z.string().max(300).optional(),
    }),
  ),
  modelDisagreement: z.string().max(1000).optional(),
  /** Ballots revealed for this decision. Written by the core from the journal, whatever a caller sends. */
  votes: z.array(VoteTally).optional(),
  /** Where knowledge bases, model and board part (F066). Written by the core. */
  disagreements: z.array(Disagreement).optional(),
});
export type Decision = z.infer<typeof Decision>;

/** A decision as it is entered. One that stands in the journal is read whatever its days are. */
export const EnteredDecision = Decision.superRefine(({ actions }, issues) => {
  for (const [index, { due }] of actions.entries())
    if (!isPossibleDate(due))
      issues.addIssue({ code: 'custom', path: ['actions', index, 'due'], message: 'There is no such day' });
});

export const FindingReview = z.object({
  findingId: z.string(),
  verdict: z.enum(['confirmed', 'dismissed', 'limited']),
  reason: z.string().max(500).optional(),
  by: z.string(),
  at: z.string(),
});
export type FindingReview = z.infer<typeof FindingReview>;

type Participant = Decision['participants'][number];

/** "None" written into the field declares no conflict, in whichever language of the paper. */
export const hasConflict = ({ conflictOfInterest }: Participant): boolean =>
  !/^(?:[-–—\s]*|(?:none|no|nil|n\/a|nein|keine[rsn]?|ninguno|ninguna)(?: declared| known)?)[.!]?$/i.test(
    conflictOfInterest?.trim() ?? '',
  );
