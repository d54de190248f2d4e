/**
 * `npm run bench [rounds] [meeting | agenda | consequences]`: what the product promises of speed and memory, measured here and now, side by side with the
 * field's own tool where there is one. It prints what it saw; nothing is a test.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { benchAgenda } from './agenda.ts';
import { benchConsequences, benchGrowth, benchKnown, benchSnpEff, type ConsequenceBench, slope } from './annotate.ts';
import { benchCds } from './cds.ts';
import { benchMeeting } from './meeting.ts';
import { benchExplanation, benchModel } from './model.ts';
import { benchRules, benchTrials, power } from './options.ts';
import { benchReport } from './report.ts';
import { benchReranking } from './rerank.ts';
import { benchTable } from './table.ts';
import { benchCases, benchEvents, benchVault, type Spent } from './vault.ts';
import { benchGmod, benchIngest, benchIngestGrowth, type Growth, OURS, type Run } from './vcf.ts';

const ROWS = 1_000_000;
const samples = resolve(import.meta.dirname, '../../sample-cases');

const table = (rows: readonly (readonly string[])[]): void => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  for (const row of rows)
    console.log(
      `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}`,
    );
};

const fixed = (value: number | undefined, unit: string, digits = 2): string =>
  value === undefined ? 'not measured' : `${value.toFixed(digits)} ${unit}`;

async function ingest(packed: boolean, rounds: number): Promise<void> {
  const { runs, ratios, missing } = await benchIngest(ROWS, rounds, packed);
  console.log(
    `\nVCF ingest, ${ROWS.toLocaleString('en')} variants, tumor and normal, ${packed ? 'bgzip' : 'plain'}; medians of ${rounds} alternating rounds`,
  );
  if (missing.length > 0) console.log(`  NOT RUN: ${missing.join(' and ')} is not on this machine.`);
  if (runs.size === 0) return;
  table([
    ['', 'wall', 'processor', 'peak memory'],
    ...[...runs].map(([name, run]: [string, Run]) => [
      name,
      fixed(run.wallSeconds, 's'),
      fixed(run.processorSeconds, 's'),
      fixed(run.peakMegabytes, 'MB', 0),
    ]),
  ]);
  for (const { ours, theirs, ratio } of ratios)
    console.log(`  ${ours} has ${ratio.toFixed(2)} times the speed of ${theirs} (goal: 1.00 or more)`);
}

async function gmod(rounds: number): Promise<void> {
  const { ours, theirs, ratio } = await benchGmod(ROWS, rounds);
  console.log(
    `\nVCF ingest beside @gmod/vcf, ${ROWS.toLocaleString('en')} variants; medians of ${rounds} alternating rounds`,
  );
  table([
    ['', 'wall', 'processor', 'peak memory'],
    ...[[OURS, ours] as const, ['@gmod/vcf', theirs] as const].map(([name, run]) => [
      name,
      fixed(run.wallSeconds, 's'),
      fixed(run.processorSeconds, 's'),
      fixed(run.peakMegabytes, 'MB', 0),
    ]),
  ]);
  console.log(`  ${ratio.toFixed(2)} times the speed of @gmod/vcf (goal: 5 or more)`);
}

/** @param sizes ascending; the first is taken for what a process costs before it reads */
function growthTable(growth: readonly Growth[]): void {
  const [first, second] = growth;
  const last = growth.at(-1);
  table([
    ['variants', 'wall', 'processor', 'peak memory', 'allowed'],
    ...growth.map(({ rows, run }) => [
      rows.toLocaleString('en'),
      fixed(run.wallSeconds, 's'),
      fixed(run.processorSeconds, 's'),
      fixed(run.peakMegabytes, 'MB', 0),
      fixed(150 + (rows * 100) / 1024 / 1024, 'MB', 0),
    ]),
  ]);
  if (first === undefined || second === undefined || last === undefined) return;
  const start = first.run.processorSeconds ?? first.run.wallSeconds;
  const bytes =
    (((last.run.peakMegabytes ?? Number.NaN) - (second.run.peakMegabytes ?? Number.NaN)) * 1024 * 1024) /
    (last.rows - second.rows);
  console.log(
    `  time grows with the power ${slope(second, last, start).toFixed(2)} of the size; memory by ${bytes.toFixed(0)} bytes a variant`,
  );
}

