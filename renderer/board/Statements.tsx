import { type Ballot, tallyOf } from '../../shared/board/vote.ts';

/** What was written with the latest vote that was revealed: read out, and the first draft of a dissent (F079). */
export function Statements({ ballots }: { ballots: readonly Ballot[] }) {
  const revealed = ballots.findLast(({ state }) => state === 'revealed');
  const said = (revealed === undefined ? undefined : tallyOf(revealed))?.statements ?? [];
  return said.map(({ name, choice, text }) => (
    <p key={name}>
      <b>{name}</b>, {choice}: “{text}”
    </p>
  ));
}
