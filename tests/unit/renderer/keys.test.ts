// @vitest-environment node
import { describe, expect, it } from 'vitest';
import {
  isSingleKey,
  type KeyLayer,
  type KeySituation,
  keyCaps,
  keyName,
  keySections,
  resolveKey,
} from '../../../renderer/app/keys.ts';

const ran: string[] = [];
const layer = (title: string, ...keys: string[]): KeyLayer => ({
  title,
  bindings: keys.map((one) => ({ keys: one, label: `${title} ${one}`, run: () => ran.push(`${title} ${one}`) })),
});
const free: KeySituation = { typing: false, onControl: false, singleKeys: true };
const meaning = (layers: readonly KeyLayer[], name: string, prefix?: string, situation = free) => {
  const found = resolveKey(layers, name, prefix, situation);
  return found === undefined ? undefined : 'wait' in found ? `wait ${found.wait}` : found.run.label;
};
const pressed = (key: string, more: Partial<KeyboardEvent> = {}) =>
  keyName({ key, ctrlKey: false, altKey: false, metaKey: false, shiftKey: false, ...more });

describe('F072 keys', () => {
  it('names a key the same on every layout: shift only with letters and named keys', () => {
    expect(pressed('J')).toBe('j');
    expect(pressed('T', { shiftKey: true })).toBe('Shift+t');
    expect(pressed('?', { shiftKey: true })).toBe('?');
    expect(pressed('Enter', { ctrlKey: true })).toBe('Ctrl+Enter');
    expect(pressed('Enter', { metaKey: true })).toBe('Ctrl+Enter');
    expect(pressed('Tab', { shiftKey: true })).toBe('Shift+Tab');
    expect(keyCaps('g 1')).toEqual(['G', '1']);
    expect(keyCaps('Shift+t')).toEqual(['Shift', 'T']);
  });

  it('the newest layer wins, and an older one answers what the newer leaves', () => {
    const layers = [layer('house', 'Escape', '1'), layer('screen', '1')];
    expect(meaning(layers, '1')).toBe('screen 1');
    expect(meaning(layers, 'Escape')).toBe('house Escape');
    expect(meaning(layers, 'z')).toBeUndefined();
  });

  it('waits for the second key of a pair, and takes no other meaning of it', () => {
    const layers = [layer('case', 'g 1', '1')];
    expect(meaning(layers, 'g')).toBe('wait g');
    expect(meaning(layers, '1', 'g')).toBe('case g 1');
    expect(meaning(layers, '2', 'g')).toBeUndefined();
  });

  it('while typing only keys with Ctrl or Alt act; on a control Enter is the control’s own', () => {
    const layers = [layer('screen', 'j', 'Ctrl+Enter', 'Enter')];
    expect(meaning(layers, 'j', undefined, { ...free, typing: true })).toBeUndefined();
    expect(meaning(layers, 'Ctrl+Enter', undefined, { ...free, typing: true })).toBe('screen Ctrl+Enter');
    expect(meaning(layers, 'Enter', undefined, { ...free, onControl: true })).toBeUndefined();
    expect(meaning(layers, 'Enter')).toBe('screen Enter');
  });

  it('F144 keys of one character can be switched off (WCAG 2.1.4)', () => {
    const layers = [layer('screen', 'j', 'g 1', 'Shift+t', 'Ctrl+Enter', 'Enter')];
    const off = { ...free, singleKeys: false };
    expect(['j', 'g 1', 'Shift+t', '?'].every(isSingleKey)).toBe(true);
    expect(['Enter', 'Ctrl+Enter', 'Escape', 'Alt+a'].some(isSingleKey)).toBe(false);
    expect(meaning(layers, 'j', undefined, off)).toBeUndefined();
    expect(meaning(layers, 'g', undefined, off)).toBeUndefined();
    expect(meaning(layers, 'Enter', undefined, off)).toBe('screen Enter');
  });

  it('the sheet shows a key once, with what it does now, and joins keys that do the same', () => {
    const sections = keySections([
      {
        title: 'case',
        bindings: [
          { keys: 'g 1', label: 'story', run: () => undefined },
          { keys: '1', label: 'story', run: () => undefined },
        ],
      },
      { title: 'decision', bindings: [{ keys: '1', label: 'choose', run: () => undefined }] },
    ]);
    expect(sections).toEqual([
      { title: 'decision', rows: [{ label: 'choose', keys: ['1'] }] },
      { title: 'case', rows: [{ label: 'story', keys: ['g 1'] }] },
    ]);
  });
});
