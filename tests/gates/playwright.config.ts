import { resolve } from 'node:path';
import { defineConfig } from '@playwright/test';
import type { HostOptions } from '../e2e/support/host.ts';

const root = resolve(import.meta.dirname, '../..');

/**
 * The same specs on both window hosts. `npm test` names the projects this machine can run and lists the others as NOT
 * RUN; a project that is named and cannot run fails.
 */
export default defineConfig<HostOptions>({
  testDir: resolve(root, 'tests/e2e'),
  outputDir: resolve(root, 'test-results'),
  timeout: 240_000,
  expect: { timeout: 30_000 },
  workers: 2,
  // A second try, named as such in the summary, so that a busy machine does not hide what else was found.
  retries: 1,
  forbidOnly: true,
  reporter: 'list',
  use: { trace: 'retain-on-failure', screenshot: 'only-on-failure' },
  projects: [
    { name: 'loopback', use: { hostKind: 'loopback' } },
    { name: 'electron', use: { hostKind: 'electron' } },
  ],
});
