/** Retention in words: what the rules say, and how a case stands by them. */
import type { RetentionStanding } from '../../shared/vault/retention.ts';
import type { ErasureReason, RetentionGroup, RetentionPeriod } from '../../shared/vault/retention-rules.ts';
import { moment, plural } from '../ui/words.ts';

/** Periods end on days. */
export const day = (iso: string): string => moment(iso).slice(0, 10);

export const groupWords: Readonly<Record<RetentionGroup, string>> = {
  unfinished: 'Never decided',
  decided: 'Decided, not signed',
  signed: 'Signed or closed',
};

export const reasonWords: Readonly<Record<ErasureReason, string>> = {
  'patient-request': 'The patient asked for it',
  'retention-ended': 'The retention period has ended',
  'imported-in-error': 'The case was imported in error',
};

const startWords = { 'last-act': 'the last act', decision: 'the decision' } as const;

export const periodWords = ({ years, from }: RetentionPeriod): string =>
  years === null ? 'kept without end' : `${plural(years, 'year')} after ${startWords[from]}`;

/** From when the period runs, by which rule. */
export const startOf = (standing: RetentionStanding): string =>
  standing.kind === 'no-rule'
    ? 'no period'
    : `${plural(standing.years, 'year')} after ${startWords[standing.from]} of ${day(standing.since)}`;

/** How the case stands today, in one phrase. */
export function standingWords(standing: RetentionStanding): string {
  switch (standing.kind) {
    case 'no-rule':
      return 'kept without end';
    case 'kept':
      return `kept until ${day(standing.until)}`;
    case 'due':
      return `ended on ${day(standing.until)}`;
    case 'unclear':
      return 'unclear, the clocks disagree';
  }
}
