import { describe, expect, it } from 'vitest';
import {
  agendaItems,
  agendaOf,
  frozenAt,
  moved,
  movedOnto,
  parseAgenda,
  plannedSeconds,
  seenTo,
} from '../../../renderer/board/agenda.ts';
import {
  courseSlide,
  decisionFacts,
  findingsSlide,
  optionsSlide,
  priorOnWall,
  ROWS,
  storyFacts,
} from '../../../renderer/board/slides.ts';
import { CaseId } from '../../../shared/foundation/ids.ts';
import type { TherapyOption } from '../../../shared/therapy/options.ts';
import type { CaseListing } from '../../../shared/vault/cases.ts';
import { record } from '../molecular/support/case.ts';
import { lungCase, lungProfile as profile } from './support/lung.ts';

const view = lungCase();
const [first] = profile.findings;
if (first === undefined) throw new Error('the hand-made case has findings');

describe('F070 what stands on the wall', () => {
  it('F003 B3 holds seven rows at most, absence in words last, and counts what is left out', () => {
    const many = Array.from({ length: 40 }, (_, index) => ({ ...first, id: `f${index}`, tier: 'I' as const }));
    const slide = findingsSlide({ ...view, profile: { ...profile, findings: many } });
    expect(slide?.rows).toHaveLength(ROWS);
    const shown = slide?.rows.filter(({ kind }) => kind === 'finding').length ?? 0;
    expect(slide?.showing).toBe(`showing 1 to ${shown} of 40`);
    // Every one of them stands on one page, and after the last page the first comes again.
    const cuts = Array.from({ length: 12 }, (_, page) =>
      findingsSlide({ ...view, profile: { ...profile, findings: many } }, { page, small: true }),
    );
    const seen = cuts.flatMap(
      (one) => one?.rows.flatMap((row) => (row.kind === 'finding' ? [row.finding.id] : [])) ?? [],
    );
    expect(new Set(seen).size).toBe(40);
    expect(Math.max(...cuts.map((one) => one?.rows.length ?? 0))).toBe(5);
    const states = slide?.rows.flatMap((row) => (row.kind === 'pertinent' ? [row.state] : [])) ?? [];
    expect(states).toEqual(
      [...new Set(profile.pertinent.map(({ state }) => state))].sort((a, b) => order(a) - order(b)),
    );
    expect(states.length).toBeGreaterThan(1);
  });

  it('a dismissed finding is not shown, and is counted among those left out', () => {
    const shownBefore = findingsSlide(view);
    const dismissed = { findingId: first.id, verdict: 'dismissed' as const, by: 'u1', at: '', reason: 'artefact' };
    const slide = findingsSlide({ ...view, board: { reviews: [dismissed] } });
    const ids = slide?.rows.flatMap((row) => (row.kind === 'finding' ? [row.finding.id] : []));
    expect(shownBefore?.rows.some((row) => row.kind === 'finding' && row.finding.id === first.id)).toBe(true);
    expect(ids).not.toContain(first.id);
    expect((ids?.length ?? 0) + (slide?.more ?? 0)).toBe(profile.findings.length);
  });

  it('F085 the goals of the patient stand first, and what is not stated is said', () => {
    const facts = storyFacts(record('LUAD', { patientGoals: ['Time at home'] }));
    expect(facts).toHaveLength(ROWS);
    expect(facts[0]).toEqual({ label: 'What matters to the patient', value: 'Time at home' });
    expect(facts.find(({ label }) => label === 'Allergies')?.value).toBeUndefined();
    expect(facts.find(({ label }) => label === 'Treated before')?.value).toBe('no line on record');
  });

  it('B2 keeps the latest seven entries and counts the earlier ones', () => {
    const course = Array.from({ length: 10 }, (_, index) => ({ date: `20${10 + index}-05`, event: `event ${index}` }));
    const slide = courseSlide({ record: record('LUAD', { course }) });
    expect(slide?.rows.map(({ words }) => words)).toEqual(course.slice(3).map(({ event }) => event));
    expect(slide?.earlier).toBe(3);
    expect(courseSlide({ record: record('LUAD') })).toBeUndefined();
    // However many events came after it, a line of therapy stays; and the latest event stays with it.
    const therapyLines = [{ line: 1, agents: ['Erlotinib'], started: '2009-01' }] as never;
    const small = courseSlide({ record: record('LUAD', { course, therapyLines }) }, false, { page: 0, small: true });
    expect(small?.rows[0]?.kind).toBe('line');
    expect(small?.rows.at(-1)?.words).toBe('event 9');
    expect(small?.rows).toHaveLength(5);
  });

  it('F124 B2 draws two series on the axis of the course, ctDNA on a log scale, and counts the others', () => {
    const labs = (name: string, values: number[]) =>
      values.map((value, index) => ({ name, value, unit: '%', date: `2024-0${index + 1}-01` }));
    const course = Array.from({ length: 7 }, (_, index) => ({ date: `20${10 + index}-05`, event: `event ${index}` }));
    const slide = courseSlide({
      record: record('LUAD', {
        course,
        labs: [...labs('CEA', [1, 9]), ...labs('ctDNA', [10, 0.1, 1]), ...labs('LDH', [2, 3])],
      }),
    });
    expect(slide?.series.map(({ words, bottom, top }) => [words, bottom, top])).toEqual([
      ['10 to 1 %, lowest 0.1, log scale', '0.1', '10'],
      ['1 to 9 %', '0', '9'],
    ]);
    expect(slide?.moreSeries).toBe(1);
    expect(slide?.rows).toHaveLength(ROWS - 2);
    expect(slide?.earlier).toBe(2);
    // The values lie right of an event that was earlier than all of them, on the same axis.
    const last = slide?.rows.at(-1)?.left ?? 100;
    for (const { x } of slide?.series.flatMap(({ points }) => points) ?? []) {
      expect(x).toBeGreaterThan(last);
      expect(x).toBeLessThan(100);
    }
    // Values alone are a course as well.
    expect(courseSlide({ record: record('LUAD', { labs: labs('ctDNA', [1, 2]) }) })?.series).toHaveLength(1);
  });

  it('F045 B5 names what is excluded with its number, and keeps the order of the table', () => {
    const slide = optionsSlide(view);
    const table = view.options;
    expect(slide?.excluded?.count).toBe(new Set(table?.exclusions.map(({ label }) => label)).size);
    expect(slide?.rows.map(({ option }) => option.id)).toEqual(table?.options.slice(0, 6).map(({ id }) => id));
    const all = table?.options.length ?? 0;
    expect(slide?.showing).toBe(all <= 6 ? undefined : `showing 1 to 6 of ${all}`);
  });

  it('B5 names what a treatment rests on without its measures, which stand on B3 and have no room here', () => {
    const [first] = view.options?.options ?? [];
    if (view.options === undefined || first === undefined) throw new Error('the sample has no option');
    const because = [
      'ERBB2 expression high (z +8.2, above the 97.5th percentile (of 400)): level A',
      'EGFR p.(Leu858Arg)',
    ].map((text) => ({ ...first.because[0], text })) as typeof first.because;
    const slide = optionsSlide({ ...view, options: { ...view.options, options: [{ ...first, because }] } });
    expect(slide?.rows[0]?.because).toBe('ERBB2 expression high, EGFR p.\u2060(Leu858Arg)');
  });

  it('B5 takes a finding that was dismissed off the reasons, and says so', () => {
    const [first] = view.options?.options ?? [];
    if (view.options === undefined || first === undefined) throw new Error('the sample has no option');
    const because = ['EGFR p.(Leu858Arg)', 'EGFR p.(Thr790Met)'].map((text, place) => ({
      findingId: `f${place}`,
      text,
    }));
    const rests = (...dismissed: string[]) =>
      optionsSlide({
        ...view,
        options: { ...view.options, options: [{ ...first, because }] } as typeof view.options,
        board: {
          ...view.board,
          reviews: dismissed.map((findingId) => ({ findingId, verdict: 'dismissed', by: 'u', at: 't' })),
        },
      })?.rows[0]?.because.replaceAll('\u2060', '');
    expect(rests('another')).toBe('EGFR p.(Leu858Arg), EGFR p.(Thr790Met)');
    expect(rests('f1')).toBe('EGFR p.(Leu858Arg); dismissed: EGFR p.(Thr790Met)');
    expect(rests('f0', 'f1')).toBe('dismissed: EGFR p.(Leu858Arg), EGFR p.(Thr790Met)');
  });

  it('F056 B5 calls a treatment used before only where it was, not where its class was', () => {
    const said = (how: NonNullable<NonNullable<TherapyOption['prior']>['how']>) =>
      priorOnWall({ prior: { line: 1, response: 'PR', how, text: '' } });
    expect(said('used')).toBe('used before, line 1: partial response');
    expect(said('class')).toBe('same class, line 1: partial response');
    expect(said('shared-class')).toBe('a class in common, line 1: partial response');
    expect(said('partner-class')).toBe('class of a partner, line 1: partial response');
    expect(said('partner')).toBe('a partner used, line 1: partial response');
    expect(priorOnWall({})).toBeUndefined();
    const told = (view.options?.options ?? []).flatMap((option) => priorOnWall(option) ?? []);
    expect(told.length).toBeGreaterThan(0);
    expect(told.filter((words) => words.startsWith('related treatment'))).toEqual([]);
  });

  it('F079 B7 reads the decision back in seven rows at most, however many actions', () => {
    expect(decisionFacts(view)).toBeUndefined();
    const action = { what: 'Order it', owner: 'Dr. A', due: '2030-01-31' };
    const decision = {
      optionIds: [],
      otherOption: 'Something else',
      intent: 'trial' as const,
      answer: 'Yes.',
      rationale: 'r',
      conditions: 'if fit',
      actions: [action, action, action, action],
      participants: [],
      decidedAt: '',
      decidedBy: 'u1',
    };
    const facts = decisionFacts({ ...view, board: { reviews: [], decision } }) ?? [];
    expect(facts).toHaveLength(ROWS);
    // Who and when stand where a long line is not cut.
    expect(facts.find(({ label }) => label === 'Action')?.value).toBe('Dr. A, by 2030-01-31: Order it');
    expect(facts.at(-1)?.value).toBe('2 more actions');
    expect(facts.find(({ label }) => label === 'Dissent')?.value).toBe('none recorded');
    // Three fit, and are not counted instead.
    const three = { ...decision, actions: decision.actions.slice(1) };
    const fitting = decisionFacts({ ...view, board: { reviews: [], decision: three } }) ?? [];
    expect(fitting.slice(-3).map(({ label }) => label)).toEqual(['Action', 'Action', 'Action']);
    expect(fitting).toHaveLength(ROWS);
  });
});

