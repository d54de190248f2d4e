/** F093: level `reduced` leaves no day, no text of a person and no name in any format; previews hold every value. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { packFolder, readBundle } from '../../../electron/case/index.ts';
import { sha256 } from '../../../electron/exchange/import.ts';
import { loadPacks } from '../../../electron/knowledge/index.ts';
import { analyzeBundle } from '../../../electron/pipeline.ts';
import { openModels } from '../../../electron/prediction/index.ts';
import { reportInput } from '../../../electron/report/index.ts';
import { otherWithheld } from '../../../renderer/exchange/exchange-words.ts';
import { exportStudy } from '../../../shared/exchange/cbioportal-export.ts';
import { exportFhir } from '../../../shared/exchange/fhir/export.ts';
import { jsonFields, studyFields, tableFields } from '../../../shared/exchange/fields.ts';
import { exportPhenopacket } from '../../../shared/exchange/phenopacket.ts';
import { exportCohort } from '../../../shared/exchange/phenopacket-groups.ts';
import { reducedInput } from '../../../shared/exchange/reduce.ts';
import { consentFor, refuseDenied, risksOf } from '../../../shared/exchange/reidentify.ts';
import { exportTable } from '../../../shared/exchange/table-export.ts';
import { FaultError } from '../../../shared/foundation/fault.ts';
import { secretOf } from '../../../shared/report/deidentify/index.ts';
import type { ReportInput } from '../../../shared/report/report-input.ts';
import { fuzzInput } from './support/fuzz-input.ts';

const root = resolve(import.meta.dirname, '../../..');
let input: ReportInput;
beforeAll(async () => {
  const packs = await loadPacks(join(root, 'models/knowledge'));
  const models = await openModels(join(root, 'models'));
  const packed = await packFolder(join(root, 'sample-cases/egfr-t790m-lung'));
  const bundle = packed.ok ? await readBundle(packed.value) : packed;
  const made = bundle.ok ? await analyzeBundle(bundle.value, { packs, models }) : bundle;
  if (!made.ok || !bundle.ok) throw new FaultError((made as { fault: FaultError['fault'] }).fault);
  input = reportInput({
    bundleSha256: bundle.value.manifest.bundleSha256,
    documents: made.value,
    board: { reviews: [] },
    packs: packs.status(),
    models: await models.status(),
    version: '0',
    composedAt: '2026-01-01T00:00:00.000Z',
  });
});

describe('level reduced', () => {
  it('no format holds a day of the record, its pseudonym or what people wrote', () => {
    const record = JSON.parse(readFileSync(join(root, 'sample-cases/egfr-t790m-lung/case.json'), 'utf8'));
    const days = [...new Set(JSON.stringify(record).match(/\d{4}-\d{2}-\d{2}/g))];
    const secret = [
      record.patient.pseudonym,
      record.question,
      ...record.notes.map(({ text }: { text: string }) => text),
      ...record.course.map(({ event }: { event: string }) => event),
    ];
    expect(days.length).toBeGreaterThan(3);
    const { input: reduced, withheld } = reducedInput(input, { secret: secretOf('ab'.repeat(32)), digest: sha256 });
    const files = (of: ReportInput) => [
      JSON.stringify(exportFhir(of, { digest: sha256 }).bundle),
      JSON.stringify(exportPhenopacket(of).phenopacket),
      exportTable('maf', of).text,
    ];
    const [whole] = files(input);
    expect(days.some((day) => whole?.includes(day)) && whole?.includes(record.patient.pseudonym)).toBe(true);
    for (const [index, text] of files(reduced).entries())
      for (const word of [...days, ...secret]) {
        const at = text.indexOf(word);
        expect(at === -1 ? '' : `${index}: ${text.slice(at - 120, at + 30)}`).toBe('');
      }
    expect(withheld.map(({ what, why }) => `${what} ${why}`).join('\n')).toMatch(
      /Dates \(\d+\) level "reduced": the year stays/,
    );
  });
});

it('genotypes of pharmacogenes stay at the level reduced and the desk says so; the calls leave (F104)', () => {
  const {
    input: reduced,
    withheld,
    fields,
  } = reducedInput(fuzzInput(), {
    secret: secretOf('ab'.repeat(32)),
    digest: sha256,
  });
  expect(reduced.options.pharmacogenes?.genotypes).toBeUndefined();
  expect(reduced.options.pharmacogenes?.genes.map(({ gene }) => gene)).toEqual(['TPMT']);
  expect(reduced.record.pharmacogenes).toEqual([{ gene: 'CYP2D6', diplotype: '*1/*4', source: 'another laboratory' }]);
  const shown = otherWithheld({ withheld: [...withheld], choices: [...fields] });
  expect(shown.map(({ what }) => what)).toContain('genotypes at 2 positions of pharmacogenes');
});

describe('what could still name a person (F104, F109)', () => {
  it('warns of fewer than five alike in the vault, and of germline findings', () => {
    const { record, profile } = input;
    const other = (more: Partial<ReportInput['record']['patient']>) => ({
      ...record,
      patient: { ...record.patient, ...more },
    });
    const germline = { findings: profile.findings.map((finding) => ({ ...finding, origin: 'germline' as const })) };
    const said = (others: ReportInput['record'][], of: Pick<ReportInput['profile'], 'findings'> = profile): string =>
      risksOf(record, of, others)
        .map(({ what, why }) => `${what} ${why}`)
        .join('\n');
    expect(said([other({}), other({ sex: 'male' }), other({ ageYears: 12 })])).toContain('k = 2, under 5');
    expect(said([other({}), other({}), other({}), other({})])).not.toContain('k =');
    expect(said([], germline)).toMatch(/\d+ germline findings leave/);
  });

  it('is refused where the patient’s last word on use outside care is no, and said where there is none', () => {
    const purpose = 'Research use of data';
    const record = (consents: ReportInput['record']['consents']) => ({ ...input.record, consents });
    const yes = { purpose, granted: true, date: '2025-01-01' };
    expect(() => refuseDenied(record([yes, { purpose, granted: false, date: '2025-06-01' }]))).toThrow(/has refused/);
    expect(refuseDenied(record([{ purpose, granted: false, date: '2024-06-01' }, yes]))).toEqual([]);
    expect(refuseDenied(record([{ purpose: 'Tumor sequencing', granted: true }]))).toMatchObject([
      { what: 'No consent to use outside care is on record' },
    ]);
  });

  it('asks it of records for a network at every level, and of nothing that goes with the patient', () => {
    const purpose = 'Research use of data';
    const denied = { ...input.record, consents: [{ purpose, granted: false, date: '2025-06-01' }] };
    for (const format of ['mtb', 'mtb-elements']) {
      expect(() => consentFor(format, denied)).toThrow('The patient has refused: Research use of data.');
      expect(consentFor(format, { ...denied, consents: [] })).toHaveLength(1);
    }
    for (const format of ['fhir', 'phenopacket', 'vcf', 'maf', 'seg', 'hl7-oru', 'hl7-mdm'])
      expect(consentFor(format, denied)).toEqual([]);
  });

  it('stops a study or a cohort that holds a case of somebody who refused, at every level', () => {
    const said = (granted: boolean) => ({
      ...input,
      record: { ...input.record, consents: [{ purpose: 'Research use of data', granted, date: '2025-06-01' }] },
    });
    const study = (...inputs: ReportInput[]) =>
      exportStudy(inputs, { identifier: 'ours', name: 'ours', description: 'one case' });
    const cohort = (...inputs: ReportInput[]) => exportCohort(inputs, { id: 'ours', description: 'one case' });
    for (const made of [study, cohort]) {
      expect(() => made(said(true), said(false))).toThrow(`Case ${input.record.caseId}: The patient has refused`);
      expect(made(said(true)).warnings).toEqual([]);
      expect(made({ ...input, record: { ...input.record, consents: [] } }).warnings).toMatchObject([
        { what: expect.stringContaining('No consent to use outside care is on record') },
      ]);
    }
  });
});

describe('a preview', () => {
  it('holds every line of a study, file by file', () => {
    const names = { identifier: 'board', name: 'Board', description: 'One case' };
    const { files } = exportStudy([fuzzInput()], names);
    const fields = studyFields(files);
    for (const [path, text] of files) {
      const own = fields
        .filter(({ part }) => part.split(' ')[0] === path)
        .map(({ place, value }) => `${place}: ${value}`);
      const lines = text.split('\n');
      // A column without a value is not shown.
      const heads = path.startsWith('data_') ? lines.findIndex((line) => !line.startsWith('#')) : -1;
      for (const cell of lines.flatMap((line, index) => (index === heads ? [] : line.split('\t'))))
        expect([path, cell, cell === '' || own.some((one) => one.includes(cell))]).toEqual([path, cell, true]);
    }
    expect(fields).toContainEqual({ part: 'meta_study.txt', place: 'cancer_study_identifier', value: 'board' });
  });

  it('holds every value of a JSON file and of a table', () => {
    const { bundle } = exportFhir(input, { digest: sha256 });
    let leaves = 0;
    JSON.stringify(bundle, (_key, value) => {
      if (typeof value !== 'object') leaves += 1;
      return value;
    });
    const fields = jsonFields(JSON.parse(JSON.stringify(bundle)));
    expect(fields.length).toBe(leaves);
    expect(fields.some(({ part }) => part.startsWith('Observation'))).toBe(true);
    expect(tableFields('##v\n#A\tB\n1\t2\n\t3\n')).toEqual([
      { part: 'header', place: 'line 1', value: '##v' },
      { part: 'row 1', place: 'A', value: '1' },
      { part: 'row 1', place: 'B', value: '2' },
      { part: 'row 2', place: 'B', value: '3' },
    ]);
  });
});
