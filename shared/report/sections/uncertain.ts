import type { Finding } from '../../molecular/profile.ts';
import { column, paragraph, type Row, table } from '../blocks.ts';
import { fact } from '../facts.ts';
import { sortedFindings } from '../reading.ts';
import type { ReportBlock } from '../report.ts';
import type { ReportInput } from '../report-input.ts';
import { findingName, flagWords, measureOf, oncogenicityWords, plural, remarks, whole } from '../words.ts';
import { criteriaTable, givenWords, nomenclature, reviewWords, tierWords } from './findings.ts';

/** Rows a reader can still use on paper. The others are counted and stand, whole, in the profile document. */
const SHOWN = 250;

const classWords = ({ oncogenicity }: Finding): string => {
  if (oncogenicity === undefined) return 'not classified';
  const word = oncogenicityWords[oncogenicity.class].toLowerCase();
  return oncogenicity.class === 'not-evaluable' ? word : `${word}, ${whole(oncogenicity.points)}`;
};

/** R29: here and nowhere else. */
export function uncertainPart(input: ReportInput): ReportBlock[] {
  const { uncertain } = sortedFindings(input);
  if (uncertain.length === 0)
    return [paragraph('None is listed.', [fact.profile('findings'), fact.profile('listed')], ['R29'])];
  const shown = uncertain.slice(0, SHOWN);
  return [
    paragraph(
      `${plural(uncertain.length, 'change')} of unknown or no significance. ${uncertain.length === 1 ? 'It' : 'They'} must not guide treatment.${
        uncertain.length > SHOWN
          ? ` The first ${SHOWN} are printed; all stand in the profile document, SHA-256 ${input.hashes.profile.slice(0, 16)}…`
          : ''
      }`,
      [fact.profile('findings')],
      ['R29'],
      'lead',
    ),
    table(
      [
        column('Change', 1.8, 'name'),
        column('HGVS and consequence', 4.3, 'identifier'),
        column('Measured', 2.15),
        column('Tier, class, points', 1.8),
        column('Flags, review', 2.4),
      ],
      shown.map(
        (finding): Row => ({
          cells: [
            findingName(finding),
            nomenclature(finding),
            measureOf(finding),
            [`tier ${tierWords(finding)}`, classWords(finding), ...givenWords(input, finding, 'oncogenicity')].join(
              '; ',
            ),
            remarks([...flagWords(finding.flags), ...reviewWords(input, finding)]) || '–',
          ],
          facts: [finding.id],
        }),
      ),
      ['R29', 'R17', 'R18'],
    ),
    ...criteriaTable(
      input,
      shown.filter(({ oncogenicity }) => (oncogenicity?.points ?? 0) !== 0),
      ['R19'],
    ),
  ];
}
