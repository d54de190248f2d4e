/**
 * Makes a fresh machine ready, without a single dependency and under any Node from 20 on: a Node that is new enough,
 * and the packages of the lock file. Every command of the project begins here. Messages go to stderr, so that a
 * command's own output stays clean.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

const NODE_VERSION = '24.21.0';
const NODE_MINIMUM = { major: 22, minor: 12 };

/** @param {string} text */
export const say = (text) => process.stderr.write(`consilium: ${text}\n`);

/**
 * Runs the command again under Node 24 when the running Node is too old, and never returns then; returns at once
 * otherwise. The platform's own package of the registry is fetched once into `.cache/node`.
 */
export async function ensureNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > NODE_MINIMUM.major || (major === NODE_MINIMUM.major && minor >= NODE_MINIMUM.minor)) return;
  const binary = cachedNode() ?? (await fetchNode());
  const path = `${dirname(binary)}${delimiter}${process.env.PATH ?? ''}`;
  const child = spawn(binary, process.argv.slice(1), { stdio: 'inherit', env: { ...process.env, PATH: path } });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal));
  const code = await new Promise((done, fail) => {
    child.on('error', fail);
    child.on('exit', (exit, signal) => done(exit ?? (signal === 'SIGINT' ? 130 : 143)));
  });
  process.exit(code);
}

const nodePackage = () => `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

function cachedNode() {
  const home = join(root, '.cache/node/node_modules', nodePackage());
  const binary = join(home, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(binary)) return undefined;
  return JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')).version === NODE_VERSION ? binary : undefined;
}

async function fetchNode() {
  say(
    `Node ${process.versions.node} is older than ${NODE_MINIMUM.major}.${NODE_MINIMUM.minor}; fetching Node ${NODE_VERSION} (once) …`,
  );
  // Beside its place first, then renamed: an interrupted download never looks like a finished one.
  const scratch = join(root, `.cache/node-${process.pid}`);
  mkdirSync(scratch, { recursive: true });
  writeFileSync(join(scratch, 'package.json'), '{"private":true}\n');
  const arguments_ = ['install', '--prefix', scratch, '--ignore-scripts', '--no-audit', '--no-fund', '--save-exact'];
  await npm([...arguments_, `${nodePackage()}@${NODE_VERSION}`], scratch, 'fetching Node');
  rmSync(join(root, '.cache/node'), { recursive: true, force: true });
  renameSync(scratch, join(root, '.cache/node'));
  const binary = cachedNode();
  if (binary === undefined) throw new Error(`the package ${nodePackage()}@${NODE_VERSION} holds no Node binary`);
  return binary;
}

/** Installs the packages of the lock file when the installed ones differ from it. Takes milliseconds when they do not. */
export async function ensureModules() {
  if (modulesMatch()) return;
  const count = Object.keys(lockedPackages(join(root, 'package-lock.json'))).length;
  say(`installing ${count} packages from package-lock.json (first start, or the lock file changed) …`);
  const started = Date.now();
  await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], root, 'installing packages');
  say(`packages installed in ${Math.round((Date.now() - started) / 1000)} s`);
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean, devOptional?: boolean }>}
 */
const lockedPackages = (file) => JSON.parse(readFileSync(file, 'utf8')).packages ?? {};

/** npm writes its hidden lock file last, so what it lists is what is wholly installed. */
function modulesMatch() {
  const hidden = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(hidden)) return false;
  const installed = lockedPackages(hidden);
  return Object.entries(lockedPackages(join(root, 'package-lock.json'))).every(
    ([path, entry]) => path === '' || entry.optional || entry.devOptional || installed[path]?.version === entry.version,
  );
}

/**
 * Runs npm with the running Node first in PATH, saying every ten seconds that it is alive.
 * @param {string[]} arguments_
 * @param {string} cwd
 * @param {string} what
 */
async function npm(arguments_, cwd, what) {
  const cli = process.env.npm_execpath;
  const viaNode = cli !== undefined && /\.c?js$/.test(cli);
  const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}` };
  const started = Date.now();
  const alive = setInterval(() => {
    const folder = join(cwd, 'node_modules');
    const folders = existsSync(folder) ? readdirSync(folder).length : 0;
    say(`${what}: ${Math.round((Date.now() - started) / 1000)} s, ${folders} folders so far`);
  }, 10_000);
  try {
    await run(viaNode ? process.execPath : 'npm', viaNode ? [cli, ...arguments_] : arguments_, {
      cwd,
      env,
      shell: !viaNode && process.platform === 'win32',
    });
  } finally {
    clearInterval(alive);
  }
}

/**
 * Runs a program to its end with its output on our stderr; rejects when it fails.
 * @param {string} program
 * @param {string[]} arguments_
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<void>}
 */
export function run(program, arguments_, options = {}) {
  return new Promise((done, fail) => {
    const child = spawn(program, arguments_, {
      cwd: root,
      ...options,
      stdio: ['ignore', process.stderr, process.stderr],
    });
    child.on('error', (error) => fail(new Error(`${program} could not be started: ${error.message}`)));
    child.on('exit', (code) =>
      code === 0 ? done() : fail(new Error(`${[program, ...arguments_].join(' ')} ended with code ${code}`)),
    );
  });
}

/** Both steps; the one line every entry point begins with. Ends the command with a reason when a step cannot be done. */
export async function provision() {
  try {
    await ensureNode();
    await ensureModules();
  } catch (error) {
    say(
      `${error instanceof Error ? error.message : error}\nSetting up needs the npm registry once (or a mirror set in npm's own configuration).`,
    );
    process.exit(1);
  }
}
