/**
 * Latency of the aggressiveness model, side by side in one run: a whole prediction against a bare run of the session.
 *
 *     node tests/bench/model.ts
 */
import { resolve } from 'node:path';
import { coalitionAsker } from '../../electron/prediction/explain.ts';
import { openModels } from '../../electron/prediction/index.ts';
import { pinnedModels } from '../../electron/prediction/pinned.ts';
import { openSession } from '../../electron/prediction/session.ts';
import { readModel } from '../../electron/prediction/verified.ts';
import { caseFeatures, knownInputs } from '../../shared/prediction/case-features.ts';
import { sampledShapley } from '../../shared/prediction/coalitions.ts';
import { inputGroups } from '../../shared/prediction/explain-case.ts';
import { caseOf, likeCohort, normals } from '../unit/prediction/support.ts';

const MODELS = resolve(import.meta.dirname, '../../models');
const ROUNDS = 200;
const BATCH_ROWS = 128;

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
const median = (values: readonly number[]): number => quantile(values, 0.5);

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/**
 * Milliseconds: opening cold (read, hash, session, first prediction), then medians of alternating rounds, and what a prediction
 * takes beyond the bare run beside it: median, and the tenth that the rest of the machine disturbed least.
 */
export async function benchModel() {
  const { onnx, documents } = await readModel(MODELS, pinnedModels, 'aggressiveness');
  const { columns, blocks } = documents.features;
  const { record, intake, profile } = caseOf({
    ...likeCohort(documents.features, 'LUAD', normals(1)),
    mutated: ['TP53', 'KRAS'],
  });
  const models = await openModels(MODELS);
  const cold = await timed(() => models.predict(record, intake, profile));
  const session = await openSession(onnx);
  const row = new Float32Array(blocks.reduce((sum, block) => sum + columns[block].length, 0)).fill(0.5);
  const bare: number[] = [];
  const whole: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    bare.push(await timed(() => session.run([row], [8])));
    whole.push(await timed(() => models.predict(record, intake, profile)));
  }
  const more = whole.map((one, i) => one - (bare[i] as number));
  return {
    coldMilliseconds: cold,
    bareRunMilliseconds: median(bare),
    predictionMilliseconds: median(whole),
    moreMilliseconds: median(more),
    quietBareRunMilliseconds: quantile(bare, 0.1),
    quietPredictionMilliseconds: quantile(whole, 0.1),
    quietMoreMilliseconds: quantile(more, 0.1),
  };
}

const EXPLAIN_ROUNDS = 5;

/**
 * Milliseconds, medians of alternating rounds: 2,048 and more coalitions with all that is made of them, the same number of
 * rows run bare in the same batches, and the whole integration view (estimate, explanation, table models).
 */
export async function benchExplanation() {
  const { onnx, documents } = await readModel(MODELS, pinnedModels, 'aggressiveness');
  const { types } = documents.features;
  const parts = caseOf({
    ...likeCohort(documents.features, 'LUAD', normals(1)),
    mutated: ['TP53', 'KRAS'],
  });
  const models = await openModels(MODELS);
  const session = await openSession(onnx);
  const type = Object.keys(types).indexOf('LUAD');
  const inputs = caseFeatures(documents.features, 'LUAD', parts);
  const [output] = await session.run([inputs.features], [type]);
  const groups = inputGroups(knownInputs(inputs), output?.terms ?? new Float32Array(), []);
  const ask = coalitionAsker(session, type, 1, inputs.features, groups);
  const width = inputs.features.length;
  const block = new Float32Array(BATCH_ROWS * width);
  for (let row = 0; row < BATCH_ROWS; row++) block.set(inputs.features, row * width);
  let coalitions = 0;
  const shapley: number[] = [];
  const bare: number[] = [];
  const view: number[] = [];
  for (let i = 0; i < EXPLAIN_ROUNDS; i++) {
    shapley.push(
      await timed(async () => {
        coalitions = (await sampledShapley(groups.length, ask, { least: 2048, seed: 1 })).coalitions;
      }),
    );
    bare.push(
      await timed(async () => {
        for (let done = 0; done < coalitions; done += BATCH_ROWS) {
          const rows = Math.min(BATCH_ROWS, coalitions - done);
          await session.risks(block.subarray(0, rows * width), rows, type);
        }
      }),
    );
    view.push(
      await timed(async () => {
        await models.predict(parts.record, parts.intake, parts.profile);
        await models.explain(parts, []);
        await models.others(parts);
      }),
    );
  }
  return {
    coalitions,
    shapleyMilliseconds: median(shapley),
    bareBatchMilliseconds: median(bare),
    integrationViewMilliseconds: median(view),
    integrationViewColdMilliseconds: view[0] ?? Number.NaN,
  };
}

if (import.meta.main) console.log(JSON.stringify({ ...(await benchModel()), ...(await benchExplanation()) }));
