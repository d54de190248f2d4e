/**
 * Expression in transcripts per million, as a laboratory that sequenced the RNA hands it over. Each gene is placed in a
 * cohort's own quantiles (a pack of this repository): where the case's z-scores put it, else by a draw that moves with the
 * gene's copies and with the gene sets and pathways that the case turns on.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { GeneSet } from '../../shared/knowledge/expression.ts';
import { readRecords } from '../../shared/knowledge/records.ts';
import type { Facts } from './facts.ts';
import { type Segment, segmentAt } from './genome.ts';
import type { Random } from './random.ts';

const packs = resolve(import.meta.dirname, '../../models/knowledge');
/** Standard normal values at the shares of a cohort's quantiles: 2.5, 5, 10, 25, 50, 75, 90, 95 and 97.5 %. */
const PLACES = [-1.96, -1.645, -1.282, -0.674, 0, 0.674, 1.282, 1.645, 1.96];
/** Share of all transcripts that are of genes which the cohort does not hold. */
const OTHER_GENES = 0.12;

/** The cohort's value that lies as far out as `z` does among normal ones; beyond the last quantiles by the spread of the middle. */
function valueAt(quantiles: readonly number[], z: number): number {
  const [end = 0] = z < 0 ? PLACES : PLACES.slice(-1);
  if (Math.abs(z) > Math.abs(end)) {
    const spread = ((quantiles[6] as number) - (quantiles[2] as number)) / (2 * (PLACES[6] as number));
    return (quantiles[z < 0 ? 0 : PLACES.length - 1] as number) + (z - end) * spread;
  }
  let part = 0;
  while (part < PLACES.length - 2 && z > (PLACES[part + 1] as number)) part++;
  const [from, to] = [PLACES[part] as number, PLACES[part + 1] as number];
  const [low, high] = [quantiles[part] as number, quantiles[part + 1] as number];
  return low + ((z - from) / (to - from)) * (high - low);
}

/**
 * @param cohort file of quantiles of log2(FPKM + 0.1), below models/knowledge
 * @param known z-scores that the case states elsewhere, by gene
 * @param sets how far the genes of a Hallmark set stand from the cohort's middle, in standard deviations
 */
export function transcriptsPerMillion(
  facts: Facts,
  {
    cohort,
    random,
    segments,
    known,
    sets,
  }: {
    cohort: string;
    random: Random;
    segments: readonly Segment[];
    known: ReadonlyMap<string, number>;
    sets: Readonly<Record<string, number>>;
  },
): string {
  const hallmark = readRecords<GeneSet>(readFileSync(resolve(packs, 'expression/hallmark.records'), 'utf8')).all();
  const shifts = new Map<string, number>();
  for (const { name, genes } of hallmark)
    for (const gene of genes) shifts.set(gene, (shifts.get(gene) ?? 0) + (sets[name] ?? 0));
  const amounts = readFileSync(resolve(packs, cohort), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line): [string, number] => {
      const [gene = '', ...quantiles] = line.split('\t');
      const span = facts.genes[gene];
      const copies = span === undefined ? 2 : (segmentAt(segments, span[0], span[1])?.totalCopies ?? 2);
      const drawn = random.normal(0, 0.8) + 0.35 * Math.max(-1.2, Math.min(2, copies - 2)) + (shifts.get(gene) ?? 0);
      const z = known.get(gene) ?? drawn;
      return [gene, Math.max(0, 2 ** valueAt(quantiles.map(Number), z) - 0.1)];
    });
  const whole = amounts.reduce((sum, [, amount]) => sum + amount, 0) / (1 - OTHER_GENES);
  return `${[['gene', 'TPM'], ...amounts.map(([gene, amount]) => [gene, ((amount / whole) * 1e6).toFixed(2)])]
    .map((cells) => cells.join('\t'))
    .join('\n')}\n`;
}

/** Gene and value of a table of this folder. */
export const valuesOf = (table: string): ReadonlyMap<string, number> =>
  new Map(
    table
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t'))
      .map(([gene = '', value]) => [gene, Number(value)]),
  );
