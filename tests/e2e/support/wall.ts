/** What the audience's window shows, measured as the back of the room would see it. */
import type { Page } from '@playwright/test';

const PT = 96 / 72;

interface Seen {
  readonly text: string;
  readonly points: number;
  readonly contrast: number;
  readonly heading: boolean;
}

/** Every text on the wall with its size in points and its contrast to what is painted behind it. */
const textsOn = (page: Page): Promise<Seen[]> =>
  page.evaluate((points) => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    if (canvas === null) throw new Error('no canvas');
    // A wall has few colours and many texts; reading a pixel back is what takes the time.
    const known = new Map<string, [number, number, number, number]>();
    const rgba = (color: string): [number, number, number, number] => {
      const before = known.get(color);
      if (before !== undefined) return before;
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
      const read: [number, number, number, number] = [red, green, blue, alpha];
      known.set(color, read);
      return read;
    };
    const luminance = (color: string) => {
      const [red, green, blue] = rgba(color).map((value) => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
    };
    const groundOf = (element: Element | null): string => {
      for (let at = element; at !== null; at = at.parentElement) {
        const { backgroundColor } = getComputedStyle(at);
        if (rgba(backgroundColor)[3] === 255) return backgroundColor;
      }
      return 'white';
    };
    const walker = document.createTreeWalker(document.querySelector('main') ?? document.body, NodeFilter.SHOW_TEXT);
    const seen: Seen[] = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent?.trim() ?? '';
      if (element === null || text === '' || element.closest('.hidden') !== null) continue;
      const { fontSize, color } = getComputedStyle(element);
      const [high = 0, low = 0] = [luminance(color), luminance(groundOf(element))].sort((a, b) => b - a);
      seen.push({
        text,
        points: Number.parseFloat(fontSize) / points,
        contrast: (high + 0.05) / (low + 0.05),
        heading: element.closest('h1') !== null,
      });
    }
    return seen;
  }, PT);

/** What of the wall does not fit: anything that scrolls, and a body that is taller than its place. */
export const overflowing = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const article = document.querySelector('article');
    const body = article?.querySelector(':scope > div');
    if (article === null || article === undefined || body === null || body === undefined) return ['no slide'];
    const found = [...article.querySelectorAll('*')]
      .filter((element) => /auto|scroll/.test(getComputedStyle(element).overflowY))
      .map((element) => `scrolls: ${element.className}`);
    const bottom = body.getBoundingClientRect().bottom + 1;
    const last = Math.max(...[...body.children].map((child) => child.getBoundingClientRect().bottom));
    const wide = [...article.querySelectorAll('p, th, td, dd, dt, span, li')].filter(
      (element) => element.getBoundingClientRect().right > innerWidth - 40,
    );
    found.push(...wide.map((element) => `too wide: ${element.textContent}`));
    return last > bottom ? [...found, `too tall by ${Math.round(last - bottom)} px`] : found;
  });

/**
 * What of the wall cannot be read from the back of the room, in words: text under 20 pt (28 pt in a title) or under 7:1 to
 * its ground, more than seven rows or five columns, anything that does not fit, and a name that is to stay hidden.
 * Empty: all is well.
 */
export async function unreadable(wall: Page, where: string, hidden: readonly string[] = []): Promise<string[]> {
  const problems = (await overflowing(wall)).map((what) => `${where}: ${what}`);
  const texts = await textsOn(wall);
  const all = `${texts.map(({ text }) => text).join(' ')} ${await wall.title()} ${wall.url()}`;
  for (const name of hidden) if (all.includes(name)) problems.push(`${where}: names ${name}`);
  // Every letter of the picture is one of these texts: nothing on the wall could show a name as pixels.
  const drawn = await wall.locator('img, canvas, video, iframe, object, image').count();
  if (hidden.length > 0 && drawn > 0) problems.push(`${where}: ${drawn} pictures`);
  if (texts.length < 4) problems.push(`${where}: ${texts.length} texts`);
  for (const { text, points, contrast, heading } of texts) {
    if (points < (heading ? 28 : 20)) problems.push(`${where}: ${points} pt: ${text}`);
    if (contrast < 7) problems.push(`${where}: ${contrast.toFixed(2)}:1: ${text}`);
  }
  const [rows, columns] = [await wall.getByRole('row').count(), await wall.getByRole('columnheader').count()];
  if (rows > 8) problems.push(`${where}: ${rows} rows`);
  if (columns > 5) problems.push(`${where}: ${columns} columns`);
  return problems;
}
