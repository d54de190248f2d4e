/** The small shapes that carry meaning. Each has a shape and a word; color only repeats what they say. */
import type { ReactNode } from 'react';
import type { AssayedState, LedgerWord } from '../../shared/case/intake.ts';
import type { AmpTier, Finding, OncogenicityClass } from '../../shared/molecular/profile.ts';
import { keyCaps } from '../app/keys.ts';
import styles from './marks.module.css';
import { type DirectionKind, ledgerWords, oncogenicityWords } from './words.ts';

const shapes: Record<AssayedState, ReactNode> = {
  detected: <circle cx="6" cy="6" r="5" fill="currentColor" />,
  'tested-not-detected': <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.7" />,
  'failed-qc': <path d="M6 1 11.2 11H.8z" fill="currentColor" />,
  'not-assayed': (
    <>
      <rect x=".8" y=".8" width="10.4" height="10.4" fill="none" stroke="currentColor" strokeDasharray="2 1.6" />
      <path d="M3.2 6h5.6" stroke="currentColor" strokeWidth="1.4" />
    </>
  ),
};

const Shape = ({ children }: { children: ReactNode }) => (
  <svg viewBox="0 0 12 12" aria-hidden="true" focusable="false">
    {children}
  </svg>
);

export const StateChip = ({ state, because }: Pick<LedgerWord, 'state' | 'because'>) => (
  <span className={`${styles.state} ${styles[state] ?? ''}`}>
    <Shape>{shapes[state]}</Shape>
    {ledgerWords({ state, because })}
  </span>
);

/** Tested, and what was found is not said: nobody consented to hear it. */
export const WithheldChip = () => (
  <span className={styles.state}>
    <Shape>
      <path d="M2 5.4h8v5.4H2z" fill="currentColor" />
      <path d="M3.6 5.4V3.6a2.4 2.4 0 0 1 4.8 0v1.8" fill="none" stroke="currentColor" strokeWidth="1.4" />
    </Shape>
    withheld
  </span>
);

const tierShapes: Record<AmpTier, ReactNode> = {
  I: <rect x="1" y="1" width="10" height="10" fill="currentColor" />,
  II: (
    <>
      <rect x="1.6" y="1.6" width="8.8" height="8.8" fill="none" stroke="currentColor" strokeWidth="1.4" />
      <path d="M1 1h5v10H1z" fill="currentColor" />
    </>
  ),
  III: <rect x="1.6" y="1.6" width="8.8" height="8.8" fill="none" stroke="currentColor" strokeWidth="1.4" />,
  IV: <circle cx="6" cy="6" r="2.4" fill="currentColor" />,
};

export function TierMark({ tier }: { tier: AmpTier | undefined }) {
  if (tier === undefined)
    return (
      <span className="quiet">
        –<span className="hidden"> no tier</span>
      </span>
    );
  return (
    <span className={`${styles.tier} ${styles[`tier-${tier}`] ?? ''}`}>
      <Shape>{tierShapes[tier]}</Shape>
      <span className="hidden">tier </span>
      {tier}
    </span>
  );
}

const steps: Partial<Record<OncogenicityClass, number>> = {
  oncogenic: 5,
  'likely-oncogenic': 4,
  uncertain: 3,
  'likely-benign': 2,
  benign: 1,
};

export function OncogenicityBar({ oncogenicity }: { oncogenicity: Finding['oncogenicity'] }) {
  if (oncogenicity === undefined) return <span className="quiet">not classified</span>;
  const on = steps[oncogenicity.class];
  if (on === undefined) return <span className="quiet">{oncogenicityWords[oncogenicity.class]}</span>;
  return (
    <span className={styles.oncogenicity}>
      <span className={styles.steps} aria-hidden="true">
        {[1, 2, 3, 4, 5].map((step) => (
          <i key={step} className={step <= on ? styles.on : undefined} />
        ))}
      </span>
      <span className={styles.word}>{oncogenicityWords[oncogenicity.class]} · </span>
      {oncogenicity.points}
      <span className="hidden"> points</span>
    </span>
  );
}

const directions: Record<DirectionKind, ReactNode> = {
  sensitivity: <path d="M2 1 11 6 2 11z" fill="currentColor" />,
  resistance: <path d="M2 2l8 8M10 2l-8 8" stroke="currentColor" strokeWidth="2" fill="none" />,
  conflict: (
    <path
      d="M1 4h9M7.4 1.4 10.2 4 7.4 6.6M11 8H2M4.6 5.6 1.8 8l2.8 2.6"
      stroke="currentColor"
      strokeWidth="1.5"
      fill="none"
    />
  ),
  other: <circle cx="6" cy="6" r="3" fill="none" stroke="currentColor" strokeWidth="1.6" />,
};

export const DirectionMark = ({ kind, children }: { kind: DirectionKind; children: ReactNode }) => (
  <span className={styles.direction}>
    <Shape>{directions[kind]}</Shape>
    <span>{children}</span>
  </span>
);

export type FlagTone = 'amber' | 'red' | 'blue' | 'calm' | 'plain';

const flagShapes: Record<FlagTone, ReactNode> = {
  amber: <path d="M6 1 11.2 11H.8z" fill="currentColor" />,
  red: <rect x="1.5" y="1.5" width="9" height="9" fill="currentColor" />,
  blue: directions.conflict,
  calm: <path d="M1.6 6.4 4.6 9.4 10.4 2.8" stroke="currentColor" strokeWidth="2" fill="none" />,
  plain: null,
};

export const Flag = ({ tone, children }: { tone: FlagTone; children: ReactNode }) => (
  <span className={`${styles.flag} ${styles[tone] ?? ''}`}>
    {flagShapes[tone] === null ? null : <Shape>{flagShapes[tone]}</Shape>}
    <span>{children}</span>
  </span>
);

/** The caps of a key or a pair of keys. */
export const Kbd = ({ keys }: { keys: string }) => (
  <>
    {keyCaps(keys).map((cap, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the caps of one key stand in a fixed order
      <kbd key={index} className={styles.kbd}>
        {cap}
      </kbd>
    ))}
  </>
);
