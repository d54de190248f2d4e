/** The lines of a table as numbers: titles of groups and rows that are not folded, found by their index. Pure. */
export interface RowGroup<Row> {
  readonly id: string;
  readonly title?: string;
  readonly rows: readonly Row[];
  /** A folded group shows its title and count; its rows are one press away. */
  readonly folded?: boolean;
  readonly onFold?: () => void;
}

type Line<Row> =
  | { readonly kind: 'title'; readonly group: RowGroup<Row> }
  | { readonly kind: 'row'; readonly row: Row };

export interface Lines<Row> {
  readonly count: number;
  /** @param index from 0; `undefined` past the last line */
  at(index: number): Line<Row> | undefined;
  /** Index of a row that passes, looked for from where the last one was found: a step costs a step. -1 where none does. */
  find(passes: (row: Row) => boolean): number;
}

/** Past this many lines only those in view are in the page. */
const LONG_FROM = 200;
/** Past this many lines a row is one line of text high, so that its place is known without drawing those above it. */
export const ONE_LINE_FROM = 20_000;
/** Chromium draws no element higher than 2^25 pixels; a little less leaves room for the header. */
const HIGHEST = 2 ** 25 - 4096;
/** Height of a row, `--row` of the tokens. */
const ROW_REM = 2.2857;

export const isLong = (lines: number): boolean => lines > LONG_FROM;

/**
 * Height of a row in pixels, in a table of so many lines. In the larger type of the projector a million rows would be
 * higher than a page can be: they stand closer there.
 */
export const rowHeightOf = (lines: number, rem = remPixels()): number =>
  Math.min(Math.round(ROW_REM * rem), HIGHEST / lines);

const remPixels = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 14;

export function linesOf<Row>(groups: readonly RowGroup<Row>[]): Lines<Row> {
  let count = 0;
  const parts = groups.map((group) => {
    const title = group.title === undefined ? 0 : 1;
    const part = { group, start: count, firstRow: count + title };
    count += title + (group.folded === true ? 0 : group.rows.length);
    return part;
  });
  let last = 0;
  const lineAt = (index: number): Line<Row> | undefined => {
    if (index < 0 || index >= count) return undefined;
    const part = parts.findLast(({ start }) => start <= index);
    if (part === undefined) return undefined;
    const row = part.group.rows[index - part.firstRow];
    return index < part.firstRow || row === undefined ? { kind: 'title', group: part.group } : { kind: 'row', row };
  };
  return {
    count,
    at: lineAt,
    find: (passes) => {
      const at = nearestFrom(last, count, (index) => {
        const line = lineAt(index);
        return line?.kind === 'row' && passes(line.row);
      });
      if (at >= 0) last = at;
      return at;
    },
  };
}

/**
 * The index nearest to `from` that passes, of those from 0 to `count` - 1; -1 where none does. Who goes through a million
 * rows step by step passes a few of them at each.
 */
export function nearestFrom(from: number, count: number, passes: (index: number) => boolean): number {
  for (let off = 0; from - off >= 0 || from + off < count; off++) {
    if (from + off < count && passes(from + off)) return from + off;
    if (off > 0 && from - off >= 0 && passes(from - off)) return from - off;
  }
  return -1;
}
