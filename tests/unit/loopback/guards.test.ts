import { describe, expect, it } from 'vitest';
import { fromOwnPage, hasSession, profilePort, sameSecret, sessionCookie } from '../../../electron/loopback/guards.ts';

const own = {
  method: 'GET',
  host: '127.0.0.1:4100',
  origin: undefined as string | undefined,
  site: undefined as string | undefined,
  opensPage: false,
};

describe('requests from our own page', () => {
  it.each([
    [own, false, true],
    [{ ...own, site: 'same-origin' }, false, true],
    [{ ...own, site: 'none' }, false, true],
    [{ ...own, origin: 'http://127.0.0.1:4100' }, true, true],
    // A link from elsewhere opens the page, which holds nothing; it fetches nothing else.
    [{ ...own, site: 'cross-site', opensPage: true }, false, true],
    [{ ...own, site: 'cross-site' }, false, false],
    [{ ...own, site: 'same-site' }, false, false],
    [{ ...own, site: 'cross-site', opensPage: true, method: 'POST' }, true, false],
    // DNS rebinding, another spelling, another port, no host.
    [{ ...own, host: 'evil.example:4100' }, false, false],
    [{ ...own, host: 'localhost:4100' }, false, false],
    [{ ...own, host: '127.0.0.1:4101' }, false, false],
    [{ ...own, host: '127.0.0.1' }, false, false],
    [{ ...own, host: undefined }, false, false],
    // What changes or upgrades must name us as its origin.
    [own, true, false],
    [{ ...own, origin: 'null' }, true, false],
    [{ ...own, origin: 'https://127.0.0.1:4100' }, true, false],
    [{ ...own, origin: 'http://127.0.0.1:4100.evil.example' }, true, false],
    [{ ...own, origin: 'http://127.0.0.1:41000' }, true, false],
    [{ ...own, origin: 'http://evil.example' }, false, false],
  ])('%o, origin needed %s: %s', (facts, needsOrigin, expected) => {
    expect(fromOwnPage(facts, 4100, needsOrigin)).toBe(expected);
  });
});

describe('the session', () => {
  it('is told by its cookie, under the name of its port', () => {
    expect(hasSession('a=b; consilium-4100=secret', 4100, 'secret')).toBe(true);
    expect(hasSession('consilium-4100=secret', 4101, 'secret')).toBe(false);
    expect(hasSession('consilium-4100=Secret', 4100, 'secret')).toBe(false);
    expect(hasSession('xconsilium-4100=secret', 4100, 'secret')).toBe(false);
    expect(hasSession(undefined, 4100, 'secret')).toBe(false);
    expect(hasSession('', 4100, '')).toBe(false);
  });

  it('refuses a doubled cookie: one of them is not ours', () => {
    expect(hasSession('consilium-4100=secret; consilium-4100=secret', 4100, 'secret')).toBe(false);
  });

  it('sets a cookie that no script reads and no other site sends', () => {
    expect(sessionCookie(4100, 's')).toBe('consilium-4100=s; HttpOnly; SameSite=Strict; Path=/');
  });

  it('compares secrets of any length', () => {
    expect(sameSecret('', 'a')).toBe(false);
    expect(sameSecret('a', 'a')).toBe(true);
    expect(sameSecret('a'.repeat(10_000), 'a')).toBe(false);
  });
});

it('gives each profile a port of its own that stays the same', () => {
  expect(profilePort('/home/a')).toBe(profilePort('/home/a'));
  expect(profilePort('/home/a')).not.toBe(profilePort('/home/b'));
  for (const name of ['a', 'b', 'c', 'd']) {
    expect(profilePort(name)).toBeGreaterThanOrEqual(42_000);
    expect(profilePort(name)).toBeLessThan(48_000);
  }
});
