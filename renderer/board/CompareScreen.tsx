import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import type { Compared, Difference } from '../../shared/board/compare.ts';
import type { CaseView } from '../../shared/contract.ts';
import { CaseId } from '../../shared/foundation/ids.ts';
import { faultOf } from '../app/fault.ts';
import { useKeys } from '../app/keyboard.tsx';
import { keysOf, useCases } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { HouseFrame } from '../case/HouseFrame.tsx';
import { useLayout } from '../store/layout.ts';
import { Chart, type ChartColors, type Figure, saveBlob } from '../ui/Chart.tsx';
import { Flag, type FlagTone } from '../ui/marks.tsx';
import { Button, Empty, FaultNote, Foot, Loading, TitleBar } from '../ui/parts.tsx';
import { asCsv, type Column, rowKeys, WorkTable } from '../ui/WorkTable.tsx';
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
  type Pair,
  pairsOf,
  partsOf,
  type Ready,
  type Tray,
  titleBeside,
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
        <b>{finding.gene}</b> {titleBeside(finding)}
      </>
    ),
    text: ({ finding }) => `${finding.gene} ${titleBeside(finding)}`,
  },
  {
    id: 'a',
    title: 'Left',
    width: '23.6rem',
    cell: ({ a, nothing }) => <Seen words={observationWords(a)} nothing={nothing} />,
    text: ({ a, nothing }) => observationWords(a) || (nothing ?? ''),
  },
  {
    id: 'b',
    title: 'Right',
    width: '23.6rem',
    cell: ({ b, nothing }) => <Seen words={observationWords(b)} nothing={nothing} />,
    text: ({ b, nothing }) => observationWords(b) || (nothing ?? ''),
  },
  { id: 'why', title: 'What it rests on', cell: ({ why }) => why, text: ({ why }) => why },
];

/** What was never looked for does not read as looked for and not found. */
const Seen = ({ words, nothing }: { words: string; nothing: string | undefined }) =>
  words === '' ? <span className="quiet">{nothing ?? 'not stated'}</span> : words;

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
            <p>
              Two samples, dates, analyses or signed reports of one patient, two patients, or two options of a case.
            </p>
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
  const found = useMemo(() => comparisonOf(a, b), [a, b]);
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
    <Findings rows={found.rows} words={words}>
      {found.read.length === 0 ? null : (
        <Table
          label="Read differently"
          columns={lineColumns}
          rows={found.read}
          rowId={({ what }) => what}
          summary={`${plural(found.read.length, 'line')} of the report would be read differently`}
          beside
        />
      )}
      {found.versions.length === 0 ? null : (
        <Table
          label="Models and packs"
          columns={lineColumns}
          rows={found.versions}
          rowId={({ what }) => what}
          summary={`models, packs and estimates: ${differing(found.versions)}`}
          beside
        />
      )}
    </Findings>
  );
}

interface FindingsProps {
  readonly rows: readonly Compared[];
  readonly words: Record<Compared['change'], string>;
  readonly children: ReactNode;
}

/** Findings as table and picture; the row that is chosen stands out in both. */
function Findings({ rows, words, children }: FindingsProps) {
  const [selected, setSelected] = useState<string>();
  const pairs = useMemo(() => pairsOf(rows), [rows]);
  return (
    <div className={styles.both} data-picture={pairs.length > 0}>
      <div className={styles.tables}>
        {children}
        <Table
          label="Differences"
          columns={findingColumns(words)}
          rows={rows}
          rowId={({ id }) => id}
          summary={counted(rows, words)}
          selected={selected}
          onSelect={setSelected}
        />
      </div>
      {pairs.length === 0 ? null : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <section className={styles.drawn} aria-label="Shares of reads" tabIndex={0}>
          <h2 className="hidden">Picture</h2>
          <Shares pairs={pairs} selected={selected} />
        </section>
      )}
    </div>
  );
}

