/** Patients like this: aggregates of 30 and more, distance in words, and nobody where nobody is near (F038). */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openModels } from '../../../electron/prediction/index.ts';
import { Archetypes } from '../../../shared/prediction/alike.ts';
import { inAgeBand, offersFor } from '../../../shared/prediction/mitigation.ts';
import { TableCard } from '../../../shared/prediction/other-models.ts';
import { type CaseParts, caseOf, MODELS } from './support.ts';

const json = async (id: string, file: string) => JSON.parse(await readFile(join(MODELS, id, file), 'utf8'));
const shipped = Archetypes.parse(await json('aggressiveness', 'archetypes.json'));
const said = async (parts: CaseParts = {}) => {
  const { record, profile } = caseOf(parts);
  return (await openModels(MODELS)).alike({ record, profile });
};

describe('F038 patients like this', () => {
  it('ships groups of 30 and more in each of the fourteen types, with numbers at risk that only fall', () => {
    expect(Object.keys(shipped.types)).toHaveLength(14);
    for (const { groups, patients } of Object.values(shipped.types)) {
      expect(groups.reduce((sum, group) => sum + group.patients, 0)).toBe(patients);
      for (const { curve, patients: n, deaths } of groups) {
        expect([n >= 30, deaths >= 10, curve[0]?.[4]]).toEqual([true, true, n]);
        const atRisk = curve.map((point) => point[4]);
        expect(atRisk).toEqual([...atRisk].sort((a, b) => b - a));
      }
    }
  });

  it('finds the nearest group, the same each time, and says how far the patient is from it', async () => {
    const near = await said({ ageYears: 64, stage: 'IIIA', sex: 'female' });
    if (near.state !== 'near') throw new Error(near.reason);
    expect(near).toEqual(await said({ ageYears: 64, stage: 'IIIA', sex: 'female' }));
    expect(near.patients).toBeGreaterThanOrEqual(30);
    expect(near.sentence).toContain(`Of the ${near.patients} patients`);
    expect(near.distance).toHaveLength(3);
    expect(near.distance.join(' ')).toMatch(/Age 64.*stage III.*are women/);
    expect(near.treatments).toContain('does not record');
    // Another stage is another group, and a later stage fares worse.
    const early = await said({ ageYears: 64, stage: 'IA', sex: 'female' });
    if (early.state !== 'near') throw new Error(early.reason);
    const alive = (points: typeof early.points) => points.findLast(({ months }) => months <= 36)?.survival ?? 0;
    expect(alive(early.points)).toBeGreaterThan(alive(near.points));
  });

  it.each<[string, CaseParts, string]>([
    ['an age that nobody had', { ageYears: 19 }, 'near enough'],
    ['no stage', { stage: undefined }, 'Not known of this patient: stage'],
    ['no age', { ageYears: undefined }, 'age'],
    ['another tumor type', { code: 'HGSOC', ancestors: ['OVT', 'OVARY'] }, 'No cohort'],
  ])('%s: nobody, and why', async (_, parts, words) => {
    expect(await said(parts)).toMatchObject({ state: 'none', reason: expect.stringContaining(words) });
  });
});

describe('F115 thresholds by group', () => {
  it('bands of age as the cards write them', () => {
    expect(inAgeBand(49.9, 'under 50 years')).toBe(true);
    expect(inAgeBand(50, 'under 50 years')).toBe(false);
    expect(inAgeBand(69.5, '50 to 69 years')).toBe(true);
    expect(inAgeBand(70, '50 to 69 years')).toBe(false);
    expect(inAgeBand(70, '70 years and over')).toBe(true);
    expect(inAgeBand(70, 'unknown')).toBe(false);
  });

  it('a patient is offered the threshold of their own group, with what it changes as the card states it', async () => {
    const card = TableCard.parse(await json('ici-response', 'card.json'));
    const fairness = card.benchmark?.figures[0]?.fairness ?? [];
    const offers = offersFor(fairness, { ageYears: 70, sex: 'male' });
    expect(offers.map(({ by, value }) => [by, value])).toEqual([
      ['age', '65 years and over'],
      ['sex', 'male'],
    ]);
    expect(offers[0]).toMatchObject({ threshold: 0.3217, one: 0.3, before: { called: { value: 0.0508 } } });
    expect(offersFor(fairness, { sex: 'unknown' })).toEqual([]);
  });
});
