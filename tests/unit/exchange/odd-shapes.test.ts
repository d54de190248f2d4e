/** F093: the same facts in other valid shapes of the profiles say the same; a shape that says less is read as less, never as more. */
import { describe, expect, it } from 'vitest';
import { fhirToDraft } from '../../../electron/exchange/index.ts';
import type { FhirDraft } from '../../../shared/exchange/fhir/draft.ts';

type Members = Record<string, unknown>;
const draftOf = (root: unknown): FhirDraft => {
  const read = fhirToDraft(new TextEncoder().encode(JSON.stringify(root)));
  if (!read.ok) throw new Error(JSON.stringify(read.fault));
  return read.value;
};
const BASE = 'http://hospital.example.org/fhir';
const loinc = (code: string, more: Members = {}) => ({ coding: [{ system: 'http://loinc.org', code }], ...more });
const component = (code: string, value: Members): Members => ({ code: loinc(code), ...value });
const GENE = component('48018-6', {
  valueCodeableConcept: { coding: [{ system: 'http://www.genenames.org', code: 'HGNC:3236', display: 'EGFR' }] },
});
const PROTEIN = component('48005-3', {
  valueCodeableConcept: { coding: [{ system: 'http://varnomen.hgvs.org', code: 'NP_005219.2:p.(Leu858Arg)' }] },
});
const FRACTION = component('81258-6', {
  valueQuantity: { value: 0.21, unit: 'relative frequency', system: 'http://unitsofmeasure.org', code: '1' },
});
const DEPTH = component('82121-5', { valueQuantity: { value: 204, system: 'http://unitsofmeasure.org', code: '1' } });
const variant = (more: Members = {}): Members => ({
  resourceType: 'Observation',
  id: 'v1',
  status: 'final',
  code: loinc('69548-6'),
  subject: { reference: 'Patient/p1' },
  valueCodeableConcept: loinc('LA9633-4'),
  component: [GENE, PROTEIN, FRACTION, DEPTH],
  ...more,
});
const patient: Members = { resourceType: 'Patient', id: 'p1', gender: 'female' };
const entryOf = (resource: Members, fullUrl?: string): Members => ({
  fullUrl: fullUrl ?? `${BASE}/${resource.resourceType}/${resource.id}`,
  resource,
});
const bundle = (...entry: Members[]): Members => ({ resourceType: 'Bundle', type: 'collection', entry });
const of = (more: Members): Members => bundle(entryOf(patient), entryOf(variant(more)));

const WHOLE = {
  gene: 'EGFR',
  state: 'detected',
  kind: 'small-variant',
  hgvsProtein: 'NP_005219.2:p.(Leu858Arg)',
  alleleFraction: 0.21,
  depth: 204,
};

