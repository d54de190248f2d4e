/** The parts of the appendix in their order; the first pages and the parts themselves refer to them by number. */
export const parts = {
  patient: 'Patient, request and course',
  specimens: 'Specimens and assays',
  states: 'What was assayed',
  findings: 'Findings',
  biomarkers: 'Biomarkers, expression and protein',
  aggressiveness: 'Aggressiveness of the tumor',
  treatments: 'Treatments',
  evidence: 'Evidence and references',
  board: 'Decision of the board',
  uncertain: 'Variants of uncertain significance',
  accounting: 'Accounting',
  sources: 'Sources, models and limits',
  verification: 'Signature and verification',
  elements: 'Elements of this report',
} as const;
export type Part = keyof typeof parts;

/** `A4`. */
export const place = (part: Part): string => `A${Object.keys(parts).indexOf(part) + 1}`;
export const partTitle = (part: Part): string => `${place(part)}  ${parts[part]}`;
