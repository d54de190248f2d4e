// @vitest-environment node
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { eightMembers } from '../../support/board-members.ts';

describe('F076 F079 eight members write at once', () => {
  let folder = '';
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  // A slice; `npm run campaign` runs ten thousand.
  it('what each was told was kept is in the record after every lock, whatever the order and the clock', async () => {
    folder = mkdtempSync(join(tmpdir(), 'members-'));
    const run = await eightMembers(join(folder, 'data'), 80, 7);
    expect(run.lost).toEqual([]);
    expect(run.refused).toBeLessThan(run.edits / 2);
  });
});
