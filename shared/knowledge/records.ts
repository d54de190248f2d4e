/**
 * Records of a pack in a compact, indexed text (`*.records`): values that many records share are written once, a record is
 * one line of cells, and only what is asked for is read. Pure.
 *
 *     consilium-records 1
 *     {"records":4854,"columns":[{"name":"id","kind":"text"},{"name":"logic","kind":"shared","values":1916},…]}
 *     <the shared values of each column in turn, JSON, one a line>
 *     <the records, one a line, cells by tab; an empty cell is an absent member>
 *
 * `text` is a string as it stands, `json` a value of its own, `shared` the number of one of the column's shared values.
 */

const HEAD = 'consilium-records 1';
const ENDING = '.records';

interface Column {
  readonly name: string;
  readonly kind: 'text' | 'json' | 'shared';
  readonly values?: number;
}

interface Header {
  readonly records: number;
  readonly columns: readonly Column[];
}

export interface Records<One> {
  readonly length: number;
  /** Read when it is first asked for; throws RangeError outside. Values that records share are one frozen object. */
  at(index: number): One;
  /** By the first column, which names a record; undefined where none is so named. */
  named(name: string): One | undefined;
  /** Every record, in the order of the file. */
  all(): readonly One[];
  /** Values of a member that are there: each once where the column is shared. */
  shared<Key extends keyof One & string>(column: Key): readonly One[Key][];
}

const plainText = (value: unknown): boolean => typeof value === 'string' && value !== '' && !/[\t\n\r]/.test(value);

/** Members in an order that is every record's own; as first met where the records leave it open. */
function columnsOf(records: readonly object[]): readonly string[] {
  const before = new Map<string, Set<string>>();
  for (const record of records) {
    let last: string | undefined;
    for (const [name, value] of Object.entries(record)) {
      if (value === undefined) continue;
      const earlier = before.get(name) ?? new Set();
      if (last !== undefined) earlier.add(last);
      before.set(name, earlier);
      last = name;
    }
  }
  const placed: string[] = [];
  while (placed.length < before.size) {
    const next = [...before].find(
      ([name, earlier]) => !placed.includes(name) && [...earlier].every((one) => placed.includes(one)),
    );
    if (next === undefined) throw new Error('the records have their members in contrary orders');
    placed.push(next[0]);
  }
  return placed;
}

/**
 * @param records objects of JSON values, each named by its first member
 * @throws Error where they would not come back as they were
 */
export function writeRecords(records: readonly object[]): string {
  const shared: string[] = [];
  const columns: Column[] = [];
  const cells: string[][] = records.map(() => []);
  for (const name of columnsOf(records)) {
    const values = records.map((record): unknown => Reflect.get(record, name));
    const texts = values.map((value) => (value === undefined ? undefined : JSON.stringify(value)));
    const distinct = [...new Set(texts.filter((text) => text !== undefined))];
    const present = texts.filter((text) => text !== undefined).length;
    const places = new Map(distinct.map((text, place) => [text, place]));
    const kind =
      distinct.length <= 0.7 * present
        ? 'shared'
        : values.every((value) => value === undefined || plainText(value))
          ? 'text'
          : 'json';
    columns.push({ name, kind, ...(kind === 'shared' ? { values: distinct.length } : {}) });
    if (kind === 'shared') shared.push(...distinct);
    texts.forEach((text, index) => {
      cells[index]?.push(
        text === undefined
          ? ''
          : kind === 'shared'
            ? String(places.get(text))
            : kind === 'json'
              ? text
              : String(values[index]),
      );
    });
  }
  const header: Header = { records: records.length, columns };
  const written = `${[HEAD, JSON.stringify(header), ...shared, ...cells.map((row) => row.join('\t'))].join('\n')}\n`;
  const back = readRecords<object>(written);
  records.forEach((record, index) => {
    if (JSON.stringify(back.at(index)) !== JSON.stringify(record)) throw new Error(`record ${index} cannot be written`);
  });
  return written;
}

function frozen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}

/** @throws SyntaxError where it is no such text */
export function readRecords<One extends object>(text: string): Records<One> {
  const lines = text.split('\n');
  if (lines[0] !== HEAD) throw new SyntaxError('these are no records of this form');
  const { records: length, columns } = JSON.parse(lines[1] ?? '') as Header;
  let next = 2;
  const read = columns.map(({ name, kind, values = 0 }) => {
    const from = next;
    if (kind === 'shared') next += values;
    const known: unknown[] = [];
    const value = (place: number): unknown => {
      if (!(place in known)) known[place] = frozen(JSON.parse(lines[from + place] ?? ''));
      return known[place];
    };
    const of = (cell: string): unknown =>
      kind === 'text' ? cell : kind === 'json' ? JSON.parse(cell) : value(Number(cell));
    return { name, kind, values, of, value };
  });
  const first = next;
  if (lines.length !== first + length + 1) throw new SyntaxError('there are more or fewer records than the head says');
  const made: One[] = [];
  const at = (index: number): One => {
    const known = made[index];
    if (known !== undefined) return known;
    if (!(index >= 0 && index < length)) throw new RangeError(`there is no record ${index}`);
    const cells = (lines[first + index] as string).split('\t');
    const one: Record<string, unknown> = {};
    read.forEach(({ name, of }, column) => {
      const cell = cells[column];
      if (cell !== undefined && cell !== '') one[name] = of(cell);
    });
    made[index] = one as One;
    return one as One;
  };
  let places: ReadonlyMap<string, number> | undefined;
  let every: readonly One[] | undefined;
  return {
    length,
    at,
    named: (name) => {
      places ??= new Map(
        Array.from({ length }, (_, index) => [(lines[first + index] as string).split('\t', 1)[0] ?? '', index]),
      );
      const index = places.get(name);
      return index === undefined ? undefined : at(index);
    },
    all: () => {
      every ??= Array.from({ length }, (_, index) => at(index));
      return every;
    },
    shared: (column) => {
      const found = read.find(({ name }) => name === column);
      return found?.kind === 'shared'
        ? Array.from({ length: found.values }, (_, place) => found.value(place) as One[typeof column])
        : Array.from({ length }, (_, index) => at(index)[column]);
    },
  };
}

/** Whether a file of a pack is of this form. */
export const isRecords = (file: string): boolean => file.endsWith(ENDING);

/** A list in memory, asked as records are. */
export function recordsOfList<One extends { readonly id: string }>(list: readonly One[]): Records<One> {
  const byId = new Map(list.map((one) => [one.id, one]));
  return {
    length: list.length,
    at(index) {
      const one = list[index];
      if (one === undefined) throw new RangeError(`there is no record ${index}`);
      return one;
    },
    named: (name) => byId.get(name),
    all: () => list,
    shared: (column) => list.map((one) => one[column]),
  };
}
