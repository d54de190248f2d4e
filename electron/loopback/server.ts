import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { type WebSocket, WebSocketServer } from 'ws';
import { plain } from '../serve/index.ts';
import { fromOwnPage, hasSession, type RequestFacts, sameSecret, sessionCookie } from './guards.ts';

/** A call's input; files go by ticket, so this is small. */
const LARGEST_MESSAGE_BYTES = 4 * 2 ** 20;
const LARGEST_TOKEN_BYTES = 256;

export interface LoopbackOptions {
  /** 0 takes a free one; the address says which. */
  readonly port: number;
  readonly handle: (request: Request) => Promise<Response>;
  /** An admitted page's socket. */
  readonly connect: (socket: WebSocket) => void;
}

export interface Loopback {
  readonly port: number;
  /** With the launch token in the fragment, which never leaves the browser. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * The renderer's bundle, tickets and the contract's socket on 127.0.0.1 and nowhere else. The bundle holds no data and
 * is served to any page of our own address; tickets and the socket need the cookie that the launch token was
 * exchanged for. Rejects when the port is taken (`EADDRINUSE`).
 */
export async function startLoopback({ port: wanted, handle, connect }: LoopbackOptions): Promise<Loopback> {
  const token = randomBytes(32).toString('base64url');
  const session = randomBytes(32).toString('base64url');
  let port = wanted;

  const respond = async (request: IncomingMessage): Promise<Response> => {
    const facts = factsOf(request);
    const reads = facts.method === 'GET' || facts.method === 'HEAD';
    if (!fromOwnPage(facts, port, !reads)) return plain(403);
    const path = URL.parse(request.url ?? '/', `http://127.0.0.1:${port}`)?.pathname;
    if (path === undefined) return plain(400);
    if (path === '/session') {
      if (facts.method !== 'POST') return plain(405);
      if (!sameSecret(await shortBody(request), token)) return plain(403);
      const admitted = plain(204);
      admitted.headers.set('set-cookie', sessionCookie(port, session));
      return admitted;
    }
    if (path.startsWith('/blob/') && !hasSession(request.headers.cookie, port, session)) return plain(403);
    return handle(toRequest(request, port));
  };

  const server = createServer((request, response) => {
    respond(request)
      .catch(() => plain(500))
      .then((answer) => send(answer, response))
      // The browser went away in the middle of an answer; there is nobody left to tell.
      .catch(() => response.destroy());
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE_BYTES, perMessageDeflate: false });
  server.on('upgrade', (request, socket, head) => {
    const admitted =
      request.url === '/rpc' &&
      fromOwnPage(factsOf(request), port, true) &&
      hasSession(request.headers.cookie, port, session);
    if (!admitted) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, connect);
  });

  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen({ host: '127.0.0.1', port: wanted, exclusive: true }, done);
  });
  port = (server.address() as AddressInfo).port;

  return {
    port,
    address: `http://127.0.0.1:${port}/#token=${token}`,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      await closed;
    },
  };
}

const factsOf = (request: IncomingMessage): RequestFacts => {
  const { 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = request.headers;
  return {
    method: request.method ?? '',
    host: request.headers.host,
    origin: request.headers.origin,
    site: Array.isArray(site) ? site.join() : site,
    opensPage: request.url === '/' && mode === 'navigate' && destination === 'document',
  };
};

async function shortBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > LARGEST_TOKEN_BYTES) return '';
  }
  return text;
}

function toRequest(request: IncomingMessage, port: number): Request {
  const method = request.method ?? 'GET';
  const url = `http://127.0.0.1:${port}${request.url ?? '/'}`;
  if (method === 'GET' || method === 'HEAD') return new Request(url, { method });
  // Node's and the browser's types of one and the same stream differ; the tests are checked against both.
  return new Request(url, { method, body: Readable.toWeb(request), duplex: 'half' } as unknown as RequestInit);
}

async function send(answer: Response, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body === null) response.end();
  else await pipeline(Readable.fromWeb(answer.body as ReadableStream<Uint8Array>), response);
}
