import { parseArgs } from 'node:util';
import type { ModelStatus } from '../../../shared/prediction/predictions.ts';
import { openModels } from '../../prediction/index.ts';
import { programRoot, shippedFolders } from '../../shipped.ts';
import { type Command, print, printJson } from '../command.ts';

const folders = shippedFolders(programRoot(import.meta.url));
const asJson = (argv: readonly string[]): boolean =>
  parseArgs({ args: [...argv], options: { json: { type: 'boolean', default: false } } }).values.json;

const modelLine = ({ id, state, version, sha256, reason }: ModelStatus): string =>
  `${id}: ${state}${version === undefined ? '' : `, version ${version}`}${sha256 === undefined ? '' : `, sha256 ${sha256}`}${reason === undefined ? '' : ` – ${reason}`}`;

export const listModels: Command = async (argv) => {
  const models = await (await openModels(folders.models)).status();
  if (asJson(argv)) printJson({ ok: true, models });
  else print(...models.map(modelLine));
  return 0;
};

export const verifyModels: Command = async (argv) => {
  const models = await (await openModels(folders.models)).status();
  const sound = models.every((model) => model.state === 'verified');
  if (asJson(argv)) printJson({ ok: sound, models });
  else
    print(
      ...models.map(modelLine),
      sound ? 'Every model is as it was trained.' : 'Not every model may be run; predictions say so.',
    );
  return sound ? 0 : 1;
};
