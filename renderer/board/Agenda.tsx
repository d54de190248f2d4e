import { useQueries } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useState } from 'react';
import { budgetOf, clockWords, type Triage } from '../../shared/board/meeting.ts';
import type { CaseListing } from '../../shared/vault/cases.ts';
import { faultOf } from '../app/fault.ts';
import { useKeys } from '../app/keyboard.tsx';
import { keysOf, useCases } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { useDraft } from '../store/drafts.ts';
import { isText, useLayout } from '../store/layout.ts';
import { Flag } from '../ui/marks.tsx';
import { Button, Empty, FaultNote, Field, Foot, Loading, ModalDialog, TitleBar } from '../ui/parts.tsx';
import { type Column, rowKeys, WorkTable } from '../ui/WorkTable.tsx';
import { plural } from '../ui/words.ts';
import {
  type AgendaRow,
  agendaItems,
  agendaOf,
  freezeItems,
  frozenAt,
  moved,
  movedOnto,
  parseAgenda,
  plannedSeconds,
  seenTo,
  waitsFor,
} from './agenda.ts';
import { isDate } from './decision-draft.ts';
import { FreezeDialog } from './FreezeDialog.tsx';
import { today } from './follow-up-words.ts';
import { useMeeting } from './MeetingProvider.tsx';
import styles from './meeting.module.css';
import { triageWords } from './meeting-words.ts';

interface Line {
  readonly place: number | undefined;
  readonly row: AgendaRow;
  readonly listing: CaseListing;
  /** What is missing before it is discussed; undefined until the case was read. */
  readonly waits: readonly string[] | undefined;
}

const columns: readonly Column<Line>[] = [
  {
    id: 'place',
    title: 'No.',
    width: '3.4rem',
    cell: ({ place }) => place ?? <span className="quiet">off</span>,
    text: ({ place }) => String(place ?? 'off'),
  },
  {
    id: 'case',
    title: 'Case',
    width: '15rem',
    narrow: '11rem',
    cell: ({ listing }) => (
      <>
        <b>{listing.pseudonym}</b>
        <span className={styles.line}>{[listing.tumorTypeName, listing.stage].filter(Boolean).join(', ')}</span>
      </>
    ),
    text: ({ listing }) => listing.pseudonym,
  },
  {
    id: 'question',
    title: 'Question',
    cell: ({ listing }) => listing.question ?? <span className="quiet">not stated</span>,
    text: ({ listing }) => listing.question ?? '',
  },
  {
    id: 'triage',
    title: 'How',
    width: '8.5rem',
    cell: ({ row }) => triageWords[row.triage],
    text: ({ row }) => triageWords[row.triage],
  },
  {
    id: 'time',
    title: 'Time, min',
    width: '6rem',
    numeric: true,
    cell: ({ row }) => clockWords(budgetOf(row.triage) * 1000),
    text: ({ row }) => clockWords(budgetOf(row.triage) * 1000),
  },
  {
    id: 'ready',
    title: 'Readiness',
    width: '20rem',
    narrow: '15rem',
    cell: (line) => <Ready {...line} />,
    text: ({ waits }) => (waits === undefined ? '' : waits.length === 0 ? 'ready' : waits.join('; ')),
  },
];

function Ready({ row, waits, listing }: Pick<Line, 'row' | 'waits' | 'listing'>) {
  if (!row.on) return <span className="quiet">not on the agenda</span>;
  if (waits === undefined) return <span className="quiet">being read</span>;
  const { words, late } = seenTo(row, today());
  const changed = row.frozen !== undefined && listing.version > row.frozen;
  return (
    <>
      {waits.length === 0 ? (
        <Flag tone="calm">ready</Flag>
      ) : (
        <Flag tone={row.override === '' ? 'amber' : 'plain'}>
          {row.override === '' ? 'not ready' : 'taken all the same'}
        </Flag>
      )}
      {changed ? <Flag tone="amber">changed since frozen</Flag> : null}
      {waits.length === 0 ? null : (
        <span className={styles.line}>
          {row.override === '' ? waits.join('; ') : `${row.override} (${waits.join('; ')})`}
        </span>
      )}
      {waits.length === 0 || words === '' ? null : (
        <span className={styles.line}>
          seen to: {words}
          {late ? ', late' : ''}
        </span>
      )}
    </>
  );
}

