import type { SignedReportRecord } from '../../../shared/report/report.ts';

type Meaning = SignedReportRecord['meaning'];

/** What a signature stands for, as PDF readers show it under "reason" (R54; 21 CFR 11.50). */
const WORDS: Readonly<Record<Meaning, string>> = {
  author: 'Author of this report',
  review: 'Review of this report',
  approval: 'Approval of this report',
};

export const reasonOf = (meaning: Meaning, more?: string): string =>
  more === undefined || more.trim() === '' ? WORDS[meaning] : `${WORDS[meaning]}: ${more.trim()}`;

/** The meaning in a reason this program wrote; any other reason as it stands. */
export function meaningIn(reason: string): string {
  const found = (Object.keys(WORDS) as Meaning[]).find(
    (meaning) => reason === WORDS[meaning] || reason.startsWith(`${WORDS[meaning]}: `),
  );
  return found ?? reason;
}
