/** How the findings stand on screen: groups in reading order, the filter, and the sentences. Pure. */
import type { Classification } from '../../shared/board/classification.ts';
import type { FindingReview } from '../../shared/board/decision.ts';
import type { Assay } from '../../shared/case/case-record.ts';
import type { AssayLedger, IntakeDocument } from '../../shared/case/intake.ts';
import type { PackStatus } from '../../shared/knowledge/evidence.ts';
import {
  type EvidenceMatch,
  type Finding,
  type MolecularProfile,
  type PertinentStatement,
  rowKeysOf,
} from '../../shared/molecular/profile.ts';
import { type Effect, effectsOf, polarity } from '../../shared/molecular/tiers.ts';
import { treatmentsOf } from '../../shared/molecular/treatments.ts';
import { matchesFilter } from '../ui/FilterField.tsx';
import { type DirectionKind, directionOf, ledgerModalityWords, sentence, stateWords } from '../ui/words.ts';

/** A row is a finding, or a statement on a gene that matters here and has no finding (R25). */
export type FindingsRow =
  | {
      readonly kind: 'finding';
      readonly id: string;
      readonly finding: Finding;
      readonly review?: FindingReview;
      readonly given?: Classification;
    }
  | {
      readonly kind: 'pertinent';
      readonly id: string;
      readonly statement: PertinentStatement;
      /** How its state is known, with the assays by their names. */
      readonly reason: string;
    };

export type GroupId =
  | 'needs-you'
  | 'tier-one-two'
  | 'measured'
  | 'not-detected'
  | 'not-known'
  | 'uncertain'
  | 'benign'
  | 'dismissed';

export interface FindingsGroup {
  readonly id: GroupId;
  readonly title: string;
  readonly rows: readonly FindingsRow[];
  /** Whether it stands folded until somebody opens it. */
  readonly foldedAtFirst: boolean;
}

/** Changes of unknown meaning beyond this many stand folded: the list that is read stays short (P3: 15 rows or fewer). */
const UNCERTAIN_SHOWN = 6;
/** The same for pertinent statements. */
const PERTINENT_SHOWN = 12;

const titles: Record<GroupId, string> = {
  'needs-you': 'Needs you',
  'tier-one-two': 'Tier I–II',
  measured: 'Measured, no tier',
  'not-detected': 'Pertinent here, tested and not detected',
  'not-known': 'Pertinent here, not known',
  uncertain: 'Tier III, meaning unknown',
  benign: 'Tier IV',
  dismissed: 'Dismissed',
};

function groupOf(finding: Finding, review: FindingReview | undefined): GroupId {
  if (review?.verdict === 'dismissed') return 'dismissed';
  // A confirmed finding keeps its place: nothing jumps under the reader's eyes.
  if (finding.needsYou) return 'needs-you';
  if (finding.tier === 'I' || finding.tier === 'II') return 'tier-one-two';
  if (finding.tier === 'III') return 'uncertain';
  if (finding.tier === 'IV') return 'benign';
  return 'measured';
}

/** What the screen knows beside the profile. */
export interface FindingsContext {
  readonly reviews: readonly FindingReview[];
  readonly classifications?: readonly Classification[] | undefined;
  readonly ledger?: AssayLedger | undefined;
  readonly assays: readonly Pick<Assay, 'id' | 'name'>[];
}

/** How the state of a pertinent gene is known: the ledger's reason, or the assays that read it, by name. */
export function pertinentReason(
  { gene, modality, reason }: PertinentStatement,
  { ledger, assays }: Pick<FindingsContext, 'ledger' | 'assays'>,
): string {
  const cell = ledger?.entries.find((entry) => entry.gene === gene)?.states[modality] ?? ledger?.defaults[modality];
  // What the ledger detected there is not listed, which the statement says.
  if (cell === undefined || cell.state === 'detected' || cell.reason !== undefined || cell.assayIds.length === 0)
    return reason;
  return `read by ${cell.assayIds.map((id) => assays.find((assay) => assay.id === id)?.name ?? id).join(', ')}`;
}

