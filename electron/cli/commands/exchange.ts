import { existsSync, readdirSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { EnteredDecision } from '../../../shared/board/decision.ts';
import { CaseRecord } from '../../../shared/case/case-record.ts';
import { exportStudy, studyNames } from '../../../shared/exchange/cbioportal-export.ts';
import { exportDnpm } from '../../../shared/exchange/dnpm/export.ts';
import type { FhirDraft } from '../../../shared/exchange/fhir/draft.ts';
import { SignedPaper } from '../../../shared/exchange/fhir/export.ts';
import { mtbDataSet } from '../../../shared/exchange/mtb.ts';
import { exportPhenopacket } from '../../../shared/exchange/phenopacket.ts';
import { exportCohort, exportFamily } from '../../../shared/exchange/phenopacket-groups.ts';
import { dataPractice } from '../../../shared/exchange/practice.ts';
import { consentFor } from '../../../shared/exchange/reidentify.ts';
import { exportTable } from '../../../shared/exchange/table-export.ts';
import { DEFAULT_STUDY, OF_SEVERAL, StudyName } from '../../../shared/exchange/transactions.ts';
import type { Withheld } from '../../../shared/exchange/withheld.ts';
import { canonicalJson } from '../../../shared/foundation/canonical.ts';
import { type Fault, FaultError, fault, faultFrom } from '../../../shared/foundation/fault.ts';
import type { CaseId } from '../../../shared/foundation/ids.ts';
import { plural } from '../../../shared/report/words.ts';
import { readBundle } from '../../case/index.ts';
import {
  actsOn,
  type CdsCase,
  caseToFhir,
  checkFile,
  fhirToDraft,
  hl7Of,
  type Imported,
  type ImportedCase,
  importFile,
  importStudy,
  openStudy,
  practiceKnowledge,
  sha256,
  startCdsServer,
  writeCaseFolders,
} from '../../exchange/index.ts';
import { makeFolder } from '../../make-folder.ts';
import { analyzeBundle } from '../../pipeline.ts';
import { reportInput, verifyReport } from '../../report/index.ts';
import { programRoot, programVersion } from '../../shipped.ts';
import { type Command, fileBytes, onlyArgument, print, printJson, say, unwrap, usageError } from '../command.ts';
import { choiceOf, levelOptions, levelUsage, reducedFor } from '../deidentify.ts';
import { journalled, openNamedVault, vaultOptions, vaultUsage, withVault } from '../open-vault.ts';
import { workstationModels, workstationPacks } from '../packs.ts';
import { Answers, boardFrom, jsonFrom, writeWhole } from './analyze.ts';

const exportUsage = `exchange export <case bundle>… -o <file.json | study folder> [--format fhir|phenopacket|phenopacket-family|phenopacket-cohort|cbioportal|maf|vcf|seg|hl7-oru|hl7-mdm|mtb|mtb-elements] [--study id] [--answers answers.json] [--decision decision.json] [--decided ISO] [--report signed.pdf] ${levelUsage} [--time ISO] [--json] ${vaultUsage}`;

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

const formats = [
  'fhir',
  'phenopacket',
  'phenopacket-family',
  'phenopacket-cohort',
  'cbioportal',
  'maf',
  'vcf',
  'seg',
  'hl7-oru',
  'hl7-mdm',
  'mtb',
  'mtb-elements',
] as const;

export const exportCase: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      ...vaultOptions,
      ...levelOptions,
      study: { type: 'string', default: DEFAULT_STUDY },
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
  if (values.output === undefined) throw usageError('Name the file to write with -o.', exportUsage);
  const format = formats.find((one) => one === values.format);
  if (format === undefined) throw usageError(`The format is one of ${formats.join(', ')}.`, exportUsage);
  const [path = ''] = OF_SEVERAL.has(format)
    ? positionals
    : [onlyArgument(positionals, 'the case bundle', exportUsage)];
  if (path === '') throw usageError('Name the case bundles.', exportUsage);
  if (!StudyName.safeParse(values.study).success)
    throw usageError('The name of a study has letters, digits, _ and - only.', exportUsage);
  const now = momentFrom(values.time, new Date().toISOString());
  const decided = momentFrom(values.decided, now);
  const answers = values.answers === undefined ? {} : await jsonFrom(values.answers, Answers);
  const decision = values.decision === undefined ? undefined : await jsonFrom(values.decision, EnteredDecision);
  const choice = choiceOf(values, exportUsage);
  if (choice !== undefined && values.report !== undefined)
    throw usageError('The signed paper names the person: --report goes with --level pseudonymised.', exportUsage);
  const signed = values.report === undefined ? undefined : await signedFrom(values.report, now);

  const root = programRoot(import.meta.url);
  const [packs, models] = await Promise.all([workstationPacks(), workstationModels()]);
  const vault = await openNamedVault(values);
  const readCase = async (at: string) => {
    const bundle = unwrap(await readBundle(await fileBytes(at)));
    const documents = unwrap(await analyzeBundle(bundle, { packs, models }, { answers }));
    const whole = reportInput({
      bundleSha256: bundle.manifest.bundleSha256,
      documents,
      board: boardFrom(decision, documents, decided),
      packs: packs.status(),
      models: await models.status(),
      version: programVersion(root),
      composedAt: now,
    });
    if (choice === undefined) return { documents, input: whole, withheld: [], warnings: [] };
    return { documents, ...reducedFor(whole, choice, vault) };
  };
  try {
    return await exported(await readCase(path));
  } finally {
    vault?.lock();
  }

  async function exported(first: Awaited<ReturnType<typeof readCase>>): Promise<number> {
    const { documents, input } = first;
    const { output } = values;
    /** What leaves is in the journal of the vault that was named, under the case where it has that. */
    const journal = (content: string, caseIds: readonly string[] = [documents.record.caseId]): void => {
      for (const caseId of caseIds)
        journalled(vault, 'export.written', caseId, {
          format,
          level: choice === undefined ? 'pseudonymised' : 'reduced',
          ...(choice === undefined ? {} : { choice }),
          channel: 'command line',
          sha256: sha256(content),
          sizeBytes: Buffer.byteLength(content),
        });
    };
    const left: Withheld[] = [...first.withheld];
    const warnings: Withheld[] = [...first.warnings];
    const tellJson = (found: object): void =>
      printJson({
        ...found,
        ...(choice === undefined
          ? warnings.length === 0
            ? {}
            : { warnings }
          : { deidentified: { withheld: left, warnings } }),
      });
    const tell = (...lines: string[]): void =>
      print(...lines, ...left.map(withheldLine), ...warnings.map(({ what, why }) => `Warning: ${what}: ${why}`));
    if (output === undefined || format === undefined) throw usageError('Name the file to write with -o.', exportUsage);
    if (choice === undefined) warnings.push(...consentFor(format, input.record));
    if (OF_SEVERAL.has(format)) {
      const inputs = [input];
      // The site's own ids, also where others leave in their place.
      const ids: string[] = [documents.record.caseId];
      for (const at of positionals.slice(1)) {
        const more = await readCase(at);
        inputs.push(more.input);
        ids.push(more.documents.record.caseId);
        left.push(...more.withheld);
        warnings.push(...more.warnings);
      }
      const twice = ids.find((id, index) => ids.indexOf(id) !== index);
      if (twice !== undefined)
        throw new FaultError(
          fault('exists-already', 'Two of the bundles are of the same case.', 'Name each case once.'),
        );
      let withheld: readonly Withheld[];
      // A reduced copy has told it already, by the record that it is made of.
      const tellConsents = (said: readonly Withheld[]): void => void (choice === undefined && warnings.push(...said));
      if (format === 'cbioportal') {
        const study = exportStudy(inputs, studyNames(values.study, inputs.length));
        await writeStudy(output, study.files);
        withheld = study.withheld;
        tellConsents(study.warnings);
        journal(JSON.stringify([...study.files]), ids);
      } else {
        const made = exportCohort(inputs, { id: values.study, description: plural(inputs.length, 'case') });
        const text = canonicalJson(made.cohort);
        await writeWhole(output, text);
        withheld = made.withheld;
        tellConsents(made.warnings);
        journal(text, ids);
      }
      if (values.json) tellJson({ ok: true, cases: ids, format, withheld });
      else tell(`${plural(ids.length, 'case')}: ${format}`, ...withheld.map(withheldLine));
      return 0;
    }
    if (format === 'phenopacket-family') {
      const { family, withheld } = exportFamily(input);
      const text = canonicalJson(family);
      await writeWhole(output, text);
      journal(text);
      if (values.json) tellJson({ ok: true, caseId: documents.record.caseId, format, withheld });
      else tell(`Case ${documents.record.caseId}: phenopacket 2.0 of the family`, ...withheld.map(withheldLine));
      return documents.intake.refusals.length === 0 ? 0 : 1;
    }
    if (format === 'hl7-oru' || format === 'hl7-mdm') {
      if (signed === undefined)
        throw usageError('HL7 v2 carries the paper: give the signed PDF with --report.', exportUsage);
      const made = hl7Of(
        format === 'hl7-oru' ? 'oru' : 'mdm',
        { ...input, reportId: signed.record.reportId },
        { pdf: signed.pdf, signed: true },
      );
      await writeWhole(output, made.text);
      journal(made.text);
      if (values.json) tellJson({ ok: true, caseId: documents.record.caseId, format, controlId: made.controlId });
      else tell(`Case ${documents.record.caseId}: HL7 v2.5.1 message ${made.controlId}`);
      return documents.intake.refusals.length === 0 ? 0 : 1;
    }
    if (format === 'mtb') {
      const made = exportDnpm(input);
      const text = canonicalJson(made.record);
      await writeWhole(output, text);
      journal(text);
      const { missing, withheld } = made;
      if (values.json) tellJson({ ok: true, caseId: documents.record.caseId, format, missing, withheld });
      else
        tell(
          `Case ${documents.record.caseId}: DNPM:DIP patient record, ${plural(missing.length, 'member')} for the site to add`,
          ...missing.map(({ what }) => `Missing: ${what}`),
          ...withheld.map(withheldLine),
        );
      return documents.intake.refusals.length === 0 ? 0 : 1;
    }
    if (format === 'mtb-elements') {
      const elements = mtbDataSet(input);
      const text = canonicalJson({ module: 'MII MTB 2026.0.1', caseId: input.record.caseId, elements });
      await writeWhole(output, text);
      journal(text);
      if (values.json) tellJson({ ok: true, caseId: documents.record.caseId, format, elements: elements.length });
      else tell(...elements.map(({ element, values: held, absent }) => `${element}: ${absent ?? held.length}`));
      return documents.intake.refusals.length === 0 ? 0 : 1;
    }
    if (format === 'maf' || format === 'vcf' || format === 'seg') {
      const { text, withheld } = exportTable(format, input);
      await writeWhole(output, text);
      journal(text);
      if (values.json) tellJson({ ok: true, caseId: documents.record.caseId, format, withheld });
      else tell(`Case ${documents.record.caseId}: ${format.toUpperCase()}`, ...withheld.map(withheldLine));
      return documents.intake.refusals.length === 0 ? 0 : 1;
    }
    if (format === 'phenopacket') {
      const { phenopacket, withheld } = exportPhenopacket(input);
      const text = canonicalJson(phenopacket);
      await writeWhole(output, text);
      journal(text);
      if (values.json) tellJson({ ok: true, caseId: documents.record.caseId, withheld });
      else tell(`Case ${documents.record.caseId}: phenopacket 2.0`, ...withheld.map(withheldLine));
      return documents.intake.refusals.length === 0 ? 0 : 1;
    }
    // Each line of the journal names a person.
    const lines =
      vault === undefined || choice !== undefined ? undefined : actsOn(vault, documents.record.caseId as CaseId);
    const made = caseToFhir(input, signed, lines);
    const text = canonicalJson(made.bundle);
    await writeWhole(output, text);
    journal(text);
    const types = [...Map.groupBy(made.bundle.entry, ({ resource }) => resource.resourceType)].map(
      ([type, entries]) => ({
        type,
        count: entries.length,
      }),
    );
    if (values.json) tellJson({ ok: true, caseId: documents.record.caseId, resources: types, withheld: made.withheld });
    else
      tell(
        `Case ${documents.record.caseId}: ${plural(made.bundle.entry.length, 'resource')}`,
        ...types.map(({ type, count }) => `  ${String(count).padStart(5)} ${type}`),
        ...made.withheld.map(withheldLine),
      );
    return documents.intake.refusals.length === 0 ? 0 : 1;
  }
};

