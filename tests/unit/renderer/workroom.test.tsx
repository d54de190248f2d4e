import { act } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CaseView } from '../../../shared/contract.ts';
import { fault } from '../../../shared/foundation/fault.ts';
import { CaseId } from '../../../shared/foundation/ids.ts';
import { lungCase } from './support/lung.ts';
import {
  Core,
  click,
  closeWorkroom,
  field,
  openWorkroom,
  press,
  refuse,
  settle,
  shows,
  type,
} from './support/workroom.tsx';

/** Each test has its own cases: drafts are kept under a case's id, as on a real machine. */
let serial = 0;
function caseNamed(pseudonym: string, more: Partial<CaseView> = {}): CaseView {
  serial += 1;
  const view = lungCase();
  const caseId = CaseId.parse(`case-${serial}`);
  return {
    ...view,
    listing: { ...view.listing, caseId, pseudonym },
    record: { ...view.record, caseId, synthetic: true, patient: { ...view.record.patient, pseudonym } },
    ...more,
  };
}
const selectedRow = () => document.querySelector('tr[aria-selected="true"]')?.textContent ?? '';
const address = () => window.location.hash;

beforeEach(() => {
  window.localStorage.clear();
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => new Response(null, { status: 204 })),
  );
});
afterEach(async () => {
  await closeWorkroom();
  vi.unstubAllGlobals();
});

describe('the worklist by keyboard', () => {
  it('F072 a long worklist stands after its first page; the rest follows, and a search finds every case', async () => {
    const core = new Core(...Array.from({ length: 650 }, (_, index) => caseNamed(`Heron ${index + 1}`)));
    let release: () => void = () => undefined;
    const held = new Promise<void>((done) => {
      release = done;
    });
    const page = core.page.bind(core);
    const client = core.client();
    Object.assign(client.case, {
      list: async (query?: { after?: string }) => {
        if (query?.after !== undefined) await held;
        return page(query?.after);
      },
    });
    core.client = () => client;
    await openWorkroom(core, '#/');
    await shows('showing 60 of 650 cases, reading the rest');
    await act(async () => release());
    await shows('650 cases');
    await press('/');
    await type('Filter cases', 'Heron 649');
    await shows('showing 1 of 650 cases');
    await press('Enter');
    expect(selectedRow()).toContain('Heron 649');
    // A filter is kept on the machine; the next test is another sitting.
    await type('Filter cases', '');
    await shows('650 cases');
  });

  it('F072 J, K and Enter open a case; the number keys go through its steps, N to the next, Escape back', async () => {
    const [first, second] = [caseNamed('Badger 1'), caseNamed('Otter 2')];
    await openWorkroom(new Core(first, second), '#/');
    await shows('2 cases');
    expect(selectedRow()).toContain('Badger 1');
    await press('j');
    expect(selectedRow()).toContain('Otter 2');
    await press('j', 'k');
    expect(selectedRow()).toContain('Badger 1');
    await press('Enter');
    await shows('Question to the board');
    expect(address()).toBe(`#/case/${first.listing.caseId}/story`);
    await press('2');
    await shows(/\d of \d+ files? read/);
    await press('g', '6');
    await shows('Record the decision');
    expect(address()).toBe(`#/case/${first.listing.caseId}/decision`);
    await press('n');
    await shows('Otter 2');
    // F073 the same step of the next case.
    expect(address()).toBe(`#/case/${second.listing.caseId}/decision`);
    await press('Escape');
    await shows('2 cases');
    expect(address()).toBe('#/');
  });

  it('an empty vault offers the two ways in, and no rows to move over', async () => {
    await openWorkroom(new Core(), '#/');
    await shows('No cases yet');
    await shows('Load sample cases');
    expect(document.querySelector('footer')?.textContent).not.toContain('next row');
  });

  it('locking takes every case out of the window', async () => {
    const core = new Core(caseNamed('Badger 1'));
    await openWorkroom(core, '#/');
    await shows('Badger 1');
    await press('Shift+L');
    await shows('Unlock');
    expect(document.body.textContent).not.toContain('Badger 1');
    await shows('Drafts are kept, sealed, until you come back.');
  });

  it('F075 the curtain hides everything and the same key lifts it', async () => {
    await openWorkroom(new Core(caseNamed('Badger 1')), '#/');
    await shows('Badger 1');
    await press('.');
    await shows('The screen is covered.');
    expect(document.querySelector('.app')?.hasAttribute('inert')).toBe(true);
    await press('.');
    expect(document.body.textContent).not.toContain('The screen is covered.');
  });
});

