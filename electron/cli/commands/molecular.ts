import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { checkFile } from '../../case/index.ts';
import { type Command, fileBytes, onlyArgument, print, printJson, unwrap } from '../command.ts';

export const check: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const path = onlyArgument(positionals, 'the file', 'molecular check <vcf|maf> [--json]');
  const read = unwrap(await checkFile(await fileBytes(path), basename(path)));
  if (values.json) printJson({ ok: true, ...read });
  else
    print(
      ...Object.entries(read).map(
        ([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
      ),
    );
  return 0;
};
