/** What speaks against a treatment, and whether it takes it off the table (F045). */
import type { EvidenceMatch, Finding } from '../molecular/profile.ts';
import type { Treatment } from '../molecular/treatments.ts';
import type { Approved } from './approved.ts';
import { atLeastAsSharp, bestLevel, counts, covers, ids, inThisType, list, named, nameOf } from './matching.ts';

export interface Candidate {
  readonly treatment: Treatment;
  /** Statements that make it an option. */
  readonly making: EvidenceMatch[];
  /** Weaker statements for it. */
  readonly also: EvidenceMatch[];
  readonly against: EvidenceMatch[];
  /** Approvals of just these agents that make it level A here. */
  readonly approved: Approved[];
}

/** Publications that report resistance by just these findings in preclinical models. */
const publicationsLike = (against: EvidenceMatch, all: readonly EvidenceMatch[]): number =>
  new Set(
    all
      .filter(
        (match) =>
          match.direction === 'supports' &&
          counts(match) &&
          inThisType(match) &&
          covers(match, against) &&
          covers(against, match),
      )
      .flatMap(({ citations }) => citations.map(({ type, id }) => `${type}:${id}`)),
  ).size;

/**
 * Whether a statement reports resistance by a second change in the very gene the treatment aims at, which no statement
 * for the treatment considers at that level or better. A conjunction whose broadest part is a class (any partner of a
 * fusion) still names the change.
 */
export function bySecondChange(
  against: EvidenceMatch,
  { making, approved }: Candidate,
  findings: ReadonlyMap<string, Finding>,
): boolean {
  const names = named(against) || (against.specificity === 'class' && against.findingIds.length > 1);
  if (against.direction !== 'supports' || !names || !counts(against) || !inThisType(against)) return false;
  const inTarget = [...making, ...approved].some((match) => {
    const genes = new Set(match.findingIds.map((id) => findings.get(id)?.gene));
    return against.findingIds.some((id) => !match.findingIds.includes(id) && genes.has(findings.get(id)?.gene));
  });
  // Statements that never saw the second change do not speak for this patient.
  return (
    inTarget &&
    !making.some(
      (match) =>
        inThisType(match) &&
        covers(match, against) &&
        (named(match) || !named(against)) &&
        match.level <= against.level,
    )
  );
}

/** Whether a statement against a treatment takes it off the table. */
export function decides(
  against: EvidenceMatch,
  candidate: Candidate | undefined,
  allAgainst: readonly EvidenceMatch[],
  findings: ReadonlyMap<string, Finding>,
): boolean {
  if (!counts(against) || !inThisType(against) || against.anyCancer) return false;
  const level = against.level;
  const forIt = (candidate?.making ?? []).filter(inThisType);
  // A word for the whole gene is met by every change in it: it never looked at this one.
  const aware = forIt.filter((match) => covers(match, against) && (named(match) || !named(against)));
  const told = level <= 'C' || (level === 'D' && publicationsLike(against, allAgainst) >= 2);
  if (told && candidate !== undefined && bySecondChange(against, candidate, findings)) return true;
  if (level > 'B') return false;
  if (candidate === undefined) return level === 'A' || named(against);
  const best = bestLevel(forIt);
  if (best === undefined || best > level) return true;
  if (best < level) return false;
  const awareEqual = aware.filter((match) => match.level === level);
  if (awareEqual.length > 0)
    return (
      allAgainst.filter(
        (match) => counts(match) && inThisType(match) && match.level === level && covers(match, against),
      ).length >= awareEqual.length
    );
  return forIt.filter((match) => match.level === level).every((match) => atLeastAsSharp(against, match));
}

export function exclusionReason(
  deciding: readonly EvidenceMatch[],
  findings: ReadonlyMap<string, Finding>,
  candidate: Candidate | undefined,
  what = deciding.some(({ direction }) => direction === 'supports') ? 'resistance reported' : 'no benefit found',
): string {
  const changes = [
    ...new Set(deciding.flatMap((match) => match.findingIds.map((id) => nameOf(findings.get(id), id)))),
  ].sort();
  const negatives = [...new Set(deciding.flatMap((match) => match.negatives))].sort();
  const by = changes.length > 0 ? list(changes) : list(negatives);
  const diseases = [...new Set(deciding.map(({ disease }) => disease))].sort();
  const weighed = candidate === undefined ? '' : ` Weighed against ${ids(candidate.making).length} for it.`;
  return `${by}: ${what} in ${list(diseases, 2)}, level ${bestLevel(deciding)} (${list(ids(deciding))}).${weighed}`;
}

/** Names of the findings that statements against a treatment add to those it is given for. */
export const secondChanges = (
  second: readonly EvidenceMatch[],
  making: readonly EvidenceMatch[],
  findings: ReadonlyMap<string, Finding>,
): string[] => {
  // A word for the whole gene is met by the second change too, and still never looked at it.
  const aimedAt = new Set(
    making.filter(({ specificity }) => specificity !== 'gene').flatMap(({ findingIds }) => findingIds),
  );
  const added = new Set(second.flatMap(({ findingIds }) => findingIds.filter((id) => !aimedAt.has(id))));
  return [...added].map((id) => nameOf(findings.get(id), id)).sort();
};
