/**
 * OncoTree codes that stand for each cohort of the model: the code itself or any of its descendants. TCGA names and
 * OncoTree codes differ (KIRC is CCRCC, LIHC is HCC); a type that is not here has no cohort, and the model abstains.
 */
const anchors: Record<string, readonly string[]> = {
  BLCA: ['BLCA'],
  BRCA: ['BRCA'],
  COADREAD: ['COADREAD', 'COAD', 'READ'],
  GBMLGG: ['DIFG', 'GBM', 'ASTR', 'ODG', 'OAST', 'AASTR', 'AODG', 'AOAST'],
  HNSC: ['HNSC'],
  KIRC: ['CCRCC'],
  KIRP: ['PRCC'],
  LIHC: ['HCC'],
  LUAD: ['LUAD'],
  LUSC: ['LUSC'],
  PAAD: ['PAAD'],
  SKCM: ['SKCM'],
  STAD: ['STAD'],
  UCEC: ['UCEC'],
};

/** The cohort for a tumor type code and its OncoTree ancestors, or undefined. */
export function cohortOf(code: string, ancestors: readonly string[]): string | undefined {
  const codes = new Set([code, ...ancestors]);
  return Object.keys(anchors).find((cohort) => anchors[cohort]?.some((anchor) => codes.has(anchor)));
}
