import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { guardHeaders } from './headers.ts';
import type { ServedTickets } from './tickets.ts';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

export interface ServeOptions {
  /** Absolute path of the renderer's bundle. */
  readonly bundle: string;
  readonly tickets: ServedTickets;
}

/**
 * What both window hosts answer: the renderer's bundle and the bytes behind tickets. Whether a request may be answered
 * at all (scheme, origin, cookie) the host has decided before. Never throws for a request; unknown places are 404.
 */
export function createHandler({ bundle, tickets }: ServeOptions): (request: Request) => Promise<Response> {
  return async (request) => {
    const path = new URL(request.url).pathname;
    const ticket = /^\/blob\/([\w-]{1,128})$/.exec(path)?.[1];
    if (ticket !== undefined) return blob(request, ticket, tickets);
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405);
    const file = bundleFile(path);
    const type = file === undefined ? undefined : MEDIA_TYPES[extname(file)];
    if (file === undefined || type === undefined) return plain(404);
    try {
      const bytes = await readFile(join(bundle, file));
      // Names under assets/ hold a hash of their content; the page itself must be asked for again after an update.
      const cache = file.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
      return answer(200, request.method === 'HEAD' ? null : bytes, { 'content-type': type, 'cache-control': cache });
    } catch {
      return plain(404);
    }
  };
}

/**
 * The file of the bundle that a URL path names, relative to the bundle; undefined for anything that is not a plain
 * chain of names. Decoded once; a name may not begin with a dot, so neither `..` nor hidden files can be reached.
 */
export function bundleFile(path: string): string | undefined {
  if (path === '/') return 'index.html';
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  const names = decoded.split('/').slice(1);
  return names.length > 0 && names.every((name) => /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name))
    ? names.join('/')
    : undefined;
}

async function blob(request: Request, ticket: string, tickets: ServedTickets): Promise<Response> {
  if (request.method === 'PUT') {
    const limit = tickets.expectedBytes(ticket);
    if (limit === undefined) return plain(404);
    const bytes = await boundedBody(request, limit);
    if (bytes === undefined) return plain(413);
    return plain(tickets.arrive(ticket, bytes) ? 204 : 400);
  }
  if (request.method !== 'GET') return plain(405);
  const found = tickets.collect(ticket);
  if (found === undefined) return plain(404);
  // No file name in a header: it would stand in the browser's own download log.
  const headers = { 'content-type': found.mediaType, 'content-disposition': 'attachment' };
  return answer(200, new Uint8Array(found.bytes), headers);
}

/** The whole body, or undefined as soon as it grows past `limit`. */
async function boundedBody(request: Request, limit: number): Promise<Uint8Array | undefined> {
  if (request.body === null) return new Uint8Array();
  const whole = new Uint8Array(limit);
  let length = 0;
  for await (const chunk of request.body) {
    if (length + chunk.byteLength > limit) return undefined;
    whole.set(chunk, length);
    length += chunk.byteLength;
  }
  return whole.subarray(0, length);
}

const answer = (status: number, body: Uint8Array<ArrayBuffer> | null, headers: Record<string, string>): Response =>
  new Response(body, { status, headers: { 'cache-control': 'no-store', ...headers, ...guardHeaders } });

/** An answer without content; every refusal looks the same from outside. */
export const plain = (status: number): Response => answer(status, null, {});
