/** What the worklist shows: which cases, in which groups, in which order. Pure, so that it can be tested without a screen. */
import type { CaseListing, CaseStatus } from '../../shared/vault/cases.ts';
import { matchesFilter } from '../ui/FilterField.tsx';
import { statusWords } from '../ui/words.ts';

const groupOf: Record<CaseStatus, 'work' | 'sign' | 'done'> = {
  imported: 'work',
  analyzed: 'work',
  'in-review': 'work',
  amending: 'work',
  decided: 'sign',
  signed: 'done',
  closed: 'done',
  erased: 'done',
};

const groupTitles = { work: 'To prepare and discuss', sign: 'Decided, to sign', done: 'Signed and closed' } as const;

/** Everything of a listing that a filter can find. */
const textOf = (listing: CaseListing): string =>
  [
    listing.pseudonym,
    listing.tumorTypeName,
    listing.tumorTypeCode,
    listing.stage,
    listing.question,
    statusWords[listing.status],
  ].join(' ');

export interface WorklistGroup {
  readonly id: 'work' | 'sign' | 'done';
  readonly title: string;
  readonly rows: readonly CaseListing[];
}

/** Made once: ten thousand names are compared in one go. */
const names = new Intl.Collator('en', { numeric: true });

/** Cases that still want work first; inside a group by pseudonym, so that a row stays where it was after an edit. */
export function worklistGroups(cases: readonly CaseListing[], filter: string): WorklistGroup[] {
  const shown = cases
    .filter((listing) => listing.status !== 'erased' && matchesFilter(filter, textOf(listing)))
    .toSorted((a, b) => names.compare(a.pseudonym, b.pseudonym));
  return (['work', 'sign', 'done'] as const)
    .map((id) => ({ id, title: groupTitles[id], rows: shown.filter((listing) => groupOf[listing.status] === id) }))
    .filter((group) => group.rows.length > 0);
}

/** The order in which N and P go through the cases: that of the unfiltered worklist. */
export const worklistOrder = (cases: readonly CaseListing[]): CaseListing[] =>
  worklistGroups(cases, '').flatMap((group) => group.rows);
