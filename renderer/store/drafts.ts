import { useCallback, useEffect, useRef, useState } from 'react';
import type { DraftRow, StoreDatabase } from './database.ts';
import { useStore } from './StoreProvider.tsx';

/** From the last key to the disk; the promise is 300 ms, and sealing takes single milliseconds. */
export const DRAFT_DELAY_MILLISECONDS = 120;

export const readDraft = async (store: StoreDatabase, name: string): Promise<DraftRow | undefined> =>
  store.drafts.get(await store.id(name));

/** What a write came to: kept, or held back because another window had written since. */
export type Written =
  | { readonly kept: true; readonly stamp: string }
  | { readonly kept: false; readonly row: DraftRow };

/**
 * Keeps a draft.
 * @param since the stamp of what this window last read or wrote; where the row bears another one nothing is written, and
 *   the row is given back. Not given: the last to write stands
 */
export async function writeDraft(
  store: StoreDatabase,
  name: string,
  value: unknown,
  since?: { readonly stamp: string | undefined },
): Promise<Written> {
  const id = await store.id(name);
  const stamp = crypto.randomUUID();
  // One transaction: between the look and the write no other window comes in.
  return store.transaction('rw', store.drafts, async (): Promise<Written> => {
    const row = since === undefined ? undefined : await store.drafts.get(id);
    if (row !== undefined && row.stamp !== since?.stamp) return { kept: false, row };
    await store.drafts.put({ id, value, savedAt: new Date().toISOString(), stamp });
    return { kept: true, stamp };
  });
}

export async function dropDraft(store: StoreDatabase, name: string): Promise<void> {
  await store.drafts.delete(await store.id(name));
}

/** Windows of one browser tell each other the opaque id of a draft they wrote, and nothing of it. */
const CHANNEL = 'consilium.drafts';

export interface Draft<Value> {
  readonly value: Value;
  /** False until the kept draft was looked for: fields wait for it, so that nothing jumps. */
  readonly ready: boolean;
  readonly restored: boolean;
  /** What stands here was typed in another window. */
  readonly follows: boolean;
  /** 'elsewhere': another window wrote this draft as well, and nothing is kept until somebody chooses. */
  readonly state: 'clean' | 'saving' | 'saved' | 'not-kept' | 'elsewhere';
  readonly change: (next: Value | ((value: Value) => Value)) => void;
  /** Forgets what was kept; the value is the initial one again. */
  readonly drop: () => Promise<void>;
  /** What another window wrote meanwhile, while it differs from what stands here. */
  readonly other: Value | undefined;
  /** Ends it: `here` keeps what stands here over the other's, which that window is shown in turn. */
  readonly settle: (by: 'here' | 'there') => void;
}

/**
 * What a person is typing, kept sealed on disk within 300 ms of each key and restored when the page comes back.
 * @param parse takes what was kept by whatever version of this program; undefined where it no longer fits
 * @param guarded true: two windows that type one draft never overwrite each other in silence. A window in which nobody
 *   typed follows the other; one in which somebody did holds its own and shows both. False: the last to write stands
 */
