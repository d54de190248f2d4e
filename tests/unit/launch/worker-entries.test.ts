import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { coreOutput, workerEntries } from '../../../electron/build/core.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'workers-'));
  const room = join(folder, 'electron/room');
  mkdirSync(room, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(room, 'words.ts'), 'export const greeting: string = "from the worker";');
  writeFileSync(
    join(room, 'hello-worker.ts'),
    'import { parentPort } from "node:worker_threads"; import { greeting } from "./words.ts"; parentPort?.postMessage(greeting);',
  );
  writeFileSync(
    join(room, 'index.ts'),
    `import { Worker } from 'node:worker_threads';
     export const hello = (): Promise<string> => new Promise((done) => {
       new Worker(new URL('./hello-worker.ts', import.meta.url)).once('message', done);
     });`,
  );
  writeFileSync(
    join(folder, 'electron/main.ts'),
    'const { hello } = await import("./room/index.ts"); process.stdout.write(await hello());',
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

it('one line starts a worker thread from source and from the bundle', async () => {
  const source = execFileSync(process.execPath, [join(folder, 'electron/main.ts')], { encoding: 'utf8' });
  expect(source).toBe('from the worker');
  await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    plugins: [workerEntries()],
    build: { ...coreOutput({ main: join(folder, 'electron/main.ts') }), ssr: true, outDir: join(folder, 'out') },
  });
  expect(readdirSync(join(folder, 'out'))).toContain('hello-worker.mjs');
  rmSync(join(folder, 'electron'), { recursive: true });
  const bundled = execFileSync(process.execPath, [join(folder, 'out/main.mjs')], { encoding: 'utf8' });
  expect(bundled).toBe('from the worker');
});
