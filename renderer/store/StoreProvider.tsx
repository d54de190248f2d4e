import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import type { Client } from '../app/client.ts';
import { openStore, type StoreDatabase } from './database.ts';
import { importStoreKeys } from './sealing.ts';

const StoreContext = createContext<StoreDatabase | undefined>(undefined);

/**
 * Opens the sealed store with the key that the vault hands over after unlock. A browser that refuses storage does not
 * stop the work: drafts then live as long as the page, and the screen says so.
 */
export function StoreProvider({
  client,
  waiting,
  children,
}: {
  client: Client;
  waiting: ReactNode;
  children: ReactNode;
}) {
  const [store, setStore] = useState<StoreDatabase | 'opening' | 'refused'>('opening');
  useEffect(() => {
    let database: StoreDatabase | undefined;
    let left = false;
    const open = async () => {
      const { key } = await client.vault.storageKey();
      database = await openStore(await importStoreKeys(key));
      if (left) database.close();
      else setStore(database);
    };
    open().catch(() => {
      if (!left) setStore('refused');
    });
    return () => {
      left = true;
      void database?.rest();
    };
  }, [client]);
  if (store === 'opening') return waiting;
  return <StoreContext value={store === 'refused' ? undefined : store}>{children}</StoreContext>;
}

/** The store, or undefined where the browser keeps nothing. */
export const useStore = (): StoreDatabase | undefined => useContext(StoreContext);