/** Whole or not at all, into a folder that is not there or empty. @throws FaultError exists-already */
async function writeStudy(target: string, files: ReadonlyMap<string, string>): Promise<void> {
  if (existsSync(target) && readdirSync(target).length > 0)
    throw new FaultError(
      fault('exists-already', 'The folder is not empty; nothing was written.', 'Name a new folder.', {
        file: basename(target),
      }),
    );
  for (const [path, text] of files) {
    makeFolder(dirname(join(target, path)));
    await writeWhole(join(target, path), text);
  }
}

/** The fault with the file's own name, which the room does not know. */
const inFile = (found: Fault, path: string): FaultError =>
  new FaultError({ ...found, place: { ...found.place, file: basename(path) } });

const importUsage = `exchange import <fhir.json | phenopacket.json | mtb.json | cBioPortal study folder> -o <case folder | draft.json> [--sample ID] [--harmonise [--decline <id> …]] [--json] ${vaultUsage}`;

/** A case as it was written, in numbers. */
const caseSummary = ({ folder }: ImportedCase, path: string) => ({
  folder: path,
  caseId: folder.record.caseId,
  tumorType: folder.record.diagnosis.oncotreeCode,
  files: folder.record.files.map((file) => file.path),
});

export const importCase: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      output: { type: 'string', short: 'o' },
      ...vaultOptions,
      sample: { type: 'string' },
      harmonise: { type: 'boolean', default: false },
      decline: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
    },
  });
  const path = onlyArgument(positionals, 'the FHIR bundle, phenopacket, MTB record or study folder', importUsage);
  if (values.output === undefined) throw usageError('Name the case folder to write with -o.', importUsage);
  if (/\.json$/i.test(values.output)) return importDraft(path, values.output, values.json);
  const declined = values.harmonise ? values.decline : undefined;
  const vault = await openNamedVault(values);
  let read: Imported;
  let folders: string[];
  try {
    read = await imported(path, values.sample, declined);
    folders = await writeCaseFolders(values.output, read.cases);
    for (const { folder } of read.cases)
      journalled(vault, 'message.received', folder.record.caseId, { format: read.format, channel: 'command line' });
  } catch (error) {
    journalled(vault, 'case.import-refused', null, { code: faultFrom(error).code, channel: 'command line' });
    throw error;
  } finally {
    vault?.lock();
  }
  const { format, cases, notes, unread } = read;
  const written = cases.map((one, index) => caseSummary(one, basename(folders[index] ?? '')));
  const said = [...notes, ...cases.flatMap((one) => one.notes)];
  const mappings = cases.flatMap((one) => one.mappings);
  if (values.json)
    printJson({
      ok: true,
      format,
      cases: written,
      notUnderstood: said,
      unread,
      ...(values.harmonise ? { mappings } : {}),
    });
  else
    print(
      ...written.map(
        ({ folder, caseId, tumorType, files }) =>
          `Case ${caseId} (${tumorType}) in ${folder}: ${plural(files.length, 'file')}`,
      ),
      ...mappings.map(({ id, from, to, by }) => `  ${from} → ${to} (${by}; decline with --decline '${id}')`),
      ...said.map(({ place, reason }) => `  ${place}: ${reason}`),
      ...unread.map(({ place, count }) => `  not read: ${place} (${count})`),
    );
  say(
    `${plural(said.length, 'place')} not taken into a case, ${plural(unread.length, 'element')} kept without being read.`,
  );
  return 0;
};

