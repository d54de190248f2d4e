/** A shipped model over a whole cohort in a file: how a cohort that nobody here has seen is put to it. */
import { gunzipSync } from 'node:zlib';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { areaUnderRocWithInterval, calibrationLine, type Estimate } from '../../shared/prediction/measure.ts';
import { CardHead } from '../../shared/prediction/model-files.ts';
import { readTableRow, TableInput } from '../../shared/prediction/table-model.ts';
import { pinnedModels } from './pinned.ts';
import { openTableSession } from './session.ts';
import { type Pins, readPinned } from './verified.ts';

export interface Stratum {
  readonly name: string;
  readonly patients: number;
  readonly positives: number;
  /** Absent where the outcome is one-sided. */
  readonly auc?: Estimate;
}

export interface Evaluation {
  readonly model: string;
  readonly version: string;
  readonly rows: number;
  readonly predictions: readonly { readonly line: number; readonly probability: number; readonly outcome?: boolean }[];
  /** Rows without a number, each with its reason. */
  readonly abstained: readonly { readonly line: number; readonly column: string; readonly reason: string }[];
  /** Everyone first, then each group of the model's strata. Empty where the file has no outcome. */
  readonly strata: readonly Stratum[];
  readonly calibration?: { readonly slope: number; readonly intercept: number };
  readonly warnings: readonly string[];
}

const BATCH = 4096;

/**
 * Scores every row of a CSV (plain or gzip) with a header. Faults: model-missing, model-altered, file-truncated,
 * column-missing, line-invalid, file-empty.
 */
export async function evaluateModel(
  folder: string,
  id: string,
  file: { readonly name: string; readonly bytes: Uint8Array },
  pins: Pins = pinnedModels,
): Promise<Evaluation> {
  if (pins[id]?.['input.json'] === undefined)
    throw new FaultError(
      fault(
        'model-missing',
        pins[id] === undefined ? `No model ${id} ships with this version.` : `The model ${id} reads cases, not tables.`,
        `Choose one of ${tableModels(pins).join(', ')}.`,
      ),
    );
  const [onnx, inputBytes, cardBytes] = await Promise.all([
    readPinned(folder, pins, id, 'model.onnx'),
    readPinned(folder, pins, id, 'input.json'),
    readPinned(folder, pins, id, 'card.json'),
  ]);
  const input = TableInput.parse(JSON.parse(inputBytes.toString('utf8')));
  const card = CardHead.parse(JSON.parse(cardBytes.toString('utf8')));
  const { header, records } = await readTable(file);
  const place = new Map(header.map((name, i) => [name, i]));
  const missing = input.columns.filter(({ name, required }) => required && !place.has(name)).map(({ name }) => name);
  if (missing.length > 0)
    throw new FaultError(
      fault(
        'column-missing',
        `The table lacks ${missing.join(', ')}.`,
        'The model’s card lists the columns and their units.',
        {
          file: file.name,
          line: 1,
          field: missing[0] ?? '',
        },
      ),
    );
  const warnings = input.columns
    .filter(({ name }) => !place.has(name))
    .map(({ name, unknown }) => `The table has no ${name}: unknown for every row, which ${unknown ?? 'adds nothing'}.`);

  const abstained: Evaluation['abstained'][number][] = [];
  const read: { line: number; values: Float32Array; cells: readonly string[] }[] = [];
  for (const { line, cells } of records) {
    const row = readTableRow(input, (column) => cells[place.get(column) ?? -1]);
    if (row.state === 'read') read.push({ line, values: row.values, cells });
    else abstained.push({ line, column: row.column, reason: row.reason });
  }

  const session = await openTableSession(onnx);
  const predictions: Evaluation['predictions'][number][] = [];
  const outcomeAt = place.get(input.outcome.column);
  for (let from = 0; from < read.length; from += BATCH) {
    const batch = read.slice(from, from + BATCH);
    const probabilities = await session.probabilities(batch.map(({ values }) => values));
    batch.forEach(({ line, cells }, i) => {
      const probability = probabilities[i];
      if (probability === undefined || !Number.isFinite(probability)) throw new Error('the model gave no number');
      const stated = outcomeAt === undefined ? '' : (cells[outcomeAt] ?? '').trim();
      const known = stated !== '' && Number.isFinite(Number(stated));
      predictions.push({
        line,
        probability,
        ...(known ? { outcome: Number(stated) === input.outcome.positive } : {}),
      });
    });
  }

  const judged = predictions.flatMap((prediction, i) =>
    prediction.outcome === undefined
      ? []
      : [{ outcome: prediction.outcome, probability: prediction.probability, cells: read[i]?.cells ?? [] }],
  );
  const stratum = (name: string, rows: typeof judged): Stratum => {
    const auc = areaUnderRocWithInterval(
      rows.map(({ outcome }) => outcome),
      rows.map(({ probability }) => probability),
    );
    return {
      name,
      patients: rows.length,
      positives: rows.filter(({ outcome }) => outcome).length,
      ...(auc === undefined ? {} : { auc }),
    };
  };
  const strata: Stratum[] = judged.length === 0 ? [] : [stratum('all', judged)];
  for (const column of judged.length === 0 ? [] : input.strata) {
    const at = place.get(column);
    if (at === undefined) continue;
    const groups = Map.groupBy(judged, ({ cells }) => cells[at] ?? '');
    if (groups.size < 2) continue;
    for (const [value, rows] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1)))
      strata.push(stratum(`${column} ${value}`, rows));
  }
  const calibration = calibrationLine(
    judged.map(({ outcome }) => outcome),
    judged.map(({ probability }) => probability),
  );
  return {
    model: id,
    version: card.version,
    rows: records.length,
    predictions,
    abstained,
    strata,
    ...(calibration === undefined ? {} : { calibration }),
    warnings,
  };
}

/** Models that read a table, by id. */
export const tableModels = (pins: Pins = pinnedModels): string[] =>
  Object.keys(pins).filter((id) => pins[id]?.['input.json'] !== undefined);

interface Table {
  readonly header: readonly string[];
  readonly records: readonly { readonly line: number; readonly cells: readonly string[] }[];
}

async function readTable({ name, bytes }: { name: string; bytes: Uint8Array }): Promise<Table> {
  const { parse, CsvError } = await import('csv-parse/sync');
  let plain = Buffer.from(bytes);
  if (plain[0] === 0x1f && plain[1] === 0x8b) {
    try {
      plain = gunzipSync(plain);
    } catch {
      throw new FaultError(
        fault('file-truncated', 'The compressed file is damaged or cut off.', 'Copy it again from its source.', {
          file: name,
        }),
      );
    }
  }
  try {
    const rows = parse(plain, { bom: true, info: true, skip_empty_lines: true }) as unknown as {
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
