import { z } from 'zod';

/** Languages of what is printed. */
export const languages = ['en', 'de', 'es'] as const;
export const Language = z.enum(languages);
export type Language = z.infer<typeof Language>;

export const languageNames: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch', es: 'Español' };

const months: Readonly<Record<Language, readonly string[]>> = {
  en: [
    'January',
    'February',
    'March',
    'April',
    'May',
    'June',
    'July',
    'August',
    'September',
    'October',
    'November',
    'December',
  ],
  de: [
    'Januar',
    'Februar',
    'März',
    'April',
    'Mai',
    'Juni',
    'Juli',
    'August',
    'September',
    'Oktober',
    'November',
    'Dezember',
  ],
  es: [
    'enero',
    'febrero',
    'marzo',
    'abril',
    'mayo',
    'junio',
    'julio',
    'agosto',
    'septiembre',
    'octubre',
    'noviembre',
    'diciembre',
  ],
};

/** `8 May 2026`, `8. Mai 2026`, `8 de mayo de 2026`; what is not a day stays as it is. Spelled here: the same on every station. */
export function longDate(iso: string, language: Language): string {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso) ?? [];
  const name = months[language][Number(month) - 1];
  if (year === undefined || name === undefined) return iso;
  const at = Number(day);
  return { en: `${at} ${name} ${year}`, de: `${at}. ${name} ${year}`, es: `${at} de ${name} de ${year}` }[language];
}

/** `2026-05-08`, `08.05.2026` (DIN 5008), `08/05/2026`. */
export function shortDate(iso: string, language: Language): string {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso) ?? [];
  if (year === undefined || language === 'en') return iso;
  return language === 'de' ? `${day}.${month}.${year}` : `${day}/${month}/${year}`;
}

/** `2026-05-08 14:03 UTC`, `08.05.2026, 14:03 UTC`, `08/05/2026, 14:03 UTC`. */
export const shortMoment = (day: string, clock: string, language: Language): string =>
  language === 'en' ? `${day} ${clock} UTC` : `${shortDate(day, language)}, ${clock} UTC`;
