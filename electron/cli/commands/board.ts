import { parseArgs } from 'node:util';
import {
  type FreezeItem,
  type FrozenAgenda,
  frozenStateWords,
  type OpenedAgenda,
} from '../../../shared/board/frozen.ts';
import { Triage } from '../../../shared/board/meeting.ts';
import { CaseId } from '../../../shared/foundation/ids.ts';
import { readFrozenAgenda } from '../../board/index.ts';
import { createTicketDesk, machinePorts } from '../../serve/index.ts';
import { createServices, type Services } from '../../services.ts';
import { programRoot } from '../../shipped.ts';
import { type Command, fileBytes, onlyArgument, print, printJson, say, secret, usageError } from '../command.ts';
import { vaultOptions } from '../open-vault.ts';
import { writeWhole } from './analyze.ts';

const options = {
  ...vaultOptions,
  json: { type: 'boolean', default: false },
  'passphrase-file': { type: 'string' },
} as const;

interface Values {
  readonly data?: string | undefined;
  readonly user?: string | undefined;
  readonly 'password-file'?: string | undefined;
  readonly 'passphrase-file'?: string | undefined;
}

const passphraseFrom = (values: Values): Promise<string> =>
  secret({
    file: values['passphrase-file'],
    variable: 'CONSILIUM_AGENDA_PASSPHRASE',
    prompt: 'Passphrase of the frozen agenda',
  });

/** The workstation's services over the vault that `--data` names, which nobody else may have open. */
async function withStation<Value>(
  values: Values & { readonly data: string },
  work: (services: Services, tickets: ReturnType<typeof createTicketDesk>) => Promise<Value>,
): Promise<Value> {
  const tickets = createTicketDesk();
  const services = await createServices(
    machinePorts({
      host: 'command-line',
      capabilities: { secondWindow: false, nativeFileDialog: false, print: false },
      dataFolder: values.data,
      tickets,
      program: programRoot(import.meta.url),
    }),
  );
  try {
    const password = await secret({
      file: values['password-file'],
      variable: 'CONSILIUM_VAULT_PASSWORD',
      prompt: 'Password of the vault',
    });
    await services.vault.unlock({ password, userName: values.user });
    return await work(services, tickets);
  } finally {
    services.session.end();
    services.laboratory.end();
    if (services.vault.status().state === 'open') await services.vault.lock();
  }
}

const freezeUsage =
  'board freeze <case id>[:full|fast-track|protocol]… --data <folder> -o <file.tbagenda> [--passphrase-file f]';

export const freeze: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { ...options, output: { type: 'string', short: 'o' } },
  });
  const { data, output } = values;
  if (data === undefined || output === undefined || positionals.length === 0)
    throw usageError('Name the cases in their order, the vault and the file to write.', freezeUsage);
  const items = positionals.map((told): FreezeItem => {
    const [id = '', how = 'full', ...more] = told.split(':');
    const [caseId, triage] = [CaseId.safeParse(id), Triage.safeParse(how)];
    if (!caseId.success || !triage.success || more.length > 0)
      throw usageError(`"${told}" is no case with its triage.`, freezeUsage);
    return { caseId: caseId.data, triage: triage.data, owner: '', due: '' };
  });
  const passphrase = await passphraseFrom(values);
  await withStation({ ...values, data }, async ({ board }, tickets) => {
    const { ticket } = await board.freezeAgenda({ items, passphrase });
    const bytes = tickets.collect(ticket)?.bytes ?? new Uint8Array();
    await writeWhole(output, bytes);
    if (values.json) printJson({ cases: items.length, bytes: bytes.byteLength });
    else print(`${items.length} cases, ${bytes.byteLength} bytes, sealed with the passphrase.`);
  });
  return 0;
};

const listed = ({ boardName, frozenAt, items }: FrozenAgenda) => ({
  boardName,
  frozenAt,
  rows: items.map(({ caseId, pseudonym, triage, owner, due, board, packs }) => ({
    caseId,
    pseudonym,
    triage,
    owner,
    due,
    decided: 'decision' in board.snapshot,
    entries: Object.keys(board.snapshot).length,
    packs,
  })),
});

const lines = ({ boardName, frozenAt, rows }: OpenedAgenda): string[] => [
  `${boardName}, frozen ${frozenAt}, ${rows.length} cases`,
  ...rows.map(
    ({ caseId, triage, state, takes, conflicts }, index) =>
      `${index + 1}. ${caseId} (${triage}): ${frozenStateWords[state]}${takes + conflicts === 0 ? '' : `, ${takes} entries, ${conflicts} conflicts`}`,
  ),
];

/** Without a vault what is in the file; with one also what bringing it in would do. Exit 1 where nothing could be taken. */
export const open: Command = async (argv) => {
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options });
  const file = await fileBytes(onlyArgument(positionals, 'the file', 'board open <file.tbagenda>'));
  const passphrase = await passphraseFrom(values);
  const { data } = values;
  if (data === undefined) {
    const { agenda } = await readFrozenAgenda(file, passphrase);
    const told = listed(agenda);
    if (values.json) printJson(told);
    else
      print(
        `${told.boardName}, frozen ${told.frozenAt}, ${told.rows.length} cases`,
        ...told.rows.map(
          ({ caseId, triage, decided, entries }, index) =>
            `${index + 1}. ${caseId} (${triage}): ${entries} entries${decided ? ', decided' : ''}`,
        ),
      );
    return 0;
  }
  const opened = await withStation({ ...values, data }, async ({ board }, tickets) =>
    board.openFrozen({ ticket: handed(tickets, file), passphrase }),
  );
  if (values.json) printJson(opened);
  else print(...lines(opened));
  return 0;
};

export const merge: Command = async (argv) => {
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options });
  const usage = 'board merge <file.tbagenda> --data <folder>';
  const file = await fileBytes(onlyArgument(positionals, 'the file', usage));
  const { data } = values;
  if (data === undefined) throw usageError('Name the vault to merge into.', usage);
  const passphrase = await passphraseFrom(values);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const told = await withStation({ ...values, data }, async ({ board }, tickets) => {
    const before = await board.openFrozen({ ticket: handed(tickets, file), passphrase });
    const taken: string[] = [];
    for await (const step of board.takeFrozen(before, stop.signal))
      if (step.kind === 'done') {
        taken.push(step.caseId);
        say(`${step.caseId} brought in`);
      }
    const conflicts = before.rows.reduce((sum, row) => sum + row.conflicts, 0);
    const left = before.rows.filter(({ caseId }) => !taken.includes(caseId));
    return { taken, conflicts, left: left.map(({ caseId, state }) => ({ caseId, state })) };
  });
  if (values.json) printJson(told);
  else
    print(
      `${told.taken.length} cases brought in, ${told.conflicts} conflicts to settle.`,
      ...told.left.map(({ caseId, state }) => `${caseId}: ${frozenStateWords[state]}`),
    );
  return 0;
};

function handed(tickets: ReturnType<typeof createTicketDesk>, bytes: Uint8Array): string {
  const { ticket } = tickets.expectUpload({ fileName: 'agenda.tbagenda', sizeBytes: bytes.byteLength });
  tickets.arrive(ticket, bytes);
  return ticket;
}