/** Which cases, in which order, how long each, and whether it is ready; nothing is discussed unready without a word why. */
export function Agenda() {
  const { client } = useWorkstation();
  const navigate = useNavigate();
  const room = useMeeting();
  const cases = useCases();
  const draft = useDraft<AgendaRow[]>('agenda', [], parseAgenda);
  const [selected, setSelected] = useLayout('agenda-row', '', isText);
  const [reason, setReason] = useState<string>();
  const [writing, setWriting] = useState(false);
  const [seeing, setSeeing] = useState<Pick<AgendaRow, 'owner' | 'due'>>();

  const listed = (cases.data ?? []).filter(({ status }) => status !== 'erased');
  const rows = agendaOf(draft.value, listed);
  // Read ahead once: what waits is known before the meeting, and in it every case stands at once.
  const read = useQueries({
    queries: rows
      .filter(({ on }) => on)
      .flatMap(({ caseId }) => listed.filter((listing) => listing.caseId === caseId))
      .map(({ caseId }) => ({
        queryKey: keysOf.case(caseId),
        queryFn: () => client.case.open({ caseId }),
        enabled: draft.ready,
      })),
  });
  const views = new Map(
    read.flatMap(({ data }) => (data === undefined ? [] : [[data.listing.caseId as string, data]])),
  );

  let place = 0;
  const lines = rows.flatMap((row): Line[] => {
    const listing = listed.find(({ caseId }) => caseId === row.caseId);
    if (listing === undefined) return [];
    if (row.on) place += 1;
    const view = views.get(row.caseId);
    const waits = view === undefined ? undefined : waitsFor(view, row.triage);
    return [{ place: row.on ? place : undefined, row, listing, waits }];
  });
  const on = lines.filter(({ row }) => row.on);
  const unread = on.filter(({ waits }) => waits === undefined).length;
  const unready = on.filter(({ row, waits }) => (waits?.length ?? 0) > 0 && row.override.trim() === '').length;
  const current = lines.find(({ row }) => row.caseId === selected) ?? lines[0];
  const mayOpen = on.length > 0 && unready === 0 && !room.busy;

  const alter = (change: (row: AgendaRow) => Partial<AgendaRow>) => {
    if (current === undefined) return;
    const { caseId } = current.row;
    draft.change((kept) =>
      agendaOf(kept, listed).map((row) => (row.caseId === caseId ? { ...row, ...change(row) } : row)),
    );
  };
  const treat = (triage: Triage) => () => alter(() => ({ triage, on: true }));
  const move = (step: 1 | -1) => () => {
    if (current !== undefined) draft.change((kept) => moved(agendaOf(kept, listed), current.row.caseId, step));
  };
  // Pressed while cases are still being read: the meeting opens once they are, unless one of them is not ready.
  const [wanted, setWanted] = useState(false);
  const opens = wanted && unread === 0;
  const open = () => {
    if (mayOpen) setWanted(true);
  };
  const begin = useEffectEvent(() => {
    setWanted(false);
    if (mayOpen) room.open(agendaItems(rows, listed));
  });
  useEffect(() => {
    if (opens) begin();
  }, [opens]);

  const waiting = cases.isPending || !draft.ready;
  const bindings = [
    ...rowKeys(
      lines.map(({ row }) => row.caseId),
      current?.row.caseId,
      setSelected,
    ),
    { keys: 'Shift+j', label: 'later', run: move(1) },
    { keys: 'Shift+k', label: 'earlier', run: move(-1) },
    { keys: 'f', label: 'full', run: treat('full') },
    { keys: 't', label: 'fast-track', run: treat('fast-track') },
    { keys: 'r', label: 'read out', run: treat('protocol') },
    { keys: 'x', label: 'on or off', run: () => alter(({ on }) => ({ on: !on })) },
    { keys: 'o', label: 'take though not ready', run: () => setReason(current?.row.override ?? '') },
    {
      keys: 'w',
      label: 'who sees to it',
      run: () => {
        if (current !== undefined) setSeeing({ owner: current.row.owner, due: current.row.due });
      },
    },
    {
      keys: 'z',
      label: on.some(({ row }) => row.frozen === undefined) ? 'freeze' : 'let go again',
      run: () => draft.change((kept) => frozenAt(agendaOf(kept, listed), listed)),
    },
    {
      keys: 's',
      label: 'freeze into a file',
      run: () => {
        if (on.length > 0) setWriting(true);
      },
    },
    { keys: 'i', label: 'open a frozen file', run: () => void navigate({ to: '/frozen' }) },
    { keys: 'Enter', label: 'open the meeting', run: open },
    { keys: 'Escape', label: 'worklist', run: () => void navigate({ to: '/' }) },
  ];
  const keys = useKeys('Agenda', bindings, waiting || room.busy);

  if (waiting) return <Loading what="Reading the worklist" rows={8} />;
  if (cases.isError) return <FaultNote fault={faultOf(cases.error)} />;
  return (
    <>
      <TitleBar
        level={1}
        title="Agenda"
        count={`${plural(on.length, 'case')} · planned ${clockWords(plannedSeconds(rows) * 1000)} min`}
      >
        <p role="status" className="quiet">
          {unread > 0
            ? `${plural(unread, 'case')} being read${wanted ? ', then the meeting opens' : ''}`
            : unready > 0
              ? `${plural(unready, 'case')} not ready: finish, take off, or say why`
              : ''}
        </p>
        {on.length > 0 && on.every(({ row }) => row.frozen !== undefined) ? <Flag tone="calm">frozen</Flag> : null}
      </TitleBar>
      {room.fault === undefined ? null : (
        <div className={styles.notices}>
          <FaultNote fault={room.fault} />
        </div>
      )}
      {lines.length === 0 ? (
        <Empty level={2} title="No cases to discuss">
          <p>Cases come in through the worklist.</p>
        </Empty>
      ) : (
        <WorkTable
          label="Agenda"
          columns={columns}
          groups={[{ id: 'agenda', rows: lines }]}
          rowId={({ row }) => row.caseId}
          selected={current?.row.caseId}
          onSelect={setSelected}
          faded={({ row }) => !row.on}
          onMove={(id, onto) => draft.change((kept) => movedOnto(agendaOf(kept, listed), id, onto))}
        />
      )}
      <Foot
        keys={keys.filter(({ keys }) => !/^(Arrow|Enter|Escape|k$)/.test(keys))}
        action={
          <Button look="primary" keys="Enter" isDisabled={!mayOpen} onPress={open}>
            Open the meeting
          </Button>
        }
      />
      {writing ? <FreezeDialog items={freezeItems(rows, listed)} onClose={() => setWriting(false)} /> : null}
      {reason === undefined || current === undefined ? null : (
        <ModalDialog title="Take it though not ready" isOpen onClose={() => setReason(undefined)}>
          <form
            className={styles.reason}
            onSubmit={(event) => {
              event.preventDefault();
              alter(() => ({ override: reason.trim() }));
              setReason(undefined);
            }}
          >
            <p>
              <b>{current.listing.pseudonym}</b>: {(current.waits ?? []).join('; ') || 'nothing waits'}
            </p>
            <Field
              label="Why it is discussed all the same"
              value={reason}
              onChange={setReason}
              maxLength={300}
              autoFocus
              hint="Stands in the journal of this case under your name. Empty takes it back."
            />
            <Button type="submit" look="primary" keys="Enter">
              Keep
            </Button>
          </form>
        </ModalDialog>
      )}
      {seeing === undefined || current === undefined ? null : (
        <ModalDialog title="Who sees to it" isOpen onClose={() => setSeeing(undefined)}>
          <form
            className={styles.reason}
            onSubmit={(event) => {
              event.preventDefault();
              if (seeing.due !== '' && !isDate(seeing.due)) return;
              alter(() => ({ owner: seeing.owner.trim(), due: seeing.due }));
              setSeeing(undefined);
            }}
          >
            <p>
              <b>{current.listing.pseudonym}</b>: {(current.waits ?? []).join('; ') || 'nothing waits'}
            </p>
            <Field
              label="Who"
              value={seeing.owner}
              onChange={(owner) => setSeeing({ ...seeing, owner })}
              maxLength={120}
              autoFocus
            />
            <Field
              label="By, YYYY-MM-DD"
              value={seeing.due}
              onChange={(due) => setSeeing({ ...seeing, due })}
              isInvalid={seeing.due !== '' && !isDate(seeing.due)}
              maxLength={10}
              hint="Kept with the agenda on this machine. Empty takes it back."
            />
            <Button type="submit" look="primary" keys="Enter">
              Keep
            </Button>
          </form>
        </ModalDialog>
      )}
    </>
  );
}
