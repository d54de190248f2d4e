/** A meeting: which cases in which order, what stands on the wall, and where the minutes went. Pure; no clock is read here. */
import { z } from 'zod';
import { CaseId } from '../foundation/ids.ts';

/** What the audience sees of a case, B1 to B7, in the order of the talk. The clock counts them as phases. */
export const MeetingSlide = z.enum(['story', 'timeline', 'findings', 'integration', 'options', 'vote', 'decision']);
export type MeetingSlide = z.infer<typeof MeetingSlide>;

/** Full: discussed whole. Fast-track: question, findings, options, decision. Protocol: read out, not discussed. */
export const Triage = z.enum(['full', 'fast-track', 'protocol']);
export type Triage = z.infer<typeof Triage>;

/** Seconds planned for each phase; a phase that is not named is passed over. Full makes 6:30, fast-track 1:30. */
const budgets: Record<Triage, Partial<Record<MeetingSlide, number>>> = {
  full: { story: 20, timeline: 50, findings: 60, integration: 40, options: 90, vote: 60, decision: 70 },
  'fast-track': { story: 15, findings: 20, options: 30, decision: 25 },
  protocol: { decision: 30 },
};

export const slidesOf = (triage: Triage): MeetingSlide[] =>
  MeetingSlide.options.filter((slide) => budgets[triage][slide] !== undefined);

/** Seconds planned for a phase of a case; 0 where the triage passes it over. */
export const budgetOfSlide = (triage: Triage, slide: MeetingSlide): number => budgets[triage][slide] ?? 0;

/** Seconds planned for a case. */
export const budgetOf = (triage: Triage): number =>
  slidesOf(triage).reduce((sum, slide) => sum + budgetOfSlide(triage, slide), 0);

export const AgendaItem = z.object({
  caseId: CaseId,
  triage: Triage,
  /** Why a case that is not ready is discussed all the same. Who said so is the actor of the journal's entry. */
  override: z.string().min(1).max(300).optional(),
});
export type AgendaItem = z.infer<typeof AgendaItem>;

export const Spent = z.object({
  caseId: CaseId,
  slide: MeetingSlide,
  milliseconds: z.number().nonnegative(),
});
export type Spent = z.infer<typeof Spent>;

/** A meeting under way, as the presenter's window keeps it. */
export const Meeting = z.object({
  meetingId: z.uuid(),
  openedAt: z.string(),
  agenda: z.array(AgendaItem).min(1).max(200),
  /** Place of the case on the wall in the agenda, from 0. */
  at: z.number().int().nonnegative(),
  slide: MeetingSlide,
  /** Of a list on the slide that does not fit at once, from 0. */
  page: z.number().int().nonnegative().default(0),
  /** The clock stands still. */
  held: z.boolean(),
  /** The audience sees a dark screen. */
  blank: z.boolean(),
  spent: z.array(Spent),
});
export type Meeting = z.infer<typeof Meeting>;

/** The first slide that a case of this triage has. */
const firstSlide = (triage: Triage): MeetingSlide => slidesOf(triage)[0] ?? 'story';

export function beginMeeting(meetingId: string, openedAt: string, agenda: readonly AgendaItem[]): Meeting {
  const [first] = agenda;
  if (first === undefined) throw new Error('a meeting without a case is not opened');
  return {
    meetingId,
    openedAt,
    agenda: [...agenda],
    at: 0,
    slide: firstSlide(first.triage),
    page: 0,
    held: false,
    blank: false,
    spent: [],
  };
}

/** The case on the wall. */
export const currentItem = (meeting: Meeting): AgendaItem => {
  const item = meeting.agenda[meeting.at] ?? meeting.agenda.at(-1);
  if (item === undefined) throw new Error('a meeting has at least one case');
  return item;
};

/** Any slide can be shown, also one that the triage passes over: somebody always asks. */
export const showSlide = (meeting: Meeting, slide: MeetingSlide): Meeting => ({
  ...meeting,
  slide,
  page: 0,
  blank: false,
});

