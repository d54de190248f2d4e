import { readdir, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Estimate } from '../../../shared/prediction/measure.ts';
import { type Evaluation, evaluateModel } from '../../prediction/index.ts';
import { programRoot, shippedFolders } from '../../shipped.ts';
import { type Command, fileBytes, onlyArgument, print, printJson, usageError } from '../command.ts';

const usage = 'models evaluate <id> --data <csv|folder> [-o predictions.csv] [--json]';
const shown = ({ value, low, high }: Estimate): string =>
  `${value.toFixed(4)} (95 % ${low.toFixed(4)} to ${high.toFixed(4)})`;

function lines(name: string, found: Evaluation): string[] {
  const { strata, calibration, abstained, warnings } = found;
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
    ...(strata.length === 0 ? ['  no outcome column: scored, not measured'] : []),
    ...(calibration === undefined
      ? []
      : [`  calibration slope ${calibration.slope.toFixed(2)}, intercept ${calibration.intercept.toFixed(2)}`]),
  ];
}

/** Runs a shipped model over one cohort file, or over each CSV of a folder, and says how well it ranks. */
export const evaluate: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      data: { type: 'string' },
      output: { type: 'string', short: 'o' },
      json: { type: 'boolean', default: false },
    },
  });
  const id = onlyArgument(positionals, 'the model', usage);
  if (values.data === undefined) throw usageError('Name the cohort with --data.', usage);
  const files = await cohortFiles(values.data);
  if (files.length === 0) throw usageError('The folder holds no .csv or .csv.gz file.', usage);
  if (values.output !== undefined && files.length > 1)
    throw usageError('Predictions are written for one file at a time.', usage);
  const folder = shippedFolders(programRoot(import.meta.url)).models;
  const results: { file: string; found: Evaluation }[] = [];
  for (const path of files) {
    const name = basename(path);
    results.push({ file: name, found: await evaluateModel(folder, id, { name, bytes: await fileBytes(path) }) });
  }
  if (values.output !== undefined) {
    const rows = (results[0]?.found.predictions ?? []).map(({ line, probability }) => `${line},${probability}`);
    await writeFile(values.output, `line,probability\n${rows.join('\n')}\n`);
  }
  if (values.json)
    printJson({
      ok: true,
      model: id,
      cohorts: results.map(({ file, found: { predictions, ...rest } }) => ({
        file,
        scored: predictions.length,
        ...rest,
      })),
    });
  else print(...results.flatMap(({ file, found }) => lines(file, found)));
  return 0;
};

async function cohortFiles(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || !found.isDirectory()) return [path];
  const names = await readdir(path);
  return names
    .filter((name) => /\.csv(\.gz)?$/i.test(name))
    .sort()
    .map((name) => join(path, name));
}
