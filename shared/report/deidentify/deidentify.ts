/**
 * A case for use outside care (F104): rebuilt by allow-list over the eighteen categories of Safe Harbor, each field shown with
 * what becomes of it. With years for dates and nothing kept beyond the default it follows the list of 45 CFR
 * 164.514(b)(2)(i); that is no claim of anonymity: genomic data name a person to whoever has a second copy of them.
 */
import type { IntakeDocument } from '../../case/intake.ts';
import { canonicalJson } from '../../foundation/canonical.ts';
import { Sha256 } from '../../foundation/ids.ts';
import { type BasisKind, basisKinds, type ReportInput } from '../report-input.ts';
import { type DeidentifiedField, DeidentifyChoice, fields } from './choice.ts';
import { dayFor, isDay, momentFor } from './days.ts';
import { deidentifiedRecord, type NewNames, newNames } from './record.ts';
import { sifted, WITHHELD } from './sift.ts';
import { type Tally, tallyOf } from './tally.ts';

/** What only the site knows of a case: both go when the case is erased. */
export interface CaseSecret {
  /** Days by which all dates of the case move; never 0. */
  readonly offsetDays: number;
  /** In place of the case id; not derived from anything of the person. */
  readonly code: string;
}

export interface DeidentifyNeeds {
  readonly choice?: Partial<DeidentifyChoice> | undefined;
  readonly secret: CaseSecret;
  /** SHA-256 in hexadecimal digits. */
  readonly digest: (text: string) => string;
}

export interface Deidentified {
  readonly input: ReportInput;
  readonly fields: readonly DeidentifiedField[];
  /** Whether nothing that stays is outside the list of Safe Harbor: years for dates, no field kept by choice that can name. */
  readonly safeHarbor: boolean;
}

/** A day's offset and a code out of 32 secret bytes in hexadecimal digits: 30 to 365 days, forward or back. */
export function secretOf(hex: string): CaseSecret {
  const size = 30 + (Number.parseInt(hex.slice(0, 8), 16) % 336);
  return {
    offsetDays: Number.parseInt(hex.slice(8, 10), 16) % 2 === 0 ? size : -size,
    code: `case-${hex.slice(10, 22)}`,
  };
}

type Rewrite = (text: string, key: string) => string;

/** Every string of a document, rewritten; the key is that under which it, or the list around it, stands. */
function rewritten<Value>(value: Value, rewrite: Rewrite, key = ''): Value {
  if (typeof value === 'string') return rewrite(value, key) as Value;
  if (Array.isArray(value)) return value.map((item) => rewritten(item, rewrite, key)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [name, rewritten(held, rewrite, name)]),
  ) as Value;
}

/** Days that a document holds, and those inside its texts. */
function daysIn(value: unknown): Set<string> {
  const days = new Set<string>();
  rewritten(value, (text) => {
    for (const [day] of text.matchAll(/(?<!\d)\d{4}-\d{2}(?:-\d{2})?(?!\d)/gu)) if (isDay(day)) days.add(day);
    return text;
  });
  return days;
}

/** Words in sentences that are days of the record or an age above 89. */
function sentencesWithout(record: ReportInput['record'], day: (text: string) => string): (text: string) => string {
  const days = [...daysIn(record)].sort((a, b) => b.length - a.length);
  const any = new RegExp(`(?<!\\d)(?:${days.join('|') || '(?!)'})(?!\\d)`, 'gu');
  const ages = [record.patient.ageYears, ...record.familyHistory.map(({ ageYears }) => ageYears)].filter(
    (age): age is number => age !== undefined && age > 89,
  );
  const old = new RegExp(
    `(?<![\\d.])(?:${ages.join('|') || '(?!)'})(?=[ -]?years?)|(?<=[Aa]ge:? |aged |Age, )(?:${ages.join('|') || '(?!)'})(?![\\d.])`,
    'gu',
  );
  return (text) => text.replace(any, day).replace(old, '90');
}

/** A file's own words: a caller, a label. */
const plain = (text: string | undefined, form: RegExp): string | undefined =>
  text !== undefined && form.test(text) && sifted(text) === text ? text : undefined;

const WORD = /^[\w.+() /-]{1,60}$/u;
const UNIT = /^[\p{L}\d%/.* ^µ-]{1,30}$/u;
const VALUE = /^[\p{L}\d%<>=.,+ -]{1,24}$/u;
const MODEL = /^[\w.:()>*=+&;,|/?-]{0,400}$/u;

