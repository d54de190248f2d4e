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
import type { Finding } from '../../../shared/molecular/profile.ts';
import { outside, outsideTitle } from '../../support/outside.ts';

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

/** What a finding says, apart from its place in the list and what only the laboratory's own files tell. */
const told = ({
  kind,
  gene,
  gene2,
  state,
  origin,
  hgvsCoding,
  hgvsProtein,
  alleleFraction,
  depth,
  variantKeys,
  tier,
}: Finding) =>
  JSON.stringify({
    kind,
    gene,
    gene2,
    state,
    origin,
    hgvsCoding,
    hgvsProtein,
    alleleFraction,
    depth,
    variantKeys,
    tier,
  });

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
      // "Not detected" rests on what an assay found; where that did not come along whole, the assay says so.
      const folded = documents.profile.listed.folded.length > 0;
      for (const assay of again.record.assays.filter(({ id }) => bundle.record.assays.some((one) => one.id === id)))
        expect(assay.limitations?.some((limit) => limit.startsWith('Imported from FHIR')) ?? false).toBe(folded);
      const shown = (findings: readonly Finding[]) =>
        findings
          .filter(({ kind, variantKeys }) => kind === 'fusion' || variantKeys.length > 0)
          .map(told)
          .sort();
      expect(shown(back.profile.findings)).toEqual(shown(documents.profile.findings));
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