const order = (state: string) => ['tested-not-detected', 'failed-qc', 'not-assayed'].indexOf(state);

describe('F069 the agenda', () => {
  const listing = (name: string, status: CaseListing['status']): CaseListing => ({
    ...view.listing,
    caseId: CaseId.parse(name),
    pseudonym: name,
    status,
  });
  const cases = [listing('case-a', 'analyzed'), listing('case-b', 'decided'), listing('case-c', 'signed')];

  it('proposes: undecided cases full, decided ones read out, signed ones off', () => {
    const rows = agendaOf([], cases);
    expect(rows.map(({ triage, on }) => [triage, on])).toEqual([
      ['full', true],
      ['protocol', true],
      ['full', false],
    ]);
    expect(plannedSeconds(rows)).toBe(390 + 30);
    expect(agendaItems(rows, cases).map(({ caseId }) => caseId)).toEqual(['case-a', 'case-b']);
  });

  it('keeps the order somebody made; new cases come last and gone ones go', () => {
    const rows = moved(agendaOf([], cases.slice(0, 2)), 'case-b', -1);
    expect(rows.map(({ caseId }) => caseId)).toEqual(['case-b', 'case-a']);
    expect(moved(rows, 'case-b', -1)).toEqual(rows);
    expect(agendaOf(rows, [cases[0] as CaseListing, cases[2] as CaseListing]).map(({ caseId }) => caseId)).toEqual([
      'case-a',
      'case-c',
    ]);
  });

  it('F068 F069 a dragged row takes the place it is dropped on; who sees to it is late after its day', () => {
    const rows = agendaOf([], cases);
    const order = (moved_: typeof rows) => moved_.map(({ caseId }) => caseId);
    expect(order(movedOnto(rows, 'case-c', 'case-a'))).toEqual(['case-c', 'case-a', 'case-b']);
    expect(order(movedOnto(rows, 'case-a', 'case-c'))).toEqual(['case-b', 'case-c', 'case-a']);
    expect(order(movedOnto(rows, 'case-a', 'gone'))).toEqual(order(rows));
    const seen = { owner: ' Dr. Ada ', due: '2026-11-27' };
    expect(seenTo(seen, '2026-11-27')).toEqual({ words: 'Dr. Ada by 2026-11-27', late: false });
    expect(seenTo(seen, '2026-11-28').late).toBe(true);
    expect(seenTo({ owner: '', due: '' }, '2026-11-28')).toEqual({ words: '', late: false });
    // An agenda kept by an older program has neither.
    expect(parseAgenda([{ caseId: 'case-a', triage: 'full', on: true, override: '' }])).toMatchObject([
      { owner: '', due: '' },
    ]);
  });

  it('a frozen agenda knows the version of each case that is on, and is let go by the same key', () => {
    const frozen = frozenAt(agendaOf([], cases), cases);
    expect(frozen.map((row) => row.frozen)).toEqual([view.listing.version, view.listing.version, undefined]);
    expect(frozenAt(frozen, cases).every((row) => row.frozen === undefined)).toBe(true);
    // One more case put on: freezing takes it in.
    const more = frozen.map((row) => ({ ...row, on: true }));
    expect(frozenAt(more, cases).every((row) => row.frozen !== undefined)).toBe(true);
  });
});
