import { describe, expect, it } from 'vitest';
import { OptionsScreen } from '../../../renderer/therapy/OptionsScreen.tsx';
import {
  agreementWords,
  becauseOf,
  exclusionGroups,
  NOT_WEIGHED,
  optionSentence,
  shortList,
  statementsOf,
} from '../../../renderer/therapy/options-view.ts';
import { aboutWords, alertWords } from '../../../renderer/therapy/safety-view.ts';
import { unbroken } from '../../../renderer/ui/words.ts';
import type { Classification } from '../../../shared/board/classification.ts';
import { assembleOptions } from '../../../shared/therapy/assemble.ts';
import type { OptionsTable, TherapyExclusion, TherapyOption } from '../../../shared/therapy/options.ts';
import { trialsOfOption } from '../../../shared/therapy/trials/for-option.ts';
import type { TrialVerdict } from '../../../shared/therapy/trials/verdicts.ts';
import { mountCase } from './support/case-screen.tsx';
import { evidence, lungCase, lungProfile } from './support/lung.ts';

const table = lungCase().options as OptionsTable;
const option = (id: string): TherapyOption => {
  const found = table.options.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no option ${id}`);
  return found;
};

describe('words', () => {
  it('F045 the line of exclusions says by kind what is off the table, allergy first, with the strongest level', () => {
    const exclusion = (label: string, kind: TherapyExclusion['kind'], bestLevel?: 'A' | 'B'): TherapyExclusion => ({
      id: label,
      agents: [label],
      label,
      kind,
      reason: '',
      findingIds: [],
      evidence: [],
      ...(bestLevel === undefined ? {} : { bestLevel }),
    });
    const groups = exclusionGroups([
      exclusion('Erlotinib', 'resistance', 'B'),
      exclusion('Penicillin', 'allergy'),
      exclusion('Afatinib', 'resistance', 'A'),
    ]);
    expect(groups.map(({ kind, labels, bestLevel }) => [kind, labels, bestLevel])).toEqual([
      ['allergy', ['Penicillin'], undefined],
      ['resistance', ['Erlotinib', 'Afatinib'], 'A'],
    ]);
    expect(shortList(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c and 2 more');
  });

  it('an option says what it rests on, how strong that is, and that something speaks against it', () => {
    expect(optionSentence(option('osimertinib'), 1)).toContain('Osimertinib stands at place 1 because of EGFR');
    expect(optionSentence(option('osimertinib'), 1)).toContain('approved or guideline evidence in this tumor type');
    const disputed = { ...option('osimertinib'), conflict: { supports: 2, against: 1, statement: '' } };
    expect(optionSentence(disputed, 1)).toContain('1 statement in this tumor type speaks against it.');
  });

  it('never says "0 against": none is said in words', () => {
    expect(agreementWords({ ...option('osimertinib'), supporting: ['a'], against: [] })).toBe('1 for, none against');
    expect(agreementWords({ ...option('osimertinib'), supporting: ['a'], against: ['b', 'c'] })).toBe(
      '1 for, 2 against',
    );
  });

  it('tells one statement on several findings once', () => {
    const because = [
      { findingId: '1', text: 'EGFR p.(Leu858Arg): level A, NSCLC' },
      { findingId: '2', text: 'EGFR p.(Thr790Met): level A, NSCLC' },
      { findingId: '3', text: 'TP53 p.(Arg273His): level B, NSCLC' },
    ];
    expect(becauseOf({ because })).toEqual([
      { findings: ['EGFR p.(Leu858Arg)', 'EGFR p.(Thr790Met)'], statement: 'level A, NSCLC' },
      { findings: ['TP53 p.(Arg273His)'], statement: 'level B, NSCLC' },
    ]);
    expect(unbroken('p.(Leu858Arg)').replaceAll('\u2060', '')).toBe('p.(Leu858Arg)');
  });

  it('F063 every statement that an option or exclusion counts is found in the profile', () => {
    for (const { supporting, against } of table.options) {
      expect(statementsOf(lungProfile, supporting)).toHaveLength(supporting.length);
      expect(statementsOf(lungProfile, against)).toHaveLength(against.length);
    }
    for (const { evidence: ids } of table.exclusions) expect(statementsOf(lungProfile, ids)).toHaveLength(ids.length);
  });
});

describe('what parts one option from the next', () => {
  it('names the key of the rule that decides, and none for the first', () => {
    expect(table.options[0]?.partedBy).toBeUndefined();
    for (const { partedBy, rank } of table.options.slice(1))
      expect([...rank.map(({ key }) => key), 'name']).toContain(partedBy);
  });
});

describe('the screen', () => {
  const selected = (page: HTMLElement) => page.querySelector('[aria-selected="true"]')?.textContent ?? '';

  it('F045 exclusions stand above the table, and X shows each with its reason; none of them is an option', async () => {
    const { page, press, text } = await mountCase(lungCase(), <OptionsScreen />, evidence);
    const excluded = table.exclusions.map(({ label }) => label);
    expect(excluded).toContain('Erlotinib');
    const grid = page.querySelector('[role="grid"]') as HTMLElement;
    const strip = page.querySelector('[aria-label="Excluded treatments"]') as HTMLElement;
    expect(strip.compareDocumentPosition(grid) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
    const rows = [...grid.querySelectorAll('tbody b')].map(({ textContent }) => textContent);
    for (const label of excluded) expect(rows).not.toContain(label);
    expect(text()).not.toContain(table.exclusions[0]?.reason);
    await press('x');
    for (const { reason } of table.exclusions) expect(strip.textContent).toContain(reason);
  });

  it('a number selects its option and wins over the frame; Enter leads to the decision', async () => {
    const { page, press, panel, address } = await mountCase(lungCase(), <OptionsScreen />, evidence);
    const second = table.options[1];
    if (second === undefined) throw new Error('the case has two options');
    await press('2');
    expect(selected(page)).toContain(second.label);
    expect(panel().textContent).toContain(`stands at place 2`);
    await press('Enter');
    expect(address()).toBe('/case/hand-made/decision');
  });

  it('F044 F053 access stands in the row, unknown where unknown; trials that were not searched have no column', async () => {
    const { page, text } = await mountCase(lungCase(), <OptionsScreen />, evidence);
    expect(text()).toContain(NOT_WEIGHED);
    const heads = [...page.querySelectorAll('[role="grid"] thead th')].map(({ textContent }) => textContent);
    expect(heads).toContain('Approval, access');
    // Without a folder of trials no cell may look like a search that found none.
    expect(heads).not.toContain('Trials');
    expect(text()).toContain('Trials not searched');
    for (const row of page.querySelectorAll('[role="grid"] tbody tr')) {
      expect(row.textContent).toContain('cost unknown');
    }
  });

  it('F017 the ESCAT of a row is a proposal, with the questions that led to it in the panel', async () => {
    const { page, panel } = await mountCase(lungCase(), <OptionsScreen />, evidence);
    expect(page.querySelector('[role="grid"] tbody tr')?.textContent).toContain('ESCAT I-A, proposal');
    expect(panel().textContent).toContain('ESCAT I-A · proposal by rule');
  });

  it('F017 a confirmed ESCAT says in its row who confirmed it and when, and only for the treatment it speaks of', async () => {
    const view = lungCase();
    const finding = lungProfile?.findings.find(({ escat }) => escat?.treatments.includes('osimertinib'));
    if (finding === undefined) throw new Error('a finding proposes osimertinib');
    const confirmed: Classification = {
      findingId: finding.id,
      standard: 'escat',
      class: 'I-B',
      reason: 'single-arm study read',
      name: 'EGFR p.(Thr790Met)',
      key: 'EGFR T790M',
      original: { class: 'I-A', codes: [] },
      packs: [],
      author: 'Dr. Ada',
      by: 'u1' as Classification['by'],
      at: '2026-11-25T12:00:00.000Z',
    };
    const board = { ...view.board, classifications: [confirmed] };
    const { page, panel } = await mountCase({ ...view, board }, <OptionsScreen />, evidence);
    const rows = [...page.querySelectorAll('[role="grid"] tbody tr')].map(({ textContent }) => textContent ?? '');
    const saying = rows.filter((text) => text.includes('ESCAT I-B, confirmed by Dr. Ada, 2026-11-25'));
    expect(saying).toHaveLength(1);
    expect(saying[0]).toContain('Osimertinib');
    expect(panel().textContent).toContain('ESCAT I-B · confirmed');
    expect(panel().textContent).toContain('single-arm study read. Proposed by rule: I-A.');
  });

  it('F050 trials that give the drug are counted in its row with criteria met and unknown; others are not', async () => {
    const arm = (verdict: 'match' | 'no-match'): TrialVerdict['arms'][number] => ({
      level: 'arm',
      step: '1',
      arm: 'A',
      dose: null,
      description: null,
      path: 'arm',
      suspended: false,
      verdict,
      eligibility: 'met',
      because: '',
      needs: [],
      criteria: (['met', 'met', 'unknown'] as const).map((state, at) => ({
        path: String(at),
        text: '',
        state,
        fact: '',
        source: { kind: 'finding', ids: [] },
      })),
    });
    const trial = (id: string, drugs: string[], verdict: 'match' | 'no-match'): TrialVerdict => ({
      id,
      nctId: id,
      title: id,
      phase: null,
      source: 'ctml',
      file: `${id}.yml`,
      drugs,
      sites: [],
      accrual: { state: 'not-confirmed', stated: [], snapshot: null, ageDays: null, amber: true, reason: '' },
      verdict,
      arms: [arm(verdict)],
      toRead: [],
      warnings: [],
    });
    const trials = [
      trial('NCT00000001', ['Osimertinib mesylate', 'Savolitinib'], 'match'),
      trial('NCT00000002', ['Selpercatinib'], 'no-match'),
    ];
    expect(trialsOfOption(['Osimertinib', 'Bevacizumab'], trials).trials).toEqual([]);
    const { page } = await mountCase(lungCase(), <OptionsScreen />, evidence, '', {
      state: 'judged',
      on: '2026-01-01',
      trials,
      refusals: [],
    });
    const row = (drug: string) =>
      [...page.querySelectorAll('[role="grid"] tbody tr')].find(({ textContent }) => textContent?.includes(drug));
    expect(row('Osimertinib')?.textContent).toContain('1 match2 met, 1 unknownold status');
    expect(row('Selpercatinib')?.textContent).toContain('none here1 ruled out');
  });

  it('C sets two options side by side, what differs first; J and K choose the second, C ends it', async () => {
    const { press, panel } = await mountCase(lungCase(), <OptionsScreen />, evidence);
    const [first, second] = table.options.map(({ label }) => label);
    await press('c');
    expect(panel().textContent).toContain(`${first} beside ${second}`);
    const same = [...panel().querySelectorAll('tbody tr')].map((row) => row.getAttribute('data-same'));
    expect(same).toEqual([...same].sort());
    expect(new Set(same)).toEqual(new Set(['false', 'true']));
    await press('k');
    expect(panel().textContent).toContain('stands at place 1');
    await press('j');
    expect(panel().textContent).toContain(`${first} beside ${second}`);
    await press('c');
    expect(panel().textContent).toContain('stands at place 2');
  });

  it('F129 G22 an alert is overridden with a reason only, stays in its row, is counted, and can be taken back', async () => {
    const view = lungCase();
    const record = { ...view.record, medications: [{ name: 'Carbamazepine' }] };
    if (view.profile === undefined) throw new Error('the case has a profile');
    const options = assembleOptions({ record, profile: view.profile, knowledge: {} });
    const { page, press, text } = await mountCase({ ...view, record, options }, <OptionsScreen />, evidence);
    const place = options.options.findIndex(({ id }) => id === options.safety?.interruptive[0]?.optionId) + 1;
    const alerts = page.querySelectorAll('[role="note"]').length;
    expect(alerts).toBeGreaterThan(0);
    expect(text()).toContain('none overridden');
    await press(String(place));
    await press('o');
    expect(document.body.textContent).toContain('Override the alert on');
    await press('3');
    expect(page.querySelectorAll('[role="note"]')).toHaveLength(alerts - 1);
    expect(text()).toContain('overridden: Dose adapted and monitoring arranged');
    expect(text()).toContain(`1 of ${alerts} overridden`);
    await press('i');
    expect(text()).toContain('Alerts at this station: 1 of 3 overridden (33 %) in 1 case');
    await press(String(place));
    await press('o');
    expect(page.querySelectorAll('[role="note"]')).toHaveLength(alerts);
  });

  it('F048 G22 what speaks against an option stands in its row, in the panel with its label; I opens medicines and organs', async () => {
    const view = lungCase();
    const record = { ...view.record, medications: [{ name: 'Carbamazepine' }, { name: 'Metamizole' }] };
    const profile = view.profile;
    if (profile === undefined) throw new Error('the case has a profile');
    const options = assembleOptions({ record, profile, knowledge: {} });
    const concerned = options.options.find(({ id }) => id === 'selpercatinib');
    expect(concerned?.safety?.findings[0]).toMatchObject({ action: 'avoid', other: 'carbamazepine' });
    const { page, press, panel, text } = await mountCase({ ...view, record, options }, <OptionsScreen />, evidence);
    const row = [...page.querySelectorAll('tbody tr')].find(({ textContent }) =>
      textContent?.includes('Selpercatinib'),
    );
    expect(row?.textContent).toContain('Avoid');
    expect(row?.textContent).toContain('carbamazepine: exposure falls');
    expect(page.querySelectorAll('[role="note"]').length).toBeLessThanOrEqual(3);
    await press(String(options.options.findIndex(({ id }) => id === 'selpercatinib') + 1));
    expect(panel().textContent).toContain('carbamazepine is a strong CYP3A4 inducer; selpercatinib: exposure falls');
    expect(panel().textContent).toContain('US label Retevmo, section 7 Drug Interactions');
    expect(text()).not.toContain('Metamizole');
    await press('i');
    expect(text()).toContain('Metamizole no label facts in the table: not checked');
  });

  it('F048 an alert of a combination names the agent it is about, a gene by its phenotype', () => {
    const finding = {
      id: 'x',
      kind: 'pharmacogene' as const,
      action: 'change-dose' as const,
      agent: 'fluorouracil',
      text: 'fluorouracil: start with 50% of the usual dose (DPYD Reference/c.1905+1G>A (*2A), Intermediate Metabolizer, activity score 1.0)',
      cites: ['CPIC'],
      basis: 'guideline' as const,
    };
    expect(alertWords(finding)).toBe('fluorouracil: start with 50% of the usual dose (DPYD Intermediate Metabolizer)');
    expect(aboutWords(finding)).toBe('fluorouracil, DPYD');
    expect(alertWords({ ...finding, kind: 'kidney', agent: 'inavolisib', text: 'inavolisib: start with 6 mg' })).toBe(
      'inavolisib, kidney function: start with 6 mg',
    );
  });

  it('F056 prior use stands in its row; F054 what testing would change stands under the table', async () => {
    const { page, text } = await mountCase(lungCase(), <OptionsScreen />, evidence);
    const row = [...page.querySelectorAll('tbody tr')].find(({ textContent }) =>
      textContent?.includes('Selpercatinib'),
    );
    expect(row?.textContent).toContain('used in line 1');
    expect(row?.textContent).toContain('partial response');
    expect(option('selpercatinib').partedBy).toBe('prior use');
    expect(table.wouldChange.map(({ gene }) => gene)).toContain('ALK');
    expect(text()).toContain(table.wouldChange[0]?.text);
  });

  it('a case without options says that this is a result, and why', async () => {
    const view = lungCase();
    const none = { ...(view.options as OptionsTable), options: [], exclusions: [] };
    const { text } = await mountCase({ ...view, options: none }, <OptionsScreen />);
    expect(text()).toContain('No option by evidence');
    expect(text()).toContain('made no option');
  });
});
