/**
 * The workstation on a fresh data folder, in the window host the project names. A spec asks for `host` and uses
 * `host.page`; it does not know which host it is on. Every request that is not the host's own fails the test.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { _electron, type BrowserContext, test as base, chromium, type Page } from '@playwright/test';
import { electronBinary } from '../../../electron/launch/electron-binary.mjs';
import { testBrowser } from '../../gates/browser.ts';
import { preparedVault } from './prepared.ts';

const root = resolve(import.meta.dirname, '../../..');
const START_MILLISECONDS = 30_000;

export interface HostOptions {
  hostKind: 'loopback' | 'electron';
  /** Window size; the work is laid out for 1920x1080 first. */
  size: { width: number; height: number };
  /** Begins with a vault that holds the samples, locked; without it a spec meets the first start. */
  prepared: boolean;
}

/** Making the prepared vault, where this spec is the first of its run. */
const PREPARING_MILLISECONDS = 600_000;

export interface Host {
  readonly kind: HostOptions['hostKind'];
  readonly page: Page;
  readonly dataFolder: string;
  /** The browser's own folder on disk; the data folder's neighbour in Electron. */
  readonly profileFolder: string;
  /** Requests that left the host's own address, with their address; must stay empty. */
  readonly strangers: readonly string[];
  /** What the page wrote to its console as an error or warning, content policy violations among them. */
  readonly complaints: readonly string[];
  /** What the core wrote to its standard output and error. */
  readonly output: readonly string[];
  /** Kills the host's process as a power cut would, and the browser with it. */
  kill(): Promise<void>;
  /** Starts both again on the same data folder and browser profile; gives the new page. */
  restart(): Promise<Page>;
  /** Ends both in order, so that what they leave on disk can be looked at. */
  close(): Promise<void>;
}

interface Running {
  page: Page;
  stop(violently: boolean): Promise<void>;
}

export const test = base.extend<HostOptions & { vault: string | undefined; host: Host }>({
  hostKind: ['loopback', { option: true }],
  size: [{ width: 1920, height: 1080 }, { option: true }],
  prepared: [false, { option: true }],
  vault: [
    async ({ prepared }, use, { project }) => {
      await use(prepared ? await preparedVault(project.outputDir) : undefined);
    },
    { timeout: PREPARING_MILLISECONDS },
  ],
  host: async ({ hostKind, size, vault }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'consilium-e2e-'));
    const dataFolder = join(folder, 'data');
    if (vault !== undefined) cpSync(vault, dataFolder, { recursive: true });
    const strangers: string[] = [];
    const complaints: string[] = [];
    const output: string[] = [];
    const profileFolder = join(folder, 'profile');
    const watch = (context: BrowserContext, own: (url: URL) => boolean) => {
      const look = (address: string) => {
        const url = new URL(address);
        if (url.protocol === 'data:' || url.protocol === 'blob:' || own(url)) return;
        strangers.push(address);
      };
      context.on('request', (request) => look(request.url()));
      const watchPage = (page: Page) => {
        page.on('websocket', (socket) => look(socket.url()));
        page.on('console', (message) => {
          if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
        });
        page.on('pageerror', (error) => complaints.push(String(error)));
      };
      context.on('page', watchPage);
      for (const page of context.pages()) watchPage(page);
    };
    const open = () =>
      hostKind === 'electron'
        ? openElectron(dataFolder, watch, output)
        : openLoopback(dataFolder, profileFolder, size, watch, output);

    let running = await open();
    const host: Host = {
      kind: hostKind,
      dataFolder,
      profileFolder: hostKind === 'electron' ? dataFolder : profileFolder,
      strangers,
      complaints,
      output,
      get page() {
        return running.page;
      },
      kill: () => running.stop(true),
      restart: async () => {
        running = await open();
        return running.page;
      },
      close: () => running.stop(false),
    };
    await use(host);
    await running.stop(false);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    if (strangers.length > 0) throw new Error(`requests beyond our own address: ${strangers.join(', ')}`);
  },
});
export { expect } from '@playwright/test';

type Watch = (context: BrowserContext, own: (url: URL) => boolean) => void;

