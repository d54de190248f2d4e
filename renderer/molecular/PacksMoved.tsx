import type { CaseView } from '../../shared/contract.ts';
import type { MolecularProfile } from '../../shared/molecular/profile.ts';
import { useWork, WorkProgress } from '../app/feed.tsx';
import { useCaseChanged, usePacks } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { Button, FaultNote, Note } from '../ui/parts.tsx';
import { packsMoved } from './findings.ts';
import styles from './molecular.module.css';

/** The case was thought through with other packs than stand here now: which, and the way to think it through again (F013). */
export function PacksMoved({ view, profile, locked }: { view: CaseView; profile: MolecularProfile; locked: boolean }) {
  const { client } = useWorkstation();
  const { data } = usePacks();
  const work = useWork();
  const changed = useCaseChanged();
  const moved = packsMoved(profile.packs, data ?? []);
  if (moved.length === 0 && !work.running) return null;
  const { caseId } = view.listing;
  const again = () => work.run((signal) => client.case.analyze({ caseId, answers: {} }, { signal }), changed);
  return (
    <div className={styles.note}>
      {work.fault === undefined ? null : <FaultNote fault={work.fault} />}
      {work.running ? (
        <WorkProgress work={work} title="Analysing the case again" />
      ) : (
        <Note tone="amber" action={locked ? undefined : <Button onPress={() => void again()}>Analyse again</Button>}>
          Evidence has changed since this was analysed: {moved.join('; ')}.{' '}
          {locked ? 'The report is signed and stays as it is.' : 'Verdicts and their reasons stay.'}
        </Note>
      )}
    </div>
  );
}
