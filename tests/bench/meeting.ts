/**
 * The meeting as it is felt: how long until the next case stands, until each slide is painted on the wall, and how long a
 * key waits for its paint while a bundle of a million variants is being read (F068, F070, F073). Two windows of a real
 * browser on the loopback host; times are those of the pages' own clocks.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { packFolder } from '../../electron/case/index.ts';
import { installedBrowser } from '../../electron/launch/browser.mjs';
import { CaseRecord } from '../../shared/case/case-record.ts';
import { browserArguments, startHost } from '../e2e/support/host.ts';
import { variantsFile } from './variants-file.ts';

const SLIDES = ['story', 'timeline', 'findings', 'integration', 'options', 'vote', 'decision'] as const;
const PASSWORD = 'seven otters crossed the ford';
const LIMIT = 600_000;

export interface MeetingBench {
  readonly cases: number;
  /** From the key to the paint of the next case, in the presenter's window. */
  readonly caseSwitch: { readonly median: number; readonly worst: number };
  /** From the key in the presenter's window to the paint on the wall. */
  readonly slides: readonly { readonly slide: string; readonly median: number; readonly worst: number }[];
  /** From a key to its paint while the import runs; undefined where it ended before enough keys were pressed. */
  readonly latency:
    | { readonly keys: number; readonly p75: number; readonly p98: number; readonly variants: number }
    | undefined;
}

const at = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};
const told = (values: readonly number[]) => ({ median: at(values, 0.5), worst: at(values, 1) });

/** Presses a key and gives the wall-clock time of the press, as the page heard it. */
async function pressed(page: Page, key: string): Promise<number> {
  const heard = page.evaluate(
    () =>
      new Promise<number>((done) => {
        const hear = () => done(performance.timeOrigin + performance.now());
        window.addEventListener('keydown', hear, { once: true, capture: true });
      }),
  );
  // The listener must stand before the key comes.
  await page.evaluate(() => 0);
  await page.keyboard.press(key);
  return heard;
}

/** When the page has painted what the selector names, with this text where one is given. */
const painted = (page: Page, selector: string, text?: string): Promise<number> =>
  page.evaluate(
    ([wanted, words]) =>
      new Promise<number>((done) => {
        const look = () => {
          const found = document.querySelector(wanted ?? '');
          if (found !== null && (words === undefined || found.textContent?.includes(words) === true))
            requestAnimationFrame(() => setTimeout(() => done(performance.timeOrigin + performance.now())));
          else requestAnimationFrame(look);
        };
        look();
      }),
    [selector, text] as const,
  );

async function begin(page: Page): Promise<void> {
  await page.getByLabel('Board', { exact: true }).fill('Bench');
  await page.getByLabel('Your name').fill('Dr. Ada Keyboard');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Password again').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Worklist' }).waitFor();
  await page.keyboard.press('Shift+s');
  await page.getByRole('grid', { name: 'Cases' }).waitFor();
  await page.getByRole('grid', { name: 'Cases' }).getByRole('row').nth(7).waitFor();
}

async function openMeeting(page: Page): Promise<number> {
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  const agenda = page.getByRole('grid', { name: 'Agenda' });
  await agenda.waitFor();
  await page.waitForFunction(() => !/\d+ cases? being read/.test(document.body.textContent ?? ''));
  const rows = (await agenda.getByRole('row').count()) - 1;
  for (let row = 0; row < rows; row++) {
    if ((await agenda.getByRole('row', { selected: true }).getByText('not ready').count()) > 0) {
      await page.keyboard.press('o');
      await page.getByLabel('Why it is discussed all the same').fill('Bench');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    await page.keyboard.press('j');
  }
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: 'On the wall' }).waitFor();
  return rows;
}

