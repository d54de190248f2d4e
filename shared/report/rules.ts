/** Rules of this program that a report prints in full, so that nothing has to be looked up to read it. */
import { COPY_NUMBER_RULE } from '../molecular/copy-number.ts';
import { OUTLIER_Z } from '../molecular/expression.ts';
import { TIER_RULE } from '../molecular/tiers.ts';
import { OPTIONS_RULE, OPTIONS_RULE_PARTS } from '../therapy/assemble.ts';

export const printedRules = {
  tiers: TIER_RULE,
  options: OPTIONS_RULE,
  'copy-number': COPY_NUMBER_RULE,
  oncogenicity:
    'ClinGen/CGC/VICC standard for oncogenicity of somatic variants (Horak et al., Genet Med 2022;24:986): points of all criteria met are added; 10 or more oncogenic, 6 to 9 likely oncogenic, 0 to 5 uncertain, −1 to −6 likely benign, −7 or less benign. A criterion that cannot be evaluated here adds nothing and is listed.',
  outliers: `Expression and protein are read only against a named cohort: as z-scores of the laboratory, or as values set among the quantiles of an installed cohort of the tumor type. An outlier has |z| of ${OUTLIER_Z} or more (with quantiles: distance from the median over the interquartile range / 1.349) and lies in the outer tenth of the cohort at its end. No cohort, no percentile.`,
  states:
    'Each gene has one state per modality: detected; tested, not detected; failed QC; not assayed. A gene that was not assayed is never reported as unaltered.',
  accounting:
    'Alleles read = shown + collapsed + filtered, each part with its rule. What is shown by intake is then interpreted; findings listed and folded are counted apart.',
  models:
    'A model estimates risk beside the evidence. It sets no tier, adds no treatment and takes none away; the ranking of treatments does not read it.',
  people:
    'Findings, tiers and options are computed by fixed rules from the documents named here. People confirm, limit or dismiss findings and take the decision; each such act is an event in the journal.',
  pharmacogenes:
    'Treatments named in this report are compared with the gene–drug pairs of CPIC level A. Diplotypes and doses are not computed for this case.',
  'pharmacogenes-called':
    'Diplotypes are called from the germline file by the named alleles of ClinPGx as PharmCAT defines and ranks them; a position that was not called is missing, never reference; CYP2D6 and HLA are taken from dedicated callers only. Phenotypes follow the tables of CPIC; what to do is told by kind, with the id of the recommendation (guidelines as of 2024-03). Structural variants of these genes are not seen.',
  limits:
    'This report supports a decision of physicians and does not replace their judgement. It is made by software that is not cleared or approved as a medical device; the tests it rests on are those of the laboratories named, under their own validation. Interactions, kidney, liver and inherited drug response are read from labels and guidelines for the medicines the program has facts on; they order only what evidence leaves equal, and what is not named was not checked. Label facts on medicines were written down with their citations and await a second reading by a pharmacist: read the cited section before acting on one. Evidence after the dates of the packs is not considered. Evidence in another tumor type may not hold in this one. A character that the fonts of this paper lack is printed as its Unicode number, for example [U+2603].',
  front:
    'The first pages hold at most 400 words; what is cut there stands in full in the appendix, and each cut is said.',
  attachments:
    'The file carries the documents it was composed from, the case as HL7 FHIR R4 bundle, and a list with versions and hashes, as attachments under the signature. "consilium report open <file> -o <folder>" verifies them, composes the pages again and compares, and writes the documents out as they were.',
  amendments:
    'A signed report is never changed. An amendment is a report of its own that names the former by its SHA-256 and takes its place; the former stays valid as a record of what was known then.',
  verification:
    'The file carries an electronic signature (PAdES baseline, B-B or above) over all its bytes. "consilium report verify <file> --trust <CA certificates>" checks it without a network and without the case; standard PDF readers check it too. Who signs later is printed with the signature itself on the lines kept free at the end of the first pages, as far as they reach; the check refuses a signature that prints anything else than the name of its certificate, its meaning and its time. A copy on paper proves nothing by itself: compare its report id and checkpoint with the file.',
} as const;
/** The rule of the ranking in its parts: what excludes, what orders, what makes no option. */
export const optionRules: readonly string[] = OPTIONS_RULE_PARTS;
export type PrintedRule = keyof typeof printedRules;

export const isPrintedRule = (id: string): boolean => id.startsWith('rule:') && id.slice(5) in printedRules;
