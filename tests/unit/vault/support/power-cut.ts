import { spawn } from 'node:child_process';
import { createReadStream, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Acknowledged, lostOf } from './kill.ts';
import { create, everyFile, remove, unlock } from './vault-at.ts';

/** The bytes of a file, which grow in place. */
class Content {
  #bytes: Buffer;
  #length: number;
  constructor(bytes: Uint8Array = Buffer.alloc(0)) {
    this.#bytes = Buffer.from(bytes);
    this.#length = bytes.length;
  }
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
  write(at: number, bytes: Uint8Array): void {
    this.cut(Math.max(this.#length, at + bytes.length));
    this.#bytes.set(bytes, at);
  }
  /** Cuts off what is behind, or adds zeros. */
  cut(length: number): void {
    if (length > this.#bytes.length) {
      const larger = Buffer.alloc(length * 2);
      this.bytes.copy(larger);
      this.#bytes = larger;
    }
    if (length < this.#length) this.#bytes.fill(0, length, this.#length);
    this.#length = length;
  }
  apply(step: FileStep): void {
    if (step.kind === 'cut') this.cut(step.length);
    else this.write(step.at, step.bytes);
  }
}

/** What a disk is asked to do, in the order in which it was done; bytes and names as the system calls bore them. */
type Step =
  | { readonly kind: 'write'; readonly inode: number; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: 'cut'; readonly inode: number; readonly length: number }
  | { readonly kind: 'sync'; readonly inode: number }
  | { readonly kind: 'sync-folder'; readonly folder: string }
  | { readonly kind: 'link'; readonly path: string; readonly inode: number }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'move'; readonly from: string; readonly to: string }
  | { readonly kind: 'unlink'; readonly path: string }
  | { readonly kind: 'said'; readonly line: Acknowledged };

export interface Recording {
  readonly root: string;
  /** Files that were on the disk before, by path, with their inode. */
  readonly before: ReadonlyMap<string, { inode: number; bytes: Buffer }>;
  readonly steps: readonly Step[];
}

const traced =
  'open,openat,creat,write,writev,pwrite64,pwritev,ftruncate,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,copy_file_range,sendfile,dup,dup2,dup3,fcntl,mmap';

/** `"\x61\x62"` as strace prints it with -xx. */
const unhex = (text: string): Buffer => Buffer.from(text.replaceAll('\\x', ''), 'hex');
const textsOf = (args: string): Buffer[] =>
  [...args.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex = '']) => unhex(hex));
const numbersBehind = (args: string): number[] => args.split(',').map((one) => Number(one.trim()));

