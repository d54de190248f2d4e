import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultDataFolder } from '../../data-folder.ts';
import { randomIds, systemClock } from '../../ports.ts';
import { drillBackup, type OnProgress, openVault, recoverVault, restoreVault } from '../../vault/index.ts';
import { type Command, fileBytes, onlyArgument, print, printJson, say, secret, usageError } from '../command.ts';

const options = {
  json: { type: 'boolean', default: false },
  data: { type: 'string' },
  user: { type: 'string' },
  version: { type: 'string' },
  'password-file': { type: 'string' },
} as const;

const machine = { clock: systemClock, ids: randomIds, calibrated: true };

const passwordFrom = (file: string | undefined): Promise<string> =>
  secret({ file, variable: 'CONSILIUM_VAULT_PASSWORD', prompt: 'Password of the vault' });

/** One line when a step begins and ends; a long one also in between, on stderr. */
function told(): OnProgress {
  let last = performance.now();
  return ({ step, done, of }) => {
    const now = performance.now();
    if (done !== of && now - last < 1000) return;
    last = now;
    say(`${step} ${done} of ${of}`);
  };
}

/** Ctrl+C ends the work between two files; nothing half-made is left. */
function stoppable(): AbortSignal {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  return stop.signal;
}

export const backup: Command = async (argv) => {
  const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
  const target = resolve(onlyArgument(positionals, 'the backup folder', 'vault backup <folder>'));
  const vault = await openVault(
    { folder: values.data ?? defaultDataFolder(), ...machine },
    { password: await passwordFrom(values['password-file']), userName: values.user },
  );
  try {
    const figures = await vault.backUp(target, {
      actor: vault.user.userId,
      onProgress: told(),
      signal: stoppable(),
    });
    const waiting = vault.backups().filter(({ isBehind }) => isBehind).length;
    if (values.json) printJson({ ...figures, foldersBehind: waiting });
    else
      print(
        `Version ${figures.version}: ${figures.events} events, ${figures.files} files, ${figures.bytes} bytes of files.`,
        ...(waiting === 0
          ? []
          : [
              `${waiting} other backup ${waiting === 1 ? 'folder has' : 'folders have'} yet to forget an erased case: back up there too.`,
            ]),
      );
    return 0;
  } finally {
    vault.lock();
  }
};

export const restore: Command = async (argv) => {
  const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
  const usage = 'vault restore <backup folder> --data <empty folder>';
  const target = resolve(onlyArgument(positionals, 'the backup folder', usage));
  if (values.data === undefined) throw usageError('Name the folder to restore into.', usage);
  const vault = await restoreVault(
    target,
    { folder: resolve(values.data), ...machine },
    {
      password: await passwordFrom(values['password-file']),
      userName: values.user,
      version: values.version,
      onProgress: told(),
      signal: stoppable(),
    },
  );
  try {
    const cases = vault.cases().filter(({ status }) => status !== 'erased').length;
    const figures = { cases, events: vault.eventCount() };
    if (values.json) printJson(figures);
    else print(`Restored: ${figures.cases} cases, ${figures.events} events.`);
    return 0;
  } finally {
    vault.lock();
  }
};

export const drill: Command = async (argv) => {
  const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
  const target = resolve(onlyArgument(positionals, 'the backup folder', 'vault drill <backup folder>'));
  const figures = await drillBackup(target, machine, {
    password: await passwordFrom(values['password-file']),
    userName: values.user,
    version: values.version,
    onProgress: told(),
    signal: stoppable(),
  });
  if (values.json) printJson(figures);
  else
    print(
      `Version ${figures.version} can be restored: ${figures.events} events verified against its checkpoint,`,
      `${figures.files} files sound, ${figures.documentsRead} documents read, ${figures.casesErasedSince} cases erased since.`,
      ...(figures.casesClosed === 0
        ? []
        : [
            `${figures.casesClosed} cases are not yours to read: their files are sound, their documents were not opened. Let somebody who reads cases drill too.`,
          ]),
    );
  return 0;
};

export const recover: Command = async (argv) => {
  const { values } = parseArgs({
    args: [...argv],
    options: { ...options, 'shares-file': { type: 'string' } },
  });
  const { user, 'shares-file': file } = values;
  if (user === undefined || file === undefined)
    throw usageError('Name the person and the file of shares.', 'vault recover --shares-file <txt> --user <name>');
  const shares = Buffer.from(await fileBytes(file))
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const password = await secret({
    file: values['password-file'],
    variable: 'CONSILIUM_VAULT_PASSWORD',
    prompt: 'New password',
  });
  const folder = values.data ?? defaultDataFolder();
  const vault = await recoverVault({ folder, ...machine }, { shares, userName: user, password });
  vault.lock();
  print('The new password is set. Make new shares: these have been seen together.');
  return 0;
};
