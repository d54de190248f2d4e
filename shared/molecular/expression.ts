/**
 * One sample's expression or protein values against a named cohort that is known by its quantiles (F021, F022). No cohort,
 * no percentile; values that are not on the scale they claim are refused with the reason. Pure.
 */
import type { ObservedMatrix } from '../case/intake.ts';
import type { Cohort, ExpressionKnowledge } from '../knowledge/expression.ts';
import {
  enrichment,
  footprint,
  meanScore,
  pearson,
  ranksOf,
  type SetScore,
  subtypeCorrelations,
} from './expression-scores.ts';
import type { ExpressionReading, SetScoreReading } from './measures.ts';
import { medianOf, percentileIn, quantilesOf, robustZ } from './quantiles.ts';

/** |z| from which a value is an outlier. */
export const OUTLIER_Z = 3;
/** … and the share of the cohort at either end that it lies in: one breast cancer in eight is HER2 amplified itself. */
export const OUTLIER_TAIL = 0.1;
/** Under it, 1 TPM: low there is hardly measured. */
const EXPRESSED = Math.log2(1.1);
const OFFSET = 0.1;
/** The cohort's genes that a sample must hold before places of ranks can be compared. */
const COMPARED_SHARE = 0.8;
const FEWEST_COMPARED = 1000;
const SIMILAR = 0.7;
const SIMILAR_ENOUGH = 0.85;
/** More genes than this beyond ±3 tell of the method, not of the tumor. */
const BEYOND_SHARE = 0.1;
/** Of the genes of a pathway or set that must be measured. */
const SET_SHARE = 0.3;
const SUBTYPE_GENES = 30;
const SUBTYPE_RHO = 0.15;
const SUBTYPE_MARGIN = 0.1;

/** A matrix as it is compared: the document of it, and the z of every gene. */
export interface ReadMatrix {
  readonly reading: ExpressionReading;
  readonly matrix: ObservedMatrix;
  readonly cohort: Cohort | undefined;
  /** Value on the cohort's scale, by symbol. */
  readonly values: ReadonlyMap<string, number>;
  readonly zOf: (gene: string) => number | undefined;
  /** True where single genes may be called outliers. */
  readonly callsOutliers: boolean;
}

interface ReadOptions {
  readonly symbol: (gene: string) => string;
  /** Codes of the tumor type, nearest first. */
  readonly codes: readonly string[];
  readonly cohorts: readonly Cohort[];
  readonly sets: ExpressionKnowledge | undefined;
}

const unique = (matrix: ObservedMatrix, symbol: (gene: string) => string): Map<string, number> => {
  const values = new Map<string, number>();
  matrix.genes.forEach((name, index) => {
    const value = matrix.values[index];
    const gene = symbol(name);
    if (value !== undefined && !values.has(gene)) values.set(gene, value);
  });
  return values;
};

/** Scales as laboratories write them. */
const SCALE_WORDS: Readonly<Record<ObservedMatrix['scale'], string>> = {
  tpm: 'TPM',
  fpkm: 'FPKM',
  'log2-tpm': 'log2-TPM',
  'z-score': 'z-scores',
  'log2-ratio': 'log2-ratios',
  'h-score': 'H-scores',
  unknown: 'of unknown scale',
};

/** What is wrong with values for the scale they are said to be on; undefined where nothing is. */
export function scaleProblem(scale: ObservedMatrix['scale'], values: readonly number[]): string | undefined {
  if (values.some((value) => !Number.isFinite(value))) return 'some values are no numbers';
  if (values.length < 50) return undefined;
  const max = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const first = values[0];
  const common = values.filter((value) => value === first).length / values.length;
  if (common > 0.98) return 'the column is constant: nearly every gene has the same value';
  if (scale === 'tpm' || scale === 'fpkm') {
    const sum = values.reduce((total, value) => total + value, 0);
    const whole = values.filter(Number.isInteger).length / values.length;
    const name = scale.toUpperCase();
    if (whole > 0.95 && max > 100)
      return `the values are whole numbers: read counts, not ${name}; normalise them first`;
    if (scale === 'tpm' && sum > 1_050_000)
      return `the values add up to ${Math.round(sum).toLocaleString('en')}, more than the million that TPM can`;
    if (max < 25 && values.length >= 5000)
      return `no value is above ${Math.ceil(max)}: these are logarithms, not ${name}`;
  }
  if (scale === 'log2-tpm') {
    if (max > 20)
      return `the highest value is ${Math.round(max)}: more than the logarithm of a million; these are no logarithms`;
    if (max < 5 && values.length >= 5000)
      return `no value is above ${max.toFixed(1)}: the logarithm was probably taken twice`;
  }
  if (scale === 'z-score' && values.filter((value) => Math.abs(value) > 10).length / values.length > 0.05)
    return 'more than 5 % of the values lie beyond ±10, which z-scores do not';
  return undefined;
}

