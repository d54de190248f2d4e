/**
 * OncoTree codes that stand for each cohort of the model: the code itself or a descendant. TCGA names and OncoTree
 * codes differ (KIRC is CCRCC, LIHC is HCC); a type that is not here has no cohort, and the model abstains.
 */
const anchors: Record<string, readonly string[]> = {
  BLCA: ['BLCA'],
  BRCA: ['BRCA'],
  COADREAD: ['COADREAD', 'COAD', 'READ'],
  // Adult diffuse glioma, with the names of before 2021 that older records carry.
  GBMLGG: ['ADIFG', 'GB', 'ASTR', 'ODG', 'GBM', 'OAST', 'AASTR', 'AODG', 'AOAST'],
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

/**
 * Descendants of an anchor that the cohort did not enrol: TCGA-UCEC is endometrioid, serous and mixed only; carcinoma
 * in situ, sinonasal tumors and unknown primaries were not collected either.
 */
const notEnrolled = new Set([
  'CAIS',
  'SNSC',
  'HNSCUP',
  'UNEC',
  'UUC',
  'UCS',
  'UDDC',
  'UCCC',
  'UMC',
  'UMNC',
  'UASC',
  'UPDC',
]);

/** The cohort for a tumor type code and its OncoTree ancestors, or undefined. */
export function cohortOf(code: string, ancestors: readonly string[]): string | undefined {
  const codes = [code, ...ancestors];
  if (codes.some((each) => notEnrolled.has(each))) return undefined;
  return Object.keys(anchors).find((cohort) => anchors[cohort]?.some((anchor) => codes.includes(anchor)));
}

const glioblastomas = new Set(['GBM', 'GB', 'GSARC', 'SCGBM', 'ASTR4']);
const lowerGradeGliomas = new Set(['ASTR2', 'ASTR3', 'ODG', 'ODG2', 'ODG3', 'OAST', 'AASTR', 'AODG', 'AOAST']);

/**
 * The cohort's histological class, from before IDH entered the names: a grade 4 astrocytoma was a glioblastoma in it.
 * Undefined where the code leaves it open (ASTR without a grade, adult diffuse glioma).
 */
export const isGlioblastoma = (code: string): boolean | undefined =>
  glioblastomas.has(code) ? true : lowerGradeGliomas.has(code) ? false : undefined;

/** WHO grade that a glioma's code itself states. */
export const gradeOfGlioma = (code: string): number | undefined => {
  if (glioblastomas.has(code)) return 4;
  const digit = /^(?:ASTR|ODG)([23])$/.exec(code)?.[1];
  if (digit !== undefined) return Number(digit);
  return /^(?:AASTR|AODG|AOAST)$/.test(code) ? 3 : undefined;
};
