import { useMutation } from '@tanstack/react-query';
import { type ChangeEvent, useRef } from 'react';
import type { CaseView } from '../../shared/contract.ts';
import { fetchBlob, uploadFile } from '../app/client.ts';
import { faultOf } from '../app/fault.ts';
import { useBoardChanged } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { saveBlob } from '../ui/Chart.tsx';
import { Button, FaultNote } from '../ui/parts.tsx';
import { plural } from '../ui/words.ts';
import styles from './notes.module.css';

/** Two boards, one case: what was written goes out as a file and comes back merged (F084). */
export function MergePanel({ view }: { view: CaseView }) {
  const { client } = useWorkstation();
  const changed = useBoardChanged();
  const picker = useRef<HTMLInputElement>(null);
  const { caseId } = view.listing;
  const exporting = useMutation({
    mutationFn: async () => {
      const ticket = await client.board.exportBoard({ caseId });
      saveBlob(await fetchBlob(ticket), ticket.fileName);
    },
  });
  const importing = useMutation({
    mutationFn: async (file: File) => client.board.importBoard({ caseId, ticket: await uploadFile(client, file) }),
    onSuccess: ({ board }) => changed(caseId, board),
  });
  const failed = exporting.error ?? importing.error;
  const pick = (event: ChangeEvent<HTMLInputElement>) => {
    const [file] = event.currentTarget.files ?? [];
    event.currentTarget.value = '';
    if (file !== undefined) importing.mutate(file);
  };
  return (
    <section className={styles.merge} aria-label="Another board">
      <h3>Another board</h3>
      <p className="meta">
        Notes, votes, reviews and the decision leave as one file, by pseudonym and not encrypted; keep the stick as you
        keep a chart.
      </p>
      <div className={styles.ends}>
        <Button onPress={() => exporting.mutate()} isDisabled={exporting.isPending}>
          Write the file
        </Button>
        <Button onPress={() => picker.current?.click()} isDisabled={importing.isPending || view.report !== undefined}>
          {importing.isPending ? 'Merging …' : 'Merge a file'}
        </Button>
        <input ref={picker} type="file" accept=".json" className="hidden" tabIndex={-1} onChange={pick} aria-hidden />
      </div>
      {importing.data === undefined ? null : (
        <p role="status">
          {plural(importing.data.taken, 'entry', 'entries')} taken, {plural(importing.data.conflicts, 'conflict')}{' '}
          found.
        </p>
      )}
      {failed === null ? null : <FaultNote fault={faultOf(failed)} />}
    </section>
  );
}