async function ingestGrowth(): Promise<void> {
  console.log('\nVCF ingest, each size in a fresh process (goals: slope 1.10 or less; 150 MB and 100 bytes a variant)');
  growthTable(await benchIngestGrowth([1_000, 10_000, 100_000, 1_000_000, 5_000_000]));
}

function consequences(
  other: string,
  goal: string,
  { variants, genes, ours, theirs, ratio }: ConsequenceBench,
  rounds: number,
): void {
  console.log(
    `\nConsequences of ${variants.toLocaleString('en')} variants on ${genes} made-up genes; medians of ${rounds} alternating rounds`,
  );
  table([
    ['', 'wall', 'processor', 'peak memory'],
    ...[['Consilium', ours] as const, ...(theirs === undefined ? [] : [[other, theirs] as const])].map(
      ([name, run]) => [
        name,
        fixed(run.wallSeconds, 's'),
        fixed(run.processorSeconds, 's'),
        fixed(run.peakMegabytes, 'MB', 0),
      ],
    ),
  ]);
  console.log(
    ratio === undefined
      ? `  NOT RUN: ${other} is not on this machine.`
      : `  ${ratio.toFixed(2)} times the speed of ${other} (goal: ${goal} or more)`,
  );
}

async function benchAllConsequences(rounds: number): Promise<void> {
  consequences('bcftools csq -l', '0.33', await benchConsequences(rounds), rounds);
  const few = Math.min(rounds, 3);
  consequences('SnpEff', '5', await benchSnpEff(few), few);
}

async function annotate(rounds: number): Promise<void> {
  console.log(
    '\nmolecular annotate, each size in a fresh process (goals: slope 1.10 or less; 150 MB and 100 bytes a variant)',
  );
  const growth = await benchGrowth([1_000, 10_000, 100_000, 1_000_000, 5_000_000]);
  growthTable(growth);
  await benchAllConsequences(rounds);
  // As many as the shipped list of coordinates holds, and as many as a site's own list may.
  for (const every of [250, 5]) {
    const known = await benchKnown(rounds, every);
    console.log(
      `\nKnown alleles of ${known.variants.toLocaleString('en')} variants in a list of ${known.listed.toLocaleString('en')}: bcftools annotate ${fixed(known.theirs?.wallSeconds, 's')}, Consilium ${fixed(known.ours.wallSeconds, 's')}`,
    );
    console.log(
      known.ratio === undefined
        ? '  NOT RUN: bcftools, bgzip and tabix are not all on this machine.'
        : `  ${known.ratio.toFixed(2)} times the speed of bcftools annotate (goal: 1.00 or more), ${fixed(known.threadedRatio, 'times')} that of bcftools annotate --threads 2; processor time ${fixed(known.ours.processorSeconds, 's')} beside ${fixed(known.theirs?.processorSeconds, 's')}`,
    );
  }
}

async function model(): Promise<void> {
  console.log('\nAggressiveness model');
  const { coldMilliseconds, bareRunMilliseconds, predictionMilliseconds } = await benchModel();
  table([
    ['opening, cold', fixed(coldMilliseconds, 'ms', 0)],
    ['bare session run', fixed(bareRunMilliseconds, 'ms')],
    ['prediction with interval, survival and attribution', fixed(predictionMilliseconds, 'ms')],
  ]);
  const explained = await benchExplanation();
  table([
    [`${explained.coalitions} coalitions, bare`, fixed(explained.bareBatchMilliseconds, 'ms', 0)],
    ['the same with Shapley values (goal: 1.5 times or less)', fixed(explained.shapleyMilliseconds, 'ms', 0)],
    ['whole integration view (goal: 2000 ms or less)', fixed(explained.integrationViewMilliseconds, 'ms', 0)],
  ]);
}

async function cds(): Promise<void> {
  console.log('\nCDS Hooks service, p95 of 2000 alternating requests (goal: at most twice the echo plus the matching)');
  const { served, echoed, matching } = await benchCds();
  table([
    ['bare Node HTTP echo', fixed(echoed, 'ms')],
    ['matching alone', fixed(matching, 'ms', 3)],
    ['service', fixed(served, 'ms')],
    ['share of the goal', fixed(served / (2 * echoed + matching), '')],
  ]);
}

interface WholeCase {
  readonly seconds: number;
  readonly findings: number;
  readonly options: number;
  readonly peakMegabytes: number;
}

