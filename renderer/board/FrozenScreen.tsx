import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type FrozenRow, frozenStateWords, isTakable, type OpenedAgenda } from '../../shared/board/frozen.ts';
import { uploadFile } from '../app/client.ts';
import { faultOf } from '../app/fault.ts';
import { useWork, WorkProgress } from '../app/feed.tsx';
import { useKeys } from '../app/keyboard.tsx';
import { keysOf, useCaseChanged } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { HouseFrame } from '../case/HouseFrame.tsx';
import { useDraft } from '../store/drafts.ts';
import { useFilePicker } from '../ui/FilePicker.tsx';
import { Flag } from '../ui/marks.tsx';
import { Button, Empty, FaultNote, Foot, Loading, ModalDialog, TitleBar } from '../ui/parts.tsx';
import { type Column, rowKeys, WorkTable } from '../ui/WorkTable.tsx';
import { moment, plural } from '../ui/words.ts';
import { type AgendaRow, fromFrozen, parseAgenda } from './agenda.ts';
import styles from './meeting.module.css';
import { slideWords, triageWords } from './meeting-words.ts';
import { PassphraseForm } from './PassphraseForm.tsx';
import { Slide, Stage } from './Slide.tsx';
import { useSlideKeys } from './slide-keys.ts';

interface Line {
  readonly place: number;
  readonly row: FrozenRow;
}

const brings = ({ takes, conflicts }: FrozenRow): string =>
  [
    takes === 0 ? undefined : plural(takes, 'entry', 'entries'),
    conflicts === 0 ? undefined : `${plural(conflicts, 'conflict')} to settle`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');

const columns: readonly Column<Line>[] = [
  { id: 'place', title: 'No.', width: '3.2rem', cell: ({ place }) => place, text: ({ place }) => String(place) },
  {
    id: 'case',
    title: 'Case',
    cell: ({ row }) => (
      <>
        <b>{row.pseudonym === '' ? 'erased' : row.pseudonym}</b>
        <span className={styles.line}>{[row.tumorTypeName, row.stage].filter(Boolean).join(', ')}</span>
      </>
    ),
    text: ({ row }) => row.pseudonym,
  },
  {
    id: 'how',
    title: 'How',
    width: '6.4rem',
    cell: ({ row }) => triageWords[row.triage],
    text: ({ row }) => triageWords[row.triage],
  },
  {
    id: 'state',
    title: 'Here',
    width: '13rem',
    cell: ({ row }) => (
      <>
        <Flag
          tone={row.conflicts > 0 ? 'amber' : row.state === 'same' || row.state === 'merged-before' ? 'calm' : 'plain'}
        >
          {frozenStateWords[row.state]}
        </Flag>
        {brings(row) === '' ? null : <span className={styles.line}>{brings(row)}</span>}
      </>
    ),
    text: ({ row }) => [frozenStateWords[row.state], brings(row)].filter((part) => part !== '').join(': '),
  },
];

/** An agenda that another station froze: seen as it stood there, read-only, and brought in when somebody says so (F084). */
export function FrozenScreen() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [file, setFile] = useState<File>();
  const opened = queries.getQueryData<OpenedAgenda>(keysOf.frozen);
  const [agenda, setAgenda] = useState(opened);
  const keep = (read: OpenedAgenda) => {
    queries.setQueryData(keysOf.frozen, read);
    setAgenda(read);
    setFile(undefined);
  };
  const { pick, field } = useFilePicker('File of a frozen agenda', '.tbagenda', setFile);
  const leave = () => void navigate({ to: '/meeting' });
  useKeys('Frozen agenda', [
    { keys: 'i', label: 'open a file', run: pick },
    { keys: 'Escape', label: 'meeting', run: leave },
  ]);
  return (
    <HouseFrame current="meeting">
      <div className={styles.page}>
        {agenda === undefined ? (
          <>
            <TitleBar level={1} title="Frozen agenda" />
            <Empty
              level={2}
              title="No frozen agenda is open"
              actions={
                <Button look="primary" keys="I" onPress={pick}>
                  Open a file
                </Button>
              }
            >
              <p>
                A file (<span className="mono">.tbagenda</span>) that another station wrote from its agenda opens here
                read-only. Nothing is brought in before you say so.
              </p>
            </Empty>
          </>
        ) : (
          <Opened key={agenda.sha256} agenda={agenda} onRead={keep} onPick={pick} />
        )}
      </div>
      {field}
      {file === undefined ? null : <OpenDialog file={file} onRead={keep} onClose={() => setFile(undefined)} />}
    </HouseFrame>
  );
}

interface OpenDialogProps {
  readonly file: File;
  readonly onRead: (agenda: OpenedAgenda) => void;
  readonly onClose: () => void;
}

function OpenDialog({ file, onRead, onClose }: OpenDialogProps) {
  const { client } = useWorkstation();
  const opening = useMutation({
    // The passphrase is not to be kept with the call.
    gcTime: 0,
    mutationFn: async (passphrase: string) =>
      client.board.openFrozen({ ticket: await uploadFile(client, file), passphrase }),
    onSuccess: onRead,
  });
  return (
    <ModalDialog title="Open a frozen agenda" isOpen onClose={onClose}>
      <PassphraseForm
        hint="The board that wrote the file knows it."
        busy={opening.isPending}
        action="Open read-only"
        busyWords="Opening …"
        fault={opening.isError ? faultOf(opening.error) : undefined}
        onSubmit={opening.mutate}
      >
        <p>
          <b>{file.name}</b>
        </p>
      </PassphraseForm>
    </ModalDialog>
  );
}

