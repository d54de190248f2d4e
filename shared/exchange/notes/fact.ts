/** What a rule reads in free text: a span, what it says, and whether it is said of this patient at all. */
import { z } from 'zod';

export const NoteField = z.enum([
  'diagnosis',
  'stage',
  'performance-status',
  'biomarker',
  'medication',
  'allergy',
  'family-history',
]);
export type NoteField = z.infer<typeof NoteField>;

/**
 * `not-assayed` is a marker whose result is awaited or was never asked for; it is never `negated`. `uncertain` holds
 * suspicion and what is only considered or planned.
 */
export const Assertion = z.enum(['present', 'negated', 'uncertain', 'historical', 'not-assayed']);
export type Assertion = z.infer<typeof Assertion>;

export const NoteFact = z.object({
  /** Names note, span and what is said; a confirmation holds for exactly this reading and for no other. */
  id: z.string(),
  /** Place of the note in the record's list. */
  note: z.number().int().nonnegative(),
  field: NoteField,
  /** UTF-16 offsets into the note's text, end exclusive. */
  start: z.number().int().nonnegative(),
  end: z.number().int().positive(),
  text: z.string(),
  /** Normalised: an OncoTree code, `IIIB`, `ECOG 1`, `EGFR L858R`, an ingredient, a condition. */
  value: z.string(),
  assertion: Assertion,
  /** Whose it is. */
  experiencer: z.enum(['patient', 'family']),
  /** The relative, of family history. */
  relation: z.string().optional(),
  /** Dose as written, of medication. */
  dose: z.string().optional(),
  /** A marker that is only named: no result of it was read, so that there is nothing to write. */
  named: z.literal(true).optional(),
  /** The words that decided the assertion, where words did. */
  cue: z.object({ start: z.number().int(), end: z.number().int(), text: z.string() }).optional(),
});
export type NoteFact = z.infer<typeof NoteFact>;

/** What a person said of a fact; one nobody looked at has none. */
export const NoteVerdict = z.enum(['confirmed', 'dismissed']);
export type NoteVerdict = z.infer<typeof NoteVerdict>;
