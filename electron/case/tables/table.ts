/**
 * Tables of text, read as a stream: tab- or comma-separated, plain or packed, with any line end, with comments above
 * the header. Every row has as many cells as the header, or the file is refused at that line.
 */
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { CsvError, parse } from 'csv-parse';
import { FaultError, fault } from '../../../shared/foundation/fault.ts';
import { type ByteSource, chunksOf, type Meter, unpacked } from '../variants/byte-source.ts';
import { refuseCell } from './cells.ts';

/** Most text a table may unpack to, in bytes; an expression matrix of a whole cohort is smaller. */
export const TABLE_TEXT_LIMIT = 2 ** 30;
/** Most rows a table may have. */
export const TABLE_ROW_LIMIT = 2_000_000;
/** Longest row, in bytes. */
const ROW_BYTES_LIMIT = 16 * 1024 * 1024;
const ROWS_BETWEEN_REPORTS = 10_000;
/** Bytes looked at before other work of the thread has its turn: a few milliseconds. */
const BYTES_AT_ONCE = 1 << 16;

export interface TableSource {
  readonly name: string;
  readonly bytes: ByteSource;
  /** Size of the packed bytes, where known, for progress. */
  readonly sizeBytes?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { rowsRead: number; fraction?: number }) => void;
}

export interface Row {
  /** 1-based, comments and header included. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface Header {
  readonly line: number;
  readonly columns: readonly string[];
  /** Lines above the header, without their number signs. */
  readonly comments: readonly string[];
}

/**
 * Walks a table once. `begin` is called with the header and gives what takes the rows; `isHeader` says whether a line
 * that begins with a number sign is the header rather than a comment.
 * @returns the number of rows
 * @throws FaultError file-empty, file-truncated, file-too-large, archive-damaged, format-unknown, header-invalid,
 * line-invalid, cancelled
 */
