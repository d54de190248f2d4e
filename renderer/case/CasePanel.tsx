import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { createPortal } from 'react-dom';
import { isBoolean, useLayout } from '../store/layout.ts';
import styles from './frame.module.css';

interface PanelPlace {
  readonly host: HTMLElement | null;
  readonly open: boolean;
  readonly toggle: () => void;
  /** Says that a screen fills the panel, for as long as it stands. */
  readonly claim: () => () => void;
}

const PanelContext = createContext<PanelPlace | undefined>(undefined);
export const PanelProvider = PanelContext.Provider;

/** The state of the right-hand column: whether a screen fills it, and whether the person folded it away. */
export function usePanelPlace() {
  const [host, setHost] = useState<HTMLElement | null>(null);
  const [claims, setClaims] = useState(0);
  const [open, setOpen] = useLayout('case-panel', true, isBoolean);
  const place = useMemo<PanelPlace>(
    () => ({
      host,
      open,
      toggle: () => setOpen(!open),
      claim: () => {
        setClaims((count) => count + 1);
        return () => setClaims((count) => count - 1);
      },
    }),
    [host, open, setOpen],
  );
  return { place, setHost, filled: claims > 0 };
}

export function usePanel(): PanelPlace {
  const place = useContext(PanelContext);
  if (place === undefined) throw new Error('no PanelProvider above');
  return place;
}

interface CasePanelProps {
  /** What the panel is about, for example the gene and the change of the selected finding. */
  readonly title: ReactNode;
  /** One line under the title. */
  readonly about?: ReactNode;
  readonly children: ReactNode;
}

/**
 * Fills the evidence panel to the right of the work area. A screen renders it once and changes its content with the
 * selection; the frame folds and unfolds it and keeps its width.
 */
export function CasePanel({ title, about, children }: CasePanelProps) {
  const { host, claim } = usePanel();
  useEffect(claim, [claim]);
  if (host === null) return null;
  return createPortal(
    <>
      <header className={styles.panelHead}>
        <h2>{title}</h2>
        {about === undefined ? null : <p className="meta">{about}</p>}
      </header>
      {children}
    </>,
    host,
  );
}
