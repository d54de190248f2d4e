import { expect, test } from './support/host.ts';
import { createProfile, goTo, loadSamples, openCase, sample, tabTo, unlock } from './support/station.ts';

const { patient } = sample('egfr-t790m-lung').record;
const RATIONALE = 'T790M was acquired under erlotinib; the board weighs';

test('a half-typed decision survives a killed browser and a killed core', async ({ host }) => {
  const { page } = host;
  await createProfile(page);
  await loadSamples(page);
  await openCase(page, patient.pseudonym);
  await goTo(page, 'decision');
  await tabTo(page, /^rationale/i);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(RATIONALE);
  // The promise is 300 ms from the last key to the disk (F077); the power fails after it.
  await page.waitForTimeout(300);
  await host.kill();

  const again = await host.restart();
  await unlock(again);
  await openCase(again, patient.pseudonym);
  await goTo(again, 'decision');
  await expect(again.getByLabel(/^rationale/i).first()).toHaveValue(RATIONALE);
});
