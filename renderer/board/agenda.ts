/** The agenda before the meeting: which cases, in which order, how each is treated, and what still waits. Pure. */
import { z } from 'zod';
import type { FreezeItem, FrozenRow } from '../../shared/board/frozen.ts';
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
  /** Who sees to what waits, and by when; empty where nobody said so. */
  owner: z.string().max(120).default(''),
  due: z.string().max(10).default(''),
  /** Version of the case when the agenda was frozen; absent while it is not. */
  frozen: z.number().int().optional(),
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
        owner: '',
        due: '',
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

/** A row dragged onto another takes its place; those between move up or down by one. */
export function movedOnto(rows: readonly AgendaRow[], caseId: string, onto: string): AgendaRow[] {
  const to = rows.findIndex((row) => row.caseId === onto);
  const row = rows.find((one) => one.caseId === caseId);
  return row === undefined || to === -1 ? [...rows] : rows.filter((one) => one !== row).toSpliced(to, 0, row);
}

/** Fixes the cases that are on as they stand, or lets them go again; what changes after that is seen. */
export function frozenAt(rows: readonly AgendaRow[], cases: readonly CaseListing[]): AgendaRow[] {
  const freezes = rows.some(({ on, frozen }) => on && frozen === undefined);
  return rows.map(({ frozen: _frozen, ...row }) => {
    const version = cases.find(({ caseId }) => caseId === row.caseId)?.version;
    return freezes && row.on && version !== undefined ? { ...row, frozen: version } : row;
  });
}

/** "Dr. Ada by 2026-11-27", and whether that day has passed. */
export function seenTo(
  { owner, due }: Pick<AgendaRow, 'owner' | 'due'>,
  today: string,
): { words: string; late: boolean } {
  const words = [owner.trim(), due === '' ? '' : `by ${due}`].filter((part) => part !== '').join(' ');
  return { words, late: due !== '' && due < today };
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

/** The agenda as it leaves in a file: with who sees to what, and by when. */
export const freezeItems = (rows: readonly AgendaRow[], cases: readonly CaseListing[]): FreezeItem[] =>
  agendaItems(rows, cases).map((item) => {
    const { owner = '', due = '' } = rows.find(({ caseId }) => caseId === item.caseId) ?? {};
    return { ...item, owner: owner.trim(), due };
  });

/** The agenda of a file in its order, over what was kept; what the file does not name is off and comes last. */
export function fromFrozen(rows: readonly FrozenRow[], kept: readonly AgendaRow[]): AgendaRow[] {
  const named = new Set<string>(rows.map(({ caseId }) => caseId));
  return [
    ...rows
      .filter(({ state }) => state !== 'erased')
      .map(({ caseId, triage, override = '', owner, due }) => ({ caseId, triage, on: true, override, owner, due })),
    ...kept.filter(({ caseId }) => !named.has(caseId)).map((row) => ({ ...row, on: false })),
  ];
}
