/** The form of fields that stand in none. */
const OWNER = 'unremembered';
const FIELDS = 'input, textarea, select';

/**
 * A browser keeps what stands in fields: for its list of suggestions and to fill a window that it restores, both in clear in
 * its profile. Each field is taken out of that when it comes into the page, since a draft is put into it without anybody
 * entering it (F102). An input is asked itself; of text areas and choices Chromium asks the form that they belong to.
 */
export function keepTypedWordsOut(page: Document): void {
  const owner = page.createElement('form');
  owner.id = OWNER;
  owner.hidden = true;
  owner.setAttribute('autocomplete', 'off');
  page.body.append(owner);
  const keepOut = (field: Element): void => {
    if (field instanceof HTMLInputElement) {
      if (!field.hasAttribute('autocomplete')) field.setAttribute('autocomplete', 'off');
      return;
    }
    if (!(field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement)) return;
    if (field.form === null) field.setAttribute('form', OWNER);
    else field.form.setAttribute('autocomplete', 'off');
  };
  const keepOutBelow = (node: Node): void => {
    if (!(node instanceof Element)) return;
    if (node.matches(FIELDS)) keepOut(node);
    for (const field of node.querySelectorAll(FIELDS)) keepOut(field);
  };
  keepOutBelow(page.body);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) addedNodes.forEach(keepOutBelow);
  }).observe(page.body, { childList: true, subtree: true });
}
