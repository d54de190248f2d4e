/** What two versions of a pack say differently, record by record. Pure. */
import { z } from 'zod';
import { earlierRows, stemsOfEarlier } from './earlier-forms.ts';
import { isRecords, readRecords } from './records.ts';

export interface FileDifference {
  readonly file: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  readonly unchanged: number;
}

/** What names a record of a pack; the first of these that it has, with the next where one alone is not enough. */
const NAMES = [
  'id',
  'alias',
  'symbol',
  'code',
  'gene',
  'agent',
  'term',
  'name',
  'pathway',
  'doid',
  'drug',
  'channel',
  // Of one gene there are many.
  'hgvsCoding',
  'residue',
  'start',
] as const;

function nameOf(record: unknown): string | undefined {
  if (Array.isArray(record) && typeof record[0] === 'string') return record[0];
  if (typeof record !== 'object' || record === null) return undefined;
  const parts = NAMES.flatMap((key) => {
    const value: unknown = Reflect.get(record, key);
    return typeof value === 'string' || typeof value === 'number' ? [String(value)] : [];
  });
  return parts.length === 0 ? undefined : parts.slice(0, 2).join(' ');
}

/** Records by name: elements of a list, members of an object, lines of a text. Equal names get a number. */
function recordsOf(file: string, stem: string, text: string): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  const add = (name: string, content: string): void => {
    let unique = name;
    for (let copy = 2; records.has(unique); copy++) unique = `${name} (${copy})`;
    records.set(unique, content);
  };
  if (!file.endsWith('.json') && !isRecords(file)) {
    for (const line of text.split('\n')) if (line !== '') add(line.split('\t', 1)[0] ?? line, line);
    return records;
  }
  const value: unknown = isRecords(file) ? readRecords(text).all() : earlierRows(() => text, stem);
  if (Array.isArray(value))
    for (const record of value) {
      const content = JSON.stringify(record);
      add(nameOf(record) ?? content.slice(0, 60), content);
    }
  else if (typeof value === 'object' && value !== null)
    for (const [key, member] of Object.entries(value)) add(key, JSON.stringify(member));
  else add(file, text);
  return records;
}

/** Files of the two versions by name; a file of one version only counts as all added or all removed. */
export function diffPacks(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly FileDifference[] {
  // The same list may be a JSON file in one version and a file of records in the other; one JSON file may hold two lists.
  const stemsOf = (file: string): readonly string[] =>
    file.endsWith('.json') ? stemsOfEarlier(file) : [file.replace(/\.records$/, '')];
  const [olds, nows] = [before, after].map(
    (side) =>
      new Map(
        [...side].flatMap(([file, text]) =>
          stemsOf(file).flatMap((stem, index) => {
            const records = recordsOf(file, stem, text);
            return index > 0 && records.size === 0 ? [] : [[stem, { file, records }] as const];
          }),
        ),
      ),
  );
  const stems = [...new Set([...(olds?.keys() ?? []), ...(nows?.keys() ?? [])])].sort();
  return stems.map((name) => {
    const file = (nows?.get(name) ?? olds?.get(name))?.file ?? name;
    const [old, now] = [olds, nows].map((side) => side?.get(name)?.records ?? new Map<string, string>()) as [
      ReadonlyMap<string, string>,
      ReadonlyMap<string, string>,
    ];
    const both = [...now.keys()].filter((name) => old.has(name));
    const changed = both.filter((name) => old.get(name) !== now.get(name));
    return {
      file,
      added: [...now.keys()].filter((name) => !old.has(name)),
      removed: [...old.keys()].filter((name) => !now.has(name)),
      changed,
      unchanged: both.length - changed.length,
    };
  });
}

const Names = z.object({ count: z.number().int().nonnegative(), first: z.array(z.string()) });

/** As a screen takes it: every count, and the first names of each. */
export const BriefDifference = z.object({
  file: z.string(),
  added: Names,
  removed: Names,
  changed: Names,
  unchanged: z.number().int().nonnegative(),
});
export type BriefDifference = z.infer<typeof BriefDifference>;

const MOST_NAMES = 40;
const briefly = (names: readonly string[]): z.infer<typeof Names> => ({
  count: names.length,
  first: names.slice(0, MOST_NAMES).map((name) => name.slice(0, 120)),
});

export const differencesBriefly = (files: readonly FileDifference[]): BriefDifference[] =>
  files.map(({ file, added, removed, changed, unchanged }) => ({
    file,
    added: briefly(added),
    removed: briefly(removed),
    changed: briefly(changed),
    unchanged,
  }));
