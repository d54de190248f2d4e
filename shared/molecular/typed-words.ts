/** Ways of writing a variant that are no HGVS: read where they mean one change, refused with a reason where they do not. Pure. */

/**
 * Names of before, by gene and capitals: the promoter of TERT by the last digits of its place on GRCh37, the Breast Cancer
 * Information Core's numbering of the transcript, histones counted without their first methionine.
 */
const formerNames: Readonly<Record<string, string>> = {
  'TERT C228T': 'c.-124C>T',
  'TERT C250T': 'c.-146C>T',
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
    /\b(?:ITD|internal tandem duplication)\b/i,
    'This names a kind of change, whose length and place decide what it is.',
    'Write the duplication itself, for example c.1770_1793dup.',
  ],
  [
    /^(?:promoter|TERTp?)\b.*\b(?:mutation|variant|mutated)$/i,
    'This names a kind of change.',
    'Write the change itself, for example c.-124C>T or C228T.',
  ],
  [
    /^ex(?:on)?[\s.]?\d+[\s-]*(?:del|ins|skip|mut|dup|fra)|^(?:loss[- ]of[- ]function|truncat|inactivat|mutation|mutated)/i,
    'This names a kind of change.',
    'Write the change itself, for example E746_A750del or c.2235_2249del.',
  ],
];

/** Why a text names no one variant, and what to write; undefined where nothing of it is known. */
export function noVariant(text: string): { readonly message: string; readonly remedy: string } | undefined {
  const found = kinds.find(([words]) => words.test(text));
  return found === undefined ? undefined : { message: found[1], remedy: found[2] };
}
