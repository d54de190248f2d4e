/** Small questions that the rules of the options table ask of statements, findings and lists. */
import type { EvidenceMatch, Finding } from '../molecular/profile.ts';

export const inThisType = ({ diseaseMatch }: Pick<EvidenceMatch, 'diseaseMatch'>): boolean =>
  diseaseMatch === 'same' || diseaseMatch === 'parent';

export const counts = (match: EvidenceMatch): boolean => !match.flagged && match.limits.length === 0;

const sharpness: readonly EvidenceMatch['specificity'][] = ['exact', 'codon', 'exon', 'class', 'gene'];

export const atLeastAsSharp = (a: EvidenceMatch, b: EvidenceMatch): boolean =>
  sharpness.indexOf(a.specificity) <= sharpness.indexOf(b.specificity);

export const named = (match: EvidenceMatch): boolean => ['exact', 'codon', 'exon'].includes(match.specificity);

export const covers = (wide: EvidenceMatch, narrow: EvidenceMatch): boolean =>
  narrow.findingIds.length > 0 && narrow.findingIds.every((id) => wide.findingIds.includes(id));

export const bestLevel = (matches: readonly EvidenceMatch[]): EvidenceMatch['level'] | undefined =>
  matches.map(({ level }) => level).sort()[0];

export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const ids = (matches: readonly EvidenceMatch[]): string[] => [
  ...new Set(matches.map(({ evidenceId }) => evidenceId)),
];

export const list = (values: readonly string[], most = 3): string =>
  values.length <= most ? values.join(', ') : `${values.slice(0, most).join(', ')} and ${values.length - most} more`;

export const nameOf = (finding: Finding | undefined, id: string): string =>
  finding === undefined
    ? id
    : `${finding.kind === 'fusion' || finding.kind === 'biomarker' ? '' : `${finding.gene} `}${finding.title}`;
