import type { ComponentProps, ReactNode } from 'react';
import { faultOf } from '../app/fault.ts';
import { HouseFrame } from '../case/HouseFrame.tsx';
import { FaultNote, Foot, Loading, TitleBar } from '../ui/parts.tsx';
import styles from './vault.module.css';

interface HousePageProps {
  readonly current: ComponentProps<typeof HouseFrame>['current'];
  readonly title: string;
  /** How much of what the list shows, in words. */
  readonly count: string | undefined;
  /** Beside the title: figures, ways to other pages. */
  readonly chips: ReactNode;
  /** Between title and list. */
  readonly notes: ReactNode;
  readonly list: { readonly isPending: boolean; readonly isError: boolean; readonly error: unknown };
  readonly loading: { readonly what: string; readonly rows: number };
  /** Offered beside the fault of a list that could not be read. */
  readonly retry?: ReactNode;
  readonly keys: ComponentProps<typeof Foot>['keys'];
  readonly actions: ReactNode;
  readonly dialogs: ReactNode;
  /** The list itself. */
  readonly children: ReactNode;
}

/** A page of the house (people, journal, retention): one title bar, one list or why there is none, keys and actions. */
export function HousePage({
  current,
  title,
  count,
  chips,
  notes,
  list,
  loading,
  retry,
  keys,
  actions,
  dialogs,
  children,
}: HousePageProps) {
  const fault = list.isError ? faultOf(list.error) : undefined;
  // Who may not see the list is shown no figures of it and offered nothing to do with it.
  const isClosed = fault?.code === 'forbidden';
  return (
    <HouseFrame current={current}>
      <div className={styles.page}>
        <TitleBar level={1} title={title} count={fault === undefined ? count : undefined}>
          {isClosed ? null : chips}
        </TitleBar>
        <div className={styles.verdict}>{notes}</div>
        {list.isPending ? (
          <Loading what={loading.what} rows={loading.rows} />
        ) : fault !== undefined ? (
          <div className={styles.verdict}>
            <FaultNote fault={fault} action={isClosed ? undefined : retry} />
          </div>
        ) : (
          children
        )}
        <Foot
          keys={isClosed ? [] : keys?.filter((key) => !key.keys.startsWith('Arrow'))}
          action={actions === undefined || isClosed ? undefined : <div className={styles.ends}>{actions}</div>}
        />
        {dialogs}
      </div>
    </HouseFrame>
  );
}
