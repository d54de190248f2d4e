import { describe, expect, it } from 'vitest';
import { modelCovered } from '../../../shared/board/judge-first.ts';

const since = '2026-03-01T10:00:00.000Z';
const ballot = (state: 'open' | 'revealed' | 'abandoned', closedAt?: string) => ({
  state,
  ...(closedAt === undefined ? {} : { closedAt }),
});

describe('F065 judge first, reveal second', () => {
  it.each([
    ['the board does not want it', {}, [], false],
    ['nobody has voted', { judgeFirst: { since } }, [], true],
    ['the ballot is open', { judgeFirst: { since } }, [ballot('open')], true],
    ['the ballot was abandoned', { judgeFirst: { since } }, [ballot('abandoned', '2026-03-02T10:00:00.000Z')], true],
    ['the votes are revealed', { judgeFirst: { since } }, [ballot('revealed', '2026-03-02T10:00:00.000Z')], false],
    ['a vote before the setting', { judgeFirst: { since } }, [ballot('revealed', '2026-02-02T10:00:00.000Z')], true],
    [
      'somebody uncovered it',
      { judgeFirst: { since, revealed: { at: since, by: 'Dr. Reed', reason: 'patient waits' } } },
      [],
      false,
    ],
  ])('%s', (_, setting, ballots, covered) => {
    expect(modelCovered({ ...setting, board: { ballots } })).toBe(covered);
  });
});
