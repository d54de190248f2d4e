/** What the tables give for a genotype, from strands to alleles: the other way round than the program goes. */
import type { PhenotypeTable, TableGene } from './tables.ts';
import type { Pair } from './writing.ts';

/** One position as the file tells it: both strands, and within which block their order counts (none: by itself). */
export interface Told {
  readonly pair: Pair | readonly [string];
  readonly block: string | undefined;
}
export type Genotype = readonly (Told | undefined)[];

const CODES: Readonly<Record<string, string>> = { R: 'AG', Y: 'CT', S: 'CG', W: 'AT', K: 'GT', M: 'AC' };
const basesOf = (code: string): readonly string[] => (CODES[code] === undefined ? [code] : [...CODES[code]]);

/** By allele and position the bases it can show there. */
export const basesByAllele = ({ alleles, positions }: TableGene): readonly (readonly (readonly string[])[])[] =>
  alleles.map(({ bases }) =>
    positions.map(({ ref }, index) => {
      const stated = bases[index];
      if (stated !== undefined) return basesOf(stated);
      const base = alleles[0]?.bases[index] ?? ref;
      return [CODES[base] === undefined ? base : ref];
    }),
  );

const heterozygous = (told: Told | undefined): boolean => told?.pair.length === 2 && told.pair[0] !== told.pair[1];

/** Groups of heterozygous positions that turn together. */
export function turning(genotype: Genotype): number[][] {
  const groups = new Map<string, number[]>();
  for (const [index, told] of genotype.entries())
    if (heterozygous(told)) {
      const key = told?.block ?? `alone ${index}`;
      groups.set(key, [...(groups.get(key) ?? []), index]);
    }
  return [...groups.values()];
}

/** Every pair of strands that the genotype can be. */
function* strandsOf(genotype: Genotype): Generator<[string[], string[]]> {
  const [, ...groups] = turning(genotype);
  for (let mask = 0; mask < 2 ** groups.length; mask += 1) {
    const turned = new Set(groups.flatMap((group, bit) => ((mask >> bit) & 1 ? group : [])));
    const strand = (side: 0 | 1) =>
      genotype.map((told, index) => told?.pair[turned.has(index) ? 1 - side : side] ?? told?.pair[0] ?? '');
    yield [strand(0), strand(1)];
  }
}

const sorted = (names: readonly string[]): string => [...names].sort().join('/');

/** Names of the diplotypes that explain most defined positions. */
export function bestDiplotypes(
  gene: TableGene,
  table: ReturnType<typeof basesByAllele>,
  genotype: Genotype,
): Set<string> {
  const { alleles, positions, reportedAs } = gene;
  const called = genotype.flatMap((told, index) => (told === undefined ? [] : [index]));
  const reachable = alleles.flatMap(({ bases }, place) =>
    called.some((index) => bases[index] !== undefined) ? [place] : [],
  );
  const fitting = (strand: readonly string[]): number[] =>
    reachable.filter((place) => called.every((index) => table[place]?.[index]?.includes(strand[index] ?? '') === true));
  const score = (place: number, strands: readonly (readonly string[])[]): number =>
    called.filter((index) => {
      const code = alleles[place]?.bases[index];
      if (code === undefined) return false;
      return CODES[code] === undefined || strands.some((strand) => strand[index] !== positions[index]?.ref);
    }).length;
  const name = (place: number): string => {
    const own = alleles[place]?.name ?? '';
    return reportedAs[own] ?? own;
  };
  const one = called.length > 0 && called.every((index) => genotype[index]?.pair.length === 1);
  const seen = new Map<string, { a: number; b: number | undefined; left: string[][]; right: string[][] }>();
  for (const [first, second] of strandsOf(genotype)) {
    const others = one ? [undefined] : fitting(second);
    for (const a of fitting(first))
      for (const b of others) {
        const [low, high, left, right] =
          b === undefined || a <= b ? [a, b, first, second] : ([b, a, second, first] as const);
        const entry = seen.get(`${low},${high}`) ?? { a: low, b: high, left: [], right: [] };
        entry.left.push(left);
        entry.right.push(right);
        seen.set(`${low},${high}`, entry);
      }
  }
  const scores = new Map<string, number>();
  for (const { a, b, left, right } of seen.values()) {
    const both = [...left, ...right];
    const total = b === undefined ? score(a, left) : score(a, a === b ? both : left) + score(b, a === b ? both : right);
    const names = b === undefined ? name(a) : sorted([name(a), name(b)]);
    scores.set(names, Math.max(scores.get(names) ?? 0, total));
  }
  const top = Math.max(...scores.values());
  return new Set([...scores].flatMap(([names, own]) => (own === top ? [names] : [])));
}

const HAPB3 = 'c.1129-5923C>G, c.1236G>A (HapB3)';

export interface ByVariant {
  /** As the program writes `diplotypes`, in any order; alleles of a strand in any order. */
  readonly diplotypes: readonly string[];
  readonly phenotype: string | undefined;
  readonly score: string | undefined;
}

