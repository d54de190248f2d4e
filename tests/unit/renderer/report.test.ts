// @vitest-environment node
import { describe, expect, it } from 'vitest';
import {
  blocking,
  elementGroups,
  nextGap,
  parseReasons,
  reasonsGiven,
  shows,
} from '../../../renderer/report/completeness.ts';
import { chainWords, meaningSentences, verdictWords } from '../../../renderer/report/signature-words.ts';
import {
  type ReportElement,
  ReportVerification,
  SignatureCheck,
  SignedReportRecord,
} from '../../../shared/report/report.ts';

const element = (id: string, level: 'A' | 'B', state: ReportElement['state']): ReportElement => ({
  id,
  title: id,
  level,
  state,
});
const draft = {
  elements: [
    element('R01', 'A', 'present'),
    element('R02', 'A', 'missing'),
    element('R09', 'B', 'missing'),
    element('R13', 'A', 'missing'),
    element('R20', 'A', 'not-applicable'),
    element('R37', 'A', 'missing'),
  ],
};

describe('F087 completeness', () => {
  it('shows what blocks first, and every element once', () => {
    const groups = elementGroups(draft.elements);
    expect(groups.map(({ id, elements }) => [id, elements.map((one) => one.id)])).toEqual([
      ['blocks', ['R02', 'R13', 'R37']],
      ['warns', ['R09']],
      ['present', ['R01']],
      ['not-applicable', ['R20']],
    ]);
    expect(elementGroups([])).toEqual([]);
  });
  it('only a stated reason opens the way: spaces are none, and level B never blocks', () => {
    expect(blocking(draft, { R02: '  ' }).map(({ id }) => id)).toEqual(['R02', 'R13', 'R37']);
    expect(blocking(draft, { R02: 'x', R13: 'y', R37: 'z' })).toEqual([]);
  });
  it('hands over trimmed reasons for missing elements alone', () => {
    expect(reasonsGiven(draft, { R02: ' no laboratory ', R13: ' ', R01: 'is present', R99: 'unknown' })).toEqual({
      R02: 'no laboratory',
    });
  });
  it('walks the gaps onward, round, and past those that were filled', () => {
    expect(nextGap(draft, {}, undefined)).toBe('R02');
    expect(nextGap(draft, { R02: 'x' }, 'R02')).toBe('R13');
    expect(nextGap(draft, { R02: 'x', R13: 'y' }, 'R37')).toBe('R37');
    expect(nextGap(draft, {}, 'R37')).toBe('R02');
    expect(nextGap(draft, { R02: 'x', R13: 'y', R37: 'z' }, 'R02')).toBeUndefined();
  });
  it('a kept draft of reasons is text by element or nothing', () => {
    expect(parseReasons({ R02: 'x' })).toEqual({ R02: 'x' });
    expect(parseReasons({ R02: 1 })).toBeUndefined();
    expect(parseReasons('R02')).toBeUndefined();
    expect(shows({ kind: 'page-break', elements: ['R02'] }, 'R02')).toBe(true);
  });
});

describe('F088 signatures in words', () => {
  it('has words for every verdict, chain and meaning of the contract', () => {
    expect(Object.keys(verdictWords).sort()).toEqual([...ReportVerification.shape.verdict.options].sort());
    expect(Object.keys(chainWords).sort()).toEqual([...SignatureCheck.shape.chain.options].sort());
    expect(Object.keys(meaningSentences).sort()).toEqual([...SignedReportRecord.shape.meaning.options].sort());
    expect(verdictWords.invalid.title).toContain('not valid');
  });
});
