/**
 * Judge first, reveal second (F065): where the board wants it, a model's number stays covered until the members' votes on the case
 * are revealed together, or somebody uncovers it by name. An automation-bias guard: who has seen a number anchors on it.
 */
import { z } from 'zod';
import type { Ballot } from './vote.ts';

export const JudgeFirst = z.object({
  /** When the board's setting was switched on. */
  since: z.string(),
  /** Somebody uncovered this case before a vote. */
  revealed: z.object({ at: z.string(), by: z.string(), reason: z.string() }).optional(),
});
export type JudgeFirst = z.infer<typeof JudgeFirst>;

interface Judged {
  readonly judgeFirst?: JudgeFirst | undefined;
  readonly board: { readonly ballots?: readonly Pick<Ballot, 'state' | 'closedAt'>[] | undefined };
}

/** Whether models' numbers are covered on this case. Evidence, tiers and options are never. */
export function modelCovered({ judgeFirst, board: { ballots = [] } }: Judged): boolean {
  if (judgeFirst === undefined || judgeFirst.revealed !== undefined) return false;
  return !ballots.some(({ state, closedAt }) => state === 'revealed' && (closedAt ?? '') >= judgeFirst.since);
}

/** What stands in place of a covered number. */
export const COVERED =
  'The board judges first: what the models say is covered until the votes on this case are revealed, or somebody uncovers it by name.';
