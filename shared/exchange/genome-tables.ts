/**
 * Genomic facts as the tables that other programs read: VCF 4.3, MAF 2.4 (GDC), SEG (IGV, GISTIC), and plain tables of copy
 * number, fusions and z-scores. Pure text; every writer says what it could not write, and why.
 */
import type { GenomeBuild } from '../case/case-record.ts';
import { oneLetter } from '../molecular/hgvs.ts';
import type { Finding, MolecularProfile } from '../molecular/profile.ts';
import { PgxPositionCall } from '../therapy/pgx/document.ts';
import { TOLD_OF_ROWS } from '../therapy/pgx/genotype.ts';
import { alleleOf } from './fhir/export-findings.ts';

/** A small change as it goes into a table. Alleles as in `ObservedVariant.key`: `-` for nothing. */
export interface TableVariant {
  /** `build:chromosome:position1:reference:alternate`. */
  readonly key: string;
  readonly gene?: string | undefined;
  readonly hgvsCoding?: string | undefined;
  readonly hgvsProtein?: string | undefined;
  readonly transcript?: string | undefined;
  readonly consequence?: string | undefined;
  readonly alleleFraction?: number | undefined;
  readonly depth?: number | undefined;
  /** Largest share of a population that carries it, where the sender gives one. */
  readonly populationFrequency?: number | undefined;
  /** Why the sender did not let it pass; absent where it did. */
  readonly filter?: string | undefined;
  readonly origin: Finding['origin'];
}

export interface TableText {
  readonly text: string;
  /** Labels of what is not in the text, with the reason. */
  readonly left: readonly { readonly what: string; readonly why: string }[];
}

/** A finding as a row; undefined where nothing places it in the genome. */
export function tableVariantOf(finding: Finding): TableVariant | undefined {
  const key = finding.variantKeys.find((one) => alleleOf(one) !== undefined);
  if (key === undefined || finding.kind !== 'small-variant' || finding.state !== 'detected') return undefined;
  const { gene, hgvsCoding, hgvsProtein, transcript, consequence, alleleFraction, depth, origin } = finding;
  return { key, gene, hgvsCoding, hgvsProtein, transcript, consequence, alleleFraction, depth, origin };
}

const CHROMOSOMES = [...Array.from({ length: 22 }, (_, index) => String(index + 1)), 'X', 'Y', 'M', 'MT'];
const placeOf = (chromosome: string): number => {
  const index = CHROMOSOMES.indexOf(chromosome);
  return index < 0 ? CHROMOSOMES.length : index;
};

interface Placed {
  readonly variant: TableVariant;
  readonly chromosome: string;
  readonly position1: number;
  readonly reference: string;
  readonly alternate: string;
}

function inOrder(variants: readonly TableVariant[], build: GenomeBuild): Placed[] {
  return variants
    .flatMap((variant) => {
      const allele = alleleOf(variant.key);
      return allele === undefined || allele.build !== build ? [] : [{ variant, ...allele }];
    })
    .sort(
      (a, b) =>
        placeOf(a.chromosome) - placeOf(b.chromosome) ||
        a.position1 - b.position1 ||
        (a.variant.key < b.variant.key ? -1 : 1),
    );
}

