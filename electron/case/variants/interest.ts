import type { GenomeBuild } from '../../../shared/case/case-record.ts';
import type { VariantInterest } from '../../../shared/case/variant-interest.ts';

/** Spans of one chromosome: begins in order, and for each the furthest end among those up to it. */
interface Spans {
  readonly starts: readonly number[];
  readonly furthestEnds: readonly number[];
  readonly spans: readonly { readonly gene: string; readonly start1: number; readonly end1: number }[];
}

/** Whether the knowledge packs speak of a place or a gene. */
export class Interest {
  readonly #genes: ReadonlySet<string>;
  readonly #byChromosome = new Map<string, Spans>();
  /** Places between two spans that were asked for last: rows come in order, and spans are few. */
  #gapOf = '';
  #gapAfter = 0;
  #gapBefore = 0;

  constructor(interest: VariantInterest, build: GenomeBuild | undefined) {
    this.#genes = new Set(interest.genes);
    const all = build === undefined ? [] : interest.spans[build];
    for (const chromosome of new Set(all.map((span) => span.chromosome))) {
      const spans = all.filter((span) => span.chromosome === chromosome).sort((a, b) => a.start1 - b.start1);
      let furthest = 0;
      this.#byChromosome.set(chromosome, {
        spans,
        starts: spans.map((span) => span.start1),
        furthestEnds: spans.map((span) => {
          furthest = Math.max(furthest, span.end1);
          return furthest;
        }),
      });
    }
  }

  /** Positions are 1-based and inclusive; chromosome without `chr`. */
  at(chromosome: string, start1: number, end1: number): boolean {
    if (chromosome === this.#gapOf && start1 > this.#gapAfter && end1 < this.#gapBefore) return false;
    const here = this.#byChromosome.get(chromosome);
    if (here === undefined) return false;
    const last = lastAtOrBefore(here.starts, end1);
    const furthest = here.furthestEnds[last] ?? 0;
    if (furthest >= start1) return true;
    this.#gapOf = chromosome;
    this.#gapAfter = furthest;
    this.#gapBefore = here.starts[last + 1] ?? Number.POSITIVE_INFINITY;
    return false;
  }

  gene(symbol: string | undefined): boolean {
    return symbol !== undefined && this.#genes.has(symbol);
  }

  /** Symbols of the genes at a place, sorted. */
  genesAt(chromosome: string, start1: number, end1: number): string[] {
    const spans = this.#byChromosome.get(chromosome)?.spans ?? [];
    return spans
      .filter((span) => span.start1 <= end1 && span.end1 >= start1)
      .map((span) => span.gene)
      .sort();
  }
}

function lastAtOrBefore(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
