// @vitest-environment node
import { describe, expect, it } from 'vitest';
import {
  chosenLabels,
  type DecisionContext,
  type DecisionDraft,
  dayAfter,
  draftOf,
  emptyDraft,
  filledIn,
  missing,
  overridden,
  parseDraft,
  tableOf,
  toDecision,
  toggled,
} from '../../../renderer/board/decision-draft.ts';
import { Attendance } from '../../../shared/board/attendance.ts';
import { Decision } from '../../../shared/board/decision.ts';
import type { TherapyExclusion, TherapyOption } from '../../../shared/therapy/options.ts';

const option = (id: string, label: string, more: Partial<TherapyOption> = {}): TherapyOption => ({
  id,
  agents: [label],
  label,
  tier: 'I',
  weight: 'I-A',
  bestLevel: 'A',
  diseaseMatch: 'same',
  because: [{ findingId: 'f1', text: `EGFR p.(Thr790Met): level A for ${label}` }],
  supporting: ['EID1'],
  against: [],
  trialIds: [],
  rank: [],
  wouldChange: [],
  ...more,
});
const exclusion = (id: string, agents: string[]): TherapyExclusion => ({
  id,
  agents,
  label: agents.join(' + '),
  kind: 'resistance',
  reason: 'EGFR p.(Thr790Met)',
  findingIds: ['f1'],
  evidence: ['EID3'],
});
const context: DecisionContext = {
  options: {
    options: [
      option('osimertinib', 'Osimertinib', { prior: { line: 1, response: 'PR', text: 'Same class in line 1.' } }),
      option('b', 'Amivantamab'),
    ],
    exclusions: [exclusion('erlotinib', ['Erlotinib']), exclusion('combo', ['Erlotinib', 'Ramucirumab'])],
  },
  record: { therapyLines: [{ line: 1, agents: ['Erlotinib'] }], referrer: { clinician: 'Dr. Referrer' } },
  today: '2026-02-27',
  userName: 'Dr. Ada',
  table: [],
  dismissed: new Set(),
};
const choose = (...ids: string[]): DecisionDraft =>
  ids.reduce((draft, id) => toggled(draft, 'optionIds', id, context), emptyDraft(context));
/** As the core gives it back. */
const decided = (decision: ReturnType<typeof toDecision>) => Decision.parse(decision);
const fields = (draft: DecisionDraft) => missing(draft, context).map((miss) => miss.field);