/** Groups in reading order; inside a group the order is the profile's own (tier, level, agreement, points). */
export function groupFindings(
  profile: MolecularProfile,
  context: FindingsContext,
  filter: string,
): readonly FindingsGroup[] {
  const byFinding = new Map(context.reviews.map((review) => [review.findingId, review]));
  const groups = new Map<GroupId, FindingsRow[]>();
  const put = (id: GroupId, row: FindingsRow) => {
    if (!matchesFilter(filter, textOf(row))) return;
    const rows = groups.get(id);
    if (rows === undefined) groups.set(id, [row]);
    else rows.push(row);
  };
  for (const finding of profile.findings) {
    const review = byFinding.get(finding.id);
    const given = context.classifications?.find(
      ({ findingId, standard }) => findingId === finding.id && standard !== 'escat',
    );
    put(groupOf(finding, review), {
      kind: 'finding',
      id: finding.id,
      finding,
      ...(review === undefined ? {} : { review }),
      ...(given === undefined ? {} : { given }),
    });
  }
  for (const statement of profile.pertinent)
    put(statement.state === 'tested-not-detected' ? 'not-detected' : 'not-known', {
      kind: 'pertinent',
      id: `pertinent:${statement.gene}:${statement.modality}`,
      statement,
      reason: pertinentReason(statement, context),
    });
  return (Object.keys(titles) as GroupId[]).flatMap((id) => {
    const rows = groups.get(id) ?? [];
    if (rows.length === 0) return [];
    const long =
      (id === 'uncertain' && rows.length > UNCERTAIN_SHOWN) ||
      ((id === 'not-detected' || id === 'not-known') && rows.length > PERTINENT_SHOWN);
    // Who filters wants to see what matches, wherever it stands.
    const foldedAtFirst = filter.trim() === '' && (id === 'dismissed' || id === 'benign' || long);
    return [{ id, title: titles[id], rows, foldedAtFirst }];
  });
}

/** What the filter reads of a row. */
function textOf(row: FindingsRow): string {
  if (row.kind === 'pertinent') {
    const { gene, what, modality, state } = row.statement;
    return [gene, what, ledgerModalityWords[modality], stateWords[state], row.reason].join(' ');
  }
  const { finding, review, given } = row;
  return [
    finding.gene,
    finding.gene2,
    finding.title,
    finding.kind.replaceAll('-', ' '),
    finding.hgvsCoding,
    finding.hgvsProtein,
    finding.hgvsGenomic,
    finding.consequence,
    stateWords[finding.state],
    finding.origin,
    finding.tier === undefined ? '' : `tier ${finding.tier} ${finding.tierCall?.weight ?? ''}`,
    finding.whyHere,
    finding.conflict === undefined ? '' : `conflict ${finding.conflict.statement}`,
    ...finding.flags,
    review?.verdict,
    review?.reason,
    given === undefined ? undefined : `override ${classWords(given.class)} ${given.reason}`,
  ]
    .filter((part) => part !== undefined)
    .join(' ');
}

/** "showing 12 of 348": what stands on screen of everything small the case has. */
export function listedCount(
  profile: MolecularProfile,
  groups: readonly FindingsGroup[],
): { readonly shown: number; readonly total: number; readonly folded: number } {
  const folded = profile.listed.folded.reduce((sum, { count }) => sum + count, 0);
  const shown = groups.flatMap(({ rows }) => rows).filter(({ kind }) => kind === 'finding').length;
  return { shown, total: profile.findings.length + folded, folded };
}

/**
 * What a copy of the table says before its rows, so that nobody takes a part for the whole: the words of the filter, groups
 * that are folded away, how many of how many stand there, and the rules that kept the others out.
 */
export function tableNotes(
  profile: Pick<MolecularProfile, 'listed' | 'findings'>,
  { filter, rows, away }: { filter: string; rows: readonly FindingsRow[]; away: readonly string[] },
): string[] {
  const total = profile.findings.length + profile.listed.folded.reduce((sum, one) => sum + one.count, 0);
  const shown = rows.filter(({ kind }) => kind === 'finding').length;
  return [
    `filter: ${filter.trim() === '' ? 'none' : filter.trim()}`,
    `showing ${shown} of ${total} findings`,
    ...(away.length === 0 ? [] : [`folded: ${away.join(', ')}`]),
    ...profile.listed.folded.map(({ rule, count }) => `not listed: ${count} ${rule}`),
  ].map((line) => `# ${line.replaceAll(/\s+/g, ' ')}`);
}

/** What a person calls the finding: gene and change, a fusion and a biomarker by their own names. */
export const findingName = (finding: Pick<Finding, 'kind' | 'gene' | 'title'>): string =>
  finding.kind === 'fusion' || finding.kind === 'biomarker' ? finding.title : `${finding.gene} ${finding.title}`;

const tierMeaning: Record<string, string> = {
  'I-A': 'approved or guideline evidence in this tumor type',
  'I-B': 'well-powered studies in this tumor type',
  'II-C': 'strong evidence in another tumor type, or agreeing case reports in this one',
  'II-D': 'single case reports or preclinical evidence',
};

