import type { GenomeBuild } from './case-record.ts';

/**
 * What the knowledge packs speak of, as plain data that can be handed to a worker thread: which variants of a huge file
 * stay one by one and which may be counted together.
 */
export interface VariantInterest {
  /** HUGO symbols any knowledge pack speaks of. */
  readonly genes: readonly string[];
  /** Their spans, 1-based and inclusive; chromosome without `chr`. */
  readonly spans: Readonly<
    Record<
      GenomeBuild,
      readonly {
        readonly gene: string;
        readonly chromosome: string;
        readonly start1: number;
        readonly end1: number;
      }[]
    >
  >;
}
