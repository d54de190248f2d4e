/** Who sits at the table: roles, quorum, conflicts of interest (F078, R45). Pure. */
import { z } from 'zod';
import { CaseId, UserId } from '../foundation/ids.ts';

export const Attendee = z.object({
  /** Stable within a meeting; the user id of a person with a password of their own. */
  attendeeId: z.string().min(1).max(64),
  name: z.string().trim().min(1).max(120),
  /** What they sit there as: pathology, oncology, chair. */
  role: z.string().max(80),
  /** Present where the person has a password here: then nobody else votes for them. */
  userId: UserId.optional(),
  conflictOfInterest: z.string().max(300).optional(),
  present: z.boolean(),
  /** A guest listens and does not vote. */
  votes: z.boolean(),
  /** Cases in which a conflict of interest keeps them from voting. */
  recusedFrom: z.array(CaseId).max(200),
});
export type Attendee = z.infer<typeof Attendee>;

export const Attendance = z.object({
  /** Voters who must be present for a vote that counts; 0 where the board has no such rule. */
  quorum: z.number().int().min(0).max(200),
  people: z.array(Attendee).max(200),
});
export type Attendance = z.infer<typeof Attendance>;

export const nobody: Attendance = { quorum: 0, people: [] };

/** Who may vote on a case now: present, with a vote, and not recused. */
export const votersOf = ({ people }: Attendance, caseId: string): Attendee[] =>
  people.filter(
    ({ present, votes, recusedFrom }) => present && votes && !recusedFrom.some((recused) => recused === caseId),
  );

export const recusedOf = ({ people }: Attendance, caseId: string): Attendee[] =>
  people.filter(({ present, recusedFrom }) => present && recusedFrom.some((recused) => recused === caseId));

export interface Quorum {
  readonly required: number;
  readonly voters: number;
  readonly met: boolean;
}

export function quorumOf(attendance: Attendance, caseId: string): Quorum {
  const voters = votersOf(attendance, caseId).length;
  return { required: attendance.quorum, voters, met: voters >= attendance.quorum };
}

/** What cannot be: the same person twice, or a quorum that the table cannot reach even when everybody comes. */
export function attendanceProblems({ people, quorum }: Attendance): string[] {
  const names = people.map(({ name }) => name.trim().toLocaleLowerCase());
  const twice = [...new Set(people.filter((_, at) => names.indexOf(names[at] ?? '') !== at).map(({ name }) => name))];
  const ids = people.map(({ attendeeId }) => attendeeId);
  return [
    ...twice.map((name) => `${name} is listed twice`),
    ...(new Set(ids).size === ids.length || twice.length > 0 ? [] : ['two people carry one id']),
    ...(quorum > people.filter(({ votes }) => votes).length ? ['the quorum is larger than the number of voters'] : []),
  ];
}
