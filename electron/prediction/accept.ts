/** Whether an update of a model may run here: measured, compared and tried before anything of it is written (F040, F119). */
import { createHash } from 'node:crypto';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { Archetypes } from '../../shared/prediction/alike.ts';
import {
  type BoundRead,
  boundsRead,
  boundWords,
  type ChangeControlPlan,
  frozenParts,
  type ModelPlan,
} from '../../shared/prediction/change-control.ts';
import { CardHead, FeatureTable, ModelCard, PopulationTable } from '../../shared/prediction/model-files.ts';
import { TableCard } from '../../shared/prediction/other-models.ts';
import { TableInput } from '../../shared/prediction/table-model.ts';
import { measurePoints } from './benchmark.ts';
import { inspectOnnx } from './onnx-file.ts';
import { openSession, openTableSession } from './session.ts';
import type { Pins } from './verified.ts';

/** A model's files by name, every one verified. */
export type ModelFiles = ReadonlyMap<string, Buffer>;

const again = 'Ask the publisher for the model again; nothing was installed.';
const outside = (message: string, file?: string): FaultError =>
  new FaultError(
    fault(
      'model-outside-plan',
      message,
      'A change of this kind comes with a new version of the program; nothing was installed.',
      file === undefined ? undefined : { file },
    ),
  );
const invalid = (message: string, file: string): FaultError =>
  new FaultError(fault('schema-invalid', message, again, { file }));

const bytesOf = (files: ModelFiles, name: string): Buffer => {
  const bytes = files.get(name);
  if (bytes === undefined) throw outside(`The update has no ${name}.`, name);
  return bytes;
};

function json(files: ModelFiles, name: string): unknown {
  try {
    return JSON.parse(bytesOf(files, name).toString('utf8'));
  } catch (error) {
    if (error instanceof FaultError) throw error;
    throw new FaultError(fault('json-invalid', 'The file is no JSON.', again, { file: name }));
  }
}

const documents = {
  cases: {
    'archetypes.json': Archetypes,
    'card.json': ModelCard,
    'features.json': FeatureTable,
    'population.json': PopulationTable,
  },
  tables: { 'card.json': TableCard, 'input.json': TableInput },
};

type WithinPlan = Extract<ModelPlan, { updates: 'within the plan' }>;

/** The plan for a model that may be updated. @throws FaultError model-outside-plan */
export function planOf(plan: ChangeControlPlan, id: string): WithinPlan {
  const found = Object.hasOwn(plan.models, id) ? plan.models[id] : undefined;
  if (found === undefined) throw outside('The plan knows no such model: only models that ship can be updated.');
  if (found.updates === 'none') throw outside(`This model is not updated from outside. ${found.reason}`);
  return found;
}

/**
 * What needs no run: files, documents and the parts that the plan holds fixed, against the shipped files. Cheap enough for
 * each start, so that a plan that became narrower holds for what was installed before.
 * @throws FaultError model-outside-plan, schema-invalid, json-invalid
 */
export function checkParts(plan: WithinPlan, shipped: ModelFiles, update: ModelFiles): void {
  for (const name of shipped.keys()) {
    const bytes = bytesOf(update, name);
    if (!plan.mayChange.includes(name) && !bytes.equals(shipped.get(name) as Buffer))
      throw outside(`The plan lets ${name} be as it ships.`, name);
  }
  for (const name of update.keys()) if (!shipped.has(name)) throw outside(`The plan knows no ${name}.`, name);
  const kind = update.has('input.json') ? documents.tables : documents.cases;
  for (const [name, schema] of Object.entries(kind)) {
    const read = schema.safeParse(json(update, name));
    if (!read.success)
      throw invalid(`${name} is not that of a model: ${read.error.issues[0]?.path.join('.') ?? ''}.`, name);
  }
  const off = [...new Set(plan.frozen.map(({ file }) => file))].flatMap((file) =>
    frozenParts(plan, file, json(shipped, file), json(update, file)),
  );
  if (off[0] !== undefined) throw outside(`The update changes what the plan holds fixed (${off.join(', ')}).`);
  const [before, after] = [shipped, update].map((files) => inspectOnnx(bytesOf(files, 'model.onnx')));
  for (const side of ['inputs', 'outputs'] as const)
    if (JSON.stringify([...(before?.[side] ?? [])].sort()) !== JSON.stringify([...(after?.[side] ?? [])].sort()))
      throw outside(`The model has other ${side} than the one that ships.`, 'model.onnx');
}

