import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { composeReport } from '../../../shared/report/compose.ts';
import { systemClock } from '../../ports.ts';
import { exportFormats, exportReport, openReport } from '../../report/index.ts';
import { type Command, fileBytes, onlyArgument, print, printJson, usageError } from '../command.ts';
import { choiceOf, levelOptions, levelUsage, reducedFor } from '../deidentify.ts';
import { folderFor, writeWhole } from './analyze.ts';

const usage = `report export <signed.pdf> --format csv|xlsx|docx|svg -o <folder> ${levelUsage} [--json]`;

/** Copies for further work out of a signed report's own data; a file that does not verify gives nothing. */
export const exportCopy: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      ...levelOptions,
      format: { type: 'string' },
      output: { type: 'string', short: 'o' },
      json: { type: 'boolean', default: false },
    },
  });
  const path = onlyArgument(positionals, 'the signed report', usage);
  const format = exportFormats.find((one) => one === values.format);
  if (format === undefined) throw usageError('The format is csv, xlsx, docx or svg.', usage);
  if (values.output === undefined) throw usageError('Name the folder to write to with -o.', usage);
  const choice = choiceOf(values, usage);
  const { input: whole } = await openReport(
    await fileBytes(path),
    { trustAnchorsPem: [], now: systemClock.now() },
    'not composed again',
  );
  const reduced = choice === undefined ? undefined : reducedFor(whole, choice, undefined);
  const input = reduced?.input ?? whole;
  const files = exportReport(composeReport(input), input, format);
  folderFor(values.output);
  for (const { name, bytes } of files) await writeWhole(join(values.output, name), bytes);
  const { withheld, warnings } = reduced ?? { withheld: [], warnings: [] };
  const written = files.map(({ name, bytes }) => ({ name, sizeBytes: bytes.byteLength }));
  if (values.json) printJson({ ok: true, reportId: input.reportId, files: written, withheld, warnings });
  else
    print(
      ...written.map(({ name, sizeBytes }) => `written       ${name} (${sizeBytes} bytes)`),
      ...withheld.map(({ what, why }) => `withheld      ${what}: ${why}`),
      ...warnings.map(({ what, why }) => `warning       ${what}: ${why}`),
    );
  return 0;
};
