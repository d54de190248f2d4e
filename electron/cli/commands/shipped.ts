import { parseArgs } from 'node:util';
import type { PackStatus } from '../../../shared/knowledge/evidence.ts';
import type { ModelStatus } from '../../../shared/prediction/predictions.ts';
import { loadPacks } from '../../knowledge/index.ts';
import { openModels } from '../../prediction/index.ts';
import { programRoot, shippedFolders } from '../../shipped.ts';
import { type Command, print, printJson } from '../command.ts';

const folders = shippedFolders(programRoot(import.meta.url));
const asJson = (argv: readonly string[]): boolean =>
  parseArgs({ args: [...argv], options: { json: { type: 'boolean', default: false } } }).values.json;

const packLine = ({ id, state, trust, manifest, reason }: PackStatus): string =>
  `${id}: ${state} (${trust})${manifest === undefined ? '' : `, version ${manifest.version}, as of ${manifest.asOf}, ${manifest.sources.map((source) => `${source.name} ${source.licence}`).join('; ')}`}${reason === undefined ? '' : ` – ${reason}`}`;

const modelLine = ({ id, state, version, sha256, reason }: ModelStatus): string =>
  `${id}: ${state}${version === undefined ? '' : `, version ${version}`}${sha256 === undefined ? '' : `, sha256 ${sha256}`}${reason === undefined ? '' : ` – ${reason}`}`;

export const listPacks: Command = async (argv) => {
  const packs = (await loadPacks(folders.knowledge)).status();
  if (asJson(argv)) printJson({ ok: true, packs });
  else print(...packs.map(packLine));
  return 0;
};

export const verifyPacks: Command = async (argv) => {
  const packs = (await loadPacks(folders.knowledge)).status();
  const sound = packs.every((pack) => pack.state === 'verified');
  if (asJson(argv)) printJson({ ok: sound, packs });
  else
    print(
      ...packs.map(packLine),
      sound ? 'Every pack is as it was built.' : 'Not every pack may be used; the sections that need it say so.',
    );
  return sound ? 0 : 1;
};

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
