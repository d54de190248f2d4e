import { createContext, useContext } from 'react';
import type { CaseView } from '../../shared/contract.ts';

const CaseViewContext = createContext<CaseView | undefined>(undefined);
export const CaseViewProvider = CaseViewContext.Provider;

/** The open case. Every screen under the case frame stands only while one is open. */
export function useCaseView(): CaseView {
  const view = useContext(CaseViewContext);
  if (view === undefined) throw new Error('no CaseFrame above');
  return view;
}
