/**
 * Silent parallel votes (F079): each member votes unseen, all are revealed together, and the vote before the discussion
 * stays beside the one after it. Who voted is known at once; what they voted only when the ballot is revealed. Pure.
 */
import { z } from 'zod';
import { UserId } from '../foundation/ids.ts';
import type { JournalEvent } from '../vault/events.ts';

export const Round = z.enum(['before', 'after']);
export type Round = z.infer<typeof Round>;

export const Elector = z.object({
  electorId: z.string().min(1).max(64),
  name: z.string().min(1).max(120),
  role: z.string().max(80),
  /** Where present, the vote needs this person's own password. */
  userId: UserId.optional(),
});
export type Elector = z.infer<typeof Elector>;

export const Choice = z.object({ choiceId: z.string().min(1).max(300), label: z.string().min(1).max(300) });
export type Choice = z.infer<typeof Choice>;

/** The choice that is on every ballot beside those it lists. */
export const ABSTAIN = 'abstain';

export const BallotOpening = z.object({
  ballotId: z.uuid(),
  choices: z.array(Choice).min(1).max(12),
  electors: z.array(Elector).min(1).max(200),
  /** Present, but kept from voting on this case by a conflict of interest. */
  recused: z.array(z.object({ name: z.string().min(1).max(120), conflictOfInterest: z.string().max(300) })).max(200),
  quorum: z.number().int().min(0).max(200),
});
export type BallotOpening = z.infer<typeof BallotOpening>;

export const CastVote = z.object({
  ballotId: z.uuid(),
  electorId: z.string().min(1).max(64),
  choiceId: z.string().min(1).max(300),
  /** A word that is kept with the vote, for the minority's view. */
  statement: z.string().max(500).optional(),
});
export type CastVote = z.infer<typeof CastVote>;

export const BallotClosing = z.object({
  ballotId: z.uuid(),
  /** Electors who left the room before they voted. */
  left: z.array(z.string().max(64)).max(200),
});

export const Vote = CastVote.omit({ ballotId: true }).extend({
  /** Who wrote it: the elector with their own password, or the presenter for somebody without one. */
  recordedBy: UserId,
  at: z.string(),
});
export type Vote = z.infer<typeof Vote>;

export const Ballot = BallotOpening.extend({
  round: Round,
  state: z.enum(['open', 'revealed', 'abandoned']),
  /** Decisions of the case recorded before it was opened: the place of the decision it is held for. */
  forDecision: z.number().int().nonnegative(),
  openedAt: z.string(),
  closedAt: z.string().optional(),
  /** Ids of those who have voted. */
  voted: z.array(z.string()),
  /** Empty while the ballot is open: nobody sees a vote before all do. */
  votes: z.array(Vote),
  left: z.array(z.string()),
});
export type Ballot = z.infer<typeof Ballot>;

type VoteEvent = Pick<JournalEvent, 'sequence' | 'time' | 'actor' | 'type' | 'payload' | 'erased'>;

interface OpenedBallot {
  readonly ballot: Ballot;
  readonly votes: Map<string, Vote>;
  /** As it is read; undefined since the last event of it. */
  read: Ballot | undefined;
}

export interface BallotFold {
  /** Takes the next event of the case, in order of sequence. @throws ZodError where a payload is not the board's */
  readonly take: (event: VoteEvent) => void;
  readonly ballots: () => Ballot[];
}

/**
 * Every ballot of a case, in order of opening. The last vote of an elector counts; a vote for a ballot that is not open,
 * by nobody on its list or for nothing on it counts for nothing. The first revealed ballot after a decision (or ever) is
 * the one before the discussion, those after it are after.
 */
export function foldBallots(): BallotFold {
  const ballots = new Map<string, OpenedBallot>();
  let held = 0;
  let decisions = 0;
  const open = (ballotId: string): OpenedBallot | undefined => {
    const found = ballots.get(ballotId);
    if (found?.ballot.state !== 'open') return undefined;
    found.read = undefined;
    return found;
  };
  return {
    take: (event) => {
      if (event.erased) return;
      if (event.type === 'decision.recorded') {
        held = 0;
        decisions += 1;
      } else if (event.type === 'vote.opened') {
        const opening = BallotOpening.parse(event.payload);
        if (ballots.has(opening.ballotId)) return;
        ballots.set(opening.ballotId, {
          ballot: {
            ...opening,
            round: held === 0 ? 'before' : 'after',
            state: 'open',
            forDecision: decisions,
            openedAt: event.time,
            voted: [],
            votes: [],
            left: [],
          },
          votes: new Map(),
          read: undefined,
        });
      } else if (event.type === 'vote.cast') {
        const { ballotId, ...vote } = CastVote.parse(event.payload);
        const found = open(ballotId);
        if (found === undefined || !mayCast(found.ballot, vote.electorId, vote.choiceId)) return;
        found.votes.set(vote.electorId, { ...vote, recordedBy: event.actor, at: event.time });
      } else if (event.type === 'vote.revealed' || event.type === 'vote.abandoned') {
        const { ballotId, left } = BallotClosing.parse(event.payload);
        const found = open(ballotId);
        if (found === undefined) return;
        const state = event.type === 'vote.revealed' ? ('revealed' as const) : ('abandoned' as const);
        if (state === 'revealed') held += 1;
        Object.assign(found.ballot, { state, closedAt: event.time, left: left.filter((id) => !found.votes.has(id)) });
      }
    },
    ballots: () =>
      [...ballots.values()].map((one) => {
        one.read ??= readBallot(one);
        return one.read;
      }),
  };
}