/** What would end a field of INFO, escaped as VCF 4.3 section 1.2 says; `|` and `&` part the fields of CSQ. */
const escaped = (text: string): string =>
  text.replace(/[%;=,|\s\p{Cc}]/gu, (unit) => `%${unit.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);

const CSQ = ['Allele', 'Consequence', 'SYMBOL', 'Feature', 'HGVSc', 'HGVSp', 'PICK', 'gnomAD_AF'] as const;

/** A control character would end a cell or a line of any table here. */
const cell = (text: string | number | undefined): string =>
  String(text ?? '')
    .replace(/\p{Cc}+/gu, ' ')
    .trim();

/** Ids of filters as VCF 4.3 (section 1.6.1) has them; what is none of them, is one of the sender's. Never a pass. */
const filtersOf = (filter: string): string[] => {
  const ids = filter.split(';');
  return ids.every((id) => /^[A-Za-z0-9_.+-]+$/.test(id) && !['0', 'PASS', '.'].includes(id)) ? ids : ['sender'];
};

/** Positions of pharmacogenes with their genotypes, and what was told of the file they were read from. */
export interface TableGenotypes {
  readonly rows: readonly PgxPositionCall[];
  readonly warnings: readonly string[];
}

/** Where an allele of a row lies when it is trimmed to what changes, as a variant's key has it. */
function keyOf(
  build: GenomeBuild,
  { chromosome, position, reference }: PgxPositionCall,
  alternate: string,
): string | undefined {
  let [from, to] = [reference, alternate];
  while (from !== '' && to !== '' && from.at(-1) === to.at(-1)) [from, to] = [from.slice(0, -1), to.slice(0, -1)];
  let at = position;
  while (from !== '' && to !== '' && from[0] === to[0]) {
    [from, to] = [from.slice(1), to.slice(1)];
    at += 1;
  }
  return from === to ? undefined : `${build}:${chromosome}:${from === '' ? at - 1 : at}:${from || '-'}:${to || '-'}`;
}

/**
 * One sample. Where `genotypes` are given each is a row of its own, called or reference, and a variant that is one of its
 * alleles stands there and not twice. A deletion or insertion needs the base before it, which a key does not hold: it is written as N, the base that
 * VCF has for "not known"; readers that compare with a reference genome will say so.
 * @param sample name of the column
 */
export function vcfText(
  variants: readonly TableVariant[],
  build: GenomeBuild,
  sample: string,
  genotypes: TableGenotypes = { rows: [], warnings: [] },
): TableText {
  const rows = inOrder(variants, build);
  const byKey = new Map(rows.map(({ variant }) => [variant.key, variant]));
  const called = genotypes.rows.map((row) => ({
    row,
    of: row.alternates.map((alternate) => byKey.get(keyOf(build, row, alternate) ?? '')),
  }));
  const placed = new Set(called.flatMap(({ of }) => of.map((one) => one?.key)));
  const filters = [
    ...new Set(rows.flatMap(({ variant: { filter } }) => (filter === undefined ? [] : filtersOf(filter)))),
  ];
  const measured = rows.some(({ variant }) => variant.alleleFraction !== undefined);
  const typed = called.length > 0;
  const inSets = called.some(({ row }) => row.phaseSet !== undefined);
  const header = [
    '##fileformat=VCFv4.3',
    '##source=Consilium',
    `##reference=${build}`,
    ...genotypes.warnings.map((text) => `##${TOLD_OF_ROWS}=${cell(text)}`),
    ...filters.map((id) => `##FILTER=<ID=${id},Description="The sender did not let it pass">`),
    `##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations as received. Format: ${CSQ.join('|')}">`,
    ...(typed ? ['##INFO=<ID=PX,Number=.,Type=String,Description="Pharmacogene">'] : []),
    ...(typed ? ['##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">'] : []),
    ...(inSets ? ['##FORMAT=<ID=PS,Number=1,Type=String,Description="Phase set">'] : []),
    // A field that is nowhere filled makes readers ask which field is meant.
    ...(measured ? ['##FORMAT=<ID=AF,Number=A,Type=Float,Description="Allele fraction of the alternate allele">'] : []),
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Read depth">',
    ...[...new Set([...rows, ...genotypes.rows].map(({ chromosome }) => chromosome))].map(
      (id) => `##contig=<ID=${id}>`,
    ),
    ['#CHROM', 'POS', 'ID', 'REF', 'ALT', 'QUAL', 'FILTER', 'INFO', 'FORMAT', cell(sample).replaceAll(' ', '_')].join(
      '\t',
    ),
  ];
  const lines: { readonly chromosome: string; readonly at: number; readonly text: string }[] = [];
  const write = (
    at: readonly [chromosome: string, position: number, id: string],
    alleles: readonly [reference: string, alternates: readonly string[]],
    of: readonly (TableVariant | undefined)[],
    call?: PgxPositionCall,
  ): void => {
    const found = of.filter((one) => one !== undefined);
    const failed = [...new Set(found.flatMap(({ filter }) => (filter === undefined ? [] : filtersOf(filter))))];
    const names = annotatedAs(...alleles);
    const annotations = of.flatMap((variant, index) => annotationOf(variant, names[index] ?? '') ?? []);
    const depth = found.find((one) => one.depth !== undefined)?.depth;
    const fields: readonly (readonly [boolean, string, string])[] = [
      [call !== undefined, 'GT', call?.genotype ?? ''],
      [measured, 'AF', of.length === 0 ? '.' : of.map((one) => one?.alleleFraction ?? '.').join(',')],
      [true, 'DP', String(depth ?? '.')],
      [call?.phaseSet !== undefined, 'PS', call?.phaseSet ?? ''],
    ];
    const kept = fields.filter(([isGiven]) => isGiven);
    lines.push({
      chromosome: at[0],
      at: at[1],
      text: [
        ...at,
        alleles[0],
        alleles[1].length === 0 ? '.' : alleles[1].join(','),
        '.',
        failed.length === 0 ? 'PASS' : failed.join(';'),
        [
          ...(call === undefined ? [] : [`PX=${call.gene}`]),
          ...(annotations.length === 0 ? [] : [`CSQ=${annotations.join(',')}`]),
        ].join(';') || '.',
        kept.map(([, name]) => name).join(':'),
        kept.map(([, , value]) => value).join(':'),
      ].join('\t'),
    });
  };
  for (const { variant, chromosome, position1, reference, alternate } of rows) {
    if (placed.has(variant.key)) continue;
    const inserted = reference === '-';
    const anchored = inserted || alternate === '-';
    write(
      // An insertion's key bears the base before it; a deletion's the first base that goes.
      [chromosome, anchored && !inserted ? position1 - 1 : position1, '.'],
      [
        anchored ? `N${inserted ? '' : reference}` : reference,
        [anchored ? `N${inserted ? alternate : ''}` : alternate],
      ],
      [variant],
    );
  }
  for (const { row, of } of called)
    write([row.chromosome, row.position, row.rsid ?? '.'], [row.reference, row.alternates], of, row);
  // A file without genotypes stays in the order of its keys.
  if (typed) lines.sort((a, b) => placeOf(a.chromosome) - placeOf(b.chromosome) || a.at - b.at);
  const text = [...header, ...lines.map((line) => line.text)].join('\n');
  return { text: `${text}\n`, left: leftOf(variants, rows, build) };
}

