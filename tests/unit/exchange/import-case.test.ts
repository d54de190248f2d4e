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

/**
 * What of a case may differ after it went out as FHIR and came in again, and why. Whatever is not named here is the same, to the last
 * member of record, intake, profile, predictions and options.
 */
const MAY_DIFFER = {
  record: [
    // Free text may name people; the referrer is one; a consent is given to one site. The export says that they stay.
    ...['notes', 'course', 'patientGoals', 'referrer', 'consents'],
    // Findings travel, files do not; the case that comes back has files of its own.
    ...['images', 'documents', 'files'],
  ],
  // How the files were read, and where in them a fact stands.
  intake: ['understandings', 'accounting', 'warnings', 'questions'],
} as const;
const SPARSE = 'sparse-cholangiocarcinoma';

type Leaf = readonly [place: string, value: unknown];
/** Every value with its place in a document; members of lists by number. */
function leaves(value: unknown, place = ''): Leaf[] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null) return [[place, value]];
  const members = Object.entries(value);
  return members.length === 0
    ? [[place, Array.isArray(value) ? 'none' : 'empty']]
    : members.flatMap(([key, member]) => leaves(member, place === '' ? key : `${place}.${key}`));
}
/** Places at which two documents differ, each once for all numbers of its lists. */
function differing(before: unknown, after: unknown): string[] {
  const [a, b] = [before, after].map((one) => new Map(leaves(one)));
  const places = new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])]);
  return [
    ...new Set([...places].flatMap((at) => (a?.get(at) === b?.get(at) ? [] : [at.replaceAll(/\.\d+(?=\.|$)/g, '')]))),
  ].sort();
}
const without = (document: object, names: readonly string[]): object =>
  Object.fromEntries(Object.entries(document).filter(([name]) => !names.includes(name)));

/** In the words of this table a place of the files or of the lines in them, or how the tool beside the name writes it. */
const OF_THE_FILE =
  /^(?:variants\.(?:line|alternateReads|annotation\.(?:source|hgvsCoding|hgvsProtein))|(?:variants|copyNumbers|segments|fusions|matrices|biomarkers)\.file|measures\.expression\.(?:id|file))$/;
/** The base before a deletion or an insertion is not of a key: it comes back as N. */
const ANCHOR = /^variants\.(?:reference|alternate)$/;
/** The reads of the normal sample stay, so that nothing tells whether tumor and normal are of one person. */
const PAIR = /^measures\.identity\.(?:state|text)$/;

/** What else may differ in one sample, by document. */
const ALSO: Readonly<Record<string, Readonly<Partial<Record<'record' | 'intake' | 'profile' | 'options', RegExp>>>>> = {
  // Consents stay, so nothing is said of consent to secondary findings where they come back.
  'brca1-ovarian': { intake: ANCHOR, profile: /^listed\.folded\.rule$/ },
  'msi-colorectal': {
    intake: ANCHOR,
    // Names come as the finding has them: that the laboratory's tool wrote p.(Ser1TerfsTer1) for p.(Ser1Ter) is no question any more.
    profile: /^(?:findings\.(?:flags|needsYou)|listed\.folded\.rule)$/,
  },
  // Its one file waits for an answer and is not read; that it waits cannot travel. Nothing of it turns into a result.
  [SPARSE]: {
    intake: /^ledger\.(?:entries\.states|defaults)\.small-variant\./,
    profile: /^(?:pertinent\.(?:state|reason)|(?:approvals|openEvidence)\.missing\.reason)$/,
    options: /^wouldChange\.(?:text|reason)$/,
  },
};

describe('a sample, out as FHIR and in again as a case (G29)', () => {
  it.each(['alk-lung', 'braf-melanoma', 'brca1-ovarian', 'egfr-t790m-lung', 'her2-breast', 'msi-colorectal', SPARSE])(
    '%s: the documents that come back are the same',
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
      expect(read.unread).toEqual([]);
      const [again] = bundles;
      if (again === undefined) throw new Error('no case came back');
      const back = unwrap(await analyzeBundle(again, { packs, models }));
      expect(back.intake.refusals).toEqual([]);
      const also = ALSO[name] ?? {};
      const left = (document: 'record' | 'intake' | 'profile' | 'options', places: readonly string[]): string[] =>
        places.filter((at) => !OF_THE_FILE.test(at) && !PAIR.test(at) && also[document]?.test(at) !== true);
      expect(again.record.familyHistory).toEqual(bundle.record.familyHistory);
      expect(
        left('record', differing(without(bundle.record, MAY_DIFFER.record), without(again.record, MAY_DIFFER.record))),
      ).toEqual([]);
      expect(
        left(
          'intake',
          differing(without(documents.intake, MAY_DIFFER.intake), without(back.intake, MAY_DIFFER.intake)),
        ),
      ).toEqual([]);
      expect(left('profile', differing(documents.profile, back.profile))).toEqual([]);
      expect(left('options', differing(documents.options, back.options))).toEqual([]);
      expect(back.predictions).toEqual(documents.predictions);
      const limits = again.record.assays.flatMap(({ limitations = [] }) => limitations).join();
      expect(limits.includes('as the sender called')).toBe(false);
      expect(back.options.pharmacogenes?.genotypes?.length).toBe(name === 'msi-colorectal' ? 183 : undefined);
      expect(limits.includes('folds')).toBe(false);
      const { folded } = documents.profile.listed;
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

it('a position of another genome build than the one stated does not hide the change that the coding name tells', async () => {
  const loinc = 'http://loinc.org';
  const component = (code: string, more: object) => ({ code: { coding: [{ system: loinc, code }] }, ...more });
  const hgvs = (code: string) => ({ valueCodeableConcept: { coding: [{ system: 'http://varnomen.hgvs.org', code }] } });
  const told = (genomic: string, coding: string) => ({
    resourceType: 'Observation',
    id: 'v',
    status: 'final',
    code: { coding: [{ system: loinc, code: '69548-6' }] },
    valueCodeableConcept: { coding: [{ system: loinc, code: 'LA9633-4' }] },
    component: [
      component('48018-6', { valueCodeableConcept: { text: 'EGFR', coding: [{ display: 'EGFR' }] } }),
      component('81290-9', hgvs(genomic)),
      component('48004-6', hgvs(coding)),
    ],
  });
  for (const [genomic, coding, isNoted] of [
    ['NC_000007.13:g.55191822T>G', 'NM_005228.5:c.2573T>G', true],
    ['NC_000007.13:g.55259515T>G', 'NM_005228.5:c.2573T>G', false],
    // Of a transcript that no sequence here is of, nothing can be said.
    ['NC_000007.13:g.55259515T>G', 'NM_201284.2:c.2573T>G', false],
  ] as const) {
    const { read, bundles } = await cases(told(genomic, coding));
    const notes = read.cases.flatMap((one) => one.notes.map(({ reason }) => reason)).join();
    expect(/not the one of its coding name/.test(notes)).toBe(isNoted);
    const [bundle] = bundles;
    if (bundle === undefined) throw new Error('no case');
    const { profile } = unwrap(await analyzeBundle(bundle, { packs, models }));
    expect(profile.findings.map(({ title }) => title).join()).toMatch(/Leu858Arg/);
    const limits = bundle.record.assays.flatMap(({ limitations = [] }) => limitations).join();
    expect(/EGFR NM_005228.5:c.2573T>G: read by the name/.test(limits)).toBe(isNoted);
  }
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
