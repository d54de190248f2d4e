/** F065: the cover over what models say until the board has voted, the way to uncover it by name, and the board's switch. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { COVERED } from '../../shared/board/judge-first.ts';
import type { CaseView } from '../../shared/contract.ts';
import { CaseId } from '../../shared/foundation/ids.ts';
import { faultOf } from '../app/fault.ts';
import { keysOf, useVaultStatus } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { Button, FaultNote, ModalDialog, ReasonField, useReason } from '../ui/parts.tsx';
import styles from './prediction.module.css';

export const usePresents = (): boolean => useVaultStatus().data?.user?.roles.includes('presenter') === true;

export function Covered({ onUncover }: { onUncover: (() => void) | undefined }) {
  return (
    <article className={styles.answer}>
      <p className={styles.kind}>Covered until the board has judged</p>
      <p className={styles.sentence}>{COVERED}</p>
      <p className={styles.calm}>Findings, tiers and options do not depend on the models and stand as they are.</p>
      {onUncover === undefined ? (
        <p className="meta">A presenter can uncover it, with a reason.</p>
      ) : (
        <p>
          <Button keys="u" onPress={onUncover}>
            Uncover now
          </Button>
        </p>
      )}
    </article>
  );
}

export function UncoverDialog({ view, onClose }: { view: CaseView; onClose: () => void }) {
  const { client } = useWorkstation();
  const queries = useQueryClient();
  const reason = useReason();
  const caseId = CaseId.parse(view.listing.caseId);
  const reveal = useMutation({
    mutationFn: () => client.prediction.reveal({ caseId, reason: reason.given }),
    onSuccess: async (judgeFirst) => {
      queries.setQueryData<CaseView>(keysOf.case(caseId), (held) =>
        held === undefined ? held : { ...held, judgeFirst },
      );
      onClose();
    },
  });
  return (
    <ModalDialog
      title="Uncover what the models say, before the vote"
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Leave it covered</Button>
          <Button look="primary" isDisabled={!reason.isGiven || reveal.isPending} onPress={() => reveal.mutate()}>
            Uncover
          </Button>
        </>
      }
    >
      {reveal.error === null ? null : <FaultNote fault={faultOf(reveal.error)} />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (reason.isGiven) reveal.mutate();
        }}
      >
        <ReasonField reason={reason} hint="Kept with your name and how long it was covered in the journal." autoFocus />
      </form>
    </ModalDialog>
  );
}

/** The board's switch: shown to whoever presents. */
export function JudgeFirstSwitch({ caseId }: { caseId: string }) {
  const { client } = useWorkstation();
  const queries = useQueryClient();
  const presents = usePresents();
  const setting = useQuery({ queryKey: keysOf.judgeFirst, queryFn: () => client.prediction.judgeFirst() });
  const change = useMutation({
    mutationFn: (on: boolean) => client.prediction.setJudgeFirst({ on }),
    onSuccess: async (said) => {
      queries.setQueryData(keysOf.judgeFirst, said);
      await queries.invalidateQueries({ queryKey: keysOf.case(caseId) });
    },
  });
  const on = setting.data?.on === true;
  if (!presents) return null;
  return (
    <Button
      look="quiet"
      aria-pressed={on}
      isDisabled={setting.isPending || change.isPending}
      onPress={() => change.mutate(!on)}
    >
      Judge first: {on ? 'on' : 'off'}
    </Button>
  );
}
