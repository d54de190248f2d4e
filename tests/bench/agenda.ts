/**
 * A list of twenty cases becomes an agenda by keyboard (F068): triage, order, who sees to what waits, a named override where
 * a case is taken though not ready, and the freeze. Every key is counted and pressed in a real browser.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { installedBrowser } from '../../electron/launch/browser.mjs';
import { browserArguments, startHost } from '../e2e/support/host.ts';
import { copyOfSample } from './sample-copy.ts';

/** Seconds for a key of a person who types 40 words a minute, and for making up one's mind (Card, Moran and Newell 1980). */
const KEY_SECONDS = 0.28;
const THINK_SECONDS = 1.35;
const READY = 'brca1-ovarian';
const UNREADY = 'sparse-cholangiocarcinoma';
const CASES = 20;
const UNREADY_CASES = 6;

export interface AgendaBench {
  readonly cases: number;
  readonly keystrokes: number;
  readonly decisions: number;
  /** From the first key to the open meeting, as the browser worked it. */
  readonly seconds: number;
  /** The same for a person, by the keystroke-level model. */
  readonly personSeconds: number;
}

async function begin(page: Page, bundles: string[], password: string): Promise<void> {
  await page.getByLabel('Board', { exact: true }).fill('Bench');
  await page.getByLabel('Your name').fill('Dr. Ada Keyboard');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('Password again').fill(password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Worklist' }).waitFor();
  await page.locator('input[type=file]').first().setInputFiles(bundles);
  await page.getByRole('grid', { name: 'Cases' }).getByText(`Bench ${CASES}`, { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).waitFor({ state: 'detached' });
}

/** @returns undefined where there is no browser */
export async function benchAgenda(): Promise<AgendaBench | undefined> {
  const executablePath = installedBrowser();
  if (executablePath === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'consilium-agenda-'));
  const { child, address } = await startHost(join(folder, 'data'));
  const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath,
    viewport: { width: 1920, height: 1080 },
    args: browserArguments,
  });
  context.setDefaultTimeout(600_000);
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await page.goto(address);
    const bundles: string[] = [];
    for (let place = 1; place <= CASES; place++)
      bundles.push(await copyOfSample(folder, place <= UNREADY_CASES ? UNREADY : READY, place));
    await begin(page, bundles, 'seven otters crossed the ford');

    let [keystrokes, decisions] = [0, 0];
    const began = performance.now();
    const key = async (...names: string[]) => {
      for (const name of names) {
        keystrokes += 1;
        await page.keyboard.press(name);
      }
    };
    const type = (text: string) => key(...[...text].map((letter) => (letter === ' ' ? 'Space' : letter)));
    await key('g', 'm');
    const agenda = page.getByRole('grid', { name: 'Agenda' });
    await agenda.waitFor();
    await page.waitForFunction(() => !/\d+ cases? being read/.test(document.body.textContent ?? ''));
    const current = agenda.getByRole('row', { selected: true });
    let unready = 0;
    for (let row = 0; row < CASES; row++) {
      decisions += 1;
      const waits = (await current.getByText('not ready').count()) > 0;
      if (waits) {
        unready += 1;
        decisions += 1;
        // Half are taken all the same with a word why; for the others somebody sees to it, and they are off this time.
        if (unready % 2 === 1) {
          await key('t', 'o');
          await page.getByLabel('Why it is discussed all the same').waitFor();
          await type('clinic on friday');
          await key('Enter');
          await current.getByText('taken all the same').waitFor();
        } else {
          await key('w');
          await page.getByLabel('Who', { exact: true }).waitFor();
          await type('dr ada');
          await key('Tab');
          await type('2030-01-31');
          await key('Enter');
          await page.getByRole('dialog').waitFor({ state: 'detached' });
          await key('x');
        }
      } else if (row % 3 === 0) {
        await key('t');
        await current.getByText('fast-track').waitFor();
      }
      // Every fifth case is wanted earlier.
      if (row % 5 === 4) {
        decisions += 1;
        await key('Shift+k', 'Shift+k', 'j', 'j');
      }
      await key('j');
    }
    await key('z');
    await page.getByText('frozen', { exact: true }).waitFor();
    await key('Enter');
    await page.getByRole('region', { name: 'On the wall' }).waitFor();
    return {
      cases: CASES,
      keystrokes,
      decisions,
      seconds: (performance.now() - began) / 1000,
      personSeconds: keystrokes * KEY_SECONDS + decisions * THINK_SECONDS,
    };
  } finally {
    await context.close().catch(() => undefined);
    child.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
