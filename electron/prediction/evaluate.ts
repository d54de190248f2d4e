/** A shipped model over a whole cohort in a file: how a cohort that nobody here has seen is put to it. */
import { FaultError, type FaultPlace, fault } from '../../shared/foundation/fault.ts';
import {
  areaUnderRocWithInterval,
  bootstrapped,
  calibrationLine,
  correlation,
  type Estimate,
} from '../../shared/prediction/measure.ts';
import { CardHead } from '../../shared/prediction/model-files.ts';
import { concordance, coxSlope, type FollowUp, incidence, until } from '../../shared/prediction/survival.ts';
import {
  isUnknown,
  matchHeader,
  numberOf,
  offScale,
  plainName,
  readTableRow,
  type SurvivalOutcome,
  TableInput,
} from '../../shared/prediction/table-model.ts';
import { type CohortTable, readCohortTable } from './cohort-table.ts';
import { pinnedModels } from './pinned.ts';
import { openTableSession } from './session.ts';
import { type ModelFolders, type Pins, readPinned } from './verified.ts';

export interface Stratum {
  readonly name: string;
  readonly patients: number;
  readonly positives: number;
  /** Absent where the outcome is one-sided. */
  readonly auc?: Estimate;
}

export interface SurvivalMeasure {
  readonly endpoint: string;
  readonly patients: number;
  readonly events: number;
  readonly competing: number;
  /** Harrell's C over all follow-up, and over follow-up ended at the model's horizon. */
  readonly concordance?: Estimate;
  readonly concordanceToHorizon?: Estimate;
  readonly horizonMonths?: number;
  /** C over that of the model's clinical part alone, paired. */
  readonly gainOverClinical?: Estimate;
  readonly calibration?: { readonly slope: number; readonly standardError: number };
  /** Mean predicted and observed (Aalen-Johansen) probability at the horizon, where the output is one. */
  readonly atHorizon?: { readonly predicted: number; readonly observed: number };
}

export interface Evaluation {
  readonly model: string;
  readonly version: string;
  readonly rows: number;
  readonly predictions: readonly {
    readonly line: number;
    /** The case's id where patients are joined over several tables. */
    readonly id?: string;
    /** Absent where the model's outputs are no probability. */
    readonly probability?: number;
    readonly outputs: Readonly<Record<string, number>>;
    readonly outcome?: boolean;
  }[];
  /** Rows without a number, each with its reason. */
  readonly abstained: readonly { readonly line: number; readonly column: string; readonly reason: string }[];
  /** Everyone first, then each group of the model's strata. Empty where the file has no outcome. */
  readonly strata: readonly Stratum[];
  readonly calibration?: { readonly slope: number; readonly intercept: number };
  readonly survival: readonly SurvivalMeasure[];
  /** Per measured number: r with what the model says, and the share inside its interval. */
  readonly continuous: readonly {
    readonly meaning: string;
    readonly rows: number;
    readonly correlation?: Estimate;
    readonly coverage: number;
    readonly nominal: number;
  }[];
  readonly warnings: readonly string[];
}

export interface EvaluateOptions {
  readonly pins?: Pins;
  /** Columns that have one value for the whole file, for example the assay that expression was measured with. */
  readonly constants?: Readonly<Record<string, string>>;
}

/** A larger share of equal rows is no chance: several timepoints, or a file appended to itself. */
const MOST_EQUAL = 0.2;

/** Units of follow-up beside months. */
const monthsPer: Readonly<Record<string, number>> = { _days: 1 / 30.4375, _years: 12 };

/**
 * Scores every row of a CSV (plain or gzip) with a header. Faults: model-missing, model-altered, file-truncated,
 * file-too-large, column-missing, header-invalid, line-invalid, field-invalid (a column on another scale), file-empty.
 */
