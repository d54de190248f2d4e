/**
 * Single-base substitutions in 96 channels and the reference signatures that make them up: non-negative least squares with
 * bootstrap intervals, seeded (F023). Reference signatures and what they are ascribed to: Degasperi 2020, PMID 32118208.
 */
import type { GenomeBuild } from '../case/case-record.ts';
import type { SignatureCatalogue } from '../knowledge/expression.ts';
import { nonNegative, normalMatrix } from './nnls.ts';

/** Fewer substitutions are counted and not fitted. */
export const FEWEST_FITTED = 50;
/** Of the substitutions, whose neighbours must be known. */
export const CONTEXT_SHARE = 0.8;
/** Shares under this are noise of the fit (as deconstructSigs, Rosenthal 2016, PMID 26899170, has 6 %). */
const LEAST_SHARE = 0.05;
const RESAMPLES = 200;
const SEED = 20_200_214;

/**
 * How often a trinucleotide stands in exomes against genomes: counts of chromosome 1 of GRCh38 (SigProfilerMatrixGenerator,
 * context distributions, BSD-2-Clause). Signatures of whole genomes are turned into those of an exome by it.
 */
const EXOME_TO_GENOME: Readonly<Record<string, number>> = {
  ACA: 0.853,
  ACC: 1.223,
  ACG: 1.945,
  ACT: 0.869,
  ATA: 0.535,
  ATC: 0.96,
  ATG: 0.899,
  ATT: 0.596,
  CCA: 1.203,
  CCC: 1.459,
  CCG: 2.977,
  CCT: 1.213,
  CTA: 0.665,
  CTC: 1.165,
  CTG: 1.307,
  CTT: 0.994,
  GCA: 1.205,
  GCC: 1.53,
  GCG: 2.867,
  GCT: 1.295,
  GTA: 0.846,
  GTC: 1.286,
  GTG: 1.09,
  GTT: 0.827,
  TCA: 0.948,
  TCC: 1.264,
  TCG: 2.198,
  TCT: 0.954,
  TTA: 0.554,
  TTC: 0.985,
  TTG: 0.832,
  TTT: 0.595,
};

/** What a reference signature is ascribed to; those not named here are of unknown cause. */
const CAUSES: Readonly<Record<string, string>> = {
  '1': 'deamination of 5-methylcytosine, with age',
  '2': 'APOBEC',
  '3': 'deficient homologous recombination',
  '4': 'tobacco',
  '5': 'clock-like, cause unknown',
  '7': 'ultraviolet light',
  '8': 'unknown; frequent with deficient homologous recombination',
  '9': 'polymerase eta',
  '10': 'polymerase epsilon',
  '11': 'alkylating agents (temozolomide)',
  '13': 'APOBEC',
  '17': 'unknown; also after fluorouracil',
  '18': 'reactive oxygen',
  '22': 'aristolochic acid',
  '24': 'aflatoxin',
  '30': 'deficient base excision repair (NTHL1)',
  '36': 'deficient base excision repair (MUTYH)',
  '38': 'indirect effect of ultraviolet light',
  MMR1: 'deficient mismatch repair',
  MMR2: 'deficient mismatch repair',
  PLATINUM: 'platinum',
};

export const causeOf = (signature: string): string => CAUSES[signature.replace('Ref.Sig.', '')] ?? 'cause unknown';

const COMPLEMENT: Readonly<Record<string, string>> = { A: 'T', C: 'G', G: 'C', T: 'A' };
const complement = (bases: string): string =>
  [...bases]
    .reverse()
    .map((base) => COMPLEMENT[base] ?? 'N')
    .join('');

/**
 * The trinucleotide on the forward strand out of what a file states (3 bases or an odd stretch around the base, either strand);
 * undefined where its middle is not the reference base.
 */
export function trinucleotideFrom(stated: string, reference: string): string | undefined {
  const bases = stated.trim().toUpperCase();
  if (!/^[ACGTN]+$/.test(bases) || bases.length < 3 || bases.length % 2 === 0) return undefined;
  const middle = (bases.length - 1) / 2;
  const three = bases.slice(middle - 1, middle + 2);
  if (three.includes('N')) return undefined;
  if (three[1] === reference) return three;
  return three[1] === COMPLEMENT[reference] ? complement(three) : undefined;
}

/** Channel such as `A[C>T]G`, pyrimidine strand; undefined where a base is none of ACGT. */
export function channelOf(trinucleotide: string, alternate: string): string | undefined {
  const pyrimidine = 'CT'.includes(trinucleotide[1] ?? 'N');
  const [before, base, after] = pyrimidine ? trinucleotide : complement(trinucleotide);
  const to = pyrimidine ? alternate : COMPLEMENT[alternate];
  return before === undefined || base === undefined || after === undefined || to === undefined || !'ACGT'.includes(to)
    ? undefined
    : `${before}[${base}>${to}]${after}`;
}

export interface Substitution {
  readonly build: GenomeBuild;
  readonly chromosome: string;
  readonly position1: number;
  readonly reference: string;
  readonly alternate: string;
  /** Trinucleotide as the file states it. */
  readonly context?: string | undefined;
}

type BaseAt = (build: GenomeBuild, chromosome: string, position1: number) => string | undefined;

