import { expect, test } from './support/host.ts';
import { goTo, openCase, openPrepared, sample, steps } from './support/station.ts';

test.use({ prepared: true });

const { patient } = sample('egfr-t790m-lung').record;

for (const size of [
  { width: 1920, height: 1080 },
  { width: 1366, height: 768 },
]) {
  test.describe(`${size.width} x ${size.height}`, () => {
    test.use({ size });
    test('nothing is cut off or wider than the window, and who it is about is always on screen', async ({ host }) => {
      const { page } = host;
      await openPrepared(page);
      await openCase(page, patient.pseudonym);
      for (const step of steps) {
        await goTo(page, step);
        await expect(page.getByRole('main').getByRole('heading').first()).toBeVisible();
        const excess = await page.evaluate(() => ({
          width: document.documentElement.scrollWidth - window.innerWidth,
          height: document.documentElement.scrollHeight - window.innerHeight,
        }));
        expect(excess.width, `${step}: wider than the window`).toBeLessThanOrEqual(0);
        expect(excess.height, `${step}: the page itself scrolls`).toBeLessThanOrEqual(0);
        await expect(page.getByRole('heading', { level: 1, name: patient.pseudonym })).toBeInViewport({ ratio: 1 });
        await expect(page.getByText('SYNTHETIC').first()).toBeInViewport();
      }
    });
  });
}

test('P2 the story of a case fits 1920 x 1080 without scrolling', async ({ host }) => {
  const { page } = host;
  await openPrepared(page);
  for (const name of ['egfr-t790m-lung', 'brca1-ovarian', 'sparse-cholangiocarcinoma']) {
    await openCase(page, sample(name).record.patient.pseudonym);
    await goTo(page, 'story');
    await expect(page.getByText(sample(name).record.question).first()).toBeVisible();
    const scrolls = await page.getByRole('main').evaluate((main) =>
      [main, ...main.querySelectorAll('*')]
        .filter((element) => /auto|scroll/.test(getComputedStyle(element).overflowY))
        .map((element) => ({ what: element.className, excess: element.scrollHeight - element.clientHeight }))
        .filter(({ excess }) => excess > 1),
    );
    expect(scrolls, name).toEqual([]);
    await page.keyboard.press('Escape');
  }
});
