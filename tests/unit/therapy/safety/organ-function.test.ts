import { describe, expect, it } from 'vitest';
import type { Lab } from '../../../../shared/case/case-record.ts';
import {
  childPughClass,
  childPughLabs,
  ckdEpi2021,
  cockcroftGault,
  kidneyForDosing,
  organFunction,
} from '../../../../shared/therapy/safety/organ-function.ts';

const lab = (name: string, value: number, unit: string, more: Partial<Lab> = {}): Lab => ({
  name,
  value,
  unit,
  ...more,
});
const of = (
  labs: Lab[],
  comorbidities: string[] = [],
  patient = { pseudonym: 'Otter 1', sex: 'female' as 'female' | 'unknown', ageYears: 60 },
) => organFunction({ labs, comorbidities, patient });
const value = (result: ReturnType<typeof of>, name: string) => result.measures.find((one) => one.name === name)?.value;

describe('kidney and liver function (F036)', () => {
  // Inker et al. 2021, supplement and the calculator of the National Kidney Foundation.
  it.each([
    [1, 50, 'male', 92],
    [1, 50, 'female', 69],
    [0.6, 30, 'female', 124],
    [2.5, 70, 'male', 27],
  ] as const)('eGFR of creatinine %d mg/dL at %d years, %s: %d', (creatinine, age, sex, expected) => {
    expect(Math.round(ckdEpi2021(creatinine, age, sex))).toBe(expected);
  });

  it('Cockcroft and Gault, and Child-Pugh points, as published', () => {
    expect(cockcroftGault(1, 40, 72, 'male')).toBeCloseTo(100, 5);
    expect(cockcroftGault(1, 40, 72, 'female')).toBeCloseTo(85, 5);
    expect([childPughLabs(1, 4, 1.1), childPughLabs(2.5, 3, 2), childPughLabs(4, 2.5, 3)]).toEqual([3, 6, 9]);
    expect([5, 6, 7, 9, 10, 15].map(childPughClass)).toEqual(['A', 'A', 'B', 'B', 'C', 'C']);
  });

  it('units are converted, the newest value counts, and doses go by the lowest clearance known', () => {
    const result = of([
      lab('Creatinine', 250, 'umol/L', { loinc: '14682-9', date: '2025-02-01' }),
      lab('Creatinine', 0.8, 'mg/dL', { loinc: '2160-0', date: '2025-01-01' }),
      lab('Body weight', 50, 'kg', { loinc: '29463-7' }),
    ]);
    expect(value(result, 'eGFR')).toBe(19);
    expect(value(result, 'creatinine clearance')).toBe(17);
    expect(kidneyForDosing(result)).toMatchObject({ value: 17, method: 'Cockcroft–Gault' });
    const reported = of([lab('Creatinine', 1.2, 'mg/dL'), lab('eGFR', 48, 'mL/min/{1.73_m2}', { loinc: '98979-8' })]);
    expect(kidneyForDosing(reported)).toMatchObject({ value: 48, method: 'as reported' });
  });

  it('a share of a variant of the gene EGFR is no function of the kidney, however the rate itself is called', () => {
    const result = of([
      lab('EGFR L858R in ctDNA', 7.4, '%'),
      lab('EGFR T790M', 3.6, '%'),
      lab('eGFR (CKD-EPI 2021)', 51, 'mL/min/{1.73_m2}'),
    ]);
    expect(result.refused).toEqual([]);
    expect(value(result, 'eGFR as reported')).toBe(51);
    for (const name of ['eGFR', 'EGFR, CKD-EPI', 'eGFR by cystatin C', 'Glomerular filtration rate, estimated'])
      expect(value(of([lab(name, 48, 'mL/min/{1.73_m2}')]), 'eGFR as reported')).toBe(48);
  });

  it('a unit that is not understood and a value no one has are refused with what to do, the rest stays', () => {
    const result = of([
      lab('Creatinine', 88, 'mg/dL'),
      lab('Total bilirubin', 1, 'mg'),
      lab('Albumin', 40, 'g/L'),
      lab('INR', 1.1, '{INR}'),
    ]);
    expect(result.refused.map(({ lab: name, kind }) => [name, kind])).toEqual([
      ['Creatinine', 'value-impossible'],
      ['Total bilirubin', 'unit-unknown'],
    ]);
    expect(result.refused[1]?.reason).toContain('give it in mg/dL or umol/L');
    expect(result.absent.map(({ reason }) => reason)).toEqual([
      'not on record: creatinine',
      'not on record: bilirubin',
    ]);
    expect(result.measures).toEqual([]);
  });

  it.each<[string, number, string, string | undefined]>([
    ['ALT', -5, 'U/L', 'ALT -5 U/L is outside what is possible (0 to 50000 U/L): check value and unit.'],
    ['ALT', 8000, 'U/L', undefined],
    ['Alanine aminotransferase', 2000, 'ukat/L', 'Alanine aminotransferase 2000 ukat/L is outside'],
    ['AST', 1e6, 'U/L', 'AST 1000000 U/L is outside'],
    ['Total bilirubin', -1, 'mg/dL', 'Total bilirubin -1 mg/dL is outside what is possible (0 to 60 mg/dL)'],
    ['Total bilirubin', 1e6, 'umol/L', 'Total bilirubin 1000000 umol/L is outside'],
    ['Platelets', 1e6, '10*3/uL', 'Platelets 1000000 10*3/uL is outside what is possible (0 to 10000 10*9/L)'],
    ['Platelets', 1e6, '/uL', undefined],
    ['Platelet count', -1, '10*9/L', 'Platelet count -1 10*9/L is outside'],
    ['Neutrophils', 99_999, '10*3/uL', 'Neutrophils 99999 10*3/uL is outside'],
    ['Hemoglobin', 120, 'g/dL', 'Hemoglobin 120 g/dL is outside'],
    ['Hemoglobin', 120, 'g/L', undefined],
    ['Potassium', 41, 'mmol/L', 'Potassium 41 mmol/L is outside'],
  ])('%s %s %s: refused only where no living patient has it', (name, value_, unit, reason) => {
    const { refused } = of([lab(name, value_, unit)]);
    if (reason === undefined) expect(refused).toEqual([]);
    else expect(refused).toEqual([{ lab: name, kind: 'value-impossible', reason: expect.stringContaining(reason) }]);
  });

  it('what is not known is absent with its reason, never normal', () => {
    const child = of([lab('Creatinine', 0.4, 'mg/dL')], [], { pseudonym: 'Otter 2', sex: 'female', ageYears: 9 });
    expect(child.measures).toEqual([]);
    const unknown = of([lab('Creatinine', 1, 'mg/dL')], [], { pseudonym: 'Otter 3', sex: 'unknown', ageYears: 50 });
    expect(unknown.absent[0]?.reason).toBe('not on record: sex');
    const labs = [lab('Bilirubin', 2.4, 'mg/dL'), lab('Albumin', 3, 'g/dL'), lab('INR', 1.8, '{INR}')];
    expect(of(labs).measures[0]).toMatchObject({
      name: 'Child-Pugh class at least',
      value: 'B',
      unit: 'at least 8 points',
    });
    expect(of(labs, ['Tense ascites', 'No encephalopathy']).measures[0]).toMatchObject({
      name: 'Child-Pugh class',
      value: 'C',
    });
  });
});
