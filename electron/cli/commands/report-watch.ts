import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { FaultError, fault } from '../../../shared/foundation/fault.ts';
import { differenceLine } from '../../../shared/report/difference.ts';
import type { ReportInput } from '../../../shared/report/report-input.ts';
import { type OpenBundle, readBundle } from '../../case/index.ts';
import { loadPacks } from '../../knowledge/index.ts';
import { analyzeBundle, reinterpret } from '../../pipeline.ts';
import { systemClock } from '../../ports.ts';
import { openModels } from '../../prediction/index.ts';
import { type Reanalyse, verifyReport, watchReport } from '../../report/index.ts';
import { type Command, fileBytes, print, printJson, unwrap, usageError } from '../command.ts';
import { workstationModels, workstationPacks } from '../packs.ts';

const usage = 'report watch <signed.pdf>… [--bundle case.bundle …] [--knowledge folder] [--models folder] [--json]';

/** Which signed reports would say something else today; exit 1 where any would, so that a script can act on it. */
export const watch: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      bundle: { type: 'string', multiple: true },
      knowledge: { type: 'string' },
      models: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  if (positionals.length === 0) throw usageError('Name the signed reports.', usage);
  const [packs, models] = await Promise.all([
    values.knowledge === undefined ? workstationPacks() : loadPacks(values.knowledge),
    values.models === undefined ? workstationModels() : openModels(values.models),
  ]);
  const bundles = new Map<string, OpenBundle>();
  for (const path of values.bundle ?? []) {
    const bundle = unwrap(await readBundle(await fileBytes(path)));
    bundles.set(bundle.manifest.bundleSha256, bundle);
  }
  const reanalyse: Reanalyse = async (input: ReportInput) => {
    const bundle = bundles.get(input.bundleSha256);
    return bundle === undefined
      ? { documents: await reinterpret(input, { packs, models }), from: 'what was read' }
      : { documents: unwrap(await analyzeBundle(bundle, { packs, models })), from: 'the files' };
  };
  const found = [];
  for (const path of positionals) {
    const bytes = await fileBytes(path);
    const { verdict, signatures } = await verifyReport(bytes, { trustAnchorsPem: [], now: systemClock.now() });
    if (verdict !== 'valid' && verdict !== 'valid-untrusted')
      throw new FaultError(
        fault('signature-invalid', 'The report is not signed, or was changed since.', 'Give the report as signed.', {
          file: basename(path),
        }),
      );
    found.push({
      file: basename(path),
      signedAt: signatures[0]?.signingTime ?? 'not stated',
      ...(await watchReport(bytes, reanalyse)),
    });
  }
  if (values.json) printJson({ ok: found.every(({ state }) => state === 'unchanged'), reports: found });
  else
    for (const one of found)
      print(
        `${one.state.padEnd(14)}${one.reportId}  ${one.file}, signed ${one.signedAt}${one.from === undefined ? '' : `, compared from ${one.from}`}`,
        ...(one.reason === undefined ? [] : [`  ${one.reason}`]),
        ...one.sources.map((source) => `  new: ${source}`),
        ...one.differences.map((difference) => `  ${difference.part}: ${differenceLine(difference)}`),
      );
  return found.every(({ state }) => state === 'unchanged') ? 0 : 1;
};
