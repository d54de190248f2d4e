/** Measures a shipped model again from its stored predictions, offline, and says whether the card states the same (F116). */
import { isDeepStrictEqual } from 'node:util';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import {
  benchmark,
  benchmarkPoints,
  type PointFigures,
  pointsOf,
  type SetFigures,
} from '../../shared/prediction/benchmark.ts';
import { CardHead } from '../../shared/prediction/model-files.ts';
import type { VersionFigures } from '../../shared/prediction/model-versions.ts';
import { BenchmarkSpec, type StoredPrediction, storedPredictions } from '../../shared/prediction/stored.ts';
import { readCohortTable } from './cohort-table.ts';
import { pinnedModels } from './pinned.ts';
import { type ModelFolders, type Pins, readPinned } from './verified.ts';

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

interface Stored {
  readonly head: { readonly version: string; readonly title: string };
  readonly spec: BenchmarkSpec;
  readonly rows: StoredPrediction[];
  /** What the card states, as it was read. */
  readonly stated: unknown;
}

function readCard(id: string, bytes: Buffer): Omit<Stored, 'rows'> {
  const card: unknown = JSON.parse(bytes.toString('utf8'));
  const head = CardHead.parse(card);
  const { benchmark: said } = Object(card) as { benchmark?: { figures?: unknown } };
  const spec = BenchmarkSpec.safeParse(said);
  if (!spec.success)
    throw new FaultError(
      fault('model-missing', `The card of ${id} does not say how it is judged.`, 'See the list of models.', {
        file: `${id}/card.json`,
      }),
    );
  return { head, spec: spec.data, stated: said?.figures };
}

async function readStored(id: string, read: (file: string) => Promise<Buffer>): Promise<Stored> {
  const card = readCard(id, await read('card.json'));
  const bytes = await read('predictions.csv');
  const { header, records } = await readCohortTable({ name: `${id}/predictions.csv`, bytes });
  const rows = storedPredictions(
    records.map(({ cells }) => Object.fromEntries(header.map((name, i) => [name, cells[i] ?? '']))),
  );
  return { ...card, rows };
}

/** Faults: model-missing (no such model, or none with stored predictions), model-altered. */
export async function benchmarkModel(
  folder: ModelFolders,
  id: string,
  read: (file: string) => Promise<Buffer> = (file) => readPinned(folder, pinnedModels, id, file),
): Promise<Benchmarked> {
  const { head, spec, rows, stated } = await readStored(id, read);
  const figures = rounded(benchmark(rows, spec));
  return {
    id,
    version: head.version,
    title: head.title,
    figures,
    asStated: isDeepStrictEqual(figures, stated),
  };
}

/** What a card states of its cohorts. @throws FaultError model-missing where it does not say how it is judged, model-altered */
export async function statedFigures(
  id: string,
  read: (file: string) => Promise<Buffer>,
): Promise<Pick<VersionFigures[number], 'measure' | 'figures'>> {
  const { spec, stated } = readCard(id, await read('card.json'));
  return {
    measure: spec.within === undefined && spec.horizonMonths === undefined ? 'AUC' : 'C',
    figures: (Array.isArray(stated) ? (stated as SetFigures[]) : []).map(
      ({ set, patients, discrimination, comparators, calibration, conformal }) => ({
        set,
        patients,
        ...(discrimination === undefined ? {} : { discrimination }),
        gains: Object.entries(comparators).flatMap(([over, { gain }]) => (gain === undefined ? [] : [{ over, gain }])),
        ...(calibration?.slope === undefined ? {} : { slope: calibration.slope }),
        ...(conformal === undefined ? {} : { coverage: conformal.coverage }),
      }),
    ),
  };
}

/** The figures that a change-control plan puts bounds to, and whether the card states these very ones. */
export async function measurePoints(
  id: string,
  read: (file: string) => Promise<Buffer>,
): Promise<{ readonly figures: readonly PointFigures[]; readonly asStated: boolean }> {
  const { spec, rows, stated } = await readStored(id, read);
  const figures = rounded(benchmarkPoints(rows, spec));
  return {
    figures,
    asStated: Array.isArray(stated) && isDeepStrictEqual(figures, rounded(pointsOf(stated as SetFigures[]))),
  };
}
