// @vitest-environment node
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { eightMembers } from '../../support/board-members.ts';
import { openStation } from '../../support/board-station.ts';

describe('F076 F079 eight members write at once', () => {
  let folder = '';
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  // A slice; `npm run campaign` runs ten thousand, with stations that are killed.
  it('what each was told was kept is in the record after every lock, whatever the order and the clock', async () => {
    folder = mkdtempSync(join(tmpdir(), 'members-'));
    const data = join(folder, 'data');
    const run = await eightMembers(await openStation(data), { edits: 150, seed: 7, pauses: 0.02 });
    expect(run.lost).toEqual([]);
    expect(run.oneEndState).toBe(true);
    expect(run.pauses).toBeGreaterThan(0);
    expect(run.refused).toBeLessThan(run.edits / 2);
  });
});
