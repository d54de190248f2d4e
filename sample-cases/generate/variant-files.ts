/** Variant files in the habits of the callers and annotators that laboratories run. */
import type { Facts, GeneFact, PharmacogenePosition, PlacedChange } from './facts.ts';
import type { Random } from './random.ts';

export type Build = 'GRCh37' | 'GRCh38';

/** A change as it was seen in one tumor, or in one person. */
export interface Seen {
  readonly change: PlacedChange;
  /** Fraction of reads with the change; 0.5 and 1 for inherited ones. */
  readonly fraction: number;
  readonly depth: number;
  readonly filter?: string;
  /** Alternate reads in the normal sample; none where left out. */
  readonly normalFraction?: number;
  /** A second alternate allele in the same row, seen in hardly any reads. */
  readonly secondAllele?: string;
}

const order = (chromosome: string): number => (chromosome === 'X' ? 23 : chromosome === 'Y' ? 24 : Number(chromosome));

export const inGenomeOrder = (build: Build, seen: readonly Seen[]): Seen[] =>
  [...seen].sort(
    (a, b) =>
      order(a.change.chromosome) - order(b.change.chromosome) ||
      a.change[build].position1 - b.change[build].position1 ||
      (a.change[build].alternate < b.change[build].alternate ? -1 : 1),
  );

const contigs = (facts: Facts, build: Build, prefix: string): string[] =>
  [...Array.from({ length: 22 }, (_, i) => String(i + 1)), 'X', 'Y'].map(
    (name) => `##contig=<ID=${prefix}${name},length=${facts.chromosomes[build][name]}>`,
  );

const impacts: Record<string, string> = {
  stop_gained: 'HIGH',
  frameshift_variant: 'HIGH',
  start_lost: 'HIGH',
  stop_lost: 'HIGH',
  missense_variant: 'MODERATE',
  synonymous_variant: 'LOW',
};

const factOf = (facts: Facts, gene: string): GeneFact => {
  const fact = facts.transcripts[gene];
  if (fact === undefined) throw new Error(`${gene} has no transcript among the facts`);
  return fact;
};

/** The allele as VEP names it: without the base it shares with the reference. */
const vepAllele = (reference: string, alternate: string): string =>
  reference.length === 1 ? alternate : alternate.slice(1) || '-';

const VEP_FIELDS =
  'Allele|Consequence|IMPACT|SYMBOL|Gene|Feature_type|Feature|BIOTYPE|HGVSc|HGVSp|CDS_position|Protein_position|Amino_acids|Codons|Existing_variation|DISTANCE|STRAND|PICK|CANONICAL|MANE_SELECT|gnomADe_AF';

function vep(facts: Facts, build: Build, { change, secondAllele }: Seen, altAllele: string): string {
  const fact = factOf(facts, change.gene);
  const { reference } = change[build];
  const allele = vepAllele(reference, altAllele);
  const residue = /\d+/.exec(change.protein)?.[0] ?? '';
  const row = (fields: Record<string, string>): string =>
    VEP_FIELDS.split('|')
      .map((name) => fields[name] ?? '')
      .join('|');
  const common = {
    Allele: allele,
    SYMBOL: change.gene,
    Gene: fact.ensemblGene.replace(/\.\d+$/, ''),
    Feature_type: 'Transcript',
    STRAND: String(fact.strand),
  };
  if (secondAllele !== undefined && altAllele === secondAllele)
    return row({ ...common, Consequence: 'coding_sequence_variant', IMPACT: 'MODIFIER', PICK: '1' });
  const main = row({
    ...common,
    Consequence: change.consequence,
    IMPACT: impacts[change.consequence] ?? 'MODIFIER',
    Feature: fact.ensemblTranscript,
    BIOTYPE: 'protein_coding',
    HGVSc: `${fact.ensemblTranscript}:${change.coding}`,
    HGVSp: `${fact.ensemblProtein}:${change.protein.replace('=', '%3D')}`,
    CDS_position: String(change.codingPosition),
    Protein_position: residue,
    Amino_acids: change.residues,
    Codons: change.codons,
    Existing_variation: change.rsId ?? '',
    PICK: '1',
    CANONICAL: 'YES',
    MANE_SELECT: fact.refseqTranscript,
    gnomADe_AF: change.populationFrequency === undefined ? '' : String(change.populationFrequency),
  });
  // VEP lists every transcript of a gene; the picked one is not always first.
  const retained = row({
    ...common,
    Consequence: 'non_coding_transcript_exon_variant',
    IMPACT: 'MODIFIER',
    Feature: fact.ensemblTranscript
      .replace(/^ENST000003|^ENST000002|^ENST000006/, 'ENST000004')
      .replace(/\.\d+$/, '.1'),
    BIOTYPE: 'retained_intron',
  });
  return change.codingPosition % 3 === 0 ? `${retained},${main}` : main;
}