const readBallot = ({ ballot, votes }: OpenedBallot): Ballot => ({
  ...ballot,
  voted: ballot.electors.map(({ electorId }) => electorId).filter((id) => votes.has(id)),
  votes: ballot.state === 'revealed' ? ballot.electors.flatMap(({ electorId }) => votes.get(electorId) ?? []) : [],
});

/** The ballots of all events of a case, in whatever order they are handed in. */
export function projectBallots(events: readonly VoteEvent[]): Ballot[] {
  const fold = foldBallots();
  for (const event of [...events].sort((a, b) => a.sequence - b.sequence)) fold.take(event);
  return fold.ballots();
}

const mayCast = ({ electors, choices }: BallotOpening, electorId: string, choiceId: string): boolean =>
  electors.some((elector) => elector.electorId === electorId) &&
  (choiceId === ABSTAIN || choices.some((choice) => choice.choiceId === choiceId));

/** A revealed ballot as it is counted, read out and printed (R44). */
export const VoteTally = z.object({
  round: Round,
  revealedAt: z.string(),
  quorum: z.object({ required: z.number().int(), voters: z.number().int(), met: z.boolean() }),
  /** In the order of the ballot; nothing that stood on it is left out. */
  counts: z.array(z.object({ choiceId: z.string(), label: z.string(), votes: z.number().int() })),
  abstained: z.number().int(),
  /** Names of those who did not vote, and why where it is known. */
  missing: z.array(z.object({ name: z.string(), left: z.boolean() })),
  recused: z.array(z.string()),
  /** Votes that the presenter wrote for people without a password here. */
  byHand: z.number().int(),
  statements: z.array(z.object({ name: z.string(), choice: z.string(), text: z.string() })),
});
export type VoteTally = z.infer<typeof VoteTally>;

/** Undefined while the ballot is not revealed. */
export function tallyOf(ballot: Ballot): VoteTally | undefined {
  if (ballot.state !== 'revealed' || ballot.closedAt === undefined) return undefined;
  const label = (choiceId: string): string =>
    choiceId === ABSTAIN
      ? 'abstained'
      : (ballot.choices.find((choice) => choice.choiceId === choiceId)?.label ?? choiceId);
  const elector = (electorId: string) => ballot.electors.find((one) => one.electorId === electorId);
  const left = new Set(ballot.left);
  const voters = ballot.electors.length - left.size;
  return {
    round: ballot.round,
    revealedAt: ballot.closedAt,
    quorum: { required: ballot.quorum, voters, met: voters >= ballot.quorum },
    counts: ballot.choices.map(({ choiceId, label }) => ({
      choiceId,
      label,
      votes: ballot.votes.filter((vote) => vote.choiceId === choiceId).length,
    })),
    abstained: ballot.votes.filter(({ choiceId }) => choiceId === ABSTAIN).length,
    missing: ballot.electors
      .filter(({ electorId }) => !ballot.voted.includes(electorId))
      .map(({ electorId, name }) => ({ name, left: left.has(electorId) })),
    recused: ballot.recused.map(({ name }) => name),
    byHand: ballot.votes.filter(({ electorId, recordedBy }) => elector(electorId)?.userId !== recordedBy).length,
    statements: ballot.votes.flatMap(({ electorId, choiceId, statement }) =>
      statement === undefined || statement.trim() === ''
        ? []
        : [{ name: elector(electorId)?.name ?? electorId, choice: label(choiceId), text: statement.trim() }],
    ),
  };
}

/** The ballot that waits for votes, if one does. */
export const openBallot = (ballots: readonly Ballot[]): Ballot | undefined =>
  ballots.findLast(({ state }) => state === 'open');

/** Revealed ballots of the decision in this place (0: the first), in order of opening. */
export const talliesFor = (ballots: readonly Ballot[], decision: number): VoteTally[] =>
  ballots.filter(({ forDecision }) => forDecision === decision).flatMap((ballot) => tallyOf(ballot) ?? []);

/** "Osimertinib 4, more testing 1; 1 abstained; 1 left before voting; quorum 3 of 3". */
export function tallyWords(tally: VoteTally): string {
  const { counts, abstained, missing, quorum, recused, byHand } = tally;
  const left = missing.filter((one) => one.left).length;
  const silent = missing.length - left;
  const given = counts.filter(({ votes }) => votes > 0).map(({ label, votes }) => `${label} ${votes}`);
  return [
    given.length === 0 ? 'no vote for any choice' : given.join(', '),
    ...(abstained === 0 ? [] : [`${abstained} abstained`]),
    ...(silent === 0 ? [] : [`${silent} did not vote`]),
    ...(left === 0 ? [] : [`${left} left before voting`]),
    ...(recused.length === 0 ? [] : [`recused: ${recused.join(', ')}`]),
    ...(byHand === 0 ? [] : [`${byHand} written by the presenter`]),
    quorum.required === 0
      ? 'no quorum is set'
      : `quorum ${quorum.met ? 'met' : 'not met'}: ${quorum.voters} voters of ${quorum.required} required`,
  ].join('; ');
}

/** The vote that is read on the wall: before and after, of the decision the last revealed ballot was held for. */
export function shownTallies(ballots: readonly Ballot[]): VoteTally[] {
  const last = ballots.findLast(({ state }) => state === 'revealed');
  return ballots.filter(({ forDecision }) => forDecision === last?.forDecision).flatMap((one) => tallyOf(one) ?? []);
}
