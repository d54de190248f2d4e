/** Named alleles and what they do, as the pharmacogenes pack states them. Positions are 1-based, alleles as in a VCF. */

/** `by-variant`: each variant is an allele of its own and several may lie on one strand (DPYD, RYR1). */
export type CallingRule = 'named-alleles' | 'by-variant';

export interface PgxPosition {
  readonly grch38: number;
  /** By liftover; absent where the chain breaks. */
  readonly grch37?: number;
  readonly rsid?: string;
  readonly ref: string;
  readonly alts: readonly string[];
  /** The reference from the position on, as far as its insertions and deletions can be shifted; absent where no further. */
  readonly around?: string;
}

export interface NamedAllele {
  readonly name: string;
  /** Index of the position and the base there, an IUPAC code where both of two bases fit. Other positions: as the reference. */
  readonly at: readonly (readonly [number, string])[];
}

export interface GeneDefinition {
  readonly gene: string;
  readonly chromosome: string;
  readonly rule: CallingRule;
  readonly version: string;
  readonly positions: readonly PgxPosition[];
  /** The first one is the reference and has a base at every position. */
  readonly alleles: readonly NamedAllele[];
  /** Sub-allele to the allele it is reported as. */
  readonly reportedAs: Readonly<Record<string, string>>;
  /** An alternate base that no allele defines counts as reference: CPIC's choice for genes of drug toxicity. */
  readonly unknownBaseIsReference: boolean;
  /** Indices of positions without which no call is made. */
  readonly required: readonly number[];
  /** Diplotypes that unphased data cannot tell apart, and the one to report. */
  readonly unphasedChoice: readonly { readonly among: readonly string[]; readonly pick: string }[];
}

export interface AlleleFunction {
  readonly name: string;
  /** Words of the table, such as "No function". */
  readonly function: string;
  /** As the table writes it, such as "0.5" or "≥3.0"; only where the gene is scored. */
  readonly activity?: string;
}

export interface GenePhenotypes {
  readonly gene: string;
  readonly version: string;
  readonly scored: boolean;
  readonly functions: readonly AlleleFunction[];
  /** By the sorted functions (activities where the gene is scored) of one or two alleles, joined by "|". */
  readonly byFunctions: readonly {
    readonly key: string;
    readonly phenotype: string;
    readonly activityScore?: string;
  }[];
}

/** What is to be done, in the program's own words; the source's sentence stays at the source. */
export type PgxAction = 'avoid' | 'change-dose' | 'monitor' | 'consider-alternative' | 'usual' | 'no-statement';

export interface PgxRecommendation {
  readonly id: string;
  readonly source: 'CPIC' | 'DPWG';
  readonly guideline: string;
  readonly version: number;
  readonly url: string;
  readonly drugs: readonly string[];
  /** Phenotype, activity score, or alleles with their number, by gene: all must hold. */
  readonly when: readonly {
    readonly gene: string;
    readonly is: string | readonly (readonly [string, number])[];
  }[];
  readonly population?: string;
  readonly strength?: string;
  readonly action: PgxAction;
  /** The source names another drug as well. */
  readonly alternative?: true;
  /** Percent of the usual dose to start with, where the source names one. */
  readonly startPercent?: readonly number[];
  /** The day on which CPIC last changed what it recommends on this drug, where that is after the text held here. */
  readonly changedOn?: string;
}

export interface PgxKnowledge {
  readonly pack: { readonly id: string; readonly version: string; readonly asOf: string };
  readonly definitions: readonly GeneDefinition[];
  readonly phenotypes: readonly GenePhenotypes[];
  readonly recommendations: readonly PgxRecommendation[];
}

/** Two strands of which no read tells the alleles: called elsewhere only. */
export const OUTSIDE_ONLY: Readonly<Record<string, string>> = {
  CYP2D6:
    'Short reads see neither whole-gene deletion nor duplication nor hybrids with CYP2D7; a call from a dedicated caller is needed.',
  'HLA-A': 'HLA alleles are typed by a dedicated caller or laboratory method.',
  'HLA-B': 'HLA alleles are typed by a dedicated caller or laboratory method.',
};
