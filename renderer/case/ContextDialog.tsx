import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ContextEdit } from '../../shared/case/context-edit.ts';
import type { CaseView } from '../../shared/contract.ts';
import { faultOf } from '../app/fault.ts';
import { useCaseChanged, useVersion } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { Button, FaultNote, Field, ModalDialog } from '../ui/parts.tsx';
import { type ContextText, contextText, readContext } from './context-text.ts';

interface ContextDialogProps {
  readonly view: CaseView;
  readonly onClose: () => void;
}

/** Corrects medicines, labs, allergies, stage and performance; the options are ranked anew at once (F011). */
export function ContextDialog({ view, onClose }: ContextDialogProps) {
  const { client } = useWorkstation();
  const changed = useCaseChanged();
  const expectedVersion = useVersion(view);
  const [text, setText] = useState<ContextText>(() => contextText(view.record));
  const [reason, setReason] = useState('');
  const { caseId } = view.listing;
  const mutation = useMutation({
    mutationFn: (context: ContextEdit) =>
      client.case.editContext({ caseId, context, reason: reason.trim(), expectedVersion }),
    onSuccess: async () => {
      await changed(caseId);
      onClose();
    },
  });
  const read = readContext(text, view.record);
  const ready = read !== undefined && 'edit' in read && reason.trim().length >= 3 && !mutation.isPending;
  const field = (name: keyof ContextText) => (value: string) => setText({ ...text, [name]: value });
  return (
    <ModalDialog
      title="What is known of the patient"
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            look="primary"
            isDisabled={!ready}
            onPress={() => read !== undefined && 'edit' in read && mutation.mutate(read.edit)}
          >
            {mutation.isPending ? 'Ranking again' : 'Record and rank again'}
          </Button>
        </>
      }
    >
      <Field
        label="Medicines, one a line: name; dose"
        rows={4}
        value={text.medications}
        onChange={field('medications')}
        autoFocus
      />
      <Field label="Allergies, one a line" rows={2} value={text.allergies} onChange={field('allergies')} />
      <Field label="Labs, one a line: name; value; unit; date" rows={5} value={text.labs} onChange={field('labs')} />
      <Field label="Stage" value={text.stage} onChange={field('stage')} maxLength={20} />
      <Field label="ECOG performance status, 0 to 4" value={text.ecog} onChange={field('ecog')} maxLength={1} />
      <Field
        label="Why, for the record"
        value={reason}
        onChange={setReason}
        maxLength={500}
        hint={
          read === undefined
            ? 'Nothing is changed yet.'
            : 'problem' in read
              ? read.problem
              : 'The former values stay in the journal; the options are ranked again.'
        }
      />
      {mutation.isError ? <FaultNote fault={faultOf(mutation.error)} /> : null}
    </ModalDialog>
  );
}