async function imported(
  path: string,
  sample: string | undefined,
  declined: readonly string[] | undefined,
): Promise<Imported> {
  const knowledge = (await workstationPacks()).molecular();
  const harmony = declined === undefined ? undefined : { knowledge, declined: new Set(declined) };
  if (isFolder(path)) return importStudy(await openStudy(path), sample, harmony);
  const read = importFile(await fileBytes(path), knowledge, harmony);
  if (!read.ok) throw inFile(read.fault, path);
  return read.value;
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const draftLines = (draft: FhirDraft): string[] => [
  `Findings: ${draft.findings.length}; pertinent statements: ${draft.pertinent.length}; evidence: ${draft.evidence.length}; options: ${draft.options.length}`,
  `Coded values kept: ${draft.coded.length}`,
  ...draft.quarantined.map(({ place, reason }) => `Set aside: ${place}: ${reason}`),
  ...draft.dropped.map(({ place, reason }) => `Dropped: ${place}: ${reason}`),
  ...draft.unresolved.map(({ place }) => `Leads out of the bundle: ${place}`),
  ...draft.needs.map(({ field, reason }) => `Missing for a case: ${field}: ${reason}`),
  ...draft.unread.map(({ place, count }) => `Kept, not read: ${place} (${count})`),
];

/** The draft alone, without a case made of it: `-o` names a .json. */
async function importDraft(path: string, output: string, asJson: boolean): Promise<number> {
  const read = fhirToDraft(await fileBytes(path));
  if (!read.ok) throw inFile(read.fault, path);
  const draft = read.value;
  await writeWhole(output, canonicalJson(draft));
  if (asJson) {
    const { quarantined, dropped, unresolved, needs, unread } = draft;
    const counts = { findings: draft.findings.length, coded: draft.coded.length };
    printJson({ ok: true, ...counts, quarantined, dropped, unresolved, needs, unread });
  } else print(...draftLines(draft));
  if (draft.quarantined.length > 0)
    say(`${plural(draft.quarantined.length, 'resource')} set aside and not in the draft.`);
  return 0;
}

const validateUsage = 'exchange validate <fhir.json | mtb.json | cBioPortal study folder> [--json]';

async function validateStudy(path: string, asJson: boolean): Promise<number> {
  const { issues } = await openStudy(path);
  const errors = issues.filter(({ level }) => level === 'error').length;
  const warnings = issues.filter(({ level }) => level === 'warning').length;
  if (asJson) printJson({ ok: errors === 0, errors, warnings, issues });
  else
    print(
      ...issues.map(
        ({ level, file, line, column, message, found }) =>
          `${level}: ${[file, line, column].filter((one) => one !== undefined).join(':')}: ${message}${found === undefined ? '' : ` (${found})`}`,
      ),
      `${errors} errors, ${warnings} warnings.`,
    );
  return errors === 0 ? 0 : 1;
}

export const validate: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const path = onlyArgument(positionals, 'the FHIR file, MTB record or study folder', validateUsage);
  if (isFolder(path)) return validateStudy(path, values.json);
  const read = checkFile(await fileBytes(path));
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

const hooksUsage = 'exchange hooks <patients.json> [--port N] [--address IP] [--workstation URL] [--origin URL]';

/** The record system's id of a patient, and the bundle of the case, with the board's decision where there is one. */
const Patients = z.record(
  z.string().regex(/^[A-Za-z0-9.-]{1,64}$/),
  z.object({ bundle: z.string(), decision: z.string().optional() }),
);

/** Serves CDS Hooks until it is interrupted. Cases are read once, at the start. */
export const hooks: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      port: { type: 'string', default: '0' },
      address: { type: 'string', default: '127.0.0.1' },
      workstation: { type: 'string' },
      origin: { type: 'string', multiple: true, default: [] },
    },
  });
  const list = onlyArgument(positionals, 'the list of patients', hooksUsage);
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw usageError('The port is a number up to 65535.', hooksUsage);
  if (isIP(values.address) === 0) throw usageError('The address is an IP address of this machine.', hooksUsage);
  const [packs, models] = await Promise.all([workstationPacks(), workstationModels()]);
  const cases = new Map<string, CdsCase>();
  for (const [patient, { bundle: path, decision }] of Object.entries(await jsonFrom(list, Patients))) {
    const bundle = unwrap(await readBundle(await fileBytes(resolve(dirname(list), path))));
    const documents = unwrap(await analyzeBundle(bundle, { packs, models }));
    const decided =
      decision === undefined ? undefined : await jsonFrom(resolve(dirname(list), decision), EnteredDecision);
    const board = boardFrom(decided, documents, new Date().toISOString());
    cases.set(patient, { caseId: documents.record.caseId, options: documents.options, board });
  }
  const server = await startCdsServer({
    caseOf: async (patient) => cases.get(patient),
    onAnswer: ({ caseId, hook, cards }) => say(`${hook}: case ${caseId}, ${cards.length} cards`),
    onFeedback: (service, feedback) => say(`${service}: ${feedback.length} cards answered`),
    address: values.address,
    port,
    workstation: values.workstation,
    origins: values.origin,
  });
  print(`${server.url}/cds-services`);
  await new Promise<void>((done) => {
    process.once('SIGINT', done);
    process.once('SIGTERM', done);
  });
  await server.close();
  return 0;
};

