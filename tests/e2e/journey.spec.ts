/**
 * The whole way, once, by keyboard alone: first start, a sample read step by step, a decision typed, a report signed,
 * and the file and the journal checked by tools that know nothing of the window.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { makeIdentity, type TestIdentity } from '../support/identity.ts';
import { consilium, installed, run } from './support/command-line.ts';
import { expect, test } from './support/host.ts';
import {
  BOARD,
  countPointers,
  createProfile,
  goTo,
  loadSamples,
  openCase,
  openPrepared,
  sample,
  tabTo,
} from './support/station.ts';

let folder = '';
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journey-'));
});
test.afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

/** Row of a grid that holds all these words. */
const row = (page: Page, grid: string, ...words: string[]) =>
  words.reduce((rows, word) => rows.filter({ hasText: word }), page.getByRole('grid', { name: grid }).getByRole('row'));

/** Types a decision for the first option and records it; gives what the board answered. */
async function decide(page: Page, conditions: string): Promise<void> {
  await expect(page.getByLabel('Disease control')).toBeVisible();
  await page.keyboard.press('1');
  // Enter leads to the next open field, which is the intent; Space chooses the first one.
  await page.keyboard.press('Enter');
  await page.keyboard.press('Space');
  await expect(page.getByLabel('Disease control')).toBeChecked();
  await expect(page.getByLabel(/^Rationale/)).not.toHaveValue('');
  await tabTo(page, /^Conditions/);
  await page.keyboard.type(conditions);
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.getByRole('article', { name: 'Recorded decision' })).toContainText(conditions);
}

/** Signs in the dialog that is open: identity, password, meaning left at author. */
async function sign(page: Page, { password }: TestIdentity, identity: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Sign the report' });
  await expect(dialog).toBeVisible();
  await tabTo(page, /^Identity$/);
  const chooser = page.waitForEvent('filechooser');
  await page.keyboard.press('Space');
  await (await chooser).setFiles(identity);
  await tabTo(page, 'Password of the identity');
  await page.keyboard.type('not the password');
  await page.keyboard.press('Enter');
  // A wrong password is refused in words, and nothing is signed by half.
  await expect(dialog.getByRole('alert')).toContainText('identity-password-wrong');
  await tabTo(page, 'Password of the identity');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Signed report' })).toBeVisible({ timeout: 120_000 });
}

async function download(page: Page, to: string): Promise<string> {
  const event = page.waitForEvent('download');
  await page.keyboard.press('d');
  const file = await event;
  await file.saveAs(to);
  return file.suggestedFilename();
}

