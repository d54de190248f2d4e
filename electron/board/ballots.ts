/** Votes on the journal: opened by the presenter, cast unseen, revealed together (F079). */
import type { z } from 'zod';
import type { BoardRecord } from '../../shared/board/board-record.ts';
import {
  ABSTAIN,
  type Ballot,
  type BallotClosing,
  type BallotOpening,
  type CastVote,
  openBallot,
} from '../../shared/board/vote.ts';
import type { CaseId } from '../../shared/foundation/ids.ts';
import { permitsAny } from '../../shared/vault/roles.ts';
import { type BoardRoom, refuse } from './needs.ts';

export function ballotDesk({ vault, cases, refuseIfSigned, record }: BoardRoom) {
  /** The open ballot of this id. A ballot that was closed meanwhile takes nothing any more. */
  function waiting(caseId: CaseId, ballotId: string): Ballot {
    refuseIfSigned(cases.listingFor(caseId));
    const open = openBallot(record(caseId).ballots ?? []);
    return open?.ballotId === ballotId
      ? open
      : refuse('version-conflict', 'This ballot is not open.', 'Look at the vote as it now stands.');
  }

  /** Who votes, and that it is they. The presenter may write the vote of somebody who has no password here. */
  async function proveElector(ballot: Ballot, electorId: string, password: string | undefined) {
    const elector =
      ballot.electors.find((one) => one.electorId === electorId) ??
      refuse('forbidden', 'This person is not on the list of this ballot.', 'Correct the attendance and vote anew.');
    const { user } = vault();
    if (elector.userId === undefined) {
      if (!permitsAny(user.roles, 'presenter'))
        refuse(
          'forbidden',
          'This needs the role "presenter".',
          'The presenter writes votes of people without a password.',
        );
      return user.userId;
    }
    if (elector.userId !== user.userId || password !== undefined)
      await vault().provePerson(elector.userId, password ?? '');
    return elector.userId;
  }

  return {
    /** @throws FaultError not-found, report-locked, version-conflict where a ballot is open, field-invalid */
    openBallot({ caseId, ballot }: { caseId: CaseId; ballot: BallotOpening }): BoardRecord {
      refuseIfSigned(cases.listingFor(caseId));
      const { ballots = [] } = record(caseId);
      if (openBallot(ballots) !== undefined)
        refuse('version-conflict', 'A ballot on this case is open already.', 'Reveal or abandon it first.');
      if (ballots.some(({ ballotId }) => ballotId === ballot.ballotId))
        refuse('exists-already', 'There was a ballot of this id.', 'Open the vote again.');
      const unique = (ids: readonly string[]): boolean => new Set(ids).size === ids.length;
      if (!unique(ballot.electors.map((one) => one.electorId)) || !unique(ballot.choices.map((one) => one.choiceId)))
        refuse('field-invalid', 'An elector or a choice stands twice on the ballot.', 'Correct the list.', {
          field: 'ballot',
        });
      const known = new Set<string>(
        vault()
          .users()
          .map(({ userId }) => userId),
      );
      if (ballot.electors.some(({ userId }) => userId !== undefined && !known.has(userId)))
        refuse('not-found', 'The ballot names a person who is not here.', 'Open the list of people again.');
      vault().append({ actor: vault().user.userId, caseId, type: 'vote.opened', payload: ballot });
      return record(caseId);
    },

    /**
     * A later vote of the same person replaces the earlier one until the ballot is revealed; the journal keeps both.
     * @throws FaultError version-conflict (not open), forbidden, password-wrong, field-invalid
     */
    async castVote(input: { caseId: CaseId; vote: CastVote; password?: string | undefined }): Promise<BoardRecord> {
      const { caseId, vote } = input;
      const ballot = waiting(caseId, vote.ballotId);
      if (vote.choiceId !== ABSTAIN && !ballot.choices.some(({ choiceId }) => choiceId === vote.choiceId))
        refuse('field-invalid', 'This choice is not on the ballot.', 'Choose one that is.', { field: 'choiceId' });
      const actor = await proveElector(ballot, vote.electorId, input.password);
      // Looking at a password takes its time; the ballot may have been revealed in it.
      waiting(caseId, vote.ballotId);
      vault().append({ actor, caseId, type: 'vote.cast', payload: vote });
      return record(caseId);
    },

    /** Reveals all votes at once, or abandons a ballot that was opened in error. @throws FaultError version-conflict */
    closeBallot(input: {
      caseId: CaseId;
      closing: z.infer<typeof BallotClosing>;
      how: 'reveal' | 'abandon';
    }): BoardRecord {
      const { caseId, closing, how } = input;
      waiting(caseId, closing.ballotId);
      const type = how === 'reveal' ? ('vote.revealed' as const) : ('vote.abandoned' as const);
      vault().append({ actor: vault().user.userId, caseId, type, payload: closing });
      return record(caseId);
    },
  };
}
