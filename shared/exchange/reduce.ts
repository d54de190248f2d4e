/**
 * What may leave where pseudonyms and days are too much: years in place of dates, ages of 90 and over as 90 (both as in the
 * Safe Harbor method, 45 CFR 164.514(b)(2)), and no free text of people. This is a reduction, not an anonymisation: genomic
 * data identify whoever has a second copy of them, and the case id stays, because it names nothing outside this vault.
 */
import type { ReportInput } from '../report/report-input.ts';
import type { Withheld } from './fhir/export.ts';

const DAY = /^\d{4}-\d{2}(?:-\d{2})?$/u;

/** Every string of a document, rewritten. */
function rewritten<Value>(value: Value, rewrite: (text: string) => string): Value {
  if (typeof value === 'string') return rewrite(value) as Value;
  if (Array.isArray(value)) return value.map((item) => rewritten(item, rewrite)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, rewritten(held, rewrite)])) as Value;
}

/**
 * A rewrite that takes the record's days, and an age above 90, out of sentences too: options say from which laboratory value
 * of which day they reckon. Dates that are not of the patient, such as versions of packs, stay.
 */
function withoutDays(record: ReportInput['record']): (text: string) => string {
  const days = new Set<string>();
  rewritten(record, (text) => {
    if (DAY.test(text)) days.add(text);
    return text;
  });
  const any = new RegExp(
    `(?<!\\d)(?:${[...days].sort((a, b) => b.length - a.length).join('|') || '(?!)'})(?!\\d)`,
    'gu',
  );
  const age = record.patient.ageYears ?? 0;
  const old = age > 90 ? new RegExp(`(?<!\\d)${age}(?= years)`, 'gu') : /(?!)/gu;
  return (text) => text.replace(any, (day) => day.slice(0, 4)).replace(old, '90');
}

/** The input of an export without days, free text and names; what is left out is listed, an empty part is not. */
export function reducedInput(input: ReportInput): {
  readonly input: ReportInput;
  readonly withheld: readonly Withheld[];
} {
  const { record, board } = input;
  const why = 'level "reduced": free text of people can name them';
  const texts: [what: string, count: number][] = [
    ['notes', record.notes.length],
    ['events of the course', record.course.length],
    ['goals of the patient', record.patientGoals.length],
    ['comorbidities as written', record.comorbidities.length],
    ['images', record.images.length],
    ['documents', record.documents.length],
    ['the decision and what the board wrote', board.decision === undefined ? 0 : 1],
  ];
  const { referrer, ...rest } = record;
  const { ancestry, ageYears, ...patient } = record.patient;
  const rewrite = withoutDays(record);
  const old = ageYears !== undefined && ageYears > 90;
  return {
    input: {
      ...input,
      intake: rewritten(input.intake, rewrite),
      profile: rewritten(input.profile, rewrite),
      predictions: rewritten(input.predictions, rewrite),
      options: rewritten(input.options, rewrite),
      record: rewritten(
        {
          ...rest,
          patient: {
            ...patient,
            pseudonym: 'Withheld',
            ...(ageYears === undefined ? {} : { ageYears: Math.min(ageYears, 90) }),
          },
          question: 'Withheld',
          notes: [],
          course: [],
          patientGoals: [],
          comorbidities: [],
          images: [],
          documents: [],
        },
        rewrite,
      ),
      board: { reviews: [] },
    },
    withheld: [
      { what: 'pseudonym and question', why: 'level "reduced"' },
      { what: 'day and month of every date of the record', why: 'level "reduced": the year stays' },
      ...(old ? [{ what: 'age', why: 'level "reduced": 90 stands for 90 and over' }] : []),
      ...(ancestry === undefined ? [] : [{ what: 'ancestry', why: 'level "reduced"' }]),
      ...(referrer === undefined ? [] : [{ what: 'clinician and institution', why: 'level "reduced"' }]),
      ...texts
        .filter(([, count]) => count > 0)
        .map(([what, count]) => ({ what: count === 1 ? what : `${count} ${what}`, why })),
    ],
  };
}
