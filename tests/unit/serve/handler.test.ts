import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleFile, createHandler } from '../../../electron/serve/handler.ts';
import { createTicketDesk } from '../../../electron/serve/index.ts';

const ORIGIN = 'app://workstation';
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'serve-'));
  mkdirSync(join(folder, 'bundle/assets'), { recursive: true });
  writeFileSync(join(folder, 'bundle/index.html'), '<!doctype html><title>Consilium</title>');
  writeFileSync(join(folder, 'bundle/assets/main-1234.js'), 'export {};');
  writeFileSync(join(folder, 'bundle/.secret.html'), 'hidden');
  writeFileSync(join(folder, 'outside.html'), 'outside the bundle');
});
afterAll(() => rmSync(folder, { recursive: true }));

const setUp = () => {
  const tickets = createTicketDesk();
  const handle = createHandler({ bundle: join(folder, 'bundle'), tickets });
  const ask = (path: string, init?: RequestInit) => handle(new Request(`${ORIGIN}${path}`, init));
  return { tickets, ask };
};

describe('the bundle, over one handler for both hosts', () => {
  it('serves the page and its assets with their types', async () => {
    const { ask } = setUp();
    const page = await ask('/');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('Consilium');
    const script = await ask('/assets/main-1234.js');
    expect(script.headers.get('content-type')).toContain('text/javascript');
    expect(script.headers.get('cache-control')).toContain('immutable');
  });

  it('sends the guards with every answer, refusals too', async () => {
    const { ask } = setUp();
    for (const path of ['/', '/assets/main-1234.js', '/nowhere.js', '/blob/unknown']) {
      const { headers } = await ask(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    }
  });

  it.each([
    '/../outside.html',
    '/%2e%2e/outside.html',
    '/..%2foutside.html',
    '/%2E%2E%2Foutside.html',
    '/.secret.html',
    '/assets',
    '/assets/',
    '/assets//main-1234.js',
    '/a%00.html',
    '/%',
    '/..\\outside.html',
  ])('finds nothing at %s', async (path) => {
    const { ask } = setUp();
    expect((await ask(path)).status).toBe(404);
  });

  it('never names a file outside the bundle, whatever the path', () => {
    fc.assert(
      fc.property(fc.webPath(), fc.string(), (path, text) => {
        for (const file of [
          bundleFile(path),
          bundleFile(`/${text}`),
          bundleFile(`/%2e%2e/${encodeURIComponent(text)}`),
        ]) {
          if (file === undefined) continue;
          expect(file).not.toMatch(/(^|\/)\.|^\/|\\|\0/);
        }
      }),
    );
  });

  it('takes no other method', async () => {
    const { ask } = setUp();
    expect((await ask('/', { method: 'POST', body: 'x' })).status).toBe(405);
  });
});

describe('files by ticket', () => {
  it('hands bytes in and out once', async () => {
    const { ask, tickets } = setUp();
    const { ticket } = tickets.expectUpload({ fileName: 'case.tbcase', sizeBytes: 3 });
    expect((await ask(`/blob/${ticket}`, { method: 'PUT', body: 'abc' })).status).toBe(204);
    expect((await ask(`/blob/${ticket}`, { method: 'PUT', body: 'abc' })).status).toBe(404);
    expect((await ask(`/blob/${ticket}`)).status).toBe(404);
    expect(new TextDecoder().decode(tickets.takeUpload(ticket).bytes)).toBe('abc');
    expect(() => tickets.takeUpload(ticket)).toThrowError(
      expect.objectContaining({ fault: expect.objectContaining({ code: 'ticket-invalid' }) }),
    );

    const offered = tickets.offerDownload({
      fileName: 'r.pdf',
      mediaType: 'application/pdf',
      bytes: new Uint8Array([37, 80]),
    });
    const answer = await ask(`/blob/${offered.ticket}`);
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(new Uint8Array([37, 80]));
    expect((await ask(`/blob/${offered.ticket}`)).status).toBe(404);
  });

  it('refuses more or fewer bytes than were announced', async () => {
    const { ask, tickets } = setUp();
    const more = tickets.expectUpload({ fileName: 'a', sizeBytes: 2 });
    expect((await ask(`/blob/${more.ticket}`, { method: 'PUT', body: 'abc' })).status).toBe(413);
    const fewer = tickets.expectUpload({ fileName: 'a', sizeBytes: 4 });
    expect((await ask(`/blob/${fewer.ticket}`, { method: 'PUT', body: 'abc' })).status).toBe(400);
    expect(() => tickets.takeUpload(fewer.ticket)).toThrow();
  });

  it('forgets a ticket after five minutes', () => {
    let now = 0;
    const tickets = createTicketDesk(() => now);
    const { ticket } = tickets.offerDownload({ fileName: 'r', mediaType: 'text/plain', bytes: new Uint8Array(1) });
    const kept = tickets.offerDownload({ fileName: 'r', mediaType: 'text/plain', bytes: new Uint8Array(1) });
    now = 299_999;
    expect(tickets.collect(kept.ticket)).toBeDefined();
    now = 300_000;
    expect(tickets.collect(ticket)).toBeUndefined();
  });

  it('refuses a file larger than memory should hold, before a byte arrives', () => {
    const { tickets } = setUp();
    expect(() => tickets.expectUpload({ fileName: 'a', sizeBytes: 2 ** 31 })).toThrowError(
      expect.objectContaining({ fault: expect.objectContaining({ code: 'file-too-large' }) }),
    );
  });

  it('names nothing: a ticket is random', () => {
    const { tickets } = setUp();
    const names = new Set(
      Array.from({ length: 50 }, () => tickets.expectUpload({ fileName: 'a', sizeBytes: 1 }).ticket),
    );
    expect(names.size).toBe(50);
    for (const name of names) expect(Buffer.from(name, 'base64url')).toHaveLength(32);
  });
});
