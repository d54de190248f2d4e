/**
 * What the molecular room asks of the knowledge packs: pure look-ups, so that every rule runs and is tested without a
 * file. A look-up whose pack is absent is left out, and the rules that need it say "not evaluable" (F146).
 */
import type { GenomeBuild } from '../case/case-record.ts';
import type { Approval } from '../knowledge/approvals.ts';
import type { ClinvarAllele, PathogenicProtein } from '../knowledge/clinvar.ts';
import type { EvidenceItem } from '../knowledge/evidence.ts';
import type { Cohort, ExpressionKnowledge, SignatureCatalogue } from '../knowledge/expression.ts';
import type { CodingName } from './coding-name.ts';
import type { GeneSpan } from './copy-number.ts';
import type { Coordinates, GenomicChange } from './genomic-change.ts';
import type { ProteinChange } from './hgvs.ts';
import type { Allele, LiftedAllele } from './liftover.ts';
import type { DiseaseMatch, MolecularProfile, OncogenicityClass } from './profile.ts';
import type { ComputedChange, KnownChange } from './small-variants.ts';

/** How often a residue and a change were seen in the tumors of a hotspot catalogue. */
export interface HotspotCount {
  readonly samplesAtResidue: number;
  readonly samplesWithChange: number;
  readonly source: string;
  /** Every change of the residue or stretch, keyed as `proteinKey` writes it, with its tumors. */
  readonly changes?: readonly (readonly [key: string, samples: number])[] | undefined;
}

/** A class that a person gave a change by the oncogenicity standard, in the site's own classification memory (F028). */
export interface LocalClass {
  readonly class: OncogenicityClass;
  /** Who and when, in words. */
  readonly source: string;
}

export interface GeneRole {
  readonly tumorSuppressor: boolean;
  readonly oncogene: boolean;
  /** Tumor suppressor whose loss drives cancer by several sources. */
  readonly source: string;
}

/** What a hereditary pack says of a gene. */
export interface HereditaryGene {
  readonly mechanism: 'loss-of-function' | 'gain-of-function' | 'both' | 'unknown';
  readonly inheritance: 'dominant' | 'recessive' | 'both' | 'x-linked' | 'unknown';
  readonly conditions: readonly string[];
  /** On the ACMG list of secondary findings. */
  readonly secondary: boolean;
  /** Missense variants of databases: how many are pathogenic, and the benign share of those classified. */
  readonly pathogenicMissense?: number | undefined;
  readonly benignMissenseShare?: number | undefined;
  /** Share of truncating variants among the pathogenic ones. */
  readonly truncatingShare?: number | undefined;
  readonly source: string;
}

/** Which HPO terms belong to which genes (F025). */
export interface PhenotypeKnowledge {
  /** HPO ids of a gene. */
  readonly termsOf: (gene: string) => readonly string[];
  /** Share of the genes of the catalogue that carry a term, 0 to 1. */
  readonly shareOf: (term: string) => number;
  readonly source: string;
}

export interface TumorTypeNode {
  readonly code: string;
  readonly name: string;
  /** Nearest first, up to the root. */
  readonly ancestors: readonly string[];
}

export interface DiseaseDistance {
  readonly match: DiseaseMatch;
  /** Steps in the ontology; 0 for the same type. */
  readonly steps: number;
  /** True for evidence on any cancer or any solid tumor. */
  readonly anyCancer: boolean;
}

export interface MolecularKnowledge {
  readonly packs: MolecularProfile['packs'];
  /** Packs that are not there, with the sections they leave empty. */
  readonly absent: MolecularProfile['absent'];
  readonly evidence: readonly EvidenceItem[];
  /** The pack an evidence item comes from. */
  readonly evidencePack: string;
  /** Approvals by regulators; left out where their pack is absent. */
  readonly approvals?: readonly Approval[] | undefined;
  symbol(gene: string): string;
  tumorType(code: string): TumorTypeNode | undefined;
  /** Parents, siblings and children, for the sensitivity of a tier to the tumor type (F010). */
  relatives(code: string): readonly TumorTypeNode[];
  diseaseDistance(disease: EvidenceItem['disease'], code: string): DiseaseDistance;
  readonly cancerGenes?: ((gene: string) => boolean) | undefined;
  readonly geneSpans?: ((build: GenomeBuild) => readonly GeneSpan[]) | undefined;
  readonly genesAt?: ((build: GenomeBuild, chromosome: string, position1: number) => readonly string[]) | undefined;
  readonly computeChange?: ((at: Coordinates) => ComputedChange | undefined) | undefined;
  /** The checked coding sequence of a gene, ATG to stop, and the transcript it is of. */
  readonly codingSequence?:
    | ((
        gene: string,
      ) => { readonly sequence: string; readonly transcript: string; readonly ensembl?: string } | undefined)
    | undefined;
  /** Where a coding change of a gene lies on a build; `undefined` where its exons are not known. */
  readonly locateCoding?:
    | ((gene: string, build: GenomeBuild, change: CodingName) => GenomicChange | undefined)
    | undefined;
  /** Base of the forward strand where a checked coding sequence holds it. */
  readonly referenceBase?:
    | ((build: GenomeBuild, chromosome: string, position1: number) => string | undefined)
    | undefined;
  /** An allele of a build on the other one, or why it has no one place there. */
  readonly lift?: ((from: GenomeBuild, allele: Allele) => LiftedAllele) | undefined;
  readonly knownChange?: ((at: Coordinates) => KnownChange | undefined) | undefined;
  /** Exon of a codon in the transcript that the field numbers by; `undefined` where no pack says. */
  readonly exonOf?: ((gene: string, codon: number) => number | undefined) | undefined;
  readonly hotspot?: ((gene: string, change: ProteinChange) => HotspotCount | undefined) | undefined;
  readonly role?: ((gene: string) => GeneRole | undefined) | undefined;
  /** What a hereditary pack says of a gene; `undefined` for a gene it does not list. */
  readonly hereditary?: ((gene: string) => HereditaryGene | undefined) | undefined;
  /** Citation of a database that knows a pathogenic variant at this codon; its allele is not stated. */
  readonly pathogenicCodon?: ((gene: string, residue: number) => string | undefined) | undefined;
  /** What a database of classified alleles says of this very allele; `undefined` also where it does not know it. */
  readonly recorded?: ((at: Coordinates) => ClinvarAllele | undefined) | undefined;
  /** Pathogenic missense changes at a residue, each with the allele that was classified. */
  readonly pathogenicProteins?: ((gene: string, residue: number) => readonly PathogenicProtein[]) | undefined;
  readonly phenotypes?: PhenotypeKnowledge | undefined;
  /** Reference cohorts of expression and protein; the quantiles of each are read when they are asked for. */
  readonly cohorts?: (() => readonly Cohort[]) | undefined;
  /** Gene sets, pathway weights, centroids. */
  readonly expression?: (() => ExpressionKnowledge) | undefined;
  readonly signatures?: (() => SignatureCatalogue | undefined) | undefined;
  /** What this site classified before, by gene and protein change; absent where no memory is open. */
  readonly classified?: ((gene: string, change: ProteinChange) => LocalClass | undefined) | undefined;
}
