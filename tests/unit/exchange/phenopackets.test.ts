/** F095: phenopackets of an individual, a family and a cohort become cases; what denies or is of others is listed. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { caseFolder } from '../../../shared/exchange/case-draft.ts';
import type { JsonObject } from '../../../shared/exchange/fhir/json.ts';
import { exportPhenopacket } from '../../../shared/exchange/phenopacket.ts';
import { readPhenopackets } from '../../../shared/exchange/phenopacket-import.ts';
import { reportInput } from '../report/support/input.ts';

const needs = { digest: (text: string) => createHash('sha256').update(text).digest('hex'), placeOf: () => undefined };
const input = reportInput();
const packet = JSON.parse(JSON.stringify(exportPhenopacket(input).phenopacket)) as JsonObject;
const read = (root: unknown) => {
  const made = readPhenopackets(JSON.parse(JSON.stringify(root)) as JsonObject, needs);
  if (!made.ok) throw new Error(`${made.fault.message} ${made.fault.place?.field ?? ''}`);
  return made.value;
};
const person = (id: string, more: object = {}) => ({
  id: `packet-${id}`,
  subject: { id, sex: 'MALE', timeAtLastEncounter: { age: { iso8601duration: 'P41Y2M' } } },
  metaData: { phenopacketSchemaVersion: '2.0' },
  ...more,
});

describe('phenopackets in (F095)', () => {
  it('an individual of our own comes back with every placed variant, its diagnosis and its specimens', () => {
    const { kind, cases } = read(packet);
    expect(kind).toBe('individual');
    const [only] = cases;
    const placed = input.profile.findings.filter(
      ({ kind: of, state, variantKeys }) => of === 'small-variant' && state === 'detected' && variantKeys.length > 0,
    );
    expect(only?.draft.variants.map(({ key }) => key).sort()).toEqual(
      placed.map(({ variantKeys }) => variantKeys[0]).sort(),
    );
    const { record } = caseFolder(only?.draft as never);
    expect(record).toMatchObject({ patient: { sex: 'female', ageYears: 63 }, diagnosis: { oncotreeCode: 'LUAD' } });
    expect(record.specimens).toHaveLength(2);
    // The subject's own name may be one of a record system.
    expect(JSON.stringify(record)).not.toContain(input.record.patient.pseudonym);
  });

  it('of a family only the proband is a case; relatives and pedigree are listed, not read', () => {
    const { kind, cases, notes } = read({
      id: 'f1',
      proband: person('p'),
      relatives: [person('mother', { diseases: [{ term: { id: 'OncoTree:BRCA', label: 'Breast cancer' } }] })],
      pedigree: { persons: [{ individualId: 'p' }, { individualId: 'mother' }] },
      metaData: {},
    });
    expect([kind, cases.length]).toEqual(['family', 1]);
    expect(notes.map(({ place }) => place)).toEqual(['relatives[0]', 'pedigree']);
    expect(JSON.stringify(cases)).not.toContain('Breast');
  });

  it('of a cohort each member is a case of its own; the same subject twice is refused', () => {
    const cohort = { id: 'c1', description: 'x', members: [person('a'), person('b')], metaData: {} };
    const { cases, notes } = read(cohort);
    expect(new Set(cases.map(({ draft }) => draft.record.caseId)).size).toBe(2);
    expect(notes.map(({ place }) => place)).toEqual(['description']);
    expect(() => read({ ...cohort, members: [person('a'), person('a')] })).toThrow(/same subject.*members\[1\]/);
  });

  it('reads what is excluded as excluded, and lists what it does not read by its path', () => {
    const { cases, unread } = read(
      person('p', {
        phenotypicFeatures: [
          { type: { id: 'HP:1', label: 'Fatigue' } },
          { type: { id: 'HP:2', label: 'Seizure' }, excluded: true, onset: { age: { iso8601duration: 'P1Y' } } },
        ],
        diseases: [
          { term: { id: 'MONDO:1', label: 'Melanoma' }, excluded: true },
          {
            term: { id: 'OncoTree:LUAD', label: 'Lung adenocarcinoma' },
            clinicalTnmFinding: [
              { id: 'NCIT:1', label: 'T2a Stage Finding' },
              { id: 'NCIT:2', label: 'N0 Stage Finding' },
            ],
          },
        ],
        measurements: [
          {
            assay: { id: 'LOINC:2160-0', label: 'Creatinine' },
            value: { quantity: { unit: { id: 'UCUM:mg/dL' }, value: 1.1 } },
          },
          { assay: { id: 'LOINC:1-8' }, value: { ontologyClass: { id: 'x' } } },
        ],
      }),
    );
    const [only] = cases;
    const { record } = caseFolder(only?.draft as never);
    expect(record.comorbidities).toEqual(['Fatigue']);
    expect(record.course.map(({ event }) => event)).toEqual(['Excluded: Seizure']);
    expect(record.diagnosis).toMatchObject({ oncotreeCode: 'LUAD', tnm: { t: 'T2a', n: 'N0' } });
    expect(record.labs).toEqual([{ name: 'Creatinine', loinc: '2160-0', value: 1.1, unit: 'mg/dL' }]);
    expect(only?.notes.map(({ place }) => place)).toEqual(['diseases[0]', 'measurements[1]']);
    expect(unread.map(({ place }) => place)).toContain('phenopacket.phenotypicFeatures[].onset.age.iso8601duration');
  });

  it.each<[string, object, RegExp]>([
    ['version 1', { metaData: { phenopacketSchemaVersion: '1.0' } }, /not version 2/],
    ['a biosample of another', { biosamples: [{ id: 's', individualId: 'q' }] }, /another individual.*biosamples\[0\]/],
  ])('refuses %s with its place', (_, more, message) => {
    expect(() => read(person('p', more))).toThrow(message);
  });
});
