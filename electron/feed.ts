/**
 * Turns work that reports by calling back into a feed that can be iterated, so that progress and cancelling are
 * properties of the call. The feed ends when the work ends and fails when the work fails; a consumer that leaves early
 * aborts the work.
 */
export async function* progressFeed<Event>(
  work: (emit: (event: Event) => void, signal: AbortSignal) => Promise<void>,
  outer?: AbortSignal,
): AsyncGenerator<Event, void, void> {
  const leaving = new AbortController();
  const signal = outer === undefined ? leaving.signal : AbortSignal.any([outer, leaving.signal]);
  const waiting: Event[] = [];
  let wake: (() => void) | undefined;
  let finished = false;
  const done = work((event) => {
    waiting.push(event);
    wake?.();
  }, signal).finally(() => {
    finished = true;
    wake?.();
  });
  // The failure is rethrown below; without this a consumer that left early would leave it unhandled.
  done.catch(() => undefined);
  try {
    while (true) {
      while (waiting.length > 0) yield waiting.shift() as Event;
      if (finished) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    await done;
  } finally {
    leaving.abort();
  }
}
