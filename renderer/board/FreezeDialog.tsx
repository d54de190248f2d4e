import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { FreezeItem } from '../../shared/board/frozen.ts';
import { passwordFault } from '../../shared/vault/password.ts';
import { fetchBlob } from '../app/client.ts';
import { faultOf } from '../app/fault.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { saveBlob } from '../ui/Chart.tsx';
import { Button, FaultNote, Field, ModalDialog } from '../ui/parts.tsx';
import { plural } from '../ui/words.ts';
import styles from './meeting.module.css';

/** The agenda with its cases leaves as one sealed file (F068, F084). The passphrase is read here and told by voice. */
export function FreezeDialog({ items, onClose }: { items: readonly FreezeItem[]; onClose: () => void }) {
  const { client } = useWorkstation();
  const [passphrase, setPassphrase] = useState('');
  const writing = useMutation({
    mutationFn: async () => {
      const ticket = await client.board.freezeAgenda({ items: [...items], passphrase });
      saveBlob(await fetchBlob(ticket), ticket.fileName);
      return ticket.fileName;
    },
  });
  const weak = passphrase === '' ? undefined : passwordFault(passphrase);
  const may = passphrase !== '' && weak === undefined && !writing.isPending;
  return (
    <ModalDialog title="Freeze the agenda into a file" isOpen onClose={onClose}>
      {writing.data === undefined ? (
        <form
          className={styles.reason}
          onSubmit={(event) => {
            event.preventDefault();
            if (may) writing.mutate();
          }}
        >
          <p>
            {plural(items.length, 'case')} as they stand now, with their bundles and what was written about them. It
            opens read-only at another station; what is written there comes back as a file of the same kind and is
            merged.
          </p>
          <Field
            label="Passphrase"
            value={passphrase}
            onChange={setPassphrase}
            maxLength={256}
            autoFocus
            autoComplete="off"
            isInvalid={weak !== undefined}
            hint={
              weak === undefined
                ? 'Tell it to the other station by voice, never with the file. Who has lost it cannot open the file.'
                : `${weak.message} ${weak.remedy}`
            }
          />
          {writing.isError ? <FaultNote fault={faultOf(writing.error)} /> : null}
          <Button type="submit" look="primary" keys="Enter" isDisabled={!may}>
            {writing.isPending ? 'Writing …' : 'Write the file'}
          </Button>
        </form>
      ) : (
        <div className={styles.reason}>
          <p role="status">
            <b>{writing.data}</b> is written, sealed with the passphrase.
          </p>
          <p className="meta">At the other station: meeting, then I.</p>
          <Button look="primary" keys="Enter" autoFocus onPress={onClose}>
            Close
          </Button>
        </div>
      )}
    </ModalDialog>
  );
}
