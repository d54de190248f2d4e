/**
 * Compiles the facts that the generator stands on, out of public reference tables: where a coding change lies in both
 * genome builds and what it does to the protein, where genes lie, how long chromosomes are, and the spread of expression
 * in the model's cohorts. Facts only, each reference base proved against a coding sequence before it is written down.
 *
 *   node sample-cases/generate/compile-facts.ts --from ../shared/kb
 *
 * Sources are named in `facts/origin.md`. The generator itself reads nothing but `facts/`.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import type { Facts, GeneFact, PharmacogenePosition, PlacedChange } from './facts.ts';
import { germlineChanges, type NamedChange, passengerExclusions, somaticChanges } from './named-changes.ts';
import { seeded } from './random.ts';

const { values } = parseArgs({ options: { from: { type: 'string' } } });
if (values.from === undefined) throw new Error('name the folder of reference tables with --from');
const source = resolve(values.from);
const root = resolve(import.meta.dirname, '../..');

const text = (path: string): string => gunzipSync(readFileSync(join(source, path))).toString('utf8');
const table = (path: string): Record<string, string>[] => {
  const [head = '', ...lines] = text(path).trimEnd().split('\n');
  const names = head.replace(/^#/, '').split('\t');
  return lines.map((line) => {
    const fields = line.split('\t');
    return Object.fromEntries(names.map((name, i) => [name, fields[i] ?? '']));
  });
};

type Build = 'GRCh37' | 'GRCh38';
interface Model {
  readonly fact: GeneFact;
  readonly strand: '+' | '-';
  readonly chromosome: string;
  readonly cds: string;
  /** Coding exons in genome order, 0-based half-open. */
  readonly exons: Record<Build, readonly (readonly [number, number])[]>;
}

const complement: Record<string, string> = { A: 'T', C: 'G', G: 'C', T: 'A' };
const reverse = (bases: string): string =>
  [...bases]
    .reverse()
    .map((base) => complement[base] ?? 'N')
    .join('');

const aminoAcids = 'FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG';
const threeLetters: Record<string, string> = {
  A: 'Ala',
  R: 'Arg',
  N: 'Asn',
  D: 'Asp',
  C: 'Cys',
  Q: 'Gln',
  E: 'Glu',
  G: 'Gly',
  H: 'His',
  I: 'Ile',
  L: 'Leu',
  K: 'Lys',
  M: 'Met',
  F: 'Phe',
  P: 'Pro',
  S: 'Ser',
  T: 'Thr',
  W: 'Trp',
  Y: 'Tyr',
  V: 'Val',
  '*': 'Ter',
};
const letter = (codon: string): string => {
  const [a = '', b = '', c = ''] = codon;
  return aminoAcids['TCAG'.indexOf(a) * 16 + 'TCAG'.indexOf(b) * 4 + 'TCAG'.indexOf(c)] ?? 'X';
};
const translate = (cds: string): string =>
  Array.from({ length: Math.floor(cds.length / 3) }, (_, i) => letter(cds.slice(3 * i, 3 * i + 3))).join('');

function models(): Map<string, Model> {
  const sequences = new Map<string, string>();
  for (const path of ['transcripts/cds_verified.fasta.gz', 'transcripts/cds_verified_more.fasta.gz'])
    for (const record of text(path).split('>').slice(1)) {
      const [head = '', ...lines] = record.split('\n');
      sequences.set(head.split(' ')[0] ?? '', lines.join('').trim().toUpperCase());
    }
  const mane = new Map(
    table('transcripts/MANE.GRCh38.v1.4.summary.tsv.gz')
      .filter((row) => row['MANE_status'] === 'MANE Select')
      .map((row) => [row['symbol'] ?? '', row]),
  );
  const exons = (listed: string): (readonly [number, number])[] =>
    listed.split(',').map((span) => span.split('-').map(Number) as [number, number]);
  const result = new Map<string, Model>();
  for (const row of table('transcripts/cancer_gene_models.tsv.gz')) {
    const symbol = row['symbol'] ?? '';
    const cds = sequences.get(symbol);
    const select = mane.get(symbol);
    if (cds === undefined || select === undefined || row['same_cds_len'] !== '1') continue;
    if (Number(row['cds_len_hg38']) !== cds.length || row['model_is_mane'] !== '1') continue;
    result.set(symbol, {
      fact: {
        symbol,
        ensemblGene: select['Ensembl_Gene'] ?? '',
        ensemblTranscript: select['Ensembl_nuc'] ?? '',
        ensemblProtein: select['Ensembl_prot'] ?? '',
        refseqTranscript: select['RefSeq_nuc'] ?? '',
        strand: row['strand'] === '-' ? -1 : 1,
      },
      strand: row['strand'] === '-' ? '-' : '+',
      chromosome: (row['chr'] ?? '').replace('chr', ''),
      cds,
      exons: { GRCh37: exons(row['hg19_cds_exons_0based'] ?? ''), GRCh38: exons(row['hg38_cds_exons_0based'] ?? '') },
    });
  }
  return result;
}

