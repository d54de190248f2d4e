/** The bad-input list of the exchange: a slice of the campaign `exchange-fuzz`. */
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { loadPacks } from '../../../electron/knowledge/index.ts';
import { fuzz } from './support/fuzz.ts';
import { fuzzInput } from './support/fuzz-input.ts';

it('270 mutated inputs of nine kinds are refused with a place, or the same when they are written again; none hangs', async () => {
  const packs = await loadPacks(join(resolve(import.meta.dirname, '../../..'), 'models/knowledge'));
  const { flaws, refused, read, compared, slowest } = fuzz(fuzzInput(), packs.molecular(), 270, 20260501);
  expect(flaws).toEqual([]);
  expect(refused).toBeGreaterThan(20);
  expect(read).toBeGreaterThan(20);
  expect(compared).toBeGreaterThan(50);
  expect(slowest).toBeLessThan(5000);
});
