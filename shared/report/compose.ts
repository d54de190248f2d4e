/** From the documents of a case to its report: pure, so that the same documents give the same paper. */
import { heading } from './blocks.ts';
import { blockingElements, completenessOf, warningElements } from './completeness.ts';
import { composeFront } from './front.ts';
import { type Part, parts, partTitle } from './places.ts';
import type { DraftReport, ReportBlock } from './report.ts';
import type { ReportInput } from './report-input.ts';
import { accountingPart } from './sections/accounting.ts';
import { aggressivenessPart } from './sections/aggressiveness.ts';
import { biomarkersPart } from './sections/biomarkers.ts';
import { boardPart } from './sections/board.ts';
import { evidencePart } from './sections/evidence.ts';
import { findingsPart } from './sections/findings.ts';
import { patientPart } from './sections/patient.ts';
import { sourcesPart } from './sections/sources.ts';
import { specimensPart } from './sections/specimens.ts';
import { statesPart } from './sections/states.ts';
import { treatmentsPart } from './sections/treatments.ts';
import { uncertainPart } from './sections/uncertain.ts';
import { elementsPart, verificationPart } from './sections/verification.ts';
import { inLanguage } from './translate.ts';

const sections: Readonly<Record<Exclude<Part, 'elements'>, (input: ReportInput) => ReportBlock[]>> = {
  patient: patientPart,
  specimens: specimensPart,
  states: statesPart,
  findings: findingsPart,
  biomarkers: biomarkersPart,
  aggressiveness: aggressivenessPart,
  treatments: treatmentsPart,
  evidence: evidencePart,
  board: boardPart,
  uncertain: uncertainPart,
  accounting: accountingPart,
  sources: sourcesPart,
  verification: verificationPart,
};

/**
 * The whole report in the language of its input: first pages, appendix, and what of R01 to R60 it holds. The list of
 * elements stays in English; the paper's own copy of it does not.
 */
export const composeReport = (input: ReportInput): DraftReport =>
  inLanguage(input.language ?? 'en', () => composed(input));

function composed(input: ReportInput): DraftReport {
  const { front, words } = composeFront(input);
  const body = (Object.keys(parts) as Part[])
    .filter((part) => part !== 'elements')
    .flatMap((part) => [heading(1, partTitle(part)), ...sections[part](input)]);
  const elements = completenessOf(input, [...front, ...body], words);
  return {
    reportId: input.reportId,
    elements,
    blocking: blockingElements(elements).length,
    warnings: warningElements(elements).length,
    front,
    appendix: [...body, heading(1, partTitle('elements')), ...elementsPart(elements)],
    frontWords: words,
    ...(input.language === undefined ? {} : { language: input.language }),
  };
}
