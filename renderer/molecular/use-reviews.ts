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

/** A verdict, or a class by a standard, on a finding. */
interface Act {
  readonly findingId: string;
  readonly standard?: ClassificationStandard;
}

/** Verdicts on findings: kept in the outbox until the core has answered, and each one can be taken back. */
export function useReviews(view: CaseView): Reviews {
  const { client } = useWorkstation();
  const store = useStore();
  const boardChanged = useBoardChanged();
  // What can be taken back, from the moment the key is pressed: an undo may come before the core has answered.
  const given = useRef<Act[]>([]);
  const { caseId } = view.listing;
  const note = ({ findingId, standard }: Act, back: boolean) => {
    if (!back) given.current.push({ findingId, ...(standard === undefined ? {} : { standard }) });
    else {
      const at = given.current.findLastIndex((one) => one.findingId === findingId && one.standard === standard);
      if (at >= 0) given.current.splice(at, 1);
    }
  };
  const classes = useMutation({
    scope: { id: `review ${caseId}` },
    mutationFn: (act: { said: NewClassification } | { back: WithdrawnClassification }) =>
      'said' in act
        ? client.board.classify({ caseId, classification: act.said })
        : client.board.withdrawClassification({ caseId, ...act.back }),
    onSuccess: (board) => boardChanged(caseId, board),
    onError: (_, act) => note('said' in act ? act.said : act.back, 'said' in act),
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
    onSuccess: (board) => boardChanged(caseId, board),
    onError: (_, { findingId, verdict }) => note({ findingId }, verdict !== 'withdrawn'),
  });
  const review: Reviews['review'] = (findingId, verdict, reason) => {
    note({ findingId }, verdict === 'withdrawn');
    mutation.mutate({ findingId, verdict, ...(reason === undefined ? {} : { reason }) });
  };
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
      else {
        const back = { findingId: target.findingId, standard };
        note(back, true);
        classes.mutate({ back });
      }
    },
    classify: (said, done) => {
      note(said, false);
      classes.mutate({ said }, { onSuccess: done });
    },
    classWaiting: classes.isPending,
    classFault: classes.isError ? faultOf(classes.error) : undefined,
    forgetClass: classes.reset,
    waiting: mutation.isPending,
    fault: mutation.isError ? faultOf(mutation.error) : undefined,
    forget: mutation.reset,
  };
}
