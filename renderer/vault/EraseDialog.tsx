import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { CaseId } from '../../shared/foundation/ids.ts';
import type { ErasureReason } from '../../shared/vault/service.ts';
import { faultOf } from '../app/fault.ts';
import { keysOf } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { forgetCase } from '../store/forget.ts';
import { useStore } from '../store/StoreProvider.tsx';
import { Button, FaultNote, Field, ModalDialog } from '../ui/parts.tsx';
import styles from './vault.module.css';

const reasonWords: Record<ErasureReason, string> = {
  'patient-request': 'The patient asked for it',
  'retention-ended': 'The retention period has ended',
  'imported-in-error': 'The case was imported in error',
};
const reasons = Object.entries(reasonWords) as [ErasureReason, string][];

interface EraseDialogProps {
  readonly caseId: CaseId;
  readonly onErased: () => void;
  readonly onClose: () => void;
}

/**
 * Erases a case for good (F105). The pseudonym is typed and not shown, so that whoever erases knows it from the request
 * and not from this screen.
 */
export function EraseDialog({ caseId, onErased, onClose }: EraseDialogProps) {
  const { client } = useWorkstation();
  const store = useStore();
  const queries = useQueryClient();
  const [confirmation, setConfirmation] = useState('');
  const [reason, setReason] = useState<ErasureReason>();
  const base = useId();

  const erase = useMutation({
    mutationFn: async (why: ErasureReason) => {
      await client.vault.eraseCase({ caseId, confirmation, reason: why });
      if (store !== undefined) await forgetCase(store, caseId);
    },
    onSuccess: async () => {
      const ofCase = [keysOf.case(caseId), keysOf.draft(caseId), keysOf.verification(caseId)];
      for (const queryKey of ofCase) queries.removeQueries({ queryKey });
      await Promise.all([
        queries.invalidateQueries({ queryKey: keysOf.cases }),
        queries.invalidateQueries({ queryKey: keysOf.audit }),
      ]);
      onErased();
    },
  });
  const isComplete = confirmation.trim() !== '' && reason !== undefined && !erase.isPending;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isComplete) erase.mutate(reason);
  };

  return (
    <ModalDialog title="Erase a case" isOpen onClose={erase.isPending ? () => undefined : onClose}>
      <form className={styles.erase} onSubmit={submit} aria-label="Erase a case">
        <p>
          The key of case <span className="mono">{caseId}</span> is destroyed. Its files, findings, decision and signed
          report cannot be read again by anybody.
        </p>
        <p className="meta">
          What stays: that the case existed, who did what when, and that it was erased; the journal still verifies. In
          backup folders the case goes too, at once or with the next backup there. Papers and files that were handed out
          are not reached from here.
        </p>
        <fieldset className={styles.reasons} disabled={erase.isPending}>
          <legend>Reason</legend>
          {reasons.map(([value, words]) => (
            <label key={value}>
              <input
                type="radio"
                name={`${base}-reason`}
                checked={reason === value}
                onChange={() => setReason(value)}
              />
              {words}
            </label>
          ))}
        </fieldset>
        <Field
          label="Pseudonym of the case"
          hint="Type it as it stands on the request."
          value={confirmation}
          onChange={setConfirmation}
          autoComplete="off"
          maxLength={120}
        />
        {erase.isError ? <FaultNote fault={faultOf(erase.error)} /> : null}
        <div className={styles.ends}>
          <Button onPress={onClose} keys="Escape" isDisabled={erase.isPending}>
            Keep the case
          </Button>
          <Button look="primary" type="submit" keys="Enter" isDisabled={!isComplete}>
            {erase.isPending ? 'Erasing …' : 'Erase for good'}
          </Button>
        </div>
      </form>
    </ModalDialog>
  );
}
