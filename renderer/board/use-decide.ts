import { ORPCError } from '@orpc/client';
import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Decision } from '../../shared/board/decision.ts';
import type { CaseView } from '../../shared/contract.ts';
import { faultOf } from '../app/fault.ts';
import { useBoardChanged, useCaseChanged, useVersion } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { send, useUnanswered } from '../store/outbox.ts';
import { useStore } from '../store/StoreProvider.tsx';

/** Records the decision: kept in the outbox until the core has answered, refused when the case has changed meanwhile. */
export function useDecide(view: CaseView, onRecorded: (decision: Decision) => Promise<void>) {
  const { client } = useWorkstation();
  const store = useStore();
  const version = useVersion(view);
  const boardChanged = useBoardChanged();
  const caseChanged = useCaseChanged();
  const { caseId } = view.listing;
  const mutation = useMutation({
    mutationFn: (decision: Decision) =>
      send(
        store,
        { kind: 'decide', caseId, expectedVersion: version, decision },
        () => client.board.decide({ caseId, decision, expectedVersion: version }),
        (error) => error instanceof ORPCError,
      ),
    onSuccess: async (board, decision) => {
      await onRecorded(decision);
      await boardChanged(caseId, board);
    },
    // The next attempt names the version that the case has now; what was typed stays.
    onError: async (error) => {
      if (faultOf(error).code === 'version-conflict') await caseChanged(caseId);
    },
  });
  return {
    record: mutation.mutate,
    recording: mutation.isPending,
    fault: mutation.isError ? faultOf(mutation.error) : undefined,
    forget: mutation.reset,
  };
}

/** Fixed when the program was loaded: what was sent before is from a sitting that has ended. */
const LOADED_AT = new Date().toISOString();

/**
 * Whether a decision of this case was sent in an earlier sitting and never acknowledged. The form still holds its words;
 * the note is forgotten once somebody has seen it here.
 */
export function useLostDecision(caseId: string): boolean {
  const store = useStore();
  const rows = useUnanswered(LOADED_AT).filter((row) => row.command.kind === 'decide' && row.command.caseId === caseId);
  const ids = rows.map((row) => row.id).join();
  useEffect(
    () => () => {
      if (store !== undefined && ids !== '') void store.outbox.bulkDelete(ids.split(',')).catch(() => undefined);
    },
    [store, ids],
  );
  return rows.length > 0;
}
