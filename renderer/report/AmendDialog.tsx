import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { CaseView } from '../../shared/contract.ts';
import type { SignedReportRecord } from '../../shared/report/report.ts';
import { faultOf } from '../app/fault.ts';
import { useCaseChanged, useVersion } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { Button, FaultNote, Field, ModalDialog } from '../ui/parts.tsx';
import styles from './report.module.css';

interface AmendDialogProps {
  readonly view: CaseView;
  readonly report: SignedReportRecord;
  readonly onClose: () => void;
}

/** Opens a signed case for a change that is named (F090); the signed report stays, and the next one links it. */
export function AmendDialog({ view, report, onClose }: AmendDialogProps) {
  const { client } = useWorkstation();
  const version = useVersion(view);
  const changed = useCaseChanged();
  const [reason, setReason] = useState('');
  const { caseId } = view.listing;
  const amend = useMutation({
    mutationFn: () => client.report.amend({ caseId, reason: reason.trim(), expectedVersion: version }),
    onSuccess: async () => {
      await changed(caseId);
      onClose();
    },
    onError: async (error) => {
      if (faultOf(error).code === 'version-conflict') await changed(caseId);
    },
  });
  const complete = reason.trim() !== '' && !amend.isPending;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (complete) amend.mutate();
  };
  return (
    <ModalDialog title="Open an amendment" isOpen onClose={amend.isPending ? () => undefined : onClose}>
      <form className={styles.sign} onSubmit={submit} aria-label="Open an amendment">
        <p>
          Report <span className="mono">{report.reportId}</span> stays as it was signed. The case opens for changes; the
          report you sign next names this one by its hash, the reason, and what changed.
        </p>
        <Field label="Why the report is amended" value={reason} onChange={setReason} maxLength={1000} autoFocus />
        {amend.isError ? <FaultNote fault={faultOf(amend.error)} /> : null}
        <div className={styles.ends}>
          <Button onPress={onClose} keys="Escape" isDisabled={amend.isPending}>
            Cancel
          </Button>
          <Button look="primary" type="submit" keys="Enter" isDisabled={!complete}>
            {amend.isPending ? 'Opening …' : 'Open the amendment'}
          </Button>
        </div>
      </form>
    </ModalDialog>
  );
}
