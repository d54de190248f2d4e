import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { Ballot } from '../../shared/board/vote.ts';
import type { CaseId } from '../../shared/foundation/ids.ts';
import { faultOf } from '../app/fault.ts';
import { useBoardChanged, useVaultStatus } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { Kbd } from '../ui/marks.tsx';
import { Button, FaultNote, Field } from '../ui/parts.tsx';
import { keyedChoices, oneAfterAnother } from './ballot.ts';
import styles from './vote.module.css';

interface BallotFormProps {
  readonly caseId: CaseId;
  readonly ballot: Ballot;
  /** Told of each vote: what the core refused, or null. The form may be closed by then. */
  readonly onCast?: (refused: unknown) => void;
}

interface Cast {
  readonly electorId: string;
  readonly choiceId: string;
  readonly statement: string;
}

/**
 * One person votes after another, unseen: what was chosen is gone from the screen with the key that casts it. The next
 * one may type at once; votes go to the core one after another, and one that it refuses says whose it was.
 */
export function BallotForm({ caseId, ballot, onCast }: BallotFormProps) {
  const { client } = useWorkstation();
  const changed = useBoardChanged();
  const first = ballot.electors.find(({ electorId }) => !ballot.voted.includes(electorId)) ?? ballot.electors[0];
  const [electorId, setElector] = useState(first?.electorId ?? '');
  const [choiceId, setChoice] = useState('');
  const [statement, setStatement] = useState('');
  const [password, setPassword] = useState('');
  const [sent, setSent] = useState<readonly string[]>([]);
  /** Of votes on their way; a mutation would keep them as long as it is kept itself. */
  const passwords = useRef(new Map<string, string>());
  const elector = ballot.electors.find((one) => one.electorId === electorId);
  const choices = keyedChoices(ballot);
  const vault = useVaultStatus();
  const mustProve = (userId: string | undefined) => userId !== undefined && userId !== vault.data?.user?.userId;
  const proves = mustProve(elector?.userId);
  const casting = useMutation({
    ...oneAfterAnother,
    gcTime: 0,
    mutationFn: ({ statement: words, ...cast }: Cast) => {
      const proof = passwords.current.get(cast.electorId);
      passwords.current.delete(cast.electorId);
      return client.board.castVote({
        caseId,
        vote: { ballotId: ballot.ballotId, ...cast, ...(words === '' ? {} : { statement: words }) },
        ...(proof === undefined ? {} : { password: proof }),
      });
    },
    onSuccess: (board) => {
      onCast?.(null);
      void changed(caseId, board);
    },
    onError: (error, cast) => {
      onCast?.(error);
      setSent((before) => before.filter((id) => id !== cast.electorId));
      // Back to whose vote it was, unless the next one has begun.
      if (choiceNow.current === '') setElector(cast.electorId);
    },
  });
  const choiceNow = useRef(choiceId);
  choiceNow.current = choiceId;
  const cast = () => {
    if (choiceId === '' || electorId === '') return;
    if (proves) passwords.current.set(electorId, password);
    casting.mutate({ electorId, choiceId, statement: statement.trim() });
    const gone = [...sent, electorId];
    setSent(gone);
    setChoice('');
    setStatement('');
    setPassword('');
    const next = ballot.electors.find((one) => !gone.includes(one.electorId) && !ballot.voted.includes(one.electorId));
    if (next !== undefined) setElector(next.electorId);
  };
  const refusedOf = casting.isError
    ? ballot.electors.find((one) => one.electorId === casting.variables.electorId)?.name
    : undefined;
  return (
    <form
      className={styles.ballot}
      onSubmit={(event) => {
        event.preventDefault();
        cast();
      }}
      onKeyDown={(event) => {
        const typing = event.target instanceof HTMLInputElement && !['radio'].includes(event.target.type);
        const choice = choices.find(({ key }) => key === event.key);
        if (typing || event.target instanceof HTMLTextAreaElement || choice === undefined) return;
        event.preventDefault();
        setChoice(choice.choiceId);
      }}
    >
      <p role="status">
        {ballot.voted.length} of {ballot.electors.length} have voted
        {casting.isSuccess && choiceId === '' ? '. Your vote is kept; it is shown when all are revealed.' : ''}
      </p>
      <div className={styles.sides}>
        <fieldset>
          <legend>Who votes</legend>
          {ballot.electors.map((one) => (
            <label key={one.electorId}>
              <input
                type="radio"
                name="elector"
                // The ballot is opened to vote: its first field waits for a key.
                // biome-ignore lint/a11y/noAutofocus: a dialog moves focus into itself
                autoFocus={one.electorId === electorId}
                checked={one.electorId === electorId}
                onChange={() => {
                  setElector(one.electorId);
                  setChoice('');
                  setPassword('');
                }}
              />
              <span>
                {one.name}
                {one.role === '' ? null : <span className="meta"> {one.role}</span>}
              </span>
              <span className="meta">{ballot.voted.includes(one.electorId) ? 'has voted' : ''}</span>
            </label>
          ))}
        </fieldset>
        <fieldset>
          <legend>Vote</legend>
          {choices.map(({ choiceId: id, label, key }) => (
            <label key={id}>
              <input type="radio" name="choice" checked={id === choiceId} onChange={() => setChoice(id)} />
              <Kbd keys={key} />
              <span>{label}</span>
            </label>
          ))}
        </fieldset>
      </div>
      <Field
        label="A word with it, for the record"
        value={statement}
        onChange={setStatement}
        maxLength={500}
        hint="Read with the vote when all are revealed, and printed as the minority’s view."
      />
      {!proves ? (
        <p className="meta">
          {elector?.userId === undefined
            ? `${elector?.name ?? 'This person'} has no password here: the presenter writes this vote.`
            : `${elector.name} is logged in at this station.`}
        </p>
      ) : (
        <Field
          label={`Password of ${elector?.name ?? ''}`}
          type="password"
          value={password}
          onChange={setPassword}
          autoComplete="off"
        />
      )}
      {casting.isError ? (
        <>
          {refusedOf === undefined ? null : <p>The vote of {refusedOf} was not kept:</p>}
          <FaultNote fault={faultOf(casting.error)} />
        </>
      ) : null}
      <Button type="submit" look="primary" keys="Enter" isDisabled={choiceId === '' || electorId === ''}>
        {casting.isPending && choiceId === ''
          ? 'Voting …'
          : elector !== undefined && ballot.voted.includes(electorId)
            ? 'Vote anew'
            : 'Vote'}
      </Button>
    </form>
  );
}
