/** What a person does at the workstation, by keyboard alone; specs read as the work does. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, type Page } from '@playwright/test';
import type { Expected } from '../../../sample-cases/generate/sample-case.ts';
import type { CaseRecord } from '../../../shared/case/case-record.ts';

export const root = resolve(import.meta.dirname, '../../..');
export const BOARD = {
  board: 'Molecular board',
  person: 'Dr. Ada Keyboard',
  password: 'seven otters crossed the ford',
};

export interface Sample {
  readonly record: CaseRecord;
  readonly expected: Expected;
}

const samplesFolder = join(root, 'sample-cases');
export const sampleNames = readdirSync(samplesFolder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'generate')
  .map(({ name }) => name)
  .sort();
export const sample = (name: string): Sample => ({
  record: JSON.parse(readFileSync(join(samplesFolder, name, 'case.json'), 'utf8')) as CaseRecord,
  expected: JSON.parse(readFileSync(join(samplesFolder, name, 'expected.json'), 'utf8')) as Expected,
});

/** Who sent the samples: names that a wall does not show. */
export const clinicians = sampleNames.flatMap((name) => sample(name).record.referrer?.clinician ?? []);

/** Counts what a hand on a mouse, pen or screen would cause; a keyboard spec ends with none. */
export async function countPointers(page: Page): Promise<() => Promise<number>> {
  const count = () => {
    const seen = window as typeof window & { pointers?: number };
    if (seen.pointers !== undefined) return;
    seen.pointers = 0;
    for (const kind of ['pointerdown', 'mousedown', 'touchstart', 'wheel'])
      window.addEventListener(kind, () => (seen.pointers = (seen.pointers ?? 0) + 1), { capture: true });
  };
  await page.addInitScript(count);
  await page.evaluate(count);
  return () => page.evaluate(() => (window as typeof window & { pointers?: number }).pointers ?? -1);
}

/** First start: the board profile and its password. */
export async function createProfile(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Create the board profile' })).toBeVisible();
  await expect(page.getByLabel('Board', { exact: true })).toBeFocused();
  for (const text of [BOARD.board, BOARD.person, BOARD.password, BOARD.password]) {
    await page.keyboard.type(text);
    if (text !== BOARD.password || (await isEmpty(page))) await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Worklist' })).toBeVisible();
}

/** Whether the second password field still waits. */
const isEmpty = async (page: Page): Promise<boolean> => (await page.getByLabel('Password again').inputValue()) === '';

export async function unlock(page: Page): Promise<void> {
  const password = page.getByLabel('Password', { exact: true });
  await expect(password).toBeVisible();
  await password.focus();
  await page.keyboard.type(BOARD.password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Worklist' })).toBeVisible();
}

/** Opens the prepared vault, with its samples on the worklist. */
export async function openPrepared(page: Page): Promise<void> {
  await unlock(page);
  await samplesListed(page);
}

export async function loadSamples(page: Page): Promise<void> {
  await page.keyboard.press('Shift+s');
  await samplesListed(page);
}

async function samplesListed(page: Page): Promise<void> {
  const cases = page.getByRole('grid', { name: 'Cases' });
  await expect(cases).toBeVisible({ timeout: 60_000 });
  for (const name of sampleNames)
    await expect(cases.getByText(sample(name).record.patient.pseudonym, { exact: true })).toBeVisible({
      timeout: 60_000,
    });
}

/** Types the patient's name into the worklist's filter and opens the only row that is left. */
export async function openCase(page: Page, pseudonym: string): Promise<void> {
  await expect(page.getByRole('grid', { name: 'Cases' })).toBeVisible();
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox', { name: 'Filter cases' })).toBeFocused();
  // The filter is remembered from the last sitting.
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(pseudonym);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: pseudonym })).toBeVisible();
}

export const steps = ['story', 'intake', 'findings', 'integration', 'options', 'decision', 'report'] as const;
export type Step = (typeof steps)[number];

/** `G` and the place's number: works on every screen, whatever the number keys mean there. */
export async function goTo(page: Page, step: Step): Promise<void> {
  await page.keyboard.press('g');
  await page.keyboard.press(String(steps.indexOf(step) + 1));
  await expect(page).toHaveURL(new RegExp(`/${step}$`));
}

/** Moves the focus with Tab until the field is reached, as a person would; fails when it never is. */
export async function tabTo(page: Page, label: string | RegExp, most = 80): Promise<void> {
  const target = page.getByLabel(label).first();
  for (let i = 0; i < most; i++) {
    if (await target.evaluate((element) => element === document.activeElement).catch(() => false)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${label} is not reached by Tab`);
}
