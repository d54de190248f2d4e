import type { SignatureReading } from '../../molecular/measures.ts';
import type { Finding } from '../../molecular/profile.ts';
import { percentileWords } from '../../molecular/quantiles.ts';
import { column, heading, paragraph, type Row, table } from '../blocks.ts';
import { fact } from '../facts.ts';
import { sortedFindings } from '../reading.ts';
import type { ReportBlock } from '../report.ts';
import type { ReportInput } from '../report-input.ts';
import { printedRules } from '../rules.ts';
import { own } from '../translate.ts';
import { decimal, findingName, percent, sentence, signed, stopped } from '../words.ts';
import { tierWords } from './findings.ts';

/** As the laboratory or the pack names it. */
const named = (name: string | undefined): string => (name === undefined ? 'not stated' : own(name));

const asked = ['TMB', 'MSI', 'HRD', 'PD-L1'] as const;

/** R22 to R24. */
export function biomarkersPart(input: ReportInput): ReportBlock[] {
  const { biomarkers, outliers } = sortedFindings(input);
  const absent = asked.filter((name) => !biomarkers.some(({ gene }) => gene === name));
  const blocks: ReportBlock[] = [heading(2, 'Biomarkers as reported by the laboratories', ['R23'])];
  if (biomarkers.length > 0)
    blocks.push(
      table(
        [
          column('Biomarker', 1, 'name'),
          column('Value', 1.4),
          column('Method', 1.8),
          column('Validity', 2.4),
          column('Threshold used here', 2.6),
          column('Tier', 0.7, 'tier'),
        ],
        biomarkers.map((finding): Row => {
          const { value, unit, method, validity, threshold } = finding.biomarker ?? {
            value: 'not stated',
            validity: '',
          };
          return {
            cells: [
              finding.gene,
              [String(value), unit].filter(Boolean).join(' '),
              method === undefined ? 'not stated' : own(method),
              sentence(validity),
              threshold ?? 'none',
              tierWords(finding),
            ],
            facts: [finding.id],
          };
        }),
        ['R23'],
      ),
    );
  if (absent.length > 0)
    blocks.push(
      paragraph(
        `Not reported in this bundle: ${absent.join(', ')}. Nothing is concluded from that.`,
        [fact.profile('findings'), 'rule:states'],
        ['R23'],
      ),
    );
  blocks.push(...measuresBlocks(input));
  blocks.push(heading(2, 'Expression and protein', ['R22']));
  const cohorts = (input.profile.measures?.expression ?? []).flatMap(({ modality, cohort }) =>
    cohort === undefined ? [] : [{ modality, name: cohort.name }],
  );
  /** A finding placed in a cohort says so itself: the z beside it is not the one that the laboratory states of the gene. */
  const placedIn = ({ title }: Finding) => cohorts.find(({ name }) => title.endsWith(` of ${name})`))?.name;
  if (outliers.length > 0)
    blocks.push(
      table(
        [column('Finding', 3, 'name'), column('z>', 0.8), column('Reference', 3), column('Why it stands here', 3)],
        outliers.map((finding): Row => {
          const modality = finding.kind === 'protein-outlier' ? 'protein' : 'expression';
          const matrix = input.intake.matrices.find((one) => one.modality === modality && one.scale === 'z-score');
          return {
            cells: [
              findingName(finding),
              finding.expressionZ === undefined ? 'not stated' : signed(finding.expressionZ, 1),
              named(placedIn(finding) ?? matrix?.reference ?? cohorts.find((one) => one.modality === modality)?.name),
              finding.whyHere,
            ],
            facts: [finding.id],
          };
        }),
        ['R22'],
      ),
    );
  else
    blocks.push(
      paragraph(
        input.intake.matrices.length === 0
          ? 'Expression and protein were not assayed.'
          : 'No expression or protein outlier is reported.',
        [fact.ledger('expression'), fact.ledger('protein')],
        ['R22'],
      ),
    );
  blocks.push(...expressionBlocks(input), ...agreementBlocks(input));
  blocks.push(
    paragraph(stopped(printedRules.outliers), ['rule:outliers'], ['R22'], 'note'),
    paragraph(
      hasImmuneScores(input)
        ? 'HLA type enters no statement of this report; immune signatures stand among the scores of RNA, for research.'
        : 'HLA type and immune context enter no statement of this report.',
      [fact.report('version')],
      ['R24'],
      'note',
    ),
  );
  return blocks;
}

/** What was computed here of the whole tumor, apart from what laboratories report. */
function measuresBlocks({ profile }: ReportInput): ReportBlock[] {
  const list = profile.measures?.list ?? [];
  if (list.length === 0) return [];
  const computed = list.filter(({ state }) => state === 'computed');
  const not = list.filter(({ state }) => state !== 'computed');
  return [
    heading(2, 'Measures computed from the files', ['R23']),
    ...(computed.length === 0
      ? []
      : [
          table(
            [
              column('Measure', 1.4, 'name'),
              column('Value', 1.6),
              column('Method', 2),
              column('Threshold used here', 2.4),
              column('Limits', 2.6),
            ],
            computed.map(
              ({ id, label, text, unit, method, threshold, limits }): Row => ({
                cells: [
                  label,
                  [text, unit].filter(Boolean).join(' '),
                  sentence(method),
                  threshold === undefined ? 'none' : sentence(threshold),
                  limits.length === 0 ? 'none known' : sentence(limits.join('; ')),
                ],
                facts: [id],
              }),
            ),
            ['R23'],
          ),
        ]),
    ...signatureBlocks(profile.measures?.signatures),
    ...not.map(({ id, label, state, text }) =>
      paragraph(
        `${label}: ${state === 'not-valid' ? 'not valid' : 'not evaluable'}; ${stopped(text)}`,
        [id],
        ['R23'],
        'note',
      ),
    ),
  ];
}

