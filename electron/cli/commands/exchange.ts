import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { Decision } from '../../../shared/board/board-record.ts';
import type { FhirDraft } from '../../../shared/exchange/fhir/draft.ts';
import { SignedPaper, type Withheld } from '../../../shared/exchange/fhir/export.ts';
import { exportPhenopacket } from '../../../shared/exchange/phenopacket.ts';
import { canonicalJson } from '../../../shared/foundation/canonical.ts';
import { type Fault, FaultError, fault } from '../../../shared/foundation/fault.ts';
import { readBundle } from '../../case/index.ts';
import { caseToFhir, checkFhir, fhirToDraft } from '../../exchange/index.ts';
import { loadPacks } from '../../knowledge/index.ts';
import { analyzeBundle } from '../../pipeline.ts';
import { openModels } from '../../prediction/index.ts';
import { reportInput, verifyReport } from '../../report/index.ts';
import { programRoot, programVersion, shippedFolders } from '../../shipped.ts';
import { type Command, fileBytes, onlyArgument, print, printJson, say, unwrap, usageError } from '../command.ts';
import { Answers, boardFrom, jsonFrom, writeWhole } from './analyze.ts';

const exportUsage =
  'exchange export <case bundle> -o <file.json> [--format fhir|phenopacket] [--answers answers.json] [--decision decision.json] [--decided ISO] [--report signed.pdf] [--time ISO] [--json]';

function momentFrom(given: string | undefined, fallback: string): string {
  if (given === undefined) return fallback;
  const time = new Date(given);
  if (Number.isNaN(time.getTime()) || !/^\d{4}-\d{2}-\d{2}T/.test(given))
    throw usageError('The time is not ISO 8601, such as 2026-05-01T14:00:00Z.', exportUsage);
  return time.toISOString();
}

/** The report as the PDF itself tells it; one whose signature does not hold is not passed on. */
async function signedFrom(path: string, now: string): Promise<{ record: SignedPaper; pdf: Uint8Array }> {
  const pdf = await fileBytes(path);
  const found = await verifyReport(pdf, { trustAnchorsPem: [], now });
  const [signature] = found.signatures;
  const record = SignedPaper.safeParse({
    reportId: found.reportId,
    sha256: found.sha256,
    sizeBytes: pdf.byteLength,
    signedAt: signature?.signingTime,
    signer: signature?.signer,
    meaning: signature?.meaning,
    level: signature?.level,
  });
  if (!found.verdict.startsWith('valid') || !record.success)
    throw new FaultError(
      fault(
        'signature-invalid',
        'The report is not signed, or was changed since.',
        'Give the report as it was signed.',
        {
          file: basename(path),
        },
      ),
    );
  return { record: record.data, pdf };
}

const withheldLine = ({ what, why }: Withheld): string => `Withheld: ${what}: ${why}`;

