import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { BoardRecord } from '../../../shared/board/board-record.ts';
import { type Decision, EnteredDecision } from '../../../shared/board/decision.ts';
import { canonicalJson } from '../../../shared/foundation/canonical.ts';
import { FaultError, fault } from '../../../shared/foundation/fault.ts';
import type { MolecularProfile } from '../../../shared/molecular/profile.ts';
import { saidOfOptions } from '../../../shared/prediction/option-models.ts';
import type { IntegratedAnswer } from '../../../shared/prediction/predictions.ts';
import { differenceLine, differencesOf } from '../../../shared/report/difference.ts';
import { Language } from '../../../shared/report/language.ts';
import type { SignedReportRecord } from '../../../shared/report/report.ts';
import type { Amendment, ReportInput } from '../../../shared/report/report-input.ts';
import type { OptionsTable } from '../../../shared/therapy/options.ts';
import { readBundle } from '../../case/index.ts';
import { type CaseDocuments, documentHash } from '../../documents.ts';
import { makeFolder } from '../../make-folder.ts';
import { analyzeBundle } from '../../pipeline.ts';
import {
  draftPaper,
  openReport,
  readSite,
  readTemplate,
  reportInput,
  signedPaper,
  versionOfReports,
} from '../../report/index.ts';
import { programRoot, programVersion } from '../../shipped.ts';
import { type Command, fileBytes, onlyArgument, print, printJson, say, unwrap, usageError } from '../command.ts';
import { intakeLines } from '../intake-lines.ts';
import { workstationModels, workstationPacks } from '../packs.ts';
import { namesSigner, openSigner, signerOptions } from '../signer.ts';

const usage =
  'case analyze <bundle> [-o <folder>] [--answers answers.json] [--decision decision.json] [--not-applicable reasons.json] [--report out.pdf [--sign id.p12 | --token <PKCS#11 module> [--slot <label or serial>] [--certificate <sha256>] [--password-file f] [--meaning author|review|approval] [--site folder]] [--template folder] [--language en|de|es] [--amends former.pdf --reason text]] [--time ISO] [--json]';

/** What stands in place of the board's elements where the command line signs a report that goes to the board. */
const beforeTheBoard = 'This report is signed before the board has met; the decision is recorded by the board.';
const boardElements = ['R04', 'R43', 'R44', 'R45', 'R46'] as const;

export const Answers = z.record(z.string(), z.string());
const Reasons = z.record(z.string().regex(/^R\d{2}$/, 'an element R01 to R60'), z.string().min(1).max(300));
const Meaning = z.enum(['author', 'review', 'approval']);

/** A JSON file by its schema; what is wrong is said with the file's own name and the field. */
export async function jsonFrom<Value>(path: string, schema: z.ZodType<Value>): Promise<Value> {
  const file = basename(path);
  const text = Buffer.from(await fileBytes(path)).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FaultError(fault('json-invalid', 'The file is not JSON.', 'Correct it and try again.', { file }));
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new FaultError(
    fault('schema-invalid', issue?.message ?? 'The file does not fit its schema.', 'Correct the field and try again.', {
      file,
      field: issue?.path.map(String).join('.') || 'the whole file',
    }),
  );
}

/** A full disk has its own words; anything else is the place that was named. */
function notWritten(error: unknown, path: string): unknown {
  const code = String(Reflect.get(Object(error), 'code'));
  if (code === 'ENOSPC') return error;
  return new FaultError(
    fault('write-failed', `It cannot be written (${code}).`, 'Check the folder and its permissions.', {
      file: basename(path),
    }),
  );
}

/** Written beside its place and moved there: a reader never sees half a file. */
export async function writeWhole(path: string, bytes: Uint8Array | string): Promise<void> {
  const unfinished = `${path}.${process.pid}.part`;
  try {
    await writeFile(unfinished, bytes);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw notWritten(error, path);
  }
}

export function folderFor(path: string): void {
  try {
    makeFolder(path);
  } catch (error) {
    throw notWritten(error, path);
  }
}

/** A moment given with `--time`, so that a second run gives the same bytes; else the clock's. */
function momentFrom(given: string | undefined): string {
  if (given === undefined) return new Date().toISOString();
  const time = new Date(given);
  if (Number.isNaN(time.getTime()) || !/^\d{4}-\d{2}-\d{2}T/.test(given))
    throw usageError('The time is not ISO 8601, such as 2026-05-01T14:00:00Z.', usage);
  return time.toISOString();
}

/** A signed report to amend, opened from its own data. */
async function formerReport(path: string, now: string): Promise<Former> {
  const bytes = await fileBytes(path);
  const { input, verification } = await openReport(bytes, { trustAnchorsPem: [], now }, 'not composed again');
  const [first] = verification.signatures;
  return {
    input,
    named: {
      reportId: input.reportId,
      sha256: verification.sha256,
      signedAt: first?.signingTime ?? input.composedAt,
      signer: first?.signer ?? 'unknown',
    },
  };
}