export async function walkTable(
  source: TableSource,
  isHeader: (columns: readonly string[]) => boolean,
  begin: (header: Header) => (row: Row) => void,
): Promise<number> {
  const { name, signal, onProgress, sizeBytes } = source;
  const meter: Meter = { bytesRead: 0 };
  const comments: string[] = [];
  let take: ((row: Row) => void) | undefined;
  let width = 0;
  let rows = 0;
  for await (const row of rowsOf(source, meter)) {
    if (row.cells.every((cell) => cell.trim() === '')) continue;
    const [first = ''] = row.cells;
    if (take === undefined) {
      const columns = row.cells.map((cell, index) => (index === 0 ? cell.replace(/^#/, '') : cell).trim());
      if (first.startsWith('#') && (first.startsWith('##') || !isHeader(columns))) {
        comments.push(row.cells.join('\t').replace(/^[#\s]+/, ''));
        continue;
      }
      const doubled = columns.findIndex((column, index) => column !== '' && columns.indexOf(column) !== index);
      if (doubled !== -1)
        refuseCell('header-invalid', name, row.line, `column ${doubled + 1}`, {
          rule: 'Two columns have the same name.',
          remedy: 'Name each column once.',
        });
      width = columns.length;
      take = begin({ line: row.line, columns, comments });
      continue;
    }
    if (row.cells.length !== width)
      refuseCell('line-invalid', name, row.line, undefined, {
        rule: `The line has ${row.cells.length} cells and the header ${width}.`,
        remedy:
          rows === 0 && row.cells.length === width + 1
            ? 'The first column has no name, as R writes row names: write the table with a name for it.'
            : 'Export the table again without editing it by hand.',
      });
    rows += 1;
    if (rows > TABLE_ROW_LIMIT)
      throw new FaultError(
        fault('file-too-large', `The table has more than ${TABLE_ROW_LIMIT} rows.`, 'Export this patient alone.', {
          file: name,
          line: row.line,
        }),
      );
    take(row);
    if (rows % ROWS_BETWEEN_REPORTS === 0) {
      signal?.throwIfAborted();
      onProgress?.({ rowsRead: rows, ...fractionOf(meter, sizeBytes) });
    }
  }
  if (take === undefined)
    throw new FaultError(
      fault('file-empty', 'The file has no header and no rows.', 'Export it again.', { file: name }),
    );
  onProgress?.({ rowsRead: rows, ...fractionOf(meter, sizeBytes) });
  return rows;
}

const fractionOf = ({ bytesRead }: Meter, sizeBytes: number | undefined): { fraction?: number } =>
  sizeBytes === undefined || sizeBytes === 0 ? {} : { fraction: Math.min(1, bytesRead / sizeBytes) };

/** The same bytes in small pieces, other work of the thread between them: a screen beside a large table must stay alive. */
async function* inTurns(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of chunks)
    for (let at = 0; at < chunk.byteLength; at += BYTES_AT_ONCE) {
      await setImmediate();
      yield chunk.subarray(at, at + BYTES_AT_ONCE);
    }
}

/** The decoded text in pieces. @throws FaultError, with the line where the text stops being UTF-8 */
async function* textOf({ name, bytes, signal }: TableSource, meter: Meter): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let size = 0;
  let lines = 0;
  for await (const piece of inTurns(unpacked(name, chunksOf(bytes), meter))) {
    signal?.throwIfAborted();
    size += piece.byteLength;
    if (size > TABLE_TEXT_LIMIT)
      throw new FaultError(
        fault('file-too-large', 'The table unpacks to more than a gigabyte.', 'Export this patient alone.', {
          file: name,
        }),
      );
    let text: string;
    try {
      text = decoder.decode(piece, { stream: true });
    } catch {
      refuseCell('line-invalid', name, lines + 1 + linesBefore(piece), undefined, {
        rule: 'The text is not UTF-8.',
        remedy: 'Save the table as UTF-8 text and try again.',
      });
    }
    if (text.includes('\u0000'))
      refuseCell('line-invalid', name, lines + text.slice(0, text.indexOf('\u0000')).split('\n').length, undefined, {
        rule: 'The text holds zero bytes: it is not a table of text.',
        remedy: 'Export the table as tab-separated UTF-8 text.',
      });
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
    yield text;
  }
  try {
    yield decoder.decode();
  } catch {
    refuseCell('line-invalid', name, lines + 1, undefined, {
      rule: 'The last character is cut.',
      remedy: 'Copy the file again from its source.',
    });
  }
}

/** Line ends before the first byte that is not UTF-8. */
function linesBefore(piece: Uint8Array): number {
  let from = 0;
  let count = 0;
  for (let at = piece.indexOf(10); at !== -1; at = piece.indexOf(10, from)) {
    try {
      // The first line of a piece may begin inside a character, which is no fault of its own.
      if (count > 0) new TextDecoder('utf-8', { fatal: true }).decode(piece.subarray(from, at));
    } catch {
      return count;
    }
    from = at + 1;
    count += 1;
  }
  return count;
}

async function* rowsOf(source: TableSource, meter: Meter): AsyncGenerator<Row, void, void> {
  const { name } = source;
  const text = textOf(source, meter);
  try {
    const first = await firstLines(text);
    async function* all(): AsyncGenerator<string, void, void> {
      yield first;
      yield* text;
    }
    const delimiter = delimiterOf(first, name);
    yield* delimiter === '\t' ? tabSeparated(name, all(), first) : commaSeparated(name, all());
  } catch (error) {
    // The shared reader of bytes speaks of variant files in its advice.
    if (error instanceof FaultError && error.fault.code === 'format-unknown')
      throw new FaultError({
        ...error.fault,
        message: error.fault.message
          .replace(', not a text of variants', ', not a table of text')
          .replace('VCF', 'text'),
        remedy: 'Export the table as tab-separated UTF-8 text, plain or packed by gzip.',
      });
    throw error;
  } finally {
    await text.return();
  }
}

const openQuotation = (name: string, line: number): never =>
  refuseCell('line-invalid', name, line, undefined, {
    rule: 'A quotation mark is opened and never closed.',
    remedy: 'Export the table again without quotation marks.',
  });

const longLine = (name: string, line: number): never =>
  refuseCell('line-invalid', name, line, undefined, {
    rule: 'The line is longer than 16 megabytes.',
    remedy: 'Export this patient alone.',
  });

/**
 * Cells of a tab-separated table never hold a tab or a line end, so lines are cut as they stand: a matrix of a cohort
 * has millions of cells. Quotation marks around a cell are those of R and are taken off.
 */
async function* tabSeparated(
  name: string,
  text: AsyncIterable<string>,
  first: string,
): AsyncGenerator<Row, void, void> {
  const end = first.includes('\n') || !first.includes('\r') ? '\n' : '\r';
  let line = 0;
  let carry = '';
  const rowOf = (content: string): Row => {
    line += 1;
    const cells = (content.endsWith('\r') ? content.slice(0, -1) : content).split('\t');
    if (content.includes('"'))
      cells.forEach((cell, index) => {
        if (!cell.startsWith('"')) return;
        if (cell.length < 2 || !cell.endsWith('"')) openQuotation(name, line);
        cells[index] = cell.slice(1, -1).replaceAll('""', '"');
      });
    return { line, cells };
  };
  for await (const piece of text) {
    const whole = carry + piece;
    let from = 0;
    for (let at = whole.indexOf(end); at !== -1; at = whole.indexOf(end, from)) {
      yield rowOf(whole.slice(from, at));
      from = at + 1;
    }
    carry = whole.slice(from);
    if (carry.length > ROW_BYTES_LIMIT) longLine(name, line + 1);
  }
  if (carry !== '') yield rowOf(carry);
}

async function* commaSeparated(name: string, text: AsyncGenerator<string>): AsyncGenerator<Row, void, void> {
  const parser = parse({
    delimiter: ',',
    quote: '"',
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    info: true,
    max_record_size: ROW_BYTES_LIMIT,
    record_delimiter: ['\r\n', '\n', '\r'],
  });
  const input = Readable.from(text);
  input.on('error', (error) => parser.destroy(error));
  input.pipe(parser);
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>)
      yield { line: info.lines, cells: record };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = Math.max(Number(Reflect.get(error, 'lines')) || 1, 1);
    if (error.code === 'CSV_MAX_RECORD_SIZE') longLine(name, line);
    openQuotation(name, line);
  } finally {
    input.destroy();
    parser.destroy();
  }
}

/** Enough text to see the header: up to the first line that is no comment. */
async function firstLines(text: AsyncGenerator<string, void, void>): Promise<string> {
  let seen = '';
  for (;;) {
    const next = await text.next();
    if (next.done === true) return seen;
    seen += next.value;
    if (/^(?!#)[^\n\r]*\S[^\n\r]*[\n\r]/m.test(seen) || seen.length > ROW_BYTES_LIMIT) return seen;
  }
}

/** Tab wherever there is one; a comma otherwise. The number signs of a commented header count as well. */
function delimiterOf(text: string, name: string): string {
  const lines = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  const header = lines.find((line) => !line.startsWith('#')) ?? lines.at(-1) ?? '';
  const commented = lines.filter((line) => line.startsWith('#') && !line.startsWith('##')).at(-1) ?? '';
  if (header.includes('\t') || commented.includes('\t')) return '\t';
  if (header.includes(',')) return ',';
  if (header.includes(';'))
    throw new FaultError(
      fault(
        'format-unknown',
        'The columns are separated by semicolons, so numbers may be written with a comma.',
        'Export the table separated by tabs, with a point in numbers.',
        { file: name, line: 1 },
      ),
    );
  return '\t';
}
