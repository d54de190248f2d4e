import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Attendance,
  attendanceProblems,
  quorumOf,
  recusedOf,
  votersOf,
} from '../../../shared/board/attendance.ts';
import { disagreementsOf } from '../../../shared/board/disagreements.ts';
import { ABSTAIN, openBallot, projectBallots, talliesFor, tallyOf, tallyWords } from '../../../shared/board/vote.ts';
import { CaseId, UserId } from '../../../shared/foundation/ids.ts';
import type { EventType } from '../../../shared/vault/events.ts';

const first = '3f0c2f7a-92b2-4b54-8f7a-0d9cf7b1a111';
const second = '3f0c2f7a-92b2-4b54-8f7a-0d9cf7b1a222';
const opening = (ballotId = first) => ({
  ballotId,
  choices: [
    { choiceId: 'osimertinib', label: 'Osimertinib' },
    { choiceId: 'other', label: 'another option' },
  ],
  electors: ['a', 'b', 'c'].map((id) => ({ electorId: id, name: `Dr. ${id.toUpperCase()}`, role: 'oncology' })),
  recused: [{ name: 'Dr. R', conflictOfInterest: 'paid by the maker' }],
  quorum: 3,
});
const events = (...of: (readonly [EventType, unknown])[]) =>
  of.map(([type, payload], at) => ({
    sequence: at + 1,
    // A clock that runs backwards: order is by sequence alone.
    time: `2026-11-24T10:00:${String(59 - at).padStart(2, '0')}.000Z`,
    actor: UserId.parse('presenter'),
    type,
    payload,
    erased: false,
  }));
const cast = (electorId: string, choiceId: string, ballotId = first, statement?: string) =>
  ['vote.cast', { ballotId, electorId, choiceId, ...(statement === undefined ? {} : { statement }) }] as const;
const reveal = (ballotId = first, left: string[] = []) => ['vote.revealed', { ballotId, left }] as const;

describe('F079 silent votes', () => {
  it('while a ballot is open it says who voted and never what', () => {
    const [ballot] = projectBallots(events(['vote.opened', opening()], cast('b', 'other'), cast('a', 'osimertinib')));
    expect(ballot).toMatchObject({ state: 'open', voted: ['a', 'b'], votes: [], round: 'before' });
    expect(JSON.stringify(ballot?.votes)).toBe('[]');
    expect(ballot === undefined ? ballot : tallyOf(ballot)).toBeUndefined();
  });

  it('all are revealed together; the last vote of each counts and one who left is named, not counted', () => {
    const ballots = projectBallots(
      events(
        ['vote.opened', opening()],
        cast('a', 'other'),
        cast('a', 'osimertinib'),
        cast('b', ABSTAIN, first, 'Too little tissue'),
        reveal(first, ['c']),
      ),
    );
    const [tally] = talliesFor(ballots, 0);
    expect(tally).toMatchObject({
      counts: [
        { choiceId: 'osimertinib', votes: 1 },
        { choiceId: 'other', votes: 0 },
      ],
      abstained: 1,
      missing: [{ name: 'Dr. C', left: true }],
      quorum: { required: 3, voters: 2, met: false },
      byHand: 2,
      statements: [{ name: 'Dr. B', choice: 'abstained', text: 'Too little tissue' }],
    });
    expect(tally === undefined ? '' : tallyWords(tally)).toBe(
      'Osimertinib 1; 1 abstained; 1 left before voting; recused: Dr. R; 2 written by the presenter; quorum not met: 2 voters of 3 required',
    );
  });

  it('keeps the vote before and the vote after discussion; a decision begins anew; an abandoned ballot is no round', () => {
    const ballots = projectBallots(
      events(
        ['vote.opened', opening()],
        ['vote.abandoned', { ballotId: first, left: [] }],
        ['vote.opened', opening(second)],
        cast('a', 'other', second),
        reveal(second),
        ['vote.opened', opening('3f0c2f7a-92b2-4b54-8f7a-0d9cf7b1a333')],
        reveal('3f0c2f7a-92b2-4b54-8f7a-0d9cf7b1a333'),
        ['decision.recorded', {}],
        ['vote.opened', opening('3f0c2f7a-92b2-4b54-8f7a-0d9cf7b1a444')],
      ),
    );
    expect(ballots.map(({ round, state, forDecision }) => `${round} ${state} ${forDecision}`)).toEqual([
      'before abandoned 0',
      'before revealed 0',
      'after revealed 0',
      'before open 1',
    ]);
    expect(talliesFor(ballots, 0).map(({ round }) => round)).toEqual(['before', 'after']);
    expect(openBallot(ballots)?.forDecision).toBe(1);
  });

  it('every order of votes of three electors ends in one tally, and nothing cast late or by a stranger counts', () => {
    const vote = fc.record({
      electorId: fc.constantFrom('a', 'b', 'c', 'stranger'),
      choiceId: fc.constantFrom('osimertinib', 'other', ABSTAIN, 'not on it'),
    });
    fc.assert(
      fc.property(fc.array(vote, { maxLength: 30 }), fc.array(vote, { maxLength: 5 }), (before, late) => {
        const [ballot] = projectBallots(
          events(
            ['vote.opened', opening()],
            ...before.map(({ electorId, choiceId }) => cast(electorId, choiceId)),
            reveal(),
            ...late.map(({ electorId, choiceId }) => cast(electorId, choiceId)),
          ),
        );
        const counted = new Map<string, string>();
        for (const { electorId, choiceId } of before)
          if (electorId !== 'stranger' && choiceId !== 'not on it') counted.set(electorId, choiceId);
        const tally = ballot === undefined ? undefined : tallyOf(ballot);
        expect(tally?.counts.map(({ votes }) => votes)).toEqual(
          ['osimertinib', 'other'].map((choice) => [...counted.values()].filter((one) => one === choice).length),
        );
        expect(tally?.abstained).toBe([...counted.values()].filter((one) => one === ABSTAIN).length);
        expect((tally?.missing.length ?? 0) + counted.size).toBe(3);
      }),
      { numRuns: 200 },
    );
  });
});