interface Former {
  readonly input: ReportInput;
  readonly named: Amendment['former'];
}

function amendmentOf({ input, named }: Former, reason: string, after: ReportInput): Amendment {
  if (input.record.caseId !== after.record.caseId)
    throw new FaultError(
      fault('field-invalid', 'The former report is of another case.', 'Give the report of this case.', {
        field: 'amends',
      }),
    );
  const text = reason.trim();
  if (text === '' || text.length > 1000)
    throw usageError('The reason of an amendment has 1 to 1000 characters.', usage);
  return {
    number: (input.amendment?.number ?? 0) + 1,
    reason: text,
    changes: differencesOf(input, after).map(differenceLine),
    former: named,
  };
}

export function boardFrom(decision: Decision | undefined, documents: CaseDocuments, now: string): BoardRecord {
  if (decision === undefined) return { reviews: [] };
  const known = new Set(documents.options.options.map(({ id }) => id));
  const foreign = decision.optionIds.filter((id) => !known.has(id));
  if (foreign.length > 0)
    throw new FaultError(
      fault(
        'field-invalid',
        `The decision chooses "${foreign[0]}", which is not in the options table.`,
        'Choose ids from options.json, or name it as otherOption.',
        { field: 'optionIds' },
      ),
    );
  const { intake, profile, predictions, options } = documents;
  return {
    reviews: [],
    decision: { ...decision, decidedAt: now, decidedBy: 'the decision file' },
    basis: {
      intake: documentHash(intake),
      profile: documentHash(profile),
      predictions: documentHash(predictions),
      options: documentHash(options),
    },
  };
}

const scoreLine = ({ aggressiveness }: IntegratedAnswer): string =>
  aggressiveness.state === 'computed'
    ? `Aggressiveness: ${aggressiveness.sentence}`
    : `Aggressiveness: ${aggressiveness.state}: ${aggressiveness.reason}`;

function findingLines({ findings, listed, pertinent, absent }: MolecularProfile): string[] {
  const states = Map.groupBy(pertinent, ({ state }) => state);
  const genes = (state: 'tested-not-detected' | 'failed-qc' | 'not-assayed'): string =>
    (states.get(state) ?? []).map(({ gene, what }) => `${gene} ${what}`).join(', ') || 'none';
  return [
    `Findings: ${listed.shown} listed${listed.folded.map(({ rule, count }) => `, ${count} folded: ${rule}`).join('')}`,
    ...findings.map(
      ({ gene, title, kind, tier, tierCall, whyHere }) =>
        `  ${(tierCall?.weight ?? tier ?? '–').padEnd(5)} ${kind === 'fusion' || kind === 'biomarker' ? title : `${gene} ${title}`} – ${whyHere}`,
    ),
    `Tested, not detected: ${genes('tested-not-detected')}`,
    `Failed QC: ${genes('failed-qc')}`,
    `Not assayed: ${genes('not-assayed')}`,
    ...absent.map(({ section, reason }) => `Absent: ${section}: ${reason}`),
  ];
}

const optionLines = ({ options, exclusions, absent }: OptionsTable): string[] => [
  `Excluded: ${exclusions.length}`,
  ...exclusions.map(({ label, kind, reason }) => `  ${label} (${kind}): ${reason}`),
  `Options: ${options.length}`,
  ...options.map(
    ({ label, weight, because, conflict }, index) =>
      `  ${String(index + 1).padStart(2)}. ${(weight ?? '–').padEnd(5)} ${label} – ${because[0]?.text ?? ''}${conflict === undefined ? '' : ' (sources conflict)'}`,
  ),
  ...absent.map(({ section, reason }) => `Absent: ${section}: ${reason}`),
];

/**
 * The whole way in one command. Documents are the same bytes at every run; the report is too when `--time` is given
 * and the identity signs by RSA. Everything that can be refused is refused before the first file is written.
 */
