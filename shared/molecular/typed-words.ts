/** Ways of writing a variant that are no HGVS: read where they mean one change, refused with a reason where they do not. Pure. */

/**
 * Names of before, by gene and capitals: the promoter of TERT by the last digits of its place on GRCh37, the Breast Cancer
 * Information Core's numbering of the transcript, histones counted without their first methionine, the two bases that make
 * V600E of BRAF in assays that number it apart.
 */
const formerNames: Readonly<Record<string, string>> = {
  'TERT C228T': 'c.-124C>T',
  'TERT C228A': 'c.-124C>A',
  'TERT C250T': 'c.-146C>T',
  'BRAF V600E2': 'c.1799_1800delinsAA',
  'BRCA1 185DELAG': 'c.68_69del',
  'BRCA1 5382INSC': 'c.5266dup',
  'BRCA2 6174DELT': 'c.5946del',
  'H3-3A K27M': 'K28M',
  'H3-3A K27I': 'K28I',
  'H3-3A G34R': 'G35R',
  'H3-3A G34V': 'G35V',
};

/** The change in HGVS; undefined for what is no such name. */
export const formerName = (gene: string | undefined, text: string): string | undefined =>
  formerNames[`${gene} ${text.replace(/^promoter\s+/i, '').toUpperCase()}`];

/**
 * What a report or a program writes around one name: `c.743G>A p.(R248Q)`, `c.743G>A:p.R248Q`, the same behind a gene; ANNOVAR's
 * `TP53:NM_000546:exon7:c.G743A:p.R248Q` and its `c.G743A`; a word at the end that says that it is a mutation. The name alone.
 */
export function barePhrase(text: string): string {
  const base = '[ACGT]+';
  const annovar = /^(?:([A-Za-z0-9-]+):)?(?:(N[MR]_[\d.]+|ENST[\d.]+):)?exon\d+:(c\.[^:\s]+)(?::p\.\S*)?$/i.exec(
    text.trim(),
  );
  const named =
    annovar === null ? text.trim() : `${annovar[1] === undefined ? '' : `${annovar[1]} `}${annovar[3] ?? ''}`;
  return (
    named
      .replace(/(?<=[A-Za-z.]\S*\d\S*|\d\S*[A-Za-z*]\S*)\s+(?:mutation|mutated|variant|mut)$/i, '')
      // A number before the start codon is of the coding sequence: no residue has one.
      .replace(/^(\S+\s)?(-\d+[ACGT]>[ACGT])$/i, '$1c.$2')
      .replace(/^(\S*\s?c\.[^\s:]+)(?:\s+|:)(?:p\.\S+|\(p\.\S+\))$/i, '$1')
      .replace(
        new RegExp(`(^|[\\s:])c\\.(${base})(\\d+)(${base})$`, 'i'),
        (_, before: string, from: string, at: string, to: string) =>
          from.length === 1
            ? `${before}c.${at}${from}>${to}`
            : `${before}c.${at}_${Number(at) + from.length - 1}delins${to}`,
      )
  );
}

/** `17:7675088:C:T`, `chr17-7675088-CA-C`, `17:7675088 C>T` as a genomic name; undefined for any other text. */
export function plainPlace(text: string): string | undefined {
  const [, contig, position, reference, alternate] =
    /^(?:chr)?(\d{1,2}|[XYM]|MT)[:-](\d+)(?:[:-]|\s+|(?=[ACGT]))([ACGT]+)[:>/-]([ACGT]+)$/i.exec(text) ?? [];
  if (contig === undefined || reference === undefined || alternate === undefined) return undefined;
  const at = Number(position);
  const place = `chr${contig}:g.${at}`;
  if (reference.length === 1 && alternate.length === 1) return `${place}${reference}>${alternate}`;
  const end = reference.length === 1 ? '' : `_${at + reference.length - 1}`;
  return `${place}${end}del${reference}ins${alternate}`;
}

const kinds: readonly (readonly [RegExp, string, string])[] = [
  [
    /^(?:HRD|MSI(?:-?H| high)?|MSS|TMB(?:[- ]?high)?|dMMR|PD-?L1)\b/i,
    'This is measured of the whole tumor and no variant.',
    'It stands under Biomarkers of a case; a gene of it is asked for with its change.',
  ],
  [
    /^wild[- ]?type$|^not (?:detected|mutated)$/i,
    'Where nothing was found there is no variant to classify.',
    'What was tested and not found stands in the ledger of a case.',
  ],
  [
    /^(?:[A-Z0-9]+-)?(?:V7|vIII|splice variant \w+)$/i,
    'This is a form of the transcript, which no rule here classifies.',
    'A case reads it from its RNA; ask for the change of the DNA where it is known.',
  ],
  [
    /^t\(|^(?:inv|del|add|der|dup)\(|^\d+[pq]\/\d+[pq]\b|^\d+[pq]\d*[+-]?$|^(?:monosomy|trisomy)/i,
    'This names a change of chromosomes, not of one gene.',
    'Write the two genes of a translocation, for example BCR::ABL1, or the gene and loss or gain of its copies.',
  ],
  [
    /^(?:rs|COS[MV]|VCV|RCV|CA)\d+$/i,
    'This is a number of a data base, which the packs do not hold.',
    'Write the change in HGVS, for example c.2573T>G, with its gene.',
  ],
  [
    /(?:^|:)\s*m\.\s*\d/i,
    'This is a change of the mitochondrial genome, of which no pack here speaks.',
    'It is counted in the file of a case; its meaning must be looked up elsewhere.',
  ],
  [
    /\b(?:ITD|PTD|internal tandem duplication)\b/i,
    'This names a kind of change, whose length and place decide what it is.',
    'Write the duplication itself, for example c.1770_1793dup.',
  ],
  [
    /^(?:promoter|TERTp?)\b.*\b(?:mutation|variant|mutated)$/i,
    'This names a kind of change.',
    'Write the change itself, for example c.-124C>T or C228T.',
  ],
  [
    /^ex(?:on)?[\s.]?\d+[\s-]*(?:del|ins|skip|mut|dup|fra)|^(?:del(?:etion)?|ins(?:ertion)?|skipping)(?: of)? ex(?:on)?\b|^(?:loss[- ]of[- ]function|truncat|inactivat|mutation|mutated)/i,
    'This names a kind of change.',
    'Write the change itself, for example E746_A750del or c.2235_2249del.',
  ],
  [
    /;/,
    'These are several changes, each with a class of its own.',
    'Ask for each by itself; those that lie in one codon on one allele are one change, for example c.1798_1799delinsAA.',
  ],
];

/** Why a text names no one variant, and what to write; undefined where nothing of it is known. */
export function noVariant(text: string): { readonly message: string; readonly remedy: string } | undefined {
  const found = kinds.find(([words]) => words.test(text));
  return found === undefined ? undefined : { message: found[1], remedy: found[2] };
}
