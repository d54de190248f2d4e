import { describe, expect, it } from 'vitest';
import { OptionsScreen } from '../../../renderer/therapy/OptionsScreen.tsx';
import { armWords, snapshotWords, trialSummary } from '../../../renderer/therapy/trials-view.ts';
import type { CaseTrials, TrialVerdict, UnitVerdict } from '../../../shared/therapy/trials/verdicts.ts';
import { mountCase } from './support/case-screen.tsx';
import { evidence, lungCase } from './support/lung.ts';
import { type } from './support/workroom.tsx';

const arm = (verdict: UnitVerdict['verdict'], more: Partial<UnitVerdict> = {}): UnitVerdict => ({
  level: 'arm',
  step: '1',
  arm: 'A',
  dose: null,
  description: 'Osimertinib',
  path: 'treatment_list.step[0].arm[0]',
  suspended: false,
  verdict,
  eligibility: verdict === 'match' ? 'met' : 'unknown',
  because: verdict === 'match' ? 'every criterion is met' : 'needs ECOG performance status',
  needs: verdict === 'near-miss' ? ['ECOG performance status'] : [],
  criteria: [
    {
      path: 'match[0].clinical.ecog',
      text: 'ECOG performance status <=1',
      state: verdict === 'match' ? 'met' : 'unknown',
      fact: 'ECOG performance status is not recorded',
      source: { kind: 'clinical', ids: [] },
    },
  ],
  ...more,
});

const trial = (id: string, verdict: TrialVerdict['verdict'], amber = false): TrialVerdict => ({
  id,
  nctId: id,
  title: `Trial ${id}`,
  phase: null,
  source: 'ctml',
  file: `${id}.yml`,
  drugs: [],
  sites: [],
  accrual: {
    state: amber ? 'not-confirmed' : 'open',
    stated: ['Open to Accrual'],
    snapshot: '2026-01-01',
    ageDays: amber ? 90 : 3,
    amber,
    reason: 'as stated',
  },
  verdict,
  arms: [arm(verdict)],
  toRead: [],
  warnings: [],
});

const judged: CaseTrials = {
  state: 'judged',
  on: '2026-04-01',
  trials: [trial('NCT00000001', 'match', true), trial('NCT00000002', 'near-miss'), trial('NCT00000003', 'no-match')],
  refusals: [
    {
      file: 'bad.yml',
      fault: { code: 'field-invalid', message: 'This logic is circular.', remedy: '', place: { field: 'match[0]' } },
    },
  ],
};

describe('trials on the Options screen (F050, F051, F052)', () => {
  const section = (page: HTMLElement) => page.querySelector('[aria-label="Trials"]') as HTMLElement;

  it('says in one line how many match, and that an old snapshot has to be asked about', () => {
    expect(trialSummary(judged)).toBe('1 match, 1 near miss, 0 open, 1 of 3 no match; 1 document refused');
    expect(snapshotWords(judged.trials)).toContain('The status of 1 trial rests on a snapshot older than 30 days');
    expect(snapshotWords([trial('NCT00000002', 'match')])).toBeUndefined();
    expect(armWords(arm('match', { dose: '2', description: null }))).toBe('arm A, dose 2');
  });

  it('matches stand at once, near misses on key N with the datum they lack, refusals with their place', async () => {
    const { page, press } = await mountCase(lungCase(), <OptionsScreen />, evidence, '', judged);
    expect(section(page).textContent).toContain('NCT00000001');
    expect(section(page).textContent).toContain('open or not, to be confirmed');
    expect(section(page).textContent).not.toContain('NCT00000002');
    await press('n');
    expect(section(page).textContent).toContain('NCT00000002');
    expect(section(page).textContent).toContain('needs ECOG performance status');
    expect(section(page).textContent).toContain('bad.yml, match[0]: This logic is circular.');
    expect(section(page).textContent).not.toContain('NCT00000003');
  });

  it('of a thousand that match twenty stand in the page, the others are found by words or shown in steps', async () => {
    const many: CaseTrials = {
      ...judged,
      trials: Array.from({ length: 1000 }, (_, index) => trial(`NCT${String(10_000_000 + index)}`, 'match')),
    };
    const { page, click, press } = await mountCase(lungCase(), <OptionsScreen />, evidence, '', many);
    const rows = () => section(page).querySelectorAll('[aria-label="Trials that match"] > li').length;
    expect(rows()).toBe(20);
    expect(section(page).textContent).toContain('Showing 20 of 1000 trials.');
    await click(/Show 20 more of 980/);
    expect(rows()).toBe(40);
    await type('Find among 1000 trials', '10000987');
    expect(rows()).toBe(1);
    expect(section(page).textContent).toContain('NCT10000987');
    expect(section(page).textContent).toContain('Showing 1 of 1 found among 1000 trials.');
    await press('n');
    expect(rows()).toBe(1);
  });

  it('without a folder it says that nothing was searched', async () => {
    const { page } = await mountCase(lungCase(), <OptionsScreen />, evidence);
    expect(section(page).textContent).toContain('Trials not searched: no folder. That is no statement that none fits.');
  });
});
