import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { survivalSentence } from '../../../renderer/prediction/Computed.tsx';
import { atRiskAt, attributionFigure, survivalAt, survivalFigure } from '../../../renderer/prediction/figures.ts';
import { IntegrationScreen } from '../../../renderer/prediction/IntegrationScreen.tsx';
import {
  ablationSentence,
  hardlyKnown,
  modalityRows,
  raceSentence,
  reasonsSentence,
  representedOn,
  signed,
} from '../../../renderer/prediction/integration.ts';
import type { ChartColors } from '../../../renderer/ui/Chart.tsx';
import { predictionModalityWords } from '../../../renderer/ui/words.ts';
import { mountCase } from './support/case-screen.tsx';
import { computed, lungCase } from './support/lung.ts';

const card = readFileSync(resolve(import.meta.dirname, '../../../models/aggressiveness/card.md'), 'utf8');
const colors: ChartColors = {
  ink: 'ink',
  quiet: 'quiet',
  line: 'line',
  grid: 'grid',
  ground: 'ground',
  series: ['s1'],
  bands: ['a', 'b'],
  gain: 'gain',
  loss: 'loss',
  point: 'point',
  amber: 'amber',
  red: 'red',
  size: 14,
  font: 'Inter',
};

describe('words', () => {
  it('F057 tells the strongest reasons by which way they move the estimate', () => {
    expect(reasonsSentence(computed.attributions)).toBe(
      'Stage (IIIB) and MKI67 expression (z 2.1) raise the estimate; Age (61 years) lowers it.',
    );
    expect(reasonsSentence([])).toBe('No single fact moves the estimate.');
    const many = Array.from({ length: 9 }, (_, index) => ({
      modality: 'rna' as const,
      feature: `rna:${index}`,
      label: `G${index}`,
      value: 'z 1',
      contribution: -(index + 1),
    }));
    expect(reasonsSentence(many)).toBe('G8 (z 1), G7 (z 1), G6 (z 1), G5 (z 1) and G4 (z 1) lower the estimate.');
  });

  it('F033 the rows of the modalities add up to the score and say what absence is due to', () => {
    const rows = modalityRows(computed);
    expect(rows.reduce((sum, { contribution }) => sum + (contribution ?? 0), 0)).toBeCloseTo(computed.logRisk, 4);
    expect(rows.map(({ use, without }) => [use.modality, without?.change])).toEqual([
      ['clinical', undefined],
      ['rna', -11],
      ['copy-number', undefined],
    ]);
    expect(ablationSentence(computed, predictionModalityWords)).toBe('Without RNA expression it would be at 70 %.');
    expect(ablationSentence({ ...computed, ablation: [] }, predictionModalityWords)).toContain('Only clinical');
    const steady = { ...computed, ablation: [{ without: 'rna' as const, logRisk: 0.5, percentile: 80 }] };
    expect(ablationSentence(steady, predictionModalityWords)).toContain('less than 3 percentiles');
  });

  it('F037 without 30 comparable patients there is no curve, and the sentence says so', () => {
    const { curve: _, ...bare } = computed;
    expect(survivalSentence(bare)).toContain('fewer than 30');
    expect(survivalSentence(computed)).toBe(
      'Of 90 patients in this fifth of risk, 60 % (95 % interval 50 to 70 %) were alive at 2 years, of the whole cohort 76 %; 20 % (95 % interval 10 to 35 %) were alive at 5 years, of the whole cohort 40 %.',
    );
  });

  it('signs carry a true minus, and zero carries none', () => {
    expect([signed(0.4), signed(-0.4), signed(-0.001), signed(3, 0)]).toEqual(['+0.40', '−0.40', '0.00', '+3']);
  });
});

describe('whom the model knows', () => {
  it('F064 reads the population of a tumor type from the shipped card', () => {
    expect(representedOn(card, 'LUAD')).toMatchObject({ patients: 453, female: 245, medianAge: 66 });
    expect(representedOn(card, 'HGSOC')).toBeUndefined();
    expect(representedOn('# A card without a table', 'LUAD')).toBeUndefined();
  });

  it('counts every person of the card once, those not stated last', () => {
    for (const type of ['LUAD', 'SKCM', 'UCEC', 'LIHC']) {
      const on = representedOn(card, type);
      expect(on?.race.reduce((sum, { patients }) => sum + patients, 0)).toBe(on?.patients);
      if (on !== undefined) expect(raceSentence(on)).toMatch(/not stated [^,]+$/);
    }
  });

  it('warns of an ancestry the cohort hardly holds, and of nothing where the record does not say', () => {
    const on = representedOn(card, 'LUAD');
    if (on === undefined) throw new Error('the card has LUAD');
    expect(hardlyKnown('East Asian', on)).toContain('7 of 453');
    expect(hardlyKnown('European', on)).toBeUndefined();
    expect(hardlyKnown(undefined, on)).toBeUndefined();
    expect(hardlyKnown('not stated', on)).toBeUndefined();
  });
});

