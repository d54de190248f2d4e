import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { REPORT_SCHEMA } from '../../../shared/report/contents.ts';
import { systemClock } from '../../ports.ts';
import { openReport, versionOfReports } from '../../report/index.ts';
import { programRoot, programVersion } from '../../shipped.ts';
import { type Command, fileBytes, onlyArgument, print, printJson } from '../command.ts';
import { folderFor, writeWhole } from './analyze.ts';
import { accepts, trustAnchor, verificationLines } from './report.ts';

const usage = 'report open <pdf> [-o <folder>] [--trust ca.pem] [--json]';

const PAPER = {
  true: 'the pages are what these documents give, byte for byte',
  false:
    'the pages are NOT what these documents give: altered before they were signed, or made by a program of the same version whose sources were changed',
} as const;

/** Restores a signed report's documents as files that cannot be written to by accident. */
export const open: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      output: { type: 'string', short: 'o' },
      trust: { type: 'string', multiple: true },
      json: { type: 'boolean', default: false },
    },
  });
  const path = onlyArgument(positionals, 'the report', usage);
  const anchors = await Promise.all((values.trust ?? []).map(trustAnchor));
  const version = versionOfReports(programVersion(programRoot(import.meta.url)));
  const opened = await openReport(await fileBytes(path), { trustAnchorsPem: anchors, now: systemClock.now() }, version);
  const { verification, input, files, paperMatches, schemaVersion } = opened;
  if (values.output !== undefined) {
    folderFor(values.output);
    for (const { name, bytes } of files) {
      const target = join(values.output, name);
      await writeWhole(target, bytes);
      await chmod(target, 0o444);
    }
  }
  const isAccepted = accepts(verification) && paperMatches !== false;
  const { record, profile, options, board } = input;
  if (values.json)
    printJson({
      ok: isAccepted,
      reportId: input.reportId,
      caseId: record.caseId,
      version: input.version,
      schemaVersion,
      paperMatches: paperMatches ?? null,
      verification,
      documents: input.hashes,
      files: files.map(({ name, what, sha256, bytes }) => ({ name, what, sha256, sizeBytes: bytes.byteLength })),
    });
  else
    print(
      ...verificationLines(verification),
      '',
      `Case ${record.caseId}: ${profile.findings.length} findings, ${options.options.length} options, ${
        board.decision === undefined ? 'no decision' : `decided ${board.decision.decidedAt}`
      }`,
      `Written by    version ${input.version}, document schema ${schemaVersion}${
        schemaVersion === REPORT_SCHEMA ? '' : `; read as schema ${REPORT_SCHEMA}, the files stay as they were signed`
      }`,
      `Paper         ${
        paperMatches === undefined
          ? `not composed again: this is version ${version}, document schema ${REPORT_SCHEMA}`
          : PAPER[`${paperMatches}`]
      }`,
      ...(values.output === undefined
        ? ['Documents     not written; name a folder with -o']
        : files.map(({ name, what }) => `  written     ${name}: ${what}`)),
    );
  return isAccepted ? 0 : 1;
};
