/** The form of text areas that stand in none. */
const OWNER = 'unremembered';

/**
 * A browser keeps what is typed: for its list of suggestions and to fill a window that it restores, both in clear in its
 * profile. Each field is taken out of that when it is entered, before a word stands in it (F102). Of a text area Chromium
 * asks the form it belongs to, and not its own attribute.
 */
export function keepTypedWordsOut(page: Document): void {
  const owner = page.createElement('form');
  owner.id = OWNER;
  owner.hidden = true;
  owner.setAttribute('autocomplete', 'off');
  page.body.append(owner);
  page.addEventListener('focusin', ({ target }) => {
    if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)
      if (!target.hasAttribute('autocomplete')) target.setAttribute('autocomplete', 'off');
    if (!(target instanceof HTMLTextAreaElement)) return;
    if (target.form === null) target.setAttribute('form', OWNER);
    else target.form.setAttribute('autocomplete', 'off');
  });
}
