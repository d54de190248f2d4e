/** What a board does around a case besides meeting: notes, comparison, promises and what came of them. */

import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './support/host.ts';
import { countPointers, openPrepared, sample } from './support/station.ts';

test.use({ prepared: true });

const violations = async (page: Page): Promise<string[]> =>
  (await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => `${id} ${nodes[0]?.target.join(' ')}`);
const picture = async (page: Page, name: string): Promise<void> => {
  if (process.env.CONSILIUM_PICTURES !== undefined)
    await page.screenshot({ path: `${process.env.CONSILIUM_PICTURES}/${name}.png` });
};

test('F076 F080 F083 F084 F123 notes, comparison, actions and a follow-up, without a pointer', async ({ host }) => {
  test.slow();
  const { page } = host;
  await openPrepared(page);
  const pointers = await countPointers(page);
  const { pseudonym } = sample('egfr-t790m-lung').record.patient;
  const cases = page.getByRole('grid', { name: 'Cases' });
  for (let row = 0; row < 10; row++) {
    if ((await cases.getByRole('row', { selected: true, name: new RegExp(pseudonym) }).count()) > 0) break;
    await page.keyboard.press('j');
  }
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: pseudonym })).toBeVisible();

  await test.step('a note on a finding is kept as it is typed, stands after a reload, and can be taken back', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('n');
    await expect(page.getByRole('heading', { name: 'Nobody has written anything yet' })).toBeVisible();
    const about = page.getByLabel('About');
    const finding = await about.locator('optgroup[label="Findings"] option').first().getAttribute('value');
    await about.selectOption(finding ?? '');
    await page.keyboard.press('w');
    await page.keyboard.type('Is this clonal in the liver lesion?');
    await expect(page.getByText('Draft kept, sealed, on this machine.')).toBeVisible();
    await page.reload();
    await expect(page.getByLabel('Note', { exact: true })).toHaveValue('Is this clonal in the liver lesion?');
    await page.getByLabel('Note', { exact: true }).focus();
    await page.keyboard.press('ControlOrMeta+Enter');
    const thread = page.getByRole('region', { name: 'Threads' }).getByRole('article');
    await expect(thread).toContainText('Is this clonal in the liver lesion?');
    await picture(page, 'notes');
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('u');
    await expect(thread).toContainText('taken back');
    await expect(thread).toContainText('Is this clonal in the liver lesion?');
  });

  await test.step('what was written leaves as a file and comes back without doubling anything', async () => {
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Write the file' }).focus();
    await page.keyboard.press('Enter');
    const path = await (await saved).path();
    const text = await readFile(path, 'utf8');
    expect(text).toContain('Is this clonal in the liver lesion?');
    await page.locator('input[type=file]').setInputFiles({
      name: 'board.json',
      mimeType: 'application/json',
      buffer: Buffer.from(text.replace('clonal', 'CLONAL')),
    });
    await expect(page.getByText('The board package was changed after it was written.')).toBeVisible();
  });

  await test.step('two patients beside each other: what was not assayed is not lost', async () => {
    await page.keyboard.press('ControlOrMeta+d');
    await expect(page.getByRole('heading', { level: 1, name: 'Compare' })).toBeVisible();
    const right = page.getByRole('group', { name: 'Right, or later' });
    const other = await right
      .getByLabel('Case')
      .locator('option', { hasText: 'melanoma' })
      .first()
      .getAttribute('value');
    await right.getByLabel('Case').selectOption(other ?? '');
    const table = page.getByRole('grid', { name: 'Differences' });
    await expect(table).toBeVisible();
    await expect(page.getByText(/\d+ only right · \d+ only left · \d+ differs · \d+ not comparable/)).toBeVisible();
    await picture(page, 'compare');
    expect(await violations(page)).toEqual([]);
  });

  await test.step('a decision’s action and its follow-up stand in the list, and are followed up', async () => {
    await page.keyboard.press('Escape');
    await expect(page.getByRole('heading', { level: 1, name: 'Worklist' })).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: pseudonym })).toBeVisible();
    await page.keyboard.press('6');
    await expect(page.getByLabel(/^Rationale/)).toBeVisible();
    for (const name of ['1', 'Enter', 'Space', 'ControlOrMeta+Enter']) await page.keyboard.press(name);
    await expect(page.getByRole('article', { name: 'Recorded decision' })).toBeVisible();
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    const list = page.getByRole('grid', { name: 'Actions' });
    await expect(list.getByText('Ask whether it was carried out')).toBeVisible();
    await picture(page, 'actions');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: `Follow-up of ${pseudonym}` });
    const record = dialog.getByRole('button', { name: 'Record the follow-up' });
    await dialog.getByRole('radio', { name: 'no', exact: true }).focus();
    await page.keyboard.press('Space');
    // A reason of the list is asked for before it can be recorded.
    await expect(record).toBeDisabled();
    await dialog.getByRole('radio', { name: 'the patient declined' }).focus();
    await page.keyboard.press('Space');
    await expect(record).toBeEnabled();
    await picture(page, 'follow-up');
    expect(await violations(page)).toEqual([]);
    await record.focus();
    await page.keyboard.press('Enter');
    await expect(dialog).toHaveCount(0);
    await expect(list.getByText('no: the patient declined').first()).toBeVisible();
  });
  expect(await pointers()).toBe(0);
  expect(host.complaints).toEqual([]);
});