/** A bundle whose variants are a million lines of a generated file. */
async function largeBundle(folder: string, variants: number): Promise<string> {
  const made = join(folder, 'large');
  cpSync(resolve(import.meta.dirname, '../../sample-cases/egfr-t790m-lung'), made, { recursive: true });
  const record = CaseRecord.parse(JSON.parse(readFileSync(join(made, 'case.json'), 'utf8')));
  variantsFile(join(made, 'files/large.vcf'), variants);
  const large = {
    ...record,
    caseId: 'large-bench',
    patient: { ...record.patient, pseudonym: 'Heron 1' },
    files: record.files.map((one) => (one.path.endsWith('.vcf.gz') ? { ...one, path: 'files/large.vcf' } : one)),
  };
  writeFileSync(join(made, 'case.json'), JSON.stringify(large));
  rmSync(join(made, 'files/somatic.vcf.gz'));
  const packed = await packFolder(made);
  if (!packed.ok) throw new Error(packed.fault.message);
  const path = join(folder, 'large.zip');
  writeFileSync(path, packed.value);
  return path;
}

/** How long each key waited for its paint: from the event's own time stamp, queue included, to the frame after it. */
async function latencyWhile(page: Page, running: () => Promise<boolean>): Promise<number[]> {
  await page.evaluate(() => {
    const seen = window as typeof window & { waits?: number[] };
    seen.waits = [];
    window.addEventListener(
      'keydown',
      ({ timeStamp }) => requestAnimationFrame(() => setTimeout(() => seen.waits?.push(performance.now() - timeStamp))),
      { capture: true },
    );
  });
  for (let step = 0; step < 2000 && (await running()); step++) {
    for (const key of ['j', 'j', 'k', 'ArrowDown', 'k']) await page.keyboard.press(key);
    await page.waitForTimeout(40);
  }
  return page.evaluate(() => (window as typeof window & { waits?: number[] }).waits ?? []);
}

/** @returns undefined where there is no browser */
export async function benchMeeting(variants: number): Promise<MeetingBench | undefined> {
  const executablePath = installedBrowser();
  if (executablePath === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'consilium-meeting-'));
  const { child, address } = await startHost(join(folder, 'data'));
  const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath,
    viewport: { width: 1920, height: 1080 },
    args: browserArguments,
  });
  context.setDefaultTimeout(LIMIT);
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await page.goto(address);
    await begin(page);
    const cases = await openMeeting(page);
    const opening = context.waitForEvent('page');
    await page.keyboard.press('o');
    const wall = await opening;
    await wall.setViewportSize({ width: 1920, height: 1080 });
    await wall.locator('article[data-slide="story"]').waitFor();
    const slides = new Map<string, number[]>(SLIDES.map((slide) => [slide, []]));
    const switches: number[] = [];
    for (let place = 1; place <= cases; place++) {
      for (const [index, slide] of [...SLIDES.entries()].toReversed()) {
        // The slide that stands already is painted by no key.
        if (slide === 'decision' && place > 1) await page.keyboard.press('1');
        await wall.locator(`article[data-slide]:not([data-slide="${slide}"])`).waitFor();
        const seen = painted(wall, `article[data-slide="${slide}"]`);
        const from = await pressed(page, String(index + 1));
        slides.get(slide)?.push((await seen) - from);
      }
      if (place === cases) break;
      const seen = painted(page, 'h1 + p', `case ${place + 1} of`);
      const from = await pressed(page, 'n');
      switches.push((await seen) - from);
    }
    await wall.close();
    await page.getByText('The screen is covered.').waitFor();
    await page.keyboard.press('.');
    await page.keyboard.press('Shift+c');
    await page.getByRole('button', { name: 'Close it' }).press('Enter');
    await page.getByRole('heading', { name: 'Minutes of the meeting' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Worklist' }).waitFor();

    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles(await largeBundle(folder, variants));
    await page.getByRole('button', { name: 'Cancel' }).first().waitFor();
    const running = async () => (await page.getByRole('button', { name: 'Cancel' }).count()) > 0;
    const waits = await latencyWhile(page, running);
    return {
      cases,
      caseSwitch: told(switches),
      slides: SLIDES.map((slide) => ({ slide, ...told(slides.get(slide) ?? []) })),
      latency:
        waits.length < 50 ? undefined : { keys: waits.length, p75: at(waits, 0.75), p98: at(waits, 0.98), variants },
    };
  } finally {
    await context.close().catch(() => undefined);
    child.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