/** Genome position, 1-based, of coding base `index0`, with the exon it lies in (genome order) and its edges. */
function place(
  model: Model,
  build: Build,
  index0: number,
): { position1: number; exonStart1: number; exonEnd1: number } {
  const spans = model.strand === '+' ? model.exons[build] : [...model.exons[build]].reverse();
  let before = 0;
  for (const [start0, end] of spans) {
    const length = end - start0;
    if (index0 < before + length) {
      const offset = index0 - before;
      return {
        position1: model.strand === '+' ? start0 + offset + 1 : end - offset,
        exonStart1: start0 + 1,
        exonEnd1: end,
      };
    }
    before += length;
  }
  throw new Error(`${model.fact.symbol}: coding base ${index0} is outside the exons`);
}

const residue = (one: string): string => threeLetters[one] ?? 'Xaa';

/** A substitution of one coding base; `c1` counts from 1. */
function substitution(model: Model, c1: number, to: string): PlacedChange {
  const from = model.cds[c1 - 1] ?? '';
  const codon = Math.floor((c1 - 1) / 3);
  const old = model.cds.slice(3 * codon, 3 * codon + 3);
  const phase = (c1 - 1) % 3;
  const now = old.slice(0, phase) + to + old.slice(phase + 1);
  const [a, b] = [letter(old), letter(now)];
  const consequence =
    codon === 0
      ? 'start_lost'
      : a === b
        ? 'synonymous_variant'
        : b === '*'
          ? 'stop_gained'
          : a === '*'
            ? 'stop_lost'
            : 'missense_variant';
  const protein =
    a === b ? `p.${residue(a)}${codon + 1}=` : `p.${residue(a)}${codon + 1}${b === '*' ? 'Ter' : residue(b)}`;
  const onPlus = (base: string) => (model.strand === '+' ? base : reverse(base));
  const at = (build: Build) => ({
    position1: place(model, build, c1 - 1).position1,
    reference: onPlus(from),
    alternate: onPlus(to),
  });
  // The three bases in coding direction; CpG and dipyrimidine contexts give each tumor its signature.
  return {
    gene: model.fact.symbol,
    chromosome: model.chromosome,
    coding: `c.${c1}${from}>${to}`,
    protein,
    consequence,
    codons: `${old}/${now}`,
    residues: a === b ? a : `${a}/${b}`,
    codingPosition: c1,
    context: `${model.cds[c1 - 2] ?? ''}${from}${model.cds[c1] ?? ''}`,
    GRCh37: at('GRCh37'),
    GRCh38: at('GRCh38'),
  };
}

