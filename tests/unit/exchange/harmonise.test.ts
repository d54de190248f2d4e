/** S17: units, medicines, genes and diagnosis codes in our words; each mapping named and reversible. */
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadPacks } from '../../../electron/knowledge/index.ts';
import { CaseRecord } from '../../../shared/case/case-record.ts';
import { crossReferences } from '../../../shared/exchange/harmonise/cross-references.ts';
import { codesOf, diagnosisCode, oncotreeFrom } from '../../../shared/exchange/harmonise/diagnosis.ts';
import { harmonise, ingredientOf } from '../../../shared/exchange/harmonise/harmonise.ts';
import { harmonisedLab, ucumOf } from '../../../shared/exchange/harmonise/units.ts';
import type { MolecularKnowledge } from '../../../shared/molecular/knowledge.ts';

let knowledge: MolecularKnowledge;
beforeAll(async () => {
  knowledge = (await loadPacks(join(resolve(import.meta.dirname, '../../..'), 'models/knowledge'))).molecular();
});
const above = (code: string): readonly string[] => knowledge.tumorType(code)?.ancestors ?? [];

describe('units', () => {
  // Expected values by hand: value × molar mass, or by the definition of the unit.
  it.each([
    ['Creatinine', 120, 'µmol/L', 1.35744, 'mg/dL'],
    ['Kreatinin', 1.1, 'mg/dl', 1.1, 'mg/dL'],
    ['Bilirubin, total', 17.104, 'umol/L', 1.00002, 'mg/dL'],
    ['Albumin', 38, 'g/l', 3.8, 'g/dL'],
    ['Hämoglobin', 8.2, 'mmol/L', 13.2135, 'g/dL'],
    ['Leukozyten', 6.1, 'G/l', 6.1, '10*9/L'],
    ['Albumin', 38, 'G/L', undefined, undefined],
    ['Leukozyten', 6.1, 'Gpt/l', 6.1, '10*9/L'],
    ['Platelets', 180000, '/µl', 180, '10*9/L'],
    ['LDH', 3.5, 'µkat/l', 210, 'U/L'],
    ['CRP', 1.2, 'mg/dL', 12, 'mg/L'],
    ['Potassium', 4.1, 'mval/l', 4.1, 'mmol/L'],
    ['PSA', 4.2, 'µg/L', 4.2, 'ng/mL'],
    ['CA 19-9', 37, 'kU/L', 37, 'U/mL'],
  ])('%s %d %s', (name, value, unit, wanted, code) => {
    const found = harmonisedLab({ name, value, unit });
    expect(found?.value).toBe(wanted);
    expect(found?.unit).toBe(code);
  });
  it('changes no amount into a mass without the molar mass of that very analyte, and no unit it does not know', () => {
    expect(harmonisedLab({ name: 'Rare protein', value: 3, unit: 'umol/L' })).toBeUndefined();
    expect(harmonisedLab({ name: 'Albumin', value: 500, unit: 'umol/L' })).toBeUndefined();
    expect(harmonisedLab({ name: 'Creatinine', value: 1, unit: 'spoons' })).toBeUndefined();
    expect(harmonisedLab({ name: 'Creatinine', value: 1, unit: 'mg/dL' })).toBeUndefined();
    expect(harmonisedLab({ name: 'Potassium', value: 4, unit: 'mg/dL' })).toBeUndefined();
    expect(ucumOf('µg/ml')).toBe('ug/mL');
    // A LOINC code decides over the name.
    expect(harmonisedLab({ name: 'Creatinine', loinc: '9999-9', value: 88, unit: 'µmol/L' })?.unit).toBe('umol/L');
  });
});

