/** What of a case stands on its one page, and how many more there are. Pure. */
import type { AmpTier, Finding, MolecularProfile, PertinentStatement } from '../../shared/molecular/profile.ts';

const tierOrder: Record<AmpTier, number> = { I: 0, II: 1, III: 2, IV: 4 };
/** A finding without a tier stands before tier IV (benign) and after tier III. */
const placeOf = (finding: Finding): number => (finding.tier === undefined ? 3 : tierOrder[finding.tier]);

/** With nothing in tier I or II the page still names a few of the others. */
const WITHOUT_TIER = 3;

/**
 * The findings of the page: tiers I and II in their order, equal ones in the profile's; the others only where there are
 * none of these. What is left out is counted by the caller, never dropped.
 */
export function topFindings(profile: MolecularProfile, limit: number): Finding[] {
  const detected = profile.findings
    .map((finding, index) => ({ finding, index }))
    .filter(({ finding }) => finding.state === 'detected')
    .sort((a, b) => placeOf(a.finding) - placeOf(b.finding) || a.index - b.index)
    .map(({ finding }) => finding);
  const strong = detected.filter((finding) => finding.tier === 'I' || finding.tier === 'II');
  return strong.length > 0 ? strong.slice(0, limit) : detected.slice(0, WITHOUT_TIER);
}

/** Pertinent statements of one state, each gene once with what was looked for. */
export const pertinentOf = (profile: MolecularProfile, state: PertinentStatement['state']): string[] => [
  ...new Set(
    profile.pertinent
      .filter((statement) => statement.state === state)
      .map(({ gene, what }) => `${gene} ${what}`.trim()),
  ),
];