describe('pictures', () => {
  it('bars stand strongest on top, colored by which way they move', () => {
    const bars = attributionFigure(
      [...computed.attributions].sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)),
      colors,
    ).data[0] as { y: string[]; marker: { color: string[] } };
    expect(bars.y.at(-1)).toBe('Stage (IIIB)');
    expect(bars.marker.color).toEqual(['loss', 'gain', 'gain']);
  });

  it('F037 reads a step function, and nothing beyond its last point', () => {
    const points = computed.curve?.points ?? [];
    expect(survivalAt(points, 23.9)?.survival).toBe(1);
    expect(survivalAt(points, 24)?.survival).toBe(0.6);
    expect(survivalAt(points, 61)).toBeUndefined();
    expect([atRiskAt(points, 0), atRiskAt(points, 36), atRiskAt(points, 72)]).toEqual([90, 40, undefined]);
  });

  it('the numbers at risk of both curves stand beneath the picture', () => {
    const { curve } = computed;
    if (curve === undefined) throw new Error('the case has a curve');
    const { layout } = survivalFigure(curve, 'LUAD', colors) as { layout: { annotations: { text: string }[] } };
    const told = layout.annotations.map(({ text }) => text);
    expect(told).toEqual(expect.arrayContaining(['90', '40', '6', '453', '200', '47', 'whole cohort']));
    // Whose curve it is stands in lines that the margin beside it holds.
    const long = { ...curve, label: 'breast carcinoma and protein arrays, second highest fifth of risk' };
    const { annotations } = survivalFigure(long, 'BRCA', colors).layout as { annotations: { text: string }[] };
    expect(annotations.map(({ text }) => text)).toContain(
      'breast carcinoma and<br>protein arrays,<br>second highest fifth of<br>risk<br>n 90',
    );
  });
});

describe('the screen', () => {
  it('F062 shows the sentence, the number and its interval first, and no chart until one is asked for', async () => {
    const { page, text, press } = await mountCase(lungCase(), <IntegrationScreen />, [], card);
    expect(text()).toContain('Higher risk of death than 81 % of 453 patients.');
    expect(text()).toContain('90 % interval 64 to 92');
    expect(text()).toContain('no gene-level copy number');
    expect(page.querySelector('figure')).toBeNull();
    await press('t');
    await press('r');
    expect(page.querySelector('figure table')?.textContent).toContain('Stage (IIIB)');
    await press('r');
    expect(page.querySelector('figure')).toBeNull();
  });

  it('design rule 3: says of itself that it is no evidence and moves no tier', async () => {
    const { text } = await mountCase(lungCase(), <IntegrationScreen />, [], card);
    expect(text()).toContain('Model estimate, not evidence');
    expect(text()).toMatch(/Never raises or lowers a tier/);
  });

  it('F032 an abstention is a result with its reason, and shows no number', async () => {
    const abstained = {
      state: 'abstained' as const,
      reason: 'The model has no cohort HGSOC.',
      detail: [],
      modalities: [],
    };
    const { page, text } = await mountCase(lungCase(abstained), <IntegrationScreen />, [], card);
    expect(text()).toContain('No estimate for this patient. The model has no cohort HGSOC.');
    expect(text()).not.toMatch(/percentile/);
    expect(page.querySelector('[role="alert"]')).toBeNull();
  });

  it('a score before surgery is offered beside one after it that could not be given, and opens as an answer of its own', async () => {
    const after = {
      state: 'abstained' as const,
      reason: 'The clinical minimum is not known: stage.',
      detail: [],
      modalities: [],
    };
    const view = lungCase(after);
    if (view.predictions === undefined) throw new Error('the case has predictions');
    const sentence = 'Before surgery, without stage: higher risk of death than 70 % of 453 patients.';
    const beforeSurgery = {
      aggressiveness: { ...computed, sentence },
      models: view.predictions.models.map((model) => ({ ...model, id: 'aggressiveness-preoperative' })),
    };
    const { page, panel, text, click, press } = await mountCase(
      { ...view, predictions: { ...view.predictions, beforeSurgery } },
      <IntegrationScreen />,
      [],
      card,
    );
    expect([...page.querySelectorAll('ol button')].map(({ textContent }) => textContent)).toEqual([
      'Aggressiveness abstains',
      'Before surgery estimate',
    ]);
    expect(text()).toContain('No estimate for this patient.');
    expect(text()).toContain(`A score before surgery is given${sentence}`);
    expect(text()).not.toContain('percentile of risk');
    await click('Open the score before surgery');
    expect(text()).toContain('percentile of risk before surgery');
    expect(text()).toContain('Model estimate before surgery, not evidence');
    expect(text()).not.toContain('What became of patients like this one?');
    expect(panel().textContent).toContain('aggressiveness-preoperative');
    await press('m');
    expect(text()).toContain('No estimate for this patient.');
  });

  it('F146 an unavailable model leaves a sentence and its reason', async () => {
    const { text } = await mountCase(
      lungCase({ state: 'unavailable', reason: 'The model file is altered.' }),
      <IntegrationScreen />,
      [],
      card,
    );
    expect(text()).toContain('The model file is altered.');
    expect(text()).toContain('do not depend on it');
  });
});
