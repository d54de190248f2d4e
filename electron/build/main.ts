/**
 * `npm run build`: the Electron app by electron-vite, and the two hosts that run under plain Node. Skips what is up to
 * date: a hash over every source and the lock file stands in `out/stamp.json`, written last.
 */
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { root, say } from '../launch/provision.mjs';

const out = join(root, 'out');
const stampFile = join(out, 'stamp.json');
const lockFolder = join(root, '.cache/build.lock');
/** A lock older than this belongs to a build that was killed. */
const STALE_MILLISECONDS = 5 * 60_000;

/** What the window host needs is everything; what the command line needs leaves the renderer and the shell out. */
type Part = 'window' | 'node';

function sourceHash(part: Part): string {
  const folders = part === 'window' ? ['electron', 'shared', 'renderer'] : ['electron', 'shared'];
  const patterns = [...folders.map((folder) => `${folder}/**/*.{ts,tsx,css,html,json,svg}`), 'package-lock.json'];
  const hash = createHash('sha256').update(process.versions.node);
  for (const file of globSync(patterns, {
    cwd: root,
    exclude: ['electron/shell/**'].filter(() => part === 'node'),
  }).sort()) {
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

const readStamp = (): Partial<Record<Part, string>> =>
  existsSync(stampFile) ? (JSON.parse(readFileSync(stampFile, 'utf8')) as Partial<Record<Part, string>>) : {};

/** Brings one part of `out/` up to date; waits for another process that is already doing so. */
export async function ensureBuilt(part: Part, force = false): Promise<void> {
  if (!force && readStamp()[part] === sourceHash(part)) return;
  await locked(async () => {
    const hash = sourceHash(part);
    if (!force && readStamp()[part] === hash) return;
    const started = performance.now();
    say(part === 'window' ? 'building the workstation …' : 'building the command line …');
    await (part === 'window' ? buildWindow() : buildNode());
    writeFileSync(stampFile, JSON.stringify({ ...readStamp(), [part]: hash }));
    say(`built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  });
}

async function locked(work: () => Promise<void>): Promise<void> {
  mkdirSync(join(root, '.cache'), { recursive: true });
  for (;;) {
    try {
      mkdirSync(lockFolder);
      break;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      const age = Date.now() - (statSync(lockFolder, { throwIfNoEntry: false })?.mtimeMs ?? 0);
      if (age > STALE_MILLISECONDS) rmSync(lockFolder, { recursive: true, force: true });
      else await new Promise((done) => setTimeout(done, 200));
    }
  }
  try {
    await work();
  } finally {
    rmSync(lockFolder, { recursive: true, force: true });
  }
}

async function buildWindow(): Promise<void> {
  const { build } = await import('electron-vite');
  await build({ configFile: join(root, 'electron/build/electron.vite.config.ts'), logLevel: 'warn' });
}

async function buildNode(): Promise<void> {
  const [{ build }, { bundled, coreOutput, reportBuild, standAlone, workerEntries }] = await Promise.all([
    import('vite'),
    import('./core.ts'),
  ]);
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    plugins: [workerEntries()],
    define: reportBuild(root),
    publicDir: false,
    ssr: { noExternal: bundled },
    build: {
      ...coreOutput({
        consilium: join(root, 'electron/cli/main.ts'),
        loopback: join(root, 'electron/loopback/main.ts'),
      }),
      ssr: true,
      outDir: join(out, 'cli'),
    },
  });
  await build({
    root,
    ...standAlone(join(root, 'electron/cli/stand-alone.ts'), 'consilium-verify', join(out, 'verify')),
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const force = process.argv.includes('--force');
  await ensureBuilt('node', force);
  await ensureBuilt('window', force);
}
