/** F093: what must not be read as a fact is refused or set aside with its place; what others publish is read whole. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { caseToFhir, checkFhir, fhirToDraft } from '../../../electron/exchange/index.ts';
import type { FhirDraft } from '../../../shared/exchange/fhir/draft.ts';
import { isObject, type Json } from '../../../shared/exchange/fhir/json.ts';
import type { Fault } from '../../../shared/foundation/fault.ts';
import { outside, outsideTitle } from '../../support/outside.ts';
import { reportInput } from '../report/support/input.ts';

type Members = Record<string, unknown>;
const bytesOf = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

const draftOf = (value: unknown): FhirDraft => {
  const read = fhirToDraft(bytesOf(value));
  if (!read.ok) throw new Error(JSON.stringify(read.fault));
  return read.value;
};
const faultOf = (value: unknown): Fault => {
  const read = fhirToDraft(bytesOf(value));
  if (read.ok) throw new Error('it was read');
  return read.fault;
};

const loinc = (code: string) => ({ coding: [{ system: 'http://loinc.org', code }] });
const variant = (id: string, more: Members = {}): Members => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: loinc('69548-6'),
  subject: { reference: 'Patient/p1' },
  valueCodeableConcept: loinc('LA9633-4'),
  component: [
    { code: loinc('48018-6'), valueCodeableConcept: { text: 'EGFR' } },
    {
      code: loinc('48005-3'),
      valueCodeableConcept: { coding: [{ system: 'http://varnomen.hgvs.org', code: 'NP_005219.2:p.Leu858Arg' }] },
    },
    { code: loinc('81258-6'), valueQuantity: { value: 0.21, system: 'http://unitsofmeasure.org', code: '1' } },
  ],
  ...more,
});
const patient = (id = 'p1', more: Members = {}): Members => ({
  resourceType: 'Patient',
  id,
  gender: 'female',
  ...more,
});
const bundle = (...resources: Members[]): Members => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: resources.map((resource) => ({
    fullUrl: `http://hospital.example.org/fhir/${resource.resourceType}/${resource.id}`,
    resource,
  })),
});

describe('what must not be read as a fact (F093)', () => {
  it('reads a variant of another system with its state, names and fraction, and interprets nothing', () => {
    const [found, ...more] = draftOf(bundle(patient(), variant('v1'))).findings;
    expect(more).toEqual([]);
    expect(found).toMatchObject({
      gene: 'EGFR',
      state: 'detected',
      alleleFraction: 0.21,
      kind: 'small-variant',
      needsYou: true,
    });
    expect(found?.hgvsProtein).toBe('NP_005219.2:p.Leu858Arg');
    expect(found?.tier).toBeUndefined();
    expect(found?.oncogenicity).toBeUndefined();
  });

  it.each([
    ['absent', { valueCodeableConcept: loinc('LA9634-2') }, 'tested-not-detected'],
    ['no call', { valueCodeableConcept: loinc('LA18198-4') }, 'failed-qc'],
    ['indeterminate', { valueCodeableConcept: loinc('LA11884-6') }, 'failed-qc'],
    [
      'not performed',
      { valueCodeableConcept: undefined, dataAbsentReason: absentReason('not-performed') },
      'not-assayed',
    ],
    ['unknown', { valueCodeableConcept: undefined, dataAbsentReason: absentReason('unknown') }, 'failed-qc'],
  ])('%s is its own state', (_, more, state) => {
    expect(draftOf(bundle(patient(), variant('v1', more))).findings.map((one) => one.state)).toEqual([state]);
  });

  it.each<[string, Members[], RegExp]>([
    ['neither present nor absent', [variant('v1', { valueCodeableConcept: undefined })], /neither present/],
    ['entered in error', [variant('v1', { status: 'entered-in-error' })], /withdrawn/],
    [
      'an unknown modifier',
      [variant('v1', { modifierExtension: [{ url: 'http://x.example.org/not', valueBoolean: true }] })],
      /modifier/,
    ],
    [
      'a modifier inside a component',
      [variant('v1', { component: [{ code: loinc('48018-6'), modifierExtension: [{ url: 'u' }] }] })],
      /modifier/,
    ],
    ['another patient', [variant('v1', { subject: { reference: 'Patient/p2' } })], /another patient/],
    [
      'a contained resource of another patient',
      [variant('v1', { contained: [{ resourceType: 'Specimen', id: 's', subject: { reference: 'Patient/p2' } }] })],
      /inside it/,
    ],
    ['a contained patient', [variant('v1', { contained: [{ resourceType: 'Patient', id: 's' }] })], /inside it/],
    ['a report entered in error', [variant('v1'), report('r1', 'v1', { status: 'entered-in-error' })], /withdrawn/],
    [
      'a superseded report',
      [
        variant('v1'),
        variant('v2'),
        report('r1', 'v1', { issued: '2026-01-01T00:00:00Z' }),
        report('r2', 'v2', { issued: '2026-01-02T00:00:00Z' }),
      ],
      /newer report/,
    ],
    [
      'a circle',
      [
        variant('v1', { derivedFrom: [{ reference: 'Observation/v2' }] }),
        variant('v2', { hasMember: [{ reference: 'Observation/v1' }] }),
      ],
      /itself/,
    ],
  ])('sets aside %s, with its place', (_, resources, reason) => {
    const draft = draftOf(bundle(patient(), ...resources));
    expect(draft.findings.map(({ id }) => id)).not.toContain('fhir:Bundle.entry[1].resource');
    const held = draft.quarantined.find((one) => reason.test(one.reason));
    expect(held?.place).toMatch(/^Bundle\.entry\[\d\]\.resource/);
  });

  it('sets aside what follows from what is withdrawn', () => {
    const draft = draftOf(
      bundle(
        patient(),
        variant('v1', { status: 'entered-in-error' }),
        variant('v2', { derivedFrom: [{ reference: 'Observation/v1' }] }),
        variant('v3', { derivedFrom: [{ reference: 'Observation/v2' }] }),
      ),
    );
    expect(draft.findings).toEqual([]);
    expect(draft.quarantined).toHaveLength(3);
  });

  it('refuses two patients, two entries of one address, and rules that are not known', () => {
    expect(faultOf(bundle(patient(), patient('p2'))).place?.field).toBe('Bundle.entry[1].resource');
    expect(faultOf(bundle(patient(), variant('v1'), variant('v1'))).place?.field).toBe('Bundle.entry[2].fullUrl');
    expect(faultOf({ ...bundle(patient()), implicitRules: 'http://x.example.org' }).place?.field).toBe(
      'Bundle.implicitRules',
    );
  });

  it('leaves names, numbers and narratives behind, and repeats none in a fault', () => {
    const script =
      '<div xmlns="http://www.w3.org/1999/xhtml"><script>x()</script><img src="http://x.example.org/i"/></div>';
    const named = patient('p1', {
      name: [{ family: 'Secretname' }],
      identifier: [{ system: 'http://hospital.example.org', value: 'MRN-77' }],
      birthDate: '1960-05-06',
      text: { status: 'generated', div: script },
    });
    const draft = draftOf(bundle(named, variant('v1', { text: { status: 'generated', div: script } })));
    const text = JSON.stringify(draft);
    for (const secret of ['Secretname', 'MRN-77', '1960', 'script>', 'http://x.example.org'])
      expect(text).not.toContain(secret);
    expect(draft.dropped.map(({ place }) => place)).toContain('Bundle.entry[0].resource.name');
    const fault = faultOf(bundle({ ...named, birthDate: '0000-01-01' }));
    expect(JSON.stringify(fault)).not.toContain('Secretname');
    expect(fault.place?.field).toBe('resource.entry[0].resource.birthDate');
  });

  it.each<[string, string, string]>([
    ['100,000 levels', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'json-invalid'],
    ['a prototype key', '{"resourceType":"Patient","__proto__":{"gender":"male"}}', 'field-invalid'],
    ['1e400', '{"resourceType":"Observation","valueQuantity":{"value":1e400}}', 'field-invalid'],
    ['the year 0000', '{"resourceType":"Patient","birthDate":"0000-01-01"}', 'field-invalid'],
    ['the year 9999', '{"resourceType":"Observation","effectiveDateTime":"9999-12-31"}', 'field-invalid'],
    ['February 30', '{"resourceType":"Patient","birthDate":"2001-02-30"}', 'field-invalid'],
    ['half a file', '{"resourceType":"Patient",', 'json-invalid'],
    ['nothing', ' ', 'file-empty'],
    ['a page', '<html></html>', 'json-invalid'],
    ['a list', '[]', 'format-unknown'],
    ['no resource', '{"a":1}', 'format-unknown'],
  ])('refuses %s', (_, text, code) => {
    expect(faultOf(text).code).toBe(code);
  });

  it('names the line where JSON breaks', () => {
    expect(faultOf('{\n"resourceType": "Patient",\n"gender" "male"}').place?.line).toBe(3);
  });

  it('refuses text that is not UTF-8', () => {
    const read = fhirToDraft(new Uint8Array([0x7b, 0xff, 0xfe]));
    expect(read.ok ? undefined : read.fault.code).toBe('json-invalid');
  });

  it('changed values of a component are what is read, not our copy', () => {
    const { bundle: ours } = caseToFhir(reportInput());
    const changed = JSON.stringify(ours).replaceAll('"value":0.38,', '"value":0.12,');
    const fractions = draftOf(changed).findings.map(({ alleleFraction }) => alleleFraction);
    expect(fractions).toContain(0.12);
    expect(fractions).not.toContain(0.38);
  });
});

function absentReason(code: string) {
  return { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code }] };
}
function report(id: string, result: string, more: Members): Members {
  return {
    resourceType: 'DiagnosticReport',
    id,
    status: 'final',
    identifier: [{ system: 'http://hospital.example.org/report', value: 'one' }],
    code: loinc('51969-4'),
    subject: { reference: 'Patient/p1' },
    result: [{ reference: `Observation/${result}` }],
    ...more,
  };
}

/** Pseudo-random and repeatable: mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** One value of the tree replaced by something no one expects there. */
function mutated(value: Json, random: () => number): Json {
  const odd: Json[] = [
    null,
    '',
    [],
    {},
    -1,
    'x'.repeat(300),
    true,
    [[[]]],
    { reference: 'Observation/v1' },
    { extension: [] },
  ];
  if (random() < 0.04 || typeof value !== 'object' || value === null)
    return random() < 0.3 ? (odd[Math.floor(random() * odd.length)] ?? null) : value;
  if (Array.isArray(value)) {
    const at = Math.floor(random() * value.length);
    return value.map((item, index) => (index === at ? mutated(item, random) : item));
  }
  const keys = isObject(value) ? Object.keys(value) : [];
  const at = keys[Math.floor(random() * keys.length)];
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === at ? mutated(member as Json, random) : (member as Json),
    ]),
  );
}