/** Deletion of coding bases `first1..last1`, shifted to the 3' end for HGVS and to the left for VCF. */
function deletion(model: Model, first1: number, last1: number): PlacedChange {
  const { cds } = model;
  const length = last1 - first1 + 1;
  let shift = first1;
  while (cds[shift - 1] === cds[shift - 1 + length]) shift += 1;
  const end = shift + length - 1;
  const changed = cds.slice(0, shift - 1) + cds.slice(end);
  const before = translate(cds);
  const after = translate(changed);
  let at = 0;
  while (before[at] === after[at]) at += 1;
  const stop = after.indexOf('*', at);
  if (length % 3 === 0) throw new Error(`${model.fact.symbol}: only frameshifts are compiled`);
  const protein = `p.${residue(before[at] ?? '')}${at + 1}${residue(after[at] ?? '')}fsTer${stop < 0 ? '?' : stop - at + 1}`;
  const vcf = (build: Build) => {
    // Left-aligned on the plus strand, within the exon whose bases are known.
    const plus = model.strand === '+';
    let low = plus ? place(model, build, first1 - 1) : place(model, build, last1 - 1);
    let index = plus ? first1 - 1 : last1 - 1;
    const base = (coding0: number) => (plus ? (cds[coding0] ?? '') : reverse(cds[coding0] ?? ''));
    const step = plus ? -1 : 1;
    while (
      low.position1 - 1 > low.exonStart1 &&
      base(index + step) === base(index + step + (plus ? length : -length))
    ) {
      index += step;
      low = place(model, build, index);
    }
    if (low.position1 - 1 < low.exonStart1 || low.position1 + length - 1 > low.exonEnd1)
      throw new Error(`${model.fact.symbol}: the anchor base lies outside the exon`);
    const bases = Array.from({ length }, (_, i) => base(index + (plus ? i : -i))).join('');
    const anchor = base(index + step);
    return { position1: low.position1 - 1, reference: anchor + bases, alternate: anchor };
  };
  return {
    gene: model.fact.symbol,
    chromosome: model.chromosome,
    coding: length === 1 ? `c.${shift}del` : `c.${shift}_${end}del`,
    protein,
    consequence: 'frameshift_variant',
    codons: '',
    residues: '',
    codingPosition: shift,
    context: cds[first1 - 1] ?? '',
    GRCh37: vcf('GRCh37'),
    GRCh38: vcf('GRCh38'),
  };
}

function named(all: Map<string, Model>, change: NamedChange): PlacedChange {
  const model = all.get(change.gene);
  if (model === undefined) throw new Error(`${change.gene}: no verified coding sequence`);
  const single = /^c\.(\d+)([ACGT])>([ACGT])$/.exec(change.coding);
  const deleted = /^c\.(\d+)(?:_(\d+))?del$/.exec(change.coding);
  const placed =
    single !== null
      ? substitution(model, Number(single[1]), single[3] ?? '')
      : deleted !== null
        ? deletion(model, Number(deleted[1]), Number(deleted[2] ?? deleted[1]))
        : undefined;
  if (placed === undefined) throw new Error(`${change.gene} ${change.coding}: not a change this compiler knows`);
  if (placed.coding !== change.coding || placed.protein !== change.protein)
    throw new Error(
      `${change.gene}: ${change.coding} ${change.protein} expected, ${placed.coding} ${placed.protein} computed`,
    );
  return {
    ...placed,
    ...(change.rsId === undefined ? {} : { rsId: change.rsId }),
    ...(change.populationFrequency === undefined ? {} : { populationFrequency: change.populationFrequency }),
  };
}

