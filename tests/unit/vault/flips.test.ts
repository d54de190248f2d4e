import { expect, it } from 'vitest';
import { flipBackup, flipDatabase, flipJournal } from './support/flips.ts';

it.each([
  ['the database on the disk', flipDatabase, 40],
  ['lines of the journal, with the key in hand', flipJournal, 120],
  ['a backup', flipBackup, 40],
] as const)('F092 F142 one flipped bit of %s is found before it is used', async (_, flip, count) => {
  const { flips, missed, soundBefore } = await flip(count, 7);
  expect(soundBefore).toBe(true);
  expect(flips).toBeGreaterThanOrEqual(count);
  expect(missed).toEqual([]);
});
