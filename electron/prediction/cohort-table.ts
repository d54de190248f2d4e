/** A cohort file as header and records: comma, semicolon, tab or bar between cells, plain or gzip, UTF-8 or UTF-16. */
import { gunzipSync } from 'node:zlib';
import { FaultError, fault } from '../../shared/foundation/fault.ts';

export interface CohortTable {
  readonly header: readonly string[];
  readonly records: readonly { readonly line: number; readonly cells: readonly string[] }[];
}

/** A cohort of a million patients is none; a gzip bomb is larger. */
const MOST_BYTES = 512 * 1024 * 1024;

/** Faults: file-truncated, file-too-large, file-empty, line-invalid. */
export async function readCohortTable({ name, bytes }: { name: string; bytes: Uint8Array }): Promise<CohortTable> {
  const { parse, CsvError } = await import('csv-parse/sync');
  const { said, rest: plain } = saidDelimiter(withoutComments(inUtf8(unpacked(name, bytes))));
  const firstLine =
    plain
      .toString('utf8', 0, Math.min(plain.length, 1 << 20))
      .trimStart()
      .split(/\r?\n/, 1)[0] ?? '';
  const [usual = ','] = [',', ';', '\t'].sort((a, b) => firstLine.split(b).length - firstLine.split(a).length);
  // Names of genes hold a bar too (SYMBOL|Entrez), and a blank is R's own: they part columns only where nothing else does.
  const delimiter = said ?? [usual, '|', ' '].find((each) => firstLine.includes(each)) ?? usual;
  try {
    const rows = parse(plain, {
      bom: true,
      info: true,
      skip_empty_lines: true,
      relax_column_count: true,
      // Named, since the first line may end otherwise than the rest.
      record_delimiter: ['\r\n', '\n', '\r'],
      delimiter,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    const [first, ...rest] = rows;
    const width = first?.record.length ?? 0;
    const records = rest
      // A spreadsheet leaves lines of nothing but delimiters behind, an export a remark under the table.
      .filter(
        ({ record }) => record.some((cell) => cell.trim() !== '') && !(record.length === 1 && isRemark(record[0])),
      )
      // A delimiter after the last cell is no cell; left in, it would pass for R's row names and shift every value by one column.
      .map(({ record, info }) => ({
        info,
        record: record.length === width + 1 && record[width] === '' ? record.slice(0, width) : record,
      }));
    if (first === undefined || records.length === 0)
      throw new FaultError(
        fault('file-empty', 'The table has no rows.', 'Give a CSV with a header and one row a patient.', {
          file: name,
        }),
      );
    // R writes row names under no name: every row then has one cell more than the header.
    const named = records.every(({ record }) => record.length === first.record.length + 1);
    const header = (named ? ['', ...first.record] : first.record).map((cell) => cell.trim());
    const uneven = records.find(({ record }) => record.length !== header.length);
    if (uneven !== undefined)
      throw new FaultError(
        fault(
          'line-invalid',
          `The row has ${uneven.record.length} cells, the header ${header.length}.`,
          'Every row needs as many cells as the header.',
          { file: name, line: uneven.info.lines },
        ),
      );
    return { header, records: records.map(({ record, info }) => ({ line: info.lines, cells: record })) };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new FaultError(
      fault(
        'line-invalid',
        `The table cannot be read: ${error.code}.`,
        'Every row needs as many cells as the header.',
        {
          file: name,
          ...(typeof error.lines === 'number' && error.lines > 0 ? { line: error.lines } : {}),
        },
      ),
    );
  }
}

const isRemark = (cell = ''): boolean => cell.trimStart().startsWith('#');

/** UTF-16 by its byte order mark, whichever byte comes first. */
function inUtf8(plain: Buffer): Buffer {
  const littleEndian = plain[0] === 0xff && plain[1] === 0xfe;
  const bigEndian = plain[0] === 0xfe && plain[1] === 0xff;
  if (!littleEndian && !bigEndian) return plain;
  const even = Buffer.from(plain.subarray(2, plain.length - (plain.length % 2)));
  return Buffer.from((bigEndian ? even.swap16() : even).toString('utf16le'));
}

/** Spreadsheets write the delimiter before the header: `sep=;`. */
function saidDelimiter(plain: Buffer): { readonly said?: string; readonly rest: Buffer } {
  const start = plain.toString('latin1', 0, 16);
  const [line, said] = /^(?:\xef\xbb\xbf)?"?sep=([,;\t|])"?(?=\r|\n)/i.exec(start) ?? [];
  return line === undefined || said === undefined ? { rest: plain } : { said, rest: plain.subarray(line.length) };
}

const hasNumber = (line: string): boolean =>
  line.split(/[,;\t]/).some((cell) => /^"?[+-]?\d+([.,]\d+)?"?$/.test(cell.trim()));

/**
 * Lines of remarks before the header (`# …`) are blanked, so that the numbers of lines stay right. Where numbers follow at
 * once, the last of them was the header itself.
 */
function withoutComments(plain: Buffer): Buffer {
  const start = plain[0] === 0xef && plain[1] === 0xbb && plain[2] === 0xbf ? 3 : 0;
  const starts: number[] = [];
  let at = start;
  while (plain[at] === 0x23) {
    const end = plain.indexOf(0x0a, at);
    if (end < 0) break;
    starts.push(at);
    at = end + 1;
  }
  const last = starts.at(-1);
  if (last === undefined) return plain;
  const next = plain.indexOf(0x0a, at);
  const isHeader = hasNumber(plain.toString('utf8', at, next < 0 ? plain.length : next));
  const blank = Buffer.alloc(starts.length - (isHeader ? 1 : 0), 0x0a);
  return Buffer.concat([blank, plain.subarray(isHeader ? last + 1 : at)]);
}

function unpacked(name: string, bytes: Uint8Array): Buffer {
  const plain = Buffer.from(bytes);
  if (plain[0] !== 0x1f || plain[1] !== 0x8b) return plain;
  try {
    return gunzipSync(plain, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    throw new FaultError(
      Reflect.get(Object(error), 'code') === 'ERR_BUFFER_TOO_LARGE'
        ? fault('file-too-large', 'The file unpacks to more than 512 MB.', 'Give one cohort in one file.', {
            file: name,
          })
        : fault('file-truncated', 'The compressed file is damaged or cut off.', 'Copy it again from its source.', {
            file: name,
          }),
    );
  }
}
