/** The pre-operative model: offered where no stage of a resected specimen is known, apart from the score after surgery. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evaluateCases, openModels } from '../../../electron/prediction/index.ts';
import { pinnedModels } from '../../../electron/prediction/pinned.ts';
import { openSession } from '../../../electron/prediction/session.ts';
import { readModel } from '../../../electron/prediction/verified.ts';
import { answerShown } from '../../../shared/prediction/predictions.ts';
import { stagingOf } from '../../../shared/prediction/staging.ts';
import { translatorFor } from '../../../shared/report/translate.ts';
import { type CaseParts, caseOf, likeCohort, MODELS, mixedUp, normals } from './support.ts';

const ID = 'aggressiveness-preoperative';
const { onnx, documents } = await readModel(MODELS, pinnedModels, ID);
const { features: table, card } = documents;
const models = await openModels(MODELS);
const molecules = likeCohort(table, 'LUAD', normals(11));
const unstaged: CaseParts = { stage: undefined, tnm: {}, grade: 'G2', ...molecules };
const predict = async (parts: CaseParts) => {
  const { record, intake, profile } = caseOf(parts);
  return models.predict(record, intake, profile);
};

describe('what a stage on record rests on', () => {
  it.each([
    [{ stage: 'IIA', tnm: { t: 'pT2', n: 'pN1' } }, 'surgical'],
    [{ stage: 'IIA', tnm: { t: 'T2', n: 'N1' } }, 'surgical'],
    [{ positiveNodes: 0, tnm: { t: 'cT2' } }, 'surgical'],
    [{ stage: 'IIA', tnm: { t: 'ypT1', n: 'cN1' } }, 'surgical'],
    [{ stage: 'IIA', tnm: { t: 'cT2', n: 'cN1', m: 'cM0' } }, 'clinical'],
    [{ stage: 'IIA', tnm: { t: 'ycT2' } }, 'clinical'],
    [{ stage: 'IIA', stageSystem: 'AJCC 8, clinical' }, 'clinical'],
    [{ stage: 'IIA', tnm: { t: 'pT2', m: 'cM0' } }, 'surgical'],
    [{ tnm: { m: 'M0' } }, 'none'],
    [{}, 'none'],
  ] as const)('%j: %s', (diagnosis, staging) => {
    expect(stagingOf(diagnosis)).toBe(staging);
  });
});

describe('a case before surgery', () => {
  it('without a stage the score after surgery abstains and the one before stands apart, under its own name and sentence', async () => {
    const said = await predict(unstaged);
    expect(said.aggressiveness).toMatchObject({
      state: 'abstained',
      reason: 'The clinical minimum is not known: stage.',
    });
    expect(said.models.map(({ id }) => id)).toEqual(['aggressiveness']);
    const { beforeSurgery } = said;
    expect(beforeSurgery?.models).toEqual([
      { id: ID, version: expect.any(String), sha256: pinnedModels[ID]?.['model.onnx'] },
    ]);
    const result = beforeSurgery?.aggressiveness;
    if (result?.state !== 'computed') throw new Error(`${result?.state}`);
    expect(result.sentence).toMatch(
      /^Before surgery, without stage: higher risk of death than \d+ % of 453 patients with lung adenocarcinoma \(90 % interval \d+ to \d+ %\)\.$/,
    );
    expect(
      Math.abs(result.contributions.reduce((sum, { contribution }) => sum + contribution, 0) - result.logRisk),
    ).toBeLessThan(1e-4);
    expect(answerShown(said)).toBe(beforeSurgery);
    for (const language of ['de', 'es'] as const)
      for (const text of [result.sentence, ...result.limits])
        for (const sentence of text.match(/[^.]+(?:\.\d[^.]*)*\.(?= |$)/g) ?? [])
          expect(translatorFor(language)(sentence.trim()), sentence).not.toBe(sentence.trim());
  });

  it('knows nothing that only the specimen shows, and says the same whether or not a stage is there', async () => {
    expect(table.columns.clinical.filter((name) => ['stage', 't', 'n', 'm', 'positive-nodes'].includes(name))).toEqual(
      [],
    );
    const { stage: _, tnm: __, ...rest } = unstaged;
    const staged = caseOf({ ...rest, stage: 'IIIB' });
    const live = await models.beforeSurgery(staged);
    expect(live).toEqual((await predict(unstaged)).beforeSurgery);
    const after = await models.predict(staged.record, staged.intake, staged.profile);
    expect(after.aggressiveness.state).toBe('computed');
    expect(after).not.toHaveProperty('beforeSurgery');
    expect(answerShown(after).aggressiveness).toBe(after.aggressiveness);
  });

  it('F061 the sandbox asks the score before surgery; a fact that it does not read is named, and moves nothing', async () => {
    const whole = caseOf(unstaged);
    const before = JSON.stringify(whole);
    const [own, aged, staged, smoker] = [
      (await models.beforeSurgery(whole)).aggressiveness,
      await models.whatIf(whole, { ageYears: 85, smoking: 'current', grade: 'G4' }, ID),
      await models.whatIf(whole, { stage: 'IV' }, ID),
      await models.whatIf(whole, { smoking: 'sometimes' }, ID),
    ];
    expect(aged.watermark).toBe('What if: not this patient');
    // Lung adenocarcinoma has no grade in its cohort.
    expect(aged.notRead).toEqual(['Grade']);
    if (own.state !== 'computed' || aged.aggressiveness.state !== 'computed') throw new Error('no estimate');
    expect(aged.aggressiveness.sentence).toMatch(/^Before surgery/);
    expect(aged.aggressiveness.percentile).toBeGreaterThan(own.percentile);
    for (const idle of [staged, smoker]) expect(idle.aggressiveness).toMatchObject({ percentile: own.percentile });
    expect([staged.notRead, smoker.notRead]).toEqual([['Stage'], ['Smoking']]);
    expect(JSON.stringify(whole)).toBe(before);
  });

  it('a clinical stage is no stage of the specimen: the score after surgery abstains, the one before is given', async () => {
    const said = await predict({ ...unstaged, stage: 'IIA', tnm: { t: 'cT2', n: 'cN0', m: 'cM0' } });
    expect(said.aggressiveness).toMatchObject({
      state: 'abstained',
      reason: expect.stringContaining('given before surgery'),
    });
    expect(said.beforeSurgery?.aggressiveness.state).toBe('computed');
  });

  it('abstains without expression that counts, on mixed-up ones and on other tumor types', async () => {
    const reasonOf = async (parts: CaseParts): Promise<string | undefined> => {
      const { beforeSurgery } = await predict({ stage: undefined, tnm: {}, ...parts });
      return beforeSurgery?.aggressiveness.state === 'abstained' ? beforeSurgery.aggressiveness.reason : undefined;
    };
    const none = 'No expression of the tumor counts here, and without it nothing is said before surgery.';
    expect(await reasonOf({})).toBe(none);
    expect(await reasonOf({ mutated: ['TP53', 'KRAS'] })).toBe(none);
    // Copy number alone puts no more pairs in the right order than the clinical facts.
    expect(await reasonOf({ copyNumbers: molecules.copyNumbers })).toBe(none);
    const { expression } = molecules;
    expect(await reasonOf({ expression: { ...expression, values: mixedUp(expression.values) } })).toBe(
      'The molecular data lie outside what the model has seen.',
    );
    expect(await reasonOf({ ...molecules, ageYears: undefined })).toBe('The clinical minimum is not known: age.');
    expect(await predict({ ...unstaged, code: 'HGSOC', ancestors: ['OVARY'] })).not.toHaveProperty('beforeSurgery');
  });

  it('is explained: contributions add up, nothing rests on a stage', async () => {
    const explained = await models.explain(caseOf(unstaged), [], ID);
    if (explained.state !== 'explained') throw new Error(explained.reason);
    expect(explained.additivityError).toBeLessThanOrEqual(1e-4);
    expect(explained.groups.map(({ id }) => id)).toContain('clinical:age');
    expect(explained.groups.some(({ id }) => /clinical:(stage|t|n|m|positive-nodes)$/.test(id))).toBe(false);
    expect((await models.explain(caseOf(unstaged), [])).state).toBe('none');
  });
});

describe('the model', () => {
  it('gives what torch gave, within 1e-5', async () => {
    const { tolerance, contributions } = JSON.parse(await readFile(join(MODELS, ID, 'parity.json'), 'utf8')) as {
      tolerance: number;
      contributions: number[][][];
    };
    const width = table.blocks.reduce((sum, block) => sum + table.columns[block].length, 0);
    const session = await openSession(onnx);
    const rows = contributions.map((_, i) =>
      Float32Array.from({ length: width }, (_, j) => (((i * 7919 + j * 104729) % 801) - 400) / 100),
    );
    const said = await session.run(
      rows,
      rows.map((_, i) => i % 14),
    );
    const off = said.flatMap((one, i) =>
      one.contributions.flatMap((member, m) =>
        member.map((value, b) => Math.abs(value - (contributions[i]?.[m]?.[b] ?? Number.NaN))),
      ),
    );
    expect(off).toHaveLength(64 * 11 * 4);
    expect(Math.max(...off)).toBeLessThanOrEqual(tolerance);
  });

  it('beats its clinical facts with a proven gain in five types and more, and its card says what a biopsy does not keep', () => {
    expect(card.beforeSurgery).toBe(true);
    expect(card.limits.join(' ')).toMatch(/A biopsy is smaller/);
    expect(card.limits.join(' ')).toMatch(/biopsies grade otherwise/);
    const up = Object.values(card.metrics.published.perType).filter(({ gainOverRichClinical: gain }) => gain.low > 0);
    expect(up.length).toBeGreaterThanOrEqual(5);
  });

  it('is put to a cohort: each patient gets what the same patient gets as a case; stage in the table is not read', async () => {
    const genes = Object.keys(molecules.expression.values);
    const table = (name: string, rows: (string | number)[][]) => ({
      name,
      bytes: Buffer.from(`${rows.map((row) => row.join(',')).join('\n')}\n`),
    });
    const cohort = (stage: string) => [
      table('clinical.csv', [
        ['case_id', 'tumor_type', 'age', 'sex', 'grade', 'stage'],
        ['P1', 'LUAD', 64, 'female', 'G2', stage],
        ['P2', 'LUAD', 64, 'female', 'G2', stage],
      ]),
      table('rna.csv', [
        ['case_id', ...genes],
        ['P1', ...genes.map((gene) => molecules.expression.values[gene] as number)],
      ]),
    ];
    const found = await evaluateCases(MODELS, cohort('IV'), { model: ID });
    expect(found.model).toBe(ID);
    expect(found.abstained).toEqual([
      {
        line: 3,
        column: 'LUAD',
        reason: 'No expression of the tumor counts here, and without it nothing is said before surgery',
      },
    ]);
    const { copyNumbers: _, ...expressed } = unstaged;
    const { beforeSurgery } = await predict(expressed);
    if (beforeSurgery?.aggressiveness.state !== 'computed') throw new Error('it is computed');
    expect(found.predictions[0]?.outputs.score).toBeCloseTo(beforeSurgery.aggressiveness.logRisk, 9);
    expect((await evaluateCases(MODELS, cohort(''), { model: ID })).predictions).toEqual(found.predictions);
  });
});