/** Changes of no consequence in their gene, spread over the genes, none at a residue that is known to recur. */
function passengers(all: Map<string, Model>): PlacedChange[] {
  const recurrent = new Set(
    table('hotspots/cancerhotspots_v2_single_residue.tsv.gz').map(
      (row) => `${row['Hugo_Symbol']}:${/\d+/.exec(row['Amino_Acid_Position'] ?? '')?.[0]}`,
    ),
  );
  const random = seeded('passengers');
  const genes = [...all.keys()].filter((gene) => !passengerExclusions.has(gene)).sort();
  const found = new Map<string, PlacedChange>();
  // Longer genes take more hits, as they do in tumors.
  const cumulative: number[] = [];
  let total = 0;
  for (const gene of genes) {
    total += all.get(gene)?.cds.length ?? 0;
    cumulative.push(total);
  }
  while (found.size < 2600) {
    const aim = random.below(total);
    const gene = genes[cumulative.findIndex((sum) => aim < sum)] ?? '';
    const model = all.get(gene);
    if (model === undefined) continue;
    const c1 = 4 + random.below(model.cds.length - 8);
    const from = model.cds[c1 - 1] ?? '';
    const context = model.cds.slice(c1 - 2, c1 + 1);
    // Two in three lie in a CpG, at a dipyrimidine or are C>A: the classes that signatures draw on.
    const transition: Record<string, string> = { A: 'G', G: 'A', C: 'T', T: 'C' };
    const transversion: Record<string, string> = { A: 'T', G: 'T', C: 'A', T: 'G' };
    const cpg = /CG/.test(context);
    if (!cpg && random.uniform() < 0.4) continue;
    const to = (random.uniform() < 0.6 ? transition : transversion)[from] ?? '';
    const one = substitution(model, c1, to);
    if (one.consequence !== 'missense_variant' && one.consequence !== 'synonymous_variant') continue;
    if (recurrent.has(`${gene}:${Math.ceil(c1 / 3)}`)) continue;
    // A site at an exon's edge would also touch the splice site, which is not looked at here.
    const spot = place(model, 'GRCh38', c1 - 1);
    if (spot.position1 - spot.exonStart1 < 4 || spot.exonEnd1 - spot.position1 < 4) continue;
    found.set(`${gene}:${one.coding}`, one);
  }
  return [...found.values()].sort((a, b) =>
    a.gene < b.gene ? -1 : a.gene > b.gene ? 1 : a.codingPosition - b.codingPosition,
  );
}

/** One-base deletions in mononucleotide runs of six or more: what mismatch repair deficiency leaves behind. */
function runs(all: Map<string, Model>): PlacedChange[] {
  const changes: PlacedChange[] = [];
  for (const [gene, model] of all) {
    if (passengerExclusions.has(gene)) continue;
    for (const run of model.cds.matchAll(/A{6,}|C{6,}|G{6,}|T{6,}/g)) {
      const first = run.index + 1;
      if (first < 10 || first > model.cds.length - 20) continue;
      try {
        const one = deletion(model, first, first);
        if (one.GRCh38.reference === one.GRCh37.reference) changes.push(one);
      } catch {
        // Runs at an exon's edge have no provable anchor base.
      }
    }
  }
  return seeded('slips').sample(
    changes.sort((a, b) => (a.gene < b.gene ? -1 : a.gene > b.gene ? 1 : a.codingPosition - b.codingPosition)),
    260,
  );
}

function chromosomes(): Facts['chromosomes'] {
  const lengths = (path: string): Record<string, number> => {
    const found: Record<string, number> = {};
    for (const line of text(path).split('\n')) {
      const fields = line.split(' ');
      const name = /^chr(\d+|X|Y)$/.exec(fields[2] ?? '')?.[1];
      if (fields[0] === 'chain' && name !== undefined) found[name] = Number(fields[3]);
    }
    return found;
  };
  return {
    GRCh37: lengths('transcripts/hg19ToHg38.over.chain.gz'),
    GRCh38: lengths('transcripts/hg38ToHg19.over.chain.gz'),
  };
}

interface ModelTable {
  readonly columns: Record<string, string[]>;
  readonly types: Record<
    string,
    {
      blocks: Record<
        string,
        {
          index: number[];
          mean: number[];
          sd: number[];
          guard?: { axes?: { scale: number; loadings: string }[] };
        }
      >;
    }
  >;
}

/** One gene's loadings on the cohort's axes, signed bytes in hexadecimal times a scale. */
const loadingsAt = (axes: readonly { scale: number; loadings: string }[], i: number): number[] =>
  axes.map(({ scale, loadings }) => {
    const byte = Number.parseInt(loadings.slice(2 * i, 2 * i + 2), 16);
    return round((byte > 127 ? byte - 256 : byte) * scale);
  });