export const analyze: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      output: { type: 'string', short: 'o' },
      answers: { type: 'string' },
      decision: { type: 'string' },
      'not-applicable': { type: 'string' },
      report: { type: 'string' },
      ...signerOptions,
      meaning: { type: 'string' },
      site: { type: 'string' },
      template: { type: 'string' },
      language: { type: 'string' },
      amends: { type: 'string' },
      reason: { type: 'string' },
      time: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const path = onlyArgument(positionals, 'the bundle', usage);
  if (namesSigner(values) && values.report === undefined)
    throw usageError('Name the report to sign with --report.', usage);
  const meaning = Meaning.safeParse(values.meaning ?? 'author');
  if (!meaning.success) throw usageError('The meaning is author, review or approval.', usage);
  const language = Language.optional().safeParse(values.language);
  if (!language.success) throw usageError('The language is en, de or es.', usage);
  if ((values.amends === undefined) !== (values.reason === undefined))
    throw usageError('An amendment needs --amends with the former report and --reason.', usage);
  const now = momentFrom(values.time);
  const amended = values.amends === undefined ? undefined : await formerReport(values.amends, now);
  const answers = values.answers === undefined ? {} : await jsonFrom(values.answers, Answers);
  const decision = values.decision === undefined ? undefined : await jsonFrom(values.decision, EnteredDecision);
  const reasons = values['not-applicable'] === undefined ? {} : await jsonFrom(values['not-applicable'], Reasons);
  const identity = namesSigner(values) ? await openSigner(values, now, usage) : undefined;

  const root = programRoot(import.meta.url);
  const bundle = unwrap(await readBundle(await fileBytes(path)));
  const [packs, models] = await Promise.all([workstationPacks(), workstationModels()]);
  const documents = unwrap(await analyzeBundle(bundle, { packs, models }, { answers }));
  const { intake, profile, predictions, options } = documents;

  let paper: Uint8Array | undefined;
  let signed: SignedReportRecord | undefined;
  let missing: string[] = [];
  if (values.report !== undefined) {
    const rests = {
      bundleSha256: bundle.manifest.bundleSha256,
      documents,
      board: boardFrom(decision, documents, now),
      packs: packs.status(),
      models: await models.status(),
      optionModels: saidOfOptions(documents.options.options, await models.others(documents)),
      version: versionOfReports(programVersion(root)),
      composedAt: now,
      ...(values.template === undefined ? {} : { template: await readTemplate(values.template) }),
      language: language.data,
    };
    const input = reportInput({
      ...rests,
      ...(amended === undefined || values.reason === undefined
        ? {}
        : { amendment: amendmentOf(amended, values.reason, reportInput(rests)) }),
      notApplicable: {
        ...(identity !== undefined && decision === undefined
          ? Object.fromEntries(boardElements.map((id) => [id, beforeTheBoard]))
          : {}),
        ...reasons,
      },
      ...(identity === undefined
        ? {}
        : {
            signature: {
              signer: identity.signer,
              meaning: meaning.data,
              signedAt: now,
              algorithm: identity.algorithm,
            },
          }),
    });
    if (identity === undefined) {
      const draft = await draftPaper(input);
      paper = draft.paper.bytes;
      missing = draft.report.elements
        .filter(({ level, state }) => level === 'A' && state === 'missing')
        .map(({ id, title, reason }) => `${id} ${title}: ${reason ?? ''}`);
    } else {
      const site = values.site === undefined ? undefined : await readSite(values.site);
      const made = await signedPaper(input, identity, site).finally(() => identity.close?.());
      paper = made.bytes;
      signed = made.record;
    }
  }

  const written = { record: documents.record, intake, profile, predictions, options };
  if (values.output !== undefined) {
    folderFor(values.output);
    for (const [name, document] of Object.entries(written))
      await writeWhole(join(values.output, `${name}.json`), canonicalJson(document));
  }
  if (values.report !== undefined && paper !== undefined) await writeWhole(values.report, paper);

  if (values.json)
    printJson({
      ok: intake.refusals.length === 0,
      caseId: documents.record.caseId,
      documents: Object.fromEntries(Object.entries(written).map(([name, document]) => [name, documentHash(document)])),
      questions: intake.questions,
      refusals: intake.refusals,
      findings: profile.findings.map(({ id, gene, title, kind, tier, tierCall, state }) => ({
        id,
        gene,
        title,
        kind,
        state,
        tier: tier ?? null,
        weight: tierCall?.weight ?? null,
      })),
      pertinent: profile.pertinent,
      aggressiveness: predictions.aggressiveness.state,
      exclusions: options.exclusions.map(({ id, label, kind }) => ({ id, label, kind })),
      options: options.options.map(({ id, label, tier, weight }, index) => ({
        rank: index + 1,
        id,
        label,
        tier: tier ?? null,
        weight: weight ?? null,
      })),
      report: signed ?? (paper === undefined ? null : { draft: true, missing }),
    });
  else {
    print(
      `Case ${documents.record.caseId}: ${profile.tumorType.name} (${profile.tumorType.oncotreeCode})`,
      ...intakeLines(intake),
      ...findingLines(profile),
      scoreLine(predictions),
      ...(predictions.beforeSurgery === undefined ? [] : [`Before surgery: ${scoreLine(predictions.beforeSurgery)}`]),
      ...optionLines(options),
    );
    if (signed !== undefined)
      print(`Report ${signed.reportId}: signed by ${signed.signer}, ${signed.level}, SHA-256 ${signed.sha256}`);
    else if (paper !== undefined)
      print(`Report: draft, not signed${decision === undefined ? '; no board decision recorded' : ''}`);
  }
  if (signed !== undefined && decision === undefined)
    say('No board decision was given: the report says so and is signed as preparation of the board.');
  for (const line of missing) say(`Missing for a signature: ${line}`);
  return intake.refusals.length === 0 ? 0 : 1;
};
