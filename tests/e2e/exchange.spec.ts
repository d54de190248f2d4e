/** F012, F093: what leaves is seen before it does, and what a letter says enters a case only where a person confirms it. */
import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './support/host.ts';
import { createProfile, loadSamples, openCase, sample } from './support/station.ts';

const violations = async (page: Page): Promise<string[]> =>
  (await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => `${id} ${nodes[0]?.target.join(' ')}`);
const picture = async (page: Page, name: string): Promise<void> => {
  if (process.env.CONSILIUM_PICTURES !== undefined)
    await page.screenshot({ path: `${process.env.CONSILIUM_PICTURES}/${name}.png` });
};

test('F093 F012 the exchange desk exports and imports, and letters are confirmed', async ({ host }) => {
  test.slow();
  const { page } = host;
  await createProfile(page);
  await loadSamples(page);
  await page.keyboard.press('g');
  await page.keyboard.press('x');
  await expect(page.getByRole('heading', { level: 1, name: 'Exchange' })).toBeVisible();
  await expect(page.getByRole('grid', { name: 'Values that leave' })).toBeVisible();
  await picture(page, 'exchange');
  expect(await violations(page)).toEqual([]);

  await test.step('the previewed file leaves, and the journal says so', async () => {
    await page.getByLabel('Format').selectOption('phenopacket');
    await page.getByLabel('Level of identity').selectOption('reduced');
    await expect(page.getByText('level "reduced"').first()).toBeVisible();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export this file' }).click();
    const path = await (await saved).path();
    expect(JSON.parse(await readFile(path, 'utf8'))).toHaveProperty('metaData');
    await expect(page.getByRole('table', { name: 'Journal of transactions' })).toContainText('phenopacket · reduced');
  });

  await test.step('a broken file is refused, and the journal says so', async () => {
    await page
      .getByLabel('Files to import')
      .setInputFiles({ name: 'a.json', mimeType: 'application/json', buffer: Buffer.from('{"resourceType":') });
    await expect(page.getByText('json-invalid').first()).toBeVisible();
    await expect(page.getByRole('table', { name: 'Journal of transactions' })).toContainText('refused');
    await picture(page, 'exchange-refused');
  });

  await test.step('a fact of a letter is confirmed and stands in the case', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('w');
    await openCase(page, sample('msi-colorectal').record.patient.pseudonym);
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    const facts = page.getByRole('grid', { name: 'Facts of the letters' });
    await expect(facts).toBeVisible();
    await picture(page, 'letters');
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('c');
    await expect(facts.getByRole('row').filter({ hasText: /^confirmed/ })).toHaveCount(1);
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(page.getByRole('button', { name: 'Write 0 verdicts into the case' })).toBeVisible({ timeout: 60_000 });
    await expect(facts.getByRole('row').filter({ hasText: /^confirmed/ })).toHaveCount(1);
  });
});
