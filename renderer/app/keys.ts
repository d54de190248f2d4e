/** The keyboard map: which key does what now. Pure, so that it can be tested without a screen. */
export interface KeyBinding {
  /** One key (`j`, `Shift+t`, `Ctrl+Enter`, `?`) or two in a row (`g 1`). Letters stand in lower case. */
  readonly keys: string;
  readonly label: string;
  readonly run: () => void;
  /** Works while typing in a field; keys with Ctrl or Alt always do. */
  readonly whileTyping?: boolean;
}

export interface KeyLayer {
  readonly title: string;
  readonly bindings: readonly KeyBinding[];
}

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey' | 'shiftKey'>;

/** The name of a pressed key. Shift is named only with letters and named keys: `?` is `?` on every layout. */
export function keyName({ key, ctrlKey, altKey, metaKey, shiftKey }: Pressed): string {
  const letter = /^\p{L}$/u.test(key);
  const name = letter ? key.toLowerCase() : key === ' ' ? 'Space' : key;
  const parts: string[] = [];
  if (ctrlKey || metaKey) parts.push('Ctrl');
  if (altKey) parts.push('Alt');
  if (shiftKey && (letter || name.length > 1)) parts.push('Shift');
  return [...parts, name].join('+');
}

export interface KeySituation {
  readonly typing: boolean;
  /** Focus is on something that Enter and Space already work on. */
  readonly onControl: boolean;
  /** WCAG 2.1.4: keys of one character can be switched off. */
  readonly singleKeys: boolean;
}

/** Keys without a modifier that print a character; these may be switched off, and never act while typing. */
export const isSingleKey = (keys: string): boolean => /^\S( \S)?$/u.test(keys) || /^Shift\+\p{L}$/u.test(keys);

/** What a key means: run a binding, wait for the second key of a pair, or nothing. Later layers win. */
export function resolveKey(
  layers: readonly KeyLayer[],
  name: string,
  prefix: string | undefined,
  situation: KeySituation,
): { readonly run: KeyBinding } | { readonly wait: string } | undefined {
  const wanted = prefix === undefined ? name : `${prefix} ${name}`;
  const modified = /^(Ctrl|Alt)\+/.test(name);
  if ((name === 'Enter' || name === 'Space') && situation.onControl) return undefined;
  for (const layer of layers.toReversed()) {
    for (const binding of layer.bindings) {
      if (situation.typing && !modified && binding.whileTyping !== true) continue;
      if (isSingleKey(binding.keys) && !situation.singleKeys) continue;
      if (binding.keys === wanted) return { run: binding };
      if (prefix === undefined && binding.keys.startsWith(`${name} `)) return { wait: name };
    }
  }
  return undefined;
}

export interface KeySection {
  readonly title: string;
  readonly rows: readonly { readonly label: string; readonly keys: readonly string[] }[];
}

/** The sheet's content: newest layer first, keys that do the same in one row, and none that a newer layer has taken. */
export function keySections(layers: readonly KeyLayer[]): KeySection[] {
  const taken = new Set<string>();
  return layers
    .toReversed()
    .map(({ title, bindings }) => {
      const free = bindings.filter((binding) => !taken.has(binding.keys));
      for (const binding of bindings) taken.add(binding.keys);
      const labels = [...new Set(free.map((binding) => binding.label))];
      return {
        title,
        rows: labels.map((label) => ({
          label,
          keys: free.filter((binding) => binding.label === label).map((binding) => binding.keys),
        })),
      };
    })
    .filter((section) => section.rows.length > 0);
}

const NAMES: Readonly<Record<string, string>> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  PageDown: 'Page ↓',
  PageUp: 'Page ↑',
};

/** The caps of a binding as they are drawn: `Shift+t` gives Shift, T. */
export const keyCaps = (keys: string): string[] =>
  keys.split(/[ +](?=.)/u).map((part) => NAMES[part] ?? (/^\p{L}$/u.test(part) ? part.toUpperCase() : part));
