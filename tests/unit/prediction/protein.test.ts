/** Protein as a modality of breast carcinoma: where it counts, where it does not and why, and what is not taken for it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evaluateCases, openModels } from '../../../electron/prediction/index.ts';
import { pinnedModels } from '../../../electron/prediction/pinned.ts';
import { openSession } from '../../../electron/prediction/session.ts';
import { readModel } from '../../../electron/prediction/verified.ts';
import { FeatureTable } from '../../../shared/prediction/model-files.ts';
import { translatorFor } from '../../../shared/report/translate.ts';
import { arraysLike, type CaseParts, caseOf, likeCohort, MODELS, mixedUp, normals } from './support.ts';

const json = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(join(MODELS, 'aggressiveness', name), 'utf8'));
const table = FeatureTable.parse(await json('features.json'));
const shipped = await openModels(MODELS);
const breast = { code: 'IDC', ancestors: ['BRCA', 'BREAST'], stage: 'IIA', tnm: { t: 'pT2', n: 'pN0', m: 'M0' } };
const arrays = arraysLike(table, 'BRCA', normals(11));
const { expression, copyNumbers } = likeCohort(table, 'BRCA', normals(12));
const documentsOf = (parts: CaseParts) => caseOf({ ...breast, ...parts });
const said = async (parts: CaseParts) => (await shipped.afterSurgery(documentsOf(parts))).aggressiveness;
const computed = async (parts: CaseParts) => {
  const result = await said(parts);
  if (result.state !== 'computed') throw new Error(`${result.state}: ${result.reason}`);
  return result;
};
type Modalities = Awaited<ReturnType<typeof computed>>['modalities'];
const ofProtein = (modalities: Modalities) => modalities.find(({ modality }) => modality === 'protein');

describe('beside expression', () => {
  it('it does not count, says why in the languages of the report, and moves no digit', async () => {
    const [without, beside] = [
      await computed({ expression, copyNumbers }),
      await computed({ expression, copyNumbers, protein: arrays }),
    ];
    const { modalities, ablation, ...rest } = beside;
    const { modalities: _, ablation: __, ...same } = without;
    expect(rest).toEqual(same);
    const row = ofProtein(modalities);
    expect(row).toMatchObject({ state: 'absent', featuresUsed: 0, featuresInModel: 164 });
    expect(row?.reason).toMatch(
      /^given, counted only without expression: beside expression the evidence of the training/,
    );
    for (const language of ['de', 'es'] as const)
      expect(translatorFor(language)(row?.reason ?? '')).not.toMatch(/given|evidence|folds/);
    // F033: without expression it would have counted, so that is what the case without expression gets.
    const left = await computed({ copyNumbers, protein: arrays });
    expect(ablation.find((one) => one.without === 'rna')?.logRisk).toBeCloseTo(left.logRisk, 5);
    expect(ablation.find((one) => one.without === 'rna')).toMatchObject({ among: 786 });
    expect(ablation.find((one) => one.without === 'rna')?.percentile).toBeCloseTo(left.percentile, 3);
  });

  it('the graph gives the other blocks the very bits that it gives them without protein', async () => {
    const { onnx } = await readModel(MODELS, pinnedModels, 'aggressiveness');
    const session = await openSession(onnx);
    const width = table.blocks.reduce((sum, block) => sum + table.columns[block].length, 0);
    const random = normals(5);
    const full = Float32Array.from({ length: width }, () => random());
    const none = full.slice().fill(0, width - table.columns.protein.length);
    const type = Object.keys(table.types).indexOf('BRCA');
    const [[a], [b]] = [await session.run([full], [type]), await session.run([none], [type])];
    expect(a?.contributions.map((blocks) => blocks.slice(0, 4))).toEqual(
      b?.contributions.map((blocks) => blocks.slice(0, 4)),
    );
    expect(a?.contributions[0]?.[4]).not.toBe(0);
    expect(b?.contributions.every((blocks) => blocks[4] === 0)).toBe(true);
    const [lung] = await session.run([full], [Object.keys(table.types).indexOf('LUAD')]);
    expect(lung?.contributions.every((blocks) => blocks[4] === 0)).toBe(true);
  });
});

describe('without expression', () => {
  it('it counts: contributions and exact Shapley values sum, and no gain is claimed', async () => {
    const parts = { copyNumbers, mutated: ['TP53', 'PIK3CA'], protein: arrays };
    const result = await computed(parts);
    expect(result.contributions.map(({ modality }) => modality)).toEqual([
      'clinical',
      'copy-number',
      'mutation',
      'protein',
    ]);
    const sum = result.contributions.reduce((total, { contribution }) => total + contribution, 0);
    expect(Math.abs(sum - result.logRisk)).toBeLessThan(1e-4);
    expect(result.sentence).toContain('of 786 patients with breast carcinoma and protein arrays after surgery');
    // The cohort keeps its count; whose place the percentile is stands beside it, and where one without protein lies too.
    expect(result.cohort).toMatchObject({ patients: 956, ranked: 786 });
    expect(result.cohort.description).toMatch(/months; the percentile is among the 786 with protein arrays$/);
    expect(result.ablation.map(({ without, among }) => [without, among])).toEqual([
      ['copy-number', undefined],
      ['mutation', undefined],
      ['protein', 956],
    ]);
    expect(result.percentileHigh).toBeGreaterThan(result.percentileLow);
    expect(ofProtein(result.modalities)?.reason).toBe('164 of 164 proteins measured; the others add nothing');
    const gain = result.limits.filter((line) => line.startsWith('Protein changes'));
    expect(gain).toHaveLength(1);
    // The fifth of risk is among those with arrays; the limit in months was measured on scores with expression, so none is stated.
    expect(result.curve?.label).toMatch(/^breast carcinoma and protein arrays, \w+ ?\w* fifth of risk$/);
    expect(result).not.toHaveProperty('outlived');
    expect(await computed({ ...parts, expression })).toHaveProperty('outlived');
    expect(gain[0]).toMatch(/786 patients\): no gain is proven\.$/);
    for (const language of ['de', 'es'] as const)
      for (const text of [
        result.sentence,
        result.curve?.label ?? '',
        result.cohort.description,
        ...gain,
        ofProtein(result.modalities)?.reason ?? '',
      ])
        expect(translatorFor(language)(text)).not.toMatch(/patients|proteins|measured/);
    const less = await computed({ copyNumbers, mutated: parts.mutated });
    expect(result.ablation.find(({ without }) => without === 'protein')?.logRisk).toBe(less.logRisk);
    const explained = await shipped.explain(documentsOf(parts), []);
    if (explained.state !== 'explained') throw new Error(explained.reason);
    expect(explained.modalities.map(({ modality }) => modality)).toContain('protein');
    expect(
      Math.abs(explained.modalities.reduce((total, { value }) => total + value, explained.baseline) - result.logRisk),
    ).toBeLessThan(1e-4);
    for (const { modality, value } of explained.modalities)
      expect(value).toBeCloseTo(
        result.contributions.find((one) => one.modality === modality)?.contribution ?? Number.NaN,
        4,
      );
    const tried = await shipped.whatIf(documentsOf(parts), { without: ['protein'] });
    expect(tried.aggressiveness).toMatchObject({ state: 'computed', logRisk: less.logRisk });
  });

  it('z-scores against the same arrays give the same number; its clause of a rule cites the file', async () => {
    const { mean, sd, index } = (table.types.BRCA as (typeof table.types)[string]).blocks.protein;
    const place = new Map(index.map((at, i) => [table.columns.protein[at], i]));
    const z = Object.fromEntries(
      Object.entries(arrays.values).map(([name, value]) => {
        const i = place.get(name) as number;
        return [name, (value - (mean[i] as number)) / (sd[i] as number)];
      }),
    );
    const [log2, standardised] = [
      await computed({ protein: arrays }),
      await computed({ protein: { reference: 'TCGA BRCA RPPA, z-score per antibody', scale: 'z-score', values: z } }),
    ];
    expect(standardised.logRisk).toBeCloseTo(log2.logRisk, 5);
    const explained = await shipped.explain(documentsOf({ protein: arrays }), []);
    if (explained.state !== 'explained') throw new Error(explained.reason);
    expect(explained.rules.flatMap(({ facts }) => facts.map(({ id }) => id))).toContainEqual(
      expect.stringMatching(/^files\/protein\.tsv#/),
    );
  });

  it('values dealt to other proteins abstain; sound ones do not', async () => {
    for (let seed = 40; seed < 48; seed++) {
      const own = arraysLike(table, 'BRCA', normals(seed));
      expect(await said({ protein: own })).toMatchObject({ state: 'computed' });
      const dealt = await said({ protein: { ...own, values: mixedUp(own.values) } });
      // Dealt logarithms vary alike, as z-scores do: then they do not count. Either way they move no number.
      if (dealt.state === 'computed') expect(ofProtein(dealt.modalities)).toMatchObject({ state: 'absent' });
      else expect(dealt.state).toBe('abstained');
    }
  });

  const scaled = (by: (value: number) => number) =>
    Object.fromEntries(Object.entries(arrays.values).map(([name, value]) => [name, by(value)]));
  it.each<[string, NonNullable<CaseParts['protein']>, RegExp]>([
    ['another assay', { ...arrays, reference: 'CPTAC mass spectrometry' }, /^protein is not given as log2 values/],
    ['no reference', { values: arrays.values }, /^protein is not given as log2 values/],
    ['H-scores', { ...arrays, scale: 'h-score' }, /^protein is not given as log2 values/],
    ['amounts', { ...arrays, values: scaled((v) => 2 ** v) }, /^the middle of the protein values is 1\.\d/],
    ['a constant', { ...arrays, values: scaled(() => 0.1) }, /spread by 0\.00 within the patient/],
    ['logarithms said to be z-scores', { ...arrays, scale: 'z-score' }, /and are said to be z-scores$/],
    [
      'ten proteins',
      { ...arrays, values: Object.fromEntries(Object.entries(arrays.values).slice(0, 10)) },
      /^10 of 164 features measured; at least 90 % are needed$/,
    ],
  ])('%s: not counted, the reason is told and the number is that without it', async (_, protein, reason) => {
    const [without, given] = [await computed({}), await computed({ protein })];
    expect(given.logRisk).toBe(without.logRisk);
    expect(ofProtein(given.modalities)).toMatchObject({ state: 'absent' });
    expect(ofProtein(given.modalities)?.reason).toMatch(reason);
    for (const language of ['de', 'es'] as const)
      expect(translatorFor(language)(ofProtein(given.modalities)?.reason ?? '')).not.toMatch(
        /protein values|given|needed/,
      );
  });
});

it('is no input of another tumor type, nor of the score before surgery', async () => {
  const lung = { ...caseOf({ protein: { ...arrays, reference: 'TCGA LUAD RPPA' } }) };
  const { aggressiveness } = await shipped.afterSurgery(lung);
  if (aggressiveness.state !== 'computed') throw new Error(aggressiveness.reason);
  expect(ofProtein(aggressiveness.modalities)).toMatchObject({
    state: 'absent',
    reason: 'no input of the model for this tumor type',
    featuresInModel: 0,
  });
  const before = (await shipped.beforeSurgery(documentsOf({ expression, protein: arrays }))).aggressiveness;
  expect(before.state).toBe('computed');
  expect(before.state === 'computed' && ofProtein(before.modalities)).toBeUndefined();
});

it('a cohort of tables: PROTEIN_rppa columns give what the case gets, and another scale is told', async () => {
  const names = Object.keys(arrays.values);
  const cells = (by: (value: number) => number) => names.map((name) => by(arrays.values[name] as number).toFixed(6));
  const rows = [
    ['case_id', 'tumor_type', 'age', 'sex', 'stage', 't', 'n', 'm', ...names.map((name) => `${name}_rppa`)],
    ['P1', 'IDC', 64, 'female', 'IIA', 'T2', 'N0', 'M0', ...cells((value) => value)],
    ['P2', 'IDC', 64, 'female', 'IIA', 'T2', 'N0', 'M0', ...cells((value) => 2 ** value)],
  ];
  const bytes = Buffer.from(rows.map((row) => row.join(',')).join('\n'));
  const found = await evaluateCases(MODELS, [{ name: 'cohort.csv', bytes }], {
    ancestorsOf: () => ['BRCA', 'BREAST'],
  });
  const of = (id: string) => found.predictions.find((one) => one.id === id)?.outputs.score as number;
  expect(of('P1')).toBeCloseTo((await computed({ protein: arrays })).logRisk, 4);
  expect(of('P2')).toBe((await computed({})).logRisk);
  expect(found.warnings).toContainEqual(
    expect.stringMatching(/^BRCA: protein of 1 patients does not count\. The first: the middle/),
  );
});

it('the card: where it counts by the training patients alone, what it gains, and what its guard finds', async () => {
  const { protein, metrics } = (await json('card.json')) as {
    protein: {
      patients: number;
      evidence: Record<'gains' | 'gainsBesideRna', number[]>;
      sets: Record<string, { gain: Record<'value' | 'low' | 'high', number>; slopes: [number, number][] }>;
      guard: Record<string, number>;
    };
    metrics: { published: { mean: { full: { value: number } } } };
  };
  expect(metrics.published.mean.full.value).toBeCloseTo(0.728, 3);
  expect(protein.patients).toBe(786);
  expect(Math.min(...protein.evidence.gains)).toBeGreaterThan(Math.max(...protein.evidence.gainsBesideRna));
  expect(Object.keys(protein.sets)).toHaveLength(5);
  for (const { gain, slopes } of Object.values(protein.sets)) {
    expect(gain.low).toBeLessThanOrEqual(gain.value);
    expect(gain.high).toBeGreaterThanOrEqual(gain.value);
    for (const [slope] of slopes) expect(Math.abs(slope - 1)).toBeLessThanOrEqual(0.1);
  }
  const { false: sound = 1, least = 1, ...found } = protein.guard;
  expect(Math.max(sound, least)).toBeLessThanOrEqual(0.05);
  expect(Math.min(...Object.values(found))).toBeGreaterThanOrEqual(0.95);
});
