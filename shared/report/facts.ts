/**
 * Every statement of a report names the facts it stands on (F100). A fact is a place in one of the case's documents, a
 * rule of this program, or a pack or model; `knownFacts` lists them all, so that a statement on nothing is found.
 */
import type { LedgerModality } from '../case/intake.ts';
import type { ReportInput } from './report-input.ts';
import { isPrintedRule, type PrintedRule } from './rules.ts';

const recordParts = [
  'patient',
  'diagnosis',
  'question',
  'referrer',
  'course',
  'therapy-lines',
  'performance-status',
  'comorbidities',
  'medications',
  'allergies',
  'labs',
  'family-history',
  'goals',
  'consents',
  'specimens',
  'assays',
  'files',
] as const;
const profileParts = ['findings', 'evidence', 'pertinent', 'listed', 'segments', 'absent'] as const;
const boardParts = ['decision', 'reviews', 'classifications', 'notes', 'follow-ups'] as const;
const reportParts = [
  'time',
  'identity',
  'signature',
  'checkpoint',
  'elements',
  'basis',
  'version',
  'attachments',
  'amendment',
  'emergencies',
] as const;

/** The names of facts. Findings and evidence keep the ids they have in the profile. */
export const fact = {
  record: (part: (typeof recordParts)[number]): string => `record:${part}`,
  specimen: (id: string): string => `specimen:${id}`,
  assay: (id: string): string => `assay:${id}`,
  ledger: (modality: LedgerModality): string => `ledger:${modality}`,
  accounting: (file: string): string => `accounting:${file}`,
  intake: (part: 'refusals' | 'questions' | 'warnings' | 'understandings'): string => `intake:${part}`,
  profile: (part: (typeof profileParts)[number]): string => `profile:${part}`,
  pertinent: (gene: string, modality: LedgerModality): string => `pertinent:${gene}:${modality}`,
  prediction: 'prediction:aggressiveness',
  option: (id: string): string => `option:${id}`,
  exclusion: (id: string): string => `exclusion:${id}`,
  options: (part: 'table' | 'would-change' | 'accounting' | 'absent' | 'safety' | 'pharmacogenes'): string =>
    `options:${part}`,
  trials: 'trials:case',
  board: (part: (typeof boardParts)[number]): string => `board:${part}`,
  pack: (id: string): string => `pack:${id}`,
  model: (id: string): string => `model:${id}`,
  report: (part: (typeof reportParts)[number]): string => `report:${part}`,
  rule: (name: PrintedRule): string => `rule:${name}`,
} as const;

/** Every fact of this input. */
export function knownFacts(input: ReportInput): ReadonlySet<string> {
  const { record, intake, profile, options } = input;
  const modalities: LedgerModality[] = ['small-variant', 'copy-number', 'fusion', 'expression', 'protein', 'germline'];
  return new Set([
    ...recordParts.map(fact.record),
    ...record.specimens.map(({ id }) => fact.specimen(id)),
    ...record.assays.map(({ id }) => fact.assay(id)),
    ...modalities.map(fact.ledger),
    ...intake.accounting.map(({ file }) => fact.accounting(file)),
    ...(['refusals', 'questions', 'warnings', 'understandings'] as const).map(fact.intake),
    ...profileParts.map(fact.profile),
    ...profile.findings.map(({ id }) => id),
    ...(profile.measures?.identity ?? []).map(({ id }) => id),
    ...[
      ...(profile.measures?.list ?? []),
      ...(profile.measures?.expression ?? []),
      ...(profile.measures?.signatures === undefined ? [] : [profile.measures.signatures]),
    ].map(({ id }) => id),
    ...profile.evidence.map(({ evidenceId }) => evidenceId),
    ...profile.openEvidence.map(({ evidenceId }) => evidenceId),
    ...profile.pertinent.map(({ gene, modality }) => fact.pertinent(gene, modality)),
    fact.prediction,
    fact.trials,
    ...options.options.map(({ id }) => fact.option(id)),
    ...options.exclusions.map(({ id }) => fact.exclusion(id)),
    ...(['table', 'would-change', 'accounting', 'absent', 'safety'] as const).map(fact.options),
    ...(options.pharmacogenes === undefined ? [] : [fact.options('pharmacogenes')]),
    ...boardParts.map(fact.board),
    ...input.packs.map(({ id }) => fact.pack(id)),
    ...input.models.map(({ id }) => fact.model(id)),
    ...input.predictions.models.map(({ id }) => fact.model(id)),
    ...profile.packs.map(({ id }) => fact.pack(id)),
    ...reportParts.map(fact.report),
  ]);
}

/** Facts cited by a statement that this input does not hold; rules of the program are always held. */
export const unknownFacts = (cited: readonly string[], known: ReadonlySet<string>): string[] =>
  cited.filter((id) => !known.has(id) && !isPrintedRule(id));
