/** What passes the exchange desk: what may be sent and how, what is shown before it is, and what the journal keeps of it. */
import { z } from 'zod';
import { CaseId } from '../foundation/ids.ts';
import { DeidentifiedField } from '../report/deidentify/index.ts';
import { DraftPreview } from './lab/desk.ts';

export const ExportFormat = z.enum([
  'fhir',
  'phenopacket',
  'phenopacket-family',
  'phenopacket-cohort',
  'cbioportal',
  'mtb',
  'mtb-elements',
  'maf',
  'vcf',
  'seg',
]);
export type ExportFormat = z.infer<typeof ExportFormat>;

/** Formats in which several cases leave in one file. */
export const OF_SEVERAL: ReadonlySet<string> = new Set<ExportFormat>(['phenopacket-cohort', 'cbioportal']);
/** Cases that may leave in one file from the desk; a whole vault leaves by the command line. */
export const SEVERAL_LIMIT = 200;
/** Name of a study or cohort: what `cancer_study_identifier` may hold. */
export const StudyName = z.string().regex(/^[A-Za-z0-9_-]{1,60}$/);
export const DEFAULT_STUDY = 'consilium_cases';

/** `pseudonymised` is the case as it stands; `reduced` is what `reducedInput` leaves of it. */
export const IdentityLevel = z.enum(['pseudonymised', 'reduced']);
export type IdentityLevel = z.infer<typeof IdentityLevel>;

export const ExportPreview = z.object({
  fileName: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  /** SHA-256 of the very bytes that an export at this moment would write. */
  sha256: z.string(),
  /** The values in the order in which they stand, by part of the file. */
  fields: z.array(
    z.object({
      part: z.string(),
      place: z.string(),
      value: z.string(),
      /** What the place is called by the standard or the sender, where the path alone does not say it. */
      meaning: z.string().optional(),
    }),
  ),
  /** All values, where only the first are given. */
  fieldCount: z.number().int().nonnegative(),
  withheld: z.array(z.object({ what: z.string(), why: z.string() })),
  /** What could still name the person (F104); of the reduced level. */
  risks: z.array(z.object({ what: z.string(), why: z.string() })).default([]),
  /** What becomes of each field of the case at the reduced level, and whether a person may let it leave. */
  choices: z.array(DeidentifiedField).default([]),
  /** At the reduced level: whether what leaves keeps to the list of Safe Harbor. */
  safeHarbor: z.boolean().optional(),
});
export type ExportPreview = z.infer<typeof ExportPreview>;

export const Transaction = z.object({
  sequence: z.number().int().positive(),
  time: z.string(),
  actor: z.string(),
  caseId: CaseId.nullable(),
  what: z.enum(['sent', 'queued', 'failed', 'cancelled', 'received', 'refused', 'drafted', 'quarantined', 'retried']),
  format: z.string().optional(),
  level: IdentityLevel.optional(),
  channel: z.string().optional(),
  sha256: z.string().optional(),
  sizeBytes: z.number().optional(),
  /** The fault's code, where it failed or was refused. */
  code: z.string().optional(),
});
export type Transaction = z.infer<typeof Transaction>;

export const QueuedMessage = z.object({
  messageId: z.string(),
  caseId: CaseId,
  channel: z.string(),
  format: z.string(),
  queuedAt: z.string(),
  attempts: z.number().int().nonnegative(),
  sizeBytes: z.number().int().nonnegative(),
});

export const ExchangeDesk = z.object({
  /** Newest first. */
  transactions: z.array(Transaction),
  queue: z.array(QueuedMessage),
});
export type ExchangeDesk = z.infer<typeof ExchangeDesk>;

/** A file that came from outside, as the cases it would become. */
export const TriedImport = z.object({
  format: z.string(),
  cases: z.array(
    z.object({
      caseId: CaseId,
      pseudonym: z.string(),
      /** Whether a case of this id is in the vault already. */
      known: z.boolean(),
      preview: DraftPreview,
    }),
  ),
  caseCount: z.number().int().nonnegative(),
  notes: z.array(z.object({ place: z.string(), reason: z.string() })),
  unread: z.number().int().nonnegative(),
});
export type TriedImport = z.infer<typeof TriedImport>;

/** What an import could not take into a case, each with its place. */
export const ImportNotes = z.object({
  kind: z.literal('noted'),
  format: z.string(),
  notes: z.array(z.object({ place: z.string(), reason: z.string() })),
  unread: z.number().int().nonnegative(),
});
export type ImportNotes = z.infer<typeof ImportNotes>;
