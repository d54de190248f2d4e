/**
 * A generated tumor-normal VCF in the manner of Mutect2: the same bytes for the same number of rows. Positions rise
 * through the chromosomes of GRCh38; alleles and reads come from a small seeded generator. No patient is in it.
 */
import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { chromosomeLengths } from '../../electron/case/variants/genome-build.ts';

/** mulberry32: 32 bits of state, enough for a file that must look irregular and be repeatable. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const BASES = ['A', 'C', 'G', 'T'] as const;
const FILTERS = [
  'PASS',
  'PASS',
  'PASS',
  'PASS',
  'PASS',
  'PASS',
  'weak_evidence',
  'germline',
  'clustered_events;haplotype',
];

const header = (): string =>
  [
    '##fileformat=VCFv4.2',
    '##FILTER=<ID=PASS,Description="Site contains at least one allele that passes filters">',
    '##FILTER=<ID=clustered_events,Description="Clustered events observed in the tumor">',
    '##FILTER=<ID=germline,Description="Evidence indicates this site is germline, not somatic">',
    '##FILTER=<ID=haplotype,Description="Variant near filtered variant on same haplotype.">',
    '##FILTER=<ID=weak_evidence,Description="Mutation does not meet likelihood threshold">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Allelic depths for the ref and alt alleles in the order listed">',
    '##FORMAT=<ID=AF,Number=A,Type=Float,Description="Allele fractions of alternate alleles in the tumor">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Approximate read depth">',
    '##FORMAT=<ID=F1R2,Number=R,Type=Integer,Description="Count of reads in F1R2 pair orientation supporting each allele">',
    '##FORMAT=<ID=F2R1,Number=R,Type=Integer,Description="Count of reads in F2R1 pair orientation supporting each allele">',
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    '##INFO=<ID=DP,Number=1,Type=Integer,Description="Approximate read depth; some reads may have been filtered">',
    '##INFO=<ID=ECNT,Number=1,Type=Integer,Description="Number of events in this haplotype">',
    '##INFO=<ID=MBQ,Number=R,Type=Integer,Description="median base quality by allele">',
    '##INFO=<ID=MPOS,Number=A,Type=Integer,Description="median distance from end of read">',
    '##INFO=<ID=POPAF,Number=A,Type=Float,Description="negative log 10 population allele frequencies of alt alleles">',
    '##INFO=<ID=TLOD,Number=A,Type=Float,Description="Log 10 likelihood ratio score of variant existing versus not existing">',
    ...[...chromosomeLengths.GRCh38].map(([name, length]) => `##contig=<ID=chr${name},length=${length}>`),
    '##source=Mutect2',
    '##normal_sample=BENCH_N',
    '##tumor_sample=BENCH_T',
    '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tBENCH_N\tBENCH_T',
    '',
  ].join('\n');

/** Writes the file where it is not there yet. */
export function variantsFile(path: string, rows: number): void {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  const random = seeded(20);
  const below = (limit: number): number => Math.floor(random() * limit);
  const partial = `${path}.partial`;
  const file = openSync(partial, 'w');
  writeSync(file, header());
  const total = [...chromosomeLengths.GRCh38.values()].reduce((sum, length) => sum + length, 0);
  let pending = '';
  let left = rows;
  for (const [name, length] of chromosomeLengths.GRCh38) {
    const here = name === 'Y' ? left : Math.min(left, Math.round((rows * length) / total));
    const step = Math.floor((length - 20_000) / here);
    for (let row = 0; row < here; row++) {
      const position = 10_000 + row * step + below(step);
      const reference = BASES[below(4)] ?? 'A';
      const first = BASES[(BASES.indexOf(reference) + 1 + below(3)) % 4] ?? 'C';
      const kind = random();
      const alternates =
        kind < 0.9
          ? [first]
          : kind < 0.96
            ? [`${reference}${first}${BASES[below(4)]}`]
            : [first, `${reference}${first}`];
      const counts = (depth: number, fraction: number): number[] => {
        const alternate = alternates.map(() => Math.round((depth * fraction) / alternates.length));
        return [depth - alternate.reduce((sum, count) => sum + count, 0), ...alternate];
      };
      const tumor = counts(40 + below(160), 0.05 + random() * 0.5);
      const normal = counts(30 + below(60), 0.004);
      const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);
      const sample = (ad: number[], genotype: string): string => {
        const half = ad.map((count) => Math.floor(count / 2));
        const rest = ad.map((count, index) => count - (half[index] ?? 0));
        const fractions = ad.slice(1).map((count) => (count / Math.max(1, sum(ad))).toFixed(3));
        return `${genotype}:${ad.join(',')}:${fractions.join(',')}:${sum(ad)}:${half.join(',')}:${rest.join(',')}`;
      };
      const perAlternate = (make: () => string): string => alternates.map(make).join(',');
      const info = [
        `DP=${sum(tumor) + sum(normal)}`,
        `ECNT=${1 + below(3)}`,
        `MBQ=${[reference, ...alternates].map(() => 20 + below(15)).join(',')}`,
        `MPOS=${perAlternate(() => String(5 + below(40)))}`,
        `POPAF=${perAlternate(() => (random() * 6).toFixed(2))}`,
        `TLOD=${perAlternate(() => (3 + random() * 90).toFixed(2))}`,
      ].join(';');
      const genotype = alternates.length === 1 ? '0/1' : '0/1/2';
      pending += `chr${name}\t${position}\t.\t${reference}\t${alternates.join(',')}\t.\t${FILTERS[below(FILTERS.length)]}\t${info}\tGT:AD:AF:DP:F1R2:F2R1\t${sample(normal, '0/0')}\t${sample(tumor, genotype)}\n`;
      if (pending.length > 1 << 20) {
        writeSync(file, pending);
        pending = '';
      }
    }
    left -= here;
  }
  writeSync(file, pending);
  closeSync(file);
  renameSync(partial, path);
}
