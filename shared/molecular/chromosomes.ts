/** Chromosomes of the primary assemblies: lengths and centromeres, for arms, focality and the genome-wide picture. */
import type { GenomeBuild } from '../case/case-record.ts';
import { contigName } from './genomic-change.ts';

export interface Chromosome {
  readonly name: string;
  /** Base pairs. */
  readonly length: number;
  /** First and last base of the centromere, 1-based. */
  readonly centromere: readonly [start1: number, end1: number];
}

/**
 * Lengths: Genome Reference Consortium, GRCh37.p13 and GRCh38.p14. Centromeres: GRCh37 from the gaps of the assembly, GRCh38
 * from its acrocentric bands (UCSC `gap` and `cytoBand` tables).
 */
const TABLES: Readonly<Record<GenomeBuild, readonly (readonly [string, number, number, number])[]>> = {
  GRCh37: [
    ['1', 249_250_621, 121_535_434, 124_535_434],
    ['2', 243_199_373, 92_326_171, 95_326_171],
    ['3', 198_022_430, 90_504_854, 93_504_854],
    ['4', 191_154_276, 49_660_117, 52_660_117],
    ['5', 180_915_260, 46_405_641, 49_405_641],
    ['6', 171_115_067, 58_830_166, 61_830_166],
    ['7', 159_138_663, 58_054_331, 61_054_331],
    ['8', 146_364_022, 43_838_887, 46_838_887],
    ['9', 141_213_431, 47_367_679, 50_367_679],
    ['10', 135_534_747, 39_254_935, 42_254_935],
    ['11', 135_006_516, 51_644_205, 54_644_205],
    ['12', 133_851_895, 34_856_694, 37_856_694],
    ['13', 115_169_878, 16_000_000, 19_000_000],
    ['14', 107_349_540, 16_000_000, 19_000_000],
    ['15', 102_531_392, 17_000_000, 20_000_000],
    ['16', 90_354_753, 35_335_801, 38_335_801],
    ['17', 81_195_210, 22_263_006, 25_263_006],
    ['18', 78_077_248, 15_460_898, 18_460_898],
    ['19', 59_128_983, 24_681_782, 27_681_782],
    ['20', 63_025_520, 26_369_569, 29_369_569],
    ['21', 48_129_895, 11_288_129, 14_288_129],
    ['22', 51_304_566, 13_000_000, 16_000_000],
    ['X', 155_270_560, 58_632_012, 61_632_012],
    ['Y', 59_373_566, 10_104_553, 13_104_553],
  ],
  GRCh38: [
    ['1', 248_956_422, 121_700_000, 125_100_000],
    ['2', 242_193_529, 91_800_000, 96_000_000],
    ['3', 198_295_559, 87_800_000, 94_000_000],
    ['4', 190_214_555, 48_200_000, 51_800_000],
    ['5', 181_538_259, 46_100_000, 51_400_000],
    ['6', 170_805_979, 58_500_000, 62_600_000],
    ['7', 159_345_973, 58_100_000, 62_100_000],
    ['8', 145_138_636, 43_200_000, 47_200_000],
    ['9', 138_394_717, 42_200_000, 45_500_000],
    ['10', 133_797_422, 38_000_000, 41_600_000],
    ['11', 135_086_622, 51_000_000, 55_800_000],
    ['12', 133_275_309, 33_200_000, 37_800_000],
    ['13', 114_364_328, 16_500_000, 18_900_000],
    ['14', 107_043_718, 16_100_000, 18_200_000],
    ['15', 101_991_189, 17_500_000, 20_500_000],
    ['16', 90_338_345, 35_300_000, 38_400_000],
    ['17', 83_257_441, 22_700_000, 27_400_000],
    ['18', 80_373_285, 15_400_000, 21_500_000],
    ['19', 58_617_616, 24_200_000, 28_100_000],
    ['20', 64_444_167, 25_700_000, 30_400_000],
    ['21', 46_709_983, 10_900_000, 13_000_000],
    ['22', 50_818_468, 13_700_000, 17_400_000],
    ['X', 156_040_895, 58_100_000, 63_800_000],
    ['Y', 57_227_415, 10_300_000, 10_600_000],
  ],
};

const BUILDS = Object.fromEntries(
  Object.entries(TABLES).map(([build, rows]) => [
    build,
    rows.map(([name, length, start1, end1]): Chromosome => ({ name, length, centromere: [start1, end1] })),
  ]),
) as unknown as Readonly<Record<GenomeBuild, readonly Chromosome[]>>;

/** 1 to 22, X, Y, in this order. */
export const chromosomesOf = (build: GenomeBuild): readonly Chromosome[] => BUILDS[build];

/**
 * One name for a contig, as the tables here write it: `chr7`, `7` and `NC_000007.14` are one chromosome; the mitochondrion is
 * MT; tables of numbers alone call X and Y 23 and 24. Any other contig keeps its own letters.
 */
export function bareChromosome(name: string): string {
  const bare = /^chr/i.test(name) ? name.slice(3) : name;
  if (/^(?:m|mt)$/i.test(bare)) return 'MT';
  if (/^NC_/i.test(bare)) return contigName(bare);
  if (bare === '23') return 'X';
  if (bare === '24') return 'Y';
  return /^[xy]$/i.test(bare) ? bare.toUpperCase() : bare;
}

export const isAutosome = (chromosome: string): boolean => /^\d+$/.test(bareChromosome(chromosome));
