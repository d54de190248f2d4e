import { useSyncExternalStore } from 'react';
import { Kbd } from '../ui/marks.tsx';
import { Button, ModalDialog } from '../ui/parts.tsx';
import { useActiveKeys, useKeyboard } from './keyboard.tsx';
import styles from './screens.module.css';

/** Every key that does something now, and the switch for keys of one character (WCAG 2.1.4). */
export function KeySheet({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const keyboard = useKeyboard();
  const layers = useActiveKeys();
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
        {layers.toReversed().map((layer) => (
          <section key={layer.title}>
            <h3>{layer.title}</h3>
            <ul>
              {layer.bindings.map((binding) => (
                <li key={binding.keys}>
                  {binding.label}
                  <span>
                    <Kbd keys={binding.keys} />
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
