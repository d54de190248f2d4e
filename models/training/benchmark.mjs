/**
 * Writes what `consilium models benchmark` measures into card.json, card.md and the table of models/README.md. Run after
 * training and before pin.mjs:
 *
 *     node models/training/benchmark.mjs [id ...]
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { benchmarkModel } from '../../electron/prediction/benchmark.ts';
import { readCohortTable } from '../../electron/prediction/cohort-table.ts';
import { benchmarkPage, summaryRows } from '../../shared/prediction/benchmark-page.ts';
import { learnedLimits } from '../../shared/prediction/conformal.ts';
import { alikeOf, storedPredictions } from '../../shared/prediction/stored.ts';

const models = resolve(import.meta.dirname, '..');
const all = readdirSync(models)
  .filter((name) => existsSync(join(models, name, 'predictions.csv')))
  .sort();
const asked = process.argv.slice(2);

const sixDigits = (value) =>
  value === undefined
    ? undefined
    : JSON.parse(
        JSON.stringify(value, (_, inner) => (typeof inner === 'number' ? Number(inner.toPrecision(6)) : inner)),
      );

for (const id of asked.length === 0 ? all : asked) {
  const file = (name) => join(models, id, name);
  const { figures } = await benchmarkModel(models, id, async (name) => readFileSync(file(name)));
  const card = JSON.parse(readFileSync(file('card.json'), 'utf8'));
  card.benchmark = { ...card.benchmark, figures };
  const { header, records } = await readCohortTable({ name: id, bytes: readFileSync(file('predictions.csv')) });
  const rows = storedPredictions(
    records.map(({ cells }) => Object.fromEntries(header.map((name, i) => [name, cells[i] ?? '']))),
  );
  const { within } = card.benchmark;
  if (within !== undefined) card.alike = alikeOf(rows, within);
  // What the app states a patient's interval by: limits from everyone who was predicted out of fold.
  card.limitsByGroup = sixDigits(learnedLimits(rows.filter(({ fold }) => fold >= 0)));
  writeFileSync(file('card.json'), `${JSON.stringify(card, null, 1)}\n`);
  const page = readFileSync(file('card.md'), 'utf8').split('\n## Measured again\n')[0];
  writeFileSync(file('card.md'), `${page.trimEnd()}\n\n${benchmarkPage(id, figures)}`);
  console.log(`measured ${id}`);
}

const [begin, end] = ['<!-- measured -->', '<!-- /measured -->'];
const readme = join(models, 'README.md');
const text = readFileSync(readme, 'utf8');
const rows = all.flatMap((id) => {
  const { benchmark } = JSON.parse(readFileSync(join(models, id, 'card.json'), 'utf8'));
  return summaryRows(id, benchmark.figures ?? []);
});
const head =
  '| model | cohort | patients / events | ranking | against | calibration slope | conformal coverage (nominal .90) | of its groups of 50 and more, limits by group |\n|---|---|---|---|---|---|---|---|';
writeFileSync(readme, `${text.split(begin)[0]}${begin}\n${head}\n${rows.join('\n')}\n${end}${text.split(end)[1]}`);
