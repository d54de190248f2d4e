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
 * The second form (head `consilium-records 2`) has two kinds more, `list` and `steps`, and columns of a member's members
 * (`grch38.span`): a list of texts is the numbers of its shared texts, integers the step from each to the next; both in base
 * 36, separated by spaces, `=` where there are none.
 */

const HEADS = ['consilium-records 1', 'consilium-records 2'] as const;
const ENDING = '.records';
const EMPTY = '=';

interface Column {
  readonly name: string;
  readonly kind: 'text' | 'json' | 'shared' | 'list' | 'steps';
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
  /** One member of every record, in their order, with nothing else of them read. */
  column<Key extends keyof One & string>(column: Key): readonly One[Key][];
  /** The same of a member's member; undefined where the record has no such member. */
  inner<Key extends keyof One & string, Inner extends keyof NonNullable<One[Key]> & string>(
    column: Key,
    inner: Inner,
  ): readonly (NonNullable<One[Key]>[Inner] | undefined)[];
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

const every = <Value>(values: readonly unknown[], is: (value: unknown) => value is Value): values is Value[] =>
  values.every(is);
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');
const isIntegers = (value: unknown): value is number[] => Array.isArray(value) && value.every(Number.isSafeInteger);

/** The members of `open` stand in columns of their own. */
const opened = (record: object, open: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(record).flatMap(([name, value]): [string, unknown][] =>
      open.includes(name) && typeof value === 'object' && value !== null
        ? Object.entries(value).map(([inner, one]) => [`${name}.${inner}`, one])
        : [[name, value]],
    ),
  );

interface Written {
  readonly column: Column;
  readonly shared: readonly string[];
  /** As many as there are records; empty where one lacks the member. */
  readonly cells: readonly string[];
}

const based = (values: readonly number[]): string =>
  values.length === 0 ? EMPTY : values.map((value) => value.toString(36)).join(' ');

function columnOf(name: string, values: readonly unknown[]): Written {
  const texts = values.map((value) => (value === undefined ? undefined : JSON.stringify(value)));
  const present = texts.filter((text) => text !== undefined);
  const distinct = [...new Set(present)];
  const cells = (cell: (value: unknown, text: string) => string): string[] =>
    texts.map((text, index) => (text === undefined ? '' : cell(values[index], text)));
  if (distinct.length <= 0.7 * present.length) {
    const places = new Map(distinct.map((text, place) => [text, place]));
    const column = { name, kind: 'shared', values: distinct.length } as const;
    return { column, shared: distinct, cells: cells((_, text) => String(places.get(text))) };
  }
  const known = values.filter((value) => value !== undefined);
  if (known.every(plainText))
    return { column: { name, kind: 'text' }, shared: [], cells: cells((value) => String(value)) };
  const own: Written = { column: { name, kind: 'json' }, shared: [], cells: cells((_, text) => text) };
  let other: Written | undefined;
  if (every(known, isTexts)) {
    const shared = [...new Set(known.flat())];
    const places = new Map(shared.map((text, place) => [text, place]));
    other = {
      column: { name, kind: 'list', values: shared.length },
      shared: shared.map((text) => JSON.stringify(text)),
      cells: cells((value) => based((value as string[]).map((text) => places.get(text) ?? 0))),
    };
  } else if (every(known, isIntegers))
    other = {
      column: { name, kind: 'steps' },
      shared: [],
      cells: cells((value) => based((value as number[]).map((one, index, all) => one - (all[index - 1] ?? 0)))),
    };
  const size = ({ shared, cells: own_ }: Written): number =>
    [...shared, ...own_].reduce((sum, text) => sum + text.length, 0);
  return other !== undefined && size(other) < 0.6 * size(own) ? other : own;
}

/**
 * @param records objects of JSON values, each named by its first member
 * @param open members that are objects, and of which each member is to stand in a column of its own
 * @throws Error where they would not come back as they were
 */
export function writeRecords(records: readonly object[], open: readonly string[] = []): string {
  const flat = records.map((record) => opened(record, open));
  const written = columnsOf(flat).map((name) =>
    columnOf(
      name,
      flat.map((record) => record[name]),
    ),
  );
  const header: Header = { records: records.length, columns: written.map(({ column }) => column) };
  const second = header.columns.some(({ name, kind }) => kind === 'list' || kind === 'steps' || name.includes('.'));
  const text = `${[
    HEADS[second ? 1 : 0],
    JSON.stringify(header),
    ...written.flatMap(({ shared }) => shared),
    ...records.map((_, index) => written.map(({ cells }) => cells[index]).join('\t')),
  ].join('\n')}\n`;
  const back = readRecords<object>(text);
  records.forEach((record, index) => {
    if (JSON.stringify(back.at(index)) !== JSON.stringify(record)) throw new Error(`record ${index} cannot be written`);
  });
  return text;
}

/** Schema of a pack that holds such a file: of what version a program must be to read it. */
export const recordsSchema = (text: string): 2 | 3 => (text.startsWith(`${HEADS[1]}\n`) ? 3 : 2);

function frozen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}