const snpEffImpact = impacts;
function snpEff(facts: Facts, build: Build, { change }: Seen): string {
  const fact = factOf(facts, change.gene);
  const residue = /\d+/.exec(change.protein)?.[0] ?? '';
  return [
    change[build].alternate,
    change.consequence,
    snpEffImpact[change.consequence] ?? 'MODIFIER',
    change.gene,
    change.gene,
    'transcript',
    fact.refseqTranscript,
    'protein_coding',
    '',
    change.coding,
    change.protein.replace('Ter', '*').replace('fs*', 'fs').replace(/=$/, '='),
    '',
    String(change.codingPosition),
    residue,
    '',
    '',
  ].join('|');
}

interface VcfInput {
  readonly facts: Facts;
  readonly random: Random;
  readonly seen: readonly Seen[];
  readonly tumor: string;
  readonly normal: string;
}

const join = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

/** GATK Mutect2 with VEP, GRCh38, chromosomes with chr. Without a normal sample: tumor-only. */
export function mutect2Vcf({ facts, random, seen, tumor, normal }: VcfInput, tumorOnly = false): string {
  const lines = [
    '##fileformat=VCFv4.2',
    '##FILTER=<ID=PASS,Description="Site contains at least one allele that passes filters">',
    '##FILTER=<ID=weak_evidence,Description="Mutation does not meet likelihood threshold">',
    '##FILTER=<ID=strand_bias,Description="Evidence for alt allele comes from one read direction only">',
    '##FILTER=<ID=panel_of_normals,Description="Blacklisted site in panel of normals">',
    '##FILTER=<ID=germline,Description="Evidence indicates this site is germline, not somatic">',
    '##FILTER=<ID=normal_artifact,Description="artifact_in_normal">',
    '##FILTER=<ID=slippage,Description="Site filtered due to contraction or expansion of short tandem repeat region">',
    '##FILTER=<ID=multiallelic,Description="Site filtered because too many alt alleles pass tumor LOD">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Allelic depths for the ref and alt alleles in the order listed">',
    '##FORMAT=<ID=AF,Number=A,Type=Float,Description="Allele fractions of alternate alleles in the tumor">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Approximate read depth">',
    '##FORMAT=<ID=F1R2,Number=R,Type=Integer,Description="Count of reads in F1R2 pair orientation supporting each allele">',
    '##FORMAT=<ID=F2R1,Number=R,Type=Integer,Description="Count of reads in F2R1 pair orientation supporting each allele">',
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    '##INFO=<ID=DP,Number=1,Type=Integer,Description="Approximate read depth; some reads may have been filtered">',
    '##INFO=<ID=TLOD,Number=A,Type=Float,Description="Log 10 likelihood ratio score of variant existing versus not existing">',
    `##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. Format: ${VEP_FIELDS}">`,
    '##GATKCommandLine=<ID=Mutect2,CommandLine="Mutect2",Version="4.5.0.0">',
    '##MutectVersion=2.2',
    ...contigs(facts, 'GRCh38', 'chr'),
    ...(tumorOnly ? [] : [`##normal_sample=${normal}`]),
    '##source=FilterMutectCalls',
    '##source=Mutect2',
    `##tumor_sample=${tumor}`,
    '##VEP="v112" assembly="GRCh38.p14" gnomADe="r4.1"',
    `#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t${tumorOnly ? tumor : `${normal}\t${tumor}`}`,
  ];
  for (const one of inGenomeOrder('GRCh38', seen)) {
    const { position1, reference, alternate } = one.change.GRCh38;
    const alts = one.secondAllele === undefined ? [alternate] : [alternate, one.secondAllele];
    const sample = (depth: number, fraction: number, called: boolean): string => {
      const alt = random.binomial(depth, fraction);
      const second = one.secondAllele === undefined ? [] : [called ? 3 : 0];
      const counts = [depth - alt - (second[0] ?? 0), alt, ...second];
      const forward = counts.map((count) => Math.floor(count / 2));
      const fractions = counts.slice(1).map((count) => (count / depth).toFixed(3));
      const genotype = called ? (second.length > 0 ? '0/1/2' : '0/1') : '0/0';
      return [
        genotype,
        counts.join(','),
        fractions.join(','),
        String(depth),
        forward.join(','),
        counts.map((count, i) => count - (forward[i] ?? 0)).join(','),
      ].join(':');
    };
    const tumorColumn = sample(one.depth, one.fraction, true);
    const normalDepth = Math.max(20, Math.round(one.depth * 0.6 + random.normal(0, 6)));
    const normalColumn = sample(normalDepth, one.normalFraction ?? 0, false);
    const info = [
      `DP=${one.depth + (tumorOnly ? 0 : normalDepth)}`,
      `TLOD=${alts.map((_, i) => (i === 0 ? (one.depth * one.fraction * 2.1).toFixed(2) : '3.10')).join(',')}`,
      `CSQ=${alts.map((alt) => vep(facts, 'GRCh38', one, alt)).join(',')}`,
    ];
    lines.push(
      [
        `chr${one.change.chromosome}`,
        position1,
        one.change.rsId ?? '.',
        reference,
        alts.join(','),
        '.',
        one.filter ?? 'PASS',
        info.join(';'),
        'GT:AD:AF:DP:F1R2:F2R1',
        ...(tumorOnly ? [tumorColumn] : [normalColumn, tumorColumn]),
      ].join('\t'),
    );
  }
  return join(lines);
}

