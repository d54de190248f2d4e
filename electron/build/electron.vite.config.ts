import { join, resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { bundled, coreOutput, reportBuild, workerEntries } from './core.ts';

const root = resolve(import.meta.dirname, '../..');

/** The Electron app: core, sandboxed preload, and the renderer's bundle, which the loopback host serves as well. */
export default defineConfig({
  main: {
    root,
    plugins: [workerEntries()],
    define: reportBuild(root),
    build: {
      ...coreOutput({ main: join(root, 'electron/shell/main.ts') }),
      outDir: join(root, 'out/main'),
      externalizeDeps: { exclude: bundled },
    },
  },
  preload: {
    root,
    build: {
      outDir: join(root, 'out/preload'),
      // A sandboxed preload is one CommonJS file with nothing to resolve.
      externalizeDeps: false,
      reportCompressedSize: false,
      rolldownOptions: {
        input: { preload: join(root, 'electron/shell/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: join(root, 'renderer'),
    plugins: [react()],
    build: {
      outDir: join(root, 'out/renderer'),
      emptyOutDir: true,
      minify: true,
      target: 'chrome140',
      // Everything by URL: the content policy allows no inline script, and fonts only from ourselves.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 4000,
      rolldownOptions: { input: join(root, 'renderer/index.html') },
    },
  },
});
