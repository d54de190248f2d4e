import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './support/host.ts';
import { countPointers, createProfile, loadSamples, openCase, sample, unlock } from './support/station.ts';

const { patient } = sample('egfr-t790m-lung').record;

test('F082 a length measured by keyboard on a DICOM frame stays after a restart', async ({ host }) => {
  const { page } = host;
  await createProfile(page);
  await loadSamples(page);
  const pointers = await countPointers(page);
  await openCase(page, patient.pseudonym);
  await page.keyboard.press('g');
  await page.keyboard.press('i');
  await expect(page.getByText('frame 1 of 4')).toBeVisible();
  await expect(page.getByText('level 60, window 360')).toBeVisible();
  await page.keyboard.press('w');
  await expect(page.getByText('level 60, window 396')).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByText('frame 2 of 4')).toBeVisible();
  await page.keyboard.press('m');
  await page.keyboard.press('Enter');
  // Ten steps of a hundredth of 128 columns of 2.8 mm.
  for (let step = 0; step < 10; step++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  const lengths = page.getByRole('list', { name: 'Lengths' });
  await expect(lengths).toHaveText('35.8 mm');
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.target.join(' ')}`)).toEqual([]);
  if (process.env.CONSILIUM_PICTURES !== undefined)
    await page.screenshot({ path: `${process.env.CONSILIUM_PICTURES}/images.png` });
  expect(await pointers()).toBe(0);
  await host.close();

  const again = await host.restart();
  await unlock(again);
  await openCase(again, patient.pseudonym);
  await again.keyboard.press('g');
  await again.keyboard.press('i');
  await expect(again.getByText('frame 1 of 4')).toBeVisible();
  await expect(again.getByRole('list', { name: 'Lengths' }).getByRole('listitem')).toHaveCount(0);
  await again.keyboard.press('ArrowRight');
  await expect(again.getByRole('list', { name: 'Lengths' })).toHaveText('35.8 mm');
  expect(host.complaints).toEqual([]);
});
