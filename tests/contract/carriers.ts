/** The three ways a call reaches the same router, each with the door for bytes that belongs to it. */
import { MessageChannel } from 'node:worker_threads';
import { type ClientLink, createORPCClient } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { createRouterClient } from '@orpc/server';
import { RPCHandler as PortHandler } from '@orpc/server/message-port';
import { RPCHandler as SocketHandler } from '@orpc/server/ws';
import { WebSocket } from 'ws';
import { startLoopback } from '../../electron/loopback/server.ts';
import type { Router } from '../../electron/router.ts';
import { carriedDocuments as customJsonSerializers } from '../../shared/case/carried.ts';
import type { Contract } from '../../shared/contract.ts';

type Handle = (request: Request) => Promise<Response>;
type Link = ClientLink<Record<never, never>>;

export interface Carrier {
  readonly client: ContractRouterClient<Contract>;
  /** Names of the calls that were answered well, `room.procedure`. */
  readonly answered: ReadonlySet<string>;
  put(ticket: string, bytes: Uint8Array): Promise<number>;
  get(ticket: string): Promise<{ status: number; bytes: Uint8Array }>;
  close(): Promise<void>;
}

export type OpenCarrier = (router: Router, handle: Handle) => Promise<Carrier>;

function watched(link: Link): Pick<Carrier, 'client' | 'answered'> {
  const answered = new Set<string>();
  const client = createORPCClient<ContractRouterClient<Contract>>({
    call: async (path, input, options) => {
      const output = await link.call(path, input, options);
      answered.add(path.join('.'));
      return output;
    },
  } satisfies Link);
  return { client, answered };
}

const bytesBy = (ask: Handle): Pick<Carrier, 'put' | 'get'> => ({
  put: async (ticket, bytes) =>
    (await ask(new Request(`app://workstation/blob/${ticket}`, { method: 'PUT', body: new Uint8Array(bytes) }))).status,
  get: async (ticket) => {
    const answer = await ask(new Request(`app://workstation/blob/${ticket}`));
    return { status: answer.status, bytes: new Uint8Array(await answer.arrayBuffer()) };
  },
});

const memory: OpenCarrier = async (router, handle) => {
  const direct = createRouterClient(router, { context: {} });
  const link: Link = {
    call: (path, input, options) => {
      const procedure = path.reduce<unknown>((at, name) => Reflect.get(at as object, name), direct);
      return (procedure as (input: unknown, options: unknown) => Promise<unknown>)(input, options);
    },
  };
  return { ...watched(link), ...bytesBy(handle), close: async () => undefined };
};

const messagePort: OpenCarrier = async (router, handle) => {
  const { port1, port2 } = new MessageChannel();
  new PortHandler(router, { customJsonSerializers }).upgrade(port2, { context: {} });
  return {
    ...watched(new PortLink({ port: port1, customJsonSerializers })),
    ...bytesBy(handle),
    close: async () => {
      port1.close();
      port2.close();
    },
  };
};

const webSocket: OpenCarrier = async (router, handle) => {
  const calls = new SocketHandler(router, { customJsonSerializers });
  const host = await startLoopback({
    port: 0,
    handle,
    connect: (socket) => void calls.upgrade(socket, { context: {} }),
  });
  const origin = `http://127.0.0.1:${host.port}`;
  const token = host.address.split('#token=')[1] ?? '';
  const admitted = await fetch(`${origin}/session`, { method: 'POST', body: token, headers: { origin } });
  const cookie = admitted.headers.get('set-cookie')?.split(';')[0] ?? '';
  const socket = new WebSocket(`ws://127.0.0.1:${host.port}/rpc`, { headers: { origin, cookie } });
  const ask: Handle = async (request) => {
    const body = request.method === 'PUT' ? await request.arrayBuffer() : null;
    return fetch(`${origin}${new URL(request.url).pathname}`, {
      method: request.method,
      body,
      headers: { origin, cookie },
    });
  };
  return {
    // ws offers the browser's events; its types name the event classes of its own.
    ...watched(new SocketLink({ websocket: socket as unknown as globalThis.WebSocket, customJsonSerializers })),
    ...bytesBy(ask),
    close: async () => {
      socket.close();
      await host.close();
    },
  };
};

export const carriers: [name: string, open: OpenCarrier][] = [
  ['memory', memory],
  ['MessagePort', messagePort],
  ['WebSocket', webSocket],
];
