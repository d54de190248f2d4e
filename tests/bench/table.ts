/**
 * A table of a million rows in a real browser (F006): how long until it stands, and how long each frame takes while it is
 * scrolled by the wheel, dragged through its whole length and stepped through by selection.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Page } from '@playwright/test';
import { build } from 'esbuild';
import { installedBrowser } from '../../electron/launch/browser.mjs';

export interface Frames {
  readonly what: string;
  readonly frames: number;
  readonly medianMilliseconds: number;
  readonly p95Milliseconds: number;
  readonly worstMilliseconds: number;
}

export interface TableBench {
  readonly rows: number;
  readonly openMilliseconds: number;
  readonly rowsInPage: number;
  readonly lastRowReached: boolean;
  readonly heapMegabytes: number;
  readonly frames: readonly Frames[];
}

/** @returns undefined where there is no browser */
export async function benchTable(rows: number): Promise<TableBench | undefined> {
  const browserPath = installedBrowser();
  if (browserPath === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'consilium-table-'));
  try {
    await build({
      entryPoints: [join(import.meta.dirname, 'table-page.tsx')],
      outfile: join(folder, 'page.js'),
      bundle: true,
      minify: true,
      jsx: 'automatic',
      define: { 'process.env.NODE_ENV': '"production"' },
      logLevel: 'error',
    });
    writeFileSync(
      join(folder, 'page.html'),
      '<!doctype html><html lang="en"><meta charset="utf-8"><title>table</title><link rel="stylesheet" href="page.css"><div id="root"></div><script src="page.js"></script></html>',
    );
    const browser = await chromium.launch({ executablePath: browserPath });
    try {
      const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
      const begun = performance.now();
      await page.goto(`${pathToFileURL(join(folder, 'page.html')).href}?rows=${rows}`);
      await page.locator('tr[aria-rowindex="3"]').waitFor();
      const openMilliseconds = performance.now() - begun;
      const frames = [
        await watched(page, 'nothing moves, 2 s', () => page.waitForTimeout(2000)),
        await watched(page, 'wheel, 120 turns of 400 px', () => wheel(page, 120)),
        await watched(page, 'thumb, from first to last row in 120 steps', () => drag(page)),
      ];
      const lastRowReached = await page
        .locator(`tr[aria-rowindex="${rows + 2}"]`)
        .waitFor({ timeout: 5000 })
        .then(
          () => true,
          () => false,
        );
      return {
        rows,
        openMilliseconds,
        rowsInPage: await page.locator('tbody tr').count(),
        lastRowReached,
        heapMegabytes: await page.evaluate(
          () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize / 1024 / 1024,
        ),
        frames,
      };
    } finally {
      await browser.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function wheel(page: Page, turns: number): Promise<void> {
  await page.mouse.move(900, 500);
  for (let turn = 0; turn < turns; turn++) await page.mouse.wheel(0, 400);
}

const drag = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const frame = document.querySelector('main > div');
    if (frame === null) throw new Error('the page has no table');
    for (let step = 1; step <= 120; step++) {
      frame.scrollTop = ((frame.scrollHeight - frame.clientHeight) * step) / 120;
      await new Promise(requestAnimationFrame);
    }
  });

async function watched(page: Page, what: string, act: () => Promise<void>): Promise<Frames> {
  await page.evaluate(() => {
    const seen: number[] = [];
    Object.assign(globalThis, { seen });
    let last = performance.now();
    const look = (now: number) => {
      seen.push(now - last);
      last = now;
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await act();
  const times = await page.evaluate(() => (globalThis as unknown as { seen: number[] }).seen.slice(1));
  const sorted = times.toSorted((a, b) => a - b);
  const part = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return {
    what,
    frames: times.length,
    medianMilliseconds: part(0.5),
    p95Milliseconds: part(0.95),
    worstMilliseconds: part(1),
  };
}
