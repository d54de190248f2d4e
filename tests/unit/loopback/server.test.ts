import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Loopback, startLoopback } from '../../../electron/loopback/server.ts';

let host: Loopback | undefined;
afterEach(async () => {
  await host?.close();
  host = undefined;
});

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

async function open() {
  const connected: WebSocket[] = [];
  const opened = await startLoopback({
    port: 0,
    handle: async (asked) => new Response(`${asked.method} ${new URL(asked.url).pathname} ${await asked.text()}`),
    connect: (socket) => connected.push(socket),
  });
  host = opened;
  const origin = `http://127.0.0.1:${opened.port}`;
  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET', body = ''): Promise<Answer> =>
    new Promise((done, fail) => {
      const sent = request({ host: '127.0.0.1', port: opened.port, path, method, headers }, (answer) => {
        let text = '';
        answer.on('data', (chunk) => (text += chunk));
        answer.on('end', () => done({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }));
      });
      sent.on('error', fail);
      sent.end(body);
    });
  const token = /#token=(.+)$/.exec(opened.address)?.[1] ?? '';
  const admit = async () => {
    const answer = await ask('/session', { origin }, 'POST', token);
    return String(answer.headers['set-cookie']).split(';')[0] ?? '';
  };
  const socket = (headers: Record<string, string>, path = '/rpc'): Promise<'open' | number> =>
    new Promise((done) => {
      const made = new WebSocket(`ws://127.0.0.1:${opened.port}${path}`, { headers });
      made.on('open', () => {
        made.close();
        done('open');
      });
      made.on('unexpected-response', (_, answer) => done(answer.statusCode ?? 0));
      made.on('error', () => done(0));
    });
  return { ask, admit, socket, origin, token, connected, port: opened.port };
}

describe('the loopback host', () => {
  it('a path that is none is refused, not failed at', async () => {
    const { ask } = await open();
    expect((await ask('//')).status).toBe(400);
  });

  it('serves the page without the token, and tickets only with the cookie', async () => {
    const { ask, admit } = await open();
    expect((await ask('/')).body).toBe('GET / ');
    expect((await ask('/blob/abc')).status).toBe(403);
    const cookie = await admit();
    expect((await ask('/blob/abc', { cookie })).body).toBe('GET /blob/abc ');
  });

  it('exchanges the token, and only the token, for a cookie', async () => {
    const { ask, origin, token } = await open();
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect((await ask('/session', { origin }, 'POST', 'wrong')).status).toBe(403);
    expect((await ask('/session', { origin }, 'POST', token.repeat(40))).status).toBe(403);
    expect((await ask('/session', {}, 'POST', token)).status).toBe(403);
    expect((await ask('/session', { origin: 'http://evil.example' }, 'POST', token)).status).toBe(403);
    expect((await ask('/session', { origin })).status).toBe(405);
    const admitted = await ask('/session', { origin }, 'POST', token);
    expect(admitted.status).toBe(204);
    expect(String(admitted.headers['set-cookie'])).toContain('HttpOnly; SameSite=Strict');
    expect(String(admitted.headers['set-cookie'])).not.toContain(token);
  });

  it('opens the socket only to an admitted page of our own', async () => {
    const { socket, admit, origin, connected } = await open();
    const cookie = await admit();
    expect(await socket({ origin })).toBe(403);
    expect(await socket({ cookie })).toBe(403);
    expect(await socket({ cookie, origin: 'http://evil.example' })).toBe(403);
    expect(await socket({ cookie: `${cookie}x`, origin })).toBe(403);
    expect(await socket({ cookie, origin }, '/other')).toBe(403);
    expect(connected).toHaveLength(0);
    expect(await socket({ cookie, origin })).toBe('open');
    expect(connected).toHaveLength(1);
  });

  it('refuses another name for this machine', async () => {
    const { ask } = await open();
    expect((await ask('/', { host: 'rebound.example' })).status).toBe(403);
  });

  it('passes a body on to the handler', async () => {
    const { ask, admit, origin } = await open();
    const cookie = await admit();
    expect((await ask('/blob/t', { origin, cookie }, 'PUT', 'bytes')).body).toBe('PUT /blob/t bytes');
    expect((await ask('/blob/t', { cookie }, 'PUT', 'bytes')).status).toBe(403);
  });

  it('listens on 127.0.0.1 and on no other address of the machine', async () => {
    const { port } = await open();
    const others = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter((address) => address.family === 'IPv4' && address.address !== '127.0.0.1')
      .map((address) => address.address);
    for (const address of [...others, '127.0.0.2']) {
      const reached = await new Promise<boolean>((done) => {
        const socket = connect({ host: address, port, timeout: 2000 });
        socket.on('connect', () => done(true));
        socket.on('timeout', () => done(false));
        socket.on('error', () => done(false));
        socket.on('close', () => socket.destroy());
      });
      expect(reached, address).toBe(false);
    }
  });

  it('says when the port is taken', async () => {
    const { port } = await open();
    const second = startLoopback({ port, handle: async () => new Response(), connect: () => undefined });
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
