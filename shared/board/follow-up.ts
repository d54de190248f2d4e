/** After the meeting: was the decision carried out, why not, what came of it, and what is still to be done (F083, F123). */
import { z } from 'zod';
import type { EventType, JournalEvent } from '../vault/events.ts';

const Day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

/**
 * Why a recommendation was not carried out; a closed list, so that boards can be counted and compared. After the reasons
 * that published molecular boards report.
 */
export const NotCarriedOut = z.enum([
  'died',
  'condition-worsened',
  'patient-declined',
  'physician-chose-otherwise',
  'present-therapy-continued',
  'trial-not-open',
  'not-eligible',
  'drug-not-accessible',
  'costs-not-covered',
  'lost-to-follow-up',
]);
export type NotCarriedOut = z.infer<typeof NotCarriedOut>;

const FollowUpFields = z.object({
  followUpId: z.uuid(),
  /** The day the state was true. */
  on: Day,
  state: z.enum(['carried-out', 'in-part', 'not-carried-out', 'asked-unknown']),
  reason: NotCarriedOut.optional(),
  response: z.enum(['CR', 'PR', 'SD', 'PD', 'NE']).optional(),
  /** Highest grade of toxicity, CTCAE 1 to 5; 0: asked, none. Absent: not asked. */
  toxicityGrade: z.number().int().min(0).max(5).optional(),
  toxicity: z.string().max(300).optional(),
  note: z.string().max(1000).optional(),
  /** Places of the decision's actions that are done. */
  actionsDone: z.array(z.number().int().min(0)).max(50),
});

export const FollowUp = FollowUpFields.refine(
  ({ state, reason }) => state !== 'not-carried-out' || reason !== undefined,
  {
    path: ['reason'],
    message: 'a decision that was not carried out needs a reason of the list',
  },
);
export type FollowUp = z.infer<typeof FollowUp>;

export const RecordedFollowUp = z.object({
  entry: FollowUp,
  by: z.string(),
  at: z.string(),
  /** Decisions of the case recorded before it: 1 for the first decision's follow-up. */
  forDecision: z.number().int(),
});
export type RecordedFollowUp = z.infer<typeof RecordedFollowUp>;

type FollowUpEvent = Pick<JournalEvent, 'sequence' | 'time' | 'actor' | 'type' | 'payload' | 'erased'>;

/** What {@link projectFollowUps} looks at. */
export const FOLLOW_UP_EVENTS: readonly EventType[] = ['decision.recorded', 'follow-up.recorded'];

/** Oldest first, by sequence. @throws ZodError where a payload is not what the board writes */
export function projectFollowUps(events: readonly FollowUpEvent[]): RecordedFollowUp[] {
  const found: RecordedFollowUp[] = [];
  let decisions = 0;
  for (const event of [...events].sort((a, b) => a.sequence - b.sequence)) {
    if (event.erased) continue;
    if (event.type === 'decision.recorded') decisions += 1;
    if (event.type !== 'follow-up.recorded') continue;
    const entry = FollowUp.parse(event.payload);
    if (found.some((one) => one.entry.followUpId === entry.followUpId)) continue;
    found.push({ entry, by: event.actor, at: event.time, forDecision: decisions });
  }
  return found;
}

/** Days after the decision on which somebody asks (G31). */
export const FOLLOW_UP_DAYS = [30, 90] as const;

const DAY = 86_400_000;
const dayAfter = (iso: string, days: number): string =>
  new Date(Date.parse(`${iso.slice(0, 10)}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);

/** The day the next follow-up is due: 30, then 90 days after the decision; undefined once both were asked. */
export function nextFollowUp(decidedAt: string, asked: readonly Pick<FollowUp, 'on'>[]): string | undefined {
  const latest =
    asked
      .map(({ on }) => on)
      .sort()
      .at(-1) ?? '';
  return FOLLOW_UP_DAYS.map((days) => dayAfter(decidedAt, days)).find((due) => latest < due);
}

/** One thing somebody promised to do, with where it stands. */
export const ActionRow = z.object({
  caseId: z.string(),
  pseudonym: z.string(),
  decidedAt: z.string(),
  /** Place in the decision's list; -1: the follow-up itself. */
  place: z.number().int(),
  what: z.string(),
  owner: z.string(),
  due: z.string(),
  done: z.boolean(),
  /** What the latest follow-up of the decision said; absent before the first. */
  asked: FollowUpFields.pick({ on: true, state: true, reason: true }).optional(),
});
export type ActionRow = z.infer<typeof ActionRow>;

/** Whether somebody still has to do it: what belongs to a decision that was not carried out waits for nobody. */
export const isOpen = ({ done, place, asked }: ActionRow): boolean =>
  !done && (place === -1 || asked?.state !== 'not-carried-out');

/** Open first, then by due date, then by case: what is late stands on top. */
export const actionOrder = (a: ActionRow, b: ActionRow): number =>
  Number(isOpen(b)) - Number(isOpen(a)) ||
  (a.due < b.due
    ? -1
    : a.due > b.due
      ? 1
      : a.pseudonym < b.pseudonym
        ? -1
        : a.pseudonym > b.pseudonym
          ? 1
          : a.place - b.place);

/** The actions of one decided case; the follow-up that is due next is an action too. */
export function actionsOf(
  { caseId, pseudonym }: { caseId: string; pseudonym: string },
  decision: { decidedAt: string; actions: readonly { what: string; owner: string; due: string }[] },
  followUps: readonly RecordedFollowUp[],
): ActionRow[] {
  const decisions = Math.max(0, ...followUps.map(({ forDecision }) => forDecision));
  const own = followUps.filter(({ forDecision, at }) => forDecision === decisions && at >= decision.decidedAt);
  const done = new Set(own.flatMap(({ entry }) => entry.actionsDone));
  const latest = own.at(-1)?.entry;
  const row = {
    caseId,
    pseudonym,
    decidedAt: decision.decidedAt,
    ...(latest === undefined
      ? {}
      : {
          asked: {
            on: latest.on,
            state: latest.state,
            ...(latest.reason === undefined ? {} : { reason: latest.reason }),
          },
        }),
  };
  const due = nextFollowUp(
    decision.decidedAt,
    own.map(({ entry }) => entry),
  );
  return [
    ...decision.actions.map((action, place) => ({ ...row, ...action, place, done: done.has(place) })),
    ...(due === undefined
      ? []
      : [{ ...row, place: -1, what: 'Ask whether it was carried out', owner: '', due, done: false }]),
  ];
}
