import { column, heading, paragraph, type Row, table } from '../blocks.ts';
import { fact } from '../facts.ts';
import { sortedFindings } from '../reading.ts';
import type { ReportBlock } from '../report.ts';
import type { ReportInput } from '../report-input.ts';
import { printedRules } from '../rules.ts';
import { findingName, sentence, signed, stopped } from '../words.ts';
import { tierWords } from './findings.ts';

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
              method ?? 'not stated',
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
              matrix?.reference ?? 'not stated',
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
  blocks.push(
    paragraph(stopped(printedRules.outliers), ['rule:outliers'], ['R22'], 'note'),
    paragraph(
      'HLA type and immune context enter no statement of this report.',
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
