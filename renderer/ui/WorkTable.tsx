import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type DragEvent,
  memo,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { KeyBinding } from '../app/keys.ts';
import { isLong, type Lines, linesOf, nearestFrom, ONE_LINE_FROM, type RowGroup, rowHeightOf } from './lines.ts';
import styles from './table.module.css';
import { count } from './words.ts';

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  readonly numeric?: boolean;
  readonly width?: string;
  /** Width where the table is narrow: a smaller screen, or the larger type of the projector. */
  readonly narrow?: string;
  /** Width where larger type meets a small screen. */
  readonly narrowest?: string;
  /** Gives way where the table is narrow; the panel beside it says the same. */
  readonly lesser?: boolean;
  /** Gives way too where larger type meets a small screen: five columns are read from the back of a room. */
  readonly least?: boolean;
  readonly cell: (row: Row) => ReactNode;
  /** The cell as plain text, for copying. */
  readonly text: (row: Row) => string;
}

interface WorkTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly groups: readonly RowGroup<Row>[];
  readonly rowId: (row: Row) => string;
  readonly selected?: string | undefined;
  readonly onSelect: (id: string) => void;
  readonly onOpen?: (id: string) => void;
  readonly faded?: (row: Row) => boolean;
  /** Rows can be dragged onto one another; keys must do the same. */
  readonly onMove?: (id: string, onto: string) => void;
  /** What stands under the last row and scrolls with the table. */
  readonly tail?: ReactNode;
}

/** As custom properties, so that the style sheet decides between them by the table's own width. */
const widthsOf = ({
  width,
  narrow = width,
  narrowest = narrow,
}: Pick<Column<never>, 'width' | 'narrow' | 'narrowest'>): CSSProperties | undefined =>
  width === undefined
    ? undefined
    : ({ '--width': width, '--narrow': narrow, '--narrowest': narrowest } as CSSProperties);

const classOf = ({ numeric, lesser, least }: Pick<Column<never>, 'numeric' | 'lesser' | 'least'>): string | undefined =>
  [numeric === true ? styles.num : '', lesser === true ? styles.lesser : '', least === true ? styles.least : '']
    .filter((name) => name !== '')
    .join(' ') || undefined;

/**
 * The workbench: sticky header, groups that fold, one selected row that is visible from two metres, no hover-only content.
 * A long table keeps only the rows in view in the page: a million rows scroll as a hundred do.
 */
export function WorkTable<Row>(props: WorkTableProps<Row>) {
  const { groups, selected, onSelect, onOpen, onMove } = props;
  const base = useId();
  // State, not a ref: the rows of a long table begin once the frame they scroll in is there.
  const [frame, setFrame] = useState<HTMLDivElement | null>(null);
  // Rows outlive the functions that a screen makes anew each time it is drawn.
  const acts = useRef<RowActs>({ onSelect, onOpen, onMove });
  acts.current = { onSelect, onOpen, onMove };
  const domId = (id: string) => `${base}-${id}`;
  const lines = useMemo(() => linesOf(groups), [groups]);
  const long = isLong(lines.count);
  useEffect(() => {
    if (selected === undefined || long) return;
    const row = frame?.querySelector('[aria-selected="true"]');
    row?.scrollIntoView?.({ block: 'nearest' });
  }, [selected, long, frame]);
  const inner = { ...props, lines, frame, acts, domId };
  return (
    <div className={styles.frame} ref={setFrame}>
      {long ? <LongTable {...inner} /> : <WholeTable {...inner} />}
      {props.tail}
    </div>
  );
}

interface InnerProps<Row> extends WorkTableProps<Row> {
  readonly lines: Lines<Row>;
  readonly frame: HTMLDivElement | null;
  readonly acts: RefObject<RowActs>;
  readonly domId: (id: string) => string;
}

function WholeTable<Row>({ label, columns, groups, rowId, selected, faded, onMove, acts, domId }: InnerProps<Row>) {
  return (
    <table
      className={styles.table}
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows are selected by keyboard, which is what a grid is
      role="grid"
      aria-label={label}
      aria-activedescendant={selected === undefined ? undefined : domId(selected)}
      tabIndex={0}
    >
      <Head columns={columns} />
      {groups.map((group) => (
        <tbody key={group.id}>
          {group.title === undefined ? null : <GroupTitle group={group} columns={columns} />}
          {group.folded === true
            ? null
            : group.rows.map((row) => {
                const id = rowId(row);
                return (
                  <TableRow
                    key={id}
                    id={id}
                    domId={domId(id)}
                    row={row}
                    columns={columns as readonly Column<unknown>[]}
                    selected={id === selected}
                    faded={faded?.(row) === true}
                    drags={onMove !== undefined}
                    acts={acts}
                  />
                );
              })}
        </tbody>
      ))}
    </table>
  );
}