const reportUsage = `exchange report <case bundle>… [--json] | exchange report --data <folder> [--user <name>] [--password-file f] [--json]`;

/** Data practice (F139) of bundles, or of every case in a vault. */
export const practice: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { ...vaultOptions, json: { type: 'boolean', default: false } },
  });
  if ((values.data === undefined) === (positionals.length === 0))
    throw usageError('Name case bundles, or a vault with --data.', reportUsage);
  const knowledge = (await workstationPacks()).molecular();
  const records: CaseRecord[] = [];
  for (const path of positionals) records.push(unwrap(await readBundle(await fileBytes(path))).record);
  await withVault(values, async (vault) => {
    for (const { caseId, status } of vault?.cases() ?? [])
      if (status !== 'erased')
        records.push(CaseRecord.parse((await vault?.latestDocument(caseId, 'record'))?.document));
  });
  const found = dataPractice(records, practiceKnowledge(knowledge));
  if (values.json) printJson(found);
  else
    for (const area of ['missingness', 'units', 'coding'] as const) {
      const { score, rows } = found[area];
      print(
        `${area}: ${score === undefined ? 'nothing to judge' : `${score} %`} over ${found.cases} ${found.cases === 1 ? 'case' : 'cases'}`,
        ...rows.map(
          ({ what, good, of, others }) =>
            `  ${String(good).padStart(5)} of ${String(of).padStart(5)}  ${what}${
              others.length === 0
                ? ''
                : `; else ${others
                    .slice(0, 5)
                    .map((one) => `${one.what} (${one.count})`)
                    .join(', ')}`
            }`,
        ),
      );
    }
  return 0;
};
