/** A cohort file as header and records: comma, semicolon or tab between cells, plain or gzip. */
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
  const plain = unpacked(name, bytes);
  const firstLine = plain.toString('utf8', 0, Math.min(plain.length, 1 << 20)).split(/\r?\n/, 1)[0] ?? '';
  const [delimiter = ','] = [',', ';', '\t'].sort((a, b) => firstLine.split(b).length - firstLine.split(a).length);
  try {
    const rows = parse(plain, { bom: true, info: true, skip_empty_lines: true, delimiter }) as unknown as {
      record: string[];
      info: { lines: number };
    }[];
    const [header, ...rest] = rows;
    if (header === undefined || rest.length === 0)
      throw new FaultError(
        fault('file-empty', 'The table has no rows.', 'Give a CSV with a header and one row a patient.', {
          file: name,
        }),
      );
    return {
      header: header.record.map((cell) => cell.trim()),
      records: rest.map(({ record, info }) => ({ line: info.lines, cells: record })),
    };
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
