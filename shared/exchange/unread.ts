/** What of a document nobody here reads: every leaf, by its path without indices, counted, so that nothing is dropped in silence. */
import { isObject, type Json } from './fhir/json.ts';

export interface UnreadPath {
  /** Path with `[]` for any item of a list. */
  readonly place: string;
  readonly count: number;
}

/** A name from outside is shown only where it could be the name of an element. */
const shown = (key: string): string => (/^[_$]?[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(key) ? key : '(unnamed)');

/**
 * Leaves of a value whose path no pattern covers. A pattern covers a path that equals it or lies below it.
 * @param start path of the value itself
 */
export function unreadPaths(value: Json, start: string, understood: readonly string[]): UnreadPath[] {
  const counts = new Map<string, number>();
  const known = new Set(understood);
  // Whatever a pattern covers is reached through the pattern's own path, and stops there.
  const covers = (path: string): boolean =>
    path === start
      ? understood.some((one) => path === one || path.startsWith(`${one}.`) || path.startsWith(`${one}[]`))
      : known.has(path);
  const open: { readonly value: Json | undefined; readonly path: string }[] = [{ value, path: start }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { path } = next;
    if (covers(path)) continue;
    if (Array.isArray(next.value)) for (const item of next.value) open.push({ value: item as Json, path: `${path}[]` });
    else if (isObject(next.value))
      for (const [key, member] of Object.entries(next.value))
        open.push({ value: member, path: `${path}.${shown(key)}` });
    else if (next.value !== undefined) counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  return [...counts].map(([place, count]) => ({ place, count })).sort((a, b) => (a.place < b.place ? -1 : 1));
}

/** The lists of several documents as one. */
export function summed(lists: readonly (readonly UnreadPath[])[]): UnreadPath[] {
  const counts = new Map<string, number>();
  for (const { place, count } of lists.flat()) counts.set(place, (counts.get(place) ?? 0) + count);
  return [...counts].map(([place, count]) => ({ place, count })).sort((a, b) => (a.place < b.place ? -1 : 1));
}