/** Strelka2 somatic SNVs and indels in one file, SnpEff annotated, GRCh38; samples are always NORMAL and TUMOR. */
export function strelkaVcf({ facts, random, seen }: Omit<VcfInput, 'tumor' | 'normal'>): string {
  const tiers = ['A', 'C', 'G', 'T'].map(
    (base) =>
      `##FORMAT=<ID=${base}U,Number=2,Type=Integer,Description="Number of '${base}' alleles used in tiers 1,2">`,
  );
  const lines = [
    '##fileformat=VCFv4.1',
    '##source=strelka',
    '##source_version=2.9.10',
    '##content=strelka somatic calls',
    '##reference=GRCh38.fa',
    ...contigs(facts, 'GRCh38', 'chr'),
    '##INFO=<ID=SOMATIC,Number=0,Type=Flag,Description="Somatic mutation">',
    '##INFO=<ID=QSS,Number=1,Type=Integer,Description="Quality score for any somatic snv">',
    '##INFO=<ID=QSI,Number=1,Type=Integer,Description="Quality score for the ALT haplotype to be present at a significantly different frequency in the tumor and normal">',
    '##INFO=<ID=ANN,Number=.,Type=String,Description="Functional annotations: \'Allele | Annotation | Annotation_Impact | Gene_Name | Gene_ID | Feature_Type | Feature_ID | Transcript_BioType | Rank | HGVS.c | HGVS.p | cDNA.pos / cDNA.length | CDS.pos / CDS.length | AA.pos / AA.length | Distance | ERRORS / WARNINGS / INFO\' ">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Read depth for tier1">',
    ...tiers,
    '##FORMAT=<ID=TAR,Number=2,Type=Integer,Description="Reads strongly supporting alternate allele for tiers 1,2">',
    '##FORMAT=<ID=TIR,Number=2,Type=Integer,Description="Reads strongly supporting indel allele for tiers 1,2">',
    '##FILTER=<ID=LowEVS,Description="Somatic Empirical Variant Score (SomaticEVS) is below threshold">',
    '##FILTER=<ID=LowDepth,Description="Tumor or normal sample read depth at this locus is below 2">',
    '##SnpEffVersion="5.2 (build 2023-09-29 06:17), by Pablo Cingolani"',
    '##SnpEffCmd="SnpEff GRCh38.mane.1.2.refseq"',
    '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tNORMAL\tTUMOR',
  ];
  for (const one of inGenomeOrder('GRCh38', seen)) {
    const { position1, reference, alternate } = one.change.GRCh38;
    const indel = reference.length !== alternate.length;
    const sample = (depth: number, fraction: number): string => {
      const alt = random.binomial(depth, fraction);
      const twoTiers = (count: number) => `${count},${count}`;
      if (indel) return [depth, twoTiers(depth - alt), twoTiers(alt)].join(':');
      const counts = ['A', 'C', 'G', 'T'].map((base) =>
        base === reference ? depth - alt : base === alternate ? alt : 0,
      );
      return [depth, ...counts.map(twoTiers)].join(':');
    };
    const normalDepth = Math.max(18, Math.round(one.depth * 0.55 + random.normal(0, 5)));
    lines.push(
      [
        `chr${one.change.chromosome}`,
        position1,
        '.',
        reference,
        alternate,
        '.',
        one.filter ?? 'PASS',
        `SOMATIC;${indel ? 'QSI' : 'QSS'}=${Math.min(300, Math.round(one.depth * one.fraction * 3))};ANN=${snpEff(facts, 'GRCh38', one)}`,
        indel ? 'DP:TAR:TIR' : 'DP:AU:CU:GU:TU',
        sample(normalDepth, one.normalFraction ?? 0),
        sample(one.depth, one.fraction),
      ].join('\t'),
    );
  }
  return join(lines);
}

