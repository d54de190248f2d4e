import { type ReactNode, useState } from 'react';
import { matchesFilter } from './FilterField.tsx';
import styles from './parts.module.css';
import { Button, Field } from './parts.tsx';

/** So many entries of a list stand in the page until more are asked for. */
export const SHOWN_AT_ONCE = 20;

interface LongListProps<Entry> {
  /** What its entries are, in the plural: "trials". */
  readonly what: string;
  readonly entries: readonly Entry[];
  /** What the words of the find box are looked for in. */
  readonly textOf: (entry: Entry) => string;
  readonly children: (shown: readonly Entry[]) => ReactNode;
}

/**
 * A list of any length: the page holds its first entries, says how many of how many, finds by words and shows more in
 * steps. A short list is drawn as it is.
 */
export function LongList<Entry>({ what, entries, textOf, children }: LongListProps<Entry>) {
  const [words, setWords] = useState('');
  const [asked, setAsked] = useState(SHOWN_AT_ONCE);
  if (entries.length <= SHOWN_AT_ONCE) return <>{children(entries)}</>;
  const found = words.trim() === '' ? entries : entries.filter((entry) => matchesFilter(words.trim(), textOf(entry)));
  const shown = found.slice(0, asked);
  const left = found.length - shown.length;
  return (
    <>
      <div className={styles.longList}>
        <Field
          label={`Find among ${entries.length} ${what}`}
          value={words}
          onChange={(value) => {
            setWords(value);
            setAsked(SHOWN_AT_ONCE);
          }}
          maxLength={80}
        />
        <p role="status">
          Showing {shown.length} of {found.length}
          {found.length === entries.length ? '' : ` found among ${entries.length}`} {what}.
        </p>
      </div>
      {children(shown)}
      {left === 0 ? null : (
        <Button look="quiet" onPress={() => setAsked(asked + SHOWN_AT_ONCE)}>
          Show {Math.min(left, SHOWN_AT_ONCE)} more of {left} {what}
        </Button>
      )}
    </>
  );
}
