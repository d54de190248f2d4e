/** Genes: names, spans, transcript models and verified coding sequences, roles. */
import { writeRecords } from '../../../shared/knowledge/records.ts';
import type { GeneRecord, TranscriptPlace } from '../../../shared/molecular/genes.ts';
import { type ChainSet, liftSpan, readChains } from '../../../shared/molecular/liftover.ts';
import type { Pack } from './pack.ts';
import { cell, compare, type Sources } from './sources.ts';

const MODELS = 'transcripts/cancer_gene_models.tsv.gz';
const ALIASES = 'transcripts/gene_alias_entrez_ensembl_uniprot.tsv.gz';
const CHAINS = {
  up: 'transcripts/hg19ToHg38.over.chain.gz',
  down: 'transcripts/hg38ToHg19.over.chain.gz',
} as const;
const ROLES = 'hereditary/cpsr_superpanel_2026_06.grch37.tsv.gz';

/** `start-end` pairs, 0-based half-open, to 1-based inclusive. */
const intervals = (text: string): number[] =>
  text
    .split(',')
    .filter((part) => part !== '')
    .flatMap((part) => {
      const [start, end] = part.split('-').map(Number);
      if (start === undefined || end === undefined || !(end > start)) throw new Error(`not an interval: ${part}`);
      return [start + 1, end];
    });

function model(span: string, exons: string, cds: string): TranscriptPlace | undefined {
  const [start1, end1] = intervals(span);
  if (start1 === undefined || end1 === undefined) return undefined;
  return { span: [start1, end1], exons: intervals(exons), cds: intervals(cds) };
}

const lengthOf = (flat: readonly number[]): number =>
  flat.reduce((sum, value, index) => (index % 2 === 0 ? sum - value : sum + value + 1), 0);

/** The record of the second file stands where a gene is in both: the first has a wrong CDKN2A. */
function sequences(sources: Sources): Map<string, { text: string; basis: string; transcript: string }> {
  const tiers = new Map(
    sources
      .table('transcripts/cds_verified_more.sources.tsv')
      .map((row) => [cell(row, 'gene'), cell(row, 'tier')] as const),
  );
  const result = new Map<string, { text: string; basis: string; transcript: string }>();
  for (const [file, later] of [
    ['transcripts/cds_verified.fasta.gz', false],
    ['transcripts/cds_verified_more.fasta.gz', true],
  ] as const) {
    for (const record of sources.text(file).split('>').slice(1)) {
      const [head = '', ...lines] = record.split('\n');
      const [gene = '', transcript = ''] = head.split(' ');
      if (!head.includes('panel=cancer')) continue;
      if (gene === 'CDKN2A' && !later) continue;
      const basis = !later
        ? 'genomic sequence'
        : tiers.get(gene) === 'C'
          ? 'clone sequence; a silent polymorphism is possible'
          : tiers.get(gene) === 'B'
            ? 'reference transcript confirmed at genomic positions'
            : 'reference transcript';
      result.set(gene, { text: lines.join('').trim(), basis, transcript });
    }
  }
  return result;
}

export interface Genes {
  readonly records: readonly GeneRecord[];
  readonly coding: ReadonlyMap<string, string>;
  readonly roles: readonly GeneRoleRecord[];
  /** Unambiguous other names of the genes of this pack. */
  readonly aliases: readonly (readonly [alias: string, symbol: string])[];
  symbol(gene: string): string;
  isSymbol(gene: string): boolean;
}

export interface GeneRoleRecord {
  readonly gene: string;
  readonly tumorSuppressor: boolean;
  readonly oncogene: boolean;
  readonly source: string;
}

/** Reports of a role: `NCG&CancerMine:78` counts 78, a list without a count counts one. */
const reports = (support: string): number =>
  support === 'NA' ? 0 : Number(/CancerMine:(\d+)/.exec(support)?.[1] ?? 1);

/** Of two roles the lesser counts where it has a third of the reports: TP53 is no oncogene, NOTCH1 is both. */
const readRoles = (sources: Sources): GeneRoleRecord[] =>
  sources
    .table(ROLES)
    .map((row) => {
      const suppressor = cell(row, 'TUMOR_SUPPRESSOR') === '1' ? reports(cell(row, 'TUMOR_SUPPRESSOR_SUPPORT')) : 0;
      const oncogene = cell(row, 'ONCOGENE') === '1' ? reports(cell(row, 'ONCOGENE_SUPPORT')) : 0;
      return {
        gene: cell(row, 'SYMBOL'),
        tumorSuppressor: suppressor > 0 && suppressor * 3 >= oncogene,
        oncogene: oncogene > 0 && oncogene * 3 >= suppressor,
        source: 'Network of Cancer Genes and CancerMine, as compiled by CPSR',
      };
    })
    .filter(({ tumorSuppressor, oncogene }) => tumorSuppressor || oncogene);

