import { createContext, type ReactNode, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { type KeyBinding, type KeyLayer, keyName, resolveKey } from './keys.ts';

const SECOND_KEY_MILLISECONDS = 1500;
const PLACE = 'consilium.singleKeys';

interface Held {
  readonly title: string;
  bindings: readonly KeyBinding[];
  /** When it was first drawn: a frame is drawn before the screen in it, though its effects run after. */
  readonly order: number;
}

/** Holds the layers of keys that apply now: the workstation's, the case's, the screen's, in this order. */
class Keyboard {
  private readonly layers: Held[] = [];
  private readonly listeners = new Set<() => void>();
  private snapshot: readonly KeyLayer[] = [];
  private prefix: { key: string; at: number } | undefined;
  private drawn = 0;
  singleKeys = window.localStorage.getItem(PLACE) !== 'off';

  nextOrder(): number {
    this.drawn += 1;
    return this.drawn;
  }

  add(layer: Held): () => void {
    this.layers.push(layer);
    this.layers.sort((a, b) => a.order - b.order);
    this.changed();
    return () => {
      this.layers.splice(this.layers.indexOf(layer), 1);
      this.changed();
    };
  }

  changed(): void {
    this.snapshot = [...this.layers];
    for (const listener of this.listeners) listener();
  }

  setSingleKeys(on: boolean): void {
    this.singleKeys = on;
    window.localStorage.setItem(PLACE, on ? 'on' : 'off');
    this.changed();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly read = (): readonly KeyLayer[] => this.snapshot;

  readonly press = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || ['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return;
    // An open dialog keeps the keys to itself.
    if (document.querySelector('[data-dialog]') !== null) return;
    const target = event.target instanceof Element ? event.target : document.body;
    // Escape is always one step back; in a field that step leads out of it, to where the screen's keys work.
    if (event.key === 'Escape' && target instanceof HTMLElement && target.matches('input, select, textarea')) {
      event.preventDefault();
      target.blur();
      return;
    }
    const prefix =
      this.prefix !== undefined && event.timeStamp - this.prefix.at < SECOND_KEY_MILLISECONDS
        ? this.prefix.key
        : undefined;
    this.prefix = undefined;
    const found = resolveKey(this.layers, keyName(event), prefix, {
      typing: isTyping(target),
      onControl: target.closest('button, a, summary, select, input, textarea, [role="option"]') !== null,
      singleKeys: this.singleKeys,
    });
    if (found === undefined) return;
    event.preventDefault();
    if ('wait' in found) this.prefix = { key: found.wait, at: event.timeStamp };
    else found.run.run();
  };
}

const isTyping = (target: Element): boolean =>
  target.closest('textarea, select, [contenteditable="true"]') !== null ||
  (target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit', 'file'].includes(target.type));

const KeyboardContext = createContext<Keyboard | undefined>(undefined);

export function KeyboardProvider({ children }: { children: ReactNode }) {
  const [keyboard] = useState(() => new Keyboard());
  useEffect(() => {
    window.addEventListener('keydown', keyboard.press);
    return () => window.removeEventListener('keydown', keyboard.press);
  }, [keyboard]);
  return <KeyboardContext value={keyboard}>{children}</KeyboardContext>;
}

export function useKeyboard(): Keyboard {
  const keyboard = useContext(KeyboardContext);
  if (keyboard === undefined) throw new Error('no KeyboardProvider above');
  return keyboard;
}

/** Adds keys for as long as the calling screen stands; the newest screen's keys win over older ones'. */
export function useKeys(title: string, bindings: readonly KeyBinding[]): readonly KeyBinding[] {
  const keyboard = useKeyboard();
  const [layer] = useState<Held>(() => ({ title, bindings, order: keyboard.nextOrder() }));
  layer.bindings = bindings;
  useEffect(() => keyboard.add(layer), [keyboard, layer]);
  return bindings;
}

/** Every key that does something now, for the sheet. */
export function useActiveKeys(): readonly KeyLayer[] {
  const keyboard = useKeyboard();
  const layers = useSyncExternalStore(keyboard.subscribe, keyboard.read);
  return useMemo(() => layers.filter((layer) => layer.bindings.length > 0), [layers]);
}
