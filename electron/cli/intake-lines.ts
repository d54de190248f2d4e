import type { AssayedState, IntakeDocument } from '../../shared/case/intake.ts';
import { describeFault } from '../../shared/foundation/fault.ts';

const stateWords: Record<AssayedState, string> = {
  detected: 'detected',
  'tested-not-detected': 'tested, not detected',
  'failed-qc': 'failed QC',
  'not-assayed': 'not assayed',
};

/** What intake understood, refused, asks and counted, in lines for a terminal. */
export function intakeLines(read: IntakeDocument): string[] {
  const lines: string[] = [];
  for (const one of read.understandings) {
    const facts = [
      one.format,
      one.genomeBuild,
      one.caller === undefined ? undefined : `caller ${one.caller}`,
      one.alleleFractionFrom === undefined ? undefined : `allele fraction from ${one.alleleFractionFrom}`,
      one.depthFrom === undefined ? undefined : `depth from ${one.depthFrom}`,
      one.tumorSample === undefined ? undefined : `tumor sample ${one.tumorSample}`,
      one.annotationFrom === undefined ? undefined : `annotated by ${one.annotationFrom}`,
      `${one.rows} rows`,
    ];
    lines.push(`${one.file}: ${facts.filter((fact) => fact !== undefined).join(', ')}`);
  }
  for (const { file, fault } of read.refusals) lines.push(`REFUSED ${file}: ${describeFault(fault)}`);
  for (const { file, question, choices } of read.questions)
    lines.push(`QUESTION ${file}: ${question} [${choices.join(' | ')}]`);
  for (const { file, message } of read.warnings)
    lines.push(`WARNING ${file === undefined ? '' : `${file}: `}${message}`);
  for (const account of read.accounting) {
    const parts = [...account.collapsed, ...account.filtered].map(({ rule, count }) => `${count} ${rule}`);
    lines.push(
      `${account.file}: ${account.rowsIn} rows, ${account.allelesIn} alleles = ${account.shown} shown${parts.map((part) => ` + ${part}`).join('')}`,
    );
  }
  const { entries, defaults } = read.ledger;
  lines.push(`Ledger: ${entries.length} genes named; for any other gene:`);
  for (const [modality, { state, reason }] of Object.entries(defaults))
    lines.push(`  ${modality}: ${stateWords[state]}${reason === undefined ? '' : ` (${reason})`}`);
  return lines;
}
