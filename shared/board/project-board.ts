/** The board's record is a projection of the journal: rebuilt from events, never stored beside them. */
import { z } from 'zod';
import { Sha256 } from '../foundation/ids.ts';
import type { JournalEvent } from '../vault/events.ts';
import { type Annotation, annotated } from './annotation.ts';
import type { BoardRecord } from './board-record.ts';
import { projectClassifications } from './classification.ts';
import { Decision, type FindingReview } from './decision.ts';
import { projectFollowUps } from './follow-up.ts';
import { type BoardEntry, MergeRecord, type OpenConflict } from './merge.ts';
import { type Ballot, projectBallots } from './vote.ts';

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
  let annotations: readonly Annotation[] = [];
  let conflicts: readonly OpenConflict[] = [];
  const foreign: Ballot[] = [];
  const take = (entry: BoardEntry): void => {
    if (entry.kind === 'note') {
      const { value } = entry;
      const there = annotations.some(({ annotationId }) => annotationId === value.annotationId);
      annotations = there
        ? annotations.map((note) => (note.annotationId === value.annotationId ? value : note))
        : [...annotations, value];
    } else if (entry.kind === 'ballot') foreign.push(entry.value);
    else if (entry.kind === 'decision') decisions.push({ decision: entry.value });
    else reviews.set(entry.value.findingId, [...(reviews.get(entry.value.findingId) ?? []), entry.value]);
  };
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
    else if (event.type === 'board.merged') {
      const merge = MergeRecord.parse(event.payload);
      for (const entry of Object.values(merge.taken)) take(entry);
      for (const { mergeId, key, take: whose } of merge.settled) {
        const found = conflicts.find((one) => one.mergeId === mergeId && one.key === key);
        if (found === undefined) continue;
        if (whose === 'theirs') take(found.theirs);
        conflicts = conflicts.filter((one) => one !== found);
      }
      const { mergeId, boardName } = merge;
      conflicts = [...conflicts, ...merge.conflicts.map((one) => ({ ...one, mergeId, boardName, at: event.time }))];
    } else annotations = annotated(annotations, event);
  }
  const own = projectBallots(events);
  const ballots = [...own, ...foreign.filter((one) => own.every(({ ballotId }) => ballotId !== one.ballotId))];
  const followUps = projectFollowUps(events);
  const classifications = projectClassifications(events);
  return {
    ...(ballots.length === 0 ? {} : { ballots }),
    ...(annotations.length === 0 ? {} : { annotations: [...annotations] }),
    ...(classifications.length === 0 ? {} : { classifications }),
    ...(followUps.length === 0 ? {} : { followUps }),
    ...(conflicts.length === 0 ? {} : { conflicts: [...conflicts] }),
    reviews: [...reviews.values()]
      .map((stack) => stack.at(-1))
      .filter((review) => review !== undefined)
      .sort((a, b) => (a.findingId < b.findingId ? -1 : 1)),
    ...decisions.at(-1),
  };
}
