import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptsSender, allowsPermission, allowsRequest, isOwnUrl } from '../../../electron/shell/guards.ts';

const STRANGERS = [
  'https://workstation/',
  'http://127.0.0.1/',
  'file:///etc/passwd',
  'app://workstation.evil.example/',
  'app://evil/',
  'app://workstation:80/',
  'app://user@workstation/',
  'app://user:pass@workstation/',
  'apps://workstation/',
  'javascript:alert(1)',
  'ws://127.0.0.1/',
  'devtools://devtools/',
  'chrome-extension://abc/',
  '',
  'app:',
  'workstation',
];

describe('our own address', () => {
  it.each([
    'app://workstation/',
    'app://workstation/index.html',
    'app://workstation/#/case/1',
    'app://workstation/a?b',
  ])('%s is ours', (url) => expect(isOwnUrl(url)).toBe(true));
  it.each(STRANGERS)('%s is not', (url) => {
    expect(isOwnUrl(url)).toBe(false);
    expect(allowsRequest(url)).toBe(false);
    expect(allowsPermission('fullscreen', url)).toBe(false);
  });
  it('takes no web address for its own', () => {
    fc.assert(
      fc.property(
        fc.webUrl({ withFragments: true, withQueryParameters: true }),
        (url) => !isOwnUrl(url) && !allowsRequest(url),
      ),
    );
  });
});

it('lets a page read back its own bytes, and nobody else’s', () => {
  expect(allowsRequest('blob:app://workstation/0e0a')).toBe(true);
  expect(allowsRequest('data:image/png;base64,AA==')).toBe(true);
  expect(allowsRequest('blob:https://evil.example/0e0a')).toBe(false);
});

it('denies every permission that is not in the table', () => {
  expect(allowsPermission('clipboard-sanitized-write', 'app://workstation')).toBe(true);
  // Every permission Electron's own types name, read from them, so that a new one is denied as well.
  const types = readFileSync(resolve(import.meta.dirname, '../../../node_modules/electron/electron.d.ts'), 'utf8');
  const union =
    /setPermissionCheckHandler\(handler: \(\(webContents: [^,]+, permission: ([^,]+), requestingOrigin/.exec(
      types,
    )?.[1];
  const named = [...(union ?? '').matchAll(/'([^']+)'/g)].map((match) => match[1] ?? '');
  expect(named.length).toBeGreaterThan(40);
  const allowed = named.filter((name) => allowsPermission(name, 'app://workstation/'));
  expect(allowed.sort()).toEqual(['clipboard-sanitized-write', 'fullscreen']);
});

describe('the sender of a message', () => {
  const own = { senderId: 1, ownId: 1, frameUrl: 'app://workstation/', isMainFrame: true };
  it('is the top frame of our window at our address', () => expect(acceptsSender(own)).toBe(true));
  it.each([
    { ...own, senderId: 2 },
    { ...own, isMainFrame: false },
    { ...own, frameUrl: undefined },
    { ...own, frameUrl: 'app://evil/' },
    { ...own, frameUrl: 'about:blank' },
  ])('%o is refused', (facts) => expect(acceptsSender(facts)).toBe(false));
});
