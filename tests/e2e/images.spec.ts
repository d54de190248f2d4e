import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './support/host.ts';
import { countPointers, openCase, openPrepared, sample, unlock } from './support/station.ts';

test.use({ prepared: true });

const { patient } = sample('egfr-t790m-lung').record;

test('F082 a length measured by keyboard on a DICOM frame stays after a restart', async ({ host }) => {
  const { page } = host;
  await openPrepared(page);
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

  await test.step('a note hangs on a region of the picture, and stands on it', async () => {
    await page.keyboard.press('r');
    await page.keyboard.press('Enter');
    for (let step = 0; step < 6; step++)
      for (const arrow of ['ArrowRight', 'ArrowDown']) await page.keyboard.press(arrow);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/notes$/);
    await page.keyboard.press('w');
    await page.keyboard.type('Is this the lesion that was biopsied?');
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(page.getByRole('region', { name: 'Threads' })).toContainText('a region');
    // Out of the field first: its letters are words.
    await page.keyboard.press('Escape');
    for (const key of ['g', 'i']) await page.keyboard.press(key);
    await expect(page.getByText('level 60, window 396')).toBeVisible();
    await page.keyboard.press('ArrowRight');
    await expect(page.getByRole('list', { name: 'Regions' })).toContainText('biopsied?');
  });

  await test.step('a picture stands on the wall only once somebody has cleared it', async () => {
    await page.keyboard.press('s');
    await expect(page.getByRole('button', { name: 'Nothing names the patient' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByText('on the wall with the course')).toBeVisible();
    if (process.env.CONSILIUM_PICTURES !== undefined)
      await page.screenshot({ path: `${process.env.CONSILIUM_PICTURES}/region.png` });
  });

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
  await test.step('in the meeting it stands beside the course, with its length', async () => {
    for (const key of ['g', 'm']) await again.keyboard.press(key);
    const agenda = again.getByRole('grid', { name: 'Agenda' });
    await expect(agenda).toBeVisible();
    const rows = (await agenda.getByRole('row').count()) - 1;
    for (let row = 0; row < rows; row++) await again.keyboard.press('k');
    for (let row = 0; row < rows; row++) {
      const current = agenda.getByRole('row', { selected: true });
      if ((await current.getByText(patient.pseudonym, { exact: true }).count()) === 0) {
        await again.keyboard.press('x');
        await expect(current.getByText('not on the agenda')).toBeVisible();
      } else {
        await again.keyboard.press('o');
        await expect(again.getByLabel('Why it is discussed all the same')).toBeFocused();
        await again.keyboard.type('seen on paper');
        await again.keyboard.press('Enter');
        await expect(current.getByText('taken all the same')).toBeVisible();
      }
      await again.keyboard.press('j');
    }
    await again.keyboard.press('Enter');
    await expect(again.getByRole('region', { name: 'On the wall' })).toBeVisible();
    await again.keyboard.press('2');
    const beside = again.locator('article[data-slide="timeline"]').getByRole('list', { name: 'Key images' });
    await expect(beside.getByRole('listitem')).toHaveCount(1);
    await expect(beside).toContainText('35.8 mm');
    await expect(beside.locator('canvas')).toBeVisible();
    // 128 by 128 pixels of equal spacing: as wide as it is high, at any size.
    const box = await beside.locator('canvas').boundingBox();
    expect((box?.width ?? 0) / (box?.height ?? 1)).toBeCloseTo(1, 1);
    await again.keyboard.press('f');
    await expect(again.getByRole('heading', { level: 1, name: 'The course so far' })).toBeVisible();
    if (process.env.CONSILIUM_PICTURES !== undefined)
      await again.screenshot({ path: `${process.env.CONSILIUM_PICTURES}/wall-image.png` });
  });
  expect(host.complaints).toEqual([]);
});
