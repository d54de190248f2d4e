import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type ActionRow, type FollowUp, isOpen, NotCarriedOut } from '../../shared/board/follow-up.ts';
import { CaseId } from '../../shared/foundation/ids.ts';
import { faultOf } from '../app/fault.ts';
import { useKeys } from '../app/keyboard.tsx';
import { keysOf, useBoardChanged } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { HouseFrame } from '../case/HouseFrame.tsx';
import { saveBlob } from '../ui/Chart.tsx';
import { Flag, type FlagTone } from '../ui/marks.tsx';
import { Button, Empty, FaultNote, Field, Foot, Loading, ModalDialog, TitleBar } from '../ui/parts.tsx';
import { asTsv, type Column, rowKeys, WorkTable } from '../ui/WorkTable.tsx';
import { plural, responseWords } from '../ui/words.ts';
import { isDate } from './decision-draft.ts';
import { askedWords, notCarriedOutWords, stateWords, today } from './follow-up-words.ts';
import styles from './vote.module.css';

const rowId = ({ caseId, place, decidedAt }: ActionRow): string => `${caseId} ${decidedAt} ${place}`;

type Standing = 'done' | 'not carried out' | 'late' | 'open';

const standingTones: Record<Standing, FlagTone> = {
  done: 'calm',
  'not carried out': 'plain',
  late: 'amber',
  open: 'plain',
};

const standingOf = (row: ActionRow, now: string): Standing =>
  row.done ? 'done' : !isOpen(row) ? 'not carried out' : row.due < now ? 'late' : 'open';

const columnsAt = (now: string): readonly Column<ActionRow>[] => [
  {
    id: 'state',
    title: 'Where it stands',
    width: '9rem',
    cell: (row) => <Flag tone={standingTones[standingOf(row, now)]}>{standingOf(row, now)}</Flag>,
    text: (row) => standingOf(row, now),
  },
  { id: 'due', title: 'Due', width: '8rem', cell: ({ due }) => due, text: ({ due }) => due },
  {
    id: 'case',
    title: 'Case',
    width: '12rem',
    cell: ({ pseudonym }) => <b>{pseudonym}</b>,
    text: ({ pseudonym }) => pseudonym,
  },
  { id: 'what', title: 'What', cell: ({ what }) => what, text: ({ what }) => what },
  {
    id: 'asked',
    title: 'Was the decision carried out?',
    width: '22rem',
    cell: (row) => askedWords(row) || <span className="quiet">not asked yet</span>,
    text: askedWords,
  },
  {
    id: 'owner',
    title: 'Owner',
    width: '14rem',
    cell: ({ owner }) => (owner === '' ? <span className="quiet">the board</span> : owner),
    text: ({ owner }) => owner,
  },
];

/** What was promised in every case, late ones on top, and what came of the decisions (F083, F123). */
export function ActionsScreen() {
  const { client } = useWorkstation();
  const navigate = useNavigate();
  const [now] = useState(today);
  const actions = useQuery({ queryKey: keysOf.actions, queryFn: () => client.board.actions(), staleTime: 0 });
  const [selected, setSelected] = useState<string>();
  const [following, setFollowing] = useState(false);
  const rows = actions.data ?? [];
  const current = rows.find((row) => rowId(row) === selected) ?? rows[0];
  const columns = columnsAt(now);
  const late = rows.filter((row) => standingOf(row, now) === 'late').length;
  const exportRows = () =>
    saveBlob(new Blob([`${asTsv(columns, rows)}\n`], { type: 'text/tab-separated-values' }), 'actions.tsv');
  const follow = () => {
    if (current !== undefined) setFollowing(true);
  };
  const keys = useKeys('Actions', [
    ...rowKeys(rows.map(rowId), current === undefined ? undefined : rowId(current), setSelected),
    { keys: 'Enter', label: 'follow the case up', run: follow },
    {
      keys: 'c',
      label: 'open the case',
      run: () => {
        if (current !== undefined) void navigate({ to: '/case/$caseId/decision', params: { caseId: current.caseId } });
      },
    },
    { keys: 'x', label: 'export as TSV', run: exportRows },
    { keys: 'Escape', label: 'worklist', run: () => void navigate({ to: '/' }) },
  ]);
  return (
    <HouseFrame current="actions">
      <TitleBar
        level={1}
        title="Actions"
        count={`${plural(rows.filter(isOpen).length, 'open action')}, ${late} late, of ${rows.length}`}
      />
      {actions.isPending ? (
        <Loading what="Reading the decisions" rows={8} />
      ) : actions.isError ? (
        <FaultNote fault={faultOf(actions.error)} />
      ) : rows.length === 0 ? (
        <Empty level={2} title="Nothing was promised yet">
          <p>Actions stand here once a decision is recorded, and a follow-up 30 and 90 days after it.</p>
        </Empty>
      ) : (
        <WorkTable
          label="Actions"
          columns={columns}
          groups={[{ id: 'all', rows }]}
          rowId={rowId}
          selected={current === undefined ? undefined : rowId(current)}
          onSelect={setSelected}
          faded={(row) => !isOpen(row)}
        />
      )}
      <Foot
        keys={keys.filter(({ keys }) => !/^(Arrow|Escape|Enter)/.test(keys))}
        action={
          <Button look="primary" keys="Enter" isDisabled={current === undefined} onPress={follow}>
            Follow the case up
          </Button>
        }
      />
      {following && current !== undefined ? (
        <FollowUpDialog
          row={current}
          actions={rows.filter(({ caseId, place }) => caseId === current.caseId && place >= 0)}
          now={now}
          onDone={async () => {
            setFollowing(false);
            await actions.refetch();
          }}
          onClose={() => setFollowing(false)}
        />
      ) : null}
    </HouseFrame>
  );
}

