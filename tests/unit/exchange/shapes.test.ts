/** F093: the same resources come in whatever they are wrapped in: bundles of every type of R4, alone, or one a line. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { caseToFhir, checkFhir, fhirToDraft } from '../../../electron/exchange/index.ts';
import { outside, outsideTitle } from '../../support/outside.ts';
import { reportInput } from '../report/support/input.ts';

const bytes = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const { entry } = caseToFhir(reportInput()).bundle;
const lines = entry.map(({ resource }) => JSON.stringify(resource));

const types = ['batch', 'transaction', 'searchset', 'collection', 'history', 'document'] as const;
const wrapped = (type: string, resources: readonly { readonly resourceType: string; readonly id?: string }[]) => ({
  resourceType: 'Bundle',
  type,
  entry: resources.map((resource) => ({
    fullUrl: `http://hospital.example/fhir/${resource.resourceType}/${resource.id}`,
    resource,
    ...(type === 'batch' || type === 'transaction'
      ? { request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } }
      : {}),
    ...(type === 'searchset' ? { search: { mode: 'match' } } : {}),
  })),
});

describe('shapes of FHIR', () => {
  const whole = fhirToDraft(bytes(caseToFhir(reportInput()).bundle));
  it.each(types)('a bundle of type %s', (type) => {
    const read = fhirToDraft(bytes({ ...caseToFhir(reportInput()).bundle, type, entry }));
    if (!read.ok || !whole.ok) throw new Error('not read');
    expect(read.value.findings).toEqual(whole.value.findings);
    expect(read.value.record).toEqual(whole.value.record);
  });
  it('one resource a line, as a bulk export writes them; a line that breaks is named and nothing is read', () => {
    const read = fhirToDraft(bytes(`${lines.join('\n')}\n`));
    if (!read.ok || !whole.ok) throw new Error(read.ok ? '' : read.fault.message);
    expect(read.value.findings.map(({ id }) => id)).toEqual(whole.value.findings.map(({ id }) => id));
    const broken = fhirToDraft(bytes([...lines.slice(0, 4), '{"resourceType":', ...lines.slice(5)].join('\n')));
    expect(broken).toMatchObject({ ok: false, fault: { code: 'json-invalid', place: { line: 5 } } });
  });
  it('an answer to a transaction has no resources and is refused with its place', () => {
    const answer = { resourceType: 'Bundle', type: 'transaction-response', entry: [{ response: { status: '201' } }] };
    expect(fhirToDraft(bytes(answer))).toMatchObject({ ok: false, fault: { place: {} } });
  });
});

const samples = outside('testdata/fhir-mcode');
describe.skipIf(samples === undefined)(outsideTitle('every sample in every shape', samples), () => {
  it.each(['fhir-genomics-reporting', 'fhir-mcode'])('%s', (folder) => {
    const at = outside(`testdata/${folder}`) ?? '';
    const refused: string[] = [];
    for (const name of readdirSync(at).filter((one) => one.endsWith('.json'))) {
      const root = JSON.parse(readFileSync(join(at, name), 'utf8'));
      const resources =
        root.resourceType === 'Bundle' ? root.entry.map((one: { resource: unknown }) => one.resource) : [root];
      for (const type of types) {
        const shape = bytes(wrapped(type, resources));
        if (!fhirToDraft(shape).ok || !checkFhir(shape).ok) refused.push(`${name} ${type}`);
      }
      if (!fhirToDraft(bytes(root)).ok) refused.push(name);
    }
    expect(refused).toEqual([]);
  });
});
