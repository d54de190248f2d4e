/**
 * `molecular annotate` from 1,000 to 5,000,000 variants: time and memory against size; and the consequence caller beside
 * bcftools csq and SnpEff on the same genes and variants, in alternating rounds.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { resolve } from 'node:path';
import { madeUpGenome, madeUpVariants } from '../unit/molecular/support/made-up-genome.ts';
import { built } from './built.ts';
import { snpEffDatabase, snpEffPresent } from './snpeff.ts';
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
  /** Absent where the other tool is not there. */
  readonly theirs?: Run;
  /** Their time over ours, median of the rounds' ratios. */
  readonly ratio?: number;
}

interface MadeUp {
  readonly fasta: string;
  readonly gff: string;
  readonly vcf: string;
  /** Rows and coding sequences, as a pack holds them. */
  readonly genes: string;
}

function madeUpFiles(): MadeUp {
  mkdirSync(cache, { recursive: true });
  const file = (ending: string): string => resolve(cache, `made-up.${ending}`);
  const made = { fasta: file('fa'), gff: file('gff'), vcf: file('vcf'), genes: file('genes.json') };
  if (existsSync(made.genes)) return made;
  const genome = madeUpGenome(SEED, GENES);
  const { transcripts } = genome;
  writeFileSync(made.fasta, `>1\n${genome.sequence}\n`);
  writeFileSync(made.gff, genome.gff);
  const rows = madeUpVariants(genome, SEED + 1, VARIANTS).map(
    ({ position1, reference, alternate }) => `1\t${position1}\t.\t${reference}\t${alternate}\t.\t.\t.\n`,
  );
  const header = `##fileformat=VCFv4.2\n##contig=<ID=1,length=${genome.sequence.length}>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n`;
  writeFileSync(made.vcf, header + rows.join(''));
  // Each side is given the genes as it keeps them: an annotation with its genome, a pack's rows with coding sequences.
  writeFileSync(
    made.genes,
    JSON.stringify({
      genes: transcripts.map(({ gene }) => gene),
      coding: transcripts.map(({ gene, sequence }) => [gene.symbol, sequence ?? '']),
    }),
  );
  return made;
}

export async function benchConsequences(rounds: number): Promise<ConsequenceBench> {
  const { consequences } = await built();
  const { fasta, gff, vcf, genes } = madeUpFiles();
  const csq: Tool | undefined = present('bcftools')
    ? ['bcftools', ['csq', '-l', '-f', fasta, '-g', gff, '-o', devNull, vcf]]
    : undefined;
  return besides([process.execPath, [consequences, vcf, genes]], csq, rounds);
}

/** The same beside SnpEff over a database that it built of the same genome and annotation; building is not timed. */
export async function benchSnpEff(rounds: number): Promise<ConsequenceBench> {
  const { consequences } = await built();
  const { fasta, gff, vcf, genes } = madeUpFiles();
  const annotate = snpEffPresent() ? snpEffDatabase(resolve(cache, 'snpeff'), fasta, gff).annotate(vcf) : undefined;
  return besides([process.execPath, [consequences, vcf, genes]], annotate, rounds);
}

type Tool = readonly [command: string, args: readonly string[]];

function besides(own: Tool, other: Tool | undefined, rounds: number): ConsequenceBench {
  const ours: Run[] = [];
  const theirs: Run[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(measured(...own));
    if (other !== undefined) theirs.push(measured(...other));
  }
  const ratio = pairedRatio(theirs, ours);
  return {
    variants: VARIANTS,
    genes: GENES,
    ours: medianRun(ours),
    ...(other === undefined ? {} : { theirs: medianRun(theirs) }),
    ...(ratio === undefined ? {} : { ratio }),
  };
}

export interface KnownBench extends Omit<ConsequenceBench, 'genes'> {
  readonly listed: number;
  /** The same beside bcftools with two threads more for unpacking and writing. */
  readonly threadedRatio?: number;
}

const KNOWN_VARIANTS = 500_000;
/**
 * Known alleles found by coordinate, beside `bcftools annotate` over the same list as an indexed VCF.
 *
 * @param every one variant in so many is on the list
 */
export async function benchKnown(rounds: number, every: number): Promise<KnownBench> {
  const { known } = await built();
  const file = resolve(cache, `variants-${KNOWN_VARIANTS}.vcf`);
  variantsFile(file, KNOWN_VARIANTS);
  const [list, vcf] = [resolve(cache, 'known.json'), resolve(cache, 'known.vcf')];
  const rows = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .flatMap((line, index) => {
      const [chromosome = '', position = '', , reference = '', alternates = ''] = line.split('\t');
      const alternate = alternates.split(',')[0] ?? '';
      return index % every === 0 ? [{ chromosome, position, reference, alternate }] : [];
    });
  writeFileSync(
    list,
    JSON.stringify(
      rows.map(({ chromosome, position, reference, alternate }) => ({
        build: 'GRCh38',
        chromosome: chromosome.replace(/^chr/, ''),
        position1: Number(position),
        reference,
        alternate,
        gene: 'GENE',
        hgvsProtein: 'A1V',
        hgvsCoding: 'c.1A>T',
        consequence: 'missense_variant',
      })),
    ),
  );
  const withTheirs = present('bcftools') && present('bgzip') && present('tabix');
  if (withTheirs) {
    const contigs = [...new Set(rows.map(({ chromosome }) => chromosome))].map((name) => `##contig=<ID=${name}>\n`);
    writeFileSync(
      vcf,
      `##fileformat=VCFv4.2\n${contigs.join('')}##INFO=<ID=GENE,Number=1,Type=String,Description="gene">\n##INFO=<ID=PROTEIN,Number=1,Type=String,Description="change">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n${rows
        .map(
          ({ chromosome, position, reference, alternate }) =>
            `${chromosome}\t${position}\t.\t${reference}\t${alternate}\t.\t.\tGENE=GENE;PROTEIN=A1V\n`,
        )
        .join('')}`,
    );
    // bcftools joins two indexed files; ours reads the same packed file.
    for (const [tool, ...args] of [
      ['bgzip', '-kf', vcf],
      ['tabix', '-fp', 'vcf', `${vcf}.gz`],
      ['bgzip', '-kf', file],
      ['tabix', '-fp', 'vcf', `${file}.gz`],
    ] as const) {
      const { status } = spawnSync(tool, args);
      if (status !== 0) throw new Error(`${tool} failed on the list of known variants`);
    }
  }
  const ours: Run[] = [];
  const theirs: Run[] = [];
  const threaded: Run[] = [];
  const annotate = ['annotate', '-a', `${vcf}.gz`, '-c', 'INFO/GENE,INFO/PROTEIN', '-o', devNull, `${file}.gz`];
  for (let round = 0; round < rounds; round++) {
    ours.push(measured(process.execPath, [known, withTheirs ? `${file}.gz` : file, list]));
    if (!withTheirs) continue;
    theirs.push(measured('bcftools', annotate));
    // Ours unpacks in a second thread: theirs may too.
    threaded.push(measured('bcftools', [...annotate, '--threads', '2']));
  }
  const ratio = pairedRatio(theirs, ours);
  const threadedRatio = pairedRatio(threaded, ours);
  return {
    variants: KNOWN_VARIANTS,
    listed: rows.length,
    ours: medianRun(ours),
    ...(withTheirs ? { theirs: medianRun(theirs) } : {}),
    ...(ratio === undefined ? {} : { ratio }),
    ...(threadedRatio === undefined ? {} : { threadedRatio }),
  };
}
