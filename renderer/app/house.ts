import { createContext, useContext } from 'react';

/** What the house does on every screen, for the rail and whoever else offers it beside its key. */
export interface House {
  readonly showKeys: () => void;
  readonly raiseCurtain: () => void;
  readonly lock: () => void;
}

const HouseContext = createContext<House | undefined>(undefined);
export const HouseProvider = HouseContext.Provider;

export function useHouse(): House {
  const house = useContext(HouseContext);
  if (house === undefined) throw new Error('no HouseProvider above');
  return house;
}
