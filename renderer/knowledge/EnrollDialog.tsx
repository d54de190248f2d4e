import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { EnrolledPublisher } from '../../shared/knowledge/pack-life.ts';
import { faultOf } from '../app/fault.ts';
import { keysOf } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { Button, FaultNote, Field, ModalDialog, Note, ReasonField, useReason } from '../ui/parts.tsx';
import styles from './knowledge.module.css';

/** Trusts a publisher: from then on a pack signed with its key can be installed. */
export function EnrollDialog({ onClose }: { onClose: () => void }) {
  const { client } = useWorkstation();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [pem, setPem] = useState('');
  const reason = useReason();
  const enroll = useMutation<EnrolledPublisher>({
    mutationFn: () => client.knowledge.enroll({ name, pem, reason: reason.given }),
    onSettled: () => queries.invalidateQueries({ queryKey: keysOf.packs }),
  });
  const complete = name.trim().length > 1 && pem.trim() !== '' && reason.isGiven && !enroll.isPending;
  return (
    <ModalDialog title="Enroll a publisher" isOpen onClose={onClose}>
      {enroll.data === undefined ? (
        <form
          className={styles.preview}
          aria-label="Enroll a publisher"
          onSubmit={(event) => {
            event.preventDefault();
            if (complete) enroll.mutate();
          }}
        >
          <p>
            Packs signed with this key can be installed here. Take the key from the publisher itself, not from a pack.
          </p>
          <Field label="Publisher" value={name} onChange={setName} maxLength={120} autoFocus isRequired />
          <Field
            label="Public key"
            hint="Ed25519, as PEM: from BEGIN PUBLIC KEY to END PUBLIC KEY. Never a private key."
            value={pem}
            onChange={setPem}
            rows={4}
            maxLength={4096}
            isRequired
          />
          <ReasonField reason={reason} hint="How the key was compared, and with whom." />
          {enroll.isError ? <FaultNote fault={faultOf(enroll.error)} /> : null}
          <div className={styles.ends}>
            <Button onPress={onClose}>Enroll nobody</Button>
            <Button look="primary" type="submit" isDisabled={!complete}>
              Enroll
            </Button>
          </div>
        </form>
      ) : (
        <>
          <Note tone="calm" live>
            <p>
              <strong>{enroll.data.name} is enrolled.</strong> Its key is{' '}
              <span className="mono">{enroll.data.keyId}</span>: compare this with what the publisher says.
            </p>
          </Note>
          <div className={styles.ends}>
            <Button look="primary" autoFocus onPress={onClose}>
              Close
            </Button>
          </div>
        </>
      )}
    </ModalDialog>
  );
}