/** Its place without exons: no coding position is counted on it. */
const bare = ({ span }: TranscriptPlace): TranscriptPlace => ({ span, exons: [], cds: [] });

/**
 * The two models of a gene are kept only as far as the chains carry the one to the other. Where a region is inverted between the
 * builds the strand of the table is that of GRCh38. Where they lie apart, one of them is that of a paralogue: neither is counted
 * on, and the place on GRCh38 is that which the chains give to GRCh37's.
 */
function agreed(
  chains: Readonly<Record<'up' | 'down', ChainSet>>,
  chromosome: string,
  grch37: TranscriptPlace,
  grch38: TranscriptPlace,
  checked: boolean,
): { readonly grch37: TranscriptPlace; readonly grch38: TranscriptPlace } {
  if (grch37.cds.length === 0 || grch38.cds.length === 0) return { grch37, grch38 };
  const [low, high] = grch37.span;
  const here = grch38.cds.flatMap((position) => {
    const down = liftSpan(chains.down, chromosome, position, position);
    if (typeof down === 'string' || down.chromosome !== chromosome || down.start1 < low || down.start1 > high)
      return [];
    // A copy of the gene is carried to the same place, but not back (ICOSLG).
    const up = liftSpan(chains.up, chromosome, down.start1, down.start1);
    return typeof up !== 'string' && up.start1 === position ? [down] : [];
  });
  if (here.length > 0)
    return here.every(({ strand }) => strand === '-') ? { grch37: bare(grch37), grch38 } : { grch37, grch38 };
  // A checked sequence is of the model on GRCh38 (RPS17, which GRCh37 has twice).
  if (checked) return { grch37: bare(grch37), grch38 };
  const ends = [low, high].map((position) => liftSpan(chains.up, chromosome, position, position));
  const [a, b] = ends.map((one) => (typeof one === 'string' || one.chromosome !== chromosome ? undefined : one.start1));
  const span = a === undefined || b === undefined ? grch38.span : ([Math.min(a, b), Math.max(a, b)] as const);
  return { grch37: bare(grch37), grch38: bare({ ...grch38, span }) };
}

export function readGenes(sources: Sources, named: ReadonlySet<string>): Genes {
  const bases = sequences(sources);
  const coding = new Map<string, string>();
  const chains = {
    up: readChains(sources.text(CHAINS.up), CHAINS.up),
    down: readChains(sources.text(CHAINS.down), CHAINS.down),
  };
  const records = sources
    .table(MODELS)
    .map((row): GeneRecord => {
      const symbol = cell(row, 'symbol');
      const model38 = model(cell(row, 'hg38_tx'), cell(row, 'hg38_exons_0based'), cell(row, 'hg38_cds_exons_0based'));
      const model37 = model(cell(row, 'hg19_tx'), cell(row, 'hg19_exons_0based'), cell(row, 'hg19_cds_exons_0based'));
      const chromosome = cell(row, 'chr').replace(/^chr/, '');
      const unversioned = cell(row, 'model_nm').replace(/\.\d+$/, '');
      const found = bases.get(symbol);
      const checked =
        found !== undefined &&
        found.transcript.replace(/\.\d+$/, '') === unversioned &&
        model38 !== undefined &&
        found.text.length === lengthOf(model38.cds);
      const { grch37, grch38 } =
        model37 === undefined || model38 === undefined
          ? { grch37: model37, grch38: model38 }
          : agreed(chains, chromosome, model37, model38, checked);
      const mane = cell(row, 'model_is_mane') === '1';
      const transcript = mane ? cell(row, 'refseq_nm') : unversioned;
      const sequence = checked ? { length: found.text.length, basis: found.basis } : undefined;
      if (sequence !== undefined && found !== undefined) coding.set(symbol, found.text);
      return {
        symbol,
        chromosome,
        strand: cell(row, 'strand') === '-' ? '-' : '+',
        transcript,
        ensembl: cell(row, 'enst'),
        mane,
        ...(grch37 === undefined ? {} : { grch37 }),
        ...(grch38 === undefined ? {} : { grch38 }),
        ...(sequence === undefined ? {} : { sequence }),
      };
    })
    .sort((a, b) => compare(a.symbol, b.symbol));

  const symbols = new Set<string>();
  const owners = new Map<string, Set<string>>();
  const roles = new Map(readRoles(sources).map((role) => [role.gene, role]));
  for (const row of sources.table(ALIASES)) {
    const symbol = cell(row, 'symbol');
    symbols.add(symbol);
    // "MYC proto-oncogene, bHLH transcription factor"; "like" names are of relatives.
    if (/ proto-oncogene\b/.test(cell(row, 'name')) && !/\blike\b/.test(cell(row, 'name')) && !roles.has(symbol))
      roles.set(symbol, { gene: symbol, tumorSuppressor: false, oncogene: true, source: 'its official gene name' });
    for (const alias of cell(row, 'aliases').split('|'))
      if (alias !== '' && alias !== symbol) owners.set(alias, (owners.get(alias) ?? new Set()).add(symbol));
  }
  for (const { symbol } of records) symbols.add(symbol);
  const known = new Set([...records.map(({ symbol }) => symbol), ...roles.keys(), ...named]);
  // A name that is a gene of its own, or that several genes bear, says nothing certain.
  const aliases = [...owners]
    .filter(([alias, genes]) => genes.size === 1 && !symbols.has(alias) && /^[A-Za-z0-9.@_-]{2,20}$/.test(alias))
    .flatMap(([alias, genes]) => [...genes].map((gene) => [alias, gene] as const))
    .filter(([, gene]) => known.has(gene))
    .sort(([a], [b]) => compare(a, b));
  const byAlias = new Map(aliases);
  return {
    records,
    coding,
    roles: [...roles.values()].sort((a, b) => compare(a.gene, b.gene)),
    aliases,
    symbol: (gene) => (symbols.has(gene) ? gene : (byAlias.get(gene) ?? gene)),
    isSymbol: (gene) => symbols.has(gene),
  };
}

