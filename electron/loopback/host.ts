import { resolve } from 'node:path';
import { RPCHandler } from '@orpc/server/ws';
import { carriedDocuments as customJsonSerializers } from '../../shared/case/carried.ts';
import { createHandler, createTicketDesk, machinePorts } from '../serve/index.ts';
import { openWorkstation } from '../workstation.ts';
import { profilePort } from './guards.ts';
import { type Loopback, startLoopback } from './server.ts';
import { wholeFrames } from './whole-frames.ts';

export interface LoopbackHostOptions {
  readonly program: string;
  /** Folder of the renderer's bundle. */
  readonly bundle: string;
  readonly dataFolder: string;
  /** The profile's own port when left out; 0 takes a free one. */
  readonly port?: number;
}

/** The workstation for a browser on the same machine. Rejects with `EADDRINUSE` when the port is taken. */
export async function openLoopbackHost(options: LoopbackHostOptions): Promise<Loopback> {
  const dataFolder = resolve(options.dataFolder);
  const tickets = createTicketDesk();
  const ports = machinePorts({
    host: 'loopback',
    capabilities: { secondWindow: true, nativeFileDialog: false, print: true },
    dataFolder,
    tickets,
    program: options.program,
  });
  const workstation = await openWorkstation(ports);
  const calls = new RPCHandler(workstation.router, { customJsonSerializers });
  const server = await startLoopback({
    port: options.port ?? profilePort(dataFolder),
    handle: createHandler({ bundle: options.bundle, tickets }),
    connect: (socket) => void calls.upgrade(wholeFrames(socket), { context: {} }),
  }).catch(async (error: unknown) => {
    await workstation.close();
    throw error;
  });
  return {
    ...server,
    close: async () => {
      await server.close();
      await workstation.close();
      tickets.clear();
    },
  };
}
