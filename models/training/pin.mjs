/**
 * Pins every shipped model: writes the SHA-256 of each file of models/<id> (a folder with a model.onnx), and of the
 * change-control plan, into the app's
 * own code, electron/prediction/pinned.ts. Run it after training, and review what changed: what is pinned will run.
 *
 *     node models/training/pin.mjs [--check]
 *
 * --check changes nothing and ends with 1 where the code and the files differ.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const models = resolve(import.meta.dirname, '..');
const target = resolve(models, '..', 'electron', 'prediction', 'pinned.ts');

const sha256 = (path) => createHash('sha256').update(readFileSync(path)).digest('hex');
const folders = readdirSync(models)
  .filter((name) => existsSync(join(models, name, 'model.onnx')))
  .sort();

const lines = folders.flatMap((id) => [
  `  ${/^[a-z]+$/.test(id) ? id : `'${id}'`}: {`,
  ...readdirSync(join(models, id))
    .sort()
    .map((file) => `    '${file}': '${sha256(join(models, id, file))}',`),
  '  },',
]);
const code = `/** Written by models/training/pin.mjs: SHA-256 of each file of each shipped model. Not edited by hand. */
export const pinnedModels: Readonly<Record<string, Readonly<Record<string, string>>>> = {
${lines.join('\n')}
};

/** SHA-256 of models/change-control.json: what an update from outside may change. */
export const pinnedChangeControl = '${sha256(join(models, 'change-control.json'))}';
`;

const before = existsSync(target) ? readFileSync(target, 'utf8') : '';
if (process.argv.includes('--check')) {
  if (before !== code) {
    console.error('electron/prediction/pinned.ts does not match models/: run node models/training/pin.mjs');
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, code);
  console.log(`pinned ${folders.join(', ') || 'no model'}`);
}