it('400 mutated bundles are refused with a place or read, and never throw (fuzz slice)', () => {
  const whole = bundle(patient(), variant('v1'), variant('v2'), report('r1', 'v1', {})) as Json;
  const random = randomFrom(20260501);
  let refusals = 0;
  for (let round = 0; round < 400; round += 1) {
    let changed = whole;
    for (let times = 0; times < 4; times += 1) changed = mutated(changed, random);
    const read = fhirToDraft(bytesOf(changed));
    if (read.ok) {
      // Whatever was broken, nobody's variant turns up twice and none of unknown state is shown.
      expect(read.value.findings.length).toBeLessThanOrEqual(2);
    } else {
      refusals += 1;
      expect(read.fault.code === 'format-unknown' || read.fault.place !== undefined).toBe(true);
    }
    const checked = checkFhir(bytesOf(changed));
    if (checked.ok) for (const { place } of checked.value) expect(place).not.toBe('');
  }
  expect(refusals).toBeGreaterThan(5);
});

describe.each(['fhir-genomics-reporting', 'fhir-mcode'])('official examples of %s', (folder) => {
  const path = outside(`testdata/${folder}`);
  const files = path === undefined ? [] : readdirSync(path).filter((file) => file.endsWith('.json'));

  it.skipIf(path === undefined)(outsideTitle('none has an error of our checks', path), () => {
    for (const file of files) {
      const checked = checkFhir(readFileSync(join(path ?? '', file)));
      const errors = checked.ok ? checked.value.filter(({ severity }) => severity === 'error') : [checked.fault];
      expect(errors, file).toEqual([]);
    }
    expect(files.length).toBeGreaterThan(20);
  });

  it.skipIf(path === undefined)(
    outsideTitle('every coded value of what is read is kept, and no variant vanishes', path),
    () => {
      let read = 0;
      for (const file of files) {
        const bytes = readFileSync(join(path ?? '', file));
        const draft = fhirToDraft(bytes);
        if (!draft.ok) {
          expect(draft.fault.message, file).toMatch(/two patients/);
          continue;
        }
        read += 1;
        const aside = draft.value.quarantined.map(({ place }) => place);
        for (const { place, resource } of observationsIn(JSON.parse(bytes.toString()) as Json)) {
          const isAside = aside.some((one) => one.startsWith(place));
          const kept = draft.value.coded.filter((fact) => fact.place.startsWith(`${place}.`));
          const components = (resource.component ?? []) as Members[];
          const stated = components.filter((one) => Object.keys(one).some((key) => /^value[A-Z]/.test(key)));
          if (!isAside) expect(kept.length, `${file} ${place}`).toBeGreaterThanOrEqual(stated.length);
          if (JSON.stringify(resource.code).includes('69548-6'))
            expect(isAside || draft.value.findings.some(({ id }) => id === `fhir:${place}`), `${file} ${place}`).toBe(
              true,
            );
        }
      }
      expect(read).toBeGreaterThan(20);
    },
  );
});

function observationsIn(root: Json): { place: string; resource: Members }[] {
  if (!isObject(root)) return [];
  if (root.resourceType === 'Observation') return [{ place: 'Observation', resource: root as Members }];
  if (root.resourceType !== 'Bundle' || !Array.isArray(root.entry)) return [];
  return (root.entry as { resource: Members }[]).flatMap(({ resource }, index) =>
    resource.resourceType === 'Observation' ? [{ place: `Bundle.entry[${index}].resource`, resource }] : [],
  );
}