describe('diagnosis', () => {
  const from = (codes: Parameters<typeof oncotreeFrom>[0]) => oncotreeFrom(codes, above);
  it.each([
    [{ icdO3Morphology: '8140/3', icdO3Topography: 'C34.1' }, 'LUAD'],
    [{ icdO3Morphology: 'M-8500', icdO3Topography: 'C50.4' }, 'IDC'],
    [{ icdO3Morphology: '8170/3' }, 'HCC'],
    [{ snomed: '254626006' }, 'LUAD'],
    [{ icd10: 'C61' }, 'PROSTATE'],
    [{ icd10: 'C34.9', snomed: '254626006' }, 'LUAD'],
    [{ icd10: 'C22.0' }, 'HCC'],
    [{ ncit: 'C3512' }, 'LUAD'],
    [diagnosisCode('http://snomed.info/sct', '254626006'), 'LUAD'],
    [
      {
        ...diagnosisCode('http://terminology.hl7.org/CodeSystem/icd-o-3', '8140/3'),
        ...diagnosisCode('urn:icd-o-3', 'C61.9'),
      },
      'PRAD',
    ],
    [{ icd10: 'C90.00' }, 'PCM'],
    // The topography of ICD-10 serves where ICD-O-3 has none of its own.
    [{ icdO3Morphology: '8140/3', icd10: 'C18.2' }, 'COAD'],
  ])('%o is %s', (codes, wanted) => expect(from(codes).mapped?.oncotree).toBe(wanted));
  it('decides nothing where systems contradict each other, several fit or none is known', () => {
    expect(from({ icd10: 'C50.1', snomed: '254626006' })).toMatchObject({
      candidates: ['LUAD', 'BREAST'],
      reason: expect.stringContaining('different'),
    });
    expect(from({ icd10: 'C50.1', snomed: '254626006' }).mapped).toBeUndefined();
    expect(from({ icdO3Morphology: '8140/3' }).mapped).toBeUndefined();
    expect(from({ icd10: 'Z99' }).reason).toContain('none of the codes');
    expect(from({})).toEqual({ candidates: [] });
  });
  it('every tumor type of the tables is one of OncoTree, and codes lead there and back', () => {
    const unknown = crossReferences.filter(([code]) => knowledge.tumorType(code) === undefined);
    expect(unknown).toEqual([]);
    expect(crossReferences.length).toBeGreaterThan(300);
    expect(codesOf('HCC')).toEqual({ icdO3: ['8170/3'], icd10: ['C22.0'], snomed: ['154469006'], ncit: ['C3099'] });
    const own = [...Array(100).keys()].flatMap((site) =>
      ['8140/3', '8070/3', '8500/3', '8720/3', '8310/3', '8441/3', '9050/3', '8120/3', '8260/3', '9440/3'].flatMap(
        (icdO3Morphology) =>
          from({ icdO3Morphology, icdO3Topography: `C${String(site).padStart(2, '0')}.0` }).mapped?.oncotree ?? [],
      ),
    );
    expect(own.filter((code) => knowledge.tumorType(code) === undefined)).toEqual([]);
    expect(new Set(own).size).toBeGreaterThan(20);
  });
});

const record = CaseRecord.parse({
  schemaVersion: '1.0',
  caseId: 'harmonise-1',
  synthetic: true,
  patient: { pseudonym: 'Heron 12', sex: 'female' },
  diagnosis: { oncotreeCode: 'NOT_STATED', name: 'not stated by the sender' },
  specimens: [{ id: 'S1', kind: 'tissue', origin: 'primary' }],
  assays: [
    {
      id: 'panel',
      name: 'Panel',
      specimenId: 'S1',
      modalities: ['somatic-variants'],
      scope: 'panel',
      genes: ['53BP1', 'EGFR'],
    },
  ],
  question: 'Which treatment?',
  labs: [{ name: 'Creatinine', value: 88.42, unit: 'µmol/L' }],
  medications: [{ name: 'Marcumar', dose: '3 mg' }, { name: 'apixaban' }],
  therapyLines: [{ line: 1, agents: ['Keytruda', 'pemetrexed'] }],
});

describe('mappings', () => {
  const needs = () => ({ symbolOf: knowledge.symbol, tumorType: knowledge.tumorType });
  it('name what stood there, and each that is declined leaves the word of the sender', () => {
    const whole = harmonise(record, { snomed: '254626006' }, needs());
    expect(whole.mappings.map(({ kind, from, to }) => [kind, from, to])).toEqual([
      ['unit', 'Creatinine 88.42 µmol/L', '1.00021 mg/dL'],
      ['medicine', 'Marcumar', 'phenprocoumon'],
      ['medicine', 'Keytruda', 'pembrolizumab'],
      ['gene', '53BP1', 'TP53BP1'],
      ['diagnosis', 'SNOMED CT 254626006', 'LUAD Lung Adenocarcinoma'],
    ]);
    expect(whole.record.assays[0]?.genes).toEqual(['TP53BP1', 'EGFR']);
    expect(whole.record.diagnosis).toEqual({ oncotreeCode: 'LUAD', name: 'Lung Adenocarcinoma' });
    for (const { id, from } of whole.mappings) {
      const less = harmonise(record, { snomed: '254626006' }, needs(), new Set([id]));
      expect(less.mappings).toEqual(whole.mappings);
      expect(less.record).not.toEqual(whole.record);
      if (!id.startsWith('diagnosis') && !id.startsWith('unit')) expect(JSON.stringify(less.record)).toContain(from);
    }
    const none = harmonise(record, { snomed: '254626006' }, needs(), new Set(whole.mappings.map(({ id }) => id)));
    expect(none.record).toEqual(record);
  });
  it('a code that the sender gives is never replaced', () => {
    const stated = { ...record, diagnosis: { oncotreeCode: 'COAD', name: 'Colon cancer' } };
    expect(harmonise(stated, { snomed: '254626006' }, needs()).record.diagnosis).toEqual(stated.diagnosis);
  });
  it('names of medicines', () => {
    expect(ingredientOf('ASS')).toBe('acetylsalicylic acid');
    expect(ingredientOf('Apixaban')).toBeUndefined();
    expect(ingredientOf('Tagrisso')).toBe('osimertinib');
  });
});