/** The finding in one sentence, in the clinician's words; the first thing the panel says. */
export function findingSentence(
  finding: Finding,
  evidence: readonly EvidenceMatch[],
  approvals: MolecularProfile['approvals'],
): string {
  const { tierCall, tier } = finding;
  if (tierCall !== undefined) {
    const defining = evidence.filter(({ evidenceId }) => finding.tierDefining.includes(evidenceId));
    const parts = [
      ...effectsOf(defining, approvals).map(effectWords),
      defining.some(({ type }) => type === 'diagnostic') ? 'the diagnosis' : '',
      defining.some(({ type }) => type === 'prognostic') ? 'the prognosis' : '',
    ].filter((part) => part !== '');
    return `Tier ${tierCall.weight}, ${tierMeaning[tierCall.weight] ?? 'by the evidence below'}, for ${parts.length === 0 ? 'what the evidence says' : parts.join('; ')}.`;
  }
  if (finding.kind === 'biomarker' && finding.biomarker !== undefined)
    return `${sentence(finding.biomarker.validity)}.`;
  if (tier === 'III') return 'What this change means for treatment is not known: no statement sets a tier.';
  if (tier === 'IV') return 'By the criteria below this change is benign or likely benign.';
  return `${sentence(finding.whyHere)}.`;
}

function effectWords({ words, treatments }: Effect): string {
  const more = treatments.length > 3 ? ` and ${treatments.length - 3} more` : '';
  return `${words} ${join(treatments.slice(0, 3))}${more}`;
}

const join = (parts: readonly string[]): string =>
  parts.length <= 1 ? (parts[0] ?? 'what the evidence says') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

/** Statements that say the same of the same treatment: one line on screen, its statements beneath. */
export interface Claim {
  readonly id: string;
  readonly kind: DirectionKind;
  readonly words: string;
  /** Treatments, or the outcome for statements without one. */
  readonly subject: string;
  readonly bestLevel: EvidenceMatch['level'];
  readonly statements: readonly EvidenceMatch[];
}

const levelThenRating = (a: EvidenceMatch, b: EvidenceMatch): number =>
  (a.level < b.level ? -1 : a.level > b.level ? 1 : 0) ||
  (b.rating ?? 0) - (a.rating ?? 0) ||
  (a.evidenceId < b.evidenceId ? -1 : 1);

/** Claims by their best level, then by how many statements make them. */
export function claimsOf(matches: readonly EvidenceMatch[]): readonly Claim[] {
  const claims = new Map<string, EvidenceMatch[]>();
  for (const match of matches) {
    const key = `${directionOf(match).words}|${subjectOf(match)}`;
    claims.set(key, [...(claims.get(key) ?? []), match]);
  }
  return [...claims]
    .map(([id, unsorted]): Claim | undefined => {
      const statements = [...unsorted].sort(levelThenRating);
      const [first] = statements;
      if (first === undefined) return undefined;
      const { kind, words } = directionOf(first);
      return { id, kind, words, subject: subjectOf(first), bestLevel: first.level, statements };
    })
    .filter((claim) => claim !== undefined)
    .sort(
      (a, b) =>
        (a.bestLevel < b.bestLevel ? -1 : a.bestLevel > b.bestLevel ? 1 : 0) ||
        b.statements.length - a.statements.length ||
        (a.id < b.id ? -1 : 1),
    );
}

const subjectOf = (match: EvidenceMatch): string =>
  match.therapies.length > 0
    ? treatmentsOf(match)
        .map(({ label }) => label)
        .join(' or ')
    : match.disease;

export interface ConflictRow {
  readonly treatment: string;
  readonly level: EvidenceMatch['level'];
  readonly supports: readonly EvidenceMatch[];
  readonly against: readonly EvidenceMatch[];
}

/** F018: who says what of one treatment in comparable disease, level by level; only treatments that are disputed. */
export function conflictRows(matches: readonly EvidenceMatch[]): readonly ConflictRow[] {
  const rows = new Map<
    string,
    { treatment: string; level: EvidenceMatch['level']; for: EvidenceMatch[]; against: EvidenceMatch[] }
  >();
  for (const match of matches) {
    const side = polarity(match);
    const comparable = match.diseaseMatch === 'same' || match.diseaseMatch === 'parent';
    if (side === 'neither' || match.flagged || match.limits.length > 0 || !comparable || match.level > 'C') continue;
    for (const { label } of treatmentsOf(match)) {
      const key = `${label}|${match.level}`;
      const row = rows.get(key) ?? { treatment: label, level: match.level, for: [], against: [] };
      row[side].push(match);
      rows.set(key, row);
    }
  }
  const all = [...rows.values()];
  const says = (treatment: string, side: 'for' | 'against'): boolean =>
    all.some((row) => row.treatment === treatment && row[side].length > 0);
  return all
    .filter(({ treatment }) => says(treatment, 'for') && says(treatment, 'against'))
    .sort((a, b) => (a.treatment < b.treatment ? -1 : a.treatment > b.treatment ? 1 : a.level < b.level ? -1 : 1))
    .map(({ treatment, level, for: supports, against }) => ({ treatment, level, supports, against }));
}