/** Largest difference between what the runtime gives and what the training framework said; shapes are tried by it. */
async function parityOf(update: ModelFiles): Promise<number> {
  const parity = json(update, 'parity.json') as Record<string, unknown>;
  const onnx = bytesOf(update, 'model.onnx');
  const wrong = (why: string): FaultError => invalid(`parity.json ${why}.`, 'parity.json');
  const far = (a: ArrayLike<number>, b: readonly number[]): number =>
    a.length === b.length && b.length > 0
      ? Math.max(...b.map((value, i) => Math.abs(value - (a[i] ?? Number.NaN))))
      : Number.NaN;
  const apart: number[] = [];
  if (update.has('input.json')) {
    const input = TableInput.parse(json(update, 'input.json'));
    const { rows, tolerance: _, ...expected } = parity;
    if (!Array.isArray(rows) || rows.some((row) => !Array.isArray(row) || row.length !== input.columns.length))
      throw wrong('has rows of another width than input.json');
    const session = await openTableSession(onnx);
    const said = await session.run(
      rows.map((row: (number | null)[]) => Float32Array.from(row, (value) => value ?? Number.NaN)),
    );
    for (const name of session.outputs) {
      if (!Array.isArray(expected[name])) throw wrong(`lacks the output ${name}`);
      apart.push(far(said[name] ?? [], expected[name]));
    }
  } else {
    const table = FeatureTable.parse(json(update, 'features.json'));
    const { contributions } = parity as { contributions?: number[][][] };
    if (!Array.isArray(contributions) || contributions.length === 0) throw wrong('has no rows');
    const width = table.blocks.reduce((sum, block) => sum + table.columns[block].length, 0);
    // The rule that parity.json states in words.
    const rows = contributions.map((_, i) =>
      Float32Array.from({ length: width }, (_, j) => (((i * 7919 + j * 104729) % 801) - 400) / 100),
    );
    const session = await openSession(onnx);
    const said = await session.run(
      rows,
      rows.map((_, i) => i % Object.keys(table.types).length),
    );
    said.forEach((output, i) => {
      apart.push(far(output.contributions.flat(), (contributions[i] ?? []).flat()));
    });
  }
  return apart.some(Number.isNaN) ? Number.NaN : Math.max(...apart);
}

/** What an accepted update was held to. */
export interface AcceptedUpdate {
  readonly bounds: readonly BoundRead[];
  readonly parity: number;
}

/**
 * Everything: parts, parity with the training framework, and every bound of the plan measured again from the predictions that
 * the update brings. Those are the publisher's: that they are out of fold cannot be seen from here, which the signature answers for.
 * @throws FaultError model-outside-plan, schema-invalid, json-invalid, version-conflict, memory-exhausted
 */
export async function acceptUpdate(
  id: string,
  plan: ChangeControlPlan,
  {
    shipped,
    update,
    version,
    inUse,
  }: {
    readonly shipped: ModelFiles;
    readonly update: ModelFiles;
    /** As the manifest states it. */
    readonly version: string;
    readonly inUse: string | undefined;
  },
): Promise<AcceptedUpdate> {
  const own = planOf(plan, id);
  if (inUse !== undefined && new Intl.Collator('en', { numeric: true }).compare(version, inUse) <= 0)
    throw new FaultError(
      fault(
        'version-conflict',
        `The update (${version}) is not newer than the version in use (${inUse}).`,
        'To go back to an earlier version use models rollback; nothing was installed.',
      ),
    );
  checkParts(own, shipped, update);
  const head = CardHead.parse(json(update, 'card.json'));
  if (head.id !== id || head.version !== version)
    throw invalid('The card is of another model or version than the manifest.', 'card.json');
  const parity = await parityOf(update);
  if (!(parity <= own.parity))
    throw outside(
      `The runtime gives other numbers than the training framework did (apart by ${parity}, at most ${own.parity}).`,
      'parity.json',
    );
  const { figures, asStated } = await measurePoints(id, async (name) => bytesOf(update, name));
  if (!asStated) throw invalid('The card states other figures than its own predictions give.', 'card.json');
  const bounds = boundsRead(own.bounds, figures);
  const missed = bounds.filter(({ held }) => !held);
  if (missed.length > 0) throw outside(`The update misses the plan: ${missed.map(boundWords).join('; ')}.`);
  return { bounds, parity };
}

/** The pins of a verified version: the very hashes its signed manifest names. */
export const pinsOf = (id: string, files: ModelFiles): Pins => ({
  [id]: Object.fromEntries([...files].map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')])),
});
