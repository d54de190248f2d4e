/**
 * Scores of one sample over gene sets: PROGENy footprints (Schubert 2018, PMID 29295995), single-sample enrichment
 * (Barbie 2009, PMID 19847166), PAM50 centroids (Parker 2009, PMID 19204204), means of immune gene lists. Pure; a cohort's
 * own patients are scored by the same functions when its pack is built.
 */
import type { GeneSet, PathwayWeights, SubtypeCentroids } from '../knowledge/expression.ts';

/** A score with what it stands on. */
export interface SetScore {
  readonly score: number;
  /** Genes of the set that were measured. */
  readonly read: number;
  readonly of: number;
  /** Members that move it most, with what they add. */
  readonly members: readonly { readonly gene: string; readonly part: number }[];
}

/** Responsive genes of a pathway that count (PROGENy's own choice for bulk RNA). */
export const FOOTPRINT_GENES = 100;
/** Single values beyond this say no more of a pathway. */
const Z_CLIPPED = 6;
const MEMBERS = 8;
const ALPHA = 0.25;

const clipped = (z: number): number => Math.max(-Z_CLIPPED, Math.min(Z_CLIPPED, z));

const strongest = (parts: readonly { readonly gene: string; readonly part: number }[]) =>
  [...parts].sort((a, b) => Math.abs(b.part) - Math.abs(a.part) || (a.gene < b.gene ? -1 : 1)).slice(0, MEMBERS);

/** Weighted sum of z-scores over the root of the summed squares: 0 ± 1 where genes are free of each other. */
export function footprint({ genes }: PathwayWeights, zOf: (gene: string) => number | undefined): SetScore {
  const top = genes.slice(0, FOOTPRINT_GENES);
  const parts = top.flatMap(([gene, weight]) => {
    const z = zOf(gene);
    return z === undefined ? [] : [{ gene, weight, part: weight * clipped(z) }];
  });
  const norm = Math.sqrt(parts.reduce((sum, { weight }) => sum + weight * weight, 0));
  return {
    score: norm === 0 ? 0 : parts.reduce((sum, { part }) => sum + part, 0) / norm,
    read: parts.length,
    of: top.length,
    members: strongest(parts.map(({ gene, part }) => ({ gene, part: norm === 0 ? 0 : part / norm }))),
  };
}

/** Mean of z-scores: all that a list without weights can carry. */
export function meanScore({ genes }: Pick<GeneSet, 'genes'>, zOf: (gene: string) => number | undefined): SetScore {
  const parts = genes.flatMap((gene) => {
    const z = zOf(gene);
    return z === undefined ? [] : [{ gene, part: clipped(z) }];
  });
  return {
    score: parts.length === 0 ? 0 : parts.reduce((sum, { part }) => sum + part, 0) / parts.length,
    read: parts.length,
    of: genes.length,
    members: strongest(parts),
  };
}

/** Place of every gene of a sample, 1 for the lowest; ties in the order of their names. */
export function ranksOf(values: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  return new Map(
    [...values]
      .sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1))
      .map(([gene], index) => [gene, index + 1] as const),
  );
}

/** Area between the weighted and the plain cumulative share down the ranked genes, over their number. */
export function enrichment({ genes }: Pick<GeneSet, 'genes'>, ranks: ReadonlyMap<string, number>): SetScore {
  const all = ranks.size;
  const own = genes.flatMap((gene) => {
    const rank = ranks.get(gene);
    return rank === undefined ? [] : [{ gene, rank, weight: rank ** ALPHA }];
  });
  const sum = own.reduce((total, { weight }) => total + weight, 0);
  const inside = own.reduce((total, { rank, weight }) => total + rank * weight, 0) / (sum || 1);
  const outside =
    own.length === all
      ? 0
      : ((all * (all + 1)) / 2 - own.reduce((total, { rank }) => total + rank, 0)) / (all - own.length);
  return {
    score: own.length === 0 ? 0 : (inside - outside) / all,
    read: own.length,
    of: genes.length,
    members: strongest(own.map(({ gene, rank }) => ({ gene, part: rank / all - 0.5 }))),
  };
}

export interface SubtypeReading {
  /** Spearman's rho with each centroid, in the order of the centroids. */
  readonly correlations: readonly { readonly subtype: string; readonly rho: number }[];
  readonly read: number;
  readonly of: number;
}

/** Names by which the centroids of 2009 know genes that are called otherwise today. */
const FORMER: Readonly<Record<string, string>> = { KNTC2: 'NDC80', ORC6L: 'ORC6', CDCA1: 'NUF2' };

/** @param centred value of a gene less the median of the stored reference */
export function subtypeCorrelations(
  { subtypes, rows }: SubtypeCentroids,
  centred: (gene: string) => number | undefined,
): SubtypeReading {
  const pairs = rows.flatMap(([gene, ...centroids]) => {
    const value = centred(gene) ?? centred(FORMER[gene] ?? gene);
    return value === undefined ? [] : [{ value, centroids }];
  });
  const values = pairs.map(({ value }) => value);
  return {
    correlations: subtypes.map((subtype, index) => ({
      subtype,
      rho: spearman(
        values,
        pairs.map(({ centroids }) => centroids[index] ?? Number.NaN),
      ),
    })),
    read: pairs.length,
    of: rows.length,
  };
}

function averageRanks(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Array<number>(values.length).fill(0);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1] ?? 0] === values[order[from] ?? 0]) to += 1;
    for (let at = from; at <= to; at++) ranks[order[at] ?? 0] = (from + to) / 2 + 1;
    from = to + 1;
  }
  return ranks;
}

/** Pearson's r; 0 where one side does not vary. */
export function pearson(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const mx = mean(x);
  const my = mean(y);
  let both = 0;
  let left = 0;
  let right = 0;
  for (const [index, value] of x.entries()) {
    const a = value - mx;
    const b = (y[index] ?? 0) - my;
    both += a * b;
    left += a * a;
    right += b * b;
  }
  return left === 0 || right === 0 ? 0 : both / Math.sqrt(left * right);
}

export const spearman = (x: readonly number[], y: readonly number[]): number =>
  pearson(averageRanks(x), averageRanks(y));
