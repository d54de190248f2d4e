/**
 * "Patients like this" (F038): the group of at least 30 patients of the cohort whose middle lies nearest, as aggregates, with how far
 * the patient is from it in words. No patient's row ships, and nothing is estimated from a group: it says what happened.
 */
import { z } from 'zod';
import type { CaseRecord } from '../case/case-record.ts';
import { gradeNumber, stageNumber } from './case-features.ts';
import { gradeOfGlioma } from './cohort-of.ts';
import { CurvePoint } from './predictions.ts';

/** F037: fewer patients than this say nothing. */
export const LEAST_ALIKE = 30;

const Group = z.object({
  patients: z.number().int().min(LEAST_ALIKE),
  deaths: z.number().int(),
  /** Age, stage or grade, share of women; each times its weight. */
  centre: z.tuple([z.number(), z.number(), z.number()]),
  /** 95 % of the group's own patients lie within it. */
  radius: z.number().positive(),
  /** 5 %, 50 % and 95 % of age, years. */
  age: z.tuple([z.number(), z.number(), z.number()]),
  female: z.number(),
  levels: z.record(z.string(), z.number()),
  mutated: z.array(z.tuple([z.string(), z.number()])),
  /** month, survival, low, high, at risk. */
  curve: z.array(z.tuple([z.number(), z.number(), z.number(), z.number(), z.number().int()])),
});

/** archetypes.json, written by models/training/aggressiveness/archetypes.py. */
export const Archetypes = z.object({
  weights: z.tuple([z.number(), z.number(), z.number()]),
  types: z.record(
    z.string(),
    z.object({
      /** What the second number is: TCGA's gliomas have a grade and no stage. */
      by: z.enum(['stage', 'grade']),
      patients: z.number().int(),
      /** Patients without one of the three facts. */
      leftOut: z.number().int(),
      groups: z.array(Group).min(1),
    }),
  ),
});
export type Archetypes = z.infer<typeof Archetypes>;

export const PatientsLikeThis = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('near'),
    cohort: z.string(),
    /** Of how many groups of how many patients it is the nearest. */
    groups: z.number().int(),
    cohortPatients: z.number().int(),
    patients: z.number().int(),
    deaths: z.number().int(),
    sentence: z.string(),
    /** How the patient differs from the group's middle, a line each. */
    distance: z.array(z.string()),
    levels: z.array(z.tuple([z.string(), z.number()])),
    mutated: z.array(z.tuple([z.string(), z.number()])),
    treatments: z.string(),
    points: z.array(CurvePoint),
  }),
  z.object({ state: z.literal('none'), reason: z.string() }),
]);
export type PatientsLikeThis = z.infer<typeof PatientsLikeThis>;

const TREATMENTS =
  'The source does not record treatments well enough to be told; care was that of 1990 to 2013, mostly in the United States.';
const ROMAN = ['', 'I', 'II', 'III', 'IV'] as const;
const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** The nearest group, or that none is near enough and why. */
export function patientsLikeThis(
  { weights, types }: Archetypes,
  cohort: string | undefined,
  name: string,
  { patient, diagnosis }: Pick<CaseRecord, 'patient' | 'diagnosis'>,
): PatientsLikeThis {
  const none = (reason: string): PatientsLikeThis => ({ state: 'none', reason });
  const type = cohort === undefined ? undefined : types[cohort];
  if (cohort === undefined || type === undefined) return none('No cohort here is of this tumor type.');
  const { by, groups } = type;
  const stage = stageNumber(diagnosis.stage);
  const level =
    by === 'grade'
      ? (gradeNumber(diagnosis.grade) ?? gradeOfGlioma(diagnosis.oncotreeCode))
      : stage === undefined
        ? undefined
        : Math.round(stage);
  const age = patient.ageYears;
  const female = patient.sex === 'female' ? 1 : patient.sex === 'male' ? 0 : undefined;
  const unknown = [
    ...(age === undefined ? ['age'] : []),
    ...(level === undefined ? [by] : []),
    ...(female === undefined ? ['sex'] : []),
  ];
  if (age === undefined || level === undefined || female === undefined)
    return none(`Not known of this patient: ${unknown.join(', ')}. Without it nobody can be said to be like them.`);
  const own = [age * weights[0], level * weights[1], female * weights[2]] as const;
  // In units of the group's own spread: a wide group reaches further than a narrow one.
  const away = groups.map(
    ({ centre, radius }) => Math.hypot(...own.map((value, i) => value - (centre[i] as number))) / radius,
  );
  const nearest = away.indexOf(Math.min(...away));
  const group = groups[nearest] as (typeof groups)[number];
  const middle = { level: group.centre[1] / weights[1], age: group.age[1] };
  const levelWords = by === 'stage' ? `stage ${ROMAN[level]}` : `grade ${level}`;
  const share = group.levels[by === 'stage' ? (ROMAN[level] ?? '') : String(level)];
  const years = Math.round(age - middle.age);
  const distance = [
    `Age ${age}: ${years === 0 ? 'the middle of the group' : `${Math.abs(years)} years ${years > 0 ? 'older' : 'younger'} than its middle (${Math.round(middle.age)}; 90 % are ${Math.round(group.age[0])} to ${Math.round(group.age[2])})`}.`,
    `${by === 'stage' ? 'Stage' : 'Grade'}: ${share === undefined ? `hardly anybody in the group has ${levelWords}` : `${percent(share)} of the group have ${levelWords}`}.`,
    `Sex: ${percent(female === 1 ? group.female : 1 - group.female)} of the group are ${female === 1 ? 'women' : 'men'}.`,
  ];
  if ((away[nearest] as number) > 1)
    return none(
      `None of the ${groups.length} groups of ${name} is near enough: the nearest (${group.patients} patients) lies further away than 95 % of its own patients do. ${distance.join(' ')}`,
    );
  const points = group.curve.map(([months, survival, low, high, atRisk]) => ({ months, survival, low, high, atRisk }));
  const at = points.findLast(({ months }) => months <= 60);
  const alive =
    at === undefined || at.months < 24
      ? 'the follow-up is shorter than two years'
      : `${percent(at.survival)} (95 % interval ${percent(at.low)} to ${percent(at.high)}) were alive at ${at.months} months`;
  return {
    state: 'near',
    cohort,
    groups: groups.length,
    cohortPatients: type.patients,
    patients: group.patients,
    deaths: group.deaths,
    sentence: `Of the ${group.patients} patients with ${name} most like this one by age, ${by} and sex, ${alive}.`,
    distance,
    levels: Object.entries(group.levels),
    mutated: group.mutated,
    treatments: TREATMENTS,
    points,
  };
}
