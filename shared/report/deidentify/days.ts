/** Dates of a patient: to their year, or all moved by the same number of days. */
import type { DateChoice } from './choice.ts';

const DAY = 86_400_000;
/** A day, month or year of the record; and a moment. */
export const isDay = (text: string): boolean => /^\d{4}-\d{2}(?:-\d{2})?$/u.test(text);

/**
 * `YYYY-MM-DD`, `YYYY-MM`, `YYYY` or a moment, moved by days; as exact as it was. Months and years move by their middle.
 * A text that is no date stays.
 */
function moved(text: string, days: number): string {
  const [, year = '', month, day, rest = ''] = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(T.*)?)?)?$/u.exec(text) ?? [];
  if (year === '') return text;
  const at = Date.UTC(Number(year), month === undefined ? 6 : Number(month) - 1, day === undefined ? 15 : Number(day));
  if (Number.isNaN(at)) return text;
  const there = new Date(at + days * DAY).toISOString();
  if (month === undefined) return there.slice(0, 4);
  return day === undefined ? there.slice(0, 7) : `${there.slice(0, 10)}${rest}`;
}

/** A date of the record as it may leave. */
export const dayFor = (choice: DateChoice, offsetDays: number): ((text: string) => string) =>
  choice === 'year' ? (text) => text.slice(0, 4) : (text) => moved(text, offsetDays);

/** A moment, where a format asks for one: the first of its year stands for the year. */
export const momentFor = (choice: DateChoice, offsetDays: number): ((text: string) => string) =>
  choice === 'year' ? (text) => `${text.slice(0, 4)}-01-01T00:00:00.000Z` : (text) => moved(text, offsetDays);

/** Safe Harbor groups ages over 89. */
export const groupedAge = (years: number): number => Math.min(years, 90);