interface FollowUpDialogProps {
  readonly row: ActionRow;
  readonly actions: readonly ActionRow[];
  readonly now: string;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}

function FollowUpDialog({ row, actions, now, onDone, onClose }: FollowUpDialogProps) {
  const { client } = useWorkstation();
  const changed = useBoardChanged();
  const [state, setState] = useState<FollowUp['state'] | ''>('');
  const [on, setOn] = useState(now);
  const [reason, setReason] = useState<NotCarriedOut | ''>('');
  const [response, setResponse] = useState<NonNullable<FollowUp['response']> | ''>('');
  const [grade, setGrade] = useState('');
  const [note, setNote] = useState('');
  const [done, setDone] = useState<readonly number[]>(actions.filter((one) => one.done).map(({ place }) => place));
  const recording = useMutation({
    mutationFn: (followUp: FollowUp) => {
      const caseId = CaseId.parse(row.caseId);
      return client.board.recordFollowUp({ caseId, followUp });
    },
    onSuccess: async (board) => {
      await changed(row.caseId, board);
      await onDone();
    },
  });
  const complete = state !== '' && isDate(on) && (state !== 'not-carried-out' || reason !== '');
  return (
    <ModalDialog title={`Follow-up of ${row.pseudonym}`} isOpen wide onClose={onClose}>
      <form
        className={styles.ballot}
        onSubmit={(event) => {
          event.preventDefault();
          if (state === '' || !complete || recording.isPending) return;
          recording.mutate({
            followUpId: crypto.randomUUID(),
            on,
            state,
            actionsDone: [...done],
            ...(state === 'not-carried-out' && reason !== '' ? { reason } : {}),
            ...(response === '' ? {} : { response }),
            ...(grade === '' ? {} : { toxicityGrade: Number(grade) }),
            ...(note.trim() === '' ? {} : { note: note.trim() }),
          });
        }}
      >
        <div className={styles.sides}>
          <fieldset>
            <legend>Was the decision carried out?</legend>
            {Object.entries(stateWords).map(([one, words]) => (
              <label key={one}>
                <input
                  type="radio"
                  name="state"
                  checked={state === one}
                  onChange={() => setState(one as FollowUp['state'])}
                />
                {words}
              </label>
            ))}
          </fieldset>
          {state === 'not-carried-out' ? (
            <fieldset>
              <legend>Why not</legend>
              {NotCarriedOut.options.map((one) => (
                <label key={one}>
                  <input type="radio" name="reason" checked={reason === one} onChange={() => setReason(one)} />
                  {notCarriedOutWords[one]}
                </label>
              ))}
            </fieldset>
          ) : (
            <fieldset>
              <legend>Best response since</legend>
              {(['CR', 'PR', 'SD', 'PD', 'NE'] as const).map((one) => (
                <label key={one}>
                  <input type="radio" name="response" checked={response === one} onChange={() => setResponse(one)} />
                  {responseWords[one] ?? one}
                </label>
              ))}
            </fieldset>
          )}
        </div>
        <fieldset className={styles.done}>
          <legend>Actions that are done</legend>
          {actions.map(({ place, what, owner }) => (
            <label key={place}>
              <input
                type="checkbox"
                checked={done.includes(place)}
                onChange={({ currentTarget: { checked } }) =>
                  setDone((before) => (checked ? [...before, place] : before.filter((one) => one !== place)))
                }
              />
              {what} <span className="meta">{owner}</span>
            </label>
          ))}
        </fieldset>
        <div className={styles.under}>
          <Field label="As of, YYYY-MM-DD" value={on} onChange={setOn} isInvalid={!isDate(on)} maxLength={10} />
          <label className={styles.grade}>
            <span>Highest toxicity, CTCAE</span>
            <select value={grade} onChange={({ currentTarget: { value } }) => setGrade(value)}>
              <option value="">not asked</option>
              <option value="0">asked, none</option>
              {[1, 2, 3, 4, 5].map((one) => (
                <option key={one} value={one}>
                  grade {one}
                </option>
              ))}
            </select>
          </label>
        </div>
        <Field label="Note" value={note} onChange={setNote} maxLength={1000} />
        {recording.isError ? <FaultNote fault={faultOf(recording.error)} /> : null}
        <Button type="submit" look="primary" isDisabled={!complete || recording.isPending}>
          Record the follow-up
        </Button>
      </form>
    </ModalDialog>
  );
}
