/** The bad-input list of the exchange: a slice of the campaign `exchange-fuzz`. */
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { loadPacks } from '../../../electron/knowledge/index.ts';
import { reportInput } from '../report/support/input.ts';
import { fuzz } from './support/mutations.ts';

it('240 mutated messages of four formats are refused with a place or read, none hangs', async () => {
  const packs = await loadPacks(join(resolve(import.meta.dirname, '../../..'), 'models/knowledge'));
  const { flaws, refused, read, slowest } = fuzz(reportInput(), packs.molecular(), 240, 20260501);
  expect(flaws).toEqual([]);
  expect(refused).toBeGreaterThan(20);
  expect(read).toBeGreaterThan(20);
  expect(slowest).toBeLessThan(5000);
});
