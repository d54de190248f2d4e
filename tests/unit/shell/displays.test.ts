import fc from 'fast-check';
import { expect, it } from 'vitest';
import { audienceDisplay, type DisplayFacts } from '../../../electron/shell/displays.ts';

const display = (id: number, internal: boolean, width = 1920): DisplayFacts => ({
  id,
  internal,
  bounds: { x: 0, y: 0, width, height: 1080 },
});

it('F070 takes the projector before a laptop’s panel, and the largest before others', () => {
  const [panel, small, large] = [display(1, true, 5000), display(2, false, 1280), display(3, false, 3840)];
  expect(audienceDisplay([panel], 1)).toBeUndefined();
  expect(audienceDisplay([panel, small, large], 1)?.id).toBe(3);
  // The presenter works on the large one: the projector is still before the panel.
  expect(audienceDisplay([panel, small, large], 3)?.id).toBe(2);
  expect(audienceDisplay([panel, large], 3)?.id).toBe(1);
});

it('F070 never takes the presenter’s display, and asked again reaches every other one', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 6 }),
      fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
      (ids, internal) => {
        const displays = ids.map((id, index) => display(id, internal[index] ?? false, 1000 + id));
        const [presenter = 0, ...others] = ids;
        const reached = new Set<number>();
        let current: number | undefined;
        for (let asked = 0; asked < others.length; asked++) {
          current = audienceDisplay(displays, presenter, current)?.id;
          if (current !== undefined) reached.add(current);
        }
        expect(reached).toEqual(new Set(others));
      },
    ),
  );
});