/** What files say of themselves, by allow-list; rows that were read stay as they are, under new names of files. */
function intakeOf(intake: IntakeDocument, names: NewNames, tally: Tally): IntakeDocument {
  const fileOf = (path: string): string =>
    names.files.get(path) ?? (path === '' ? path : tally.instead('files', path, 'files/0'));
  const assayOf = (id: string): string => names.assays.get(id) ?? WITHHELD;
  const words = (text: string | undefined): string | undefined => tally.text('assay-words', text);
  const here = <Row extends { readonly file: string }>(rows: readonly Row[]): Row[] =>
    rows.map((row) => ({ ...row, file: fileOf(row.file) }));
  const asked = (document: IntakeDocument['ledger']['defaults']): IntakeDocument['ledger']['defaults'] =>
    Object.fromEntries(
      Object.entries(document).map(([modality, held]) => [
        modality,
        held === undefined ? held : { ...held, assayIds: held.assayIds.map(assayOf) },
      ]),
    );
  for (const one of intake.understandings) {
    for (const sample of [one.tumorSample, one.normalSample]) tally.text('files', sample);
    for (const note of one.notes) tally.text('assay-words', note);
  }
  return {
    understandings: intake.understandings.map(({ file, modality, format, genomeBuild, caller, rows, ...rest }) => ({
      file: fileOf(file),
      modality,
      format: plain(format, WORD) ?? WITHHELD,
      rows,
      notes: [],
      ...(genomeBuild === undefined ? {} : { genomeBuild }),
      ...(plain(caller, WORD) === undefined ? {} : { caller }),
      ...(plain(rest.depthFrom, WORD) === undefined ? {} : { depthFrom: rest.depthFrom }),
      ...(plain(rest.alleleFractionFrom, WORD) === undefined ? {} : { alleleFractionFrom: rest.alleleFractionFrom }),
    })),
    questions: [],
    refusals: intake.refusals.map(({ file, fault }) => ({
      file: fileOf(file),
      fault: { code: fault.code, message: 'The file was refused.', remedy: 'Ask the site for the reason.' },
    })),
    variants: here(intake.variants).map(
      ({ annotation, filter, context, phaseSet: _set, haplotype: _strand, ...variant }) => ({
        ...variant,
        ...(plain(filter, MODEL) === undefined ? {} : { filter }),
        ...(plain(context, /^[ACGTN]{1,40}$/iu) === undefined ? {} : { context }),
        ...(annotation === undefined
          ? {}
          : {
              annotation: Object.fromEntries(
                Object.entries(annotation).filter(([, held]) => typeof held !== 'string' || MODEL.test(held)),
              ) as typeof annotation,
            }),
      }),
    ),
    copyNumbers: here(intake.copyNumbers),
    segments: here(intake.segments),
    fusions: here(intake.fusions),
    matrices: intake.matrices.map(({ modality, scale, reference, genes, values, file }) => {
      const said = words(reference);
      return { modality, scale, genes, values, file: fileOf(file), ...(said === undefined ? {} : { reference: said }) };
    }),
    biomarkers: intake.biomarkers.map(({ name, label, value, unit, method, assayId, threshold, file }) => {
      const how = words(method);
      const above = words(threshold);
      return {
        name,
        label: name === 'other' ? tally.asked('assay-words', label) : (plain(label, WORD) ?? name),
        value: typeof value === 'string' ? (plain(value, VALUE) ?? WITHHELD) : value,
        assayId: assayOf(assayId),
        file: fileOf(file),
        ...(plain(unit, UNIT) === undefined ? {} : { unit }),
        ...(how === undefined ? {} : { method: how }),
        ...(above === undefined ? {} : { threshold: above }),
      };
    }),
    accounting: here(intake.accounting),
    ledger: {
      entries: intake.ledger.entries.map(({ gene, states }) => ({ gene, states: asked(states) })),
      defaults: asked(intake.ledger.defaults),
    },
    warnings: [],
  };
}

/** Names of agents that the case's own documents know. */
function agentsOf({ profile, options }: ReportInput): Set<string> {
  const all = [
    ...profile.evidence.flatMap(({ therapies }) => therapies),
    ...options.options.flatMap(({ agents, classes }) => [...agents, ...(classes ?? []).map(({ agent }) => agent)]),
    ...options.exclusions.filter(({ kind }) => kind !== 'allergy').flatMap(({ agents }) => agents),
  ];
  return new Set(all.map((name) => name.toLowerCase()));
}