/** Numbers of a cell in base 36; hundreds of thousands are read where every gene is asked for. */
function numbersOf(cell: string): number[] {
  const numbers: number[] = [];
  if (cell === EMPTY) return numbers;
  let value = 0;
  let negative = false;
  for (let at = 0; at <= cell.length; at++) {
    const code = at === cell.length ? 32 : cell.charCodeAt(at);
    if (code === 32) {
      numbers.push(negative ? -value : value);
      value = 0;
      negative = false;
    } else if (code === 45) negative = true;
    else value = value * 36 + (code < 58 ? code - 48 : code - 87);
  }
  return numbers;
}

function stepsOf(cell: string): number[] {
  const numbers = numbersOf(cell);
  for (let at = 1; at < numbers.length; at++) numbers[at] = (numbers[at] as number) + (numbers[at - 1] as number);
  return numbers;
}

/** @throws SyntaxError where it is no such text */
export function readRecords<One extends object>(text: string): Records<One> {
  const lines = text.split('\n');
  if (!HEADS.some((head) => head === lines[0])) throw new SyntaxError('these are no records of this form');
  const { records: length, columns } = JSON.parse(lines[1] ?? '') as Header;
  let next = 2;
  const read = columns.map(({ name, kind, values = 0 }) => {
    const from = next;
    next += values;
    const known: unknown[] = [];
    const value = (place: number): unknown => {
      if (!(place in known)) known[place] = frozen(JSON.parse(lines[from + place] ?? ''));
      return known[place];
    };
    const readers: Readonly<Record<Column['kind'], (cell: string) => unknown>> = {
      text: (cell) => cell,
      json: (cell) => JSON.parse(cell),
      shared: (cell) => value(Number(cell)),
      list: (cell) => numbersOf(cell).map(value),
      steps: stepsOf,
    };
    const [outer, inner] = name.split('.', 2) as [string, string?];
    return { name, kind, values, of: readers[kind], value, outer, inner };
  });
  const first = next;
  if (lines.length !== first + length + 1) throw new SyntaxError('there are more or fewer records than the head says');
  const cellsOf = (index: number): string[] => (lines[first + index] as string).split('\t');
  const made: One[] = [];
  const at = (index: number): One => {
    const known = made[index];
    if (known !== undefined) return known;
    if (!(index >= 0 && index < length)) throw new RangeError(`there is no record ${index}`);
    const cells = cellsOf(index);
    const one: Record<string, unknown> = {};
    for (let column = 0; column < read.length; column++) {
      const { of, outer, inner } = read[column] as (typeof read)[number];
      const cell = cells[column];
      if (cell === undefined || cell === '') continue;
      if (inner === undefined) one[outer] = of(cell);
      else {
        one[outer] ??= {};
        (one[outer] as Record<string, unknown>)[inner] = of(cell);
      }
    }
    made[index] = one as One;
    return one as One;
  };
  let places: ReadonlyMap<string, number> | undefined;
  let whole: readonly One[] | undefined;
  const columnNamed = (name: string): readonly unknown[] => {
    const place = read.findIndex((one) => one.name === name);
    return Array.from({ length }, (_, index) => {
      const cell = place < 0 ? undefined : (lines[first + index] as string).split('\t', place + 1)[place];
      return cell === undefined || cell === '' ? undefined : read[place]?.of(cell);
    });
  };
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
      whole ??= Array.from({ length }, (_, index) => at(index));
      return whole;
    },
    shared: (column) => {
      const found = read.find(({ name }) => name === column);
      return found?.kind === 'shared'
        ? Array.from({ length: found.values }, (_, place) => found.value(place) as One[typeof column])
        : (columnNamed(column) as One[typeof column][]);
    },
    column: (column) => columnNamed(column) as One[typeof column][],
    inner: (column, inner) => columnNamed(`${column}.${inner}`) as never[],
  };
}

/** Whether a file of a pack is of this form. */
export const isRecords = (file: string): boolean => file.endsWith(ENDING);

/** A list in memory, asked as records are: each is named by its first member. */
export function recordsOfList<One extends object>(list: readonly One[]): Records<One> {
  const byName = new Map(list.map((one) => [String(Object.values(one)[0]), one]));
  return {
    length: list.length,
    at(index) {
      const one = list[index];
      if (one === undefined) throw new RangeError(`there is no record ${index}`);
      return one;
    },
    named: (name) => byName.get(name),
    all: () => list,
    shared: (column) => list.map((one) => one[column]),
    column: (column) => list.map((one) => one[column]),
    inner: (column, inner) => list.map((one) => one[column]?.[inner]),
  };
}
