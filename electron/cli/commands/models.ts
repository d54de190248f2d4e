import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { type Fault, FaultError, fault } from '../../../shared/foundation/fault.ts';
import { summaryRows } from '../../../shared/prediction/benchmark-page.ts';
import type { Fairness } from '../../../shared/prediction/fairness.ts';
import type { Estimate } from '../../../shared/prediction/measure.ts';
import { readZip } from '../../case/index.ts';
import { loadPacks } from '../../knowledge/index.ts';
import {
  type Benchmarked,
  benchmarkedModels,
  benchmarkModel,
  type Evaluation,
  evaluateCases,
  evaluateModel,
  type IntegratedModel,
  integratedModels,
} from '../../prediction/index.ts';
import { programRoot, shippedFolders } from '../../shipped.ts';
import { type Command, fileBytes, onlyArgument, print, printJson, say, usageError } from '../command.ts';

/** The model that reads a folder of tables, one patient over all of them, where `id` is one. */
const readsFolder = (id: string): IntegratedModel | undefined => integratedModels.find((one) => one === id);

const usage = 'models evaluate <id> --data <csv|folder|zip> [--set column=value] [-o predictions.csv] [--json]';
const shown = ({ value, low, high }: Estimate): string =>
  `${value.toFixed(4)} (95 % ${low.toFixed(4)} to ${high.toFixed(4)})`;

function lines(name: string, found: Evaluation): string[] {
  const { strata, survival, continuous, calibration, abstained, warnings } = found;
  const reasons = Object.entries(Object.groupBy(abstained, ({ column, reason }) => `${column}: ${reason}`));
  return [
    `${name}: ${found.rows} rows, ${found.predictions.length} scored by ${found.model} ${found.version}, ${abstained.length} not scored`,
    ...reasons.map(
      ([reason, rows]) => `  not scored, ${reason}: ${rows?.length ?? 0} (first at line ${rows?.[0]?.line ?? 0})`,
    ),
    ...warnings.map((warning) => `  ${warning}`),
    ...strata.map(
      ({ name: group, patients, positives, auc }) =>
        `  AUC ${group}: ${auc === undefined ? 'not defined, one outcome only' : shown(auc)}, ${patients} patients, ${positives} with the outcome`,
    ),
    ...survival.flatMap(survivalLines),
    ...continuous.map(
      ({ meaning, rows, correlation, coverage, nominal }) =>
        `  ${meaning}: ${rows} measured, r ${correlation === undefined ? 'not defined' : shown(correlation)}, inside the ${nominal} interval ${coverage.toFixed(3)} (cell-line model, preclinical)`,
    ),
    ...(strata.length === 0 && survival.length === 0 && continuous.length === 0
      ? ['  no outcome column: scored, not measured']
      : []),
    ...(calibration === undefined
      ? []
      : [`  calibration slope ${calibration.slope.toFixed(2)}, intercept ${calibration.intercept.toFixed(2)}`]),
  ];
}

const survivalLines = (found: Evaluation['survival'][number]): string[] => [
  `  ${found.endpoint}: ${found.patients} patients, ${found.events} events, ${found.competing} competing deaths`,
  ...(found.concordance === undefined ? ['    C is not defined: no pair can be compared'] : []),
  ...(found.concordance === undefined ? [] : [`    C over all follow-up: ${shown(found.concordance)}`]),
  ...(found.concordanceToHorizon === undefined
    ? []
    : [`    C to ${found.horizonMonths} months: ${shown(found.concordanceToHorizon)}`]),
  ...(found.gainOverClinical === undefined
    ? []
    : [`    gain over its clinical part alone: ${shown(found.gainOverClinical)}`]),
  ...(found.calibration === undefined
    ? []
    : [
        `    calibration slope ${found.calibration.slope.toFixed(2)} (SE ${found.calibration.standardError.toFixed(2)})`,
      ]),
  ...(found.atHorizon === undefined
    ? []
    : [
        `    at ${found.horizonMonths} months: predicted ${found.atHorizon.predicted.toFixed(3)}, observed ${found.atHorizon.observed.toFixed(3)}`,
      ]),
];

