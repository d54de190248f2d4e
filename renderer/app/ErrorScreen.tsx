import { type ReactNode, useState } from 'react';
import { type Fault, faultFrom } from '../../shared/foundation/fault.ts';
import { Button, Facts } from '../ui/parts.tsx';
import { whatIsSafe } from './fault.ts';
import styles from './screens.module.css';

interface ErrorCardProps {
  readonly fault: Fault;
  readonly level?: 1 | 2;
  readonly action: ReactNode;
}

function ErrorCard({ fault, level = 1, action }: ErrorCardProps) {
  const [id] = useState(() => crypto.randomUUID().slice(0, 8));
  const Heading = `h${level}` as const;
  return (
    <div className={styles.card}>
      <Heading>{fault.message}</Heading>
      <Facts
        rows={[
          ['What is safe', whatIsSafe(fault)],
          ['What to do', fault.remedy],
          [
            'Name this',
            <span key="id" className="mono">
              {fault.code} · {id}
            </span>,
          ],
        ]}
      />
      <div>{action}</div>
    </div>
  );
}

/** The one screen for what was not expected: what, what is safe, what to do, and an id to name. */
export function ErrorScreen({ fault = faultFrom(undefined) }: { fault?: Fault }) {
  return (
    <main className={styles.center}>
      <ErrorCard
        fault={fault}
        action={
          <Button look="primary" autoFocus onPress={() => window.location.reload()}>
            Reload the workstation
          </Button>
        }
      />
    </main>
  );
}

/**
 * One screen failed and nothing else: the meeting above it runs on, its wall stands, and the keys lead to every other
 * screen. What was typed is in the draft, which is read again.
 */
export function FailedScreen({ reset }: { reset: () => void }) {
  const fault: Fault = {
    ...faultFrom(undefined),
    message: 'This screen failed; the others work.',
    remedy: 'Open it again, or go on with another one; if it stays, report the steps.',
  };
  return (
    <section className={styles.center} aria-label="This screen failed">
      <ErrorCard
        fault={fault}
        level={2}
        action={
          <Button look="primary" autoFocus onPress={reset}>
            Open this screen again
          </Button>
        }
      />
    </section>
  );
}
