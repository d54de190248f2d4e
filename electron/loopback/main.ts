/**
 * The loopback host as a program: `loopback.mjs [--data <folder>] [--port <n>]`. Prints its address as one line on
 * stdout, and ends on an interrupt.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultDataFolder } from '../data-folder.ts';
import { programRoot } from '../shipped.ts';
import { openLoopbackHost } from './host.ts';

const { values } = parseArgs({ options: { data: { type: 'string' }, port: { type: 'string' } } });
const program = programRoot(import.meta.url);
const port = values.port === undefined ? undefined : Number(values.port);

try {
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65_536))
    throw new Error('--port is a number');
  const host = await openLoopbackHost({
    program,
    bundle: join(program, 'out', 'renderer'),
    dataFolder: values.data ?? defaultDataFolder(),
    ...(port === undefined ? {} : { port }),
  });
  process.stdout.write(`${host.address}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void host.close().then(() => process.exit(0)));
  }
} catch (error) {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  const reason = taken
    ? 'the port of this profile is taken: the workstation may be open already; else choose one with --port (0: any)'
    : error instanceof Error
      ? error.message
      : String(error);
  console.error(`consilium: ${reason}`);
  process.exit(1);
}