/** Runs a shipped model over one cohort file, or over each CSV of a folder, and says how well it ranks. */
export const evaluate: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      data: { type: 'string' },
      set: { type: 'string', multiple: true, default: [] },
      output: { type: 'string', short: 'o' },
      json: { type: 'boolean', default: false },
    },
  });
  const id = onlyArgument(positionals, 'the model', usage);
  if (values.data === undefined) throw usageError('Name the cohort with --data.', usage);
  const integrated = readsFolder(id);
  const files = await cohortFiles(values.data);
  if (files.length === 0) throw usageError('There is no .csv or .tsv file, plain or .gz, in it.', usage);
  if (values.output !== undefined && files.length > 1 && integrated === undefined)
    throw usageError('Predictions are written for one file at a time.', usage);
  const folder = shippedFolders(programRoot(import.meta.url)).models;
  const constants = Object.fromEntries(
    values.set.map((pair) => {
      const [column, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      if (!pair.includes('=') || column === '') throw usageError(`--set takes column=value, not "${pair}".`, usage);
      return [column, value];
    }),
  );
  const results: { file: string; found: Evaluation }[] = [];
  const refused: { file: string; fault: Fault }[] = [];
  if (integrated !== undefined) {
    const { tumorTypes } = await loadPacks(shippedFolders(programRoot(import.meta.url)).knowledge);
    const tree = tumorTypes();
    // The clinical table first: it says which ids are cases.
    const tables = [...files].sort((a, b) => Number(/clin|surv/i.test(b.name)) - Number(/clin|surv/i.test(a.name)));
    const found = await evaluateCases(folder, tables, {
      model: integrated,
      constants,
      ancestorsOf: (code) => tree.tumorType(code)?.ancestors ?? [],
    });
    results.push({ file: basename(resolve(values.data)), found });
  } else
    for (const file of files)
      try {
        results.push({ file: file.name, found: await evaluateModel(folder, id, file, { constants }) });
      } catch (error) {
        // Of several cohorts one that cannot be read must not hide what the others gave.
        if (files.length === 1 || !(error instanceof FaultError)) throw error;
        refused.push({ file: file.name, fault: error.fault });
      }
  if (values.output !== undefined) {
    const predictions = results[0]?.found.predictions ?? [];
    const names = Object.keys(predictions[0]?.outputs ?? { probability: 0 });
    const rows = predictions.map(({ line, id: person = line, outputs }) =>
      [person, ...names.map((name) => outputs[name])].join(','),
    );
    await writeFile(
      values.output,
      `${[integrated === undefined ? 'line' : 'case_id', ...names].join(',')}\n${rows.join('\n')}\n`,
    );
  }
  if (values.json)
    printJson({
      ok: refused.length === 0,
      model: id,
      ...(refused.length === 0 ? {} : { refused }),
      cohorts: results.map(({ file, found: { predictions, ...rest } }) => ({
        file,
        scored: predictions.length,
        ...rest,
      })),
    });
  else
    print(
      ...results.flatMap(({ file, found }) => lines(file, found)),
      ...refused.map(({ file, fault: { code, message, remedy } }) => `${file}: refused, ${code}: ${message} ${remedy}`),
    );
  return refused.length === 0 ? 0 : 1;
};

const benchmarkUsage = 'models benchmark [<id>] [--mitigate age|sex|race] [--json]';

/** Measures shipped models again from their stored predictions and says whether their cards state the same. */
export const benchmark: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { mitigate: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  if (positionals.length > 1) throw usageError('Name one model, or none for all.', benchmarkUsage);
  const { mitigate } = values;
  if (mitigate !== undefined && !['age', 'sex', 'race'].includes(mitigate))
    throw usageError(`There is no mitigation by "${mitigate}".`, benchmarkUsage);
  const folder = shippedFolders(programRoot(import.meta.url)).models;
  const ids = positionals.length === 0 ? benchmarkedModels() : positionals;
  const found: Benchmarked[] = [];
  for (const id of ids) {
    say(`measuring ${id} …`);
    found.push(await benchmarkModel(folder, id));
  }
  const sound = found.every(({ asStated }) => asStated);
  if (values.json) printJson({ ok: sound, models: found });
  else
    for (const { id, version, figures, asStated } of found) {
      print(`${id} ${version}: ${asStated ? 'every figure is as its card states' : 'the card states other figures'}`);
      for (const set of figures) {
        print(...summaryRows(id, [set]).map((row) => `  ${row}`));
        for (const fairness of set.fairness.filter(({ group }) => group === mitigate)) print(...mitigated(fairness));
      }
    }
  return sound ? 0 : 1;
};

