/**
 * Kidney and liver function from the labs of a record: eGFR by CKD-EPI 2021 (Inker et al., N Engl J Med 2021;385:1737),
 * creatinine clearance by Cockcroft and Gault (Nephron 1976;16:31), Child-Pugh class (Pugh et al., Br J Surg 1973;60:646).
 * A value in a unit that is not understood, or that no living person has, is refused with its reason; what cannot be
 * computed is absent with its reason, never normal.
 */
import { z } from 'zod';
import type { CaseRecord, Lab } from '../../case/case-record.ts';
import { ANALYTES, type Analyte, CHECKED_ONLY, isOf, labWords, outsideLimits } from './labs.ts';

export const OrganMeasure = z.object({
  name: z.enum([
    'creatinine clearance',
    'eGFR',
    'eGFR as reported',
    'Child-Pugh class',
    'Child-Pugh class at least',
    'QTc',
  ]),
  /** Rounded to the unit's usual digits; the class as a letter. */
  value: z.union([z.number(), z.enum(['A', 'B', 'C'])]),
  unit: z.string(),
  method: z.string(),
  /** What it was computed from, in words. */
  from: z.string(),
  date: z.string().optional(),
});
export type OrganMeasure = z.infer<typeof OrganMeasure>;

export const OrganFunction = z.object({
  measures: z.array(OrganMeasure),
  /** Labs that were not used, each with why. */
  refused: z.array(
    z.object({ lab: z.string(), kind: z.enum(['unit-unknown', 'value-impossible']), reason: z.string() }),
  ),
  absent: z.array(z.object({ measure: z.string(), reason: z.string() })),
});
export type OrganFunction = z.infer<typeof OrganFunction>;

interface Reading {
  /** In the analyte's first unit. */
  readonly value: number;
  readonly words: string;
  readonly date?: string;
}

/** The newest usable value. */
function newest(analyte: Analyte, labs: readonly Lab[], refused: OrganFunction['refused']): Reading | undefined {
  const usable = labs.flatMap((lab): Reading[] => {
    if (!isOf(analyte, lab)) return [];
    const factor = analyte.units[lab.unit];
    const told = labWords(lab);
    if (factor === undefined) {
      const wanted = Object.keys(analyte.units).filter((unit) => !/[µμ]/.test(unit));
      refused.push({
        lab: lab.name,
        kind: 'unit-unknown',
        reason: `The unit "${lab.unit}" is not one of ${analyte.name}: give it in ${wanted.join(' or ')}.`,
      });
      return [];
    }
    const value = lab.value * factor;
    const impossible = outsideLimits(analyte, lab);
    if (impossible !== undefined) {
      refused.push({ lab: lab.name, kind: 'value-impossible', reason: impossible });
      return [];
    }
    return [{ value, words: told, ...(lab.date === undefined ? {} : { date: lab.date }) }];
  });
  // Later in the list wins among equals: records are written in the order of time.
  return usable.reduce<Reading | undefined>(
    (best, one) => (best === undefined || (one.date ?? '') >= (best.date ?? '') ? one : best),
    undefined,
  );
}

/** eGFR in mL/min/1.73 m² from serum creatinine in mg/dL, age in years. */
export function ckdEpi2021(creatinine: number, ageYears: number, sex: 'female' | 'male'): number {
  const [kappa, alpha, factor] = sex === 'female' ? [0.7, -0.241, 1.012] : [0.9, -0.302, 1];
  const ratio = creatinine / kappa;
  return 142 * Math.min(ratio, 1) ** alpha * Math.max(ratio, 1) ** -1.2 * 0.9938 ** ageYears * factor;
}

/** Creatinine clearance in mL/min from serum creatinine in mg/dL, age in years, weight in kg. */
export const cockcroftGault = (creatinine: number, ageYears: number, weight: number, sex: 'female' | 'male'): number =>
  (((140 - ageYears) * weight) / (72 * creatinine)) * (sex === 'female' ? 0.85 : 1);

const points = (value: number, [one, two]: readonly [number, number]): number =>
  value < one ? 1 : value <= two ? 2 : 3;

/**
 * Child-Pugh points of the three labs: bilirubin in mg/dL (below 2, to 3, above), albumin in g/dL (above 3.5, from 2.8,
 * below), INR (below 1.7, to 2.3, above).
 */
export const childPughLabs = (bilirubin: number, albumin: number, inr: number): number =>
  points(bilirubin, [2, 3]) + (albumin > 3.5 ? 1 : albumin >= 2.8 ? 2 : 3) + points(inr, [1.7, 2.3]);

export const childPughClass = (score: number): 'A' | 'B' | 'C' => (score <= 6 ? 'A' : score <= 9 ? 'B' : 'C');

/** Points of a sign told in the comorbidities; undefined where the record does not tell it. */
function signPoints(texts: readonly string[], sign: RegExp, worst: RegExp): number | undefined {
  const told = texts.find((text) => sign.test(text));
  if (told === undefined) return undefined;
  if (/\b(?:no|without|absent)\b/i.test(told)) return 1;
  return worst.test(told) ? 3 : 2;
}