/** The genotypes that `vcfText` wrote, from its own text; undefined where it is none. */
export function readGenotypes(text: string): TableGenotypes | undefined {
  const rows: PgxPositionCall[] = [];
  const warnings: string[] = [];
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const [, told] = line.split(`##${TOLD_OF_ROWS}=`);
    if (told !== undefined && line.startsWith('##')) warnings.push(told);
    if (line.startsWith('#')) continue;
    const [chromosome, position, id, reference, alternates, , , info, format, sample, ...more] = line.split('\t');
    const names = format?.split(':') ?? [];
    const values = sample?.split(':') ?? [];
    const phaseSet = values[names.indexOf('PS')];
    const row = PgxPositionCall.safeParse({
      gene: /^PX=([^;]+)/.exec(info ?? '')?.[1],
      chromosome,
      position: Number(position),
      ...(id === '.' ? {} : { rsid: id }),
      reference,
      alternates: alternates === '.' ? [] : alternates?.split(','),
      genotype: values[names.indexOf('GT')],
      ...(phaseSet === undefined ? {} : { phaseSet }),
    }).data;
    if (row === undefined || more.length > 0) return undefined;
    rows.push(row);
  }
  return rows.length === 0 ? undefined : { rows, warnings };
}

/** Alleles as VEP names them in CSQ: where lengths differ, without the base that all of them begin with. */
function annotatedAs(reference: string, alternates: readonly string[]): readonly string[] {
  const isAnchored = alternates.some((one) => one.length !== reference.length);
  return isAnchored && alternates.every((one) => one[0] === reference[0])
    ? alternates.map((one) => one.slice(1) || '-')
    : alternates;
}

/** One entry of CSQ; undefined where the sender says nothing of the allele. */
function annotationOf(variant: TableVariant | undefined, alternate: string): string | undefined {
  if (variant === undefined) return undefined;
  const parts = [
    alternate,
    variant.consequence ?? '',
    variant.gene ?? '',
    variant.transcript ?? '',
    variant.hgvsCoding ?? '',
    variant.hgvsProtein ?? '',
    '1',
    variant.populationFrequency === undefined ? '' : String(variant.populationFrequency),
  ].map((part, index) => (index === 1 ? part : escaped(part)));
  return parts.some((part, index) => index > 0 && index !== 6 && part !== '') ? parts.join('|') : undefined;
}

const leftOf = (variants: readonly TableVariant[], rows: readonly Placed[], build: GenomeBuild): TableText['left'] => {
  const kept = new Set(rows.map(({ variant }) => variant));
  return variants
    .filter((variant) => !kept.has(variant))
    .map(({ gene, hgvsProtein, hgvsCoding, key }) => ({
      what: [gene, hgvsProtein ?? hgvsCoding ?? key].filter(Boolean).join(' '),
      why: `it is not placed on ${build}`,
    }));
};

