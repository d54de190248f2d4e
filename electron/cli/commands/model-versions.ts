import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { ModelDifference } from '../../../shared/prediction/model-versions.ts';
import type { ModelStatus } from '../../../shared/prediction/predictions.ts';
import { defaultDataFolder } from '../../data-folder.ts';
import { systemClock } from '../../ports.ts';
import { createModelDesk, type ModelDesk, signModel, siteModels } from '../../prediction/index.ts';
import { programRoot, shippedFolders } from '../../shipped.ts';
import { type Command, fileBytes, onlyArgument, print, printJson, say, usageError } from '../command.ts';
import { author, changeLines, workstationModels } from '../packs.ts';

const common = { json: { type: 'boolean', default: false }, data: { type: 'string' } } as const;
const changing = { ...common, reason: { type: 'string' } } as const;

const desk = (data: string = defaultDataFolder()): Promise<ModelDesk> =>
  createModelDesk({
    shipped: shippedFolders(programRoot(import.meta.url)).models,
    site: siteModels(data),
    clock: systemClock,
  });

const modelLine = ({ id, state, version, sha256, publisher, earlier = [], reason }: ModelStatus): string =>
  [
    `${id}: ${state}`,
    ...(version === undefined ? [] : [`version ${version}`]),
    ...(publisher === undefined ? [] : [`signed by ${publisher}`]),
    ...(sha256 === undefined ? [] : [`sha256 ${sha256}`]),
    ...(earlier.length === 0 ? [] : [`earlier: ${earlier.join(', ')}`]),
  ].join(', ') + (reason === undefined ? '' : ` – ${reason}`);

export const listModels: Command = async (argv) => {
  const { values } = parseArgs({ args: [...argv], options: common });
  const models = await (await workstationModels(values.data)).status();
  if (values.json) printJson({ ok: true, models });
  else print(...models.map(modelLine));
  return 0;
};

export const verifyModels: Command = async (argv) => {
  const { values } = parseArgs({ args: [...argv], options: common });
  const models = await (await workstationModels(values.data)).status();
  const sound = models.every((model) => model.state === 'verified');
  if (values.json) printJson({ ok: sound, models });
  else
    print(
      ...models.map(modelLine),
      sound
        ? 'Every model is as it was trained, or as its publisher signed it within the plan.'
        : 'Not every model may be run; predictions say so.',
    );
  return sound ? 0 : 1;
};

/** Installs a signed version within the change-control plan. */
export const installModel: Command = async (argv) => {
  const { values, positionals } = parseArgs({ args: [...argv], options: changing, allowPositionals: true });
  const source = onlyArgument(positionals, 'the version', 'models install <folder|zip> --reason <why>');
  if (values.reason === undefined || values.reason.trim() === '')
    throw usageError('The change-control plan wants a reason.', 'models install <folder|zip> --reason <why>');
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.once('SIGINT', stop);
  try {
    say(`measuring ${basename(source)} against the plan …`);
    const change = await (await desk(values.data)).install(source, author(values.reason), { signal: abort.signal });
    if (values.json) printJson({ ok: true, change });
    else
      print(
        `${change.id}: ${change.from ?? 'none'} -> ${change.to ?? 'shipped'}, signed by ${change.publisher}.`,
        ...change.held.map((line) => `  ${line}`),
      );
  } finally {
    process.off('SIGINT', stop);
  }
  return 0;
};

export const rollbackModel: Command = async (argv) => {
  const { values, positionals } = parseArgs({ args: [...argv], options: changing, allowPositionals: true });
  const id = onlyArgument(positionals, 'the model', 'models rollback <id> --reason <why>');
  if (values.reason === undefined || values.reason.trim() === '')
    throw usageError('The change-control plan wants a reason.', 'models rollback <id> --reason <why>');
  const change = await (await desk(values.data)).rollback(id, author(values.reason));
  if (values.json) printJson({ ok: true, change });
  else
    print(
      `${id}: ${change.from ?? 'a version that is not whole'} -> ${change.to ?? 'the version that ships with the program'}.`,
    );
  return 0;
};

const differenceLines = ({ from, to, filesChanged, figures }: ModelDifference): string[] => [
  `${from} -> ${to}: ${filesChanged.length === 0 ? 'the same files' : `other ${filesChanged.join(', ')}`}`,
  ...figures.map((row) => `  ${row.set}, ${row.figure}: ${row.from ?? 'not measured'} -> ${row.to ?? 'not measured'}`),
];

export const diffModels: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { ...common, from: { type: 'string' }, to: { type: 'string' } },
    allowPositionals: true,
  });
  const id = onlyArgument(positionals, 'the model', 'models diff <id> [--from <version>] [--to <version>]');
  const difference = await (await desk(values.data)).diff(id, values.from, values.to);
  if (values.json) printJson({ ok: true, difference });
  else print(...differenceLines(difference));
  return 0;
};

export const modelChanges: Command = async (argv) => {
  const { values } = parseArgs({ args: [...argv], options: common });
  const made = await (await desk(values.data)).changes();
  if (values.json) printJson({ ok: true, changes: made });
  else print(...changeLines(made));
  return 0;
};

/** Makes a trained model a version that can be handed out: manifest and signature. */
export const signModels: Command = async (argv) => {
  const usage = 'models sign <folder> --key <private key.pem>';
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { json: { type: 'boolean', default: false }, key: { type: 'string' } },
    allowPositionals: true,
  });
  const folder = onlyArgument(positionals, 'the folder of the trained model', usage);
  if (values.key === undefined) throw usageError('Name the private key.', usage);
  const pem = Buffer.from(await fileBytes(values.key)).toString('utf8');
  const signed = await signModel(folder, pem, systemClock.now().slice(0, 10));
  if (values.json) printJson({ ok: true, ...signed });
  else print(`${signed.id} is signed with the key ${signed.keyId}.`);
  return 0;
};