const trainUsage = 'models train <id> [--data ../shared/data] [-o <folder>]';

/**
 * Trains a model again by its own script, measures it and says which figures differ from the shipped card. Needs the
 * repository and a Python with the packages that models/README.md names; the shipped model is left as it is.
 */
export const train: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { data: { type: 'string', default: '../shared/data' }, output: { type: 'string', short: 'o' } },
  });
  const id = onlyArgument(positionals, 'the model', trainUsage);
  const root = programRoot(import.meta.url);
  const shipped = shippedFolders(root).models;
  const script = join(shipped, 'training', id, 'train.py');
  if (!benchmarkedModels().includes(id) || !existsSync(script))
    throw usageError(`There is no training of "${id}" here.`, trainUsage);
  const output = resolve(values.output ?? join(root, '.cache', 'training'));
  const made = join(output, id);
  const work = readsFolder(id) === undefined ? [] : ['--work', join(output, 'folds')];
  const code = await new Promise<number | null>((done, failed) => {
    const child = spawn(
      process.env.PYTHON ?? 'python3',
      [script, '--data', resolve(values.data), '-o', made, ...work],
      {
        stdio: ['ignore', 'inherit', 'inherit'],
        env: { ...process.env, OMP_NUM_THREADS: '1' },
      },
    );
    child.on('error', failed).on('close', done);
  });
  if (code !== 0)
    throw new FaultError(
      fault(
        'write-failed',
        `The training ended with ${code}.`,
        'Read its messages above; PYTHON names another Python. Nothing shipped was changed.',
      ),
    );
  const again = await benchmarkModel(shipped, id, (file) => readFile(join(made, file)));
  const before = await benchmarkModel(shipped, id);
  const rows = before.figures.map((set, i) => {
    const [a, b] = [set.discrimination?.value, again.figures[i]?.discrimination?.value];
    return { set: set.set, same: isDeepStrictEqual(set, again.figures[i]), shipped: a, again: b };
  });
  for (const row of rows)
    print(
      `${row.set}: shipped ${row.shipped}, again ${row.again}, ${row.same ? 'every figure the same' : 'other figures'}`,
    );
  return rows.every(({ same }) => same) ? 0 : 1;
};

function mitigated({ group, gaps, mitigation }: Fairness): string[] {
  const line = (name: string, { called, sensitivity, falsePositiveRate, ppv }: Fairness['gaps']['before']): string =>
    `  ${name}: largest difference by ${group} in called ${shown(called)}, sensitivity ${shown(sensitivity)}, false positives ${shown(falsePositiveRate)}, PPV ${shown(ppv)}`;
  return [
    line('one threshold', gaps.before),
    line('mitigated', gaps.after),
    `  thresholds: ${Object.entries(mitigation)
      .map(([value, at]) => `${value} ${at.toFixed(3)}`)
      .join(', ')}`,
  ];
}

/** Tables of one file, of a folder, or of a zip of either, in the order of their names. */
async function cohortFiles(path: string): Promise<{ name: string; bytes: Uint8Array }[]> {
  const isTable = (name: string): boolean => /\.(csv|tsv)(\.gz)?$/i.test(name) && !/(^|\/)[._]/.test(name);
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    const bytes = await fileBytes(path);
    if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) return [{ name: basename(path), bytes }];
    const members = await readZip(bytes);
    return members
      .filter(([name]) => isTable(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, content]) => ({ name: basename(name), bytes: content }));
  }
  const names = (await readdir(path)).filter(isTable).sort();
  return Promise.all(names.map(async (name) => ({ name, bytes: await fileBytes(join(path, name)) })));
}
