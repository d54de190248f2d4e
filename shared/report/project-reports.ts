/** The reports of a case are a projection of its journal: signed, signed by further people, amended. */
import { z } from 'zod';
import type { JournalEvent } from '../vault/events.ts';
import { type OpenAmendment, SignedReportRecord } from './report.ts';

const Signed = z.object({ report: SignedReportRecord });
const Opened = z.object({ reason: z.string() });

export interface CaseReports {
  /** The report in force; undefined before the first signature and while an amendment is open. */
  readonly report: SignedReportRecord | undefined;
  /** Reports that another took the place of, or is about to, oldest first. Each stays as it was signed. */
  readonly former: readonly SignedReportRecord[];
  readonly amendment: OpenAmendment | undefined;
}

type ReportEvent = Pick<JournalEvent, 'sequence' | 'time' | 'actor' | 'type' | 'payload' | 'erased'>;

/** @throws ZodError where a payload that is there is not what the report room writes */
export function projectReports(events: readonly ReportEvent[]): CaseReports {
  const former: SignedReportRecord[] = [];
  let report: SignedReportRecord | undefined;
  let amendment: OpenAmendment | undefined;
  for (const event of [...events].sort((a, b) => a.sequence - b.sequence)) {
    if (event.erased) continue;
    if (event.type === 'report.signed' || event.type === 'report.countersigned') {
      report = Signed.parse(event.payload).report;
      amendment = undefined;
    } else if (event.type === 'amendment.opened' && report !== undefined) {
      amendment = { reason: Opened.parse(event.payload).reason, openedAt: event.time, openedBy: event.actor };
      former.push(report);
      report = undefined;
    }
  }
  return { report, former, amendment };
}
