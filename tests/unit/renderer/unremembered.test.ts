import { expect, it } from 'vitest';
import { keepTypedWordsOut } from '../../../renderer/app/unremembered.ts';

it('F102 a field is kept out of the browser’s memory as it comes into the page, entered or not', async () => {
  document.body.innerHTML = '<textarea id="before"></textarea>';
  keepTypedWordsOut(document);
  const later = document.createElement('div');
  later.innerHTML = `<input id="line"><input id="secret" type="password" autocomplete="new-password">
    <textarea id="alone"></textarea><select id="choice"><option>a name</option></select>
    <form id="own"><textarea id="inside"></textarea></form>`;
  document.body.append(later);
  // Observers are told before anything else runs.
  await Promise.resolve();
  const form = (id: string) => (document.getElementById(id) as HTMLTextAreaElement).form;
  for (const id of ['before', 'alone', 'choice', 'inside'])
    expect(form(id)?.getAttribute('autocomplete'), id).toBe('off');
  expect(form('inside')?.id).toBe('own');
  expect(document.getElementById('line')?.getAttribute('autocomplete')).toBe('off');
  expect(document.getElementById('secret')?.getAttribute('autocomplete')).toBe('new-password');
});
