import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface GeneFact {
  readonly symbol: string;
  readonly ensemblGene: string;
  /** MANE Select, Ensembl and RefSeq names of the same transcript. */
  readonly ensemblTranscript: string;
  readonly ensemblProtein: string;
  readonly refseqTranscript: string;
  readonly strand: 1 | -1;
}

/** Position and alleles on the plus strand, as a VCF line gives them. */
export interface Placed {
  readonly position1: number;
  readonly reference: string;
  readonly alternate: string;
}

/** A coding change whose reference bases were proved against the gene's coding sequence. */
export interface PlacedChange {
  readonly gene: string;
  /** Without chr. */
  readonly chromosome: string;
  /** HGVS on the MANE Select transcript, without its name. */
  readonly coding: string;
  readonly protein: string;
  /** Sequence Ontology term. */
  readonly consequence: string;
  readonly codons: string;
  readonly residues: string;
  readonly codingPosition: number;
  /** The changed base with its neighbours, in coding direction. */
  readonly context: string;
  readonly rsId?: string;
  readonly populationFrequency?: number;
  readonly GRCh37: Placed;
  readonly GRCh38: Placed;
}

export interface Facts {
  readonly transcripts: Readonly<Record<string, GeneFact>>;
  readonly somatic: Readonly<Record<string, PlacedChange>>;
  readonly germline: readonly PlacedChange[];
  readonly passengers: readonly PlacedChange[];
  /** One-base deletions in mononucleotide runs. */
  readonly slips: readonly PlacedChange[];
  /** Length of each chromosome in bases, by build. */
  readonly chromosomes: Record<'GRCh37' | 'GRCh38', Record<string, number>>;
  /** GRCh38 spans of genes: chromosome, first and last base, 1-based inclusive. */
  readonly genes: Readonly<Record<string, readonly [string, number, number]>>;
  /**
   * Gene, mean and standard deviation of the expression z-score in a cohort of the aggressiveness model, and its loadings on
   * the cohort's principal axes, in standard deviations.
   */
  readonly expression: Record<string, (readonly [string, number, number, readonly number[]])[]>;
}

export const readFacts = (): Facts =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'facts/facts.json'), 'utf8')) as Facts;

/** Gene, chromosome without chr, GRCh38 position, rsID, reference and alternate alleles (comma) on the plus strand. */
export type PharmacogenePosition = readonly [string, string, number, string, string, string];

export const readPharmacogenes = (): readonly PharmacogenePosition[] =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'facts/pharmacogenes.json'), 'utf8')) as PharmacogenePosition[];
