import type { ReactNode } from 'react';
import type { CaseStatus } from '../../shared/vault/cases.ts';
import styles from './marks.module.css';
import { statusWords } from './words.ts';

const ring = <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.6" />;
const half = (
  <>
    {ring}
    <path d="M6 1.6a4.4 4.4 0 0 1 0 8.8z" fill="currentColor" />
  </>
);
const tick = <path d="M1.6 6.4 4.6 9.4 10.4 2.8" stroke="currentColor" strokeWidth="2" fill="none" />;
const lock = (
  <path d="M2 5.4h8v5.6H2zM3.8 5.4V4a2.2 2.2 0 0 1 4.4 0v1.4" stroke="currentColor" strokeWidth="1.4" fill="none" />
);

const shapes: Record<CaseStatus, ReactNode> = {
  imported: ring,
  analyzed: ring,
  'in-review': half,
  decided: tick,
  signed: lock,
  amending: half,
  closed: lock,
  erased: null,
};

/** How far a case is, as a shape that fills and a word. */
export const StatusMark = ({ status }: { status: CaseStatus }) => (
  <span className={styles.state}>
    <svg viewBox="0 0 12 12" aria-hidden="true" focusable="false">
      {shapes[status]}
    </svg>
    {statusWords[status]}
  </span>
);
