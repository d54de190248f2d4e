import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { CaseId } from '../../shared/foundation/ids.ts';
import { faultOf } from '../app/fault.ts';
import { keysOf } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { Button, FaultNote, Field, ModalDialog } from '../ui/parts.tsx';
import styles from './vault.module.css';

/** Puts a case under legal hold (F105): nobody erases it until an admin lifts the hold. */
export function HoldDialog({ caseId, onClose }: { caseId: CaseId; onClose: () => void }) {
  const { client } = useWorkstation();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const hold = useMutation({
    mutationFn: () => client.vault.hold({ caseId, reason }),
    onSuccess: (holds) => {
      queries.setQueryData(keysOf.holds, holds);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() !== '' && !hold.isPending) hold.mutate();
  };
  return (
    <ModalDialog title="Legal hold" isOpen onClose={onClose}>
      <form className={styles.erase} onSubmit={submit} aria-label="Legal hold">
        <p>
          Case <span className="mono">{caseId}</span> cannot be erased by anybody until an admin lifts the hold. Setting
          and lifting are in the journal.
        </p>
        <Field
          label="Reason"
          hint="Who asked for it and why, without the patient's name."
          value={reason}
          onChange={setReason}
          maxLength={300}
          autoFocus
          isRequired
        />
        {hold.isError ? <FaultNote fault={faultOf(hold.error)} /> : null}
        <div className={styles.ends}>
          <Button onPress={onClose} keys="Escape">
            No hold
          </Button>
          <Button look="primary" type="submit" keys="Enter" isDisabled={reason.trim() === '' || hold.isPending}>
            Hold the case
          </Button>
        </div>
      </form>
    </ModalDialog>
  );
}
