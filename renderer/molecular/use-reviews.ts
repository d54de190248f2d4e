import { ORPCError } from '@orpc/client';
import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import type { CaseView } from '../../shared/contract.ts';
import type { Fault } from '../../shared/foundation/fault.ts';
import { faultOf } from '../app/fault.ts';
import { useBoardChanged } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { send } from '../store/outbox.ts';
import { useStore } from '../store/StoreProvider.tsx';

export type Verdict = 'confirmed' | 'dismissed' | 'limited' | 'withdrawn';

export interface Reviews {
  readonly review: (findingId: string, verdict: Verdict, reason?: string) => void;
  /** Takes the latest verdict of this sitting back, else the standing one of the given finding. */
  readonly undo: (findingId: string | undefined) => void;
  readonly waiting: boolean;
  readonly fault: Fault | undefined;
  readonly forget: () => void;
}

/** Verdicts on findings: kept in the outbox until the core has answered, and each one can be taken back. */
export function useReviews(view: CaseView): Reviews {
  const { client } = useWorkstation();
  const store = useStore();
  const boardChanged = useBoardChanged();
  const given = useRef<string[]>([]);
  const { caseId } = view.listing;
  const mutation = useMutation({
    // One after the other: an undo must not overtake the verdict it takes back.
    scope: { id: `review ${caseId}` },
    mutationFn: ({ findingId, verdict, reason }: { findingId: string; verdict: Verdict; reason?: string }) => {
      const words = { findingId, verdict, ...(reason === undefined ? {} : { reason }) };
      return send(
        store,
        { kind: 'review', caseId, ...words },
        () => client.board.review({ caseId, ...words }),
        (error) => error instanceof ORPCError,
      );
    },
    onSuccess: async (board, { findingId, verdict }) => {
      if (verdict === 'withdrawn') {
        const at = given.current.lastIndexOf(findingId);
        if (at >= 0) given.current.splice(at, 1);
      } else given.current.push(findingId);
      await boardChanged(caseId, board);
    },
  });
  const review: Reviews['review'] = (findingId, verdict, reason) =>
    mutation.mutate({ findingId, verdict, ...(reason === undefined ? {} : { reason }) });
  return {
    review,
    undo: (findingId) => {
      const standing = view.board.reviews.some((one) => one.findingId === findingId) ? findingId : undefined;
      const target = given.current.at(-1) ?? standing;
      if (target !== undefined) review(target, 'withdrawn');
    },
    waiting: mutation.isPending,
    fault: mutation.isError ? faultOf(mutation.error) : undefined,
    forget: mutation.reset,
  };
}
