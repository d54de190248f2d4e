import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { showSlide } from '../../shared/board/meeting.ts';
import { openBallot } from '../../shared/board/vote.ts';
import type { CaseView } from '../../shared/contract.ts';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { CaseId } from '../../shared/foundation/ids.ts';
import { faultOf } from '../app/fault.ts';
import { keysOf, useBoardChanged } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { ballotFor, leftSince, oneAfterAnother } from './ballot.ts';
import { useMeeting } from './MeetingProvider.tsx';

/**
 * The presenter's side of a vote: V opens it and then the ballot, Shift+V reveals it (F079). A key pressed while a call is
 * under way waits for it and then acts on what the case holds by then; none is lost.
 */
export function useVote(caseId: CaseId, view: CaseView | undefined) {
  const { client } = useWorkstation();
  const queries = useQueryClient();
  const { act, attendance } = useMeeting();
  const changed = useBoardChanged();
  const [casting, setCasting] = useState<string>();
  const ballot = openBallot(view?.board.ballots ?? []);
  /** As the last answer left it, which may not have been painted yet. */
  const newest = (of: CaseId) =>
    queries.ensureQueryData({ queryKey: keysOf.case(of), queryFn: () => client.case.open({ caseId: of }) });
  const ballotNow = () => openBallot(queries.getQueryData<CaseView>(keysOf.case(caseId))?.board.ballots ?? []);

  const opening = useMutation({
    ...oneAfterAnother,
    mutationFn: async (of: CaseId) => {
      const now = await newest(of);
      // The second V came before the answer to the first.
      if (openBallot(now.board.ballots ?? []) !== undefined) {
        setCasting(of);
        return undefined;
      }
      const next = ballotFor(now, attendance, crypto.randomUUID());
      if (next === undefined)
        throw new FaultError(
          fault('field-invalid', 'Nobody who is here may vote on this case.', 'Press A and say who is here.'),
        );
      return client.board.openBallot({ caseId: of, ballot: next });
    },
    onSuccess: (board, of) => {
      if (board !== undefined) void changed(of, board);
    },
  });
  const closing = useMutation({
    ...oneAfterAnother,
    mutationFn: async ({ of, how }: { of: CaseId; how: 'reveal' | 'abandon' }) => {
      const now = openBallot((await newest(of)).board.ballots ?? []);
      if (now === undefined) return undefined;
      setCasting(undefined);
      const { ballotId } = now;
      const left = leftSince(now, attendance);
      return client.board.closeBallot({ caseId: of, closing: { ballotId, left }, how });
    },
    onSuccess: (board, { of }) => {
      if (board !== undefined) void changed(of, board);
    },
  });
  /** Of a vote whose form was closed before the core refused it. */
  const [refused, setRefused] = useState<unknown>(null);
  const failed = opening.error ?? closing.error ?? (casting === undefined ? refused : null);
  const show = () => act((now) => showSlide(now, 'vote'));
  return {
    ballot,
    /** A ballot is open, or about to be. */
    opened: ballot !== undefined || opening.isPending,
    casting: ballot !== undefined && casting === caseId,
    closeForm: () => setCasting(undefined),
    onCast: setRefused,
    open: () => {
      show();
      setRefused(null);
      if (ballotNow() === undefined) opening.mutate(caseId);
      else setCasting(caseId);
    },
    reveal: () => {
      show();
      closing.mutate({ of: caseId, how: 'reveal' });
    },
    abandon: () => closing.mutate({ of: caseId, how: 'abandon' }),
    fault: failed === null ? undefined : faultOf(failed),
  };
}
