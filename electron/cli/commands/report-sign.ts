import { parseArgs } from 'node:util';
import { z } from 'zod';
import { systemClock } from '../../ports.ts';
import { countersign, openIdentity, readSite } from '../../report/index.ts';
import { type Command, fileBytes, onlyArgument, print, printJson, secret, unwrap, usageError } from '../command.ts';
import { writeWhole } from './analyze.ts';
import { verificationLines } from './report.ts';

const usage =
  'report sign <signed.pdf> --sign id.p12 --meaning author|review|approval -o <out.pdf> [--password-file f] [--site folder] [--json]';

const Meaning = z.enum(['author', 'review', 'approval']);

/** A further signature beside those a report has; the file given is left as it is. */
export const sign: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      sign: { type: 'string' },
      meaning: { type: 'string' },
      output: { type: 'string', short: 'o' },
      'password-file': { type: 'string' },
      site: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const path = onlyArgument(positionals, 'the signed report', usage);
  if (values.sign === undefined) throw usageError('Name the identity with --sign.', usage);
  if (values.output === undefined) throw usageError('Name the file to write with -o.', usage);
  const meaning = Meaning.safeParse(values.meaning);
  if (!meaning.success) throw usageError('The meaning is author, review or approval.', usage);
  const before = await fileBytes(path);
  const now = systemClock.now();
  const password = await secret({
    file: values['password-file'],
    variable: 'CONSILIUM_P12_PASSWORD',
    prompt: 'Password of the identity',
  });
  const identity = unwrap(await openIdentity(await fileBytes(values.sign), password, now));
  const { bytes, verification } = await countersign(
    before,
    identity,
    { meaning: meaning.data, signedAt: now },
    values.site === undefined ? undefined : await readSite(values.site),
  );
  await writeWhole(values.output, bytes);
  if (values.json) printJson({ ok: true, ...verification });
  else print(...verificationLines(verification));
  return 0;
};
