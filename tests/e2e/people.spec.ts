import { expect, test } from './support/host.ts';
import { createProfile, tabTo } from './support/station.ts';

test('F103 an admin adds a person, makes recovery shares, removes the person, and goes on working under the new keys', async ({
  host,
}) => {
  const { page } = host;
  await createProfile(page);
  await page.keyboard.press('g');
  await page.keyboard.press('u');
  await expect(page.getByRole('heading', { level: 1, name: 'People' })).toBeVisible();
  await expect(page.getByText('No recovery shares yet.')).toBeVisible();

  await page.keyboard.press('n');
  await page.getByLabel('Name').fill('Ben Example');
  await tabTo(page, 'Their password, typed by them');
  await page.keyboard.type('seven quiet rivers run north');
  await page.keyboard.press('Enter');
  const people = page.getByRole('grid', { name: 'People' });
  await expect(people.getByText('Ben Example')).toBeVisible();

  await page.keyboard.press('s');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Make the shares' }).press('Enter');
  await expect(page.getByText('Shown this once.')).toBeVisible();
  await expect(page.getByText('Share 5 of 5')).toBeVisible();
  await page.getByRole('button', { name: 'They are on paper' }).press('Enter');
  await expect(page.getByText('No recovery shares yet.')).toBeHidden();

  await people.getByText('Ben Example').click();
  await page.keyboard.press('Shift+X');
  // F105: periods are set on the way, and stand in the journal.
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.keyboard.press('g');
  await page.keyboard.press('e');
  await expect(page.getByText('This site has set no retention periods')).toBeVisible();
  await page.keyboard.press('p');
  await page.getByLabel('Signed or closed: years').fill('10');
  await page.getByLabel('Reason').fill('Records act');
  await page.getByLabel('Reason').press('Enter');
  await expect(page.getByText('Signed or closed: 10 years after the last act')).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('u');
  await people.getByText('Ben Example').click();
  await page.keyboard.press('Shift+X');
  await page.getByRole('button', { name: 'Remove and change the keys' }).press('Enter');
  await expect(people.getByText('Ben Example')).toBeHidden();
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await expect(page.getByRole('grid', { name: 'Journal' }).getByText('User removed')).toBeVisible();
  await expect(page.getByRole('grid', { name: 'Journal' }).getByText('Retention ruled')).toBeVisible();
  await page.keyboard.press('v');
  await expect(page.getByText('The journal is whole.')).toBeVisible();
});
