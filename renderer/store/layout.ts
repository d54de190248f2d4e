import { useCallback, useEffect, useState } from 'react';
import { useStore } from './StoreProvider.tsx';

/** How a person left something on screen (a filter, a folded panel): remembered, sealed, per person's vault. */
export function useLayout<Value>(name: string, initial: Value, isValue: (kept: unknown) => kept is Value) {
  const store = useStore();
  const [value, setValue] = useState(initial);
  useEffect(() => {
    let left = false;
    const read = async () => {
      if (store === undefined) return;
      const kept = (await store.layout.get(await store.id(`layout:${name}`)))?.value;
      if (!left && isValue(kept)) setValue(kept);
    };
    void read().catch(() => undefined);
    return () => {
      left = true;
    };
  }, [store, name, isValue]);
  const change = useCallback(
    (next: Value) => {
      setValue(next);
      if (store === undefined) return;
      const write = async () => store.layout.put({ id: await store.id(`layout:${name}`), value: next });
      const writing = write().catch(() => undefined);
      store.busy(writing);
    },
    [store, name],
  );
  return [value, change] as const;
}

export const isText = (kept: unknown): kept is string => typeof kept === 'string';
export const isBoolean = (kept: unknown): kept is boolean => typeof kept === 'boolean';
