import { type ChildProcessWithoutNullStreams, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openVault } from '../../../../electron/vault/index.ts';
import { type Acknowledged, lostOf } from './kill.ts';
import { create, placeAt, profile, remove, testClock } from './vault-at.ts';

const program = join(import.meta.dirname, 'stumbling.ts');

export const canTrace =
  spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0 && existsSync('/proc/self/task');
/** Whether file systems of our own size can be mounted, in a name space of their own. */
export const canMount = spawnSync('unshare', ['-m', 'true']).status === 0;
export const canLimit = spawnSync('prlimit', ['--fsize=1000000', 'true']).status === 0;

export interface FailureFigures {
  runs: number;
  /** Acts acknowledged, and acts refused with a fault of the closed list. */
  acknowledged: number;
  refused: Record<string, number>;
  /** Acknowledged and not there afterwards: the false "saved". */
  lost: string[];
  /** Errors that were no fault, and processes that ended by themselves. */
  defects: string[];
  brokenJournals: number;
  notOpened: string[];
}

export const noFailures = (): FailureFigures => ({
  runs: 0,
  acknowledged: 0,
  refused: {},
  lost: [],
  defects: [],
  brokenJournals: 0,
  notOpened: [],
});

type Line = Acknowledged & {
  readonly ready?: true;
  readonly done?: true;
  readonly refused?: string;
  readonly defect?: string;
};

/** Starts a writer, lets `spoil` do to it what it does once it is ready, and gives every line it said. */
async function linesOf(
  folder: string,
  rounds: number,
  wrapper: readonly string[],
  spoil: (child: ChildProcessWithoutNullStreams) => Promise<() => void>,
): Promise<Line[]> {
  const [command = '', ...rest] = [...wrapper, process.execPath, program, folder, String(rounds)];
  const child = spawn(command, rest);
  let said = '';
  let complaint = '';
  child.stderr.on('data', (bytes: Buffer) => {
    complaint += bytes.toString();
  });
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const ready = new Promise<boolean>((resolve) => {
    child.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      if (said.includes('"ready":true')) resolve(true);
    });
    void closed.then(() => resolve(false));
  });
  const stop = (await ready) ? await spoil(child) : () => undefined;
  child.stdin.on('error', () => undefined);
  child.stdin.write('go\n');
  await closed;
  stop();
  const lines = said
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
  // A limit may end a writer before it is ready; that is a refusal to start, unless it died of a defect.
  if (lines.at(-1)?.done !== true) lines.push({ defect: `the writer ended by itself: ${complaint.slice(0, 2000)}` });
  return lines;
}

async function judge(figures: FailureFigures, folder: string, lines: readonly Line[], what: string): Promise<void> {
  figures.runs += 1;
  for (const { refused, defect } of lines) {
    if (refused !== undefined) figures.refused[refused] = (figures.refused[refused] ?? 0) + 1;
    if (defect !== undefined) figures.defects.push(`${what}: ${defect}`);
  }
  const said = lines.filter((line) => !('ready' in line || 'done' in line || 'refused' in line || 'defect' in line));
  figures.acknowledged += said.length;
  try {
    // Later: a count of tries that could not be taken back has run out.
    const vault = await openVault(placeAt(folder, testClock('2027-01-05T08:00:00.000Z')), profile);
    figures.lost.push(...(await lostOf(vault, folder, said)).map((line) => `${what}: ${JSON.stringify(line)}`));
    if (!(await vault.verifyJournal()).ok) figures.brokenJournals += 1;
    // Nothing by half either: what the journal names can be read.
    for (const caseId of [null, ...vault.cases().map((one) => one.caseId)])
      if (caseId === null || vault.caseListing(caseId)?.status !== 'erased')
        for (const { sha256 } of vault.documents(caseId)) await vault.getDocument(caseId, sha256 as never);
    vault.lock();
  } catch (error) {
    figures.notOpened.push(`${what}: ${String(error)}`);
  }
}

const threadsOf = (pid: number): string[] => readdirSync(`/proc/${pid}/task`);
const isTraced = (pid: number, thread: string): boolean =>
  !/TracerPid:\t0\n/.test(readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8'));

/**
 * System calls of a vault at work fail, really: strace(1) gives back the error instead of making the call. `first` and
 * `step` count calls of each thread.
 */
export async function failCalls(
  figures: FailureFigures,
  { call, error, first, step, rounds }: { call: string; error: string; first: number; step: number; rounds: number },
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'consilium-failing-'));
  try {
    (await create(folder)).lock();
    const lines = await linesOf(folder, rounds, [], async ({ pid = 0 }) => {
      const when = `${first}+${step}`;
      const tracer = spawn('strace', [
        ...['-f', '-qq', '-o', '/dev/null', '-p', String(pid)],
        ...['-e', `trace=${call}`, '-e', `inject=${call}:error=${error}:when=${when}`],
      ]);
      while (!threadsOf(pid).every((thread) => isTraced(pid, thread))) await wait(5);
      return () => void tracer.kill();
    });
    await judge(figures, folder, lines, `${call} ${error} ${first}+${step}`);
  } finally {
    remove(folder);
    remove(`${folder}-backups`);
  }
}

/** No file may grow beyond so many bytes: a write near the limit is cut short and the next one refused (EFBIG). */
export async function limitFiles(figures: FailureFigures, bytes: number, rounds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'consilium-limited-'));
  try {
    (await create(folder)).lock();
    const lines = await linesOf(folder, rounds, [], async ({ pid = 0 }) => {
      execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}`]);
      return () => undefined;
    });
    await judge(figures, folder, lines, `files up to ${bytes} bytes`);
  } finally {
    remove(folder);
    remove(`${folder}-backups`);
  }
}

/** A small disk that fills up while the vault works: short writes and ENOSPC as a real file system gives them. */
export async function fillDisk(figures: FailureFigures, spareKib: number, rounds: number): Promise<void> {
  const disk = mkdtempSync(join(tmpdir(), 'consilium-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk]);
  try {
    const folder = join(disk, 'vault');
    (await create(folder)).lock();
    const lines = await linesOf(folder, rounds, [], async () => {
      const used = Number(execFileSync('df', ['-k', '--output=used', disk], { encoding: 'utf8' }).split('\n')[1]);
      execFileSync('mount', ['-o', `remount,size=${used + spareKib}k`, disk]);
      return () => void execFileSync('mount', ['-o', 'remount,size=64m', disk]);
    });
    await judge(figures, folder, lines, `${spareKib} KiB left`);
  } finally {
    execFileSync('umount', ['-l', disk]);
    remove(disk);
  }
}
