import { describe, expect, it } from 'vitest';
import {
  type AgendaItem,
  beginMeeting,
  budgetOf,
  caseMinutes,
  clockWords,
  currentItem,
  Meeting,
  nextStep,
  previousStep,
  showCase,
  showSlide,
  slidesOf,
  spend,
  spentOn,
} from '../../../shared/board/meeting.ts';
import { CaseId } from '../../../shared/foundation/ids.ts';

const id = (name: string) => CaseId.parse(name);
const item = (name: string, triage: AgendaItem['triage']): AgendaItem => ({ caseId: id(name), triage });
const meeting = (...agenda: AgendaItem[]) =>
  beginMeeting('3f0c2f7a-92b2-4b54-8f7a-0d9cf7b1a111', '2026-11-25T10:00:00.000Z', agenda);

describe('F069 the agenda', () => {
  it('a full case is planned for 6:30 in seven phases, a fast one for 1:30 in four', () => {
    expect(clockWords(budgetOf('full') * 1000)).toBe('6:30');
    expect(slidesOf('full')).toHaveLength(7);
    expect(clockWords(budgetOf('fast-track') * 1000)).toBe('1:30');
    expect(slidesOf('fast-track')).toEqual(['story', 'findings', 'options', 'decision']);
  });

  it('the next step walks the phases of each case and stays on the last slide of the last', () => {
    let now = meeting(item('case-a', 'fast-track'), item('case-b', 'protocol'));
    const seen: string[] = [];
    for (let step = 0; step < 7; step += 1) {
      seen.push(`${currentItem(now).caseId} ${now.slide}`);
      now = nextStep(now);
    }
    expect(seen).toEqual([
      'case-a story',
      'case-a findings',
      'case-a options',
      'case-a decision',
      'case-b decision',
      'case-b decision',
      'case-b decision',
    ]);
    expect(previousStep(now)).toBe(now);
    expect(showCase(now, 5)).toBe(now);
    expect(showCase(now, 0)).toMatchObject({ at: 0, slide: 'story' });
  });

  it('a slide that the triage passes over can be shown, and the walk goes on from there', () => {
    const shown = showSlide({ ...meeting(item('case-a', 'fast-track')), blank: true }, 'integration');
    expect(shown).toMatchObject({ slide: 'integration', blank: false });
    expect(nextStep(shown).slide).toBe('options');
    expect(previousStep(shown).slide).toBe('findings');
  });

  it('a meeting without a case is not opened', () => expect(() => meeting()).toThrow(/without a case/));

  it('survives being kept and read back', () => {
    const now = spend(meeting(item('case-a', 'full')), 1500);
    expect(Meeting.parse(JSON.parse(JSON.stringify(now)))).toEqual(now);
  });
});

describe('F081 the clock', () => {
  it('adds up to the time that passed, whatever the steps, and counts nothing on hold', () => {
    let now = meeting(item('case-a', 'full'), item('case-b', 'full'));
    let passed = 0;
    for (let tick = 0; tick < 4000; tick += 1) {
      const step = 17 + ((tick * 7919) % 483);
      if (tick % 90 === 0) now = nextStep(now);
      const held = tick % 5 === 0;
      now = spend({ ...now, held }, step);
      if (!held) passed += step;
    }
    const counted = now.spent.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    expect(Math.abs(counted - passed)).toBeLessThan(1);
    expect(spentOn(now.spent, 'case-a') + spentOn(now.spent, 'case-b')).toBeCloseTo(counted, 6);
  });

  it('a step backwards or of no number counts nothing', () => {
    const now = spend(meeting(item('case-a', 'full')), 1000);
    for (const step of [-5000, Number.NaN, Number.POSITIVE_INFINITY, 0]) expect(spend(now, step)).toBe(now);
  });

  it('says which cases kept to their time, within a fifth', () => {
    const agenda = ['case-a', 'case-b', 'case-c', 'case-d'].map((name) => item(name, 'fast-track'));
    const spent = [
      { caseId: id('case-a'), slide: 'story' as const, milliseconds: 60_000 },
      { caseId: id('case-a'), slide: 'decision' as const, milliseconds: 48_000 },
      { caseId: id('case-b'), slide: 'story' as const, milliseconds: 108_001 },
      { caseId: id('case-c'), slide: 'story' as const, milliseconds: 71_999 },
    ];
    expect(caseMinutes({ agenda, spent }).map(({ kept }) => kept)).toEqual(['within', 'over', 'under', 'not-reached']);
  });

  it('reads as minutes and seconds, and charges no second before it has passed', () => {
    expect([0, 999, 59_999, 60_000, 390_000, -4].map(clockWords)).toEqual([
      '0:00',
      '0:00',
      '0:59',
      '1:00',
      '6:30',
      '0:00',
    ]);
  });
});