/** The neighbours of a substitution: as the file states them, else out of a reference; where they come from. */
export function contextOf(
  { build, chromosome, position1, reference, alternate, context }: Substitution,
  baseAt: BaseAt | undefined,
): { readonly channel: string; readonly from: 'file' | 'reference' } | undefined {
  const stated = context === undefined ? undefined : trinucleotideFrom(context, reference);
  if (stated !== undefined) {
    const channel = channelOf(stated, alternate);
    if (channel !== undefined) return { channel, from: 'file' };
  }
  const three = [-1, 0, 1].map((step) => baseAt?.(build, chromosome, position1 + step) ?? 'N').join('');
  if (three.includes('N') || three[1] !== reference) return undefined;
  const channel = channelOf(three, alternate);
  return channel === undefined ? undefined : { channel, from: 'reference' };
}

export interface Exposure {
  readonly name: string;
  readonly cause: string;
  /** Share of the substitutions, 0 to 1, with its 95 % bootstrap interval. */
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

export interface SignatureFit {
  readonly exposures: readonly Exposure[];
  /** Cosine of the fitted and the counted spectrum. */
  readonly cosine: number;
}

/** Mulberry32: the same seed gives the same numbers. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Signatures as an assay of exons would see them. */
function forExome(catalogue: SignatureCatalogue): SignatureCatalogue {
  return {
    ...catalogue,
    signatures: catalogue.signatures.map(({ name, weights }) => {
      const seen = weights.map((weight, index) => {
        const channel = catalogue.channels[index] ?? '';
        return weight * (EXOME_TO_GENOME[`${channel[0]}${channel[2]}${channel[6]}`] ?? 1);
      });
      const sum = seen.reduce((total, value) => total + value, 0);
      return { name, weights: seen.map((value) => value / sum) };
    }),
  };
}

/** Shares by least squares; those under 5 % are taken out one after another and the others fitted again. */
function sharesOf(normal: readonly (readonly number[])[], right: readonly number[]): number[] {
  let kept = right.map((_, index) => index);
  for (;;) {
    const x = nonNegative(
      kept.map((i) => kept.map((j) => normal[i]?.[j] ?? 0)),
      kept.map((i) => right[i] ?? 0),
    );
    const sum = x.reduce((total, value) => total + value, 0);
    const shares = x.map((value) => (sum === 0 ? 0 : value / sum));
    const left = kept.filter((_, at) => (shares[at] ?? 0) >= LEAST_SHARE);
    if (left.length === kept.length || left.length === 0) {
      const all = new Array<number>(right.length).fill(0);
      kept.forEach((i, at) => {
        all[i] = shares[at] ?? 0;
      });
      return all;
    }
    // First those that are nothing, then the least of the others: one that goes gives its part to its like.
    const present = kept.filter((_, at) => (shares[at] ?? 0) > 0);
    if (present.length < kept.length) kept = present;
    else {
      const least = Math.min(...shares);
      kept = kept.filter((_, at) => shares[at] !== least);
    }
  }
}

const cosineOf = (a: readonly number[], b: readonly number[]): number => {
  const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  const norm = Math.sqrt(dot(a, a) * dot(b, b));
  return norm === 0 ? 0 : dot(a, b) / norm;
};

/**
 * @param counts substitutions by channel, in the order of the catalogue's channels
 * @param exonic true where an exome or a panel was read
 */
export function fitSignatures(counts: readonly number[], catalogue: SignatureCatalogue, exonic: boolean): SignatureFit {
  const { signatures } = exonic ? forExome(catalogue) : catalogue;
  const columns = signatures.map(({ weights }) => weights);
  const normal = normalMatrix(columns);
  const right = (spectrum: readonly number[]): number[] =>
    columns.map((weights) => weights.reduce((sum, weight, row) => sum + weight * (spectrum[row] ?? 0), 0));
  const shares = sharesOf(normal, right(counts));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const cumulative: number[] = [];
  counts.reduce((sum, count) => {
    cumulative.push(sum + count);
    return sum + count;
  }, 0);
  const random = seeded(SEED);
  const drawn: number[][] = signatures.map(() => []);
  for (let sample = 0; sample < RESAMPLES; sample++) {
    const spectrum = new Array<number>(counts.length).fill(0);
    for (let draw = 0; draw < total; draw++) {
      const at = random() * total;
      let low = 0;
      let high = cumulative.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((cumulative[middle] ?? 0) > at) high = middle;
        else low = middle + 1;
      }
      spectrum[low] = (spectrum[low] ?? 0) + 1;
    }
    for (const [index, share] of sharesOf(normal, right(spectrum)).entries()) drawn[index]?.push(share);
  }
  const fitted = counts.map((_, row) =>
    columns.reduce((sum, weights, i) => sum + (weights[row] ?? 0) * (shares[i] ?? 0), 0),
  );
  return {
    cosine: cosineOf(fitted, counts),
    exposures: signatures
      .map(({ name }, index): Exposure => {
        const sorted = (drawn[index] ?? []).sort((a, b) => a - b);
        return {
          name,
          cause: causeOf(name),
          share: shares[index] ?? 0,
          low: sorted[Math.floor(0.025 * (RESAMPLES - 1))] ?? 0,
          high: sorted[Math.ceil(0.975 * (RESAMPLES - 1))] ?? 0,
        };
      })
      .filter(({ share, high }) => share > 0 || high >= LEAST_SHARE)
      .sort((a, b) => b.share - a.share || b.high - a.high || (a.name < b.name ? -1 : 1)),
  };
}
