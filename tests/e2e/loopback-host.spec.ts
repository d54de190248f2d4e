import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { testBrowser } from '../gates/browser.ts';
import { browserArguments, expect, startHost, test } from './support/host.ts';

test.skip(({ hostKind }) => hostKind !== 'loopback', 'about the loopback host itself');

let folder = '';
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'loopback-'));
});
test.afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

const openBrowser = async () => {
  const executablePath = await testBrowser();
  if (executablePath === undefined) throw new Error('no browser');
  return chromium.launch({ executablePath, args: browserArguments });
};

test('a browser is admitted by the file that npm start opens, and a stranger is not', async () => {
  const { child, address } = await startHost(join(folder, 'data'));
  const browser = await openBrowser();
  try {
    const opener = join(folder, 'open.html');
    writeFileSync(opener, `<!doctype html><meta http-equiv="refresh" content="0;url=${address}">`);
    const admitted = await (await browser.newContext()).newPage();
    const socket = admitted.waitForEvent('websocket');
    await admitted.goto(`file://${opener}`);
    await (await socket).waitForEvent('framereceived');
    // The token left the address bar at once, and stands nowhere in the history entry.
    await expect.poll(() => admitted.url()).not.toContain('token');

    const stranger = await (await browser.newContext()).newPage();
    const refused = stranger.waitForEvent('websocket');
    await stranger.goto(new URL('/', address).href);
    const attempt = await refused;
    await expect.poll(() => attempt.isClosed()).toBe(true);
  } finally {
    await browser.close();
    child.kill('SIGTERM');
  }
});

test('the host holds no socket but its own on 127.0.0.1', async () => {
  test.skip(process.platform !== 'linux', 'reads /proc');
  const { child, address } = await startHost(join(folder, 'data'));
  try {
    const own = new Set(
      readdirSync(`/proc/${child.pid}/fd`).flatMap((fd) => {
        try {
          return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${child.pid}/fd/${fd}`))?.[1] ?? [];
        } catch {
          return [];
        }
      }),
    );
    const rows = ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((table) =>
      readFileSync(`/proc/${child.pid}/net/${table}`, 'utf8')
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(/\s+/))
        .filter((fields) => own.has(fields[9] ?? ''))
        .map((fields) => `${table} ${fields[1]} ${fields[2]}`),
    );
    const port = Number(new URL(address).port).toString(16).toUpperCase().padStart(4, '0');
    expect(rows).toEqual([`tcp 0100007F:${port} 00000000:0000`]);
  } finally {
    child.kill('SIGTERM');
  }
});

test('the host starts where there is no network at all', async () => {
  const cut = ['unshare', '--net', '--map-root-user'];
  const possible = process.platform === 'linux' && spawnSync(cut[0] ?? '', [...cut.slice(1), 'true']).status === 0;
  test.skip(!possible, 'needs unshare(1) with network namespaces');
  const wrapper = [...cut, 'sh', '-c', 'ip link set lo up 2>/dev/null; exec "$@"', 'sh'];
  const { child, address } = await startHost(join(folder, 'data'), wrapper);
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=/);
  child.kill('SIGTERM');
});
