import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { faultOf } from '../app/fault.ts';
import { useVaultStatus } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { Button, FaultNote, Field, ModalDialog, Note } from '../ui/parts.tsx';
import { moment } from '../ui/words.ts';
import { passwordStanding } from './password-words.ts';
import styles from './vault.module.css';

/** One's own password, with the present one typed. */
export function PasswordForm({ onDone }: { onDone?: () => void }) {
  const { client } = useWorkstation();
  const status = useVaultStatus().data;
  const [currentPassword, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const standing = passwordStanding(password, [status?.boardName ?? '', status?.user?.name ?? '']);
  const change = useMutation({
    mutationFn: () => client.vault.changePassword({ currentPassword, password }),
    onSuccess: () => {
      for (const set of [setCurrent, setPassword, setAgain]) set('');
      onDone?.();
    },
  });
  const complete = currentPassword !== '' && standing.accepted && again === password && !change.isPending;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (complete) change.mutate();
  };
  return (
    <form className={styles.erase} onSubmit={submit} aria-label="Change my password">
      <Field
        label="Present password"
        type="password"
        value={currentPassword}
        onChange={setCurrent}
        autoComplete="current-password"
        autoFocus
      />
      <Field
        label="New password"
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="new-password"
        hint={standing.words}
      />
      <Field
        label="New password again"
        type="password"
        value={again}
        onChange={setAgain}
        autoComplete="new-password"
        isInvalid={again !== '' && again !== password}
      />
      {change.isError ? <FaultNote fault={faultOf(change.error)} /> : null}
      {change.isSuccess ? <p role="status">The password is changed.</p> : null}
      <div className={styles.ends}>
        <Button look="primary" type="submit" isDisabled={!complete}>
          {change.isPending ? 'Changing …' : 'Change my password'}
        </Button>
      </div>
    </form>
  );
}

export const PasswordDialog = ({ onClose }: { onClose: () => void }) => (
  <ModalDialog title="My password" isOpen onClose={onClose}>
    <PasswordForm />
  </ModalDialog>
);

/** Breaks the glass (F112): reading cases for an hour, with a reason that stays with each case opened. */
export function EmergencyAccess() {
  const { client } = useWorkstation();
  const [reason, setReason] = useState('');
  const enter = useMutation({ mutationFn: () => client.vault.breakGlass({ reason }) });
  if (enter.isSuccess)
    return (
      <Note tone="amber" live>
        <p>
          <strong>Cases can be read until {moment(enter.data.until)}.</strong> The reason stands in the journal and with
          every case that is opened.
        </p>
      </Note>
    );
  return (
    <form
      className={styles.erase}
      aria-label="Emergency access"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim().length >= 10) enter.mutate();
      }}
    >
      <p>
        Your roles do not open cases. In an emergency you may read them for one hour, and change nothing. It is recorded
        with your reason and shown in the next report of each case opened.
      </p>
      <Field
        label="Reason"
        hint="At least ten characters, without the patient's name."
        value={reason}
        onChange={setReason}
        maxLength={300}
      />
      {enter.isError ? <FaultNote fault={faultOf(enter.error)} /> : null}
      <div className={styles.ends}>
        <Button look="primary" type="submit" isDisabled={reason.trim().length < 10 || enter.isPending}>
          Read cases for one hour
        </Button>
      </div>
    </form>
  );
}