/** A strand's or a person's name with its parts in alphabetic order, so that order says nothing. */
export const plainly = (diplotype: string): string =>
  sorted(
    diplotype
      .split('/')
      .map((strand) => (strand.startsWith('[') ? `[${strand.slice(1, -1).split(' + ').sort().join(' + ')}]` : strand)),
  );

/**
 * DPYD and RYR1. Where the strands are told apart each is the set of its variants; in parts, every arrangement; else the
 * variants are listed. DPYD's HapB3 goes by its intronic position; the exonic one counts where that was not called.
 */
export function byVariant(gene: TableGene, genotype: Genotype, phenotypes: PhenotypeTable): ByVariant {
  const reference = gene.alleles[0]?.name ?? '';
  const place = (name: string): number => {
    const bases = gene.alleles.find((one) => one.name === name)?.bases ?? [];
    return bases.findIndex((base) => base !== undefined);
  };
  const haplotype = gene.alleles.find(({ name }) => name === HAPB3);
  const [intronic, exonic] = haplotype?.bases.flatMap((base, index) => (base === undefined ? [] : [index])) ?? [];
  const [inside = -1, outside = -1] = place('c.1129-5923C>G') === exonic ? [exonic, intronic] : [intronic, exonic];
  const ofStrand = (strand: readonly string[]): string[] => {
    const shows = (index: number): boolean =>
      genotype[index] !== undefined && strand[index] !== gene.positions[index]?.ref;
    const found = gene.alleles
      .slice(1)
      .filter(({ name, bases }) => {
        const own = bases.flatMap((base, index) => (base === undefined ? [] : [{ base, index }]));
        if (own.some(({ index }) => index === inside || index === outside)) {
          if (name !== HAPB3) return shows(inside) && !shows(outside);
          return genotype[inside] === undefined ? shows(outside) : shows(inside) && shows(outside);
        }
        return own.every(({ base, index }) => genotype[index] !== undefined && strand[index] === base);
      })
      .map(({ name }) => name);
    return found.length === 0 ? [reference] : found;
  };
  const strandName = (names: readonly string[]): string =>
    names.length > 1 ? `[${[...names].sort().join(' + ')}]` : (names[0] ?? '');
  const least = (names: readonly string[], count: number): string[] =>
    [...names].sort((a, b) => weight(phenotypes, a) - weight(phenotypes, b)).slice(0, count);
  const told = (pair: readonly string[]): Pick<ByVariant, 'phenotype' | 'score'> => {
    const row = phenotypes.of(pair[0] ?? '', pair[1] ?? '');
    return { phenotype: row?.phenotype, score: row?.score };
  };
  const groups = turning(genotype);
  const ways = [...strandsOf(genotype)].map(([a, b]) => [ofStrand(a), ofStrand(b)]);
  const inParts = genotype.some((one) => one?.block !== undefined && one.block !== 'all') && groups.length <= 7;
  if (groups.length <= 1 || inParts) {
    const pairs = ways.map((strands) => strands.flatMap((names) => least(names, 1)));
    const left = (pair: readonly string[]) => pair.reduce((sum, name) => sum + weight(phenotypes, name), 0);
    return {
      diplotypes: [...new Set(ways.map((strands) => plainly(strands.map(strandName).join('/'))))].sort(),
      ...told(pairs.reduce((low, pair) => (left(pair) < left(low) ? pair : low))),
    };
  }
  // Without phase HapB3 takes as many exonic changes as there are intronic ones.
  const count = (index: number): number =>
    genotype[index]?.pair.filter((base) => base !== gene.positions[index]?.ref).length ?? 0;
  const copies = new Map<string, number>();
  for (const { name, bases } of gene.alleles.slice(1)) {
    const own = bases.flatMap((base, index) => (base === undefined ? [] : [{ base, index }]));
    const special = own.some(({ index }) => index === inside || index === outside);
    const paired = genotype[inside] === undefined ? count(outside) : Math.min(count(inside), count(outside));
    const seen = special
      ? name === HAPB3
        ? paired
        : genotype[inside] === undefined
          ? 0
          : count(inside) - paired
      : (genotype[own[0]?.index ?? -1]?.pair.filter((base) => base === own[0]?.base).length ?? 0);
    if (seen > 0) copies.set(name, seen);
  }
  const all = [...copies].flatMap(([name, many]) => Array<string>(many).fill(name));
  const whole = all.length < 2 ? [reference, ...all] : all;
  return {
    diplotypes: [
      ...(all.length < 2 ? [reference] : []),
      ...[...copies].map(([name, many]) => (many === 2 ? `${name} (homozygous)` : name)),
    ].sort(),
    ...told(least(whole, 2)),
  };
}

/** Activity; of RYR1 those that carry the risk before those that do not. */
function weight(table: PhenotypeTable, name: string): number {
  const value = table.value[name] ?? '';
  if (!table.scored) return /malignant hyperthermia/i.test(value) ? 0 : 1;
  return Number.isFinite(Number(value)) && value !== '' ? Number(value) : 2;
}
