/**
 * Two analyses of one case by model and pack, and what the model says under either: what differs first (F080). Every
 * value stands in the words and digits in which it is compared, so that nothing "differs" that reads the same. Pure.
 */
import type { MolecularProfile } from '../molecular/profile.ts';
import type { Attribution, PredictionModality, Predictions } from '../prediction/predictions.ts';
import type { Difference } from './compare.ts';

/** What an analysis was made with, and what its model answered. */
export interface Scored {
  readonly predictions?: Predictions | undefined;
  readonly packs?: MolecularProfile['packs'] | undefined;
}

type Lines = ReadonlyMap<string, string>;

const modalityWords: Record<PredictionModality, string> = {
  clinical: 'clinical facts',
  'copy-number': 'copy number',
  mutation: 'mutations',
  rna: 'expression',
  protein: 'protein',
};

const share = (percentile: number): string => `${percentile.toFixed(1)} %`;
const weight = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;

/** The file behind a version is told as well: two files of one version number are not the same model. */
const versionLines = ({ predictions, packs }: Scored): [string, string][] => [
  ...(predictions?.models ?? []).map(({ id, version, sha256 }): [string, string] => [
    `Model ${id}`,
    `version ${version}, file ${sha256.slice(0, 12)}`,
  ]),
  ...(packs ?? []).map(({ id, version, asOf, manifestSha256 }): [string, string] => [
    `Pack ${id}`,
    `version ${version} of ${asOf}, file ${manifestSha256.slice(0, 12)}`,
  ]),
];

/** A clinical value may act along a line and along a curve, both under its one name. */
const attributionLine = ({ modality, feature, label, value, contribution }: Attribution): [string, string] => [
  `Reason: ${label}${feature.endsWith('-curve') ? ', as a curve' : ''} (${modalityWords[modality]})`,
  `${value}: ${weight(contribution)}`,
];

/** Log-risks are relative to the cohort's mean; percentiles lie within the cohort. */
function estimateLines({ predictions }: Scored): [string, string][] {
  const answer = predictions?.aggressiveness;
  if (answer === undefined) return [];
  if (answer.state !== 'computed')
    return [
      ['Estimate', `${answer.state}: ${answer.reason}`],
      ...(answer.state === 'abstained'
        ? answer.modalities.map(({ modality, state, reason }): [string, string] => [
            `Read of ${modalityWords[modality]}`,
            `${state}: ${reason}`,
          ])
        : []),
    ];
  return [
    ['Estimate', 'computed'],
    ['Cohort', answer.cohort.description],
    ['Percentile of risk', share(answer.percentile)],
    [
      `Its ${(answer.intervalCoverage * 100).toFixed(0)} % interval`,
      `${share(answer.percentileLow)} to ${share(answer.percentileHigh)}`,
    ],
    ['Log-risk', weight(answer.logRisk)],
    ...(answer.outlived === undefined ? [] : [['Nine of ten outlive', answer.outlived.sentence] as [string, string]]),
    ...(answer.curve === undefined
      ? []
      : [['Curve beside it', `${answer.curve.label}, ${answer.curve.patients} patients`] as [string, string]]),
    ...answer.contributions.map(({ modality, contribution }): [string, string] => [
      `Part of ${modalityWords[modality]}`,
      weight(contribution),
    ]),
    ...answer.ablation.map(({ without, percentile }): [string, string] => [
      `Percentile without ${modalityWords[without]}`,
      share(percentile),
    ]),
    ...answer.modalities.map(({ modality, state, reason }): [string, string] => [
      `Read of ${modalityWords[modality]}`,
      `${state}: ${reason}`,
    ]),
    ...answer.attributions.map(attributionLine),
    ...answer.limits.map((limit, place): [string, string] => [`Limit ${place + 1}`, limit]),
  ];
}

/**
 * Every line of either side; undefined on the side that does not have it. Empty where nothing differs: a table of what is
 * the same tells nothing. Order: what differs before what does not, each as versions, estimate, parts, reasons, limits.
 */
export function compareVersions(a: Scored, b: Scored): Difference[] {
  const linesOf = (side: Scored): Lines => new Map([...versionLines(side), ...estimateLines(side)]);
  const [left, right] = [linesOf(a), linesOf(b)];
  const rows = [...new Set([...left.keys(), ...right.keys()])].map((what) => ({
    what,
    a: left.get(what),
    b: right.get(what),
    differs: left.get(what) !== right.get(what),
  }));
  return rows.some(({ differs }) => differs) ? rows.sort((x, y) => Number(y.differs) - Number(x.differs)) : [];
}
