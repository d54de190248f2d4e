import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Compared, Difference } from '../../shared/board/compare.ts';
import type { CaseView } from '../../shared/contract.ts';
import { CaseId } from '../../shared/foundation/ids.ts';
import { faultOf } from '../app/fault.ts';
import { useKeys } from '../app/keyboard.tsx';
import { keysOf, useCases } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { HouseFrame } from '../case/HouseFrame.tsx';
import { useLayout } from '../store/layout.ts';
import { saveBlob } from '../ui/Chart.tsx';
import { Flag, type FlagTone } from '../ui/marks.tsx';
import { Button, Empty, FaultNote, Foot, Loading, TitleBar } from '../ui/parts.tsx';
import { asTsv, type Column, rowKeys, WorkTable } from '../ui/WorkTable.tsx';
import { plural } from '../ui/words.ts';
import styles from './compare.module.css';
import {
  analysisOf,
  type Chosen,
  changeWordsFor,
  comparisonOf,
  emptyTray,
  isTray,
  observationWords,
  partsOf,
  type Ready,
  type Tray,
} from './compare-sides.ts';

const tones: Record<Compared['change'], FlagTone> = {
  gained: 'amber',
  lost: 'blue',
  changed: 'amber',
  same: 'plain',
  'not-comparable': 'plain',
};

const findingColumns = (changeWords: Record<Compared['change'], string>): readonly Column<Compared>[] => [
  {
    id: 'change',
    title: 'Difference',
    width: '10rem',
    cell: ({ change }) => <Flag tone={tones[change]}>{changeWords[change]}</Flag>,
    text: ({ change }) => changeWords[change],
  },
  {
    id: 'finding',
    title: 'Finding',
    width: '18rem',
    cell: ({ finding }) => (
      <>
        <b>{finding.gene}</b> {finding.title}
      </>
    ),
    text: ({ finding }) => `${finding.gene} ${finding.title}`,
  },
  {
    id: 'a',
    title: 'Left',
    width: '16rem',
    cell: ({ a }) => <Seen words={observationWords(a)} />,
    text: ({ a }) => observationWords(a),
  },
  {
    id: 'b',
    title: 'Right',
    width: '16rem',
    cell: ({ b }) => <Seen words={observationWords(b)} />,
    text: ({ b }) => observationWords(b),
  },
  { id: 'why', title: 'What it rests on', cell: ({ why }) => why, text: ({ why }) => why },
];

const Seen = ({ words }: { words: string }) => (words === '' ? <span className="quiet">not found</span> : words);

const lineColumns: readonly Column<Difference>[] = [
  {
    id: 'differs',
    title: 'Difference',
    width: '8rem',
    cell: ({ differs }) => (differs ? <Flag tone="amber">differs</Flag> : <span className="quiet">the same</span>),
    text: ({ differs }) => (differs ? 'differs' : 'the same'),
  },
  { id: 'what', title: 'What', width: '22rem', cell: ({ what }) => what, text: ({ what }) => what },
  { id: 'a', title: 'Left', cell: ({ a }) => a ?? <span className="quiet">not stated</span>, text: ({ a }) => a ?? '' },
  {
    id: 'b',
    title: 'Right',
    cell: ({ b }) => b ?? <span className="quiet">not stated</span>,
    text: ({ b }) => b ?? '',
  },
];

/** Two of anything beside each other, what differs first (F080). */
export function CompareScreen() {
  const navigate = useNavigate();
  const [tray, setTray] = useLayout<Tray>('compare-tray', emptyTray, isTray);
  const a = useSide(tray.a);
  const b = useSide(tray.b);
  const keys = useKeys('Compare', [
    { keys: 's', label: 'swap the sides', run: () => setTray({ a: tray.b, b: tray.a }) },
    { keys: 'Escape', label: 'worklist', run: () => void navigate({ to: '/' }) },
  ]);
  return (
    <HouseFrame current="worklist">
      <div className={styles.page}>
        <TitleBar level={1} title="Compare" count="differences first" />
        <div className={styles.choice}>
          <Chooser
            title="Left, or earlier"
            chosen={tray.a}
            view={a.view}
            onChoose={(one) => setTray({ ...tray, a: one })}
          />
          <Chooser
            title="Right, or later"
            chosen={tray.b}
            view={b.view}
            onChoose={(one) => setTray({ ...tray, b: one })}
          />
        </div>
        {[a.error, b.error].map((error) =>
          error === null ? null : <FaultNote key={error.message} fault={faultOf(error)} />,
        )}
        {tray.a === null || tray.b === null ? (
          <Empty level={2} title="Choose both sides">
            <p>Two samples, dates or analyses of one patient, two patients, or two options of one case.</p>
          </Empty>
        ) : a.ready === undefined || b.ready === undefined ? (
          <Loading what="Reading both sides" rows={8} />
        ) : (
          <Result a={a.ready} b={b.ready} />
        )}
        <Foot keys={keys} />
      </div>
    </HouseFrame>
  );
}

