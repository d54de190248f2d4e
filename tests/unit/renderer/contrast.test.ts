// @vitest-environment node
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const css = readFileSync(resolve(import.meta.dirname, '../../../renderer/ui/tokens.css'), 'utf8');

/** The custom properties of a rule, as written. */
function tokensOf(selector: string): Record<string, string> {
  const body = css.slice(css.indexOf(`${selector} {`)).split('}')[0] ?? '';
  return Object.fromEntries([...body.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value]));
}
const themes = {
  light: tokensOf(':root'),
  dark: { ...tokensOf(':root'), ...tokensOf('[data-theme="dark"]') },
  projector: { ...tokensOf(':root'), ...tokensOf('[data-theme="projector"]') },
};

/** Relative luminance of #rrggbb (WCAG 2.2). */
function luminance(color: string): number {
  const channels = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255);
  const [red = 0, green = 0, blue = 0] = channels.map((value) =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
function contrast(one: string | undefined, other: string | undefined): number {
  if (one === undefined || other === undefined) throw new Error('no such token');
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const inks = ['ink', 'ink-2', 'ink-3', 'accent', 'amber', 'red', 'blue'];
const pairs = [
  ...inks.flatMap((ink) => [
    [ink, 'paper'],
    [ink, 'ground'],
  ]),
  ['accent', 'accent-wash'],
  ['amber', 'amber-wash'],
  ['red', 'red-wash'],
  ['blue', 'blue-wash'],
  ['ink', 'accent-wash'],
  ['ink-2', 'accent-wash'],
  ['ink-2', 'sunken'],
  ['accent-ink', 'accent'],
] as const;

describe('F074 F144 contrast of the tokens', () => {
  for (const [theme, least] of [
    ['light', 4.5],
    ['dark', 4.5],
    ['projector', 7],
  ] as const)
    it(`${theme}: every ink on every ground is at least ${least}:1, edges and series 3:1`, () => {
      const tokens = themes[theme];
      const low = pairs
        .map(([ink = '', ground = '']) => ({
          pair: `${ink} on ${ground}`,
          ratio: contrast(tokens[ink], tokens[ground]),
        }))
        .filter(({ ratio }) => ratio < least);
      expect(low).toEqual([]);
      for (const shape of ['edge', 'focus', 'series-1', 'series-2', 'series-3', 'series-4', 'series-5', 'gain', 'loss'])
        expect(contrast(tokens[shape], tokens.paper), shape).toBeGreaterThanOrEqual(3);
    });

  it('measures as WCAG does: black on white is 21, equal colors 1', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  });
});
