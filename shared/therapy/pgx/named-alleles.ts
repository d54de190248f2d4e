/**
 * Which pairs of named alleles a genotype can be. A pair fits when at each called position one strand's base fits one
 * allele and the other strand's base the other, with one orientation for all positions of a phase set. A position that
 * was not called neither fits nor contradicts; an allele defined by such positions alone is out of reach.
 *
 * The pair that explains most defined positions is the best one, as PharmCAT counts them (docs, Named Allele Matcher 201).
 */
import type { GeneDefinition } from './definitions.ts';
import type { GeneSample } from './genotype.ts';
import { compareDiplotypes, diplotypeName } from './names.ts';

const IUPAC: Readonly<Record<string, string>> = {
  R: 'AG',
  Y: 'CT',
  S: 'CG',
  W: 'AT',
  K: 'GT',
  M: 'AC',
  B: 'CGT',
  D: 'AGT',
  H: 'ACT',
  V: 'ACG',
  N: 'ACGT',
};

const fits = (allele: string, base: string): boolean => allele === base || (IUPAC[allele]?.includes(base) ?? false);

interface Reachable {
  readonly name: string;
  /** The base at each called position. */
  readonly bases: readonly string[];
  readonly score: number;
  /** Called positions at which two bases fit. */
  readonly wobbles: readonly number[];
}

export interface MatchedPair {
  readonly strands: readonly string[];
  readonly name: string;
  readonly score: number;
}

/** Alleles that the called positions can show, the reference's base standing in where an allele states none. */
function reachable(definition: GeneDefinition, called: readonly number[]): Reachable[] {
  const [reference] = definition.alleles;
  const referenceBases = new Map(reference?.at);
  return definition.alleles.flatMap(({ name, at }): Reachable[] => {
    const own = new Map(at);
    const stated = called.filter((index) => own.has(index));
    if (stated.length === 0) return [];
    const bases = called.map((index) => {
      const position = definition.positions[index];
      const base = own.get(index) ?? referenceBases.get(index) ?? position?.ref ?? '';
      return !own.has(index) && IUPAC[base] !== undefined ? (position?.ref ?? base) : base;
    });
    const wobbles = called.flatMap((index, slot) => (IUPAC[own.get(index) ?? ''] === undefined ? [] : [slot]));
    return [{ name, bases, score: stated.length, wobbles }];
  });
}

/** 1: strands as written, 2: the other way round, 3: either, 0: neither. */
function orientations(first: string, second: string, a: string, b: string): number {
  return (fits(first, a) && fits(second, b) ? 1 : 0) | (fits(first, b) && fits(second, a) ? 2 : 0);
}

/** All pairs that fit, best first. */
export function matchedPairs(definition: GeneDefinition, sample: GeneSample): MatchedPair[] {
  const called = sample.at.flatMap((one, index) => (one === undefined ? [] : [index]));
  if (called.length === 0 || sample.partial) return [];
  const genotypes = called.flatMap((index) => sample.at[index] ?? []);
  const refs = called.map((index) => definition.positions[index]?.ref ?? '');
  const alleles = reachable(definition, called);
  const named = (name: string): string => definition.reportedAs[name] ?? name;

  if (sample.haploid)
    return alleles
      .filter(({ bases }) => genotypes.every(({ strands }, slot) => fits(bases[slot] ?? '', strands[0] ?? '')))
      .map(({ name, score, wobbles }) => ({
        strands: [named(name)],
        name: named(name),
        score: score - wobbles.filter((slot) => genotypes[slot]?.strands[0] === refs[slot]).length,
      }))
      .sort(byScore);

  // Most alleles fit neither strand somewhere: they are in no pair.
  const possible = alleles.filter(({ bases }) =>
    genotypes.every(({ strands: [a = '', b = ''] }, slot) => fits(bases[slot] ?? '', a) || fits(bases[slot] ?? '', b)),
  );
  const pairs = new Map<string, MatchedPair>();
  for (const [place, first] of possible.entries())
    for (const second of possible.slice(place)) {
      const score = scoreOfPair(first, second, genotypes, refs);
      if (score === undefined) continue;
      const strands = [named(first.name), named(second.name)];
      const name = diplotypeName(strands);
      if ((pairs.get(name)?.score ?? -1) < score) pairs.set(name, { strands, name, score });
    }
  return [...pairs.values()].sort(byScore);
}

const byScore = (a: MatchedPair, b: MatchedPair): number => b.score - a.score || compareDiplotypes(a.name, b.name);

/** Undefined where the pair does not fit. A position with two fitting bases counts only where a strand shows the rarer one. */
function scoreOfPair(
  first: Reachable,
  second: Reachable,
  genotypes: readonly GeneSample['at'][number][],
  refs: readonly string[],
): number | undefined {
  const sets = new Map<string, number>();
  const open: number[] = [];
  for (const [slot, genotype] of genotypes.entries()) {
    const [a = '', b = ''] = genotype?.strands ?? [];
    const ways = orientations(first.bases[slot] ?? '', second.bases[slot] ?? '', a, b);
    if (ways === 0) return undefined;
    open.push(ways);
    if (genotype?.phaseSet === undefined || a === b) continue;
    const left = (sets.get(genotype.phaseSet) ?? 3) & ways;
    if (left === 0) return undefined;
    sets.set(genotype.phaseSet, left);
  }
  const shows = (slot: number, allele: 0 | 1): boolean => {
    const genotype = genotypes[slot];
    const [a = '', b = ''] = genotype?.strands ?? [];
    const set = genotype?.phaseSet;
    const ways = (set === undefined ? undefined : sets.get(set)) ?? open[slot] ?? 0;
    const own = allele === 0 ? [a, b] : [b, a];
    return ((ways & 1) !== 0 && own[0] !== refs[slot]) || ((ways & 2) !== 0 && own[1] !== refs[slot]);
  };
  const idle = (allele: Reachable, place: 0 | 1): number => allele.wobbles.filter((slot) => !shows(slot, place)).length;
  return first.score + second.score - idle(first, 0) - idle(second, 1);
}

/**
 * The best pairs. A gene with diplotypes that unphased data cannot tell apart is read by PharmCAT's list of frequencies
 * instead of by score: the first entry whose diplotypes all fit names the one to report, and without one every pair that
 * fits is reported (Named Allele Matcher, unphased priorities of NAT2).
 */
export function bestPairs(
  definition: GeneDefinition,
  sample: GeneSample,
  pairs: readonly MatchedPair[],
): MatchedPair[] {
  if (!sample.phased && definition.unphasedChoice.length > 0 && pairs.length > 1) {
    const names = new Set(pairs.map(({ name }) => name));
    const choice = definition.unphasedChoice.find(({ among }) => among.every((name) => names.has(name)));
    return choice === undefined ? [...pairs] : pairs.filter(({ name }) => name === choice.pick);
  }
  return pairs.filter(({ score }) => score === pairs[0]?.score);
}
