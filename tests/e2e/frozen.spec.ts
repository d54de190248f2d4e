/** F068, F084: an agenda that another station froze is opened read-only, brought in, and stands as the agenda here. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { consilium, run } from './support/command-line.ts';
import { expect, test } from './support/host.ts';
import { BOARD, createProfile, root, sample } from './support/station.ts';

const SAMPLE = 'sparse-cholangiocarcinoma';
const PASSPHRASE = 'nine lanterns along the quay';

/** A vault of another board with one case in it, and its agenda frozen by command. */
function frozenElsewhere(folder: string): string {
  const elsewhere = join(folder, 'elsewhere');
  const program = join(root, 'tests/e2e/support/other-station.ts');
  const made = run([process.execPath, program, elsewhere, 'Board over the river', 'chair', BOARD.password, SAMPLE]);
  if (made.code !== 0) throw new Error(made.stderr);
  const file = join(folder, 'friday.tbagenda');
  const data = ['--data', elsewhere, '--user', 'chair'];
  const { code, stderr } = consilium(
    ['board', 'freeze', `${sample(SAMPLE).record.caseId}:fast-track`, ...data, '-o', file],
    { env: { CONSILIUM_VAULT_PASSWORD: BOARD.password, CONSILIUM_AGENDA_PASSPHRASE: PASSPHRASE } },
  );
  if (code !== 0) throw new Error(stderr);
  return file;
}

test('F068 F084 a frozen agenda opens read-only and is brought in', async ({ host }) => {
  const { page } = host;
  const folder = mkdtempSync(join(tmpdir(), 'consilium-frozen-'));
  const picture = async (name: string) => {
    if (process.env.CONSILIUM_PICTURES !== undefined)
      await page.screenshot({ path: `${process.env.CONSILIUM_PICTURES}/${name}.png` });
  };
  const violations = async () =>
    (await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => `${id} ${nodes[0]?.target.join(' ')}`);
  try {
    const file = frozenElsewhere(folder);
    await createProfile(page);
    for (const key of ['g', 'm']) await page.keyboard.press(key);
    await expect(page.getByRole('heading', { name: 'No cases to discuss' })).toBeVisible();
    await page.keyboard.press('i');
    await expect(page.getByRole('heading', { name: 'No frozen agenda is open' })).toBeVisible();
    await picture('frozen-empty');
    await page.locator('input[type=file]').setInputFiles(file);
    await expect(page.getByLabel('Passphrase')).toBeFocused();
    await page.keyboard.type('not that one, surely');
    await page.keyboard.press('Enter');
    await expect(page.getByText('The passphrase does not open this file.')).toBeVisible();
    await page.getByLabel('Passphrase').fill(PASSPHRASE);
    await page.keyboard.press('Enter');
    const list = page.getByRole('grid', { name: 'Cases of the frozen agenda' });
    await expect(list.getByText('not here yet')).toBeVisible();
    await expect(page.getByText('Board over the river')).toBeVisible();
    await expect(page.locator('article[data-slide="story"]')).toContainText(sample(SAMPLE).record.question);
    await page.keyboard.press('3');
    await expect(page.locator('article[data-slide="findings"]')).toBeVisible();
    await picture('frozen');
    expect(await violations()).toEqual([]);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog').getByRole('button', { name: 'Bring in 1 case' })).toBeFocused();
    await picture('frozen-asks');
    await page.keyboard.press('Enter');
    await expect(page.getByText('1 case brought in')).toBeVisible();
    await expect(list.getByText('brought in before')).toBeVisible();
    await picture('frozen-taken');
    await page.keyboard.press('Enter');
    const agenda = page.getByRole('grid', { name: 'Agenda' });
    await expect(agenda.getByText('fast-track')).toBeVisible();
    await page.keyboard.press('s');
    await expect(page.getByLabel('Passphrase')).toBeFocused();
    await page.keyboard.type(PASSPHRASE);
    const saved = page.waitForEvent('download');
    await page.keyboard.press('Enter');
    const path = await (await saved).path();
    await expect(page.getByText(/agenda-[0-9a-f]{12}\.tbagenda/)).toBeVisible();
    await picture('frozen-written');
    const env = { CONSILIUM_AGENDA_PASSPHRASE: PASSPHRASE };
    expect(consilium(['board', 'open', path], { env }).stdout).toContain('fast-track');
    expect(host.complaints).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
