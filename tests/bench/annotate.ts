/**
 * `molecular annotate` from 1,000 to 1,000,000 variants: time and memory against size; and the consequence caller beside
 * bcftools csq on the same genes and variants, in alternating rounds.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { resolve } from 'node:path';
import { madeUpGenome, madeUpVariants } from '../unit/molecular/support/made-up-genome.ts';
import { built } from './built.ts';
import { variantsFile } from './variants-file.ts';
import { cache, type Growth, measured, medianRun, pairedRatio, present, type Run } from './vcf.ts';

/** One fresh process for each size. */
export async function benchGrowth(sizes: readonly number[]): Promise<readonly Growth[]> {
  const { commandLine } = await built();
  return sizes.map((rows) => {
    const file = resolve(cache, `variants-${rows}.vcf`);
    variantsFile(file, rows);
    const output = resolve(cache, 'annotated.tsv');
    const run = measured(process.execPath, [
      commandLine,
      'molecular',
      'annotate',
      file,
      '--assembly',
      'GRCh38',
      '--tumor-type',
      'LUAD',
      '-o',
      output,
    ]);
    return { rows, run };
  });
}

/** Power of the size with which what is left of the time above the start of the process grows, between two sizes. */
export function slope(small: Growth, large: Growth, start: number): number {
  const time = ({ run }: Growth): number => Math.max(0.001, (run.processorSeconds ?? run.wallSeconds) - start);
  return Math.log(time(large) / time(small)) / Math.log(large.rows / small.rows);
}

const SEED = 11;
const GENES = 800;
const VARIANTS = 500_000;

export interface ConsequenceBench {
  readonly variants: number;
  readonly genes: number;
  readonly ours: Run;
  /** Absent where bcftools is not there. */
  readonly theirs?: Run;
  /** Their time over ours, median of the rounds' ratios. */
  readonly ratio?: number;
}

export async function benchConsequences(rounds: number): Promise<ConsequenceBench> {
  const { consequences } = await built();
  mkdirSync(cache, { recursive: true });
  const [fasta, gff, vcf] = ['fa', 'gff', 'vcf'].map((ending) => resolve(cache, `made-up.${ending}`)) as [
    string,
    string,
    string,
  ];
  if (!existsSync(vcf)) {
    const genome = madeUpGenome(SEED, GENES);
    writeFileSync(fasta, `>1\n${genome.sequence}\n`);
    writeFileSync(gff, genome.gff);
    const rows = madeUpVariants(genome, SEED + 1, VARIANTS).map(
      ({ position1, reference, alternate }) => `1\t${position1}\t.\t${reference}\t${alternate}\t.\t.\t.\n`,
    );
    const header = `##fileformat=VCFv4.2\n##contig=<ID=1,length=${genome.sequence.length}>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n`;
    writeFileSync(vcf, header + rows.join(''));
  }
  const own = [consequences, vcf, String(SEED), String(GENES)];
  const withTheirs = present('bcftools');
  const ours: Run[] = [];
  const theirs: Run[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(measured(process.execPath, own));
    if (withTheirs) theirs.push(measured('bcftools', ['csq', '-l', '-f', fasta, '-g', gff, '-o', devNull, vcf]));
  }
  const ratio = pairedRatio(theirs, ours);
  return {
    variants: VARIANTS,
    genes: GENES,
    ours: medianRun(ours),
    ...(withTheirs ? { theirs: medianRun(theirs) } : {}),
    ...(ratio === undefined ? {} : { ratio }),
  };
}
