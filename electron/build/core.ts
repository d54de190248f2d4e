import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { BuildEnvironmentOptions, InlineConfig, Plugin } from 'vite';

/**
 * Worker threads. A room writes `new Worker(new URL('./name-worker.ts', import.meta.url))`, which Node 24 runs from
 * source as it stands. In a bundle the same line must find the bundled worker: this makes each such file an entry of
 * its own beside all other files (the output is flat), and points the URL at it.
 */
export const workerEntries = (): Plugin => ({
  name: 'consilium:worker-entries',
  transform: {
    filter: { id: /\/electron\/.*\.ts$/, code: '-worker.ts' },
    handler(code, id) {
      const found = /new URL\(\s*(['"])(\.\.?\/[\w./-]*-worker)\.ts\1\s*,\s*import\.meta\.url\s*\)/g;
      const pointed = code.replace(found, (_, _quote, path: string) => {
        const name = `${basename(path)}.mjs`;
        this.emitFile({ type: 'chunk', id: resolve(dirname(id), `${path}.ts`), fileName: name });
        return `new URL('./${name}', import.meta.url)`;
      });
      // The lines stay what they were, so the source map at hand still holds.
      return { code: pointed, map: null };
    },
  },
});

/**
 * Names what composes and prints a report, in eight digits: a hash over its sources and the lock file. The app and the
 * command line of one build have the same.
 */
export function reportBuild(root: string): Record<string, string> {
  const hash = createHash('sha256');
  for (const file of globSync(['shared/**/*.ts', 'electron/report/**/*.ts', 'package-lock.json'], { cwd: root }).sort())
    hash
      .update(file.replaceAll('\\', '/'))
      .update('\0')
      .update(readFileSync(join(root, file)))
      .update('\0');
  return { REPORT_BUILD: JSON.stringify(hash.digest('hex').slice(0, 8)) };
}

/** Pure JavaScript that is needed at every start: one file reads faster than hundreds. All else stays a package. */
export const bundled = [
  'zod',
  '@orpc/client',
  '@orpc/contract',
  '@orpc/server',
  '@orpc/shared',
  '@orpc/standard-server',
  '@orpc/standard-server-peer',
  '@orpc/standard-server-fetch',
  '@orpc/interop',
];

/** ES modules in one flat folder, so that a worker or a lazily loaded room is always a neighbour. */
export const coreOutput = (input: Record<string, string>): BuildEnvironmentOptions => ({
  target: 'node24',
  minify: false,
  sourcemap: true,
  reportCompressedSize: false,
  emptyOutDir: true,
  rolldownOptions: {
    input,
    output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
  },
});

/** The oldest Node a hospital's machine is likely to have; what runs there without us must run under it. */
const OLDEST_NODE = 'node20';

/**
 * One file with everything in it, packages too: it runs from any folder under plain Node. Of our own files only what
 * the program reaches is kept, since none of them does anything by being imported.
 *
 * @param source the program, an absolute path
 * @param name of the file that is made, without its ending
 */
export const standAlone = (source: string, name: string, outDir: string): InlineConfig => ({
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
  ssr: { noExternal: true },
  build: {
    target: OLDEST_NODE,
    minify: false,
    sourcemap: false,
    reportCompressedSize: false,
    emptyOutDir: true,
    ssr: true,
    outDir,
    rolldownOptions: {
      input: { [name]: source },
      treeshake: { moduleSideEffects: [{ test: /\/(?:electron|shared)\/(?!.*node_modules)/, sideEffects: false }] },
      output: {
        format: 'es',
        entryFileNames: '[name].mjs',
        codeSplitting: false,
        banner: '#!/usr/bin/env node',
      },
    },
  },
});
