import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openModels } from '../../../electron/prediction/index.ts';
import { pinnedModels } from '../../../electron/prediction/pinned.ts';
import { openSession } from '../../../electron/prediction/session.ts';
import { readModel } from '../../../electron/prediction/verified.ts';
import { canonicalJson } from '../../../shared/foundation/canonical.ts';
import { FeatureTable } from '../../../shared/prediction/model-files.ts';
import { Predictions } from '../../../shared/prediction/predictions.ts';
import { translatorFor } from '../../../shared/report/translate.ts';
import { caseOf, likeCohort, MODELS, mixedUp, normals } from './support.ts';

const table = FeatureTable.parse(JSON.parse(await readFile(join(MODELS, 'aggressiveness', 'features.json'), 'utf8')));
/** One opening for what does not test opening. */
const shipped = await openModels(MODELS);
const random = normals(7);
const whole = {
  ...likeCohort(table, 'LUAD', random),
  mutated: ['TP53', 'KRAS', 'KEAP1'],
};

describe('the shipped model', () => {
  it('gives what torch gave, within 1e-5', async () => {
    const parity = JSON.parse(await readFile(join(MODELS, 'aggressiveness', 'parity.json'), 'utf8')) as {
      tolerance: number;
      contributions: number[][][];
    };
    const { onnx } = await readModel(MODELS, pinnedModels, 'aggressiveness');
    const session = await openSession(onnx);
    const width = table.blocks.reduce((sum, block) => sum + table.columns[block].length, 0);
    const rows = parity.contributions.map((_, i) =>
      Float32Array.from({ length: width }, (_, j) => (((i * 7919 + j * 104729) % 801) - 400) / 100),
    );
    const outputs = await session.run(
      rows,
      rows.map((_, i) => i % 14),
    );
    expect(parity.contributions.length).toBeGreaterThanOrEqual(64);
    const off = outputs.flatMap(({ contributions }, i) =>
      contributions.flatMap((member, m) =>
        member.map((value, b) => Math.abs(value - (parity.contributions[i]?.[m]?.[b] ?? Number.NaN))),
      ),
    );
    expect(off).toHaveLength(64 * 11 * 5);
    expect(Math.max(...off)).toBeLessThanOrEqual(parity.tolerance);
    // Additivity: the terms of every input sum to the main member's contributions.
    for (const { contributions, terms } of outputs)
      expect(terms.reduce((sum, value) => sum + value, 0)).toBeCloseTo(
        contributions[0]?.reduce((sum, value) => sum + value, 0) ?? Number.NaN,
        4,
      );
  });

  it('contributions add up to the log-risk within 1e-4; the interval holds the percentile', async () => {
    const { record, intake, profile } = caseOf(whole);
    const document = Predictions.parse(await shipped.predict(record, intake, profile));
    const result = document.aggressiveness;
    if (result.state !== 'computed') throw new Error(`${result.state}: ${result.reason}`);
    expect(result.contributions.map(({ modality }) => modality)).toEqual([
      'clinical',
      'rna',
      'copy-number',
      'mutation',
    ]);
    expect(
      Math.abs(result.contributions.reduce((sum, { contribution }) => sum + contribution, 0) - result.logRisk),
    ).toBeLessThan(1e-4);
    expect(result.percentileLow).toBeLessThanOrEqual(result.percentile);
    expect(result.percentileHigh).toBeGreaterThanOrEqual(result.percentile);
    expect(result.percentileHigh - result.percentileLow).toBeGreaterThan(0);
    expect(result.ablation.map(({ without }) => without)).toEqual(['rna', 'copy-number', 'mutation']);
    expect(result.curve?.patients).toBeGreaterThanOrEqual(30);
    // F031: the limit by group with what was measured of it, in the languages of the report too; of fewer modalities none is stated.
    expect(result.outlived?.sentence).toMatch(
      /^Nine of ten patients like this one lived longer than \d+ months\. Out of fold this limit held for 90\.\d % of 453 patients with lung adenocarcinoma, for [89]\d\.\d % of 2988 aged 50 to 69 years and for [89]\d\.\d % of 2979 of this sex\.$/,
    );
    for (const language of ['de', 'es'] as const)
      expect(translatorFor(language)(result.outlived?.sentence ?? '')).not.toMatch(/Nine|held|years/);
    const clinical = caseOf({});
    const { aggressiveness: less } = await shipped.predict(clinical.record, clinical.intake, clinical.profile);
    expect(less).toMatchObject({ state: 'computed' });
    expect(less).not.toHaveProperty('outlived');
    expect(document.models).toEqual([
      { id: 'aggressiveness', version: expect.any(String), sha256: pinnedModels.aggressiveness?.['model.onnx'] },
    ]);
  });

  it('F033 leaving a modality out is the same as not having it', async () => {
    const models = await openModels(MODELS);
    const all = caseOf(whole);
    const { expression: _, ...rest } = whole;
    const without = caseOf(rest);
    const [a, b] = [
      await models.predict(all.record, all.intake, all.profile),
      await models.predict(without.record, without.intake, without.profile),
    ];
    if (a.aggressiveness.state !== 'computed' || b.aggressiveness.state !== 'computed')
      throw new Error('both are computed');
    const ablated = a.aggressiveness.ablation.find(({ without }) => without === 'rna');
    expect(ablated?.logRisk).toBeCloseTo(b.aggressiveness.logRisk, 5);
    expect(b.aggressiveness.modalities.find(({ modality }) => modality === 'rna')).toMatchObject({
      state: 'absent',
      reason: 'no expression data in the case',
    });
    expect(b.aggressiveness.limits.join(' ')).toContain('Without RNA');
  });

  it('F041 the same case gives the same bytes, in one registry and in another', async () => {
    const { record, intake, profile } = caseOf(whole);
    const [first, second] = [await openModels(MODELS), await openModels(MODELS)];
    const bytes = new Set<string>();
    for (let i = 0; i < 20; i++) bytes.add(canonicalJson(await first.predict(record, intake, profile)));
    bytes.add(canonicalJson(await second.predict(record, intake, profile)));
    expect(bytes.size).toBe(1);
  });

  it('a higher stage never lowers the percentile of an otherwise equal case', async () => {
    const percentiles: number[] = [];
    for (const stage of ['IA', 'IIA', 'IIIA', 'IV']) {
      const { record, intake, profile } = caseOf({ stage });
      const { aggressiveness } = await shipped.predict(record, intake, profile);
      if (aggressiveness.state === 'computed') percentiles.push(aggressiveness.percentile);
    }
    expect(percentiles).toHaveLength(4);
    expect(percentiles).toEqual([...percentiles].sort((a, b) => a - b));
  });

  it('F114 the badge counts the patients of the cohort of this sex and band of age, as the stored predictions hold them', async () => {
    const [head = '', ...rows] = (await readFile(join(MODELS, 'aggressiveness', 'predictions.csv'), 'utf8'))
      .trim()
      .split('\n');
    const names = head.split(',');
    const place = ['by tumor type', 'by age', 'by sex'].map((name) => names.indexOf(name));
    const count = (...wanted: string[]): number =>
      rows.filter((row) => place.every((at, i) => row.replace(/"[^"]*"/g, '').split(',')[at] === wanted[i])).length;
    const models = await openModels(MODELS);
    for (const [ageYears, sex, band] of [
      [64, 'female', '50 to 69 years'],
      [70, 'male', '70 years and over'],
      [49, 'male', 'under 50 years'],
    ] as const) {
      const { record, intake, profile } = caseOf({ ageYears, sex });
      const { aggressiveness } = await models.predict(record, intake, profile);
      if (aggressiveness.state !== 'computed') throw new Error(aggressiveness.reason);
      expect(aggressiveness.alike).toEqual({ patients: count('LUAD', band, sex), who: `${sex}, ${band}` });
      expect(aggressiveness.alike?.patients).toBeGreaterThan(0);
    }
  });

  it('therapy on record is the first limit', async () => {
    const { record, intake, profile } = caseOf({ therapyLines: 2 });
    const { aggressiveness } = await shipped.predict(record, intake, profile);
    expect(aggressiveness.state === 'computed' && aggressiveness.limits[0]).toContain('2 lines of therapy');
  });
});

describe('F032 abstention', () => {
  it.each([
    ['a foreign tumor type', { code: 'HGSOC', ancestors: ['OVT', 'OVARY'] }, 'No cohort'],
    ['an unknown stage', { stage: undefined }, 'stage'],
    ['an unknown age', { ageYears: undefined }, 'age'],
    ['a child', { ageYears: 9 }, 'outside the ages'],
    ['a sex that the cohort lacks', { code: 'UCEC', ancestors: ['UTERUS'], sex: 'male' as const }, 'no male patient'],
    [
      'omics further from the cohort than 99.5 % of it',
      {
        expression: {
          reference: 'TCGA LUAD',
          values: Object.fromEntries(table.columns.rna.map((gene, i) => [gene, i % 2 === 0 ? 3.9 : -3.9])),
        },
      },
      'outside what the model has seen',
    ],
  ])('%s', async (_, parts, reason) => {
    const { record, intake, profile } = caseOf(parts);
    const { aggressiveness } = Predictions.parse(await shipped.predict(record, intake, profile));
    expect(aggressiveness).toMatchObject({ state: 'abstained', reason: expect.stringContaining(reason) });
  });
});

describe('F032 values that do not go together', () => {
  const said = async (parts: Parameters<typeof caseOf>[0]) => {
    const { record, intake, profile } = caseOf(parts);
    return (await shipped.predict(record, intake, profile)).aggressiveness;
  };
  const like = likeCohort(table, 'LUAD', normals(21));

  it.each([
    [
      'expression',
      { expression: { ...like.expression, values: mixedUp(like.expression.values) } },
      'RNA: the genes do not',
    ],
    [
      'half of the expression',
      {
        expression: {
          ...like.expression,
          values: mixedUp(Object.fromEntries(Object.entries(like.expression.values).slice(0, 900))),
        },
      },
      'RNA: the genes do not',
    ],
    ['copy number', { copyNumbers: mixedUp(like.copyNumbers) }, 'Copy number: genes that go together'],
  ])('%s mixed up abstains, and says what to check', async (_, parts, reason) => {
    const result = await said(parts);
    expect(result).toMatchObject({ state: 'abstained', detail: [expect.stringContaining(reason)] });
    expect(result.state === 'abstained' && result.detail[0]).toContain('Check');
  });

  it('the same values with their own genes do not', async () => {
    for (let seed = 30; seed < 38; seed++)
      expect(
        await said({ ...likeCohort(table, 'LUAD', normals(seed)), mutated: ['TP53', 'KRAS', 'KEAP1'] }),
      ).toMatchObject({
        state: 'computed',
      });
  });

  const quiet = Object.fromEntries(Object.keys(like.copyNumbers).map((gene, i) => [gene, i % 150 === 0 ? 1 : 0]));

  it.each([
    ['mutations', { mutated: ['TP53', 'KRAS'] }, ['mutation']],
    ['a quiet genome', { copyNumbers: quiet }, ['copy-number']],
    ['both', { copyNumbers: quiet, mutated: ['TTN'] }, ['copy-number', 'mutation']],
  ])(
    '%s alone cannot be told from mixed-up ones: the score is the clinical one, and says so',
    async (_, parts, aside) => {
      const [clinical, result] = [await said({}), await said(parts)];
      if (clinical.state !== 'computed' || result.state !== 'computed') throw new Error('both are computed');
      expect([result.logRisk, result.percentileLow, result.percentileHigh]).toEqual([
        clinical.logRisk,
        clinical.percentileLow,
        clinical.percentileHigh,
      ]);
      expect(result.sentence.startsWith(clinical.sentence)).toBe(true);
      expect(result.sentence).toMatch(/From clinical data alone: nothing in the case vouches for [a-z ]+\.$/);
      expect(result.attributions.every(({ modality }) => modality === 'clinical')).toBe(true);
      for (const modality of aside)
        expect(result.modalities.find((one) => one.modality === modality)).toMatchObject({
          state: 'absent',
          featuresUsed: 0,
          reason: expect.stringMatching(/^not used, because .+ vouches for the sample$/),
        });
      for (const language of ['de', 'es'] as const) {
        const told = translatorFor(language);
        for (const text of [
          result.sentence.slice(clinical.sentence.length + 1),
          ...result.modalities.map((one) => one.reason),
        ])
          expect(told(text)).not.toBe(text);
      }
    },
  );

  it('beside sound expression they count, and without it they fall away with it', async () => {
    const result = await said({ expression: like.expression, copyNumbers: quiet, mutated: ['TP53', 'KRAS'] });
    const clinical = await said({});
    if (clinical.state !== 'computed' || result.state !== 'computed') throw new Error('both are computed');
    expect(result.contributions.map(({ modality }) => modality)).toEqual([
      'clinical',
      'rna',
      'copy-number',
      'mutation',
    ]);
    expect(result.sentence).not.toContain('vouches');
    expect(result.ablation.find(({ without }) => without === 'rna')?.logRisk).toBe(clinical.logRisk);
  });

  it('the card states how often, on patients held out: 95 % and more of mixed-up cases, 5 % and fewer of sound ones, with every set of modalities', async () => {
    const { guard } = JSON.parse(await readFile(join(MODELS, 'aggressiveness', 'card.json'), 'utf8')) as {
      guard: Record<'published' | 'sites', { falseAbstention: number; mixedUpAbstains: number }> & {
        published: {
          bySubset: {
            subsets: Record<string, { falseAbstention: number; mixedUpAbstains: number; mixedUpFallsBack: number }>;
          };
        };
      };
    };
    for (const { falseAbstention, mixedUpAbstains } of [guard.published, guard.sites]) {
      expect(falseAbstention).toBeLessThanOrEqual(0.05);
      expect(mixedUpAbstains).toBeGreaterThanOrEqual(0.95);
    }
    const subsets = Object.values(guard.published.bySubset.subsets);
    expect(subsets).toHaveLength(7);
    for (const { falseAbstention, mixedUpAbstains, mixedUpFallsBack } of subsets) {
      expect(falseAbstention).toBeLessThanOrEqual(0.05);
      expect(mixedUpAbstains + mixedUpFallsBack).toBeGreaterThanOrEqual(0.95);
    }
  });
});

describe('a run that the runtime cannot do', () => {
  it('is a typed fault, never a number and no crash', async () => {
    const { onnx } = await readModel(MODELS, pinnedModels, 'aggressiveness');
    const session = await openSession(onnx);
    await expect(session.run([new Float32Array(3)], [0])).rejects.toMatchObject({ fault: { code: 'model-missing' } });
    await expect(session.risks(new Float32Array(3), 1, 0)).rejects.toMatchObject({ fault: { code: 'model-missing' } });
    await expect(session.run([new Float32Array(table.columns.clinical.length)], [99])).rejects.toMatchObject({
      fault: { code: 'model-missing' },
    });
  });
});

describe('want of memory', () => {
  // RLIMIT_AS in a process of its own: the runtime asks the system for memory and is refused.
  it.skipIf(process.platform !== 'linux')(
    `is a typed fault of its own, and a smaller run after it answers${process.platform === 'linux' ? '' : ' (NOT RUN: limits memory as Linux does)'}`,
    () => {
      const script = `
      const { openTableSession } = await import(${JSON.stringify(join(import.meta.dirname, '../../../electron/prediction/session.ts'))});
      const { readFileSync } = await import('node:fs');
      const session = await openTableSession(readFileSync(${JSON.stringify(join(MODELS, 'neoadjuvant-response', 'model.onnx'))}));
      const row = new Float32Array(67);
      const code = await session.run(Array(1_000_000).fill(row)).then(() => 'done', (error) => error.fault?.code ?? String(error));
      const after = await session.run([row]);
      console.log(code, Number.isFinite(after.probability[0]));`;
      const { stdout } = spawnSync(
        'sh',
        ['-c', 'ulimit -v 3000000; exec "$0" "$@"', process.execPath, '--input-type=module', '-e', script],
        { encoding: 'utf8' },
      );
      expect(stdout.trim()).toBe('memory-exhausted true');
    },
  );
});

describe('F040 verification', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'models-'));
    await cp(join(MODELS, 'aggressiveness'), join(folder, 'aggressiveness'), { recursive: true });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const path = (file: string): string => join(folder, 'aggressiveness', file);
  const { record, intake, profile } = caseOf();

  it('what ships is what is pinned', async () => {
    expect(await (await openModels(MODELS)).status()).toEqual(
      [
        'aggressiveness',
        'aggressiveness-preoperative',
        'breast-prognosis',
        'drug-sensitivity',
        'ici-response',
        'neoadjuvant-response',
      ].map((id) => expect.objectContaining({ id, state: 'verified', sha256: pinnedModels[id]?.['model.onnx'] })),
    );
    expect((await (await openModels(MODELS)).card('aggressiveness'))?.markdown).toContain('Must not be used for');
    expect(await (await openModels(MODELS)).card('no-such-model')).toBeUndefined();
  });

  it.each(['model.onnx', 'features.json', 'population.json', 'card.json'])(
    'one flipped bit anywhere in %s and nothing runs',
    async (file) => {
      const sound = await readFile(path(file));
      const places = [0, 1, Math.floor(sound.length / 3), Math.floor(sound.length / 2), sound.length - 1];
      for (const [i, at] of places.entries()) {
        const altered = Buffer.from(sound);
        altered[at] = (altered[at] as number) ^ (1 << i);
        await writeFile(path(file), altered);
        const models = await openModels(folder);
        expect(await models.predict(record, intake, profile)).toMatchObject({
          aggressiveness: { state: 'unavailable' },
          models: [],
        });
        expect((await models.status())[0]).toMatchObject({ state: 'altered', reason: expect.stringContaining(file) });
        await expect(readModel(folder, pinnedModels, 'aggressiveness')).rejects.toMatchObject({
          fault: { code: 'model-altered' },
        });
      }
      await writeFile(path(file), sound);
    },
  );

  it('a missing model says so, and is found again once it is back', async () => {
    const models = await openModels(folder);
    const sound = await readFile(path('model.onnx'));
    await rm(path('model.onnx'));
    expect(await models.predict(record, intake, profile)).toMatchObject({
      aggressiveness: { state: 'unavailable', reason: expect.stringContaining('not there') },
    });
    expect((await models.status())[0]).toMatchObject({ state: 'missing' });
    await writeFile(path('model.onnx'), sound);
    expect((await models.predict(record, intake, profile)).aggressiveness.state).toBe('computed');
  });

  it('a folder that no pin names is listed as not run', async () => {
    await cp(join(MODELS, 'aggressiveness'), join(folder, 'stranger'), { recursive: true });
    expect(await (await openModels(folder)).status()).toMatchObject([
      { id: 'aggressiveness', state: 'verified' },
      { id: 'aggressiveness-preoperative', state: 'missing' },
      { id: 'breast-prognosis', state: 'missing' },
      { id: 'drug-sensitivity', state: 'missing' },
      { id: 'ici-response', state: 'missing' },
      { id: 'neoadjuvant-response', state: 'missing' },
      { id: 'stranger', state: 'altered' },
    ]);
  });
});
