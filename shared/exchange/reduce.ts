/**
 * What may leave where pseudonyms and days are too much: years in place of dates, ages of 90 and over as 90 (both as in the
 * Safe Harbor method, 45 CFR 164.514(b)(2)), and no free text of people. This is a reduction, not an anonymisation: genomic
 * data identify whoever has a second copy of them, and the case id stays, because it names nothing outside this vault.
 */
import type { ReportInput } from '../report/report-input.ts';
import type { Withheld } from './fhir/export.ts';

const DATE = /^\d{4}-\d{2}(?:-\d{2})?$/u;

function yearsOnly<Value>(value: Value): Value {
  if (typeof value === 'string') return (DATE.test(value) ? value.slice(0, 4) : value) as Value;
  if (Array.isArray(value)) return value.map(yearsOnly) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, yearsOnly(held)])) as Value;
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
  const old = ageYears !== undefined && ageYears > 90;
  return {
    input: {
      ...input,
      record: yearsOnly({
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
      }),
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
