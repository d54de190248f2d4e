import { useMutation } from '@tanstack/react-query';
import type { CaseView } from '../../shared/contract.ts';
import { faultOf } from '../app/fault.ts';
import { useBoardChanged } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { Flag } from '../ui/marks.tsx';
import { Button, FaultNote } from '../ui/parts.tsx';
import styles from './notes.module.css';
import { conflictSubject, entryWords, partsThatDiffer } from './notes.ts';

const takes = { mine: 'Keep what stands here', theirs: 'Take theirs' } as const;

/** What two boards say differently of one thing, until somebody settles it (F084). */
export function Conflicts({ view, onSettled }: { view: CaseView; onSettled: () => void }) {
  const { client } = useWorkstation();
  const changed = useBoardChanged();
  const { caseId } = view.listing;
  const settling = useMutation({
    mutationFn: (input: { mergeId: string; key: string; take: 'mine' | 'theirs' }) =>
      client.board.settleConflict({ caseId, ...input }),
    onSuccess: async (board) => {
      await changed(caseId, board);
      // The button that had the focus is gone with its conflict.
      onSettled();
    },
  });
  return (
    <>
      {settling.error === null ? null : <FaultNote fault={faultOf(settling.error)} />}
      {(view.board.conflicts ?? []).map(({ mergeId, key, boardName, mine, theirs }) => {
        const subject = conflictSubject(mine, view);
        return (
          <article key={`${mergeId} ${key}`} className={styles.thread} aria-label={`Conflict on ${subject}`}>
            <header>
              <h3>{subject}</h3>
              <Flag tone="amber">{boardName} says otherwise</Flag>
            </header>
            <dl className={styles.said}>
              <dt>Here</dt>
              <dd>{entryWords(mine)}</dd>
              <dt>There</dt>
              <dd>{entryWords(theirs)}</dd>
            </dl>
            {partsThatDiffer(mine, theirs).length === 0 ? null : (
              <p className="meta">Differs in: {partsThatDiffer(mine, theirs).join(', ')}</p>
            )}
            {view.report !== undefined ? null : (
              <footer>
                {(['mine', 'theirs'] as const).map((take) => (
                  <Button
                    key={take}
                    aria-label={`${takes[take]}: ${subject}`}
                    isDisabled={settling.isPending}
                    onPress={() => settling.mutate({ mergeId, key, take })}
                  >
                    {takes[take]}
                  </Button>
                ))}
              </footer>
            )}
          </article>
        );
      })}
    </>
  );
}
