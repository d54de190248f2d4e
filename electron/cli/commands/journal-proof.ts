import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { FaultError, fault } from '../../../shared/foundation/fault.ts';
import { defaultDataFolder } from '../../data-folder.ts';
import { randomIds, systemClock } from '../../ports.ts';
import { checkProof, openVault, type Vault } from '../../vault/index.ts';
import { type Command, fileBytes, onlyArgument, print, printJson, secret, usageError } from '../command.ts';
import { checkpointFrom } from './journal.ts';

const options = {
  json: { type: 'boolean', default: false },
  data: { type: 'string' },
  checkpoint: { type: 'string' },
  user: { type: 'string' },
  'password-file': { type: 'string' },
  output: { type: 'string', short: 'o' },
} as const;

interface Access {
  readonly data?: string | undefined;
  readonly user?: string | undefined;
  readonly 'password-file'?: string | undefined;
}

async function withVault<Value>(values: Access, work: (vault: Vault) => Value): Promise<Value> {
  const password = await secret({
    file: values['password-file'],
    variable: 'CONSILIUM_VAULT_PASSWORD',
    prompt: 'Password of the vault',
  });
  const folder = values.data ?? defaultDataFolder();
  const vault = await openVault({ folder, clock: systemClock, ids: randomIds }, { password, userName: values.user });
  try {
    return work(vault);
  } finally {
    vault.lock();
  }
}

export const prove: Command = async (argv) => {
  const usage = 'journal prove <entry number> -o <proof.json>';
  const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
  const sequence = Number(onlyArgument(positionals, 'the number of an entry', usage));
  if (!Number.isInteger(sequence) || sequence < 1) throw usageError('The entry is named by its number.', usage);
  if (values.output === undefined) throw usageError('Name the file to write.', usage);
  const earlier = values.checkpoint === undefined ? undefined : await checkpointFrom(values.checkpoint);
  const proof = await withVault(values, (vault) => vault.proveEntry(sequence, vault.user.userId, earlier));
  await writeFile(values.output, `${JSON.stringify(proof, null, 2)}\n`);
  print(`Entry ${sequence} is proven in a journal of ${proof.checkpoint.treeSize} entries.`);
  return 0;
};

export const checkpoint: Command = async (argv) => {
  const { values } = parseArgs({ args: [...argv], options });
  if (values.output === undefined)
    throw usageError('Name the file to write.', 'journal checkpoint -o <checkpoint.json>');
  const signed = await withVault(values, (vault) => vault.checkpoint(vault.user.userId));
  await writeFile(values.output, `${JSON.stringify(signed, null, 2)}\n`);
  print(`The checkpoint covers ${signed.treeSize} entries.`);
  return 0;
};

export const check: Command = async (argv) => {
  const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
  const path = onlyArgument(positionals, 'the proof', 'journal check <proof.json> [--checkpoint <json>]');
  const outside = values.checkpoint === undefined ? undefined : await checkpointFrom(values.checkpoint);
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(await fileBytes(path)).toString('utf8'));
  } catch (error) {
    if (error instanceof FaultError) throw error;
    throw new FaultError(fault('json-invalid', 'The proof is not JSON.', 'Give the file that was exported.'));
  }
  const report = checkProof(value, outside);
  if (values.json) printJson(report);
  else if (report.ok)
    print(
      `Entry ${report.sequence} stands in a journal of ${report.treeSize} entries${report.consistentFrom === null ? '' : `, of which the first ${report.consistentFrom} are those of the earlier checkpoint`}.`,
      report.againstOutside
        ? 'It meets the checkpoint from outside.'
        : 'No checkpoint from outside was given: whether this is the journal you know cannot be seen.',
    );
  else print(report.message);
  return report.ok ? 0 : 1;
};
