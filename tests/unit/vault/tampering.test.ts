import { expect, it } from 'vitest';
import { tamperingKinds, tamperWithJournal } from './support/tampering.ts';

it('F092 twelve kinds of tampering, however carefully done, are found with a checkpoint from outside', async () => {
  const { untouched, ...kinds } = await tamperWithJournal(6, Math.random);
  expect(untouched).toEqual({ tried: 1, found: 0, foundWithout: 0 });
  expect(Object.keys(kinds)).toEqual(tamperingKinds);
  expect(tamperingKinds).toHaveLength(12);
  for (const [kind, figures] of Object.entries(kinds)) {
    expect(figures, kind).toMatchObject({ tried: 6, found: 6 });
    // A third of them is sealed and chained anew: nothing inside the vault can tell.
    expect(figures.foundWithout, kind).toBeLessThanOrEqual(4);
  }
});
