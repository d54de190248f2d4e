/**
 * Rows that stand at a place of the genome with their exact alleles, in columns sorted by position and asked as a file is read: the
 * next question is mostly a little further on (a merge join). Questions in any other order are answered too, by bisection.
 */
import type { GenomeBuild } from '../case/case-record.ts';
import { type Coordinates, trimmed } from './genomic-change.ts';

interface Listed<Row> {
  readonly start: number;
  readonly reference: string;
  readonly alternate: string;
  readonly row: Row;
}

/** The rows of one chromosome; `starts` has one place more, beyond every position. */
interface Column<Row> {
  readonly starts: Float64Array;
  readonly listed: readonly Listed<Row>[];
  /** The first row that is not before the position asked last. */
  at: number;
}

const bare = (chromosome: string): string => chromosome.replace(/^chr/i, '').toUpperCase();

function columnOf<Row>(listed: Listed<Row>[]): Column<Row> {
  listed.sort((a, b) => a.start - b.start);
  const starts = new Float64Array(listed.length + 1).fill(Number.POSITIVE_INFINITY);
  for (const [index, { start }] of listed.entries()) starts[index] = start;
  return { starts, listed, at: 0 };
}

/** The first place in `from` … `to` whose start is not before the position; `to` where there is none. */
function bisected(starts: Float64Array, position: number, from: number, to: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] as number) < position) low = middle + 1;
    else high = middle;
  }
  return low;
}

function seek<Row>(column: Column<Row>, position: number): number {
  const { starts, listed, at } = column;
  if (at > 0 && (starts[at - 1] as number) >= position) column.at = bisected(starts, position, 0, at);
  else {
    let reach = 1;
    let from = at;
    // Steps that double, so that a list far longer than the file is crossed quickly too.
    while ((starts[Math.min(from + reach - 1, listed.length)] as number) < position) {
      from += reach;
      reach *= 2;
    }
    column.at = reach === 1 ? from : bisected(starts, position, from, Math.min(from + reach - 1, listed.length));
  }
  return column.at;
}

/**
 * Rows by place and alleles. What alleles share at their ends does not count: a change is found however a file pads it, beside
 * other alternates of its row too. It is not moved along a repeat. Of two rows of the same change the later one speaks.
 */
export function coordinateList<Row extends Coordinates>(rows: readonly Row[]): (at: Coordinates) => Row | undefined {
  const lists = new Map<string, Listed<Row>[]>();
  for (const row of rows) {
    const key = `${row.build} ${bare(row.chromosome)}`;
    const one = { ...trimmed(row), row };
    const list = lists.get(key);
    if (list === undefined) lists.set(key, [one]);
    else list.push(one);
  }
  const columns = new Map([...lists].map(([key, listed]) => [key, columnOf(listed)]));
  // Rows of one chromosome stand together.
  let lastBuild: GenomeBuild | undefined;
  let lastChromosome: string | undefined;
  let here: Column<Row> | undefined;
  return (at) => {
    if (at.chromosome !== lastChromosome || at.build !== lastBuild) {
      lastBuild = at.build;
      lastChromosome = at.chromosome;
      here = columns.get(`${lastBuild} ${bare(lastChromosome)}`);
    }
    if (here === undefined) return undefined;
    const { starts, listed } = here;
    const single = at.reference.length === 1 && at.alternate.length === 1;
    if (single && at.reference !== '-' && at.alternate !== '-') {
      // Most alleles are one base, and most of them are not listed: nothing is made for them.
      if ((starts[seek(here, at.position1)] as number) !== at.position1) return undefined;
    }
    const { start, reference, alternate } = trimmed(at);
    let found: Row | undefined;
    for (let index = seek(here, start); starts[index] === start; index++) {
      const one = listed[index] as Listed<Row>;
      if (one.reference === reference && one.alternate === alternate) found = one.row;
    }
    return found;
  };
}
