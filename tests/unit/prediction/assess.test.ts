import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jackknifeError, percentileOf } from '../../../shared/prediction/assess.ts';
import { caseFeatures, copyNumberCall, knownInputs } from '../../../shared/prediction/case-features.ts';
import { cohortOf } from '../../../shared/prediction/cohort-of.ts';
import { FeatureTable, PopulationTable } from '../../../shared/prediction/model-files.ts';
import { wholePercentile } from '../../../shared/prediction/predictions.ts';
import { caseOf, likeCohort, MODELS, normals } from './support.ts';

const read = (file: string): unknown => JSON.parse(readFileSync(join(MODELS, 'aggressiveness', file), 'utf8'));
const table = FeatureTable.parse(read('features.json'));
const population = PopulationTable.parse(read('population.json'));

describe('cohorts by OncoTree', () => {
  it.each([
    ['IDC', ['BRCA', 'BREAST', 'TISSUE'], 'BRCA'],
    ['CCRCC', ['RCC', 'KIDNEY'], 'KIRC'],
    ['GB', ['ADIFG', 'DIFG', 'BRAIN'], 'GBMLGG'],
    ['USC', ['UCEC', 'UTERUS'], 'UCEC'],
  ])('%s belongs to its cohort', (code, ancestors, cohort) => {
    expect(cohortOf(code, ancestors)).toBe(cohort);
  });
  it.each([
    ['HGSOC', ['SEROUS', 'OVT', 'OVARY']],
    ['DMG', ['PDIFHG', 'DIFG', 'BRAIN']],
    ['UCS', ['UCEC', 'UTERUS']],
    ['NSCLC', ['LUNG']],
  ])('F032 %s has no cohort, though a relative has', (code, ancestors) => {
    expect(cohortOf(code, ancestors)).toBeUndefined();
  });
});

describe('numbers', () => {
  it('percentile never falls as risk rises, in every type and subset', () => {
    for (const type of Object.values(population.types))
      for (const { quantiles } of Object.values(type.subsets)) {
        const grid = Array.from({ length: 801 }, (_, i) => percentileOf(i / 100 - 4, quantiles));
        expect(grid.every((value, i) => i === 0 || value >= (grid[i - 1] as number))).toBe(true);
        expect(grid[0]).toBe(0);
        expect(percentileOf(99, quantiles)).toBe(100);
        expect([99.6, 100, 98.6, 0.2].map(wholePercentile)).toEqual([99, 99, 99, 0]);
        expect(percentileOf(quantiles[50] as number, quantiles)).toBeCloseTo(50, 6);
      }
  });
  it('the jackknife of a mean is its standard error', () => {
    // Leave-one-out means of 1..5: the jackknife gives s / sqrt(n) exactly.
    const values = [1, 2, 3, 4, 5];
    const leftOut = values.map((v) => (15 - v) / 4);
    expect(jackknifeError(leftOut)).toBeCloseTo(Math.sqrt(2.5) / Math.sqrt(5), 12);
  });
  it('F037 no curve of fewer than 30 patients ships', () => {
    for (const type of Object.values(population.types))
      for (const { groups } of Object.values(type.subsets))
        for (const group of groups) if (group.points !== undefined) expect(group.patients).toBeGreaterThanOrEqual(30);
  });
  it('a call of the source wins over copies, copies over a ratio', () => {
    const at = { gene: 'MYC', file: 'f', line: 1 };
    expect(copyNumberCall({ ...at, call: 0, totalCopies: 8 })).toBe(0);
    expect(copyNumberCall({ ...at, totalCopies: 0, log2Ratio: 1 })).toBe(-2);
    expect(copyNumberCall({ ...at, log2Ratio: 1.2 })).toBe(2);
    expect(copyNumberCall(at)).toBeUndefined();
  });
});

