import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import { flushSync } from 'react-dom';
import { type KeyBinding, type KeyLayer, keyName, resolveKey } from './keys.ts';

const SECOND_KEY_MILLISECONDS = 1500;
/** The keys typed ahead of a screen that does not come within this time are dropped: they were not meant for the one before it. */
const AHEAD_MILLISECONDS = 5000;
const PLACE = 'consilium.singleKeys';

interface Held {
  readonly title: string;
  bindings: readonly KeyBinding[];
  /** When it was first drawn: a frame is drawn before the screen in it, though its effects run after. */
  readonly order: number;
  /** The screen is not there yet: keys wait for it. */
  waits: boolean;
  /** Of an open dialog, which keeps the keys from all others. */
  readonly inDialog: boolean;
}

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey' | 'shiftKey'>;

/** Holds the layers of keys that apply now: the workstation's, the case's, the screen's, in this order. */
class Keyboard {
  private readonly layers: Held[] = [];
  private readonly listeners = new Set<() => void>();
  private snapshot: readonly KeyLayer[] = [];
  private prefix: { key: string; at: number } | undefined;
  private drawn = 0;
  /** Keys typed ahead of a screen that is on its way, oldest first; undefined while none is. */
  private ahead: Pressed[] | undefined;
  private giveUp: number | undefined;
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

  /** A screen is on its way: what is typed now is meant for it. Ends with {@link release}. */
  hold(): void {
    this.ahead ??= [];
    window.clearTimeout(this.giveUp);
    this.giveUp = window.setTimeout(() => {
      this.ahead = undefined;
    }, AHEAD_MILLISECONDS);
  }

  /** The screen stands: once all its layers are there, and none that still waits, it hears what was typed ahead. */
  release(): void {
    if (this.ahead === undefined) return;
    window.setTimeout(() => {
      if (!this.layers.some(({ waits }) => waits)) this.replay();
    });
  }

  private replay(): void {
    window.clearTimeout(this.giveUp);
    const typed = this.ahead ?? [];
    this.ahead = undefined;
    for (const [at, key] of typed.entries()) {
      // One of them leads on to a third screen: the others are meant for that one.
      if (this.ahead !== undefined) {
        (this.ahead as Pressed[]).push(...typed.slice(at));
        return;
      }
      const target = document.activeElement ?? document.body;
      const event = new KeyboardEvent('keydown', { ...key, bubbles: true, cancelable: true });
      // Each key sees what the one before it did, as it would have had it come later.
      flushSync(() => target.dispatchEvent(event));
      if (!event.defaultPrevented) actNatively(target, key);
    }
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

  private around(target: Element): Parameters<typeof resolveKey>[3] {
    return {
      typing: isTyping(target),
      onControl: target.closest('button, a, summary, select, input, textarea, [role="option"]') !== null,
      singleKeys: this.singleKeys,
    };
  }

  readonly press = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || ['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return;
    const target = event.target instanceof Element ? event.target : document.body;
    // An open dialog keeps the keys to itself.
    if (document.querySelector('[data-dialog]') !== null) {
      const own = this.layers.filter(({ inDialog }) => inDialog);
      const found = resolveKey(own, keyName(event), undefined, this.around(target));
      if (found === undefined || 'wait' in found) return;
      event.preventDefault();
      found.run.run();
      return;
    }
    if (this.ahead !== undefined && event.key !== 'Tab') {
      const { key, ctrlKey, altKey, metaKey, shiftKey } = event;
      this.ahead.push({ key, ctrlKey, altKey, metaKey, shiftKey });
      event.preventDefault();
      return;
    }
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
    const found = resolveKey(this.layers, keyName(event), prefix, this.around(target));
    if (found === undefined) return;
    event.preventDefault();
    if ('wait' in found) this.prefix = { key: found.wait, at: event.timeStamp };
    else found.run.run();
  };
}

/** What the browser itself does on a key; an event of ours does not make it do that. */
function actNatively(target: Element, { key, ctrlKey, altKey, metaKey }: Pressed): void {
  if (!(target instanceof HTMLElement) || ctrlKey || altKey || metaKey) return;
  if (isTyping(target)) {
    if (key.length === 1) document.execCommand('insertText', false, key);
  } else if (target.matches('button, summary, a') ? key === ' ' || key === 'Enter' : key === ' ') {
    if (target.matches('button, summary, a, input')) target.click();
  }
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

/**
 * Adds keys for as long as the calling screen stands; the newest screen's keys win over older ones'.
 * @param waits true: the screen is being made ready, and what is typed is kept until it is
 * @param inDialog true: the keys of an open dialog, which keeps them from all others
 */
export function useKeys(
  title: string,
  bindings: readonly KeyBinding[],
  waits = false,
  inDialog = false,
): readonly KeyBinding[] {
  const keyboard = useKeyboard();
  const [layer] = useState<Held>(() => ({ title, bindings, order: keyboard.nextOrder(), waits: false, inDialog }));
  layer.bindings = bindings;
  // With the commit itself, so that a screen that was painted hears keys.
  useLayoutEffect(() => keyboard.add(layer), [keyboard, layer]);
  useLayoutEffect(() => {
    if (!waits) return;
    layer.waits = true;
    keyboard.hold();
    return () => {
      layer.waits = false;
      keyboard.release();
    };
  }, [keyboard, layer, waits]);
  return bindings;
}

/** Every key that does something now, for the sheet. */
export function useActiveKeys(): readonly KeyLayer[] {
  const keyboard = useKeyboard();
  const layers = useSyncExternalStore(keyboard.subscribe, keyboard.read);
  return useMemo(() => layers.filter((layer) => layer.bindings.length > 0), [layers]);
}
