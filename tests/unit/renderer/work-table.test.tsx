import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { linesOf, rowHeightOf } from '../../../renderer/ui/lines.ts';
import { type Column, WorkTable } from '../../../renderer/ui/WorkTable.tsx';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const columns: readonly Column<string>[] = [{ id: 'name', title: 'Name', cell: (row) => row, text: (row) => row }];
const rowsOf = (size: number, prefix = 'r') => Array.from({ length: size }, (_, at) => `${prefix}${at}`);

describe('lines of a table', () => {
  const lines = linesOf([
    { id: 'a', title: 'First', rows: ['a0', 'a1'] },
    { id: 'b', title: 'Folded', rows: ['b0'], folded: true },
    { id: 'c', rows: ['c0', 'c1'] },
  ]);

  it('counts titles and rows that are not folded, and finds each by its index', () => {
    expect(lines.count).toBe(6);
    const told = Array.from({ length: 7 }, (_, index) => {
      const line = lines.at(index);
      return line === undefined ? undefined : line.kind === 'title' ? line.group.title : line.row;
    });
    expect(told).toEqual(['First', 'a0', 'a1', 'Folded', 'c0', 'c1', undefined]);
    expect(lines.at(-1)).toBeUndefined();
  });

  it('finds a row where it stands, and none that is folded', () => {
    expect(lines.find((row) => row === 'c1')).toBe(5);
    expect(lines.find((row) => row === 'b0')).toBe(-1);
  });

  it('F006 a million rows stay below the height that a browser can draw, in the larger type too', () => {
    expect(rowHeightOf(1000, 14)).toBe(32);
    for (const rem of [14, 20]) expect(rowHeightOf(1_000_000, rem) * 1_000_001).toBeLessThan(2 ** 25);
  });
});

describe('a long table', () => {
  let root: Root | undefined;
  beforeAll(() => {
    // jsdom lays nothing out: the frame is given the height of twenty rows.
    Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 640 });
    Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, get: () => 900 });
    Object.defineProperty(HTMLElement.prototype, 'scrollHeight', { configurable: true, get: () => 32_000_064 });
    HTMLElement.prototype.scrollTo = function scrollTo(this: HTMLElement, to?: unknown) {
      this.scrollTop = (to as { top: number }).top;
      this.dispatchEvent(new Event('scroll'));
    };
  });
  afterEach(() => {
    act(() => root?.unmount());
    document.body.replaceChildren();
  });

  const show = (size: number, selected?: string) => {
    const rows = rowsOf(size);
    const host = document.body.appendChild(document.createElement('div'));
    root = createRoot(host);
    const groups = [{ id: 'all', title: 'All', rows }];
    const draw = (one: string | undefined) =>
      act(() =>
        root?.render(
          <WorkTable
            label="Rows"
            columns={columns}
            groups={groups}
            rowId={(row) => row}
            selected={one}
            onSelect={() => undefined}
          />,
        ),
      );
    draw(selected);
    return {
      draw,
      drawn: () => [...host.querySelectorAll('tbody td')].map((cell) => cell.textContent),
      grid: () => host.querySelector('[role=grid]'),
    };
  };

  it('a short table has every row in the page', () => {
    expect(show(100).drawn()).toHaveLength(100);
  });

  it.each([500, 100_000])('F006 of %i rows only those in view are in the page, and the count is said', (size) => {
    const { drawn, grid } = show(size);
    expect(drawn()[0]).toBe('r0');
    expect(drawn().length).toBeLessThan(60);
    expect(drawn().length).toBeGreaterThan(15);
    expect(grid()?.getAttribute('aria-rowcount')).toBe(String(size + 2));
  });

  it('F006 a selected row far below is brought into view and named to a screen reader', async () => {
    const { draw, drawn, grid } = show(30_000, 'r0');
    await act(async () => draw('r7500'));
    expect(drawn()).toContain('r7500');
    const named = grid()?.getAttribute('aria-activedescendant') ?? '';
    expect(document.getElementById(named)?.textContent).toBe('r7500');
    expect(document.getElementById(named)?.getAttribute('aria-rowindex')).toBe('7503');
  });
});
