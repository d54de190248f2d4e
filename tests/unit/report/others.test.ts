/** The whole way on a case that other people made: variants, copy number, fusions and expression of one breast cancer. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { packFolder, readBundle } from '../../../electron/case/index.ts';
import { loadPacks } from '../../../electron/knowledge/index.ts';
import { analyzeBundle } from '../../../electron/pipeline.ts';
import { openModels } from '../../../electron/prediction/index.ts';
import { draftPaper, reportInput } from '../../../electron/report/index.ts';
import { shippedFolders } from '../../../electron/shipped.ts';
import { statementsOf, textsOf } from '../../../shared/report/blocks.ts';
import { knownFacts, unknownFacts } from '../../../shared/report/facts.ts';
import { FRONT_WORDS } from '../../../shared/report/front.ts';
import { outside, outsideTitle } from '../../support/outside.ts';

const source = outside('testdata/case-pcgr-brca');
const folder = mkdtempSync(join(tmpdir(), 'others-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const assay = (id: string, scope: string, modalities: string[], more: object = {}): object => ({
  id,
  name: id,
  specimenId: 'S1',
  scope,
  modalities,
  ...more,
});

it.skipIf(source === undefined)(outsideTitle('T001-BRCA goes the whole way to paper', source), async () => {
  mkdirSync(join(folder, 'files'));
  const named = ['grch38.vcf.gz', 'grch38.cna.tsv', 'grch38.fusions.tsv', 'gene_expression.tsv.gz'];
  for (const name of named) cpSync(join(source ?? '', `T001-BRCA.${name}`), join(folder, 'files', name));
  const file = (path: string, modality: string, assayId: string): object => ({
    path: `files/${path}`,
    modality,
    assayId,
  });
  writeFileSync(
    join(folder, 'case.json'),
    JSON.stringify({
      schemaVersion: '1.0',
      caseId: 'other-1',
      patient: { pseudonym: 'Finch 1', sex: 'female' },
      diagnosis: { oncotreeCode: 'BRCA', name: 'Invasive breast carcinoma' },
      specimens: [{ id: 'S1', kind: 'tissue', origin: 'primary' }],
      assays: [
        assay('dna', 'exome', ['somatic-variants', 'copy-number-genes', 'copy-number-segments'], {
          design: 'tumor-normal',
          genomeBuild: 'GRCh38',
        }),
        assay('rna', 'transcriptome', ['expression', 'fusions']),
      ],
      question: 'Which options does the profile open?',
      files: [
        file('grch38.vcf.gz', 'somatic-variants', 'dna'),
        file('grch38.cna.tsv', 'copy-number-segments', 'dna'),
        file('grch38.fusions.tsv', 'fusions', 'rna'),
        file('gene_expression.tsv.gz', 'expression', 'rna'),
      ],
    }),
  );
  const packed = await packFolder(folder);
  if (!packed.ok) throw new Error(packed.fault.message);
  const bundle = await readBundle(packed.value);
  if (!bundle.ok) throw new Error(bundle.fault.message);
  const folders = shippedFolders(resolve(import.meta.dirname, '../../..'));
  const packs = await loadPacks(folders.knowledge);
  const models = await openModels(folders.models);
  const documents = await analyzeBundle(bundle.value, { packs, models });
  if (!documents.ok) throw new Error(documents.fault.message);
  const input = reportInput({
    bundleSha256: bundle.value.manifest.bundleSha256,
    documents: documents.value,
    board: { reviews: [] },
    packs: packs.status(),
    models: await models.status(),
    version: '0.1.0',
    composedAt: '2026-05-01T14:00:00.000Z',
  });
  const { report, paper } = await draftPaper(input);
  const blocks = [...report.front, ...report.appendix];
  const known = knownFacts(input);
  expect(input.intake.refusals).toEqual([]);
  expect(input.profile.findings.length).toBeGreaterThan(0);
  expect(blocks.flatMap(statementsOf).flatMap(({ facts }) => unknownFacts(facts, known))).toEqual([]);
  expect(report.frontWords).toBeLessThanOrEqual(FRONT_WORDS);
  expect(paper.frontPages).toBeLessThanOrEqual(2);
  const text = blocks.flatMap(textsOf).join('\n');
  expect(text).not.toMatch(/\bundefined\b|\bNaN\b|\[object/);
  expect(text).toMatch(/files\/grch38\.vcf\.gz\n\d+ rows(?:, \d+ alleles)? = \d+ shown/);
  const blocking = report.elements
    .filter(({ level, state }) => level === 'A' && state === 'missing')
    .map(({ id }) => id);
  expect(blocking).toEqual(expect.arrayContaining(['R02', 'R05', 'R08', 'R13', 'R43']));
});
