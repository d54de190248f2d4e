import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { showSlide } from '../../shared/board/meeting.ts';
import { openBallot } from '../../shared/board/vote.ts';
import type { CaseView } from '../../shared/contract.ts';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { faultOf } from '../app/fault.ts';
import { useBoardChanged } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { ballotFor, leftSince } from './ballot.ts';
import { useMeeting } from './MeetingProvider.tsx';

/** The presenter's side of a vote: V opens it and then the ballot, Shift+V reveals it (F079). */
export function useVote(view: CaseView | undefined) {
  const { client } = useWorkstation();
  const { act, attendance } = useMeeting();
  const changed = useBoardChanged();
  const [casting, setCasting] = useState(false);
  const ballot = openBallot(view?.board.ballots ?? []);

  const opening = useMutation({
    mutationFn: async (of: CaseView) => {
      const next = ballotFor(of, attendance, crypto.randomUUID());
      if (next === undefined)
        throw new FaultError(
          fault('field-invalid', 'Nobody who is here may vote on this case.', 'Press A and say who is here.'),
        );
      return client.board.openBallot({ caseId: of.listing.caseId, ballot: next });
    },
    onSuccess: (board, of) => changed(of.listing.caseId, board),
    onError: () => setCasting(false),
  });
  const closing = useMutation({
    mutationFn: async ({ of, how }: { of: CaseView; how: 'reveal' | 'abandon' }) => {
      const now = openBallot(of.board.ballots ?? []);
      if (now === undefined) return of.board;
      const { ballotId } = now;
      return client.board.closeBallot({
        caseId: of.listing.caseId,
        closing: { ballotId, left: leftSince(now, attendance) },
        how,
      });
    },
    onSuccess: (board, { of }) => changed(of.listing.caseId, board),
  });
  const failed = opening.error ?? closing.error;
  const show = () => act((now) => showSlide(now, 'vote'));
  return {
    ballot,
    casting: casting && ballot !== undefined,
    closeForm: () => setCasting(false),
    open: () => {
      if (view === undefined) return;
      show();
      // A second press while the vote is being opened asks for the ballot: it is shown as soon as there is one.
      if (ballot !== undefined || opening.isPending) setCasting(true);
      else opening.mutate(view);
    },
    reveal: () => {
      if (view === undefined || closing.isPending) return;
      show();
      setCasting(false);
      closing.mutate({ of: view, how: 'reveal' });
    },
    abandon: () => {
      if (view !== undefined && !closing.isPending) closing.mutate({ of: view, how: 'abandon' });
    },
    fault: failed === null ? undefined : faultOf(failed),
  };
}
