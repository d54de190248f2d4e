import { Link, useNavigate } from '@tanstack/react-router';
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import type { CaseView } from '../../shared/contract.ts';
import { Flag } from '../ui/marks.tsx';
import { Button } from '../ui/parts.tsx';
import { ageAndSex, plural, statusWords } from '../ui/words.ts';
import styles from './frame.module.css';
import { type OpenItem, openItems } from './readiness.ts';

/** Who this is about and what is asked. It stands on every screen of the case and never scrolls. */
export function CaseHeader({ view }: { view: CaseView }) {
  const { patient, diagnosis, question, synthetic } = view.record;
  return (
    <header className={styles.header}>
      <h1>{patient.pseudonym}</h1>
      <p className={styles.who}>{ageAndSex(patient)}</p>
      <p className={styles.tumor}>
        {diagnosis.name} <span className="quiet">{diagnosis.oncotreeCode}</span>
        {diagnosis.stage === undefined ? null : <> · {diagnosis.stage}</>}
      </p>
      <p className={styles.question} title={question}>
        {question}
      </p>
      <div className={styles.standing}>
        {synthetic ? <span className={styles.synthetic}>SYNTHETIC</span> : null}
        <Notes view={view} />
        <Readiness items={openItems(view)} view={view} />
      </div>
    </header>
  );
}

/** The threads of this case are one key away from every screen of it. */
function Notes({ view }: { view: CaseView }) {
  const notes = (view.board.annotations ?? []).filter(({ withdrawn }) => !withdrawn).length;
  const conflicts = view.board.conflicts?.length ?? 0;
  return (
    <Link to="/case/$caseId/notes" params={{ caseId: view.listing.caseId }} title="Notes (G N)">
      {conflicts > 0 ? <Flag tone="amber">{plural(conflicts, 'conflict')}</Flag> : plural(notes, 'note')}
    </Link>
  );
}

function Readiness({ items, view }: { items: readonly OpenItem[]; view: CaseView }) {
  const navigate = useNavigate();
  if (view.report !== undefined) return <Flag tone="calm">{statusWords.signed}</Flag>;
  // Two boards that contradict each other are not ready, and the conflicts stand beside this.
  if (items.length === 0)
    return (view.board.conflicts ?? []).length > 0 ? null : <Flag tone="calm">ready to sign</Flag>;
  return (
    <DialogTrigger>
      <AriaButton className={styles.ready ?? ''}>
        <Flag tone="amber">{plural(items.length, 'thing')} open</Flag>
      </AriaButton>
      <Popover className={styles.popover ?? ''} placement="bottom end" data-dialog="">
        <Dialog aria-label="Open in this case">
          {({ close }) => (
            <ul>
              {items.map((item) => (
                <li key={item.text}>
                  <Button
                    look="link"
                    onPress={() => {
                      close();
                      void navigate({ to: `/case/$caseId/${item.step}`, params: { caseId: view.listing.caseId } });
                    }}
                  >
                    {item.text}
                  </Button>
                </li>
              ))}
            </ul>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
