/**
 * Where the alleles of rows go: into the account of the file, or, where rows are read before those in front of them
 * are settled, into the tally of their piece, which is added to the account when its turn has come.
 */
import type { ObservedVariant } from '../../../shared/case/intake.ts';
import { type AlleleAsks, asksFor, type Strictness, type VariantKeeper } from './variant-keeper.ts';

export interface AlleleSink {
  allelesIn: number;
  next(passed: boolean): AlleleAsks;
  filter(rule: string): void;
  count(passed: boolean): void;
  keep(variant: ObservedVariant): void;
  /** A structural allele, with the genes of interest at its place. */
  structural(genes: readonly string[]): void;
}

const GENES_NAMED = 12;

/** The account of a whole file. */
export class FileAccount implements AlleleSink {
  readonly keeper: VariantKeeper;
  readonly #germline: boolean;
  readonly #structuralGenes = new Set<string>();
  #structural = 0;
  #inherited = 0;

  constructor(keeper: VariantKeeper, germline: boolean) {
    this.keeper = keeper;
    this.#germline = germline;
  }

  get allelesIn(): number {
    return this.keeper.allelesIn;
  }
  set allelesIn(count: number) {
    this.keeper.allelesIn = count;
  }

  next(passed: boolean): AlleleAsks {
    return this.keeper.next(passed);
  }

  filter(rule: string): void {
    this.keeper.filter(rule);
  }

  count(passed: boolean): void {
    this.keeper.count(passed);
  }

  keep(variant: ObservedVariant): void {
    if (!this.#germline && variant.origin === 'germline') this.#inherited += 1;
    this.keeper.keep(variant);
  }

  structural(genes: readonly string[]): void {
    this.#structural += 1;
    for (const gene of genes) this.#structuralGenes.add(gene);
  }

  /** Adds a piece whose first row follows on `linesBefore` lines. */
  add(tally: Tally, linesBefore: number): void {
    const { keeper } = this;
    keeper.allelesIn += tally.alleles;
    for (const [rule, count] of tally.filtered) keeper.filter(rule, count);
    keeper.count(true, tally.countedPassed);
    keeper.count(false, tally.countedOthers);
    this.#structural += tally.structural;
    for (const gene of tally.structuralGenes) this.#structuralGenes.add(gene);
    for (const variant of tally.variants) {
      variant.line += linesBefore;
      const kept = keeper.reconsider(variant);
      if (kept && !this.#germline && variant.origin === 'germline') this.#inherited += 1;
    }
  }

  warnings(inheritedTold: number): string[] {
    const warnings: string[] = [];
    if (this.#structural > 0) {
      const genes = [...this.#structuralGenes].sort();
      const named =
        genes.length === 0
          ? ''
          : ` They lie in ${genes.slice(0, GENES_NAMED).join(', ')}${genes.length > GENES_NAMED ? ' and others' : ''}.`;
      warnings.push(
        `${this.#structural} structural alleles are counted and not interpreted here.${named} Give rearrangements and copy numbers as files of their own.`,
      );
    }
    const inherited = this.#inherited + inheritedTold;
    if (inherited > 0)
      warnings.push(`${inherited} alleles are inherited by the caller's own word and are read as germline.`);
    if (this.keeper.tightened)
      warnings.push(
        `The file holds ${this.keeper.allelesIn} alleles: a hypermutated tumor, or a file that is not filtered. Alleles outside the genes of the knowledge packs are counted together.`,
      );
    return warnings;
  }
}

/** What a piece of a file comes to; lines of its variants count from its first row, which is 1. */
export interface Tally {
  readonly alleles: number;
  readonly filtered: readonly (readonly [string, number])[];
  readonly countedPassed: number;
  readonly countedOthers: number;
  readonly structural: number;
  readonly structuralGenes: readonly string[];
  readonly variants: ObservedVariant[];
}

/**
 * The sink of a piece. It is told how strict the rule for size was when the piece was begun; the account looks again at
 * what was set apart, since the rule may have become stricter meanwhile and never becomes less strict.
 */
export class PieceTally implements AlleleSink {
  allelesIn = 0;
  #strictness: Strictness = 0;
  readonly #filtered = new Map<string, number>();
  #countedPassed = 0;
  #countedOthers = 0;
  #structural = 0;
  readonly #structuralGenes = new Set<string>();
  #variants: ObservedVariant[] = [];

  begin(strictness: Strictness): void {
    this.#strictness = strictness;
    this.allelesIn = 0;
    this.#filtered.clear();
    this.#countedPassed = 0;
    this.#countedOthers = 0;
    this.#structural = 0;
    this.#structuralGenes.clear();
    this.#variants = [];
  }

  next(passed: boolean): AlleleAsks {
    return asksFor(this.#strictness, passed);
  }

  filter(rule: string): void {
    this.#filtered.set(rule, (this.#filtered.get(rule) ?? 0) + 1);
  }

  count(passed: boolean): void {
    if (passed) this.#countedPassed += 1;
    else this.#countedOthers += 1;
  }

  keep(variant: ObservedVariant): void {
    this.#variants.push(variant);
  }

  structural(genes: readonly string[]): void {
    this.#structural += 1;
    for (const gene of genes) this.#structuralGenes.add(gene);
  }

  end(): Tally {
    return {
      alleles: this.allelesIn,
      filtered: [...this.#filtered],
      countedPassed: this.#countedPassed,
      countedOthers: this.#countedOthers,
      structural: this.#structural,
      structuralGenes: [...this.#structuralGenes],
      variants: this.#variants,
    };
  }
}
