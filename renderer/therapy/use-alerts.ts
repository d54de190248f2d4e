import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { CaseView } from '../../shared/contract.ts';
import type { Fault } from '../../shared/foundation/fault.ts';
import type { AlertAct, AlertRate } from '../../shared/therapy/alert-overrides.ts';
import { faultOf } from '../app/fault.ts';
import { keysOf, useCaseChanged } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';

export interface Alerts {
  readonly act: (alert: AlertAct) => void;
  /** Reasons by finding. */
  readonly overridden: ReadonlyMap<string, string>;
  readonly waiting: boolean;
  readonly fault: Fault | undefined;
}

/** Overrides of this case's alerts, with the journal behind them. */
export function useAlerts(view: CaseView): Alerts {
  const { client } = useWorkstation();
  const changed = useCaseChanged();
  const { caseId } = view.listing;
  const mutation = useMutation({
    mutationFn: (alert: AlertAct) => client.therapy.actOnAlert({ caseId, alert }),
    onSuccess: () => changed(caseId),
  });
  const standing = view.alertOverrides;
  const overridden = useMemo(
    () => new Map((standing ?? []).map(({ findingId, reason }) => [findingId, reason])),
    [standing],
  );
  return {
    act: mutation.mutate,
    overridden,
    waiting: mutation.isPending,
    fault: mutation.isError ? faultOf(mutation.error) : undefined,
  };
}

/** Over the whole station; asked only while it is looked at. */
export function useAlertRate(looking: boolean): AlertRate | undefined {
  const { client } = useWorkstation();
  return useQuery({
    queryKey: keysOf.alertRate,
    queryFn: () => client.therapy.alertRate(),
    enabled: looking,
    staleTime: 0,
  }).data;
}
