import { useState } from 'react';
import { Kbd } from '../ui/marks.tsx';
import { Button, Field, ModalDialog } from '../ui/parts.tsx';
import styles from './molecular.module.css';

interface ReasonDialogProps {
  readonly title: string;
  /** What happens to the finding, in one line. */
  readonly about: string;
  readonly reasons: readonly string[];
  readonly action: string;
  readonly onGive: (reason: string) => void;
  readonly onClose: () => void;
}

/** Asks why, by one key or in own words: a finding is never set aside without a reason that stands in the record. */
export function ReasonDialog({ title, about, reasons, action, onGive, onClose }: ReasonDialogProps) {
  const [words, setWords] = useState('');
  const given = words.trim();
  return (
    <ModalDialog
      title={title}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" keys="Enter" isDisabled={given === ''} onPress={() => onGive(given)}>
            {action}
          </Button>
        </>
      }
    >
      <form
        className={styles.reasons}
        onSubmit={(event) => {
          event.preventDefault();
          if (given !== '') onGive(given);
        }}
        onKeyDown={(event) => {
          // A digit in the empty field is a choice; in a sentence it is a digit.
          const reason = words === '' ? reasons[Number(event.key) - 1] : undefined;
          if (reason === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
          event.preventDefault();
          onGive(reason);
        }}
      >
        <p className="quiet">{about}</p>
        <ol>
          {reasons.map((reason, index) => (
            <li key={reason}>
              <Button look="quiet" onPress={() => onGive(reason)}>
                <span aria-hidden="true">
                  <Kbd keys={String(index + 1)} />
                </span>
                {reason}
              </Button>
            </li>
          ))}
        </ol>
        <Field label="Or in your own words" value={words} onChange={setWords} maxLength={500} autoFocus />
      </form>
    </ModalDialog>
  );
}
