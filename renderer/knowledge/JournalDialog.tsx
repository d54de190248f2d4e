import { useQuery } from '@tanstack/react-query';
import type { PackJournalRow } from '../../shared/knowledge/pack-life.ts';
import { faultOf } from '../app/fault.ts';
import { keysOf } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { Button, FaultNote, Loading, ModalDialog, Section } from '../ui/parts.tsx';
import { PlainTable } from '../ui/WorkTable.tsx';
import { count, moment, plural } from '../ui/words.ts';
import styles from './knowledge.module.css';

const acts: Record<PackJournalRow['act'], string> = {
  installed: 'installed',
  'rolled-back': 'taken back',
  refused: 'refused',
  'publisher-enrolled': 'publisher enrolled',
};
const MOST = 200;

export function usePackJournal() {
  const { client } = useWorkstation();
  return useQuery({ queryKey: [...keysOf.packs, 'journal'], queryFn: () => client.knowledge.packJournal() });
}

export const versionsOf = ({ act, from, to }: PackJournalRow): string =>
  act === 'installed' || act === 'rolled-back' ? `${from ?? 'none'} → ${to ?? 'the version that ships'}` : '';

/** Who changed which pack when and why, and whose packs are believed here. */
export function JournalDialog({ onClose }: { onClose: () => void }) {
  const { client } = useWorkstation();
  const journal = usePackJournal();
  const publishers = useQuery({
    queryKey: [...keysOf.packs, 'publishers'],
    queryFn: () => client.knowledge.publishers(),
  });
  const rows = journal.data ?? [];
  const fault = journal.error ?? publishers.error;
  return (
    <ModalDialog
      title="Changes of packs"
      isOpen
      wide
      onClose={onClose}
      actions={
        <Button look="primary" autoFocus onPress={onClose}>
          Close
        </Button>
      }
    >
      {fault !== null ? <FaultNote fault={faultOf(fault)} /> : null}
      {journal.isPending || publishers.isPending ? (
        <Loading what="Reading the journal" rows={4} />
      ) : (
        <div className={styles.scroll}>
          <Section
            title={`Publishers: ${publishers.data?.length === 0 ? 'none is enrolled' : plural(publishers.data?.length ?? 0, 'enrolled', 'enrolled')}`}
          >
            {publishers.data === undefined || publishers.data.length === 0 ? (
              <p className="quiet">Only what ships with the program is believed.</p>
            ) : (
              <PlainTable
                label="Publishers"
                head={['Publisher', 'Key', 'Enrolled', 'By']}
                rows={publishers.data.map(({ name, keyId, enrolledOn, enrolledBy }) => [
                  name,
                  <span key="key" className="mono">
                    {keyId}
                  </span>,
                  enrolledOn,
                  enrolledBy ?? 'not recorded',
                ])}
              />
            )}
          </Section>
          <Section title={`Journal: showing ${count(Math.min(MOST, rows.length))} of ${count(rows.length)}`}>
            {rows.length === 0 ? (
              <p className="quiet">No pack was changed here: every one is as it shipped.</p>
            ) : (
              <PlainTable
                label="Journal of packs"
                head={['When', 'What', 'Pack or publisher', 'Versions', 'By', 'Reason']}
                rows={rows
                  .slice(0, MOST)
                  .map((row) => [moment(row.at), acts[row.act], row.id ?? '–', versionsOf(row), row.by, row.reason])}
              />
            )}
          </Section>
        </div>
      )}
    </ModalDialog>
  );
}