/** The next page of the slide's list, or the one before; which pages there are is known to what draws them. */
export const turnPage = (meeting: Meeting, step: 1 | -1): Meeting => ({
  ...meeting,
  page: Math.max(0, meeting.page + step),
  blank: false,
});

/** To another case by its place, on its first slide; outside the agenda nothing changes. */
export function showCase(meeting: Meeting, at: number): Meeting {
  const item = meeting.agenda[at];
  return item === undefined ? meeting : { ...meeting, at, slide: firstSlide(item.triage), page: 0, blank: false };
}

/** The next phase of this case; after its last one the next case. At the very end nothing changes. */
export function nextStep(meeting: Meeting): Meeting {
  const slides = MeetingSlide.options;
  const own = slidesOf(currentItem(meeting).triage);
  const next = own.find((slide) => slides.indexOf(slide) > slides.indexOf(meeting.slide));
  return next === undefined ? showCase(meeting, meeting.at + 1) : showSlide(meeting, next);
}

/** The phase before; at the first one nothing changes. */
export function previousStep(meeting: Meeting): Meeting {
  const slides = MeetingSlide.options;
  const own = slidesOf(currentItem(meeting).triage);
  const before = own.findLast((slide) => slides.indexOf(slide) < slides.indexOf(meeting.slide));
  return before === undefined ? meeting : showSlide(meeting, before);
}

/**
 * Counts time for what is on the wall, unless the clock is held. Elapsed time must come from a clock that is never set
 * back; a step that is negative or no number counts nothing.
 */
export function spend(meeting: Meeting, milliseconds: number): Meeting {
  if (meeting.held || !(milliseconds > 0) || !Number.isFinite(milliseconds)) return meeting;
  const { caseId } = currentItem(meeting);
  const { slide } = meeting;
  const here = (one: Spent) => one.caseId === caseId && one.slide === slide;
  const spent = meeting.spent.some(here)
    ? meeting.spent.map((one) => (here(one) ? { ...one, milliseconds: one.milliseconds + milliseconds } : one))
    : [...meeting.spent, { caseId, slide, milliseconds }];
  return { ...meeting, spent };
}

/** Milliseconds counted for a case, or for one phase of it. */
export const spentOn = (spent: readonly Spent[], caseId: string, slide?: MeetingSlide): number =>
  spent
    .filter((one) => one.caseId === caseId && (slide === undefined || one.slide === slide))
    .reduce((sum, { milliseconds }) => sum + milliseconds, 0);

/** How a case kept to its time: within a fifth of the plan, over, under, or not reached. */
export type Kept = 'within' | 'over' | 'under' | 'not-reached';

export interface CaseMinutes {
  readonly item: AgendaItem;
  readonly milliseconds: number;
  readonly budgetMilliseconds: number;
  readonly kept: Kept;
}

const TOLERANCE = 0.2;

/** One row per case of the agenda, in its order. */
export const caseMinutes = ({ agenda, spent }: Pick<Meeting, 'agenda' | 'spent'>): CaseMinutes[] =>
  agenda.map((item) => {
    const milliseconds = spentOn(spent, item.caseId);
    const budgetMilliseconds = budgetOf(item.triage) * 1000;
    const share = milliseconds / budgetMilliseconds;
    const kept =
      milliseconds === 0 ? 'not-reached' : share > 1 + TOLERANCE ? 'over' : share < 1 - TOLERANCE ? 'under' : 'within';
    return { item, milliseconds, budgetMilliseconds, kept };
  });

/** What the journal is told when a meeting opens. */
export const MeetingOpening = Meeting.pick({ meetingId: true, agenda: true });
/** And when it closes: where the minutes went. */
export const MeetingClosing = Meeting.pick({ meetingId: true, spent: true });

/** Minutes and seconds: 90 500 ms is "1:30"; nobody is charged a second before it has passed. */
export const clockWords = (milliseconds: number): string => {
  const seconds = Math.floor(Math.max(0, milliseconds) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};