describe('F078 attendance', () => {
  const otter = CaseId.parse('otter');
  const person = (attendeeId: string, more: Partial<Attendance['people'][number]> = {}) => ({
    attendeeId,
    name: attendeeId,
    role: 'oncology',
    present: true,
    votes: true,
    recusedFrom: [],
    ...more,
  });
  const table: Attendance = {
    quorum: 2,
    people: [
      person('a'),
      person('b', { recusedFrom: [otter], conflictOfInterest: 'investigator of the trial' }),
      person('guest', { votes: false }),
      person('away', { present: false }),
    ],
  };

  it('who may vote is present, has a vote and is not recused from this very case', () => {
    expect(votersOf(table, 'otter').map(({ name }) => name)).toEqual(['a']);
    expect(recusedOf(table, 'otter').map(({ name }) => name)).toEqual(['b']);
    expect(quorumOf(table, 'otter')).toEqual({ required: 2, voters: 1, met: false });
    expect(quorumOf(table, 'heron')).toEqual({ required: 2, voters: 2, met: true });
  });

  it('refuses the same name twice and a quorum nobody can reach', () => {
    expect(attendanceProblems(table)).toEqual([]);
    expect(attendanceProblems({ quorum: 9, people: [person('a'), person('x', { name: 'A ' })] })).toEqual([
      'A  is listed twice',
      'the quorum is larger than the number of voters',
    ]);
  });
});

describe('F066 the disagreement ledger', () => {
  it('lists table against board, sources among themselves and model against board, each with the board’s words', () => {
    const option = (id: string, conflict?: { supports: number; against: number; statement: string }) => ({
      id,
      agents: [id],
      label: id,
      bestLevel: 'A' as const,
      diseaseMatch: 'same' as const,
      because: [],
      supporting: [],
      against: [],
      trialIds: [],
      rank: [],
      wouldChange: [],
      ...(conflict === undefined ? {} : { conflict }),
    });
    const ground = {
      profile: { findings: [] },
      options: {
        options: [option('first'), option('second', { supports: 2, against: 1, statement: '2 for, 1 against' })],
        exclusions: [],
      },
      predictions: { aggressiveness: { state: 'unavailable' as const, reason: 'no model' } },
      reviews: [],
    };
    const decision = { optionIds: ['second'], rationale: 'Frailty', modelDisagreement: 'We see it otherwise' };
    expect(disagreementsOf(decision, ground)).toEqual([
      { between: 'knowledge-bases', what: 'second: 2 for, 1 against', resolution: 'Frailty' },
      {
        between: 'table-and-board',
        what: 'first stands first in the options table, the board chose second',
        resolution: 'Frailty',
      },
    ]);
    expect(disagreementsOf({ optionIds: ['first'], rationale: '' }, ground)).toEqual([]);
  });
});