export const exportCase: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      output: { type: 'string', short: 'o' },
      format: { type: 'string', default: 'fhir' },
      answers: { type: 'string' },
      decision: { type: 'string' },
      decided: { type: 'string' },
      report: { type: 'string' },
      time: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const path = onlyArgument(positionals, 'the case bundle', exportUsage);
  if (values.output === undefined) throw usageError('Name the file to write with -o.', exportUsage);
  if (values.format !== 'fhir' && values.format !== 'phenopacket')
    throw usageError('The format is fhir or phenopacket.', exportUsage);
  const now = momentFrom(values.time, new Date().toISOString());
  const decided = momentFrom(values.decided, now);
  const answers = values.answers === undefined ? {} : await jsonFrom(values.answers, Answers);
  const decision = values.decision === undefined ? undefined : await jsonFrom(values.decision, Decision);
  const signed = values.report === undefined ? undefined : await signedFrom(values.report, now);

  const root = programRoot(import.meta.url);
  const folders = shippedFolders(root);
  const bundle = unwrap(await readBundle(await fileBytes(path)));
  const [packs, models] = await Promise.all([loadPacks(folders.knowledge), openModels(folders.models)]);
  const documents = unwrap(await analyzeBundle(bundle, { packs, models }, { answers }));
  const input = reportInput({
    bundleSha256: bundle.manifest.bundleSha256,
    documents,
    board: boardFrom(decision, documents, decided),
    packs: packs.status(),
    models: await models.status(),
    version: programVersion(root),
    composedAt: now,
  });
  if (values.format === 'phenopacket') {
    const { phenopacket, withheld } = exportPhenopacket(input);
    await writeWhole(values.output, canonicalJson(phenopacket));
    if (values.json) printJson({ ok: true, caseId: documents.record.caseId, withheld });
    else print(`Case ${documents.record.caseId}: phenopacket 2.0`, ...withheld.map(withheldLine));
    return documents.intake.refusals.length === 0 ? 0 : 1;
  }
  const made = caseToFhir(input, signed);
  await writeWhole(values.output, canonicalJson(made.bundle));
  const types = [...Map.groupBy(made.bundle.entry, ({ resource }) => resource.resourceType)].map(([type, entries]) => ({
    type,
    count: entries.length,
  }));
  if (values.json) printJson({ ok: true, caseId: documents.record.caseId, resources: types, withheld: made.withheld });
  else
    print(
      `Case ${documents.record.caseId}: ${made.bundle.entry.length} resources`,
      ...types.map(({ type, count }) => `  ${String(count).padStart(5)} ${type}`),
      ...made.withheld.map(withheldLine),
    );
  return documents.intake.refusals.length === 0 ? 0 : 1;
};

/** The fault with the file's own name, which the room does not know. */
const inFile = (found: Fault, path: string): FaultError =>
  new FaultError({ ...found, place: { ...found.place, file: basename(path) } });

const draftLines = (draft: FhirDraft): string[] => [
  `Findings: ${draft.findings.length}; pertinent statements: ${draft.pertinent.length}; evidence: ${draft.evidence.length}; options: ${draft.options.length}`,
  `Coded values kept: ${draft.coded.length}`,
  ...draft.quarantined.map(({ place, reason }) => `Set aside: ${place}: ${reason}`),
  ...draft.dropped.map(({ place, reason }) => `Dropped: ${place}: ${reason}`),
  ...draft.unresolved.map(({ place }) => `Leads out of the bundle: ${place}`),
  ...draft.needs.map(({ field, reason }) => `Missing for a case: ${field}: ${reason}`),
];

export const importDraft: Command = async (argv) => {
  const usage = 'exchange import <fhir.json> -o <file.json> [--json]';
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { output: { type: 'string', short: 'o' }, json: { type: 'boolean', default: false } },
  });
  const path = onlyArgument(positionals, 'the FHIR bundle', usage);
  if (values.output === undefined) throw usageError('Name the draft to write with -o.', usage);
  const read = fhirToDraft(await fileBytes(path));
  if (!read.ok) throw inFile(read.fault, path);
  const draft = read.value;
  await writeWhole(values.output, canonicalJson(draft));
  if (values.json) {
    const { quarantined, dropped, unresolved, needs } = draft;
    printJson({
      ok: true,
      findings: draft.findings.length,
      coded: draft.coded.length,
      quarantined,
      dropped,
      unresolved,
      needs,
    });
  } else print(...draftLines(draft));
  if (draft.quarantined.length > 0)
    say(`${draft.quarantined.length} resources were set aside and are not in the draft.`);
  return 0;
};

export const validate: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const path = onlyArgument(positionals, 'the FHIR file', 'exchange validate <fhir.json> [--json]');
  const read = checkFhir(await fileBytes(path));
  if (!read.ok) throw inFile(read.fault, path);
  const errors = read.value.filter(({ severity }) => severity === 'error').length;
  const warnings = read.value.length - errors;
  if (values.json) printJson({ ok: errors === 0, errors, warnings, issues: read.value });
  else
    print(
      ...read.value.map(({ severity, place, message }) => `${severity}: ${place}: ${message}`),
      `${errors} errors, ${warnings} warnings.`,
    );
  return errors === 0 ? 0 : 1;
};
