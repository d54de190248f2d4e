import { type IntegratedAnswer, wholePercentile } from '../../prediction/predictions.ts';
import { column, factRows, heading, paragraph, plot, type Row, table } from '../blocks.ts';
import { fact } from '../facts.ts';
import type { ReportBlock } from '../report.ts';
import type { ReportInput } from '../report-input.ts';
import { printedRules } from '../rules.ts';
import { predictionModalityWords, reasonName, sentence, signed, stopped } from '../words.ts';

const SHOWN_REASONS = 12;

/** R33, R34: the score with its interval, cohort, reasons and limits, or why there is none; the one before surgery apart from it. */
export function aggressivenessPart({ predictions }: ReportInput): ReportBlock[] {
  const { beforeSurgery } = predictions;
  return beforeSurgery === undefined
    ? answerPart(predictions)
    : [
        ...answerPart(predictions).slice(0, -1),
        heading(2, 'Score before surgery, another model', ['R33']),
        ...answerPart(beforeSurgery),
      ];
}

/** Ends with the rule about models. */
function answerPart({ aggressiveness: result, models }: IntegratedAnswer): ReportBlock[] {
  const cite = [fact.prediction] as const;
  if (result.state === 'unavailable')
    return [
      paragraph(`The score is absent: ${stopped(result.reason)}`, cite, ['R33', 'R34'], 'lead'),
      paragraph(printedRules.models, ['rule:models'], ['R33'], 'note'),
    ];
  const modalities = table(
    [
      column('Data', 1.4, 'name'),
      column('Used', 0.8),
      column('Rests on, or why it is absent', 4),
      column('Features>', 1.2),
    ],
    result.modalities.map(
      ({ modality, state, reason, featuresUsed, featuresInModel }): Row => ({
        cells: [
          predictionModalityWords[modality],
          state === 'used' ? 'yes' : 'no',
          reason,
          `${featuresUsed} of ${featuresInModel}`,
        ],
        facts: [...cite],
      }),
    ),
    ['R33'],
  );
  const versions = models
    .map(({ id, version, sha256 }) => `${id} ${version} (SHA-256 ${sha256.slice(0, 16)}…)`)
    .join(', ');
  if (result.state === 'abstained')
    return [
      paragraph(`No score is given. ${stopped(sentence(result.reason))}`, cite, ['R33', 'R34'], 'lead'),
      ...result.detail.map((text) => paragraph(stopped(text), cite, ['R33'])),
      modalities,
      paragraph(printedRules.models, ['rule:models'], ['R33'], 'note'),
    ];
  const round = (value: number): string => value.toFixed(0);
  const blocks: ReportBlock[] = [
    paragraph(result.sentence, cite, ['R33'], 'lead'),
    factRows(
      [
        [
          'Percentile',
          `${wholePercentile(result.percentile)} (${round(result.intervalCoverage * 100)} % interval ${round(result.percentileLow)} to ${round(result.percentileHigh)})`,
          ...cite,
        ],
        ['Interval', result.intervalMeaning, ...cite],
        ...(result.outlived === undefined ? [] : [['Time outlived', result.outlived.sentence, ...cite] as const]),
        ['Population', result.cohort.description, ...cite],
        ['Log-risk', `${signed(result.logRisk, 2)} against the mean of the population`, ...cite],
        ['Model', versions || 'not stated', ...cite],
      ],
      ['R33'],
    ),
    modalities,
  ];
  if (result.curve !== undefined) blocks.push(plot('survival-plot', ['R33']));
  else blocks.push(paragraph('Fewer than 30 comparable patients: no survival curve is drawn.', cite, ['R33'], 'note'));
  const reasons = result.attributions.slice(0, SHOWN_REASONS);
  blocks.push(heading(2, 'Reasons', ['R34']));
  if (reasons.length > 0)
    blocks.push(
      plot('attribution-plot', ['R34']),
      paragraph(
        `Strongest: ${reasons
          .slice(0, 5)
          .map((reason) => `${reasonName(reason)} (${signed(reason.contribution, 2)})`)
          .join(
            '; ',
          )}. Contributions are to the log-risk, against the mean of the tumor type; they describe the model and not a cause.`,
        cite,
        ['R34'],
      ),
    );
  if (result.ablation.length > 0)
    blocks.push(
      paragraph(
        `Without ${result.ablation.map(({ without, percentile, among }) => `${predictionModalityWords[without].toLowerCase().replace('rna', 'RNA')} the percentile would be ${wholePercentile(percentile)}${among === undefined ? '' : ` among ${among} patients`}`).join('; without ')}.`,
        cite,
        ['R34'],
      ),
    );
  blocks.push(heading(2, 'Limits of the score', ['R33']));
  for (const limit of result.limits) blocks.push(paragraph(stopped(limit), cite, ['R33'], 'note'));
  blocks.push(paragraph(printedRules.models, ['rule:models'], ['R33', 'R52'], 'note'));
  return blocks;
}
