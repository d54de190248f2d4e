import { useState } from 'react';
import { type Fault, faultFrom } from '../../shared/foundation/fault.ts';
import { Button, Facts } from '../ui/parts.tsx';
import { whatIsSafe } from './fault.ts';
import styles from './screens.module.css';

/** The one screen for what was not expected: what, what is safe, what to do, and an id to name. */
export function ErrorScreen({ fault = faultFrom(undefined) }: { fault?: Fault }) {
  const [id] = useState(() => crypto.randomUUID().slice(0, 8));
  return (
    <main className={styles.center}>
      <div className={styles.card}>
        <h1>{fault.message}</h1>
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
        <div>
          <Button look="primary" autoFocus onPress={() => window.location.reload()}>
            Reload the workstation
          </Button>
        </div>
      </div>
    </main>
  );
}
