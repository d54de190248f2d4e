import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { exampleMapping } from '../../../shared/exchange/lab/mapping.ts';
import { describeFault, FaultError, fault } from '../../../shared/foundation/fault.ts';
import { CaseId, Sha256 } from '../../../shared/foundation/ids.ts';
import { plural } from '../../../shared/report/words.ts';
import {
  DRAFTS,
  deliveries,
  type Looked,
  lookOnce,
  mappingFrom,
  quarantined,
  retryDelivery,
} from '../../exchange/index.ts';
import { makeFolder } from '../../make-folder.ts';
import { type Command, fileBytes, onlyArgument, print, printJson, say, usageError } from '../command.ts';
import { journalled, type VaultValues, vaultOptions, vaultUsage, withVault } from '../open-vault.ts';
import { workstationPacks } from '../packs.ts';
import { writeWhole } from './analyze.ts';

const usage = `exchange watch <drop folder> --mapping m.yaml [-o <drafts folder>] [--once] [--every seconds] [--retry <id>|all] [--json] ${vaultUsage} | exchange watch --delivered <case> -o <folder> --data <folder> [--user <name>] [--password-file f] | exchange watch --example`;

const Delivered = z.object({
  files: z.array(z.object({ path: z.string().regex(/^(?!.*(?:^|\/)\.\.?(?:\/|$))[^\\\0]+$/), sha256: Sha256 })),
});

/** The files of a case as its laboratory delivered them, out of the vault. */
async function delivered(
  caseName: string,
  values: VaultValues & { readonly output?: string | undefined },
): Promise<number> {
  const { output } = values;
  const caseId = CaseId.safeParse(caseName);
  if (output === undefined || values.data === undefined || !caseId.success)
    throw usageError('Name the case, the folder to write with -o, and the vault with --data.', usage);
  if (existsSync(output) && readdirSync(output).length > 0)
    throw new FaultError(
      fault('exists-already', 'The folder is not empty; nothing was written.', 'Name a new folder.', {
        file: basename(output),
      }),
    );
  return withVault(values, async (vault) => {
    if (vault === undefined) throw usageError('Name the vault with --data.', usage);
    const files = vault
      .read({ types: ['blob.stored'], caseId: caseId.data })
      .flatMap(({ payload }) => Delivered.safeParse(payload).data?.files ?? []);
    if (files.length === 0)
      throw new FaultError(
        fault('not-found', 'No files of a laboratory are kept with this case.', 'Name a case that came by a folder.'),
      );
    for (const { path, sha256 } of files) {
      makeFolder(dirname(join(output, path)));
      await writeWhole(join(output, path), await vault.getBlob(caseId.data, sha256));
    }
    journalled(vault, 'export.written', caseId.data, { format: 'delivered files', channel: 'command line' });
    print(`${plural(files.length, 'file')} of case ${caseId.data}`);
    return 0;
  });
}

const lineOf = (looked: Looked): string => {
  if (looked.what === 'draft') return `draft ${looked.id}: case ${looked.caseId} of ${plural(looked.files, 'file')}`;
  if (looked.what === 'again')
    return `again ${looked.id}: a draft of the same ${plural(looked.files, 'file')} was made before`;
  return [
    `quarantine ${looked.id}: ${plural(looked.files, 'file')}`,
    ...looked.reasons.map((one) => `  ${describeFault(one)}`),
  ].join('\n');
};

/**
 * Looks at a drop folder once, or again and again until it is interrupted. Exit 1 where a look sent something to quarantine,
 * so that a scheduler sees it.
 */
export const watch: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      ...vaultOptions,
      mapping: { type: 'string' },
      output: { type: 'string', short: 'o' },
      once: { type: 'boolean', default: false },
      every: { type: 'string', default: '5' },
      retry: { type: 'string' },
      delivered: { type: 'string' },
      example: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.example) {
    print(exampleMapping.trimEnd());
    return 0;
  }
  if (values.delivered !== undefined) return delivered(values.delivered, values);
  const folder = resolve(onlyArgument(positionals, 'the drop folder', usage));
  if (values.mapping === undefined) throw usageError('Name the mapping with --mapping.', usage);
  const every = Number(values.every);
  if (!(every >= 1 && every <= 3600)) throw usageError('Seconds between looks are 1 to 3600.', usage);
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new FaultError(fault('file-missing', 'The drop folder is not there.', 'Make it, or correct its path.'));
  const mapping = mappingFrom(new TextDecoder().decode(await fileBytes(values.mapping)), basename(values.mapping));
  const target = values.output === undefined ? join(folder, DRAFTS) : resolve(values.output);
  makeFolder(target);
  const knowledge = (await workstationPacks()).molecular();
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

  return withVault(values, async (vault) => {
    const key = vault === undefined ? undefined : (of?: 'now' | 'before') => vault.roomKey('laboratory', of);
    if (values.retry !== undefined) {
      const ids = values.retry === 'all' ? (await quarantined(folder)).map(({ id }) => id) : [values.retry];
      for (const id of ids) {
        const files = await retryDelivery(folder, id, key);
        journalled(vault, 'delivery.retried', null, { id, files });
        say(`${id}: ${plural(files, 'file')} back in the folder.`);
      }
    }
    const all: Looked[] = [];
    const look = async (): Promise<void> => {
      const looked = await lookOnce({
        folder,
        mapping,
        knowledge,
        now: Date.now(),
        signal: stop.signal,
        key,
        keep: async (id, { record, bundle, mappings }, files) => {
          const path = join(target, `${record.caseId}.${id}.tbcase`);
          const same = existsSync(path) && Buffer.compare(await readFile(path), bundle) === 0;
          if (!same) await writeWhole(path, bundle);
          journalled(vault, 'delivery.drafted', null, {
            id,
            files,
            mapping: `${mapping.id} ${mapping.version}`,
            harmonised: mappings.length,
          });
          for (const one of mappings) say(`  ${id} ${one.place}: ${one.from} → ${one.to} (${one.by})`);
        },
        onQuarantine: (id, reasons, files) =>
          journalled(vault, 'delivery.quarantined', null, {
            id,
            files,
            code: reasons[0]?.code,
            reasons: reasons.length,
          }),
      });
      all.push(...looked);
      if (!values.json) for (const one of looked) print(lineOf(one));
    };
    await look();
    while (!values.once && !stop.signal.aborted) {
      await new Promise<void>((done) => {
        const timer = setTimeout(done, every * 1000);
        const end = (): void => {
          clearTimeout(timer);
          done();
        };
        stop.signal.addEventListener('abort', end, { once: true });
      });
      if (!stop.signal.aborted) await look();
    }
    const { deliveries: left, strangers } = await deliveries(folder, mapping, Date.now());
    const waiting = left.map(({ state, paths, missing }) => ({ state, files: paths.length, missing }));
    if (values.json)
      printJson({ ok: !all.some(({ what }) => what === 'quarantined'), looked: all, waiting, strangers });
    else
      say(
        `${plural(waiting.length, 'delivery', 'deliveries')} waiting, ${plural(strangers, 'file')} of no entry of the mapping, ${plural((await quarantined(folder)).length, 'delivery', 'deliveries')} in quarantine.`,
      );
    return all.some(({ what }) => what === 'quarantined') ? 1 : 0;
  });
};
