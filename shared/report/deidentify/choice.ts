import { z } from 'zod';
import type { Category } from './categories.ts';

/** How dates leave: their year, or all of a case moved by the same secret number of days, so that intervals stay. */
export const DateChoice = z.enum(['year', 'shifted']);
export type DateChoice = z.infer<typeof DateChoice>;

interface FieldFacts {
  readonly title: string;
  readonly categories: readonly Category[];
  /** Whether a person may let it leave. */
  readonly mayStay: boolean;
}

const anyText: readonly Category[] = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'R'];

/** Every part of a case that is not plain clinical fact, in the order in which it is shown. */
export const fields = {
  names: { title: 'Pseudonym and clinician', categories: ['A'], mayStay: false },
  codes: {
    title: 'Case id, report id, hashes, ids of specimens and assays',
    categories: ['H', 'I', 'J', 'R'],
    mayStay: false,
  },
  files: { title: 'Names of files and samples', categories: ['A', 'H', 'R'], mayStay: false },
  images: { title: 'Images and documents', categories: ['P', 'Q'], mayStay: false },
  notes: { title: 'Notes and letters', categories: anyText, mayStay: false },
  people: { title: 'People of the board, signers, journal', categories: ['A', 'R'], mayStay: false },
  dates: { title: 'Dates', categories: ['C'], mayStay: false },
  age: { title: 'Ages', categories: ['C'], mayStay: false },
  ancestry: { title: 'Ancestry', categories: [], mayStay: true },
  institution: { title: 'Institution and laboratory', categories: ['A', 'B'], mayStay: true },
  question: { title: 'Question', categories: anyText, mayStay: true },
  'diagnosis-words': { title: 'Diagnosis, site and histology in words', categories: anyText, mayStay: true },
  course: { title: 'Events of the course', categories: anyText, mayStay: true },
  goals: { title: 'Goals of the patient', categories: anyText, mayStay: true },
  comorbidities: { title: 'Comorbidities as written', categories: anyText, mayStay: true },
  allergies: { title: 'Allergies as written', categories: anyText, mayStay: true },
  family: { title: 'Family history', categories: ['A', 'C', 'R'], mayStay: true },
  medicines: { title: 'Medicines that the tables do not know, doses', categories: anyText, mayStay: true },
  'treatment-words': { title: 'Why a treatment ended, in words', categories: anyText, mayStay: true },
  'specimen-words': {
    title: 'Specimens in words: site, block, time of therapy',
    categories: ['H', 'R'],
    mayStay: true,
  },
  'assay-words': { title: 'Assays in words: name, method, limits', categories: ['B', 'M'], mayStay: true },
  'lab-names': { title: 'Laboratory values without a LOINC code', categories: anyText, mayStay: true },
  decision: { title: 'Decision: options and intent, without its texts', categories: [], mayStay: true },
} as const satisfies Record<string, FieldFacts>;

export type FieldId = keyof typeof fields;
export const fieldIds = Object.keys(fields) as FieldId[];
/** Fields that a person may let leave. */
export const choosableFields = fieldIds.filter((id) => fields[id].mayStay);

export const DeidentifyChoice = z.object({
  dates: DateChoice.default('year'),
  /** Fields that leave although they are left out by default. */
  keep: z.array(z.enum(choosableFields as [FieldId, ...FieldId[]])).default([]),
});
export type DeidentifyChoice = z.infer<typeof DeidentifyChoice>;

/** One field of one case: what becomes of it. */
export const DeidentifiedField = z.object({
  field: z.enum(fieldIds as [FieldId, ...FieldId[]]),
  title: z.string(),
  /** Letters of the Safe Harbor categories that it can hold. */
  categories: z.array(z.string()),
  /** Values of this case. */
  values: z.number().int().nonnegative(),
  done: z.enum(['kept', 'removed', 'replaced', 'year', 'shifted', 'grouped']),
  mayStay: z.boolean(),
});
export type DeidentifiedField = z.infer<typeof DeidentifiedField>;