export async function evaluateModel(
  folder: ModelFolders,
  id: string,
  file: { readonly name: string; readonly bytes: Uint8Array },
  { pins = pinnedModels, constants = {} }: EvaluateOptions = {},
): Promise<Evaluation> {
  if (pins[id]?.['input.json'] === undefined)
    throw new FaultError(
      fault(
        'model-missing',
        pins[id] === undefined ? `No model ${id} ships with this version.` : `The model ${id} reads cases, not tables.`,
        `Choose one of ${tableModels(pins).join(', ')}, or aggressiveness with a folder of tables.`,
      ),
    );
  const [onnx, inputBytes, cardBytes] = await Promise.all([
    readPinned(folder, pins, id, 'model.onnx'),
    readPinned(folder, pins, id, 'input.json'),
    readPinned(folder, pins, id, 'card.json'),
  ]);
  const input = TableInput.parse(JSON.parse(inputBytes.toString('utf8')));
  const card = CardHead.parse(JSON.parse(cardBytes.toString('utf8')));
  const { header, records } = withConstants(await readCohortTable(file), constants);
  const { places, warnings } = placesOf(input, header, file.name, records);
  const plain = withoutGroups(input, cellReader(input, places, records, warnings), records, warnings);
  const coded = zeroForNo(input, withoutCodes(input, plain, records, warnings), records, warnings);
  const cellOf = unknownWhereConstant(input, coded, records, warnings);

  const off = offScale(
    input,
    records.map(
      ({ cells }) =>
        (column: string) =>
          cellOf(cells, column),
    ),
  );
  const wrong = off.filter(({ verdict }) => verdict === 'other-scale');
  if (wrong[0] !== undefined) {
    const { column, why } = wrong[0];
    throw new FaultError(
      fault(
        'field-invalid',
        `${wrong.map((each) => each.column.name).join(', ')}: not on the scale the model was trained on (${why}; training ${column.typical?.join(' to ') ?? ''}${column.unit === undefined || column.unit === '' ? '' : ` ${column.unit}`}).`,
        'Convert the column to the unit that the model’s card names.',
        { file: file.name, line: 1, field: header[places.get(column.name) ?? -1] ?? column.name },
      ),
    );
  }
  const shifted = off.filter(({ verdict }) => verdict === 'shifted');
  if (shifted.length > 0)
    warnings.push(
      `${shortList(shifted.map(({ column, why }) => `${column.name} (${why})`))}: not where 98 % of the training patients lay. Read as it is; check unit and pipeline.`,
    );

  const abstained: Evaluation['abstained'][number][] = [];
  const read: { line: number; values: Float32Array; cells: readonly string[] }[] = [];
  for (const { line, cells } of records) {
    const row = readTableRow(input, (column) => cellOf(cells, column));
    if (row.state === 'read') read.push({ line, values: row.values, cells });
    else abstained.push({ line, column: row.column, reason: row.reason });
  }

  const twice = read.length - new Set(read.map(({ values }) => values.join())).size;
  if (twice > MOST_EQUAL * read.length)
    warnings.push(
      `${twice} of ${read.length} rows are equal to another in everything the model reads: each is counted as a patient. Keep one row a patient (one timepoint).`,
    );

  const session = await openTableSession(onnx);
  const predictions: Evaluation['predictions'][number][] = [];
  let unreadable = 0;
  for (const { line, values, cells } of read) {
    // One row a run: in a batch its place decides how sums are rounded, so that its last bits would hang on its neighbours.
    const said = await session.run([values]);
    const outputs = Object.fromEntries(session.outputs.map((name) => [name, said[name]?.[0] ?? Number.NaN]));
    const { probability } = outputs;
    if (!Object.values(outputs).every(Number.isFinite)) throw new Error('the model gave no number');
    const outcome =
      input.survival !== undefined ? 'unknown' : outcomeOf(cellOf(cells, input.outcome.column), input.outcome);
    if (outcome === 'unreadable') unreadable += 1;
    predictions.push({
      line,
      outputs,
      ...(probability === undefined ? {} : { probability }),
      ...(typeof outcome === 'boolean' ? { outcome } : {}),
    });
  }
  if (unreadable > 0)
    warnings.push(`${unreadable} rows have an outcome that is neither 0 nor 1: scored, not measured.`);
  if (input.survival === undefined && input.continuous === undefined && !places.has(input.outcome.column))
    warnings.push(`The table has no ${input.outcome.column} (${input.outcome.meaning}): scored, not measured.`);

  const survival = (input.survival ?? []).flatMap((outcome) =>
    survivalOf(
      outcome,
      predictions.map(({ outputs }, i) => ({ outputs, cells: read[i]?.cells ?? [] })),
      (cells, column) => cellOf(cells, column),
      places,
    ),
  );
  const judged = predictions.flatMap((prediction, i) =>
    prediction.outcome === undefined || prediction.probability === undefined
      ? []
      : [{ outcome: prediction.outcome, probability: prediction.probability, cells: read[i]?.cells ?? [] }],
  );
  const continuous = (input.continuous ?? []).flatMap(({ output, column, meaning, halfWidth, nominal }) => {
    if (!places.has(column)) return [];
    const pairs = predictions.flatMap(({ outputs }, i) => {
      const measured = numberOf(cellOf(read[i]?.cells ?? [], column));
      return measured === undefined || Number.isNaN(measured) ? [] : [[outputs[output] ?? 0, measured] as const];
    });
    const r = bootstrapped(pairs.length, (rows) =>
      correlation(
        rows.map((i) => pairs[i]?.[0] ?? 0),
        rows.map((i) => pairs[i]?.[1] ?? 0),
      ),
    );
    const inside = pairs.filter(([said, measured]) => Math.abs(said - measured) <= halfWidth).length;
    return [
      {
        meaning,
        rows: pairs.length,
        ...(r === undefined ? {} : { correlation: r }),
        coverage: pairs.length === 0 ? 0 : inside / pairs.length,
        nominal,
      },
    ];
  });
  const binary = input.survival === undefined && judged.length > 0;
  const strata: Stratum[] = binary ? [stratum('all', judged)] : [];
  for (const column of binary ? input.strata : []) {
    if (!places.has(column)) continue;
    const groups = Map.groupBy(judged, ({ cells }) => cellOf(cells, column) ?? '');
    if (groups.size < 2) continue;
    for (const [value, rows] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1)))
      strata.push(stratum(`${column} ${value}`, rows));
  }
  const calibration = binary
    ? calibrationLine(
        judged.map(({ outcome }) => outcome),
        judged.map(({ probability }) => probability),
      )
    : undefined;
  return {
    model: id,
    version: card.version,
    rows: records.length,
    predictions,
    abstained,
    strata,
    ...(calibration === undefined ? {} : { calibration }),
    survival,
    continuous,
    warnings,
  };
}

