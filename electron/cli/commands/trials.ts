import { stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { describeFault } from '../../../shared/foundation/fault.ts';
import { plural } from '../../../shared/report/words.ts';
import type { TrialPatient } from '../../../shared/therapy/trials/patient.ts';
import type { TrialVerdict } from '../../../shared/therapy/trials/verdicts.ts';
import { intake, readBundle } from '../../case/index.ts';
import type { Packs } from '../../knowledge/index.ts';
import { interpret } from '../../molecular/index.ts';
import { patientOfCase, readPatientTables, readTrialFolder, trialsFor } from '../../therapy/index.ts';
import { type Command, fileBytes, onlyArgument, print, printJson, say, unwrap, usageError } from '../command.ts';
import { workstationPacks } from '../packs.ts';

const usage =
  'therapy trials <bundle | folder with clinical and genomic tables> --trials <folder> [--on YYYY-MM-DD] [--tables-complete] [--json]';

async function ofBundle(path: string, packs: Packs): Promise<TrialPatient> {
  const bundle = unwrap(await readBundle(await fileBytes(path)));
  const read = unwrap(await intake(bundle, { genesOfInterest: packs.genesOfInterest() }));
  return patientOfCase(bundle.record, read, interpret(bundle.record, read, packs), packs);
}

const lines = ({ id, title, verdict, accrual, arms }: TrialVerdict): string[] => [
  `  ${verdict.padEnd(9)} ${id} ${title} – ${accrual.state}${accrual.amber ? ' (amber)' : ''}: ${accrual.reason}`,
  ...arms.flatMap(({ arm, step, dose, verdict: of, because, criteria }) => [
    `      ${[step, arm, dose].filter((part) => part !== null).join('/') || 'whole trial'}: ${of}, ${because}`,
    ...criteria.map(({ state, text, fact }) => `        ${state.padEnd(7)} ${text} – ${fact}`),
  ]),
];

/** Exit code 1 where a trial document was refused; the others are judged all the same. */
export const trials: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      trials: { type: 'string' },
      on: { type: 'string' },
      'tables-complete': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const path = onlyArgument(positionals, 'the bundle or the folder with tables', usage);
  if (values.trials === undefined) throw usageError('Name the folder of trial documents with --trials.', usage);
  const on = values.on ?? new Date().toISOString().slice(0, 10);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(on) || Number.isNaN(Date.parse(on)))
    throw usageError('The date is not YYYY-MM-DD.', usage);
  const packs = await workstationPacks();
  const folder = await readTrialFolder(values.trials);
  const tables = (await stat(path).catch(() => undefined))?.isDirectory() === true;
  const patients = tables
    ? await readPatientTables(path, packs, { on, complete: values['tables-complete'] })
    : [await ofBundle(path, packs)];
  const judged = patients.map((patient) => ({ patient: patient.label, trials: trialsFor(patient, folder, packs, on) }));
  if (values.json)
    printJson({
      ok: folder.refusals.length === 0,
      on,
      trials: folder.trials.length,
      refusals: folder.refusals,
      patients: judged,
    });
  else {
    print(`${plural(folder.trials.length, 'trial')} from ${plural(folder.files, 'file')}, judged for ${on}`);
    for (const { patient, trials: of } of judged) print(`Patient ${patient}`, ...of.flatMap(lines));
    for (const { fault } of folder.refusals) say(`Refused: ${describeFault(fault)}`);
  }
  return folder.refusals.length === 0 ? 0 : 1;
};