/** Puts a trace together: what each call did to files below `root`. A call counts when it has returned. */
async function stepsOf(
  trace: string,
  root: string,
  known: Map<string, { inode: number; bytes: Buffer }>,
): Promise<Step[]> {
  const steps: Step[] = [];
  const unfinished = new Map<string, string>();
  /** Open files and folders by descriptor; of files also where the next plain write goes. */
  const files = new Map<number, { inode: number; at: number } | { folder: string }>();
  const inodes = new Map([...known].map(([path, { inode }]) => [path, inode]));
  const contents = new Map([...known.values()].map(({ inode, bytes }) => [inode, new Content(bytes)]));
  let last = known.size;
  const fileAt = (descriptor: number) => {
    const file = files.get(descriptor);
    return file === undefined || 'folder' in file ? undefined : file;
  };
  const contentOf = (inode: number): Content => {
    const content = contents.get(inode) ?? new Content();
    contents.set(inode, content);
    return content;
  };
  const write = (inode: number, at: number, bytes: Buffer): void => {
    contentOf(inode).write(at, bytes);
    steps.push({ kind: 'write', inode, at, bytes });
  };

  for await (const raw of createInterface({
    input: createReadStream(trace, 'latin1'),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    const [, pid = '', rest = ''] = /^(\d+)\s+(.*)$/.exec(raw) ?? [];
    let line = rest;
    if (line.endsWith('<unfinished ...>')) {
      unfinished.set(pid, line.slice(0, -'<unfinished ...>'.length).trimEnd());
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>\)?/.exec(line);
    if (resumed !== null)
      line = `${unfinished.get(pid) ?? ''}${resumed[0].endsWith(')') ? ')' : ''}${line.slice(resumed[0].length)}`;
    const parsed = /^(\w+)\((.*)\)\s+= (-?\d+)/.exec(line);
    if (parsed === null) continue;
    const [, call = '', args = '', returned = ''] = parsed;
    const result = Number(returned);
    if (result < 0) continue;
    const first = Number(/^\d+/.exec(args)?.[0] ?? -1);
    const paths = textsOf(args).map((bytes) => bytes.toString('utf8'));
    const [path = '', to = ''] = paths;
    switch (call) {
      case 'open':
      case 'openat': {
        files.delete(result);
        if (!path.startsWith(root)) break;
        if (args.includes('O_DIRECTORY')) {
          files.set(result, { folder: path });
          break;
        }
        let inode = inodes.get(path);
        if (inode === undefined && args.includes('O_CREAT')) {
          inode = ++last;
          inodes.set(path, inode);
          steps.push({ kind: 'link', path, inode });
        }
        if (inode === undefined) files.set(result, { folder: path });
        else {
          files.set(result, { inode, at: 0 });
          if (args.includes('O_TRUNC') && contentOf(inode).bytes.length > 0) {
            contentOf(inode).cut(0);
            steps.push({ kind: 'cut', inode, length: 0 });
          }
        }
        break;
      }
      case 'pwrite64': {
        const file = fileAt(first);
        const at = Number(/, (\d+)$/.exec(args)?.[1]);
        if (Number.isNaN(at)) throw new Error(`a line of the trace was not read: ${line.slice(-80)}`);
        if (file !== undefined) write(file.inode, at, (textsOf(args)[0] ?? Buffer.alloc(0)).subarray(0, result));
        break;
      }
      case 'write':
      case 'writev': {
        const bytes = Buffer.concat(textsOf(args)).subarray(0, result);
        const file = fileAt(first);
        if (file !== undefined) {
          write(file.inode, file.at, bytes);
          file.at += result;
        } else if (first === 1 && call === 'writev')
          steps.push({ kind: 'said', line: JSON.parse(bytes.toString('utf8')) as Acknowledged });
        break;
      }
      case 'copy_file_range':
      case 'sendfile': {
        const [a = -1, b = -1, c = -1] = numbersBehind(args);
        const source = fileAt(call === 'sendfile' ? b : a);
        const goal = fileAt(call === 'sendfile' ? a : c);
        if (source === undefined || goal === undefined) break;
        // Offsets are those of the call where it gives them, else those of the descriptors.
        const given = /\[(\d+)/.exec(args)?.[1];
        const from = given === undefined ? source.at : Number(given);
        write(goal.inode, goal.at, Buffer.from(contentOf(source.inode).bytes.subarray(from, from + result)));
        source.at = from + result;
        goal.at += result;
        break;
      }
      case 'ftruncate': {
        const file = fileAt(first);
        if (file === undefined) break;
        const length = numbersBehind(args)[1] ?? 0;
        contentOf(file.inode).cut(length);
        steps.push({ kind: 'cut', inode: file.inode, length });
        break;
      }
      case 'fsync':
      case 'fdatasync': {
        const file = files.get(first);
        if (file === undefined) break;
        steps.push(
          'folder' in file ? { kind: 'sync-folder', folder: file.folder } : { kind: 'sync', inode: file.inode },
        );
        break;
      }
      case 'rename':
      case 'renameat':
      case 'renameat2': {
        if (!path.startsWith(root)) break;
        for (const [name, inode] of [...inodes])
          if (name === path || name.startsWith(`${path}/`)) {
            inodes.delete(name);
            inodes.set(to + name.slice(path.length), inode);
          }
        steps.push({ kind: 'move', from: path, to });
        break;
      }
      case 'unlink':
      case 'unlinkat':
      case 'rmdir':
        if (!path.startsWith(root)) break;
        inodes.delete(path);
        steps.push({ kind: 'unlink', path });
        break;
      case 'mkdir':
      case 'mkdirat':
        if (path.startsWith(root)) steps.push({ kind: 'folder', path });
        break;
      case 'mmap':
        // A file that is written through memory would leave no trace here.
        if (
          args.includes('MAP_SHARED') &&
          args.includes('PROT_WRITE') &&
          fileAt(Number(args.split(',')[4])) !== undefined
        )
          throw new Error('a file of the vault is mapped for writing');
        break;
      default:
        break;
    }
  }
  return steps;
}

/** Lets a vault work and records everything it asks of the disk. */
export async function recordWorkload(rounds: number): Promise<Recording> {
  const root = mkdtempSync(join(tmpdir(), 'consilium-trace-'));
  const folder = join(root, 'vault');
  (await create(folder)).lock();
  const before = new Map(everyFile(root).map(({ path, bytes }, index) => [path, { inode: index + 1, bytes }]));
  const trace = `${root}.trace`;
  try {
    const program = join(import.meta.dirname, 'stumbling.ts');
    const child = spawn('strace', [
      ...['-f', '-qq', '-xx', '-s', String(1 << 26), '-o', trace, '-e', `trace=${traced}`],
      ...[process.execPath, program, folder, String(rounds)],
    ]);
    child.stdout.resume();
    child.stdin.write('go\n');
    const code = await new Promise((done) => child.on('close', done));
    if (code !== 0) throw new Error(`the workload ended with ${String(code)}`);
    return { root, before, steps: await stepsOf(trace, root, before) };
  } finally {
    remove(trace);
    remove(root);
  }
}

type FolderStep = Extract<Step, { kind: 'link' | 'folder' | 'move' | 'unlink' }>;
type FileStep = Extract<Step, { kind: 'write' | 'cut' }>;
const foldersOf = (step: FolderStep): string[] =>
  step.kind === 'move' ? [dirname(step.from), dirname(step.to)] : [dirname(step.path)];

export const outcomes = ['all of it', 'nothing unsynced', 'parts', 'parts, names in any order'] as const;
export type Outcome = (typeof outcomes)[number];

const SECTOR = 512;

/** A write of which each sector is there or not. */
function tear(content: Content, step: FileStep, random: () => number): void {
  if (step.kind === 'cut') {
    if (random() < 0.5) content.apply(step);
    return;
  }
  for (let at = 0; at < step.bytes.length; at += SECTOR)
    if (random() < 0.5) content.write(step.at + at, step.bytes.subarray(at, at + SECTOR));
}

/**
 * What the disk may hold when the power goes after so many steps, and what had been acknowledged by then. Synced bytes and
 * names of synced folders are there. Of the rest: all, nothing, or parts. In parts, each write by itself is there, is not, or
 * is torn into sectors; names stand as far as some moment, as journalling file systems keep them, or each by itself.
 */
export function diskAt(
  { before, steps }: Recording,
  count: number,
  outcome: Outcome,
  random: () => number,
): { files: Map<string, Buffer>; folders: Set<string>; said: Acknowledged[] } {
  const durable = new Map([...before.values()].map(({ inode, bytes }) => [inode, new Content(bytes)]));
  const waiting = new Map<number, FileStep[]>();
  const names: { step: FolderStep; durable: boolean }[] = [];
  const said: Acknowledged[] = [];
  for (const step of steps.slice(0, count))
    switch (step.kind) {
      case 'said':
        said.push(step.line);
        break;
      case 'write':
      case 'cut':
        if (!waiting.has(step.inode)) waiting.set(step.inode, []);
        waiting.get(step.inode)?.push(step);
        break;
      case 'sync': {
        const content = durable.get(step.inode) ?? new Content();
        for (const one of waiting.get(step.inode) ?? []) content.apply(one);
        durable.set(step.inode, content);
        waiting.delete(step.inode);
        break;
      }
      case 'sync-folder':
        for (const name of names) if (foldersOf(name.step).includes(step.folder)) name.durable = true;
        break;
      default:
        names.push({ step, durable: false });
    }
  // Where names keep their order, a synced one brings all that came before it.
  const lastSynced = names.findLastIndex((name) => name.durable);
  const pendingFrom = outcome === 'parts, names in any order' ? 0 : lastSynced + 1;
  const keptUpTo = pendingFrom + Math.floor(random() * (names.length - pendingFrom + 1));
  const isKept = (name: (typeof names)[number], index: number): boolean => {
    if (name.durable || index < pendingFrom) return true;
    if (outcome === 'all of it') return true;
    if (outcome === 'nothing unsynced') return false;
    return outcome === 'parts' ? index < keptUpTo : random() < 0.5;
  };
  const inodes = new Map([...before].map(([path, { inode }]) => [path, inode]));
  const folders = new Set<string>();
  for (const [index, name] of names.entries()) {
    if (!isKept(name, index)) continue;
    const { step } = name;
    if (step.kind === 'link') inodes.set(step.path, step.inode);
    else if (step.kind === 'folder') folders.add(step.path);
    else if (step.kind === 'unlink') {
      inodes.delete(step.path);
      folders.delete(step.path);
    } else
      for (const [path, inode] of [...inodes])
        if (path === step.from || path.startsWith(`${step.from}/`)) {
          inodes.delete(path);
          inodes.set(step.to + path.slice(step.from.length), inode);
        }
  }
  const files = new Map<string, Buffer>();
  for (const [path, inode] of inodes) {
    const content = durable.get(inode) ?? new Content();
    for (const step of waiting.get(inode) ?? []) {
      if (outcome === 'nothing unsynced') break;
      const luck = outcome === 'all of it' ? 0 : random();
      if (luck < 0.4) content.apply(step);
      else if (luck < 0.7) tear(content, step, random);
    }
    files.set(path, content.bytes);
  }
  return { files, folders, said };
}

export interface PowerCutFigures {
  operations: number;
  steps: number;
  states: number;
  notOpened: string[];
  brokenJournals: number;
  lost: string[];
}

const RECENT = 40;

/** Rebuilds disks as power cuts may leave them and looks at each: it opens, its journal is whole, nothing acknowledged is gone. */
export async function cutPower(recording: Recording, states: number, random: () => number): Promise<PowerCutFigures> {
  const { root, steps } = recording;
  const figures: PowerCutFigures = {
    operations: steps.filter(({ kind }) => kind === 'said').length,
    steps: steps.length,
    states: 0,
    notOpened: [],
    brokenJournals: 0,
    lost: [],
  };
  for (; figures.states < states; figures.states += 1) {
    const count = 1 + Math.floor(random() * steps.length);
    const outcome = outcomes[figures.states % outcomes.length] ?? 'parts';
    const { files, folders, said } = diskAt(recording, count, outcome, random);
    const what = `${outcome} after step ${count}`;
    const here = mkdtempSync(join(tmpdir(), 'consilium-cut-'));
    try {
      for (const path of folders) mkdirSync(here + path.slice(root.length), { recursive: true });
      for (const [path, bytes] of files) {
        const place = here + path.slice(root.length);
        mkdirSync(dirname(place), { recursive: true });
        writeFileSync(place, bytes);
      }
      const folder = join(here, 'vault');
      const vault = await unlock(folder);
      const acts = said.filter((line) => !('ready' in line || 'done' in line));
      const looked = acts.filter((line, index) => index >= acts.length - RECENT || line.hash !== undefined);
      figures.lost.push(...(await lostOf(vault, folder, looked)).map((line) => `${what}: ${JSON.stringify(line)}`));
      if (!(await vault.verifyJournal()).ok) figures.brokenJournals += 1;
      vault.lock();
    } catch (error) {
      figures.notOpened.push(`${what}: ${String(error)}`);
    } finally {
      remove(here);
    }
  }
  return figures;
}
