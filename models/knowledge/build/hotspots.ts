/**
 * Recurrently mutated residues with their counts, and codons of genes without a coding sequence. Both are under the Open
 * Database License: they stand in a pack of their own, which can be taken out or replaced.
 */

import { writeRecords } from '../../../shared/knowledge/records.ts';
import type { CodonRow } from '../../../shared/molecular/codon-change.ts';
import { parseProteinChange, proteinKey } from '../../../shared/molecular/hgvs.ts';
import type { HotspotRow } from '../../../shared/molecular/hotspots.ts';
import { ruledChange } from '../../../shared/molecular/protein-name.ts';
import type { Genes } from './genes.ts';
import type { Pack } from './pack.ts';
import { cell, compare, type Sources } from './sources.ts';

const SITES = 'hotspots/genome_nexus_hotspots_v2_and_3d.tsv.gz';
const CODONS = ['hotspots/hotspot_codons_derived.tsv.gz', 'hotspots/hotspot_codons_more.tsv.gz'];

/** `R:204|H:27` to counts by key; two names of one change are counted together. */
function countsOf(text: string, keyOf: (name: string) => string | undefined): [string, number][] {
  const counts = new Map<string, number>();
  for (const part of text.split('|')) {
    const [name = '', count = ''] = part.split(':');
    const key = keyOf(name);
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + Number(count));
  }
  return [...counts].sort(([a], [b]) => compare(a, b));
}

function readSites(sources: Sources, { coding, symbol }: Genes): HotspotRow[] {
  return sources
    .table(SITES)
    .flatMap((row): HotspotRow[] => {
      const kind = cell(row, 'type');
      const gene = cell(row, 'hugo_symbol');
      const [start = 0, end = start] = cell(row, 'amino_acid_position').split('-').map(Number);
      const samples = Number(cell(row, 'tumor_count'));
      const variants = cell(row, 'variant_amino_acid');
      if (kind === 'single residue') {
        const reference = cell(row, 'residue').slice(0, 1);
        return [
          {
            gene,
            kind: 'residue',
            start,
            end: start,
            reference,
            samples,
            changes: countsOf(variants, (to) => (to === '*' ? undefined : `${reference}${start}${to}`)),
          },
        ];
      }
      if (kind === 'in-frame indel')
        return [
          {
            gene,
            kind: 'in-frame',
            start,
            end,
            reference: '',
            samples,
            changes: countsOf(variants, (text) => {
              const change = parseProteinChange(text);
              const sequence = coding.get(symbol(gene));
              return change && proteinKey(ruledChange(change, sequence === undefined ? undefined : { sequence }));
            }),
          },
        ];
      // Splice sites and residues that are close in space only are no recurrent residues.
      return [];
    })
    .sort((a, b) => compare(a.gene, b.gene) || a.start - b.start || compare(a.kind, b.kind));
}

/** Codons whose place on the genome was verified, of genes whose whole coding sequence is not known. */
function readCodons(sources: Sources, genes: Genes): CodonRow[] {
  const positions = (text: string): [number, number, number] => {
    const [a, b, c] = text.split(',').map(Number);
    if (a === undefined || b === undefined || c === undefined) throw new Error(`not a codon: ${text}`);
    return [a, b, c];
  };
  return CODONS.flatMap((file) => sources.table(file))
    .filter(
      (row) => !genes.coding.has(cell(row, 'symbol')) && ['1', 'NA', ''].includes(cell(row, 'grch37_position_agrees')),
    )
    .filter((row) => cell(row, 'codon_translates') === '1')
    .filter((row) => cell(row, 'grch37_codon_pos_5to3') !== '' && cell(row, 'grch38_codon_pos_5to3') !== '')
    .map((row) => ({
      gene: cell(row, 'symbol'),
      transcript: cell(row, 'refseq_nm'),
      residue: Number(cell(row, 'residue')),
      codon: cell(row, 'ref_codon'),
      strand: cell(row, 'strand') === '-' ? ('-' as const) : ('+' as const),
      chromosome: cell(row, 'chr').replace(/^chr/, ''),
      grch37: positions(cell(row, 'grch37_codon_pos_5to3')),
      grch38: positions(cell(row, 'grch38_codon_pos_5to3')),
    }))
    .sort((a, b) => compare(a.gene, b.gene) || a.residue - b.residue);
}

export function hotspotsPack(sources: Sources, genes: Genes): Pack {
  const sites = readSites(sources, genes);
  const codons = readCodons(sources, genes);
  return {
    id: 'hotspots',
    version: 'v2',
    asOf: '2026-04-07',
    title: 'Cancer hotspots',
    sources: [
      {
        name: 'Cancer Hotspots v2 (cancerhotspots.org, by Genome Nexus)',
        version: 'v2',
        licence: 'ODbL 1.0',
        citation:
          'Chang MT, et al. Nat Biotechnol 2016;34:155-163; Chang MT, et al. Cancer Discov 2018;8:174-183. Contains information from Cancer Hotspots, made available here under the ODbL.',
      },
      {
        name: 'Codons on both builds, derived from Cancer Hotspots, 3D Hotspots and TCGA reference alleles',
        version: '2026-11-22',
        licence: 'ODbL 1.0',
        citation: 'Gao J, et al. Genome Med 2017;9:4; Ellrott K, et al. Cell Syst 2018;6:271-281.',
      },
    ],
    counts: { hotspots: sites.length, codons: codons.length },
    files: { 'hotspots.records': writeRecords(sites), 'codons.records': writeRecords(codons) },
  };
}
