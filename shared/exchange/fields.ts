/** A file that is about to leave, value by value, as a person can read it before it does. */
import type { ExportPreview } from './transactions.ts';

type Field = ExportPreview['fields'][number];

/** Every value of a JSON document with its path; a FHIR bundle by resource, so that a part is what a person knows. */
export function jsonFields(document: unknown): Field[] {
  const fields: Field[] = [];
  const walk = (value: unknown, part: string, place: string): void => {
    if (Array.isArray(value)) {
      value.forEach((item, index) => {
        const held = place === 'entry' && typeof item === 'object' && item !== null ? item : {};
        const { resource, ...around } = held as { readonly resource?: { readonly resourceType?: string } };
        if (resource === undefined) walk(item, part, `${place}[${index}]`);
        else {
          const name = `${resource.resourceType ?? 'resource'} ${index + 1}`;
          walk(around, name, '');
          walk(resource, name, '');
        }
      });
      return;
    }
    if (typeof value === 'object' && value !== null) {
      for (const [key, held] of Object.entries(value))
        walk(
          held,
          part === '' && typeof held === 'object' && key !== 'entry' ? key : part,
          place === '' ? key : `${place}.${key}`,
        );
      return;
    }
    if (value !== undefined) fields.push({ part: part === '' ? 'document' : part, place, value: String(value) });
  };
  walk(document, '', '');
  return fields;
}

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