export function genesPack(genes: Genes): Pack {
  return {
    id: 'genes',
    version: '2026-11-22',
    asOf: '2026-08-11',
    title: 'Genes, transcripts and roles',
    sources: [
      {
        name: 'MANE Select',
        version: '1.4',
        licence: 'free use (NCBI, EMBL-EBI)',
        citation: 'Morales J, et al. Nature 2022;604:310-315. Accessions.',
      },
      {
        name: 'RefSeq gene models (UCSC refGene)',
        version: '2018-08-22',
        licence: 'public domain (NCBI)',
        citation: "O'Leary NA, et al. Nucleic Acids Res 2016;44:D733-D745. Exon coordinates on both builds.",
      },
      {
        name: 'UCSC liftOver chains hg19 to hg38 and hg38 to hg19 (to compare the models of the two builds)',
        version: '2013-12-31',
        licence: 'free for all uses (UCSC)',
        citation: 'Hinrichs AS, et al. Nucleic Acids Res 2006;34:D590-D598.',
      },
      {
        name: 'Reference coding sequences (LRG, RefSeq, Ensembl)',
        version: '2026-11-22',
        licence: 'public reference sequence; LRG and Ensembl without restriction',
        citation: 'MacArthur JAL, et al. Nucleic Acids Res 2014;42:D873-D878. Each checked against genomic positions.',
      },
      {
        name: 'CPSR superpanel: roles after Network of Cancer Genes and CancerMine',
        version: 'v2026_05',
        licence: 'MIT (CPSR data bundle)',
        citation:
          'Nakken S, et al. Int J Cancer 2021;149:1955-1960; Repana D, et al. Genome Biol 2019;20:1; Lever J, et al. Nat Methods 2019;16:505-507.',
      },
      {
        name: 'NCBI Gene names (Bioconductor org.Hs.eg.db)',
        version: '3.16.0 (2022-09-12)',
        licence: 'Artistic-2.0; NCBI Gene: public domain',
        citation: 'Brown GR, et al. Nucleic Acids Res 2015;43:D36-D42. Symbols and aliases.',
      },
    ],
    counts: {
      genes: genes.records.length,
      codingSequences: genes.coding.size,
      roles: genes.roles.length,
      aliases: genes.aliases.length,
    },
    files: {
      'genes.records': writeRecords(genes.records, ['grch37', 'grch38']),
      'coding-sequences.txt': [...genes.coding]
        .sort(([a], [b]) => compare(a, b))
        .map(([gene, text]) => `${gene}\t${text}\n`)
        .join(''),
      'roles.records': writeRecords(genes.roles),
      'aliases.records': writeRecords(genes.aliases.map(([alias, symbol]) => ({ alias, symbol }))),
    },
  };
}
