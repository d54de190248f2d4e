import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fuzzContract } from './fuzz.ts';

it('F103 F142 messages that no window of ours sends crash nothing and leave nothing behind that they may not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'contract-fuzz-'));
  try {
    const figures = await fuzzContract(folder, 600, 7);
    expect(figures).toMatchObject({ crashes: [], unapproved: [], journal: true });
    for (const ended of ['input', 'forbidden', 'not-found', 'answered'])
      expect(figures.outcomes[ended], ended).toBeGreaterThan(0);
    expect(figures.framesRefused).toBeGreaterThan(10);
    expect(figures.requests).toBeGreaterThan(5);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
