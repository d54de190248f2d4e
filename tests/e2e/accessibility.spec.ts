import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './support/host.ts';
import { createProfile, goTo, loadSamples, openCase, sample, steps } from './support/station.ts';

const { patient } = sample('egfr-t790m-lung').record;

/** WCAG 2.2 A and AA with the best practices of axe; every violation is named with its place. */
async function violations(page: Page): Promise<string[]> {
  // Colours fade in; a contrast is that of the state at rest.
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined))),
  );
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`),
  );
}

const themes = ['light', 'dark', 'projector'] as const;

test('axe finds nothing on any screen, in any theme', async ({ host }) => {
  const { page } = host;
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const found: Record<string, string[]> = {};
  const look = async (screen: string) => {
    const list = await violations(page);
    if (list.length > 0) found[screen] = list;
  };
  const inEachTheme = async (screen: string) => {
    // The key walks round the three and ends where it began.
    for (let i = 0; i < themes.length; i++) {
      const theme = await page.evaluate(() => document.documentElement.dataset['theme'] ?? 'light');
      await look(`${screen}, ${theme}`);
      await page.keyboard.press('Shift+t');
    }
  };
  await expect(page.getByRole('heading', { name: 'Create the board profile' })).toBeVisible();
  await look('first start');
  await createProfile(page);
  await look('empty worklist');
  await loadSamples(page);
  await inEachTheme('worklist');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await look('key sheet');
  await page.keyboard.press('Escape');
  await openCase(page, patient.pseudonym);
  for (const step of steps) {
    await goTo(page, step);
    await expect(page.getByRole('main').getByRole('heading').first()).toBeVisible();
    await inEachTheme(step);
  }
  await page.keyboard.press('Escape');
  for (const [keys, heading] of [
    ['g p', /packs/i],
    ['g a', /audit|journal/i],
  ] as const) {
    for (const key of keys.split(' ')) await page.keyboard.press(key);
    await expect(page.getByRole('heading', { name: heading }).first()).toBeVisible();
    await inEachTheme(String(heading));
  }
  await page.keyboard.press('Shift+l');
  await expect(page.getByLabel('Password', { exact: true })).toBeVisible();
  await look('locked');
  expect(found).toEqual({});
  expect(host.complaints, 'the page complained on its console').toEqual([]);
});

test('each theme is another look', async ({ host }) => {
  const { page } = host;
  await createProfile(page);
  const seen = new Set<string>();
  for (let i = 0; i < themes.length; i++) {
    seen.add(
      await page.evaluate(
        () =>
          `${getComputedStyle(document.body).backgroundColor} ${getComputedStyle(document.documentElement).fontSize}`,
      ),
    );
    await page.keyboard.press('Shift+t');
  }
  expect(seen.size).toBe(themes.length);
});
