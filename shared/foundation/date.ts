/** Dates and moments that can be: formats are checked by patterns, the calendar is checked here. */
import { z } from 'zod';

const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?)?)?$/;
const FIRST_YEAR = 1850;
const LAST_YEAR = 2200;

/** Whether a year, month, day or moment of this name exists, in years in which somebody alive may have been born or seen. */
export function isPossibleDate(text: string): boolean {
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00'] = DATE.exec(text) ?? [];
  if (year === undefined || Number(year) < FIRST_YEAR || Number(year) > LAST_YEAR) return false;
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  const date = new Date(Date.UTC(y, m - 1, d));
  // A leap second is one; midnight may be named by 24:00.
  const time = Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  const isTime = Number(minute) < 60 && Number(second) < 61 && time <= 86_400;
  return isTime && m >= 1 && m <= 12 && date.getUTCMonth() === m - 1 && date.getUTCDate() === d;
}

/** A moment or date as a document carries it. */
export const Moment = z.string().refine(isPossibleDate, 'a moment that can be, as YYYY-MM-DDThh:mm:ssZ');
