/**
 * Where the audience's window goes. Pure, over the members of Electron's `Display` that matter, so that every layout of a
 * room is tested without a screen.
 */

export interface DisplayFacts {
  readonly id: number;
  readonly bounds: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** True for the panel of a laptop: a projector never is. */
  readonly internal: boolean;
}

const area = ({ bounds: { width, height } }: DisplayFacts): number => width * height;

/**
 * The display for the audience: never the presenter's own, the projector before a laptop's panel, the largest before
 * others. Asked again while the audience already stands on one, it gives the next in that order, so that a room with
 * three displays is set right by the same key.
 * @param current id of the display where the audience stands now
 * @returns undefined where the presenter's display is the only one
 */
export function audienceDisplay<Display extends DisplayFacts>(
  displays: readonly Display[],
  presenterId: number,
  current?: number,
): Display | undefined {
  const others = displays
    .filter(({ id }) => id !== presenterId)
    .toSorted((a, b) => Number(a.internal) - Number(b.internal) || area(b) - area(a) || a.id - b.id);
  // Not found is -1: the first.
  return others[(others.findIndex(({ id }) => id === current) + 1) % Math.max(1, others.length)];
}
