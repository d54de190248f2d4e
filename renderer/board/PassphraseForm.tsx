import { type ReactNode, useState } from 'react';
import type { Fault } from '../../shared/foundation/fault.ts';
import { passwordFault } from '../../shared/vault/password.ts';
import { Button, FaultNote, Field } from '../ui/parts.tsx';
import styles from './meeting.module.css';

interface PassphraseFormProps {
  /** What the passphrase is for. */
  readonly children: ReactNode;
  readonly hint: string;
  /** A new passphrase has to be a strong one; one that exists is taken as it is. */
  readonly isNew?: boolean;
  readonly busy: boolean;
  readonly action: string;
  readonly busyWords: string;
  readonly fault: Fault | undefined;
  readonly onSubmit: (passphrase: string) => void;
}

/** The passphrase of an agenda's file, in sight while it is typed: it is read out to the other station. */
export function PassphraseForm({
  children,
  hint,
  isNew = false,
  busy,
  action,
  busyWords,
  fault,
  onSubmit,
}: PassphraseFormProps) {
  const [passphrase, setPassphrase] = useState('');
  const weak = isNew && passphrase !== '' ? passwordFault(passphrase) : undefined;
  const may = passphrase !== '' && weak === undefined && !busy;
  return (
    <form
      className={styles.reason}
      onSubmit={(event) => {
        event.preventDefault();
        if (may) onSubmit(passphrase);
      }}
    >
      {children}
      <Field
        label="Passphrase"
        value={passphrase}
        onChange={setPassphrase}
        maxLength={256}
        autoFocus
        autoComplete="off"
        isInvalid={weak !== undefined}
        hint={weak === undefined ? hint : `${weak.message} ${weak.remedy}`}
      />
      {fault === undefined ? null : <FaultNote fault={fault} />}
      <Button type="submit" look="primary" keys="Enter" isDisabled={!may}>
        {busy ? busyWords : action}
      </Button>
    </form>
  );
}
