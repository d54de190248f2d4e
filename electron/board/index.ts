/** The board's work on the journal: reviews of findings, the decision, the meeting. */
import type { z } from 'zod';
import { type Attendance, attendanceProblems } from '../../shared/board/attendance.ts';
import type { BoardRecord } from '../../shared/board/board-record.ts';
import { type Decision, EnteredDecision } from '../../shared/board/decision.ts';
import { disagreementsOf } from '../../shared/board/disagreements.ts';
import type { MeetingClosing, MeetingOpening } from '../../shared/board/meeting.ts';
import { openBallot, talliesFor } from '../../shared/board/vote.ts';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { CaseId } from '../../shared/foundation/ids.ts';
import type { CaseDocuments } from '../documents.ts';
import type { Vault } from '../vault/index.ts';
import { afterDesk } from './after.ts';
import { ballotDesk } from './ballots.ts';
import { classificationDesk } from './classifications.ts';
import { frozenDesk } from './frozen.ts';
import { mergeDesk } from './merging.ts';
import type { BoardDeskNeeds } from './needs.ts';
import { noteDesk } from './notes.ts';
import { recordKeeper } from './record.ts';
import { versionDesk } from './versions.ts';

export { classificationMemory } from './classifications.ts';
export { readFrozenAgenda } from './frozen.ts';
export { createJudgeFirst } from './judge-first.ts';