/** GATK HaplotypeCaller on blood, one sample, VEP annotated, GRCh38. */
export function germlineVcf({ facts, random, seen, normal }: Omit<VcfInput, 'tumor'>): string {
  const lines = [
    '##fileformat=VCFv4.2',
    '##FILTER=<ID=LowQual,Description="Low quality">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Allelic depths for the ref and alt alleles in the order listed">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Approximate read depth">',
    '##FORMAT=<ID=GQ,Number=1,Type=Integer,Description="Genotype Quality">',
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    '##FORMAT=<ID=PL,Number=G,Type=Integer,Description="Normalized, Phred-scaled likelihoods for genotypes">',
    '##INFO=<ID=AC,Number=A,Type=Integer,Description="Allele count in genotypes, for each ALT allele">',
    '##INFO=<ID=AN,Number=1,Type=Integer,Description="Total number of alleles in called genotypes">',
    `##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. Format: ${VEP_FIELDS}">`,
    '##GATKCommandLine=<ID=HaplotypeCaller,CommandLine="HaplotypeCaller",Version="4.5.0.0">',
    ...contigs(facts, 'GRCh38', 'chr'),
    '##source=HaplotypeCaller',
    '##VEP="v112" assembly="GRCh38.p14" gnomADe="r4.1"',
    `#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t${normal}`,
  ];
  for (const one of inGenomeOrder('GRCh38', seen)) {
    const { position1, reference, alternate } = one.change.GRCh38;
    const homozygous = one.fraction > 0.9;
    const alt = homozygous ? one.depth : random.binomial(one.depth, one.fraction);
    lines.push(
      [
        `chr${one.change.chromosome}`,
        position1,
        one.change.rsId ?? '.',
        reference,
        alternate,
        (alt * 28.5).toFixed(2),
        one.filter ?? 'PASS',
        `AC=${homozygous ? 2 : 1};AN=2;CSQ=${vep(facts, 'GRCh38', one, alternate)}`,
        'GT:AD:DP:GQ:PL',
        homozygous
          ? `1/1:0,${one.depth}:${one.depth}:99:${alt * 30},${one.depth * 3},0`
          : `0/1:${one.depth - alt},${alt}:${one.depth}:99:${alt * 25},0,${(one.depth - alt) * 25}`,
      ].join('\t'),
    );
  }
  return join(lines);
}

/**
 * A pharmacogenetic panel, GRCh38, every position of the panel with its genotype, the unchanged ones too: what was not read
 * would be missing. `genotypes` by rsID; all others 0/0.
 */
export function pharmacogeneVcf({
  facts,
  random,
  positions,
  genotypes,
  sample,
}: {
  readonly facts: Facts;
  readonly random: Random;
  readonly positions: readonly PharmacogenePosition[];
  readonly genotypes: Readonly<Record<string, string>>;
  readonly sample: string;
}): string {
  const lines = [
    '##fileformat=VCFv4.2',
    '##FILTER=<ID=PASS,Description="All filters passed">',
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Read depth">',
    '##INFO=<ID=PX,Number=.,Type=String,Description="Pharmacogene">',
    ...contigs(facts, 'GRCh38', 'chr'),
    '##source=PharmacogenePanel',
    `#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t${sample}`,
  ];
  const sorted = [...positions].sort((a, b) => order(a[1]) - order(b[1]) || a[2] - b[2]);
  for (const [gene, chromosome, position1, rsId, reference, alternates] of sorted) {
    const depth = Math.max(40, Math.round(180 + random.normal(0, 25)));
    lines.push(
      [
        `chr${chromosome}`,
        position1,
        rsId,
        reference,
        alternates,
        '.',
        'PASS',
        `PX=${gene}`,
        'GT:DP',
        `${genotypes[rsId] ?? '0/0'}:${depth}`,
      ].join('\t'),
    );
  }
  return join(lines);
}

