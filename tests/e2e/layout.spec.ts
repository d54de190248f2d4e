import { readFileSync } from 'node:fs';
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

test('an exported picture stands whole on its page, its question clear of the edge', async ({ host }) => {
  const { page } = host;
  await openPrepared(page);
  await openCase(page, patient.pseudonym);
  for (const key of ['g', 'b']) await page.keyboard.press(key);
  await expect(page.getByRole('img', { name: /^Beyond three deviations/ }).first()).toBeVisible();
  const paper = await page.context().newPage();
  const buttons = await page.getByRole('button', { name: 'Export SVG' }).all();
  expect(buttons.length).toBeGreaterThan(2);
  for (const button of buttons) {
    const saved = page.waitForEvent('download');
    await button.click();
    const file = await saved;
    await paper.setContent(`<body style="margin: 0">${readFileSync(await file.path(), 'utf8')}</body>`);
    const texts = await paper
      .locator('svg')
      .first()
      .evaluate((svg) => {
        const whole = svg.getBoundingClientRect();
        return [...svg.querySelectorAll('text')]
          .filter(({ textContent }) => textContent !== '')
          .map((text) => {
            const { left, top, right, bottom } = text.getBoundingClientRect();
            const room = [left - whole.left, top - whole.top, whole.right - right, whole.bottom - bottom];
            return { text: text.textContent, question: text.matches('.gtitle'), room: Math.min(...room) };
          });
      });
    const name = file.suggestedFilename();
    expect(
      texts.filter(({ room }) => room < 0),
      `${name}: cut at the edge`,
    ).toEqual([]);
    expect(texts.find(({ question }) => question)?.room, `${name}: its question`).toBeGreaterThanOrEqual(8);
  }
});
