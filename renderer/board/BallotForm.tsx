import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Ballot } from '../../shared/board/vote.ts';
import type { CaseId } from '../../shared/foundation/ids.ts';
import { faultOf } from '../app/fault.ts';
import { useBoardChanged, useVaultStatus } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { Kbd } from '../ui/marks.tsx';
import { Button, FaultNote, Field } from '../ui/parts.tsx';
import { keyedChoices } from './ballot.ts';
import styles from './vote.module.css';

/** One person votes after another, unseen: what was chosen is gone from the screen with the vote. */
export function BallotForm({ caseId, ballot }: { caseId: CaseId; ballot: Ballot }) {
  const { client } = useWorkstation();
  const changed = useBoardChanged();
  const waiting = ballot.electors.filter(({ electorId }) => !ballot.voted.includes(electorId));
  const [electorId, setElector] = useState(waiting[0]?.electorId ?? ballot.electors[0]?.electorId ?? '');
  const [choiceId, setChoice] = useState('');
  const [statement, setStatement] = useState('');
  const [password, setPassword] = useState('');
  const elector = ballot.electors.find((one) => one.electorId === electorId);
  const choices = keyedChoices(ballot);
  const vault = useVaultStatus();
  const proves = elector?.userId !== undefined && elector.userId !== vault.data?.user?.userId;
  const casting = useMutation({
    mutationFn: () =>
      client.board.castVote({
        caseId,
        vote: {
          ballotId: ballot.ballotId,
          electorId,
          choiceId,
          ...(statement.trim() === '' ? {} : { statement: statement.trim() }),
        },
        ...(proves ? { password } : {}),
      }),
    onSuccess: async (board) => {
      setChoice('');
      setStatement('');
      const next = ballot.electors.find((one) => one.electorId !== electorId && waiting.includes(one));
      if (next !== undefined) setElector(next.electorId);
      await changed(caseId, board);
    },
    onSettled: () => setPassword(''),
  });
  return (
    <form
      className={styles.ballot}
      onSubmit={(event) => {
        event.preventDefault();
        if (choiceId !== '' && electorId !== '' && !casting.isPending) casting.mutate();
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
      {casting.isError ? <FaultNote fault={faultOf(casting.error)} /> : null}
      <Button
        type="submit"
        look="primary"
        keys="Enter"
        isDisabled={choiceId === '' || casting.isPending || electorId === ''}
      >
        {casting.isPending
          ? 'Voting …'
          : elector !== undefined && ballot.voted.includes(electorId)
            ? 'Vote anew'
            : 'Vote'}
      </Button>
    </form>
  );
}
