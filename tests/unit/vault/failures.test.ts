import { expect, it } from 'vitest';
import { canLimit, canTrace, failCalls, limitFiles, noFailures } from './support/failures.ts';

/** Nothing false, nothing by half, nothing but faults. */
const sound = { lost: [], defects: [], brokenJournals: 0, notOpened: [] };

it.skipIf(!canTrace)(
  `F142 a disk that fails now and then makes no false "saved"${canTrace ? '' : ' (NOT RUN: strace is absent)'}`,
  async () => {
    const figures = noFailures();
    await failCalls(figures, { call: 'pwrite64', error: 'ENOSPC', first: 9, step: 41, rounds: 16 });
    expect(figures).toMatchObject({ runs: 1, ...sound });
    expect(figures.refused['disk-full']).toBeGreaterThan(0);
    expect(figures.acknowledged).toBeGreaterThan(10);
  },
);

it.skipIf(!canLimit)(
  `F142 a write cut short is no false "saved"${canLimit ? '' : ' (NOT RUN: prlimit is absent)'}`,
  async () => {
    const figures = noFailures();
    await limitFiles(figures, 220_000, 16);
    expect(figures).toMatchObject({ runs: 1, ...sound });
    expect(Object.values(figures.refused).reduce((sum, one) => sum + one, 0)).toBeGreaterThan(0);
  },
);
