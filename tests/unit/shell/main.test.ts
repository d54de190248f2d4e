import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import type { Event as ElectronEvent } from 'electron';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Contract } from '../../../shared/contract.ts';
import * as electron from '../../support/fake-electron.ts';

vi.mock('electron', () => import('../../support/fake-electron.ts'));

const { app, session, BrowserWindow } = electron;
const guarded = session.defaultSession;
const program = resolve(import.meta.dirname, '../../..');
let data = '';
const window_ = () => {
  const [window] = BrowserWindow.all;
  if (window === undefined) throw new Error('no window was opened');
  return window;
};

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'shell-'));
  app.program = program;
  process.argv = [process.execPath, program, '--inspect=0', '--data', data];
  await import('../../../electron/shell/main.ts');
  await vi.waitFor(() => expect(BrowserWindow.all).toHaveLength(1), { timeout: 30_000 });
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

describe('the real main.ts on the typed fake', () => {
  it('makes the scheme and the sandbox before it is ready', () => {
    expect(app.calls.slice(0, 2)).toEqual(['registerSchemes', 'enableSandbox']);
    expect(app.calls.indexOf('ready')).toBeGreaterThan(1);
    expect(electron.schemes).toEqual([
      {
        scheme: 'app',
        privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
      },
    ]);
    expect(app.switches).toContain('disable-background-networking');
    expect(app.paths.get('userData')).toBe(join(data, 'window'));
  });

  it('opens one window without any power of its own', () => {
    const { options, shown, webContents } = window_();
    expect(options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      spellcheck: false,
    });
    expect(options.webPreferences).not.toHaveProperty('webSecurity');
    expect(String(options.webPreferences?.preload)).toMatch(/preload[\\/]preload\.cjs$/);
    expect(options.title).toBe('Consilium');
    expect(shown).toBe(true);
    expect(webContents.url).toBe('app://workstation/');
    expect(webContents.webRtcPolicy).toBe('disable_non_proxied_udp');
    expect(guarded.spellChecker).toBe(false);
  });

  it.each(['will-navigate', 'will-redirect', 'will-frame-navigate', 'will-attach-webview'])('prevents %s', (name) => {
    const preventDefault = vi.fn<ElectronEvent['preventDefault']>();
    window_().webContents.events.emit(name, { preventDefault });
    expect(preventDefault).toHaveBeenCalledOnce();
  });

  it('denies new windows, devices and every permission outside the table', () => {
    const contents = window_().webContents;
    expect(contents.opener?.({ url: 'app://workstation/' } as Parameters<typeof contents.opener>[0])).toEqual({
      action: 'deny',
    });
    const check = guarded.permissionCheck;
    expect(check?.(null, 'media', 'app://workstation/', { isMainFrame: true })).toBe(false);
    expect(check?.(null, 'fullscreen', 'app://workstation/', { isMainFrame: true })).toBe(true);
    expect(check?.(null, 'fullscreen', 'https://evil.example/', { isMainFrame: true })).toBe(false);
    const device = { deviceType: 'usb', origin: 'app://workstation', device: {} } as Parameters<
      NonNullable<typeof guarded.device>
    >[0];
    expect(guarded.device?.(device)).toBe(false);
  });

  it('cancels every request that is not our own', () => {
    expect(guarded.filter?.('https://evil.example/')).toBe(true);
    expect(guarded.filter?.('http://127.0.0.1:8000/')).toBe(true);
    expect(guarded.filter?.('ws://127.0.0.1:8000/')).toBe(true);
    expect(guarded.filter?.('app://workstation/assets/a.js')).toBe(false);
  });

  it('saves only what the page made itself', () => {
    const save = (url: string) => {
      const preventDefault = vi.fn();
      guarded.events.emit('will-download', { preventDefault }, { getURL: () => url });
      return preventDefault.mock.calls.length === 0;
    };
    expect(save('blob:app://workstation/1')).toBe(true);
    expect(save('https://evil.example/a.exe')).toBe(false);
    expect(save('data:text/plain,a')).toBe(false);
  });

  it('answers its scheme by the handler of both hosts, with the guards', async () => {
    const handle = guarded.schemes.get('app');
    const answer = await handle?.(new Request('app://workstation/blob/none') as never);
    expect(answer?.status).toBe(404);
    expect(answer?.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await handle?.(new Request('app://elsewhere/') as never))?.status).toBe(403);
  });

  it('answers the contract over the page’s MessagePort', async () => {
    const { page } = window_().connect();
    const client = createORPCClient<ContractRouterClient<Contract>>(new RPCLink({ port: page }));
    expect(await client.workstation.info()).toMatchObject({ product: 'Consilium', host: 'electron' });
    expect(await client.vault.status()).toMatchObject({ state: 'absent' });
    page.close();
  });

  it.each([
    ['another window', { sender: { id: 999 } }],
    ['a frame that is gone', { frame: null }],
    ['a sub frame', { frame: { url: 'app://workstation/', parent: { url: 'app://workstation/', parent: null } } }],
    ['another address', { frame: { url: 'app://evil/', parent: null } }],
    ['two ports at once', { ports: 2 }],
  ])('closes the port of %s', async (_, facts) => {
    const { core } = window_().connect(facts);
    await Promise.all(core.map((port) => port.closed));
  });

  it('keeps the screen’s content out of the task bar', () => {
    const preventDefault = vi.fn();
    window_().events.emit('page-title-updated', { preventDefault });
    expect(preventDefault).toHaveBeenCalledOnce();
  });

  it('brings its window forward when it is started again', () => {
    const window = window_();
    window.minimized = true;
    app.events.emit('second-instance');
    expect(window.minimized).toBe(false);
    expect(window.focused).toBe(1);
  });

  describe('F070 the audience’s window', () => {
    const ADDRESS = 'app://workstation/#/audience';
    const laptop = { id: 1, bounds: { x: 0, y: 0, width: 1920, height: 1080 }, internal: true };
    const beamer = { id: 2, bounds: { x: 1920, y: 0, width: 1920, height: 1080 }, internal: false };
    const wall = { id: 3, bounds: { x: 3840, y: 0, width: 3840, height: 2160 }, internal: false };
    const ask = (url = ADDRESS, from = window_()) =>
      from.webContents.opener?.({ url } as Parameters<NonNullable<typeof from.webContents.opener>>[0]);
    const audience = () => BrowserWindow.all.find((window) => window.webContents.url === ADDRESS);
    const opened = () => {
      const window = audience();
      if (window === undefined) throw new Error('no audience');
      return window;
    };

    it.each([
      'app://workstation/#/',
      'app://workstation/#/audience/..',
      'app://workstation/?a#/audience',
      'https://evil.example/#/audience',
      'app://evil/#/audience',
    ])('does not open for %s', (url) => {
      expect(ask(url)).toEqual({ action: 'deny' });
      expect(BrowserWindow.all).toHaveLength(1);
    });

    it('fills the projector, in the same sandbox and without an opener, and leaves the keys to the presenter', async () => {
      electron.screen.displays = [laptop, beamer];
      const before = window_().focused;
      expect(ask()).toEqual({ action: 'deny' });
      await vi.waitFor(() => expect(opened().shown).toBe(true));
      const { options, webContents } = opened();
      expect(options.webPreferences).toEqual(window_().options.webPreferences);
      expect(options).toMatchObject({ ...beamer.bounds, fullscreen: true, title: 'Consilium' });
      expect(window_().focused).toBe(before + 1);
      expect(webContents.webRtcPolicy).toBe('disable_non_proxied_udp');
      const preventDefault = vi.fn();
      for (const name of ['will-navigate', 'will-redirect', 'will-frame-navigate', 'will-attach-webview'])
        webContents.events.emit(name, { preventDefault });
      expect(preventDefault).toHaveBeenCalledTimes(4);
      // A window opened by the one on the wall would be nobody's.
      expect(ask(ADDRESS, opened())).toEqual({ action: 'deny' });
      expect(BrowserWindow.all).toHaveLength(2);
    });

    it('answers the contract over its own port, and takes no port from the other window', async () => {
      const { page } = opened().connect();
      const client = createORPCClient<ContractRouterClient<Contract>>(new RPCLink({ port: page }));
      expect(await client.workstation.info()).toMatchObject({ capabilities: { secondWindow: true } });
      page.close();
      const { core } = opened().connect({ sender: window_().webContents });
      await Promise.all(core.map((port) => port.closed));
    });

    it('is not opened twice: the same key moves it to the next display', async () => {
      ask();
      expect(BrowserWindow.all).toHaveLength(2);
      expect(opened().raised).toBe(1);
      electron.screen.displays = [laptop, beamer, wall];
      ask();
      await vi.waitFor(() => expect(opened().bounds).toEqual(wall.bounds));
      expect(opened().fullScreen).toBe(true);
    });

    it('gives the full screen back by Escape', async () => {
      opened().webContents.events.emit('before-input-event', {}, { type: 'keyDown', key: 'a' });
      opened().webContents.events.emit('before-input-event', {}, { type: 'keyDown', key: 'Escape' });
      await vi.waitFor(() => expect(opened().fullScreen).toBe(false));
      expect(opened().bounds).toEqual(wall.bounds);
    });

    it('goes with its projector, and with no other', () => {
      electron.screen.unplug(beamer.id);
      expect(audience()).toBeDefined();
      electron.screen.unplug(wall.id);
      expect(audience()).toBeUndefined();
      expect(BrowserWindow.all).toEqual([window_()]);
    });

    it('opens as a window where there is one display, goes when its page dies, and opens again', () => {
      ask();
      expect(opened().options).toMatchObject({ width: 1280, height: 720 });
      expect(opened().options.fullscreen).toBeUndefined();
      opened().webContents.events.emit('render-process-gone', {}, { reason: 'crashed' });
      expect(audience()).toBeUndefined();
      ask();
      expect(audience()).toBeDefined();
    });
  });

  it('closes the wall with the presenter’s window, and the workstation before it quits', async () => {
    expect(BrowserWindow.all).toHaveLength(2);
    window_().destroy();
    expect(BrowserWindow.all).toHaveLength(0);
    expect(app.calls).toContain('quit-held');
    await vi.waitFor(() => expect(app.calls.at(-1)).toBe('quit-done'));
  });
});

it('a second instance quits and opens nothing', async () => {
  const windows = BrowserWindow.all.length;
  app.lock = false;
  vi.resetModules();
  vi.doMock('electron', () => electron);
  await import('../../../electron/shell/main.ts');
  expect(app.calls.at(-2)).toBe('quit');
  expect(BrowserWindow.all).toHaveLength(windows);
});

it('a start that fails says so on one screen and ends', async () => {
  app.lock = true;
  app.program = join(data, 'nowhere');
  vi.resetModules();
  vi.doMock('electron', () => electron);
  await import('../../../electron/shell/main.ts');
  await vi.waitFor(() => expect(app.calls).toContain('exit 1'));
  expect(electron.errors[0]).toContain('Consilium could not start');
});
