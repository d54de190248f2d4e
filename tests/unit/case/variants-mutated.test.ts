import { describe, expect, it } from 'vitest';
import { seeded } from '../../bench/variants-file.ts';
import { mutations } from './variants-mutated.ts';

describe('F002 rows changed at random', () => {
  it('are refused with their place, or read as what stands in their columns', async () => {
    const random = seeded(3);
    const counts = await mutations(700, (limit) => Math.floor(random() * limit));
    expect(counts.wrong).toEqual([]);
    expect(Math.min(counts.refused, counts.equal)).toBeGreaterThan(100);
  });
});
