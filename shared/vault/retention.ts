/**
 * How long a board keeps its cases (F105): periods set by the site, counted from entries of the journal, and judged so that
 * a clock that was set back or ahead makes no case due, or undue, without a word.
 */
import { z } from 'zod';
import { CaseId, UserId } from '../foundation/ids.ts';
import { CaseStatus } from './cases.ts';
import { type EventType, isAct } from './events.ts';
import { ErasureReason, type RetentionGroup, RetentionRules, RetentionStart } from './retention-rules.ts';

const groups: Readonly<Record<CaseStatus, RetentionGroup | undefined>> = {
  imported: 'unfinished',
  analyzed: 'unfinished',
  'in-review': 'unfinished',
  decided: 'decided',
  amending: 'decided',
  signed: 'signed',
  closed: 'signed',
  erased: undefined,
};
/** Undefined for an erased case: nothing of it is kept. */
export const retentionGroup = (status: CaseStatus): RetentionGroup | undefined => groups[status];

/** When something happened: as its entry says, and the latest time that the journal had reached by then. */
export interface Anchor {
  readonly time: string;
  readonly latest: string;
}

export interface CaseActs {
  readonly lastAct: Anchor;
  readonly decision?: Anchor | undefined;
}

/** A day: clocks that are corrected by less change no period counted in years. */
const TOLERANCE = 86_400_000;
/** Without a single entry for longer than this, a date that moved ahead is worth a look. */
const LONG_PAUSE = 31 * TOLERANCE;

export const ClockStep = z.object({
  /** The entry that was written with the earlier time. */
  sequence: z.number().int().positive(),
  from: z.string(),
  to: z.string(),
});
export type ClockStep = z.infer<typeof ClockStep>;

/** What the entries of a journal, in their order, say of cases and of the clock. */
export interface RetentionReading {
  readonly acts: ReadonlyMap<CaseId, CaseActs>;
  /** The latest time in the journal; empty where there is no entry. */
  readonly latest: string;
  /** Each place where the time went back by more than a day. */
  readonly stepsBack: readonly ClockStep[];
  /** Each stretch of more than a month without an entry. */
  readonly pauses: readonly ClockStep[];
}

interface Line {
  readonly sequence: number;
  readonly time: string;
  readonly caseId: CaseId | null;
  readonly type: EventType;
}

/** Takes entries one by one, in the order of the journal. */
export function readRetention() {
  const acts = new Map<CaseId, CaseActs>();
  const stepsBack: ClockStep[] = [];
  const pauses: ClockStep[] = [];
  let latest = '';
  let previous = '';
  return {
    take({ sequence, time, caseId, type }: Line): void {
      if (previous !== '') {
        const moved = Date.parse(time) - Date.parse(previous);
        if (moved < -TOLERANCE) stepsBack.push({ sequence, from: previous, to: time });
        else if (moved > LONG_PAUSE) pauses.push({ sequence, from: previous, to: time });
      }
      previous = time;
      latest = later(latest, time);
      if (caseId === null || !isAct(type)) return;
      const anchor = { time, latest };
      const before = acts.get(caseId)?.decision;
      const decision = type === 'decision.recorded' ? anchor : before;
      acts.set(caseId, decision === undefined ? { lastAct: anchor } : { lastAct: anchor, decision });
    },
    done: (): RetentionReading => ({ acts, latest, stepsBack, pauses }),
  };
}

/** Times are ISO 8601 in UTC: they order as texts do. */
const later = (a: string, b: string): string => (a < b ? b : a);

/** The same day so many years later; 29 February becomes 1 March, never the day before. */
export function yearsAfter(time: string, years: number): string {
  const date = new Date(time);
  date.setUTCFullYear(date.getUTCFullYear() + years);
  return date.toISOString();
}

export const RetentionStanding = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('no-rule') }),
  z.object({
    /** `due`: by every clock. `unclear`: by one of them; a second person has to say so. */
    kind: z.enum(['kept', 'due', 'unclear']),
    from: RetentionStart,
    years: z.number().int(),
    since: z.string(),
    /** By the later of the times where clocks disagree. */
    until: z.string(),
    /** It came due in a stretch without a single entry: the date of the station is worth a look. */
    inPause: z.boolean(),
  }),
]);
export type RetentionStanding = z.infer<typeof RetentionStanding>;

/**
 * How a case stands. It is due only when the strictest reading says so (period from the latest time that the journal knew,
 * held against the station's clock) and kept only when the most generous one does (from the time of the entry itself,
 * against the later of clock and journal). In between it is `unclear`, and is told so.
 * @param clock.now ISO 8601 from the station; `latest`, the latest time in the journal
 */
