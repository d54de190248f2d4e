import { createHash, timingSafeEqual } from 'node:crypto';

/** What a request says of itself, as far as the guards look. */
export interface RequestFacts {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** Fetch metadata of the browser; absent from programs that are not browsers. */
  readonly site: string | undefined;
  /** A person followed a link to the page itself: it holds no data, and the cookie stays behind (SameSite=Strict). */
  readonly opensPage: boolean;
}

/**
 * Whether a request comes from our own page on our own address. `Host` must be the literal address (a rebound name
 * fails here), and `Origin`, which browsers send with everything that changes or upgrades, must be our own.
 */
export function fromOwnPage(facts: RequestFacts, port: number, needsOrigin: boolean): boolean {
  const authority = `127.0.0.1:${port}`;
  if (facts.host !== authority) return false;
  const foreign = facts.site !== undefined && facts.site !== 'same-origin' && facts.site !== 'none';
  if (foreign && !(facts.opensPage && facts.method === 'GET' && !needsOrigin)) return false;
  if (facts.origin === undefined) return !needsOrigin;
  return facts.origin === `http://${authority}`;
}

/** Equality in constant time whatever the lengths: both sides are hashed first. */
export const sameSecret = (given: string, expected: string): boolean =>
  timingSafeEqual(digest(given), digest(expected));

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Cookies know no ports, so the name carries it: two hosts on one machine keep apart. */
export const cookieName = (port: number): string => `consilium-${port}`;

export const sessionCookie = (port: number, secret: string): string =>
  `${cookieName(port)}=${secret}; HttpOnly; SameSite=Strict; Path=/`;

/** Whether the `Cookie` header holds this launch's session. */
export function hasSession(header: string | undefined, port: number, secret: string): boolean {
  const name = cookieName(port);
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  return values.length === 1 && sameSecret(values[0] ?? '', secret);
}

/** The fixed port of a profile: the browser's storage belongs to the origin, and the port is part of it. */
export function profilePort(dataFolder: string): number {
  const first = 42_000;
  const count = 6_000;
  return first + (createHash('sha256').update(dataFolder).digest().readUInt32BE(0) % count);
}