function wholeCases(): void {
  console.log('\nWhole case, bundle to ranked options, each in a fresh process (goal: 10 s or less)');
  const names = existsSync(samples)
    ? readdirSync(samples)
        .filter((name) => existsSync(join(samples, name, 'case.json')))
        .sort()
    : [];
  if (names.length === 0) {
    console.log('  NOT RUN: there are no sample cases.');
    return;
  }
  table([
    ['', 'time', 'findings', 'options', 'peak memory'],
    ...names.map((name) => {
      const run = spawnSync(process.execPath, [resolve(import.meta.dirname, 'whole-case.ts'), join(samples, name)], {
        encoding: 'utf8',
      });
      if (run.status !== 0)
        return [
          name,
          `failed: ${
            run.stderr
              .trim()
              .split('\n')
              .find((line) => /Error/.test(line)) ?? ''
          }`,
        ];
      const { seconds, findings, options, peakMegabytes } = JSON.parse(run.stdout) as WholeCase;
      return [name, fixed(seconds, 's'), String(findings), String(options), fixed(peakMegabytes, 'MB', 0)];
    }),
  ]);
}

async function report(rounds: number): Promise<void> {
  console.log(`\nA signed report beside bare pdfkit for the same drawing; medians of ${rounds} alternating rounds`);
  const seen = await benchReport(rounds);
  table([
    ['', 'time', 'size'],
    [
      `${seen.pages} pages composed, laid out, drawn, signed and checked`,
      fixed(seen.signedMilliseconds, 'ms', 0),
      fixed(seen.signedBytes / 1024, 'KB', 0),
    ],
    [`${seen.calls} calls of pdfkit`, fixed(seen.bareMilliseconds, 'ms', 0), fixed(seen.bareBytes / 1024, 'KB', 0)],
  ]);
  console.log(
    `  ${(seen.signedMilliseconds / seen.bareMilliseconds).toFixed(2)} times the drawing (goal: 3.00 or less); ${seen.leftOut} calls could not be asked of a bare document`,
  );
}

async function vault(rounds: number): Promise<void> {
  console.log(`\nVault; medians of ${rounds} alternating rounds`);
  const ratios = await benchVault(rounds);
  const line = (what: string, { wall, processor }: Spent, goal: string): string[] => [
    what,
    fixed(wall, ''),
    fixed(processor, ''),
    goal,
  ];
  table([
    ['', 'by the clock', 'processor', 'goal'],
    line('append, times a bare commit with FULL', ratios.append, '2.50 or less'),
    line('journal check, times the speed of the bare hash loop', ratios.verify, '0.50 or more'),
    line('sealed file written, times the speed of a plain one', ratios.blobWrite, '0.50 or more'),
    line('sealed file read, times the speed of a plain one', ratios.blobRead, '0.50 or more'),
  ]);
  const cases = await benchCases([1, 10, 100, 1_000, 10_000]);
  const events = await benchEvents([100, 1_000, 10_000, 100_000, 1_000_000]);
  table([
    ['', ...events.map(({ size }) => size.toLocaleString('en'))],
    ['append, by events', ...events.map(({ milliseconds }) => fixed(milliseconds, 'ms'))],
  ]);
  table([
    ['', ...cases.list.map(({ size }) => size.toLocaleString('en'))],
    ['opening the worklist', ...cases.list.map(({ milliseconds }) => fixed(milliseconds, 'ms'))],
    ['opening one case', ...cases.one.map(({ milliseconds }) => fixed(milliseconds, 'ms'))],
  ]);
  console.log(
    `  grows with the power ${power(events).toFixed(2)} of the events, ${power(cases.list).toFixed(2)} (list, goal: 0.15 or less) and ${power(cases.one).toFixed(2)} (one case, goal: 0.10 or less) of the cases`,
  );
}

const rounds = Number(process.argv[2] ?? 5);
const [load = 0] = loadavg();
console.log(`Node ${process.versions.node}, ${cpus().length} cores, load ${load.toFixed(1)} at the start`);
if (load > cpus().length)
  console.log('  The machine is busy: times are long, ratios of alternating runs still hold roughly.');
async function options(): Promise<void> {
  for (const [what, growth] of [
    ['rules', benchRules([625, 1_250, 2_500, 5_000, 10_000])],
    ['trials', await benchTrials([125, 250, 500, 1_000])],
  ] as const) {
    console.log(`\nOne case against synthetic ${what}, least processor time of nine rounds (goal: power 1.10 or less)`);
    table([[what, 'time'], ...growth.map(({ size, milliseconds }) => [String(size), fixed(milliseconds, 'ms', 1)])]);
    console.log(`  time grows with the power ${power(growth).toFixed(2)} of the size`);
  }
}