/** Models that read a table, by id. */
export const tableModels = (pins: Pins = pinnedModels): string[] =>
  Object.keys(pins).filter((id) => pins[id]?.['input.json'] !== undefined);

function withConstants(table: CohortTable, constants: Readonly<Record<string, string>>): CohortTable {
  const names = Object.keys(constants);
  if (names.length === 0) return table;
  const replaced = new Set(names.map(plainName));
  const kept = table.header.flatMap((name, i) => (replaced.has(plainName(name)) ? [] : [i]));
  return {
    header: [...kept.map((i) => table.header[i] as string), ...names],
    records: table.records.map(({ line, cells }) => ({
      line,
      cells: [...kept.map((i) => cells[i] ?? ''), ...names.map((name) => constants[name] ?? '')],
    })),
  };
}

/** The first of many names; a list of sixty says less than its length. */
const shortList = (names: readonly string[]): string =>
  names.length <= 12 ? names.join(', ') : `${names.slice(0, 8).join(', ')} and ${names.length - 8} more`;

/** Where every column stands. Faults: column-missing, header-invalid (two columns answer to one name). */
function placesOf(
  input: TableInput,
  header: readonly string[],
  file: string,
  records: CohortTable['records'],
): { places: ReadonlyMap<string, number>; warnings: string[] } {
  const others = [
    input.outcome.column,
    ...input.strata,
    ...(input.oneOfText === undefined ? [] : [input.oneOfText.column]),
  ];
  const followUps = (input.survival ?? []).flatMap(({ months, event, aliases }) => [
    { name: months, aliases: aliases?.months ?? [] },
    ...Object.keys(monthsPer).map((unit) => ({ name: months.replace(/_months$/, unit) })),
    { name: event, aliases: aliases?.event ?? [] },
  ]);
  const { places, twice } = matchHeader(header, [
    ...input.columns,
    ...followUps,
    ...(input.continuous ?? []).map(({ column, aliases }) => ({ name: column, aliases })),
    ...others
      .filter((name) => ![...input.columns, ...followUps].some((column) => column.name === name))
      .map((name) => ({ name })),
  ]);
  const where = (field: string): FaultPlace => ({ file, line: 1, field });
  if (twice[0] !== undefined)
    throw new FaultError(
      fault(
        'header-invalid',
        `Two columns of the table answer to ${twice.join(', ')}.`,
        'Keep the one that is meant, or name it as the model’s card does.',
        where(twice[0]),
      ),
    );
  const textual = input.oneOfText !== undefined && places.has(input.oneOfText.column) ? input.exactlyOneOf : [];
  const absent = input.columns.filter(({ name }) => !places.has(name) && !textual.includes(name));
  // Of a coded set a table may leave out the codes that none of its patients has.
  const someOfSet = input.exactlyOneOf.some((name) => places.has(name));
  const missing = absent
    .filter(({ name, required }) => required && !(someOfSet && input.exactlyOneOf.includes(name)))
    .map(({ name }) => name);
  const unmet = (input.atLeastOneOf ?? []).filter((set) => set.every((name) => !places.has(name)));
  const genes = missing.length === 0 ? undefined : genesOf(header, records);
  if (genes !== undefined)
    throw new FaultError(
      fault(
        'column-missing',
        `${genes.count} genes (${genes.kind}, for example ${genes.example}): a matrix of expression. The model reads one row a patient with ${shortList(missing)} and the other columns of its card.`,
        'Give the table of patients that the model’s card describes; signature scores have to be computed by the study’s pipeline, whatever the unit and the ids of the matrix.',
        where(missing[0] ?? ''),
      ),
    );
  if (missing.length > 0 || unmet.length > 0)
    throw new FaultError(
      fault(
        'column-missing',
        `The table lacks ${[...missing, ...unmet.map((set) => `any of ${set.join(', ')}`)].join(', ')}.`,
        'The model’s card lists the columns and their units.',
        where(missing[0] ?? unmet[0]?.[0] ?? ''),
      ),
    );
  const renamed = input.columns.flatMap(({ name }) => {
    const found = header[places.get(name) ?? -1];
    return found === undefined || found === name ? [] : [`${found} as ${name}`];
  });
  const byUnknown = Map.groupBy(
    absent.filter(({ name }) => !input.exactlyOneOf.includes(name)),
    ({ unknown }) => unknown ?? 'adds nothing',
  );
  return {
    places,
    warnings: [
      ...(renamed.length === 0 ? [] : [`Columns read under another name: ${shortList(renamed)}.`]),
      ...[...byUnknown].map(
        ([unknown, columns]) =>
          `The table has no ${shortList(columns.map(({ name }) => name))}: unknown for every row, which ${unknown}.`,
      ),
    ],
  };
}

