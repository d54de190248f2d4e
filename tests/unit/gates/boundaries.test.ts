import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');

/** A house with one breach of each rule, and a few things that are allowed. */
const HOUSE: Record<string, string> = {
  'shared/foundation/result.ts': `export const ok = 1;`,
  'shared/case/record.ts': `import { z } from 'zod'; import { ok } from '../foundation/result.ts'; export const record = z.literal(ok);`,
  'shared/contract.ts': `import { oc } from '@orpc/contract'; import { record } from './case/record.ts'; export const contract = oc.output(record);`,
  'shared/case/looks-right.ts': `import { board } from '../board/board.ts'; export const wrong = board;`,
  'shared/board/board.ts': `export const board = 1;`,
  'shared/case/uses-node.ts': `import { readFileSync } from 'node:fs'; export const wrong = readFileSync;`,
  'shared/case/uses-package.ts': `import { oc } from '@orpc/contract'; export const wrong = oc;`,
  'shared/case/circle-a.ts': `import { b } from './circle-b.ts'; export const a = (): unknown => b;`,
  'shared/case/circle-b.ts': `import { a } from './circle-a.ts'; export const b = (): unknown => a;`,
  'electron/case/index.ts': `export { inside } from './inside.ts';`,
  'electron/case/inside.ts': `export const inside = 1;`,
  'electron/report/index.ts': `import { inside } from '../case/index.ts'; export const fine = inside;`,
  'electron/report/goes-inside.ts': `import { inside } from '../case/inside.ts'; export const wrong = inside;`,
  'electron/report/knows-host.ts': `import { host } from '../loopback/index.ts'; export const wrong = host;`,
  'electron/report/opens-window.ts': `import { app } from 'electron'; export const wrong = app;`,
  'electron/loopback/index.ts': `export const host = 1;`,
  'electron/shell/main.ts': `import { app } from 'electron'; export const fine = app;`,
  'electron/report/database.ts': `import Database from 'better-sqlite3-multiple-ciphers'; export const wrong = Database;`,
  'renderer/app/work.ts': `export { inside } from '../../electron/case/index.ts';`,
  'renderer/app/far.ts': `export { inside } from './work.ts';`,
  'renderer/app/reads.ts': `import { join } from 'node:path'; export const wrong = join;`,
  'renderer/app/types.ts': `import type { inside } from '../../electron/case/index.ts'; export type Wrong = typeof inside;`,
  'renderer/app/draws.ts': `export const wrong = () => import('plotly.js-cartesian-dist-min');`,
  'renderer/ui/chart.ts': `export const fine = () => import('plotly.js-cartesian-dist-min');`,
};

const EXPECTED: [rule: string, from: string][] = [
  ['no-cycles', 'shared/case/circle-a.ts'],
  ['shared-case-looks-left', 'shared/case/looks-right.ts'],
  ['shared-no-node', 'shared/case/uses-node.ts'],
  ['shared-stands-alone', 'shared/case/uses-package.ts'],
  ['rooms-by-their-door', 'electron/report/goes-inside.ts'],
  ['rooms-know-no-host', 'electron/report/knows-host.ts'],
  ['electron-only-in-shell', 'electron/report/opens-window.ts'],
  ['one-door-better', 'electron/report/database.ts'],
  ['renderer-no-electron', 'renderer/app/work.ts'],
  ['renderer-no-electron', 'renderer/app/far.ts'],
  ['renderer-no-electron', 'renderer/app/types.ts'],
  ['renderer-no-node', 'renderer/app/reads.ts'],
  ['one-door-plotly', 'renderer/app/draws.ts'],
];

let folder = '';
let found: string[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'boundaries-'));
  for (const [file, text] of Object.entries(HOUSE)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  writeFileSync(
    join(folder, 'package.json'),
    '{"type":"module","dependencies":{"better-sqlite3-multiple-ciphers":"*"}}',
  );
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const config = join(root, 'tests/gates/boundaries.mjs');
  const arguments_ = [
    join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'),
    '--config',
    config,
    '--output-type',
    'json',
  ];
  const { stdout } = spawnSync(process.execPath, [...arguments_, 'shared', 'electron', 'renderer'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const report = JSON.parse(stdout) as { summary: { violations: { rule: { name: string }; from: string }[] } };
  found = report.summary.violations.map((violation) => `${violation.rule.name} ${violation.from}`);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the import rules', () => {
  it.each(EXPECTED)('%s refuses %s', (rule, from) => {
    expect(found).toContain(`${rule} ${from}`);
  });

  it('let pass what is allowed', () => {
    const refused = new Set(found.map((line) => line.split(' ')[1]));
    for (const file of [
      'shared/case/record.ts',
      'shared/contract.ts',
      'electron/report/index.ts',
      'electron/shell/main.ts',
      'renderer/ui/chart.ts',
    ]) {
      expect(refused).not.toContain(file);
    }
  });
});
