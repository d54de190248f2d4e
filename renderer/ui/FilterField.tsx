import type { RefObject } from 'react';
import { Icon } from './icons.tsx';
import { Kbd } from './marks.tsx';
import styles from './parts.module.css';

interface FilterFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly inputRef: RefObject<HTMLInputElement | null>;
  /** Enter and the down arrow leave the field for the rows. */
  readonly onLeave?: () => void;
}

/** Narrows the rows of a table while one types; Escape clears it, Enter goes to the rows. */
export const FilterField = ({ label, value, onChange, inputRef, onLeave }: FilterFieldProps) => (
  <label className={styles.filter}>
    <Icon name="findings" />
    <input
      ref={inputRef}
      type="search"
      aria-label={label}
      placeholder={label}
      value={value}
      autoComplete="off"
      spellCheck={false}
      maxLength={80}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          event.preventDefault();
          event.stopPropagation();
          onChange('');
          event.currentTarget.blur();
        } else if (event.key === 'Enter' || event.key === 'ArrowDown') {
          event.preventDefault();
          event.stopPropagation();
          event.currentTarget.blur();
          onLeave?.();
        }
      }}
    />
    <span aria-hidden="true">
      <Kbd keys="/" />
    </span>
  </label>
);

/** Tells of each text whether every word typed stands somewhere in it, whatever the case. */
export function filterOf(filter: string): (text: string) => boolean {
  const words = filter.toLocaleLowerCase().split(/\s+/);
  return (text) => {
    const hay = text.toLocaleLowerCase();
    return words.every((word) => hay.includes(word));
  };
}

export const matchesFilter = (filter: string, text: string): boolean => filterOf(filter)(text);
