/**
 * Keeps the alleles of one file, counts those it does not keep, and says by which rule (F005, F006). The rule for size
 * gives the same result in whatever order rows come: up to the limit every allele stays; above it, first the alleles
 * without PASS outside the genes of the knowledge packs are counted together, then all alleles outside them.
 */
import type { ObservedVariant, VariantAccounting } from '../../../shared/case/intake.ts';
import { refuse } from './refusal.ts';

/** Alleles of one file that are kept one by one before the rule for size begins. */
export const KEPT_ALLELES = 20_000;
/** Alleles inside the genes of the packs that one file may hold; more is no file of one patient's tumor. */
export const KEPT_ALLELES_OF_INTEREST = 250_000;

const OUTSIDE_NOT_PASSED = `beyond ${KEPT_ALLELES} alleles: outside the genes of the knowledge packs, not passed by the caller`;
const OUTSIDE = `beyond ${KEPT_ALLELES} alleles: outside the genes of the knowledge packs`;
/** An open question keeps what was read out of interpretation. */
export const QUESTION_OPEN = 'waits for the answer to an open question';
const DUPLICATE = 'the same change stands on another line of the file';

/** How strict the rule for size is: nothing is kept one by one; or its stage, 0 where every allele still stays. */
export type Strictness = 'count' | 0 | 1 | 2;

/** What an allele asks for: to be kept, only to be counted, or to be kept where the packs speak of its place. */
export type AlleleAsks = 'keep' | 'count' | 'keep-of-interest';

export function asksFor(strictness: Strictness, passed: boolean): AlleleAsks {
  if (strictness === 'count') return 'count';
  return strictness === 0 || (strictness === 1 && passed) ? 'keep' : 'keep-of-interest';
}

export class VariantKeeper {
  readonly #file: string;
  readonly #limit: number;
  readonly #isOfInterest: (variant: ObservedVariant) => boolean;
  #kept = new Map<string, ObservedVariant>();
  #duplicates = 0;
  readonly #filtered = new Map<string, number>();
  #stage: 0 | 1 | 2 = 0;
  #shownUnkept = 0;
  #outside = 0;
  #outsideNotPassed = 0;
  /** Alleles the file holds, a row without alternate counted as one. */
  allelesIn = 0;

  /** `limit` 0 keeps nothing and only counts, for a check of the file. */
  constructor(file: string, limit: number, isOfInterest: (variant: ObservedVariant) => boolean) {
    this.#file = file;
    this.#limit = limit;
    this.#isOfInterest = isOfInterest;
  }

  filter(rule: string, count = 1): void {
    this.#filtered.set(rule, (this.#filtered.get(rule) ?? 0) + count);
  }

  /** How strict the rule for size is by now; it only ever becomes stricter. */
  get strictness(): Strictness {
    return this.#limit === 0 ? 'count' : this.#stage;
  }

  next(passed: boolean): AlleleAsks {
    return asksFor(this.strictness, passed);
  }

  /** Alleles that are shown but not kept: in a check of the file, or not of interest in a huge one. */
  count(passed: boolean, count = 1): void {
    if (this.#limit === 0) this.#shownUnkept += count;
    else if (passed) this.#outside += count;
    else this.#outsideNotPassed += count;
  }

  /**
   * Keeps or counts an allele that was set apart while the rule for size was perhaps less strict than it is now.
   * @returns whether it is kept
   */
  reconsider(variant: ObservedVariant): boolean {
    const passed = variant.filter === undefined || variant.filter === 'PASS';
    if (this.next(passed) === 'keep-of-interest' && !this.#isOfInterest(variant)) {
      this.count(passed);
      return false;
    }
    this.keep(variant);
    return true;
  }

  keep(variant: ObservedVariant): void {
    const before = this.#kept.get(variant.key);
    if (before !== undefined) {
      this.#duplicates += 1;
      // Of two lines the caller's PASS speaks.
      if (before.filter !== 'PASS' && variant.filter === 'PASS') this.#kept.set(variant.key, variant);
      return;
    }
    this.#kept.set(variant.key, variant);
    while (this.#kept.size > this.#limit && this.#stage < 2) this.#tighten();
    if (this.#kept.size > KEPT_ALLELES_OF_INTEREST)
      refuse(this.#file, {
        code: 'file-too-large',
        rule: `The file holds more than ${KEPT_ALLELES_OF_INTEREST} alleles inside the genes of the knowledge packs.`,
        remedy: 'Filter the file to the variants called in the tumor of this patient.',
      });
  }

  #tighten(): void {
    this.#stage = this.#stage === 0 ? 1 : 2;
    const kept = new Map<string, ObservedVariant>();
    for (const [key, variant] of this.#kept) {
      const passed = variant.filter === undefined || variant.filter === 'PASS';
      if ((this.#stage === 1 && passed) || this.#isOfInterest(variant)) kept.set(key, variant);
      else this.count(passed);
    }
    this.#kept = kept;
  }

  /** Everything kept is given back to the count: an open question keeps it out of interpretation. */
  withhold(rule: string): void {
    if (this.#kept.size > 0) this.filter(rule, this.#kept.size);
    this.#kept = new Map();
  }

  get tightened(): boolean {
    return this.#stage > 0;
  }

  variants(): ObservedVariant[] {
    return [...this.#kept.values()];
  }

  accounting(rowsIn: number): VariantAccounting {
    const parts = (counts: Iterable<readonly [string, number]>) =>
      [...counts]
        .filter(([, count]) => count > 0)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([rule, count]) => ({ rule, count }));
    return {
      file: this.#file,
      rowsIn,
      allelesIn: this.allelesIn,
      shown: this.#kept.size + this.#shownUnkept,
      collapsed: parts([
        [OUTSIDE, this.#outside],
        [OUTSIDE_NOT_PASSED, this.#outsideNotPassed],
        [DUPLICATE, this.#duplicates],
      ]),
      filtered: parts(this.#filtered),
    };
  }
}

/**
 * The key under which VCF and MAF name the same change: shared bases at the end and then at the begin are left out, a
 * deletion's alternate and an insertion's reference are `-`, and an insertion bears the position of the base before
 * it, as MAF does (GDC MAF specification). Without the reference genome an indel in a repeat is not moved, so that one
 * that two callers place differently stays two.
 */
export function variantKey(
  build: string,
  chromosome: string,
  position1: number,
  reference: string,
  alternate: string,
): string {
  if (reference.length === 1 && alternate.length === 1 && reference !== '-' && alternate !== '-')
    return `${build}:${chromosome}:${position1}:${reference}:${alternate}`;
  let from = reference === '-' ? '' : reference;
  let to = alternate === '-' ? '' : alternate;
  // An insertion as MAF states it already bears the position of the base before.
  let at = reference === '-' ? position1 + 1 : position1;
  while (from !== '' && to !== '' && from.at(-1) === to.at(-1)) {
    from = from.slice(0, -1);
    to = to.slice(0, -1);
  }
  while (from !== '' && to !== '' && from[0] === to[0]) {
    from = from.slice(1);
    to = to.slice(1);
    at += 1;
  }
  const position = from === '' ? at - 1 : at;
  return `${build}:${chromosome}:${position}:${from === '' ? '-' : from}:${to === '' ? '-' : to}`;
}
