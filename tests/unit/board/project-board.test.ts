import { describe, expect, it } from 'vitest';
import { foldBoard, projectBoard } from '../../../shared/board/project-board.ts';
import { UserId } from '../../../shared/foundation/ids.ts';
import type { EventType } from '../../../shared/vault/events.ts';

const actor = UserId.parse('u1');
const event = (sequence: number, type: EventType, payload: unknown, erased = false) => ({
  sequence,
  time: `2026-11-24T10:00:0${sequence}.000Z`,
  actor,
  type,
  payload,
  erased,
});
const review = (sequence: number, findingId: string, verdict: string, reason?: string) =>
  event(sequence, 'finding.reviewed', { findingId, verdict, ...(reason === undefined ? {} : { reason }) });
const basis = { intake: 'a'.repeat(64), profile: 'b'.repeat(64), predictions: 'c'.repeat(64), options: 'd'.repeat(64) };
const decide = (sequence: number, answer: string) =>
  event(sequence, 'decision.recorded', {
    decision: {
      optionIds: ['osimertinib'],
      intent: 'disease-control',
      answer,
      rationale: 'r',
      actions: [],
      participants: [],
    },
    basis,
  });

describe('the board’s record', () => {
  it('is empty where nothing happened', () => expect(projectBoard([])).toEqual({ reviews: [] }));

  it('the latest verdict wins by sequence, whatever the order they are handed in or the clock', () => {
    const events = [review(2, 'f1', 'dismissed', 'artefact'), review(1, 'f1', 'confirmed'), review(3, 'f0', 'limited')];
    expect(projectBoard(events).reviews).toEqual([
      { findingId: 'f0', verdict: 'limited', by: 'u1', at: '2026-11-24T10:00:03.000Z' },
      { findingId: 'f1', verdict: 'dismissed', reason: 'artefact', by: 'u1', at: '2026-11-24T10:00:02.000Z' },
    ]);
  });

  it('withdrawn takes the last verdict back, and the one before stands again', () => {
    const events = [review(1, 'f', 'confirmed'), review(2, 'f', 'dismissed', 'x'), review(3, 'f', 'withdrawn')];
    expect(projectBoard(events).reviews[0]?.verdict).toBe('confirmed');
    expect(projectBoard([...events, review(4, 'f', 'withdrawn')]).reviews).toEqual([]);
    expect(projectBoard([review(1, 'f', 'withdrawn')]).reviews).toEqual([]);
  });

  it('the latest decision stands with who, when and on which documents; a withdrawn one does not', () => {
    const record = projectBoard([decide(1, 'first'), decide(2, 'second')]);
    expect(record.decision).toMatchObject({ answer: 'second', decidedBy: 'u1', decidedAt: '2026-11-24T10:00:02.000Z' });
    expect(record.basis).toEqual(basis);
    const back = projectBoard([decide(1, 'first'), decide(2, 'second'), event(3, 'decision.withdrawn', {})]);
    expect(back.decision?.answer).toBe('first');
    expect(projectBoard([decide(1, 'first'), event(2, 'decision.withdrawn', {})])).toEqual({ reviews: [] });
  });

  it('events of an erased case count for nothing; a foreign payload is refused', () => {
    expect(projectBoard([event(1, 'decision.recorded', null, true), event(2, 'case.viewed', {})])).toEqual({
      reviews: [],
    });
    expect(() => projectBoard([event(1, 'finding.reviewed', { findingId: 'f', verdict: 'perhaps' })])).toThrow();
  });

  it('folded entry by entry it is at every entry what all entries so far give', () => {
    const opening = {
      ballotId: '00000000-0000-4000-8000-000000000001',
      choices: [{ choiceId: 'x', label: 'x' }],
      electors: [{ electorId: 'e', name: 'e', role: '' }],
      recused: [],
      quorum: 0,
    };
    const events = [
      review(1, 'f', 'confirmed'),
      event(2, 'vote.opened', opening),
      event(3, 'vote.cast', { ballotId: opening.ballotId, electorId: 'e', choiceId: 'x' }),
      review(4, 'f', 'withdrawn'),
      event(5, 'vote.revealed', { ballotId: opening.ballotId, left: [] }),
      decide(6, 'first'),
      event(7, 'vote.opened', { ...opening, ballotId: '00000000-0000-4000-8000-000000000002' }),
      event(8, 'decision.withdrawn', {}),
    ];
    const fold = foldBoard();
    for (const [at, one] of events.entries()) {
      fold.take(one);
      expect(fold.record()).toEqual(projectBoard(events.slice(0, at + 1)));
    }
    expect(fold.record().ballots).toMatchObject([{ state: 'revealed', voted: ['e'] }, { state: 'open' }]);
  });
});
