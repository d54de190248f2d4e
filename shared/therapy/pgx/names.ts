/** Names of alleles and diplotypes: order, combinations, labels. */

const parts = (name: string): (string | number)[] =>
  (name.match(/\d+|\D+/g) ?? []).map((part) => (/^\d/.test(part) ? Number(part) : part));

/** Numbers as numbers (*4 before *17); several alleles on one strand, written in brackets, behind single ones. */
export function compareAlleles(a: string, b: string): number {
  const grouped = Number(a.startsWith('[')) - Number(b.startsWith('['));
  if (grouped !== 0) return grouped;
  const left = parts(a);
  const right = parts(b);
  for (const [index, one] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (one === other) continue;
    if (typeof one === 'number' && typeof other === 'number') return one - other;
    return String(one) < String(other) ? -1 : 1;
  }
  return left.length - right.length;
}

/** One name for the alleles on one strand. */
export const strandName = (alleles: readonly string[]): string =>
  alleles.length > 1 ? `[${[...alleles].sort(compareAlleles).join(' + ')}]` : (alleles[0] ?? '');

/** The alleles behind a strand's name. */
export const allelesOfStrand = (name: string): string[] =>
  name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1).split(' + ') : [name];

export const diplotypeName = (strands: readonly string[]): string => [...strands].sort(compareAlleles).join('/');

/** Order of diplotypes: by first, then by second strand. */
export function compareDiplotypes(a: string, b: string): number {
  const [a1 = '', a2 = ''] = a.split('/');
  const [b1 = '', b2 = ''] = b.split('/');
  return compareAlleles(a1, b1) || compareAlleles(a2, b2);
}

/** Genes whose carriers are named by the variant: "c.520C>T (heterozygous)". */
const NAMED_BY_VARIANT = new Set(['CACNA1S', 'CFTR']);

/** A diplotype as the field writes it. `reference` is the gene's reference allele. */
export function diplotypeLabel(gene: string, strands: readonly string[], reference: string): string {
  if (!NAMED_BY_VARIANT.has(gene) || strands.length < 2) return diplotypeName(strands);
  const variants = strands.filter((name) => name !== reference);
  if (variants.length === 0) return 'Reference/Reference';
  return variants.length === 1 ? `${variants[0]} (heterozygous)` : diplotypeName(strands);
}
