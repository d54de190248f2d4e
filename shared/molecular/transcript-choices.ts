import { z } from 'zod';

/** The transcripts of a finding's gene, as a screen offers them (F009). */
export const TranscriptChoices = z.object({
  gene: z.string(),
  /** The transcript that a person chose; absent where the annotation's own order speaks. */
  chosen: z.string().optional(),
  /** Version of the annotation; absent where the site laid none down. */
  annotation: z.string().optional(),
  /** Why there is nothing to choose; absent where there is. */
  reason: z.string().optional(),
  rows: z.array(
    z.object({
      transcript: z.string(),
      hgvsCoding: z.string().optional(),
      hgvsProtein: z.string().optional(),
      consequence: z.string(),
      mark: z.enum(['MANE Select', 'chosen by its database', 'none']),
    }),
  ),
});
export type TranscriptChoices = z.infer<typeof TranscriptChoices>;