/** Variant_Classification of MAF (GDC MAF specification) by Sequence Ontology term, the worst first. */
const CLASSES: readonly (readonly [string, string])[] = [
  ['splice_acceptor_variant', 'Splice_Site'],
  ['splice_donor_variant', 'Splice_Site'],
  ['stop_gained', 'Nonsense_Mutation'],
  ['stop_lost', 'Nonstop_Mutation'],
  ['start_lost', 'Translation_Start_Site'],
  ['inframe_insertion', 'In_Frame_Ins'],
  ['inframe_deletion', 'In_Frame_Del'],
  ['missense_variant', 'Missense_Mutation'],
  ['protein_altering_variant', 'Missense_Mutation'],
  ['splice_region_variant', 'Splice_Region'],
  ['synonymous_variant', 'Silent'],
  ['5_prime_UTR_variant', "5'UTR"],
  ['3_prime_UTR_variant', "3'UTR"],
  ['intron_variant', 'Intron'],
  ['upstream_gene_variant', "5'Flank"],
  ['downstream_gene_variant', "3'Flank"],
  ['intergenic_variant', 'IGR'],
];

/** Consequences that carry over from a MAF's class: the term that class stands for, and no more. */
export const consequenceOfClass = (word: string): string | undefined =>
  word.startsWith('Frame_Shift')
    ? 'frameshift_variant'
    : word === 'Splice_Site'
      ? undefined
      : CLASSES.find(([, name]) => name === word)?.[0];

type VariantType = 'SNP' | 'DNP' | 'TNP' | 'ONP' | 'INS' | 'DEL';
function typeOf(reference: string, alternate: string): VariantType {
  if (reference === '-') return 'INS';
  if (alternate === '-') return 'DEL';
  const [before, after] = [reference.length, alternate.length];
  if (before !== after) return before < after ? 'INS' : 'DEL';
  return before === 1 ? 'SNP' : before === 2 ? 'DNP' : before === 3 ? 'TNP' : 'ONP';
}

function classOf(consequence: string | undefined, type: VariantType): string {
  const terms = new Set(consequence?.split('&') ?? []);
  if (terms.has('frameshift_variant')) return type === 'INS' ? 'Frame_Shift_Ins' : 'Frame_Shift_Del';
  return CLASSES.find(([term]) => terms.has(term))?.[1] ?? 'Unknown';
}

const MAF_COLUMNS = [
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
  'Tumor_Sample_Barcode',
  'Mutation_Status',
  't_depth',
  't_ref_count',
  't_alt_count',
  'HGVSc',
  'HGVSp',
  'HGVSp_Short',
  'Transcript_ID',
] as const;

/** `NP_005219.2:p.(Leu858Arg)` as `p.L858R`. */
export const shortProtein = (name: string | undefined): string | undefined =>
  name === undefined ? undefined : oneLetter(name.replace(/^.*:(?=p\.)/, '').replace(/[()]/g, ''));

/** @param sample Tumor_Sample_Barcode of every row */
export function mafText(variants: readonly TableVariant[], build: GenomeBuild, sample: string): TableText {
  const rows = inOrder(variants, build);
  const lines = ['#version 2.4', MAF_COLUMNS.join('\t')];
  for (const { variant, chromosome, position1, reference, alternate } of rows) {
    const type = typeOf(reference, alternate);
    const { depth, alleleFraction, consequence } = variant;
    const alternates =
      depth === undefined || alleleFraction === undefined ? undefined : Math.round(depth * alleleFraction);
    const end = reference === '-' ? position1 + 1 : position1 + reference.length - 1;
    lines.push(
      [
        variant.gene === undefined || variant.gene === '' ? 'Unknown' : variant.gene,
        '',
        '.',
        build,
        chromosome,
        position1,
        end,
        '+',
        consequence?.replaceAll('&', ','),
        classOf(consequence, type),
        type,
        reference,
        reference,
        alternate,
        sample,
        variant.origin === 'unknown' ? '' : variant.origin === 'somatic' ? 'Somatic' : 'Germline',
        depth,
        alternates === undefined || depth === undefined ? undefined : depth - alternates,
        alternates,
        variant.hgvsCoding,
        variant.hgvsProtein,
        shortProtein(variant.hgvsProtein),
        variant.transcript,
      ]
        .map((one) => cell(one))
        .join('\t'),
    );
  }
  return { text: `${lines.join('\n')}\n`, left: leftOf(variants, rows, build) };
}

/** @param marks probes or bins of each segment are not kept in a case, so `num.mark` is left empty */
export const segText = (segments: MolecularProfile['segments'], sample: string): string =>
  `${[
    'ID\tchrom\tloc.start\tloc.end\tnum.mark\tseg.mean',
    ...segments.map(({ chromosome, start1, end1, log2Ratio }) =>
      [cell(sample), chromosome, start1, end1, 'NA', log2Ratio].join('\t'),
    ),
  ].join('\n')}\n`;

/** A table with a head line; undefined cells are left empty. */
export const tableText = (
  head: readonly string[],
  rows: readonly (readonly (string | number | undefined)[])[],
): string => `${[head, ...rows.map((row) => row.map((one) => cell(one)))].map((row) => row.join('\t')).join('\n')}\n`;
