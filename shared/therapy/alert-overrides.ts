/** Alerts that somebody overrode, with the reason; a projection of the journal, never stored beside it (F129, G22). */
import { z } from 'zod';
import type { JournalEvent } from '../vault/events.ts';

/** The payload of `option.reviewed` where it is about an alert. */
export const AlertAct = z.discriminatedUnion('act', [
  z.object({
    act: z.literal('override'),
    optionId: z.string().max(400),
    findingId: z.string().max(600),
    reason: z.string().trim().min(3).max(500),
  }),
  /** Takes the override back: the alert interrupts again. */
  z.object({ act: z.literal('restore'), optionId: z.string().max(400), findingId: z.string().max(600) }),
]);
export type AlertAct = z.infer<typeof AlertAct>;

export const AlertOverride = z.object({
  optionId: z.string(),
  findingId: z.string(),
  reason: z.string(),
  by: z.string(),
  at: z.string(),
});
export type AlertOverride = z.infer<typeof AlertOverride>;

/** How many alerts stood in the rows of the cases of a station, and how many of them were overridden. */
export const AlertRate = z.object({
  cases: z.number().int(),
  shown: z.number().int(),
  overridden: z.number().int(),
});
export type AlertRate = z.infer<typeof AlertRate>;

/** Latest wins, by sequence. Entries of erased cases carry no payload and count for nothing. */
export function projectAlertOverrides(
  events: readonly Pick<JournalEvent, 'sequence' | 'time' | 'actor' | 'type' | 'payload' | 'erased'>[],
): AlertOverride[] {
  const standing = new Map<string, AlertOverride>();
  for (const event of [...events].sort((a, b) => a.sequence - b.sequence)) {
    if (event.type !== 'option.reviewed' || event.erased) continue;
    const read = AlertAct.safeParse(event.payload);
    if (!read.success) continue;
    const { optionId, findingId } = read.data;
    if (read.data.act === 'restore') standing.delete(findingId);
    else
      standing.set(findingId, {
        optionId,
        findingId,
        reason: read.data.reason,
        by: event.actor,
        at: event.time,
      });
  }
  return [...standing.values()].sort((a, b) => (a.findingId < b.findingId ? -1 : 1));
}
