import type { EvidenceMatch } from '../../molecular/profile.ts';
import { IN_SEQUENCE } from '../../molecular/treatments.ts';
import { column, factsOr, paragraph, type Row, table } from '../blocks.ts';
import { fact } from '../facts.ts';
import type { ReportBlock } from '../report.ts';
import type { ReportInput } from '../report-input.ts';
import { own, said } from '../translate.ts';
import { findingName, listed, plural, sentence, shortMatchWords, treatmentName } from '../words.ts';

const SHOWN = 120;

/** Statements that something in this report rests on, strongest first. */
export function statementsUsed({ profile, options }: ReportInput): readonly EvidenceMatch[] {
  const used = new Set([
    ...profile.findings.flatMap(({ tierDefining }) => tierDefining),
    ...options.options.flatMap(({ supporting, against }) => [...supporting, ...against]),
    ...options.exclusions.flatMap(({ evidence }) => evidence),
  ]);
  return profile.evidence
    .filter(({ evidenceId }) => used.has(evidenceId))
    .sort((a, b) =>
      a.level === b.level
        ? a.evidenceId.localeCompare(b.evidenceId, 'en', { numeric: true })
        : a.level < b.level
          ? -1
          : 1,
    );
}

const therapiesOf = ({ therapies, therapyInteraction }: EvidenceMatch): string => {
  if (therapies.length === 0) return '–';
  if (therapyInteraction === 'sequential') return treatmentName(`${therapies.join(' and ')}${IN_SEQUENCE}`);
  return treatmentName(therapies.join(therapyInteraction === 'substitutes' ? ' or ' : ' + '));
};

const notCounted = ({ flagged, limits }: EvidenceMatch): string => {
  const why = [...limits, ...(flagged ? ['flagged by its source'] : [])];
  return why.length === 0 ? '' : `; not counted: ${why.join(', ')}`;
};

/** `PMID 37694347 (2023)`: the year is that of the source's own label. */
const reference = ({ type, id, label }: EvidenceMatch['citations'][number]): string => {
  const year = /\b(?:19|20)\d{2}\b/.exec(label)?.[0];
  return `${/pubmed/i.test(type) ? 'PMID' : type} ${id}${year === undefined ? '' : ` (${year})`}`;
};

/** R49: every statement used, with source, date of the pack and references. */
export function evidencePart(input: ReportInput): ReportBlock[] {
  const { profile } = input;
  const used = statementsUsed(input);
  const shown = used.slice(0, SHOWN);
  // Each name is told by itself: one that holds a comma would part a list of them in the wrong place.
  const names = new Map(profile.findings.map((finding) => [finding.id, own(said(findingName(finding)))]));
  const rest = profile.evidence.length - shown.length;
  const dates = profile.packs.map(({ id, asOf }) => `${id} as of ${asOf}`);
  const intro = paragraph(
    `${shown.length === 0 ? 'No statement sets a tier, an option or an exclusion' : `${plural(shown.length, 'statement')} that a tier, an option or an exclusion rests on`}${rest > 0 ? `; ${rest} further statements met stand in the profile document, SHA-256 ${input.hashes.profile.slice(0, 16)}…` : '.'} Sources: ${dates.length === 0 ? 'no pack was used' : dates.join(', ')}.`,
    factsOr([fact.profile('evidence'), ...profile.packs.map(({ id }) => fact.pack(id))], fact.profile('evidence')),
    ['R49'],
  );
  if (shown.length === 0) return [intro];
  return [
    intro,
    table(
      [
        column('Statement', 0.9, 'name'),
        column('Met by', 1.7),
        column('Says', 2),
        column('Treatment', 1.65),
        column('Disease', 2.2),
        column('Level, rating', 0.85),
        column('References', 1.8),
      ],
      shown.map(
        (match): Row => ({
          cells: [
            match.evidenceId,
            match.findingIds.map((id) => names.get(id) ?? id).join(', ') || match.negatives.join(', '),
            `${sentence(match.type)}: ${match.direction === 'does-not-support' ? 'does not support ' : ''}${match.significance.toLowerCase().replaceAll('/', ' or ')}${notCounted(match)}`,
            therapiesOf(match),
            `${own(match.disease)} (${shortMatchWords[match.diseaseMatch]})`,
            `${match.level}${match.rating === undefined ? '' : `, ${match.rating} of 5`}`,
            listed(match.citations.map(reference), 3),
          ],
          facts: [match.evidenceId],
        }),
      ),
      ['R49'],
    ),
  ];
}
