import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import type { Fault } from '../../shared/foundation/fault.ts';
import type { VaultStatus } from '../../shared/vault/service.ts';
import { Mark } from '../app/Curtain.tsx';
import { faultOf } from '../app/fault.ts';
import { keysOf } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { Button, FaultNote, Field, Note } from '../ui/parts.tsx';
import { passwordStanding } from './password-words.ts';
import styles from './vault.module.css';

/** The door. On first start it makes the board profile; afterwards it asks for the password. */
export function UnlockScreen({ status }: { status: VaultStatus }) {
  const { info } = useWorkstation();
  return (
    <main className={styles.unlock}>
      <section className={styles.statement} aria-label="About this workstation">
        <Mark />
        <h1>Consilium</h1>
        <p>From a case bundle to a signed tumor board report, on this machine alone.</p>
        <ul>
          <li>
            <b>No network</b>
            Nothing leaves this machine. Evidence packs and models stand beside the program and are verified each time.
          </li>
          <li>
            <b>Options with their reasons</b>
            It shows options and what they rest on. It does not decide, and it is not for time-critical use: the board
            decides.
          </li>
          <li>
            <b>Not tested is not absent</b>
            Every gene says whether it was detected, tested and not detected, failed, or not assayed.
          </li>
        </ul>
        <p className="meta">
          {info.product} {info.version}
          {info.host === 'loopback' ? ' · served on this machine for a browser' : ''}
        </p>
      </section>
      <section className={styles.form}>
        {status.state === 'absent' ? <CreateForm /> : <UnlockForm status={status} />}
      </section>
    </main>
  );
}

function useEnter() {
  const queries = useQueryClient();
  const [fault, setFault] = useState<Fault>();
  const [busy, setBusy] = useState(false);
  const enter = async (call: () => Promise<VaultStatus>) => {
    setBusy(true);
    setFault(undefined);
    try {
      queries.setQueryData(keysOf.vault, await call());
    } catch (error) {
      setFault(faultOf(error));
      // A wrong password may have started a waiting time.
      await queries.invalidateQueries({ queryKey: keysOf.vault });
    } finally {
      setBusy(false);
    }
  };
  return { enter, fault, busy };
}

function CreateForm() {
  const { client } = useWorkstation();
  const { enter, fault, busy } = useEnter();
  const [boardName, setBoardName] = useState('');
  const [userName, setUserName] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [shown, setShown] = useState(false);
  const standing = passwordStanding(password, [boardName, userName]);
  const differs = again !== '' && again !== password;
  const complete = boardName.trim() !== '' && userName.trim() !== '' && standing.accepted && again === password;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (complete && !busy) void enter(() => client.vault.create({ boardName, userName, password }));
  };
  const type = shown ? 'text' : 'password';
  return (
    <form onSubmit={submit} aria-label="Create the board profile">
      <h2>Create the board profile</h2>
      <p className="quiet">Cases, decisions and the journal are kept in one encrypted file that this password opens.</p>
      <Field
        label="Board"
        value={boardName}
        onChange={setBoardName}
        autoFocus
        isRequired
        maxLength={120}
        autoComplete="off"
        hint="Stands on reports, for example “Molecular board”."
      />
      <Field
        label="Your name"
        value={userName}
        onChange={setUserName}
        isRequired
        maxLength={120}
        autoComplete="off"
        hint="Stands in the journal beside everything you do."
      />
      <div>
        <Field
          label="Password"
          type={type}
          value={password}
          onChange={setPassword}
          isRequired
          autoComplete={shown ? 'off' : 'new-password'}
        />
        <p className={styles.strength} role="status" aria-label="Password strength">
          {[1, 2, 3, 4].map((step) => (
            <i key={step} className={step <= standing.steps ? styles.on : undefined} />
          ))}
          <span>{standing.words}</span>
        </p>
      </div>
      <Field
        label="Password again"
        type={type}
        value={again}
        onChange={setAgain}
        isRequired
        isInvalid={differs}
        autoComplete={shown ? 'off' : 'new-password'}
        hint={differs ? 'The two are not the same yet.' : 'There is no way round a forgotten password.'}
      />
      <label className={styles.row}>
        <input type="checkbox" checked={shown} onChange={(event) => setShown(event.target.checked)} /> Show the password
      </label>
      {fault === undefined ? null : <FaultNote fault={fault} />}
      <div>
        <Button look="primary" type="submit" keys="Enter" isDisabled={!complete || busy}>
          {busy ? 'Creating …' : 'Create and open'}
        </Button>
      </div>
    </form>
  );
}

function UnlockForm({ status }: { status: VaultStatus }) {
  const { client } = useWorkstation();
  const { enter, fault, busy } = useEnter();
  const [userName, setUserName] = useState('');
  const [password, setPassword] = useState('');
  const wait = useCountdown(status.retryAfterSeconds);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (password === '' || busy || wait > 0) return;
    void enter(() => client.vault.unlock({ password, ...(status.asksUserName ? { userName } : {}) })).then(() =>
      setPassword(''),
    );
  };
  return (
    <form onSubmit={submit} aria-label="Unlock">
      <h2>Unlock</h2>
      <p className="quiet">Drafts are kept, sealed, until you come back.</p>
      {status.asksUserName ? (
        <Field label="Your name" value={userName} onChange={setUserName} autoFocus autoComplete="off" />
      ) : null}
      <Field
        label="Password"
        type="password"
        value={password}
        onChange={setPassword}
        autoFocus={!status.asksUserName}
        autoComplete="current-password"
      />
      {wait > 0 ? (
        <Note tone="amber" live>
          <p>
            <strong>Wait {wait} s.</strong> After several wrong passwords the next one is looked at later.
          </p>
        </Note>
      ) : fault === undefined ? null : (
        <FaultNote fault={fault} />
      )}
      <div>
        <Button look="primary" type="submit" keys="Enter" isDisabled={busy || wait > 0 || password === ''}>
          {busy ? 'Unlocking …' : 'Unlock'}
        </Button>
      </div>
    </form>
  );
}

/** Seconds still to wait, counted down on this screen between the core's answers. */
function useCountdown(seconds: number): number {
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    setLeft(seconds);
    if (seconds === 0) return;
    const timer = window.setInterval(() => setLeft((now) => Math.max(0, now - 1)), 1000);
    return () => window.clearInterval(timer);
  }, [seconds]);
  return left;
}
