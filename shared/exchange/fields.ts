/** A file that is about to leave, value by value, as a person can read it before it does. */
import type { ExportPreview } from './transactions.ts';

type Field = ExportPreview['fields'][number];

type Held = Readonly<Record<string, unknown>>;
const isHeld = (value: unknown): value is Held => typeof value === 'object' && value !== null && !Array.isArray(value);
const words = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const tail = (url: string): string =>
  url
    .replace(/[#?].*$/, '')
    .split('/')
    .findLast((part) => part !== '') ?? url;

/** What a concept of FHIR is called: its text, else what its first coding says. */
function conceptWords(value: unknown): string | undefined {
  if (!isHeld(value)) return undefined;
  const [first] = Array.isArray(value.coding) ? value.coding : [];
  return words(value.text) ?? (isHeld(first) ? (words(first.display) ?? words(first.code)) : undefined);
}

/**
 * The name of an item of a list, which its index does not say: an extension by the last part of its address, a component by its
 * code, a coding by its system, anything else by what it calls itself.
 */
function itemName(list: string, item: unknown): string | undefined {
  if (!isHeld(item)) return undefined;
  if (/^(modifierE|e)xtension$/.test(list)) return words(item.url) === undefined ? undefined : tail(String(item.url));
  if (list === 'coding') return words(item.system) === undefined ? undefined : tail(String(item.system));
  return (
    conceptWords(item.code) ??
    conceptWords(item.type) ??
    words(item.element) ??
    words(item.label) ??
    words(item.title) ??
    words(item.name)
  );
}

/** `component[2].valueQuantity.value` of a component "Allelic read depth": its names from the outermost in, without plumbing. */
const PLUMBING = /^(value[A-Z][A-Za-z]*|coding|code|value)$/;

/** Every value of a JSON document with its path; a FHIR bundle by resource, so that a part is what a person knows. */
export function jsonFields(document: unknown): Field[] {
  const fields: Field[] = [];
  const walk = (value: unknown, part: string, place: string, names: readonly string[], named: boolean): void => {
    if (Array.isArray(value)) {
      const list = /([A-Za-z]+)$/.exec(place)?.[1] ?? '';
      value.forEach((item, index) => {
        const held = place === 'entry' && isHeld(item) ? item : {};
        const { resource, ...around } = held as { readonly resource?: { readonly resourceType?: string } };
        if (resource === undefined) {
          const name = itemName(list, item);
          // The path's own word gives way to what the item calls itself.
          const outer = names.at(-1) === list ? names.slice(0, -1) : names;
          const inner = name === undefined ? names : list === 'coding' ? outer : [...outer, name];
          walk(item, part, `${place}[${index}]`, inner, named || name !== undefined);
        } else {
          const name = `${resource.resourceType ?? 'resource'} ${index + 1}`;
          walk(around, name, '', [], false);
          walk(resource, name, '', [], false);
        }
      });
      return;
    }
    if (isHeld(value)) {
      for (const [key, held] of Object.entries(value)) {
        const own = conceptWords(held);
        walk(
          held,
          part === '' && typeof held === 'object' && key !== 'entry' ? key : part,
          place === '' ? key : `${place}.${key}`,
          PLUMBING.test(key) ? names : [...names, key],
          named || own !== undefined,
        );
      }
      return;
    }
    if (value !== undefined)
      fields.push({
        part: part === '' ? 'document' : part,
        place,
        value: String(value),
        ...(named && names.length > 0 ? { meaning: names.join(' › ') } : {}),
      });
  };
  walk(document, '', '', [], false);
  return fields;
}

/** Every value of a study folder, file by file: `key: value` of its descriptions, cells of its tables under their columns. */
export const studyFields = (files: ReadonlyMap<string, string>): Field[] =>
  [...files].flatMap(([path, text]) => {
    const lines = text.split('\n').filter((line) => line !== '');
    if (!/^(?:[^/]*\/)?data_/.test(path))
      return lines.map((line): Field => {
        const [, key = 'line', value = line] = /^([^:]+): ?(.*)$/.exec(line) ?? [];
        return { part: path, place: key, value };
      });
    const heads = lines.filter((line) => line.startsWith('#'));
    const rows = lines.filter((line) => !line.startsWith('#'));
    return [
      ...heads.map((value, index): Field => ({ part: path, place: `line ${index + 1}`, value })),
      ...tableFields(rows.join('\n')).map((field) => ({ ...field, part: `${path} ${field.part}` })),
    ];
  });

/** Every value of a tab-separated file: comment lines as they stand, then cell by cell under its column. */
export function tableFields(text: string): Field[] {
  const fields: Field[] = [];
  let head: readonly string[] | undefined;
  let row = 0;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    if (line.startsWith('##') || (line.startsWith('#') && !line.includes('\t'))) {
      fields.push({ part: 'header', place: `line ${fields.length + 1}`, value: line });
      continue;
    }
    const cells = line.split('\t');
    if (head === undefined) {
      head = cells.map((cell) => cell.replace(/^#/u, ''));
      continue;
    }
    row += 1;
    for (const [index, value] of cells.entries())
      if (value !== '') fields.push({ part: `row ${row}`, place: head[index] ?? `column ${index + 1}`, value });
  }
  return fields;
}
