/** Measures a shipped model again from its stored predictions, offline, and says whether the card states the same (F116). */
import { isDeepStrictEqual } from 'node:util';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { benchmark, type SetFigures } from '../../shared/prediction/benchmark.ts';
import { CardHead } from '../../shared/prediction/model-files.ts';
import { BenchmarkSpec, storedPredictions } from '../../shared/prediction/stored.ts';
import { readCohortTable } from './cohort-table.ts';
import { pinnedModels } from './pinned.ts';
import { type Pins, readPinned } from './verified.ts';

export interface Benchmarked {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly figures: readonly SetFigures[];
  /** Whether card.json holds these very figures. */
  readonly asStated: boolean;
}

/** Four digits: what the draws of a bootstrap are worth, and the same on every machine. */
export const rounded = <Value>(value: Value): Value =>
  JSON.parse(JSON.stringify(value, (_, inner) => (typeof inner === 'number' ? Number(inner.toFixed(4)) : inner)));

/** Models that ship the predictions they were measured on. */
export const benchmarkedModels = (pins: Pins = pinnedModels): string[] =>
  Object.keys(pins).filter((id) => pins[id]?.['predictions.csv'] !== undefined);

/** Faults: model-missing (no such model, or none with stored predictions), model-altered. */
export async function benchmarkModel(
  folder: string,
  id: string,
  read: (file: string) => Promise<Buffer> = (file) => readPinned(folder, pinnedModels, id, file),
): Promise<Benchmarked> {
  const [cardBytes, bytes] = [await read('card.json'), await read('predictions.csv')];
  const card: unknown = JSON.parse(cardBytes.toString('utf8'));
  const head = CardHead.parse(card);
  const stated = Object(card) as { benchmark?: { figures?: unknown } };
  const spec = BenchmarkSpec.safeParse(stated.benchmark);
  if (!spec.success)
    throw new FaultError(
      fault('model-missing', `The card of ${id} does not say how it is judged.`, 'See the list of models.', {
        file: `${id}/card.json`,
      }),
    );
  const { header, records } = await readCohortTable({ name: `${id}/predictions.csv`, bytes });
  const rows = storedPredictions(
    records.map(({ cells }) => Object.fromEntries(header.map((name, i) => [name, cells[i] ?? '']))),
  );
  const figures = rounded(benchmark(rows, spec.data));
  return {
    id,
    version: head.version,
    title: head.title,
    figures,
    asStated: isDeepStrictEqual(figures, stated.benchmark?.figures),
  };
}
