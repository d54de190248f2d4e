/** After the meeting: what was promised, what came of it, and the minutes on paper (F081, F083, F123). */
import { z } from 'zod';
import { Attendance, nobody } from '../../shared/board/attendance.ts';
import type { BoardRecord } from '../../shared/board/board-record.ts';
import { type ActionRow, actionOrder, actionsOf, type FollowUp } from '../../shared/board/follow-up.ts';
import { MeetingClosing, MeetingOpening } from '../../shared/board/meeting.ts';
import type { Minutes } from '../../shared/board/minutes.ts';
import type { FileTicket } from '../../shared/contract.ts';
import type { CaseId } from '../../shared/foundation/ids.ts';
import { type BoardRoom, refuse } from './needs.ts';

const OfMeeting = z.looseObject({ meetingId: z.string() });
const Recorded = z.object({ meetingId: z.string(), attendance: Attendance });

export function afterDesk({ vault, cases, record, tickets, printMinutes }: BoardRoom) {
  return {
    /** A signed case too: what came of a decision is known long after the signature. @throws FaultError not-found */
    recordFollowUp({ caseId, followUp }: { caseId: CaseId; followUp: FollowUp }): BoardRecord {
      const { decision } = record(caseId);
      if (decision === undefined)
        return refuse('not-found', 'This case has no decision to follow up.', 'Record the decision first.');
      const beyond = followUp.actionsDone.some((place) => place >= decision.actions.length);
      if (beyond)
        refuse('field-invalid', 'An action that is not in the decision cannot be done.', 'Look at the actions again.', {
          field: 'actionsDone',
        });
      vault().append({ actor: vault().user.userId, caseId, type: 'follow-up.recorded', payload: followUp });
      return record(caseId);
    },

    /** Every action of every decided case, and the follow-ups that are due; open ones first. */
    actions: (): ActionRow[] =>
      cases
        .list()
        .filter(({ status }) => status !== 'erased')
        .flatMap((listing) => {
          const { decision, followUps = [] } = record(listing.caseId);
          return decision === undefined ? [] : actionsOf(listing, decision, followUps);
        })
        .sort(actionOrder),

    /** The minutes of a meeting as PDF, from the journal alone. @throws FaultError not-found */
    async minutes({ meetingId }: { meetingId: string }): Promise<FileTicket> {
      const events = vault()
        .read({ types: ['meeting.opened', 'meeting.closed', 'attendance.recorded'] })
        .filter(({ caseId }) => caseId === null);
      const ofMeeting = events.filter(({ payload }) => OfMeeting.safeParse(payload).data?.meetingId === meetingId);
      const opened = ofMeeting.find(({ type }) => type === 'meeting.opened');
      const closed = ofMeeting.find(({ type }) => type === 'meeting.closed');
      if (opened === undefined)
        return refuse('not-found', 'There is no such meeting in the journal.', 'Choose one that was held.');
      const { agenda } = MeetingOpening.parse(opened.payload);
      const spent = closed === undefined ? [] : MeetingClosing.parse(closed.payload).spent;
      const seated = ofMeeting.filter(({ type }) => type === 'attendance.recorded').at(-1);
      const attendance = seated === undefined ? nobody : Recorded.parse(seated.payload).attendance;
      const minutes: Minutes = {
        meetingId,
        boardName: vault().boardName(),
        openedAt: opened.time,
        ...(closed === undefined ? {} : { closedAt: closed.time }),
        attendance,
        cases: agenda.map((item) => {
          const listing = cases.list().find(({ caseId }) => caseId === item.caseId);
          const erased = listing === undefined || listing.status === 'erased';
          const { decision } = erased ? {} : record(item.caseId);
          const own = decision !== undefined && decision.decidedAt >= opened.time ? decision : undefined;
          return {
            pseudonym: erased ? 'erased case' : listing.pseudonym,
            question: erased ? undefined : (listing.question ?? undefined),
            triage: item.triage,
            milliseconds: spent
              .filter(({ caseId }) => caseId === item.caseId)
              .reduce((sum, { milliseconds }) => sum + milliseconds, 0),
            ...(own === undefined || (closed !== undefined && own.decidedAt > closed.time) ? {} : { decision: own }),
          };
        }),
      };
      const bytes = await printMinutes(minutes);
      vault().append({
        actor: vault().user.userId,
        caseId: null,
        type: 'minutes.printed',
        payload: { meetingId },
      });
      return tickets.offerDownload({
        fileName: `minutes-${opened.time.slice(0, 10)}.pdf`,
        mediaType: 'application/pdf',
        bytes,
      });
    },
  };
}
