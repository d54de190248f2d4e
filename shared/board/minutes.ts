/** What the minutes of a meeting are printed from (F083). */
import type { Attendance } from './attendance.ts';
import type { BoardRecord } from './board-record.ts';
import type { Triage } from './meeting.ts';

export interface Minutes {
  readonly meetingId: string;
  readonly boardName: string;
  readonly openedAt: string;
  /** Absent: the meeting was not closed. */
  readonly closedAt?: string;
  readonly attendance: Attendance;
  /** In the order of the agenda. */
  readonly cases: readonly {
    readonly pseudonym: string;
    readonly question: string | undefined;
    readonly triage: Triage;
    readonly milliseconds: number;
    /** Only a decision that was recorded in this meeting. */
    readonly decision?: NonNullable<BoardRecord['decision']>;
  }[];
}