test('first start to verified report, without touching a mouse', async ({ host }) => {
  test.slow();
  const { page } = host;
  const { record, expected } = sample('egfr-t790m-lung');
  const pointers = await countPointers(page);
  const at = (name: string) => join(folder, name);
  const identity = await makeIdentity({ name: 'Dr. Ada Keyboard', key: 'RSA' });
  writeFileSync(at('id.p12'), identity.p12);
  writeFileSync(at('ca.pem'), identity.anchorPem);

  await test.step('first start, samples, story', async () => {
    await createProfile(page);
    await loadSamples(page);
    await openCase(page, record.patient.pseudonym);
    const main = page.getByRole('main');
    await expect(main).toContainText(record.question);
    for (const goal of record.patientGoals) await expect(main).toContainText(goal);
    await expect(main).toContainText('partial response');
    await expect(page.getByText('SYNTHETIC').first()).toBeVisible();
  });

  await test.step('intake: every file, every row', async () => {
    await goTo(page, 'intake');
    const main = page.getByRole('main');
    for (const file of record.files) await expect(main).toContainText(file.path.replace('files/', ''));
    await expect(main).toContainText('Mutect2');
    await expect(main).toContainText('GRCh38');
    await expect(main).toContainText('135');
  });

  await test.step('findings: what the case was made for, with its evidence', async () => {
    await goTo(page, 'findings');
    for (const finding of expected.findings)
      if (finding.kind === 'small-variant' && finding.tier === 'I')
        await expect(
          row(page, 'Findings', finding.gene, finding.hgvsProtein === 'L858R' ? 'Leu858Arg' : 'Thr790Met'),
        ).toBeVisible();
    await expect(row(page, 'Findings', 'CDKN2A', 'deep deletion')).toBeVisible();
    await page.keyboard.press('/');
    await page.keyboard.type('Thr790Met');
    await page.keyboard.press('Enter');
    const evidence = page.getByRole('complementary', { name: 'Evidence' });
    await expect(evidence).toContainText('Thr790Met');
    await expect(evidence).toContainText(/osimertinib/i);
    await expect(evidence).toContainText(/EID\d+/);
    // Confirmed by one key; the journal has it, and it can be taken back.
    await page.keyboard.press('c');
    await expect(row(page, 'Findings', 'Thr790Met')).toContainText(/confirmed/i);
  });

  await test.step('integration: beside the evidence, with its interval', async () => {
    await goTo(page, 'integration');
    const main = page.getByRole('main');
    await expect(main).toContainText('Model estimate, not evidence');
    await expect(main).toContainText(/Higher risk of death than \d+ % of 453 patients/);
    await expect(main).toContainText(/90 % interval \d+ to \d+ %/);
  });

  await test.step('options: exclusions first, then the ranked table', async () => {
    await goTo(page, 'options');
    const main = page.getByRole('main');
    await page.keyboard.press('x');
    await expect(main).toContainText(/Erlotinib/);
    await expect(main).toContainText(/resistance/);
    await expect(page.getByRole('grid', { name: 'Options' }).getByRole('row').nth(1)).toContainText('Osimertinib');
  });

  await test.step('options: from a row to the citation in two actions (P5)', async () => {
    const panel = page.getByRole('complementary', { name: 'Evidence' });
    // One: the second row is chosen, and the labels of its approvals stand there with their address.
    await page.keyboard.press('2');
    await expect(panel).toContainText('Amivantamab');
    await expect(panel).toContainText(/Label of Rybrevant, revised \d{4}-\d{2}-\d{2}: https:\/\//);
    await page.keyboard.press('1');
    await expect(panel).toContainText('Osimertinib');
    // Two: a claim of the chosen row opens on its statements, each with its citation.
    const claim = panel.getByRole('button', { name: /on Sensitivity Osimertinib$/ });
    const cited = panel.getByText(/PubMed \d{7,8}/);
    const before = await cited.count();
    await claim.press('Enter');
    await expect.poll(() => cited.count()).toBeGreaterThan(before);
    // Enter is the screen's again.
    await claim.blur();
  });

  await test.step('decision', async () => {
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/decision$/);
    await decide(page, 'Electrocardiogram before the first dose; stop at QTc over 500 ms.');
    await expect(page.getByRole('article', { name: 'Recorded decision' })).toContainText('Osimertinib');
  });

  let name = '';
  await test.step('report: signed, locked, downloaded', async () => {
    await goTo(page, 'report');
    await expect(page.getByRole('region', { name: 'Paper' })).toContainText('Osimertinib');
    await page.keyboard.press('s');
    await sign(page, identity, at('id.p12'));
    name = await download(page, at('report.pdf'));
    expect(name).toMatch(/^R-[0-9a-f]{12}\.pdf$/);
    await page.keyboard.press('v');
    await expect(page.getByText('The signature is valid')).toBeVisible();
    await page.keyboard.press('p');
    const letter = page.getByRole('dialog', { name: 'Letter to the patient' });
    await expect(letter.getByRole('region', { name: 'Text of the letter' })).toContainText('AI was used.');
    await tabTo(page, /^Identity$/);
    const chooser = page.waitForEvent('filechooser');
    await page.keyboard.press('Space');
    await (await chooser).setFiles(at('id.p12'));
    await tabTo(page, 'Password of the identity');
    await page.keyboard.type(identity.password);
    const letterFile = page.waitForEvent('download');
    await page.keyboard.press('Enter');
    await (await letterFile).saveAs(at('letter.pdf'));
    await expect(letter).toBeHidden();
    await goTo(page, 'decision');
    // A signed case is only read: the key that decides anew is gone.
    await page.keyboard.press('a');
    await expect(page.getByRole('article', { name: 'Recorded decision' })).toBeVisible();
  });
  await test.step('the report opens again from its file, read-only', async () => {
    for (const key of ['g', 'r']) await page.keyboard.press(key);
    await expect(page.getByRole('heading', { name: 'Signed reports against today' })).toBeVisible();
    await page.keyboard.press('o');
    await expect(page.getByRole('heading', { name: 'No report is open' })).toBeVisible();
    await page.getByLabel('File of a signed report').setInputFiles(at('report.pdf'));
    await expect(page.getByRole('region', { name: 'As it was signed: the report' })).toContainText('Osimertinib');
    await expect(page.getByText('The pages are what the documents inside give, byte for byte.')).toBeVisible();
    await page.keyboard.press('7');
    await expect(page.locator('article[data-slide="decision"]')).toBeVisible();
  });
  expect(await pointers()).toBe(0);
  expect(host.complaints).toEqual([]);

  await test.step('the file proves itself to our verifier', () => {
    const verified = consilium(['report', 'verify', at('report.pdf'), '--trust', at('ca.pem'), '--json']);
    expect(verified.code, verified.stderr).toBe(0);
    expect(JSON.parse(verified.stdout)).toMatchObject({
      verdict: 'valid',
      reportId: name.replace('.pdf', ''),
      signatures: [{ signer: 'Dr. Ada Keyboard', level: 'PAdES B-B', chain: 'trusted', coversWholeRevision: true }],
    });
    expect(consilium(['report', 'verify', at('letter.pdf'), '--trust', at('ca.pem')]).code).toBe(0);
    const bytes = readFileSync(at('report.pdf'));
    bytes[Math.floor(bytes.length / 3)] = (bytes[Math.floor(bytes.length / 3)] ?? 0) ^ 1;
    writeFileSync(at('altered.pdf'), bytes);
    expect(consilium(['report', 'verify', at('altered.pdf'), '--trust', at('ca.pem')]).code).toBe(1);
  });

  if (installed('pdfsig'))
    await test.step('pdfsig agrees', () => {
      const { stdout } = run(['pdfsig', at('report.pdf')]);
      expect(stdout).toContain('Signature is Valid');
      expect(stdout).toContain('Total document signed');
      expect(stdout).toContain('ETSI.CAdES.detached');
    });

  if (installed('openssl'))
    await test.step('openssl agrees that it is CAdES', () => {
      const pdf = readFileSync(at('report.pdf'));
      const range = /\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/.exec(pdf.toString('latin1'));
      const [start, length, next, rest] = (range ?? []).slice(1).map(Number) as [number, number, number, number];
      writeFileSync(
        at('signed.bin'),
        Buffer.concat([pdf.subarray(start, start + length), pdf.subarray(next, next + rest)]),
      );
      const hex = pdf.subarray(length + 1, next - 1).toString('latin1');
      writeFileSync(at('cms.der'), Buffer.from(hex.replace(/(00)+$/, ''), 'hex'));
      const { code, stderr } = run([
        ...['openssl', 'cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-purpose', 'any'],
        ...['-in', at('cms.der'), '-content', at('signed.bin'), '-CAfile', at('ca.pem'), '-out', '/dev/null'],
      ]);
      expect(code, stderr).toBe(0);
    });

  await test.step('the journal holds every act and verifies', async () => {
    await host.close();
    const journal = consilium(['journal', 'verify', '--data', host.dataFolder, '--user', BOARD.person, '--json'], {
      env: { CONSILIUM_VAULT_PASSWORD: BOARD.password },
    });
    expect(journal.code, journal.stderr).toBe(0);
    const report = JSON.parse(journal.stdout) as { ok: boolean; events: number };
    expect(report.ok).toBe(true);
    // At least: profile, seven imports, openings, one review, one decision, one signature.
    expect(report.events).toBeGreaterThan(12);
  });
});