/** Starts the loopback host as `npm start` does; gives its process and the address it prints. */
export async function startHost(
  dataFolder: string,
  wrapper: string[] = [],
  output: string[] = [],
): Promise<{ child: ChildProcess; address: string }> {
  const entry = join(root, 'out/cli/loopback.mjs');
  if (!existsSync(entry)) throw new Error('build first: npm run build');
  // The profile's own fixed port: storage of the browser belongs to the origin and must survive a restart.
  const [program = process.execPath, ...arguments_] = [...wrapper, process.execPath, entry, '--data', dataFolder];
  const child = spawn(program, arguments_, { stdio: ['ignore', 'pipe', 'pipe'] });
  listen(child, output);
  return { child, address: await firstLine(child) };
}

/** Nobody answers there. */
const CLOSED = 'http://127.0.0.1:9/';

/**
 * The tests' browser sees nothing but our own page: what it would ask of its maker by itself it asks of a closed port, so
 * that a name looked up in a test run is ours (`tests/campaign/whole-run-network.mjs`). The superuser has no sandbox.
 */
export const browserArguments = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ...['gaia-url', 'autofill-server-url'].map((service) => `--${service}=${CLOSED}`),
  `--component-updater=url-source=${CLOSED}`,
];

/** A browser with a profile of its own; passwords typed into its page are not compared with its maker's lists. */
export async function openBrowser(profile: string, viewport: HostOptions['size']): Promise<BrowserContext> {
  const executablePath = await testBrowser();
  if (executablePath === undefined) throw new Error('no browser');
  const preferences = join(profile, 'Default', 'Preferences');
  if (!existsSync(preferences)) {
    mkdirSync(dirname(preferences), { recursive: true });
    writeFileSync(preferences, JSON.stringify({ profile: { password_manager_leak_detection: false } }));
  }
  return chromium.launchPersistentContext(profile, { executablePath, viewport, args: browserArguments });
}

async function openLoopback(
  dataFolder: string,
  profile: string,
  viewport: HostOptions['size'],
  watch: Watch,
  output: string[],
): Promise<Running> {
  const { child, address } = await startHost(dataFolder, [], output);
  const port = new URL(address).port;
  const context = await openBrowser(profile, viewport);
  watch(context, (url) => url.hostname === '127.0.0.1' && url.port === port);
  const page = context.pages()[0] ?? (await context.newPage());
  await page.goto(address);
  let stopped = false;
  return {
    page,
    stop: async (violently) => {
      if (stopped) return;
      stopped = true;
      if (violently) {
        child.kill('SIGKILL');
        // The browser dies as well, without a chance to finish what it was writing.
        const devtools = await context.newCDPSession(page);
        await devtools.send('Browser.crash').catch(() => undefined);
      }
      await context.close().catch(() => undefined);
      if (!violently) child.kill('SIGTERM');
      await gone(child);
    },
  };
}

async function openElectron(dataFolder: string, watch: Watch, output: string[]): Promise<Running> {
  const executablePath = electronBinary();
  if (executablePath === undefined) throw new Error('the Electron binary is absent');
  const application = await _electron.launch({ executablePath, args: [root, '--data', dataFolder] });
  const own = (url: URL) => url.protocol === 'app:' && url.hostname === 'workstation';
  listen(application.process(), output);
  watch(application.context(), own);
  const page = await application.firstWindow();
  let stopped = false;
  return {
    page,
    stop: async (violently) => {
      if (stopped) return;
      stopped = true;
      if (violently) {
        const child = application.process();
        child.kill('SIGKILL');
        await gone(child);
      } else await application.close();
    },
  };
}

/** Keeps every line the process writes, and passes its errors on so that a failing run can be understood. */
function listen(child: ChildProcess, output: string[]): void {
  for (const stream of [child.stdout, child.stderr])
    if (stream !== null)
      createInterface({ input: stream }).on('line', (line) => {
        output.push(line);
        if (stream === child.stderr) process.stderr.write(`${line}\n`);
      });
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    const limit = setTimeout(() => fail(new Error('the host did not start')), START_MILLISECONDS);
    child.on('exit', (code) => fail(new Error(`the host ended with code ${code}`)));
    if (child.stdout !== null) {
      createInterface({ input: child.stdout }).once('line', (line) => {
        clearTimeout(limit);
        done(line);
      });
    }
  });
}

const gone = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((done) => child.once('exit', () => done()));
