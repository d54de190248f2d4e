import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { hasDisplay } from '../../electron/launch/browser.mjs';
import { electronBinary } from '../../electron/launch/electron-binary.mjs';
import { root } from '../../electron/launch/provision.mjs';
import { OUTSIDE_ABSENT } from '../support/outside.ts';
import { NO_BROWSER, testBrowser } from './browser.ts';
import { houseFindings } from './house.ts';

/** What one check says: how many passed, failed and were skipped, what did not run, and the text worth reading. */
interface Verdict {
  passed: number;
  failed: number;
  skipped: number;
  notRun?: string[];
  /** What failed once and passed when it was tried again: it does not stop a landing, and is to be looked into. */
  secondTry?: string[];
  text?: string;
}

interface Check {
  readonly name: string;
  readonly run: () => Promise<Verdict>;
}

const binary = (name: string) => join(root, 'node_modules/.bin', process.platform === 'win32' ? `${name}.cmd` : name);

interface Ended {
  code: number;
  text: string;
}

/** Runs a tool to its end and keeps what it said. `minutes` is a limit against a hang, not a bound on speed. */
function tool(program: string, args: string[], env: NodeJS.ProcessEnv = {}, minutes = 15): Promise<Ended> {
  return new Promise((done) => {
    const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`;
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, PATH: path, NO_COLOR: '1', FORCE_COLOR: undefined, ...env },
      shell: process.platform === 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.stderr.on('data', (chunk) => (text += chunk));
    const limit = setTimeout(() => {
      text += `\nstopped after ${minutes} minutes`;
      child.kill('SIGKILL');
    }, minutes * 60_000);
    child.on('error', (error) => {
      clearTimeout(limit);
      done({ code: 1, text: `${text}\n${error.message}` });
    });
    child.on('close', (code) => {
      clearTimeout(limit);
      done({ code: code ?? 1, text });
    });
  });
}

/** A tool that either finds nothing or fails: one check. */
const gate = (name: string, program: string, args: string[]): Check => ({
  name,
  run: async () => {
    const { code, text } = await tool(binary(program), args);
    return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0, text };
  },
});

const rules = ['--config-path', 'tests/gates/biome.rules.json'];
/** Types are checked by the compiler of `@typescript/native` (its `tsc`); `typescript` is the older one with a programming interface, which dependency-cruiser reads with. */
const environments = ['shared', 'electron', 'electron/shell', 'renderer', 'tests'];
const results = join(root, '.cache/test-results');

const quick: Check[] = [
  gate('format', 'biome', ['format', ...rules]),
  gate('lint', 'biome', ['lint', ...rules, '--error-on-warnings']),
  {
    name: 'house',
    run: async () => {
      const findings = await houseFindings();
      return findings.length === 0
        ? { passed: 1, failed: 0, skipped: 0 }
        : { passed: 0, failed: 1, skipped: 0, text: findings.join('\n') };
    },
  },
  gate('boundaries', 'depcruise', ['--config', 'tests/gates/boundaries.mjs', 'shared', 'electron', 'renderer']),
  gate('unused', 'knip', ['--config', 'tests/gates/knip.json', '--no-progress']),
  ...environments.map((place) => gate(`types:${place}`, 'tsc', ['-p', place, '--noEmit', '--pretty', 'false'])),
];

const slow: Check[] = [
  { name: 'unit', run: units },
  {
    name: 'build',
    run: async () => {
      const { code, text } = await tool(process.execPath, ['electron/build/main.ts', '--force']);
      return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0, text };
    },
  },
  { name: 'e2e', run: endToEnd },
];

async function units(): Promise<Verdict> {
  const file = join(results, 'vitest.json');
  rmSync(file, { force: true });
  const args = ['run', '--config', 'tests/gates/vitest.config.ts', '--reporter=json', `--outputFile=${file}`];
  const { text } = await tool(binary('vitest'), args);
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0, text };
  const report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
  const verdict: Verdict & { notRun: string[] } = { passed: 0, failed: 0, skipped: 0, notRun: [] };
  const lines: string[] = [];
  let outside = 0;
  for (const suite of report.testResults) {
    const place = relative(root, suite.name);
    if (suite.status === 'failed' && !suite.assertionResults.some((test) => test.status === 'failed')) {
      verdict.failed += 1;
      lines.push(`${place}: ${suite.message}`);
    }
    for (const test of suite.assertionResults) {
      if (test.status === 'passed') verdict.passed += 1;
      else if (test.status === 'failed') {
        verdict.failed += 1;
        lines.push(`${place} > ${test.fullName}\n${(test.failureMessages ?? []).join('\n').slice(0, 2000)}`);
      } else {
        verdict.skipped += 1;
        if (test.fullName.includes(OUTSIDE_ABSENT)) outside += 1;
        else verdict.notRun.push(`${place}: ${test.fullName}`);
      }
    }
  }
  if (outside > 0) verdict.notRun.push(`${outside} tests on other people's data: ../shared is absent`);
  // A run that broke outside any test (an unhandled rejection, no test found) must not pass for a good one.
  if (!report.success && verdict.failed === 0) {
    verdict.failed += 1;
    lines.push(text.slice(-4000));
  }
  return { ...verdict, text: lines.join('\n') };
}

interface VitestReport {
  success: boolean;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages?: string[] }[];
  }[];
}

