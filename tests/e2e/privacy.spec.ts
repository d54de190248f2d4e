import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './support/host.ts';
import { createProfile, goTo, loadSamples, openCase, sample, steps } from './support/station.ts';

const { record } = sample('brca1-ovarian');
/** Words that stand in the case and nowhere else. */
const canaries = [record.patient.pseudonym, 'HERON208', 'Wants her two daughters', 'Levothyroxine'];

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** Files of a folder that hold a word in clear, in UTF-8 or in the two bytes a browser writes. */
function holding(folder: string, word: string): string[] {
  const needles = [Buffer.from(word, 'utf8'), Buffer.from(word, 'utf16le')];
  return filesUnder(folder)
    .filter((path) => needles.some((needle) => readFileSync(path).includes(needle)))
    .map((path) => path.slice(folder.length));
}

test('no word of a patient in a title, an address, the core’s output, the vault or the browser’s profile', async ({
  host,
}) => {
  const { page } = host;
  const titles = new Set<string>();
  const addresses = new Set<string>();
  page.on('request', (request) => addresses.add(request.url()));
  page.on('framenavigated', (frame) => addresses.add(frame.url()));
  await createProfile(page);
  await loadSamples(page);
  await openCase(page, record.patient.pseudonym);
  for (const step of steps) {
    await goTo(page, step);
    titles.add(await page.title());
    addresses.add(page.url());
  }
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await page.keyboard.type(record.patient.pseudonym);
  await page.waitForTimeout(500);
  expect(addresses.size).toBeGreaterThan(2);
  const outside = [...titles, ...addresses, ...host.output];
  for (const word of canaries)
    for (const place of outside) {
      expect(decodeURIComponent(place)).not.toContain(word);
      expect(decodeURIComponent(place)).not.toContain(word.replaceAll(' ', '-'));
    }
  await host.close();
  for (const word of canaries) {
    expect(holding(host.dataFolder, word), `${word} in the vault`).toEqual([]);
    expect(holding(host.profileFolder, word), `${word} in the browser’s profile`).toEqual([]);
  }
  // The search itself works: a word that is on disk is found.
  expect(
    holding(host.profileFolder, 'consilium').length + holding(host.profileFolder, '127.0.0.1').length,
  ).toBeGreaterThan(0);
});
