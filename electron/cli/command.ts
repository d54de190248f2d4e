import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { describeFault, FaultError, fault, faultFrom } from '../../shared/foundation/fault.ts';
import type { Result } from '../../shared/foundation/result.ts';

/** Takes the arguments behind noun and verb, gives the exit code. */
export type Command = (argv: readonly string[]) => Promise<number>;

export const printJson = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
export const print = (...lines: string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);
export const say = (line: string): void => void process.stderr.write(`${line}\n`);

export function unwrap<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new FaultError(result.fault);
  return result.value;
}

export const usageError = (message: string, usage: string): FaultError =>
  new FaultError(fault('usage', message, `Use: consilium ${usage}`));

const isParseArgsError = (error: unknown): error is Error =>
  error instanceof TypeError && String(Reflect.get(error, 'code')).startsWith('ERR_PARSE_ARGS');

const ignoreBrokenPipe = (error: NodeJS.ErrnoException): void => {
  if (error.code === 'EPIPE') process.exit(0);
  throw new FaultError(faultFrom(error));
};

/**
 * Runs a command to its exit code: 0 ok, 1 refused or failed with the reason on stderr, 2 wrong usage. `usage` is what
 * to write instead, from the program's name on.
 */
export async function runCommand(command: Command, argv: readonly string[], usage: string): Promise<number> {
  process.stdout.on('error', ignoreBrokenPipe);
  const [program = ''] = usage.split(' ');
  try {
    return await command(argv);
  } catch (error) {
    const known = isParseArgsError(error)
      ? fault('usage', error.message.split('.')[0] ?? 'Wrong usage', `Use: ${usage}`)
      : faultFrom(error);
    if (argv.includes('--json')) process.stdout.write(`${JSON.stringify({ ok: false, fault: known })}\n`);
    say(`${program}: ${describeFault(known)}`);
    if (known.code === 'defect' && process.env.CONSILIUM_DEBUG !== undefined) console.error(error);
    return known.code === 'usage' ? 2 : 1;
  }
}

/** The one positional argument a command asks for. */
export function onlyArgument(positionals: readonly string[], what: string, usage: string): string {
  const [first, second] = positionals;
  if (first === undefined) throw usageError(`Name ${what}.`, usage);
  if (second !== undefined) throw usageError(`One argument too many: "${second}".`, usage);
  return first;
}

/** The file's bytes; what is wrong with the path is said with the file's own name only. */
export async function fileBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = String(Reflect.get(Object(error), 'code'));
    const said =
      code === 'ENOENT'
        ? fault('file-missing', 'The file is not there.', 'Check the path and try again.', { file: basename(path) })
        : fault('file-missing', `The file cannot be read (${code}).`, 'Check the path and its permissions.', {
            file: basename(path),
          });
    throw new FaultError(said);
  }
}

/**
 * A secret from a file, from the environment, or typed without echo; never from an argument, which every process on
 * the machine can read.
 */
export async function secret(source: { file: string | undefined; variable: string; prompt: string }): Promise<string> {
  if (source.file !== undefined)
    return Buffer.from(await fileBytes(source.file))
      .toString('utf8')
      .replace(/\r?\n$/, '');
  const given = process.env[source.variable];
  if (given !== undefined) return given;
  if (!process.stdin.isTTY)
    throw new FaultError(
      fault(
        'usage',
        'A password is needed and there is no terminal to ask at.',
        `Use --password-file or ${source.variable}.`,
      ),
    );
  process.stderr.write(`${source.prompt}: `);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await new Promise<string>((resolve) => lines.question('', resolve));
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