test.describe('with the samples read', () => {
  test.use({ prepared: true });
  test('gaps of a report are named, block the signature, and are filled with a reason', async ({ host }) => {
    const { page } = host;
    const identity = await makeIdentity();
    writeFileSync(join(folder, 'id.p12'), identity.p12);
    await openPrepared(page);
    await openCase(page, sample('alk-lung').record.patient.pseudonym);
    await goTo(page, 'decision');
    await decide(page, 'Lipids and mood are watched.');
    await goTo(page, 'report');
    const blocks = page.getByRole('region', { name: 'Needed to sign' });
    await expect(blocks.getByRole('listitem')).toHaveCount(2);
    await page.keyboard.press('s');
    // Instead of signing, the key leads to the first gap.
    await expect(page.getByRole('dialog')).toHaveCount(0);
    for (const element of ['R12', 'R14']) {
      const field = blocks.getByRole('listitem').filter({ hasText: element }).getByRole('textbox');
      await expect(field).toBeFocused();
      await page.keyboard.type('The laboratory was asked and does not state it.');
      await page.keyboard.press('Enter');
    }
    await expect(page.getByText('nothing blocks signing')).toBeVisible();
    await page.keyboard.press('Escape');
    if ((await page.getByRole('dialog', { name: 'Sign the report' }).count()) === 0) {
      await page.getByRole('region', { name: 'Paper' }).focus();
      await page.keyboard.press('s');
    }
    await sign(page, identity, join(folder, 'id.p12'));
    await download(page, join(folder, 'report.pdf'));
    if (installed('pdftotext')) {
      const { stdout } = run(['pdftotext', '-layout', join(folder, 'report.pdf'), '-']);
      expect(stdout).toContain('The laboratory was asked and does not state it.');
      expect(stdout).toContain('SYNTHETIC');
      expect(stdout).toMatch(/page 1 of \d+/i);
    }
  });
});