/** So many names of one kind are genes. */
const LEAST_GENES = 50;

const geneKinds: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['Ensembl ids', /^ENSG\d{11}(\.\d+)?$/],
  ['Entrez ids', /^\d{1,9}$/],
  ['symbols', /^[A-Z][A-Z0-9]*[A-Z0-9](-[A-Z0-9]+|orf\d+)?$/],
];

/** Genes in columns, or in rows under a table's first column; undefined where it is no matrix of genes. */
function genesOf(
  header: readonly string[],
  records: CohortTable['records'],
): { readonly kind: string; readonly count: number; readonly example: string } | undefined {
  for (const names of [header, records.map(({ cells }) => cells[0] ?? '')])
    for (const [kind, pattern] of geneKinds) {
      const found = [...new Set(names.map((name) => name.trim()))].filter((name) => pattern.test(name));
      // A running number names a patient, not a gene.
      const running = kind === 'Entrez ids' && found.every((name) => Number(name) <= names.length);
      if (found.length >= LEAST_GENES && found.length >= 0.8 * names.length && !running)
        return { kind, count: found.length, example: found[0] ?? '' };
    }
  return undefined;
}

type CellReader = (cells: readonly string[], column: string) => string | undefined;

/** A cell by the model's name for it; coded tumor types may come as one column of words. */
function cellReader(
  input: TableInput,
  places: ReadonlyMap<string, number>,
  records: CohortTable['records'],
  warnings: string[],
): CellReader {
  const plain: CellReader = (cells, column) => cells[places.get(column) ?? -1];
  const set = input.exactlyOneOf.filter((name) => places.has(name));
  const { oneOfText } = input;
  // Of a set of which one is 1 the others are 0, whether a table leaves their columns out or their cells empty.
  if (set.length > 0)
    return (cells, column) => {
      const cell = plain(cells, column);
      if (!input.exactlyOneOf.includes(column)) return cell;
      if (!places.has(column)) return '0';
      return isUnknown(cell) && set.some((name) => numberOf(plain(cells, name)) === 1) ? '0' : cell;
    };
  if (oneOfText === undefined || !places.has(oneOfText.column)) return plain;
  const codes = new Map(oneOfText.words.map((word, i) => [plainTumor(word), input.exactlyOneOf[i]]));
  const strangers = new Set(
    records.map(({ cells }) => plain(cells, oneOfText.column) ?? '').filter((word) => !codes.has(plainTumor(word))),
  );
  if (strangers.size > 0)
    warnings.push(`${oneOfText.column} has ${strangers.size} words that are none of ${oneOfText.words.join(', ')}.`);
  return (cells, column) =>
    input.exactlyOneOf.includes(column)
      ? codes.get(plainTumor(plain(cells, oneOfText.column) ?? '')) === column
        ? '1'
        : '0'
      : plain(cells, column);
}

