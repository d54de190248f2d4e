/** F002, F012, F093, F139, S17: what leaves and comes in is seen before it does; a letter enters a case only where a person confirms it. */
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { packFolder } from '../../electron/case/index.ts';
import { expect, test } from './support/host.ts';
import { createProfile, openCase, root, sample } from './support/station.ts';

const violations = async (page: Page): Promise<string[]> =>
  (await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => `${id} ${nodes[0]?.target.join(' ')}`);
const picture = async (page: Page, name: string): Promise<void> => {
  if (process.env.CONSILIUM_PICTURES !== undefined)
    await page.screenshot({ path: `${process.env.CONSILIUM_PICTURES}/${name}.png` });
};

const PACKET = {
  id: 'p',
  subject: { id: 's', sex: 'MALE' },
  diseases: [{ term: { id: 'NCIT:C3512', label: 'Lung Adenocarcinoma' } }],
  metaData: { created: '2026-01-01T00:00:00Z', createdBy: 'x', resources: [], phenopacketSchemaVersion: '2.0' },
};

test('F093 F012 the exchange desk exports and imports, and letters are confirmed', async ({ host }) => {
  test.slow();
  const { page } = host;
  // One case is enough: analysing all samples is another spec's work.
  const packed = await packFolder(join(root, 'sample-cases/msi-colorectal'));
  if (!packed.ok) throw new Error(packed.fault.message);
  await createProfile(page);
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles({ name: 'case.tbcase', mimeType: 'application/zip', buffer: Buffer.from(packed.value) });
  const { pseudonym } = sample('msi-colorectal').record.patient;
  await expect(page.getByRole('heading', { level: 1, name: pseudonym })).toBeVisible({ timeout: 60_000 });
  await page.keyboard.press('g');
  await page.keyboard.press('x');
  await expect(page.getByRole('heading', { level: 1, name: 'Exchange' })).toBeVisible();
  const leaving = page.getByRole('grid', { name: 'Values that leave' });
  await expect(leaving).toBeVisible();
  await expect(leaving.getByText('case-record › patient › sex')).toBeVisible();
  await picture(page, 'exchange');
  expect(await violations(page)).toEqual([]);

  await test.step('the previewed file leaves, and the journal says so', async () => {
    await page.getByLabel('Format').selectOption('phenopacket');
    await page.getByLabel('Level of identity').selectOption('reduced');
    const fields = page.getByRole('table', { name: 'What becomes of each field' });
    await expect(fields.getByText('others stand in their place').first()).toBeVisible();
    await expect(page.getByText('keeps to Safe Harbor', { exact: true })).toBeVisible();
    await fields.getByRole('checkbox', { name: 'Question leaves' }).check();
    await expect(page.getByText(/beyond Safe Harbor: 1 field/)).toBeVisible();
    await picture(page, 'exchange-reduced');
    expect(await violations(page)).toEqual([]);
    await fields.getByRole('checkbox', { name: 'Question leaves' }).uncheck();
    await expect(page.getByText('keeps to Safe Harbor', { exact: true })).toBeVisible();
    await page.getByLabel('Dates').selectOption('shifted');
    await expect(fields.getByText('leaves, moved by the secret number of days').first()).toBeVisible();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export this file' }).click();
    const path = await (await saved).path();
    expect(JSON.parse(await readFile(path, 'utf8'))).toHaveProperty('metaData');
    await expect(page.getByRole('table', { name: 'Journal of transactions' })).toContainText('phenopacket · reduced');
  });

  await test.step('cases leave together as a study: chosen by keyboard, seen by file, journalled', async () => {
    await page.getByLabel('Format').selectOption('cbioportal');
    const cases = page.getByRole('group', { name: /^Cases in one file/ });
    await cases.getByRole('checkbox', { name: pseudonym }).press('Space');
    await expect(page.getByText('No case is chosen')).toBeVisible();
    await cases.getByRole('checkbox', { name: pseudonym }).press('Space');
    await cases.getByLabel('Name of the study or cohort').fill('a study');
    await expect(page.getByText('The file needs a name')).toBeVisible();
    await cases.getByLabel('Name of the study or cohort').fill('board_1');
    await expect(leaving.getByText('cancer_study_identifier').first()).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await picture(page, 'exchange-study');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export this file' }).click();
    expect((await saved).suggestedFilename()).toBe('board_1.reduced.cbioportal.zip');
    await expect(page.getByRole('table', { name: 'Journal of transactions' })).toContainText('cbioportal · reduced');
    await page.getByLabel('Format').selectOption('phenopacket');
  });

  const give = (name: string, text: string) =>
    page.getByLabel('Files to import').setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
  await test.step('a broken file is refused, and the journal says so', async () => {
    await give('a.json', '{"resourceType":');
    await expect(page.getByText('json-invalid').first()).toBeVisible();
    await expect(page.getByRole('table', { name: 'Journal of transactions' })).toContainText('refused');
    await picture(page, 'exchange-refused');
  });

  await test.step('a file is shown as a case before it is one; a word put into ours is taken back', async () => {
    await give('p.json', JSON.stringify(PACKET));
    const mapped = page.getByRole('checkbox', { name: /LUAD/ });
    await expect(mapped).toBeChecked();
    expect(await violations(page)).toEqual([]);
    await picture(page, 'exchange-incoming');
    await mapped.uncheck();
    await expect(page.getByText('stays as the sender wrote it')).toBeVisible();
    await page.getByRole('button', { name: 'Bring in 1 case' }).click();
    await expect(leaving).toBeVisible({ timeout: 60_000 });
    await expect(page.getByRole('combobox', { name: 'Case' })).toContainText('Case a4005a');
  });

  await test.step('a laboratory delivers; one case is a draft, the other in quarantine with its reason', async () => {
    const drop = join(host.dataFolder, 'exchange/drop');
    mkdirSync(drop, { recursive: true });
    const put = (name: string, text: string): void => {
      writeFileSync(join(drop, name), text);
      const long = new Date(Date.now() - 60_000);
      utimesSync(join(drop, name), long, long);
    };
    const order = 'Sex;Age;OncoTree;Morphology;Topography;Diagnosis\nm;63;;8140/3;C34.1;Adenocarcinoma\n';
    const rows = 'Gene,Chr,Pos,Ref,Alt,HGVSc,HGVSp,VAF,Depth\nEGFR,7,55191822,T,G,c.2573T>G,p.Leu858Arg,23,90\n';
    put('L1.order.csv', order);
    put('L1.variants.csv', rows);
    put('L2.order.csv', order);
    put('L2.variants.csv', rows.replace(',23,', ',230,'));
    await page.keyboard.press('2');
    await expect(page.getByText('L1 as this mapping reads it')).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await picture(page, 'laboratory');
    const mapping = page.getByLabel('Mapping, YAML or JSON');
    await mapping.fill((await mapping.inputValue()).replace('read: labs', 'read: lab'));
    await expect(page.getByRole('button', { name: /Line \d+ files\[2\]\.read/ })).toBeVisible();
    await page.getByRole('button', { name: 'Look now' }).click();
    await page.getByRole('button', { name: /1 reason/ }).click();
    await expect(page.getByRole('table', { name: 'Reasons' })).toContainText('alleleFraction');
    await picture(page, 'laboratory-quarantine');
    await page.getByRole('button', { name: /^lab-/ }).click();
    await expect(page.getByRole('checkbox', { name: /LUAD/ })).toBeChecked();
    await picture(page, 'laboratory-draft');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Bring in as a case' }).click();
    await expect(page.getByText('No draft waits for you.')).toBeVisible({ timeout: 60_000 });
  });

  await test.step('data practice counts over every case', async () => {
    await page.keyboard.press('3');
    await expect(page.getByRole('table', { name: 'Missingness' })).toContainText('performance status');
    await expect(page.getByText('data practice of 3 cases')).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await picture(page, 'practice');
  });

  await test.step('a fact of a letter is confirmed and stands in the case', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('w');
    await openCase(page, pseudonym);
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
    if (process.env.CONSILIUM_PICTURES === undefined) return;
    await page.evaluate(() => document.documentElement.setAttribute('data-theme', 'dark'));
    await page.setViewportSize({ width: 1366, height: 768 });
    await picture(page, 'letters-dark-1366');
    await page.keyboard.press('g');
    await page.keyboard.press('x');
    await expect(leaving).toBeVisible();
    await picture(page, 'exchange-dark-1366');
    await page.keyboard.press('2');
    await expect(page.getByLabel('Mapping, YAML or JSON')).toBeVisible();
    await picture(page, 'laboratory-dark-1366');
  });
});
