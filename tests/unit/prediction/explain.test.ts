import { beforeAll, describe, expect, it } from 'vitest';
import { coalitionAsker } from '../../../electron/prediction/explain.ts';
import { openModels } from '../../../electron/prediction/index.ts';
import { pinnedModels } from '../../../electron/prediction/pinned.ts';
import { openSession } from '../../../electron/prediction/session.ts';
import { readModel } from '../../../electron/prediction/verified.ts';
import { caseFeatures, knownInputs } from '../../../shared/prediction/case-features.ts';
import {
  type AskCoalitions,
  deletionArea,
  exactShapley,
  limeSlopes,
  randomOrders,
  sampledShapley,
  signConflicts,
} from '../../../shared/prediction/coalitions.ts';
import { type Candidate, fewestChanges, fifthOf, inputGroups } from '../../../shared/prediction/explain-case.ts';
import type { Explanation } from '../../../shared/prediction/explanation.ts';
import { caseOf, likeCohort, MODELS, normals } from './support.ts';

/** Three players with an interaction: v = 2a + b + 4ab − c; Shapley 4, 3, −1 by symmetry of the product. */
const game: AskCoalitions = async (coalitions) =>
  coalitions.map(([a, b, c]) => 2 * Number(a) + Number(b) + 4 * Number(a && b) - Number(c));

