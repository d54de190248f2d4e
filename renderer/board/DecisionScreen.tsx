import { useState } from 'react';
import { dismissedFindings } from '../../shared/therapy/dismissed.ts';
import { useKeys } from '../app/keyboard.tsx';
import { useVaultStatus } from '../app/queries.ts';
import { useCaseView } from '../case/case-view.ts';
import { useDraft } from '../store/drafts.ts';
import { useLayout } from '../store/layout.ts';
import { Loading } from '../ui/parts.tsx';
import { DecisionForm } from './DecisionForm.tsx';
import { DecisionRead } from './DecisionRead.tsx';
import {
  type DecisionContext,
  type DecisionDraft,
  draftOf,
  emptyDraft,
  type ParticipantDraft,
  Participants,
  parseDraft,
  tableOf,
} from './decision-draft.ts';
import { today } from './follow-up-words.ts';
import { useMeeting } from './MeetingProvider.tsx';

const isTable = (kept: unknown): kept is ParticipantDraft[] => Participants.safeParse(kept).success;

/** What the board decides, typed in a minute and read back (B7). A signed case is only read. */
export function DecisionScreen() {
  const view = useCaseView();
  const vault = useVaultStatus();
  const [table, setTable] = useLayout<ParticipantDraft[]>('board-table', [], isTable);
  const [amending, setAmending] = useState(false);
  const [first] = useState(today);
  const { meeting, attendance } = useMeeting();
  const context: DecisionContext = {
    options: view.options ?? { options: [], exclusions: [] },
    record: view.record,
    today: first,
    userName: vault.data?.user?.name ?? '',
    table: meeting === undefined ? table : tableOf(attendance, view.listing.caseId),
    dismissed: dismissedFindings(view.board.reviews),
  };
  const { decision } = view.board;
  const draft = useDraft<DecisionDraft | undefined>(`decision:${view.listing.caseId}`, undefined, parseDraft, true);

  if (!draft.ready) return <Opening />;
  const reads = decision !== undefined && (view.report !== undefined || (draft.value === undefined && !amending));
  if (reads) return <DecisionRead view={view} onAmend={() => setAmending(true)} />;
  const value = draft.value ?? (decision === undefined ? emptyDraft(context) : draftOf(decision, context));
  return (
    <DecisionForm
      view={view}
      context={context}
      value={value}
      kept={draft.value === undefined ? 'nothing' : draft.state}
      restored={draft.restored}
      follows={draft.follows}
      other={draft.other}
      onSettle={draft.settle}
      onChange={(change) => draft.change((before) => change(before ?? value))}
      onRecorded={async (recorded) => {
        setTable(
          recorded.participants.map(({ name, role, conflictOfInterest }) => ({
            name,
            role,
            conflict: conflictOfInterest ?? '',
          })),
        );
        await draft.drop();
        setAmending(false);
      }}
      onDiscard={
        decision === undefined && draft.value === undefined
          ? undefined
          : async () => {
              await draft.drop();
              setAmending(false);
            }
      }
    />
  );
}

/** What is typed before the form stands is meant for it: on this screen digits choose options. */
function Opening() {
  useKeys('Decision', [], true);
  return <Loading what="Looking for a kept draft" rows={8} />;
}