describe('F077 the decision while it is typed', () => {
  it('starts with an owner, a date in a week and who is at the screen', () => {
    const draft = emptyDraft(context);
    expect(draft.actions).toEqual([{ what: '', owner: 'Dr. Referrer', due: '2026-03-06' }]);
    expect(draft.participants).toEqual([{ name: 'Dr. Ada', role: 'Chair', conflict: '' }]);
    expect(fields(draft)).toEqual(['options', 'intent', 'answer', 'rationale', 'actions']);
    const table = [{ name: 'A', role: 'Pathology', conflict: 'Advisory board' }];
    expect(emptyDraft({ ...context, table }).participants).toEqual(table);
  });

  it('F078 in a meeting those decide who are here and not recused from this case, with what they declared', () => {
    const seat = { votes: true, recusedFrom: [], present: true };
    const people = [
      { ...seat, attendeeId: 'a', name: 'Dr. A', role: 'Chair' },
      { ...seat, attendeeId: 'b', name: 'Dr. B', role: 'Pathology', conflictOfInterest: 'sponsor’s advisor' },
      { ...seat, attendeeId: 'c', name: 'Dr. C', role: 'Oncology', recusedFrom: ['case-1'] },
      { ...seat, attendeeId: 'd', name: 'Dr. D', role: 'Surgery', present: false },
    ];
    expect(tableOf(Attendance.parse({ people, quorum: 0 }), 'case-1')).toEqual([
      { name: 'Dr. A', role: 'Chair', conflict: '' },
      { name: 'Dr. B', role: 'Pathology', conflict: 'sponsor’s advisor' },
    ]);
  });

  it('dates run over month and leap year', () => {
    expect(dayAfter('2028-02-28', 1)).toBe('2028-02-29');
    expect(dayAfter('2026-12-31', 1)).toBe('2027-01-01');
  });

  it('one key fills answer, rationale, line and action from the evidence behind the option', () => {
    const draft = choose('osimertinib');
    expect(draft.answer).toBe('Osimertinib');
    expect(draft.rationale).toBe(
      'Osimertinib: EGFR p.(Thr790Met): level A for Osimertinib; tier I-A; Same class in line 1.',
    );
    expect(draft.line).toBe('2nd line');
    expect(draft.actions[0]?.what).toBe('Start Osimertinib');
    expect(fields(draft)).toEqual(['intent']);
  });

  it('F026 a reason that a reviewer dismissed goes into no rationale unsaid', () => {
    const without = { ...context, dismissed: new Set(['f1']) };
    const { rationale } = toggled(emptyDraft(without), 'optionIds', 'osimertinib', without);
    expect(rationale).toContain('EGFR p.(Thr790Met): level A for Osimertinib (dismissed by a reviewer); tier I-A');
  });

  it('keeps the order of choosing, and takes a choice back whole', () => {
    const both = choose('b', 'osimertinib');
    expect(both.optionIds).toEqual(['b', 'osimertinib']);
    expect(both.answer).toBe('Amivantamab, then Osimertinib');
    const none = toggled(toggled(both, 'optionIds', 'b', context), 'optionIds', 'osimertinib', context);
    expect([none.answer, none.rationale, none.line, none.actions[0]?.what]).toEqual(['', '', '', '']);
  });

  it('never rewrites what a person typed', () => {
    const typed: DecisionDraft = { ...choose('b'), answer: 'As discussed', written: ['answer', 'action'] };
    const after = toggled(
      { ...typed, actions: [{ what: 'Call the ward', owner: 'x', due: '2026-03-01' }] },
      'optionIds',
      'osimertinib',
      context,
    );
    expect(after.answer).toBe('As discussed');
    expect(after.actions[0]?.what).toBe('Call the ward');
    expect(after.rationale).toContain('Osimertinib');
  });

  it('watchful waiting and further testing need no option; a therapy intent does', () => {
    const words = { answer: 'Wait', rationale: 'Because', actions: [{ what: 'CT', owner: 'Dr', due: '2026-05-01' }] };
    const draft: DecisionDraft = { ...emptyDraft(context), ...words, intent: 'watchful-waiting' };
    expect(fields(draft)).toEqual([]);
    expect(fields({ ...draft, intent: 'curative' })).toEqual(['options']);
  });

  it('F083 an action without owner or with an impossible date is not recorded', () => {
    const draft: DecisionDraft = { ...choose('b'), intent: 'trial' };
    expect(fields(draft)).toEqual([]);
    const [first] = draft.actions;
    if (first === undefined) throw new Error('no action');
    for (const broken of [
      { owner: ' ' },
      { due: '2026-02-30' },
      { due: '2026-02-28x' },
      { due: '27.02.2026' },
      { due: '2026-13-01' },
    ])
      expect(fields({ ...draft, actions: [{ ...first, ...broken }] })).toEqual(['actions']);
    expect(fields({ ...draft, actions: [] })).toEqual(['actions']);
    expect(fields({ ...draft, participants: [{ name: ' ', role: '', conflict: '' }] })).toEqual(['participants']);
  });

  it('F045 what is excluded wants words, also when it is typed as another option', () => {
    const chosen = toggled({ ...emptyDraft(context), intent: 'disease-control' }, 'exclusionIds', 'erlotinib', context);
    expect(fields(chosen)).toContain('override');
    const named = filledIn({ ...choose('b'), intent: 'trial', other: 'again ERLOTINIB, low dose' }, context);
    expect(overridden(named, context).map((one) => one.id)).toEqual(['erlotinib']);
    expect(fields(named)).toEqual(['override']);
    expect(overridden({ ...named, other: 'erlotinibium' }, context)).toEqual([]);
    expect(overridden({ ...named, other: 'Erlotinib with ramucirumab' }, context)).toHaveLength(2);
    const decision = toDecision({ ...named, override: 'Clone lost T790M.' }, context);
    expect(decision.optionIds).toEqual(['b']);
    expect(decision.otherOption).toBe('again ERLOTINIB, low dose');
    expect(decision.rationale).toContain('Chosen against an exclusion: Erlotinib (resistance). Clone lost T790M.');
  });

  it('an excluded therapy is recorded as another option, never as one of the table', () => {
    const draft = {
      ...toggled(emptyDraft(context), 'exclusionIds', 'erlotinib', context),
      override: 'Why',
      rationale: 'R',
    };
    const decision = toDecision({ ...draft, intent: 'trial' }, context);
    expect(decision.optionIds).toEqual([]);
    expect(decision.otherOption).toBe('Erlotinib');
    expect(chosenLabels(draft, context)).toEqual(['Erlotinib']);
  });

  it('becomes a document of the contract, trimmed, without empty fields', () => {
    const draft: DecisionDraft = {
      ...choose('osimertinib'),
      intent: 'disease-control',
      dissent: '  ',
      conditions: ' ECG first ',
      actions: [...choose('osimertinib').actions, { what: ' ', owner: '', due: '2026-03-06' }],
      participants: [
        { name: ' Dr. Ada ', role: 'Chair', conflict: '' },
        { name: '', role: '', conflict: '' },
        { name: 'Dr. Bo', role: 'Oncology', conflict: 'Speaker fees' },
      ],
    };
    const decision = toDecision(draft, context);
    expect(Decision.parse(decision)).toEqual(decision);
    expect(decision.conditions).toBe('ECG first');
    expect('dissent' in decision).toBe(false);
    expect(decision.actions).toHaveLength(1);
    expect(decision.participants).toEqual([
      { name: 'Dr. Ada', role: 'Chair' },
      { name: 'Dr. Bo', role: 'Oncology', conflictOfInterest: 'Speaker fees' },
    ]);
    expect(fields(draftOf(decision, context))).toEqual([]);
    expect(toDecision(draftOf(decision, context), context)).toEqual(decision);
  });

  it('decided anew for another option, what had filled itself in follows it, and what a person wrote stays', () => {
    const recorded = decided(toDecision({ ...choose('osimertinib'), intent: 'disease-control' }, context));
    const anew = toggled(
      toggled(draftOf(recorded, context), 'optionIds', 'osimertinib', context),
      'optionIds',
      'b',
      context,
    );
    const fresh = choose('b');
    for (const field of ['answer', 'rationale', 'line', 'actions'] as const) expect(anew[field]).toEqual(fresh[field]);
    const own = { ...recorded, rationale: 'The board weighed it.' };
    expect(toggled(draftOf(own, context), 'optionIds', 'b', context).rationale).toBe('The board weighed it.');
  });

  it('takes a kept draft back only in a form it knows', () => {
    const draft = choose('b');
    expect(parseDraft(JSON.parse(JSON.stringify(draft)))).toEqual(draft);
    expect(parseDraft({ answer: 'of an older program' })).toBeUndefined();
    expect(parseDraft(undefined)).toBeUndefined();
  });
});
