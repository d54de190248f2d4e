/** The board's record is a projection of the journal: rebuilt from events, never stored beside them. */
import { z } from 'zod';
import { Sha256 } from '../foundation/ids.ts';
import type { JournalEvent } from '../vault/events.ts';
import { type BoardRecord, Decision, type FindingReview } from './board-record.ts';
import { projectBallots } from './vote.ts';

const Reviewed = z.object({
  findingId: z.string(),
  verdict: z.enum(['confirmed', 'dismissed', 'limited', 'withdrawn']),
  reason: z.string().optional(),
});
const Decided = z.object({
  decision: Decision,
  basis: z.object({ intake: Sha256, profile: Sha256, predictions: Sha256, options: Sha256 }),
});

type BoardEvent = Pick<JournalEvent, 'sequence' | 'time' | 'actor' | 'type' | 'payload' | 'erased'>;

/**
 * Latest wins, by sequence and never by clock. `withdrawn` takes the last verdict on a finding back, so that the one
 * before it stands again; `decision.withdrawn` does the same for decisions. Events of erased cases carry no payload and
 * count for nothing. Reviews are in order of their finding's id.
 *
 * @throws ZodError where a payload that is there is not what the board writes: the journal was written by something else
 */
export function projectBoard(events: readonly BoardEvent[]): BoardRecord {
  const reviews = new Map<string, FindingReview[]>();
  const decisions: Pick<BoardRecord, 'decision' | 'basis'>[] = [];
  for (const event of [...events].sort((a, b) => a.sequence - b.sequence)) {
    if (event.erased) continue;
    if (event.type === 'finding.reviewed') {
      const { findingId, verdict, reason } = Reviewed.parse(event.payload);
      const stack = reviews.get(findingId) ?? [];
      if (verdict === 'withdrawn') stack.pop();
      else
        stack.push({
          findingId,
          verdict,
          ...(reason === undefined ? {} : { reason }),
          by: event.actor,
          at: event.time,
        });
      reviews.set(findingId, stack);
    } else if (event.type === 'decision.recorded') {
      const { decision, basis } = Decided.parse(event.payload);
      decisions.push({ decision: { ...decision, decidedAt: event.time, decidedBy: event.actor }, basis });
    } else if (event.type === 'decision.withdrawn') decisions.pop();
  }
  const ballots = projectBallots(events);
  return {
    ...(ballots.length === 0 ? {} : { ballots }),
    reviews: [...reviews.values()]
      .map((stack) => stack.at(-1))
      .filter((review) => review !== undefined)
      .sort((a, b) => (a.findingId < b.findingId ? -1 : 1)),
    ...decisions.at(-1),
  };
}