/** A caller that names nothing: no source, no contigs, no annotation, two sample columns of unknown meaning. */
export function bareVcf({
  random,
  seen,
  names,
}: {
  random: Random;
  seen: readonly Seen[];
  names: readonly [string, string];
}): string {
  const lines = [
    '##fileformat=VCFv4.2',
    '##reference=hs37d5',
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Allelic depths">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">',
    `#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t${names.join('\t')}`,
  ];
  for (const one of inGenomeOrder('GRCh37', seen)) {
    const { position1, reference, alternate } = one.change.GRCh37;
    const sample = (depth: number, fraction: number): string => {
      const alt = random.binomial(depth, fraction);
      return `0/1:${depth - alt},${alt}:${depth}`;
    };
    lines.push(
      [
        one.change.chromosome,
        position1,
        '.',
        reference,
        alternate,
        '.',
        one.filter ?? '.',
        '.',
        'GT:AD:DP',
        sample(one.depth, one.fraction),
        sample(Math.round(one.depth * 0.8), one.normalFraction ?? one.fraction),
      ].join('\t'),
    );
  }
  return join(lines);
}

const mafClass = (one: PlacedChange): string =>
  ({
    missense_variant: 'Missense_Mutation',
    stop_gained: 'Nonsense_Mutation',
    synonymous_variant: 'Silent',
    frameshift_variant: 'Frame_Shift_Del',
    upstream_gene_variant: "5'Flank",
  })[one.consequence] ?? 'RNA';

const oneLetter: Record<string, string> = {
  Ala: 'A',
  Arg: 'R',
  Asn: 'N',
  Asp: 'D',
  Cys: 'C',
  Gln: 'Q',
  Glu: 'E',
  Gly: 'G',
  His: 'H',
  Ile: 'I',
  Leu: 'L',
  Lys: 'K',
  Met: 'M',
  Phe: 'F',
  Pro: 'P',
  Ser: 'S',
  Thr: 'T',
  Trp: 'W',
  Tyr: 'Y',
  Val: 'V',
  Ter: '*',
};
const short = (protein: string): string => protein.replace(/[A-Z][a-z]{2}/g, (name) => oneLetter[name] ?? name);

/** cBioPortal habits: GRCh37, HGVSp_Short, read counts, a comment line on top. */
export function maf({
  facts,
  random,
  seen,
  tumor,
  repeat = [],
}: Omit<VcfInput, 'normal'> & { readonly repeat?: readonly number[] }): string {
  const columns = [
    'Hugo_Symbol',
    'Entrez_Gene_Id',
    'Center',
    'NCBI_Build',
    'Chromosome',
    'Start_Position',
    'End_Position',
    'Strand',
    'Consequence',
    'Variant_Classification',
    'Variant_Type',
    'Reference_Allele',
    'Tumor_Seq_Allele1',
    'Tumor_Seq_Allele2',
    'dbSNP_RS',
    'Tumor_Sample_Barcode',
    'Matched_Norm_Sample_Barcode',
    'FILTER',
    't_depth',
    't_ref_count',
    't_alt_count',
    'HGVSc',
    'HGVSp',
    'HGVSp_Short',
    'Transcript_ID',
    'gnomAD_AF',
  ];
  const rows = inGenomeOrder('GRCh37', seen).map((one) => {
    const { change } = one;
    const { position1, reference, alternate } = change.GRCh37;
    const shift = reference.length > 1 && reference.startsWith(alternate) ? 1 : 0;
    const [from, to] = shift === 1 ? [reference.slice(1), '-'] : [reference, alternate];
    const alt = random.binomial(one.depth, one.fraction);
    const transcript = facts.transcripts[change.gene]?.ensemblTranscript ?? '';
    return [
      change.gene,
      '0',
      '.',
      'GRCh37',
      change.chromosome,
      position1 + shift,
      position1 + shift + from.length - 1,
      '+',
      change.consequence,
      mafClass(change),
      shift === 1 ? 'DEL' : 'SNP',
      from,
      from,
      to,
      change.rsId ?? '',
      tumor,
      '',
      one.filter ?? 'PASS',
      one.depth,
      one.depth - alt,
      alt,
      transcript === '' ? change.coding : `${transcript}:${change.coding}`,
      change.protein,
      short(change.protein),
      transcript,
      change.populationFrequency ?? '',
    ].join('\t');
  });
  // A panel pipeline that merges two callers leaves some rows twice.
  return join(['#version 2.4', columns.join('\t'), ...rows, ...repeat.map((i) => rows[i] ?? '')]);
}
