import type { Facts } from './facts.ts';

/** One stretch of a tumor's genome with its allele-specific copies. */
export interface Segment {
  readonly chromosome: string;
  readonly start1: number;
  readonly end1: number;
  readonly totalCopies: number;
  readonly minorCopies: number;
}

/** An event laid over a diploid genome; later events overwrite earlier ones. */
export interface CopyNumberEvent {
  readonly chromosome: string;
  /** Megabases; the whole chromosome where left out. */
  readonly from?: number;
  readonly to?: number;
  readonly totalCopies: number;
  readonly minorCopies: number;
}

const chromosomeNames = [...Array.from({ length: 22 }, (_, i) => String(i + 1)), 'X'];

/** Segments that tile every chromosome from its first to its last base, neighbours of equal state joined. */
export function segmentsOf(facts: Facts, events: readonly CopyNumberEvent[], sex: 'female' | 'male'): Segment[] {
  const result: Segment[] = [];
  for (const chromosome of chromosomeNames) {
    const length = facts.chromosomes.GRCh38[chromosome] ?? 0;
    const single = chromosome === 'X' && sex === 'male';
    const mine = events
      .filter((event) => event.chromosome === chromosome)
      .map((event) => ({
        ...event,
        start1: Math.round((event.from ?? 0) * 1e6) + 1,
        end1: Math.min(length, event.to === undefined ? length : Math.round(event.to * 1e6)),
      }));
    const cuts = [...new Set([1, length + 1, ...mine.flatMap(({ start1, end1 }) => [start1, end1 + 1])])].sort(
      (a, b) => a - b,
    );
    for (let i = 0; i + 1 < cuts.length; i++) {
      const [start1 = 1, next = 1] = cuts.slice(i, i + 2);
      const over = mine.filter((event) => event.start1 <= start1 && start1 <= event.end1).at(-1);
      const totalCopies = over?.totalCopies ?? (single ? 1 : 2);
      const minorCopies = over?.minorCopies ?? (single ? 0 : 1);
      const before = result.at(-1);
      if (before?.chromosome === chromosome && before.totalCopies === totalCopies && before.minorCopies === minorCopies)
        result[result.length - 1] = { ...before, end1: next - 1 };
      else result.push({ chromosome, start1, end1: next - 1, totalCopies, minorCopies });
    }
  }
  return result;
}

/** Log2 ratio of a segment in a tumor of this purity against a diploid normal, without noise. */
export const logRatio = (copies: number, purity: number, expected = 2): number =>
  Math.max(-4, Math.log2((purity * copies + (1 - purity) * expected) / expected));

/** The call a GISTIC run would give: −2 deep deletion, −1 loss, 0, 1 gain, 2 amplification. */
export const gisticCall = (copies: number, expected = 2): number => {
  if (copies < 0.5) return -2;
  if (copies < expected) return -1;
  if (copies >= 6) return 2;
  return copies > expected ? 1 : 0;
};

/** The segment that holds the middle of a gene; genes outside every chromosome of the list are left out. */
export const segmentAt = (segments: readonly Segment[], chromosome: string, position1: number): Segment | undefined =>
  segments.find((one) => one.chromosome === chromosome && one.start1 <= position1 && position1 <= one.end1);
