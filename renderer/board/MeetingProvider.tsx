import { useMutation } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from 'react';
import { Attendance, nobody } from '../../shared/board/attendance.ts';
import { type AgendaItem, beginMeeting, currentItem, Meeting, spend } from '../../shared/board/meeting.ts';
import type { Fault } from '../../shared/foundation/fault.ts';
import { faultOf } from '../app/fault.ts';
import { useHouse } from '../app/house.ts';
import { useCases, usePeople } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { useDraft } from '../store/drafts.ts';
import { useLayout } from '../store/layout.ts';
import { useAudience } from './audience-link.ts';
import { seated } from './ballot.ts';

interface MeetingRoom {
  /** False until a kept meeting was looked for. */
  readonly ready: boolean;
  readonly meeting: Meeting | undefined;
  /** The last meeting that was closed here, for its summary. */
  readonly last: Meeting | undefined;
  readonly audience: boolean;
  /** The wall shows less at once. */
  readonly smallWall: boolean;
  /** One window shows the slide and nothing else. */
  readonly alone: boolean;
  readonly setAlone: (alone: boolean) => void;
  readonly open: (agenda: readonly AgendaItem[]) => void;
  readonly act: (change: (meeting: Meeting) => Meeting) => void;
  readonly close: () => void;
  readonly forget: () => void;
  /** Who sits at the table; kept from meeting to meeting. */
  readonly attendance: Attendance;
  readonly setAttendance: (attendance: Attendance) => void;
  readonly busy: boolean;
  readonly fault: Fault | undefined;
}

const MeetingContext = createContext<MeetingRoom | undefined>(undefined);

export function useMeeting(): MeetingRoom {
  const room = useContext(MeetingContext);
  if (room === undefined) throw new Error('no MeetingProvider above');
  return room;
}

/** A meeting that was kept comes back on hold: nobody can say what happened while the window was gone. */
function parseMeeting(kept: unknown): Meeting | undefined {
  const meeting = Meeting.safeParse(kept).data;
  return meeting === undefined ? undefined : { ...meeting, held: true };
}

const isMeetingOrNothing = (kept: unknown): kept is Meeting | null => kept === null || Meeting.safeParse(kept).success;

const isAttendance = (kept: unknown): kept is Attendance => Attendance.safeParse(kept).success;

const TICK_MILLISECONDS = 500;

/** Holds the meeting above all screens: the clock runs and the wall stands while the presenter looks something up. */
export function MeetingProvider({ children }: { children: ReactNode }) {
  const { client } = useWorkstation();
  const house = useHouse();
  const cases = useCases();
  const draft = useDraft<Meeting | undefined>('meeting', undefined, parseMeeting);
  const [last, setLast] = useLayout<Meeting | null>('meeting-last', null, isMeetingOrNothing);
  const [kept, setKept] = useLayout<Attendance>('attendance', nobody, isAttendance);
  const people = usePeople();
  const attendance = seated(kept, people.data ?? []);
  const [alone, setAlone] = useState(false);
  const meeting = draft.value;
  const { change } = draft;

  // Of the page's own clock, which nobody sets back. Every change first counts the time up to itself.
  const counted = useRef(performance.now());
  const act = useCallback(
    (alter: (meeting: Meeting) => Meeting) => {
      const now = performance.now();
      const elapsed = now - counted.current;
      counted.current = now;
      change((before) => (before === undefined ? before : alter(spend(before, elapsed))));
    },
    [change],
  );
  const running = meeting !== undefined && !meeting.held;
  useEffect(() => {
    if (!running) return;
    const timer = window.setInterval(() => act((same) => same), TICK_MILLISECONDS);
    return () => window.clearInterval(timer);
  }, [running, act]);

  const opening = useMutation({
    mutationFn: async (agenda: readonly AgendaItem[]) => {
      const meetingId = crypto.randomUUID();
      const { openedAt } = await client.board.openMeeting({ meetingId, agenda: [...agenda] });
      if (attendance.people.length > 0) await client.board.recordAttendance({ meetingId, attendance });
      return beginMeeting(meetingId, openedAt, agenda);
    },
    onSuccess: async (begun) => {
      counted.current = performance.now();
      change(begun);
      // Taking a case that was not ready is an entry of that case: its version is another one now.
      await cases.refetch();
    },
  });
  const closing = useMutation({
    mutationFn: async ({ meetingId, spent }: Meeting) => client.board.closeMeeting({ meetingId, spent }),
    onSuccess: async (_, closed) => {
      setLast(closed);
      setAlone(false);
      await draft.drop();
    },
  });

  const attending = useMutation({
    mutationFn: async (now: Attendance) => {
      setKept(now);
      if (meeting !== undefined) await client.board.recordAttendance({ meetingId: meeting.meetingId, attendance: now });
    },
  });

  const listing =
    meeting === undefined ? undefined : cases.data?.find((one) => one.caseId === currentItem(meeting).caseId);
  const following = meeting?.agenda[meeting.at + 1]?.caseId;
  const audience = useAudience(
    meeting === undefined || listing === undefined
      ? null
      : {
          caseId: listing.caseId,
          version: listing.version,
          slide: meeting.slide,
          page: meeting.page,
          blank: meeting.blank,
          ...(following === undefined ? {} : { next: following }),
        },
    () => {
      // What was on the wall may now be this very window: nothing of a case is shown before somebody says so.
      if (meeting !== undefined) house.raiseCurtain();
    },
  );

  const failed = opening.error ?? closing.error ?? attending.error;
  return (
    <MeetingContext
      value={{
        ready: draft.ready,
        meeting,
        last: last ?? undefined,
        audience: audience.present,
        smallWall: audience.small,
        alone,
        setAlone,
        open: (agenda) => opening.mutate(agenda),
        act,
        close: () => {
          if (meeting !== undefined) closing.mutate(meeting);
        },
        forget: () => setLast(null),
        attendance,
        setAttendance: (now) => attending.mutate(now),
        busy: opening.isPending || closing.isPending,
        fault: failed === null ? undefined : faultOf(failed),
      }}
    >
      {children}
    </MeetingContext>
  );
}
