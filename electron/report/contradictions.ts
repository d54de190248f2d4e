/** One finding, one verdict (F029): a report whose sections contradict each other is not signed, whoever signs. */
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { lintProfile } from '../../shared/molecular/lint.ts';
import { lintOptions } from '../../shared/therapy/lint.ts';
import type { CaseDocuments } from '../documents.ts';

const SHOWN = 5;

/** @throws FaultError report-incomplete, naming the contradictions */
export function refuseContradictory({ profile, options }: Pick<CaseDocuments, 'profile' | 'options'>): void {
  const found = [...lintProfile(profile), ...lintOptions(options, profile)];
  if (found.length === 0) return;
  const more = found.length > SHOWN ? ` And ${found.length - SHOWN} more.` : '';
  throw new FaultError(
    fault(
      'report-incomplete',
      `The sections contradict each other: ${found.slice(0, SHOWN).join(' ')}${more}`,
      'Analyse the case again; if it stays, look at the source files for rows that tell of one change twice.',
      { field: 'contradictions' },
    ),
  );
}
