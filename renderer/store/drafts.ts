import { useCallback, useEffect, useRef, useState } from 'react';
import type { StoreDatabase } from './database.ts';
import { useStore } from './StoreProvider.tsx';

/** From the last key to the disk; the promise is 300 ms, and sealing takes single milliseconds. */
export const DRAFT_DELAY_MILLISECONDS = 120;

export async function readDraft(store: StoreDatabase, name: string): Promise<unknown> {
  return (await store.drafts.get(await store.id(name)))?.value;
}

export async function writeDraft(store: StoreDatabase, name: string, value: unknown): Promise<string> {
  const savedAt = new Date().toISOString();
  await store.drafts.put({ id: await store.id(name), value, savedAt });
  return savedAt;
}

export async function dropDraft(store: StoreDatabase, name: string): Promise<void> {
  await store.drafts.delete(await store.id(name));
}

export interface Draft<Value> {
  readonly value: Value;
  /** False until the kept draft was looked for: fields wait for it, so that nothing jumps. */
  readonly ready: boolean;
  readonly restored: boolean;
  readonly state: 'clean' | 'saving' | 'saved' | 'not-kept';
  readonly change: (next: Value | ((value: Value) => Value)) => void;
  /** Forgets what was kept; the value is the initial one again. */
  readonly drop: () => Promise<void>;
}

/**
 * What a person is typing, kept sealed on disk within 300 ms of each key and restored when the page comes back.
 * @param parse takes what was kept by whatever version of this program; undefined where it no longer fits
 */
export function useDraft<Value>(
  name: string,
  initial: Value,
  parse: (kept: unknown) => Value | undefined,
): Draft<Value> {
  const store = useStore();
  const [value, setValue] = useState(initial);
  const [ready, setReady] = useState(false);
  const [restored, setRestored] = useState(false);
  const [state, setState] = useState<Draft<Value>['state']>('clean');
  const latest = useRef(value);
  const timer = useRef<number | undefined>(undefined);
  const writing = useRef<Promise<void>>(undefined);
  const first = useRef(initial);
  const how = useRef(parse);
  how.current = parse;

  useEffect(() => {
    if (store === undefined) {
      setReady(true);
      return;
    }
    let left = false;
    readDraft(store, name)
      .then((kept) => {
        if (left) return;
        const found = kept === undefined ? undefined : how.current(kept);
        if (found !== undefined) {
          latest.current = found;
          setValue(found);
          setRestored(true);
          setState('saved');
        }
      })
      .catch(() => setState('not-kept'))
      .finally(() => {
        if (!left) setReady(true);
      });
    return () => {
      left = true;
    };
  }, [store, name]);

  const save = useCallback(async () => {
    timer.current = undefined;
    if (store === undefined) return setState('not-kept');
    const write = async () => {
      try {
        await writeDraft(store, name, latest.current);
        if (timer.current === undefined) setState('saved');
      } catch {
        setState('not-kept');
      }
    };
    writing.current = write();
    await writing.current;
  }, [store, name]);

  // Leaving the screen or the window does not wait for the timer.
  useEffect(() => {
    const flush = () => {
      if (timer.current === undefined) return;
      window.clearTimeout(timer.current);
      void save();
    };
    window.addEventListener('pagehide', flush);
    return () => {
      window.removeEventListener('pagehide', flush);
      flush();
    };
  }, [save]);

  const change = useCallback<Draft<Value>['change']>(
    (next) => {
      latest.current = typeof next === 'function' ? (next as (value: Value) => Value)(latest.current) : next;
      setValue(latest.current);
      setState('saving');
      timer.current ??= window.setTimeout(() => void save(), DRAFT_DELAY_MILLISECONDS);
    },
    [save],
  );

  const drop = useCallback(async () => {
    window.clearTimeout(timer.current);
    timer.current = undefined;
    // A write that is under way would bring the draft back after it was dropped.
    await writing.current;
    latest.current = first.current;
    setValue(first.current);
    setState('clean');
    setRestored(false);
    if (store !== undefined) await dropDraft(store, name);
  }, [store, name]);

  return { value, ready, restored, state, change, drop };
}
