import { parseArgs } from 'node:util';
import { listTokens } from '../../report/index.ts';
import { type Command, onlyArgument, print, printJson } from '../command.ts';

const usage = 'report tokens <PKCS#11 module> [--json]';

const triesWords = {
  enough: '',
  few: '; few tries are left for the PIN',
  last: '; one try is left for the PIN',
  locked: '; the PIN is locked',
} as const;

/** Smart cards in their readers, and what on them may sign. No PIN is asked. */
export const tokens: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const found = await listTokens(onlyArgument(positionals, 'the module', usage));
  if (values.json) printJson({ ok: true, tokens: found });
  else if (found.length === 0) print('No smart card is in a reader.');
  else
    for (const { label, serial, tries, certificates } of found)
      print(
        `${label === '' ? 'without a label' : label} (serial ${serial})${triesWords[tries]}`,
        ...(certificates.length === 0 ? ['  no certificate that can be read without a PIN'] : []),
        ...certificates.map(
          ({ name, notAfter, sha256, unsuitable }) =>
            `  ${name}, until ${notAfter.slice(0, 10)}, ${unsuitable === undefined ? 'may sign' : `may not sign: ${unsuitable}`}, SHA-256 ${sha256}`,
        ),
      );
  return 0;
};