export function organFunction(record: Pick<CaseRecord, 'labs' | 'patient' | 'comorbidities'>): OrganFunction {
  const { labs, patient, comorbidities } = record;
  const refused: OrganFunction['refused'] = [];
  const absent: OrganFunction['absent'] = [];
  const measures: OrganMeasure[] = [];
  const read = (analyte: Analyte) => newest(analyte, labs, refused);
  const dated = (...readings: readonly (Reading | undefined)[]) => {
    const date = readings
      .flatMap((one) => one?.date ?? [])
      .sort()
      .at(0);
    return date === undefined ? {} : { date };
  };

  const creatinine = read(ANALYTES.creatinine);
  const weight = read(ANALYTES.weight);
  const { sex, ageYears } = patient;
  const measured = read(ANALYTES.clearance);
  if (measured !== undefined)
    measures.push({
      name: 'creatinine clearance',
      value: Math.round(measured.value),
      unit: 'mL/min',
      method: 'as measured',
      from: measured.words,
      ...dated(measured),
    });
  const missing = [
    ...(creatinine === undefined ? ['creatinine'] : []),
    ...(ageYears === undefined ? ['age'] : []),
    ...(sex === 'female' || sex === 'male' ? [] : ['sex']),
  ];
  if (creatinine !== undefined && ageYears !== undefined && (sex === 'female' || sex === 'male')) {
    if (ageYears < 18)
      absent.push({ measure: 'kidney function', reason: 'the equations are for adults, the patient is younger' });
    else {
      measures.push({
        name: 'eGFR',
        value: Math.round(ckdEpi2021(creatinine.value, ageYears, sex)),
        unit: 'mL/min/1.73 m²',
        method: 'CKD-EPI 2021',
        from: `${creatinine.words}, ${ageYears} years, ${sex}`,
        ...dated(creatinine),
      });
      if (weight === undefined)
        absent.push({
          measure: 'creatinine clearance',
          reason: 'no body weight on record: Cockcroft–Gault cannot be computed, doses go by eGFR',
        });
      else
        measures.push({
          name: 'creatinine clearance',
          value: Math.round(cockcroftGault(creatinine.value, ageYears, weight.value, sex)),
          unit: 'mL/min',
          method: 'Cockcroft–Gault',
          from: `${creatinine.words}, ${weight.words}, ${ageYears} years, ${sex}`,
          ...dated(creatinine, weight),
        });
    }
  } else absent.push({ measure: 'kidney function', reason: `not on record: ${missing.join(', ')}` });
  const reported = read(ANALYTES.egfr);
  if (reported !== undefined)
    measures.push({
      name: 'eGFR as reported',
      value: Math.round(reported.value),
      unit: 'mL/min/1.73 m²',
      method: 'as reported',
      from: reported.words,
      ...dated(reported),
    });

  const bilirubin = read(ANALYTES.bilirubin);
  const albumin = read(ANALYTES.albumin);
  const inr = read(ANALYTES.inr);
  const lacking = Object.entries({ bilirubin, albumin, INR: inr }).flatMap(([name, value]) =>
    value === undefined ? [name] : [],
  );
  if (bilirubin !== undefined && albumin !== undefined && inr !== undefined) {
    const ascites = signPoints(comorbidities, /ascites/i, /moderate|severe|tense|refractory|large/i);
    const brain = signPoints(comorbidities, /encephalopathy/i, /grade (?:3|4|III|IV)|severe|coma/i);
    const score = childPughLabs(bilirubin.value, albumin.value, inr.value) + (ascites ?? 1) + (brain ?? 1);
    const told = ascites !== undefined && brain !== undefined;
    measures.push({
      name: told ? 'Child-Pugh class' : 'Child-Pugh class at least',
      value: childPughClass(score),
      unit: `${told ? '' : 'at least '}${score} points`,
      method: 'Child-Pugh',
      from: `${bilirubin.words}, ${albumin.words}, ${inr.words}${told ? '' : '; ascites or encephalopathy not on record'}`,
      ...dated(bilirubin, albumin, inr),
    });
  } else absent.push({ measure: 'Child-Pugh class', reason: `not on record: ${lacking.join(', ')}` });

  // Nothing here is computed from these; a slip of the pen in them would be read by people all the same.
  for (const analyte of CHECKED_ONLY)
    for (const lab of labs) {
      const impossible = isOf(analyte, lab) ? outsideLimits(analyte, lab) : undefined;
      if (impossible !== undefined) refused.push({ lab: lab.name, kind: 'value-impossible', reason: impossible });
    }

  const qtc = comorbidities.flatMap((text) => /\bQTc\b\D{0,12}(\d{3})\s*ms/i.exec(text)?.[1] ?? []).at(-1);
  if (qtc !== undefined)
    measures.push({ name: 'QTc', value: Number(qtc), unit: 'ms', method: 'as recorded', from: 'comorbidities' });
  return { measures, refused, absent };
}

/** The clearance doses go by: the lowest of what is known, the cautious reading, with how it was found. */
export function kidneyForDosing({ measures }: Pick<OrganFunction, 'measures'>): OrganMeasure | undefined {
  const clearances = measures.filter(({ name }) => name === 'creatinine clearance');
  const rates = measures.filter(({ name }) => name === 'eGFR' || name === 'eGFR as reported');
  const from = clearances.length > 0 ? clearances : rates;
  return from.reduce<OrganMeasure | undefined>(
    (least, one) => (least === undefined || Number(one.value) < Number(least.value) ? one : least),
    undefined,
  );
}

export const liverForDosing = ({ measures }: Pick<OrganFunction, 'measures'>): OrganMeasure | undefined =>
  measures.find(({ name }) => name.startsWith('Child-Pugh'));
