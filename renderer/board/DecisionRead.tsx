import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { CaseView } from '../../shared/contract.ts';
import { useKeys } from '../app/keyboard.tsx';
import { useVaultStatus } from '../app/queries.ts';
import { Button, Foot, TitleBar } from '../ui/parts.tsx';
import { PlainTable } from '../ui/WorkTable.tsx';
import { intentWords, moment } from '../ui/words.ts';
import styles from './board.module.css';

/** The recorded decision, large enough to be read aloud. It is changed only by deciding anew. */
export function DecisionRead({ view, onAmend }: { view: CaseView; onAmend: () => void }) {
  const navigate = useNavigate();
  const vault = useVaultStatus();
  const { decision } = view.board;
  const signed = view.report !== undefined;
  const toReport = () => void navigate({ to: '/case/$caseId/report', params: { caseId: view.listing.caseId } });
  const keys = useKeys('Decision', [
    { keys: 'Enter', label: 'on to the report', run: toReport },
    ...(signed ? [] : [{ keys: 'a', label: 'decide anew', run: onAmend }]),
  ]);
  if (decision === undefined) return null;
  const labels = [
    ...decision.optionIds.map((id) => view.options?.options.find((option) => option.id === id)?.label ?? id),
    ...(decision.otherOption === undefined ? [] : [decision.otherOption]),
  ];
  const user = vault.data?.user;
  const by = user?.userId === decision.decidedBy ? user.name : decision.decidedBy;
  return (
    <>
      <TitleBar title="Decision" count={`recorded ${moment(decision.decidedAt)} by ${by}`} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <article className={styles.read} tabIndex={0} aria-label="Recorded decision">
        <p className={styles.asked}>{view.record.question}</p>
        <p className={styles.answer}>{decision.answer}</p>
        <dl>
          <Part title="Option">
            {labels.length === 0 ? 'None of the table: see the intent' : labels.join(', then ')}
          </Part>
          <Part title="Intent">{[intentWords[decision.intent], decision.line].filter(Boolean).join(' · ')}</Part>
          <Part title="Rationale">
            {decision.rationale.split('\n').map((line) => (
              <p key={line}>{line}</p>
            ))}
          </Part>
          {decision.conditions === undefined ? null : <Part title="Conditions">{decision.conditions}</Part>}
          <Part title="Dissent">{decision.dissent ?? 'None recorded'}</Part>
          {decision.modelDisagreement === undefined ? null : (
            <Part title="Disagreement with the model">{decision.modelDisagreement}</Part>
          )}
          <Part title="Actions">
            {decision.actions.length === 0 ? (
              'None agreed'
            ) : (
              <PlainTable
                label="Actions"
                head={['What', 'Who', 'Until']}
                rows={decision.actions.map((action) => [action.what, action.owner, action.due])}
              />
            )}
          </Part>
          <Part title="Participants">
            {decision.participants
              .map(({ name, role, conflictOfInterest }) =>
                [
                  name,
                  role,
                  conflictOfInterest === undefined ? undefined : `conflict of interest: ${conflictOfInterest}`,
                ]
                  .filter(Boolean)
                  .join(', '),
              )
              .join(' · ')}
          </Part>
        </dl>
      </article>
      <Foot
        keys={[...keys, { keys: 'n', label: 'next case' }]}
        action={
          <div className={styles.ends}>
            {signed ? null : (
              <Button keys="a" onPress={onAmend}>
                Decide anew
              </Button>
            )}
            <Button look="primary" keys="Enter" onPress={toReport}>
              On to the report
            </Button>
          </div>
        }
      />
    </>
  );
}

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <div>
    <dt>{title}</dt>
    <dd>{children}</dd>
  </div>
);