/** True where the immune signatures of a cohort could be scored. */
export const hasImmuneScores = ({ profile }: ReportInput): boolean =>
  (profile.measures?.expression ?? []).some(({ scores }) => scores.some(({ kind }) => kind === 'immune'));

const scoreKinds = { progeny: 'Pathway footprint', hallmark: 'Gene set', immune: 'Immune signature' } as const;
/** Rows of scores on paper; the screen has them all. */
const SCORES_PRINTED = 12;

/** Each file of values: what it was set beside, and the scores that stand farthest from the middle. */
function expressionBlocks({ profile }: ReportInput): ReportBlock[] {
  return (profile.measures?.expression ?? []).flatMap((reading): ReportBlock[] => {
    const name = reading.modality === 'protein' ? 'Protein' : 'RNA';
    if (reading.state === 'not-evaluable')
      return [
        paragraph(
          `${name}: no percentile; ${stopped(reading.reason ?? 'not evaluable')}`,
          [reading.id],
          ['R22'],
          'note',
        ),
      ];
    const against =
      reading.cohort === undefined
        ? `z-scores against ${reading.reference ?? 'an unnamed reference'}`
        : `${reading.genesCompared.toLocaleString('en')} of ${reading.genesRead.toLocaleString('en')} genes set beside ${reading.cohort.name}, n ${reading.cohort.patients} (pack ${reading.cohort.pack}; ${reading.cohort.about.replaceAll('; ', ', ')})`;
    const placed = reading.scores
      .filter(({ percentile }) => percentile !== undefined)
      .sort(
        (a, b) => Math.abs((b.percentile ?? 50) - 50) - Math.abs((a.percentile ?? 50) - 50) || (a.id < b.id ? -1 : 1),
      );
    const shown = placed.slice(0, SCORES_PRINTED);
    const { subtype } = reading;
    return [
      paragraph(`${name}: ${stopped(`${against}. ${sentence(reading.limits.join('; '))}`)}`, [reading.id], ['R22']),
      ...(shown.length === 0
        ? []
        : [
            table(
              [
                column('Score', 2.4, 'name'),
                column('Kind', 1.4),
                column('Place in the cohort', 2),
                column('Genes>', 0.8),
                column('Moved most by', 3),
              ],
              shown.map(
                (score): Row => ({
                  cells: [
                    score.name,
                    scoreKinds[score.kind],
                    percentileWords(score.percentile ?? 50),
                    `${score.read}/${score.of}`,
                    score.members
                      .slice(0, 5)
                      .map(({ gene }) => gene)
                      .join(', '),
                  ],
                  facts: [reading.id],
                }),
              ),
              ['R22'],
            ),
            paragraph(
              `${shown.length} of ${reading.scores.length} scores, those farthest from the middle of the cohort. Scores are for research: none sets a tier.`,
              [reading.id],
              ['R22'],
              'note',
            ),
          ]),
      ...(subtype === undefined
        ? []
        : [
            paragraph(
              `PAM50: ${stopped(
                `${subtype.subtype ?? 'no subtype named'} (${subtype.correlations
                  .map((one) => own(`${one.subtype} ${signed(one.rho, 2)}`))
                  .join(', ')}). ${sentence(subtype.limits.join('; '))}`,
              )}`,
              [reading.id],
              ['R22'],
            ),
          ]),
    ];
  });
}

/** DNA beside RNA and protein (F024): where something was measured. */
function agreementBlocks({ profile }: ReportInput): ReportBlock[] {
  const rows = (profile.measures?.agreement ?? []).filter(
    ({ rna, protein }) => rna.state !== 'not-evaluable' || protein.state !== 'not-evaluable',
  );
  if (rows.length === 0) return [];
  return [
    table(
      [column('Gene', 1, 'name'), column('Finding', 1.6), column('RNA', 3), column('Protein', 3)],
      rows.map(
        ({ findingId, gene, dna, rna, protein }): Row => ({
          cells: [gene, dna, sideWords(rna), sideWords(protein)],
          facts: [findingId],
        }),
      ),
      ['R22'],
    ),
  ];
}

const sideWords = ({ state, text }: { readonly state: string; readonly text: string }): string =>
  state === 'not-evaluable' ? `not evaluable: ${text}` : `${state}: ${text}`;

function signatureBlocks(reading: SignatureReading | undefined): ReportBlock[] {
  if (reading === undefined) return [];
  if (reading.state === 'not-evaluable')
    return [
      paragraph(
        `Mutational signatures: not evaluable; ${stopped(reading.reason ?? 'no reason given')}`,
        [reading.id],
        ['R23'],
        'note',
      ),
    ];
  return [
    table(
      [column('Signature', 1.6, 'name'), column('Ascribed to', 3), column('Share>', 0.9), column('95 % interval', 1.6)],
      reading.exposures
        .filter((one) => one.share > 0)
        .map(
          (one): Row => ({
            cells: [one.name, sentence(one.cause), percent(one.share), `${percent(one.low)} to ${percent(one.high)}`],
            facts: [reading.id],
          }),
        ),
      ['R23'],
    ),
    paragraph(
      `Mutational signatures of ${reading.placed} substitutions, non-negative least squares, cosine ${decimal(reading.cosine?.toFixed(2) ?? '')}. ${stopped(sentence(reading.limits.join('; ')))}`,
      [reading.id],
      ['R23'],
      'note',
    ),
  ];
}
