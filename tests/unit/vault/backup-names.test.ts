import { expect, it } from 'vitest';
import { nextVersion } from '../../../electron/vault/backup.ts';

it('a version made after the clock was set back sorts behind the one before it', () => {
  const names: string[] = [];
  for (const time of ['2026-01-05T08:00:00.032Z', '2026-01-05T08:00:00.032Z', '2026-01-04T08:00:00.000Z'])
    names.push(nextVersion(names, time));
  expect(new Set(names).size).toBe(3);
  expect([...names].sort()).toEqual(names);
  expect(nextVersion(names, '2026-01-06T08:00:00.000Z')).toBe('2026-01-06T08-00-00.000Z');
});
