/** What of a case stands on its one page, and how many more there are. Pure. */
import type { AmpTier, Finding, MolecularProfile, PertinentStatement } from '../../shared/molecular/profile.ts';

const tierOrder: Record<AmpTier, number> = { I: 0, II: 1, III: 2, IV: 4 };
/** A finding without a tier stands before tier IV (benign) and after tier III. */
const placeOf = (finding: Finding): number => (finding.tier === undefined ? 3 : tierOrder[finding.tier]);

/** The findings that matter most, by tier; equal ones keep the profile's order. */
export const topFindings = (profile: MolecularProfile, limit: number): Finding[] =>
  profile.findings
    .map((finding, index) => ({ finding, index }))
    .filter(({ finding }) => finding.state === 'detected')
    .sort((a, b) => placeOf(a.finding) - placeOf(b.finding) || a.index - b.index)
    .slice(0, limit)
    .map(({ finding }) => finding);

/** Pertinent statements of one state, each gene once with what was looked for. */
export const pertinentOf = (profile: MolecularProfile, state: PertinentStatement['state']): string[] => [
  ...new Set(
    profile.pertinent
      .filter((statement) => statement.state === state)
      .map(({ gene, what }) => `${gene} ${what}`.trim()),
  ),
];
