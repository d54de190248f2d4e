/** Predisposition genes, their secondary-finding list and phenotype terms as look-ups over pack rows. */

import type { Records } from './records.ts';

/** What lists of predisposition genes say of one gene. */
export interface HereditaryRow {
  readonly gene: string;
  readonly mechanism: 'loss-of-function' | 'gain-of-function' | 'both' | 'unknown';
  readonly inheritance: 'dominant' | 'recessive' | 'both' | 'x-linked' | 'unknown';
  readonly conditions: readonly string[];
  /** On the ACMG list of secondary findings. */
  readonly secondary: boolean;
  /** Which variants that list asks to report, where it says more than "all pathogenic and likely pathogenic". */
  readonly secondaryVariants?: string;
  /** RefSeq transcript by which the lists number. */
  readonly transcript?: string;
  readonly pathogenicMissense?: number;
  /** Benign share of the missense variants that are classified, 0 to 1. */
  readonly benignMissenseShare?: number;
  /** Truncating share of the pathogenic variants, 0 to 1. */
  readonly truncatingShare?: number;
}

/** HPO terms of a gene, as HP ids. */
export interface GeneTerms {
  readonly gene: string;
  readonly terms: readonly string[];
}

export interface TermName {
  readonly term: string;
  readonly name: string;
}

export interface PhenotypeRows {
  readonly genes: Records<GeneTerms>;
  readonly names: Records<TermName>;
}

export interface Hereditary {
  readonly genes: readonly HereditaryRow[];
  readonly hereditary: (gene: string) => (HereditaryRow & { readonly source: string }) | undefined;
  readonly phenotypes: {
    readonly termsOf: (gene: string) => readonly string[];
    readonly shareOf: (term: string) => number;
    readonly nameOf: (term: string) => string | undefined;
    readonly source: string;
  };
}

export function hereditaryOf(
  rows: Records<HereditaryRow>,
  /** Asked once, when the first term is. */
  termsOfGenes: () => PhenotypeRows,
  sources: { readonly genes: string; readonly phenotypes: string },
): Hereditary {
  let read:
    | { readonly rows: PhenotypeRows; readonly carriers: Map<string, number>; readonly total: number }
    | undefined;
  const terms = () => {
    if (read !== undefined) return read;
    const rows = termsOfGenes();
    const carriers = new Map<string, number>();
    for (const own of rows.genes.column('terms'))
      for (const term of own) carriers.set(term, (carriers.get(term) ?? 0) + 1);
    read = { rows, carriers, total: Math.max(1, rows.genes.length) };
    return read;
  };
  return {
    get genes() {
      return rows.all();
    },
    hereditary: (gene) => {
      const row = rows.named(gene);
      return row === undefined ? undefined : { ...row, source: sources.genes };
    },
    phenotypes: {
      termsOf: (gene) => terms().rows.genes.named(gene)?.terms ?? [],
      shareOf: (term) => (terms().carriers.get(term) ?? 0) / terms().total,
      nameOf: (term) => terms().rows.names.named(term)?.name,
      source: sources.phenotypes,
    },
  };
}

/**
 * Codons at which a pathogenic variant is known, from lines `GENE<tab>R175,R248`. It says nothing of the allele at hand
 * (ACMG/AMP 2015, PM5); the answer is the citation, or `undefined` where none is known here.
 */
export function pathogenicCodons(lines: string, source: string): (gene: string, residue: number) => string | undefined {
  const byGene = new Map<string, string>();
  for (const line of lines.split('\n')) {
    const at = line.indexOf('\t');
    if (at > 0) byGene.set(line.slice(0, at), line.slice(at + 1));
  }
  const parsed = new Map<string, ReadonlyMap<number, string>>();
  const codonsOf = (gene: string): ReadonlyMap<number, string> => {
    const known = parsed.get(gene);
    if (known !== undefined) return known;
    const codons = new Map(
      (byGene.get(gene) ?? '')
        .split(',')
        .filter((text) => text !== '')
        .map((text) => [Number(text.slice(1)), text]),
    );
    parsed.set(gene, codons);
    return codons;
  };
  return (gene, residue) => {
    const codon = codonsOf(gene).get(residue);
    return codon === undefined ? undefined : `${source}: a pathogenic variant is known at ${gene} ${codon}`;
  };
}
