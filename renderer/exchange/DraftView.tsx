import { useState } from 'react';
import type { DraftPreview } from '../../shared/exchange/lab/desk.ts';
import { Flag } from '../ui/marks.tsx';
import { Empty, Note } from '../ui/parts.tsx';
import { type Column, WorkTable } from '../ui/WorkTable.tsx';
import { count, plural } from '../ui/words.ts';
import styles from './exchange.module.css';
import { harmonyWords, type ShownField } from './exchange-words.ts';

/** One value of a file: what it is called, where it stands, what it is. */
export const fieldColumns: readonly Column<ShownField>[] = [
  { id: 'part', title: 'Part', width: '12rem', narrow: '9rem', cell: ({ part }) => part, text: ({ part }) => part },
  {
    id: 'meaning',
    title: 'Field',
    width: '20rem',
    narrow: '13rem',
    cell: ({ meaning, place }) => meaning ?? <span className="mono">{place}</span>,
    text: ({ meaning, place }) => meaning ?? place,
  },
  {
    id: 'value',
    title: 'Value',
    cell: ({ value }) => (
      <span className={styles.value}>{value.length > 300 ? `${value.slice(0, 300)} …` : value}</span>
    ),
    text: ({ value }) => value,
  },
  {
    id: 'place',
    title: 'Path in the file',
    width: '16rem',
    lesser: true,
    cell: ({ place, meaning }) => (meaning === undefined ? '' : <span className="mono meta">{place}</span>),
    text: ({ place }) => place,
  },
];

interface DraftViewProps {
  readonly preview: DraftPreview;
  readonly declined: ReadonlySet<string>;
  /** Absent where nothing can be declined: the preview of a mapping that is being typed. */
  readonly onToggle?: (id: string) => void;
}

/** What a delivery or file would become: the words put into ours, each of which can be taken back; what is missing; every value. */
export function DraftView({ preview, declined, onToggle }: DraftViewProps) {
  const { fields, mappings, notes } = preview;
  const [selected, setSelected] = useState<string>();
  const rows = fields.map((field, index) => ({ ...field, id: String(index) }));
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={styles.withheld} aria-label="Put into our words" tabIndex={0}>
        <h2>
          {mappings.length === 0 ? 'Every word stays the sender’s' : `${plural(mappings.length, 'word')} put into ours`}
        </h2>
        <ul>
          {mappings.map(({ id, kind, from, to, by }) => (
            <li key={id} className={styles.mapping}>
              {onToggle === undefined ? null : (
                <input
                  type="checkbox"
                  checked={!declined.has(id)}
                  aria-label={`${from} as ${to}`}
                  onChange={() => onToggle(id)}
                />
              )}
              <Flag tone={declined.has(id) ? 'plain' : 'calm'}>{harmonyWords[kind]}</Flag>{' '}
              <b className={declined.has(id) ? styles.declined : undefined}>
                {from} → {to}
              </b>{' '}
              <span>· {declined.has(id) ? 'stays as the sender wrote it' : by}</span>
            </li>
          ))}
        </ul>
        {notes.length === 0 ? null : (
          <Note tone="amber">
            <p>
              <strong>{plural(notes.length, 'thing')} to know before it is a case</strong>
            </p>
            {notes.slice(0, 8).map(({ place, reason }) => (
              <p key={place + reason}>
                <span className="mono">{place.replace(/^case\.json /, '')}</span>: {reason}
              </p>
            ))}
            {notes.length > 8 ? <p>and {count(notes.length - 8)} more</p> : null}
          </Note>
        )}
      </section>
      <p className={styles.count}>{plural(rows.length, 'value')} of the case</p>
      {rows.length === 0 ? (
        <Empty level={2} title="The case holds no value" />
      ) : (
        <WorkTable
          label="Values of the case"
          columns={fieldColumns}
          groups={[{ id: 'all', rows }]}
          rowId={({ id }) => id}
          selected={selected}
          onSelect={setSelected}
        />
      )}
    </>
  );
}
