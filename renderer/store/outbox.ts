import { useLiveQuery } from 'dexie-react-hooks';
import type { OutboxCommand, OutboxRow, StoreDatabase } from './database.ts';
import { useStore } from './StoreProvider.tsx';

/**
 * Runs a command so that a crash of either side loses nothing: kept first, sent, and forgotten only when the core has
 * answered, be it with a refusal. What stays unanswered is offered again after the next unlock.
 * @param isAnswer whether an error is the core's own answer (a fault) rather than a lost connection
 */
export async function send<Answer>(
  store: StoreDatabase | undefined,
  command: OutboxCommand,
  run: () => Promise<Answer>,
  isAnswer: (error: unknown) => boolean,
): Promise<Answer> {
  const id = crypto.randomUUID();
  await store?.outbox.put({ id, command, queuedAt: new Date().toISOString() });
  try {
    const answer = await run();
    await store?.outbox.delete(id);
    return answer;
  } catch (error) {
    if (isAnswer(error)) await store?.outbox.delete(id);
    throw error;
  }
}

/** Commands that were sent before the last stop and never answered, oldest first. */
export function useUnanswered(before: string): readonly OutboxRow[] {
  const store = useStore();
  const rows = useLiveQuery(async () => (store === undefined ? [] : store.outbox.toArray()), [store]);
  return (rows ?? []).filter((row) => row.queuedAt < before).sort((a, b) => (a.queuedAt < b.queuedAt ? -1 : 1));
}