export function createBoardDesk(needs: BoardDeskNeeds) {
  const { vault, cases, refuseIfSigned } = needs;
  const record = recordKeeper(needs);
  const room = { ...needs, record };
  const merging = mergeDesk(room);
  return {
    record,
    ...ballotDesk(room),
    ...noteDesk(room),
    ...classificationDesk(room),
    ...afterDesk(room),
    ...merging,
    ...frozenDesk(room, merging),
    ...versionDesk(room),

    /** Confirms, dismisses or limits a finding; `withdrawn` takes the last verdict back. The finding itself stays. */
    async review(input: {
      caseId: CaseId;
      findingId: string;
      verdict: 'confirmed' | 'dismissed' | 'limited' | 'withdrawn';
      reason?: string | undefined;
    }): Promise<BoardRecord> {
      const { listing, documents } = await cases.state(input.caseId);
      refuseIfSigned(listing);
      if (!documents.profile.findings.some((finding) => finding.id === input.findingId))
        throw new FaultError(
          fault(
            'not-found',
            'This finding is not in the case as it now stands.',
            'Open the case again and look at its findings.',
          ),
        );
      if (input.verdict === 'dismissed' && (input.reason ?? '').trim() === '')
        throw new FaultError(
          fault('field-invalid', 'Dismissing a finding needs a reason.', 'Type why it does not matter here.', {
            field: 'reason',
          }),
        );
      const { caseId, ...review } = input;
      // The contract's guard writes the event of every other call; this one carries the verdict, so the room writes it.
      vault().append({ actor: vault().user.userId, caseId, type: 'finding.reviewed', payload: review });
      return (await cases.state(caseId)).board;
    },

    /** Records what the board decided, on the documents it saw. @throws FaultError version-conflict, report-locked */
    async decide(input: { caseId: CaseId; decision: Decision; expectedVersion: number }): Promise<BoardRecord> {
      const { listing, hashes, documents, board } = await cases.state(input.caseId);
      refuseIfSigned(listing);
      const waiting = openBallot(board.ballots ?? []);
      if (waiting !== undefined)
        throw new FaultError(
          fault(
            'version-conflict',
            'A vote on this case is still open.',
            'Reveal or abandon it, then record the decision.',
          ),
        );
      const entered = EnteredDecision.safeParse(input.decision);
      if (!entered.success)
        throw new FaultError(
          fault('field-invalid', 'An action is due on a day that does not exist.', 'Write the day as YYYY-MM-DD.', {
            field: entered.error.issues[0]?.path.join('.') ?? 'actions',
          }),
        );
      const known = new Set(documents.options.options.map((option) => option.id));
      const foreign = input.decision.optionIds.filter((id) => !known.has(id));
      if (foreign.length > 0)
        throw new FaultError(
          fault(
            'field-invalid',
            'A chosen option is not in the options table.',
            'Choose from the table, or name it as another option.',
            {
              field: 'optionIds',
            },
          ),
        );
      const { intake, profile, predictions, options } = hashes;
      vault().append(
        {
          actor: vault().user.userId,
          caseId: input.caseId,
          type: 'decision.recorded',
          payload: {
            decision: withLedger(input.decision, documents, board, decisionsOf(vault(), input.caseId)),
            basis: { intake, profile, predictions, options },
          },
        },
        { expectedVersion: input.expectedVersion },
      );
      return (await cases.state(input.caseId)).board;
    },

    /**
     * Records that a meeting began, with its agenda. Why a case that is not ready was taken all the same is an entry of
     * that case, under its key: words about a patient go when the patient is erased.
     *
     * @throws FaultError not-found where the agenda names a case that the vault does not hold
     */
    openMeeting({ meetingId, agenda }: z.infer<typeof MeetingOpening>): { openedAt: string } {
      const held = new Set(cases.list().map(({ caseId }) => caseId));
      if (agenda.some(({ caseId }) => !held.has(caseId)))
        throw new FaultError(
          fault('not-found', 'A case of the agenda is not in this vault.', 'Take it off the agenda and open again.'),
        );
      const actor = vault().user.userId;
      const type = 'meeting.opened';
      const [opened] = vault().appendAll([
        {
          actor,
          caseId: null,
          type,
          payload: { meetingId, agenda: agenda.map(({ caseId, triage }) => ({ caseId, triage })) },
        },
        ...agenda
          .filter(({ override }) => override !== undefined)
          .map(({ caseId, override }) => ({ actor, caseId, type, payload: { meetingId, override } }) as const),
      ]);
      if (opened === undefined) throw new Error('the journal gave no entry back');
      return { openedAt: opened.time };
    },

    /** Records who is there, each time it changes. @throws FaultError field-invalid, not-found */
    recordAttendance(input: { meetingId: string; attendance: Attendance }): { recordedAt: string } {
      const [problem] = attendanceProblems(input.attendance);
      if (problem !== undefined)
        throw new FaultError(
          fault('field-invalid', `The attendance cannot be: ${problem}.`, 'Correct the list and record it again.', {
            field: 'attendance',
          }),
        );
      const known = new Set<string>(
        vault()
          .users()
          .map(({ userId }) => userId),
      );
      if (input.attendance.people.some(({ userId }) => userId !== undefined && !known.has(userId)))
        throw new FaultError(
          fault('not-found', 'The attendance names a person who is not here.', 'Open the list of people again.'),
        );
      const recorded = vault().append({
        actor: vault().user.userId,
        caseId: null,
        type: 'attendance.recorded',
        payload: input,
      });
      return { recordedAt: recorded.time };
    },

    /** Records that a meeting ended, and where its minutes went. */
    closeMeeting({ meetingId, spent }: z.infer<typeof MeetingClosing>): { closedAt: string } {
      const closed = vault().append({
        actor: vault().user.userId,
        caseId: null,
        type: 'meeting.closed',
        payload: {
          meetingId,
          spent: spent.map(({ milliseconds, ...of }) => ({ ...of, milliseconds: Math.round(milliseconds) })),
        },
      });
      return { closedAt: closed.time };
    },
  };
}

/** Decisions recorded for a case so far: the place of the next one. */
const decisionsOf = (vault: Vault, caseId: CaseId): number =>
  vault.list({ caseId, types: ['decision.recorded'] }).length;

/**
 * The votes held for this decision and the disagreement ledger, taken from the journal and the documents: what a caller
 * says of them is not believed. A decision that is corrected without a new vote keeps the vote of the one before.
 */
function withLedger(decision: Decision, documents: CaseDocuments, board: BoardRecord, place: number): Decision {
  const { votes: _votes, disagreements: _disagreements, ...stated } = decision;
  const held = talliesFor(board.ballots ?? [], place);
  const votes = held.length > 0 ? held : (board.decision?.votes ?? []);
  const disagreements = disagreementsOf(stated, { ...documents, reviews: board.reviews });
  return {
    ...stated,
    ...(votes.length === 0 ? {} : { votes }),
    ...(disagreements.length === 0 ? {} : { disagreements }),
  };
}
