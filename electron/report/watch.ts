/** Signed reports watched (F099): what each would say today, with the packs and models that are here now. */
import { FaultError, faultFrom } from '../../shared/foundation/fault.ts';
import { differencesOf } from '../../shared/report/difference.ts';
import type { WatchedReport } from '../../shared/report/report.ts';
import type { ReportInput } from '../../shared/report/report-input.ts';
import type { CaseDocuments } from '../documents.ts';
import { restoreReport } from './open.ts';

/** Analyses again what a report rests on. `from` says how far back it went: to the files, or to what was read of them. */
export type Reanalyse = (
  input: ReportInput,
) => Promise<{ readonly documents: CaseDocuments; readonly from: WatchedReport['from'] }>;

/** Packs and models as the documents cite them, for a comparison that names what is new. */
const sourcesOf = ({ profile, predictions }: Pick<CaseDocuments, 'profile' | 'predictions'>): Map<string, string> =>
  new Map([
    ...profile.packs.map(({ id, version, manifestSha256 }) => [`pack ${id}`, `${version} ${manifestSha256}`] as const),
    ...predictions.models.map(({ id, version, sha256 }) => [`model ${id}`, `${version} ${sha256}`] as const),
  ]);

function changedSources(before: ReportInput, after: CaseDocuments): string[] {
  const [old, fresh] = [sourcesOf(before), sourcesOf(after)];
  const shown = (words: string | undefined): string => words?.replace(/ [0-9a-f]{64}$/, '') ?? 'none';
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .filter((name) => old.get(name) !== fresh.get(name))
    .map((name) => {
      const [was, is] = [shown(old.get(name)), shown(fresh.get(name))];
      return was === is ? `${name}: ${is}, other content` : `${name}: ${was} → ${is}`;
    });
}

/**
 * One signed report, whose signature was found to hold, against today. The decision is the board's and is not compared.
 * A report that cannot be compared is said to be so: never "unchanged".
 */
export async function watchReport(bytes: Uint8Array, reanalyse: Reanalyse): Promise<Omit<WatchedReport, 'signedAt'>> {
  let before: ReportInput | undefined;
  try {
    before = restoreReport(bytes).input;
    const { documents, from } = await reanalyse(before);
    const differences = differencesOf(
      { record: before.record, profile: before.profile, predictions: before.predictions, options: before.options },
      documents,
    );
    return {
      caseId: before.record.caseId,
      reportId: before.reportId,
      state: differences.length === 0 ? 'unchanged' : 'would-change',
      from,
      sources: changedSources(before, documents),
      differences,
    };
  } catch (error) {
    if (error instanceof FaultError && error.fault.code === 'cancelled') throw error;
    const { message, remedy } = faultFrom(error);
    return {
      caseId: before?.record.caseId ?? 'not known',
      reportId: before?.reportId ?? 'not known',
      state: 'not-compared',
      reason: `${message} ${remedy}`,
      sources: [],
      differences: [],
    };
  }
}