describe('the same variant in another valid shape (F093)', () => {
  it.each<[string, unknown]>([
    ['as it is usually written', of({})],
    ['components in reverse order', of({ component: [DEPTH, FRACTION, PROTEIN, GENE] })],
    [
      'components of other slices between them',
      of({
        component: [
          GENE,
          component('81290-9', { valueCodeableConcept: { text: 'x' } }),
          PROTEIN,
          component('99999-0', { valueString: 'y' }),
          FRACTION,
          DEPTH,
        ],
      }),
    ],
    [
      'extensions nobody knows',
      of({
        extension: [{ url: 'http://x.example.org/e', valueString: 'z' }],
        component: [
          { ...GENE, extension: [{ url: 'http://x.example.org/e', valueBoolean: true }] },
          PROTEIN,
          FRACTION,
          DEPTH,
        ],
      }),
    ],
    ['extensions of primitives', of({ _status: { extension: [{ url: 'http://x.example.org/e', valueString: 'z' }] } })],
    [
      'several codings, ours not the first',
      of({
        code: {
          coding: [
            { system: 'http://snomed.info/sct', code: '363779003' },
            { system: 'http://loinc.org', code: '69548-6' },
          ],
          text: 'Variant',
        },
        valueCodeableConcept: {
          coding: [
            { system: 'http://snomed.info/sct', code: '52101004' },
            { system: 'http://loinc.org', code: 'LA9633-4' },
          ],
        },
      }),
    ],
    [
      'a gene by its number alone',
      of({
        component: [
          component('48018-6', {
            valueCodeableConcept: { coding: [{ system: 'http://www.genenames.org/geneId', code: 'HGNC:3236' }] },
          }),
          PROTEIN,
          FRACTION,
          DEPTH,
        ],
      }),
    ],
    [
      'a gene in words',
      of({ component: [component('48018-6', { valueCodeableConcept: { text: 'EGFR' } }), PROTEIN, FRACTION, DEPTH] }),
    ],
    [
      'a fraction in percent',
      of({
        component: [
          GENE,
          PROTEIN,
          component('81258-6', {
            valueQuantity: { value: 21, unit: '%', system: 'http://unitsofmeasure.org', code: '%' },
          }),
          DEPTH,
        ],
      }),
    ],
    [
      'a protein name in words',
      of({
        component: [
          GENE,
          component('48005-3', { valueCodeableConcept: { text: 'NP_005219.2:p.(Leu858Arg)' } }),
          FRACTION,
          DEPTH,
        ],
      }),
    ],
    [
      'a version behind the profile',
      of({ meta: { profile: ['http://hl7.org/fhir/uv/genomics-reporting/StructureDefinition/variant|3.0.0'] } }),
    ],
    [
      'a profile of somebody else beside it',
      of({
        meta: {
          profile: [
            'http://x.example.org/StructureDefinition/v',
            'http://hl7.org/fhir/uv/genomics-reporting/StructureDefinition/variant',
          ],
        },
      }),
    ],
    ['the patient behind the variant', bundle(entryOf(variant()), entryOf(patient))],
    ['an absolute reference', of({ subject: { reference: `${BASE}/Patient/p1` } })],
    ['a reference to a version', of({ subject: { reference: 'Patient/p1/_history/3' } })],
    ['a reference with type and words', of({ subject: { reference: 'Patient/p1', type: 'Patient', display: 'x' } })],
    [
      'urn:uuid addresses',
      bundle(
        entryOf(patient, 'urn:uuid:0c3b1d8e-4f5a-4e0e-9d7e-000000000001'),
        entryOf(
          variant({ subject: { reference: 'urn:uuid:0c3b1d8e-4f5a-4e0e-9d7e-000000000001' } }),
          'urn:uuid:0c3b1d8e-4f5a-4e0e-9d7e-000000000002',
        ),
      ),
    ],
    [
      'urn:oid addresses',
      bundle(
        entryOf(patient, 'urn:oid:1.2.3.4.1'),
        entryOf(variant({ subject: { reference: 'urn:oid:1.2.3.4.1' } }), 'urn:oid:1.2.3.4.2'),
      ),
    ],
    ['no addresses at all', bundle({ resource: patient }, { resource: variant() })],
    [
      'a contained specimen and performer',
      of({
        contained: [
          { resourceType: 'Specimen', id: 's', subject: { reference: 'Patient/p1' } },
          { resourceType: 'Practitioner', id: 'd' },
        ],
        specimen: { reference: '#s' },
        performer: [{ reference: '#d' }],
      }),
    ],
    ['a status of amended', of({ status: 'amended' })],
    ['a status of corrected', of({ status: 'corrected' })],
    [
      'resources of kinds nobody reads here beside it',
      bundle(
        entryOf({
          resourceType: 'Flag',
          id: 'f',
          status: 'active',
          code: { text: 'x' },
          subject: { reference: 'Patient/p1' },
        }),
        entryOf(patient),
        entryOf(variant()),
      ),
    ],
    [
      'inside a report that is amended',
      bundle(
        entryOf(patient),
        entryOf(variant()),
        entryOf({
          resourceType: 'DiagnosticReport',
          id: 'r',
          status: 'amended',
          code: loinc('51969-4'),
          subject: { reference: 'Patient/p1' },
          result: [{ reference: 'Observation/v1' }],
        }),
      ),
    ],
    [
      'inside two reports of different kinds',
      bundle(
        entryOf(patient),
        entryOf(variant()),
        ...['r1', 'r2'].map((id, at) =>
          entryOf({
            resourceType: 'DiagnosticReport',
            id,
            status: 'final',
            code: loinc(at === 0 ? '51969-4' : '60568-3'),
            subject: { reference: 'Patient/p1' },
            result: at === 0 ? [{ reference: 'Observation/v1' }] : [],
          }),
        ),
      ),
    ],
  ])('%s', (_, root) => {
    const { findings, quarantined } = draftOf(root);
    expect(quarantined).toEqual([]);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject(WHOLE);
  });
});

