import { parseArgs } from 'node:util';
import { FaultError, fault } from '../../../shared/foundation/fault.ts';
import { Checkpoint, type OutsideHead } from '../../../shared/vault/checkpoint.ts';
import { headIn } from '../../../shared/vault/outside-head.ts';
import { defaultDataFolder } from '../../data-folder.ts';
import { randomIds, systemClock } from '../../ports.ts';
import { openVault } from '../../vault/index.ts';
import { type Command, fileBytes, print, printJson, secret } from '../command.ts';

export const verify: Command = async (argv) => {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      json: { type: 'boolean', default: false },
      data: { type: 'string' },
      checkpoint: { type: 'string' },
      user: { type: 'string' },
      'password-file': { type: 'string' },
    },
  });
  const checkpoint = values.checkpoint === undefined ? undefined : await outsideHeadFrom(values.checkpoint);
  const folder = values.data ?? defaultDataFolder();
  const password = await secret({
    file: values['password-file'],
    variable: 'CONSILIUM_VAULT_PASSWORD',
    prompt: 'Password of the vault',
  });
  const vault = await openVault(
    { folder, clock: systemClock, ids: randomIds },
    { password, ...(values.user === undefined ? {} : { userName: values.user }) },
    // Evidence is looked at, not added to; and a broken journal must still open for this.
    { inspect: true },
  );
  try {
    const report = await vault.verifyJournal(checkpoint === undefined ? {} : { checkpoint });
    if (values.json) printJson(report);
    else if (report.ok)
      print(
        `The journal is whole: ${report.events} events, head ${report.headHash}.`,
        ...(report.closedEvents === 0
          ? []
          : [
              `${report.closedEvents} events are of cases that you do not read: chained and hashed, their seals not opened.`,
            ]),
        report.provenUpTo === null
          ? 'No checkpoint from outside was given: a roll-back of the whole vault cannot be seen without one.'
          : `Proven unchanged up to event ${report.provenUpTo}.`,
      );
    // The checkpoint itself is at fault: nothing was looked at, and nothing is said of the journal.
    else if (report.brokenAt === 0) print(`The journal was not checked: ${report.message}`);
    else print(`The journal is broken at event ${report.brokenAt}: ${report.message}`);
    return report.ok ? 0 : 1;
  } finally {
    vault.lock();
  }
};

/** The exported file, or a text with what a report printed. @throws FaultError json-invalid */
async function outsideHeadFrom(path: string): Promise<OutsideHead> {
  const head = headIn(Buffer.from(await fileBytes(path)).toString('utf8'));
  if (head === undefined)
    throw new FaultError(
      fault(
        'json-invalid',
        'No checkpoint stands in the file, or more hashes than one has.',
        'Give the JSON file the vault exported, or a text with the journal lines or the code of a report and nothing else.',
        { field: 'checkpoint' },
      ),
    );
  return head;
}

/** @throws FaultError json-invalid */
export async function checkpointFrom(path: string): Promise<Checkpoint> {
  const text = Buffer.from(await fileBytes(path)).toString('utf8');
  try {
    return Checkpoint.parse(JSON.parse(text));
  } catch {
    throw new FaultError(
      fault('json-invalid', 'The checkpoint file is not a checkpoint.', 'Give the JSON file the vault exported.', {
        field: 'checkpoint',
      }),
    );
  }
}
