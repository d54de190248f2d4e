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

/** 96-channel reference signatures; each column of `weights` sums to 1. */
export interface SignatureCatalogue {
  /** `A[C>A]A`, pyrimidine strand. */
  readonly channels: readonly string[];
  readonly signatures: readonly { readonly name: string; readonly weights: readonly number[] }[];
}
