/** What the report reads out of the case's documents more than once. */
import { type Classification, type ClassificationStandard, classificationOf } from '../board/classification.ts';
import type { FindingReview } from '../board/decision.ts';
import type { Assay, Specimen } from '../case/case-record.ts';
import type { AssayedState, LedgerModality } from '../case/intake.ts';
import { ledgerLookup } from '../molecular/facts.ts';
import type { Finding } from '../molecular/profile.ts';
import type { TherapyOption } from '../therapy/options.ts';
import type { ReportInput } from './report-input.ts';

export const reviewOf = ({ board }: ReportInput, findingId: string): FindingReview | undefined =>
  board.reviews.find((review) => review.findingId === findingId);

/** The class a person gave by a standard, where somebody did; what the rules computed stays in the finding. */
export const classGiven = (
  { board }: ReportInput,
  { id }: Pick<Finding, 'id'>,
  standard: ClassificationStandard,
): Classification | undefined => classificationOf(board, id, standard);

export const dismissed = (input: ReportInput, { id }: Pick<Finding, 'id'>): boolean =>
  reviewOf(input, id)?.verdict === 'dismissed';

/**
 * Changes of unknown or no meaning: they stand in their own appendix and nowhere else (R29). Oncogenic changes that no
 * evidence tiers, called copy-number changes of cancer genes, fusions and germline findings are findings.
 */
export function isUncertain(finding: Finding, given?: string): boolean {
  if (finding.kind !== 'small-variant' || finding.origin === 'germline') return finding.tier === 'IV';
  if (finding.tier === 'I' || finding.tier === 'II') return false;
  const meaning = given ?? finding.oncogenicity?.class;
  return meaning !== 'oncogenic' && meaning !== 'likely-oncogenic';
}

export interface SortedFindings {
  readonly reported: readonly Finding[];
  readonly biomarkers: readonly Finding[];
  readonly outliers: readonly Finding[];
  readonly uncertain: readonly Finding[];
}

/** Every finding in exactly one part. */
export function sortedFindings(input: ReportInput): SortedFindings {
  const { profile } = input;
  const part = Map.groupBy(profile.findings, (finding): keyof SortedFindings =>
    finding.kind === 'biomarker'
      ? 'biomarkers'
      : finding.kind.endsWith('outlier')
        ? 'outliers'
        : isUncertain(finding, classGiven(input, finding, 'oncogenicity')?.class)
          ? 'uncertain'
          : 'reported',
  );
  const of = (name: keyof SortedFindings): readonly Finding[] => part.get(name) ?? [];
  return {
    reported: of('reported'),
    biomarkers: of('biomarkers'),
    outliers: of('outliers'),
    uncertain: of('uncertain'),
  };
}

/** By the class that counts: a person's where one gave it, else the computed one; without a class nothing is ruled out. */
export function isHarmful(input: ReportInput, finding: Finding): boolean {
  const counts = classGiven(input, finding, 'germline')?.class ?? finding.germline?.class;
  return counts === undefined || counts === 'pathogenic' || counts === 'likely-pathogenic';
}

/** Inherited and benign by the class that counts: a common variant, which evidence below tier I brings nowhere. */
export function isBenign(input: ReportInput, finding: Finding): boolean {
  if (finding.origin !== 'germline' || finding.tier === 'I') return false;
  const counts = classGiven(input, finding, 'germline')?.class ?? finding.germline?.class;
  return counts === 'benign' || counts === 'likely-benign';
}

/** Findings that lead the first page: tier I and II and germline findings that nobody dismissed and that are not benign. */
export const leading = (input: ReportInput): readonly Finding[] =>
  sortedFindings(input).reported.filter(
    (finding) =>
      (finding.tier === 'I' || finding.tier === 'II' || finding.origin === 'germline') &&
      !dismissed(input, finding) &&
      !isBenign(input, finding),
  );

/** Whether any gene was tested to a result; where none was, nothing may read like a result. */
export const anythingTested = ({ intake: { ledger } }: ReportInput): boolean =>
  [...ledger.entries.flatMap(({ states }) => Object.values(states)), ...Object.values(ledger.defaults)].some(
    ({ state }) => state === 'detected' || state === 'tested-not-detected',
  );

export type DecidedBoard = NonNullable<ReportInput['board']['decision']>;

/** The treatment the board chose, in words. */
export function chosen(input: ReportInput, decision: DecidedBoard): readonly string[] {
  const labels = decision.optionIds.map(
    (id) => input.options.options.find((option) => option.id === id)?.label ?? `${id} (no longer in the table)`,
  );
  return decision.otherOption === undefined ? labels : [...labels, decision.otherOption];
}

/** The decision rests on other documents than this report: it was taken before the case was analysed again. */
export function decisionIsStale({ board: { decision, basis }, hashes }: ReportInput): boolean {
  if (decision === undefined || basis === undefined) return false;
  return (['intake', 'profile', 'predictions', 'options'] as const).some((kind) => basis[kind] !== hashes[kind]);
}

/** Findings behind an option that the board dismissed. */
export const shakenBy = (input: ReportInput, option: TherapyOption): readonly Finding[] =>
  input.profile.findings.filter(
    (finding) => option.because.some(({ findingId }) => findingId === finding.id) && dismissed(input, finding),
  );

/** Assays by sequencing: for them depth has a meaning. */
export const sequences = ({ scope }: Assay): boolean =>
  ['panel', 'exome', 'genome', 'transcriptome', 'targeted-rna'].includes(scope);
export const readsVariants = ({ modalities }: Assay): boolean =>
  modalities.includes('somatic-variants') || modalities.includes('germline-variants');

/** Assays whose description decides how far a finding can be trusted: variants and fusions. */
export const readsGenome = (assay: Assay): boolean => readsVariants(assay) || assay.modalities.includes('fusions');

/** Specimens that an assay of this case used, tumor before normal. */
export function specimensUsed({ record }: ReportInput): readonly Specimen[] {
  const used = new Set(record.assays.flatMap(({ specimenId, normalSpecimenId }) => [specimenId, normalSpecimenId]));
  return record.specimens.filter(({ id }) => used.has(id));
}
export const isTumor = ({ origin }: Specimen): boolean => origin !== 'normal';

/** State of a gene in a modality. */
export const stateOf = (
  input: ReportInput,
  gene: string,
  modality: LedgerModality,
): { readonly state: AssayedState; readonly reason: string } => ledgerLookup(input.intake.ledger)(gene, modality);

/** Every agent named by an option or by the decision. */
export function agentsNamed(input: ReportInput): readonly string[] {
  const { decision } = input.board;
  return [
    ...new Set([
      ...input.options.options.flatMap(({ agents }) => agents),
      ...(decision?.otherOption === undefined ? [] : decision.otherOption.split(/\s*[+/,;]\s*|\s+and\s+/i)),
    ]),
  ].sort();
}

/** Agents of what the board chose. */
export function agentsChosen(input: ReportInput): readonly string[] {
  const { decision } = input.board;
  if (decision === undefined) return [];
  const options = input.options.options.filter(({ id }) => decision.optionIds.includes(id));
  return [
    ...options.flatMap(({ agents }) => agents),
    ...(decision.otherOption === undefined ? [] : decision.otherOption.split(/\s*[+/,;]\s*|\s+and\s+/i)),
  ];
}
