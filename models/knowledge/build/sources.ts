/** Source tables as they are obtained: gzip or xz, tab-separated, one header line; quotes are text unless a table says otherwise. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface Sources {
  text(path: string): string;
  json(path: string): unknown;
  /** Names of the files of a folder, sorted. */
  list(path: string): string[];
  /** Rows by column name; a row shorter than the header has empty texts. */
  table(path: string, options?: TableOptions): Record<string, string>[];
}

interface TableOptions {
  /** Lines before the header. */
  readonly skip?: number;
  /** Takes off the double quotes around each cell. */
  readonly quoted?: boolean;
}

export function openSources(folder: string): Sources {
  const text = (path: string): string => {
    // Node reads no xz; the tool of that name stands on every machine that such files come from.
    if (path.endsWith('.xz'))
      return execFileSync('xz', ['--decompress', '--stdout', join(folder, path)], { maxBuffer: 2 ** 30 }).toString(
        'utf8',
      );
    const bytes = readFileSync(join(folder, path));
    return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  };
  return {
    text,
    json: (path) => JSON.parse(text(path)),
    list: (path) => readdirSync(join(folder, path)).sort(),
    table(path, { skip = 0, quoted = false } = {}) {
      const lines = text(path)
        .split('\n')
        .map((line) => line.replace(/\r$/, ''))
        .filter((line) => line !== '')
        .slice(skip);
      const cells = (line: string): string[] =>
        line.split('\t').map((cell) => (quoted ? cell.replace(/^"(.*)"$/, '$1') : cell));
      const header = cells(lines[0] ?? '').map((name) => name.replace(/^#/, '').trim());
      return lines.slice(1).map((line) => {
        const row = cells(line);
        return Object.fromEntries(header.map((name, index) => [name, row[index] ?? '']));
      });
    },
  };
}

/** One cell of a row; a column that is not there is a defect of the script, not of the data. */
export function cell(row: Readonly<Record<string, string>>, name: string): string {
  const value = row[name];
  if (value === undefined) throw new Error(`the table has no column ${name}`);
  return value;
}

/** By code units, so that the packs do not depend on the machine's language. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
