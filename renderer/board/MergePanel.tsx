import { useMutation } from '@tanstack/react-query';
import { type ChangeEvent, useRef } from 'react';
import type { BoardEntry } from '../../shared/board/merge.ts';
import type { CaseView } from '../../shared/contract.ts';
import { fetchBlob, uploadFile } from '../app/client.ts';
import { faultOf } from '../app/fault.ts';
import { useBoardChanged } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { saveBlob } from '../ui/Chart.tsx';
import { Flag } from '../ui/marks.tsx';
import { Button, FaultNote } from '../ui/parts.tsx';
import { plural } from '../ui/words.ts';
import styles from './notes.module.css';

/** One entry in a line: what the other board says, or what stands here. */
function entryWords(entry: BoardEntry): string {
  switch (entry.kind) {
    case 'decision':
      return `decision: ${entry.value.answer} (${entry.value.decidedBy})`;
    case 'review':
      return `${entry.value.verdict} by ${entry.value.by}${entry.value.reason === undefined ? '' : `: ${entry.value.reason}`}`;
    case 'note':
      return `note by ${entry.value.by}: ${entry.value.text}`;
    case 'ballot':
      return `vote ${entry.value.round} discussion`;
  }
}

/** Two boards, one case: what was written goes out as a file and comes back merged, conflicts in sight (F084). */
export function MergePanel({ view }: { view: CaseView }) {
  const { client } = useWorkstation();
  const changed = useBoardChanged();
  const picker = useRef<HTMLInputElement>(null);
  const { caseId } = view.listing;
  const { conflicts = [] } = view.board;
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
  const settling = useMutation({
    mutationFn: (input: { mergeId: string; key: string; take: 'mine' | 'theirs' }) =>
      client.board.settleConflict({ caseId, ...input }),
    onSuccess: (board) => changed(caseId, board),
  });
  const failed = exporting.error ?? importing.error ?? settling.error;
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
          {plural(importing.data.taken, 'entry', 'entries')} taken, {plural(importing.data.conflicts, 'conflict')} to
          settle.
        </p>
      )}
      {failed === null ? null : <FaultNote fault={faultOf(failed)} />}
      {conflicts.map((one) => (
        <div key={`${one.mergeId} ${one.key}`} className={styles.conflict}>
          <Flag tone="amber">{one.boardName} says otherwise</Flag>
          <p>
            <b>Here</b> {entryWords(one.mine)}
          </p>
          <p>
            <b>There</b> {entryWords(one.theirs)}
          </p>
          <div className={styles.ends}>
            {(['mine', 'theirs'] as const).map((take) => (
              <Button
                key={take}
                look="quiet"
                isDisabled={settling.isPending}
                onPress={() => settling.mutate({ mergeId: one.mergeId, key: one.key, take })}
              >
                {take === 'mine' ? 'Keep what stands here' : 'Take theirs'}
              </Button>
            ))}
          </div>
        </div>
      ))}
    </section>
  );
}
