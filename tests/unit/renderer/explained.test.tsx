import { describe, expect, it } from 'vitest';
import { IntegrationScreen } from '../../../renderer/prediction/IntegrationScreen.tsx';
import { conflictSentence, counterfactualSentence, wishOf } from '../../../renderer/prediction/integration.ts';
import { figureTables, versionsSentence } from '../../../renderer/prediction/VersionFigures.tsx';
import { Sha256 } from '../../../shared/foundation/ids.ts';
import type { Explanation } from '../../../shared/prediction/explanation.ts';
import type { VersionFigures } from '../../../shared/prediction/model-versions.ts';
import type { OtherModel } from '../../../shared/prediction/other-models.ts';
import { mountCase } from './support/case-screen.tsx';
import { computed, lungCase } from './support/lung.ts';

const explanation: Explanation = {
  state: 'explained',
  baseline: 0,
  logRisk: computed.logRisk,
  groups: [
    { id: 'clinical:stage', label: 'Stage', features: 1, value: 0.4, standardError: 0, lime: -0.2, conflict: true },
    {
      id: 'pathway:HYPOXIA',
      label: 'Pathway hypoxia',
      features: 12,
      value: 0.1,
      standardError: 0,
      lime: 0.1,
      conflict: false,
    },
  ],
  modalities: [{ modality: 'clinical', value: 0.4 }],
  coalitions: 2050,
  seed: 1,
  additivityError: 1e-7,
  limeFit: 0.99,
  counterfactuals: [
    {
      direction: 'lower',
      from: 4,
      to: 3,
      percentile: 71,
      changes: [{ feature: 'clinical:stage', label: 'Stage', from: 'IIIB', to: 'II' }],
    },
  ],
  heldFixed: 'age and sex',
  rules: [
    { text: 'If Stage is IIIB, then it raises.', facts: [{ clause: 'Stage is IIIB', id: 'record:diagnosis.stage' }] },
  ],
};
const sha256 = Sha256.parse('a'.repeat(64));
const others: OtherModel[] = [
  {
    state: 'computed',
    id: 'ici-response',
    title: 'Response to checkpoint inhibitors',
    version: '1.1.0',
    sha256,
    notFor: ['withholding treatment by itself'],
    sentence: '24 % for complete or partial response.',
    values: [
      {
        label: 'response',
        value: 0.24,
        low: 0.17,
        high: 0.34,
        unit: 'probability',
        intervalMeaning: 'of 97',
        comparable: 97,
      },
    ],
    known: [{ column: 'TMB', meaning: 'tumor mutational burden', value: '14' }],
    unknown: ['blood neutrophils to lymphocytes'],
    contributions: [{ label: 'tumor mutational burden', value: 0.05, standardError: 0 }],
    baseline: 0.19,
    limits: ['Only one centre.'],
    operating: { threshold: 0.3, sensitivity: 0.63, specificity: 0.72, prevalence: 0.29 },
  },
  {
    state: 'not-assayed',
    id: 'neoadjuvant-response',
    title: 'Complete response',
    version: '1.0.0',
    sha256,
    notFor: [],
    reason: 'The case does not hold what the model needs.',
    missing: ['Allred score of the estrogen receptor'],
  },
];

describe('words', () => {
  it('F058 and F060 say what was found, or that nothing was', () => {
    expect(conflictSentence(explanation.groups)).toContain('disagree on which way Stage moves');
    expect(conflictSentence([])).toContain('agree');
    expect(counterfactualSentence(explanation)).toBe('With Stage II it would lie in the second highest fifth.');
    expect(counterfactualSentence({ counterfactuals: [] })).toContain('No five plausible changes');
  });
  it('F061 what is no whole number is not sent', () => {
    expect(wishOf({ ageYears: '61', stage: ' II ', t: '' }, ['rna'])).toEqual({
      ageYears: 61,
      stage: 'II',
      without: ['rna'],
    });
    expect(wishOf({ ageYears: '6.5' }, [])).toBeUndefined();
    expect(wishOf({ ageYears: '121' }, [])).toBeUndefined();
  });
});