export function useDraft<Value>(
  name: string,
  initial: Value,
  parse: (kept: unknown) => Value | undefined,
  guarded = false,
): Draft<Value> {
  const store = useStore();
  const [value, setValue] = useState(initial);
  const [ready, setReady] = useState(false);
  const [restored, setRestored] = useState(false);
  const [state, setState] = useState<Draft<Value>['state']>('clean');
  const [other, setOther] = useState<Value>();
  const [follows, setFollows] = useState(false);
  const latest = useRef(value);
  const timer = useRef<number | undefined>(undefined);
  const writing = useRef<Promise<void>>(undefined);
  const first = useRef(initial);
  const how = useRef(parse);
  how.current = parse;
  /** Stamp of what this window last read or wrote. */
  const seen = useRef<string>(undefined);
  const typed = useRef(false);
  /** The other window's row, while nobody has chosen. */
  const rival = useRef<DraftRow>(undefined);
  const channel = useRef<BroadcastChannel>(undefined);
  const keepAgain = useRef<() => void>(() => undefined);
  /** What was changed before the kept draft was found: done again on top of it. Undefined once it was looked for. */
  const early = useRef<((value: Value) => Value)[] | undefined>([]);

  const tell = useCallback(
    async (to: StoreDatabase) => {
      if (guarded) channel.current?.postMessage(await to.id(name));
    },
    [guarded, name],
  );

  /** Takes what another window wrote: as its own where nobody typed here, beside its own where somebody did. */
  const meet = useCallback((row: DraftRow) => {
    const found = how.current(row.value);
    if (found === undefined || row.stamp === seen.current) return;
    const same = JSON.stringify(found) === JSON.stringify(how.current(latest.current));
    if (typed.current && !same) {
      window.clearTimeout(timer.current);
      timer.current = undefined;
      rival.current = row;
      setOther(found);
      setState('elsewhere');
      return;
    }
    seen.current = row.stamp;
    rival.current = undefined;
    setOther(undefined);
    setState('saved');
    if (same) return;
    latest.current = found;
    setValue(found);
    setRestored(false);
    setFollows(true);
  }, []);

  useEffect(() => {
    if (store === undefined) {
      early.current = undefined;
      setReady(true);
      return;
    }
    let left = false;
    early.current = [];
    readDraft(store, name)
      .then((row) => {
        if (left || row === undefined) return;
        const found = how.current(row.value);
        seen.current = row.stamp;
        if (found === undefined) return;
        latest.current = (early.current ?? []).reduce<Value>((value, alter) => alter(value), found);
        setValue(latest.current);
        setRestored(true);
        setState('saved');
      })
      .catch(() => setState('not-kept'))
      .finally(() => {
        if (left) return;
        if ((early.current?.length ?? 0) > 0) keepAgain.current();
        early.current = undefined;
        setReady(true);
      });
    return () => {
      left = true;
    };
  }, [store, name]);

  useEffect(() => {
    if (!guarded || store === undefined || typeof BroadcastChannel === 'undefined') return;
    let left = false;
    const open = new BroadcastChannel(CHANNEL);
    channel.current = open;
    open.onmessage = ({ data }: MessageEvent<unknown>) => {
      const look = async () => {
        if (data !== (await store.id(name))) return;
        const row = await readDraft(store, name);
        if (left) return;
        if (row !== undefined) return meet(row);
        // Recorded or discarded over there. What was typed here stays; the core says what became of the case.
        seen.current = undefined;
        if (rival.current !== undefined) {
          rival.current = undefined;
          setOther(undefined);
        }
        if (typed.current) return keepAgain.current();
        latest.current = first.current;
        setValue(first.current);
        setRestored(false);
        setFollows(false);
        setState('clean');
      };
      look().catch(() => undefined);
    };
    return () => {
      left = true;
      channel.current = undefined;
      open.close();
    };
  }, [guarded, store, name, meet]);

  const save = useCallback(async () => {
    timer.current = undefined;
    if (store === undefined) return setState('not-kept');
    const before = writing.current;
    const write = async () => {
      // One write of this window after another: each knows the stamp of the one before.
      await before;
      if (rival.current !== undefined) return;
      try {
        const written = await writeDraft(store, name, latest.current, guarded ? { stamp: seen.current } : undefined);
        if (!written.kept) return meet(written.row);
        seen.current = written.stamp;
        await tell(store);
        if (timer.current === undefined) setState('saved');
      } catch {
        setState('not-kept');
      }
    };
    writing.current = write();
    store.busy(writing.current);
    await writing.current;
  }, [store, name, guarded, meet, tell]);

  keepAgain.current = () => {
    setState('saving');
    timer.current ??= window.setTimeout(() => void save(), DRAFT_DELAY_MILLISECONDS);
  };

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

  const change = useCallback<Draft<Value>['change']>((next) => {
    const alter = typeof next === 'function' ? (next as (value: Value) => Value) : () => next;
    latest.current = alter(latest.current);
    early.current?.push(alter);
    setValue(latest.current);
    typed.current = true;
    setFollows(false);
    if (rival.current === undefined && early.current === undefined) keepAgain.current();
  }, []);

  const drop = useCallback(async () => {
    window.clearTimeout(timer.current);
    timer.current = undefined;
    // A write that is under way would bring the draft back after it was dropped.
    await writing.current;
    latest.current = first.current;
    typed.current = false;
    seen.current = undefined;
    rival.current = undefined;
    setOther(undefined);
    setValue(first.current);
    setState('clean');
    setRestored(false);
    setFollows(false);
    if (store === undefined) return;
    await dropDraft(store, name);
    await tell(store);
  }, [store, name, tell]);

  const settle = useCallback<Draft<Value>['settle']>(
    (by) => {
      const row = rival.current;
      if (row === undefined) return;
      rival.current = undefined;
      setOther(undefined);
      if (by === 'there') {
        typed.current = false;
        meet(row);
        return;
      }
      seen.current = row.stamp;
      keepAgain.current();
    },
    [meet],
  );

  return { value, ready, restored, follows, state, change, drop, other, settle };
}