const tumorSynonyms: Readonly<Record<string, string>> = {
  ...{ nonsmallcelllung: 'nsclc', smallcelllung: 'sclc', renalcell: 'renal', kidney: 'renal', urothelial: 'bladder' },
  ...{ hnscc: 'headandneck', hepatocellular: 'hepatobiliary', stomach: 'gastric', skinmelanoma: 'melanoma' },
};

/** "Head & Neck", "head and neck cancer", "Renal cell carcinoma" as one word each. */
function plainTumor(word: string): string {
  const plain = plainName(word.replaceAll('&', ' and ')).replace(/(cancer|carcinoma)$/, '');
  return tumorSynonyms[plain] ?? plain;
}

/** "1,234" is 1.234 where decimals have a comma; in a table whose decimals have a point it is 1234. */
function withoutGroups(
  input: TableInput,
  read: CellReader,
  records: CohortTable['records'],
  warnings: string[],
): CellReader {
  const cells = records.flatMap((row) => input.columns.map(({ name }) => (read(row.cells, name) ?? '').trim()));
  const grouped = cells.filter((cell) => GROUPED.test(cell)).length;
  if (grouped === 0 || !cells.some((cell) => /^[+-]?\d*\.\d+$/.test(cell))) return read;
  warnings.push(
    `The comma in ${grouped} cells (like 1,234) is read as one between thousands: the table's decimals have a point.`,
  );
  return (row, column) => {
    const cell = read(row, column);
    return cell !== undefined && GROUPED.test(cell.trim()) ? cell.replace(',', '') : cell;
  };
}

const GROUPED = /^[+-]?[1-9]\d{0,2},\d{3}$/;

