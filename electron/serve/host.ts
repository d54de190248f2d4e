import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import type { HostInfo } from '../../shared/contract.ts';
import { faultFrom } from '../../shared/foundation/fault.ts';
import { makeFolder } from '../make-folder.ts';
import { type Ports, randomIds, systemClock, type TicketDesk } from '../ports.ts';
import { shippedFolders } from '../shipped.ts';

export interface HostFacts {
  readonly host: HostInfo['host'];
  readonly capabilities: HostInfo['capabilities'];
  readonly dataFolder: string;
  readonly tickets: TicketDesk;
  /** The program's folder: where package.json, models/ and sample-cases/ stand. */
  readonly program: string;
}

/** The ports of a host on this machine: real clock, real ids, a log beside the vault, the folders that ship with us. */
export function machinePorts({ host, capabilities, dataFolder, tickets, program }: HostFacts): Ports {
  const about = JSON.parse(readFileSync(join(program, 'package.json'), 'utf8')) as { version: string };
  return {
    host,
    version: about.version,
    capabilities,
    dataFolder,
    resources: shippedFolders(program),
    clock: systemClock,
    ids: randomIds,
    tickets,
    report: failureLog(dataFolder),
  };
}

/** Writes which call failed and how, one line of JSON each, to `log/consilium.log`; never what the call was about. */
export function failureLog(dataFolder: string): Ports['report'] {
  const folder = join(dataFolder, 'log');
  makeFolder(folder, 0o700);
  const log = pino({ base: null }, pino.destination({ dest: join(folder, 'consilium.log'), sync: true, mode: 0o600 }));
  return (call, error) => {
    const { code } = faultFrom(error);
    if (code === 'defect') log.error({ call, code, at: framesOf(error) });
    else log.info({ call, code });
  };
}

/** Where a defect happened: the names of functions and files. Its message may hold patient data and is left out. */
const framesOf = (error: unknown): string[] =>
  (error instanceof Error ? (error.stack ?? '') : '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .map((line) => line.trim());
