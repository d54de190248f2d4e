import { Fragment, useSyncExternalStore } from 'react';
import { Kbd } from '../ui/marks.tsx';
import { Button, ModalDialog } from '../ui/parts.tsx';
import { useActiveKeys, useKeyboard } from './keyboard.tsx';
import { keySections } from './keys.ts';
import styles from './screens.module.css';

/** Every key that does something now, and the switch for keys of one character (WCAG 2.1.4). */
export function KeySheet({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const keyboard = useKeyboard();
  const sections = keySections(useActiveKeys());
  const single = useSyncExternalStore(keyboard.subscribe, () => keyboard.singleKeys);
  return (
    <ModalDialog
      title="Keys"
      wide
      isOpen={isOpen}
      onClose={onClose}
      actions={
        <Button look="primary" autoFocus onPress={onClose} keys="Escape">
          Close
        </Button>
      }
    >
      <div className={styles.keys}>
        {sections.map((layer) => (
          <section key={layer.title}>
            <h3>{layer.title}</h3>
            <ul>
              {layer.rows.map((row) => (
                <li key={row.label}>
                  {row.label}
                  <span>
                    {row.keys.map((keys, index) => (
                      <Fragment key={keys}>
                        {index === 0 ? null : <span className="quiet"> or </span>}
                        <Kbd keys={keys} />
                      </Fragment>
                    ))}
                  </span>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      <label className={styles.switch}>
        <input type="checkbox" checked={single} onChange={(event) => keyboard.setSingleKeys(event.target.checked)} />
        Keys of one character act without Ctrl or Alt. Switch this off when you dictate or use a screen reader’s own
        keys.
      </label>
    </ModalDialog>
  );
}
