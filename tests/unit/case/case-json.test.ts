import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { readCaseJson } from '../../../electron/case/case-json.ts';
import { caseJsonSchema, readBundle } from '../../../electron/case/index.ts';
import { FaultError } from '../../../shared/foundation/fault.ts';
import { outside, outsideTitle } from '../../support/outside.ts';
import { bundleBytes, bytesOf, faultOf, opened, recordOf } from './support/case-at.ts';

const faultFor = (bytes: Uint8Array) => {
  try {
    readCaseJson(bytes);
  } catch (error) {
    if (error instanceof FaultError) return error.fault;
    throw error;
  }
  return undefined;
};
const refusal = (record: Record<string, unknown>) => faultFor(bytesOf(JSON.stringify(record)));
const assay = { id: 'A', name: 'Panel', specimenId: 'T', modalities: ['fusions'], scope: 'panel' };

describe('F001, F002: case.json', () => {
  it('is read, with or without a byte order mark', () => {
    const text = JSON.stringify(recordOf());
    expect(readCaseJson(bytesOf(text)).record.patient.pseudonym).toBe('Finch 12');
    expect(readCaseJson(bytesOf(`\ufeff${text}`)).record.caseId).toBe('test-1');
  });

  it.each([
    ['2.0', 'schema-newer'],
    ['1.1', 'schema-newer'],
    ['0.9', 'schema-invalid'],
    ['one', 'schema-invalid'],
    [undefined, 'schema-invalid'],
    [1, 'schema-invalid'],
  ])('of schema %s is refused as %s', (schemaVersion, code) => {
    expect(refusal(recordOf({ schemaVersion }))).toMatchObject({ code, place: { field: 'schemaVersion' } });
  });

  it('of a newer schema is refused as such even where its fields are not known', async () => {
    const record = { schemaVersion: '3.0', caseId: 'x', everything: 'else' };
    expect(faultOf(await readBundle(bundleBytes(record))).code).toBe('schema-newer');
  });

  it.each<[string, Record<string, unknown>]>([
    ['patient.sex', { patient: { pseudonym: 'P', sex: 'F' } }],
    ['patient.ageYears', { patient: { pseudonym: 'P', sex: 'female', ageYears: 190 } }],
    ['patient', { patient: undefined }],
    ['diagnosis.oncotreeCode', { diagnosis: { oncotreeCode: 'lung cancer', name: 'x' } }],
    ['specimens', { specimens: [] }],
    ['specimens[0].purity', { specimens: [{ id: 'T', kind: 'tissue', origin: 'primary', purity: 60 }] }],
    ['labs[0].date', { labs: [{ name: 'Creatinine', value: 1, unit: 'mg/dL', date: '2026-02-30' }] }],
    ['course[0].date', { course: [{ event: 'Surgery', date: '9999-12' }] }],
    ['labs[0].loinc', { labs: [{ name: 'Creatinine', loinc: 'x', value: 1, unit: 'mg/dL' }] }],
    [
      'therapyLines[1].agents',
      {
        therapyLines: [
          { line: 1, agents: ['a'] },
          { line: 2, agents: [] },
        ],
      },
    ],
    ['specimens[1].id', { specimens: [1, 2].map(() => ({ id: 'T', kind: 'tissue', origin: 'primary' })) }],
    ['assays[1].id', { assays: [assay, assay] }],
    ['assays[0].specimenId', { assays: [{ ...assay, specimenId: 'X' }] }],
    ['assays[0].normalSpecimenId', { assays: [{ ...assay, normalSpecimenId: 'X' }] }],
    ['files[0].assayId', { files: [{ path: 'files/a', modality: 'fusions', assayId: 'A' }] }],
    ['files[0].modality', { assays: [assay], files: [{ path: 'files/a', modality: 'protein', assayId: 'A' }] }],
    [
      'files[0].format',
      { assays: [assay], files: [{ path: 'files/a', modality: 'fusions', assayId: 'A', format: 'vcf' }] },
    ],
    ['files[0].path', { assays: [assay], files: [{ path: '../a', modality: 'fusions', assayId: 'A' }] }],
    ['images[0].path', { images: [{ path: '/etc/passwd', title: 'x' }] }],
    ['documents[0].path', { images: [{ path: 'files/A', title: 'x' }], documents: [{ path: 'files/a', title: 'x' }] }],
    ['documents[0].path', { documents: [{ path: 'case.json', title: 'x' }] }],
  ])('with a wrong %s is refused at that field', (field, fields) => {
    expect(refusal(recordOf(fields))).toMatchObject({ code: 'schema-invalid', place: { file: 'case.json', field } });
  });

  it('never repeats what stood in the wrong field', () => {
    const fault = refusal(recordOf({ patient: { pseudonym: 'Maria Example', sex: 'Maria Example' } }));
    expect(JSON.stringify(fault)).not.toContain('Maria');
    const broken = faultFor(bytesOf('{"patient": {"name": Maria Example}}'));
    expect(broken?.code).toBe('json-invalid');
    expect(JSON.stringify(broken)).not.toContain('Maria');
  });

  it('says the line where JSON breaks', () => {
    expect(faultFor(bytesOf('{\n"a": 1,\n"b": }\n'))?.place?.line).toBe(3);
    expect(faultFor(bytesOf('{\n"a": "x\ny"}'))?.place?.line).toBe(2);
    expect(faultFor(bytesOf('{"a": [1,\n2,\n]}'))?.place?.line).toBe(3);
    expect(faultFor(bytesOf('{}\n\n{}'))?.place?.line).toBe(3);
    expect(faultFor(bytesOf('{"a": [\n1'))?.place?.line).toBe(2);
    expect(faultFor(new Uint8Array(0))?.code).toBe('file-empty');
    expect(faultFor(Uint8Array.of(0x7b, 0xff, 0x7d))?.code).toBe('json-invalid');
  });

  it('with fields of no schema is read, and the fields are named', async () => {
    const record = recordOf({ diagnosis: { oncotreeCode: 'LUAD', name: 'x', Stage: 'IV' }, $schema: 'x', extra: 1 });
    expect((await opened(bundleBytes(record))).unknownFields).toEqual(['diagnosis.Stage', 'extra']);
  });

  it('has a JSON Schema that accepts what is read and refuses what is refused', () => {
    const validate = new Ajv({ strict: false }).compile(caseJsonSchema());
    expect(validate(recordOf())).toBe(true);
    expect(validate(recordOf({ patient: { pseudonym: 'P', sex: 'F' } }))).toBe(false);
    expect(validate(recordOf({ specimens: undefined }))).toBe(false);
    expect(validate(recordOf({ $schema: 'case.schema.json' }))).toBe(true);
    expect(validate(recordOf({ diagnosis: { oncotreeCode: 'LUAD', name: 'x', Stage: 'IV' } }))).toBe(false);
  });

  const corpus = outside('testdata/json-parsing');
  it.skipIf(corpus === undefined)(
    outsideTitle('JSON parsing corpus: y_ parses, n_ is refused, i_ does not crash', corpus),
    () => {
      const names = readdirSync(corpus ?? '').filter((name) => name.endsWith('.json'));
      expect(names.length).toBeGreaterThan(50);
      for (const name of names) {
        // None of them is a case; what parses is refused by the schema, or as empty.
        const code = faultFor(readFileSync(join(corpus ?? '', name)))?.code;
        if (name.startsWith('y_')) expect(code, name).toBe('schema-invalid');
        else if (name.startsWith('n_')) expect(['json-invalid', 'file-empty'], name).toContain(code);
        else expect(['json-invalid', 'schema-invalid'], name).toContain(code);
      }
    },
  );

  const strings = outside('testdata/naughty-strings/blns.json');
  it.skipIf(strings === undefined)(
    outsideTitle('naughty strings come back unchanged through a bundle, and none is a safe way out', strings),
    async () => {
      const all = JSON.parse(readFileSync(strings ?? '', 'utf8')) as string[];
      expect(all.length).toBeGreaterThan(100);
      const record = recordOf({
        notes: all.map((body) => ({ title: 'Note', text: body })),
        patientGoals: all.map((one) => one.slice(0, 500)),
      });
      const { record: read } = await opened(bundleBytes(record));
      expect(read.notes.map(({ text: body }) => body)).toEqual(all);
      for (const path of all) {
        const fault = refusal(recordOf({ documents: [{ path, title: 'x' }] }));
        if (/(^|\/)\.\.(\/|$)|^\/|\\|^[A-Za-z]:/.test(path))
          expect(fault, path).toMatchObject({ code: 'schema-invalid' });
        // As a pseudonym it is text like any other, or too long.
        const named = refusal(recordOf({ patient: { pseudonym: path, sex: 'female' } }));
        expect(named === undefined, path).toBe([...path].length >= 1 && [...path].length <= 80);
      }
    },
  );
});
