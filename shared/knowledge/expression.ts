/** Gene sets, pathway weights and centroids as a pack states them; the scores over them live in the molecular room. */

/** Weights of a pathway's responsive genes, the most significant first (PROGENy; Schubert 2018). */
export interface PathwayWeights {
  readonly pathway: string;
  readonly genes: readonly (readonly [gene: string, weight: number])[];
}

export interface GeneSet {
  readonly name: string;
  readonly collection: 'Hallmark' | 'Reactome' | 'immune';
  /** The source's stable id, where it has one. */
  readonly id?: string;
  readonly genes: readonly string[];
}

/** Centroids of the intrinsic subtypes of breast cancer over 50 genes; for values centred on a balanced cohort only. */
export interface SubtypeCentroids {
  readonly subtypes: readonly string[];
  readonly rows: readonly (readonly [gene: string, ...centroids: number[]])[];
}

/** A gene of the centroids as its pack has it: one member a subtype, in one order. */
export type CentroidRow = { readonly gene: string } & { readonly [subtype: string]: number | string };

export function centroidsOf(rows: readonly CentroidRow[]): SubtypeCentroids {
  const subtypes = Object.keys(rows[0] ?? {}).filter((name) => name !== 'gene');
  return {
    subtypes,
    rows: rows.map((row): [string, ...number[]] => [row.gene, ...subtypes.map((name) => Number(row[name]))]),
  };
}

export interface SignatureRow {
  readonly name: string;
  readonly weights: readonly number[];
}

/** 96-channel reference signatures; each column of `weights` sums to 1. */
export interface SignatureCatalogue {
  /** `A[C>A]A`, pyrimidine strand. */
  readonly channels: readonly string[];
  readonly signatures: readonly SignatureRow[];
}

/** The shipped gene sets and weights; each part undefined where its pack is missing or altered. */
export interface ExpressionKnowledge {
  readonly pathways?: readonly PathwayWeights[] | undefined;
  readonly hallmark?: readonly GeneSet[] | undefined;
  readonly reactome?: readonly GeneSet[] | undefined;
  readonly pam50?: SubtypeCentroids | undefined;
  /** Of a pack of its own. */
  readonly immune?: readonly GeneSet[] | undefined;
}

/** Cumulative shares at which a cohort states its quantiles; ends that no single patient sets. */
export const QUANTILE_SHARES = [0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975] as const;

/** Values of one gene or score at `QUANTILE_SHARES`. */
export type Quantiles = readonly number[];

/** A reference cohort as a pack states it: quantiles by gene, never a patient. */
export interface CohortHeader {
  readonly id: string;
  /** As it is named beside every percentile. */
  readonly name: string;
  readonly modality: 'expression' | 'protein';
  /** `log2-fpkm` and `log2-tpm` are log2(value + 0.1); `rppa`: level 4 log2 values of TCGA. */
  readonly scale: 'log2-fpkm' | 'log2-tpm' | 'rppa';
  readonly patients: number;
  readonly genes: number;
  /** OncoTree codes it stands for, with their descendants. */
  readonly tumorTypes: readonly string[];
  /** What a reader must know: selection, platform, how studies were put together. */
  readonly about: string;
  /** File of the quantiles: gene and values, separated by tabs. */
  readonly file: string;
  /** How the scores of pathways and gene sets are spread over the cohort, by the id of the score. */
  readonly scores: Readonly<Record<string, Quantiles>>;
}

export interface Cohort extends CohortHeader {
  /** Pack and version that it comes from. */
  readonly pack: string;
  readonly quantiles: QuantileTable;
}

/** Quantiles by gene. */
export type QuantileTable = Pick<ReadonlyMap<string, Quantiles>, 'get' | 'keys' | 'size'>;

/** Lines of a quantile file. Numbers are read when their gene is asked for: a case asks for a few hundred of twenty thousand. */
export function quantilesFrom(text: string): QuantileTable {
  const rows = new Map<string, string | Quantiles>();
  for (let from = 0; from < text.length; ) {
    const lineEnd = text.indexOf('\n', from);
    const end = lineEnd < 0 ? text.length : lineEnd;
    const tab = text.indexOf('\t', from);
    let cells = 0;
    for (let at = tab; at >= 0 && at < end; at = text.indexOf('\t', at + 1)) cells++;
    if (cells === QUANTILE_SHARES.length) rows.set(text.slice(from, tab), text.slice(tab + 1, end));
    from = end + 1;
  }
  return {
    size: rows.size,
    keys: () => rows.keys(),
    get(gene) {
      const row = rows.get(gene);
      if (typeof row !== 'string') return row;
      const values = row.split('\t').map(Number);
      rows.set(gene, values);
      return values;
    },
  };
}