/** Diseases by the names of the packs. */
function wordsOfPacks({ profile }: ReportInput): Set<string> {
  const { evidence, approvals, tumorType } = profile;
  return new Set(
    [tumorType.name, ...[...evidence, ...approvals].map(({ disease }) => disease)].map((name) => name.toLowerCase()),
  );
}

/** The options chosen and the intent; a decision asks for words where it says nothing that may leave. */
function boardOf({ board }: ReportInput, tally: Tally, moment: (text: string) => string): ReportInput['board'] {
  const { decision } = board;
  const written = [board.reviews, board.ballots, board.annotations, board.classifications, board.followUps];
  tally.count(
    'people',
    written.reduce((sum, list) => sum + (list?.length ?? 0), 0),
  );
  if (decision === undefined) return { reviews: [] };
  tally.count('decision');
  tally.count('people', decision.participants.length + decision.actions.length);
  if (!tally.keeps('decision')) return { reviews: [] };
  tally.count('dates');
  return {
    reviews: [],
    decision: {
      optionIds: decision.optionIds,
      intent: decision.intent,
      answer: WITHHELD,
      rationale: WITHHELD,
      actions: [],
      participants: [],
      decidedAt: moment(decision.decidedAt),
      decidedBy: WITHHELD,
    },
  };
}

/** Keys of the intake that hold names which it was given anew. */
const OWN_NAMES: ReadonlySet<string> = new Set(['file', 'assayId', 'assayIds']);

/** The same case and secret give the same result. */
export function deidentified(input: ReportInput, { choice, secret, digest }: DeidentifyNeeds): Deidentified {
  const chosen = DeidentifyChoice.parse(choice ?? {});
  const tally = tallyOf(chosen, wordsOfPacks(input));
  const names = newNames(input.record);
  const day = dayFor(chosen.dates, secret.offsetDays);
  const moment = momentFor(chosen.dates, secret.offsetDays);
  const rebuilt = deidentifiedRecord(input.record, names, {
    tally,
    code: secret.code,
    day,
    tumorType: input.profile.tumorType.name,
    agents: agentsOf(input),
  });
  const intake = intakeOf(input.intake, names, tally);
  const board = boardOf(input, tally, moment);
  tally.count('dates');
  tally.count('codes', 2 + basisKinds.length);
  tally.count('people', (input.signature === undefined ? 0 : 1) + (input.emergencies?.length ?? 0));
  tally.text('institution', input.template?.institution);
  tally.text('institution', input.template?.footer);

  const days = sentencesWithout(input.record, day);
  const cleaned = new Map<string, string>();
  const clean = (text: string): string => {
    const known = cleaned.get(text) ?? days(tally.without(text));
    cleaned.set(text, known);
    return known;
  };
  const rewrite: Rewrite = (text, key) => {
    if (key === 'file') return names.files.get(text) ?? text;
    if (key === 'assayId' || key === 'assayIds') return names.assays.get(text) ?? text;
    return clean(text);
  };
  // What packs say is of no person.
  const { packs, evidence, openEvidence, approvals, segments, ...profile } = input.profile;
  const documents = {
    // Names that were left out of one field may stand in a text that was kept.
    record: rewritten(rebuilt, tally.inside),
    intake: rewritten(intake, (text, key) => (OWN_NAMES.has(key) ? text : clean(text))),
    profile: { ...rewritten(profile, rewrite), packs, evidence, openEvidence, approvals, segments },
    predictions: rewritten(input.predictions, rewrite),
    options: rewritten(input.options, rewrite),
  };
  const hashes = Object.fromEntries(
    basisKinds.map((kind) => [kind, Sha256.parse(digest(canonicalJson(documents[kind])))]),
  ) as Record<BasisKind, Sha256>;
  const shown = tally.fields();
  return {
    input: {
      reportId: `R-${secret.code.slice(5)}`,
      composedAt: moment(input.composedAt),
      version: input.version,
      bundleSha256: hashes.record,
      ...documents,
      hashes,
      board,
      packs: input.packs,
      models: input.models,
      notApplicable: {},
      ...(input.language === undefined ? {} : { language: input.language }),
    },
    fields: shown,
    safeHarbor: chosen.dates === 'year' && chosen.keep.every((field) => fields[field].categories.length === 0),
  };
}
