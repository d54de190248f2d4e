/** The board's record is a projection of the journal: rebuilt from events, never stored beside them. */
import { z } from 'zod';
import { Sha256 } from '../foundation/ids.ts';
import type { JournalEvent } from '../vault/events.ts';
import { type Annotation, takeNote } from './annotation.ts';
import type { BoardRecord } from './board-record.ts';
import { CLASSIFICATION_EVENTS, projectClassifications } from './classification.ts';
import { Decision, type FindingReview } from './decision.ts';
import { FOLLOW_UP_EVENTS, projectFollowUps } from './follow-up.ts';
import { type BoardEntry, MergeRecord, type OpenConflict } from './merge.ts';
import { type Ballot, foldBallots } from './vote.ts';

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

export interface BoardFold {
  /** Takes the next event of the case, in order of sequence. */
  readonly take: (event: BoardEvent) => void;
  /** What the board did up to here. What it holds is shared with later ones and is not to be changed. */
  readonly record: () => BoardRecord;
}

/** Projects again only once an event of its kind has come; such events are few. */
function whole<Value>(types: readonly string[], project: (events: readonly BoardEvent[]) => readonly Value[]) {
  const events: BoardEvent[] = [];
  let read: readonly Value[] | undefined;
  return {
    take: (event: BoardEvent) => {
      if (!types.includes(event.type)) return;
      events.push(event);
      read = undefined;
    },
    read: (): readonly Value[] => {
      read ??= project(events);
      return read;
    },
  };
}

/**
 * The board's record event by event, so that one more entry costs the same whether a case holds ten or ten thousand.
 *
 * Latest wins, by sequence and never by clock. `withdrawn` takes the last verdict on a finding back, so that the one
 * before it stands again; `decision.withdrawn` does the same for decisions. Events of erased cases carry no payload and
 * count for nothing. Reviews are in order of their finding's id.
 *
 * `take` throws ZodError where a payload that is there is not what the board writes: something else wrote the journal
 */
export function foldBoard(): BoardFold {
  const reviews = new Map<string, FindingReview[]>();
  const decisions: Pick<BoardRecord, 'decision' | 'basis'>[] = [];
  const annotations = new Map<string, Annotation>();
  let conflicts: readonly OpenConflict[] = [];
  const foreign: Ballot[] = [];
  const ballotFold = foldBallots();
  const followUpFold = whole(FOLLOW_UP_EVENTS, projectFollowUps);
  const classFold = whole(CLASSIFICATION_EVENTS, projectClassifications);
  const enter = (entry: BoardEntry): void => {
    if (entry.kind === 'note') annotations.set(entry.value.annotationId, entry.value);
    else if (entry.kind === 'ballot') foreign.push(entry.value);
    else if (entry.kind === 'decision') decisions.push({ decision: entry.value });
    else reviews.set(entry.value.findingId, [...(reviews.get(entry.value.findingId) ?? []), entry.value]);
  };
  const take = (event: BoardEvent): void => {
    if (event.erased) return;
    ballotFold.take(event);
    followUpFold.take(event);
    classFold.take(event);
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
      for (const entry of Object.values(merge.taken)) enter(entry);
      for (const { mergeId, key, take: whose } of merge.settled) {
        const found = conflicts.find((one) => one.mergeId === mergeId && one.key === key);
        if (found === undefined) continue;
        if (whose === 'theirs') enter(found.theirs);
        conflicts = conflicts.filter((one) => one !== found);
      }
      const { mergeId, boardName } = merge;
      conflicts = [...conflicts, ...merge.conflicts.map((one) => ({ ...one, mergeId, boardName, at: event.time }))];
    } else takeNote(annotations, event);
  };
  const record = (): BoardRecord => {
    const own = ballotFold.ballots();
    const ballots = [...own, ...foreign.filter((one) => own.every(({ ballotId }) => ballotId !== one.ballotId))];
    const followUps = followUpFold.read();
    const classifications = classFold.read();
    return {
      ...(ballots.length === 0 ? {} : { ballots }),
      ...(annotations.size === 0 ? {} : { annotations: [...annotations.values()] }),
      ...(classifications.length === 0 ? {} : { classifications: [...classifications] }),
      ...(followUps.length === 0 ? {} : { followUps: [...followUps] }),
      ...(conflicts.length === 0 ? {} : { conflicts: [...conflicts] }),
      reviews: [...reviews.values()]
        .map((stack) => stack.at(-1))
        .filter((review) => review !== undefined)
        .sort((a, b) => (a.findingId < b.findingId ? -1 : 1)),
      ...decisions.at(-1),
    };
  };
  return { take, record };
}

/** The record of all events of a case, in whatever order they are handed in. */
export function projectBoard(events: readonly BoardEvent[]): BoardRecord {
  const fold = foldBoard();
  for (const event of [...events].sort((a, b) => a.sequence - b.sequence)) fold.take(event);
  return fold.record();
}
