/** The built command line as a process, with whatever stands in front of it: no network, a system call tracer. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './station.ts';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const entry = join(root, 'out/cli/consilium.mjs');

export function consilium(
  arguments_: readonly string[],
  { wrapper = [], env = {} }: { wrapper?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
): Ran {
  if (!existsSync(entry)) throw new Error('build first: npm run build');
  return run([...wrapper, process.execPath, entry, ...arguments_], env);
}

export function run(command: readonly string[], env: Readonly<Record<string, string>> = {}): Ran {
  const [program = '', ...rest] = command;
  const { status, stdout, stderr } = spawnSync(program, rest, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 1 << 28,
  });
  return { code: status, stdout: stdout ?? '', stderr: stderr ?? '' };
}

/** Whether a tool of the machine is there; specs that compare with it say NOT RUN elsewhere. */
export const installed = (tool: string): boolean => run(['sh', '-c', `command -v ${tool}`]).code === 0;

const cut = ['unshare', '--net', '--map-root-user'];

/** Runs what follows in a network namespace of its own, where only the loopback device is up. */
export const withoutNetwork: readonly string[] = [...cut, 'sh', '-c', 'ip link set lo up 2>/dev/null; exec "$@"', 'sh'];
export const networkCanBeCut = process.platform === 'linux' && run([...cut, 'true']).code === 0;
