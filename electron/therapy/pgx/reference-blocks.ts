/**
 * Reference blocks of a gVCF (GATK `<NON_REF>`, DeepVariant and samtools `<*>`; VCF 4.3 section 5.5): a stretch in which
 * the sample bears the reference. A block says so of each position it covers whole, where its genotype quality and its
 * least depth bear it; below that the position is not called, never reference.
 */
import type { GenomeBuild } from '../../../shared/case/case-record.ts';
import type { PgxPosition } from '../../../shared/therapy/pgx/definitions.ts';
import type { PgxGenotype } from '../../../shared/therapy/pgx/genotype.ts';

export interface Spot {
  readonly gene: string;
  readonly chromosome: string;
  readonly position: PgxPosition;
}

export type Spots = ReadonlyMap<string, Spot>;

/** Phred 20: one wrong call in a hundred (VCF 4.3, GQ). */
const BLOCK_GQ = 20;
/** Fewer reads show a heterozygous site as reference too often: all 10 reads of one allele, once in 2^9. */
const BLOCK_DEPTH = 10;

export interface ReferenceBlock {
  readonly chromosome: string;
  /** 1-based, inclusive. */
  readonly start: number;
  readonly end: number;
  /** The base at `start`. */
  readonly base: string;
  /** Reference on every strand it has, at quality and depth that bear it. */
  readonly called: boolean;
  readonly strands: 1 | 2;
  readonly line: number;
}

const numberAt = (format: readonly string[], values: readonly string[], name: string): number | undefined => {
  const at = format.indexOf(name);
  const text = at < 0 ? undefined : values[at];
  return text !== undefined && /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
};

/** Undefined where the row is no block. */
export function readBlock(
  chromosome: string,
  cells: readonly string[],
  format: readonly string[],
  values: readonly string[],
  genotype: string,
  line: number,
): ReferenceBlock | undefined {
  const end = /(?:^|;)END=(\d+)/.exec(cells[7] ?? '')?.[1];
  const alt = cells[4] ?? '.';
  const symbolic = alt.split(',').every((one) => one === '<NON_REF>' || one === '<*>');
  if (!symbolic && !(alt === '.' && end !== undefined)) return undefined;
  const start = Number(cells[1]);
  const strands = genotype.split(/[|/]/);
  const depth = numberAt(format, values, 'MIN_DP') ?? numberAt(format, values, 'DP');
  const quality = numberAt(format, values, 'GQ');
  return {
    chromosome,
    start,
    end: end === undefined ? start + (cells[3] ?? '').length - 1 : Number(end),
    base: (cells[3] ?? '').charAt(0).toUpperCase(),
    called:
      strands.every((one) => one === '0') &&
      (depth === undefined || depth >= BLOCK_DEPTH) &&
      (quality === undefined || quality >= BLOCK_GQ),
    strands: strands.length === 1 ? 1 : 2,
    line,
  };
}

interface Covered {
  readonly calls: readonly { readonly key: string; readonly spot: Spot; readonly genotype: PgxGenotype }[];
  readonly warnings: readonly string[];
}

/**
 * Positions that blocks call as reference. `told`: a row of its own speaks of the position, and goes before. Blocks of
 * GRCh37 write the base of their first position only; elsewhere the reference of that build is not known here, and where
 * it differs from GRCh38 "reference" is another allele: not called.
 */
export function coveredByBlocks(
  blocks: readonly ReferenceBlock[],
  spots: Spots,
  build: GenomeBuild,
  told: (key: string) => boolean,
): Covered {
  const byChromosome = Map.groupBy(
    [...spots].map(([key, spot]) => ({ key, spot, at: Number(key.slice(key.indexOf(':') + 1)) })),
    ({ spot }) => spot.chromosome,
  );
  for (const list of byChromosome.values()) list.sort((a, b) => a.at - b.at);
  const longest = Math.max(1, ...[...spots.values()].map(({ position }) => position.ref.length));
  const found = new Map<
    string,
    {
      key: string;
      spot: Spot;
      at: number;
      bases: Set<number>;
      low: boolean;
      strands: 1 | 2;
      base: string | undefined;
      line: number;
    }
  >();
  for (const block of blocks) {
    const list = byChromosome.get(block.chromosome) ?? [];
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((list[middle]?.at ?? 0) <= block.start - longest) low = middle + 1;
      else high = middle;
    }
    for (let index = low; index < list.length; index++) {
      const one = list[index];
      if (one === undefined || one.at > block.end) break;
      const last = one.at + one.spot.position.ref.length - 1;
      if (last < block.start || told(one.key)) continue;
      const held = found.get(one.key) ?? {
        key: one.key,
        spot: one.spot,
        at: one.at,
        bases: new Set<number>(),
        low: false,
        strands: block.strands,
        base: undefined,
        line: block.line,
      };
      found.set(one.key, held);
      if (!block.called) held.low = true;
      if (block.start === one.at) held.base = block.base;
      for (let base = Math.max(one.at, block.start); base <= Math.min(last, block.end); base++) held.bases.add(base);
    }
  }
  const calls: { key: string; spot: Spot; genotype: PgxGenotype }[] = [];
  const weak: number[] = [];
  const unwritten: number[] = [];
  for (const { key, spot, bases, low, strands, base, line } of found.values()) {
    const { ref, alts } = spot.position;
    if (bases.size < ref.length) continue;
    if (low) {
      weak.push(line);
      continue;
    }
    const known =
      build === 'GRCh38'
        ? ref
        : ref.length === 1 && base !== undefined && (base === ref || alts.includes(base))
          ? base
          : undefined;
    if (known === undefined) {
      unwritten.push(line);
      continue;
    }
    calls.push({
      key,
      spot,
      genotype: { strands: strands === 1 || spot.chromosome === 'MT' ? [known] : [known, known], unknown: [] },
    });
  }
  const counted = (lines: readonly number[]): string =>
    `${lines.length} position${lines.length === 1 ? '' : 's'} in reference blocks (first in line ${Math.min(...lines)})`;
  return {
    calls,
    warnings: [
      ...(weak.length === 0
        ? []
        : [`${counted(weak)} not called: no reference genotype, GQ below ${BLOCK_GQ} or depth below ${BLOCK_DEPTH}.`]),
      ...(unwritten.length === 0
        ? []
        : [`${counted(unwritten)} not called: blocks of GRCh37 do not write the base there.`]),
    ],
  };
}