describe('a screen that fails', () => {
  it('takes only itself away: the other screens are a key away, and it opens again', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const view = caseNamed('Stoat 9');
    const { caseId } = view.listing;
    let broken = true;
    const record = Object.defineProperty({ ...view.record }, 'therapyLines', {
      get: () => {
        if (broken) throw new Error('a defect of this screen');
        return view.record.therapyLines;
      },
    });
    await openWorkroom(new Core({ ...view, record }), `#/case/${caseId}/story`);
    await shows('Open this screen again');
    expect(document.querySelector('h1')?.textContent).toContain('Stoat 9');
    await press('6');
    await shows('Answer to the question');
    await press('g', '1');
    await shows('Open this screen again');
    broken = false;
    await click(document.querySelector<HTMLElement>('section[aria-label="This screen failed"] button'));
    await shows('Question to the board');
    expect(logged).toHaveBeenCalled();
    vi.restoreAllMocks();
  });
});

describe('F077 a decision by keyboard', () => {
  const openDecision = async (core: Core, view: CaseView) => {
    await openWorkroom(core, `#/case/${view.listing.caseId}/decision`);
    await shows('Record the decision');
  };
  const chooseIntent = async () => {
    const radio = document.querySelector<HTMLInputElement>('input[name="intent"]');
    await click(radio);
  };

  it('one number, the intent, Ctrl+Enter: recorded with rationale, action and people, then read back', async () => {
    const view = caseNamed('Otter 3');
    const core = new Core(view);
    await openDecision(core, view);
    await press('1');
    const [best] = view.options?.options ?? [];
    expect(field('Answer to the question').value).toBe(best?.label);
    await press('Ctrl+Enter');
    await shows('Choose the intent.');
    expect(core.decided).toEqual([]);
    expect(document.activeElement?.getAttribute('name')).toBe('intent');
    await chooseIntent();
    await type('Owner', 'Dr. Referrer');
    await press('Ctrl+Enter');
    await shows('recorded 20');
    const [sent] = core.decided;
    expect(sent).toMatchObject({ caseId: view.listing.caseId, expectedVersion: 1 });
    expect(sent?.decision).toMatchObject({
      optionIds: [best?.id],
      intent: 'disease-control',
      participants: [{ name: 'Dr. Ada', role: 'Chair' }],
    });
    expect(sent?.decision.rationale).toContain(best?.because[0]?.text ?? 'no reason');
    expect(sent?.decision.actions).toMatchObject([{ what: `Start ${best?.label}`, owner: 'Dr. Referrer' }]);
    await shows('None recorded');
  });

  it('F026 an option that rests on a dismissed finding says so where it is chosen', async () => {
    const view = caseNamed('Otter 3');
    const [best] = view.options?.options ?? [];
    const reviews = (best?.because ?? []).map(({ findingId }) => ({
      findingId,
      verdict: 'dismissed' as const,
      by: 'u1',
      at: '2026-03-01T00:00:00Z',
    }));
    const core = new Core({ ...view, board: { ...view.board, reviews } });
    await openDecision(core, view);
    await shows('rests on a dismissed finding only');
    await press('1');
    expect(field('Rationale').value).toContain('(dismissed by a reviewer)');
  });

  it('F142 what was typed is there again after the window was lost, and gone once it is recorded', async () => {
    const view = caseNamed('Otter 4');
    const core = new Core(view);
    await openDecision(core, view);
    await type('Answer to the question', 'Half a sent');
    // The window goes before the draft's own delay has passed: its last letters are written on the way out.
    await closeWorkroom();
    await settle();
    await openDecision(core, view);
    await shows('Your draft of this decision was kept.');
    expect(field('Answer to the question').value).toBe('Half a sent');
    await press('1');
    await chooseIntent();
    await type('Owner', 'Dr. Referrer');
    await press('Ctrl+Enter');
    await shows('recorded 20');
    expect(core.decided[0]?.decision.answer).toBe('Half a sent');
    await openWorkroom(core, `#/case/${view.listing.caseId}/decision`);
    await shows('recorded 20');
    expect(document.body.textContent).not.toContain('Your draft');
  });

  it('a case that changed meanwhile refuses; what was typed stays and the next attempt names the new version', async () => {
    const view = caseNamed('Otter 5');
    const core = new Core(view);
    core.onDecide = ({ expectedVersion }) => {
      if (expectedVersion !== 2) {
        core.bump(view.listing.caseId);
        refuse(fault('version-conflict', 'The case was changed.', 'Look at it again.'));
      }
    };
    await openDecision(core, view);
    await press('1');
    await chooseIntent();
    await type('Owner', 'Dr. Referrer');
    await type('Conditions', 'ECG first');
    await press('Ctrl+Enter');
    await shows('Nothing was overwritten; what you typed is kept as a draft.');
    expect(field('Conditions').value).toBe('ECG first');
    await press('Ctrl+Enter');
    await shows('recorded 20');
    expect(core.decided.map(({ expectedVersion }) => expectedVersion)).toEqual([2]);
    expect(core.decided[0]?.decision.conditions).toBe('ECG first');
  });

  it('F045 an exclusion is folded, and choosing it asks why before anything is recorded', async () => {
    const view = caseNamed('Otter 6');
    const core = new Core(view);
    const [excluded] = view.options?.exclusions ?? [];
    if (excluded === undefined) throw new Error('the case excludes nothing');
    await openDecision(core, view);
    await press('x');
    const box = [...document.querySelectorAll('li label')].find(({ textContent }) =>
      textContent?.includes(excluded.reason),
    );
    await click(box?.querySelector('input'));
    await chooseIntent();
    await type('Owner', 'Dr. Referrer');
    await type('Rationale', 'Retest showed no T790M');
    await press('Ctrl+Enter');
    await settle();
    expect(core.decided).toEqual([]);
    await type(/^Why the exclusion of/, 'New biopsy without the change');
    await press('Ctrl+Enter');
    await shows('recorded 20');
    expect(core.decided[0]?.decision).toMatchObject({ optionIds: [], otherOption: excluded.label });
    expect(core.decided[0]?.decision.rationale).toContain('New biopsy without the change');
  });
});

