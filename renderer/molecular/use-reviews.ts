import { ORPCError } from '@orpc/client';
import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import type {
  ClassificationStandard,
  NewClassification,
  WithdrawnClassification,
} from '../../shared/board/classification.ts';
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
  /** Gives a class over the computed one, or confirms ESCAT; `done` once the core has written it. */
  readonly classify: (said: NewClassification, done: () => void) => void;
  readonly classWaiting: boolean;
  readonly classFault: Fault | undefined;
  readonly forgetClass: () => void;
  readonly waiting: boolean;
  readonly fault: Fault | undefined;
  readonly forget: () => void;
}

/** Verdicts on findings: kept in the outbox until the core has answered, and each one can be taken back. */
export function useReviews(view: CaseView): Reviews {
  const { client } = useWorkstation();
  const store = useStore();
  const boardChanged = useBoardChanged();
  const given = useRef<{ findingId: string; standard?: ClassificationStandard }[]>([]);
  const { caseId } = view.listing;
  const drop = (is: (act: { findingId: string; standard?: ClassificationStandard }) => boolean) => {
    const at = given.current.findLastIndex(is);
    if (at >= 0) given.current.splice(at, 1);
  };
  const classes = useMutation({
    scope: { id: `review ${caseId}` },
    mutationFn: (act: { said: NewClassification } | { back: WithdrawnClassification }) =>
      'said' in act
        ? client.board.classify({ caseId, classification: act.said })
        : client.board.withdrawClassification({ caseId, ...act.back }),
    onSuccess: async (board, act) => {
      if ('said' in act) given.current.push({ findingId: act.said.findingId, standard: act.said.standard });
      else drop(({ findingId, standard }) => findingId === act.back.findingId && standard === act.back.standard);
      await boardChanged(caseId, board);
    },
  });
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
        drop(({ findingId: id, standard }) => id === findingId && standard === undefined);
      } else given.current.push({ findingId });
      await boardChanged(caseId, board);
    },
  });
  const review: Reviews['review'] = (findingId, verdict, reason) =>
    mutation.mutate({ findingId, verdict, ...(reason === undefined ? {} : { reason }) });
  return {
    review,
    undo: (findingId) => {
      const { reviews, classifications = [] } = view.board;
      const ofFinding = (one: { findingId: string }): boolean => one.findingId === findingId;
      const [standing] = [...reviews.filter(ofFinding), ...classifications.filter(ofFinding)].sort((a, b) =>
        a.at < b.at ? 1 : -1,
      );
      const target =
        given.current.at(-1) ??
        (standing === undefined
          ? undefined
          : 'standard' in standing
            ? { findingId: standing.findingId, standard: standing.standard }
            : { findingId: standing.findingId });
      if (target === undefined) return;
      const { standard } = target;
      if (standard === undefined) review(target.findingId, 'withdrawn');
      else classes.mutate({ back: { findingId: target.findingId, standard } });
    },
    classify: (said, done) => classes.mutate({ said }, { onSuccess: done }),
    classWaiting: classes.isPending,
    classFault: classes.isError ? faultOf(classes.error) : undefined,
    forgetClass: classes.reset,
    waiting: mutation.isPending,
    fault: mutation.isError ? faultOf(mutation.error) : undefined,
    forget: mutation.reset,
  };
}