/** What statistics programs write for "missing" in a column of numbers. */
const missingCodes = new Set([-9, -99, -999, -9999, 999, 9999]);

/** A code for "missing" that the column cannot hold as a value is no slip of unit: it is unknown, and said. */
function withoutCodes(
  input: TableInput,
  read: CellReader,
  records: CohortTable['records'],
  warnings: string[],
): CellReader {
  const columns = new Map(input.columns.map((column) => [column.name, column]));
  const isCode = (name: string, cell: string | undefined): boolean => {
    const column = columns.get(name);
    const value = numberOf(cell);
    return (
      column !== undefined &&
      value !== undefined &&
      missingCodes.has(value) &&
      (value < column.min || value > column.max)
    );
  };
  const coded = input.columns.flatMap(({ name }) => {
    const found = records.filter(({ cells }) => isCode(name, read(cells, name))).length;
    return found === 0 ? [] : [`${name} (${found} rows)`];
  });
  if (coded.length === 0) return read;
  warnings.push(`${shortList(coded)}: a code for "missing" (-9, -99, 999 and their like) is read as unknown.`);
  return (cells, name) => {
    const cell = read(cells, name);
    return isCode(name, cell) ? '' : cell;
  };
}

/** Codes 0 and 1 where the model has -1 and 1: nothing else can be meant, in a column without a -1. */
function zeroForNo(
  input: TableInput,
  read: CellReader,
  records: CohortTable['records'],
  warnings: string[],
): CellReader {
  const recoded = new Set(
    input.columns.flatMap(({ name, values }) => {
      if (values?.length !== 2 || values[0] !== -1 || values[1] !== 1) return [];
      const seen = new Set(records.map(({ cells }) => numberOf(read(cells, name))));
      return seen.has(0) && !seen.has(-1) ? [name] : [];
    }),
  );
  if (recoded.size === 0) return read;
  warnings.push(`${[...recoded].join(', ')}: 0 is read as -1, the model’s code for no.`);
  return (cells, column) => {
    const cell = read(cells, column);
    return recoded.has(column) && numberOf(cell) === 0 ? '-1' : cell;
  };
}

/** So many patients do not share a measured value to the last digit. */
const LEAST_FOR_CONSTANT = 10;

/**
 * A measurement that is the same in every row was filled in, not measured. It is read as unknown where the model has its own way
 * without it; where it would take a whole modality with it, it is only said.
 */
function unknownWhereConstant(
  input: TableInput,
  read: CellReader,
  records: CohortTable['records'],
  warnings: string[],
): CellReader {
  const constant = input.columns.filter(({ name, values, levels, unit }) => {
    if (values !== undefined || levels !== undefined || unit === 'count') return false;
    const known = records
      .map(({ cells }) => numberOf(read(cells, name)))
      .filter((value): value is number => value !== undefined && !Number.isNaN(value));
    return known.length >= LEAST_FOR_CONSTANT && known.every((value) => value === known[0]);
  });
  if (constant.length === 0) return read;
  const alone = constant.filter(({ required, unknown = '' }) => !required && !unknown.startsWith('leaves'));
  const others = constant.filter((column) => !alone.includes(column));
  const named = (columns: typeof constant): string => shortList(columns.map(({ name }) => name));
  if (alone.length > 0)
    warnings.push(
      `${named(alone)}: the same value in every row, so filled in and not measured: read as unknown, which ${alone[0]?.unknown ?? 'adds nothing'}.`,
    );
  if (others.length > 0)
    warnings.push(`${named(others)}: the same value in every row: read as it is, though it was hardly measured.`);
  const filled = new Set(alone.map(({ name }) => name));
  return (cells, column) => (filled.has(column) ? '' : read(cells, column));
}

const yes = new Set(['yes', 'true', 'positive', 'responder', 'r', 'pcr']);
const no = new Set(['no', 'false', 'negative', 'non-responder', 'nonresponder', 'nr', 'rd']);

