import { createContext, useContext } from 'react';
import type { HostInfo } from '../../shared/contract.ts';
import type { Client } from './client.ts';

export interface Workstation {
  readonly client: Client;
  readonly info: HostInfo;
}

const WorkstationContext = createContext<Workstation | undefined>(undefined);
export const WorkstationProvider = WorkstationContext.Provider;

/** The core and what its host can do. */
export function useWorkstation(): Workstation {
  const workstation = useContext(WorkstationContext);
  if (workstation === undefined) throw new Error('no WorkstationProvider above');
  return workstation;
}
