import { parseArgs } from 'node:util';
import { z } from 'zod';
import { systemClock } from '../../ports.ts';
import { countersign, readSite } from '../../report/index.ts';
import { type Command, fileBytes, onlyArgument, print, printJson, usageError } from '../command.ts';
import { namesSigner, SIGNER_USAGE, signerOptions, withSigner } from '../signer.ts';
import { writeWhole } from './analyze.ts';
import { verificationLines } from './report.ts';

const usage = `report sign <signed.pdf> ${SIGNER_USAGE} --meaning author|review|approval -o <out.pdf> [--password-file f] [--site folder] [--json]`;

const Meaning = z.enum(['author', 'review', 'approval']);

/** A further signature beside those a report has; the file given is left as it is. */
export const sign: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      ...signerOptions,
      meaning: { type: 'string' },
      output: { type: 'string', short: 'o' },
      site: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const path = onlyArgument(positionals, 'the signed report', usage);
  if (!namesSigner(values)) throw usageError('Name the identity with --sign or the card with --token.', usage);
  if (values.output === undefined) throw usageError('Name the file to write with -o.', usage);
  const meaning = Meaning.safeParse(values.meaning);
  if (!meaning.success) throw usageError('The meaning is author, review or approval.', usage);
  const before = await fileBytes(path);
  const now = systemClock.now();
  const site = values.site === undefined ? undefined : await readSite(values.site);
  const { bytes, verification } = await withSigner(values, now, usage, (identity) =>
    countersign(before, identity, { meaning: meaning.data, signedAt: now }, site),
  );
  await writeWhole(values.output, bytes);
  if (values.json) printJson({ ok: true, ...verification });
  else print(...verificationLines(verification));
  return 0;
};
