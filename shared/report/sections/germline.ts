import { germlineConsent } from '../../molecular/germline-sheet.ts';
import type { Finding, GermlineClass } from '../../molecular/profile.ts';
import { column, factsOr, heading, paragraph, type Row, table } from '../blocks.ts';
import { fact } from '../facts.ts';
import { isHarmful, sortedFindings } from '../reading.ts';
import type { ReportBlock } from '../report.ts';
import type { ReportInput } from '../report-input.ts';
import { findingName, listed, percent, sentence, signed, stopped, whole } from '../words.ts';

export const germlineClassWords: Readonly<Record<GermlineClass, string>> = {
  pathogenic: 'Pathogenic',
  'likely-pathogenic': 'Likely pathogenic',
  uncertain: 'Uncertain significance',
  'likely-benign': 'Likely benign',
  benign: 'Benign',
  'not-evaluable': 'Not evaluable',
};

/** `Likely pathogenic (7 points)`, or that no class is given. */
export function germlineMeaning({ germline }: Pick<Finding, 'germline'>): string {
  if (germline === undefined) return 'germline: not classified here';
  const word = germlineClassWords[germline.class];
  return germline.class === 'not-evaluable' ? word : `${word} (${whole(germline.points)} points)`;
}

const inheritances: Readonly<Record<string, string>> = {
  both: 'dominant and recessive',
  'x-linked': 'X-linked',
  unknown: 'inheritance not known',
};
/** `dominant` and `recessive` say themselves. */
const inheritanceWords = (stated: string): string => inheritances[stated] ?? stated;

/** R30: ACMG/AMP class with its criteria, what struck the other copy, consent, counseling. */
export function germlineBlocks(input: ReportInput, given: (finding: Finding) => readonly string[]): ReportBlock[] {
  const { reported } = sortedFindings(input);
  const germline = reported.filter(({ origin }) => origin === 'germline');
  const assayed = input.record.assays.some(({ modalities }) => modalities.includes('germline-variants'));
  const blocks: ReportBlock[] = [];
  if (germline.length > 0) {
    blocks.push(
      table(
        [
          column('Germline finding', 1.8, 'name'),
          column('Allele fraction', 1),
          column('ACMG/AMP class', 1.3),
          column('Criteria met, with points and fact', 3.6),
          column('Gene: conditions, inheritance', 2.3),
        ],
        germline.map((finding): Row => {
          const met = finding.germline?.criteria.filter(({ state }) => state === 'met') ?? [];
          return {
            cells: [
              findingName(finding),
              finding.alleleFraction === undefined ? 'not stated' : percent(finding.alleleFraction),
              [...given(finding).map((said) => `${said} Computed:`), germlineMeaning(finding)].join(' '),
              met.map((one) => `${one.code} (${signed(one.points, 0)}): ${one.fact}`).join('; ') || 'none',
              [
                listed(finding.germline?.conditions ?? [], 3) || 'conditions not stated',
                ...(finding.germline?.inheritance === undefined
                  ? []
                  : [inheritanceWords(finding.germline.inheritance)]),
                ...(finding.germline?.secondary === true ? ['on the ACMG list of secondary findings'] : []),
              ].join('; '),
            ],
            facts: [finding.id, fact.board('classifications')],
          };
        }),
        ['R30'],
        'The ACMG/AMP class is computed from the criteria that the data of this case answer; segregation, de novo and case-control criteria are not among them, and the class of the laboratory counts.',
      ),
    );
    const harmful = germline.filter((finding) => isHarmful(input, finding));
    const [first, ...more] = harmful.map(({ id }) => id);
    if (first !== undefined)
      blocks.push(
        paragraph(
          `Genetic counseling of the patient and, with consent, of relatives is advised: ${harmful.map((finding) => findingName(finding)).join('; ')}.`,
          [first, ...more, fact.record('consents')],
          ['R30'],
          'caution',
        ),
      );
  }
  blocks.push(
    paragraph(
      germline.length > 0
        ? germlineConsent(input.record).statement
        : assayed
          ? `Germline variants were assayed; none is reported here. ${germlineConsent(input.record).statement}`
          : 'Germline variants were not assayed; hereditary disposition is neither shown nor excluded.',
      [fact.ledger('germline'), fact.record('consents')],
      ['R30'],
    ),
  );
  const single = singleHits(reported);
  // Two variants of one gene say the same of it.
  const struck = Map.groupBy(
    reported.flatMap(({ id, twoHits }) => {
      if (twoHits === undefined) return [];
      const alike = single.get(twoHits.statement);
      return [{ id, statement: alike ?? stopped(twoHits.statement.split('. ').map(sentence).join('. ')) }];
    }),
    ({ statement }) => statement,
  );
  if (struck.size > 0) blocks.push(heading(2, 'Hits of one gene', ['R30']));
  for (const [statement, of] of struck)
    blocks.push(
      paragraph(
        statement,
        factsOr(
          of.map(({ id }) => id),
          fact.profile('findings'),
        ),
        ['R30'],
      ),
    );
  return blocks;
}

/** From how many genes on one sentence tells what a paragraph each would repeat. */
const ALIKE = 3;

/** Of genes with one somatic hit and the same said of the second: the sentence that tells all of them, by the statement of each. */
function singleHits(reported: readonly Finding[]): ReadonlyMap<string, string> {
  const told = reported.flatMap((finding) => {
    const { twoHits } = finding;
    const [hit, more] = twoHits?.facts ?? [];
    if (twoHits?.state !== 'one-hit' || hit?.kind !== 'somatic' || more !== undefined) return [];
    const after = twoHits.statement.split(`${hit.fact}; `)[1];
    const read = finding.alleleFraction === undefined ? '' : ` ${Math.round(finding.alleleFraction * 100)} %`;
    return after === undefined ? [] : [{ statement: twoHits.statement, after, name: `${findingName(finding)}${read}` }];
  });
  const alike = [...Map.groupBy(told, ({ after }) => after)].filter(([, of]) => of.length >= ALIKE);
  return new Map(
    alike.flatMap(([after, of]) => {
      const names = of.map(({ name }) => name).join(', ');
      const text = `One somatic hit in each of ${of.length} genes, with its share of the reads: ${names}. ${sentence(after)}`;
      return of.map(({ statement }) => [statement, stopped(text)] as const);
    }),
  );
}