async function scrolling(): Promise<void> {
  console.log('\nWork table in Chromium without a graphics card, 1920 x 1080, time between frames (F006)');
  for (const rows of [1_000, 1_000_000]) {
    const seen = await benchTable(rows);
    if (seen === undefined) {
      console.log('  NOT RUN: there is no browser on this machine.');
      return;
    }
    table([
      [`${rows.toLocaleString('en')} rows`, 'frames', 'median', 'p95', 'worst'],
      ...seen.frames.map(({ what, frames, medianMilliseconds, p95Milliseconds, worstMilliseconds }) => [
        what,
        String(frames),
        fixed(medianMilliseconds, 'ms', 0),
        fixed(p95Milliseconds, 'ms', 0),
        fixed(worstMilliseconds, 'ms', 0),
      ]),
    ]);
    console.log(
      `  stands after ${fixed(seen.openMilliseconds, 'ms', 0)} with ${seen.rowsInPage} rows in the page and ${fixed(seen.heapMegabytes, 'MB', 0)} of heap; the last row is ${seen.lastRowReached ? '' : 'NOT '}reached`,
    );
  }
}

async function reranking(): Promise<void> {
  console.log('\nA corrected context, from the call to the journalled new ranking; slowest of three (goal: 2 s)');
  table([
    ['case', 'findings', 'options', 'time'],
    ...(await benchReranking()).map(({ caseName, findings, options, milliseconds }) => [
      caseName,
      String(findings),
      String(options),
      fixed(milliseconds, 'ms', 0),
    ]),
  ]);
}

async function meeting(): Promise<void> {
  console.log(
    '\nA meeting of the sample cases in Chromium without a graphics card, two windows of 1920 x 1080 (F068, F073)',
  );
  const seen = await benchMeeting(ROWS);
  if (seen === undefined) {
    console.log('  NOT RUN: there is no browser on this machine.');
    return;
  }
  table([
    ['from the key to the paint', 'median', 'worst'],
    ['next case (goal: 300 ms)', fixed(seen.caseSwitch.median, 'ms', 0), fixed(seen.caseSwitch.worst, 'ms', 0)],
    ...seen.slides.map(({ slide, median, worst }, place) => [
      `B${place + 1} ${slide}, on the wall`,
      fixed(median, 'ms', 0),
      fixed(worst, 'ms', 0),
    ]),
  ]);
  if (seen.latency === undefined) console.log('  NOT MEASURED: the import ended before 50 keys were pressed.');
  else
    console.log(
      `  ${seen.latency.keys} keys while ${seen.latency.variants.toLocaleString('en')} variants are read: p75 ${fixed(seen.latency.p75, 'ms', 0)}, p98 ${fixed(seen.latency.p98, 'ms', 0)} (goals: 100 and 200)`,
    );
}

async function agendaOfTwenty(): Promise<void> {
  console.log('\nA list of twenty cases becomes an agenda by keyboard (F068; goal: under three minutes)');
  const seen = await benchAgenda();
  if (seen === undefined) {
    console.log('  NOT RUN: there is no browser on this machine.');
    return;
  }
  table([
    ['cases', 'keys', 'decisions', 'keys alone, in the browser', 'a person, keystroke-level model'],
    [
      String(seen.cases),
      String(seen.keystrokes),
      String(seen.decisions),
      fixed(seen.seconds, 's', 1),
      fixed(seen.personSeconds, 's', 0),
    ],
  ]);
}

if (process.argv[3] === 'consequences') {
  await benchAllConsequences(rounds);
  process.exit();
}
if (process.argv[3] === 'report') {
  await report(rounds);
  process.exit();
}
if (process.argv[3] === 'vault') {
  await vault(rounds);
  process.exit();
}
if (process.argv[3] === 'agenda') {
  await agendaOfTwenty();
  process.exit();
}
if (process.argv[3] === 'meeting') {
  await agendaOfTwenty();
  await meeting();
  process.exit();
}
await ingest(false, rounds);
await ingest(true, rounds);
await gmod(Math.min(rounds, 3));
await ingestGrowth();
await annotate(rounds);
await model();
await cds();
await vault(rounds);
await report(rounds);
await options();
await reranking();
await scrolling();
await agendaOfTwenty();
await meeting();
wholeCases();
