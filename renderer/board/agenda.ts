/** The agenda before the meeting: which cases, in which order, how each is treated, and what still waits. Pure. */
import { z } from 'zod';
import { type AgendaItem, budgetOf, Triage } from '../../shared/board/meeting.ts';
import type { CaseView } from '../../shared/contract.ts';
import type { CaseListing, CaseStatus } from '../../shared/vault/cases.ts';
import { openItems } from '../case/readiness.ts';
import { worklistOrder } from '../case/worklist.ts';

const AgendaRow = z.object({
  caseId: z.string(),
  triage: Triage,
  on: z.boolean(),
  /** Why it is taken though something waits; empty where nobody said so. */
  override: z.string().max(300),
});
export type AgendaRow = z.infer<typeof AgendaRow>;
const AgendaRows = z.array(AgendaRow);

export const parseAgenda = (kept: unknown): AgendaRow[] | undefined => AgendaRows.safeParse(kept).data;

const isOver: ReadonlySet<CaseStatus> = new Set(['signed', 'closed']);

/** The kept agenda over the cases there are now: new ones come last, erased ones go. */
export function agendaOf(kept: readonly AgendaRow[], cases: readonly CaseListing[]): AgendaRow[] {
  const held = worklistOrder(cases);
  const ids = new Set<string>(held.map(({ caseId }) => caseId));
  const known = new Set(kept.map(({ caseId }) => caseId));
  return [
    ...kept.filter(({ caseId }) => ids.has(caseId)),
    ...held
      .filter(({ caseId }) => !known.has(caseId))
      .map(({ caseId, status }) => ({
        caseId,
        triage: status === 'decided' ? ('protocol' as const) : ('full' as const),
        on: !isOver.has(status),
        override: '',
      })),
  ];
}

/** One place up or down; at either end nothing moves. */
export function moved(rows: readonly AgendaRow[], caseId: string, step: 1 | -1): AgendaRow[] {
  const from = rows.findIndex((row) => row.caseId === caseId);
  const row = rows[from];
  const other = rows[from + step];
  if (row === undefined || other === undefined) return [...rows];
  return rows.map((one) => (one === row ? other : one === other ? row : one));
}

/** What should be there before this case is discussed. Only what is read out needs its decision beforehand. */
export const waitsFor = (view: CaseView, triage: Triage): string[] =>
  openItems(view)
    .filter(({ step }) => step !== 'decision' || triage === 'protocol')
    .map(({ text }) => text);

/** Seconds planned for all that is on. */
export const plannedSeconds = (rows: readonly AgendaRow[]): number =>
  rows.filter(({ on }) => on).reduce((sum, { triage }) => sum + budgetOf(triage), 0);

/** The agenda as it is opened. */
export const agendaItems = (rows: readonly AgendaRow[], cases: readonly CaseListing[]): AgendaItem[] =>
  rows.flatMap(({ caseId, triage, on, override }) => {
    const listing = cases.find((one) => one.caseId === caseId);
    if (!on || listing === undefined) return [];
    const said = override.trim();
    return [{ caseId: listing.caseId, triage, ...(said === '' ? {} : { override: said }) }];
  });