/** Where the finding was read: file and line of every row behind it. */
export function sourcesOf(finding: Finding, intake: IntakeDocument | undefined): readonly string[] {
  if (intake === undefined) return [];
  const at = (rows: readonly { readonly file: string; readonly line: number }[]): string[] =>
    rows.map(({ file, line }) => `${file}, line ${line}`);
  const keys = new Set(rowKeysOf(finding));
  switch (finding.kind) {
    case 'small-variant':
      return at(intake.variants.filter(({ key }) => keys.has(key)));
    case 'fusion':
      return at(intake.fusions.filter(({ gene5, gene3 }) => gene3 === finding.gene && gene5 === finding.gene2));
    case 'biomarker':
      return intake.biomarkers
        .filter(({ name, label }) => (name === 'other' ? label : name) === finding.gene)
        .map(({ file }) => file);
    case 'expression-outlier':
    case 'protein-outlier': {
      const modality = finding.kind === 'protein-outlier' ? 'protein' : 'expression';
      return intake.matrices
        .filter((matrix) => matrix.modality === modality && matrix.genes.includes(finding.gene))
        .map(({ file, reference }) => (reference === undefined ? file : `${file}, against ${reference}`));
    }
    default: {
      const rows = at(intake.copyNumbers.filter(({ gene }) => gene === finding.gene));
      return rows.length > 0
        ? rows
        : [...new Set(intake.segments.map(({ file }) => `${file}, segments over the gene`))];
    }
  }
}

/** What a person may say when a finding is set aside; free words remain possible. */
export const DISMISS_REASONS = [
  'artefact: strand or position bias',
  'artefact: low complexity or homologous region',
  'germline, outside the question',
  'clonal hematopoiesis suspected',
  'not relevant to the question',
] as const;
export const LIMIT_REASONS = [
  'low tumor content',
  'low depth at this position',
  'subclonal',
  'orientation or frame not confirmed',
  'needs an orthogonal test',
] as const;

export const verdictWords: Record<FindingReview['verdict'], string> = {
  confirmed: 'confirmed',
  dismissed: 'dismissed',
  limited: 'limited',
};

/** How many findings still wait for a verdict, of those that need one. */
export const openReviews = (profile: MolecularProfile, reviews: readonly FindingReview[]): number => {
  const reviewed = new Set(reviews.map(({ findingId }) => findingId));
  return profile.findings.filter(({ id, needsYou }) => needsYou && !reviewed.has(id)).length;
};

/** Why rows of the source files may not be among the findings: intake still asks, or refused a file. */
export function notRead(intake: IntakeDocument | undefined): string | undefined {
  if (intake === undefined) return undefined;
  const asked = [...new Set(intake.questions.filter(({ blocking }) => blocking).map(({ file }) => file))];
  const refused = intake.refusals.map(({ file }) => file);
  const parts = [
    ...(asked.length === 0 ? [] : [`Intake still asks about ${asked.join(', ')}.`]),
    ...(refused.length === 0 ? [] : [`Intake refused ${refused.join(', ')}.`]),
  ];
  const files = new Set([...asked, ...refused]).size;
  return files === 0
    ? undefined
    : [...parts, `Nothing of ${files === 1 ? 'this file' : 'these files'} is among the findings below.`].join(' ');
}

/** A class as a person says it; ESCAT tiers are their own words. */
export const classWords = (verdict: string): string => (/^[IVX]/.test(verdict) ? verdict : verdict.replace('-', ' '));

/** Inheritance as the hereditary pack states it; `undefined` where it states none. */
export const inheritanceWords = (stated: string | undefined): string | undefined =>
  stated === undefined || stated === 'unknown' ? undefined : stated === 'both' ? 'dominant and recessive' : stated;

/** Packs that stand here in another version than the one a profile was made with, in words. */
export const packsMoved = (
  made: MolecularProfile['packs'],
  now: readonly Pick<PackStatus, 'id' | 'manifest' | 'manifestSha256'>[],
): string[] =>
  made.flatMap(({ id, version, manifestSha256 }) => {
    const here = now.find((one) => one.id === id);
    if (here?.manifest === undefined || here.manifestSha256 === manifestSha256) return [];
    const { title, version: other } = here.manifest;
    return [other === version ? `${title} ${version}, built anew` : `${title} ${version}, now ${other}`];
  });