describe('F040 versions measured beside each other', () => {
  const estimate = { value: 0.728, low: 0.714, high: 0.743 };
  const version = (name: string, more: object): VersionFigures[number] => ({
    version: name,
    publisher: 'Model house',
    inUse: name !== 'shipped',
    filesChanged: [],
    measure: 'C',
    figures: [{ set: 'TCGA_folds', patients: 147, gains: [{ over: 'clinical', gain: estimate }], ...more }],
  });
  it('has a table a cohort and a cell a version; what one was not measured on is said', () => {
    const pair = [version('shipped', { discrimination: estimate }), version('1.2.0', { coverage: 0.903 })];
    const interval = '0.714 to 0.743';
    expect(figureTables(pair)).toEqual([
      {
        set: 'TCGA folds',
        rows: [
          { figure: 'Patients', cells: [{ value: '147' }, { value: '147' }] },
          { figure: 'Ranks right', cells: [{ value: 'C 0.728', interval: '0.71 to 0.74' }, { value: 'not measured' }] },
          {
            figure: 'Gain over clinical facts alone',
            cells: [
              { value: '+0.728', interval },
              { value: '+0.728', interval },
            ],
          },
          { figure: 'Covered by its limits', cells: [{ value: 'not measured' }, { value: '90.3 %' }] },
        ],
      },
    ]);
    expect(versionsSentence(pair)).toBe('Against shipped, 1.2.0 differs in no file. They have no cohort in common.');
    const better = { discrimination: { ...estimate, value: 0.75 }, gains: [] };
    expect(versionsSentence([version('shipped', { discrimination: estimate }), version('1.2.0', better)])).toContain(
      'Of 1 common cohort it ranks better.',
    );
  });
});

describe('behind the estimate', () => {
  const mount = (more = {}) =>
    mountCase(lungCase(), <IntegrationScreen />, [], '', undefined, { explanation, others, ...more });

  it('F062 nothing is asked of the model until it is wanted; X opens everything, with tables', async () => {
    const { page, press, text } = await mount();
    expect(page.querySelector('figure')).toBeNull();
    expect(text()).toContain('asked of the model when opened');
    await press('t');
    await press('x');
    expect(text()).toContain('disagree on which way Stage moves');
    expect(text()).toContain('record:diagnosis.stage');
    expect(text()).toContain('II instead of IIIB');
    expect(page.querySelectorAll('figure table').length).toBeGreaterThanOrEqual(2);
    await press('x');
    expect(page.querySelector('figure')).toBeNull();
  });
  it('M goes from model to model; each has its state, and "not assayed" has no number', async () => {
    const { page, press, text, panel } = await mount();
    expect(text()).toContain('2 of 3 models with an estimate');
    await press('m');
    expect(text()).toContain('24 % for complete or partial response.');
    expect(text()).toContain('17 to 34 %');
    expect(text()).toContain('nothing is filled in: blood neutrophils');
    expect(panel().textContent).toContain('Only one centre.');
    const before = page.querySelector('section[aria-label="At the local prevalence"]')?.textContent;
    expect(before).toContain('PPV 48 %');
    await press('m');
    const answer = page.querySelector('section[aria-label="Model estimate"]')?.textContent ?? '';
    expect(answer).toContain('Allred score');
    expect(answer).not.toMatch(/\d %/);
  });
  it('F061 the sandbox stands under its mark and says what was changed', async () => {
    const wishes: unknown[] = [];
    const { press, click } = await mount({
      whatIf: (wish: unknown) => {
        wishes.push(wish);
        return {
          watermark: 'What if: not this patient',
          changes: [{ feature: 'clinical:stage', label: 'Stage', from: 'IIIB', to: 'I' }],
          notRead: ['Grade'],
          aggressiveness: { ...computed, percentile: 40 },
        };
      },
    });
    await press('w');
    await click(/^Try$/);
    expect(wishes).toHaveLength(1);
    const sandbox = document.querySelector('[data-mark]');
    expect(sandbox?.getAttribute('data-mark')).toBe('What if: not this patient');
    expect(sandbox?.textContent).toContain('instead of');
    expect(sandbox?.textContent).toContain('Grade: not read by this model for this tumor type');
    // A button that was disabled while it worked has given the focus away: Escape closes the dialog all the same.
    (document.activeElement as HTMLElement | null)?.blur();
    await press('Escape');
    expect(document.querySelector('[data-dialog]')).toBeNull();
  });
});
