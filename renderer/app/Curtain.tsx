import { useEffect, useRef } from 'react';
import { Button } from '../ui/parts.tsx';
import styles from './screens.module.css';

/** Hides everything at once when someone walks in. It does not lock: the same key lifts it. */
export function Curtain({ onLift }: { onLift: () => void }) {
  const frame = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    frame.current?.querySelector('button')?.focus();
    const lift = (event: KeyboardEvent) => {
      event.stopPropagation();
      if (event.key === '.' || event.key === 'Escape') {
        event.preventDefault();
        onLift();
      }
    };
    window.addEventListener('keydown', lift, { capture: true });
    return () => {
      window.removeEventListener('keydown', lift, { capture: true });
      if (before instanceof HTMLElement) window.setTimeout(() => before.focus());
    };
  }, [onLift]);
  return (
    <main ref={frame} className={styles.curtain} data-dialog="">
      <Mark />
      <p>The screen is covered.</p>
      <Button onPress={onLift} keys=".">
        Lift the curtain
      </Button>
    </main>
  );
}

export const Mark = () => (
  <svg viewBox="0 0 32 32" width="40" aria-hidden="true" focusable="false">
    <rect width="32" height="32" rx="7" fill="var(--accent)" />
    <g fill="none" stroke="var(--accent-ink)" strokeWidth="2.6" strokeLinecap="round">
      <circle cx="16" cy="16" r="8.6" />
      <path d="M16 7.4v5M23.4 20.3l-4.3-2.5M8.6 20.3l4.3-2.5" />
    </g>
    <circle cx="16" cy="16" r="2.7" fill="var(--accent-ink)" />
  </svg>
);