/** Best overall response by RECIST, where the outcome is one of it: "PR" is no pathological complete response. */
const responded = new Set(['cr', 'pr', 'cr/pr', 'pr/cr']);
const notResponded = new Set(['sd', 'pd', 'sd/pd', 'pd/sd']);

function outcomeOf(
  cell: string | undefined,
  { positive, meaning }: TableInput['outcome'],
): boolean | 'unknown' | 'unreadable' {
  const word = (cell ?? '').trim().toLowerCase();
  const byRecist = meaning.includes('partial response');
  if (isUnknown(cell) || (byRecist && word === 'ne')) return 'unknown';
  if (yes.has(word) || (byRecist && responded.has(word))) return true;
  if (no.has(word) || (byRecist && notResponded.has(word))) return false;
  const value = numberOf(cell);
  if (value === positive) return true;
  return value === 0 ? false : 'unreadable';
}

function stratum(name: string, rows: readonly { readonly outcome: boolean; readonly probability: number }[]): Stratum {
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
}

const vitalWords: Readonly<Record<string, number>> = {
  ...{ alive: 0, living: 0, censored: 0, '0:living': 0, '0:alive': 0, false: 0, no: 0 },
  ...{ dead: 1, deceased: 1, died: 1, '1:deceased': 1, '1:dead': 1, true: 1, yes: 1 },
  ...{ 'died of disease': 1, 'died of other causes': 2 },
};

function survivalOf(
  { endpoint, months, event, output, horizonMonths }: SurvivalOutcome,
  rows: readonly { readonly outputs: Readonly<Record<string, number>>; readonly cells: readonly string[] }[],
  cellOf: CellReader,
  places: ReadonlyMap<string, number>,
): SurvivalMeasure[] {
  const unit = Object.keys(monthsPer).find((each) => places.has(months.replace(/_months$/, each)));
  if (!places.has(event) || !(places.has(months) || unit !== undefined)) return [];
  const timeColumn = places.has(months) || unit === undefined ? months : months.replace(/_months$/, unit);
  const factor = timeColumn === months ? 1 : (monthsPer[unit ?? ''] ?? 1);
  const known = rows.flatMap(({ outputs, cells }) => {
    const stated = numberOf(cellOf(cells, timeColumn));
    const time = stated === undefined ? undefined : factor * stated;
    const kind = numberOf(cellOf(cells, event), vitalWords);
    return time === undefined || kind === undefined || !(time >= 0) || ![0, 1, 2].includes(kind)
      ? []
      : [{ followUp: { months: time, event: kind }, outputs, score: outputs[output] ?? 0 }];
  });
  const followUp = known.map((row) => row.followUp);
  const score = known.map((row) => row.score);
  const withInterval = (given: readonly FollowUp[]): Estimate | undefined =>
    bootstrapped(known.length, (pick) =>
      concordance(
        pick.map((i) => score[i] as number),
        pick.map((i) => given[i] as FollowUp),
      ),
    );
  const ended = until(followUp, horizonMonths);
  const all = withInterval(followUp);
  const toHorizon = withInterval(ended);
  // The log relative hazard has a slope; a probability is compared with what was observed.
  const calibration = output === 'score' ? coxSlope(score, ended) : undefined;
  const predicted = output === 'score' ? 'probability' : output;
  return [
    {
      endpoint,
      patients: known.length,
      events: followUp.filter(({ event: kind }) => kind === 1).length,
      competing: followUp.filter(({ event: kind }) => kind === 2).length,
      ...(all === undefined ? {} : { concordance: all }),
      ...(toHorizon === undefined ? {} : { concordanceToHorizon: toHorizon }),
      horizonMonths,
      ...(calibration === undefined ? {} : { calibration }),
      ...(known.length === 0 || !followUp.some(({ months: time }) => time >= horizonMonths)
        ? {}
        : {
            atHorizon: {
              predicted: known.reduce((sum, { outputs }) => sum + (outputs[predicted] ?? 0), 0) / known.length,
              observed: incidence(ended, horizonMonths),
            },
          }),
    },
  ];
}