/** Rows drawn beyond the visible ones, above and below: what a flick of the wheel passes before the next frame. */
const OVERSCAN = 12;

/**
 * The rows in view stand in a box that sticks to the frame, and are shifted inside it: at the far end of a long list the
 * numbers of pixels are too large for a browser to draw text by.
 */
function LongTable<Row>({
  label,
  columns,
  lines,
  rowId,
  selected,
  faded,
  onMove,
  acts,
  domId,
  frame,
}: InnerProps<Row>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const oneLine = lines.count >= ONE_LINE_FROM;
  const height = rowHeightOf(lines.count);
  const virtual = useVirtualizer({
    count: lines.count,
    getScrollElement: () => frame,
    estimateSize: () => height,
    overscan: OVERSCAN,
    // The shift below keeps the rows in place until React draws the next ones.
    useFlushSync: false,
    // The header is as high as a row, and covers what scrolls beneath it.
    paddingStart: height,
    scrollPaddingStart: height,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.start ?? height;
  useLayoutEffect(() => {
    if (frame === null) return;
    const shift = () => {
      // Straight on the body: a property that its cells inherit would have the style of every one worked out anew.
      if (body.current !== null) body.current.style.transform = `translateY(${first - height - frame.scrollTop}px)`;
    };
    shift();
    frame.addEventListener('scroll', shift, { passive: true });
    return () => frame.removeEventListener('scroll', shift);
  }, [frame, first, height]);
  const at = useMemo(() => lines.find((row) => rowId(row) === selected), [lines, rowId, selected]);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' });
  }, [at, virtual]);
  const drawn = items.some(({ index }) => index === at);
  const measured = oneLine ? undefined : virtual.measureElement;
  // Where all rows are of one height, those that come into view are drawn into those that left it: most of their cells say
  // the same, and what says the same is not touched.
  const inView = Math.ceil((virtual.scrollRect?.height ?? 0) / height) + 1 + 2 * OVERSCAN;
  const places = oneLine ? Math.max(inView, items.length) : 0;
  return (
    <div style={{ height: virtual.getTotalSize() }}>
      <div
        className={styles.window}
        style={{ height: virtual.scrollRect?.height, '--row': `${height}px` } as CSSProperties}
      >
        <table
          className={`${styles.table} ${styles.long} ${oneLine ? styles.oneLine : ''}`}
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows are selected by keyboard, which is what a grid is
          role="grid"
          aria-label={label}
          aria-rowcount={lines.count + 1}
          // An id that is not in the page names nothing.
          aria-activedescendant={selected !== undefined && drawn ? domId(selected) : undefined}
          tabIndex={0}
        >
          <Head columns={columns} />
          <tbody ref={body}>
            {items.map(({ index }) => {
              const line = lines.at(index);
              if (line === undefined) return null;
              if (line.kind === 'title')
                return (
                  <GroupTitle key={line.group.id} group={line.group} columns={columns} at={index} measured={measured} />
                );
              const id = rowId(line.row);
              return (
                <TableRow
                  key={places === 0 ? id : index % places}
                  id={id}
                  domId={domId(id)}
                  row={line.row}
                  columns={columns as readonly Column<unknown>[]}
                  selected={id === selected}
                  faded={faded?.(line.row) === true}
                  drags={onMove !== undefined}
                  acts={acts}
                  at={index}
                  measured={measured}
                />
              );
            })}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Head<Row>({ columns }: { columns: readonly Column<Row>[] }) {
  return (
    <thead>
      <tr>
        {columns.map((column) => (
          <th key={column.id} scope="col" className={classOf(column)} style={widthsOf(column)}>
            {column.title}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** Where a line of a long table stands, and what measures it. */
interface Placed {
  readonly at?: number;
  readonly measured?: ((row: HTMLTableRowElement | null) => void) | undefined;
}
const placed = ({ at, measured }: Placed) =>
  at === undefined ? {} : { 'aria-rowindex': at + 2, 'data-index': at, ...(measured && { ref: measured }) };

function GroupTitle<Row>({
  group,
  columns,
  ...place
}: { group: RowGroup<Row>; columns: readonly Column<Row>[] } & Placed) {
  // A title that spanned columns that gave way would make the table wider than its frame.
  const lesser = columns.filter((column) => column.lesser === true).length;
  const least = columns.filter((column) => column.least === true).length;
  return (
    <tr className={styles.group} {...placed(place)}>
      <th colSpan={columns.length - lesser - least} scope="colgroup">
        {group.title} · {count(group.rows.length)}
        {group.onFold === undefined ? null : (
          <button type="button" aria-expanded={group.folded !== true} onClick={group.onFold}>
            {group.folded === true ? 'show' : 'fold'}
          </button>
        )}
      </th>
      {lesser === 0 ? null : <td colSpan={lesser} className={styles.lesser} aria-hidden="true" />}
      {least === 0 ? null : <td colSpan={least} className={styles.least} aria-hidden="true" />}
    </tr>
  );
}

interface RowActs {
  readonly onSelect: (id: string) => void;
  readonly onOpen: ((id: string) => void) | undefined;
  readonly onMove: ((id: string, onto: string) => void) | undefined;
}

/** Of a row that is dragged, so that nothing else that is dragged over the table is taken for one. */
const DRAGGED = 'application/x-consilium-row';

interface TableRowProps extends Placed {
  readonly id: string;
  readonly domId: string;
  readonly row: unknown;
  readonly columns: readonly Column<unknown>[];
  readonly selected: boolean;
  readonly faded: boolean;
  readonly drags: boolean;
  readonly acts: RefObject<RowActs>;
}

/** Drawn again only when its row, its columns or its standing change: a step with J touches two rows of a thousand. */
const TableRow = memo(({ id, domId, row, columns, selected, faded, drags, acts, ...place }: TableRowProps) => (
  <tr
    id={domId}
    aria-selected={selected}
    className={`${styles.row} ${faded ? styles.faded : ''}`}
    onClick={() => acts.current.onSelect(id)}
    onDoubleClick={() => acts.current.onOpen?.(id)}
    {...(drags && {
      draggable: true,
      onDragStart: ({ dataTransfer }: DragEvent) => dataTransfer.setData(DRAGGED, id),
      onDragOver: (event: DragEvent) => {
        if (event.dataTransfer.types.includes(DRAGGED)) event.preventDefault();
      },
      onDrop: (event: DragEvent) => {
        event.preventDefault();
        const dragged = event.dataTransfer.getData(DRAGGED);
        if (dragged !== '' && dragged !== id) acts.current.onMove?.(dragged, id);
      },
    })}
    {...placed(place)}
  >
    {columns.map((column) => (
      <td key={column.id} className={classOf(column)}>
        {column.cell(row)}
      </td>
    ))}
  </tr>
));

/** Where an id was found last in a list of ids: the next one looked for is most often its neighbour. */
const lastPlaces = new WeakMap<readonly string[], number>();

/** @returns -1 where the list does not hold it */
export function placeOf(ids: readonly string[], id: string | undefined): number {
  const at = id === undefined ? -1 : nearestFrom(lastPlaces.get(ids) ?? 0, ids.length, (index) => ids[index] === id);
  if (at >= 0) lastPlaces.set(ids, at);
  return at;
}

/** J, K and the arrows move the selection over the rows that are not folded. */
export function rowKeys(
  ids: readonly string[],
  selected: string | undefined,
  select: (id: string) => void,
): KeyBinding[] {
  const move = (step: number) => () => {
    const at = placeOf(ids, selected);
    const next = ids[at === -1 ? 0 : Math.min(ids.length - 1, Math.max(0, at + step))];
    if (next !== undefined) select(next);
  };
  return [
    { keys: 'j', label: 'next row', run: move(1) },
    { keys: 'k', label: 'previous row', run: move(-1) },
    { keys: 'ArrowDown', label: 'next row', run: move(1) },
    { keys: 'ArrowUp', label: 'previous row', run: move(-1) },
  ];
}

/** The rows as tab-separated text; tabs and line breaks inside a cell become spaces. */
export function asTsv<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const clean = (text: string) => text.replaceAll(/[\t\r\n]+/g, ' ');
  return [columns.map((column) => column.title), ...rows.map((row) => columns.map((column) => column.text(row)))]
    .map((line) => line.map(clean).join('\t'))
    .join('\n');
}

/** RFC 4180, in UTF-8; a cell that a spreadsheet would take for a formula is led by an apostrophe. */
export function asCsv<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cell = (text: string) => {
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return [columns.map((column) => column.title), ...rows.map((row) => columns.map((column) => column.text(row)))]
    .map((line) => `${line.map(cell).join(',')}\r\n`)
    .join('');
}

/** A small table inside a panel or behind a chart. */
export const PlainTable = ({
  label,
  head,
  rows,
  numeric = [],
}: {
  label: string;
  head: readonly string[];
  rows: readonly (readonly ReactNode[])[];
  numeric?: readonly number[];
}) => (
  <table className={styles.plain} aria-label={label}>
    <thead>
      <tr>
        {head.map((title, column) => {
          const side = numeric.includes(column) ? styles.num : undefined;
          // A column without a title has no header to announce.
          return title === '' ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: the columns of a table stand in its order
            <td key={column} className={side} />
          ) : (
            <th key={title} scope="col" className={side}>
              {title}
            </th>
          );
        })}
      </tr>
    </thead>
    <tbody>
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows of a document stand in its order
        <tr key={index}>
          {row.map((cell, column) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the cells of a row stand in its order
            <td key={column} className={numeric.includes(column) ? styles.num : undefined}>
              {cell}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
);