describe('a shape that says less is read as less (F093)', () => {
  const only = (root: unknown) => draftOf(root).findings[0];

  it('a fraction that is absent with a reason, a bound, or of another unit is none', () => {
    for (const value of [
      {
        dataAbsentReason: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: 'unknown' }],
        },
      },
      { valueQuantity: { comparator: '<', value: 0.05, system: 'http://unitsofmeasure.org', code: '1' } },
      { valueQuantity: { value: 21, system: 'http://unitsofmeasure.org', code: '1' } },
      { valueQuantity: { value: 0.21, system: 'http://unitsofmeasure.org', code: 'mg/dL' } },
      { valueQuantity: { value: -0.1, system: 'http://unitsofmeasure.org', code: '1' } },
    ]) {
      const found = only(of({ component: [GENE, PROTEIN, component('81258-6', value), DEPTH] }));
      expect(found).toMatchObject({ gene: 'EGFR', state: 'detected', depth: 204 });
      expect(found?.alleleFraction).toBeUndefined();
    }
  });

  it('a presence in words alone is no presence', () => {
    const { findings, quarantined } = draftOf(of({ valueCodeableConcept: { text: 'Present?' } }));
    expect(findings.filter(({ state }) => state === 'detected')).toEqual([]);
    expect(findings.length + quarantined.length).toBe(1);
  });

  it('positions counted from zero place nothing', () => {
    const placed = (coordinates: string) => [
      component('62374-4', { valueCodeableConcept: loinc('LA26806-2') }),
      component('48000-4', { valueCodeableConcept: { text: '7' } }),
      component('81254-5', { valueRange: { low: { value: 55_191_822 } } }),
      component('69547-8', { valueString: 'T' }),
      component('69551-0', { valueString: 'G' }),
      component('92822-6', { valueCodeableConcept: loinc(coordinates) }),
    ];
    expect(only(of({ component: [GENE, ...placed('LA30102-0')] }))?.variantKeys).toEqual(['GRCh38:7:55191822:T:G']);
    expect(only(of({ component: [GENE, ...placed('LA30100-4')] }))?.variantKeys).toEqual([]);
  });

  it('a burden or status with a bound or a reason is not taken for an exact value', () => {
    const burden = (more: Members): Members =>
      bundle(
        entryOf(patient),
        entryOf({
          resourceType: 'Observation',
          id: 'b',
          status: 'final',
          code: loinc('94076-7'),
          subject: { reference: 'Patient/p1' },
          ...more,
        }),
      );
    expect(
      only(
        burden({
          valueQuantity: {
            value: 12.5,
            unit: 'mutations per megabase',
            system: 'http://unitsofmeasure.org',
            code: '1/1000000{Base}',
          },
        }),
      ),
    ).toMatchObject({ kind: 'biomarker', gene: 'TMB', biomarker: { value: 12.5 } });
    const bound = only(burden({ valueQuantity: { comparator: '<', value: 5, unit: 'mutations per megabase' } }));
    expect(bound?.biomarker?.value).toBe('< 5');
    const absent = draftOf(
      burden({
        dataAbsentReason: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: 'error' }],
        },
      }),
    );
    expect(absent.findings.filter(({ state }) => state === 'detected')).toEqual([]);
  });
});
