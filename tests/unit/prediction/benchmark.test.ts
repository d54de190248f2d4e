import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { benchmarkedModels, benchmarkModel } from '../../../electron/prediction/index.ts';
import { benchmark } from '../../../shared/prediction/benchmark.ts';
import {
  conformal,
  learnedLimits,
  monthsOutlived,
  outcomesLeft,
  StoredLimits,
} from '../../../shared/prediction/conformal.ts';
import { equalOpportunity } from '../../../shared/prediction/fairness.ts';
import { type StoredPrediction, storedPredictions } from '../../../shared/prediction/stored.ts';
import { coxSlope, incidence, uncensoredBefore } from '../../../shared/prediction/survival.ts';
import { MODELS, normals } from './support.ts';

describe('F116 stored predictions', () => {
  it.each(['ici-response', 'neoadjuvant-response'])(
    '%s: measured again, every figure is as its card states',
    async (id) => {
      const found = await benchmarkModel(MODELS, id);
      expect(found.asStated).toBe(true);
      expect(found.figures[0]?.discrimination?.value).toBeGreaterThan(0.7);
    },
  );

  it('no row carries an identifier or a date', async () => {
    for (const id of benchmarkedModels()) {
      const text = await readFile(join(MODELS, id, 'predictions.csv'), 'utf8');
      expect(text).not.toMatch(/TCGA-\w\w-|MB-\d|T\d{3}\b|\d{4}-\d\d-\d\d/);
    }
  });

  it('one changed prediction is noticed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'models-'));
    try {
      await cp(join(MODELS, 'neoadjuvant-response'), join(folder, 'neoadjuvant-response'), { recursive: true });
      const path = join(folder, 'neoadjuvant-response', 'predictions.csv');
      const text = await readFile(path, 'utf8');
      await writeFile(path, text.replace(/^TransNEO,(\d),0,/m, 'TransNEO,$1,1,'));
      await expect(benchmarkModel(folder, 'neoadjuvant-response')).rejects.toMatchObject({
        fault: { code: 'model-altered' },
      });
      const read = (file: string) => readFile(join(folder, 'neoadjuvant-response', file));
      expect((await benchmarkModel(folder, 'neoadjuvant-response', read)).asStated).toBe(false);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

const normal = normals(11);
const cohort = (n: number): StoredPrediction[] =>
  Array.from({ length: n }, (_, i) => {
    const logit = normal();
    const probability = 1 / (1 + Math.exp(-logit));
    const event = ((i * 7919) % 1009) / 1009 < probability ? 1 : 0;
    const group = i % 2 === 0 ? 'a' : 'b';
    return {
      set: 's',
      fold: i % 5,
      followUp: { months: 0, event },
      score: logit,
      probability: group === 'a' ? probability : probability / 2,
      comparators: { none: 0.5 },
      groups: { age: group },
    };
  });

describe('F113 F115 who is treated alike', () => {
  const [found] = benchmark(cohort(1200), { thresholds: [{ name: 'half', at: 0.5 }] });
  const [byAge] = found?.fairness ?? [];

  it('a group whose probabilities are halved is seen in every measure, and its own threshold narrows the gap', () => {
    const [a, b] = byAge?.rows ?? [];
    expect(a?.called.value).toBeGreaterThan((b?.called.value ?? 1) + 0.3);
    expect(b?.observed).toBeGreaterThan((b?.meanPredicted ?? 1) + 0.15);
    const { before, after } = byAge?.gaps ?? {};
    expect(before?.sensitivity.value).toBeGreaterThan(0.4);
    expect(after?.sensitivity.value).toBeLessThan(0.1);
    expect(byAge?.mitigation.b).toBeLessThan(byAge?.mitigation.a ?? 0);
  });

  it('groups that are treated alike keep the common threshold', () => {
    const rows = Array.from({ length: 200 }, (_, i) => ({
      value: i % 2 === 0 ? 'a' : 'b',
      probability: Math.floor(i / 2) / 100,
      outcome: { positive: Math.floor(i / 2) % 3 === 0, weight: 1 },
    }));
    const { a, b } = equalOpportunity(rows, 0.5);
    expect(a).toBe(b);
    expect(Math.abs((a ?? 0) - 0.5)).toBeLessThan(0.02);
  });

  it('F031 conformal sets cover what they promise; a comparator that ranks nothing is beaten', () => {
    expect(Math.abs((found?.conformal?.coverage ?? 0) - 0.9)).toBeLessThan(0.02);
    expect(found?.comparators.none?.gain?.low).toBeGreaterThan(0.1);
  });
});

describe('F031 coverage in every group', () => {
  it('one limit for all fails the groups it is wrong for; limits by group hold in overlapping groups at once', () => {
    // At site x the model is three times too sure.
    const rows = cohort(1800).map((row, i): StoredPrediction => {
      const site = i % 3 === 0 ? 'x' : 'y';
      const probability = 1 / (1 + Math.exp(-row.score * (site === 'x' ? 3 : 1)));
      return { ...row, probability, groups: { ...row.groups, site } };
    });
    const found = conformal(rows, rows);
    expect(found?.groups.map(({ group, value }) => `${group} ${value}`)).toEqual([
      'age a',
      'age b',
      'site x',
      'site y',
    ]);
    expect(found?.groups.some(({ coverage }) => Math.abs(coverage - 0.9) > 0.02)).toBe(true);
    for (const { conditional } of found?.groups ?? []) expect(Math.abs((conditional ?? 0) - 0.9)).toBeLessThan(0.02);
    // As a card keeps them and the app states them of one patient.
    const limits = StoredLimits.parse(JSON.parse(JSON.stringify(learnedLimits(rows))));
    for (const site of ['x', 'y']) {
      const there = rows.filter(({ groups }) => groups.site === site);
      const held = there.filter(({ groups, probability = 0, followUp }) =>
        outcomesLeft(limits, groups, probability).includes(followUp.event as 0 | 1),
      );
      expect(Math.abs(held.length / there.length - 0.9)).toBeLessThan(0.02);
    }
  });

  it('times that 90 % outlive, where half of the follow-up is cut off and one group dies twice as fast', () => {
    const draw = normals(5);
    const rows = Array.from({ length: 1800 }, (_, i): StoredPrediction => {
      const score = draw();
      const fast = i % 3 === 0;
      const death = -Math.log((((i * 7919) % 1801) + 1) / 1802) / (Math.exp(score) * (fast ? 2 : 1));
      const lost = -Math.log((((i * 104729) % 1799) + 1) / 1800);
      return {
        set: 's',
        fold: i % 5,
        followUp: { months: 40 * Math.min(death, lost), event: Number(death <= lost) },
        score,
        comparators: {},
        groups: { pace: fast ? 'fast' : 'slow' },
      };
    });
    const found = conformal(rows, rows);
    for (const { coverage, conditional } of found?.groups ?? []) {
      expect(Math.abs(coverage - 0.9)).toBeGreaterThan(0.02);
      expect(Math.abs((conditional ?? 0) - 0.9)).toBeLessThan(0.02);
    }
    expect(found?.groups).toHaveLength(2);
    const limits = learnedLimits(rows);
    if (limits === undefined) throw new Error('enough patients');
    expect(limits.groups.map(({ coverage }) => coverage)).toEqual(found?.groups.map(({ conditional }) => conditional));
    const [slow, fast] = ['slow', 'fast'].map((pace) => monthsOutlived(limits, { pace }, 0));
    expect(fast).toBeLessThan(slow ?? 0);
    // Of those of one log-risk 90 % outlive it by the law they were drawn from: exp(-months / 40) for the slow.
    expect(Math.exp(-(slow ?? 0) / 40)).toBeGreaterThan(0.87);
    expect(Math.exp(-((slow ?? 0) + 2) / 40)).toBeLessThan(0.92);
    expect(monthsOutlived(limits, { pace: 'slow' }, 1)).toBeLessThan(slow ?? 0);
  });

  it('under 100 patients no limits by group are stated', () => {
    const rows = cohort(99);
    const found = conformal(rows, rows);
    expect(found?.conditional).toBeUndefined();
    expect(found?.groups.every(({ conditional }) => conditional === undefined)).toBe(true);
  });

  it.each([
    ['aggressiveness', 22, 19],
    ['breast-prognosis', 11, 11],
    ['ici-response', 8, 8],
    ['neoadjuvant-response', 6, 6],
  ])(
    'of %s every group of 50 and more lies within 2 points of what is promised, with and without race',
    async (id, all, stated) => {
      const card = JSON.parse(await readFile(join(MODELS, id, 'card.json'), 'utf8')) as {
        benchmark: { figures: { conformal: { groups: { conditional: number }[] } }[] };
        limitsByGroup: StoredLimits;
      };
      const groups = card.benchmark.figures[0]?.conformal.groups.map(({ conditional }) => conditional) ?? [];
      const own = card.limitsByGroup.groups.map(({ coverage }) => coverage);
      expect([groups.length, own.length]).toEqual([all, stated]);
      for (const coverage of [...groups, ...own]) expect(Math.abs(coverage - 0.9)).toBeLessThan(0.02 + 1e-9);
    },
  );
});

describe('follow-up', () => {
  it('without censoring or competition, incidence is the share of events and nobody is lost', () => {
    const rows = [3, 5, 8, 13].map((months) => ({ months, event: 1 }));
    expect(incidence(rows, 6)).toBeCloseTo(0.5, 12);
    expect(uncensoredBefore(rows)(8)).toBe(1);
  });
  it('competing deaths take from the incidence what they must (by hand)', () => {
    // At 1: 1 of 4 competes; at 2: 1 of 3 has the event: 3/4 x 1/3.
    expect(
      incidence(
        [1, 2, 3, 4].map((months, i) => ({ months, event: [2, 1, 0, 0][i] ?? 0 })),
        3,
      ),
    ).toBeCloseTo(0.25, 12);
  });
  it('times lived away by exp(score) have a slope of 1', () => {
    const draw = normals(3);
    const score = Array.from({ length: 2000 }, () => draw());
    const followUp = score.map((x, i) => ({
      months: -Math.log((((i * 7919) % 2003) + 1) / 2004) / Math.exp(x),
      event: 1,
    }));
    expect(coxSlope(score, followUp)?.slope).toBeCloseTo(1, 1);
  });
  it('rows of a file become predictions, groups and comparators', () => {
    const [row] = storedPredictions([
      { set: 's', fold: '-1', months: '3', event: '2', score: '0.5', clinical: '', 'by sex': 'x' },
    ]);
    expect(row).toEqual({
      set: 's',
      fold: -1,
      followUp: { months: 3, event: 2 },
      score: 0.5,
      comparators: {},
      groups: { sex: 'x' },
    });
    expect(() => storedPredictions([{ set: 's', fold: '0', outcome: '1', probability: 'high' }])).toThrow('readable');
  });
});
