import { type FormEvent, useState } from 'react';
import type { OutsideHead } from '../../shared/vault/checkpoint.ts';
import { headIn } from '../../shared/vault/outside-head.ts';
import { useFilePicker } from '../ui/FilePicker.tsx';
import { Button, Field, ModalDialog } from '../ui/parts.tsx';
import { plural } from '../ui/words.ts';
import styles from './vault.module.css';

interface CheckpointDialogProps {
  readonly onVerify: (checkpoint: OutsideHead) => void;
  readonly onClose: () => void;
}

/** A checkpoint is some hundred bytes; of a larger file nothing is read. */
const LARGEST = 64 * 1024;

/** What was kept outside of the vault, to be compared with its journal (F092): an exported file, or what a report prints. */
export function CheckpointDialog({ onVerify, onClose }: CheckpointDialogProps) {
  const [text, setText] = useState('');
  const { pick, field } = useFilePicker('File of a checkpoint', '.json,.txt', (file) => {
    void file.slice(0, LARGEST).text().then(setText);
  });
  const head = headIn(text);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (head !== undefined) onVerify(head);
  };
  return (
    <ModalDialog title="Verify against a checkpoint" isOpen onClose={onClose}>
      <form className={styles.erase} onSubmit={submit} aria-label="Verify against a checkpoint">
        <p>
          A journal that was rewritten or rolled back as a whole agrees with itself. It does not agree with a checkpoint
          that was kept outside of this vault.
        </p>
        <Field
          label="Checkpoint"
          hint="The exported file, or of a signed report the lines Journal, Tree head and Last event, or its code as a camera reads it."
          value={text}
          onChange={setText}
          rows={6}
          autoFocus
        />
        <p role="status">
          {head !== undefined
            ? `It covers ${plural(head.treeSize, 'entry', 'entries')}, ${'signature' in head ? 'with its signature' : 'as printed'}.`
            : text.trim() === ''
              ? 'Nothing is changed by this; that it was verified is in the journal.'
              : 'No checkpoint is in this text: it needs the number of events and the tree head of 64 signs.'}
        </p>
        {field}
        <div className={styles.ends}>
          <Button onPress={onClose} keys="Escape">
            Cancel
          </Button>
          <Button onPress={pick}>Choose a file</Button>
          <Button look="primary" type="submit" isDisabled={head === undefined}>
            Verify against it
          </Button>
        </div>
      </form>
    </ModalDialog>
  );
}
