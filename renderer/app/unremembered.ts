/**
 * A browser keeps what is typed: for its list of suggestions and to fill a window that it restores, both in clear in its
 * profile. Each field is taken out of that when it is entered, before a word stands in it (F102).
 */
export function keepTypedWordsOut(page: Document): void {
  page.addEventListener('focusin', ({ target }) => {
    if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)
      if (!target.hasAttribute('autocomplete')) target.setAttribute('autocomplete', 'off');
  });
}
