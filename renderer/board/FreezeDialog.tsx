import { useMutation } from '@tanstack/react-query';
import type { FreezeItem } from '../../shared/board/frozen.ts';
import { fetchBlob } from '../app/client.ts';
import { faultOf } from '../app/fault.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { saveBlob } from '../ui/Chart.tsx';
import { Button, ModalDialog } from '../ui/parts.tsx';
import { plural } from '../ui/words.ts';
import styles from './meeting.module.css';
import { PassphraseForm } from './PassphraseForm.tsx';

/** The agenda with its cases leaves as one sealed file (F068, F084). The passphrase is read here and told by voice. */
export function FreezeDialog({ items, onClose }: { items: readonly FreezeItem[]; onClose: () => void }) {
  const { client } = useWorkstation();
  const writing = useMutation({
    // The passphrase is not to be kept with the call.
    gcTime: 0,
    mutationFn: async (passphrase: string) => {
      const ticket = await client.board.freezeAgenda({ items: [...items], passphrase });
      saveBlob(await fetchBlob(ticket), ticket.fileName);
      return ticket.fileName;
    },
  });
  return (
    <ModalDialog title="Freeze the agenda into a file" isOpen onClose={onClose}>
      {writing.data === undefined ? (
        <PassphraseForm
          hint="Tell it to the other station by voice, never with the file. Who has lost it cannot open the file."
          isNew
          busy={writing.isPending}
          action="Write the file"
          busyWords="Writing …"
          fault={writing.isError ? faultOf(writing.error) : undefined}
          onSubmit={writing.mutate}
        >
          <p>
            {plural(items.length, 'case')} as they stand now, with their bundles and what was written about them. It
            opens read-only at another station; what is written there comes back as a file of the same kind and is
            merged.
          </p>
        </PassphraseForm>
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