/** How many findings one picture holds; those beyond are in the table. */
const DRAWN = 24;
const figureOf =
  (pairs: readonly Pair[], selected: string | undefined) =>
  ({ series, ink, grid }: ChartColors): Figure => {
    const names = pairs.map(({ name }) => name);
    const trace = (side: 'a' | 'b', name: string, symbol: string, color: string | undefined) => {
      const shown = pairs.flatMap((pair) => {
        const one = pair[side];
        return one === undefined ? [] : [{ ...pair, one }];
      });
      const part = (of: (one: NonNullable<Pair['a']>) => number) => shown.map(({ one }) => of(one) * 100);
      return {
        type: 'scatter',
        mode: 'markers',
        name,
        x: part(({ share }) => share),
        y: shown.map(({ name: finding }) => finding),
        error_x: {
          type: 'data',
          symmetric: false,
          array: part(({ share, interval }) => (interval?.[1] ?? share) - share),
          arrayminus: part(({ share, interval }) => share - (interval?.[0] ?? share)),
          color,
          thickness: 1.5,
          width: 3,
        },
        marker: {
          symbol,
          color,
          size: shown.map(({ id }) => (id === selected ? 15 : 9)),
          line: { color: ink, width: shown.map(({ id }) => (id === selected ? 2 : 0)) },
        },
      };
    };
    return {
      data: [trace('a', 'left', 'circle-open', series[0]), trace('b', 'right', 'diamond', series[1])],
      layout: {
        xaxis: { title: { text: 'share of reads, %' }, range: [0, 100], gridcolor: grid },
        yaxis: {
          type: 'category',
          categoryorder: 'array',
          categoryarray: names.toReversed(),
          automargin: true,
          ticksuffix: '  ',
        },
        showlegend: true,
        legend: { orientation: 'h', y: 1.02, yanchor: 'bottom' },
      },
    };
  };

const shareWords = (one: Pair['a']): string =>
  one === undefined
    ? 'no share here'
    : `${(one.share * 100).toFixed(1)} %${
        one.interval === undefined
          ? ', depth not stated'
          : ` (95 % ${(one.interval[0] * 100).toFixed(1)} to ${(one.interval[1] * 100).toFixed(1)})`
      }`;

function Shares({ pairs, selected }: { pairs: readonly Pair[]; selected: string | undefined }) {
  const [asTable, setAsTable] = useState(false);
  const drawn = useMemo(() => pairs.slice(0, DRAWN), [pairs]);
  const draw = useCallback((colors: ChartColors) => figureOf(drawn, selected)(colors), [drawn, selected]);
  useKeys('Picture', [{ keys: 't', label: 'picture or table', run: () => setAsTable((on) => !on) }]);
  return (
    <Chart
      title="In how many reads does each side show it?"
      about={
        drawn.length < pairs.length ? `the first ${drawn.length} of ${pairs.length}` : plural(drawn.length, 'finding')
      }
      summary={`Shares of reads of ${plural(drawn.length, 'finding')} on both sides, with 95 % intervals by Wilson.`}
      draw={draw}
      height={6 + drawn.length * 1.6}
      table={{
        head: ['Finding', 'Left', 'Right'],
        rows: pairs.map(({ name, a, b }) => [name, shareWords(a), shareWords(b)]),
      }}
      asTable={asTable}
      onAsTable={setAsTable}
      fileName="comparison"
    />
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
  /** Stands above the table whose rows the keys walk through; its own buttons are reached by Tab. */
  readonly beside?: boolean;
  readonly selected?: string | undefined;
  readonly onSelect?: (id: string) => void;
}

/** Both sides stand in one row of one table, so that they scroll together. */
function Table<Row>({ label, columns, rows, rowId, summary, beside = false, selected, onSelect }: TableProps<Row>) {
  const [own, setOwn] = useState<string>();
  const [chosen, choose] = onSelect === undefined ? [own, setOwn] : [selected, onSelect];
  useKeys(
    label,
    beside
      ? []
      : [...rowKeys(rows.map(rowId), chosen, choose), { keys: 'x', label: 'export as CSV', run: () => exportRows() }],
  );
  const exportRows = () =>
    saveBlob(new Blob([asCsv(columns, rows)], { type: 'text/csv' }), `${label.toLowerCase().replaceAll(' ', '-')}.csv`);
  return (
    <section className={styles.result} data-beside={beside} aria-label={label}>
      <p className={styles.summary}>
        {summary}
        <Button look="quiet" {...(beside ? {} : { keys: 'x' })} onPress={exportRows}>
          Export as CSV
        </Button>
      </p>
      <WorkTable
        label={label}
        columns={columns}
        groups={[{ id: 'all', rows }]}
        rowId={rowId}
        selected={chosen}
        onSelect={choose}
      />
    </section>
  );
}
