/** F093, F095, G29: what comes in becomes a case folder that packs, checks and reads, and nothing is dropped in silence. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { intake, packFolder, readBundle } from '../../../electron/case/index.ts';
import { caseToFhir, importFile, writeCaseFolders } from '../../../electron/exchange/index.ts';
import { loadPacks, type Packs } from '../../../electron/knowledge/index.ts';
import { analyzeBundle } from '../../../electron/pipeline.ts';
import { type ModelRegistry, openModels } from '../../../electron/prediction/index.ts';
import { reportInput as assembled } from '../../../electron/report/index.ts';
import { FaultError } from '../../../shared/foundation/fault.ts';
import type { Result } from '../../../shared/foundation/result.ts';
import { outside, outsideTitle } from '../../support/outside.ts';
import { elementsOf } from './support/elements.ts';

const root = resolve(import.meta.dirname, '../../..');
const work = mkdtempSync(join(tmpdir(), 'exchange-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const unwrap = <T>(result: Result<T>): T => {
  if (!result.ok) throw new FaultError(result.fault);
  return result.value;
};
const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
let packs: Packs;
let models: ModelRegistry;
beforeAll(async () => {
  packs = await loadPacks(join(root, 'models/knowledge'));
  models = await openModels(join(root, 'models'));
});
let folders = 0;
async function cases(value: unknown) {
  const bytes = value instanceof Uint8Array ? value : bytesOf(value);
  const read = unwrap(importFile(bytes, packs.molecular()));
  folders += 1;
  const paths = await writeCaseFolders(join(work, `case-${folders}`), read.cases);
  const bundles = [];
  for (const path of paths) bundles.push(unwrap(await readBundle(unwrap(await packFolder(path)))));
  return { read, bundles };
}

describe('a sample, out as FHIR and in again as a case (G29)', () => {
  it.each(['alk-lung', 'braf-melanoma', 'her2-breast', 'sparse-cholangiocarcinoma'])(
    '%s: the case that comes back has the same findings with the same tiers',
    async (name) => {
      const bundle = unwrap(await readBundle(unwrap(await packFolder(join(root, 'sample-cases', name)))));
      const documents = unwrap(await analyzeBundle(bundle, { packs, models }));
      const input = assembled({
        bundleSha256: bundle.manifest.bundleSha256,
        documents,
        board: { reviews: [] },
        packs: packs.status(),
        models: await models.status(),
        version: '0.1.0',
        composedAt: '2026-05-01T14:03:00.000Z',
      });
      const { read, bundles } = await cases(caseToFhir(input).bundle);
      expect(read.format).toBe('fhir');
      const [again] = bundles;
      if (again === undefined) throw new Error('no case came back');
      const { patient, diagnosis, specimens, therapyLines, question, labs } = bundle.record;
      expect(again.record).toMatchObject(
        JSON.parse(JSON.stringify({ patient, diagnosis, specimens, therapyLines, question, labs })),
      );
      const back = unwrap(await analyzeBundle(again, { packs, models }));
      expect(back.intake.refusals).toEqual([]);
      expect(read.unread).toEqual([]);
      // What was folded came along, but for values of expression: then the assays say that they are not whole.
      const { folded } = documents.profile.listed;
      const left = folded.filter(({ rule }) => rule.includes('outlier'));
      const said = again.record.assays.flatMap(({ limitations = [] }) => limitations).join();
      expect(said.includes('Imported from FHIR')).toBe(left.length > 0);
      // The place on a cohort is of the whole matrix, which stays behind: the z-score comes along, the percentile does not.
      const told = JSON.stringify([documents.profile, documents.options]).replaceAll(
        /, (?:above|under|at) the [\d.]+(?:th|st|nd|rd) percentile of [^)]*\)/g,
        ')',
      );
      const [profile, options] = JSON.parse(told) as [typeof documents.profile, typeof documents.options];
      const [before, after] = [{ ...documents, profile, options }, back].map((one) =>
        elementsOf(one.profile, one.options),
      );
      for (const element of ['R17', 'R18', 'R19', 'R20', 'R21', 'R22', 'R24', 'R26', 'R27', 'R36'] as const)
        expect(after?.[element], element).toEqual(before?.[element]);
      expect(back.profile.listed.folded).toEqual(folded.filter((one) => !left.includes(one)));
      expect(back.options.options.map(({ id, tier }) => [id, tier])).toEqual(
        documents.options.options.map(({ id, tier }) => [id, tier]),
      );
      if (name !== 'her2-breast') return;
      // A finding that is withdrawn does not come back by a table under it; then the assay says what is not here.
      const { bundle: sent } = caseToFhir(input);
      let isFirst = true;
      const entry = sent.entry.map((one) => {
        const isFinding = JSON.stringify(one.resource.component ?? '').includes('Gene studied') && isFirst;
        if (isFinding) isFirst = false;
        return isFinding ? { ...one, resource: { ...one.resource, status: 'entered-in-error' } } : one;
      });
      const less = await cases({ ...sent, entry });
      expect(less.read.notes.map(({ reason }) => reason).join()).toMatch(/its table may still hold it/);
      const all = folded.reduce((sum, { count }) => sum + count, 0);
      expect(less.bundles[0]?.record.assays.flatMap(({ limitations = [] }) => limitations)).toContainEqual(
        expect.stringMatching(new RegExp(`^Imported from FHIR: ${all} `)),
      );
    },
  );
});

describe.each(['fhir-genomics-reporting', 'fhir-mcode'])('official examples of %s', (folder) => {
  const path = outside(`testdata/${folder}`);
  const files = path === undefined ? [] : readdirSync(path).filter((file) => file.endsWith('.json'));

  it.skipIf(path === undefined)(
    outsideTitle('each becomes a case that packs and reads, or is refused with its place', path),
    async () => {
      let read = 0;
      for (const file of files) {
        const bytes = readFileSync(join(path ?? '', file));
        try {
          const { bundles } = await cases(new Uint8Array(bytes));
          for (const bundle of bundles) {
            const taken = unwrap(await intake(bundle, { genesOfInterest: packs.genesOfInterest() }));
            expect(taken.refusals, file).toEqual([]);
          }
          read += 1;
        } catch (error) {
          if (!(error instanceof FaultError)) throw error;
          expect(error.fault.message, file).toMatch(/two patients/);
          expect(error.fault.place?.field, file).toBeDefined();
        }
      }
      expect(read).toBeGreaterThan(files.length - 3);
    },
  );
});

it('writes nothing where something stands, and nothing by half', async () => {
  const read = unwrap(importFile(bytesOf({ resourceType: 'Patient', id: 'p', gender: 'female' }), packs.molecular()));
  const target = join(work, 'taken');
  await writeCaseFolders(target, read.cases);
  await expect(writeCaseFolders(target, read.cases)).rejects.toThrow(/not empty/);
  expect(readdirSync(work).filter((name) => name.endsWith('.part'))).toEqual([]);
});

it('places a change by its coding name and leaves a protein change where it is', async () => {
  const component = (code: string, text: string) => ({
    code: { coding: [{ system: 'http://loinc.org', code }] },
    valueCodeableConcept: { coding: [{ system: 'http://varnomen.hgvs.org', code: text }] },
  });
  const observation = (id: string, name: ReturnType<typeof component>) => ({
    resource: {
      resourceType: 'Observation',
      id,
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: '69548-6' }] },
      subject: { reference: 'Patient/p' },
      valueCodeableConcept: { coding: [{ system: 'http://loinc.org', code: 'LA9633-4' }] },
      component: [
        { code: { coding: [{ system: 'http://loinc.org', code: '48018-6' }] }, valueCodeableConcept: { text: 'BRAF' } },
        name,
      ],
    },
  });
  const { read, bundles } = await cases({
    resourceType: 'Bundle',
    type: 'collection',
    entry: [
      { resource: { resourceType: 'Patient', id: 'p' } },
      observation('a', component('48004-6', 'NM_004333.6:c.1799T>A')),
      observation('b', component('48005-3', 'NP_004324.2:p.Val600Glu')),
    ],
  });
  const [bundle] = bundles;
  const taken = unwrap(await intake(bundle as never, { genesOfInterest: packs.genesOfInterest() }));
  expect(taken.variants.map(({ key }) => key)).toEqual(['GRCh38:7:140753336:A:T']);
  expect(read.cases[0]?.notes.map(({ place }) => place)).toContain('Bundle.entry[2].resource');
});