function useSide(chosen: Chosen | null): {
  view: CaseView | undefined;
  ready: Ready | undefined;
  error: Error | null;
} {
  const { client } = useWorkstation();
  const caseId = CaseId.safeParse(chosen?.caseId);
  const opened = useQuery({
    queryKey: keysOf.case(chosen?.caseId ?? ''),
    queryFn: () => client.case.open({ caseId: CaseId.parse(chosen?.caseId) }),
    enabled: caseId.success,
  });
  const sequence = analysisOf(chosen);
  const earlier = useQuery({
    queryKey: keysOf.analysis(chosen?.caseId ?? '', sequence ?? 0),
    queryFn: () => client.board.analysis({ caseId: CaseId.parse(chosen?.caseId), sequence: sequence ?? 0 }),
    enabled: caseId.success && sequence !== undefined,
  });
  const waits = opened.data === undefined || (sequence !== undefined && earlier.data === undefined);
  return {
    view: opened.data,
    ready:
      chosen === null || waits || opened.data === undefined
        ? undefined
        : { chosen, view: opened.data, earlier: sequence === undefined ? undefined : earlier.data },
    error: opened.error ?? earlier.error,
  };
}

interface ChooserProps {
  readonly title: string;
  readonly chosen: Chosen | null;
  readonly view: CaseView | undefined;
  readonly onChoose: (chosen: Chosen | null) => void;
}

function Chooser({ title, chosen, view, onChoose }: ChooserProps) {
  const { client } = useWorkstation();
  const cases = useCases();
  const analyses = useQuery({
    queryKey: keysOf.analyses(chosen?.caseId ?? ''),
    queryFn: () => client.board.analyses({ caseId: CaseId.parse(chosen?.caseId) }),
    enabled: chosen !== null,
    staleTime: 0,
  });
  return (
    <fieldset className={styles.side}>
      <legend>{title}</legend>
      <label>
        <span>Case</span>
        <select
          value={chosen?.caseId ?? ''}
          onChange={({ currentTarget: { value } }) => onChoose(value === '' ? null : { caseId: value, part: 'now' })}
        >
          <option value="">choose a case</option>
          {(cases.data ?? [])
            .filter(({ status }) => status !== 'erased')
            .map(({ caseId, pseudonym, tumorTypeName }) => (
              <option key={caseId} value={caseId}>
                {[pseudonym, tumorTypeName].filter(Boolean).join(', ')}
              </option>
            ))}
        </select>
      </label>
      <label>
        <span>What of it</span>
        <select
          value={chosen?.part ?? 'now'}
          disabled={view === undefined}
          onChange={({ currentTarget: { value } }) => {
            if (chosen !== null) onChoose({ ...chosen, part: value });
          }}
        >
          {(view === undefined ? [{ part: 'now', label: 'as it stands' }] : partsOf(view, analyses.data ?? [])).map(
            ({ part, label }) => (
              <option key={part} value={part}>
                {label}
              </option>
            ),
          )}
        </select>
      </label>
    </fieldset>
  );
}

function Result({ a, b }: { a: Ready; b: Ready }) {
  const found = comparisonOf(a, b);
  const words = changeWordsFor(a, b);
  if (found.kind === 'not-possible')
    return (
      <Empty level={2} title="These two are not compared">
        <p>{found.why}</p>
      </Empty>
    );
  return found.kind === 'options' ? (
    <Table
      label="Differences"
      columns={lineColumns}
      rows={found.rows}
      rowId={({ what }) => what}
      summary={differing(found.rows)}
    />
  ) : (
    <>
      <Table
        label="Differences"
        columns={findingColumns(words)}
        rows={found.rows}
        rowId={({ id }) => id}
        summary={counted(found.rows, words)}
      />
      {found.versions.length === 0 ? null : (
        <Table
          label="Models and packs"
          columns={lineColumns}
          rows={found.versions}
          rowId={({ what }) => what}
          summary={`models, packs and estimates: ${differing(found.versions)}`}
        />
      )}
    </>
  );
}

const differing = (rows: readonly Difference[]): string =>
  `${rows.filter(({ differs }) => differs).length} of ${plural(rows.length, 'line')} differ`;

const counted = (rows: readonly Compared[], words: Record<Compared['change'], string>): string =>
  [
    ...(['gained', 'lost', 'changed', 'not-comparable', 'same'] as const).map(
      (change) => `${rows.filter((row) => row.change === change).length} ${words[change]}`,
    ),
    'shares of tumor cells assume two copies',
  ].join(' · ');

interface TableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
  readonly summary: string;
}

/** Both sides stand in one row of one table, so that they scroll together. */
function Table<Row>({ label, columns, rows, rowId, summary }: TableProps<Row>) {
  const [selected, setSelected] = useState<string>();
  useKeys(label, [
    ...rowKeys(rows.map(rowId), selected, setSelected),
    { keys: 'x', label: 'export as TSV', run: () => exportRows() },
  ]);
  const exportRows = () =>
    saveBlob(new Blob([`${asTsv(columns, rows)}\n`], { type: 'text/tab-separated-values' }), 'comparison.tsv');
  return (
    <section className={styles.result} aria-label={label}>
      <p className={styles.summary}>
        {summary}
        <Button look="quiet" keys="x" onPress={exportRows}>
          Export as TSV
        </Button>
      </p>
      <WorkTable
        label={label}
        columns={columns}
        groups={[{ id: 'all', rows }]}
        rowId={rowId}
        selected={selected}
        onSelect={setSelected}
      />
    </section>
  );
}
