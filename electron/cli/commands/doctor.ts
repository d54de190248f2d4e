import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultDataFolder } from '../../data-folder.ts';
import { vaultState } from '../../vault/index.ts';
import { type Command, print, printJson } from '../command.ts';
import { workstationModels, workstationPacks } from '../packs.ts';

interface Check {
  readonly what: string;
  readonly state: 'ok' | 'attention';
  readonly detail: string;
}

/** The nearest folder of a path that is there already. */
const standing = (path: string): string => (existsSync(path) ? path : standing(dirname(path)));

function writable(path: string): boolean {
  try {
    accessSync(standing(path), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

export const doctor: Command = async (argv) => {
  const { values } = parseArgs({
    args: [...argv],
    options: { json: { type: 'boolean', default: false }, data: { type: 'string' } },
  });
  const data = values.data ?? defaultDataFolder();
  const packs = (await workstationPacks(data)).status();
  const models = await (await workstationModels()).status();
  const checks: Check[] = [
    { what: 'Runtime', state: 'ok', detail: `Node ${process.versions.node}, ${process.platform} ${process.arch}` },
    ...packs.map(
      (pack): Check => ({
        what: `Pack ${pack.id}`,
        state: pack.state === 'verified' ? 'ok' : 'attention',
        detail: pack.reason ?? `${pack.state}, as of ${pack.manifest?.asOf ?? 'unknown'}`,
      }),
    ),
    ...models.map(
      (model): Check => ({
        what: `Model ${model.id}`,
        state: model.state === 'verified' ? 'ok' : 'attention',
        detail: model.reason ?? `${model.state}, version ${model.version ?? 'unknown'}`,
      }),
    ),
    {
      what: 'Data folder',
      state: writable(data) ? 'ok' : 'attention',
      detail: writable(data) ? 'can be written' : 'cannot be written: choose another with --data',
    },
    {
      what: 'Vault',
      state: 'ok',
      detail: vaultState(data) === 'absent' ? 'none yet: the first start makes one' : 'there, locked',
    },
  ];
  const sound = checks.every((check) => check.state === 'ok');
  if (values.json) printJson({ ok: sound, checks });
  else
    print(
      ...checks.map((check) => `${check.state === 'ok' ? 'ok       ' : 'ATTENTION'}  ${check.what}: ${check.detail}`),
    );
  return sound ? 0 : 1;
};
