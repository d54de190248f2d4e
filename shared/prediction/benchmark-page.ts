/** The benchmark as tables of a page (Markdown): the part of card.md and of models/README.md that is never typed. */
import type { SetFigures } from './benchmark.ts';
import type { Fairness } from './fairness.ts';
import type { Estimate } from './measure.ts';

const digits = (value: number | undefined, places = 3): string =>
  value === undefined || !Number.isFinite(value) ? 'not defined' : value.toFixed(places);
const shown = (value: Estimate | undefined, places = 3): string =>
  value === undefined
    ? 'not defined'
    : `${digits(value.value, places)} (${digits(value.low, places)} to ${digits(value.high, places)})`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  rows.length === 0
    ? []
    : [`| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`, ...rows.map((row) => `| ${row.join(' | ')} |`), ''];

const measure = (set: SetFigures): string =>
  set.toHorizon === undefined && set.conformal?.kind !== 'time outlived' ? 'AUC' : 'C';

function fairnessLines({ group, threshold, rows, gaps, mitigation }: Fairness): string[] {
  const percent = (value: Estimate | undefined): string => shown(value, 2);
  const { before, after } = gaps;
  return [
    `By ${group}, called at ${threshold}:`,
    '',
    ...table(
      ['group', 'patients', 'called', 'sensitivity', 'false positive rate', 'PPV', 'predicted / observed', 'C or AUC'],
      rows.map((row) => [
        row.value,
        String(row.patients),
        percent(row.called),
        percent(row.sensitivity),
        percent(row.falsePositiveRate),
        percent(row.ppv),
        `${digits(row.meanPredicted)} / ${digits(row.observed)}`,
        percent(row.discrimination),
      ]),
    ),
    ...table(
      [
        'largest difference between groups',
        'called',
        'sensitivity',
        'false positive rate',
        'PPV',
        'sensitivity of all',
        'specificity of all',
      ],
      (
        [
          ['one threshold', before],
          ['mitigated', after],
        ] as const
      ).map(([name, each]) => [
        name,
        percent(each.called),
        percent(each.sensitivity),
        percent(each.falsePositiveRate),
        percent(each.ppv),
        digits(each.overallSensitivity, 2),
        digits(each.overallSpecificity, 2),
      ]),
    ),
    `Mitigation (equal opportunity; off unless \`--mitigate ${group}\` is given): ${Object.entries(mitigation)
      .map(([value, at]) => `${value} from ${digits(at)}`)
      .join(', ')}. Only the threshold moves.`,
    '',
  ];
}

/** One model's benchmark for its card. */
export function benchmarkPage(id: string, figures: readonly SetFigures[]): string {
  const lines: string[] = [
    '## Measured again',
    '',
    `\`consilium models benchmark ${id}\` makes every figure below from \`predictions.csv\`, offline. Intervals: 95 %, bootstraps of patients, predictions held fixed.`,
    '',
  ];
  for (const set of figures) {
    lines.push(`### ${set.set}: ${set.patients} patients, ${set.events} events`, '');
    lines.push(
      ...table(
        ['', measure(set), 'gain of the model, paired', 'patients'],
        [
          ['model', shown(set.discrimination), '', String(set.patients)],
          ...(set.toHorizon === undefined
            ? []
            : [['model, to the horizon', shown(set.toHorizon), '', String(set.patients)]]),
          ...Object.entries(set.comparators).map(([name, each]) => [
            name,
            shown(each.value),
            shown(each.gain),
            String(each.patients),
          ]),
        ],
      ),
    );
    const { calibration } = set;
    if (calibration !== undefined) {
      lines.push(
        `Calibration slope ${shown(calibration.slope, 2)}; mean predicted ${digits(calibration.meanPredicted)}, observed ${digits(calibration.observed)}.`,
        '',
        ...table(
          ['tenth: predicted', 'observed', 'patients'],
          calibration.curve.map(([a, b, n]) => [digits(a), digits(b), String(n)]),
        ),
      );
    }
    lines.push(
      ...table(
        ['threshold', 'sensitivity', 'specificity', 'PPV', 'NPV', 'F1'],
        set.thresholds.map((each) => [
          `${each.name} (${each.threshold})`,
          ...[each.sensitivity, each.specificity, each.ppv, each.npv, each.f1].map((value) => shown(value, 2)),
        ]),
      ),
    );
    if (set.conformal !== undefined) {
      const { conformal } = set;
      lines.push(
        conformal.kind === 'outcome set'
          ? `Conformal sets of outcomes at ${conformal.nominal}: coverage ${digits(conformal.coverage)}; one outcome stands for ${digits(conformal.one, 2)}, both for ${digits(conformal.both, 2)}, none for ${digits(conformal.none, 2)} of the patients.`
          : `A time that ${conformal.nominal} outlive (weighted for those lost to follow-up): coverage ${digits(conformal.coverage)}, median ${digits(conformal.medianMonths, 0)} months.`,
        '',
        conformal.conditional === undefined
          ? 'One limit for all patients: too few for limits by group.'
          : `With limits that hold in every group at once (quantile regression on the groups, learned on other patients): coverage ${digits(conformal.conditional.coverage)}, ${
              conformal.conditional.one === undefined
                ? `median ${digits(conformal.conditional.medianMonths, 0)} months`
                : `one outcome for ${digits(conformal.conditional.one, 2)} of the patients`
            }.`,
        '',
        ...table(
          ['coverage in', 'patients', 'one limit for all', 'limits by group', 'chance alone (95 %)'],
          conformal.groups.map((each) => [
            `${each.group}: ${each.value}`,
            String(each.patients),
            digits(each.coverage),
            each.conditional === undefined ? '–' : digits(each.conditional),
            `± ${digits(1.96 * Math.sqrt((conformal.nominal * (1 - conformal.nominal)) / each.patients))}`,
          ]),
        ),
      );
    }
    lines.push(
      ...table(
        ['group', 'patients / events', measure(set), 'predicted', 'observed'],
        set.groups.map((each) => [
          `${each.group}: ${each.value}`,
          `${each.patients} / ${each.events}`,
          shown(each.discrimination),
          digits(each.meanPredicted),
          digits(each.observed),
        ]),
      ),
      ...set.fairness.flatMap(fairnessLines),
    );
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

/** Lowest and highest coverage of a group, under limits by group where there are such. */
function worstCoverage({ conformal }: SetFigures): string {
  if (conformal === undefined || conformal.groups.length === 0) return 'no group of 50';
  const all = conformal.groups.map(({ coverage, conditional }) => conditional ?? coverage);
  return `${digits(Math.min(...all), 2)} to ${digits(Math.max(...all), 2)}${conformal.conditional === undefined ? ' (one limit)' : ''}`;
}

/** Rows of the table in models/README.md. */
export const summaryRows = (id: string, figures: readonly SetFigures[]): string[] =>
  figures.map((set) => {
    const gains = Object.entries(set.comparators).map(
      ([name, { value, gain }]) => `${name} ${digits(value?.value)}, gain ${shown(gain)}`,
    );
    return `| \`${id}\` | ${set.set} | ${set.patients} / ${set.events} | ${measure(set)} ${shown(set.discrimination)} | ${gains.join('; ')} | ${shown(set.calibration?.slope, 2)} | ${digits(set.conformal?.coverage)} | ${worstCoverage(set)} |`;
  });
