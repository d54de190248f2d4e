import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const root = resolve(import.meta.dirname, '../..');
const renderer = ['tests/unit/renderer/**/*.test.{ts,tsx}', 'tests/unit/**/*.dom.test.{ts,tsx}'];

/** Two projects: plain Node for everything with work in it, jsdom for screens and the browser store. */
export default defineConfig({
  root,
  test: {
    maxWorkers: 2,
    projects: [
      {
        root,
        test: {
          name: 'node',
          environment: 'node',
          include: ['tests/unit/**/*.test.ts', 'tests/contract/**/*.test.ts'],
          exclude: renderer,
          // What hangs ends; how quick the machine is decides nothing.
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        root,
        plugins: [react()],
        test: {
          name: 'renderer',
          environment: 'jsdom',
          include: renderer,
          testTimeout: 90_000,
          hookTimeout: 90_000,
          css: { modules: { classNameStrategy: 'non-scoped' } },
        },
      },
    ],
  },
});
