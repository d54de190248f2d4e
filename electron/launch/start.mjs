/**
 * `npm start`: provisions, builds what changed, and opens the workstation on the best host this machine has, saying
 * which and why. Options: `--data <folder>`, `--port <n>` (0: any), `--host electron|loopback`, `--no-open`.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { hasDisplay, installedBrowser } from './browser.mjs';
import { electronBinary, fetchElectron } from './electron-binary.mjs';
import { provision, root, say } from './provision.mjs';

const EARLY_MILLISECONDS = 15_000;
const isRoot = process.getuid?.() === 0;

await provision();
const { ensureBuilt } = await import('../build/main.ts');
await ensureBuilt('node');
await ensureBuilt('window');

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    port: { type: 'string' },
    host: { type: 'string' },
    'no-open': { type: 'boolean', default: false },
  },
});
const dataArguments = values.data === undefined ? [] : ['--data', values.data];

const why = values.host === 'loopback' ? 'it was asked for' : await startElectron();
if (why !== undefined) process.exitCode = await startLoopback(why);

/**
 * Runs the Electron host to its end. Returns the reason when it cannot be had here, for the other host to name.
 * @returns {Promise<string | undefined>}
 */
async function startElectron() {
  if (!hasDisplay()) return 'there is no display for Electron';
  if (isRoot && process.platform === 'linux') return 'Electron keeps its sandbox, which the superuser cannot have';
  const binary = electronBinary() ?? (await fetchElectron());
  if (binary === undefined) return 'the Electron binary is absent and could not be fetched';
  say('opening the workstation in Electron: its binary is here and there is a display');
  const started = Date.now();
  const child = spawn(binary, [root, ...dataArguments], { stdio: 'inherit' });
  const code = await ended(child);
  if (code !== 0 && Date.now() - started < EARLY_MILLISECONDS) return `Electron ended at once with code ${code}`;
  process.exitCode = code;
  return undefined;
}

/**
 * Runs the loopback host to its end, and opens a browser on it where there is a display.
 * @param {string} reason
 */
async function startLoopback(reason) {
  const portArguments = values.port === undefined ? [] : ['--port', values.port];
  const child = spawn(process.execPath, [join(root, 'out/cli/loopback.mjs'), ...dataArguments, ...portArguments], {
    stdio: ['inherit', 'pipe', 'inherit'],
  });
  // An interrupt reaches the host by the terminal too; we wait for it to end well.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal));
  createInterface({ input: child.stdout }).once('line', (address) => {
    say(`opened the workstation through the loopback host (127.0.0.1, this machine only): ${reason}`);
    const opened = !values['no-open'] && hasDisplay() && openBrowser(address);
    say(
      opened
        ? 'a browser is opening; the address, for this launch only:'
        : 'open this address in a browser on this machine:',
    );
    process.stdout.write(`${address}\n`);
    say('press Ctrl+C to end');
  });
  return ended(child);
}

/**
 * Opens the address by way of a file that only this person can read: in the browser's arguments the token would be
 * readable by everybody on the machine.
 * @param {string} address
 */
function openBrowser(address) {
  const folder = mkdtempSync(join(tmpdir(), 'consilium-'));
  const page = join(folder, 'open.html');
  writeFileSync(page, `<!doctype html><meta http-equiv="refresh" content="0;url=${address}">`, { mode: 0o600 });
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.on('exit', remove);
  setTimeout(remove, 60_000).unref();
  const browser = installedBrowser();
  const [program, ...arguments_] =
    browser !== undefined
      ? [browser, ...(isRoot ? ['--no-sandbox'] : []), page]
      : process.platform === 'darwin'
        ? ['open', page]
        : process.platform === 'win32'
          ? ['cmd', '/c', 'start', '', page]
          : existsSync('/usr/bin/xdg-open')
            ? ['/usr/bin/xdg-open', page]
            : [];
  if (program === undefined) return false;
  spawn(program, arguments_, { stdio: 'ignore', detached: true })
    .on('error', () => say('the browser could not be started'))
    .unref();
  return true;
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>}
 */
function ended(child) {
  return new Promise((done) => {
    child.on('error', (error) => {
      say(error.message);
      done(1);
    });
    child.on('exit', (code) => done(code ?? 1));
  });
}
