import { z } from 'zod';

/** One change of what a site uses, a pack or a model. Versions are absent where there was none, or where it is no longer whole. */
export const SiteChange = z.object({
  changeId: z.uuid(),
  /** ISO 8601, from the station's clock. */
  at: z.string(),
  act: z.enum(['installed', 'rolled-back']),
  id: z.string(),
  from: z.string().optional(),
  /** Absent for the one that ships with the program. */
  to: z.string().optional(),
  manifestSha256: z.string().optional(),
  publisher: z.string().optional(),
  /** Name of the person, or of the account of the machine for a change from the command line. */
  by: z.string(),
  reason: z.string(),
});
export type SiteChange = z.infer<typeof SiteChange>;

/** Changes of which no payload of the journal tells yet, in their order. */
export function untoldChanges(changes: readonly SiteChange[], payloads: readonly unknown[]): SiteChange[] {
  const told = new Set(payloads.flatMap((payload) => SiteChange.safeParse(payload).data?.changeId ?? []));
  return changes.filter(({ changeId }) => !told.has(changeId));
}