describe('F004 questions of intake', () => {
  it('are answered once, in the file’s own words, and handed over with the case', async () => {
    const base = caseNamed('Wren 7');
    if (base.intake === undefined) throw new Error('no intake');
    const question = {
      id: 'files/a.vcf:tumorSample',
      file: 'files/a.vcf',
      field: 'tumorSample' as const,
      question: 'Which sample column is the tumor?',
      choices: ['S_01', 'S_02'],
      blocking: true,
    };
    const view = { ...base, intake: { ...base.intake, questions: [question] } };
    const core = new Core(view);
    await openWorkroom(core, `#/case/${view.listing.caseId}/intake`);
    await shows('Which sample column is the tumor?');
    await shows('1 answer missing');
    await press('Ctrl+Enter');
    expect(core.analyzed).toEqual([]);
    const choice = document.querySelector<HTMLInputElement>('input[type="radio"][value="S_02"]');
    await click(choice);
    await press('Ctrl+Enter');
    await settle(100);
    expect(core.analyzed).toEqual([{ caseId: view.listing.caseId, answers: { 'files/a.vcf:tumorSample': 'S_02' } }]);
  });
});

describe('F087 F090 the report', () => {
  const decided = (pseudonym: string) =>
    caseNamed(pseudonym, {
      board: {
        reviews: [],
        decision: {
          optionIds: [],
          intent: 'curative',
          answer: 'Osimertinib',
          rationale: 'r',
          actions: [],
          participants: [],
          decidedAt: '2026-02-01T10:00:00Z',
          decidedBy: 'u1',
        },
      },
    });
  const gap = {
    id: 'R13',
    title: 'Limit of detection',
    level: 'A' as const,
    state: 'missing' as const,
    reason: 'Not stated.',
  };
  const openReport = async (core: Core, view: CaseView) => {
    core.draft = { ...core.draft, elements: [gap], blocking: 1 };
    await openWorkroom(core, `#/case/${view.listing.caseId}/report`);
    await shows('draft, not signed');
  };
  const chooseIdentity = async () => {
    const input = document.querySelector<HTMLInputElement>('input[type="file"][accept*=".p12"]');
    if (input === null) throw new Error('no identity field');
    Object.defineProperty(input, 'files', { value: [new File(['p12'], 'id.p12')], configurable: true });
    await act(async () => input.dispatchEvent(new Event('change', { bubbles: true })));
    await settle();
  };

  it('a gap keeps the dialog shut until a reason is typed; the reason goes with the signature', async () => {
    const view = decided('Otter 8');
    const core = new Core(view);
    await openReport(core, view);
    await press('s');
    expect(document.querySelector('[role="dialog"]')).toBeNull();
    expect(document.activeElement).toBe(field('R13 does not apply because'));
    await type('R13 does not apply because', ' No assay of this kind ');
    await press('Escape', 's');
    await shows('Sign and lock');
    await chooseIdentity();
    core.onSign = ({ password }) => {
      if (password !== 'right')
        refuse(fault('identity-password-wrong', 'The password does not open it.', 'Try again.'));
    };
    await type('Password of the identity', 'wrong');
    await act(async () => document.querySelector('form')?.requestSubmit());
    await shows('identity-password-wrong');
    expect(field('Password of the identity').value).toBe('');
    expect(core.signed).toEqual([]);
    await type('Password of the identity', 'right');
    await act(async () => document.querySelector('form')?.requestSubmit());
    await shows('Signed by Dr. Ada');
    expect(core.signed).toMatchObject([
      {
        caseId: view.listing.caseId,
        identityTicket: 't1',
        meaning: 'author',
        notApplicable: { R13: 'No assay of this kind' },
        expectedVersion: 1,
      },
    ]);
    await shows('signed and locked');
    await press('g', '6');
    await shows('None recorded');
    expect(document.body.textContent).not.toContain('Decide anew');
  });

  it('nothing can be signed before the board has decided', async () => {
    const view = caseNamed('Otter 9');
    const core = new Core(view);
    await openReport(core, view);
    await shows('No decision is recorded yet.');
    await type('R13 does not apply because', 'x');
    await press('Escape', 's');
    expect(document.querySelector('[role="dialog"]')).toBeNull();
  });
});
