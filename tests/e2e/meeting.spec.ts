/** A meeting of the sample cases by keyboard alone, with the audience in a second window. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './support/host.ts';
import { clinicians, countPointers, openPrepared, sample, sampleNames } from './support/station.ts';
import { overflowing, unreadable } from './support/wall.ts';

test.use({ prepared: true });

const violations = async (page: Page): Promise<string[]> =>
  (await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => `${id} ${nodes[0]?.target.join(' ')}`);
const slides = ['story', 'timeline', 'findings', 'integration', 'options', 'vote', 'decision'] as const;

const SPARSE = sample('sparse-cholangiocarcinoma').record.patient.pseudonym;

test('F068 F070 F074 F075 F081 a meeting from agenda to minutes, on two windows, without a pointer', async ({
  host,
  hostKind,
}) => {
  test.skip(hostKind === 'electron', 'two windows of one browser are looked at in the browser host');
  test.slow();
  const { page } = host;
  await openPrepared(page);
  const pointers = await countPointers(page);

  await test.step('agenda: an unready case wants a word before the meeting opens', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    const agenda = page.getByRole('grid', { name: 'Agenda' });
    await expect(agenda.getByText('not ready').first()).toBeVisible({ timeout: 60_000 });
    await expect(page.getByText(/\d+ cases? being read/)).toHaveCount(0, { timeout: 60_000 });
    await expect(page.getByRole('button', { name: 'Open the meeting' })).toBeDisabled();
    const rows = await agenda.getByRole('row').count();
    for (let row = 1; row < rows; row++) {
      const current = agenda.getByRole('row', { selected: true });
      if (row === 2) await page.keyboard.press('t');
      if ((await current.getByText('not ready').count()) > 0) {
        await page.keyboard.press('o');
        await expect(page.getByLabel('Why it is discussed all the same')).toBeFocused();
        await page.keyboard.type('Reviewed on paper by the chair');
        await page.keyboard.press('Enter');
        await expect(current.getByText('taken all the same')).toBeVisible();
      }
      await page.keyboard.press('j');
    }
    await page.keyboard.press('Enter');
    await expect(page.getByRole('region', { name: 'On the wall' })).toBeVisible();
  });

  const opening = page.context().waitForEvent('page');
  await page.keyboard.press('o');
  const wall = await opening;
  await wall.setViewportSize({ width: 1920, height: 1080 });
  await expect(page.getByText('audience window open')).toBeVisible();

  await test.step('each slide of each case, in three themes: readable, whole, by pseudonym alone', async () => {
    const problems: string[] = [];
    for (let place = 0; place < sampleNames.length; place++) {
      await expect(page.getByText(`case ${place + 1} of ${sampleNames.length}`)).toBeVisible();
      // The others but the sparse one are looked at in the scripted meeting.
      const sparse = (await page.getByRole('heading', { level: 1, name: SPARSE }).count()) > 0;
      for (const [index, slide] of place === 0 || sparse ? [...slides.entries()] : []) {
        await page.keyboard.press(String(index + 1));
        await expect(wall.locator(`article[data-slide="${slide}"]`)).toBeVisible();
        const name = (await wall.locator('article header p').textContent()) ?? '';
        const where = `${name.split(' · ')[0]}, ${slide}`;
        for (const theme of place === 0 ? (['light', 'dark', 'projector'] as const) : (['light'] as const)) {
          await wall.evaluate((value) => (document.documentElement.dataset.theme = value), theme);
          problems.push(...(await unreadable(wall, `${where}, ${theme}`, clinicians)));
          if (process.env.CONSILIUM_PICTURES !== undefined)
            await wall.screenshot({ path: `${process.env.CONSILIUM_PICTURES}/${place}-${index + 1}-${theme}.png` });
        }
        if (place === 0) {
          problems.push(...(await violations(wall)).map((found) => `${where}: axe ${found}`));
        }
      }
      await page.keyboard.press('n');
    }
    expect(problems).toEqual([]);
  });

  await test.step('dark wall, clock on hold, and a decision that the wall reads back', async () => {
    await page.keyboard.press('b');
    await expect(wall.locator('article')).toHaveCount(0);
    await page.keyboard.press('b');
    await expect(wall.locator('article')).toBeVisible();
    const timer = page.getByRole('timer');
    await page.keyboard.press('h');
    await expect(page.getByText('clock on hold')).toBeVisible();
    const held = (await timer.textContent()) ?? '';
    await page.waitForTimeout(2500);
    await expect(timer).toHaveText(held);
    await page.keyboard.press('h');
    const began = Date.now();
    const shown = (text: string) => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
    await page.waitForTimeout(3000);
    // Whatever else the machine does: what is shown is the time that has passed.
    await expect
      .poll(async () => Math.abs(shown((await timer.textContent()) ?? '') - shown(held) - (Date.now() - began) / 1000))
      .toBeLessThanOrEqual(1.5);

    const { pseudonym } = sample('egfr-t790m-lung').record.patient;
    for (let back = 0; back < sampleNames.length; back++) {
      if ((await page.getByRole('heading', { level: 1, name: pseudonym }).count()) > 0) break;
      await page.keyboard.press('p');
      await expect(page.getByText(`case ${sampleNames.length - 1 - back} of`)).toBeVisible();
    }
    // A list that is longer than the wall turns its page on both windows, and no row is on none.
    await page.keyboard.press('5');
    const foot = wall.locator('article[data-slide="options"] footer p');
    await expect(foot).toContainText('showing 1 to 6 of');
    await page.keyboard.press('PageDown');
    await expect(foot).toContainText('showing 7 to 12 of');
    await expect(page.locator('article[data-slide="options"] footer p')).toContainText('showing 7 to 12 of');
    await wall.setViewportSize({ width: 1366, height: 768 });
    await expect(foot).toContainText('showing 5 to 8 of');
    await expect(page.locator('article[data-slide="options"] footer p')).toContainText('showing 5 to 8 of');
    await wall.setViewportSize({ width: 1920, height: 1080 });
    await page.keyboard.press('v');
    await expect(page.getByRole('status').getByText('0 of 1 have voted')).toBeVisible();
    await expect(wall.locator('article[data-slide="vote"] footer')).toContainText('0 of 1 have voted');
    await page.keyboard.press('v');
    const ballot = page.getByRole('dialog', { name: 'Vote, unseen by the others' });
    await expect(ballot.getByRole('radio').first()).toBeFocused();
    expect(await violations(page)).toEqual([]);
    if (process.env.CONSILIUM_PICTURES !== undefined)
      await page.screenshot({ path: `${process.env.CONSILIUM_PICTURES}/ballot.png` });
    await page.keyboard.press('1');
    await page.keyboard.press('Enter');
    await expect(ballot.getByText('1 of 1 have voted')).toBeVisible();
    // What was chosen is not to be read from any window before it is revealed.
    await expect(ballot.getByRole('radio', { name: '1 Osimertinib' })).not.toBeChecked();
    await expect(wall.locator('article[data-slide="vote"] footer')).toContainText('1 of 1 have voted');
    await page.keyboard.press('Escape');
    await expect(ballot).toHaveCount(0);
    await page.keyboard.press('Shift+v');
    await expect(wall.locator('article[data-slide="vote"]').getByRole('row', { name: /^Osimertinib/ })).toContainText(
      '1',
    );
    await expect(wall.getByRole('heading', { level: 1, name: 'How the board voted' })).toBeVisible();
    expect(await overflowing(wall)).toEqual([]);
    if (process.env.CONSILIUM_PICTURES !== undefined)
      await wall.screenshot({ path: `${process.env.CONSILIUM_PICTURES}/tally.png` });
    let keystrokes = 0;
    const key = async (name: string) => {
      keystrokes += 1;
      await page.keyboard.press(name);
    };
    await key('y');
    await expect(page.getByRole('complementary', { name: 'Meeting' })).toBeVisible();
    const form = page.getByLabel(/^Rationale/);
    await expect(form).toBeVisible();
    for (const name of ['1', 'Enter', 'Space', 'ControlOrMeta+Enter']) await key(name);
    await expect(page.getByRole('article', { name: 'Recorded decision' })).toBeVisible();
    expect(keystrokes).toBeLessThanOrEqual(12);
    await expect(wall.locator('article[data-slide="decision"] dl')).toContainText('Disease control');
    await key('g');
    await key('m');
    await expect(page.getByRole('region', { name: 'On the wall' })).toBeVisible();
  });

  await test.step('the wall goes: the curtain falls; the meeting closes with its minutes', async () => {
    await wall.close();
    await expect(page.getByText('The screen is covered.')).toBeVisible();
    await page.keyboard.press('.');
    await expect(page.getByText('no audience window')).toBeVisible();
    expect(await violations(page)).toEqual([]);
    if (process.env.CONSILIUM_PICTURES !== undefined)
      await page.screenshot({ path: `${process.env.CONSILIUM_PICTURES}/presenter.png` });
    await page.keyboard.press('Shift+c');
    await expect(page.getByRole('button', { name: 'Close it' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'Minutes of the meeting' })).toBeVisible();
    await expect(page.getByRole('row')).toHaveCount(sampleNames.length + 1);
    expect(await violations(page)).toEqual([]);
  });
  expect(await pointers()).toBe(0);
  expect(host.complaints).toEqual([]);
});
