/** What some files state besides of a place: the bases around it, and the RNA reads over it. */

/** INFO keys, the first that is there first; SAGE writes TNC. */
export const CONTEXT_INFO_KEYS = ['TNC', 'CONTEXT', 'TRINUC', 'REF_CONTEXT'] as const;
/** All RNA reads, and those with the alternate: one number, or one for each allele with the reference first. */
export const RNA_INFO_KEYS = ['RNA_DP', 'RNA_AD'] as const;
/** Columns of MAF: GDC, MSK, Oncotator and Funcotator. */
export const CONTEXT_COLUMNS = ['context', 'ref_tri', 'ref_context', 'trinucleotide'] as const;
export const RNA_DEPTH_COLUMNS = ['rna_depth', 't_rna_depth', 'rna_t_depth'] as const;
export const RNA_ALTERNATE_COLUMNS = ['rna_alt_count', 't_rna_alt_count', 'rna_t_alt_count'] as const;

const LONGEST = 101;

/** An odd stretch of bases; undefined for anything else that stands under such a name. */
export const contextText = (text: string | undefined): string | undefined =>
  text !== undefined && text.length <= LONGEST && text.length % 2 === 1 && /^[ACGTNacgtn]{3,}$/.test(text)
    ? text.toUpperCase()
    : undefined;

export function countText(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,9}$/.test(text)) return undefined;
  return Number(text);
}

/** RNA reads with an allele out of `RNA_AD`; @param index of the alternate, from 0 */
export function rnaAlternateReads(text: string | undefined, index: number): number | undefined {
  const parts = text?.split(',') ?? [];
  return countText(parts.length > 1 ? parts[index + 1] : parts[0]);
}
