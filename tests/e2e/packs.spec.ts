/** F013, F111: a hospital's own pack is looked at, installed with a reason, used, and taken back; the journal has it all. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { agents, keys, makeSite } from '../unit/knowledge/support/site.ts';
import { expect, test } from './support/host.ts';
import { createProfile } from './support/station.ts';

const violations = async (page: Page): Promise<string[]> =>
  (await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => `${id} ${nodes[0]?.target.join(' ')}`);
const picture = async (page: Page, name: string): Promise<void> => {
  if (process.env.CONSILIUM_PICTURES !== undefined)
    await page.screenshot({ path: `${process.env.CONSILIUM_PICTURES}/${name}.png` });
};

test('packs are installed and taken back on screen', async ({ host }) => {
  const { page } = host;
  const site = await makeSite();
  const { publicPem, privatePem } = keys();
  await createProfile(page);
  for (const key of ['g', 'p']) await page.keyboard.press(key);
  await expect(page.getByRole('heading', { level: 1, name: 'Packs and models' })).toBeVisible();
  await expect(page.getByRole('grid', { name: 'Packs and models' })).toBeVisible();
  const dialog = page.getByRole('dialog');

  const choose = async (folder: string) => {
    await page.keyboard.press('i');
    await expect(dialog.getByRole('heading', { name: 'Install a pack' })).toBeVisible();
    await page.getByLabel('Folder of the pack').setInputFiles(folder);
  };
  const folder = await site.build(agents('2027-01-01', 'first'), privatePem);
  await choose(folder);
  await expect(dialog.getByRole('alert')).toContainText('signature-unknown');
  await picture(page, 'packs-refused');
  await dialog.getByRole('button', { name: 'Close' }).click();

  await page.keyboard.press('p');
  await dialog.getByRole('textbox', { name: 'Publisher' }).fill('Institute of pathology');
  await dialog.getByLabel('Public key').fill(publicPem);
  await dialog.getByLabel('Reason').fill('Key compared by telephone');
  await picture(page, 'packs-enroll');
  await dialog.getByRole('button', { name: 'Enroll', exact: true }).click();
  await expect(dialog.getByRole('status')).toContainText('Institute of pathology is enrolled');
  await dialog.getByRole('button', { name: 'Close' }).click();

  await choose(folder);
  await expect(dialog.getByRole('table', { name: 'Records' })).toContainText('agents.json');
  await picture(page, 'packs-preview');
  expect(await violations(page)).toEqual([]);
  await dialog.getByLabel('Reason').fill('Refresh of the year');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('status')).toContainText('2026-05-07 → 2027-01-01');
  await dialog.getByRole('button', { name: 'Close' }).click();

  await page.keyboard.press('/');
  await page.keyboard.type('classes');
  await expect(page.getByText(/showing 1 of/)).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('complementary')).toContainText('Refresh of the year');
  await picture(page, 'packs-installed');
  await page.keyboard.press('b');
  await expect(dialog.getByRole('table', { name: 'Records' })).toBeVisible();
  await dialog.getByLabel('Reason').fill('The classes were wrong');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('status')).toContainText('2027-01-01 → the version that ships');
  await dialog.getByRole('button', { name: 'Close' }).click();

  await page.keyboard.press('h');
  const journal = dialog.getByRole('table', { name: 'Journal of packs' });
  await expect(journal.getByRole('row')).toHaveCount(5);
  await expect(journal).toContainText('The classes were wrong');
  await picture(page, 'packs-journal');
  expect(await violations(page)).toEqual([]);
  site.end();
});
