import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { caseJsonSchema, intake, packFolder, readBundle } from '../../case/index.ts';
import { type Command, fileBytes, onlyArgument, print, printJson, say, unwrap, usageError } from '../command.ts';
import { intakeLines } from '../intake-lines.ts';
import { workstationPacks } from '../packs.ts';

export const pack: Command = async (argv) => {
  const usage = 'case pack <folder> -o <bundle>';
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { output: { type: 'string', short: 'o' } },
  });
  const folder = onlyArgument(positionals, 'the folder', usage);
  if (values.output === undefined) throw usageError('Name the bundle to write with -o.', usage);
  const bytes = unwrap(await packFolder(folder));
  await writeFile(values.output, bytes, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') throw usageError('The bundle is there already and is not overwritten.', usage);
    throw error;
  });
  say(`Packed ${bytes.byteLength} bytes.`);
  return 0;
};

export const check: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const path = onlyArgument(positionals, 'the bundle', 'case check <bundle> [--json]');
  const bundle = unwrap(await readBundle(await fileBytes(path)));
  const packs = await workstationPacks();
  const read = unwrap(
    await intake(bundle, { genesOfInterest: packs.genesOfInterest(), referenceBase: packs.molecular().referenceBase }),
  );
  if (values.json) {
    const { accounting, ledger, questions, refusals, understandings, warnings } = read;
    printJson({
      ok: true,
      caseId: bundle.record.caseId,
      manifest: bundle.manifest,
      understandings,
      questions,
      refusals,
      warnings,
      accounting,
      ledger,
    });
  } else {
    print(
      `Bundle of case ${bundle.record.caseId}: whole, ${bundle.manifest.members.length} members.`,
      ...intakeLines(read),
    );
  }
  return read.refusals.length === 0 ? 0 : 1;
};

export const schema: Command = async () => {
  printJson(caseJsonSchema());
  return 0;
};
