/**
 * Latency of the aggressiveness model, side by side in one run: a whole prediction against a bare run of the session.
 *
 *     node tests/bench/model.ts
 */
import { resolve } from 'node:path';
import { openModels } from '../../electron/prediction/index.ts';
import { pinnedModels } from '../../electron/prediction/pinned.ts';
import { openSession } from '../../electron/prediction/session.ts';
import { readModel } from '../../electron/prediction/verified.ts';
import { caseOf, normals } from '../unit/prediction/support.ts';

const MODELS = resolve(import.meta.dirname, '../../models');
const ROUNDS = 200;

const median = (values: number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Milliseconds: opening cold (read, hash, session, first prediction), then medians of alternating rounds. */
export async function benchModel() {
  const { onnx, documents } = await readModel(MODELS, pinnedModels, 'aggressiveness');
  const { columns, blocks } = documents.features;
  const random = normals(1);
  const { record, intake, profile } = caseOf({
    expression: { reference: 'TCGA LUAD', values: Object.fromEntries(columns.rna.map((gene) => [gene, random()])) },
    copyNumbers: Object.fromEntries(columns['copy-number'].map((gene) => [gene, Math.round(random() / 2)])),
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
  return { coldMilliseconds: cold, bareRunMilliseconds: median(bare), predictionMilliseconds: median(whole) };
}

if (import.meta.main) console.log(JSON.stringify(await benchModel()));