async function endToEnd(): Promise<Verdict> {
  const notRun: string[] = [];
  let failed = 0;
  const hosts: string[] = [];
  const browser = await testBrowser();
  if (browser === undefined) {
    failed += 1;
    notRun.push(`end to end in a browser: ${NO_BROWSER}`);
  } else hosts.push('loopback');
  const electron = electronBinary();
  if (electron !== undefined && hasDisplay()) hosts.push('electron');
  else {
    const reason = electron === undefined ? 'the Electron binary is absent' : 'there is no display';
    notRun.push(`end to end in Electron: ${reason}`);
    if (process.env.REQUIRE_ELECTRON === '1') failed += 1;
  }
  if (hosts.length === 0) return { passed: 0, failed, skipped: 0, notRun };
  const file = join(results, 'playwright.json');
  rmSync(file, { force: true });
  const { text, code } = await tool(
    binary('playwright'),
    [
      'test',
      '--config',
      'tests/gates/playwright.config.ts',
      '--reporter=json',
      ...hosts.map((host) => `--project=${host}`),
    ],
    { PLAYWRIGHT_JSON_OUTPUT_NAME: file, ...(browser === undefined ? {} : { CHROMIUM_PATH: browser }) },
  );
  if (!existsSync(file)) return { passed: 0, failed: failed + 1, skipped: 0, notRun, text };
  const report = JSON.parse(readFileSync(file, 'utf8')) as PlaywrightReport;
  const { expected, unexpected, flaky, skipped } = report.stats;
  const lines = report.errors.map((error) => error.message ?? '');
  const secondTry: string[] = [];
  for (const spec of report.suites.flatMap(specsOf)) {
    const results_ = spec.tests.flatMap((test) => test.results);
    const title = `${spec.file} > ${spec.title}`;
    if (!spec.ok)
      lines.push(`${title}\n${results_.flatMap((result) => result.errors.map((error) => error.message)).join('\n')}`);
    else if (results_.length > spec.tests.length) {
      const first = results_.flatMap((result) => result.errors.map((error) => error.message))[0];
      secondTry.push(`${title}: ${(first ?? 'no reason given').split('\n')[0]}`);
    } else if (results_.some((result) => result.status === 'skipped')) {
      const reason = spec.tests.flatMap((test) => test.annotations).find(({ type }) => type === 'skip')?.description;
      notRun.push(`${title}: ${reason ?? 'no reason given'}`);
    }
  }
  failed += unexpected;
  // Nothing ran, or the run broke outside a test.
  if (code !== 0 && unexpected === 0) failed += 1;
  return { passed: expected + flaky, failed, skipped, notRun, secondTry, text: lines.join('\n') };
}

interface PlaywrightSuite {
  specs: {
    title: string;
    file: string;
    ok: boolean;
    tests: {
      annotations: { type: string; description?: string }[];
      results: { status: string; errors: { message?: string }[] }[];
    }[];
  }[];
  suites?: PlaywrightSuite[];
}
interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors: { message?: string }[];
  suites: PlaywrightSuite[];
}

const specsOf = (suite: PlaywrightSuite): PlaywrightSuite['specs'] => [
  ...suite.specs,
  ...(suite.suites ?? []).flatMap(specsOf),
];

/** Runs the checks, the quick ones two at a time, and gives the exit code. */
export async function main(args: string[]): Promise<number> {
  const all = [...quick, ...slow];
  if (args.includes('--list')) {
    console.log(all.map((check) => check.name).join('\n'));
    return 0;
  }
  const at = args.indexOf('--only');
  const only = at === -1 ? undefined : (args[at + 1] ?? '').split(',');
  const wanted = (check: Check) =>
    only === undefined || only.some((name) => check.name === name || check.name.startsWith(`${name}:`));
  mkdirSync(results, { recursive: true });
  const total: Required<Omit<Verdict, 'text'>> = { passed: 0, failed: 0, skipped: 0, notRun: [], secondTry: [] };

  const perform = async (check: Check) => {
    const started = performance.now();
    const verdict = await check.run().catch((error: unknown): Verdict => {
      return {
        passed: 0,
        failed: 1,
        skipped: 0,
        text: error instanceof Error ? (error.stack ?? error.message) : String(error),
      };
    });
    total.passed += verdict.passed;
    total.failed += verdict.failed;
    total.skipped += verdict.skipped;
    total.notRun.push(...(verdict.notRun ?? []));
    total.secondTry.push(...(verdict.secondTry ?? []));
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const counts = `${verdict.passed} passed, ${verdict.failed} failed, ${verdict.skipped} skipped`;
    console.log(
      `${verdict.failed === 0 ? 'ok  ' : 'FAIL'} ${check.name.padEnd(22)} ${seconds.padStart(6)} s  ${counts}`,
    );
    if (verdict.failed > 0 && verdict.text) console.log(excerpt(verdict.text).replace(/^/gm, '     '));
  };

  const queue = quick.filter(wanted);
  const lane = async () => {
    for (let check = queue.shift(); check !== undefined; check = queue.shift()) await perform(check);
  };
  await Promise.all([lane(), lane()]);
  for (const check of slow.filter(wanted)) await perform(check);
  if (only === undefined)
    total.notRun.push('installers for Windows, macOS and Linux: built by the release job on each system');

  if (total.notRun.length > 0)
    console.log(`\nNOT RUN on this machine:\n${total.notRun.map((line) => `  - ${line}`).join('\n')}`);
  if (total.secondTry.length > 0)
    console.log(`\nPASSED ON THE SECOND TRY only:\n${total.secondTry.map((line) => `  - ${line}`).join('\n')}`);
  console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed > 0 ? 1 : 0;
}

/** The first part of a long complaint, and its end, where tools put their summary. */
function excerpt(text: string): string {
  const lines = text.trimEnd().split('\n');
  return lines.length <= 160 ? lines.join('\n') : [...lines.slice(0, 140), '…', ...lines.slice(-20)].join('\n');
}
