/** The ballot of a case as the presenter opens it and a member fills it in. Pure. */
import { type Attendance, type Attendee, recusedOf, votersOf } from '../../shared/board/attendance.ts';
import { ABSTAIN, type Ballot, type BallotOpening, type Choice } from '../../shared/board/vote.ts';
import type { CaseView } from '../../shared/contract.ts';
import type { VaultUser } from '../../shared/vault/service.ts';
import { optionsSlide } from './slides.ts';

/** Acts on a ballot go to the core one after another, in the order of the keys: no reveal overtakes a vote. */
export const oneAfterAnother = { scope: { id: 'ballot' } } as const;

/** Options on a ballot; with the two that are always there a slide holds seven rows. */
const OPTIONS = 5;

/** Always possible, by these keys on the wall and at the ballot. */
const always: readonly (Choice & { readonly key: string })[] = [
  { choiceId: 'other', label: 'another option', key: '8' },
  { choiceId: 'none', label: 'more testing, or no change', key: '9' },
];

/** What can be voted for, each with its key; abstaining is `0`. */
export const choicesOf = (view: CaseView): (Choice & { readonly key: string })[] => [
  ...(optionsSlide(view, undefined, OPTIONS)?.rows ?? []).map(({ place, option }) => ({
    choiceId: option.id,
    label: option.label,
    key: String(place),
  })),
  ...always,
];

/** The keys of a ballot's choices, as they were when it was opened. */
export const keyedChoices = ({ choices }: Pick<BallotOpening, 'choices'>): (Choice & { readonly key: string })[] => [
  ...choices.map((choice, at) => ({
    ...choice,
    key: always.find(({ choiceId }) => choiceId === choice.choiceId)?.key ?? String(at + 1),
  })),
  { choiceId: ABSTAIN, label: 'abstain', key: '0' },
];

/** Undefined where nobody who is there may vote on this case. */
export function ballotFor(view: CaseView, attendance: Attendance, ballotId: string): BallotOpening | undefined {
  const electors = votersOf(attendance, view.listing.caseId).map(({ attendeeId, name, role, userId }) => ({
    electorId: attendeeId,
    name,
    role,
    ...(userId === undefined ? {} : { userId }),
  }));
  if (electors.length === 0) return undefined;
  return {
    ballotId,
    choices: choicesOf(view).map(({ choiceId, label }) => ({ choiceId, label })),
    electors,
    recused: recusedOf(attendance, view.listing.caseId).map(({ name, conflictOfInterest }) => ({
      name,
      conflictOfInterest: conflictOfInterest ?? '',
    })),
    quorum: attendance.quorum,
  };
}

/** Electors who have gone since the ballot was opened and had not voted. */
export const leftSince = (ballot: Ballot, attendance: Attendance): string[] =>
  ballot.electors
    .filter(({ electorId }) => !ballot.voted.includes(electorId))
    .filter(({ electorId }) => !attendance.people.some((one) => one.attendeeId === electorId && one.present))
    .map(({ electorId }) => electorId);

/** The table at the first meeting: everybody with a password here, present. Who was named before stays as named. */
export function seated(kept: Attendance, people: readonly VaultUser[]): Attendance {
  const seats = people
    .filter(({ userId }) => !kept.people.some((one) => one.userId === userId))
    .filter(({ roles }) => roles.some((role) => role !== 'auditor'))
    .map(
      ({ userId, name, roles }): Attendee => ({
        attendeeId: userId,
        name,
        role: roles.includes('presenter') ? 'Chair' : '',
        userId,
        present: kept.people.length === 0,
        votes: true,
        recusedFrom: [],
      }),
    );
  return { ...kept, people: [...kept.people, ...seats] };
}