describe('one case as features', () => {
  const luad = table.types.LUAD;
  if (luad === undefined) throw new Error('LUAD is a cohort');
  const genes = luad.blocks.mutation.index.map((place) => table.columns.mutation[place] as string);
  const column = (gene: string): number =>
    table.columns.clinical.length +
    table.columns.rna.length +
    table.columns['copy-number'].length +
    table.columns.mutation.indexOf(gene);
  const build = (parts: Parameters<typeof caseOf>[0], cohort = 'LUAD') => caseFeatures(table, cohort, caseOf(parts));
  // Expression that hangs together: without it mutations and a short list of copies do not count (F032).
  const { expression } = likeCohort(table, 'LUAD', normals(3));

  it('standardises by the stored reference: known is (value − mean) / sd, unknown is 0', () => {
    const { features } = build({});
    const stage = luad.blocks.clinical.index.findIndex((place) => table.columns.clinical[place] === 'stage');
    const mean = luad.blocks.clinical.mean[stage] as number;
    const sd = luad.blocks.clinical.sd[stage] as number;
    expect(features[table.columns.clinical.indexOf('stage')]).toBeCloseTo((2.75 - mean) / sd, 5);
    expect(features[table.columns.clinical.indexOf('smoking')]).toBe(0);
  });

  it('not tested is never negative: an unassayed gene adds nothing, a tested one counts as not mutated', () => {
    const panel = genes.slice(0, 400);
    const outside = genes[500] as string;
    const inputs = build({ expression, mutated: [genes[0] as string], panel });
    const { features } = inputs;
    const known = knownInputs(inputs);
    expect(features[column(outside)]).toBe(0);
    expect(known.some(({ name, block }) => block === 'mutation' && name === outside)).toBe(false);
    expect(features[column(genes[1] as string)]).toBeLessThan(0);
    expect(features[column(genes[0] as string)]).toBeGreaterThan(0);
  });

  it('a silent change does not count as mutated', () => {
    const known = knownInputs(build({ expression, mutated: ['TP53'], silent: ['KEAP1'] }));
    expect(known.find(({ block, name }) => block === 'mutation' && name === 'KEAP1')?.value).toBe(
      'no change that alters the protein',
    );
  });

  it('changes without a gene make the modality absent instead of every gene unmutated', () => {
    const documents = caseOf({ mutated: ['TP53', 'KRAS'] });
    for (const variant of documents.intake.variants) delete variant.annotation;
    const { modalities } = caseFeatures(table, 'LUAD', documents);
    expect(modalities.find(({ modality }) => modality === 'mutation')).toMatchObject({
      state: 'absent',
      reason: expect.stringContaining('carry no gene'),
    });
  });

  it.each([
    ['tpm', { scale: 'tpm' as const, reference: 'TCGA LUAD' }],
    ['z-scores without a reference', {}],
    ['z-scores against another cohort', { reference: 'TCGA BRCA' }],
  ])('F030 RNA as %s is absent with its reason, never converted', (_, given) => {
    const values = Object.fromEntries(table.columns.rna.map((gene, i) => [gene, (i % 7) - 3]));
    const { modalities, used, features } = build({ expression: { ...given, values } });
    expect(used.has('rna')).toBe(false);
    expect(modalities.find(({ modality }) => modality === 'rna')?.reason).toContain('one sample cannot be converted');
    const start = table.columns.clinical.length;
    expect(features.subarray(start, start + table.columns.rna.length).every((value) => value === 0)).toBe(true);
  });

  it('counts sold as z-scores are refused with the share that gives them away', () => {
    const values = Object.fromEntries(table.columns.rna.map((gene, i) => [gene, i * 10]));
    const { modalities } = build({ expression: { reference: 'TCGA LUAD', values } });
    expect(modalities.find(({ modality }) => modality === 'rna')).toMatchObject({
      state: 'absent',
      reason: expect.stringContaining('beyond ±4'),
    });
  });

  it.each([
    ['a logarithm', (x: number) => Math.log2(x + 1)],
    ['a logarithm taken twice', (x: number) => Math.log2(Math.log2(x + 1) + 1)],
  ])('%s sold as z-scores is refused', (_, of) => {
    // Counts from 1 to 500, as a matrix of expression has them.
    const values = Object.fromEntries(table.columns.rna.map((gene, i) => [gene, of(1 + ((i * 7919) % 500))]));
    const { used, modalities } = build({ expression: { reference: 'TCGA LUAD', values } });
    expect(used.has('rna')).toBe(false);
    expect(modalities.find(({ modality }) => modality === 'rna')?.reason).toMatch(/lie beyond ±4|lie about 0/);
  });

  it('NaN and infinity among the values are not known, and nothing of them reaches the model', () => {
    const values = Object.fromEntries(table.columns.rna.map((gene, i) => [gene, ((i * 7919) % 13) / 3 - 2]));
    const documents = caseOf({ expression: { reference: 'TCGA LUAD', values } });
    const [matrix] = documents.intake.matrices;
    if (matrix === undefined) throw new Error('there is a matrix');
    matrix.values[0] = Number.NaN;
    matrix.values[1] = Number.POSITIVE_INFINITY;
    const inputs = caseFeatures(table, 'LUAD', documents);
    const { features } = inputs;
    const known = knownInputs(inputs);
    expect(features.every(Number.isFinite)).toBe(true);
    expect(known.some(({ block, name }) => block === 'rna' && matrix.genes.indexOf(name) < 2)).toBe(false);
  });

  it('constant expression is refused as z-scores', () => {
    const values = Object.fromEntries(table.columns.rna.map((gene) => [gene, 1]));
    expect(build({ expression: { reference: 'TCGA LUAD', values } }).used.has('rna')).toBe(false);
  });

  it('a glioblastoma is grade 4 under its name of today and of before', () => {
    for (const code of ['GB', 'GBM']) {
      const known = knownInputs(build({ code, ancestors: ['ADIFG'], stage: undefined }, 'GBMLGG'));
      expect(known.find(({ name }) => name === 'grade')?.value).toContain('4');
    }
  });

  it('a segment file beside a short gene list does not make the other genes unchanged', () => {
    const documents = caseOf({ expression, copyNumbers: { MYC: 2 } });
    documents.intake.ledger.defaults['copy-number'] = { state: 'tested-not-detected', assayIds: ['a1'] };
    expect(caseFeatures(table, 'LUAD', documents).used.has('copy-number')).toBe(true);
    documents.intake.segments.push({ chromosome: '1', start1: 1, end1: 2, file: 'f', line: 1 });
    expect(caseFeatures(table, 'LUAD', documents).used.has('copy-number')).toBe(false);
  });
});