/** log2(value + 0.1) of a sample; the offset of given logarithms is told by what zero became. */
function onCohortScale(matrix: ObservedMatrix, values: ReadonlyMap<string, number>): Map<string, number> {
  const lowest = [...values.values()].reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const offset = lowest >= -0.01 ? 1 : 2 ** lowest;
  return new Map(
    [...values].map(([gene, value]) => [
      gene,
      Math.log2(Math.max(0, matrix.scale === 'log2-tpm' ? 2 ** value - offset : value) + OFFSET),
    ]),
  );
}

function cohortFor(matrix: ObservedMatrix, codes: readonly string[], cohorts: readonly Cohort[]): Cohort | undefined {
  for (const code of codes) {
    const found = cohorts.find((one) => one.modality === matrix.modality && one.tumorTypes.includes(code));
    if (found !== undefined) return found;
  }
  return undefined;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** A matrix read, or the reason why it is not. */
export function readMatrix(matrix: ObservedMatrix, options: ReadOptions): ReadMatrix {
  const { symbol, codes, cohorts, sets } = options;
  const given = unique(matrix, symbol);
  const base = {
    id: `measure:${matrix.modality}:${matrix.file}`,
    file: matrix.file,
    modality: matrix.modality,
    scale: matrix.scale,
    ...(matrix.reference === undefined ? {} : { reference: matrix.reference }),
    genesRead: given.size,
    genesCompared: 0,
    limits: [] as string[],
    genes: [],
    scores: [],
    scoresAbsent: [] as { what: string; reason: string }[],
  };
  const no = (reason: string, more: Partial<ExpressionReading> = {}): ReadMatrix => ({
    reading: { ...base, state: 'not-evaluable', reason, ...more },
    matrix,
    cohort: undefined,
    values: given,
    zOf: () => undefined,
    callsOutliers: false,
  });
  const problem = scaleProblem(matrix.scale, matrix.values);
  if (problem !== undefined) return no(problem);
  if (matrix.scale === 'z-score') {
    if (matrix.reference === undefined) return no('z-scores without a named reference cannot be read');
    return readZScores(matrix, given, base, sets);
  }
  const cohort = cohortFor(matrix, codes, cohorts);
  const wanted = `values are ${SCALE_WORDS[matrix.scale]}`;
  if (cohort === undefined)
    return no(`${wanted} and no reference cohort of this tumor type is installed: no percentile, no outlier`);
  const of = { id: cohort.id, name: cohort.name, patients: cohort.patients, pack: cohort.pack, about: cohort.about };
  if (matrix.modality === 'protein') {
    if (matrix.scale !== 'log2-ratio' || !/tcga.*rppa|rppa.*tcga/i.test(matrix.reference ?? ''))
      return no(
        `${wanted}; ${cohort.name} holds level 4 values of one laboratory: only log2 ratios normalised to TCGA RPPA, named so in the assay, can be compared`,
      );
  } else if (!['tpm', 'fpkm', 'log2-tpm'].includes(matrix.scale))
    return no(`${wanted}: ${cohort.name} compares TPM or FPKM`);
  const values = matrix.modality === 'protein' ? given : onCohortScale(matrix, given);
  const shared = [...values].flatMap(([gene, value]) => {
    const quantiles = cohort.quantiles.get(gene);
    return quantiles === undefined ? [] : [{ gene, value, quantiles }];
  });
  const known = shared.length / Math.max(1, cohort.quantiles.size);
  if (matrix.modality === 'expression' && shared.length < FEWEST_COMPARED)
    return no(
      shared.length < 0.1 * given.size
        ? `${shared.length} of ${given.size} gene names are known to ${cohort.name}: are these symbols of genes?`
        : `${shared.length} genes are shared with ${cohort.name}; at least ${FEWEST_COMPARED} are needed to set one sample beside it`,
      { genesCompared: shared.length },
    );
  const shift =
    matrix.modality === 'protein'
      ? 0
      : medianOf(quantilesOf(shared.map(({ value, quantiles }) => medianOf(quantiles) - value)));
  const similarity = pearson(
    shared.map(({ value }) => value),
    shared.map(({ quantiles }) => medianOf(quantiles)),
  );
  const moved = new Map(shared.map(({ gene, value }) => [gene, value + shift] as const));
  const compared = { genesCompared: shared.length, similarity, shift, cohort: of };
  if (matrix.modality === 'expression' && similarity < SIMILAR)
    return no(
      `its genes stand otherwise than those of ${cohort.name} (r ${similarity.toFixed(2)}, at least ${SIMILAR} is needed): another kind of RNA, tissue or scale`,
      compared,
    );
  const zOf = (gene: string): number | undefined => {
    const value = moved.get(gene);
    const quantiles = cohort.quantiles.get(gene);
    return value === undefined || quantiles === undefined ? undefined : robustZ(value, quantiles);
  };
  const expressed = shared.filter(({ quantiles }) => medianOf(quantiles) >= EXPRESSED);
  const far = expressed.filter(({ gene }) => Math.abs(zOf(gene) ?? 0) >= OUTLIER_Z).length;
  const beyond = expressed.length === 0 ? 0 : far / expressed.length;
  const callsOutliers = matrix.modality === 'protein' || beyond <= BEYOND_SHARE;
  const limits = [
    `one sample against ${cohort.patients} tumors measured elsewhere: a percentile is a place among them, not a test with an error rate`,
    ...(shift === 0
      ? []
      : [
          `moved by ${shift.toFixed(2).replace('-', '−')} in log2, the median difference over ${shared.length.toLocaleString('en')} genes`,
        ]),
    ...(matrix.modality === 'expression' && similarity < SIMILAR_ENOUGH
      ? [`r ${similarity.toFixed(2)} with the cohort's medians: measured in another way than the cohort`]
      : []),
    ...(callsOutliers
      ? []
      : [
          `${percent(beyond)} of the expressed genes lie beyond ±${OUTLIER_Z}: the method differs from the cohort's, so that no single gene is called an outlier, and places of scores are rough`,
        ]),
  ];
  const counts = outlierCounts(
    shared.map(({ gene }) => gene),
    zOf,
    cohort,
    moved,
  );
  const scored = matrix.modality === 'protein' ? noScores : scoresOf(moved, zOf, cohort, sets, known);
  return {
    reading: {
      ...base,
      state: 'computed',
      ...compared,
      ...(callsOutliers ? counts : {}),
      limits,
      scores: scored.scores,
      scoresAbsent: scored.absent,
      ...(matrix.modality === 'expression' && codes.includes('BREAST') ? subtypeOf(moved, cohort, sets) : {}),
    },
    matrix,
    cohort,
    values: moved,
    zOf,
    callsOutliers,
  };
}

const noScores = { scores: [], absent: [] };

/** True where a gene is called an outlier: beyond ±3 and in the outer tenth of its cohort, low only where that expresses it. */
export function isOutlier(
  gene: string,
  { cohort, values, zOf, matrix }: Pick<ReadMatrix, 'cohort' | 'values' | 'zOf' | 'matrix'>,
): boolean {
  const z = zOf(gene);
  if (z === undefined || Math.abs(z) < OUTLIER_Z) return false;
  const quantiles = cohort?.quantiles.get(gene);
  if (quantiles === undefined) return matrix.scale === 'z-score';
  const percentile = percentileIn(values.get(gene) ?? Number.NaN, quantiles);
  if (percentile > 100 * OUTLIER_TAIL && percentile < 100 * (1 - OUTLIER_TAIL)) return false;
  return z > 0 || matrix.modality === 'protein' || medianOf(quantiles) >= EXPRESSED;
}

function outlierCounts(
  genes: readonly string[],
  zOf: ReadMatrix['zOf'],
  cohort: Cohort,
  values: ReadonlyMap<string, number>,
): { high: number; low: number } {
  const matrix = { modality: cohort.modality, scale: 'unknown' } as ObservedMatrix;
  const out = genes.filter((gene) => isOutlier(gene, { cohort, values, zOf, matrix }));
  const high = out.filter((gene) => (zOf(gene) ?? 0) > 0).length;
  return { high, low: out.length - high };
}

function reading(
  id: string,
  kind: SetScoreReading['kind'],
  name: string,
  { score, read, of, members }: SetScore,
  cohort: Cohort | undefined,
): SetScoreReading {
  const quantiles = cohort?.scores[id];
  return {
    id,
    kind,
    name,
    score: Math.round(score * 1000) / 1000,
    ...(quantiles === undefined
      ? {}
      : { percentile: Math.round(percentileIn(score, quantiles) * 10) / 10, quantiles: [...quantiles] }),
    read,
    of,
    members: members.map(({ gene, part }) => ({ gene, part: Math.round(part * 1000) / 1000 })),
  };
}

function scoresOf(
  values: ReadonlyMap<string, number>,
  zOf: ReadMatrix['zOf'],
  cohort: Cohort,
  sets: ExpressionKnowledge | undefined,
  known: number,
): { scores: SetScoreReading[]; absent: { what: string; reason: string }[] } {
  const scores: SetScoreReading[] = [];
  const absent: { what: string; reason: string }[] = [];
  const enough = ({ read, of }: SetScore): boolean => read >= SET_SHARE * of;
  const take = (id: string, kind: SetScoreReading['kind'], name: string, score: SetScore): void => {
    if (enough(score)) scores.push(reading(id, kind, name, score, cohort));
    else absent.push({ what: name, reason: `${score.read} of ${score.of} genes measured` });
  };
  if (sets?.pathways === undefined)
    absent.push({ what: 'pathway scores', reason: 'the pack of pathway weights is absent' });
  for (const pathway of sets?.pathways ?? [])
    take(`progeny:${pathway.pathway}`, 'progeny', pathway.pathway, footprint(pathway, zOf));
  if (sets?.hallmark === undefined)
    absent.push({ what: 'enrichment of gene sets', reason: 'the pack of gene sets is absent' });
  else if (known < COMPARED_SHARE)
    absent.push({
      what: 'enrichment of gene sets',
      reason: `ranks are compared with ${cohort.name} only where ${percent(COMPARED_SHARE)} of its genes were measured; ${percent(known)} were`,
    });
  else {
    const ranks = ranksOf(values);
    for (const set of sets.hallmark)
      take(`hallmark:${set.name}`, 'hallmark', setWords(set.name), enrichment(set, ranks));
  }
  if (sets?.immune === undefined)
    absent.push({ what: 'immune signatures', reason: 'the pack of immune gene lists is absent' });
  for (const set of sets?.immune ?? [])
    take(`immune:${set.name}`, 'immune', immuneWords(set.name), meanScore(set, zOf));
  return { scores, absent };
}

/** `EPITHELIAL_MESENCHYMAL_TRANSITION` as a person writes it. */
const setWords = (name: string): string => {
  const words = name.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};
/** `CD_8_T_cells_Bindea_et_al` → "CD 8 T cells (Bindea)". */
const immuneWords = (name: string): string =>
  name
    .replace(/_([A-Z][a-z]+)_et_al$/, ' ($1)')
    .replace(/_Nature$/, ' (Cabrita)')
    .replaceAll('_', ' ');

function readZScores(
  matrix: ObservedMatrix,
  values: ReadonlyMap<string, number>,
  base: Omit<ExpressionReading, 'state'>,
  sets: ExpressionKnowledge | undefined,
): ReadMatrix {
  const zOf = (gene: string): number | undefined => values.get(gene);
  const scores: SetScoreReading[] = [];
  const absent = [...base.scoresAbsent];
  if (matrix.modality === 'expression') {
    for (const pathway of sets?.pathways ?? []) {
      const score = footprint(pathway, zOf);
      if (score.read >= SET_SHARE * score.of)
        scores.push(reading(`progeny:${pathway.pathway}`, 'progeny', pathway.pathway, score, undefined));
      else absent.push({ what: pathway.pathway, reason: `${score.read} of ${score.of} genes measured` });
    }
    absent.push({
      what: 'enrichment of gene sets, immune signatures and subtype',
      reason: 'z-scores hold no order of the genes within the sample, and their cohort is not at hand',
    });
  }
  const out = [...values.values()].filter((z) => Math.abs(z) >= OUTLIER_Z);
  return {
    reading: {
      ...base,
      state: 'computed',
      genesCompared: values.size,
      high: out.filter((z) => z > 0).length,
      low: out.filter((z) => z < 0).length,
      limits: ['z-scores as the laboratory computed them, against the cohort it names; no percentile is known'],
      scores,
      scoresAbsent: absent,
    },
    matrix,
    cohort: undefined,
    values,
    zOf,
    callsOutliers: true,
  };
}

function subtypeOf(
  values: ReadonlyMap<string, number>,
  cohort: Cohort,
  sets: ExpressionKnowledge | undefined,
): Pick<ExpressionReading, 'subtype'> {
  if (sets?.pam50 === undefined) return {};
  const { correlations, read, of } = subtypeCorrelations(sets.pam50, (gene) => {
    const value = values.get(gene);
    const quantiles = cohort.quantiles.get(gene);
    return value === undefined || quantiles === undefined ? undefined : value - medianOf(quantiles);
  });
  const [first, second] = [...correlations].sort((a, b) => b.rho - a.rho);
  const clear =
    read >= SUBTYPE_GENES &&
    (first?.rho ?? 0) >= SUBTYPE_RHO &&
    (first?.rho ?? 0) - (second?.rho ?? 0) >= SUBTYPE_MARGIN;
  return {
    subtype: {
      ...(clear && first !== undefined ? { subtype: first.subtype } : {}),
      correlations: correlations.map(({ subtype, rho }) => ({ subtype, rho: Math.round(rho * 1000) / 1000 })),
      read,
      of,
      limits: [
        'research use: not the Prosigna test, and no substitute for receptors on tissue',
        `centred on the medians of ${cohort.name}, whose mix of receptors is not balanced as Parker's was`,
        ...(read < of ? [`${read} of ${of} genes were measured`] : []),
        ...(clear
          ? []
          : [
              read < SUBTYPE_GENES
                ? `fewer than ${SUBTYPE_GENES} genes: no subtype is named`
                : `no centroid stands out by ${SUBTYPE_MARGIN} with rho ${SUBTYPE_RHO} or more: no subtype is named`,
            ]),
      ],
    },
  };
}

/** Genes that are drawn: those that findings or this tumor type speak of, then the farthest of the outliers. */
const DRAWN = 30;

/** The document of a matrix with the genes that a board would ask for, each on its cohort. */
export function withGenes(
  read: ReadMatrix,
  findings: readonly { readonly id: string; readonly gene: string; readonly gene2?: string | undefined }[],
  pertinent: readonly string[],
): ExpressionReading {
  const { reading, zOf, values, cohort, callsOutliers } = read;
  if (reading.state !== 'computed') return reading;
  const asked = new Map<string, string | undefined>();
  for (const { id, gene, gene2 } of findings)
    for (const name of [gene, gene2]) if (name !== undefined && !asked.has(name)) asked.set(name, id);
  for (const gene of pertinent) if (!asked.has(gene)) asked.set(gene, undefined);
  const measured = [...asked.keys()].filter((gene) => zOf(gene) !== undefined);
  const outliers = callsOutliers
    ? [...values.keys()]
        .filter((gene) => isOutlier(gene, read))
        .sort((a, b) => Math.abs(zOf(b) ?? 0) - Math.abs(zOf(a) ?? 0) || (a < b ? -1 : 1))
    : [];
  // Half of the places at least to each: many findings do not hide outliers that are counted, nor outliers a finding.
  const sure = outliers.slice(0, Math.max(DRAWN / 2, DRAWN - measured.length));
  const kept = new Set([...new Set([...sure, ...measured, ...outliers])].slice(0, DRAWN));
  const drawn = [...measured, ...outliers.filter((gene) => !asked.has(gene))].filter((gene) => kept.has(gene));
  return {
    ...reading,
    genes: drawn.map((gene) => {
      const findingId = asked.get(gene);
      const z = zOf(gene) ?? Number.NaN;
      const value = values.get(gene) ?? Number.NaN;
      const quantiles = cohort?.quantiles.get(gene);
      return {
        gene,
        value: Math.round(value * 100) / 100,
        z: Math.round(z * 100) / 100,
        ...(quantiles === undefined
          ? {}
          : { percentile: Math.round(percentileIn(value, quantiles) * 10) / 10, quantiles: [...quantiles] }),
        ...(findingId === undefined ? {} : { findingId }),
      };
    }),
  };
}
