import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../../shared');

/** What a skipped test says when other people's data are not beside the project; the runner lists it. */
export const OUTSIDE_ABSENT = 'NOT RUN: ../shared is absent';

/**
 * Other people's data live in the folder `../shared` beside the project root and are never copied into it.
 * Gives the absolute path, or `undefined` where the file is absent: skip the test then, with a name that says so:
 * `it.skipIf(path === undefined)(outsideTitle('reads every passed VCF', path), …)`.
 */
export function outside(relative: string): string | undefined {
  const path = resolve(root, relative);
  return existsSync(path) ? path : undefined;
}

/** The test's title, with the reason added where the data are absent. */
export const outsideTitle = (title: string, path: string | undefined): string =>
  path === undefined ? `${title} (${OUTSIDE_ABSENT})` : title;