function genes(wanted: ReadonlySet<string>): Facts['genes'] {
  const rows = execFileSync('xz', ['-dc', join(source, 'transcripts/refGene.hg38.2018.txt.xz')], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const spans = new Map<string, [string, number, number]>();
  for (const line of rows.split('\n')) {
    const fields = line.split('\t');
    const chromosome = /^chr(\d+|X|Y)$/.exec(fields[2] ?? '')?.[1];
    const symbol = fields[12] ?? '';
    if (chromosome === undefined || !wanted.has(symbol)) continue;
    const [start1, end1] = [Number(fields[4]) + 1, Number(fields[5])];
    const before = spans.get(symbol);
    if (before === undefined) spans.set(symbol, [chromosome, start1, end1]);
    else if (before[0] === chromosome)
      spans.set(symbol, [chromosome, Math.min(before[1], start1), Math.max(before[2], end1)]);
  }
  return Object.fromEntries([...spans].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Positions that name alleles of the pharmacogenes a panel before chemotherapy reads, GRCh38, as PharmCAT lists them. */
const PANEL = ['DPYD', 'NUDT15', 'SLCO1B1', 'TPMT', 'UGT1A1'];
function pharmacogenes(): PharmacogenePosition[] {
  return text('pharmcat/pharmcat_positions.grch38.vcf.gz')
    .trimEnd()
    .split('\n')
    .flatMap((line): PharmacogenePosition[] => {
      const [chromosome = '', position = '', id = '', reference = '', alternate = '', , , info = ''] = line.split('\t');
      const gene = /\bPX=([A-Z0-9]+)/.exec(info)?.[1] ?? '';
      if (line.startsWith('#') || !PANEL.includes(gene)) return [];
      return [[gene, chromosome.replace('chr', ''), Number(position), id, reference, alternate]];
    });
}

const round = (value: number): number => Math.round(value * 100) / 100;

function expression(features: ModelTable): Facts['expression'] {
  const cohorts: Facts['expression'] = {};
  for (const cohort of ['BRCA', 'COADREAD', 'LUAD', 'SKCM']) {
    const block = features.types[cohort]?.blocks['rna'];
    const columns = features.columns['rna'] ?? [];
    if (block === undefined) continue;
    cohorts[cohort] = block.index
      .map((place, i): [string, number, number, number[]] => [
        columns[place] ?? '',
        round(block.mean[i] ?? 0),
        round(block.sd[i] ?? 1),
        loadingsAt(block.guard?.axes ?? [], i),
      ])
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }
  return cohorts;
}

const all = models();
const features = JSON.parse(readFileSync(join(root, 'models/aggressiveness/features.json'), 'utf8')) as ModelTable;
const somatic = Object.fromEntries(Object.entries(somaticChanges).map(([id, change]) => [id, named(all, change)]));
const germline = germlineChanges.map((change) => named(all, change));
const pool = passengers(all);
const slips = runs(all);
const mentioned = new Set([...Object.values(somatic), ...germline, ...pool, ...slips].map(({ gene }) => gene));
const cancerGenes = table('transcripts/cancer_gene_models.tsv.gz').map((row) => row['symbol'] ?? '');
const facts: Facts = {
  transcripts: Object.fromEntries([...mentioned].sort().map((gene) => [gene, (all.get(gene) as Model).fact])),
  somatic,
  germline,
  passengers: pool,
  slips,
  chromosomes: chromosomes(),
  genes: genes(new Set([...(features.columns['copy-number'] ?? []), ...cancerGenes])),
  expression: expression(features),
};
const lines = (value: unknown, depth: number): string => {
  if (depth === 0 || typeof value !== 'object' || value === null) return JSON.stringify(value);
  const isList = Array.isArray(value);
  const parts = Object.entries(value).map(
    ([key, item]) => `${isList ? '' : `${JSON.stringify(key)}: `}${lines(item, depth - 1)}`,
  );
  return `${isList ? '[' : '{'}\n${parts.join(',\n')}\n${isList ? ']' : '}'}`;
};
writeFileSync(join(import.meta.dirname, 'facts/facts.json'), `${lines(facts, 2)}\n`);
writeFileSync(join(import.meta.dirname, 'facts/pharmacogenes.json'), `${lines(pharmacogenes(), 1)}\n`);
console.log(
  `${all.size} genes with coding sequence, ${Object.keys(somatic).length} named changes, ${germline.length} polymorphisms, ${pool.length} passengers, ${slips.length} slips, ${Object.keys(facts.genes).length} gene spans`,
);