interface OpenedProps {
  readonly agenda: OpenedAgenda;
  readonly onRead: (agenda: OpenedAgenda) => void;
  readonly onPick: () => void;
}

function Opened({ agenda, onRead, onPick }: OpenedProps) {
  const { client } = useWorkstation();
  const navigate = useNavigate();
  const work = useWork();
  const changed = useCaseChanged();
  const kept = useDraft<AgendaRow[]>('agenda', [], parseAgenda);
  const [selected, setSelected] = useState(agenda.rows[0]?.caseId as string | undefined);
  const { shown: slide, page, show, choosing, turning } = useSlideKeys('story');
  const [asking, setAsking] = useState(false);
  const [taken, setTaken] = useState<readonly string[]>();
  const { sha256, rows } = agenda;
  const lines = rows.map((row, index): Line => ({ place: index + 1, row }));
  const current = rows.find(({ caseId }) => caseId === selected) ?? rows[0];
  const view = useQuery({
    queryKey: [...keysOf.frozen, sha256, current?.caseId],
    queryFn: () => client.board.frozenCase({ caseId: (current as FrozenRow).caseId, sha256 }),
    enabled: current !== undefined && current.state !== 'erased',
  });
  const takable = rows.filter(({ state }) => isTakable(state));
  const conflicts = takable.reduce((sum, row) => sum + row.conflicts, 0);
  const take = async () => {
    setAsking(false);
    const done = await work.run((signal) => client.board.takeFrozen({ sha256 }, { signal }), changed);
    kept.change((before) => fromFrozen(rows, before));
    onRead(await client.board.frozenAgenda({ sha256 }));
    setTaken(done);
  };
  const toMeeting = () => void navigate({ to: '/meeting' });
  const select = (caseId: string) => {
    setSelected(caseId);
    show(slide);
  };
  const bindings = [
    ...rowKeys(
      rows.map(({ caseId }) => caseId),
      current?.caseId,
      select,
    ),
    ...choosing,
    ...turning,
    ...(takable.length > 0
      ? [{ keys: 'Enter', label: 'bring in', run: () => setAsking(true) }]
      : [{ keys: 'Enter', label: 'to the agenda', run: toMeeting }]),
  ];
  const keys = useKeys('Cases of the frozen agenda', bindings, work.running || asking);
  return (
    <>
      <TitleBar
        level={1}
        title="Frozen agenda"
        count={`${agenda.own ? 'frozen here' : agenda.boardName} · ${moment(agenda.frozenAt)} · ${plural(rows.length, 'case')}`}
      >
        <Flag tone="plain">read-only</Flag>
      </TitleBar>
      {work.running ? (
        <div className={styles.notices}>
          <WorkProgress work={work} title="Bringing the agenda in" />
        </div>
      ) : null}
      {work.fault === undefined ? null : (
        <div className={styles.notices}>
          <FaultNote fault={work.fault} />
        </div>
      )}
      {taken === undefined || work.fault !== undefined ? null : (
        <p role="status" className={styles.notices}>
          {plural(taken.length, 'case')} brought in; the agenda stands in this order. Conflicts wait in the notes of
          each case.
        </p>
      )}
      <div className={styles.frozen}>
        <WorkTable
          label="Cases of the frozen agenda"
          columns={columns}
          groups={[{ id: 'cases', rows: lines }]}
          rowId={({ row }) => row.caseId}
          selected={current?.caseId}
          onSelect={select}
        />
        <section className={styles.preview} aria-label={`As it was frozen: ${slideWords[slide]}`}>
          {view.isError ? (
            <FaultNote fault={faultOf(view.error)} />
          ) : current?.state === 'erased' ? (
            <Empty title="Erased here">
              <p>What was erased at this station is not shown again from a file.</p>
            </Empty>
          ) : view.data === undefined ? (
            <Loading what="Reading the case" rows={6} />
          ) : (
            <Stage>
              <Slide view={view.data} slide={slide} page={page} level={2} />
            </Stage>
          )}
        </section>
      </div>
      <Foot
        keys={keys.filter(({ keys }) => /^(j|k|1|7|PageDown|Escape)$/.test(keys))}
        action={
          <div className={styles.action}>
            <Button onPress={onPick} keys="I">
              Another file
            </Button>
            {takable.length > 0 ? (
              <Button look="primary" keys="Enter" isDisabled={work.running} onPress={() => setAsking(true)}>
                Bring in {plural(takable.length, 'case')}
              </Button>
            ) : (
              <Button look="primary" keys="Enter" onPress={toMeeting}>
                To the agenda
              </Button>
            )}
          </div>
        }
      />
      {asking ? (
        <ModalDialog
          title="Bring the agenda in"
          isOpen
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button onPress={() => setAsking(false)}>Not now</Button>
              <Button look="primary" autoFocus onPress={() => void take()}>
                Bring in {plural(takable.length, 'case')}
              </Button>
            </>
          }
        >
          <p>
            Cases that are not here yet are imported and analysed with the packs of this station; what was written about
            them is merged. Nothing that stands here is written over.
          </p>
          <p>
            {conflicts === 0
              ? 'Nobody wrote otherwise here: no conflicts.'
              : `${plural(conflicts, 'conflict')}: what stands here stays until somebody settles it.`}
          </p>
        </ModalDialog>
      ) : null}
    </>
  );
}
