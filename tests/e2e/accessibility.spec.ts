import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './support/host.ts';
import { createProfile, goTo, loadSamples, openCase, sample, steps } from './support/station.ts';

// Every modality and picture, and few enough findings that looking at each theme stays quick.
const { patient } = sample('her2-breast').record;

/** What a theme can change: colours and sizes. Names, roles and order are the same in each. */
const lookRules = ['color-contrast', 'target-size', 'scrollable-region-focusable', 'link-in-text-block'];

/** WCAG 2.2 A and AA with the best practices of axe; every violation is named with its place. */
async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Colours fade in; a contrast is that of the state at rest.
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined))),
  );
  const axe = new AxeBuilder({ page });
  const { violations } = await (rules === undefined ? axe : axe.withRules([...rules])).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`),
  );
}

const themes = ['light', 'dark', 'projector'] as const;

test('axe finds nothing on any screen, in any theme', async ({ host }) => {
  test.slow();
  const { page } = host;
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const found: Record<string, string[]> = {};
  const look = async (screen: string, rules?: readonly string[]) => {
    const list = await violations(page, rules);
    if (list.length > 0) found[screen] = list;
  };
  const inEachTheme = async (screen: string) => {
    // The key walks round the three and ends where it began.
    for (const theme of themes) {
      await look(`${screen}, ${theme}`, theme === themes[0] ? undefined : lookRules);
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
  for (const key of ['g', 'g']) await page.keyboard.press(key);
  await expect(page.getByRole('heading', { name: 'Germline', level: 2 })).toBeVisible();
  await expect(page.getByRole('heading', { name: /^Genes, by what was tested/ })).toBeVisible();
  await inEachTheme('germline');
  for (const key of ['g', 'b']) await page.keyboard.press(key);
  await expect(page.getByRole('heading', { name: 'Biomarkers and expression', level: 2 })).toBeVisible();
  // RNA and protein, each a picture.
  await expect(page.getByRole('img', { name: /^Beyond three deviations: .*ERBB2 high/ }).first()).toBeVisible();
  await inEachTheme('biomarkers');
  await page.keyboard.press('t');
  await expect(page.getByRole('region', { name: /^Data: Where do its genes stand/ }).first()).toBeVisible();
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
