import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useKeys } from '../app/keyboard.tsx';
import styles from './frame.module.css';
import { type HousePlace, Rail } from './Rail.tsx';

/** G and a letter leads to a place of the house, from every screen. */
export function useHouseKeys(): void {
  const navigate = useNavigate();
  useKeys('Places', [
    { keys: 'g w', label: 'worklist', run: () => void navigate({ to: '/' }) },
    { keys: 'g p', label: 'packs and models', run: () => void navigate({ to: '/packs' }) },
    { keys: 'g t', label: 'actions to do', run: () => void navigate({ to: '/actions' }) },
    { keys: 'Ctrl+d', label: 'compare', run: () => void navigate({ to: '/compare' }) },
    { keys: 'g x', label: 'exchange', run: () => void navigate({ to: '/exchange' }) },
    { keys: 'g r', label: 'signed reports against today', run: () => void navigate({ to: '/watch' }) },
    { keys: 'g u', label: 'people', run: () => void navigate({ to: '/people' }) },
    { keys: 'g a', label: 'audit', run: () => void navigate({ to: '/audit' }) },
    { keys: 'g e', label: 'retention', run: () => void navigate({ to: '/retention' }) },
  ]);
}

/**
 * The frame of every screen that is not about one case: the rail, and the work area as one column of full height, in
 * which a screen puts its title bar, a body that scrolls, and its foot.
 */
export function HouseFrame({ current, children }: { current: HousePlace; children: ReactNode }) {
  useHouseKeys();
  return (
    <div className={styles.house}>
      <Rail current={current} />
      <main className={styles.work}>{children}</main>
    </div>
  );
}
