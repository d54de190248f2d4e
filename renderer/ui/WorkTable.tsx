import { type CSSProperties, memo, type ReactNode, type RefObject, useEffect, useId, useRef } from 'react';
import type { KeyBinding } from '../app/keys.ts';
import styles from './table.module.css';

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  readonly numeric?: boolean;
  readonly width?: string;
  /** Width where the table is narrow: a smaller screen, or the larger type of the projector. */
  readonly narrow?: string;
  /** Gives way where the table is narrow; the panel beside it says the same. */
  readonly lesser?: boolean;
  readonly cell: (row: Row) => ReactNode;
  /** The cell as plain text, for copying. */
  readonly text: (row: Row) => string;
}

export interface RowGroup<Row> {
  readonly id: string;
  readonly title?: string;
  readonly rows: readonly Row[];
  /** A folded group shows its title and count; its rows are one press away. */
  readonly folded?: boolean;
  readonly onFold?: () => void;
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
  /** What stands under the last row and scrolls with the table. */
  readonly tail?: ReactNode;
}

/** As custom properties, so that the style sheet decides between them by the table's own width. */
const widthsOf = ({ width, narrow = width }: Pick<Column<never>, 'width' | 'narrow'>): CSSProperties | undefined =>
  width === undefined ? undefined : ({ '--width': width, '--narrow': narrow } as CSSProperties);

const classOf = ({ numeric, lesser }: Pick<Column<never>, 'numeric' | 'lesser'>): string | undefined =>
  numeric !== true && lesser !== true
    ? undefined
    : `${numeric === true ? styles.num : ''} ${lesser === true ? styles.lesser : ''}`.trim();

/** The workbench: sticky header, groups that fold, one selected row that is visible from two metres, no hover-only content. */
export function WorkTable<Row>({
  label,
  columns,
  groups,
  rowId,
  selected,
  onSelect,
  onOpen,
  faded,
  tail,
}: WorkTableProps<Row>) {
  const base = useId();
  const frame = useRef<HTMLDivElement>(null);
  // A title that spanned columns that gave way would make the table wider than its frame.
  const lesser = columns.filter((column) => column.lesser === true).length;
  // Rows outlive the functions that a screen makes anew each time it is drawn.
  const acts = useRef<RowActs>({ onSelect, onOpen });
  acts.current = { onSelect, onOpen };
  const domId = (id: string) => `${base}-${id}`;
  useEffect(() => {
    if (selected === undefined) return;
    const row = frame.current?.querySelector('[aria-selected="true"]');
    row?.scrollIntoView?.({ block: 'nearest' });
  }, [selected]);
  return (
    <div className={styles.frame} ref={frame}>
      <table
        className={styles.table}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows are selected by keyboard, which is what a grid is
        role="grid"
        aria-label={label}
        aria-activedescendant={selected === undefined ? undefined : domId(selected)}
        tabIndex={0}
      >
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.id} scope="col" className={classOf(column)} style={widthsOf(column)}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        {groups.map((group) => (
          <tbody key={group.id}>
            {group.title === undefined ? null : (
              <tr className={styles.group}>
                <th colSpan={columns.length - lesser} scope="colgroup">
                  {group.title} · {group.rows.length}
                  {group.onFold === undefined ? null : (
                    <button type="button" aria-expanded={group.folded !== true} onClick={group.onFold}>
                      {group.folded === true ? 'show' : 'fold'}
                    </button>
                  )}
                </th>
                {lesser === 0 ? null : <td colSpan={lesser} className={styles.lesser} aria-hidden="true" />}
              </tr>
            )}
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
                      acts={acts}
                    />
                  );
                })}
          </tbody>
        ))}
      </table>
      {tail}
    </div>
  );
}

interface RowActs {
  readonly onSelect: (id: string) => void;
  readonly onOpen: ((id: string) => void) | undefined;
}

interface TableRowProps {
  readonly id: string;
  readonly domId: string;
  readonly row: unknown;
  readonly columns: readonly Column<unknown>[];
  readonly selected: boolean;
  readonly faded: boolean;
  readonly acts: RefObject<RowActs>;
}

/** Drawn again only when its row, its columns or its standing change: a step with J touches two rows of a thousand. */
const TableRow = memo(({ id, domId, row, columns, selected, faded, acts }: TableRowProps) => (
  <tr
    id={domId}
    aria-selected={selected}
    className={`${styles.row} ${faded ? styles.faded : ''}`}
    onClick={() => acts.current.onSelect(id)}
    onDoubleClick={() => acts.current.onOpen?.(id)}
  >
    {columns.map((column) => (
      <td key={column.id} className={classOf(column)}>
        {column.cell(row)}
      </td>
    ))}
  </tr>
));

/** J, K and the arrows move the selection over the rows that are not folded. */
export function rowKeys(
  ids: readonly string[],
  selected: string | undefined,
  select: (id: string) => void,
): KeyBinding[] {
  const move = (step: number) => () => {
    const at = selected === undefined ? -1 : ids.indexOf(selected);
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
