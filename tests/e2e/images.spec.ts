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
  // The raw picture comes first; what a program marked is a key away, in words, and goes again.
  const marks = page.getByRole('list', { name: 'AI marks' });
  await expect(page.getByText('1 AI mark hidden')).toBeVisible();
  await expect(marks).toHaveCount(0);
  await page.keyboard.press('a');
  await expect(marks).toContainText('AI: dark lesion, score 0.97');
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.target.join(' ')}`)).toEqual([]);
  if (process.env.CONSILIUM_PICTURES !== undefined)
    await page.screenshot({ path: `${process.env.CONSILIUM_PICTURES}/images.png` });
  await page.keyboard.press('a');
  await expect(marks).toHaveCount(0);

  await test.step('a large picture is zoomed and measured by keyboard', async () => {
    await page.keyboard.press('j');
    const slide = page.getByRole('img', { name: 'Rebiopsy of the liver, section' });
    await expect(slide).toHaveAttribute('data-ready', 'true');
    const ink = () =>
      slide
        .locator('canvas')
        .first()
        .evaluate((canvas: HTMLCanvasElement) => {
          const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
          let sum = 0;
          for (let at = 3; at < data.length; at += 4001) sum += data[at] ?? 0;
          return sum;
        });
    await expect.poll(ink).toBeGreaterThan(0);
    const over = page.getByRole('list', { name: 'AI marks' });
    await page.keyboard.press('a');
    await expect(over).toContainText('AI: tumor area');
    const wide = async () => (await over.getByRole('listitem').boundingBox())?.width ?? 0;
    const before = await wide();
    for (let step = 0; step < 3; step++) await page.keyboard.press('+');
    await expect.poll(wide).toBeGreaterThan(before * 3);
    if (process.env.CONSILIUM_PICTURES !== undefined)
      await page.screenshot({ path: `${process.env.CONSILIUM_PICTURES}/deep-zoom.png` });
    await page.keyboard.press('0');
    await expect.poll(wide).toBeLessThan(before * 1.1);
    await page.keyboard.press('m');
    await page.keyboard.press('Enter');
    for (let step = 0; step < 10; step++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('list', { name: 'Lengths' })).toHaveText('307 px');
    const { violations: more } = await new AxeBuilder({ page }).analyze();
    expect(more.map(({ id, nodes }) => `${id} ${nodes[0]?.target.join(' ')}`)).toEqual([]);
  });
  expect(await pointers()).toBe(0);
  await host.close();

  const again = await host.restart();
  await unlock(again);
  await openCase(again, patient.pseudonym);
  await again.keyboard.press('g');
  await again.keyboard.press('i');
  await expect(again.getByRole('list', { name: 'Lengths' })).toHaveText('307 px');
  await again.keyboard.press('k');
  await expect(again.getByText('frame 1 of 4')).toBeVisible();
  await expect(again.getByRole('list', { name: 'Lengths' }).getByRole('listitem')).toHaveCount(0);
  await again.keyboard.press('ArrowRight');
  await expect(again.getByRole('list', { name: 'Lengths' })).toHaveText('35.8 mm');
  expect(host.complaints).toEqual([]);
});
