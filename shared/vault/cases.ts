import { z } from 'zod';
import { CaseId } from '../foundation/ids.ts';

/** Where a case stands on its way through the board. */
export const CaseStatus = z.enum([
  'imported',
  'analyzed',
  'in-review',
  'decided',
  'signed',
  'amending',
  'closed',
  'erased',
]);
export type CaseStatus = z.infer<typeof CaseStatus>;

/** What the worklist shows of a case; whoever imports or changes a case says it in the event. */
export const CaseListingFields = z.object({
  pseudonym: z.string(),
  /** OncoTree code, or null where the bundle gives none. */
  tumorTypeCode: z.string().nullable(),
  tumorTypeName: z.string().nullable(),
  stage: z.string().nullable(),
  question: z.string().nullable(),
});
export type CaseListingFields = z.infer<typeof CaseListingFields>;

export const CaseListing = CaseListingFields.extend({
  caseId: CaseId,
  status: CaseStatus,
  createdAt: z.string(),
  updatedAt: z.string(),
  /** Sequence of the last event that changed the case (views do not): the version to name when writing. */
  version: z.number().int().nonnegative(),
});
export type CaseListing = z.infer<typeof CaseListing>;

/** Orders names as people do: case and accents aside, and 9 before 10. Gives the same key wherever it is computed. */
export const naturalKey = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/\d+/g, (digits) => digits.replace(/^0+(?=\d)/, '').padStart(15, '0'));

/** Asks for the worklist a page at a time: what wants work first, then by name; erased cases come last. */
export const CaseQuery = z.object({
  /** `next` of the page before; leave out for the first. */
  after: z.string().max(2000).optional(),
  limit: z.number().int().min(1).max(500).default(60),
});
export type CaseQuery = z.input<typeof CaseQuery>;

export const CasePage = z.object({
  cases: z.array(CaseListing),
  /** Cases that are not erased, on whichever page. */
  total: z.number().int().nonnegative(),
  /** Give it as `after` for the next page; null at the end. */
  next: z.string().nullable(),
});
export type CasePage = z.infer<typeof CasePage>;
