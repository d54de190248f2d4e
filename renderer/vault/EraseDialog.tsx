import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { CaseId } from '../../shared/foundation/ids.ts';
import { type ErasurePreview, needsSecondPerson } from '../../shared/vault/retention.ts';
import type { ErasureReason } from '../../shared/vault/retention-rules.ts';
import { faultOf } from '../app/fault.ts';
import { keysOf, useVaultStatus } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { forgetCase } from '../store/forget.ts';
import { useStore } from '../store/StoreProvider.tsx';
import { Button, FaultNote, Field, ModalDialog, Note } from '../ui/parts.tsx';
import { count, moment, plural } from '../ui/words.ts';
import { reasonWords, standingWords, startOf } from './retention-words.ts';
import styles from './vault.module.css';

const reasons = Object.entries(reasonWords) as [ErasureReason, string][];

interface EraseDialogProps {
  readonly caseId: CaseId;
  /** Chosen already, where the dialog is opened for one reason. */
  readonly reason?: ErasureReason;
  readonly onErased: () => void;
  readonly onClose: () => void;
}

/**
 * Erases a case for good (F105), after it was said what goes and what stands in the way. The pseudonym is typed and not
 * shown, so that whoever erases knows it from the request and not from this screen. Where two persons have to agree, the
 * first one proposes here and another erases.
 */
export function EraseDialog({ caseId, reason: given, onErased, onClose }: EraseDialogProps) {
  const { client } = useWorkstation();
  const store = useStore();
  const queries = useQueryClient();
  const [confirmation, setConfirmation] = useState('');
  const [reason, setReason] = useState<ErasureReason | undefined>(given);
  const base = useId();

  const erase = useMutation({
    mutationFn: async (why: ErasureReason) => {
      await client.vault.eraseCase({ caseId, confirmation, reason: why });
      if (store !== undefined) await forgetCase(store, caseId);
    },
    onSuccess: async () => {
      const ofCase = [keysOf.case(caseId), keysOf.draft(caseId), keysOf.verification(caseId), keysOf.erasure(caseId)];
      for (const queryKey of ofCase) queries.removeQueries({ queryKey });
      await Promise.all([
        queries.invalidateQueries({ queryKey: keysOf.cases }),
        queries.invalidateQueries({ queryKey: keysOf.audit }),
        queries.invalidateQueries({ queryKey: keysOf.retention }),
      ]);
      onErased();
    },
  });
  const own = useVaultStatus().data?.user?.userId;
  const preview = useQuery({
    queryKey: keysOf.erasure(caseId),
    queryFn: () => client.vault.previewErasure({ caseId }),
    staleTime: 0,
  });
  const found = preview.data;
  const told = { onSuccess: (next: ErasurePreview) => queries.setQueryData(keysOf.erasure(caseId), next) };
  const propose = useMutation({
    mutationFn: (why: ErasureReason) => client.vault.proposeErasure({ caseId, reason: why }),
    ...told,
  });
  const withdraw = useMutation({ mutationFn: () => client.vault.withdrawErasure({ caseId }), ...told });
  const proposal = found?.proposal ?? null;
  // With somebody else's proposal for this reason, this is the second person.
  const isFirst =
    found !== undefined &&
    reason !== undefined &&
    needsSecondPerson(found.twoPersons, reason, found.standing) &&
    (proposal === null || proposal.by === own || proposal.reason !== reason);
  const isBusy = erase.isPending || propose.isPending || withdraw.isPending;
  const isProposed = isFirst && proposal !== null && proposal.by === own && proposal.reason === reason;
  const failed = [preview, erase, propose, withdraw].find(({ isError }) => isError);
  const isComplete =
    found !== undefined && !isBusy && reason !== undefined && (isFirst ? !isProposed : confirmation.trim() !== '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isComplete) return;
    if (isFirst) propose.mutate(reason);
    else erase.mutate(reason);
  };

  return (
    <ModalDialog title="Erase a case" isOpen onClose={isBusy ? () => undefined : onClose}>
      <form className={styles.erase} onSubmit={submit} aria-label="Erase a case">
        <p>
          The key of case <span className="mono">{caseId}</span> is destroyed. Its files, findings, decision and signed
          report cannot be read again by anybody.
        </p>
        {found === undefined ? null : <Goes found={found} />}
        <p className="meta">
          What stays: that the case existed, who did what when, and that it was erased; the journal still verifies. In
          backup folders the case goes too, at once or with the next backup there. Papers and files that were handed out
          are not reached from here.
        </p>
        <fieldset className={styles.reasons} disabled={isBusy}>
          <legend>Reason</legend>
          {reasons.map(([value, words]) => (
            <label key={value}>
              <input
                type="radio"
                name={`${base}-reason`}
                checked={reason === value}
                onChange={() => setReason(value)}
              />
              {words}
            </label>
          ))}
        </fieldset>
        {isFirst ? (
          <p>
            {isProposed
              ? 'You proposed this. Another admin erases the case, or either of you takes the proposal back.'
              : 'Two admins have to agree: propose it, and another admin erases the case.'}
          </p>
        ) : (
          <Field
            label={reason === 'retention-ended' ? 'Pseudonym or id of the case' : 'Pseudonym of the case'}
            hint={reason === 'retention-ended' ? 'Type it to confirm.' : 'Type it as it stands on the request.'}
            value={confirmation}
            onChange={setConfirmation}
            autoComplete="off"
            autoFocus={given !== undefined}
            maxLength={120}
          />
        )}
        {failed === undefined ? null : <FaultNote fault={faultOf(failed.error)} />}
        <div className={styles.ends}>
          <Button onPress={onClose} keys="Escape" isDisabled={isBusy}>
            Keep the case
          </Button>
          {proposal === null ? null : (
            <Button onPress={() => withdraw.mutate()} isDisabled={isBusy}>
              Take the proposal back
            </Button>
          )}
          <Button look="primary" type="submit" keys="Enter" isDisabled={!isComplete}>
            {erase.isPending ? 'Erasing …' : isFirst ? 'Propose to erase' : 'Erase for good'}
          </Button>
        </div>
      </form>
    </ModalDialog>
  );
}

/** What would go, counted before anything does, and who has spoken for it. */
function Goes({ found }: { found: ErasurePreview }) {
  const { documents, files, bytes, signedReports, backups, standing, hold, proposal } = found;
  const reached = backups.reached + backups.later;
  return (
    <>
      <p>
        Goes: {plural(documents, 'document')} in {plural(files, 'file')} ({count(bytes)} bytes)
        {signedReports === 0 ? '' : `, ${plural(signedReports, 'signed report')} among them`}
        {reached === 0
          ? '; there is no backup folder.'
          : `; from ${plural(backups.reached, 'backup folder')} at once${backups.later === 0 ? '' : `, from ${plural(backups.later, 'other folder')} with the next backup there`}.`}
      </p>
      <p>
        Retention: <span className={styles.time}>{standingWords(standing)}</span>
        {standing.kind === 'no-rule' ? null : (
          <>
            , <span className={styles.time}>{startOf(standing)}</span>
          </>
        )}
        .
      </p>
      {hold === null ? null : (
        <Note tone="red">
          <p>
            <strong>Under legal hold:</strong> {hold}. It cannot be erased until the hold is lifted.
          </p>
        </Note>
      )}
      {proposal === null ? null : (
        <Note tone="amber">
          <p>
            <strong>{proposal.byName} proposed to erase this case</strong> on {moment(proposal.at)}:{' '}
            {reasonWords[proposal.reason].toLowerCase()}.
          </p>
        </Note>
      )}
    </>
  );
}
