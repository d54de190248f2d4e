import { z } from 'zod';
import { CaseId } from '../foundation/ids.ts';
import { PackManifest } from './evidence.ts';
import { BriefDifference } from './pack-diff.ts';
import { SiteChange } from './site-change.ts';

/** What a pack would say differently in one open case; nothing changes in it until it is analysed again. */
export const CaseEffect = z.object({
  caseId: CaseId,
  pseudonym: z.string(),
  /** How many statements; absent where the case could not be compared. */
  differences: z.number().int().nonnegative().optional(),
  /** The first of them as `what: before → after`; empty for somebody without a seat at the table. */
  says: z.array(z.string()),
  /** Why it could not be compared. */
  reason: z.string().optional(),
});
export type CaseEffect = z.infer<typeof CaseEffect>;

export const PackPreview = z.object({
  act: z.enum(['install', 'rollback']),
  id: z.string(),
  /** Version in use; absent where there is none. */
  from: z.string().optional(),
  /** Version that would be; absent where only the site had the pack and nothing is left. */
  to: z.string().optional(),
  publisher: z.string().optional(),
  manifest: PackManifest.optional(),
  /** Names what was looked at: only this is installed. */
  manifestSha256: z.string().optional(),
  files: z.array(BriefDifference),
  /** Open cases, each compared under both versions. */
  effect: z.array(CaseEffect),
});
export type PackPreview = z.infer<typeof PackPreview>;

/** A file handed over under a ticket; the path is that inside the chosen folder, or the name of the zip. */
const HandedFile = z.object({ ticket: z.string(), path: z.string().max(240) });

/** What is looked at before it is done: a pack handed over, or the way back. */
export const PackTry = z.discriminatedUnion('act', [
  z.object({ act: z.literal('install'), files: z.array(HandedFile).min(1).max(200) }),
  z.object({ act: z.literal('rollback'), id: z.string().max(60) }),
]);
export type PackTry = z.infer<typeof PackTry>;

const Reason = z.string().trim().min(3).max(500);
export const PackAct = z.discriminatedUnion('act', [
  /** Of the pack that was looked at last, by the hash of its manifest. */
  z.object({ act: z.literal('install'), manifestSha256: z.string().length(64), reason: Reason }),
  z.object({ act: z.literal('rollback'), id: z.string().max(60), reason: Reason }),
]);
export type PackAct = z.infer<typeof PackAct>;

export const PackProgress = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('step'), message: z.string(), done: z.number().int(), of: z.number().int() }),
  z.object({ kind: z.literal('tried'), preview: PackPreview }),
  z.object({ kind: z.literal('done'), change: SiteChange }),
]);
export type PackProgress = z.infer<typeof PackProgress>;

export const EnrollPublisher = z.object({
  /** The public key as PEM. */
  pem: z.string().max(4096),
  name: z.string().trim().min(2).max(120),
  reason: Reason,
});
export type EnrollPublisher = z.infer<typeof EnrollPublisher>;

export const EnrolledPublisher = z.object({
  keyId: z.string(),
  name: z.string(),
  enrolledOn: z.string(),
  enrolledBy: z.string().optional(),
});
export type EnrolledPublisher = z.infer<typeof EnrolledPublisher>;

/** One line of the journal about packs and their publishers. */
export const PackJournalRow = z.object({
  sequence: z.number().int(),
  at: z.string(),
  by: z.string(),
  act: z.enum(['installed', 'rolled-back', 'refused', 'publisher-enrolled']),
  /** Pack or publisher; absent where what was refused had no name that could be read. */
  id: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  reason: z.string(),
});
export type PackJournalRow = z.infer<typeof PackJournalRow>;
