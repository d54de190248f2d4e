import { parseArgs } from 'node:util';
import { Language, languages } from '../../../shared/report/language.ts';
import { letterText } from '../../../shared/report/letter.ts';
import { letterWords } from '../../../shared/report/letter-words.ts';
import { systemClock } from '../../ports.ts';
import { letterOf, openIdentity, openReport, readSite, signedLetter } from '../../report/index.ts';
import { type Command, fileBytes, onlyArgument, print, printJson, secret, unwrap, usageError } from '../command.ts';
import { writeWhole } from './analyze.ts';

const usage =
  'report letter <signed.pdf> [--language en|de|es] [--sign id.p12 -o <letter.pdf> [--password-file f] [--site folder]] [--json]';

/** The patient's letter out of a signed report: as text to read, and as a file only under a person's signature (F096). */
export const letter: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      language: { type: 'string', default: 'en' },
      sign: { type: 'string' },
      output: { type: 'string', short: 'o' },
      'password-file': { type: 'string' },
      site: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const path = onlyArgument(positionals, 'the signed report', usage);
  const language = Language.safeParse(values.language);
  if (!language.success) throw usageError(`The language is one of ${languages.join(', ')}.`, usage);
  if ((values.sign === undefined) !== (values.output === undefined))
    throw usageError('A letter is written only signed: give --sign and -o together.', usage);
  const now = systemClock.now();
  const { input } = await openReport(await fileBytes(path), { trustAnchorsPem: [], now }, 'not composed again');
  if (values.sign === undefined || values.output === undefined) {
    const draft = letterOf(input, language.data);
    if (values.json) printJson({ ok: true, signed: false, ...draft });
    else print(letterText(draft), '', letterWords[draft.language].notSigned);
    return 0;
  }
  const password = await secret({
    file: values['password-file'],
    variable: 'CONSILIUM_P12_PASSWORD',
    prompt: 'Password of the identity',
  });
  const identity = unwrap(await openIdentity(await fileBytes(values.sign), password, now));
  const site = values.site === undefined ? undefined : await readSite(values.site);
  const made = await signedLetter(input, language.data, undefined, { identity, signedAt: now, site });
  await writeWhole(values.output, made.bytes);
  if (values.json) printJson({ ok: true, signed: true, signer: identity.signer, ...made.letter });
  else print(`Letter to the patient, signed by ${identity.signer}: ${made.bytes.byteLength} bytes`);
  return 0;
};
