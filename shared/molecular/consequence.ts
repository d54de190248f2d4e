/**
 * What a small variant does, in Sequence Ontology words. Tools write several terms joined by `&`; MAF writes its own
 * class names. The rules of this room ask only for the class.
 */

export type ConsequenceClass =
  | 'null'
  | 'missense'
  | 'in-frame'
  | 'splice-region'
  | 'stop-loss'
  | 'synonymous'
  | 'non-coding'
  | 'unknown';

/** MAF Variant_Classification (GDC MAF specification) to Sequence Ontology. */
const mafClasses: Readonly<Record<string, string>> = {
  missense_mutation: 'missense_variant',
  nonsense_mutation: 'stop_gained',
  nonstop_mutation: 'stop_lost',
  frame_shift_del: 'frameshift_variant',
  frame_shift_ins: 'frameshift_variant',
  in_frame_del: 'inframe_deletion',
  in_frame_ins: 'inframe_insertion',
  splice_site: 'splice_site_variant',
  splice_region: 'splice_region_variant',
  translation_start_site: 'start_lost',
  silent: 'synonymous_variant',
  intron: 'intron_variant',
  "3'utr": '3_prime_UTR_variant',
  "5'utr": '5_prime_UTR_variant',
  "3'flank": 'downstream_gene_variant',
  "5'flank": 'upstream_gene_variant',
  igr: 'intergenic_variant',
  rna: 'non_coding_transcript_variant',
  targeted_region: 'coding_sequence_variant',
};

/** Worst first, as Ensembl orders them. */
const classes: readonly (readonly [ConsequenceClass, readonly string[]])[] = [
  [
    'null',
    [
      'transcript_ablation',
      'splice_acceptor_variant',
      'splice_donor_variant',
      'splice_site_variant',
      'stop_gained',
      'frameshift_variant',
      'start_lost',
      'exon_loss_variant',
    ],
  ],
  ['stop-loss', ['stop_lost']],
  [
    'in-frame',
    [
      'inframe_insertion',
      'inframe_deletion',
      'inframe_indel',
      'disruptive_inframe_insertion',
      'disruptive_inframe_deletion',
      'conservative_inframe_insertion',
      'conservative_inframe_deletion',
      'protein_altering_variant',
    ],
  ],
  ['missense', ['missense_variant', 'rare_amino_acid_variant']],
  [
    'splice-region',
    [
      'splice_region_variant',
      'splice_donor_5th_base_variant',
      'splice_donor_region_variant',
      'splice_polypyrimidine_tract_variant',
    ],
  ],
  [
    'synonymous',
    ['synonymous_variant', 'stop_retained_variant', 'start_retained_variant', 'incomplete_terminal_codon_variant'],
  ],
  [
    'non-coding',
    [
      'intron_variant',
      '3_prime_UTR_variant',
      '5_prime_UTR_variant',
      '5_prime_UTR_premature_start_codon_gain_variant',
      'upstream_gene_variant',
      'downstream_gene_variant',
      'intergenic_variant',
      'intergenic_region',
      'intragenic_variant',
      'non_coding_transcript_variant',
      'non_coding_transcript_exon_variant',
      'mature_miRNA_variant',
      'regulatory_region_variant',
      'TF_binding_site_variant',
      'NMD_transcript_variant',
    ],
  ],
];
const classOf = new Map(classes.flatMap(([name, terms]) => terms.map((term) => [term.toLowerCase(), name] as const)));
const order = new Map(classes.map(([name], index) => [name, index] as const));

/** The input's words as Sequence Ontology terms joined by `&`. */
export const sequenceOntology = (text: string): string =>
  text
    .split(/[&,]/)
    .map((term) => mafClasses[term.trim().toLowerCase()] ?? term.trim())
    .filter((term) => term !== '')
    .join('&');

/** The worst class among the terms; `unknown` for terms outside the list (never taken as harmless). */
export function consequenceClass(terms: string | undefined): ConsequenceClass {
  const found = sequenceOntology(terms ?? '')
    .split('&')
    .map((term) => classOf.get(term.toLowerCase()))
    .filter((name) => name !== undefined)
    .sort((a, b) => (order.get(a) ?? 99) - (order.get(b) ?? 99));
  return found[0] ?? 'unknown';
}

/** Place of the worst class among the terms, 0 for the gravest; after all classes where no term is known. */
export const consequenceRank = (terms: string | undefined): number =>
  order.get(consequenceClass(terms)) ?? classes.length;

/** True for changes of the protein or of a splice site: what a findings list is about. */
export const changesProtein = (name: ConsequenceClass): boolean =>
  name === 'null' || name === 'missense' || name === 'in-frame' || name === 'stop-loss';