describe('coalitions', () => {
  it('F057 exact and sampled values agree and are efficient where players interact', async () => {
    const exact = await exactShapley(3, game);
    expect(exact.values.map((value) => Number(value.toFixed(9)))).toEqual([4, 3, -1]);
    const sampled = await sampledShapley(3, game, { least: 2048, seed: 3 });
    // An antithetic pair of a product of two is exact: one walk has a before b, the other b before a.
    for (const [i, value] of sampled.values.entries()) expect(value).toBeCloseTo(exact.values[i] as number, 9);
    expect(sampled.coalitions).toBeGreaterThanOrEqual(2048);
    expect(sampled.empty + sampled.values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(sampled.full, 9);
  });
  it('F057 the standard error covers the sampling error of a game of three', async () => {
    const majority: AskCoalitions = async (rows) =>
      rows.map((row) => Number(row.reduce((sum, one, i) => sum + Number(one) * (i + 1), 0) >= 8));
    const exact = await exactShapley(5, majority);
    const sampled = await sampledShapley(5, majority, { least: 800, seed: 1 });
    sampled.values.forEach((value, i) => {
      expect(sampled.standardErrors[i]).toBeGreaterThan(0);
      expect(Math.abs(value - (exact.values[i] as number))).toBeLessThan(4 * (sampled.standardErrors[i] as number));
    });
  });
  it('F058 the local line of a line is that line, and a fold is flagged', async () => {
    const line: AskCoalitions = async (rows) => rows.map(([a, b]) => 1 + 2 * Number(a) - 3 * Number(b));
    const { slopes, fit } = await limeSlopes(2, line, { samples: 256, seed: 2 });
    expect(slopes[0]).toBeCloseTo(2, 3);
    expect(slopes[1]).toBeCloseTo(-3, 3);
    expect(fit).toBeCloseTo(1, 5);
    expect(signConflicts([2, -3, 0.1, 0.01], [2, 3, 0.1, -0.01])).toEqual([1]);
  });
  it('F060 the fewest changes come first, the nearest among equals, one change of a feature', () => {
    const change = (feature: string, cost: number): Pick<Candidate, 'change' | 'cost'> => ({
      change: { feature, label: feature, from: 'a', to: 'b' },
      cost,
    });
    const all = [change('s', 3), change('s', 1), change('g', 2), change('h', 9)];
    expect(fewestChanges(all, [-5, -4, -4, 1], -3)).toEqual([1]);
    expect(fewestChanges(all, [-5, -4, -4, 1], -8)).toEqual([0, 2]);
    expect(fewestChanges(all, [-5, -4, -4, 1], -10)).toBeUndefined();
  });
});

describe('a case explained through the runtime', () => {
  const pathways = [{ name: 'A_PATHWAY', genes: ['EGFR', 'ERBB2'] }];
  let documents: ReturnType<typeof caseOf>;
  let models: Awaited<ReturnType<typeof openModels>>;
  let explained: Explanation;
  let percentile: number;
  beforeAll(async () => {
    const { documents: files } = await readModel(MODELS, pinnedModels, 'aggressiveness');
    documents = caseOf({
      stage: 'IIIA',
      ...likeCohort(files.features, 'LUAD', normals(4)),
      mutated: ['TP53', 'KRAS'],
    });
    models = await openModels(MODELS);
    const { record, intake, profile } = documents;
    const { aggressiveness } = await models.predict(record, intake, profile);
    const said = await models.explain(documents, pathways);
    if (aggressiveness.state !== 'computed' || said.state !== 'explained') throw new Error('no estimate to explain');
    percentile = aggressiveness.percentile;
    explained = said;
    expect(explained.logRisk).toBe(aggressiveness.logRisk);
    // The model adds its inputs up, so exact values of modalities are what the table says of them.
    for (const { modality, value } of explained.modalities)
      expect(value).toBeCloseTo(
        aggressiveness.contributions.find((one) => one.modality === modality)?.contribution ?? Number.NaN,
        4,
      );
  });

  it('F057 at least 2,048 coalitions, and contributions sum to the output within 1e-4', () => {
    expect(explained.coalitions).toBeGreaterThanOrEqual(2048);
    const sum = explained.baseline + explained.groups.reduce((all, { value }) => all + value, 0);
    expect(Math.abs(sum - explained.logRisk)).toBeLessThanOrEqual(1e-4);
    expect(explained.groups.some(({ id }) => id.startsWith('pathway:'))).toBe(true);
    expect(explained.groups.every(({ conflict }) => !conflict)).toBe(true);
    expect(explained.limeFit).toBeGreaterThan(0.999);
  });
  it('F059 each clause names its fact', () => {
    const facts = explained.rules.flatMap((rule) => rule.facts);
    expect(explained.rules.length).toBeGreaterThan(0);
    expect(facts.find(({ clause }) => clause.startsWith('Stage'))?.id ?? 'record:diagnosis.stage').toBe(
      'record:diagnosis.stage',
    );
    for (const { id } of facts) expect(id).toMatch(/^(record|finding|variant|ledger):|^files\//);
  });
  it('F060 counterfactuals flip the fifth and never touch what is fixed', () => {
    expect(explained.counterfactuals.length).toBeGreaterThan(0);
    for (const { direction, from, to, percentile: after, changes } of explained.counterfactuals) {
      expect(direction === 'lower' ? to < from && after < percentile : to > from && after > percentile).toBe(true);
      for (const { feature } of changes) expect(feature).toMatch(/^(clinical:(stage|grade)|gene:.+|pathway:.+|rest)$/);
    }
  });
  it('F061 the sandbox answers under its mark and leaves every document as it was', async () => {
    const before = JSON.stringify(documents);
    const answer = await models.whatIf(documents, { stage: 'I', without: ['rna', 'mutation', 'copy-number'] });
    expect(answer.watermark).toBe('What if: not this patient');
    expect(answer.changes.map(({ feature }) => feature)).toEqual(['clinical:stage', 'rna', 'mutation', 'copy-number']);
    if (answer.aggressiveness.state !== 'computed') throw new Error('no estimate');
    expect(answer.aggressiveness.modalities.filter(({ state }) => state === 'used').map((one) => one.modality)).toEqual(
      ['clinical'],
    );
    expect(JSON.stringify(documents)).toBe(before);
    await expect(models.whatIf(documents, { stage: 'IIIA' })).rejects.toMatchObject({
      fault: { code: 'field-invalid' },
    });
    // What the sandbox is told is checked as a patient is: an age outside the cohort ends in abstention.
    expect((await models.whatIf(documents, { ageYears: 12 })).aggressiveness.state).toBe('abstained');
  });
  it('F041 the same case is explained with the same bytes', async () => {
    const again = await models.explain(documents, pathways);
    expect(JSON.stringify(again)).toBe(JSON.stringify(explained));
  });
  it('F041 a hundred predictions and answers of the table models are the same bytes', async () => {
    const { record, intake, profile } = documents;
    const said = new Set<string>();
    for (let i = 0; i < 100; i++)
      said.add(JSON.stringify([await models.predict(record, intake, profile), await models.others(documents)]));
    expect(said.size).toBe(1);
  });
  it.each<[string, Record<string, number>]>([
    ['one gene only', { EGFR: 1.2 }],
    ['unknown gene ids', Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`ENSG${i}`, (i % 7) - 3]))],
  ])('%s: expression is absent with its reason, and no rule or change rests on it', async (_, values) => {
    const odd = caseOf({ stage: 'IIIA', expression: { reference: 'TCGA LUAD', values } });
    const { record, intake, profile } = odd;
    const { aggressiveness } = await models.predict(record, intake, profile);
    if (aggressiveness.state !== 'computed') throw new Error('clinical data alone give an estimate');
    const rna = aggressiveness.modalities.find(({ modality }) => modality === 'rna');
    expect(rna).toMatchObject({ state: 'absent', featuresUsed: 0 });
    expect(rna?.reason).toMatch(/\S/);
    const why = await models.explain(odd, pathways);
    if (why.state !== 'explained') throw new Error(why.reason);
    expect(why.groups.every(({ id }) => id.startsWith('clinical:'))).toBe(true);
  });
  it('F067 the deletion curve of the shipped model beats random orders', async () => {
    const { onnx, documents: files } = await readModel(MODELS, pinnedModels, 'aggressiveness');
    const session = await openSession(onnx);
    const type = Object.keys(files.features.types).indexOf('LUAD');
    const inputs = caseFeatures(files.features, 'LUAD', documents);
    const [output] = await session.run([inputs.features], [type]);
    const groups = inputGroups(knownInputs(inputs), output?.terms ?? new Float32Array(), pathways);
    const ask = coalitionAsker(session, type, 1, inputs.features, groups);
    const place = new Map(groups.map(({ id }, i) => [id, i]));
    // What raises is taken away first: the output falls furthest, soonest.
    const order = [...explained.groups].sort((a, b) => b.value - a.value).map(({ id }) => place.get(id) as number);
    const area = await deletionArea(order, ask);
    const random = await Promise.all(randomOrders(groups.length, 8, 5).map((one) => deletionArea(one, ask)));
    for (const other of random) expect(area).toBeGreaterThan(other);
  });
  it('without an estimate there is nothing to explain, and the reason is said', async () => {
    const ovary = caseOf({ code: 'HGSOC', ancestors: ['OVARY'] });
    expect(await models.explain(ovary, pathways)).toMatchObject({ state: 'none' });
    expect(fifthOf(0, [-1, 0, 1])).toBe(2);
  });
});
