import { describe, expect, it } from 'vitest';
import { checkTrialText } from '../../../electron/therapy/trials/check.ts';
import { accessWords } from '../../../renderer/therapy/row-view.ts';
import type { TherapyOption } from '../../../shared/therapy/options.ts';
import {
  costBand,
  newSiteLists,
  nextBestTests,
  SITE_LISTS_FILE,
  SiteLists,
  testsFor,
  testWords,
} from '../../../shared/therapy/site-lists.ts';

const lists = SiteLists.parse({
  tests: [
    { name: 'Slow panel', modality: 'fusion', turnaround_days: 21 },
    { name: 'RNA panel', modality: 'fusion', genes: ['ALK'], turnaround_days: 10, tissue: '10 slides' },
    { name: 'Send-out', modality: 'fusion' },
  ],
  access: [
    { drug: 'Osimertinib', access: 'formulary', cost_band: 'high', as_of: '2026-01-31' },
    { drug: 'carboplatin', cost_band: 'low' },
  ],
});
const option = (...agents: string[]): TherapyOption => ({ agents, approvals: [] }) as unknown as TherapyOption;

describe('F053 F054 what a site enters of tests, access and cost', () => {
  it('the fastest test that reads the gene stands first; what was not entered is unknown', () => {
    const alk = { gene: 'ALK', modality: 'fusion' } as const;
    expect(testsFor(alk, lists).map(({ name }) => name)).toEqual(['RNA panel', 'Slow panel', 'Send-out']);
    expect(testWords(alk, lists)).toBe('RNA panel: 10 days, 10 slides');
    expect(testWords({ gene: 'ROS1', modality: 'fusion' }, lists)).toBe('Slow panel: 21 days, tissue unknown');
    expect(testWords({ gene: 'ALK', modality: 'expression' }, lists)).toContain('unknown');
    expect(testWords(alk, undefined)).toContain('unknown');
  });

  it('F054 next best tests stand by value, then by turnaround as entered; an unknown one is last', () => {
    const row = (gene: string, level: 'A' | 'B', adds: string[]) => ({
      gene,
      modality: 'fusion' as const,
      text: '',
      adds,
      excludes: [],
      evidence: [],
      level,
    });
    const rows = [
      row('NTRK1', 'A', ['x']),
      row('ROS1', 'A', ['x']),
      row('ALK', 'A', ['x']),
      row('RET', 'A', ['x', 'y']),
      row('MET', 'B', ['x', 'y', 'z']),
    ];
    const genes = (entered: typeof lists | undefined) => nextBestTests(rows, entered).map(({ gene }) => gene);
    expect(genes(undefined)).toEqual(['RET', 'NTRK1', 'ROS1', 'ALK', 'MET']);
    const timed = SiteLists.parse({
      tests: [
        { name: 'Slow', modality: 'fusion', genes: ['ROS1'], turnaround_days: 21 },
        { name: 'Fast', modality: 'fusion', genes: ['ALK'], turnaround_days: 3 },
      ],
    });
    expect(genes(timed)).toEqual(['RET', 'ALK', 'ROS1', 'NTRK1', 'MET']);
  });

  it('a blank is never free: a combination has a band only where each agent has one', () => {
    expect(costBand(option('Osimertinib mesylate'), lists)).toBe('cost high');
    expect(costBand(option('Carboplatin', 'Osimertinib'), lists)).toBe('cost high');
    expect(costBand(option('Osimertinib', 'Pemetrexed'), lists)).toBe('cost unknown');
    expect(costBand(option('Osimertinib'), undefined)).toBe('cost unknown');
    expect(accessWords(option('Osimertinib'), undefined, lists)).toBe(
      'access unknown, formulary (2026-01-31), cost high',
    );
  });

  it('the text is checked with line and path; the example it begins with is right', () => {
    expect(checkTrialText(newSiteLists, SITE_LISTS_FILE)).toMatchObject({ problems: [], lists: { tests: [{}] } });
    const wrong = newSiteLists
      .replace('cost_band: high', 'cost_band: cheap')
      .replace('turnaround_days: 10', 'days: 10');
    const { problems, lists: none } = checkTrialText(wrong, SITE_LISTS_FILE);
    expect(none).toBeUndefined();
    const lineOf = (needle: string): number => wrong.slice(0, wrong.indexOf(needle)).split('\n').length;
    expect(problems.map(({ line }) => line)).toContain(lineOf('cheap'));
    expect(problems.map(({ path }) => path)).toContain('access[0].cost_band');
  });
});
