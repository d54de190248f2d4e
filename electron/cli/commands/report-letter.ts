import { parseArgs } from 'node:util';
import { Language, languages } from '../../../shared/report/language.ts';
import { letterText } from '../../../shared/report/letter.ts';
import { letterWords } from '../../../shared/report/letter-words.ts';
import { systemClock } from '../../ports.ts';
import { letterOf, openReport, readSite, signedLetter } from '../../report/index.ts';
import { type Command, fileBytes, onlyArgument, print, printJson, usageError } from '../command.ts';
import { namesSigner, SIGNER_USAGE, signerOptions, withSigner } from '../signer.ts';
import { writeWhole } from './analyze.ts';

const usage = `report letter <signed.pdf> [--language en|de|es] [${SIGNER_USAGE} -o <letter.pdf> [--password-file f] [--site folder]] [--json]`;

/** The patient's letter out of a signed report: as text to read, and as a file only under a person's signature (F096). */
export const letter: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      language: { type: 'string', default: 'en' },
      ...signerOptions,
      output: { type: 'string', short: 'o' },
      site: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const path = onlyArgument(positionals, 'the signed report', usage);
  const language = Language.safeParse(values.language);
  if (!language.success) throw usageError(`The language is one of ${languages.join(', ')}.`, usage);
  if (namesSigner(values) !== (values.output !== undefined))
    throw usageError('A letter is written only signed: give --sign or --token, and -o, together.', usage);
  const now = systemClock.now();
  const { input } = await openReport(await fileBytes(path), { trustAnchorsPem: [], now }, 'not composed again');
  const { output } = values;
  if (output === undefined) {
    const draft = letterOf(input, language.data);
    if (values.json) printJson({ ok: true, signed: false, ...draft });
    else print(letterText(draft), '', letterWords[draft.language].notSigned);
    return 0;
  }
  const site = values.site === undefined ? undefined : await readSite(values.site);
  const { signer, made } = await withSigner(values, now, usage, async (identity) => ({
    signer: identity.signer,
    made: await signedLetter(input, language.data, undefined, { identity, signedAt: now, site }),
  }));
  await writeWhole(output, made.bytes);
  if (values.json) printJson({ ok: true, signed: true, signer, ...made.letter });
  else print(`Letter to the patient, signed by ${signer}: ${made.bytes.byteLength} bytes`);
  return 0;
};
