import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { linesOf, nearestFrom, rowHeightOf } from '../../../renderer/ui/lines.ts';
import { type Column, placeOf, WorkTable } from '../../../renderer/ui/WorkTable.tsx';

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

  it('a step in a million rows passes its neighbours and no others', () => {
    const rows = rowsOf(1_000_000);
    const many = linesOf([{ id: 'all', rows }]);
    let passed = 0;
    const find = (wanted: string) =>
      many.find((row) => {
        passed += 1;
        return row === wanted;
      });
    find('r500000');
    passed = 0;
    expect([find('r500001'), find('r500000'), find('r499999')]).toEqual([500_001, 500_000, 499_999]);
    expect(passed).toBeLessThan(12);
    let read = 0;
    const ids = new Proxy(rows, {
      get: (list, key) => {
        read += 1;
        return Reflect.get(list, key);
      },
    });
    expect(placeOf(ids, 'r700000')).toBe(700_000);
    read = 0;
    expect([placeOf(ids, 'r700001'), placeOf(ids, 'r699999'), placeOf(ids, undefined)]).toEqual([700_001, 699_999, -1]);
    expect(read).toBeLessThan(12);
  });

  it('what none passes is found nowhere', () => {
    expect(nearestFrom(0, 0, () => true)).toBe(-1);
    expect(nearestFrom(7, 10, () => false)).toBe(-1);
    for (const wanted of [0, 4, 9]) expect(nearestFrom(4, 10, (at) => at === wanted)).toBe(wanted);
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
    let asked = 0;
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
            rowId={(row) => {
              asked += 1;
              return row;
            }}
            selected={one}
            onSelect={() => undefined}
          />,
        ),
      );
    draw(selected);
    return {
      draw,
      host,
      askedSince: async (act_: () => void) => {
        asked = 0;
        await act(async () => act_());
        return asked;
      },
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

  it('F006 a turn of the wheel asks of the rows in view alone, and sets nothing that their cells inherit', async () => {
    const { host, drawn, askedSince } = show(100_000);
    const frame = host.firstElementChild as HTMLElement;
    const asked = await askedSince(() => {
      frame.scrollTop = 40_000;
      frame.dispatchEvent(new Event('scroll'));
    });
    expect(drawn()).toContain('r1085');
    expect(asked).toBeLessThan(drawn().length * 4);
    expect(host.querySelector('tbody')?.style.transform).toMatch(/^translateY\(-?\d/);
    for (const above of [frame, ...frame.querySelectorAll('div, table')])
      expect(above.getAttribute('style') ?? '').not.toMatch(/shift/);
  });

  it('F006 rows that come into view are drawn into those that left it', async () => {
    const { host, drawn } = show(100_000);
    const frame = host.firstElementChild as HTMLElement;
    const scroll = (to: number) =>
      act(async () => {
        frame.scrollTop = to;
        frame.dispatchEvent(new Event('scroll'));
      });
    await scroll(40_000);
    const before = new Set(host.querySelectorAll('tbody tr'));
    for (const to of [40_400, 39_000, 900_000]) {
      await scroll(to);
      expect([...host.querySelectorAll('tbody tr')].filter((row) => !before.has(row)).length, `${to}`).toBeLessThan(3);
      const numbers = drawn().map((text) => Number(text?.slice(1)));
      expect(numbers).toEqual(numbers.map((_, at) => (numbers[0] ?? 0) + at));
      expect(numbers[0]).toBeGreaterThan(to / 40);
    }
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
