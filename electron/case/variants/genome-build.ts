/**
 * Which genome build a file is in, from what the file itself says: lengths of contigs, names of the reference, of the
 * annotator's assembly, of a liftover's target. Lengths are of GCA_000001405.14 (GRCh37) and GCA_000001405.15 (GRCh38).
 */
import type { GenomeBuild } from '../../../shared/case/case-record.ts';
import { bareChromosome } from '../../../shared/molecular/chromosomes.ts';
import { buildOfAccession } from '../../../shared/molecular/genomic-change.ts';
import { unquoted, type VcfHeader } from './vcf-header.ts';

const NAMES = [...Array.from({ length: 22 }, (_, index) => String(index + 1)), 'X', 'Y'];

const lengths = (values: readonly number[]): ReadonlyMap<string, number> =>
  new Map(NAMES.map((name, index) => [name, values[index] ?? 0]));

/** Length in bases of each chromosome, by name without `chr`. */
export const chromosomeLengths: Readonly<Record<GenomeBuild, ReadonlyMap<string, number>>> = {
  GRCh37: lengths([
    249250621, 243199373, 198022430, 191154276, 180915260, 171115067, 159138663, 146364022, 141213431, 135534747,
    135006516, 133851895, 115169878, 107349540, 102531392, 90354753, 81195210, 78077248, 59128983, 63025520, 48129895,
    51304566, 155270560, 59373566,
  ]),
  GRCh38: lengths([
    248956422, 242193529, 198295559, 190214555, 181538259, 170805979, 159345973, 145138636, 138394717, 133797422,
    135086622, 133275309, 114364328, 107043718, 101991189, 90338345, 83257441, 80373285, 58617616, 64444167, 46709983,
    50818468, 156040895, 57227415,
  ]),
};

const word = (inner: string): RegExp => new RegExp(`(?:^|[^a-z0-9])(?:${inner})`, 'i');
const PATTERNS: readonly (readonly [GenomeBuild | 'other', RegExp])[] = [
  ['GRCh38', word('grch38|hg38|hs38|b38|build38|assembly38|ncbi38|gca_000001405\\.(?:1[5-9]|2\\d)')],
  [
    'GRCh37',
    word(
      'grch37|hg19|hs37|b37|build37|assembly19|ncbi37|g1k_v37|human_g1k_v37|gca_000001405\\.(?:[1-9]|1[0-4])(?!\\d)',
    ),
  ],
  ['other', word('ncbi36|grch36|hg18|b36|chm13|hs1\\b|t2t|grcm3[89]|mm10|mm9|mm39')],
];

/**
 * The build that a name of a reference, an assembly or a chain file speaks of. Of a liftover, `hg19ToHg38`, the target
 * counts. Undefined where it names none or several.
 */
export function buildNamed(text: string): GenomeBuild | 'other' | undefined {
  const lifted = /(?:hg|grch|b)\d+_?to_?((?:hg|grch|b)\d+)/i.exec(text);
  const said = lifted?.[1] ?? text.replace(/GRCh3[78]to3[78]/gi, '');
  const named = PATTERNS.filter(([, pattern]) => pattern.test(said)).map(([build]) => build);
  return named.length === 1 ? named[0] : undefined;
}

/** The build a MAF's NCBI_Build names: 37, 38, GRCh37, hg19 and their kin. */
export function buildOfNcbi(text: string): GenomeBuild | 'other' | undefined {
  const bare = text.trim();
  if (/^(?:37(?:\.\d+)?)$/.test(bare)) return 'GRCh37';
  if (/^(?:38(?:\.\d+)?)$/.test(bare)) return 'GRCh38';
  if (/^36(?:\.\d+)?$/.test(bare)) return 'other';
  return buildNamed(bare);
}

export interface BuildEvidence {
  readonly build: GenomeBuild | 'other';
  /** What said so, in words. */
  readonly from: string;
  readonly line?: number;
}

const KEYS = [
  'reference',
  'assembly',
  'genome',
  'genome_build',
  'genomeBuild',
  'ref_genome',
  'reference_genome',
  'new_reference_genome',
  'liftOverChainFile',
  'liftOverFile',
  'VEP',
  'SnpEffCmd',
  'Funcotator',
  'contig_assembly',
  'INDIVIDUAL_ASSEMBLY',
];

/** Everything in a header that speaks of the build, strongest first: lengths, then names. */
export function buildEvidence(header: Pick<VcfHeader, 'contigs' | 'meta'>): BuildEvidence[] {
  const evidence: BuildEvidence[] = [];
  const matches: Record<GenomeBuild, number> = { GRCh37: 0, GRCh38: 0 };
  const accessions: Record<GenomeBuild, number> = { GRCh37: 0, GRCh38: 0 };
  let known = 0;
  for (const contig of header.contigs.values()) {
    const accessionOf = buildOfAccession(contig.id);
    if (accessionOf !== undefined) accessions[accessionOf] += 1;
    const bare = bareChromosome(contig.id);
    if (contig.length === undefined || !chromosomeLengths.GRCh38.has(bare)) continue;
    known += 1;
    for (const build of ['GRCh37', 'GRCh38'] as const)
      if (chromosomeLengths[build].get(bare) === contig.length) matches[build] += 1;
  }
  for (const build of ['GRCh37', 'GRCh38'] as const)
    if (matches[build] > 0)
      evidence.push({
        build,
        from: `${matches[build] === 1 ? 'length of 1 contig' : `lengths of ${matches[build]} contigs`}`,
      });
  for (const build of ['GRCh37', 'GRCh38'] as const)
    if (accessions[build] > 0)
      evidence.push({
        build,
        from: `${accessions[build] === 1 ? 'accession of 1 contig' : `accessions of ${accessions[build]} contigs`}`,
      });
  if (known >= 5 && matches.GRCh37 + matches.GRCh38 === 0)
    evidence.push({ build: 'other', from: 'lengths of contigs' });
  const assemblies = new Set([...header.contigs.values()].map((contig) => contig.assembly ?? ''));
  for (const assembly of assemblies) {
    const build = buildNamed(assembly);
    if (build !== undefined) evidence.push({ build, from: '##contig assembly' });
  }
  for (const { key, value, line } of header.meta) {
    if (!KEYS.includes(key)) continue;
    const said = key === 'VEP' ? (/assembly="?([^"\s]+)/.exec(value)?.[1] ?? '') : unquoted(value);
    const build = buildNamed(said);
    if (build !== undefined) evidence.push({ build, from: `##${key}`, line });
  }
  return evidence;
}
