import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './support/host.ts';
import { countPointers, createProfile, goTo, loadSamples, openCase, sample, unlock } from './support/station.ts';

const { patient } = sample('egfr-t790m-lung').record;
const file = '26-001.yml';

test('F050 F052 a trial is typed by keyboard, checked as it is typed, survives a crash as a draft, is saved, judged and taken back', async ({
  host,
}) => {
  const { page } = host;
  await createProfile(page);
  const pointers = await countPointers(page);
  await loadSamples(page);
  await openCase(page, patient.pseudonym);
  await goTo(page, 'options');
  await expect(page.getByText('no folder named "trials"')).toBeVisible();
  await page.keyboard.press('t');
  const text = page.getByRole('textbox', { name: /CTML as YAML/ });
  const problems = page.getByRole('region', { name: 'Problems' });
  await expect(problems).toContainText('A trial needs a protocol_no or an nct_id.');
  await page.getByLabel('Name of the file').focus();
  await page.keyboard.type(file);
  // F8 leads to the line that is wrong; what is selected there is typed over.
  await page.keyboard.press('F8');
  await expect(text).toBeFocused();
  await page.keyboard.type('protocol_no: "26-001"');
  await expect(problems).toContainText('Nothing is wrong with the text.');
  await expect(page.getByRole('complementary', { name: 'Evidence' })).toContainText('Every criterion is met.');
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('moon: [');
  await expect(problems).toContainText('Not YAML');
  await expect(page.getByRole('button', { name: /Save into the folder/ })).toBeDisabled();
  await page.keyboard.press('Backspace');
  await page.keyboard.type('full');
  await expect(problems).toContainText('Nothing is wrong with the text.');
  await expect(page.getByText('kept as a draft on this machine')).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
  expect(await pointers()).toBe(0);

  await host.kill();
  const again = await host.restart();
  await unlock(again);
  await openCase(again, patient.pseudonym);
  await goTo(again, 'options');
  await expect(again.getByText('no folder named "trials"')).toBeVisible();
  await again.keyboard.press('t');
  await expect(again.getByText('This is a draft that was never saved.')).toBeVisible();
  await expect(again.getByRole('textbox', { name: /CTML as YAML/ })).toHaveValue(/moon: full\n?$/);
  await expect(again.getByRole('button', { name: /Save into the folder/ })).toBeEnabled();
  await again.keyboard.press('ControlOrMeta+s');
  await expect(again.getByRole('heading', { name: file })).toBeVisible();
  const stored = join(host.dataFolder, 'trials', file);
  expect(readFileSync(stored, 'utf8')).toContain('protocol_no: "26-001"');
  await again.keyboard.press('o');
  await expect(again.getByRole('region', { name: 'Trials' })).toContainText('1 match');
  await again.keyboard.press('t');
  await expect(again.getByRole('button', { name: /Take the last saving back/ })).toBeEnabled();
  await again.keyboard.press('u');
  await expect(again.getByRole('navigation', { name: 'Documents' })).not.toContainText(file);
  expect(existsSync(stored)).toBe(false);
  expect(host.complaints).toEqual([]);
});
