/** One token set, three themes; the choice is kept on the machine (it says nothing of any patient). */
export const themes = ['light', 'dark', 'projector'] as const;
export type Theme = (typeof themes)[number];

const PLACE = 'consilium.theme';

export const isTheme = (value: unknown): value is Theme => themes.some((theme) => theme === value);

export const nextTheme = (theme: Theme): Theme => themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'light';

export function storedTheme(): Theme {
  const kept = window.localStorage.getItem(PLACE);
  if (isTheme(kept)) return kept;
  return window.matchMedia?.('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

const listeners = new Set<() => void>();

/** Charts redraw on a change of theme: their colors are read from the tokens when they are drawn. */
export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const currentTheme = (): Theme => {
  const theme = document.documentElement.dataset.theme;
  return isTheme(theme) ? theme : 'light';
};

export function applyTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  window.localStorage.setItem(PLACE, theme);
  for (const listener of listeners) listener();
}
