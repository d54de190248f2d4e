import { expect, it } from 'vitest';
import { seeded } from '../../../shared/prediction/measure.ts';
import { canTrace } from './support/failures.ts';
import { cutPower, recordWorkload } from './support/power-cut.ts';

it.skipIf(!canTrace)(
  `F142 whatever a power cut leaves of what was not synced, the vault opens with all that it acknowledged${canTrace ? '' : ' (NOT RUN: strace is absent)'}`,
  async () => {
    const recording = await recordWorkload(4);
    const figures = await cutPower(recording, 8, seeded(1));
    expect(figures).toMatchObject({ states: 8, notOpened: [], brokenJournals: 0, lost: [] });
    expect(figures.operations).toBeGreaterThan(12);
    // The states are hard enough: a program that syncs nothing loses what it acknowledged.
    const unsynced = { ...recording, steps: recording.steps.filter(({ kind }) => kind !== 'sync') };
    const spoilt = await cutPower(unsynced, 6, seeded(2));
    expect(spoilt.notOpened.length + spoilt.lost.length).toBeGreaterThan(0);
  },
);
