/** From alleles to function, activity score and phenotype, by the gene's own tables. */
import type { GenePhenotypes } from './definitions.ts';
import { allelesOfStrand, compareAlleles } from './names.ts';

export interface StrandFunction {
  readonly allele: string;
  readonly function?: string;
  readonly activity?: string;
}

export interface Interpretation {
  readonly strands: readonly StrandFunction[];
  readonly phenotype?: string;
  /** As the table writes it; absent where the gene is not scored or the score is not known. */
  readonly activityScore?: string;
  /** What recommendations are looked up by. */
  readonly lookup: readonly string[];
}

const INDETERMINATE = 'Indeterminate';
/** What an allele that no one has graded is in a table without "Indeterminate" (RYR1: risk or no known risk). */
const UNCERTAIN = 'Uncertain function';

/** `*1x3` is filed as `*1x≥3` where the table has that bin. */
function filed(table: GenePhenotypes, allele: string): string {
  const copies = /^(\*\d+)x(?:≥)?(\d+)$/i.exec(allele);
  if (copies === null || table.functions.some(({ name }) => name === allele)) return allele;
  const bin = `${copies[1]}x≥3`;
  return Number(copies[2]) >= 3 && table.functions.some(({ name }) => name === bin) ? bin : allele;
}

/** Function and activity of one allele; a strand with several is known by none of them. */
export function functionOf(table: GenePhenotypes | undefined, allele: string): StrandFunction {
  const found = table?.functions.find(({ name }) => name === filed(table, allele));
  if (found === undefined) return { allele };
  const { function: does, activity } = found;
  return { allele, function: does, ...(activity === undefined ? {} : { activity }) };
}

/** The phenotype of one or two strands. An allele without function makes it indeterminate, never normal. */
export function interpret(table: GenePhenotypes | undefined, strands: readonly string[]): Interpretation {
  const functions = strands.map((strand) => functionOf(table, strand));
  if (table === undefined || table.byFunctions.length === 0) return { strands: functions, lookup: [] };
  const graded = table.byFunctions.some(({ phenotype }) => phenotype === INDETERMINATE);
  const keys = functions.map(({ activity, function: does }) =>
    table.scored ? activity : (does ?? (graded ? undefined : UNCERTAIN)),
  );
  const key = keys.includes(undefined) ? undefined : [...keys].sort().join('|');
  const found = table.byFunctions.find((row) => row.key === key);
  if (found === undefined) return { strands: functions, lookup: [], ...(graded ? { phenotype: INDETERMINATE } : {}) };
  const { phenotype, activityScore } = found;
  const scored = activityScore !== undefined && activityScore !== 'n/a';
  return {
    strands: functions,
    phenotype,
    ...(scored ? { activityScore } : {}),
    lookup: table.scored ? (scored ? [activityScore] : []) : [phenotype],
  };
}

const AT_RISK = /malignant hyperthermia|increased risk/i;

/** Alleles by how much function they leave, least first; for RYR1 and MT-RNR1 those that carry the risk first. */
function leastFirst(table: GenePhenotypes): (a: string, b: string) => number {
  return (a, b) => weightOf(table, a) - weightOf(table, b) || compareAlleles(a, b);
}

function weightOf(table: GenePhenotypes, allele: string): number {
  const { activity, function: does } = functionOf(table, allele);
  if (table.scored) return activity === undefined || Number.isNaN(Number(activity)) ? 2 : Number(activity);
  return AT_RISK.test(does ?? '') ? 0 : 1;
}

/**
 * The two alleles that decide where several variants lie on a strand or their strands are not known: of each strand, or
 * of all, those with the least function (CPIC: two different decreased-function variants are taken to lie on different
 * copies).
 */
export function decidingPair(
  table: GenePhenotypes,
  called: {
    readonly strands?: readonly (readonly string[])[];
    readonly arrangements?: readonly (readonly (readonly string[])[])[];
    readonly alleles: readonly string[];
  },
): string[] {
  const order = leastFirst(table);
  const [first, ...more] = called.arrangements ?? [];
  // Of several arrangements the one that leaves the least function decides: the cautious reading.
  if (first !== undefined) {
    const pairs = [first, ...more].map((strands) => decidingPair(table, { strands, alleles: [] }));
    const left = (pair: readonly string[]): number => pair.reduce((sum, allele) => sum + weightOf(table, allele), 0);
    return pairs.reduce((least, pair) => (left(pair) < left(least) ? pair : least));
  }
  const chosen =
    called.strands === undefined
      ? [...called.alleles].sort(order).slice(0, 2)
      : called.strands.flatMap((alleles) => [...alleles].sort(order).slice(0, 1));
  return chosen.sort(compareAlleles);
}

/** The deciding pair of a diplotype told from outside, which may hold several alleles on a strand. */
export const decidingPairOf = (table: GenePhenotypes, strands: readonly string[]): string[] =>
  decidingPair(table, { strands: strands.map(allelesOfStrand), alleles: [] });
