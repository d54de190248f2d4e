/**
 * Ingest of 1,000,000 variants beside bcftools, which is the field's measure: parsing the same file to nowhere
 * (`view -Ou`) and asking it for alleles and depths (`query`). Each round runs all three, one after the other, so that
 * whatever else the machine does meets each of them.
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, renameSync } from 'node:fs';
import { resolve } from 'node:path';
import { built } from './built.ts';
import { variantsFile } from './variants-file.ts';

export const cache = resolve(import.meta.dirname, '../../.cache/bench');
const TIME = '/usr/bin/time';

export interface Run {
  readonly wallSeconds: number;
  /** Of all processor cores, user and system; absent without GNU time. */
  readonly processorSeconds?: number;
  readonly peakMegabytes?: number;
}

export interface Growth {
  readonly rows: number;
  readonly run: Run;
}

export interface IngestBench {
  readonly file: string;
  readonly rounds: number;
  /** Medians by name; absent where the tool is not there. */
  readonly runs: ReadonlyMap<string, Run>;
  /** Time of the other over ours, median of the rounds' own ratios: 1 or more is at least as fast. */
  readonly ratios: readonly { readonly ours: string; readonly theirs: string; readonly ratio: number }[];
  readonly missing: readonly string[];
}

export const present = (command: string): boolean =>
  spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined;

const failed = (command: string, result: SpawnSyncReturns<string>): Error =>
  new Error(`${command} ended with ${result.status}: ${result.stderr.slice(-400)}`);

/** Wall clock by our own watch; processor time and peak memory as GNU time tells them of the child. */
export function measured(command: string, args: readonly string[]): Run {
  const timed = existsSync(TIME);
  const [program, line] = timed ? [TIME, ['-f', 'BENCH %U %S %M', command, ...args]] : [command, args];
  const began = performance.now();
  const result = spawnSync(program, line, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  const wallSeconds = (performance.now() - began) / 1000;
  if (result.status !== 0) throw failed(command, result);
  const [, user, system, kilobytes] = /BENCH ([\d.]+) ([\d.]+) (\d+)/.exec(result.stderr) ?? [];
  if (user === undefined) return { wallSeconds };
  return {
    wallSeconds,
    processorSeconds: Number(user) + Number(system),
    peakMegabytes: Number(kilobytes) / 1024,
  };
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

export function medianRun(runs: readonly Run[]): Run {
  const of = (pick: (run: Run) => number | undefined): number | undefined => {
    const values = runs.map(pick).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : median(values);
  };
  const processorSeconds = of((run) => run.processorSeconds);
  const peakMegabytes = of((run) => run.peakMegabytes);
  return {
    wallSeconds: median(runs.map((run) => run.wallSeconds)),
    ...(processorSeconds === undefined ? {} : { processorSeconds }),
    ...(peakMegabytes === undefined ? {} : { peakMegabytes }),
  };
}

export const OURS = 'Consilium ingest';
export const CHECK = 'molecular check';
export const VIEW = 'bcftools view -Ou';
export const QUERY = 'bcftools query %AD';

/** `packed` reads the file as bgzip, which needs htslib's bgzip to make it. */
export async function benchIngest(rows: number, rounds: number, packed: boolean): Promise<IngestBench> {
  const plain = resolve(cache, `variants-${rows}.vcf`);
  variantsFile(plain, rows);
  const missing: string[] = [];
  let file = plain;
  if (packed) {
    file = `${plain}.gz`;
    if (!existsSync(file)) {
      if (!present('bgzip')) return { file, rounds: 0, runs: new Map(), ratios: [], missing: ['bgzip'] };
      const made = spawnSync('sh', ['-c', 'bgzip -c "$0" > "$1"', plain, `${file}.partial`], { encoding: 'utf8' });
      if (made.status !== 0) throw failed('bgzip', made);
      renameSync(`${file}.partial`, file);
    }
  }
  const { ingest, commandLine, interest } = await built();
  const commands: [string, string, string[]][] = [
    [OURS, process.execPath, [ingest, file, interest]],
    [CHECK, process.execPath, [commandLine, 'molecular', 'check', file]],
  ];
  if (present('bcftools'))
    commands.push(
      [VIEW, 'bcftools', ['view', '-Ou', file]],
      [QUERY, 'bcftools', ['query', '-f', '%CHROM\\t%POS\\t%REF\\t%ALT[\\t%AD]\\n', file]],
    );
  else missing.push('bcftools');
  const runs = new Map<string, Run[]>(commands.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const [name, command, args] of commands) runs.get(name)?.push(measured(command, args));
  const ratios = [VIEW, QUERY].flatMap((theirs) =>
    [OURS, CHECK].flatMap((ours) => {
      const ratio = pairedRatio(runs.get(theirs) ?? [], runs.get(ours) ?? []);
      return ratio === undefined ? [] : [{ ours, theirs, ratio }];
    }),
  );
  return { file, rounds, runs: new Map([...runs].map(([name, all]) => [name, medianRun(all)])), ratios, missing };
}

/** Median over the rounds of one's wall time over the other's in the same round. */
export function pairedRatio(over: readonly Run[], under: readonly Run[]): number | undefined {
  const ratios = over.flatMap((run, index) => {
    const other = under[index];
    return other === undefined ? [] : [run.wallSeconds / other.wallSeconds];
  });
  return ratios.length === 0 ? undefined : median(ratios);
}

/** Ours and @gmod/vcf, which reads rows in the same language, on the same file in alternating rounds. */
export async function benchGmod(rows: number, rounds: number): Promise<{ ours: Run; theirs: Run; ratio: number }> {
  const file = resolve(cache, `variants-${rows}.vcf`);
  variantsFile(file, rows);
  const { ingest, gmod, interest } = await built();
  const ours: Run[] = [];
  const theirs: Run[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(measured(process.execPath, [ingest, file, interest]));
    theirs.push(measured(process.execPath, [gmod, file]));
  }
  return { ours: medianRun(ours), theirs: medianRun(theirs), ratio: pairedRatio(theirs, ours) ?? Number.NaN };
}

/** Ingest of files of several sizes, each in a fresh process. */
export async function benchIngestGrowth(sizes: readonly number[]): Promise<readonly Growth[]> {
  const { ingest, interest } = await built();
  return sizes.map((rows) => {
    const file = resolve(cache, `variants-${rows}.vcf`);
    variantsFile(file, rows);
    return { rows, run: measured(process.execPath, [ingest, file, interest]) };
  });
}