export function standingOf(
  status: CaseStatus,
  acts: CaseActs | undefined,
  rules: RetentionRules | null,
  clock: { readonly now: string; readonly latest: string; readonly pauses?: readonly ClockStep[] },
): RetentionStanding {
  const group = retentionGroup(status);
  const period = group === undefined ? undefined : rules?.[group];
  if (period === undefined || period.years === null || acts === undefined) return { kind: 'no-rule' };
  const from = period.from === 'decision' && acts.decision !== undefined ? 'decision' : 'last-act';
  const anchor = (from === 'decision' ? acts.decision : undefined) ?? acts.lastAct;
  const strict = yearsAfter(anchor.latest, period.years);
  const generous = yearsAfter(anchor.time, period.years);
  const kind = clock.now >= strict ? 'due' : later(clock.now, clock.latest) < generous ? 'kept' : 'unclear';
  const inPause = kind === 'due' && (clock.pauses ?? []).some((pause) => pause.from < strict && strict <= pause.to);
  return { kind, from, years: period.years, since: anchor.time, until: strict, inPause };
}

/** Whether the station's clock is behind what the journal has seen, by more than a day. */
export const isBehind = (now: string, latest: string): boolean =>
  latest !== '' && Date.parse(latest) - Date.parse(now) > TOLERANCE;

/** Whether one person alone may not erase: by the rules, or because the clocks do not agree that the period has ended. */
export const needsSecondPerson = (twoPersons: boolean, reason: string, standing: RetentionStanding): boolean =>
  twoPersons || (reason === 'retention-ended' && standing.kind === 'unclear');

export const ErasureProposal = z.object({
  caseId: CaseId,
  by: UserId,
  byName: z.string(),
  at: z.string(),
  reason: ErasureReason,
});
export type ErasureProposal = z.infer<typeof ErasureProposal>;

export const RetentionCase = z.object({
  caseId: CaseId,
  status: CaseStatus,
  standing: RetentionStanding,
  /** Why it must not be erased, where it is under legal hold. */
  hold: z.string().nullable(),
  proposal: ErasureProposal.nullable(),
});
export type RetentionCase = z.infer<typeof RetentionCase>;

const RetentionSetting = z.object({
  rules: RetentionRules,
  by: UserId,
  byName: z.string(),
  at: z.string(),
  reason: z.string(),
});

export const RetentionList = z.object({
  /** Null where the site has set none. */
  inForce: RetentionSetting.nullable(),
  /** A change that a second admin has to agree to. */
  proposed: RetentionSetting.nullable(),
  /** The station's clock when this was judged. */
  judgedAt: z.string(),
  clock: z.object({
    /** The latest time that the journal knew before it was judged. */
    latest: z.string(),
    isBehind: z.boolean(),
    stepsBack: z.array(ClockStep),
    pauses: z.array(ClockStep),
  }),
  /** Of every case that is not erased. */
  counts: z.object({
    due: z.number().int(),
    unclear: z.number().int(),
    kept: z.number().int(),
    'no-rule': z.number().int(),
    held: z.number().int(),
  }),
  /** Due and unclear ones first, then by the end of their period; no more than the limit. */
  cases: z.array(RetentionCase),
  /** Cases that the question was about, whatever the limit. */
  matching: z.number().int(),
});
export type RetentionList = z.infer<typeof RetentionList>;

export const RetentionQuery = z.object({
  /** Also cases whose period runs, or that no rule is about. */
  all: z.boolean().default(false),
  limit: z.number().int().min(1).max(10_000).default(200),
});
export type RetentionQuery = z.input<typeof RetentionQuery>;

export const SetRetentionInput = z.object({ rules: RetentionRules, reason: z.string().trim().min(3).max(300) });
export type SetRetentionInput = z.infer<typeof SetRetentionInput>;

export const ProposeErasureInput = z.object({ caseId: CaseId, reason: ErasureReason });
export type ProposeErasureInput = z.infer<typeof ProposeErasureInput>;

/** What an erasure would take, and what stands in its way; nothing is changed by asking. */
export const ErasurePreview = RetentionCase.extend({
  entries: z.number().int(),
  documents: z.number().int(),
  signedReports: z.number().int(),
  files: z.number().int(),
  bytes: z.number().int(),
  /** Backup folders that the erasure reaches at once, and those that are not there now and follow with their next backup. */
  backups: z.object({ reached: z.number().int(), later: z.number().int() }),
  /** By the rules of the site, one admin proposes and another erases. */
  twoPersons: z.boolean(),
});
export type ErasurePreview = z.infer<typeof ErasurePreview>;
